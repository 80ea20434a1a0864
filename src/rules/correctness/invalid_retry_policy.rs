//! Flags retry policies that the platform refuses.

use crate::facts;
use crate::model::settings::{self, Setting, retry_policies, shown};
use crate::model::{Action, Flow, IsoDuration, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest::closest;
use crate::syntax::{Spot, Value};

pub(crate) static RULE: InvalidRetryPolicy = InvalidRetryPolicy;
pub(crate) struct InvalidRetryPolicy;

impl Rule for InvalidRetryPolicy {
    fn meta(&self) -> &'static RuleMeta {
        &cards::INVALID_RETRY_POLICY
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for policy in retry_policies(trigger.inputs()) {
            if trigger.type_facts().is_some_and(|known| known.retry_policy) {
                check(policy, trigger.flow(), sink);
            }
        }
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for policy in retry_policies(action.inputs()) {
            // Elsewhere it may be data: a Compose step holds any JSON.
            if action.type_facts().is_some_and(|known| known.retry_policy) {
                check(policy, action.flow(), sink);
            }
        }
    }
}

const WHERE: &str = "under Settings > Networking > Retry policy";

fn check<'m>(policy: Value<'m>, flow: &Flow<'m>, sink: &mut Sink<'_, Spot>) {
    let known = facts::retry_policy();
    if !policy.is_object() {
        let is_left_out = settings::is_absent(Some(policy)) || flow.text_setting(policy) == Setting::Unknown;
        if !is_left_out {
            sink.at(policy.spot(), format!("the retry policy is {}, not an object with a type", shown(policy)))
                .help(format!("choose the policy again {WHERE}"));
        }
        return;
    }
    let Some(kind) = policy.get("type") else { return };
    let name = match flow.text_setting(kind) {
        Setting::Unknown => return,
        Setting::Literal(text) => known.types.iter().find(|known| known.eq_ignore_ascii_case(&text)).copied(),
        Setting::Wrong => None,
    };
    let Some(name) = name else {
        let guess = kind.as_str().and_then(|text| closest(&text, known.types.iter().copied()));
        let help = match guess {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("choose Default, None, Exponential interval or Fixed interval {WHERE}"),
        };
        sink.at(kind.spot(), format!("{} is no retry policy", shown(kind))).help(help);
        return;
    };
    if name != "fixed" && name != "exponential" {
        return;
    }
    for (key, wanted) in [("count", "how often"), ("interval", "after which time")] {
        if policy.get(key).is_none() {
            sink.at(policy.spot(), format!("the {name} retry policy has no `{key}`"))
                .kind(format!("missing {key}"))
                .help(format!("say {wanted} to try again {WHERE}"));
        }
    }
    count(policy, flow, sink);
    intervals(policy, flow, name == "exponential", sink);
}

fn count<'m>(policy: Value<'m>, flow: &Flow<'m>, sink: &mut Sink<'_, Spot>) {
    let [min, max] = facts::retry_policy().count;
    let Some(count) = policy.get("count") else { return };
    let is_fine = match flow.number_setting(count) {
        Setting::Literal(number) => (i64::from(min)..=i64::from(max)).contains(&number),
        Setting::Unknown => true,
        Setting::Wrong => false,
    };
    if !is_fine {
        sink.at(
            count.spot(),
            format!("a retry count of {}; it must be a whole number from {min} to {max}", shown(count)),
        )
        .help(format!("enter a count from {min} to {max} {WHERE}"));
    }
}

/// What is no duration at all is left to `invalid-duration`.
fn intervals<'m>(policy: Value<'m>, flow: &Flow<'m>, is_exponential: bool, sink: &mut Sink<'_, Spot>) {
    let [min, max] = facts::retry_policy().interval.map(IsoDuration::parse);
    let (Some(min), Some(max)) = (min, max) else { return };
    let read = |key| Some((policy.get(key)?, flow.duration_setting(policy.get(key)?).literal()?));
    let (interval, least, most) = (read("interval"), read("minimumInterval"), read("maximumInterval"));
    for (value, duration) in [interval, least, most].into_iter().flatten() {
        if duration < min || duration > max {
            sink.at(value.spot(), format!("a retry interval of {duration}; it must be from {min} to {max}"))
                .help(format!("enter an interval from `{}` to `{}` {WHERE}", bound(0), bound(1)));
        }
    }
    let Some((least_value, least)) = least.filter(|_| is_exponential) else { return };
    let shorter = [(interval, "interval"), (most, "maximum interval")].into_iter();
    let shorter = shorter.filter_map(|(value, name)| Some((value?.1, name)));
    if let Some((duration, name)) = shorter.into_iter().find(|(duration, _)| *duration < least) {
        sink.at(least_value.spot(), format!("the minimum interval of {least} is longer than the {name} of {duration}"))
            .help(format!("lower the minimum interval {WHERE}"));
    }
}

fn bound(at: usize) -> &'static str {
    facts::retry_policy().interval[at]
}
