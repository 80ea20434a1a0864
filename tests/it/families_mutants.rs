//! Packages with one thing broken between two of their flows: each break must be found in the flow and step that it is
//! for. Runs over the fixtures of the rules that look at flows together and, where `FLOWVET_CORPUS` names a folder of
//! packages, over real ones that have such calls.

use crate::mutants::seed;
use crate::{fixtures, real};
use flowvet::input::{Content, Input};
use flowvet::{Config, Report, analyze};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const RESPONSE: &str = "child-flow-without-response";
const INPUT: &str = "child-flow-input-mismatch";
const CIRCLE: &str = "cross-flow-trigger-loop";

/// A kind of break: its name, the rule that it is for, and what it does to a call.
type Kind = (&'static str, &'static str, fn(&mut Package, &Call) -> Option<()>);

static KINDS: &[Kind] = &[
    ("remove-the-response", RESPONSE, remove_the_response),
    ("rename-an-input-in-the-parent", INPUT, rename_an_input_in_the_parent),
    ("drop-a-required-input", INPUT, drop_a_required_input),
    ("give-an-object", INPUT, give_an_object),
    ("give-text-for-a-number", INPUT, give_text_for_a_number),
    ("give-nothing", INPUT, give_nothing),
    ("take-an-input-from-the-child", INPUT, take_an_input_from_the_child),
    ("ask-for-a-new-input", INPUT, ask_for_a_new_input),
    ("close-a-circle-through-a-child", CIRCLE, close_a_circle_through_a_child),
    ("close-a-circle-of-two-tables", CIRCLE, close_a_circle_of_two_tables),
];

/// The files of one unpacked package, flows as JSON.
#[derive(Clone)]
struct Package {
    name: String,
    flows: BTreeMap<String, Value>,
    others: Vec<(String, Vec<u8>)>,
}

/// A step that runs a flow of the same package.
#[derive(Clone)]
struct Call {
    parent: String,
    child: String,
    /// JSON pointer of the step in the parent's file.
    step: String,
    name: String,
}

impl Package {
    fn read(folder: &Path, name: String) -> Self {
        let (mut flows, mut others) = (BTreeMap::new(), Vec::new());
        for input in fixtures::inputs(folder) {
            let Content::Bytes(bytes) = input.content else { continue };
            let text = String::from_utf8_lossy(&bytes);
            let flow = || serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')).ok();
            match flow().filter(|flow| flow.pointer("/properties/definition/actions").is_some()) {
                Some(flow) => _ = flows.insert(input.name, flow),
                None => others.push((input.name, bytes.to_vec())),
            }
        }
        Self { name, flows, others }
    }

    fn check(&self, rule: &str) -> Report {
        let flows = self.flows.iter().map(|(name, flow)| (name.clone(), serde_json::to_vec_pretty(flow).unwrap()));
        let files = flows.chain(self.others.iter().cloned());
        let input = |(name, bytes): (String, Vec<u8>)| Input { name, named: false, content: Content::Bytes(bytes) };
        analyze(files.map(input), &Config { only: vec![rule.to_owned()], ..Config::default() })
    }

