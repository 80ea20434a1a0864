//! Flags triggers that let only some runs go at a time.

use crate::model::Trigger;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: TriggerConcurrency = TriggerConcurrency;
pub(crate) struct TriggerConcurrency;

impl Rule for TriggerConcurrency {
    fn meta(&self) -> &'static RuleMeta {
        &cards::TRIGGER_CONCURRENCY
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(runs) = trigger.value().at(&["runtimeConfiguration", "concurrency", "runs"]) else { return };
        let name = crate::model::display_name(trigger.name());
        let many = match runs.as_number() {
            Some("1") => "only one run at a time goes".to_owned(),
            Some(number) => format!("at most {number} runs at a time go"),
            None => "the number of runs at a time is limited".to_owned(),
        };
        sink.at(runs.spot(), format!("`{name}`: {many}, others wait, and the setting cannot be taken back"))
            .help("keep it only where two runs at a time would do harm; to be rid of it, build the flow anew");
    }
}
