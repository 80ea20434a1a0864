//! Flags handlers that leave no trace of a failure.

use crate::model::{Catch, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;
use std::collections::HashSet;

pub(crate) static RULE: SilentCatch = SilentCatch;
pub(crate) struct SilentCatch;

impl Rule for SilentCatch {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SILENT_CATCH
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let mut said = HashSet::new();
        for catch in flow.catches().filter(Catch::is_silent) {
            let Some(handler) = catch.handlers.first().filter(|handler| said.insert(handler.name_spot().span)) else {
                continue;
            };
            let (name, guarded) = (handler.display_name(), catch.guarded.display_name());
            sink.at(handler.name_spot(), format!("`{name}` catches a failure of `{guarded}` and nobody gets to know of it"))
                .help(format!(
                    "in `{name}` tell somebody or write a log row with the error, and end with Terminate as failed where the work is not done"
                ))
                .related(catch.guarded.name_spot(), "what may fail");
        }
    }
}
