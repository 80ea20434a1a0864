//! Flags expressions that read the result of an action which the flow does not have.

use crate::facts::Named;
use crate::model::{Expression, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest;
use crate::syntax::Spot;

pub(crate) static RULE: UnknownActionReference = UnknownActionReference;
pub(crate) struct UnknownActionReference;

impl Rule for UnknownActionReference {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNKNOWN_ACTION_REFERENCE
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let flow = expression.flow();
        for reference in expression.references() {
            let names_action = matches!(reference.named, Named::Action | Named::Container);
            if names_action && reference.action().is_none() {
                let message = format!("the flow has no action `{}`", reference.name);
                sink.at(expression.spot(reference.range), message).help(help(flow, &reference.name));
            }
        }
    }
}

fn help<'m>(flow: &'m Flow<'m>, name: &str) -> String {
    if flow.triggers().any(|trigger| trigger.name().eq_ignore_ascii_case(name)) {
        return "that is the trigger: read it with `triggerOutputs()` or `triggerBody()`".to_owned();
    }
    match suggest::closest(name, flow.actions().map(|action| action.name())) {
        Some(near) => {
            format!("did you mean `{near}`? References keep the old name when an action is renamed in the JSON")
        }
        None => "choose the value again from the dynamic content of the step that has it".to_owned(),
    }
}
