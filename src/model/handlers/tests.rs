//! A test per row of the module's table.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::super::shape::shapes;
use super::*;
use crate::syntax::Document;

/// A write, a mail and a read that can stand for any other.
const WRITE: &str = r#""type": "OpenApiConnection", "inputs": {"host": {"apiId": "shared_sharepointonline", "operationId": "PostItem"}}"#;
const MAIL: &str =
    r#""type": "OpenApiConnection", "inputs": {"host": {"apiId": "shared_office365", "operationId": "SendEmailV2"}}"#;

/// A flow with these actions, in which `WRITE` and `MAIL` stand for what they say.
fn with(actions: &str, check: impl FnOnce(&Flow<'_>)) {
    let actions = actions.replace("WRITE", WRITE).replace("MAIL", MAIL);
    let text = format!(r#"{{"triggers": {{"manual": {{"type": "Request"}}}}, "actions": {{{actions}}}}}"#);
    let document = Document::parse(&text).unwrap_or_else(|error| panic!("{} {text}", error.message));
    let shapes = shapes(&document);
    check(&Flow::lower(&document, &shapes[0], "A.json", None, None, &[]));
}

/// `Through [handlers] / [regardless], misses [..], what it does, end` of a step.
fn said(flow: &Flow<'_>, name: &str) -> String {
    let catch = match flow.action_named(name).unwrap().on_failure() {
        Coverage::Caught(catch) => catch,
        other => return format!("{other:?}"),
    };
    let names = |actions: &[Action<'_>]| actions.iter().map(|action| action.name()).collect::<Vec<_>>().join("+");
    let Reaction { tells, records, keeps, is_tested } = catch.reaction;
    let deeds = [(tells, "tells"), (records, "records"), (keeps, "keeps"), (is_tested, "tested")];
    let mut parts = vec![format!("{:?} of {}", catch.through, catch.guarded.name()), names(&catch.handlers)];
    parts.extend((!catch.regardless.is_empty()).then(|| format!("regardless {}", names(&catch.regardless))));
    parts.extend(catch.misses().map(|status| format!("misses {status:?}")));
    parts.extend(deeds.into_iter().filter(|(does, _)| *does).map(|(_, word)| word.to_owned()));
    parts.push(format!("{:?}", catch.end));
    parts.join(", ")
}

#[track_caller]
fn is(actions: &str, step: &str, expected: &str) {
    with(actions, |flow| assert_eq!(said(flow, step), expected));
}

#[test]
fn nobody_waits() {
    is(r#""A": {WRITE}, "B": {MAIL, "runAfter": {"A": ["Succeeded"]}}"#, "A", "Uncaught");
    with(r#""A": {WRITE}"#, |flow| assert!(!flow.has_any_handler()));
}

#[test]
fn a_handler_of_its_own() {
    let own = r#""A": {WRITE}, "H": {MAIL, "runAfter": {"A": ["FAILED", "TimedOut"]}}"#;
    is(own, "A", "Own of A, H, tells, Masked");
    with(own, |flow| {
        let action = |name| flow.action_named(name).unwrap();
        assert!(action("H").is_handler() && action("H").is_on_error_path() && !action("A").is_on_error_path());
        assert!(action("A").own_catch().is_some() && action("H").own_catch().is_none());
    });
}

#[test]
fn a_handler_for_failures_or_time_outs_alone() {
    is(
        r#""A": {WRITE}, "H": {MAIL, "runAfter": {"A": ["Failed"]}}"#,
        "A",
        "Own of A, H, misses TimedOut, tells, Masked",
    );
    is(
        r#""A": {WRITE}, "H": {MAIL, "runAfter": {"A": ["TimedOut"]}}"#,
        "A",
        "Own of A, H, misses Failed, tells, Masked",
    );
}

const TRY: &str = r#""Try": {"type": "Scope", "actions": {"A": {WRITE}, "B": {MAIL, "runAfter": {"A": ["Succeeded"]}},
    "If": {"type": "If", "runAfter": {"B": ["Succeeded"]}, "actions": {}, "else": {"actions": {"Deep": {WRITE}}}}}}"#;

#[test]
fn a_handler_of_the_container() {
    let catch =
        r#", "Catch": {"type": "Scope", "runAfter": {"Try": ["Failed", "TimedOut"]}, "actions": {"Tell": {MAIL}}}"#;
    for step in ["A", "B", "Deep"] {
        is(&format!("{TRY}{catch}"), step, "Container of Try, Catch, tells, Masked");
    }
    is(&format!("{TRY}{catch}"), "Try", "Own of Try, Catch, tells, Masked");
    is(&format!("{TRY}{catch}"), "Tell", "ErrorPath");
}

#[test]
fn a_finally_that_ends_the_run_as_failed() {
    let actions = format!(
        r#"{TRY}, "Catch": {{"type": "Scope", "runAfter": {{"Try": ["Failed", "Skipped", "TimedOut"]}}, "actions": {{"Tell": {{MAIL}}}}}},
        "Finally": {{"type": "Scope", "runAfter": {{"Catch": ["Succeeded", "Failed", "Skipped", "TimedOut"]}}, "actions": {{
            "Check": {{"type": "If", "expression": "@equals(actions('Try')?['status'], 'Failed')", "actions": {{
                "End": {{"type": "Terminate", "inputs": {{"runStatus": "Failed"}}}}}}}}, "Log": {{WRITE}}}}}}"#
    );
    is(&actions, "A", "Container of Try, Catch, tells, tested, Terminated");
    is(&actions, "Log", "Uncaught");
    with(&actions, |flow| {
        let log = flow.action_named("Log").unwrap();
        assert!(log.is_after_error_path() && !log.is_on_error_path());
    });
}

#[test]
fn a_finally_is_no_catch() {
    let behind = |statuses: &str| {
        format!(
            r#"{TRY}, "Catch": {{MAIL, "runAfter": {{"Try": [{statuses}]}}}},
            "Finally": {{WRITE, "runAfter": {{"Catch": ["Succeeded", "Failed", "Skipped", "TimedOut"]}}}}"#
        )
    };
    is(&behind(r#""TimedOut""#), "A", "Container of Try, Catch, misses Failed, tells, Masked");
    is(&behind(r#""Failed""#), "A", "Container of Try, Catch, misses TimedOut, tells, Masked");
    is(&behind(r#""Skipped""#), "A", "Uncaught");
    let answers = format!(
        r#"{TRY}, "Catch": {{"type": "Scope", "actions": {{}}, "runAfter": {{"Try": ["Failed", "TimedOut"]}}}},
        "Finally": {{"type": "Response", "kind": "PowerApp", "runAfter": {{"Catch": ["Succeeded", "Skipped"]}}}}"#
    );
    is(&answers, "A", "Container of Try, Catch, Masked");
    let result =
        answers.replace(r#""kind": "PowerApp","#, r#""kind": "PowerApp", "inputs": {"body": "@outputs('A')"},"#);
    is(&result, "A", "Container of Try, Catch, ErrorAnswered");
    let on_its_own = format!(r#"{TRY}, "Go_on": {{WRITE, "runAfter": {{"Try": ["Succeeded", "Failed"]}}}}"#);
    is(&on_its_own, "A", "Container of Try, , regardless Go_on, misses TimedOut, Masked");
}

#[test]
fn a_handler_behind_a_chain() {
    let chain = |statuses: &str| {
        format!(
            r#""A": {{WRITE}}, "B": {{WRITE, "runAfter": {{"A": ["Succeeded"]}}}}, "H": {{MAIL, "runAfter": {{"B": [{statuses}]}}}}"#
        )
    };
    is(&chain(r#""Failed", "Skipped", "TimedOut""#), "A", "Chain of A, H, tells, Masked");
    is(&chain(r#""Failed", "Skipped", "TimedOut""#), "B", "Own of B, H, tells, Masked");
    is(&chain(r#""Failed", "TimedOut""#), "A", "Uncaught");
    is(&chain(r#""Failed", "TimedOut""#), "B", "Own of B, H, tells, Masked");
}

#[test]
fn a_join_of_failures() {
    let join = r#""A": {WRITE}, "B": {WRITE}, "H": {MAIL, "runAfter": {"A": ["Failed"], "B": ["Failed"]}}"#;
    is(join, "A", "Uncaught");
    needs(join, Some(&["A", "B"]));
    let retry = r#""A": {WRITE}, "Again": {WRITE, "runAfter": {"A": ["Failed", "TimedOut"]}},
        "H": {MAIL, "runAfter": {"A": ["Failed", "TimedOut"], "Again": ["Failed", "TimedOut"]}}"#;
    is(retry, "A", "Own of A, Again, records, Failed");
    needs(retry, None);
    for (waits, expected) in [
        (r#"{"A": ["Failed"], "B": ["Succeeded", "Failed"]}"#, None),
        (r#"{"A": ["Failed"], "B": ["Succeeded"]}"#, None),
        (r#"{"A": ["Failed", "Skipped"], "B": ["Failed", "Skipped"]}"#, Some(&["A", "B"][..])),
    ] {
        needs(&format!(r#""A": {{WRITE}}, "B": {{WRITE}}, "H": {{MAIL, "runAfter": {waits}}}"#), expected);
    }
    let chain = |waits: &str| {
        format!(
            r#""A": {{WRITE}}, "B": {{WRITE, "runAfter": {{"A": ["Succeeded"]}}}}, "H": {{MAIL, "runAfter": {waits}}}"#
        )
    };
    needs(&chain(r#"{"A": ["Failed"], "B": ["Failed", "Skipped"]}"#), None);
    needs(&chain(r#"{"A": ["Failed"], "B": ["Failed"]}"#), Some(&["A", "B"]));
}

#[test]
fn a_join_of_handlers() {
    let sets = r#""A": {WRITE}, "B": {WRITE}, "SetA": {"type": "SetVariable", "runAfter": {"A": ["Failed"]}},
        "SetB": {"type": "SetVariable", "runAfter": {"B": ["Failed"]}}, "H": {MAIL, "runAfter": "#;
    needs(&format!(r#"{sets}{{"SetA": ["Succeeded"], "SetB": ["Succeeded"]}}}}"#), Some(&["A", "B"]));
    needs(&format!(r#"{sets}{{"SetA": ["Succeeded", "Skipped"], "SetB": ["Succeeded", "Skipped"]}}}}"#), None);
    needs(&format!(r#"{sets}{{"SetA": ["Succeeded"], "SetB": ["Succeeded", "Skipped"]}}}}"#), None);
}

/// What all has to fail before the step `H` runs.
#[track_caller]
fn needs(actions: &str, expected: Option<&[&str]>) {
    with(actions, |flow| {
        let needed = flow.action_named("H").unwrap().needs_failures_of();
        let names = needed.map(|needed| needed.into_iter().map(Action::name).collect::<Vec<_>>());
        assert_eq!(names.as_deref(), expected);
    });
}

#[test]
fn parallel_handlers() {
    is(
        r#""A": {WRITE}, "H": {MAIL, "runAfter": {"A": ["Failed"]}}, "K": {WRITE, "runAfter": {"A": ["TimedOut"]}}"#,
        "A",
        "Own of A, H+K, tells, records, Failed",
    );
}

#[test]
fn going_on_regardless() {
    let regardless = r#""A": {WRITE}, "B": {MAIL, "runAfter": {"A": ["Succeeded", "Failed", "TimedOut"]}}"#;
    is(regardless, "A", "Own of A, , regardless B, Masked");
    let tested = format!(
        r#"{regardless}, "C": {{"type": "If", "expression": "@equals(outputs('A')?['statusCode'], 200)", "runAfter": {{"B": ["Succeeded"]}}}}"#
    );
    is(&tested, "A", "Own of A, , regardless B, tested, Masked");
    let decision = r#""A": {WRITE}, "B": {"type": "If", "expression": "@variables('done')", "runAfter": {"A": ["Succeeded", "Failed", "TimedOut"]}}"#;
    is(decision, "A", "Own of A, , regardless B, tested, Masked");
    let result = r#""S": {"type": "Scope", "actions": {"A": {WRITE}}}, "F": {"type": "Query",
        "inputs": {"from": "@result('S')", "where": "@true"}, "runAfter": {"S": ["Succeeded", "Failed", "TimedOut"]}}"#;
    is(result, "A", "Container of S, , regardless F, tested, Masked");
}

#[test]
fn inside_and_after_a_loop() {
    let inside = |more: &str| {
        format!(
            r#""Each": {{"type": "Foreach", "actions": {{"A": {{WRITE}}, "H": {{"type": "AppendToArrayVariable",
            "inputs": {{"name": "failed", "value": 1}}, "runAfter": {{"A": ["Failed", "TimedOut"]}}}}}}}}{more}"#
        )
    };
    is(&inside(""), "A", "Own of A, H, Masked");
    let report =
        r#", "Tell": {"type": "Compose", "inputs": "@variables('FAILED')", "runAfter": {"Each": ["Succeeded"]}}"#;
    is(&inside(report), "A", "Own of A, H, keeps, Masked");
    let after = r#""Each": {"type": "Foreach", "actions": {"A": {WRITE}}},
        "H": {MAIL, "runAfter": {"Each": ["Failed", "TimedOut"]}}"#;
    is(after, "A", "Container of Each, H, tells, Masked");
}

#[test]
fn steps_beside_the_handler_keep_the_run_failed() {
    is(
        r#""A": {WRITE}, "B": {MAIL, "runAfter": {"A": ["Succeeded"]}}, "H": {MAIL, "runAfter": {"A": ["Failed", "TimedOut"]}}"#,
        "A",
        "Own of A, H, tells, Failed",
    );
    let both = r#""S": {"type": "Scope", "actions": {"A": {WRITE}, "B": {MAIL, "runAfter": {"A": ["Succeeded"]}},
        "H": {WRITE, "runAfter": {"A": ["Failed", "TimedOut"]}}}}, "K": {MAIL, "runAfter": {"S": ["Failed", "TimedOut"]}}"#;
    is(both, "A", "Own of A, H, tells, records, Masked");
}

#[test]
fn ends_as_the_handler_says() {
    let end = |step: &str| format!(r#""A": {{WRITE}}, "H": {{{step}, "runAfter": {{"A": ["Failed", "TimedOut"]}}}}"#);
    for (step, expected) in [
        (r#""type": "Terminate", "inputs": {"runStatus": "Cancelled"}"#, "Terminated"),
        (r#""type": "Terminate", "inputs": {"runStatus": "Succeeded"}"#, "Masked"),
        (r#""type": "Response", "inputs": {"statusCode": 500}"#, "tells, ErrorAnswered"),
        (r#""type": "Response", "inputs": {"statusCode": "@outputs('A')['statusCode']"}"#, "tells, ErrorAnswered"),
        (r#""type": "Response", "inputs": {"statusCode": "200"}"#, "tells, Masked"),
        (r#""type": "Response", "kind": "PowerApp", "inputs": {"statusCode": 200}"#, "tells, ErrorAnswered"),
        (r#""type": "Scope", "actions": {}"#, "Masked"),
        (r#""type": "Compose", "inputs": "@variables('x')""#, "Masked"),
        (r#""type": "Http", "inputs": {"method": "POST"}"#, "tells, Masked"),
        (r#""type": "Http", "inputs": {"method": "GET"}"#, "Masked"),
    ] {
        is(&end(step), "A", &format!("Own of A, H, {expected}"));
    }
}

#[test]
fn what_the_error_path_leaves_behind() {
    let later = |reader: &str| {
        format!(
            r#""A": {{WRITE}}, "Set": {{"type": "SetVariable", "inputs": {{"name": "Outcome", "value": "bad"}}, "runAfter": {{"A": ["Failed", "TimedOut"]}}}},
            "B": {{"type": "Compose", "inputs": "{reader}", "runAfter": {{"Set": ["Succeeded", "Skipped"]}}}}"#
        )
    };
    is(&later("@variables('outcome')"), "A", "Own of A, Set, keeps, Masked");
    is(&later("@outputs('Set')"), "A", "Own of A, Set, keeps, Masked");
    is(&later("x"), "A", "Own of A, Set, Masked");
}

#[test]
fn cycles_and_long_lists_end() {
    is(
        r#""A": {WRITE, "runAfter": {"B": ["Failed"], "A": ["Failed"]}}, "B": {WRITE, "runAfter": {"A": ["Failed"]}}"#,
        "A",
        "ErrorPath",
    );
    let mut long = String::from(r#""A": {WRITE}, "H": {MAIL, "runAfter": {"A": ["Failed"]}}"#);
    for number in 0..LONGEST {
        long += &format!(r#", "N{number}": {{"type": "Compose"}}"#);
    }
    is(&long, "A", "Unknown");
}
