//! Breaks of error handling: handlers taken away, narrowed, emptied or joined; retries, limits and waits.

use super::{Kind, Mutant, step_entry};
use flowvet::model::{Action, ActionKind, Catch, Effect, Flow, Platform, RunEnd, Status, TriggerKind};
use flowvet::syntax::Value;

pub(super) static KINDS: &[Kind] = &[
    Kind::new("wait-for-success-only", &["missing-error-handling"], wait_for_success_only),
    Kind::new("take-the-catch-off-a-scope", &["uncaught-critical-action"], take_the_catch_off),
    Kind::new("forget-the-time-out", &["catch-misses-timeout"], forget_the_time_out)
        .floor(0.9, "a step that goes on whatever happened runs after a time-out as well"),
    Kind::new("empty-the-catch", &["silent-catch"], empty_the_catch),
    Kind::new("take-the-terminate-away", &["masked-failure", "silent-catch"], take_the_terminate_away),
    Kind::new("terminate-as-succeeded", &["masked-failure", "silent-catch"], terminate_as_succeeded),
    Kind::new("go-on-regardless", &["masked-failure"], go_on_regardless),
    Kind::new("join-two-steps-in-one-catch", &["catch-needs-all-to-fail"], join_two_steps),
    Kind::new("catch-the-last-of-a-chain", &["catch-covers-last-only"], catch_the_last),
    Kind::new("never-repeat-a-read", &["retry-disabled"], never_repeat_a_read),
    Kind::new("repeat-at-fixed-intervals", &["fixed-retry-interval"], repeat_at_fixed_intervals),
    Kind::new("drop-the-limit-of-an-until", &["until-without-limit"], drop_the_limit),
    Kind::new("wait-long-before-the-answer", &["slow-synchronous-response"], wait_long_before_the_answer),
    Kind::new("delay-for-days", &["long-fixed-delay"], delay_for_days),
    Kind::new("drop-the-time-out-of-a-question", &["approval-without-timeout"], drop_the_time_out),
    Kind::new("one-run-at-a-time", &["trigger-concurrency"], one_run_at_a_time),
    Kind::new("unfilter-a-bulk-delete", &["ungated-bulk-delete"], unfilter_a_bulk_delete),
    Kind::new("use-the-legacy-connector", &["deprecated-operation"], use_the_legacy_connector),
];

/// Whether it runs in Logic Apps, where most of these rules are not at home.
fn is_elsewhere(flow: &Flow<'_>) -> bool {
    flow.platform != Platform::PowerAutomate
}

fn run_after<'m>(action: Action<'m>) -> Option<Value<'m>> {
    action.value().get("runAfter")
}

/// Every wait of the flow becomes one for success.
fn wait_for_success_only(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let critical = flow.actions().filter(|action| action.effect().is_critical()).count();
    let edges = || flow.actions().flat_map(Action::run_after);
    let more = edges().filter(|edge| edge.statuses.iter().any(|&status| status != Status::Succeeded));
    let edits = more.map(|edge| Mutant::json(edge.entry.value.span(), r#"["Succeeded"]"#));
    let all = edits.reduce(Mutant::and).filter(|_| critical > 1);
    all.map(Mutant::in_flow).into_iter().collect()
}

/// The one handler of a scope, which other handlers of the flow do not replace, waits for success.
fn take_the_catch_off(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let others = |own: Action<'_>| flow.actions().any(|action| action != own && action.is_handler());
    let mut sites = Vec::new();
    for catch in top_catches(flow) {
        let [handler] = catch.handlers.as_slice() else { continue };
        let exposed = flow.actions().find(|action| {
            action.effect().is_critical()
                && action.ancestors().any(|around| around == catch.guarded)
                && !action.is_after_error_path()
                && first_guard(*action) == Some(catch.guarded)
        });
        let (Some(exposed), Some(wait)) = (exposed, run_after(*handler)) else { continue };
        if others(*handler)
            && handler.followers().next().is_none()
            && handler.run_after().len() == 1
            && catch.regardless.is_empty()
        {
            let name = serde_json::to_string(catch.guarded.name()).unwrap();
            let wait = Mutant::json(wait.span(), format!(r#"{{{name}: ["Succeeded"]}}"#));
            sites.push(wait.in_step(exposed));
        }
    }
    sites
}

fn first_guard<'m>(action: Action<'m>) -> Option<Action<'m>> {
    match action.on_failure() {
        flowvet::model::Coverage::Caught(catch) => Some(catch.guarded),
        _ => None,
    }
}

/// What is caught outside of any container, by steps that wait for nothing else.
fn top_catches<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = Catch<'m>> {
    let is_simple = |catch: &Catch<'m>| {
        let waits_for_it = |handler: &Action<'m>| handler.predecessors().eq([catch.guarded]);
        catch.guarded.parent().is_none() && catch.handlers.iter().all(waits_for_it)
    };
    flow.catches().filter(is_simple)
}

