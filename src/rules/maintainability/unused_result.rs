//! Flags steps that only give a result, where nothing reads it.

use crate::model::{Effect, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: UnusedResult = UnusedResult;
pub(crate) struct UnusedResult;

impl Rule for UnusedResult {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNUSED_RESULT
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for action in flow.unread_results() {
            let name = action.display_name();
            let what = if action.effect() == Effect::Read { "reads" } else { "works out" };
            sink.at(action.name_spot(), format!("no step uses what `{name}` {what}"))
                .help("delete the step, or use its output where it was meant to be used");
        }
    }
}
