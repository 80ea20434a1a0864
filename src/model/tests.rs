//! The model over small flows: names, containers, order, connectors.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::shape::shapes;
use super::*;

/// A flow with these actions, handed to `check`.
fn with(actions: &str, check: impl FnOnce(&Flow<'_>)) {
    let text = format!(
        r#"{{"properties": {{"connectionReferences": {{"outlook": {{"api": {{"name": "shared_office365"}},
        "connection": {{"connectionReferenceLogicalName": "x_outlook"}}}}}}, "definition": {{"triggers": {{"manual":
        {{"type": "request", "kind": "HTTP"}}}}, "actions": {actions}}}}}, "schemaVersion": "1.0.0.0"}}"#
    );
    let document = Document::parse(&text).unwrap();
    let shapes = shapes(&document);
    check(&Flow::lower(
        &document,
        &shapes[0],
        "Workflows/A-0f0f0f0f-1111-4222-8333-444444444444.json",
        None,
        None,
        &[],
    ));
}

const NESTED: &str = r#"{
    "Try": {"type": "Scope", "actions": {
        "Each": {"type": "foreach", "actions": {"Send": {"type": "Compose"}}},
        "Check": {"type": "If", "runAfter": {"EACH": ["Succeeded"]}, "actions": {"Yes": {"type": "Compose"}},
                  "else": {"actions": {"No": {"type": "Compose"}}}},
        "Switch": {"type": "Switch", "runAfter": {"Check": ["Succeeded"]},
                   "cases": {"One": {"case": 1, "actions": {"In_one": {"type": "Compose"}}}},
                   "default": {"actions": {"Otherwise": {"type": "Compose"}}}}}},
    "After": {"type": "Compose", "runAfter": {"Try": ["SUCCEEDED"]}},
    "Skipped": {"type": "Compose", "runAfter": {"After": ["Skipped"]}},
    "Catch": {"type": "Scope", "runAfter": {"Try": ["Failed", "TIMEDOUT"]}, "actions": {"Tell": {"type": "Compose"}}}
}"#;

fn names<'m>(actions: impl IntoIterator<Item = Action<'m>>) -> Vec<&'m str> {
    actions.into_iter().map(Action::name).collect()
}

#[test]
fn containers_know_parents_children_and_branches() {
    with(NESTED, |flow| {
        assert_eq!(flow.action_count(), 13);
        let action = |name| flow.action_named(name).unwrap();
        assert_eq!(names(action("try").children()), ["Each", "Check", "Switch"]);
        assert_eq!(names(action("Check").children()), ["Yes", "No"]);
        assert_eq!(names(action("Send").ancestors()), ["Each", "Try"]);
        assert_eq!(names(action("Each").siblings()), ["Check", "Switch"]);
        assert!(action("Send").is_inside_loop() && !action("Each").is_inside_loop());
        assert_eq!(*action("No").branch(), Branch::Else);
        assert_eq!(*action("In_one").branch(), Branch::Case("One".into()));
        assert_eq!(*action("Otherwise").branch(), Branch::Default);
        assert_eq!(action("In_one").path().to_string(), "Try > Switch > In one");
        assert!(action("After").children().next().is_none());
    });
}

#[test]
fn run_after_is_resolved_without_case() {
    with(NESTED, |flow| {
        let action = |name| flow.action_named(name).unwrap();
        assert_eq!(names(action("Check").predecessors()), ["Each"]);
        assert_eq!(names(action("Try").followers().map(|(action, _)| action)), ["After", "Catch"]);
        assert!(flow.has_any_handler());
    });
    with(
        r#"{"A": {"type": "Compose"}, "B": {"type": "Compose", "runAfter": {"A": ["Succeeded"], "Gone": ["Failed"]}}}"#,
        |flow| {
            assert_eq!(
                names(flow.action_named("B").unwrap().predecessors()),
                ["A"],
                "a name that is no sibling is left out"
            );
        },
    );
}

#[test]
fn what_can_have_run_before() {
    with(NESTED, |flow| {
        let before =
            |target, reader| flow.action_named(target).unwrap().can_have_run_before(flow.action_named(reader).unwrap());
        assert!(before("Send", "Yes"), "inside a container that is finished");
        assert!(before("Each", "In_one") && before("Yes", "After") && before("Try", "Tell"));
        assert!(!before("Yes", "No") && !before("No", "Yes"), "the other branch");
        assert!(!before("After", "Tell") && !before("Catch", "After"), "a parallel branch");
        assert!(!before("Send", "Send") && !before("Try", "Send") && !before("After", "Try"));
    });
}

