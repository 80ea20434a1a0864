//! Breaks of what steps are made of, and of where they stand.

use super::{Kind, Mutant, escaped, step_entry};
use flowvet::facts;
use flowvet::model::{Action, ActionKind, Flow, Platform, Shell, TriggerKind};
use flowvet::syntax::{Entry, Spot, Value};

pub(super) static KINDS: &[Kind] = &[
    Kind::new("drop-trigger", &["missing-trigger"], drop_trigger),
    Kind::new("drop-type", &["missing-action-type"], drop_type),
    Kind::new("drop-trigger-type", &["missing-action-type"], drop_trigger_type),
    Kind::new("misspell-type", &["unknown-action-type"], misspell_type),
    Kind::new("type-by-designer-name", &["unknown-action-type"], type_by_designer_name),
    Kind::new("type-of-logic-apps", &["unknown-action-type"], type_of_logic_apps),
    Kind::new("misspell-kind", &["unknown-action-type"], misspell_kind),
    Kind::new("drop-required-input", &["missing-required-field"], drop_required_input),
    Kind::new("drop-required-key", &["missing-required-field"], drop_required_key),
    Kind::new("drop-inputs", &["missing-required-field"], drop_inputs),
    Kind::new("drop-operation-id", &["incomplete-connector-call"], drop_operation_id),
    Kind::new("drop-trigger-operation-id", &["incomplete-connector-call"], drop_trigger_operation_id),
    Kind::new("empty-connection-name", &["incomplete-connector-call"], empty_connection_name),
    Kind::new("drop-host", &["incomplete-connector-call"], drop_host),
    Kind::new("drop-attachment-content", &["attachment-without-content"], drop_attachment_content),
    Kind::new("repeat-case-value", &["duplicate-switch-case"], repeat_case_value),
    Kind::new("empty-a-container", &["empty-container"], empty_a_container),
    Kind::new("response-into-loop", &["misplaced-response"], response_into_loop),
    Kind::new("response-without-caller", &["misplaced-response"], response_without_caller),
    Kind::new("answer-twice", &["misplaced-response"], answer_twice),
    Kind::new("terminate-into-loop", &["terminate-in-loop"], terminate_into_loop),
    Kind::new("drop-terminate-message", &["terminate-without-message"], drop_terminate_message),
    Kind::new("add-static-result", &["static-result-enabled"], add_static_result),
    Kind::new("enable-static-result", &["static-result-enabled"], enable_static_result),
    Kind::new("drop-merge-header", &["sharepoint-update-without-merge"], drop_merge_header),
    Kind::new("drop-match-header", &["sharepoint-update-without-merge"], drop_match_header),
    Kind::new("teams-other-place", &["teams-recipient-mismatch"], teams_other_place),
];

/// All characters of a string.
fn whole(value: Value<'_>) -> Option<Spot> {
    Some(value.part(0..value.as_str()?.len()))
}

/// The actions that have an entry at the end of a path of keys, with it.
fn having<'m>(flow: &'m Flow<'m>, path: &'static [&'static str]) -> impl Iterator<Item = (Action<'m>, Entry<'m>)> {
    let (last, front) = path.split_last().unwrap();
    flow.actions().filter_map(move |action| Some((action, action.value().at(front)?.entry(last)?)))
}

/// Takes out entries, each expected in its step.
fn dropped<'m>(flow: &'m Flow<'m>, entries: impl Iterator<Item = (Action<'m>, Entry<'m>)>) -> Vec<Mutant> {
    entries.map(|(action, entry)| Mutant::without(flow, entry).in_step(action)).collect()
}

fn drop_trigger(flow: &Flow<'_>) -> Vec<Mutant> {
    let triggers = flow.definition.get("triggers").filter(|_| flow.triggers().count() == 1 && flow.action_count() > 0);
    triggers.map(|triggers| Mutant::json(triggers.span(), "{}").in_flow()).into_iter().collect()
}

fn drop_type(flow: &Flow<'_>) -> Vec<Mutant> {
    dropped(flow, having(flow, &["type"]))
}

