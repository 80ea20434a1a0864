//! Notes loops with calls whose rounds wait for each other without need.

use crate::model::{Action, ActionKind, Effect};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: SequentialLoop = SequentialLoop;
pub(crate) struct SequentialLoop;

impl Rule for SequentialLoop {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SEQUENTIAL_LOOP
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() != ActionKind::Foreach
            || action.is_parallel_loop()
            || action.is_inside_loop()
            || action.is_single()
        {
            return;
        }
        if action.value().at(&["runtimeConfiguration", "concurrency"]).is_some() || action.has_option("Sequential") {
            return; // the maker chose
        }
        let mut calls = 0;
        for step in action.inside() {
            match step.effect() {
                Effect::None => {
                    let waits = [ActionKind::Terminate, ActionKind::Wait];
                    if step.variable_written().is_some() || waits.contains(&step.kind()) {
                        return; // rounds at the same time could get in each other's way
                    }
                }
                Effect::Read => calls += 1,
                Effect::SendAndWait | Effect::Response | Effect::Unknown => return,
                _ => calls += 1,
            }
        }
        if calls == 0 {
            return;
        }
        let message = format!(
            "the rounds of `{}` wait for each other, though none needs what another did",
            action.display_name()
        );
        let help = format!(
            "switch on `Concurrency control` in the settings of the loop, if the order of the items does not matter; {}",
            action.cost_in(action)
        );
        sink.at(action.name_spot(), message).help(help);
    }
}
