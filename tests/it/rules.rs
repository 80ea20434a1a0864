//! `fixtures/<rule-id>/fires-*` and `quiet-*`: a JSON file or the folder of an unpacked package, each with a file
//! `.expected` that has one line per finding of that rule: level, case, steps, pointer, message. `UPDATE=1` rewrites them.
//! Beside a case `x`, `x.policy.json` is the data policy of its run and `x.toml` its config.

use crate::fixtures::{inputs, root, sorted};
use flowvet::{Config, Report, analyze};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_rule_finds_what_its_fixtures_expect() {
    let mut wrong = String::new();
    for rule in flowvet::rules::ALL {
        let id = rule.meta().id.as_ref();
        let cases = cases(&root().join("fixtures").join(id));
        let firing = cases.iter().filter(|case| name(case).starts_with("fires-")).count();
        assert!(firing > 0 && firing < cases.len(), "{id} needs cases that fire and cases that stay quiet");
        for case in cases {
            let found = lines(&analyze(inputs(&case), &config(id, &case)));
            let fires = name(&case).starts_with("fires-");
            if fires == found.is_empty() {
                writeln!(wrong, "{id}/{}: {} findings", name(&case), found.lines().count()).unwrap();
            }
            compare(&case.with_extension("expected"), &found, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{wrong}\nread each difference, then run again with UPDATE=1");
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let is_case = |path: &PathBuf| {
        let name = name(path);
        (name.starts_with("fires-") || name.starts_with("quiet-"))
            && !name.ends_with(".policy.json")
            && path.extension().is_none_or(|extension| extension == "json" || extension == "zip")
    };
    sorted(folder).into_iter().filter(is_case).collect()
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

fn config(id: &str, case: &Path) -> Config {
    let mut config = match fs::read_to_string(case.with_extension("toml")) {
        Ok(text) => flowvet::config::ConfigFile::parse(flowvet::rules::ALL, &text, "").unwrap().config,
        Err(_) => Config::default(),
    };
    config.only = vec![id.to_owned()];
    let policy = case.with_extension("policy.json");
    if let Ok(text) = fs::read_to_string(&policy) {
        config.policies = flowvet::policy::parse(name(&policy), &text).unwrap();
    }
    config
}

fn lines(report: &Report) -> String {
    let mut lines = String::new();
    for finding in &report.findings {
        let case = finding.case.map(|case| format!("({case})")).unwrap_or_default();
        let places = std::iter::once(&finding.place).chain(&finding.places);
        let places: Vec<String> = places.map(|place| format!("{} {}", place.path.joined(), place.pointer)).collect();
        writeln!(lines, "{}{case}  {}  {}", finding.level, places.join("; "), finding.message).unwrap();
    }
    lines
}

fn compare(expected: &Path, found: &str, wrong: &mut String) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(expected, found).unwrap();
        return;
    }
    let wanted = fs::read_to_string(expected).unwrap_or_default().replace("\r\n", "\n");
    if wanted != found {
        writeln!(wrong, "{}\n--- expected\n{wanted}--- found\n{found}", expected.display()).unwrap();
    }
}
