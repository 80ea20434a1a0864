//! Flags triggers whose "split on" does not go together with the rest of the flow.

use crate::model::settings::is_absent;
use crate::model::{ActionKind, Trigger, TriggerKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: SplitOnConflict = SplitOnConflict;
pub(crate) struct SplitOnConflict;

impl Rule for SplitOnConflict {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SPLIT_ON_CONFLICT
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let value = trigger.value();
        let split_on = value.get("splitOn");
        let Some(split_on) = split_on.filter(|_| !is_absent(split_on)) else { return };
        let name = crate::model::display_name(trigger.name());
        if trigger.type_facts().is_some_and(|known| !known.split_on) {
            sink.at(split_on.spot(), format!("`{name}` has no list that could be split into runs"))
                .kind("type")
                .help("turn off Split on in the settings of the trigger");
            return;
        }
        if trigger.kind() == TriggerKind::Request
            && let Some(response) = trigger.flow().actions().find(|action| action.kind() == ActionKind::Response)
        {
            let message = format!(
                "`{name}` starts a run for each item, so its caller is answered at once and never by `{}`",
                response.display_name()
            );
            sink.at(split_on.spot(), message)
                .kind("response")
                .help("turn off Split on in the settings of the trigger and loop over the list, or remove the response")
                .related(response.name_spot(), "this answer reaches nobody");
        }
        if let Some(runs) = value.at(&["runtimeConfiguration", "concurrency", "runs"]) {
            sink.at(
                split_on.spot(),
                format!("`{name}` limits its parallel runs, so it splits lists of up to 100 items only"),
            )
            .kind("concurrency")
            .help("make sure that no more than 100 items come at once, or turn off Split on and loop over the list")
            .related(runs.spot(), "the limit on parallel runs");
        }
    }
}
