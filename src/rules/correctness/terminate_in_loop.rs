//! Flags Terminate inside a loop.

use crate::facts;
use crate::model::{Action, ActionKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: TerminateInLoop = TerminateInLoop;
pub(crate) struct TerminateInLoop;

impl Rule for TerminateInLoop {
    fn meta(&self) -> &'static RuleMeta {
        &cards::TERMINATE_IN_LOOP
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() != ActionKind::Terminate {
            return;
        }
        let Some(known) = facts::action_type("Terminate") else { return };
        let is_forbidden = |container: &Action<'_>| {
            let kind = container.value().get("type").and_then(Value::as_str);
            kind.is_some_and(|kind| known.forbidden_in.iter().any(|name| name.eq_ignore_ascii_case(&kind)))
        };
        let Some(container) = action.ancestors().find(is_forbidden) else { return };
        let message = format!(
            "`{}` would end the flow from inside the loop `{}`, which the platform does not allow",
            action.display_name(),
            container.display_name()
        );
        sink.at(action.name_spot(), message)
            .help("set a variable in the loop, and after the loop add a condition with Terminate that tests it")
            .related(container.name_spot(), "the loop");
    }
}
