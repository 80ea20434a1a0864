//! The real flows that rules are measured on, where `FLOWVET_CORPUS` names a folder of packages: each flow id once, in its
//! newest version, without Logic Apps, samples and mocks. The first folder below the corpus is a flow's source. Shared with
//! `examples/quality.rs`.
#![allow(dead_code, reason = "each of the two needs its part")]

use flowvet::finding::Finding;
use flowvet::input::walk::Walk;
use flowvet::input::{Input, Limits};
use flowvet::model::Platform;
use flowvet::report::FlowRow;
use flowvet::{Config, Report};
use globset::GlobSet;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Sources of Logic Apps, samples and mocks.
const NOT_REAL: [&str; 4] = ["Azure__", "JoseAAA__", "thygesteffensen__", "_synthetic__"];

/// The folder of packages, if there is one.
pub(crate) fn corpus() -> Option<PathBuf> {
    std::env::var_os("FLOWVET_CORPUS").map(PathBuf::from)
}

/// All files of the real sources.
pub(crate) fn inputs(corpus: &Path) -> Vec<Input> {
    let walk = Walk { root: corpus, exclude: &GlobSet::empty(), limits: &Limits::default() };
    let found = walk.files(&[corpus.to_owned()]).unwrap_or_else(|error| panic!("{error}"));
    let is_real = |input: &Input| !NOT_REAL.iter().any(|source| input.name.starts_with(source));
    found.inputs.into_iter().filter(is_real).collect()
}

/// Some rules over the real sources.
pub(crate) fn report(corpus: &Path, only: &[&str]) -> Report {
    let only = only.iter().map(|&id| id.to_owned()).collect();
    flowvet::analyze(inputs(corpus), &Config { only, ..Config::default() })
}

/// Of each flow id the file that counts: the newest solution version; of equals the last, but none of `_older/`.
pub(crate) fn flows(report: &Report) -> BTreeMap<String, String> {
    let mut best: BTreeMap<&str, &FlowRow> = BTreeMap::new();
    let rank = |row: &FlowRow| (!row.flow.uri.contains("/_older/"), row.version.clone());
    for row in report.flows.iter().filter(|row| row.platform == Platform::PowerAutomate) {
        if best.get(row.flow.id.as_str()).is_none_or(|held| rank(row) >= rank(held)) {
            best.insert(&row.flow.id, row);
        }
    }
    best.into_iter().map(|(id, row)| (id.to_owned(), row.flow.uri.to_string())).collect()
}

/// Whether a finding is in a file that counts.
pub(crate) fn counts(finding: &Finding, flows: &BTreeMap<String, String>) -> bool {
    flows.get(&finding.place.flow.id).is_none_or(|uri| **uri == *finding.place.flow.uri)
}

/// The source of a flow.
pub(crate) fn source(uri: &str) -> &str {
    uri.split('/').next().unwrap_or(uri)
}
