//! Flags HTTP triggers that run the flow for anyone who has its URL.

use crate::model::{Callers, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: OpenHttpTrigger = OpenHttpTrigger;
pub(crate) struct OpenHttpTrigger;

impl Rule for OpenHttpTrigger {
    fn meta(&self) -> &'static RuleMeta {
        &cards::OPEN_HTTP_TRIGGER
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if trigger.callers() != Some(Callers::Anyone) {
            return;
        }
        let setting = trigger.inputs().and_then(|inputs| inputs.get("triggerAuthenticationType"));
        let message = match setting {
            Some(_) => "anyone who has the URL can run this flow",
            None => "anyone who has the URL can run this flow, since the trigger does not say who may",
        };
        sink.at(setting.map_or(trigger.name_spot(), |setting| setting.spot()), message)
            .kind("callers")
            .help("set `Who can trigger the flow?` of the trigger to people of your tenant or to named users");
    }
}
