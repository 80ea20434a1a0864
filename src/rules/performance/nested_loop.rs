//! Flags loops in loops: every item against every item, or calls for every pair.

use crate::model::{Action, ActionKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: NestedLoop = NestedLoop;
pub(crate) struct NestedLoop;

impl Rule for NestedLoop {
    fn meta(&self) -> &'static RuleMeta {
        &cards::NESTED_LOOP
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() != ActionKind::Foreach || action.is_single() {
            return;
        }
        let Some(outer) = action.each() else { return };
        let is_same_list = !action.varies_in(outer);
        if !is_same_list && !action.calls_in_rounds() {
            return;
        }
        let (inner_name, outer_name) = (action.display_name(), outer.display_name());
        let cost = action.cost_in(action);
        let (case, message, help) = if is_same_list {
            let message = format!("`{inner_name}` goes through its whole list again for each {}", outer.round());
            if compares_items(action, outer) {
                (
                    "search",
                    message,
                    "pick what belongs to the item with `Filter array` instead of the inner loop".to_owned(),
                )
            } else {
                (
                    "every-pair",
                    message,
                    "check that each item needs the whole list; if not, filter it before the inner loop".to_owned(),
                )
            }
        } else {
            let message = format!("`{inner_name}` calls other services for each item within each {}", outer.round());
            let can_be_joined = action.looped_search().is_some_and(|search| search.can_be_joined(outer));
            let one_query =
                format!("read the rows of all items with one query before `{outer_name}`, and loop over them once");
            if can_be_joined {
                ("query", message, one_query)
            } else {
                (
                    "item-list",
                    message,
                    format!("bring the lists of all items together before `{outer_name}`, and loop over them once"),
                )
            }
        };
        let draft = sink.at(action.name_spot(), message).help(format!("{help}; {cost}")).case(case);
        draft.related(outer.name_spot(), "the loop around it");
    }
}

/// Whether a condition decides by both items, so that the inner loop looks for those that belong to the outer item.
fn compares_items(inner: Action<'_>, outer: Action<'_>) -> bool {
    let mut conditions = inner.inside().filter(|step| matches!(step.kind(), ActionKind::If | ActionKind::Switch));
    conditions.any(|condition| condition.varies_in(inner) && condition.varies_in(outer))
}
