//! Flags handlers that wait for a failure and not for a time-out.

use crate::model::{Action, Status};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: CatchMissesTimeout = CatchMissesTimeout;
pub(crate) struct CatchMissesTimeout;

impl Rule for CatchMissesTimeout {
    fn meta(&self) -> &'static RuleMeta {
        &cards::CATCH_MISSES_TIMEOUT
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !action.is_handler() {
            return;
        }
        let fails_only = |target: &Action<'_>| {
            let edge = action.run_after().iter().find(|edge| edge.name.eq_ignore_ascii_case(target.name()));
            edge.is_some_and(|edge| {
                edge.waits_for(Status::Failed)
                    && !edge.waits_for(Status::TimedOut)
                    && !edge.waits_for(Status::Succeeded)
            })
        };
        // What cannot take long cannot time out, and a second handler may wait for that.
        let is_missed =
            |target: &Action<'_>| target.holds_call() && target.own_catch().is_some_and(|catch| !catch.catches_timeout);
        let Some(target) = action.predecessors().filter(fails_only).find(is_missed) else { return };
        let (name, target) = (action.display_name(), target.display_name());
        sink.at(action.name_spot(), format!("`{name}` runs when `{target}` has failed, but not when it has timed out"))
            .help(format!("under Settings > Run after of `{name}` tick `has timed out` as well"));
    }
}
