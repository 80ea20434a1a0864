//! Flags queries that search for each item of a list.

use crate::model::{Action, ActionKind, Effect};
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
        let can_be_joined = action.can_be_joined(each);
        // Of a loop over what it found, with calls, another rule tells the same.
        let is_looped = |inner: Action<'_>| inner.looped_search() == Some(action) && inner.calls_in_rounds();
        let mut loops = each.inside().filter(|step| step.kind() == ActionKind::Foreach);
        if can_be_joined && loops.any(is_looped) {
            return;
        }
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
