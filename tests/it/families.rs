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
