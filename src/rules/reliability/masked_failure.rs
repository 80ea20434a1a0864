//! Flags failures of steps that matter after which the run shows as succeeded.

use crate::model::{Catch, Flow, RunEnd};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;
use std::collections::HashSet;

pub(crate) static RULE: MaskedFailure = MaskedFailure;
pub(crate) struct MaskedFailure;

impl Rule for MaskedFailure {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MASKED_FAILURE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let mut said = HashSet::new();
        let mut catches: Vec<Catch<'_>> = flow.catches().filter(is_masked).collect();
        // What a handler waits for itself says more than the beginning of a chain.
        catches.sort_by_key(|catch| !catch.is_waited_for());
        for catch in catches {
            let step = catch.handlers.first().or(catch.regardless.first());
            let Some(step) = step.filter(|step| said.insert(step.name_spot().span)) else { continue };
            let (name, guarded) = (step.display_name(), catch.guarded.display_name());
            let message = if catch.handlers.is_empty() {
                format!("`{name}` goes on when `{guarded}` has failed, and the run shows as succeeded")
            } else {
                format!("`{name}` catches a failure of `{guarded}`, and the run shows as succeeded")
            };
            sink.at(step.name_spot(), message)
                .help("end that path with Terminate, status Failed, or a Response with an error code, so that the run history shows what happened")
                .related(catch.guarded.name_spot(), "what may fail");
        }
    }
}

/// `silent-catch` has the handlers that do nothing at all.
fn is_masked(catch: &Catch<'_>) -> bool {
    let is_looked_at = catch.reaction.keeps || catch.reaction.is_tested;
    catch.guarded.holds_critical_step() && catch.end == RunEnd::Masked && !is_looked_at && !catch.is_silent()
}
