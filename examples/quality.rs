//! How often a rule fires on real flows, and a sample of its findings to be judged by a person.
//!
//! `FLOWVET_CORPUS=<folder> cargo run --release --example quality <rule-id>… [all]`
//!
//! Which flows count, `tests/it/real.rs` says. The sample is drawn by fixed seed: the findings in the order of their
//! fingerprints, which are hashes, at most 3 of a source and 1 of a flow, 20 in all; with `all`, every finding.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::exit,
    clippy::print_stderr,
    reason = "a tool for developers"
)]

use flowvet::finding::Finding;
use real::{counts, source};
use std::collections::{BTreeMap, BTreeSet, HashSet};

#[path = "../tests/it/real.rs"]
mod real;

fn main() {
    let Some(corpus) = real::corpus() else {
        eprintln!("set FLOWVET_CORPUS to a folder of real packages");
        std::process::exit(2);
    };
    let mut rules: Vec<String> = std::env::args().skip(1).collect();
    let everything = rules.iter().any(|word| word == "all");
    rules.retain(|word| word != "all");
    let only: Vec<&str> = rules.iter().map(String::as_str).collect();
    let report = real::report(&corpus, &only);
    let flows = real::flows(&report);
    println!("{} distinct flows from {} sources\n", flows.len(), sources(flows.values()).len());
    for (index, rule) in report.rules.iter().enumerate() {
        let mut seen = HashSet::new();
        let mine = report.findings.iter().filter(|finding| finding.rule == index);
        let distinct: Vec<&Finding> = mine
            .filter(|finding| counts(finding, &flows))
            .filter(|finding| seen.insert(&finding.fingerprint))
            .collect();
        rates(&rule.id, &distinct, &flows);
        if !rules.is_empty() {
            sample(&distinct, everything);
        }
    }
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