fn drop_trigger_type(flow: &Flow<'_>) -> Vec<Mutant> {
    let types = flow.triggers().filter_map(|trigger| Some((trigger, trigger.value().entry("type")?)));
    types.map(|(trigger, entry)| Mutant::without(flow, entry).at(trigger.name_spot().span)).collect()
}

fn misspell_type(flow: &Flow<'_>) -> Vec<Mutant> {
    let types = having(flow, &["type"]).filter_map(|(_, entry)| {
        let name = entry.value.as_str().filter(|name| !name.starts_with('@'))?;
        Some(Mutant::text(whole(entry.value)?, &format!("{name}x")))
    });
    types.collect()
}

fn type_by_designer_name(flow: &Flow<'_>) -> Vec<Mutant> {
    let names = [
        (ActionKind::If, "Condition"),
        (ActionKind::Foreach, "Apply_to_each"),
        (ActionKind::Query, "FilterArray"),
        (ActionKind::Wait, "Delay"),
    ];
    let types = having(flow, &["type"]).filter_map(|(action, entry)| {
        let (_, name) = names.iter().find(|(kind, _)| *kind == action.kind())?;
        Some(Mutant::text(whole(entry.value)?, name))
    });
    types.collect()
}

fn type_of_logic_apps(flow: &Flow<'_>) -> Vec<Mutant> {
    if flow.platform != Platform::PowerAutomate || !matches!(flow.shell, Shell::ClientData | Shell::Resource) {
        return Vec::new();
    }
    let types = having(flow, &["type"]).filter(|(action, _)| action.kind() == ActionKind::Compose);
    types.filter_map(|(_, entry)| Some(Mutant::text(whole(entry.value)?, "JavaScriptCode"))).collect()
}

fn misspell_kind(flow: &Flow<'_>) -> Vec<Mutant> {
    let kinds = having(flow, &["kind"])
        .filter(|(action, _)| matches!(action.kind(), ActionKind::Response | ActionKind::Expression));
    kinds.filter_map(|(_, entry)| Some(Mutant::text(whole(entry.value)?, "Phone"))).collect()
}

