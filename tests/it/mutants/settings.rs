//! Breaks of settings, and what is beyond a limit.

use super::{Kind, Mutant};
use flowvet::model::{Action, ActionKind, Flow, Platform, Trigger, TriggerKind};
use flowvet::syntax::{Entry, Value};

pub(super) static KINDS: &[Kind] = &[
    Kind::new("misspell-frequency", &["invalid-recurrence"], misspell_frequency),
    Kind::new("interval-zero", &["invalid-recurrence"], interval_zero),
    Kind::new("drop-interval", &["invalid-recurrence"], drop_interval),
    Kind::new("time-zone-of-a-city", &["invalid-recurrence"], time_zone_of_a_city),
    Kind::new("hour-24", &["invalid-recurrence"], hour_24),
    Kind::new("recurrence-too-often", &["platform-limit-exceeded"], recurrence_too_often),
    Kind::new("duration-without-p", &["invalid-duration"], duration_without_p),
    Kind::new("retry-interval-as-number", &["invalid-duration"], retry_interval_as_number),
    Kind::new("misspell-unit-of-delay", &["invalid-duration"], misspell_unit_of_delay),
    Kind::new("delay-longer-than-a-run", &["platform-limit-exceeded"], delay_longer_than_a_run),
    Kind::new("too-many-rounds", &["platform-limit-exceeded"], too_many_rounds),
    Kind::new("too-many-rows", &["platform-limit-exceeded"], too_many_rows),
    Kind::new("retry-count-over-range", &["invalid-retry-policy"], retry_count_over_range),
    Kind::new("misspell-retry-type", &["invalid-retry-policy"], misspell_retry_type),
    Kind::new("drop-retry-interval", &["invalid-retry-policy"], drop_retry_interval),
    Kind::new("retry-too-soon", &["invalid-retry-policy"], retry_too_soon),
    Kind::new("no-rounds-at-once", &["invalid-concurrency"], no_rounds_at_once),
    Kind::new("51-rounds-at-once", &["invalid-concurrency"], too_many_at_once),
    Kind::new("sequential-beside-repetitions", &["invalid-concurrency"], sequential_beside_repetitions),
    Kind::new("split-before-a-response", &["split-on-conflict"], split_before_a_response),
    Kind::new("split-with-concurrency", &["split-on-conflict"], split_with_concurrency),
    Kind::new("misspell-operation-option", &["unknown-operation-option"], misspell_operation_option),
    Kind::new("option-of-another-step", &["unknown-operation-option"], option_of_another_step),
    Kind::new("rename-static-result", &["invalid-static-result"], rename_static_result),
    Kind::new("secure-data-on-a-variable", &["unsupported-secure-data"], secure_data_on_a_variable),
    Kind::new("misspell-method", &["invalid-http-request"], misspell_method),
    Kind::new("relative-uri", &["invalid-http-request"], relative_uri),
    Kind::new("name-over-80", &["platform-limit-exceeded"], name_over_80),
    Kind::new("note-over-256", &["platform-limit-exceeded"], note_over_256),
    Kind::new("26-cases", &["platform-limit-exceeded"], too_many_cases),
    Kind::new("nine-containers", &["platform-limit-exceeded"], nine_containers),
    Kind::new("expression-over-8192", &["platform-limit-exceeded"], expression_over_8192),
    Kind::new("second-trigger", &["platform-limit-exceeded"], second_trigger),
];

fn recurrences<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = Value<'m>> {
    let takes_one = |trigger: &Trigger<'_>| {
        use TriggerKind::{ApiConnection, Http, OpenApiConnection, Recurrence};
        [ApiConnection, Http, OpenApiConnection, Recurrence].contains(&trigger.kind())
    };
    let recurrences = flow.triggers().filter(takes_one).filter_map(|trigger| trigger.value().get("recurrence"));
    recurrences.filter(|recurrence| recurrence.is_object())
}

/// Puts JSON in the place of each value.
fn replaced<'m>(values: impl Iterator<Item = Value<'m>>, with: impl Fn(Value<'m>) -> String) -> Vec<Mutant> {
    values.map(|value| Mutant::json(value.span(), with(value))).collect()
}

/// Values without expressions.
fn literal(value: &Value<'_>) -> bool {
    value.as_str().is_none_or(|text| !text.contains(['@', '[', '#', '{']))
}

