//! Packages that lie apart and belong together by the config are looked at together.

use flowvet::config::ConfigFile;
use flowvet::input::{Content, Input};
use flowvet::{Report, analyze};

const PARENT: &str = "11111111-1111-4111-8111-111111111111";
const CHILD: &str = "22222222-2222-4222-8222-222222222222";

/// An unpacked solution with one flow that runs the child, or is it.
fn solution(folder: &str, version: &str, id: &str, connector: &str) -> Vec<Input> {
    let call = if id == PARENT {
        format!(r#", "Run": {{"type": "Workflow", "inputs": {{"host": {{"workflowReferenceName": "{CHILD}"}}}}}}"#)
    } else {
        String::new()
    };
    let flow = format!(
        r#"{{"properties": {{"connectionReferences": {{}}, "definition": {{"triggers": {{}}, "actions": {{"Use":
        {{"type": "OpenApiConnection", "inputs": {{"host": {{"apiId": "/apis/{connector}", "operationId": "Send"}}}}}}{call}}}}}}},
        "schemaVersion": "1.0.0.0"}}"#
    );
    let solution = format!(
        "<ImportExportXml><SolutionManifest><UniqueName>{folder}</UniqueName><Version>{version}</Version></SolutionManifest></ImportExportXml>"
    );
    let customizations = format!(
        "<ImportExportXml><Workflows><Workflow WorkflowId=\"{{{id}}}\" Name=\"Flow\">\
         <JsonFileName>/Workflows/Flow-{id}.json</JsonFileName><Category>5</Category></Workflow></Workflows></ImportExportXml>"
    );
    let files = [
        ("solution.xml", solution),
        ("customizations.xml", customizations),
        (&format!("Workflows/Flow-{id}.json"), flow),
    ];
    let input = |(name, text): (&str, String)| Input {
        name: format!("{folder}/{name}"),
        named: false,
        content: Content::Bytes(text.into()),
    };
    files.into_iter().map(input).collect()
}

fn check(inputs: Vec<Input>, config: &str) -> Report {
    let file = ConfigFile::parse(flowvet::rules::ALL, config, "").unwrap();
    analyze(inputs, &file.config)
}

fn rules(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| report.rule(finding).id.as_ref()).collect()
}

const FAMILY: &str = "[[family]]\npaths = ['orders', 'shared']\n";

#[test]
fn a_child_in_another_package_is_found_only_inside_the_family() {
    let inputs = || -> Vec<Input> {
        [
            solution("orders", "1.0.0.0", PARENT, "shared_office365"),
            solution("shared", "1.0.0.0", CHILD, "shared_teams"),
        ]
        .into_iter()
        .flatten()
        .collect()
    };
    let only = "only = ['missing-child-flow']\n";
    assert_eq!(rules(&check(inputs(), only)), ["missing-child-flow"]);
    assert_eq!(rules(&check(inputs(), &format!("{only}{FAMILY}"))), [""; 0]);
}

#[test]
fn of_several_copies_of_a_child_the_newest_version_counts() {
    let inputs = |older: &str, newer: &str| -> Vec<Input> {
        [
            solution("orders", "1.0.0.0", PARENT, "shared_office365"),
            solution("shared/a", "1.0.0.10", CHILD, newer),
            solution("shared/b", "1.0.0.9", CHILD, older),
        ]
        .into_iter()
        .flatten()
        .collect()
    };
    let config = "only = ['mixed-connector-groups']\n[[family]]\npaths = ['orders', 'shared/*']\n";
    assert_eq!(rules(&check(inputs("shared_gmail", "shared_teams"), config)), [""; 0]);
    assert_eq!(rules(&check(inputs("shared_teams", "shared_gmail"), config)), ["mixed-connector-groups"]);
}

/// A flow of a solution: its id, its triggers and its actions.
type Part<'a> = (&'a str, String, String);

