//! Notes loops that ask, wait and ask again.

use crate::model::{Action, ActionKind, Effect};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: PollingLoop = PollingLoop;
pub(crate) struct PollingLoop;

impl Rule for PollingLoop {
    fn meta(&self) -> &'static RuleMeta {
        &cards::POLLING_LOOP
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() != ActionKind::Until {
            return;
        }
        let own = || action.inside().filter(|step| step.loops().next() == Some(action));
        let Some(asks) = own().find(|step| step.effect() == Effect::Read) else { return };
        if !own().any(|step| step.kind() == ActionKind::Wait) {
            return;
        }
        let message = format!("`{}` asks `{}` again and again", action.display_name(), asks.display_name());
        let help = format!(
            "let a trigger, a webhook or an action that waits tell the flow, or wait longer between rounds; each round takes {} requests",
            action.requests()
        );
        sink.at(action.name_spot(), message).help(help).related(asks.name_spot(), "what it asks");
    }
}
