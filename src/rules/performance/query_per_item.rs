//! Flags queries that search for each item of a list.

use crate::model::{Action, Effect};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: QueryPerItem = QueryPerItem;
pub(crate) struct QueryPerItem;

impl Rule for QueryPerItem {
    fn meta(&self) -> &'static RuleMeta {
        &cards::QUERY_PER_ITEM
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.effect() != Effect::Read || !action.kind().is_connector_call() {
            return;
        }
        let Some(each) = action.each().filter(|each| action.varies_in(*each)) else { return };
        let of_the_same =
            |search: Action<'_>| search.effect() == Effect::Read && search.connector() == action.connector();
        let can_be_joined = action.is_searching() && each.looped_search().is_some_and(of_the_same);
        let message = format!("`{}` asks the service once for each {}", action.display_name(), each.round());
        let cost = action.cost_in(each);
        let help = format!(
            "read the rows of all items once before `{}` and pick with `Filter array`; {cost}",
            each.display_name()
        );
        sink.at(action.name_spot(), message)
            .help(help)
            .case(if can_be_joined { "search" } else { "lookup" })
            .related(each.name_spot(), "the loop");
    }
}
