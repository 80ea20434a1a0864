//! The ways of values that rules show, step by step, over all fixtures of the rules that have them: `dataflow.paths` has
//! each step's place, pointer and text. `UPDATE=1` rewrites it. Read from the JSON report, as programs get it; the SARIF
//! report must show the same steps.

use crate::fixtures::{inputs, root, sorted};
use flowvet::report::json::Json;
use flowvet::report::sarif::Sarif;
use flowvet::report::{Emitter, ExitCode};
use flowvet::{Config, analyze};
use serde_json::Value;
use std::fmt::Write;

const RULES: &[&str] =
    &["business-data-to-external", "caller-controlled-url", "odata-injection", "secret-flow", "sql-injection"];

#[test]
fn every_step_of_every_way_is_as_expected() {
    let mut shown = String::new();
    let mut ways = 0;
    for rule in RULES {
        for path in sorted(&root().join("fixtures").join(rule)) {
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let config = Config { only: vec![(*rule).to_owned()], ..Config::default() };
            let report = analyze(inputs(&path), &config);
            let name = path.file_stem().unwrap().to_str().unwrap();
            let (json, sarif) = (read(&Json, &report), read(&sarif(), &report));
            let empty = Vec::new();
            for (index, finding) in json["findings"].as_array().unwrap().iter().enumerate() {
                writeln!(shown, "{rule}/{name}").unwrap();
                let steps = finding["dataPath"].as_array().unwrap_or(&empty);
                let result = &sarif["runs"][0]["results"][index];
                let locations = &result["codeFlows"][0]["threadFlows"][0]["locations"];
                assert_eq!(locations.as_array().map_or(0, Vec::len), steps.len(), "{rule}/{name}");
                for (step, location) in steps.iter().zip(locations.as_array().unwrap_or(&empty)) {
                    let region = &location["location"]["physicalLocation"]["region"];
                    assert_eq!(region["startLine"], step["region"]["startLine"], "{rule}/{name}");
                    assert_eq!(region["startColumn"], step["region"]["startColumn"], "{rule}/{name}");
                    assert!(location["location"]["message"]["text"].is_string(), "{rule}/{name}");
                    let place = step["snippet"]["place"].as_str().unwrap();
                    let names: Vec<&str> =
                        step["path"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
                    let message = step["message"].as_str().unwrap();
                    writeln!(shown, "  {} | {place} | {message}", names.join(" > ")).unwrap();
                }
                // A way ends where the finding is.
                let end = steps.last().map(|step| &step["pointer"]);
                assert!(steps.is_empty() || end == Some(&finding["pointer"]), "{rule}/{name}");
                ways += usize::from(!steps.is_empty());
            }
        }
    }
    assert!(ways >= 20, "{ways}");
    let file = root().join("tests/it/dataflow.paths");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &shown).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(expected == shown, "read the difference, then run again with UPDATE=1\n{shown}");
}

fn sarif() -> Sarif<'static> {
    Sarif { category: "check", exit_code: ExitCode::Findings }
}

fn read(emitter: &dyn Emitter, report: &flowvet::Report) -> Value {
    let mut out = Vec::new();
    emitter.emit(report, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn values_that_go_in_circles_come_to_an_end() {
    let mut actions = serde_json::Map::new();
    for index in 0..300 {
        let all: Vec<String> = (0..20).map(|other| format!("@{{outputs('C{}')}}", (index * 7 + other) % 300)).collect();
        let step = serde_json::json!({ "type": "Compose", "inputs": { "a": all.join(""), "b": "@triggerBody()" } });
        actions.insert(format!("C{index}"), step);
    }
    let call = serde_json::json!({ "type": "Http", "inputs": { "method": "GET", "uri": "@outputs('C1')" } });
    actions.insert("Call".into(), call);
    let trigger = serde_json::json!({ "manual": { "type": "Request", "kind": "Http", "inputs": {} } });
    let definition = serde_json::json!({ "triggers": trigger, "actions": actions });
    let flow = serde_json::json!({ "properties": { "connectionReferences": {}, "definition": definition } });
    let bytes = flowvet::input::Content::Bytes(flow.to_string().into());
    let input = flowvet::input::Input { name: "Circle.json".into(), named: true, content: bytes };
    let config = Config { only: RULES.iter().map(|rule| (*rule).to_owned()).collect(), ..Config::default() };
    let report = analyze([input], &config);
    assert_eq!((report.findings.len(), report.problems.len()), (1, 0));
}
