//! Flags expressions that the platform cannot read.

use crate::expr::Fault;
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
        let faults = expression.template().faults();
        for (index, fault) in faults.iter().enumerate() {
            let is_same = |other: &&Fault| other.kind == fault.kind && other.message == fault.message;
            if faults[..index].iter().any(|earlier| is_same(&earlier)) {
                continue; // said with the first
            }
            let message = format!("the expression cannot be read: {}", fault.message);
            let draft = sink.at(expression.spot(fault.range.clone()), message).help(fault.help.as_str());
            for other in faults[index + 1..].iter().filter(is_same) {
                draft.related(expression.spot(other.range.clone()), "the same here");
            }
        }
    }
}
