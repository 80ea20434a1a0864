//! Types over a flow with some of everything that an expression can read.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::super::shape::shapes;
use super::*;
use crate::syntax::Document;

const ACTIONS: &str = r#"
    "Count": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "Count", "type": "Integer"}]}},
    "Rate": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "Rate", "type": "float", "value": 1}]}},
    "Names": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "Names", "type": "array"}]}},
    "Text": {"type": "Compose", "inputs": "@{variables('Count')} items"},
    "Map": {"type": "Compose", "inputs": {"a": 1, "b": {"c": "@utcNow()"}, "@@odata.type": "x", "l": [1, "@2", 2.5]}},
    "Parse": {"type": "ParseJson", "inputs": {"content": "@x()", "schema": {"type": "object", "properties": {
        "n": {"type": ["integer", "null"]}, "lines": {"type": "array", "items": {"type": "object",
            "properties": {"amount": {"type": "number"}}}}, "x/y": {"type": "boolean"}, "odd": 5, "any": {}}}}},
    "Select": {"type": "Select", "inputs": {"from": "@body('Parse')?['lines']", "select": {"A": "@item()?['amount']"}}},
    "Words": {"type": "Select", "inputs": {"from": "@split('a b', ' ')", "select": "@item()"}},
    "Query": {"type": "Query", "inputs": {"from": "@body('Select')", "where": "@greater(item()?['A'], 1)"}},
    "Html": {"type": "Table", "inputs": {"from": "@body('Select')", "format": "HTML"}},
    "Joined": {"type": "Join", "inputs": {"from": "@body('Words')", "joinWith": ","}},
    "Http": {"type": "Http", "inputs": {"method": "GET", "uri": "https://contoso.example"}},
    "Each": {"type": "Foreach", "foreach": "@body('Query')", "actions": {
        "Inner": {"type": "Compose", "inputs": "@items('Each')?['A']"},
        "Sees": {"type": "Compose", "inputs": "@outputs('Inner')"},
        "Item": {"type": "Compose", "inputs": "@item()"}}},
    "Circle": {"type": "Compose", "inputs": "@outputs('Circle_2')"},
    "Circle_2": {"type": "Compose", "inputs": "@outputs('Circle')"}
"#;

const TRIGGER: &str = r#"{"type": "Request", "kind": "Button", "inputs": {"schema": {"type": "object", "properties": {
    "text": {"type": "string"}, "file": {"type": "object", "properties": {"name": {"type": "string"}}}}}}}"#;

fn with(actions: &str, check: impl FnOnce(&Flow<'_>)) {
    let text = format!(
        r#"{{"properties": {{"connectionReferences": {{}}, "definition": {{
        "parameters": {{"Url (x_Url)": {{"type": "String"}}, "On": {{"type": "Bool"}}, "Map": {{"type": "Object"}}}},
        "triggers": {{"manual": {TRIGGER}}}, "actions": {{{actions}}}}}}}, "schemaVersion": "1.0.0.0"}}"#
    );
    let document = Document::parse(&text).unwrap();
    let shapes = shapes(&document);
    check(&Flow::lower(&document, &shapes[0], "A.json", None, None, &[]));
}

/// The type of an expression in a step of its own behind all others.
fn set(expression: &str) -> String {
    let mut told = String::new();
    with(&format!(r#"{ACTIONS}, "Last": {{"type": "Compose", "inputs": "@{expression}"}}"#), |flow| {
        let last = flow.action_named("Last").unwrap();
        told = flow.type_of_value(last.inputs().unwrap()).set.to_string();
    });
    told
}

#[test]
fn everything_that_can_be_read_has_its_type() {
    let (any, null) = ("any value", " or an empty value (null)");
    for (expression, expected) in [
        ("variables('count')", &*format!("a whole number{null}")),
        ("variables('Rate')", &format!("a number{null}")),
        ("variables('None')", any),
        ("parameters('Url (x_Url)')", &format!("text{null}")),
        ("parameters('Map')", any),
        ("outputs('Text')", &format!("text{null}")),
        ("outputs('Map')?['a']", &format!("a whole number{null}")),
        ("outputs('Map')['B']['c']", "text"),
        ("outputs('Map')['@odata.type']", "text"),
        ("outputs('Map')['l'][0]", "a number"),
        ("outputs('Map')['none']", any),
        ("body('Map')", any),
        ("body('Parse')['n']", &format!("a whole number{null}")),
        ("outputs('Parse')?['body/n']", &format!("a whole number{null}")),
        ("body('Parse')['x/y']", &format!("true or false{null}")),
        ("body('Parse')['lines'][0]['amount']", &format!("a number{null}")),
        ("first(body('Parse')?['lines'])?['amount']", &format!("a number{null}")),
        ("body('Parse')['odd']", any),
        ("body('Parse')['any']['thing']", any),
        ("body('Parse')[variables('x')]", any),
        ("body('Select')[0]['A']", &format!("a number{null}")),
        ("outputs('Select')['body']", "a list"),
        ("body('Words')[0]", "text"),
        ("first(take(body('Words'), 1))", &format!("text{null}")),
        ("body('Query')[0]['A']", &format!("a number{null}")),
        ("body('Html')", &format!("text{null}")),
        ("body('Joined')", &format!("text{null}")),
        ("body('Http')", any),
        ("outputs('Inner')", any),
        ("outputs('Circle')", any),
        ("triggerBody()?['text']", any),
        ("workflow()", "an object"),
        ("workflow()['run']['name']", any),
        ("if(equals(1, 2), 1, 'a')", "a whole number or text"),
        ("coalesce(variables('Count'), 0)", "a whole number"),
        ("json('[1]')", "a list"),
        ("json('{}')", "an object"),
        ("createArray(1, 2)[0]", "a whole number"),
        ("createArray(1, 'a')[0]", "a whole number or text"),
        ("split('a', ',')[0]", "text"),
        ("last(range(0, 3))", &format!("a whole number{null}")),
        ("add(variables('Count'), 1)", "a number"),
        ("add(1, 2)", "a whole number"),
        ("nothing()", any),
        ("result('Each')", "a list"),
    ] {
        assert_eq!(set(expression), expected, "{expression}");
    }
}

