//! Flows with one thing broken: each break must be found at its place by the rule that it is for.
//!
//! A [`Kind`] finds the places of a flow that it could break. Of each flow that has some, one is broken, chosen by fixed
//! seed; the unbroken flow must be silent there. Runs over the fixtures that stay quiet and, where `FLOWVET_CORPUS` names a
//! folder of packages, over real flows. `FLOWVET_MUTANTS=<part of a name>` runs only those kinds.
//!
//! To add a kind, write a function from a flow to its mutants and list it in the `KINDS` of a file below `mutants/`.

use crate::{fixtures, real};
use flowvet::input::{Content, Input};
use flowvet::model::shape::shapes;
use flowvet::model::{Action, Completeness, Flow};
use flowvet::source::Span;
use flowvet::syntax::{Document, Entry, Spot};
use flowvet::{Config, Report, analyze};
use std::fmt::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Breaks of what goes where.
mod dataflow;
/// Ways in, ways out, and secrets.
mod exposure;
/// Expressions, and what they name.
mod expressions;
/// The order of steps.
mod graph;
/// What keeps a flow from starting itself.
mod loops;
/// What loops cost.
mod loops_cost;
/// Variables, and how names are spelled.
mod names;
/// Queries, and what starts flows.
mod queries;
/// Handlers, retries, loops and waits.
mod reliability;
/// Settings and limits.
mod settings;
/// What steps are made of, and where they stand.
mod shape;
/// Types of values, schemas and constant conditions.
mod typing;
/// What makes a flow hard to keep up.
mod upkeep;

/// All kinds, by topic.
static KINDS: &[&[Kind]] = &[
    dataflow::KINDS,
    exposure::KINDS,
    expressions::KINDS,
    graph::KINDS,
    loops::KINDS,
    loops_cost::KINDS,
    names::KINDS,
    queries::KINDS,
    reliability::KINDS,
    settings::KINDS,
    shape::KINDS,
    typing::KINDS,
    upkeep::KINDS,
];

