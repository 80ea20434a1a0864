//! Flags calls with more or fewer arguments than their function takes.

use crate::facts::Function;
use crate::model::Expression;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: WrongArgumentCount = WrongArgumentCount;
pub(crate) struct WrongArgumentCount;

impl Rule for WrongArgumentCount {
    fn meta(&self) -> &'static RuleMeta {
        &cards::WRONG_ARGUMENT_COUNT
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for (call, function) in expression.calls() {
            let Some(function) = function else { continue };
            let count = call.args().count();
            let fits = count >= function.min_args && function.max_args.is_none_or(|max| count <= max);
            // Where something could not be read, arguments may have been lost.
            if fits || expression.has_fault_in(call.range()) {
                continue;
            }
            let message = format!("`{}` takes {} and has {count}", function.name, takes(function));
            sink.at(expression.spot(call.name_range()), message).help(format!("write it as `{}`", usage(function)));
        }
    }
}

fn takes(function: &Function) -> String {
    let arguments = |count: usize| if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") };
    match (function.min_args, function.max_args) {
        (0, Some(0)) => "no arguments".to_owned(),
        (min, None) => format!("at least {}", arguments(min)),
        (min, Some(max)) if min == max => arguments(min),
        (0, Some(max)) => format!("at most {}", arguments(max)),
        (min, Some(max)) => format!("{min} to {}", arguments(max)),
    }
}

fn usage(function: &Function) -> String {
    let parameter = |parameter: crate::facts::FunctionParameter| match parameter.name {
        name if parameter.is_variadic => format!("{name}…"),
        name if parameter.is_optional => format!("[{name}]"),
        name => name.to_owned(),
    };
    let parameters: Vec<String> = function.parameters().map(parameter).collect();
    format!("{}({})", function.name, parameters.join(", "))
}
