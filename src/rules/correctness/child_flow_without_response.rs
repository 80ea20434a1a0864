//! Flags calls of child flows that have no step to answer with: one finding for a child in a flow.

use crate::finding::Place;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::run::{Family, FlowFacts, Run};
use std::collections::BTreeMap;

pub(crate) static RULE: ChildFlowWithoutResponse = ChildFlowWithoutResponse;
pub(crate) struct ChildFlowWithoutResponse;

impl Rule for ChildFlowWithoutResponse {
    fn meta(&self) -> &'static RuleMeta {
        &cards::CHILD_FLOW_WITHOUT_RESPONSE
    }

    fn check_run(&self, run: &Run<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Place>) {
        for family in run.families() {
            for flow in family.flows().filter(|flow| flow.is_cloud_flow()) {
                check_flow(flow, family, sink);
            }
        }
    }
}

fn check_flow(flow: &FlowFacts, family: &Family<'_>, sink: &mut Sink<'_, Place>) {
    let mut silent: BTreeMap<&str, (&FlowFacts, Vec<&Place>)> = BTreeMap::new();
    for call in &flow.child_calls {
        if let Some(child) = family.child(call, flow).filter(|child| !child.interface.answers) {
            silent.entry(&call.target).or_insert((child, Vec::new())).1.push(&call.place);
        }
    }
    for (id, (child, places)) in silent {
        let Some((first, rest)) = places.split_first() else { continue };
        let runs = if rest.is_empty() { "this step runs" } else { "these steps run" };
        let message = format!("{runs} the child flow `{}`, which has no step that answers its caller", child.flow.name);
        let draft = sink.at((*first).clone(), message);
        draft.help("end the child flow with `Respond to a Power App or flow`, on every way through it");
        draft.kind(format!("child flow {id}"));
        for place in rest {
            draft.also_at((*place).clone());
        }
        if let Some(trigger) = &child.trigger {
            draft.related(trigger.clone(), format!("the child flow `{}` begins here", child.flow.name));
        }
    }
}
