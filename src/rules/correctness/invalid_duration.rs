//! Flags lengths of time that the platform cannot read.

use crate::facts;
use crate::model::settings::{self, Setting, retry_policies, shown};
use crate::model::{Action, ActionKind, Flow, Trigger, TriggerKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest::closest;
use crate::syntax::{Spot, Value};

pub(crate) static RULE: InvalidDuration = InvalidDuration;
pub(crate) struct InvalidDuration;

impl Rule for InvalidDuration {
    fn meta(&self) -> &'static RuleMeta {
        &cards::INVALID_DURATION
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let (flow, inputs) = (trigger.flow(), trigger.inputs());
        if trigger.type_facts().is_some_and(|known| known.retry_policy) {
            retry_intervals(flow, inputs, sink);
        }
        if trigger.kind() == TriggerKind::SlidingWindow {
            duration(flow, inputs.and_then(|inputs| inputs.get("delay")), "delay", sink);
        }
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let (flow, value) = (action.flow(), action.value());
        if let Some(limit) = value.get("limit") {
            duration(flow, limit.get("timeout"), "timeout", sink);
            count(flow, limit.get("count"), sink);
        }
        duration(flow, value.at(&["runtimeConfiguration", "requestOptions", "timeout"]), "timeout of a request", sink);
        if action.kind() == ActionKind::Wait {
            delay(action, sink);
        } else if retry_policies(action.inputs()).next().is_some()
            && action.type_facts().is_some_and(|known| known.retry_policy)
        {
            retry_intervals(flow, action.inputs(), sink);
        }
    }
}

fn retry_intervals<'m>(flow: &Flow<'m>, inputs: Option<Value<'m>>, sink: &mut Sink<'_, Spot>) {
    let keys = [
        ("interval", "interval of the retry policy"),
        ("minimumInterval", "minimum interval of the retry policy"),
        ("maximumInterval", "maximum interval of the retry policy"),
    ];
    for policy in retry_policies(inputs) {
        for (key, name) in keys {
            duration(flow, policy.get(key), name, sink);
        }
    }
}

fn duration<'m>(flow: &Flow<'m>, value: Option<Value<'m>>, name: &str, sink: &mut Sink<'_, Spot>) {
    let Some(value) = value.filter(|_| !settings::is_absent(value)) else { return };
    if flow.duration_setting(value) == Setting::Wrong {
        let help = "write it as `PT30S` for 30 seconds, `PT5M` for 5 minutes, `PT1H` for an hour or `P1D` for a day";
        sink.at(
            value.spot(),
            format!("the {name} is {}, which the platform cannot read as a length of time", shown(value)),
        )
        .help(help);
    }
}

/// How often a loop may go round; more than the platform allows is for `platform-limit-exceeded`.
fn count<'m>(flow: &Flow<'m>, value: Option<Value<'m>>, sink: &mut Sink<'_, Spot>) {
    let Some(value) = value.filter(|_| !settings::is_absent(value)) else { return };
    if !matches!(flow.number_setting(value), Setting::Literal(1..) | Setting::Unknown) {
        sink.at(value.spot(), format!("the count of the loop is {}, not a whole number from 1 on", shown(value)))
            .help("enter a whole number as Count under `Change limits` of the loop");
    }
}

fn delay(action: Action<'_>, sink: &mut Sink<'_, Spot>) {
    let flow = action.flow();
    let Some(inputs) = action.inputs() else { return };
    if let Some(interval) = inputs.get("interval").filter(|interval| interval.is_object()) {
        if let Some(count) = interval.get("count")
            && !matches!(flow.number_setting(count), Setting::Literal(0..) | Setting::Unknown)
        {
            sink.at(count.spot(), format!("the delay is {}, not a whole number", shown(count)))
                .help("enter a whole number as Count of the delay");
        }
        if let Some(unit) = interval.get("unit") {
            let units = &facts::recurrence().delay_units;
            let is_unit = |text: &str| units.iter().any(|known| known.eq_ignore_ascii_case(text));
            match flow.text_setting(unit) {
                Setting::Unknown => {}
                Setting::Literal(text) if is_unit(&text) => {}
                _ => {
                    let guess = unit.as_str().and_then(|text| closest(&text, units.iter().copied()));
                    let help = match guess {
                        Some(name) => format!("did you mean `{name}`?"),
                        None => format!("choose one of {}", units.join(", ")),
                    };
                    sink.at(unit.spot(), format!("the unit of the delay is {}, which is none", shown(unit))).help(help);
                }
            }
        }
    }
    let Some(timestamp) = inputs.at(&["until", "timestamp"]) else { return };
    match flow.text_setting(timestamp) {
        Setting::Unknown => {}
        Setting::Literal(text) if settings::may_be_date(&text) => {}
        _ => {
            sink.at(timestamp.spot(), format!("the delay ends at {}, which is no date", shown(timestamp)))
                .help("write the time as `2026-01-31T08:00:00Z`, or use an expression that gives one");
        }
    }
}
