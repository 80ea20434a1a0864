//! Flags flows that nothing starts.

use crate::model::{Flow, Platform};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: MissingTrigger = MissingTrigger;
pub(crate) struct MissingTrigger;

impl Rule for MissingTrigger {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISSING_TRIGGER
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if flow.triggers().next().is_some() {
            return;
        }
        let case = match flow.platform {
            Platform::PowerAutomate => "power-automate",
            // A new workflow is saved like that.
            Platform::LogicApps if flow.action_count() == 0 => return,
            Platform::LogicApps => "logic-apps",
        };
        let place = flow.definition.entry("triggers").map_or_else(|| flow.spot(), |entry| entry.key.spot());
        sink.at(place, "this flow has no trigger, so nothing ever starts it")
            .help("add a trigger: an event, a schedule, a button or a call from elsewhere")
            .case(case)
            .about_flow();
    }
}