/// An unpacked solution with some flows.
fn with_flows(folder: &str, version: &str, flows: &[Part<'_>]) -> Vec<Input> {
    let manifest = format!(
        "<ImportExportXml><SolutionManifest><UniqueName>Orders</UniqueName><Version>{version}</Version></SolutionManifest></ImportExportXml>"
    );
    let record = |(id, ..): &Part<'_>| {
        format!(
            "<Workflow WorkflowId=\"{{{id}}}\" Name=\"Flow {}\"><JsonFileName>/Workflows/Flow-{id}.json</JsonFileName>\
             <Category>5</Category></Workflow>",
            &id[..2]
        )
    };
    let records: String = flows.iter().map(record).collect();
    let customizations = format!("<ImportExportXml><Workflows>{records}</Workflows></ImportExportXml>");
    let mut files = vec![("solution.xml".to_owned(), manifest), ("customizations.xml".to_owned(), customizations)];
    for (id, triggers, actions) in flows {
        let flow = format!(
            r#"{{"properties": {{"connectionReferences": {{}}, "definition": {{"triggers": {{{triggers}}}, "actions": {{{actions}}}}}}},
            "schemaVersion": "1.0.0.0"}}"#
        );
        files.push((format!("Workflows/Flow-{id}.json"), flow));
    }
    let input = |(name, text): (String, String)| Input {
        name: format!("{folder}/{name}"),
        named: false,
        content: Content::Bytes(text.into()),
    };
    files.into_iter().map(input).collect()
}

fn joined<const N: usize>(lists: [Vec<Input>; N]) -> Vec<Input> {
    lists.into_iter().flatten().collect()
}

fn id(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-000000000000")
}

fn run(target: &str) -> String {
    format!(r#""Run": {{"type": "Workflow", "inputs": {{"host": {{"workflowReferenceName": "{target}"}}}}}}"#)
}

fn button(required: &str) -> String {
    format!(
        r#""manual": {{"type": "Request", "kind": "Button", "inputs": {{"schema": {{"type": "object", "properties":
        {{"text": {{"type": "string"}}}}, "required": [{required}]}}}}}}"#
    )
}

const RESPOND: &str = r#""Respond": {"type": "Response", "kind": "PowerApp", "inputs": {"statusCode": 200}}"#;

fn watches(table: usize) -> String {
    format!(
        r#""When": {{"type": "OpenApiConnectionWebhook", "inputs": {{"host": {{"apiId": "/apis/shared_commondataserviceforapps",
        "operationId": "SubscribeWebhookTrigger"}}, "parameters": {{"subscriptionRequest/message": 4,
        "subscriptionRequest/entityname": "table_{table}x"}}}}}}"#
    )
}

fn adds(table: usize) -> String {
    format!(
        r#""Add {table}": {{"type": "OpenApiConnection", "inputs": {{"host": {{"apiId": "/apis/shared_commondataserviceforapps",
        "operationId": "CreateRecord"}}, "parameters": {{"entityName": "table_{table}xes", "item/name": "x"}}}}}}"#
    )
}

const ALL: &str = "only = ['child-flow-without-response', 'child-flow-input-mismatch', 'missing-child-flow', 'cross-flow-trigger-loop', 'mixed-connector-groups']\n";

