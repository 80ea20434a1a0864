//! Flags the use of a variable before the step that initializes it.

use crate::facts::Named;
use crate::model::{Action, Expression, Variable};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: VariableBeforeInitialization = VariableBeforeInitialization;
pub(crate) struct VariableBeforeInitialization;

impl Rule for VariableBeforeInitialization {
    fn meta(&self) -> &'static RuleMeta {
        &cards::VARIABLE_BEFORE_INITIALIZATION
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for reference in expression.references().filter(|reference| reference.named == Named::Variable) {
            if reference.variable().is_none_or(|variable| expression.can_read(variable.action)) {
                continue;
            }
            let variables: Vec<Variable<'_>> = expression.flow().variables_named(&reference.name).collect();
            if !variables.iter().any(|variable| expression.can_read(variable.action)) {
                report(&variables, &reference.name, expression.spot(reference.range), sink);
            }
        }
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some((name, value)) = action.variable_written() else { return };
        let variables: Vec<Variable<'_>> = action.flow().variables_named(&name).collect();
        if !variables.iter().any(|variable| variable.action.can_be_read_by(action)) {
            report(&variables, &name, value.spot(), sink);
        }
    }
}

/// Variables that no step initializes have a rule of their own.
fn report(variables: &[Variable<'_>], name: &str, place: Spot, sink: &mut Sink<'_, Spot>) {
    let Some(variable) = variables.first() else { return };
    sink.at(
        place,
        format!("the variable `{name}` may not exist yet: the step does not wait for the one that initializes it"),
    )
    .help(format!("move `{}` to the top of the flow", variable.action.display_name()))
    .related(variable.name_value.spot(), "initialized here");
}
