//! Flags handlers that wait for the last step of a chain, so that a failure of the steps before it passes them by.

use crate::model::{Action, Coverage, Status};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: CatchCoversLastOnly = CatchCoversLastOnly;
pub(crate) struct CatchCoversLastOnly;

impl Rule for CatchCoversLastOnly {
    fn meta(&self) -> &'static RuleMeta {
        &cards::CATCH_COVERS_LAST_ONLY
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(last) = last_of_a_chain(action) else { return };
        let mut missed: Vec<Action<'_>> = last
            .siblings()
            .filter(|before| before.effect().is_critical() && before.can_have_run_before(last))
            .filter(|before| before.on_failure() == Coverage::Uncaught)
            .collect();
        missed.sort_by_key(|before| before.name_spot().span.start);
        let (case, many) = match missed.len() {
            0 => return,
            1 => ("one-step", String::new()),
            _ => ("several-steps", format!(" and {} more", missed.len() - 1)),
        };
        let (name, last, first) = (action.display_name(), last.display_name(), missed[0].display_name());
        let message =
            format!("`{name}` runs when `{last}` has failed, but not when a step before it has: `{first}`{many}");
        let draft = sink.at(action.name_spot(), message);
        draft.case(case).help(format!(
            "put the steps from `{first}` to `{last}` into a scope and let `{name}` run after that scope, or tick `is skipped` as well"
        ));
        for before in missed {
            draft.related(before.name_spot(), "when this fails, nothing runs");
        }
    }
}

/// The plain step that a handler waits for, where the work ends with that step.
fn last_of_a_chain(handler: Action<'_>) -> Option<Action<'_>> {
    let [edge] = handler.run_after() else { return None };
    if !handler.is_handler() || edge.waits_for(Status::Skipped) {
        return None;
    }
    let last = handler.predecessors().next()?;
    let goes_on = || {
        let mut after = last.siblings().filter(|after| last.can_have_run_before(*after) && !after.is_on_error_path());
        after.any(|after| after.holds_critical_step())
    };
    (!last.kind().is_container() && !last.is_on_error_path() && !goes_on()).then_some(last)
}
