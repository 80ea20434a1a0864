//! Notes loops over a list that has one item at most.

use crate::model::Action;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: LoopOverSingleRow = LoopOverSingleRow;
pub(crate) struct LoopOverSingleRow;

impl Rule for LoopOverSingleRow {
    fn meta(&self) -> &'static RuleMeta {
        &cards::LOOP_OVER_SINGLE_ROW
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !action.is_single() {
            return;
        }
        let name = action.display_name();
        let draft = match action.looped_search() {
            Some(search) => {
                let search_name = search.display_name();
                sink.at(action.name_spot(), format!("`{name}` is a loop, but `{search_name}` gives one row at most"))
            }
            None => sink.at(action.name_spot(), format!("`{name}` is a loop over a list of one item")),
        };
        draft.help(
            "use `first(…)` of the list after a condition that it is not empty, and move the steps out of the loop",
        );
    }
}
