//! Flags degrees of parallelism that the platform refuses.

use crate::facts;
use crate::model::settings::{Setting, is_absent, listed_names, shown};
use crate::model::{Action, ActionKind, Flow, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: InvalidConcurrency = InvalidConcurrency;
pub(crate) struct InvalidConcurrency;

impl Rule for InvalidConcurrency {
    fn meta(&self) -> &'static RuleMeta {
        &cards::INVALID_CONCURRENCY
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(concurrency) = concurrency(trigger.value()) else { return };
        let flow = trigger.flow();
        degree(flow, concurrency.get("runs"), facts::concurrency().runs, sink);
        if let Some(waiting) = concurrency.get("maximumWaitingRuns").filter(|waiting| !is_absent(Some(*waiting)))
            && !matches!(flow.number_setting(waiting), Setting::Literal(1..) | Setting::Unknown)
        {
            sink.at(waiting.spot(), format!("{} runs may wait; it must be a whole number from 1 on", shown(waiting)))
                .help("enter a whole number as maximum of waiting runs");
        }
        conflict(flow, trigger.value(), concurrency.get("runs"), "SingleInstance", sink);
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() != ActionKind::Foreach {
            return;
        }
        let Some(concurrency) = concurrency(action.value()) else { return };
        degree(action.flow(), concurrency.get("repetitions"), facts::concurrency().repetitions, sink);
        conflict(action.flow(), action.value(), concurrency.get("repetitions"), "Sequential", sink);
    }
}

fn concurrency(step: Value<'_>) -> Option<Value<'_>> {
    step.at(&["runtimeConfiguration", "concurrency"])
}

fn degree<'m>(flow: &Flow<'m>, value: Option<Value<'m>>, [min, max]: [u32; 2], sink: &mut Sink<'_, Spot>) {
    let Some(value) = value.filter(|_| !is_absent(value)) else { return };
    let is_fine = match flow.number_setting(value) {
        Setting::Literal(number) => (i64::from(min)..=i64::from(max)).contains(&number),
        Setting::Unknown => true,
        Setting::Wrong => false,
    };
    if !is_fine {
        let message =
            format!("the degree of parallelism is {}; it must be a whole number from {min} to {max}", shown(value));
        sink.at(value.spot(), message)
            .help(format!("set Degree of Parallelism from {min} to {max} in the settings of the step"));
    }
}

/// The option is an older way to say "one at a time"; the platform takes one of the two.
fn conflict<'m>(flow: &Flow<'m>, step: Value<'m>, degree: Option<Value<'m>>, option: &str, sink: &mut Sink<'_, Spot>) {
    let degree = degree.filter(|_| !is_absent(degree));
    let (Some(degree), Some(options)) = (degree, step.get("operationOptions")) else { return };
    let Some(text) = flow.literal_text(options) else { return };
    if listed_names(&text).any(|(_, name)| name.eq_ignore_ascii_case(option)) {
        let message =
            format!("the option `{option}` and a degree of parallelism of {} exclude each other", shown(degree));
        sink.at(options.spot(), message).help(format!(
            "take `{option}` out of `operationOptions` and keep the degree of parallelism, or the other way round"
        ));
    }
}
