//! Flags scheduled flows that carry a whole table to another place at every run.

use crate::model::{Action, Effect, Flow, Query, TriggerKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: FullSyncQuery = FullSyncQuery;
pub(crate) struct FullSyncQuery;

impl Rule for FullSyncQuery {
    fn meta(&self) -> &'static RuleMeta {
        &cards::FULL_SYNC_QUERY
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !flow.triggers().any(|trigger| trigger.kind() == TriggerKind::Recurrence) {
            return;
        }
        for query in flow.queries() {
            let reads_all = !query.is_filtered() || takes_all_active(query);
            if !reads_all || query.row_limit().is_some() {
                continue;
            }
            let Some((each, step)) = query.loops().find_map(|each| Some((each, writes_elsewhere(query, each)?))) else {
                continue;
            };
            let (name, step, item) = (query.action.display_name(), step.display_name(), query.operation.item);
            sink.at(
                query.action.name_spot(),
                format!("every run reads every {item} with `{name}` and writes it with `{step}`"),
            )
            .help(format!("keep the time of the last run, and read only {item}s that were changed since"))
            .related(each.name_spot(), "the loop that writes");
        }
    }
}

/// Whether a filter leaves out nothing but rows that were deactivated.
fn takes_all_active(query: Query<'_>) -> bool {
    let filter = query.filter().and_then(|filter| filter.as_str());
    !query.is_fetch_xml() && filter.is_some_and(|filter| filter.trim().eq_ignore_ascii_case("statecode eq 0"))
}

/// A step in a loop that writes to another table or service than the query reads.
fn writes_elsewhere<'m>(query: Query<'m>, each: Action<'m>) -> Option<Action<'m>> {
    let place = |action: Action<'m>| {
        let names = query.operation.on.iter().filter_map(move |name| action.parameter(name)?.as_str());
        (action.operation().and_then(|operation| operation.connector), names.collect::<Vec<_>>())
    };
    let source = place(query.action);
    // The row of the loop is the query's own, whatever the step calls its table.
    let updates_own = |step: Action<'m>| {
        let row = ["recordId", "id"].iter().find_map(|name| step.parameter(name)?.as_str());
        place(step).0 == source.0 && row.is_some_and(|row| row.contains("item"))
    };
    let mut inside = each.flow().actions().filter(|step| step.ancestors().any(|around| around == each));
    inside.find(|step| step.effect() == Effect::Write && place(*step) != source && !updates_own(*step))
}