    /// Every call of a flow of this package that answers.
    fn calls(&self) -> Vec<Call> {
        let by_id = |id: &str| self.flows.keys().find(|name| name.to_lowercase().contains(&id.to_lowercase()));
        let mut calls = Vec::new();
        for (parent, flow) in &self.flows {
            steps(&flow["properties"]["definition"], "/properties/definition", &mut |pointer, name, step| {
                let target = step.pointer("/inputs/host/workflowReferenceName").and_then(Value::as_str);
                let is_call = step["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("Workflow"));
                if let Some(child) = target.filter(|_| is_call).and_then(by_id) {
                    let (parent, child) = (parent.clone(), child.clone());
                    calls.push(Call { parent, child, step: pointer.to_owned(), name: name.to_owned() });
                }
            });
        }
        calls
    }

    fn body(&mut self, call: &Call) -> Option<&mut Map<String, Value>> {
        self.flows.get_mut(&call.parent)?.pointer_mut(&call.step)?.pointer_mut("/inputs/body")?.as_object_mut()
    }

    fn definition(&mut self, flow: &str) -> &mut Value {
        &mut self.flows.get_mut(flow).unwrap()["properties"]["definition"]
    }

    fn trigger(&mut self, flow: &str) -> Option<&mut Value> {
        self.definition(flow)["triggers"].as_object_mut()?.values_mut().next()
    }

    /// The schema of a flow that checks what it is given.
    fn schema(&mut self, flow: &str) -> Option<&mut Map<String, Value>> {
        let trigger = self.trigger(flow)?;
        let is_checked = trigger["kind"].as_str().is_some_and(|kind| !kind.eq_ignore_ascii_case("Http"));
        trigger.pointer_mut("/inputs/schema").filter(|_| is_checked)?.as_object_mut()
    }

    /// The first input that the call gives and the child declares with one of these types.
    fn given(&mut self, call: &Call, types: &[&str]) -> Option<String> {
        let declared = self.schema(&call.child)?.get("properties")?.as_object()?.clone();
        let is_wanted = |name: &&String| declared.get(*name).and_then(|field| field["type"].as_str());
        let body = self.body(call)?;
        body.keys().find(|name| is_wanted(name).is_some_and(|kind| types.contains(&kind))).cloned()
    }
}

/// Every step below a definition or container, with its pointer and name.
fn steps(holder: &Value, at: &str, look: &mut impl FnMut(&str, &str, &Value)) {
    for (name, step) in holder["actions"].as_object().into_iter().flatten() {
        let pointer = format!("{at}/actions/{}", name.replace('~', "~0").replace('/', "~1"));
        look(&pointer, name, step);
        steps(step, &pointer, look);
        for branch in ["else", "default"] {
            steps(&step[branch], &format!("{pointer}/{branch}"), look);
        }
        for (case, branch) in step["cases"].as_object().into_iter().flatten() {
            let case = case.replace('~', "~0").replace('/', "~1");
            steps(branch, &format!("{pointer}/cases/{case}"), look);
        }
    }
}

fn remove_the_response(package: &mut Package, call: &Call) -> Option<()> {
    /// How many there were.
    fn without(value: &mut Value) -> usize {
        let Some(entries) = value.as_object_mut() else { return 0 };
        let all = entries.len();
        entries.retain(|_, step| !step["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("Response")));
        all - entries.len() + entries.values_mut().map(without).sum::<usize>()
    }
    (without(package.definition(&call.child)) > 0).then_some(())
}

fn rename_an_input_in_the_parent(package: &mut Package, call: &Call) -> Option<()> {
    let name = package.given(call, &["string", "number", "integer", "boolean", "object"])?;
    let body = package.body(call)?;
    let value = body.remove(&name)?;
    body.insert(format!("{name}_renamed"), value);
    Some(())
}

fn drop_a_required_input(package: &mut Package, call: &Call) -> Option<()> {
    let required = package.schema(&call.child)?.get("required")?.as_array()?.clone();
    let body = package.body(call)?;
    let name = required.iter().filter_map(Value::as_str).find(|name| body.contains_key(*name))?;
    body.remove(name).map(|_| ())
}

fn give(package: &mut Package, call: &Call, types: &[&str], value: Value) -> Option<()> {
    let name = package.given(call, types)?;
    package.body(call)?.insert(name, value).map(|_| ())
}

fn give_an_object(package: &mut Package, call: &Call) -> Option<()> {
    give(package, call, &["string", "number", "boolean"], json!({"id": 1}))
}

fn give_text_for_a_number(package: &mut Package, call: &Call) -> Option<()> {
    give(package, call, &["number", "integer", "boolean"], json!("@{variables('x')}"))
}

fn give_nothing(package: &mut Package, call: &Call) -> Option<()> {
    give(package, call, &["string", "number", "boolean"], Value::Null)
}

fn take_an_input_from_the_child(package: &mut Package, call: &Call) -> Option<()> {
    let name = package.given(call, &["string", "number", "integer", "boolean", "object"])?;
    package.schema(&call.child)?.get_mut("properties")?.as_object_mut()?.remove(&name).map(|_| ())
}

fn ask_for_a_new_input(package: &mut Package, call: &Call) -> Option<()> {
    let gives = package.flows.get(&call.parent)?.pointer(&call.step)?.pointer("/inputs/body");
    let is_known = |body: &Map<String, Value>| body.keys().all(|name| !name.contains('@'));
    if gives.is_some_and(|body| !body.as_object().is_some_and(is_known)) {
        return None;
    }
    let schema = package.schema(&call.child)?;
    schema.get_mut("properties")?.as_object_mut()?.insert("text_new".into(), json!({"type": "string"}));
    let required = schema.entry("required").or_insert_with(|| json!([]));
    required.as_array_mut()?.push(json!("text_new"));
    Some(())
}

fn dataverse(operation: &str, parameters: Value) -> Value {
    let host = json!({"apiId": "/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps", "operationId": operation});
    json!({"type": "OpenApiConnection", "inputs": {"host": host, "parameters": parameters}})
}

fn watching(table: &str) -> Value {
    let parameters = json!({"subscriptionRequest/message": 4, "subscriptionRequest/entityname": table});
    json!({"When": dataverse("SubscribeWebhookTrigger", parameters)})
}

fn add_step(package: &mut Package, flow: &str, table: &str) -> Option<()> {
    let create = dataverse("CreateRecord", json!({"entityName": table, "item/name": "x"}));
    package.definition(flow)["actions"].as_object_mut()?.insert("Added".into(), create);
    Some(())
}

/// The parent watches what the child changes.
fn close_a_circle_through_a_child(package: &mut Package, call: &Call) -> Option<()> {
    if call.parent == call.child {
        return None;
    }
    package.definition(&call.parent)["triggers"] = watching("mutant_order");
    add_step(package, &call.child, "mutant_orders")
}

/// Each of the two watches what the other changes.
fn close_a_circle_of_two_tables(package: &mut Package, call: &Call) -> Option<()> {
    if call.parent == call.child {
        return None;
    }
    package.definition(&call.parent)["triggers"] = watching("mutant_category");
    package.definition(&call.child)["triggers"] = watching("mutant_box");
    package.flows.get_mut(&call.parent)?.pointer_mut(&call.step)?["type"] = json!("Compose");
    add_step(package, &call.parent, "mutant_boxes")?;
    add_step(package, &call.child, "mutant_categories")
}

/// The places of findings at the steps that a break touches. A circle begins at either of its flows.
fn found(report: &Report, call: &Call) -> usize {
    let places = report.findings.iter().flat_map(|finding| {
        let related = finding.related.iter().map(|(place, _)| place);
        std::iter::once(&finding.place).chain(&finding.places).chain(related)
    });
    let is_here = |place: &&flowvet::finding::Place| {
        let step = place.path.steps.last().map(String::as_str);
        let is_call = *place.flow.uri == *call.parent && step == Some(call.name.as_str());
        is_call || step == Some("Added")
    };
    places.filter(is_here).count()
}

fn run(packages: &[Package], most: usize, least: usize) {
    let mut failures = String::new();
    for (name, rule, apply) in KINDS {
        let mut mutants: Vec<(&Package, Call, Package)> = Vec::new();
        for package in packages {
            let mut calls = package.calls();
            calls.sort_by_key(|call| seed(name, &format!("{} {}", call.parent, call.step)));
            let broken = calls.into_iter().find_map(|call| {
                let mut broken = package.clone();
                apply(&mut broken, &call)?;
                Some((package, call, broken))
            });
            mutants.extend(broken);
        }
        mutants.sort_by_key(|(package, ..)| seed(name, &package.name));
        let (mut hits, mut tried) = (0, 0);
        for (package, call, broken) in mutants.iter().take(most) {
            let before = found(&package.check(rule), call);
            let report = broken.check(rule);
            tried += 1;
            if found(&report, call) > before {
                hits += 1;
            } else {
                let place = format!("{}: {} runs {}", package.name, call.parent, call.child);
                writeln!(failures, "{name}: {place}: {} findings before", before).unwrap();
            }
        }
        println!("{name:40} {hits}/{tried}");
        if tried < least {
            writeln!(failures, "{name}: no package has anything that it could break").unwrap();
        }
    }
    assert!(failures.is_empty(), "breaks that were not found:\n{failures}");
}

#[test]
fn breaks_between_flows_of_fixtures_are_found() {
    let mut packages = Vec::new();
    for rule in [RESPONSE, INPUT, CIRCLE, "mixed-connector-groups", "missing-child-flow"] {
        for case in fixtures::sorted(&fixtures::root().join("fixtures").join(rule)) {
            let name = case.file_name().unwrap().to_str().unwrap().to_owned();
            if case.is_dir() && name.starts_with("quiet-") {
                packages.push(Package::read(&case, format!("{rule}/{name}")));
            }
        }
    }
    run(&packages, 20, 1);
}

#[test]
fn breaks_between_real_flows_are_found() {
    let Some(corpus) = real::corpus() else {
        println!("skipped: FLOWVET_CORPUS is not set");
        return;
    };
    let mut folders = Vec::new();
    packages_below(&corpus, &mut folders);
    let read = |folder: &PathBuf| Package::read(folder, folder.strip_prefix(&corpus).unwrap().display().to_string());
    let packages: Vec<Package> = folders.iter().map(read).collect();
    run(&packages, 20, 0);
}

/// The folders with flows and the records of a package.
fn packages_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let inside = fixtures::sorted(folder);
    let is_named = |path: &PathBuf, name: &str| path.file_name().is_some_and(|own| own.eq_ignore_ascii_case(name));
    if inside.iter().any(|path| path.is_dir() && is_named(path, "Workflows")) {
        found.push(folder.to_owned());
        return;
    }
    inside.iter().filter(|path| path.is_dir() && !path.is_symlink()).for_each(|path| packages_below(path, found));
}
