//! Flags calls of functions that do not exist, or not on the flow's platform.

use crate::facts::{self, Availability};
use crate::model::{Expression, Platform};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest;
use crate::syntax::Spot;

pub(crate) static RULE: UnknownFunction = UnknownFunction;
pub(crate) struct UnknownFunction;

impl Rule for UnknownFunction {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNKNOWN_FUNCTION
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for (call, function) in expression.calls() {
            let Some(function) = function else {
                // An operator in front of a name has been reported as such.
                let is_name = call.name().chars().all(|c| c.is_alphanumeric() || c == '_');
                if is_name || !expression.has_fault_in(call.name_range()) {
                    let message = format!("there is no function `{}`", call.name());
                    sink.at(expression.spot(call.name_range()), message).help(help(call.name())).case("unknown");
                }
                continue;
            };
            let is_known = match function.availability {
                Availability::All => true,
                _ => expression.flow().platform == Platform::LogicApps,
            };
            if !is_known {
                let message =
                    format!("`{}` is a function of Logic Apps that Power Automate may not have", function.name);
                let help = "try it in a flow of its own before relying on it, or do the same with other functions";
                sink.at(expression.spot(call.name_range()), message).help(help).case("not-in-power-automate");
            }
        }
    }
}

fn help(name: &str) -> String {
    if let Some(instead) = facts::foreign_function(name) {
        return format!("flows have no such function; for example, write `{instead}`");
    }
    match suggest::closest(name, facts::functions().iter().map(|function| function.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "choose a function from the list in the expression editor".to_owned(),
    }
}