fn quoted(value: Value<'_>, change: impl Fn(&str) -> String) -> String {
    serde_json::to_string(&change(&value.as_str().unwrap_or_default())).unwrap()
}

fn misspell_frequency(flow: &Flow<'_>) -> Vec<Mutant> {
    let frequencies = recurrences(flow).filter_map(|recurrence| recurrence.get("frequency")).filter(literal);
    replaced(frequencies, |value| quoted(value, |text| format!("{text}s")))
}

fn interval_zero(flow: &Flow<'_>) -> Vec<Mutant> {
    replaced(recurrences(flow).filter_map(|recurrence| recurrence.get("interval")), |_| "0".to_owned())
}

fn drop_interval(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = recurrences(flow)
        .filter_map(|recurrence| Some(Mutant::without(flow, recurrence.entry("interval")?).at(recurrence.span())));
    sites.collect()
}

fn time_zone_of_a_city(flow: &Flow<'_>) -> Vec<Mutant> {
    if flow.platform != Platform::PowerAutomate {
        return Vec::new();
    }
    let sites = recurrences(flow).filter_map(|recurrence| match recurrence.get("timeZone") {
        Some(zone) => Some(Mutant::json(zone.span(), "\"Europe/Berlin\"")),
        None => Some(Mutant::before(recurrence.entries().next()?, "timeZone", "\"Asia/Kolkata\"")),
    });
    sites.collect()
}

fn hour_24(flow: &Flow<'_>) -> Vec<Mutant> {
    let hours = recurrences(flow).filter_map(|recurrence| recurrence.at(&["schedule", "hours"]));
    replaced(hours.flat_map(|hours| hours.items()), |_| "\"24\"".to_owned())
}

fn recurrence_too_often(flow: &Flow<'_>) -> Vec<Mutant> {
    if flow.platform != Platform::PowerAutomate {
        return Vec::new();
    }
    let sites = recurrences(flow).filter_map(|recurrence| {
        let (frequency, interval) = (recurrence.get("frequency")?, recurrence.get("interval")?);
        Some(Mutant::json(interval.span(), "30").and(Mutant::json(frequency.span(), "\"Second\"")))
    });
    sites.collect()
}

fn duration_without_p(flow: &Flow<'_>) -> Vec<Mutant> {
    let timeouts = flow.actions().filter_map(|action| action.value().at(&["limit", "timeout"])).filter(literal);
    replaced(timeouts.filter(|value| value.as_str().is_some()), |value| quoted(value, |text| text.replace('P', "")))
}

/// The retry policies that are objects with an interval.
fn policies<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = Value<'m>> {
    let calls = flow.actions().filter(|action| action.kind().is_connector_call() || action.kind() == ActionKind::Http);
    let policies = calls.filter_map(|action| action.inputs()?.get("retryPolicy"));
    policies.filter(|policy| {
        let kind = policy.get("type");
        kind.is_some_and(|kind| kind.is_str("fixed") || kind.is_str("exponential"))
    })
}

fn retry_interval_as_number(flow: &Flow<'_>) -> Vec<Mutant> {
    replaced(policies(flow).filter_map(|policy| policy.get("interval")), |_| "20".to_owned())
}

fn retry_count_over_range(flow: &Flow<'_>) -> Vec<Mutant> {
    replaced(policies(flow).filter_map(|policy| policy.get("count")), |_| "91".to_owned())
}

fn misspell_retry_type(flow: &Flow<'_>) -> Vec<Mutant> {
    replaced(policies(flow).filter_map(|policy| policy.get("type")), |value| quoted(value, |text| format!("{text}ly")))
}

fn drop_retry_interval(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites =
        policies(flow).filter_map(|policy| Some(Mutant::without(flow, policy.entry("interval")?).at(policy.span())));
    sites.collect()
}

fn retry_too_soon(flow: &Flow<'_>) -> Vec<Mutant> {
    replaced(policies(flow).filter_map(|policy| policy.get("interval")), |_| "\"PT1S\"".to_owned())
}

fn delays<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = Value<'m>> {
    let waits = flow.actions().filter(|action| action.kind() == ActionKind::Wait);
    waits.filter_map(|action| action.inputs()?.get("interval"))
}

fn misspell_unit_of_delay(flow: &Flow<'_>) -> Vec<Mutant> {
    let units = delays(flow).filter_map(|interval| interval.get("unit")).filter(literal);
    replaced(units, |value| quoted(value, |text| format!("{text}s")))
}

