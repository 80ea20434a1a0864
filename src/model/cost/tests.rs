//! Costs over small flows.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::model::shape::shapes;
use crate::syntax::Document;

fn with(actions: &str, check: impl FnOnce(&Flow<'_>)) {
    let text = format!(
        r#"{{"properties": {{"connectionReferences": {{}}, "definition": {{"triggers": {{"manual": {{"type": "Request"}}}},
        "actions": {actions}}}}}, "schemaVersion": "1.0.0.0"}}"#
    );
    let document = Document::parse(&text).unwrap();
    check(&Flow::lower(&document, &shapes(&document)[0], "A.json", None, None, &[]));
}

const LIST: &str = r#"{"type": "OpenApiConnection", "inputs": {"host": {"connectionName": "shared_sharepointonline",
    "apiId": "/providers/Microsoft.PowerApps/apis/shared_sharepointonline", "operationId": "GetItems"},
    "parameters": {"dataset": "x", "table": "y"}}}"#;

#[test]
fn counts_requests_by_loop() {
    let actions = format!(
        r#"{{"List_orders": {LIST},
        "Each": {{"type": "Foreach", "foreach": "@outputs('List_orders')?['body/value']", "runAfter": {{"List_orders": ["Succeeded"]}},
          "actions": {{
            "Check": {{"type": "If", "expression": {{}}, "actions": {{"A": {{"type": "Compose"}}, "B": {{"type": "Compose"}}}},
                       "else": {{"actions": {{"C": {{"type": "Compose"}}}}}}}},
            "Inner_loop": {{"type": "Foreach", "foreach": "@items('Each')?['lines']", "actions": {{"D": {{"type": "Compose"}}}}}}}}}},
        "Empty": {{"type": "Foreach", "foreach": [], "actions": {{}}}},
        "Again": {{"type": "Until", "actions": {{"S": {{"type": "Scope", "actions": {{"E": {{"type": "Compose"}}}}}}}}}}}}"#
    );
    with(&actions, |flow| {
        let text = flow.requests().to_string();
        let expected = "4 + 4 per row of `List orders` + 1 per item of `Inner loop` per row of `List orders` + 2 per round of `Again`";
        assert_eq!(text, expected);
        let (each, inner) = (flow.action_named("Each").unwrap(), flow.action_named("Inner_loop").unwrap());
        assert_eq!(each.requests(), 4);
        assert!(inner.cost_in(inner).ends_with("per row of `List orders` requests, other loops aside"));
    });
}

#[test]
fn a_flow_without_loops_has_a_number() {
    with(
        r#"{"A": {"type": "Compose"}, "S": {"type": "Switch", "cases": {"x": {"actions": {"B": {"type": "Compose"}}}}}}"#,
        |flow| {
            assert_eq!(flow.requests().to_string(), "3");
        },
    );
    with("{}", |flow| assert_eq!(flow.requests().to_string(), "0"));
}

#[test]
fn knows_what_differs_from_round_to_round() {
    let actions = r#"{"V": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "v", "type": "string"}]}},
        "W": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "w", "type": "string"}]}},
        "Outer": {"type": "Foreach", "foreach": "@triggerBody()", "actions": {
          "Of_item": {"type": "Compose", "inputs": "@items('Outer')"},
          "Of_step": {"type": "Compose", "inputs": "@outputs('Of_item')", "runAfter": {"Of_item": ["Succeeded"]}},
          "Fixed": {"type": "Compose", "inputs": "@triggerBody()"},
          "Of_fixed": {"type": "Compose", "inputs": "@outputs('Fixed')", "runAfter": {"Fixed": ["Succeeded"]}},
          "Set": {"type": "SetVariable", "inputs": {"name": "V", "value": "x"}},
          "Of_changed": {"type": "Compose", "inputs": "@variables('v')"},
          "Of_constant": {"type": "Compose", "inputs": "@variables('w')"},
          "Of_chance": {"type": "Compose", "inputs": "@guid()"},
          "Of_unknown_name": {"type": "Compose", "inputs": "@outputs(variables('w'))"},
          "Of_later": {"type": "Compose", "inputs": "@outputs('Last')"},
          "Select": {"type": "Select", "inputs": {"from": "@triggerBody()", "select": "@item()"}},
          "Inner": {"type": "Foreach", "foreach": "@outputs('Fixed')", "runAfter": {"Fixed": ["Succeeded"]}, "actions": {
            "Of_outer": {"type": "Compose", "inputs": "@items('Outer')"},
            "Of_inner": {"type": "Compose", "inputs": "@item()"},
            "Of_both": {"type": "Compose", "inputs": "@{item()}@{outputs('Of_item')}"}}},
          "Last": {"type": "Compose", "inputs": 1, "runAfter": {"Inner": ["Succeeded"]}}}}}"#;
    with(actions, |flow| {
        let action = |name| flow.action_named(name).unwrap();
        let outer = action("Outer");
        for varying in
            ["Of_item", "Of_step", "Of_changed", "Of_chance", "Of_unknown_name", "Of_later", "Of_outer", "Of_both"]
        {
            assert!(action(varying).varies_in(outer), "{varying}");
        }
        for fixed in ["Fixed", "Of_fixed", "Of_constant", "Select", "Inner", "Of_inner", "Set", "Last"] {
            assert!(!action(fixed).varies_in(outer), "{fixed}");
        }
        assert!(action("Of_inner").varies_in(action("Inner")));
        assert!(action("Of_both").varies_in(action("Inner")));
        assert!(!action("Of_outer").varies_in(action("Inner")));
    });
}

#[test]
fn knows_lists_of_one_item() {
    for (list, is_single) in [
        (r#""@take(triggerBody(), 1)""#, true),
        (r#""@take(triggerBody(), 2)""#, false),
        (r#""@createArray(triggerBody())""#, true),
        (r#""@createArray(1, 2)""#, false),
        (r#"["a"]"#, true),
        (r#""@triggerBody()""#, false),
        ("7", false),
    ] {
        let actions = format!(r#"{{"Each": {{"type": "Foreach", "foreach": {list}, "actions": {{}}}}}}"#);
        with(&actions, |flow| assert_eq!(flow.action_named("Each").unwrap().is_single(), is_single, "{list}"));
    }
}

#[test]
fn stands_any_flow() {
    for actions in [
        r#"{"A": {"type": "Foreach", "foreach": "@body('A')", "actions": {"A": {"type": "Until", "expression": "@body('A')", "actions": {"A": 1}}}}}"#,
        r#"{"A": {"type": "Foreach", "foreach": {}, "actions": {"B": {"type": "Compose", "inputs": "@item(", "runAfter": {"B": []}}}}}"#,
    ] {
        with(actions, |flow| {
            for action in flow.actions() {
                let _ = (action.each(), action.is_single(), action.round(), action.cost_in(action));
                let _ = action.loops().any(|around| action.varies_in(around));
            }
        });
    }
}
