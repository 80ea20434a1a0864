//! Flags connector calls and triggers that do not say which operation they call, or through which connection.

use crate::facts;
use crate::model::{Action, Trigger, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Kind, Spot, Value};

pub(crate) static RULE: IncompleteConnectorCall = IncompleteConnectorCall;
pub(crate) struct IncompleteConnectorCall;

impl Rule for IncompleteConnectorCall {
    fn meta(&self) -> &'static RuleMeta {
        &cards::INCOMPLETE_CONNECTOR_CALL
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(kind) = trigger.value().get("type").and_then(Value::as_str) else { return };
        let Some(known) = facts::trigger_type(&kind) else { return };
        check(&known.host, trigger.inputs(), trigger.name(), trigger.name_spot(), sink);
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !action.kind().is_connector_call() {
            return;
        }
        let Some(known) = action.type_facts() else { return };
        check(&known.host, action.inputs(), action.name(), action.name_spot(), sink);
    }
}

/// `wanted`: lists of keys of `host`, of each of which one must be there.
fn check(wanted: &[Vec<&str>], inputs: Option<Value<'_>>, name: &str, at: Spot, sink: &mut Sink<'_, Spot>) {
    // An expression may give all of it.
    if wanted.is_empty() || inputs.is_some_and(|inputs| inputs.as_str().is_some()) {
        return;
    }
    let host = inputs.and_then(|inputs| inputs.entry("host"));
    if host.is_some_and(|host| host.value.as_str().is_some()) {
        return;
    }
    let is_there = |key: &&str| host.and_then(|host| host.value.get(key)).is_some_and(is_filled);
    let lacking: Vec<&str> = wanted
        .iter()
        .filter(|either| !either.iter().any(is_there))
        .filter_map(|either| either.first().copied())
        .collect();
    if lacking.is_empty() {
        return;
    }
    let names: Vec<String> = lacking.iter().map(|key| format!("no {} (`{key}`)", meaning(key))).collect();
    let message = format!("the connector call `{}` names {}", display_name(name), names.join(" and "));
    sink.at(host.map_or(at, |host| host.key.spot()), message)
        .help("delete the step, add it again from the connector's list and choose a connection")
        .kind("host");
}

fn is_filled(value: Value<'_>) -> bool {
    match value.kind() {
        Kind::Null => false,
        Kind::String => value.as_str().is_some_and(|text| !text.trim().is_empty()),
        _ => true,
    }
}

fn meaning(key: &str) -> &'static str {
    if key == "operationId" { "operation" } else { "connection" }
}