fn delay_longer_than_a_run(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = delays(flow).filter_map(|interval| {
        let (count, unit) = (interval.get("count")?, interval.get("unit")?);
        Some(Mutant::json(count.span(), "100").and(Mutant::json(unit.span(), "\"Day\"")))
    });
    sites.collect()
}

fn too_many_rounds(flow: &Flow<'_>) -> Vec<Mutant> {
    let loops = flow.actions().filter(|action| action.kind() == ActionKind::Until);
    replaced(loops.filter_map(|action| action.value().at(&["limit", "count"])), |_| "5001".to_owned())
}

fn too_many_rows(flow: &Flow<'_>) -> Vec<Mutant> {
    let path = ["runtimeConfiguration", "paginationPolicy", "minimumItemCount"];
    replaced(flow.actions().filter_map(|action| action.value().at(&path)), |_| "100001".to_owned())
}

fn repetitions<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Action<'m>, Value<'m>)> {
    let loops = flow.actions().filter(|action| action.kind() == ActionKind::Foreach);
    let path = ["runtimeConfiguration", "concurrency", "repetitions"];
    loops.filter_map(move |action| Some((action, action.value().at(&path)?)))
}

fn no_rounds_at_once(flow: &Flow<'_>) -> Vec<Mutant> {
    replaced(repetitions(flow).map(|(_, value)| value), |_| "0".to_owned())
}

fn too_many_at_once(flow: &Flow<'_>) -> Vec<Mutant> {
    replaced(repetitions(flow).map(|(_, value)| value), |_| "51".to_owned())
}

/// The first entry of a step, if it lacks a key.
fn lacking<'m>(step: Value<'m>, key: &str) -> Option<Entry<'m>> {
    step.entries().next().filter(|_| step.get(key).is_none())
}

fn sequential_beside_repetitions(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = repetitions(flow).filter_map(|(action, _)| {
        Some(Mutant::before(lacking(action.value(), "operationOptions")?, "operationOptions", "\"Sequential\""))
    });
    sites.collect()
}

fn split_before_a_response(flow: &Flow<'_>) -> Vec<Mutant> {
    let has_response = flow.actions().any(|action| action.kind() == ActionKind::Response);
    let triggers = flow.triggers().filter(|trigger| has_response && trigger.kind() == TriggerKind::Request);
    let sites = triggers.filter_map(|trigger| {
        Some(Mutant::before(lacking(trigger.value(), "splitOn")?, "splitOn", "\"@triggerBody()?['rows']\""))
    });
    sites.collect()
}

fn split_with_concurrency(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = flow.triggers().filter_map(|trigger| {
        let split_on = trigger.value().get("splitOn").filter(|value| value.as_str().is_some())?;
        let entry = lacking(trigger.value(), "runtimeConfiguration")?;
        let limit = Mutant::before(entry, "runtimeConfiguration", "{\"concurrency\": {\"runs\": 10}}");
        Some(limit.at(split_on.span()))
    });
    sites.collect()
}

/// Gives an entry to each action of some kinds that lacks it.
fn given(flow: &Flow<'_>, kinds: &[ActionKind], key: &str, value: &str) -> Vec<Mutant> {
    let actions = flow.actions().filter(|action| kinds.contains(&action.kind()));
    actions.filter_map(|action| Some(Mutant::before(lacking(action.value(), key)?, key, value))).collect()
}

fn misspell_operation_option(flow: &Flow<'_>) -> Vec<Mutant> {
    let calls = [ActionKind::Http, ActionKind::OpenApiConnection, ActionKind::Foreach];
    given(flow, &calls, "operationOptions", "\"DisableAsyncPatern\"")
}

fn option_of_another_step(flow: &Flow<'_>) -> Vec<Mutant> {
    let others = [ActionKind::Scope, ActionKind::Compose, ActionKind::If, ActionKind::Until];
    given(flow, &others, "operationOptions", "\"Sequential\"")
}

fn rename_static_result(flow: &Flow<'_>) -> Vec<Mutant> {
    let path = ["runtimeConfiguration", "staticResult", "name"];
    let names = flow.actions().filter_map(|action| action.value().at(&path)).filter(literal);
    replaced(names, |value| quoted(value, |text| format!("{text}x")))
}

