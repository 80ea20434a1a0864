//! Flags the first version of the trigger for Power Apps.

use crate::model::Trigger;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: LegacyPowerappsTrigger = LegacyPowerappsTrigger;
pub(crate) struct LegacyPowerappsTrigger;

impl Rule for LegacyPowerappsTrigger {
    fn meta(&self) -> &'static RuleMeta {
        &cards::LEGACY_POWERAPPS_TRIGGER
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(kind) = trigger.first_power_apps_version() else { return };
        sink.at(
            kind.spot(),
            "the flow starts with the first version of the Power Apps trigger, whose inputs have no types of their own",
        )
        .help("replace it by `Power Apps (V2)`, declare its inputs there, and add the flow to the app again");
    }
}
