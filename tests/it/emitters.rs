//! Snapshots of what each emitter renders of the solutions in `fixtures/solutions/`, and determinism. The rules are a few
//! fixed ones: what a rule finds is tested with its own fixtures, here it is about how findings look.

use crate::fixtures::solutions;
use flowvet::report::json::Json;
use flowvet::report::sarif::Sarif;
use flowvet::report::terminal::Terminal;
use flowvet::report::{Emitter, ExitCode};
use flowvet::{Config, Report, analyze};
use serde_json::{Value, json};

const RULES: [&str; 5] = [
    "duplicate-action-name",
    "missing-connection-reference",
    "missing-error-handling",
    "missing-retry-policy",
    "undeclared-connection",
];

fn config() -> Config {
    Config { only: RULES.map(str::to_owned).into(), ..Config::default() }
}

fn bytes(emitter: &dyn Emitter, report: &Report) -> Vec<u8> {
    let mut bytes = Vec::new();
    emitter.emit(report, &mut bytes).unwrap();
    bytes
}

/// JSON without what changes from version to version: the version, and the rules' pages.
fn json_of(emitter: &dyn Emitter, report: &Report) -> Value {
    let mut value = serde_json::from_slice(&bytes(emitter, report)).unwrap();
    scrub(&mut value);
    value
}

fn scrub(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match key.as_str() {
                    "fullDescription" => *value = json!("[first paragraph of the page]"),
                    "semanticVersion" | "fullName" => *value = json!("[version]"),
                    "version" if *value == json!(env!("CARGO_PKG_VERSION")) => *value = json!("[version]"),
                    "text" | "markdown" if value.as_str().is_some_and(|text| text.contains("How to fix")) => {
                        *value = json!("[page]");
                    }
                    _ => scrub(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(scrub),
        _ => {}
    }
}

#[test]
fn terminal() {
    let report = analyze(solutions(), &config());
    let shown = bytes(&Terminal { width: 100, colour: false }, &report);
    insta::assert_snapshot!(String::from_utf8(shown).unwrap());
}

#[test]
fn json() {
    let report = analyze(solutions(), &config());
    insta::assert_json_snapshot!(json_of(&Json, &report));
}

#[test]
fn sarif() {
    let report = analyze(solutions(), &config());
    let sarif = Sarif { category: "check", exit_code: ExitCode::Findings };
    insta::assert_json_snapshot!(json_of(&sarif, &report));
}

#[test]
#[cfg(feature = "parallel")]
fn reports_are_the_same_for_any_number_of_threads_and_order_of_inputs() {
    let emitted = |threads: usize, turned: usize| {
        let mut inputs = solutions();
        for number in 0..6 {
            inputs.extend(
                solutions()
                    .into_iter()
                    .map(|input| flowvet::Input { name: format!("{number}/{}", input.name), ..input }),
            );
        }
        let places = inputs.len();
        inputs.rotate_left(turned % places);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let report = pool.install(|| analyze(inputs, &Config::default()));
        assert!(report.findings.len() > 20 && report.stats.copies > 0);
        let sarif = Sarif { category: "check", exit_code: ExitCode::Findings };
        [&sarif as &dyn Emitter, &Json, &Terminal { width: 100, colour: true }].map(|emitter| bytes(emitter, &report))
    };
    let once = emitted(1, 0);
    for (threads, turned) in [(4, 0), (4, 5), (1, 9), (4, 13)] {
        assert!(emitted(threads, turned) == once, "{threads} threads, turned by {turned}");
    }
}
