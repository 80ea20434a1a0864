//! Flags secrets that take a way on which run history shows them.

use crate::model::{Action, ActionKind, FlowSource, Purpose};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: SecretFlow = SecretFlow;
pub(crate) struct SecretFlow;

impl Rule for SecretFlow {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SECRET_FLOW
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let flow = action.flow();
        // What reads the secret may name another; a container shows only what it tests.
        if !flow.has_secrets() || action.kind().is_container() || action.reads_secret() || action.hides("inputs") {
            return;
        }
        let Some(value) = action.inputs() else { return };
        let name = action.display_name();
        let keeps = is_variable(action);
        let end = if keeps {
            format!("`{name}` puts it into a variable")
        } else {
            format!("`{name}` shows it in run history")
        };
        for trace in flow.traces(value, Purpose::Secret, &end) {
            let (FlowSource::Secret(reader), Some(spot)) = (&trace.source, trace.spot()) else { continue };
            // A variable has been told of where it was filled; what is used directly is hidden by the platform.
            if trace.through.iter().any(|&step| is_variable(step)) || (!keeps && trace.through.is_empty()) {
                continue;
            }
            let secret = reader.display_name();
            let message = if keeps {
                format!("`{name}` puts the secret that `{secret}` reads into a variable, which run history shows")
            } else {
                format!(
                    "`{name}` uses the secret that `{secret}` reads by way of another step, and run history shows it"
                )
            };
            let help = if keeps {
                "use the output of the step that reads the secret where the secret is needed, without a variable"
            } else {
                "turn on Secure inputs for this step, or use the output of the step that reads the secret directly"
            };
            sink.at(spot, message).help(help).data_path(trace.steps.into_iter().map(|step| (step.spot, step.text)));
        }
    }
}

/// Whether a step writes a variable. Variables cannot be hidden.
fn is_variable(action: Action<'_>) -> bool {
    use ActionKind::*;
    matches!(action.kind(), InitializeVariable | SetVariable | AppendToArrayVariable | AppendToStringVariable)
}