fn forget_the_time_out(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let mut sites = Vec::new();
    for catch in flow.catches().filter(|catch| catch.guarded.holds_call() && catch.regardless.is_empty()) {
        let [handler] = catch.handlers.as_slice() else { continue };
        let edge = handler.run_after().iter().find(|edge| edge.name == catch.guarded.name());
        let both = edge.filter(|edge| edge.waits_for(Status::Failed) && edge.waits_for(Status::TimedOut));
        sites.extend(both.map(|edge| Mutant::json(edge.entry.value.span(), r#"["Failed"]"#).in_step(*handler)));
    }
    sites
}

/// The steps of a catch scope are gone; nothing follows it that could make up for it.
fn empty_the_catch(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let mut sites = Vec::new();
    for catch in top_catches(flow).filter(|catch| catch.guarded.kind().is_container()) {
        let [handler] = catch.handlers.as_slice() else { continue };
        let is_last = handler.followers().next().is_none() && catch.regardless.is_empty();
        let is_only = catch.guarded.followers().count() == 1;
        if !is_last || !is_only || handler.kind() != ActionKind::Scope || !catch.guarded.holds_critical_step() {
            continue;
        }
        let Some(actions) = handler.value().get("actions") else { continue };
        sites.push(Mutant::json(actions.span(), "{}").in_step(*handler));
    }
    sites
}

/// The Terminates on simple error paths that nothing else makes end as failed.
fn terminates<'m>(flow: &'m Flow<'m>) -> Vec<(Catch<'m>, Action<'m>)> {
    let mut found = Vec::new();
    for catch in top_catches(flow).filter(|catch| catch.end == RunEnd::Terminated && catch.regardless.is_empty()) {
        let ends: Vec<Action<'_>> = flow
            .actions()
            .filter(|action| action.kind() == ActionKind::Terminate && action.is_on_error_path())
            .collect();
        let [end] = ends.as_slice() else { continue };
        let is_only = catch.guarded.followers().count() == 1 && catch.handlers.len() == 1;
        let answers = flow.actions().any(|action| action.kind() == ActionKind::Response);
        let is_looked_at = catch.reaction.keeps || catch.reaction.is_tested || answers;
        if is_only && !is_looked_at && catch.guarded.holds_critical_step() {
            found.push((catch, *end));
        }
    }
    found
}

/// It becomes a Compose.
fn take_the_terminate_away(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let mut sites = Vec::new();
    for (catch, end) in terminates(flow) {
        let Some(kind) = end.value().get("type") else { continue };
        sites.push(Mutant::json(kind.span(), r#""Compose""#).in_step(catch.handlers[0]));
    }
    sites
}

fn terminate_as_succeeded(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let mut sites = Vec::new();
    for (catch, end) in terminates(flow) {
        let Some(status) = end.inputs().and_then(|inputs| inputs.get("runStatus")) else { continue };
        sites.push(Mutant::json(status.span(), r#""Succeeded""#).in_step(catch.handlers[0]));
    }
    sites
}

/// The last step waits for success or failure of the one before it.
fn go_on_regardless(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let mut sites = Vec::new();
    let is_chain = !flow.has_any_handler() && !flow.actions().any(|action| action.kind() == ActionKind::Terminate);
    let asks = flow.expressions().any(|expression| {
        let text = expression.template().text();
        ["result(", "actions(", "statusCode", "error"].iter().any(|word| text.contains(word))
    });
    for action in flow.actions().filter(|_| is_chain && !asks) {
        let before: Vec<Action<'_>> = action.predecessors().collect();
        let [before] = before.as_slice() else { continue };
        let is_last = action.followers().next().is_none() && before.followers().count() == 1;
        let answers = matches!(action.kind(), ActionKind::Response) || action.kind().is_container();
        let (Some(edge), true) = (action.run_after().first(), before.effect().is_critical()) else { continue };
        if action.parent().is_none() && is_last && !answers {
            let wait = Mutant::json(edge.entry.value.span(), r#"["Succeeded", "Failed"]"#);
            sites.push(wait.in_step(action));
        }
    }
    sites
}

/// The handler of one step waits for the failure of another as well that runs at the same time.
fn join_two_steps(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let mut sites = Vec::new();
    for catch in flow.catches() {
        let [handler] = catch.handlers.as_slice() else { continue };
        let other = catch.guarded.siblings().find(|other| {
            let is_apart = !other.can_have_run_before(catch.guarded) || other.run_after().iter().all(succeeds);
            is_apart
                && !other.is_after_error_path()
                && !other.is_on_error_path()
                && !handler.can_have_run_before(*other)
        });
        let (Some(other), [edge]) = (other, handler.run_after()) else { continue };
        if edge.waits_for(Status::Failed)
            && !edge.waits_for(Status::Skipped)
            && handler.predecessors().eq([catch.guarded])
        {
            let name = serde_json::to_string(other.name()).unwrap();
            let failed = edge.entry.key.span().start;
            let at = flowvet::source::Span { start: failed, end: failed };
            sites.push(Mutant::json(at, format!(r#"{name}: ["Failed"], "#)).in_step(*handler));
        }
    }
    sites
}

fn succeeds(edge: &flowvet::model::RunAfter<'_>) -> bool {
    edge.waits_for(Status::Succeeded)
}

/// A step is added that waits for the failure of the last step of a chain.
fn catch_the_last(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let mut sites = Vec::new();
    for last in flow.actions().filter(|action| !action.kind().is_container() && !flow.has_any_handler()) {
        let before = last.siblings().filter(|before| before.effect().is_critical() && before.can_have_run_before(last));
        let is_last = last.followers().next().is_none();
        let Some(entry) = step_entry(last).filter(|_| is_last && before.count() > 0) else { continue };
        let name = serde_json::to_string(last.name()).unwrap();
        let step =
            format!(r#"{{"type": "Compose", "inputs": "failed", "runAfter": {{{name}: ["Failed", "TimedOut"]}}}}"#);
        sites.push(Mutant::before(entry, "Only_the_last_is_caught", &step));
    }
    sites
}

fn with_policy(action: Action<'_>, policy: &str) -> Option<Mutant> {
    let inputs = action.inputs()?;
    if inputs.get("retryPolicy").is_some() {
        return None;
    }
    Some(Mutant::before(inputs.entries().next()?, "retryPolicy", policy))
}

fn calls<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = Action<'m>> {
    flow.actions().filter(|action| action.kind().is_connector_call() || action.kind() == ActionKind::Http)
}

fn never_repeat_a_read(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let reads = calls(flow).filter(|action| action.effect() == Effect::Read);
    reads.filter_map(|action| with_policy(action, r#"{"type": "none"}"#)).collect()
}

fn repeat_at_fixed_intervals(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let policy = r#"{"type": "fixed", "count": 4, "interval": "PT10S"}"#;
    calls(flow).filter_map(|action| with_policy(action, policy)).collect()
}

fn drop_the_limit(flow: &Flow<'_>) -> Vec<Mutant> {
    let loops = flow.actions().filter(|action| action.kind() == ActionKind::Until);
    let limits = loops.filter_map(|action| Some((action, action.value().entry("limit")?)));
    limits.map(|(action, limit)| Mutant::without(flow, limit).in_step(action)).collect()
}

/// The first step of the list in which the answer stands becomes a Delay that the answer waits for.
fn wait_long_before_the_answer(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let answers: Vec<Action<'_>> = flow.actions().filter(|action| action.kind() == ActionKind::Response).collect();
    let is_called = flow.triggers().any(|trigger| trigger.kind() == TriggerKind::Request);
    let [answer] = answers.as_slice() else { return Vec::new() };
    let entry = run_after(*answer).zip(step_entry(*answer));
    let Some((wait, entry)) = entry.filter(|_| is_called && !answer.has_option("Asynchronous")) else {
        return Vec::new();
    };
    let delay = r#"{"type": "Wait", "inputs": {"interval": {"count": 10, "unit": "Minute"}}, "runAfter": {}}"#;
    let also = match wait.entries().next() {
        Some(first) => {
            let start = first.key.span().start;
            Mutant::json(flowvet::source::Span { start, end: start }, r#""Wait_for_long": ["Succeeded"], "#)
        }
        None => Mutant::json(wait.span(), r#"{"Wait_for_long": ["Succeeded"]}"#),
    };
    vec![Mutant::before(entry, "Wait_for_long", delay).and(also).in_step(*answer)]
}

fn delay_for_days(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let interval = |action: Action<'_>| action.inputs().and_then(|inputs| inputs.get("interval")).map(Value::span);
    let waits = flow.actions().filter(|action| action.kind() == ActionKind::Wait);
    let waits = waits.filter_map(|action| Some((action, interval(action)?)));
    waits.map(|(action, at)| Mutant::json(at, r#"{"count": 3, "unit": "Day"}"#).in_step(action)).collect()
}

fn drop_the_time_out(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let asks = flow.actions().filter(|action| action.effect() == Effect::SendAndWait);
    let limits = asks.filter_map(|action| Some((action, action.value().entry("limit")?)));
    limits.map(|(action, limit)| Mutant::without(flow, limit).in_step(action)).collect()
}

fn one_run_at_a_time(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let triggers = flow.triggers().filter(|trigger| trigger.value().get("runtimeConfiguration").is_none());
    let first = triggers.filter_map(|trigger| trigger.value().entries().next());
    first.map(|entry| Mutant::before(entry, "runtimeConfiguration", r#"{"concurrency": {"runs": 1}}"#)).collect()
}

/// The list before a deletion in a loop loses its filter.
fn unfilter_a_bulk_delete(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let asks = flow.actions().any(|action| action.effect() == Effect::SendAndWait);
    let mut sites = Vec::new();
    for action in flow.actions().filter(|action| action.effect() == Effect::Delete && !asks) {
        let is_gated = action.ancestors().any(|around| matches!(around.kind(), ActionKind::If | ActionKind::Switch));
        let Some(each) = action.ancestors().find(|around| around.kind() == ActionKind::Foreach) else { continue };
        let list = flow
            .expressions()
            .filter(|expression| expression.action() == Some(each) && expression.is_under(&["foreach"]))
            .flat_map(|expression| expression.references())
            .find_map(|reference| flow.action_named(&reference.name));
        let parameters = list.and_then(Action::inputs).and_then(|inputs| inputs.get("parameters"));
        let filters: Vec<_> = parameters
            .into_iter()
            .flat_map(Value::entries)
            .filter(|entry| ["$filter", "fetchXml", "query"].iter().any(|name| entry.key.is(name)))
            .collect();
        if let ([filter], false) = (filters.as_slice(), is_gated) {
            sites.push(Mutant::without(flow, *filter).in_step(action));
        }
    }
    sites
}

fn use_the_legacy_connector(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_elsewhere(flow) {
        return Vec::new();
    }
    let id = |action: Action<'_>| action.inputs().and_then(|inputs| inputs.at(&["host", "apiId"])).map(Value::span);
    let legacy = r#""/providers/Microsoft.PowerApps/apis/shared_commondataservice""#;
    let calls = flow.actions().filter_map(|action| Some((action, id(action)?)));
    calls.map(|(action, at)| Mutant::json(at, legacy).in_step(action)).collect()
}
