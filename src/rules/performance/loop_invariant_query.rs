//! Flags queries in a loop that ask the same in every round.

use crate::model::{Action, Effect};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: LoopInvariantQuery = LoopInvariantQuery;
pub(crate) struct LoopInvariantQuery;

impl Rule for LoopInvariantQuery {
    fn meta(&self) -> &'static RuleMeta {
        &cards::LOOP_INVARIANT_QUERY
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.effect() != Effect::Read {
            return;
        }
        let Some(each) = action.each() else { return };
        if action.varies_in(each)
            || action.is_chosen_in(each)
            || each.inside().any(|step| step.may_change_result_of(action))
        {
            return;
        }
        let message = format!("`{}` asks the same again for each {}", action.display_name(), each.round());
        let help =
            format!("move `{}` in front of `{}`; {}", action.display_name(), each.display_name(), action.cost_in(each));
        sink.at(action.name_spot(), message).help(help).related(each.name_spot(), "the loop");
    }
}
