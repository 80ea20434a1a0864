//! Flags queries that stop at the first page although the flow uses all of the list.

use crate::facts;
use crate::model::{Action, Query};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: UnpaginatedList = UnpaginatedList;
pub(crate) struct UnpaginatedList;

impl Rule for UnpaginatedList {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNPAGINATED_LIST
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(query) = action.query() else { return };
        let Some(page) = query.operation.page else { return };
        if !query.is_read_whole() || query.threshold().is_some() || query.row_limit().is_some() || query.pages_itself()
        {
            return;
        }
        if query.name().is_some_and(|name| facts::is_small_table(&name)) || asks_for_one(query) {
            return;
        }
        let (item, name) = (query.operation.item, action.display_name());
        let thousands = if page < 1000 { page.to_string() } else { format!("{},{:03}", page / 1000, page % 1000) };
        let message = format!("`{name}` stops at {thousands} {item}s, and the flow goes on without the others");
        // A page of Dataverse or SQL holds more than most tables have, and more than nearly every filtered query finds.
        let case = if page >= 1000 { "large-page" } else { "small-page" };
        sink.at(action.name_spot(), message).case(case).help(format!(
            "turn on `Pagination` under `Settings` of the step, with a threshold above the most {item}s there can be"
        ));
    }
}

/// Whether the filter asks for the item of an id, of which there is one: `ID eq 7`, `orderId eq 'A-100'`.
fn asks_for_one(query: Query<'_>) -> bool {
    let Some(filter) = query.filter().and_then(|filter| filter.as_str()) else { return false };
    let lower = filter.to_ascii_lowercase();
    let Some((column, value)) = lower.split_once(" eq ") else { return false };
    let is_key = column.trim() == "id" || (column.trim().ends_with("id") && value.trim().starts_with('\''));
    is_key && !column.contains(' ') && !lower.contains(" or ")
}
