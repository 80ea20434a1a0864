//! Flags child flows that run once for each item of a list.

use crate::model::{Action, Effect};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: ChildFlowPerItem = ChildFlowPerItem;
pub(crate) struct ChildFlowPerItem;

impl Rule for ChildFlowPerItem {
    fn meta(&self) -> &'static RuleMeta {
        &cards::CHILD_FLOW_PER_ITEM
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.effect() != Effect::ChildFlow {
            return;
        }
        let Some(each) = action.each().filter(|each| !action.is_chosen_in(*each)) else { return };
        if action.parallel_loop().is_some() {
            return; // items at the same time, each in a run of its own: what the maker wanted
        }
        let message = format!("`{}` starts a child flow for each {}", action.display_name(), each.round());
        let help = format!("give the whole list to the child flow and loop there; {}", action.cost_in(each));
        sink.at(action.name_spot(), message).help(help).related(each.name_spot(), "the loop");
    }
}
