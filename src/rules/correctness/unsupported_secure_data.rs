//! Flags secure inputs and outputs that hide nothing.

use crate::facts::Category;
use crate::model::settings::{Setting, shown};
use crate::model::{Action, Flow, Trigger, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: UnsupportedSecureData = UnsupportedSecureData;
pub(crate) struct UnsupportedSecureData;

impl Rule for UnsupportedSecureData {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNSUPPORTED_SECURE_DATA
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(secure) = secure_data(trigger.value()) else { return };
        let Some(known) = trigger.type_facts() else { return };
        let supported = (known.category == Category::Schedule).then_some(known.secure_data.as_slice());
        check(secure, trigger.name(), trigger.flow(), supported, sink);
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(secure) = secure_data(action.value()) else { return };
        let Some(known) = action.type_facts() else { return };
        // Of the other types that list nothing it is only not written down.
        let is_sure = !known.secure_data.is_empty()
            || matches!(known.category, Category::Control | Category::Variable | Category::Schedule);
        check(secure, action.name(), action.flow(), is_sure.then_some(&known.secure_data), sink);
    }
}

fn secure_data(step: Value<'_>) -> Option<Value<'_>> {
    step.at(&["runtimeConfiguration", "secureData", "properties"])
}

fn check<'m>(
    secure: Value<'m>,
    step: &str,
    flow: &Flow<'m>,
    supported: Option<&[&'static str]>,
    sink: &mut Sink<'_, Spot>,
) {
    let step = display_name(step);
    let names = |name: &str| secure.items().any(|value| value.is_str(name));
    if supported.is_some_and(<[_]>::is_empty) {
        if secure.items().next().is_some() {
            sink.at(
                secure.spot(),
                format!("`{step}` cannot hide its inputs and outputs; they stay in the run history"),
            )
            .help("keep secrets out of this step: use the secured output of the step before directly");
        }
        return;
    }
    for value in secure.items() {
        let is = |name| value.is_str(name);
        if !is("inputs") && !is("outputs") {
            if flow.text_setting(value) != Setting::Unknown {
                sink.at(value.spot(), format!("{} of `{step}` cannot be hidden", shown(value)))
                    .help("turn on Secure inputs and Secure outputs under Settings > Security of the step");
            }
            continue;
        }
        // Where only inputs can be hidden, outputs follow them.
        let is_missing = supported.is_some_and(|supported| is("outputs") && !supported.contains(&"outputs"));
        if is_missing && !names("inputs") {
            sink.at(value.spot(), format!("the outputs of `{step}` are hidden with its inputs only"))
                .help("turn on Secure inputs under Settings > Security of the step");
        }
    }
}
