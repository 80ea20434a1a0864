//! Flags handlers that leave no trace of a failure.

use crate::model::{ActionKind, Catch, Flow};
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
        let mut catches: Vec<Catch<'_>> =
            flow.catches().filter(|catch| catch.is_silent() && !is_tried_again(catch)).collect();
        // What a handler waits for itself says more than the beginning of a chain.
        catches.sort_by_key(|catch| !catch.is_waited_for());
        for catch in catches {
            let Some(handler) = catch.handlers.first().filter(|handler| said.insert(handler.name_spot().span)) else {
                continue;
            };
            let (name, guarded) = (handler.display_name(), catch.guarded.display_name());
            let case = if is_put_aside(&catch) { "put-aside" } else { "unnoticed" };
            let message = format!("`{name}` catches a failure of `{guarded}`, and nobody gets to know of it");
            let draft = sink.at(handler.name_spot(), message);
            draft.case(case).related(catch.guarded.name_spot(), "what may fail").help(format!(
                "in `{name}` tell somebody or write a log row with the error, and end with Terminate as failed where the work is not done"
            ));
        }
    }
}

/// A single step, and behind it nothing but a text: the usual way to say that this failure is expected. Makers write the
/// reason into the name of the Compose.
fn is_put_aside(catch: &Catch<'_>) -> bool {
    let is_text = catch.handlers.iter().all(|handler| handler.kind() == ActionKind::Compose);
    is_text && !catch.guarded.kind().is_container()
}

/// In a Do until the next round is the next attempt.
fn is_tried_again(catch: &Catch<'_>) -> bool {
    catch.guarded.ancestors().any(|around| around.kind() == ActionKind::Until)
}
