//! Flags queries that read a whole table or list.

use crate::facts;
use crate::model::{Action, ActionKind, Branch, Expression, Query};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, OptionsType, Rule, Sink};
use crate::syntax::Spot;
use serde::Deserialize;

/// The options of `unfiltered-query` and `filter-after-query`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// Tables and lists that are small by design, by the name that the step has.
    pub(crate) small_tables: Vec<String>,
}

pub(crate) static RULE: UnfilteredQuery = UnfilteredQuery;
pub(crate) struct UnfilteredQuery;

impl Rule for UnfilteredQuery {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNFILTERED_QUERY
    }

    fn options(&self) -> OptionsType {
        OptionsType::of::<Options>()
    }

    fn check_action(&self, action: Action<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(query) = action.query() else { return };
        let operation = query.operation;
        let Some(label) = operation.filter_label.filter(|_| !operation.whole) else { return };
        if query.is_filtered() || query.row_limit().is_some() || query.pages_itself() {
            return;
        }
        let small = &cx.options::<Options>().small_tables;
        // What is filtered afterwards is a matter of `filter-after-query`.
        if query.filters().next().is_some() || is_small(query, small) {
            return;
        }
        let (item, from, name) = (operation.item, from(query), action.display_name());
        let mut report = |case, used: &str, instead: String| {
            let message = format!("`{name}` reads every {item} of {from}{used}");
            sink.at(action.name_spot(), message).case(case).help(instead);
        };
        if query.is_read_for_one() {
            let top = operation.top_label.map(|top| format!("set `{top}` to 1, and ")).unwrap_or_default();
            report("part-of-list", " and uses one of them", format!("{top}say in `{label}` which one the flow needs"));
        } else if query.is_read_for_count() {
            let instead =
                format!("say in `{label}` which {item}s matter, and limit their number if it is enough to see one");
            report("part-of-list", " only to see how many there are", instead);
        } else if let Some((each, test)) = picking_loop(query) {
            let used = format!(", and `{}` in the loop `{}` picks some", test.display_name(), each.display_name());
            report(
                "part-of-list",
                &used,
                format!("move the condition into `{label}`, so that only those {item}s are read"),
            );
        } else if query.is_read_whole() {
            report("whole-list", "", format!("say in `{label}` which {item}s the flow needs"));
        }
    }
}

/// The loop over a list, and the Condition in it that lets some items pass, if that is all that is done with the list.
fn picking_loop<'m>(query: Query<'m>) -> Option<(Action<'m>, Action<'m>)> {
    let mut loops = query.loops();
    let (each, None) = (loops.next()?, loops.next()) else { return None };
    let mut steps = each.children();
    let (test, None) = (steps.next()?, steps.next()) else { return None };
    let is_empty = |branch: &Branch<'_>| !test.children().any(|step| step.branch() == branch);
    let picks = test.kind() == ActionKind::If && is_empty(&Branch::Main) != is_empty(&Branch::Else);
    (picks && !query.is_passed_on() && reads_item(each, test)).then_some((each, test))
}

/// Whether a Condition looks at the item of a loop, and at nothing that only the loop finds out.
fn reads_item(each: Action<'_>, test: Action<'_>) -> bool {
    let is_condition = |it: &Expression<'_>| it.action() == Some(test) && it.is_under(&["expression"]);
    let mut conditions = each.flow().expressions().filter(is_condition);
    conditions.any(|it| it.template().calls().any(|call| call.is("items") || call.is("item")))
}

/// Whether a table or list is small by design.
pub(crate) fn is_small(query: Query<'_>, more: &[String]) -> bool {
    let Some(name) = query.name() else { return false };
    facts::is_small_table(&name) || more.iter().any(|small| small.eq_ignore_ascii_case(&name))
}

/// The table or list of a query, for messages.
pub(crate) fn from(query: Query<'_>) -> String {
    let place = query.operation.place;
    match query.name() {
        Some(name) => format!("the {place} `{name}`"),
        None => format!("its {place}"),
    }
}
