//! Flags steps that no run can reach.

use crate::model::{Action, ActionKind, Effect, RunAfter, Status, Unreachable};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: UnreachableAction = UnreachableAction;
pub(crate) struct UnreachableAction;

impl Rule for UnreachableAction {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNREACHABLE_ACTION
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(reason) = action.unreachable() else { return };
        if matches!(reason, Unreachable::Ended(_)) && is_remark(action) {
            return;
        }
        let own = action.display_name();
        match reason {
            Unreachable::Ended(other) => {
                let name = other.display_name();
                let (why, help) = match other.kind() {
                    ActionKind::Terminate => (
                        format!("`{name}` before it ends the run"),
                        format!(
                            "remove `{own}`, move it before `{name}`, or remove `{name}` if it was there for a test"
                        ),
                    ),
                    _ => (
                        format!("the run ends in `{name}` before it, whichever way it takes"),
                        format!("remove `{own}`, or let one way through `{name}` go on without a Terminate"),
                    ),
                };
                sink.at(action.name_spot(), format!("`{own}` never runs: {why}"))
                    .case(if is_switch(other) { "switched-off" } else { "dead-step" })
                    .help(help)
                    .related(other.name_spot(), "the run ends here");
            }
            Unreachable::Status(other, edge) => {
                let name = other.display_name();
                let why = format!("it waits for `{name}` {}, and that cannot be", awaited(edge));
                sink.at(edge.entry.key.spot(), format!("`{own}` never runs: {why}"))
                    .case("dead-step")
                    .help(format!("choose under `Configure run after` how `{name}` can really end"))
                    .related(other.name_spot(), "the step that it waits for");
            }
            Unreachable::Contradiction => {
                let place = action.run_after().first().map_or(action.name_spot(), |edge| edge.entry.key.spot());
                let names: Vec<String> =
                    action.predecessors().map(|other| format!("`{}`", other.display_name())).collect();
                let why = format!("it waits for {}, and no run can bring all of that", names.join(" and "));
                sink.at(place, format!("`{own}` never runs: {why}")).case("dead-step").help("a step runs when all that it waits for has ended as wanted: let it wait for one, or add `is skipped`");
            }
            // The condition that always decides the same way is reported itself, by a rule of its own.
            Unreachable::Branch(..) => {}
        }
    }
}

/// Whether it is a Compose that holds a remark: some words, which nothing waits for.
fn is_remark(action: Action<'_>) -> bool {
    action.kind() == ActionKind::Compose
        && action.inputs().and_then(Value::as_str).is_some_and(|text| text.contains(' '))
        && action.expressions().next().is_none()
        && action.followers().next().is_none()
}

/// Whether a Terminate switches the flow off: nothing that matters has been done before it.
fn is_switch(end: Action<'_>) -> bool {
    let matters = |action: Action<'_>| action.effect() != Effect::None || action.kind().is_container();
    let is_before = |action: &Action<'_>| action.can_have_run_before(end);
    end.kind() == ActionKind::Terminate
        && end.parent().is_none()
        && !end.flow().actions().filter(is_before).any(matters)
}

/// `to be skipped or to time out`
fn awaited(edge: &RunAfter<'_>) -> String {
    let words: Vec<&str> = edge
        .ends()
        .iter()
        .map(|status| match status {
            Status::Succeeded => "to succeed",
            Status::Failed => "to fail",
            Status::Skipped => "to be skipped",
            Status::TimedOut => "to time out",
        })
        .collect();
    words.join(" or ")
}
