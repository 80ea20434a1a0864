//! Notes loops that do nothing but look for the items that meet a condition.

use crate::model::{Action, ActionKind, Branch};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: FilterInLoop = FilterInLoop;
pub(crate) struct FilterInLoop;

impl Rule for FilterInLoop {
    fn meta(&self) -> &'static RuleMeta {
        &cards::FILTER_IN_LOOP
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() != ActionKind::Foreach || action.is_single() {
            return;
        }
        let mut steps = action.children();
        let (Some(only), None) = (steps.next(), steps.next()) else { return };
        if only.kind() != ActionKind::If || !only.varies_in(action) {
            return;
        }
        let (mut yes, mut no) = (false, false);
        for step in only.children() {
            match step.branch() {
                Branch::Main => yes = true,
                _ => no = true,
            }
        }
        if yes == no {
            return;
        }
        let message = format!(
            "`{}` goes through all items to work on those that meet `{}`",
            action.display_name(),
            only.display_name()
        );
        let help = format!(
            "filter the list with `Filter array`, or in the query, before the loop; {}",
            action.cost_in(action)
        );
        sink.at(action.name_spot(), message).help(help).related(only.name_spot(), "the condition");
    }
}
