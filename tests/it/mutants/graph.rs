//! Breaks of the order of steps: what they wait for, how that ends, and what runs at the same time.

use super::{Kind, Mutant};
use flowvet::model::{Action, ActionKind, Ends, Flow, RunAfter, UseKind};

pub(super) static KINDS: &[Kind] = &[
    Kind::new("rename-run-after-target", &["invalid-run-after"], rename_target),
    Kind::new("run-after-step-of-other-list", &["invalid-run-after"], point_elsewhere),
    Kind::new("run-after-trigger", &["invalid-run-after"], point_at_trigger),
    Kind::new("run-after-itself", &["invalid-run-after"], point_at_itself),
    Kind::new("close-circle-of-two", &["run-after-cycle"], |flow| close_circle(flow, 2)),
    Kind::new("close-circle-of-three", &["run-after-cycle"], |flow| close_circle(flow, 3)),
    Kind::new("misspell-status", &["invalid-run-after-status"], misspell_status),
    Kind::new("empty-status-list", &["invalid-run-after-status"], |flow| replace_statuses(flow, "[]")),
    Kind::new("status-without-list", &["invalid-run-after-status"], |flow| replace_statuses(flow, "\"Succeeded\"")),
    Kind::new("terminate-before-step", &["unreachable-action"], terminate_before),
    Kind::new("terminate-in-scope-before-step", &["unreachable-action"], terminate_in_scope),
    Kind::new("wait-for-skip-of-first-step", &["unreachable-action"], wait_for_skip),
    Kind::new("wait-for-timeout-of-data-step", &["unreachable-action"], wait_for_timeout),
    Kind::new("wait-for-failure-and-what-follows-success", &["unreachable-action"], wait_for_both),
    Kind::new("condition-always-false", &["constant-condition"], always_false),
    Kind::new("parallel-loop-around-set-and-read", &["parallel-loop-variable-race"], parallel_set),
    Kind::new("parallel-loop-around-append", &["parallel-loop-append-order"], parallel_append),
    Kind::new("set-variable-beside-itself", &["parallel-branch-variable-race"], set_beside),
];

fn edges<'m>(flow: &'m Flow<'m>) -> Vec<(Action<'m>, &'m RunAfter<'m>, Action<'m>)> {
    let of = |action: Action<'m>| {
        action.run_after().iter().filter_map(move |edge| Some((action, edge, action.target_of(edge)?)))
    };
    flow.actions().flat_map(of).collect()
}

/// The entry with another name.
fn renamed(edge: &RunAfter<'_>, name: &str) -> Mutant {
    Mutant::text(edge.entry.key.part(0..edge.name.len()), name)
}

fn rename_target(flow: &Flow<'_>) -> Vec<Mutant> {
    edges(flow).iter().map(|(_, edge, _)| renamed(edge, &format!("{} renamed", edge.name))).collect()
}

fn point_elsewhere(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (action, edge, _) in edges(flow) {
        let is_here = |other: Action<'_>| action.siblings().any(|it| it.name().eq_ignore_ascii_case(other.name()));
        let elsewhere = flow.actions().find(|&other| other != action && !is_here(other));
        sites.extend(elsewhere.map(|other| renamed(edge, other.name())));
    }
    sites
}

fn point_at_trigger(flow: &Flow<'_>) -> Vec<Mutant> {
    let Some(trigger) = flow.triggers().next() else { return Vec::new() };
    let is_free = flow.action_named(trigger.name()).is_none();
    let edges = edges(flow).into_iter().filter(|(action, ..)| is_free && action.kind() != ActionKind::Agent);
    edges.map(|(_, edge, _)| renamed(edge, trigger.name())).collect()
}

fn point_at_itself(flow: &Flow<'_>) -> Vec<Mutant> {
    let distinct = edges(flow).into_iter().filter(|_| flow.has_distinct_names());
    distinct.map(|(action, edge, _)| renamed(edge, action.name())).collect()
}

