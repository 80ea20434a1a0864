//! Flags searches whose only end is to choose between adding a row and updating it.

use crate::facts::{Changes, Named};
use crate::model::{Action, ActionKind, Branch, Flow, Query};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: SearchThenCreate = SearchThenCreate;
pub(crate) struct SearchThenCreate;

impl Rule for SearchThenCreate {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SEARCH_THEN_CREATE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        // Only Dataverse, which has FetchXML, has alternate keys.
        if !flow.queries().any(|query| query.operation.fetch_xml.is_some()) {
            return;
        }
        let mut last = None;
        for expression in flow.expressions() {
            let Some(test) = expression.action().filter(|action| action.kind() == ActionKind::If) else { continue };
            if last == Some(test) || !expression.is_under(&["expression"]) {
                continue;
            }
            let mut references = expression.references().filter(|reference| reference.named == Named::Action);
            let Some(query) = references.find_map(|reference| reference.action()?.query()) else { continue };
            let Some(table) = query.name().filter(|_| query.operation.fetch_xml.is_some() && is_by_key(query)) else {
                continue;
            };
            let does = |branch: &Branch<'_>, wanted: Changes| {
                test.children().filter(|step| step.branch() == branch).find(|step| changes(*step, &table, wanted))
            };
            let pair = |one: &Branch<'_>, other: &Branch<'_>| {
                Some((does(one, Changes::CREATE)?, does(other, Changes::UPDATE)?))
            };
            let Some((create, update)) =
                pair(&Branch::Main, &Branch::Else).or_else(|| pair(&Branch::Else, &Branch::Main))
            else {
                continue;
            };
            last = Some(test);
            let (search, create_name) = (query.action.display_name(), create.display_name());
            let message = format!(
                "`{create_name}` adds a row of `{table}` where `{search}` finds none, and two runs at a time add it twice"
            );
            sink.at(create.name_spot(), message)
                .help("give the table an alternate key, and let one `Update a row` with that key as its row id add or update the row")
                .related(query.action.name_spot(), "the search")
                .related(update.name_spot(), "the update of a row that is there");
        }
    }
}

/// Whether a query looks for one value of a column.
fn is_by_key(query: Query<'_>) -> bool {
    let filter = query.filter().and_then(|filter| filter.as_str());
    filter.is_some_and(|filter| filter.to_ascii_lowercase().contains(" eq "))
}

fn changes(step: Action<'_>, table: &str, wanted: Changes) -> bool {
    step.change().is_some_and(|change| change.changes.has(wanted) && change.on().eq_ignore_ascii_case(table))
}
