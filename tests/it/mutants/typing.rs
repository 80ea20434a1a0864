//! Values of a wrong type, conditions that decide nothing, and properties that are not there.

use super::{Kind, Mutant};
use flowvet::expr::{Call, Expr, ExprKind, Form, TypeSet};
use flowvet::facts::FunctionParameter;
use flowvet::model::{Action, ActionKind, Effect, Expression, Flow};
use flowvet::syntax::Value;

pub(super) static KINDS: &[Kind] = &[
    Kind::new("quote-number-argument", &["wrong-argument-type"], quote_number_argument),
    Kind::new("list-for-text", &["wrong-argument-type"], list_for_text),
    Kind::new("null-for-text", &["wrong-argument-type"], null_for_text),
    Kind::new("initial-value-of-other-type", &["variable-type-mismatch"], initial_value_of_other_type),
    Kind::new("braces-around-value", &["variable-type-mismatch"], braces_around_value),
    Kind::new("condition-of-literals", &["constant-condition"], condition_of_literals),
    Kind::new("misspell-trigger-field", &["unknown-trigger-field"], misspell_trigger_field),
    Kind::new("misspell-parsed-property", &["unknown-parsed-property"], misspell_parsed_property),
    Kind::new("first-without-question-mark", &["unchecked-first-item"], first_without_question_mark),
];

/// Every argument with its parameter, of functions that are known.
fn arguments<'m>(flow: &'m Flow<'m>) -> Vec<(Expression<'m>, Expr<'m>, FunctionParameter)> {
    let mut all = Vec::new();
    for expression in flow.expressions().filter(|expression| expression.template().faults().is_empty()) {
        for (call, function) in expression.calls() {
            let Some(function) = function.filter(|function| function.names.is_none()) else { continue };
            let pairs = call.args().zip(function.parameters());
            all.extend(pairs.map(|(argument, parameter)| (expression, argument, parameter)));
        }
    }
    all
}

