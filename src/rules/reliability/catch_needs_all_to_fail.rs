//! Flags handlers that run only when several steps have failed in one run.

use crate::model::Action;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: CatchNeedsAllToFail = CatchNeedsAllToFail;
pub(crate) struct CatchNeedsAllToFail;

impl Rule for CatchNeedsAllToFail {
    fn meta(&self) -> &'static RuleMeta {
        &cards::CATCH_NEEDS_ALL_TO_FAIL
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.run_after().len() < 2 {
            return;
        }
        let Some(needed) = action.needs_failures_of() else { return };
        let names: Vec<String> = needed.iter().map(|step| format!("`{}`", step.display_name())).collect();
        let name = action.display_name();
        let message = format!("`{name}` runs only when all of these have failed: {}", names.join(", "));
        sink.at(action.name_spot(), message).help(format!(
            "put these steps into one scope and let `{name}` run when that scope has failed or has timed out"
        ));
    }
}