/// Finds what it could break in a flow.
type Sites = fn(&Flow<'_>) -> Vec<Mutant>;

/// A kind of break.
pub(crate) struct Kind {
    /// What is done to the flow, in kebab case.
    name: &'static str,
    /// The rules that may find it.
    rules: &'static [&'static str],
    sites: Sites,
    /// The share that has to be found, and why it is less than all.
    floor: (f64, &'static str),
}

impl Kind {
    pub(crate) const fn new(name: &'static str, rules: &'static [&'static str], sites: Sites) -> Self {
        Self { name, rules, sites, floor: (1.0, "") }
    }

    /// Not all can be found: the reason goes with it.
    #[allow(dead_code, reason = "for kinds of other topics")]
    pub(crate) const fn floor(self, share: f64, reason: &'static str) -> Self {
        Self { floor: (share, reason), ..self }
    }
}

/// A flow with a break, as changes of its text.
pub(crate) struct Mutant {
    edits: Vec<(Span, String)>,
    place: Place,
}

/// Where a finding is expected: one of its places must overlap it.
enum Place {
    /// What an edit puts in.
    Edit(usize),
    /// Bytes of the unbroken text, wherever they are afterwards.
    Bytes(Span),
    /// Anywhere in a step, not in what it contains.
    Step(Vec<String>),
    /// Anywhere.
    Flow,
}

#[allow(dead_code, reason = "for kinds of all topics")]
impl Mutant {
    /// Puts other characters into a JSON string, in place of some of its own or between them. Expected there.
    pub(crate) fn text(at: Spot, with: &str) -> Self {
        Self { edits: vec![(at.span, escaped(with))], place: Place::Edit(0) }
    }

    /// Puts JSON in the place of other JSON. Expected there.
    pub(crate) fn json(at: Span, with: impl Into<String>) -> Self {
        Self { edits: vec![(at, with.into())], place: Place::Edit(0) }
    }

    /// Takes out an entry of an object, with its comma. Expected there, unless said otherwise.
    pub(crate) fn without(flow: &Flow<'_>, entry: Entry<'_>) -> Self {
        Self::json(span_with_comma(flow.document.text(), entry), "")
    }

    /// Puts an entry in front of another, and expects the finding in it.
    pub(crate) fn before(entry: Entry<'_>, key: &str, value: &str) -> Self {
        let start = entry.key.span().start as usize;
        Self::json(Span::new(start, start), format!("\"{}\": {value}, ", escaped(key)))
    }

    /// The changes of another as well.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.edits.extend(other.edits);
        self
    }

    /// Expects the finding at these bytes of the unbroken text.
    pub(crate) fn at(self, place: Span) -> Self {
        Self { place: Place::Bytes(place), ..self }
    }

    /// Expects the finding at what the change of that number puts in.
    pub(crate) fn at_edit(self, index: usize) -> Self {
        Self { place: Place::Edit(index), ..self }
    }

    /// Expects the finding anywhere in that step.
    pub(crate) fn in_step(self, step: Action<'_>) -> Self {
        Self { place: Place::Step(step.path().steps.clone()), ..self }
    }

    /// Expects the finding anywhere in the flow.
    pub(crate) fn in_flow(self) -> Self {
        Self { place: Place::Flow, ..self }
    }

    /// The broken text.
    fn apply(&self, text: &str) -> String {
        let mut edits: Vec<&(Span, String)> = self.edits.iter().collect();
        edits.sort_by_key(|(span, _)| *span);
        let (mut broken, mut at) = (String::with_capacity(text.len() + 64), 0);
        for (span, with) in edits {
            broken.push_str(&text[at..span.start as usize]);
            broken.push_str(with);
            at = span.end as usize;
        }
        broken.push_str(&text[at..]);
        broken
    }

    /// Whether one of the rules has found it, in the broken text.
    fn is_found(&self, report: &Report) -> bool {
        match &self.place {
            Place::Edit(index) => {
                let (span, with) = &self.edits[*index];
                let before = |(other, _): &&(Span, String)| other.end <= span.start && other != span;
                let start = moved(span.start, self.edits.iter().filter(before));
                is_at(report, Span { start, end: start + with.len() as u32 })
            }
            Place::Bytes(span) => {
                let start = moved(span.start, self.edits.iter().filter(|(edit, _)| edit.end <= span.start));
                let end = moved(span.end, self.edits.iter().filter(|(edit, _)| edit.start < span.end));
                is_at(report, Span { start, end: end.max(start) })
            }
            Place::Step(steps) => places(report).any(|place| place.path.steps == *steps),
            Place::Flow => !report.findings.is_empty(),
        }
    }

    /// Whether one of the rules speaks of the place in the unbroken text.
    fn is_known(&self, report: &Report, rules: &[&str]) -> bool {
        let mine = report.findings.iter().filter(|finding| rules.contains(&&*report.rules[finding.rule].id));
        let mut places = mine.flat_map(|finding| std::iter::once(&finding.place).chain(&finding.places));
        match &self.place {
            Place::Edit(index) => places.any(|place| touches(place.span, self.edits[*index].0)),
            Place::Bytes(span) => places.any(|place| touches(place.span, *span)),
            Place::Step(steps) => places.any(|place| place.path.steps == *steps),
            Place::Flow => places.next().is_some(),
        }
    }
}

/// The key and value of a step.
#[allow(dead_code, reason = "for kinds of all topics")]
pub(crate) fn step_entry<'m>(action: Action<'m>) -> Option<Entry<'m>> {
    let list = match action.parent() {
        None => action.flow().definition.get("actions")?,
        Some(parent) => parent
            .value()
            .descendants()
            .map(|(_, value)| value)
            .find(|list| list.entries().any(|entry| entry.key.span() == action.name_spot().span))?,
    };
    list.entries().find(|entry| entry.key.span() == action.name_spot().span)
}