fn replaced(
    flow: &Flow<'_>,
    takes: TypeSet,
    of: impl Fn(Expr<'_>, FunctionParameter) -> bool,
    with: impl Fn(Expr<'_>) -> String,
) -> Vec<Mutant> {
    let fitting = |(_, argument, parameter): &(Expression<'_>, Expr<'_>, FunctionParameter)| {
        let taken = TypeSet::of_names(parameter.types());
        taken.is_within(takes) && of(*argument, *parameter)
    };
    let sites = arguments(flow).into_iter().filter(fitting);
    sites.map(|(expression, argument, _)| Mutant::text(expression.spot(argument.range()), &with(argument))).collect()
}

fn quote_number_argument(flow: &Flow<'_>) -> Vec<Mutant> {
    let is_number = |argument: Expr<'_>, _| matches!(argument.kind(), ExprKind::Integer(_));
    replaced(flow, TypeSet::NUMBER, is_number, |argument| format!("'{}'", argument.text()))
}

fn list_for_text(flow: &Flow<'_>) -> Vec<Mutant> {
    replaced(flow, TypeSet::STRING, |_, _| true, |_| "createArray('a')".to_owned())
}

fn null_for_text(flow: &Flow<'_>) -> Vec<Mutant> {
    replaced(flow, TypeSet::STRING, |_, parameter| !parameter.is_optional, |_| "null".to_owned())
}

fn initial_value_of_other_type(flow: &Flow<'_>) -> Vec<Mutant> {
    let is_no_text = |set: TypeSet| !set.may_be(TypeSet::STRING);
    let variables = flow.variables().filter(|variable| is_no_text(variable.declared_type()));
    variables.filter_map(|variable| Some(Mutant::json(variable.initial_value()?.span(), "\"none\""))).collect()
}

fn braces_around_value(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for action in flow.actions().filter(|action| action.kind() == ActionKind::SetVariable) {
        let Some(value) = action.inputs().and_then(|inputs| inputs.get("value")) else { continue };
        let Some((name, _)) = action.variable_written() else { continue };
        let mut declared = flow.variables_named(&name);
        let (Some(variable), None) = (declared.next(), declared.next()) else { continue };
        let form = flow.expression_at(value).map(|expression| expression.template().form());
        if form == Some(Form::Whole) && !variable.declared_type().may_be(TypeSet::STRING) {
            let text = value.as_str().unwrap();
            sites.push(Mutant::json(value.span(), serde_json::to_string(&format!("@{{{}}}", &text[1..])).unwrap()));
        }
    }
    sites
}

fn condition_of_literals(flow: &Flow<'_>) -> Vec<Mutant> {
    let broken = |action: Action<'_>| {
        let with = match action.kind() {
            ActionKind::If => r#"{"and": [{"not": {"equals": ["new", "New"]}}, {"less": [1, 2]}]}"#,
            ActionKind::Until => r#""@greater(1, 2)""#,
            _ => return None,
        };
        Some(Mutant::json(action.value().get("expression")?.span(), with))
    };
    flow.actions().filter_map(broken).collect()
}

/// The first thing that is read of what some calls give, with a letter more, where the schema says all there is.
fn misspelt<'m>(flow: &'m Flow<'m>, schema_of: impl Fn(Call<'m>) -> Option<Value<'m>>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for expression in flow.expressions() {
        for call in expression.template().calls() {
            let Some(schema) = schema_of(call) else { continue };
            let is_closed = ["additionalProperties", "oneOf", "anyOf", "allOf", "$ref", "patternProperties", "if"]
                .iter()
                .all(|key| schema.get(key).is_none());
            let Some(hop) = call.hops().next().filter(|_| is_closed) else { continue };
            let Some(name) = hop.name().filter(|name| name.len() > 3 && !name.contains(['/', '@', '\''])) else {
                continue;
            };
            if schema.get("properties").and_then(|properties| properties.get(&name)).is_some() {
                let with = format!("{}['{name}x']", if hop.is_safe() { "?" } else { "" });
                sites.push(Mutant::text(expression.spot(hop.range()), &with));
            }
        }
    }
    sites
}

fn misspell_trigger_field(flow: &Flow<'_>) -> Vec<Mutant> {
    let schema = flow.triggers().next().and_then(|trigger| trigger.schema());
    misspelt(flow, |call| schema.filter(|_| call.is("triggerBody")))
}

fn misspell_parsed_property(flow: &Flow<'_>) -> Vec<Mutant> {
    misspelt(flow, |call| {
        let action = flow.action_named(&call.args().next().filter(|_| call.is("body"))?.as_str()?)?;
        let is_plain = action.kind() == ActionKind::ParseJson && !action.is_inside_loop();
        action.inputs().filter(|_| is_plain)?.get("schema")
    })
}

fn first_without_question_mark(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for expression in flow.expressions() {
        for call in expression.template().calls().filter(|call| call.is("first")) {
            let list = call.args().next().and_then(Expr::as_call).filter(|list| list.is("outputs"));
            let name =
                list.filter(|list| list.hops().next().and_then(|hop| hop.name()).as_deref() == Some("body/value"));
            let name = name.and_then(|list| list.args().next()).and_then(Expr::as_str);
            let found = name.and_then(|name| flow.action_named(&name));
            let searches = |action: &Action<'_>| {
                action.kind().is_connector_call() && action.effect() == Effect::Read && !flow.is_tested(*action)
            };
            let is_alone = list.is_some_and(|list| list.hops().count() == 1);
            let Some(hop) = call.hops().next().filter(|hop| hop.is_safe()) else { continue };
            if is_alone && found.filter(searches).is_some() {
                let text = &expression.template().text()[hop.range()];
                sites.push(Mutant::text(expression.spot(hop.range()), &text[1..]));
            }
        }
    }
    sites
}
