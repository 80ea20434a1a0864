//! Flags Terminate with the status Failed that does not say what failed.

use crate::model::{Action, ActionKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Kind, Spot, Value};

pub(crate) static RULE: TerminateWithoutMessage = TerminateWithoutMessage;
pub(crate) struct TerminateWithoutMessage;

impl Rule for TerminateWithoutMessage {
    fn meta(&self) -> &'static RuleMeta {
        &cards::TERMINATE_WITHOUT_MESSAGE
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() != ActionKind::Terminate {
            return;
        }
        let Some(inputs) = action.inputs() else { return };
        let Some(status) = inputs.get("runStatus").filter(|status| status.is_str("Failed")) else { return };
        if inputs.get("runError").is_some_and(says_something) {
            return;
        }
        sink.at(status.spot(), format!("`{}` ends the run as failed and does not say why", action.display_name()))
            .help("fill in Message of the step, for example with the name of what failed and the error");
    }
}

/// Whether the error has a message, or an expression that may give one.
fn says_something(error: Value<'_>) -> bool {
    let message = if error.is_object() { error.get("message") } else { Some(error) };
    message.is_some_and(|message| match message.kind() {
        Kind::Null => false,
        Kind::String => message.as_str().is_some_and(|text| !text.trim().is_empty()),
        _ => true,
    })
}
