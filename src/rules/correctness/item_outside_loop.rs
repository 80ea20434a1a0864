//! Flags `item()` where there is no item.

use crate::model::{ActionKind, Expression};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: ItemOutsideLoop = ItemOutsideLoop;
pub(crate) struct ItemOutsideLoop;

impl Rule for ItemOutsideLoop {
    fn meta(&self) -> &'static RuleMeta {
        &cards::ITEM_OUTSIDE_LOOP
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if expression.is_per_item() || expression.containers().any(|action| action.kind() == ActionKind::Foreach) {
            return;
        }
        for (call, _) in expression.calls().filter(|(call, _)| call.is("item")) {
            let help =
                "move the step into the Apply to each whose item is meant, or read the value where it comes from";
            let message = "`item()` has no value here: there is no Apply to each around it";
            sink.at(expression.spot(call.name_range()), message).help(help);
        }
    }
}
