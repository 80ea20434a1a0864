//! Flags the use of variables that no step initializes.

use crate::facts::Named;
use crate::model::{Action, Expression, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest;
use crate::syntax::Spot;

pub(crate) static RULE: UndeclaredVariable = UndeclaredVariable;
pub(crate) struct UndeclaredVariable;

impl Rule for UndeclaredVariable {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNDECLARED_VARIABLE
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for reference in expression.references().filter(|reference| reference.named == Named::Variable) {
            if reference.variable().is_none() {
                report(expression.flow(), &reference.name, expression.spot(reference.range), sink);
            }
        }
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some((name, value)) = action.variable_written() else { return };
        if action.flow().variables_named(&name).next().is_none() {
            report(action.flow(), &name, value.spot(), sink);
        }
    }
}

fn report<'m>(flow: &'m Flow<'m>, name: &str, place: Spot, sink: &mut Sink<'_, Spot>) {
    let help = match suggest::closest(name, flow.variables().map(|variable| variable.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "add a step Initialize variable at the top of the flow".to_owned(),
    };
    sink.at(place, format!("no step initializes the variable `{name}`")).help(help);
}