/// The first of some steps that wait for each other in a row waits for the last.
fn close_circle(flow: &Flow<'_>, length: usize) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for last in flow.actions().filter(|_| flow.has_distinct_names()) {
        let mut first = last;
        for _ in 1..length {
            match first.predecessors().next() {
                Some(before) => first = before,
                None => break,
            }
        }
        let way = std::iter::successors(Some(last), |action| action.predecessors().next());
        let is_long_enough = way.take(length).count() == length;
        if let Some(entry) = first.value().entry("runAfter").filter(|_| is_long_enough && first != last) {
            let run_after = serde_json::json!({ last.name(): ["Succeeded"] }).to_string();
            sites.push(Mutant::json(entry.value.span(), run_after).in_flow());
        }
    }
    sites
}

fn misspell_status(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (_, edge, _) in edges(flow) {
        for item in edge.entry.value.items() {
            let Some(word) = item.as_str() else { continue };
            sites.push(Mutant::text(item.part(0..word.len()), &format!("{}d", word.replace("ee", "e"))));
        }
    }
    sites
}

fn replace_statuses(flow: &Flow<'_>, with: &str) -> Vec<Mutant> {
    edges(flow).iter().map(|(_, edge, _)| Mutant::json(edge.entry.value.span(), with)).collect()
}

/// Steps that run if another succeeds, and can do so today.
fn followers<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Action<'m>, &'m RunAfter<'m>, Action<'m>)> {
    let follows = |(action, edge, target): &(Action<'m>, &'m RunAfter<'m>, Action<'m>)| {
        edge.ends() == Ends::SUCCEEDED && action.can_run() && action != target
    };
    edges(flow).into_iter().filter(follows)
}

/// Words in a Compose are a remark to the rule.
fn is_no_remark((action, ..): &(Action<'_>, &RunAfter<'_>, Action<'_>)) -> bool {
    let has_words = || action.inputs().and_then(|inputs| inputs.as_str()).is_some_and(|text| text.contains(' '));
    action.kind() != ActionKind::Compose || !has_words()
}

fn terminate_before(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (action, _, target) in followers(flow).filter(is_no_remark) {
        let has_actions = target.children().next().is_some() || target.value().get("runtimeConfiguration").is_some();
        let Some(kind) = target.value().get("type").filter(|_| !has_actions) else { continue };
        sites.push(Mutant::json(kind.span(), "\"Terminate\"").at(action.name_spot().span));
    }
    sites
}

fn terminate_in_scope(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    let scopes = followers(flow).filter(is_no_remark).filter(|(.., target)| target.kind() == ActionKind::Scope);
    for (action, _, target) in scopes {
        let Some(list) = target.value().get("actions").filter(|list| list.is_object()) else { continue };
        let stop = r#"{"Stop_it": {"type": "Terminate", "inputs": {"runStatus": "Succeeded"}, "runAfter": {}}}"#;
        sites.push(Mutant::json(list.span(), stop).at(action.name_spot().span));
    }
    sites
}

fn wait_for_skip(flow: &Flow<'_>) -> Vec<Mutant> {
    let first = followers(flow).filter(|(.., target)| {
        target.run_after().is_empty() && target.value().at(&["runtimeConfiguration", "staticResult"]).is_none()
    });
    first.map(|(_, edge, _)| Mutant::json(edge.entry.value.span(), "[\"Skipped\"]").at(edge.entry.key.span())).collect()
}

fn wait_for_timeout(flow: &Flow<'_>) -> Vec<Mutant> {
    use ActionKind::*;
    let data = [Compose, InitializeVariable, SetVariable, ParseJson, Query, Select, Join, Table];
    let sites = followers(flow).filter(|(.., target)| {
        let is_plain = ["limit", "runtimeConfiguration"].iter().all(|key| target.value().get(key).is_none());
        data.contains(&target.kind()) && is_plain
    });
    sites
        .map(|(_, edge, _)| Mutant::json(edge.entry.value.span(), "[\"TimedOut\"]").at(edge.entry.key.span()))
        .collect()
}

/// Waits for the success of one step and for the failure of the step which that one needs.
fn wait_for_both(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (action, edge, target) in followers(flow).filter(|(action, ..)| action.run_after().len() == 1) {
        let [before] = target.run_after() else { continue };
        if target.predecessors().any(|other| other.is_on_cycle_with(target)) {
            continue;
        }
        if let Some(first) = target.target_of(before).filter(|_| before.ends() == Ends::SUCCEEDED) {
            sites.push(Mutant::before(edge.entry, first.name(), "[\"Failed\"]").in_step(action));
        }
    }
    sites
}

fn always_false(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for condition in flow.actions().filter(|action| action.kind() == ActionKind::If && action.can_run()) {
        let Some(expression) = condition.value().get("expression") else { continue };
        sites.push(Mutant::json(expression.span(), "{\"equals\": [1, 2]}"));
    }
    sites
}

/// Loops whose rounds do not run at the same time, and could.
fn sequential_loops<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = Action<'m>> {
    let is_sequential = |action: &Action<'m>| {
        let is_unset = ["runtimeConfiguration", "operationOptions"].iter().all(|key| action.value().get(key).is_none());
        action.kind() == ActionKind::Foreach && is_unset && !action.is_inside_loop() && !action.is_parallel_loop()
    };
    flow.actions().filter(is_sequential)
}

