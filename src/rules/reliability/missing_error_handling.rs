//! Flags flows in which nothing runs when a step that matters has failed.

use crate::model::{Action, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: MissingErrorHandling = MissingErrorHandling;
pub(crate) struct MissingErrorHandling;

/// From here on a flow counts as long, and its reads matter as well (Microsoft's coding guidelines ask for handling in
/// any flow; peers begin at five steps).
const LONG: usize = 5;

impl Rule for MissingErrorHandling {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISSING_ERROR_HANDLING
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        // A handler anywhere, a right or a wrong one, is another rule's matter.
        if flow.has_any_handler() {
            return;
        }
        let critical: Vec<Action<'_>> = flow.actions().filter(|action| action.effect().is_critical()).collect();
        let is_long = flow.action_count() >= LONG;
        let (exposed, one, many): (Vec<Action<'_>>, _, _) = if critical.is_empty() && is_long {
            (flow.actions().filter(|action| action.effect().is_call()).collect(), "calls", "call")
        } else {
            (critical, "writes to, sends to or runs", "write to, send to or run")
        };
        let Some((first, rest)) = exposed.split_first() else { return };
        let steps = match rest {
            [] => format!("the step that {one} something outside the flow"),
            _ => format!("the {} steps that {many} something outside the flow", exposed.len()),
        };
        let message = format!("nothing catches a failure of {steps}: {}", names(&exposed));
        let draft = sink.at(first.name_spot(), message);
        draft.case(if is_long || exposed.len() > 1 { "several-steps" } else { "short-flow" }).kind("flow").help(
            "put them in a scope `Try`, and after it a scope `Catch` that runs when `Try` has failed or has timed out",
        );
        for action in rest {
            draft.also_at(action.name_spot());
        }
    }
}

/// The first names, and how many there are besides.
fn names(actions: &[Action<'_>]) -> String {
    const SHOWN: usize = 3;
    let names: Vec<String> = actions.iter().take(SHOWN).map(|action| format!("`{}`", action.display_name())).collect();
    match actions.len() {
        more if more > SHOWN => format!("{} and {} more", names.join(", "), more - SHOWN),
        _ => names.join(", "),
    }
}
