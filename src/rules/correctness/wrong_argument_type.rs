//! Flags arguments of a type that their function certainly refuses.

use crate::expr::types::{is_incomparable, is_refused};
use crate::expr::{Call, Expr, TypeSet};
use crate::facts::Function;
use crate::model::{Action, Expression};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: WrongArgumentType = WrongArgumentType;
pub(crate) struct WrongArgumentType;

impl Rule for WrongArgumentType {
    fn meta(&self) -> &'static RuleMeta {
        &cards::WRONG_ARGUMENT_TYPE
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for (call, function) in expression.calls() {
            let Some(function) = function.filter(|function| function.max_args != Some(0)) else { continue };
            if expression.has_fault_in(call.range()) {
                continue;
            }
            check_arguments(expression, call, function, sink);
            if is_order(function.name) {
                check_order(expression, call, sink);
            }
        }
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for comparison in action.comparisons() {
            let name = comparison.entry.key.name();
            let set = |value| action.flow().type_of_value(value).set;
            if is_order(&name) && is_incomparable(set(comparison.left), set(comparison.right)) {
                let (left, right) = (set(comparison.left), set(comparison.right));
                report_order(comparison.entry.key.spot(), &name, left, right, sink);
            }
        }
    }
}

fn check_arguments(expression: Expression<'_>, call: Call<'_>, function: &Function, sink: &mut Sink<'_, Spot>) {
    // What is a name is checked as such.
    let mut parameters = function.parameters().skip(usize::from(function.names.is_some()));
    let mut parameter = None;
    for argument in call.args().skip(usize::from(function.names.is_some())) {
        // The last parameter of a function that takes any number stands for all that follow.
        parameter = parameters.next().or(parameter);
        let Some(parameter) = parameter else { return };
        let taken = TypeSet::of_names(parameter.types());
        if taken.is_any() {
            continue;
        }
        let given = expression.type_of(argument).set;
        if !is_refused(function, parameter.is_optional, taken, given) {
            continue;
        }
        let (name, place) = (function.name, expression.spot(argument.range()));
        let given = given.told();
        sink.at(place, format!("`{name}` takes {taken} as `{}` and gets {given}", parameter.name))
            .help(help(argument, taken, given));
    }
}

fn check_order(expression: Expression<'_>, call: Call<'_>, sink: &mut Sink<'_, Spot>) {
    let mut arguments = call.args().map(|argument| expression.type_of(argument).set);
    let (Some(left), Some(right)) = (arguments.next(), arguments.next()) else { return };
    if is_incomparable(left, right) {
        report_order(expression.spot(call.name_range()), call.name(), left, right, sink);
    }
}

fn is_order(name: &str) -> bool {
    ["greater", "greaterOrEquals", "less", "lessOrEquals"].iter().any(|order| order.eq_ignore_ascii_case(name))
}

fn report_order(place: Spot, name: &str, left: TypeSet, right: TypeSet, sink: &mut Sink<'_, Spot>) {
    sink.at(place, format!("`{name}` compares {} with {}, which fails", left.told(), right.told()))
        .help("give both sides the same type: `int(…)` or `float(…)` around the text");
}

fn help(argument: Expr<'_>, taken: TypeSet, given: TypeSet) -> String {
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
    let advice = if given == TypeSet::NULL {
        "give a value there; `coalesce(…)` replaces what may be empty"
    } else if taken.may_be(TypeSet::NUMBER) && argument.as_str().is_some_and(|text| is_number(&text)) {
        "write the number without quotes"
    } else if taken.may_be(TypeSet::STRING) && given.is_within(TypeSet::ARRAY) {
        "take one item of the list, or make text of it with `join(…)`"
    } else if taken.may_be(TypeSet::STRING) {
        "make text of it with `string(…)`"
    } else if taken.may_be(TypeSet::NUMBER) {
        "make a number of it with `int(…)` or `float(…)`"
    } else if taken.may_be(TypeSet::ARRAY) {
        "give it a list, for example by `split(…)` or `createArray(…)`"
    } else if taken.may_be(TypeSet::BOOLEAN) {
        "give it a comparison, for example `equals(…)`"
    } else {
        "give it an object, for example by `json(…)`"
    };
    advice.to_owned()
}
