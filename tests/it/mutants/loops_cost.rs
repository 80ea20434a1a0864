//! Breaks that cost requests: steps that get into a loop and do not belong there.

use super::{Kind, Mutant, step_entry};
use flowvet::model::{Action, ActionKind, Effect, Flow};

pub(super) static KINDS: &[Kind] = &[
    Kind::new("loop-over-all-into-loop", &["nested-loop"], |flow| into_loops(flow, |_| Some(INNER_LOOP.to_owned()))),
    Kind::new("loop-over-query-of-item-into-loop", &["nested-loop"], query_and_loop),
    Kind::new("loop-around-loop-with-calls", &["nested-loop"], loop_around),
    Kind::new("query-by-item-into-loop", &["query-per-item"], |flow| into_loops(flow, |each| Some(by_item(each)))),
    Kind::new("query-by-step-of-loop-into-loop", &["query-per-item"], query_by_step),
    Kind::new("query-without-item-into-loop", &["loop-invariant-query"], |flow| into_loops(flow, without_item)),
    Kind::new("query-without-item-into-condition-of-loop", &["loop-invariant-query"], |flow| {
        into_loops(flow, in_condition)
    }),
    Kind::new("child-flow-into-loop", &["child-flow-per-item"], |flow| into_loops(flow, |each| in_turn(each, CHILD))),
    Kind::new("child-flow-in-scope-into-loop", &["child-flow-per-item"], |flow| {
        into_loops(flow, |each| {
            in_turn(each, &format!(r#"{{"type": "Scope", "actions": {{"Book_it": {CHILD}}}, "runAfter": {{}}}}"#))
        })
    }),
    Kind::new("loop-that-appends", &["append-in-loop"], |flow| first(flow, &looping(&appending("Array")))),
    Kind::new("loop-that-appends-text", &["append-in-loop"], |flow| first(flow, &looping(&appending("String")))),
    Kind::new("loop-that-appends-on-condition", &["append-in-loop"], |flow| {
        first(flow, &looping(&on_condition(&appending("Array"))))
    }),
    Kind::new("take-one-item", &["loop-over-single-row"], take_one),
    Kind::new("query-one-row", &["loop-over-single-row"], query_one),
    Kind::new("loop-with-call-takes-turns", &["sequential-loop"], |flow| first(flow, &looping(GET))),
    Kind::new("concurrency-on-inner-loop", &["ignored-inner-concurrency"], inner_concurrency),
    Kind::new("write-into-loop", &["write-per-item"], |flow| into_loops(flow, |_| Some(WRITE.to_owned()))),
    Kind::new("loop-that-filters", &["filter-in-loop"], |flow| first(flow, &looping(&on_condition(GET)))),
    Kind::new("query-twice", &["repeated-query"], query_twice),
    Kind::new("loop-that-polls", &["polling-loop"], |flow| first(flow, POLL)),
];

const GET: &str =
    r#"{"type": "Http", "inputs": {"method": "GET", "uri": "https://api.contoso.example/v1/state"}, "runAfter": {}}"#;
const INNER_LOOP: &str = r#"{"type": "Foreach", "foreach": "@triggerOutputs()?['body/all']", "actions": {"Look_at_it": {
    "type": "Compose", "inputs": 1, "runAfter": {}}}, "runAfter": {}}"#;
const CHILD: &str = r#"{"type": "Workflow", "inputs": {"host": {"workflowReferenceName": "0d7ad2f4-4c1b-ec11-b6e7-000d3a5c2b11"},
    "body": {"text": "x"}}, "runAfter": {}}"#;
const WRITE: &str = r#"{"type": "OpenApiConnection", "inputs": {"host": {"operationId": "CreateRecord", "connectionName": "x",
    "apiId": "/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps"}, "parameters": {"entityName": "tasks"}},
    "runAfter": {}}"#;
const POLL: &str = r#"{"type": "Until", "expression": "@equals(body('Ask_it'), 'done')", "limit": {"count": 9}, "actions": {
    "Wait_a_bit": {"type": "Wait", "inputs": {"interval": {"count": 1, "unit": "Minute"}}, "runAfter": {}},
    "Ask_it": {"type": "Http", "inputs": {"method": "GET", "uri": "https://api.contoso.example/v1/state"},
    "runAfter": {"Wait_a_bit": ["Succeeded"]}}}, "runAfter": {}}"#;