#[test]
fn of_two_versions_of_a_package_each_parent_meets_its_own_child() {
    let old = [(PARENT, button(""), run(CHILD)), (CHILD, button(""), RESPOND.to_owned())];
    let new = [(PARENT, button(""), run(CHILD)), (CHILD, button(r#""text""#), RESPOND.to_owned())];
    let inputs = || joined([with_flows("a/old", "1.0", &old), with_flows("a/new", "2.0", &new)]);
    let apart = check(inputs(), ALL);
    assert_eq!(rules(&apart), ["child-flow-input-mismatch"]);
    let together = check(inputs(), &format!("{ALL}[[family]]\npaths = ['a/*']\n"));
    assert_eq!(rules(&together), ["child-flow-input-mismatch"]);
    assert!(together.findings[0].place.flow.uri.starts_with("a/new/"));
}

#[test]
fn two_copies_of_one_flow_make_no_loop() {
    let copy = || with_flows("a/one", "1.0", &[(PARENT, watches(1), adds(1))]);
    let other = || with_flows("a/two", "2.0", &[(PARENT, watches(1), adds(1))]);
    let family = format!("{ALL}[[family]]\npaths = ['a/*']\n");
    assert_eq!(rules(&check(joined([copy(), other()]), &family)), [""; 0]);
    // The newest copy of each flow counts: there the circle is open.
    let circle = with_flows("a/one", "1.0", &[(PARENT, watches(1), adds(2)), (CHILD, watches(2), adds(1))]);
    let opened = with_flows("a/two", "1.1", &[(PARENT, watches(1), adds(3)), (CHILD, watches(2), adds(1))]);
    assert_eq!(rules(&check(joined([circle, opened]), &family)), [""; 0]);
}

#[test]
fn flows_that_run_themselves_or_each_other_come_to_an_end() {
    let both = |actions: &str| format!("{actions}, {RESPOND}");
    let itself = with_flows("a", "1.0", &[(PARENT, button(""), both(&run(PARENT)))]);
    assert_eq!(rules(&check(itself, ALL)), [""; 0]);
    let each_other = [(PARENT, button(""), both(&run(CHILD))), (CHILD, button(""), both(&run(PARENT)))];
    assert_eq!(rules(&check(with_flows("a", "1.0", &each_other), ALL)), [""; 0]);
    let third = id(7);
    let three = [
        (PARENT, watches(1), both(&run(CHILD))),
        (CHILD, button(""), both(&run(&third))),
        (third.as_str(), button(""), both(&format!("{}, {}", run(CHILD), adds(1)))),
    ];
    let report = check(with_flows("a", "1.0", &three), ALL);
    assert_eq!(rules(&report), ["cross-flow-trigger-loop"]);
    assert_eq!(report.findings[0].related.len(), 2);
}

#[test]
fn each_flow_of_a_loop_is_in_a_shortest_one() {
    let message = |flows: &[Part<'_>]| {
        let report = check(with_flows("a", "1.0", flows), "only = ['cross-flow-trigger-loop']");
        report
            .findings
            .iter()
            .map(|finding| (finding.place.flow.name.clone(), finding.related.len()))
            .collect::<Vec<_>>()
    };
    let ids: Vec<String> = (0..40).map(|number| id(number << 24)).collect();
    // A ring, with a shortcut that makes a small ring of two.
    let ring = |from: usize| (ids[from].as_str(), watches(from), adds((from + 1) % 40));
    let mut flows: Vec<Part<'_>> = (0..40).map(ring).collect();
    assert_eq!(message(&flows), [("Flow 00".to_owned(), 39)]);
    flows[1].2 = format!("{}, {}", adds(2), adds(0));
    assert_eq!(message(&flows), [("Flow 00".to_owned(), 1), ("Flow 00".to_owned(), 39)]);
    // All on one table: each is in a ring of two.
    let crowd: Vec<Part<'_>> = ids.iter().map(|id| (id.as_str(), watches(1), adds(1))).collect();
    let found = message(&crowd);
    assert!(found.len() >= 20 && found.iter().all(|(_, others)| *others == 1), "{found:?}");
    // A ring as long as a large tenant is looked at without recursion.
    let many: Vec<String> = (0..1500).map(id).collect();
    let long = (0..1500).map(|at| (many[at].as_str(), watches(at), adds((at + 1) % 1500))).collect::<Vec<_>>();
    assert_eq!(message(&long), [("Flow 00".to_owned(), 1499)]);
    flows.reverse();
    assert_eq!(message(&flows), [("Flow 00".to_owned(), 1), ("Flow 00".to_owned(), 39)]);
}