/// What stands between the quotes of a JSON string with these characters.
pub(crate) fn escaped(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

fn span_with_comma(text: &str, entry: Entry<'_>) -> Span {
    let (start, end) = (entry.key.span().start as usize, entry.value.span().end as usize);
    let after = text[end..].trim_start();
    if let Some(next) = after.strip_prefix(',') {
        let next = next.trim_start();
        return Span::new(start, text.len() - next.len());
    }
    let before = text[..start].trim_end();
    Span::new(before.strip_suffix(',').map_or(start, str::len), end)
}

/// Where a byte is after some edits before it.
fn moved<'e>(at: u32, edits: impl Iterator<Item = &'e (Span, String)>) -> u32 {
    let shift: i64 = edits.map(|(span, with)| with.len() as i64 - i64::from(span.end - span.start)).sum();
    u32::try_from(i64::from(at) + shift).unwrap()
}

fn places(report: &Report) -> impl Iterator<Item = &flowvet::finding::Place> {
    report.findings.iter().flat_map(|finding| std::iter::once(&finding.place).chain(&finding.places))
}

fn is_at(report: &Report, span: Span) -> bool {
    places(report).any(|place| touches(place.span, span))
}

/// Whether the two share a byte, or an empty one adjoins the other.
fn touches(a: Span, b: Span) -> bool {
    let is_empty = a.start == a.end || b.start == b.end;
    a.overlaps(b) || (is_empty && a.start <= b.end && b.start <= a.end)
}

/// A flow to be broken.
struct Sample {
    name: String,
    text: String,
}

impl Sample {
    fn check(&self, text: &str, rules: &[&str]) -> Report {
        let only = rules.iter().map(|&rule| rule.to_owned()).collect();
        let content = Content::Bytes(text.as_bytes().to_vec());
        let input = Input { name: self.name.clone(), named: true, content };
        analyze([input], &Config { only, ..Config::default() })
    }
}

#[test]
fn breaks_in_fixtures_are_found() {
    let mut samples = Vec::new();
    collect(&fixtures::root().join("fixtures"), &mut samples);
    // Few flows, so that every kind must find something to break in them.
    run(&samples, 10, 1);
}

fn collect(folder: &Path, samples: &mut Vec<Sample>) {
    for path in fixtures::sorted(folder) {
        let name = path.strip_prefix(fixtures::root()).unwrap().to_str().unwrap().replace('\\', "/");
        if path.is_dir() {
            collect(&path, samples);
        } else if name.ends_with(".json") && !name.contains("/fires-") && !name.ends_with(".policy.json") {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            samples.push(Sample { name, text });
        }
    }
}

#[test]
fn breaks_in_real_flows_are_found() {
    let Some(corpus) = real::corpus() else {
        println!("skipped: FLOWVET_CORPUS is not set");
        return;
    };
    let sample = |(name, text): (String, String)| Sample { name: name.replace('/', "!"), text };
    let samples: Vec<Sample> = real::texts(&corpus).into_iter().map(sample).collect();
    run(&samples, 30, 0);
}

