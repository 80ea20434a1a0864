//! Flags Filter array steps that pick rows out of a table which was read whole for them.

use super::unfiltered_query::{Options, from, is_small};
use crate::expr::Call;
use crate::model::{Action, ActionKind, Expression, Flow, Query};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, OptionsType, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: FilterAfterQuery = FilterAfterQuery;
pub(crate) struct FilterAfterQuery;

impl Rule for FilterAfterQuery {
    fn meta(&self) -> &'static RuleMeta {
        &cards::FILTER_AFTER_QUERY
    }

    fn options(&self) -> OptionsType {
        OptionsType::of::<Options>()
    }

    fn check_flow(&self, flow: &Flow<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for query in flow.queries() {
            let Some(label) = query.operation.filter_label else { continue };
            // A list that is used in several ways, or split into parts, has to be read whole.
            let mut filters = query.filters();
            let (Some(filter), None) = (filters.next(), filters.next()) else { continue };
            if query.is_passed_on() || query.loops().next().is_some() || query.is_read_for_one_or_count() {
                continue;
            }
            let is_narrow = query.is_filtered() || query.row_limit().is_some() || query.pages_itself();
            if is_narrow || is_small(query, &cx.options::<Options>().small_tables) {
                continue;
            }
            if !runs_as_often(query.action, filter) || !can_be_asked_for(flow, filter, query) {
                continue;
            }
            let (item, from) = (query.operation.item, from(query));
            let (name, reads) = (filter.display_name(), query.action.display_name());
            let message =
                format!("`{name}` picks {item}s out of what `{reads}` has read, which is every {item} of {from}");
            sink.at(filter.name_spot(), message)
                .help(format!("move the condition into `{label}` of `{reads}`, so that only those {item}s are read"))
                .related(query.action.name_spot(), "the query that reads everything");
        }
    }
}

/// Whether the query runs as often as the step that filters: a list that is read once and looked through again and again, in
/// a loop, saves queries.
fn runs_as_often(query: Action<'_>, filter: Action<'_>) -> bool {
    let innermost =
        |action: Action<'_>| action.ancestors().find(|around| around.kind().is_loop()).map(Action::name_spot);
    let (query, filter) = (innermost(query).map(|spot| spot.span), innermost(filter).map(|spot| spot.span));
    query == filter
}

/// Whether the filter of the query can do what the Filter array does: it compares columns, in ways that the query knows.
fn can_be_asked_for(flow: &Flow<'_>, filter: Action<'_>, query: Query<'_>) -> bool {
    debug_assert!(filter.kind() == ActionKind::Query);
    let is_test =
        |expression: &Expression<'_>| expression.action() == Some(filter) && expression.is_under(&["inputs", "where"]);
    let mut tests = flow.expressions().filter(is_test).peekable();
    let reads_items = |call: Call<'_>| call.nested().any(|inner| inner.is("item") || inner.is("items"));
    let is_known = |call: Call<'_>| {
        call.is("item") || !reads_items(call) || query.operation.compares.iter().any(|name| call.is(name))
    };
    tests.peek().is_some() && tests.all(|test| test.template().calls().all(is_known))
}
