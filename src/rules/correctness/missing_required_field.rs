//! Flags triggers and actions without something that their type cannot do without.

use crate::facts::{self, InputForm};
use crate::model::{Action, Trigger, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: MissingRequiredField = MissingRequiredField;
pub(crate) struct MissingRequiredField;

impl Rule for MissingRequiredField {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISSING_REQUIRED_FIELD
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(known) = trigger.value().get("type").and_then(Value::as_str) else { return };
        let Some(known) = facts::trigger_type(&known) else { return };
        let mut lacking = Vec::new();
        keys(Some(trigger.value()), &known.required_keys, &mut lacking);
        if !is_computed(trigger.inputs()) {
            // What a connector's trigger says of its connection is `incomplete-connector-call`.
            let own = known.required.iter().filter(|&&key| key != "host" || known.host.is_empty());
            keys(trigger.inputs(), own, &mut lacking);
        }
        report(trigger.name(), known.name, &lacking, trigger.name_spot(), sink);
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(known) = action.type_facts() else { return };
        let inputs = action.inputs();
        let mut lacking = Vec::new();
        keys(Some(action.value()), &known.required_keys, &mut lacking);
        if known.input_form == InputForm::Any {
            keys(Some(action.value()), &["inputs"], &mut lacking);
        } else if !is_computed(inputs) {
            let is_call = action.kind().is_connector_call();
            keys(inputs, known.required.iter().filter(|&&key| !is_call || key != "host"), &mut lacking);
            any_of(inputs, &known.any_of, &mut lacking);
            if let Some(host) = inputs.and_then(|inputs| inputs.get("host")).filter(|host| !is_call && host.is_object())
            {
                known.host.iter().for_each(|either| any_of(Some(host), either, &mut lacking));
            }
        }
        report(action.name(), known.name, &lacking, action.name_spot(), sink);
    }
}

/// Whether an expression gives the inputs as a whole, so that nothing is known of them.
fn is_computed(inputs: Option<Value<'_>>) -> bool {
    inputs.is_some_and(|inputs| inputs.as_str().is_some())
}

/// A key with `null` counts as there: resetting a variable to nothing is one of its uses.
fn keys<'k>(holder: Option<Value<'_>>, wanted: impl IntoIterator<Item = &'k &'static str>, lacking: &mut Vec<String>) {
    let is_there = |key: &str| holder.is_some_and(|holder| holder.get(key).is_some());
    lacking.extend(wanted.into_iter().filter(|key| !is_there(key)).map(|key| format!("`{key}`")));
}

fn any_of(holder: Option<Value<'_>>, either: &[&'static str], lacking: &mut Vec<String>) {
    let is_there = |key: &&str| holder.is_some_and(|holder| holder.get(key).is_some());
    if !either.is_empty() && !either.iter().any(is_there) {
        let names: Vec<String> = either.iter().map(|key| format!("`{key}`")).collect();
        lacking.push(names.join(" or "));
    }
}

fn report(name: &str, kind: &str, lacking: &[String], at: Spot, sink: &mut Sink<'_, Spot>) {
    if lacking.is_empty() {
        return;
    }
    let message = format!("`{}` is of the type `{kind}` and has no {}", display_name(name), lacking.join(" and no "));
    sink.at(at, message).help("open the step in the designer and fill in what is marked as required").kind("fields");
}
