//! The engine with rules made for it: panics are contained, cases are filtered, order is total.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::input::Content;
use crate::model::{Action, Flow};
use crate::page::{Level, RuleMeta, cards};
use crate::source::ProblemKind;

const FLOW: &str = r#"{"properties": {"connectionReferences": {}, "definition": {"triggers": {"manual": {"type": "Request",
    "kind": "Button"}}, "actions": {"A": {"type": "Compose", "inputs": 1}, "B": {"type": "Compose", "inputs": 2}}}},
    "schemaVersion": "1.0.0.0"}"#;

fn input(name: &str) -> Input {
    Input { name: name.into(), named: true, content: Content::Bytes(FLOW.into()) }
}

/// Fails on the second action, after having reported the first.
struct Panicking;

impl Rule for Panicking {
    fn meta(&self) -> &'static RuleMeta {
        &cards::DUPLICATE_ACTION_NAME
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        sink.at(action.name_spot(), "seen");
        assert_eq!(action.name(), "A", "the token eyJhbGciOi is in this message");
    }
}

/// Reports every action twice, in the wrong order, and every flow in a case.
struct Talkative;

impl Rule for Talkative {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISSING_ERROR_HANDLING
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let mut actions: Vec<Action<'_>> = flow.actions().collect();
        actions.reverse();
        for action in actions {
            sink.at(action.name_spot(), "twice");
            sink.at(action.name_spot(), "twice");
        }
        sink.at(flow.spot(), "in a case").case("short-flow");
    }
}

#[test]
fn a_rule_that_panics_is_reported_and_the_others_go_on() {
    std::panic::set_hook(Box::new(|_| {}));
    let report = analyze_with(&[&Panicking, &Talkative], [input("Flow.json")], &Config::default());
    let _ = std::panic::take_hook();
    let rules: Vec<&str> = report.findings.iter().map(|finding| report.rule(finding).id.as_ref()).collect();
    assert_eq!(rules, ["missing-error-handling"; 3], "nothing of a rule that failed half way");
    let [problem] = report.problems.as_slice() else { panic!("{:?}", report.problems) };
    assert_eq!(problem.kind, ProblemKind::Internal);
    assert!(problem.message.contains("duplicate-action-name") && !problem.message.contains("eyJ"));
    assert_eq!(report.stats.flows, 1);
    assert_eq!(report.exit_code(None, false), crate::report::ExitCode::Incomplete);
}

#[test]
fn findings_are_in_order_once_each_with_ordinals_for_equal_fingerprints() {
    let report = analyze_with(&[&Talkative], [input("b/Flow.json"), input("a/Flow.json")], &Config::default());
    let seen: Vec<(&str, String, &str)> = report
        .findings
        .iter()
        .map(|finding| (&*finding.place.flow.uri, finding.place.path.joined(), finding.message.as_str()))
        .collect();
    let of = |uri| [(uri, "manual".to_owned(), "in a case"), (uri, "A".into(), "twice"), (uri, "B".into(), "twice")];
    assert_eq!(seen, [of("a/Flow.json"), of("b/Flow.json")].concat());
    let ordinals: Vec<u32> = report.findings.iter().map(|finding| finding.fingerprint.ordinal).collect();
    assert_eq!(ordinals, [1, 1, 1, 2, 2, 2], "the second file is a copy: same flow id, same fingerprints");
    assert_eq!(report.stats.copies, 1);
}

#[test]
fn cases_and_config_decide_the_level() {
    let level = |config: &Config| {
        let report = analyze_with(&[&Talkative], [input("Flow.json")], config);
        report.findings.iter().map(|finding| finding.level).collect::<Vec<_>>()
    };
    use Level::{Error, Note, Warning};
    assert_eq!(level(&Config::default()), [Note, Warning, Warning]);
    let with = |level| {
        let setting = crate::config::RuleSetting { level: Some(level), options: None };
        Config { rules: [("missing-error-handling".to_owned(), setting)].into(), ..Config::default() }
    };
    assert_eq!(level(&with(LevelSetting::Level(Error))), [Error; 3]);
    assert_eq!(level(&with(LevelSetting::Off)), []);
    assert_eq!(level(&Config { skip: vec!["missing-error-handling".into()], ..Config::default() }), []);
    assert_eq!(level(&Config { only: vec!["duplicate-json-key".into()], ..Config::default() }), []);
}
