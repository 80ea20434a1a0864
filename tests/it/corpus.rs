//! What is found in real packages, compared with an independent count. Runs where `FLOWVET_CORPUS` names a folder of
//! packages with a `census.json`: `{"files": {"<path>": {"flows": 2, "malformed": 1}}}`; a file that is not listed has none.

use flowvet::expr;
use flowvet::input::walk::Walk;
use flowvet::input::{Limits, group};
use flowvet::model::Flow;
use flowvet::model::shape::{Completeness, Shape, may_hold_shapes, shapes};
use flowvet::syntax::Document;
use globset::GlobSet;
use std::collections::BTreeMap;
use std::path::PathBuf;

#[test]
fn finds_the_flows_that_an_independent_count_finds() {
    let Some(corpus) = std::env::var_os("FLOWVET_CORPUS").map(PathBuf::from) else {
        println!("skipped: FLOWVET_CORPUS is not set");
        return;
    };
    let census: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(corpus.join("census.json")).unwrap()).unwrap();
    let mut expected = BTreeMap::new();
    for (path, count) in census["files"].as_object().unwrap() {
        expected.insert(path.clone(), (count["flows"].as_u64().unwrap(), count["malformed"].as_u64().unwrap_or(0)));
    }

    let limits = Limits::default();
    let walk = Walk { root: &corpus, exclude: &GlobSet::empty(), limits: &limits };
    let found = walk.files(std::slice::from_ref(&corpus)).unwrap();
    assert_eq!(found.problems, []);
    let mut counted: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut problems = Vec::new();
    for group in group(found.inputs) {
        let unit = group.open(&limits);
        problems.extend(unit.problems);
        for member in unit.packages.iter().flat_map(|package| &package.members) {
            let count = counted.entry(unit.rows[member.row].path.clone()).or_default();
            let text = match member.read() {
                Ok(text) => text,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let flows = match Document::parse(&text) {
                Ok(document) => shapes(&document).iter().filter(|shape| is_counted(shape, &document)).count(),
                Err(_) => {
                    count.1 += 1;
                    0
                }
            };
            assert!(flows == 0 || may_hold_shapes(&text), "the prefilter drops flows of {}", member.name);
            count.0 += flows as u64;
        }
    }
    counted.retain(|_, count| *count != (0, 0));

    let paths: Vec<_> = expected.keys().chain(counted.keys().filter(|path| !expected.contains_key(*path))).collect();
    let differing = paths.into_iter().filter(|path| expected.get(*path) != counted.get(*path)).inspect(|path| {
        println!("{path}: expected {:?}, found {:?}", expected.get(*path), counted.get(*path));
    });
    assert_eq!(differing.count(), 0, "differences in flows and malformed files, see above");
    assert_eq!(problems, []);
    println!("{} flows in {} files", counted.values().map(|count| count.0).sum::<u64>(), counted.len());
}

/// Whether the census counts a shape: it counts no pasted steps, and does not look into nested deployments.
fn is_counted(shape: &Shape<'_>, document: &Document<'_>) -> bool {
    let nested = "/properties/template/resources/";
    shape.completeness > Completeness::Fragment && !shape.envelope.spot().pointer(document).contains(nested)
}

/// Real flows were saved by the service, which reads every expression: so must we, and print it as it is.
#[test]
fn reads_every_expression_of_real_flows() {
    let Some(corpus) = std::env::var_os("FLOWVET_CORPUS").map(PathBuf::from) else {
        println!("skipped: FLOWVET_CORPUS is not set");
        return;
    };
    let limits = Limits::default();
    let walk = Walk { root: &corpus, exclude: &GlobSet::empty(), limits: &limits };
    let (mut templates, mut roots, mut wrong) = (0, 0, Vec::new());
    for group in group(walk.files(std::slice::from_ref(&corpus)).unwrap().inputs) {
        let unit = group.open(&limits);
        for member in unit.packages.iter().flat_map(|package| &package.members) {
            let Ok(text) = member.read() else { continue };
            let Ok(document) = Document::parse(&text) else { continue };
            for shape in shapes(&document) {
                let flow = Flow::lower(&document, &shape, &member.name, None, None, &[]);
                for expression in flow.expressions() {
                    let template = expression.template();
                    templates += 1;
                    roots += template.roots().count();
                    wrong.extend(template.faults().iter().map(|fault| format!("{}: {}", member.name, fault.message)));
                    let printed = template.to_string();
                    let again = expr::parse(printed.as_str());
                    if again.to_string() != printed || again.calls().count() != template.calls().count() {
                        wrong.push(format!("{}: printed differently: {}", member.name, template.text()));
                    }
                }
            }
        }
    }
    println!("{templates} templates, {roots} expressions");
    assert!(templates > 0);
    assert_eq!(wrong, [""; 0]);
}

/// Typing ends, does not panic, and finds nothing in real flows that the platform would refuse.
#[test]
fn types_every_expression_of_real_flows() {
    let Some(corpus) = std::env::var_os("FLOWVET_CORPUS").map(PathBuf::from) else {
        println!("skipped: FLOWVET_CORPUS is not set");
        return;
    };
    let limits = Limits::default();
    let walk = Walk { root: &corpus, exclude: &GlobSet::empty(), limits: &limits };
    let (mut typed, mut known) = (0, 0);
    for group in group(walk.files(std::slice::from_ref(&corpus)).unwrap().inputs) {
        let unit = group.open(&limits);
        for member in unit.packages.iter().flat_map(|package| &package.members) {
            let Ok(text) = member.read() else { continue };
            let Ok(document) = Document::parse(&text) else { continue };
            for shape in shapes(&document) {
                let flow = Flow::lower(&document, &shape, &member.name, None, None, &[]);
                for expression in flow.expressions() {
                    let roots = expression.template().roots();
                    let calls = expression.template().calls().map(expr::Call::as_expr);
                    for part in roots.chain(calls) {
                        typed += 1;
                        known += usize::from(!expression.type_of(part).set.is_any());
                    }
                }
            }
        }
    }
    println!("{typed} expressions, {known} of a known type");
    assert!(known > typed / 8);
}