#[test]
fn what_follows_in_the_same_run() {
    with(NESTED, |flow| {
        let action = |name| flow.action_named(name).unwrap();
        let follows = |first, later| action(first).is_followed_by(action(later));
        assert!(follows("Try", "After") && follows("Yes", "After") && follows("Each", "In_one"));
        assert!(!follows("After", "Try") && !follows("Try", "Try") && !follows("Try", "Send"));
        assert!(!follows("Yes", "No") && !follows("Yes", "In_one"), "each may be left out");
        assert!(!follows("Try", "Tell") && !follows("After", "Skipped"), "runs when the other has not succeeded");
        assert!(action("Try").has_children() && !action("After").has_children() && !action("Tell").has_children());
    });
}

#[test]
fn connectors_are_read_from_every_form_of_host() {
    let actions = r#"{
        "New": {"type": "OpenApiConnection", "inputs": {"host": {"apiId": "/providers/Microsoft.PowerApps/apis/Shared_Teams",
            "connectionName": "outlook", "operationId": "PostMessage"}}},
        "Empty": {"type": "OpenApiConnection", "inputs": {"host": {"apiId": "", "connectionName": "OUTLOOK", "operationId": "Send"}}},
        "Old": {"type": "ApiConnection", "inputs": {"host": {"connection": {"name": "@parameters('$connections')['outlook']['connectionId']"}}}},
        "Invoker": {"type": "ApiConnection", "inputs": {"host": {"connection": {"name":
            "@json(decodeBase64(triggerOutputs().headers['X-MS-APIM-Tokens']))['$connections']['outlook']['connectionId']"}}}},
        "Post": {"type": "http", "inputs": {"method": "post", "uri": "https://x.example"}},
        "Data": {"type": "Compose", "inputs": {"host": {"apiId": "shared_x"}}}
    }"#;
    with(actions, |flow| {
        let connector = |name| flow.action_named(name).unwrap().connector();
        assert_eq!(connector("New"), Some("shared_teams"));
        for name in ["Empty", "Old", "Invoker"] {
            assert_eq!(connector(name), Some("shared_office365"), "{name}");
        }
        assert_eq!(connector("Post"), Some("Http"));
        assert_eq!(connector("Data"), None);
        assert_eq!(flow.triggers().next().unwrap().connector(), Some("HttpRequestReceived"));
        assert_eq!(flow.action_named("Post").unwrap().effect(), Effect::Write);
    });
}

#[test]
fn effects_follow_the_parameter_that_decides() {
    let actions = r#"{
        "Sharepoint": {"type": "OpenApiConnection", "inputs": {"host": {"apiId": "shared_sharepointonline", "operationId": "HttpRequest"},
            "parameters": {"parameters/method": "GET"}}},
        "Outlook": {"type": "OpenApiConnection", "inputs": {"host": {"apiId": "shared_office365", "operationId": "HttpRequest"},
            "parameters": {"Method": "PATCH"}}},
        "Entra": {"type": "OpenApiConnection", "inputs": {"host": {"apiId": "shared_webcontents", "operationId": "InvokeHttp"},
            "parameters": {"request/method": "get"}}},
        "Token": {"type": "Http", "inputs": {"method": "POST",
            "uri": "https://login.microsoftonline.com/@{parameters('tenant')}/oauth2/v2.0/token"}},
        "Tokens": {"type": "Http", "inputs": {"method": "POST", "uri": "https://api.example/tokens?a=/token"}},
        "Secret": {"type": "OpenApiConnection", "inputs": {"host": {"apiId": "shared_commondataserviceforapps",
            "operationId": "PerformUnboundAction"}, "parameters": {"actionName": "RetrieveEnvironmentVariableSecretValue"}}},
        "Publish": {"type": "OpenApiConnection", "inputs": {"host": {"apiId": "shared_commondataserviceforapps",
            "operationId": "PerformUnboundAction"}, "parameters": {"actionName": "@variables('action')"}}}
    }"#;
    with(actions, |flow| {
        let effect = |name| flow.action_named(name).unwrap().effect();
        assert_eq!(["Sharepoint", "Entra", "Secret", "Token"].map(effect), [Effect::Read; 4]);
        assert_eq!(["Outlook", "Publish", "Tokens"].map(effect), [Effect::Write; 3]);
    });
}