/// A query of a connector that no real flow writes through.
fn query(filter: &str) -> String {
    let host = r#"{"operationId": "GetItems", "connectionName": "x", "apiId": "/providers/Microsoft.PowerApps/apis/shared_dynamicsax"}"#;
    let filter = serde_json::to_string(filter).unwrap();
    format!(
        r#"{{"type": "OpenApiConnection", "inputs": {{"host": {host}, "parameters": {{"table": "t", "$filter": {filter}}}}}, "runAfter": {{}}}}"#
    )
}

/// A loop with this step in it.
fn looping(step: &str) -> String {
    format!(
        r#"{{"type": "Foreach", "foreach": "@triggerOutputs()?['body/all']", "actions": {{"Step_of_it": {step}}}, "runAfter": {{}}}}"#
    )
}

fn appending(to: &str) -> String {
    format!(
        r#"{{"type": "AppendTo{to}Variable", "inputs": {{"name": "nobody else's", "value": "@item()?['x']"}}, "runAfter": {{}}}}"#
    )
}

fn on_condition(step: &str) -> String {
    format!(
        r#"{{"type": "If", "expression": {{"equals": ["@item()?['x']", 1]}}, "actions": {{"Do_it": {step}}}, "runAfter": {{}}}}"#
    )
}

/// Another first step of the flow.
fn first(flow: &Flow<'_>, step: &str) -> Vec<Mutant> {
    let first = flow.definition.get("actions").and_then(|actions| actions.entries().next());
    first.map(|entry| Mutant::before(entry, "Flowvet_step", step)).into_iter().collect()
}

/// Loops over more than one item that are innermost around their first step.
fn loops<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = Action<'m>> {
    flow.actions().filter(|action| {
        action.kind() == ActionKind::Foreach && !action.is_single() && action.value().get("foreach").is_some()
    })
}

/// Another step in a loop.
fn into_loops(flow: &Flow<'_>, step: impl Fn(Action<'_>) -> Option<String>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for each in loops(flow).filter(|_| flow.has_distinct_names()) {
        let Some(entry) = each.value().get("actions").and_then(|actions| actions.entries().next()) else { continue };
        sites.extend(step(each).map(|step| Mutant::before(entry, "Flowvet_step", &step)));
    }
    sites
}

/// Only where rounds wait for each other: at the same time is another matter.
fn in_turn(each: Action<'_>, step: &str) -> Option<String> {
    let is_parallel = std::iter::once(each).chain(each.loops()).any(Action::is_parallel_loop);
    (!is_parallel).then(|| step.to_owned())
}

fn by_item(each: Action<'_>) -> String {
    query(&format!("id eq '@{{items('{}')?['id']}}'", each.name().replace('\'', "''")))
}

/// What is unknown may change the answer, so that the next round has to ask again.
fn may_change_anything(step: Action<'_>) -> bool {
    matches!(step.effect(), Effect::ChildFlow | Effect::SendAndWait | Effect::Unknown)
}

fn without_item(each: Action<'_>) -> Option<String> {
    (!each.inside().any(may_change_anything)).then(|| query("id eq '@{triggerOutputs()?['body/id']}'"))
}

/// The condition is the same for all items.
fn in_condition(each: Action<'_>) -> Option<String> {
    let query = without_item(each)?;
    Some(format!(
        r#"{{"type": "If", "expression": {{"equals": ["@triggerOutputs()?['body/x']", 1]}}, "actions": {{"Ask_it": {query}}}, "runAfter": {{}}}}"#
    ))
}

