//! Flags calls of a child flow that lies in no package of the family.

use crate::finding::Place;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::run::{Family, Run};

pub(crate) static RULE: MissingChildFlow = MissingChildFlow;
pub(crate) struct MissingChildFlow;

impl Rule for MissingChildFlow {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISSING_CHILD_FLOW
    }

    fn check_run(&self, run: &Run<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Place>) {
        for family in run.families() {
            // A file on its own says nothing about what lies beside it.
            if family.packages().next().is_some() {
                check_family(family, sink);
            }
        }
    }
}

fn check_family(family: &Family<'_>, sink: &mut Sink<'_, Place>) {
    for flow in family.flows().filter(|flow| flow.package.is_some()) {
        for call in &flow.child_calls {
            if family.flow(&call.target, flow).is_some() || family.has_process(&call.target) {
                continue;
            }
            let message =
                format!("the child flow `{}` that this step runs is not in {}", call.target, looked_at(family));
            sink.at(call.place.clone(), message)
                .help(
                    "add the child flow to the solution, or check that another solution brings it to every environment",
                )
                .kind("child flow");
        }
    }
}

fn looked_at(family: &Family<'_>) -> String {
    let flows = family.flows().count();
    let flows = if flows == 1 { "only flow".to_owned() } else { format!("{flows} flows") };
    match family.packages().count() {
        1 => format!("this solution (looked at its {flows})"),
        packages => format!("these {packages} solutions (looked at their {flows})"),
    }
}
