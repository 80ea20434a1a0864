//! Flags expressions that the platform cannot read.

use crate::model::Expression;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: InvalidExpression = InvalidExpression;
pub(crate) struct InvalidExpression;

impl Rule for InvalidExpression {
    fn meta(&self) -> &'static RuleMeta {
        &cards::INVALID_EXPRESSION
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for fault in expression.template().faults() {
            let message = format!("the expression cannot be read: {}", fault.message);
            sink.at(expression.spot(fault.range.clone()), message).help(fault.help.as_str());
        }
    }
}
