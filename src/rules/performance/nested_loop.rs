//! Flags loops in loops: every item against every item, or calls for every pair.

use crate::model::{Action, ActionKind, Effect};
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
        let is_apart = !action.varies_in(outer);
        let calls = || action.inside().any(|step| step.effect().is_call() && step.loops().next() == Some(action));
        if !is_apart && !calls() {
            return;
        }
        let (inner_name, outer_name) = (action.display_name(), outer.display_name());
        let cost = action.cost_in(action);
        // What was read for the outer item can be read for all of them; what came with the item cannot.
        let is_read =
            |search: Action<'_>| search.effect() == Effect::Read && search.loops().any(|around| around == outer);
        let is_queried = action.looped_search().is_some_and(is_read);
        if is_apart {
            let message = format!("`{inner_name}` goes through its whole list again for each {}", outer.round());
            sink.at(action.name_spot(), message)
                .help(format!("pick what belongs to the item with `Filter array` instead of the inner loop; {cost}"))
                .case("whole-list")
                .related(outer.name_spot(), "the loop around it");
        } else {
            let message = format!("`{inner_name}` calls other services for each item within each {}", outer.round());
            sink.at(action.name_spot(), message)
                .help(format!("get the rows of all items with one query before `{outer_name}`, or with `Expand Query`, and loop once; {cost}"))
                .case(if is_queried { "calls" } else { "nested-data" })
                .related(outer.name_spot(), "the loop around it");
        }
    }
}
