//! Flags `result()` of an action that contains no others, or that is still running.

use crate::facts::Named;
use crate::model::{ActionKind, Expression};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: ResultOfNonContainer = ResultOfNonContainer;
pub(crate) struct ResultOfNonContainer;

impl Rule for ResultOfNonContainer {
    fn meta(&self) -> &'static RuleMeta {
        &cards::RESULT_OF_NON_CONTAINER
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for reference in expression.references().filter(|reference| reference.named == Named::Container) {
            let name = &reference.name;
            let Some(action) = reference.action() else { continue };
            use ActionKind::*;
            let (message, help) = if !matches!(action.kind(), Scope | Foreach | Until | If | Switch | Agent | Unknown) {
                let message = format!("`{name}` contains no steps that `result()` could list");
                (message, format!("name a scope, condition, switch or loop, or read the step with `outputs('{name}')`"))
            } else if expression.containers().any(|container| container == action) {
                (
                    format!("`{name}` has not ended yet where its results are asked for"),
                    format!("move the step that asks out of `{name}`, behind it"),
                )
            } else {
                continue;
            };
            sink.at(expression.spot(reference.range), message).help(help);
        }
    }
}
