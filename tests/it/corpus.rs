//! What is found in real packages, compared with an independent count. Runs where `FLOWVET_CORPUS` names a folder of
//! packages with a `census.json`: `{"files": {"<path>": {"flows": 2, "malformed": 1}}}`; a file that is not listed has none.

use crate::real;
use flowvet::expr;
use flowvet::facts::Named;
use flowvet::input::walk::Walk;
use flowvet::input::{Limits, group};
use flowvet::model::shape::{Completeness, Shape, may_hold_shapes, shapes};
use flowvet::model::{Action, ActionKind, Flow, is_same_name};
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

/// Rules of level `error` on expressions, variables and what they name.
const ERRORS: &[&str] = &[
    "action-not-yet-run",
    "invalid-expression",
    "item-outside-loop",
    "nested-initialize-variable",
    "result-of-non-container",
    "undeclared-parameter",
    "undeclared-variable",
    "unknown-action-reference",
    "unknown-function",
    "unknown-loop-reference",
    "variable-before-initialization",
    "variable-initialized-twice",
    "variable-self-reference",
    "wrong-argument-count",
];

/// What these rules rightly find in real flows, by rule: read one by one in `docs/quality/`.
const KNOWN: &[(&str, usize)] = &[("variable-before-initialization", 3)];

#[test]
fn errors_are_silent_on_real_flows() {
    let Some(corpus) = real::corpus() else {
        println!("skipped: FLOWVET_CORPUS is not set");
        return;
    };
    let report = real::report(&corpus, ERRORS);
    let flows = real::flows(&report);
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| real::counts(finding, &flows)) {
        *found.entry(&report.rules[finding.rule].id).or_default() += 1;
        println!("{} {} {}", report.rules[finding.rule].id, finding.place.flow.uri, finding.message);
    }
    assert_eq!(found, KNOWN.iter().copied().collect());
}

/// The order and names that the rules rely on hold in real flows, and there are enough of them to say so.
#[test]
fn real_flows_keep_the_rules_of_order_and_names() {
    let Some(corpus) = real::corpus() else {
        println!("skipped: FLOWVET_CORPUS is not set");
        return;
    };
    // What holds and what does not.
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (name, text) in real::texts(&corpus) {
        let Ok(document) = Document::parse(&text) else { continue };
        for shape in shapes(&document) {
            let flow = Flow::lower(&document, &shape, &name, None, None, &[]);
            count(&flow, |what, holds| {
                let (yes, no) = counts.entry(what).or_default();
                *if holds { yes } else { no } += 1;
            });
        }
    }
    println!("{counts:#?}");
    // At least so many hold, and so many do not.
    let expected = [
        ("actions that are read have run", 7000, 0),
        ("arguments are as many as the function takes", 28_000, 0),
        ("functions are known", 28_000, 0),
        ("item() lies in a loop or a list step", 1300, 0),
        ("loops that are named are around", 2300, 0),
        ("names are literal", 14_000, 0),
        ("parameters are declared", 2800, 0),
        ("result() names a container", 30, 0),
        ("runAfter names a sibling", 6800, 0),
        ("variables are initialized at the top level", 780, 0),
        ("variables are not set by themselves", 120, 0),
        ("variables that are read are initialized", 1700, 3),
    ];
    for (what, least, exceptions) in expected {
        let (yes, no) = counts.remove(what).unwrap();
        assert!(yes >= least && no == exceptions, "{what}: {yes} hold, {no} do not");
    }
    assert!(counts.is_empty(), "{counts:?}");
}

fn count<'m>(flow: &'m Flow<'m>, mut note: impl FnMut(&'static str, bool)) {
    for expression in flow.expressions() {
        for (call, function) in expression.calls() {
            note("functions are known", function.is_some());
            let Some(function) = function else { continue };
            let arguments = call.args().count();
            let fits = arguments >= function.min_args && function.max_args.is_none_or(|most| arguments <= most);
            note("arguments are as many as the function takes", fits);
            if function.names.is_some() {
                note("names are literal", call.args().next().is_some_and(|name| name.as_str().is_some()));
            }
            if call.is("item") {
                let is_in_loop = expression.containers().any(|step| step.kind() == ActionKind::Foreach);
                note("item() lies in a loop or a list step", is_in_loop || expression.is_per_item());
            }
        }
        for reference in expression.references() {
            match reference.named {
                Named::Action => {
                    let can_have_run = reference.action().is_some_and(|action| expression.can_read(action));
                    note("actions that are read have run", can_have_run);
                }
                Named::Container => {
                    note("result() names a container", reference.action().is_some_and(|it| it.kind().is_container()))
                }
                Named::Foreach | Named::Until => {
                    let is_around = expression.containers().any(|step| is_same_name(step.name(), &reference.name));
                    note("loops that are named are around", is_around);
                }
                Named::Variable => {
                    let is_initialized =
                        reference.variable().is_some_and(|variable| expression.can_read(variable.action));
                    note("variables that are read are initialized", is_initialized);
                    let written = expression.action().and_then(Action::variable_written);
                    if let Some((written, _)) = written.filter(|_| sets(expression.action())) {
                        note("variables are not set by themselves", !is_same_name(&written, &reference.name));
                    }
                }
                Named::Parameter => {
                    let mut names = flow.parameters.iter().map(|parameter| parameter.name.as_ref());
                    let is_declared = names.any(|name| is_same_name(name, &reference.name));
                    note("parameters are declared", is_declared || reference.name.starts_with('$'));
                }
            }
        }
    }
    for action in flow.actions() {
        for edge in action.run_after() {
            note("runAfter names a sibling", action.siblings().any(|sibling| is_same_name(sibling.name(), &edge.name)));
        }
        if action.kind() == ActionKind::InitializeVariable {
            note("variables are initialized at the top level", action.parent().is_none());
        }
    }
}

fn sets(action: Option<Action<'_>>) -> bool {
    let kinds = [ActionKind::SetVariable, ActionKind::AppendToArrayVariable, ActionKind::AppendToStringVariable];
    action.is_some_and(|action| kinds.contains(&action.kind()))
}

/// Typing ends, does not panic, and finds nothing in real flows that the platform would refuse.
#[test]
fn types_every_expression_of_real_flows() {
    let Some(corpus) = std::env::var_os("FLOWVET_CORPUS").map(PathBuf::from) else {
        println!("skipped: FLOWVET_CORPUS is not set");
        return;
    };
    let (mut typed, mut known) = (0, 0);
    for (name, text) in real::texts(&corpus) {
        let Ok(document) = Document::parse(&text) else { continue };
        for shape in shapes(&document) {
            let flow = Flow::lower(&document, &shape, &name, None, None, &[]);
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
    println!("{typed} expressions, {known} of a known type");
    assert!(known > typed / 8);
}
