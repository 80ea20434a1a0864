//! Flags variables that the rounds of a parallel loop overwrite for each other.

use crate::model::{Action, Flow, UseKind, VariableUse};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: ParallelLoopVariableRace = ParallelLoopVariableRace;
pub(crate) struct ParallelLoopVariableRace;

impl Rule for ParallelLoopVariableRace {
    fn meta(&self) -> &'static RuleMeta {
        &cards::PARALLEL_LOOP_VARIABLE_RACE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !flow.actions().any(Action::is_parallel_loop) {
            return;
        }
        for variable in flow.changed_variables() {
            for (around, uses) in variable.by_parallel_loop() {
                if let Some((changed, read)) = uses.race(around) {
                    let message = format!(
                        "the rounds of `{}` run at the same time and share the variable `{}`: `{}` can read what another round has put into it",
                        around.display_name(),
                        variable.name,
                        read.action.display_name()
                    );
                    sink.at(changed.spot, message)
                        .case("read-in-round")
                        .help(help(around))
                        .kind(format!("{}/{}", around.name(), variable.name))
                        .related(read.spot, "read here")
                        .related(around.name_spot(), "the loop");
                } else if let Some(changed) = overwritten(around, &uses.uses)
                    && variable.uses.iter().any(|used| !used.is_write())
                {
                    let message = format!(
                        "the rounds of `{}` run at the same time and all set the variable `{}`: which value stays is chance",
                        around.display_name(),
                        variable.name
                    );
                    sink.at(changed.spot, message)
                        .case("last-wins")
                        .help(help(around))
                        .kind(format!("{}/{}", around.name(), variable.name))
                        .related(around.name_spot(), "the loop");
                }
            }
        }
    }
}

fn help(around: Action<'_>) -> String {
    let name = around.display_name();
    format!(
        "use a Compose step instead of the variable, or switch off `Concurrency control` of `{name}` (in Logic Apps: set it to 1)"
    )
}

fn overwritten<'a, 'm>(around: Action<'m>, uses: &'a [VariableUse<'m>]) -> Option<&'a VariableUse<'m>> {
    uses.iter().find(|used| used.kind == UseKind::Set && used.action.writes_differently_in(around))
}
