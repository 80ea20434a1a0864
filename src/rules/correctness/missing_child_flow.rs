//! Flags child flows that are run and lie in no package of the family: one finding for a child in a flow.

use crate::finding::Place;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::run::{Family, FlowFacts, Run};
use std::collections::{BTreeMap, BTreeSet};

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
                for flow in family.flows().filter(|flow| flow.package.is_some()) {
                    check_flow(flow, family, sink);
                }
            }
        }
    }
}

fn check_flow(flow: &FlowFacts, family: &Family<'_>, sink: &mut Sink<'_, Place>) {
    let mut missing: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for call in &flow.child_calls {
        if family.flow(&call.target, flow).is_none() && !family.has_process(&call.target) {
            missing.entry(&call.target).or_default().push(&call.place);
        }
    }
    for (child, places) in missing {
        report(child, &places, family, sink);
    }
}

fn report(child: &str, places: &[&Place], family: &Family<'_>, sink: &mut Sink<'_, Place>) {
    let Some((first, rest)) = places.split_first() else { return };
    let steps = match places.len() {
        1 => "this step runs".to_owned(),
        count => format!("{count} steps run"),
    };
    let declared = family.dependency(child);
    let name = declared.and_then(|dependency| dependency.name.as_deref()).unwrap_or(child);
    let (message, help) = match declared.and_then(|dependency| dependency.solution.as_deref()) {
        Some(solution) => (
            format!("{steps} the child flow `{name}` of another solution, `{solution}`"),
            "install that solution first in every environment, or add the child flow to this one",
        ),
        None => (
            format!("{steps} the child flow `{name}`, which is not in {}", looked_at(family)),
            "add the child flow to the solution, or check that another solution brings it to every environment",
        ),
    };
    let draft = sink.at((*first).clone(), message);
    draft.help(help).kind(format!("child flow {child}"));
    for place in rest {
        draft.also_at((*place).clone());
    }
}

/// What the child was looked for in. The managed and the unmanaged form of a solution are one solution with one set of flows.
fn looked_at(family: &Family<'_>) -> String {
    let flows: BTreeSet<&str> = family.flows().map(|flow| flow.flow.id.as_str()).collect();
    let flows = match flows.len() {
        1 => "only flow".to_owned(),
        count => format!("{count} flows"),
    };
    let solutions: BTreeSet<&str> = family.packages().map(|package| package.solution.as_str()).collect();
    match solutions.len() {
        1 => format!("this solution (looked at its {flows})"),
        count => format!("these {count} solutions (looked at their {flows})"),
    }
}
