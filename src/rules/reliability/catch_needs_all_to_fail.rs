//! Flags handlers that wait for the failure of several steps, and so run only when all of them fail.

use crate::model::{Action, Status};
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
        if action.run_after().len() < 2 || !action.is_handler() {
            return;
        }
        let fails_only = |target: &Action<'_>| {
            let edge = action.run_after().iter().find(|edge| edge.name.eq_ignore_ascii_case(target.name()));
            edge.is_some_and(|edge| edge.waits_for(Status::Failed) && !edge.waits_for(Status::Succeeded))
        };
        let waited: Vec<Action<'_>> = action.predecessors().filter(fails_only).collect();
        if waited.len() < 2 || waited.iter().any(|&target| action.runs_when_only(target) != Some(false)) {
            return;
        }
        let names: Vec<String> = waited.iter().map(|target| format!("`{}`", target.display_name())).collect();
        let name = action.display_name();
        sink.at(action.name_spot(), format!("`{name}` runs only when all of these have failed: {}", names.join(", ")))
            .help(format!(
                "put these steps into one scope and let `{name}` run when that scope has failed or has timed out"
            ));
    }
}
