//! Flags connector calls that name a connection which the flow does not declare.

use crate::model::{Action, Flow, Operation, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest;
use crate::syntax::Spot;

pub(crate) static RULE: UndeclaredConnection = UndeclaredConnection;
pub(crate) struct UndeclaredConnection;

impl Rule for UndeclaredConnection {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNDECLARED_CONNECTION
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        check(trigger.flow(), trigger.operation(), sink);
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        check(action.flow(), action.operation(), sink);
    }
}

fn check(flow: &Flow<'_>, operation: Option<Operation<'_>>, sink: &mut Sink<'_, Spot>) {
    let Some((key, value)) = operation.and_then(|operation| operation.connection_key) else { return };
    if key.is_empty() || key.starts_with('@') || flow.connection_reference(key).is_some() {
        return;
    }
    let declared = flow.connection_references.iter().map(|reference| reference.key.as_ref());
    let help = match suggest::closest(key, declared) {
        Some(near) => format!("did you mean `{near}`? Choose the connection again in this step"),
        None => "open the step in the designer and choose its connection again".to_owned(),
    };
    sink.at(value.spot(), format!("the step uses the connection `{key}`, which the flow does not have")).help(help);
}
