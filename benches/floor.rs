//! The whole check against its floor, both single-threaded and side by side: the check reads packages, applies every
//! default rule and writes SARIF into memory; the floor only inflates the zips' JSON and records and parses the JSON into
//! `serde_json::Value`. No more CPU than the floor is the target.
//!
//! Runs over the packages of `FLOWVET_CORPUS`, or over copies of the fixture solutions where it is not set.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement on the developer's machine"
)]

use flowvet::input::walk::Walk;
use flowvet::input::{Content, Input, Limits};
use flowvet::report::sarif::{DEFAULT_CATEGORY, Sarif};
use flowvet::report::{Emitter, ExitCode};
use flowvet::{Config, Report, analyze};
use std::hint::black_box;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Alternating runs of each; the best counts, since noise only ever adds.
const RUNS: usize = 7;

/// Copies of the fixtures, so that there is something to measure.
const COPIES: usize = 400;

/// Containers in containers that are opened.
const NESTING: u32 = 1;

fn main() {
    let files = files();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let config = Config::default();
    let mut best = [Duration::MAX; 3];
    let (mut size, mut report) = (0, None);
    for _ in 0..RUNS {
        let (parsed, floor) = timed(|| files.iter().map(|(name, bytes)| floor(name, bytes, 0)).sum::<usize>());
        let inputs: Vec<Input> = files.iter().map(input).collect();
        let (analyzed, check) = timed(|| pool.install(|| analyze(inputs, &config)));
        let (sarif, written) = timed(|| sarif(&analyzed));
        for (best, now) in best.iter_mut().zip([floor, check + written, written]) {
            *best = now.min(*best);
        }
        black_box(sarif);
        (size, report) = (parsed, Some(analyzed));
    }
    let [floor, check, written] = best.map(|best| best.as_secs_f64() * 1000.0);
    let report = report.unwrap();
    println!("{} flows, {} findings, {:.1} MB of JSON", report.stats.flows, report.findings.len(), size as f64 / 1e6);
    println!("floor {floor:.1} ms, check {check:.1} ms, ratio {:.2}", check / floor);
    println!("of the check, SARIF takes {written:.1} ms: {:.1} %", 100.0 * written / check);
}

/// Names and bytes of everything that the walk would hand in.
fn files() -> Vec<(String, Vec<u8>)> {
    let corpus = std::env::var_os("FLOWVET_CORPUS").map(PathBuf::from);
    let copies = if corpus.is_some() { 1 } else { COPIES };
    let folder = corpus.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/solutions"));
    let walk = Walk { root: &folder, exclude: &globset::GlobSet::empty(), limits: &Limits::default() };
    let found = walk.files(std::slice::from_ref(&folder)).unwrap().inputs;
    let read = |input: &Input| match &input.content {
        Content::Bytes(bytes) => bytes.clone(),
        Content::Deferred(read) => read().unwrap(),
    };
    let copy = |copy: usize| found.iter().map(move |input| (format!("{copy}/{}", input.name), read(input)));
    (0..copies).flat_map(copy).collect()
}

fn input((name, bytes): &(String, Vec<u8>)) -> Input {
    Input { name: name.clone(), named: false, content: Content::Bytes(bytes.clone()) }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let result = work();
    (result, begun.elapsed())
}

fn sarif(report: &Report) -> Vec<u8> {
    let mut out = Vec::new();
    Sarif { category: DEFAULT_CATEGORY, exit_code: ExitCode::Clean }.emit(report, &mut out).unwrap();
    out
}

/// Bytes of JSON that were parsed.
fn floor(name: &str, bytes: &[u8], depth: u32) -> usize {
    let lower = name.to_ascii_lowercase();
    if bytes.starts_with(b"PK\x03\x04") {
        if depth > NESTING {
            return 0;
        }
        let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(bytes)) else { return 0 };
        let mut size = 0;
        for index in 0..zip.len() {
            let Ok(mut member) = zip.by_index(index) else { continue };
            let name = member.name().unwrap_or_default().to_ascii_lowercase();
            let is_read = [".json", ".zip", ".xml", ".yml", ".yaml"].iter().any(|extension| name.ends_with(extension));
            if !is_read || name.contains("webresources/") {
                continue;
            }
            let mut bytes = Vec::with_capacity(member.size() as usize);
            if member.read_to_end(&mut bytes).is_ok() {
                size += floor(&name, &bytes, depth + 1);
            }
        }
        return size;
    }
    if !lower.ends_with(".json") {
        return 0;
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    black_box(serde_json::from_slice::<serde_json::Value>(text).ok());
    bytes.len()
}
