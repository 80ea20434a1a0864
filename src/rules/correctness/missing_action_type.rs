//! Flags triggers and actions that do not say what they are.

use crate::model::{Action, Trigger, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: MissingActionType = MissingActionType;
pub(crate) struct MissingActionType;

impl Rule for MissingActionType {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISSING_ACTION_TYPE
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        check(trigger.value(), trigger.name(), trigger.name_spot(), "trigger", sink);
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        check(action.value(), action.name(), action.name_spot(), "step", sink);
    }
}

fn check(value: Value<'_>, name: &str, at: Spot, what: &str, sink: &mut Sink<'_, Spot>) {
    let (spot, fault) = match value.get("type") {
        Some(kind) => match kind.as_str() {
            Some(text) if text.trim().is_empty() => (kind.spot(), "has an empty type"),
            Some(_) => return,
            None => (kind.spot(), "has a type that is no text"),
        },
        None if value.is_object() => (at, "has no type"),
        None => (at, "is not described as an object with a type"),
    };
    sink.at(spot, format!("the {what} `{}` {fault}", display_name(name)))
        .help("build it again in the designer, or give it the `type` that such a step has in an exported flow")
        .kind("type");
}