fn secure_data_on_a_variable(flow: &Flow<'_>) -> Vec<Mutant> {
    let variables = [ActionKind::InitializeVariable, ActionKind::SetVariable];
    given(flow, &variables, "runtimeConfiguration", "{\"secureData\": {\"properties\": [\"inputs\"]}}")
}

fn misspell_method(flow: &Flow<'_>) -> Vec<Mutant> {
    let calls = flow.actions().filter(|action| action.kind() == ActionKind::Http);
    let methods = calls.filter_map(|action| action.inputs()?.get("method"));
    let common = |value: &Value<'_>| ["GET", "POST", "PUT", "PATCH", "DELETE"].iter().any(|known| value.is_str(known));
    // The last two letters change places.
    let swapped = |text: &str| {
        let (start, end) = text.split_at(text.len() - 2);
        start.chars().chain(end.chars().rev()).collect()
    };
    replaced(methods.filter(common), |value| quoted(value, swapped))
}

fn relative_uri(flow: &Flow<'_>) -> Vec<Mutant> {
    let calls = flow.actions().filter(|action| action.kind() == ActionKind::Http);
    let addresses = calls.filter_map(|action| action.inputs()?.get("uri"));
    let has_host = |value: &Value<'_>| {
        let text = value.as_str().unwrap_or_default();
        text.strip_prefix("https://").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    replaced(addresses.filter(has_host), |value| quoted(value, |text| text.replacen("https://", "", 1)))
}

fn name_over_80(flow: &Flow<'_>) -> Vec<Mutant> {
    let long =
        |action: Action<'_>| format!("\"{}\"", action.name().chars().next().unwrap_or('x').to_string().repeat(81));
    let named = flow.actions().filter(|action| action.name().starts_with(|c: char| c.is_ascii_alphabetic()));
    named.map(|action| Mutant::json(action.name_spot().span, long(action))).collect()
}

fn note_over_256(flow: &Flow<'_>) -> Vec<Mutant> {
    let note = format!("\"{}\"", "n".repeat(257));
    let sites = flow.actions().filter_map(|action| match action.value().get("description") {
        Some(old) => Some(Mutant::json(old.span(), note.clone())),
        None => Some(Mutant::before(action.value().entries().next()?, "description", &note)),
    });
    sites.collect()
}

fn too_many_cases(flow: &Flow<'_>) -> Vec<Mutant> {
    let switches = flow.actions().filter(|action| action.kind() == ActionKind::Switch);
    let sites = switches.filter_map(|action| {
        let first = action.value().get("cases")?.entries().next()?;
        let case = |number| format!("{{\"case\": \"more {number}\", \"actions\": {{}}}}");
        let more = (1..25).map(|number| format!("\"More_{number}\": {}, ", case(number))).collect::<String>();
        let start = first.key.span().start as usize;
        let more = format!("{more}\"More_25\": {}, ", case(25));
        Some(Mutant::json(flowvet::source::Span::new(start, start), more).in_step(action))
    });
    sites.collect()
}

fn nine_containers(flow: &Flow<'_>) -> Vec<Mutant> {
    let scopes = flow.actions().filter(|action| action.kind() == ActionKind::Scope);
    let sites = scopes.filter_map(|action| {
        let inner = action.value().get("actions").filter(|inner| inner.is_object())?;
        let mut text = inner.text().to_owned();
        for level in 0..8 {
            text = format!("{{\"Deeper_{level}\": {{\"type\": \"Scope\", \"runAfter\": {{}}, \"actions\": {text}}}}}");
        }
        Some(Mutant::json(inner.span(), text))
    });
    sites.collect()
}

fn expression_over_8192(flow: &Flow<'_>) -> Vec<Mutant> {
    let composes = flow.actions().filter(|action| action.kind() == ActionKind::Compose);
    let long = format!("\"@concat('{}')\"", "x".repeat(8200));
    replaced(composes.filter_map(|action| action.inputs()), |_| long.clone())
}

fn second_trigger(flow: &Flow<'_>) -> Vec<Mutant> {
    let first = flow.definition.get("triggers").and_then(|triggers| triggers.entries().next());
    let first = first.filter(|_| flow.platform == Platform::PowerAutomate);
    let second = "{\"type\": \"Request\", \"kind\": \"Button\", \"inputs\": {}}";
    first.map(|entry| Mutant::before(entry, "Second_trigger", second).in_flow()).into_iter().collect()
}
