//! Flags calls of child flows whose inputs are not those that the child's trigger declares: one finding for an input.

use crate::finding::Place;
use crate::model::{Given, InputField};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::run::{ChildCall, FlowFacts, Run};
use crate::suggest::closest;

pub(crate) static RULE: ChildFlowInputMismatch = ChildFlowInputMismatch;
pub(crate) struct ChildFlowInputMismatch;

impl Rule for ChildFlowInputMismatch {
    fn meta(&self) -> &'static RuleMeta {
        &cards::CHILD_FLOW_INPUT_MISMATCH
    }

    fn check_run(&self, run: &Run<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Place>) {
        for family in run.families() {
            for flow in family.flows().filter(|flow| flow.is_cloud_flow()) {
                for call in &flow.child_calls {
                    if let Some(child) = family.child(call, flow) {
                        check_call(call, child, sink);
                    }
                }
            }
        }
    }
}

fn check_call(call: &ChildCall, child: &FlowFacts, sink: &mut Sink<'_, Place>) {
    let (Given::Inputs(given), Some(declared)) = (&call.given, &child.interface.inputs) else { return };
    let name = &child.flow.name;
    let mut report = |input: &str, message: String, help: String| {
        let draft = sink.at(call.place.clone(), message);
        draft.help(help).kind(format!("input {} of {}", input.to_lowercase(), call.target));
        if let Some(trigger) = &child.trigger {
            draft.related(trigger.clone(), "the child flow declares its inputs here");
        }
    };
    for input in given {
        let Some(field) = declared.iter().find(|field| field.name.eq_ignore_ascii_case(&input.name)) else {
            let missing = declared.iter().filter(|field| given.iter().all(|given| !is(field, &given.name)));
            let meant = closest(&input.name, missing.map(|field| field.name.as_str()));
            let meant = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
            let message = format!("the child flow `{name}` has no input `{}`{meant}", input.name);
            let help = "choose the child flow again in this step, so that the step shows the inputs that it has now";
            report(&input.name, message, help.to_owned());
            continue;
        };
        if let Some(kind) = input.kind.filter(|kind| !field.takes(*kind)) {
            let wanted = field.types.iter().map(|kind| kind.title()).collect::<Vec<_>>().join(" or ");
            let message = format!(
                "the input {} of the child flow `{name}` takes {wanted}, and this step gives it {}",
                shown(field),
                kind.title()
            );
            report(&input.name, message, format!("give the input {} {wanted}", shown(field)));
        }
    }
    for field in declared.iter().filter(|field| field.is_required && given.iter().all(|given| !is(field, &given.name)))
    {
        let message =
            format!("the child flow `{name}` needs the input {}, and this step does not give it", shown(field));
        report(
            &field.name,
            message,
            format!("fill in {} in this step, or make it optional in the child flow", shown(field)),
        );
    }
}

fn is(field: &InputField, name: &str) -> bool {
    field.name.eq_ignore_ascii_case(name)
}

/// As the designer shows it, with the name in the code where that is another.
fn shown(field: &InputField) -> String {
    match &field.title {
        Some(title) if *title != field.name => format!("`{title}` (`{}`)", field.name),
        _ => format!("`{}`", field.name),
    }
}
