//! Flags Response actions that answer nobody, or answer twice.

use crate::facts;
use crate::model::{Action, ActionKind, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: MisplacedResponse = MisplacedResponse;
pub(crate) struct MisplacedResponse;

/// Only so many Responses are compared with each other; a real flow has seldom more than ten.
const MOST: usize = 32;

impl Rule for MisplacedResponse {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISPLACED_RESPONSE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let mut responses = flow.actions().filter(|action| action.kind() == ActionKind::Response).peekable();
        if responses.peek().is_none() {
            return;
        }
        let has_caller = has_caller(flow);
        let mut placed: Vec<Action<'_>> = Vec::new();
        for response in responses {
            let name = response.display_name();
            if !has_caller {
                sink.at(
                    response.name_spot(),
                    format!("`{name}` answers a caller, but the trigger of this flow has none"),
                )
                .help("delete the step, or start the flow by a call, from Power Apps, an agent or another flow")
                .case("no-request-trigger");
            } else if let Some(container) = response.ancestors().find(|container| container.kind().is_loop()) {
                let around = container.display_name();
                sink.at(
                    response.name_spot(),
                    format!("`{name}` would answer the caller at every turn of the loop `{around}`"),
                )
                .help("collect what the loop finds in a variable and answer once, after the loop")
                .case("in-loop")
                .related(container.name_spot(), "the loop");
            } else if placed.len() < MOST {
                placed.push(response);
            }
        }
        for &second in &placed {
            let Some(first) = placed.iter().find(|first| first.is_followed_by(second)) else { continue };
            let message = format!(
                "`{}` answers the caller after `{}` has done so on the same path",
                second.display_name(),
                first.display_name()
            );
            sink.at(second.name_spot(), message)
                .help("end the flow with Terminate after the first answer, or put the two into different branches")
                .case("second-response")
                .related(first.name_spot(), "the first answer");
        }
    }
}

/// Whether someone may wait for an answer: a trigger that is called, or one that is not known.
fn has_caller(flow: &Flow<'_>) -> bool {
    let mut triggers = flow.triggers().peekable();
    triggers.peek().is_none()
        || triggers.any(|trigger| {
            let kind = trigger.value().get("type").and_then(Value::as_str);
            kind.and_then(|kind| facts::trigger_type(&kind)).is_none_or(|known| known.answers_caller)
        })
}