fn run(samples: &[Sample], most: usize, least: usize) {
    let filter = std::env::var("FLOWVET_MUTANTS").unwrap_or_default();
    let kinds: Vec<&Kind> = KINDS.iter().copied().flatten().filter(|kind| kind.name.contains(&filter)).collect();
    let found = parallel(samples, |sample| one_of_each(sample, &kinds));
    let mut tasks: Vec<(usize, &Sample, &Mutant)> = Vec::new();
    let mut available = vec![0; kinds.len()];
    for (index, kind) in kinds.iter().enumerate() {
        let mutants = samples.iter().zip(&found).filter_map(|(sample, found)| Some((sample, found[index].as_ref()?)));
        let mut mutants: Vec<_> = mutants.collect();
        available[index] = mutants.len();
        mutants.sort_by_key(|(sample, _)| (seed(kind.name, &sample.name), sample.name.as_str()));
        tasks.extend(mutants.into_iter().take(most).map(|(sample, mutant)| (index, sample, mutant)));
    }
    tasks.sort_by_key(|(_, sample, _)| &sample.name);
    let outcomes = parallel(&tasks, |(index, sample, mutant)| {
        let rules = kinds[*index].rules;
        let report = sample.check(&mutant.apply(&sample.text), rules);
        let is_found = mutant.is_found(&report);
        // What is wrong already in the unbroken flow is no test.
        if is_found && mutant.is_known(&sample.check(&sample.text, rules), rules) {
            return None;
        }
        Some(is_found.then_some(()).ok_or_else(|| miss(sample, mutant, &report)))
    });

    let mut failures = String::new();
    for (index, kind) in kinds.iter().enumerate() {
        let mine = tasks.iter().zip(&outcomes).filter(|((task, ..), _)| *task == index);
        let tried: Vec<_> = mine.filter_map(|(_, outcome)| outcome.as_ref()).collect();
        let hits = tried.iter().filter(|outcome| outcome.is_ok()).count();
        let few =
            if tried.len() < 20 && most > 20 { format!("  (of {} flows)", available[index]) } else { String::new() };
        println!("{:40} {hits}/{}{few}", kind.name, tried.len());
        let (share, reason) = kind.floor;
        assert!(share == 1.0 || !reason.is_empty(), "{}: say why not all can be found", kind.name);
        if tried.len() < least {
            writeln!(failures, "{}: no fixture has anything that it could break", kind.name).unwrap();
        }
        if (hits as f64) < share * tried.len() as f64 {
            writeln!(failures, "{}: {hits} of {} found", kind.name, tried.len()).unwrap();
            for miss in tried.iter().filter_map(|outcome| outcome.as_ref().err()).take(5) {
                writeln!(failures, "  {miss}").unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "breaks that were not found:\n{failures}");
}

/// Of each kind one mutant, if the flow has a place for it.
fn one_of_each(sample: &Sample, kinds: &[&Kind]) -> Vec<Option<Mutant>> {
    let none = || kinds.iter().map(|_| None).collect();
    let Ok(document) = Document::parse(&sample.text) else { return none() };
    let shapes = shapes(&document);
    let [shape] = shapes.as_slice() else { return none() };
    let flow = Flow::lower(&document, shape, &sample.name, None, None, &[]);
    if flow.completeness == Completeness::Fragment {
        return none();
    }
    let one = |kind: &&Kind| {
        let mut sites = (kind.sites)(&flow);
        let chosen = seed(kind.name, &sample.name) % sites.len().max(1) as u64;
        (!sites.is_empty()).then(|| sites.swap_remove(chosen as usize))
    };
    kinds.iter().map(one).collect()
}

fn miss(sample: &Sample, mutant: &Mutant, report: &Report) -> String {
    let mut text = sample.name.clone();
    for (span, with) in &mutant.edits {
        let (old, new): (String, String) =
            (sample.text[span.range()].chars().take(200).collect(), with.chars().take(200).collect());
        let line = sample.text[..span.start as usize].lines().count();
        write!(text, "\n    line {line}: `{old}` -> `{new}`").unwrap();
    }
    for finding in report.findings.iter().take(3) {
        write!(text, "\n    found at {}: {}", finding.place.path.joined(), finding.message).unwrap();
    }
    for problem in report.problems.iter().take(3) {
        write!(text, "\n    problem: {}", problem.message).unwrap();
    }
    text
}

/// The same number for the same names on every machine (FNV-1a).
pub(crate) fn seed(kind: &str, flow: &str) -> u64 {
    let bytes = kind.bytes().chain([0]).chain(flow.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)) >> 8
}

/// Applies a function to all items on all cores; results keep the items' order.
fn parallel<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(items.len())));
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            let result = f(item);
            results.lock().unwrap().push((index, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
