//! Flags flows in which nothing runs when a step that matters has failed.

use crate::model::{Action, Effect, Flow};
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
        let (case, exposed) = match critical.len() {
            // A read that fails leaves nothing half done.
            0 if is_long => ("reads-only", flow.actions().filter(|action| action.effect().is_call()).collect()),
            0 => return,
            1 if !is_long => ("short-flow", critical),
            _ => ("several-steps", critical),
        };
        let Some((first, rest)) = exposed.split_first() else { return };
        let (what, them) = match rest {
            [] => (names(&exposed), "it"),
            _ => (format!("the {} steps that {}: {}", exposed.len(), what_they_do(&exposed), names(&exposed)), "them"),
        };
        let draft = sink.at(first.name_spot(), format!("nothing catches a failure of {what}"));
        draft.case(case).about_flow().help(format!(
            "put {them} in a scope `Try`, and after it a scope `Catch` that runs when `Try` has failed or has timed out"
        ));
        for action in rest {
            draft.also_at(action.name_spot());
        }
    }
}

/// `write, send or run a child flow`, of what some of the steps do.
fn what_they_do(actions: &[Action<'_>]) -> String {
    let does = |effects: &[Effect]| actions.iter().any(|action| effects.contains(&action.effect()));
    let words = [
        ("write", does(&[Effect::Write, Effect::Delete])),
        ("send", does(&[Effect::Send, Effect::SendAndWait])),
        ("run a child flow", does(&[Effect::ChildFlow])),
        ("may write", does(&[Effect::Unknown])),
        ("read", does(&[Effect::Read])),
    ];
    let said: Vec<&str> = words.into_iter().filter_map(|(word, is_said)| is_said.then_some(word)).collect();
    match said.as_slice() {
        [earlier @ .., last] if !earlier.is_empty() => format!("{} or {last}", earlier.join(", ")),
        _ => said.concat(),
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
