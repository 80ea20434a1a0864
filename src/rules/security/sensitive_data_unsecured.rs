//! Flags steps whose fields hold passwords, dates of birth and the like, which the run history shows.

use crate::facts::{field_name, is_sensitive_field};
use crate::model::{ActionKind, Flow, TriggerKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, OptionsType, Rule, Sink};
use crate::syntax::{Key, Spot, Value};
use serde::Deserialize;

/// The options of `sensitive-data-unsecured`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// Names of further fields; case, blanks and signs do not count.
    fields: Vec<String>,
}

pub(crate) static RULE: SensitiveDataUnsecured = SensitiveDataUnsecured;
pub(crate) struct SensitiveDataUnsecured;

impl Rule for SensitiveDataUnsecured {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SENSITIVE_DATA_UNSECURED
    }

    fn options(&self) -> OptionsType {
        OptionsType::of::<Options>()
    }

    fn check_flow(&self, flow: &Flow<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let options = cx.options::<Options>();
        let more: Vec<String> = options.fields.iter().map(|field| field_name(field)).collect();
        let triggers = flow.triggers().filter(|trigger| trigger.kind() == TriggerKind::Request);
        let triggers = triggers.map(|trigger| (trigger.value(), trigger.inputs()));
        let actions = flow.actions().filter(|action| {
            action.kind().is_connector_call() || matches!(action.kind(), ActionKind::Http | ActionKind::Response)
        });
        let actions = actions.map(|action| (action.value(), action.inputs()));
        let mut found = triggers.chain(actions).filter_map(|(step, inputs)| {
            let key = inputs.and_then(|inputs| sensitive_key(inputs, &more))?;
            (!is_secured(step)).then_some(key)
        });
        let Some(first) = found.next() else { return };
        let message = format!("the run history shows what the field `{}` holds", first.name());
        let draft = sink.at(first.spot(), message);
        draft.about_flow().help("turn on Secure inputs, and Secure outputs where the step gives the data out, in the settings of each such step");
        for key in found {
            draft.also_at(key.spot());
        }
    }
}

/// The first field with such a name, in a schema, a body or the parameters of a call.
fn sensitive_key<'m>(inputs: Value<'m>, more: &[String]) -> Option<Key<'m>> {
    // How a step signs in, and where to, is not data.
    let parts = inputs.entries().filter(|entry| !entry.key.is("authentication") && !entry.key.is("host"));
    let keys = parts.flat_map(|part| part.value.descendants()).filter_map(|(key, _)| key);
    let is_named = |key: &Key<'_>| {
        let name = key.name();
        is_sensitive_field(&name) || (!more.is_empty() && more.contains(&field_name(&name)))
    };
    { keys }.find(is_named)
}

fn is_secured(step: Value<'_>) -> bool {
    let properties = step.at(&["runtimeConfiguration", "secureData", "properties"]);
    properties.is_some_and(|properties| properties.items().next().is_some())
}
