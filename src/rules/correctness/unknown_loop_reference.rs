//! Flags expressions that ask a loop for its item or round and do not lie in that loop.

use crate::facts::Named;
use crate::model::{ActionKind, Expression};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest;
use crate::syntax::Spot;

pub(crate) static RULE: UnknownLoopReference = UnknownLoopReference;
pub(crate) struct UnknownLoopReference;

impl Rule for UnknownLoopReference {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNKNOWN_LOOP_REFERENCE
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for reference in expression.references() {
            let (wanted, word) = match reference.named {
                Named::Foreach => (ActionKind::Foreach, "Apply to each"),
                Named::Until => (ActionKind::Until, "Do until"),
                _ => continue,
            };
            let around = || expression.containers().filter(|action| action.kind() == wanted);
            let name = &reference.name;
            if around().any(|action| action.name().eq_ignore_ascii_case(name)) {
                continue;
            }
            let message = match reference.action() {
                None => format!("the flow has no {word} `{name}`"),
                Some(action) if action.kind() != wanted => format!("`{name}` is no {word}"),
                Some(_) => format!("the {word} `{name}` is not around this step"),
            };
            let help = match suggest::closest(name, around().map(|action| action.name()))
                .or(around().next().map(|action| action.name()))
            {
                Some(near) => format!("did you mean `{near}`, which is around this step?"),
                None => format!("move the step into the {word} that is meant"),
            };
            sink.at(expression.spot(reference.range), message).help(help);
        }
    }
}