fn query_by_step(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for each in loops(flow).filter(|_| flow.has_distinct_names()) {
        let varying = |step: &Action<'_>| {
            step.kind() == ActionKind::Compose && step.loops().next() == Some(each) && step.varies_in(each)
        };
        let Some(step) = each.children().find(varying) else { continue };
        let Some(entry) = step_entry(step) else { continue };
        let after = format!(r#""runAfter": {{"{}": ["Succeeded"]}}"#, super::escaped(step.name()));
        let query = query(&format!("id eq '@{{outputs('{}')}}'", step.name().replace('\'', "''")));
        let query = query.replace(r#""runAfter": {}"#, &after);
        sites.push(Mutant::before(entry, "Flowvet_step", &query));
    }
    sites
}

fn query_and_loop(flow: &Flow<'_>) -> Vec<Mutant> {
    into_loops(flow, |each| {
        let inner = format!(
            r#"{{"type": "Foreach", "foreach": "@outputs('Ask_it')?['body/value']", "actions": {{"Get_it": {GET}}}, "runAfter": {{"Ask_it": ["Succeeded"]}}}}"#
        );
        let query = by_item(each);
        Some(format!(
            r#"{{"type": "Scope", "actions": {{"Ask_it": {query}, "Loop_in_it": {inner}}}, "runAfter": {{}}}}"#
        ))
    })
}

fn loop_around(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    let calls =
        |each: Action<'_>| each.inside().any(|step| step.effect().is_call() && step.loops().next() == Some(each));
    for each in loops(flow).filter(|each| calls(*each) && each.parent().is_none() && flow.has_distinct_names()) {
        let Some(entry) = step_entry(each) else { continue };
        let text = flow.document.text();
        let (key, value) = (&text[entry.key.span().range()], &text[entry.value.span().range()]);
        let outer = format!(
            r#"{{"type": "Foreach", "foreach": "@triggerOutputs()?['body/all']", "actions": {{{key}: {value}}}, "runAfter": {{}}}}"#
        );
        // The name belongs to the inner loop, so the outer one takes another.
        sites.push(Mutant::json(entry.value.span(), outer).and(Mutant::json(entry.key.span(), "\"Flowvet_loop\"")));
    }
    sites
}

fn take_one(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for each in loops(flow) {
        let Some(list) = each.looped_list() else { continue };
        let (Some(root), Some(value)) = (list.only_root(), list.value()) else { continue };
        if list.template().faults().is_empty() {
            let taken = format!("@take({}, 1)", root.text());
            sites.push(Mutant::text(value.part(0..list.template().text().len()), &taken).at(each.name_spot().span));
        }
    }
    sites
}

fn query_one(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for each in loops(flow) {
        let Some(search) = each.looped_search().filter(|search| search.effect() == Effect::Read) else { continue };
        let Some(parameters) = search.inputs().and_then(|inputs| inputs.get("parameters")) else { continue };
        let site = match (parameters.get("$top"), parameters.entries().next()) {
            (Some(top), _) => Mutant::json(top.span(), "1"),
            (None, Some(entry)) => Mutant::before(entry, "$top", "1"),
            (None, None) => continue,
        };
        sites.push(site.at(each.name_spot().span));
    }
    sites
}

fn inner_concurrency(flow: &Flow<'_>) -> Vec<Mutant> {
    let inner = |each: &Action<'_>| {
        each.loops().any(|outer| outer.kind() == ActionKind::Foreach)
            && each.value().get("runtimeConfiguration").is_none()
    };
    let entries = loops(flow).filter(inner).filter_map(|each| each.value().entry("foreach"));
    let setting = r#"{"concurrency": {"repetitions": 20}}"#;
    entries.map(|entry| Mutant::before(entry, "runtimeConfiguration", setting)).collect()
}

fn query_twice(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    let reads = |action: &Action<'_>| {
        let is_query = action.effect() == Effect::Read && action.kind().is_connector_call();
        is_query && !action.reads_changing_values() && flow.has_distinct_names()
    };
    for action in flow.actions().filter(reads) {
        let (Some(inputs), Some(entry)) = (action.inputs(), step_entry(action)) else { continue };
        // Right before it, so that nothing lies between the two.
        let Some(waits) = action.value().entry("runAfter") else { continue };
        let before = format!(
            r#"{{"type": "OpenApiConnection", "inputs": {}, "runAfter": {}}}"#,
            inputs.text(),
            waits.value.text()
        );
        let wait = Mutant::json(waits.value.span(), r#"{"Flowvet_step": ["Succeeded"]}"#);
        sites.push(Mutant::before(entry, "Flowvet_step", &before).and(wait).at(action.name_spot().span));
    }
    sites
}
