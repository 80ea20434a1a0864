//! Flags items that are read of what a search found, as if it always found something.

use crate::model::Expression;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: UncheckedFirstItem = UncheckedFirstItem;
pub(crate) struct UncheckedFirstItem;

impl Rule for UncheckedFirstItem {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNCHECKED_FIRST_ITEM
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for read in expression.item_reads() {
            if expression.flow().is_tested(read.list) {
                continue;
            }
            let name = read.list.display_name();
            sink.at(expression.spot(read.hop.range()), format!("this fails if `{name}` finds nothing"))
                .help(format!("add a Condition `empty(…)` after `{name}`, or read it as `first(…)?['…']`"))
                .related(read.list.name_spot(), "this may find nothing");
        }
    }
}
