//! Flags schedules that start a flow every few minutes.

use crate::facts::Limited;
use crate::model::{IsoDuration, Trigger, TriggerKind, display_name, limits};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, OptionsType, Rule, Sink};
use crate::syntax::Spot;
use serde::Deserialize;

/// The options of `frequent-recurrence`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// Below how many minutes a schedule is frequent.
    minutes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { minutes: 15 }
    }
}

pub(crate) static RULE: FrequentRecurrence = FrequentRecurrence;
pub(crate) struct FrequentRecurrence;

impl Rule for FrequentRecurrence {
    fn meta(&self) -> &'static RuleMeta {
        &cards::FREQUENT_RECURRENCE
    }

    fn options(&self) -> OptionsType {
        OptionsType::of::<Options>()
    }

    fn check_trigger(&self, trigger: Trigger<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !matches!(trigger.kind(), TriggerKind::Recurrence | TriggerKind::SlidingWindow) {
            return;
        }
        let most = cx.options::<Options>().minutes.saturating_mul(60);
        limits::of_trigger(trigger, |measure| {
            if measure.what != Limited::ShortestRecurrence || measure.amount == 0 || measure.amount >= most {
                return;
            }
            let (name, every) = (display_name(trigger.name()), IsoDuration::from_seconds(measure.amount));
            let runs = 86_400 / measure.amount;
            sink.at(measure.spot, format!("`{name}` starts the flow every {every}, {runs} times a day"))
                .help("start the flow by an event, such as a row that is added, or let it run less often");
        });
    }
}
