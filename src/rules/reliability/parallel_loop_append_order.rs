//! Notes appends in a parallel loop, whose order is not that of the list.

use crate::model::{Action, Flow, UseKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: ParallelLoopAppendOrder = ParallelLoopAppendOrder;
pub(crate) struct ParallelLoopAppendOrder;

impl Rule for ParallelLoopAppendOrder {
    fn meta(&self) -> &'static RuleMeta {
        &cards::PARALLEL_LOOP_APPEND_ORDER
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !flow.actions().any(Action::is_parallel_loop) {
            return;
        }
        for variable in flow.changed_variables() {
            for (around, uses) in variable.by_parallel_loop() {
                let appends = |kind| matches!(kind, UseKind::AppendItem | UseKind::AppendText);
                let Some(first) = uses.uses.iter().find(|used| appends(used.kind)) else { continue };
                // Then more is wrong than the order, and another rule says so.
                if uses.race(around).is_some() {
                    continue;
                }
                let message = format!(
                    "the rounds of `{}` run at the same time: what they append to `{}` is not in the order of the list",
                    around.display_name(),
                    variable.name
                );
                sink.at(first.spot, message)
                    .help("use Select instead of the loop, sort afterwards, or switch off `Concurrency control` where the order matters")
                    .kind(format!("{}/{}", around.name(), variable.name))
                    .related(around.name_spot(), "the loop");
            }
        }
    }
}
