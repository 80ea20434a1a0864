//! Flags variables that two parallel branches set.

use crate::model::Flow;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: ParallelBranchVariableRace = ParallelBranchVariableRace;
pub(crate) struct ParallelBranchVariableRace;

impl Rule for ParallelBranchVariableRace {
    fn meta(&self) -> &'static RuleMeta {
        &cards::PARALLEL_BRANCH_VARIABLE_RACE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for variable in flow.often_changed_variables() {
            let Some((earlier, later)) = variable.race_of_branches() else { continue };
            let (first, second) = (earlier.action.display_name(), later.action.display_name());
            let message = format!(
                "`{first}` and `{second}` can run at the same time and both change the variable `{}`",
                variable.name
            );
            sink.at(later.spot, message)
                .help(format!("give each branch a variable of its own, or let `{second}` run after `{first}`"))
                .kind(variable.name.to_lowercase())
                .related(earlier.spot, "the other branch");
        }
    }
}
