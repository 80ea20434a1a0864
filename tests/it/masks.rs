//! No secret is printed whole, whichever rule shows the place and whichever emitter prints it.

use crate::fixtures::{inputs, root, sorted};
use flowvet::config::ProfileSetting;
use flowvet::input::{Content, Input};
use flowvet::model::secrets::in_document;
use flowvet::report::json::Json;
use flowvet::report::sarif::Sarif;
use flowvet::report::terminal::Terminal;
use flowvet::report::{Emitter, ExitCode};
use flowvet::syntax::Document;
use flowvet::{Config, analyze};
use std::fs;

/// Shorter ones are words that could stand elsewhere as well.
const SHORTEST: usize = 8;

#[test]
fn no_emitter_prints_a_secret() {
    let config = Config { profile: ProfileSetting::Strict, ..Config::default() };
    let mut seen = 0;
    for file in sorted(&root().join("fixtures/hardcoded-secret")) {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let secrets = secrets(&text);
        seen += secrets.len();
        // On one line too, where each snippet shows what stands around it.
        let name = file.file_name().unwrap().to_str().unwrap();
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        let line = Input { name: name.into(), named: true, content: Content::Bytes(line.to_string().into()) };
        for inputs in [inputs(&file), vec![line]] {
            let shown = emit(inputs, &config);
            let leaked: Vec<&String> = secrets.iter().filter(|secret| shown.contains(*secret)).collect();
            assert!(leaked.is_empty(), "{name}: {leaked:?}");
        }
    }
    assert!(seen > 40, "{seen} secrets in the fixtures");
}

#[test]
fn a_snippet_masks_what_belongs_to_the_flow_beside_it() {
    let flow = |id: &str, inputs: &str| {
        format!(
            "{{\"name\":\"{id}\",\"type\":\"Microsoft.ProcessSimple/environments/flows\",\"properties\":{{\"definition\":{{\
             \"triggers\":{{\"manual\":{{\"type\":\"Request\",\"kind\":\"Button\"}}}},\
             \"actions\":{{\"A\":{{\"type\":\"Compose\",\"inputs\":\"{inputs}\"}}}}}}}}}}"
        )
    };
    let secret = ["k9Wq3Zt7", "Xv2Rm8Lp"].concat();
    let first = flow("8d1c0f3e-5a7b-4e29-9c46-b1d2e3f4a5b6", &format!("?code={secret}"));
    let second = flow("0b7e6d5c-4a39-4f28-8b17-06f5e4d3c2b1", &format!("?code={}", secret.to_lowercase()));
    let text = format!("{{\"value\":[{first},{second}]}}");
    let input = Input { name: "Flows.json".into(), named: true, content: Content::Bytes(text.into()) };
    let report = analyze([input], &Config { only: vec!["hardcoded-secret".into()], ..Config::default() });
    assert_eq!(report.findings.len(), 2);
    for finding in &report.findings {
        assert!(
            !finding.place.snippet.text.to_lowercase().contains(&secret.to_lowercase()),
            "{:?}",
            finding.place.snippet
        );
    }
}

fn secrets(text: &str) -> Vec<String> {
    let document = Document::parse(text).unwrap();
    let of = |secret: &flowvet::model::secrets::Secret<'_>| {
        let raw = text[secret.spot.span.range()].to_owned();
        let decoded = serde_json::from_str::<String>(&format!("\"{raw}\"")).unwrap();
        [raw, decoded]
    };
    let mut secrets: Vec<String> = in_document(&document).iter().flat_map(of).collect();
    secrets.retain(|secret| secret.len() >= SHORTEST);
    secrets
}

fn emit(inputs: Vec<Input>, config: &Config) -> String {
    let report = analyze(inputs, config);
    let mut shown = Vec::new();
    Terminal { width: 100, colour: false }.emit(&report, &mut shown).unwrap();
    Json.emit(&report, &mut shown).unwrap();
    Sarif { category: "hardcoded-secret", exit_code: ExitCode::Findings }.emit(&report, &mut shown).unwrap();
    String::from_utf8(shown).unwrap()
}
