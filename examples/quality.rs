//! How often a rule fires on real flows, and a sample of its findings to be judged by a person.
//!
//! `FLOWVET_CORPUS=<folder> cargo run --release --example quality <rule-id>… [all]`
//!
//! The first folder below the corpus is a flow's source. Logic Apps, samples and mocks are left out by the sources named
//! in `NOT_REAL`; each flow id counts once, in its newest version. The sample is drawn by fixed seed: the findings in the
//! order of their fingerprints, which are hashes, at most 3 of a source and 1 of a flow, 20 in all; with `all`, every finding.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::exit,
    clippy::print_stderr,
    reason = "a tool for developers"
)]

use flowvet::finding::Finding;
use flowvet::input::Limits;
use flowvet::input::walk::Walk;
use flowvet::model::Platform;
use flowvet::report::FlowRow;
use flowvet::{Config, Report, analyze};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

const NOT_REAL: [&str; 4] = ["Azure__", "JoseAAA__", "thygesteffensen__", "_synthetic__"];

fn main() {
    let Some(corpus) = std::env::var_os("FLOWVET_CORPUS") else {
        eprintln!("set FLOWVET_CORPUS to a folder of real packages");
        std::process::exit(2);
    };
    let mut rules: Vec<String> = std::env::args().skip(1).collect();
    let everything = rules.iter().any(|word| word == "all");
    rules.retain(|word| word != "all");
    let corpus = Path::new(&corpus);
    let walk = Walk { root: corpus, exclude: &globset::GlobSet::empty(), limits: &Limits::default() };
    let found = walk.files(&[corpus.to_owned()]).unwrap();
    let real = found.inputs.into_iter().filter(|input| !NOT_REAL.iter().any(|source| input.name.starts_with(source)));
    let only = if rules.is_empty() { Vec::new() } else { rules.clone() };
    let report = analyze(real, &Config { only, ..Config::default() });
    let flows = flows(&report);
    println!("{} distinct flows from {} sources\n", flows.len(), sources(flows.values()).len());
    for (index, rule) in report.rules.iter().enumerate() {
        let mut seen = HashSet::new();
        let mine = report.findings.iter().filter(|finding| finding.rule == index);
        let distinct: Vec<&Finding> = mine
            .filter(|finding| flows.get(&finding.place.flow.id).is_none_or(|uri| **uri == *finding.place.flow.uri))
            .filter(|finding| seen.insert(&finding.fingerprint))
            .collect();
        rates(&rule.id, &distinct, &flows);
        if !rules.is_empty() {
            sample(&distinct, everything);
        }
    }
}

/// Of each flow id the file that counts: the newest solution version; of equals the last, but none of `_older/`.
fn flows(report: &Report) -> BTreeMap<String, String> {
    let mut best: BTreeMap<&str, &FlowRow> = BTreeMap::new();
    let rank = |row: &FlowRow| (!row.flow.uri.contains("/_older/"), row.version.clone());
    for row in report.flows.iter().filter(|row| row.platform == Platform::PowerAutomate) {
        if best.get(row.flow.id.as_str()).is_none_or(|held| rank(row) >= rank(held)) {
            best.insert(&row.flow.id, row);
        }
    }
    best.into_iter().map(|(id, row)| (id.to_owned(), row.flow.uri.to_string())).collect()
}

fn source(uri: &str) -> &str {
    uri.split('/').next().unwrap_or(uri)
}

fn sources<'a>(uris: impl IntoIterator<Item = &'a String>) -> BTreeMap<&'a str, usize> {
    let mut sources = BTreeMap::new();
    for uri in uris {
        *sources.entry(source(uri)).or_default() += 1;
    }
    sources
}

fn rates(id: &str, findings: &[&Finding], flows: &BTreeMap<String, String>) {
    let mut levels: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for finding in findings {
        let case = finding.case.map(|case| format!(" ({case})")).unwrap_or_default();
        levels.entry(format!("{}{case}", finding.level)).or_default().insert(&finding.place.flow.id);
    }
    println!("{id}: {} findings", findings.len());
    for (level, ids) in levels {
        let share = |part: usize, all: usize| 100.0 * part as f64 / all as f64;
        println!("  {level}: {} flows, {:.1} %", ids.len(), share(ids.len(), flows.len()));
        let hit = |source_name: &str| {
            ids.iter().filter(|&&id| flows.get(id).is_some_and(|uri| source(uri) == source_name)).count()
        };
        for (name, all) in sources(flows.values()) {
            let part = hit(name);
            if part > 0 {
                println!("    {name}: {part} of {all}, {:.0} %", share(part, all));
            }
        }
    }
}

fn sample(findings: &[&Finding], everything: bool) {
    let mut order: Vec<&&Finding> = findings.iter().collect();
    order.sort_by_key(|finding| &finding.fingerprint.hash);
    let (mut per_source, mut per_flow) = (BTreeMap::<&str, usize>::new(), HashSet::new());
    let mut shown = 0;
    for finding in order {
        let place = &finding.place;
        let count = per_source.entry(source(&place.flow.uri)).or_default();
        if !everything && (shown == 20 || *count == 3 || !per_flow.insert(&place.flow.id)) {
            continue;
        }
        *count += 1;
        shown += 1;
        println!("\n{shown}. {} | {} | {}", place.flow.uri, place.flow.name, place.path);
        println!("   {} {}", finding.level, finding.message);
        println!("   {}:{}  {}  {}", place.start.line, place.start.column, place.pointer, place.snippet.text.trim());
        if !finding.places.is_empty() {
            let also: Vec<String> = finding.places.iter().map(|place| place.path.to_string()).collect();
            println!("   also at {}", also.join("; "));
        }
    }
    println!();
}
