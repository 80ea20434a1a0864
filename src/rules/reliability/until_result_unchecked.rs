//! Flags Do until loops after which nothing asks whether they reached their goal.

use crate::facts::Named;
use crate::model::{Action, ActionKind, Expression, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;
use std::collections::HashSet;

pub(crate) static RULE: UntilResultUnchecked = UntilResultUnchecked;
pub(crate) struct UntilResultUnchecked;

impl Rule for UntilResultUnchecked {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNTIL_RESULT_UNCHECKED
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for until in flow.actions().filter(|action| action.kind() == ActionKind::Until) {
            if until.has_option("FailWhenLimitsReached") || !something_follows(until) || is_asked_again(flow, until) {
                continue;
            }
            let name = until.display_name();
            sink.at(until.name_spot(), format!("nothing after the loop `{name}` asks whether it has reached its goal or only its limit"))
                .help("add a condition after the loop that tests the same thing again, and say what happens where it is not met");
        }
    }
}

/// Whether steps outside run after it that call something or answer.
fn something_follows(until: Action<'_>) -> bool {
    let matters = |action: &Action<'_>| action.effect().is_call() || action.kind() == ActionKind::Response;
    until
        .flow()
        .actions()
        .any(|action| matters(&action) && until.can_have_run_before(action) && !is_inside(action, until))
}

/// Whether a condition outside reads a variable that the loop's own condition reads or that the loop sets, or a result of a
/// step in the loop.
fn is_asked_again(flow: &Flow<'_>, until: Action<'_>) -> bool {
    let goal =
        flow.expressions().filter(|expression| expression.is_until_condition() && expression.action() == Some(until));
    let read = goal.flat_map(Expression::references).filter(|reference| reference.named == Named::Variable);
    let inside = flow.actions().filter(|action| is_inside(*action, until));
    let written = inside.filter_map(|action| Some(action.variable_written()?.0.to_lowercase()));
    let variables: HashSet<String> = read.map(|reference| reference.name.to_lowercase()).chain(written).collect();
    let asks = |expression: &Expression<'_>| {
        let decides = expression.action().is_some_and(|action| {
            let kinds = [ActionKind::If, ActionKind::Switch, ActionKind::Until];
            action != until && !is_inside(action, until) && kinds.contains(&action.kind())
        });
        let chooses = expression.action().is_some_and(|action| action != until && !is_inside(action, until))
            && expression.calls().any(|(call, _)| call.is("if"));
        (decides || chooses)
            && expression.references().any(|reference| match reference.named {
                Named::Variable => variables.contains(&reference.name.to_lowercase()),
                Named::Action => flow.action_named(&reference.name).is_some_and(|named| is_inside(named, until)),
                _ => false,
            })
    };
    flow.expressions().any(|expression| asks(&expression))
}

fn is_inside(action: Action<'_>, container: Action<'_>) -> bool {
    action.ancestors().any(|around| around == container)
}