fn known(action: Action<'_>) -> Option<&'static facts::ActionType> {
    facts::action_type(&action.value().get("type")?.as_str()?)
}

fn drop_required_input(flow: &Flow<'_>) -> Vec<Mutant> {
    let entries = flow.actions().filter_map(|action| {
        let (known, inputs) = (known(action)?, action.inputs()?);
        let is_call = action.kind().is_connector_call();
        let mut wanted = known.required.iter().filter(|&&key| !is_call || key != "host");
        // A key that stands there twice is still there without the one.
        Some((action, wanted.find_map(|key| inputs.entry(key).filter(|_| count(inputs, key) == 1))?))
    });
    dropped(flow, entries)
}

fn count(holder: Value<'_>, key: &str) -> usize {
    holder.entries().filter(|entry| entry.key.is(key)).count()
}

fn drop_required_key(flow: &Flow<'_>) -> Vec<Mutant> {
    let entries = flow.actions().filter_map(|action| {
        let mut wanted = known(action)?.required_keys.iter();
        Some((action, wanted.find_map(|key| action.value().entry(key))?))
    });
    dropped(flow, entries)
}

fn drop_inputs(flow: &Flow<'_>) -> Vec<Mutant> {
    let with_inputs = having(flow, &["inputs"]).filter(|(action, _)| {
        let needs = |known: &facts::ActionType| known.input_form == facts::InputForm::Any || !known.required.is_empty();
        !action.kind().is_connector_call() && known(*action).is_some_and(needs)
    });
    dropped(flow, with_inputs)
}

fn today(action: Action<'_>) -> bool {
    use ActionKind::*;
    matches!(action.kind(), OpenApiConnection | OpenApiConnectionWebhook | OpenApiConnectionNotification)
}

fn drop_operation_id(flow: &Flow<'_>) -> Vec<Mutant> {
    dropped(flow, having(flow, &["inputs", "host", "operationId"]).filter(|(action, _)| today(*action)))
}

fn drop_trigger_operation_id(flow: &Flow<'_>) -> Vec<Mutant> {
    use TriggerKind::*;
    let today = flow.triggers().filter(|trigger| {
        matches!(trigger.kind(), OpenApiConnection | OpenApiConnectionWebhook | OpenApiConnectionNotification)
    });
    let ids = today.filter_map(|trigger| {
        let host = trigger.inputs()?.entry("host")?;
        Some(Mutant::without(flow, host.value.entry("operationId")?).at(host.key.span()))
    });
    ids.collect()
}

fn empty_connection_name(flow: &Flow<'_>) -> Vec<Mutant> {
    let names = having(flow, &["inputs", "host", "connectionName"]).filter(|(action, _)| today(*action));
    names.map(|(action, entry)| Mutant::json(entry.value.span(), r#""""#).in_step(action)).collect()
}

fn drop_host(flow: &Flow<'_>) -> Vec<Mutant> {
    dropped(flow, having(flow, &["inputs", "host"]).filter(|(action, _)| action.kind().is_connector_call()))
}

fn drop_attachment_content(flow: &Flow<'_>) -> Vec<Mutant> {
    let parameters = flow.actions().filter_map(|action| {
        let operation = action.operation()?;
        let sender = facts::attachment_sender(operation.connector?, operation.id?)?;
        Some((sender, action.inputs()?.get("parameters")?))
    });
    let files = parameters.flat_map(|(sender, parameters)| {
        let lists = parameters.entries().filter(|entry| entry.key.name().ends_with(sender.list));
        lists.flat_map(|list| list.value.items()).filter_map(|file| file.get(sender.content))
    });
    files.map(|content| Mutant::json(content.span(), r#""""#)).collect()
}

fn repeat_case_value(flow: &Flow<'_>) -> Vec<Mutant> {
    let switches = flow.actions().filter(|action| action.kind() == ActionKind::Switch);
    let pairs = switches.filter_map(|switch| {
        let mut values = switch.value().get("cases")?.entries().filter_map(|case| case.value.get("case"));
        let (first, second) = (values.next()?, values.next()?);
        let is_literal = !first.as_str().is_some_and(|text| text.starts_with('@'));
        is_literal.then(|| Mutant::json(second.span(), first.text()))
    });
    pairs.collect()
}

fn empty_a_container(flow: &Flow<'_>) -> Vec<Mutant> {
    let bodies = having(flow, &["actions"]).filter(|(action, _)| {
        matches!(action.kind(), ActionKind::Scope | ActionKind::Foreach | ActionKind::Until) && action.has_children()
    });
    bodies.map(|(action, entry)| Mutant::json(entry.value.span(), "{}").in_step(action)).collect()
}

/// Puts a step into a loop that takes its place, and expects the finding in it.
fn into_loop<'m>(flow: &'m Flow<'m>, kind: ActionKind) -> Vec<Mutant> {
    let steps = flow.actions().filter(|action| action.kind() == kind && !action.is_inside_loop());
    let looped = steps.map(|action| {
        let (name, step) = (escaped(action.name()), action.value());
        let list = r#""foreach": "@createArray(1)""#;
        let body = format!(r#"{{"type": "Foreach", {list}, "actions": {{"{name} inside": {}}}}}"#, step.text());
        Mutant::json(step.span(), body)
    });
    looped.collect()
}

fn response_into_loop(flow: &Flow<'_>) -> Vec<Mutant> {
    into_loop(flow, ActionKind::Response)
}

fn terminate_into_loop(flow: &Flow<'_>) -> Vec<Mutant> {
    into_loop(flow, ActionKind::Terminate)
}

fn response_without_caller(flow: &Flow<'_>) -> Vec<Mutant> {
    let Some(trigger) = flow.triggers().next().filter(|trigger| trigger.kind() == TriggerKind::Request) else {
        return Vec::new();
    };
    if flow.triggers().count() > 1 {
        return Vec::new();
    }
    let daily = r#"{"type": "Recurrence", "recurrence": {"frequency": "Day", "interval": 1}}"#;
    let responses = flow.actions().filter(|action| action.kind() == ActionKind::Response);
    responses.map(|action| Mutant::json(trigger.value().span(), daily).at(action.name_spot().span)).collect()
}

fn answer_twice(flow: &Flow<'_>) -> Vec<Mutant> {
    let responses = flow.actions().filter(|action| {
        action.kind() == ActionKind::Response
            && !action.is_inside_loop()
            && flow.triggers().any(|trigger| trigger.kind() == TriggerKind::Request)
    });
    let second = responses.filter_map(|action| {
        let (entry, name) = (step_entry(action)?, escaped(action.name()));
        let answer = format!(
            r#"{{"type": "Response", "inputs": {{"statusCode": 200}}, "runAfter": {{"{name}": ["Succeeded"]}}}}"#
        );
        Some(Mutant::before(entry, "Answer again", &answer))
    });
    second.collect()
}

fn drop_terminate_message(flow: &Flow<'_>) -> Vec<Mutant> {
    let messages = having(flow, &["inputs", "runError", "message"]).filter(|(action, entry)| {
        let is_failed = |inputs: Value<'_>| inputs.get("runStatus").is_some_and(|status| status.is_str("Failed"));
        // What says nothing now says nothing afterwards.
        let says_something = entry.value.as_str().is_some_and(|text| !text.trim().is_empty());
        action.kind() == ActionKind::Terminate && says_something && action.inputs().is_some_and(is_failed)
    });
    dropped(flow, messages)
}

fn add_static_result(flow: &Flow<'_>) -> Vec<Mutant> {
    let free = having(flow, &["type"]).filter(|(action, _)| action.value().get("runtimeConfiguration").is_none());
    let setting = r#"{"staticResult": {"name": "Step0", "staticResultOptions": "Enabled"}}"#;
    free.map(|(_, entry)| Mutant::before(entry, "runtimeConfiguration", setting)).collect()
}

fn enable_static_result(flow: &Flow<'_>) -> Vec<Mutant> {
    let options = having(flow, &["runtimeConfiguration", "staticResult", "staticResultOptions"]);
    let disabled = options.filter(|(_, entry)| entry.value.is_str("Disabled"));
    disabled.filter_map(|(_, entry)| Some(Mutant::text(whole(entry.value)?, "Enabled"))).collect()
}

/// The headers of steps that change an item of SharePoint by POST.
fn merges<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Action<'m>, Value<'m>)> {
    flow.actions().filter_map(|action| {
        let uri = action.parameter("parameters/uri")?.as_str()?;
        let headers = action.parameter("parameters/headers")?;
        let is_item = uri.trim_end_matches('/').ends_with(')')
            && uri.rsplit_once("items(").is_some_and(|(_, id)| !id.contains(")/"));
        let is_merge = headers.get("X-HTTP-Method").is_some_and(|method| method.is_str("MERGE"));
        (is_item && is_merge && action.parameter("parameters/method")?.is_str("POST")).then_some((action, headers))
    })
}

fn drop_merge_header(flow: &Flow<'_>) -> Vec<Mutant> {
    let headers = merges(flow).filter_map(|(action, headers)| Some((action, headers.entry("X-HTTP-Method")?)));
    dropped(flow, headers)
}

fn drop_match_header(flow: &Flow<'_>) -> Vec<Mutant> {
    let headers = merges(flow).filter_map(|(action, headers)| Some((action, headers.entry("IF-MATCH")?)));
    dropped(flow, headers)
}

fn teams_other_place(flow: &Flow<'_>) -> Vec<Mutant> {
    let places = having(flow, &["inputs", "parameters", "location"]).filter_map(|(action, entry)| {
        let operation = action.operation()?;
        // A body that an expression gives says nothing of its recipient.
        let is_post = facts::posts_in_teams(operation.connector?, operation.id?) && action.parameter("body").is_none();
        let other = if entry.value.is_str("Channel") { "Chat with Flow bot" } else { "Channel" };
        let is_literal = facts::teams_location(&entry.value.as_str()?).is_some();
        (is_post && is_literal).then_some(Mutant::text(whole(entry.value)?, other))
    });
    places.collect()
}