fn made_parallel(around: Action<'_>) -> Option<Mutant> {
    let entry = around.value().entries().next()?;
    Some(Mutant::before(entry, "runtimeConfiguration", r#"{"concurrency": {"repetitions": 20}}"#).in_flow())
}

fn parallel_set(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for around in sequential_loops(flow) {
        let is_inside = |action: Action<'_>| action.ancestors().any(|outer| outer == around) && action.can_run();
        let races = flow.changed_variables().iter().any(|variable| {
            let writes = || variable.uses.iter().filter(|used| used.is_write() && is_inside(used.action));
            let mut reads = variable.uses.iter().filter(|used| !used.is_write() && is_inside(used.action));
            reads.any(|read| {
                writes()
                    .any(|write| write.action.writes_differently_in(around) && write.action.can_both_run(read.action))
            })
        });
        sites.extend(made_parallel(around).filter(|_| races));
    }
    sites
}

fn parallel_append(flow: &Flow<'_>) -> Vec<Mutant> {
    let appends = [UseKind::AppendItem, UseKind::AppendText];
    let mut sites = Vec::new();
    for around in sequential_loops(flow) {
        let is_inside = |action: Action<'_>| action.ancestors().any(|outer| outer == around) && action.can_run();
        let is_found = flow.changed_variables().iter().any(|variable| {
            let mut inside = variable.uses.iter().filter(|used| is_inside(used.action)).peekable();
            inside.peek().is_some() && inside.all(|used| appends.contains(&used.kind))
        });
        sites.extend(made_parallel(around).filter(|_| is_found));
    }
    sites
}

/// A step that sets a variable again no longer waits for the one that set it first.
fn set_beside(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for variable in flow.changed_variables() {
        let sets: Vec<Action<'_>> =
            variable.uses.iter().filter(|used| used.kind == UseKind::Set).map(|used| used.action).collect();
        for pair in sets.windows(2) {
            let (first, second) = (pair[0], pair[1]);
            let differ = first.value_written().map(|it| it.text()) != second.value_written().map(|it| it.text());
            let is_behind = first.can_have_run_before(second) && first.siblings().any(|it| it == second);
            let can_run = first.can_run() && second.can_run();
            let Some(entry) = second.value().entry("runAfter").filter(|_| differ && is_behind && can_run) else {
                continue;
            };
            let run_after = first.value().get("runAfter").map_or("{}", |value| value.text());
            sites.push(Mutant::json(entry.value.span(), run_after).in_flow());
        }
    }
    sites
}