#[test]
fn names_come_from_the_best_source() {
    with("{}", |flow| {
        assert_eq!(
            (flow.identity.id.as_str(), flow.identity.name.as_str()),
            ("0f0f0f0f-1111-4222-8333-444444444444", "A")
        );
        assert!(flow.is_solution_flow());
    });
    assert!(is_guid("0F0F0F0F-1111-4222-8333-444444444444") && !is_guid("0f0f0f0f111142228333444444444444"));
}

#[test]
fn whatever_has_the_wrong_form_is_left_out() {
    with(
        r#"{"A": 1, "B": {"type": 5, "runAfter": [], "actions": []}, "C": {"type": "Scope", "actions": {"D": null}}}"#,
        |flow| {
            assert_eq!(names(flow.actions()), ["A", "B", "C", "D"]);
            assert!(flow.actions().all(|action| action.run_after().is_empty()));
        },
    );
}

#[test]
fn pasted_steps_are_steps() {
    for (text, names_seen) in [
        (r#"{"type": "Http", "inputs": {"method": "GET"}}"#, &["Pasted_step"][..]),
        (r#"{"type": "Scope", "actions": {"A": {"type": "Compose", "inputs": 1}}}"#, &["Pasted_step", "A"]),
        (r#"{"A": {"type": "Compose", "inputs": 1}, "B": {"type": "Http", "inputs": {}}}"#, &["A", "B"]),
        (r#"{"nodeId": "Send_it", "serializedValue": {"type": "Http", "inputs": {}}}"#, &["Send_it"]),
    ] {
        let document = Document::parse(text).unwrap();
        let shapes = shapes(&document);
        let flow = Flow::lower(&document, &shapes[0], "stdin.json", None, None, &[]);
        assert_eq!(names(flow.actions()), names_seen, "{text}");
        assert_eq!(flow.completeness, Completeness::Fragment);
        for action in flow.actions() {
            assert!(flow.action_at(action.name_spot()) == Some(action), "{text}");
            assert!(flow.action_at(action.value().spot()) == Some(action), "{text}");
        }
    }
}

#[test]
fn a_cycle_of_run_after_ends() {
    let actions = r#"{"A": {"type": "Compose", "runAfter": {"B": ["Succeeded"], "A": ["Succeeded"]}},
                      "B": {"type": "Compose", "runAfter": {"A": ["Succeeded"]}}}"#;
    with(actions, |flow| {
        let [a, b] = ["A", "B"].map(|name| flow.action_named(name).unwrap());
        assert!(a.can_have_run_before(b) && b.can_have_run_before(a) && !a.can_have_run_before(a));
    });
}

const EXPRESSIONS: &str = r#"{
    "Each": {"type": "Foreach", "foreach": "@outputs('A')", "description": "@broken(", "metadata": {"id": "@broken("},
             "runAfter": {"@x": []}, "actions": {
        "Rows": {"type": "Select", "inputs": {"from": "@item()", "select": {"@{item()}k": "caf\u00e9 @{item()?['a']}", "b": 1}}}}},
    "Wait": {"type": "Until", "expression": "@equals(body('Poll'), 1)", "limit": {"count": "@int('5')"}, "actions": {
        "Poll": {"type": "Compose", "inputs": "\u0040utcNow()"}}},
    "Pick": {"type": "Switch", "expression": "plain", "cases": {"@One": {"case": "@@1", "actions": {}}}},
    "Plain": {"type": "Compose", "inputs": ["no sign", "mail@contoso.com", "\u00e9"]}
}"#;

#[test]
fn every_expression_is_read_once_with_its_step() {
    with(EXPRESSIONS, |flow| {
        let seen: Vec<(&str, &str)> = flow
            .expressions()
            .map(|expression| (expression.action().map(Action::name).unwrap(), expression.template().text()))
            .collect();
        assert_eq!(
            seen,
            [
                ("Each", "@outputs('A')"),
                ("Rows", "@item()"),
                ("Rows", "@{item()}k"),
                ("Rows", "café @{item()?['a']}"),
                ("Wait", "@equals(body('Poll'), 1)"),
                ("Wait", "@int('5')"),
                ("Poll", "@utcNow()"),
                ("Pick", "@@1"),
                ("Plain", "mail@contoso.com"),
            ]
        );
        let at = |text: &str| flow.expressions().find(|expression| expression.template().text() == text).unwrap();
        assert!(at("@{item()}k").is_key() && at("@{item()}k").is_per_item() && !at("@item()").is_per_item());
        assert!(at("café @{item()?['a']}").is_per_item());
        assert!(at("@outputs('A')").is_under(&["foreach"]) && !at("@outputs('A')").is_under(&["foreach", "x"]));
        assert_eq!(names(at("@outputs('A')").containers()), [""; 0], "the list is worked out before the loop");
        assert_eq!(names(at("@item()").containers()), ["Each"]);
        let until = at("@equals(body('Poll'), 1)");
        assert_eq!(names(until.containers()), ["Wait"]);
        let poll = flow.action_named("Poll").unwrap();
        assert!(until.can_read(poll) && !at("@int('5')").can_read(poll));
        let [reference] = until.references().collect::<Vec<_>>().try_into().ok().unwrap();
        assert_eq!((reference.name.as_ref(), reference.named), ("Poll", facts::Named::Action));
    });
}

#[test]
fn places_in_expressions_are_exact_through_escapes_and_in_keys() {
    with(EXPRESSIONS, |flow| {
        let place = |holder: &str, part: &str| {
            let expression = flow.expressions().find(|expression| expression.template().text() == holder).unwrap();
            let start = holder.find(part).unwrap();
            let spot = expression.spot(start..start + part.len());
            (
                &flow.document.text()[spot.span.range()],
                spot.pointer(flow.document).rsplit('/').next().unwrap().to_owned(),
            )
        };
        assert_eq!(place("café @{item()?['a']}", "item"), ("item", "@{item()}k".to_owned()));
        assert_eq!(place("@{item()}k", "item()"), ("item()", "@{item()}k".to_owned()));
        assert_eq!(place("@utcNow()", "@utc"), ("\\u0040utc", "inputs".to_owned()));
    });
}

#[test]
fn variables_are_found_where_they_are_declared_and_written() {
    let actions = r#"{
        "Start": {"type": "initializeVariable", "inputs": {"variables": [{"name": "Total", "type": "integer"}, {"type": "string"}]}},
        "Add": {"type": "IncrementVariable", "inputs": {"name": "total", "value": 1}},
        "Any": {"type": "SetVariable", "inputs": {"name": "@{'x'}", "value": 1}},
        "Odd": {"type": "Compose", "inputs": {"name": "Total"}}
    }"#;
    with(actions, |flow| {
        assert_eq!(names(flow.variables_named("TOTAL").map(|variable| variable.action)), ["Start"]);
        assert_eq!(flow.variables().count(), 1);
        let written = |name| flow.action_named(name).unwrap().variable_written().map(|(name, _)| name.into_owned());
        assert_eq!([written("Add"), written("Any"), written("Odd")], [Some("total".to_owned()), None, None]);
    });
}

#[test]
fn the_config_knows_better_what_operations_do() {
    let call = |operation: &str| {
        format!(
            r#"{{"type": "OpenApiConnection", "inputs": {{"host": {{"apiId": "shared_Contoso", "operationId": "{operation}"}}}}}}"#
        )
    };
    let actions = format!(
        r#"{{"A": {}, "B": {}, "C": {}, "D": {{"type": "Http", "inputs": {{"method": "post", "uri": "x"}}}}, "E": {{"type": "Compose"}}}}"#,
        call("CreateQuery"),
        call("CreateOrder"),
        call("GetAll")
    );
    let given = |pattern: &str, effect| {
        (globset::GlobBuilder::new(pattern).case_insensitive(true).build().unwrap().compile_matcher(), effect)
    };
    let overrides = EffectOverrides::new(vec![
        given("shared_contoso/Create*", Effect::Send),
        given("shared_contoso/createquery", Effect::Read),
        given("http/POST", Effect::Read),
    ]);
    let text = format!(r#"{{"triggers": {{}}, "actions": {actions}}}"#);
    let document = Document::parse(&text).unwrap();
    let shapes = shapes(&document);
    let flow = Flow::lower(&document, &shapes[0], "A.json", None, None, &[]).with_effects(&overrides);
    let effects: Vec<Effect> = flow.actions().map(Action::effect).collect();
    assert_eq!(effects, [Effect::Read, Effect::Send, Effect::Read, Effect::Read, Effect::None]);
}
