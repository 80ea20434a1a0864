//! Flags steps that give a made-up result instead of doing their work.

use crate::model::{Action, Trigger, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: StaticResultEnabled = StaticResultEnabled;
pub(crate) struct StaticResultEnabled;

impl Rule for StaticResultEnabled {
    fn meta(&self) -> &'static RuleMeta {
        &cards::STATIC_RESULT_ENABLED
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        check(trigger.value(), trigger.name(), sink);
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        check(action.value(), action.name(), sink);
    }
}

fn check(step: Value<'_>, name: &str, sink: &mut Sink<'_, Spot>) {
    let option = step.at(&["runtimeConfiguration", "staticResult", "staticResultOptions"]);
    let Some(option) = option.filter(|option| option.is_str("Enabled")) else { return };
    let message = format!("`{}` does not run: it gives a made-up result that was set for testing", display_name(name));
    sink.at(option.spot(), message).help("in the menu of the step choose Static result, or Testing, and switch it off");
}
