//! A whole check of one flow file: no rule fails, and no secret or place breaks a report.
#![no_main]

use flowvet::input::{Content, Input};
use flowvet::source::ProblemKind;
use flowvet::{Config, analyze};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let input = Input { name: "Flow.json".into(), named: true, content: Content::Bytes(bytes.to_vec()) };
    let report = analyze([input], &Config::default());
    assert!(report.problems.iter().all(|problem| problem.kind != ProblemKind::Internal), "{:?}", report.problems);
    for finding in &report.findings {
        let snippet = &finding.place.snippet;
        assert!(snippet.text.get(snippet.highlight.clone()).is_some());
    }
});
