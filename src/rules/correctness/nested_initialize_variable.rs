//! Flags variables that are initialized inside a scope, condition or loop.

use crate::model::{Action, ActionKind, Branch};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: NestedInitializeVariable = NestedInitializeVariable;
pub(crate) struct NestedInitializeVariable;

impl Rule for NestedInitializeVariable {
    fn meta(&self) -> &'static RuleMeta {
        &cards::NESTED_INITIALIZE_VARIABLE
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(parent) = action.parent().filter(|_| action.kind() == ActionKind::InitializeVariable) else { return };
        // What the tools of an agent may do is not documented.
        if std::iter::once(action).chain(action.ancestors()).any(|step| matches!(step.branch(), Branch::Tool(_))) {
            return;
        }
        let message = format!(
            "`{}` initializes a variable inside `{}`; that is possible at the top level only",
            action.display_name(),
            parent.display_name()
        );
        sink.at(action.name_spot(), message)
            .help("move the step to the top of the flow, and use Set variable where it stood");
    }
}