#[test]
fn within_a_loop_the_item_is_known() {
    with(ACTIONS, |flow| {
        for (name, expected) in [("Inner", "a number"), ("Sees", "a number"), ("Item", "an object")] {
            let inputs = flow.action_named(name).unwrap().inputs().unwrap();
            assert_eq!(flow.type_of_value(inputs).set.told().to_string(), expected, "{name}");
        }
    });
}

#[test]
fn missing_properties_are_found_where_the_schema_says_all() {
    for (expression, expected) in [
        ("triggerBody()?['text_1']", Some("text_1")),
        ("triggerOutputs()?['body/file/nam']", Some("nam")),
        ("triggerOutputs()?['body']?['file']?['name']", None),
        ("triggerOutputs()?['queries']?['x']", None),
        ("triggerBody()?['file']?['name']?['x']", None),
        ("body('Parse')?['m']", Some("m")),
        ("body('Parse')?['lines'][0]?['amout']", Some("amout")),
        ("first(body('Parse')?['lines'])?['amout']", Some("amout")),
        ("body('Select')[0]?['amount']", None),
        ("body('Parse')?['X/Y']", None),
    ] {
        with(&format!(r#"{ACTIONS}, "Last": {{"type": "Compose", "inputs": "@{expression}"}}"#), |flow| {
            let inputs = flow.action_named("Last").unwrap().inputs().unwrap();
            let read = flow.expression_at(inputs).unwrap();
            let both = [Origin::Trigger, Origin::ParseJson];
            let missing = both.into_iter().flat_map(|origin| read.missing_properties(origin)).next();
            assert_eq!(missing.map(|missing| missing.name.into_owned()).as_deref(), expected, "{expression}");
        });
    }
}

#[test]
fn chains_of_any_length_end() {
    let step = |index: usize| {
        format!(
            r#""C{index}": {{"type": "Compose", "inputs": "@concat(outputs('C{}'), first(outputs('C{}')))"}}"#,
            index + 1,
            index + 1
        )
    };
    let steps: Vec<String> = (0..600).map(step).collect();
    with(&steps.join(","), |flow| {
        for action in flow.actions() {
            flow.type_of_value(action.inputs().unwrap());
        }
    });
    let copy = |index: usize| {
        let next = index + 1;
        format!(
            r#""C{index}": {{"type": "Compose", "inputs": "@if(outputs('C{next}'), outputs('C{next}'), outputs('C{next}'))"}}"#
        )
    };
    let steps: Vec<String> = (0..600).map(copy).collect();
    with(&steps.join(","), |flow| {
        for action in flow.actions() {
            flow.type_of_value(action.inputs().unwrap());
        }
    });
    let twice = |index: usize| {
        let next = format!("outputs('C{}')", index + 1);
        format!(
            r#""C{index}": {{"type": "Compose", "inputs": {{"x": "@if({next}['x'], {next}['x'], {next}['x'])",
            "l": ["@{next}['l'][0]", "@{next}['l'][1]", "@{next}['l'][2]"]}}}}"#
        )
    };
    let steps: Vec<String> = (0..200).map(twice).collect();
    let last = r#""Last": {"type": "Compose", "inputs": "@concat(outputs('C0')['x'], outputs('C0')['l'][0])"}"#;
    with(&format!("{}, {last}", steps.join(",")), |flow| {
        let asked = flow.expression_at(flow.action_named("Last").unwrap().inputs().unwrap()).unwrap();
        for call in asked.template().calls() {
            asked.type_of(call.as_expr());
        }
    });
    let deep = format!("{}1{}", "if(true, ".repeat(120), ", 2)".repeat(120));
    assert!(["a whole number", "any value"].contains(&&*set(&deep)));
    set(&format!("{}split('a', ','){}", "take(".repeat(120), ", 1)".repeat(120)));
}
