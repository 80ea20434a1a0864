//! Conditions that hold always or never, as far as that can be seen without working anything out: literals, and
//! comparisons of two literals.

use crate::expr::{self, Expr, ExprKind};
use crate::syntax::Value;

/// Deepest nesting of `and`, `or` and `not` that is looked into; the designer allows three.
const MAX_DEPTH: usize = 16;

/// What the `expression` of a condition comes to in every run, if that is plain to see.
pub(super) fn constant_condition(expression: Value<'_>) -> Option<bool> {
    condition(expression, 0)
}

fn condition(value: Value<'_>, depth: usize) -> Option<bool> {
    if depth == MAX_DEPTH {
        return None;
    }
    if let Some(literal) = value.as_bool() {
        return Some(literal);
    }
    if let Some(text) = value.as_str() {
        return constant_value(&text);
    }
    let mut entries = value.entries();
    let only = entries.next().filter(|_| entries.next().is_none())?;
    let deeper = |value| condition(value, depth + 1);
    if only.key.is("and") {
        return all(only.value.items().map(deeper), true);
    }
    if only.key.is("or") {
        return all(only.value.items().map(deeper), false);
    }
    if only.key.is("not") {
        return deeper(only.value).map(|holds| !holds);
    }
    if only.key.is("equals") {
        let mut sides = only.value.items();
        let (left, right) = (literal(sides.next()?)?, literal(sides.next()?)?);
        return sides.next().is_none().then(|| left == right);
    }
    None
}

/// Whether all are `wanted`; one that is not decides. None at all, as the designer leaves behind, decides nothing.
fn all(parts: impl Iterator<Item = Option<bool>>, wanted: bool) -> Option<bool> {
    let mut result = None;
    let mut is_unknown = false;
    for part in parts {
        match part {
            Some(part) if part != wanted => return Some(!wanted),
            Some(_) => result = Some(wanted),
            None => is_unknown = true,
        }
    }
    result.filter(|_| !is_unknown)
}

/// The text of a value that is no expression, with its type.
fn literal(value: Value<'_>) -> Option<String> {
    match value.as_str() {
        Some(text) if expr::is_template(&text) => constant_value(&text).map(|known| known.to_string()),
        Some(text) => Some(format!("'{text}'")),
        None if value.is_object() || value.items().next().is_some() => None,
        None => Some(value.text().to_owned()),
    }
}

/// The truth value of an expression that needs no run to be known: `@true`, `@equals(1, 1)`. Anything that takes more is
/// unknown here.
fn constant_value(text: &str) -> Option<bool> {
    let template = expr::parse(text);
    if !template.faults().is_empty() || template.form() != expr::Form::Whole {
        return None;
    }
    known(template.only_root()?, 0)
}

fn known(expr: Expr<'_>, depth: usize) -> Option<bool> {
    if let ExprKind::Bool(literal) = expr.kind() {
        return Some(literal);
    }
    let call = expr.as_call().filter(|call| depth < MAX_DEPTH && call.hops().next().is_none())?;
    let mut args = call.args();
    if call.is("not") {
        return known(args.next()?, depth + 1).map(|holds| !holds);
    }
    if !call.is("equals") {
        return None;
    }
    let scalar = |expr: Expr<'_>| match expr.kind() {
        ExprKind::String(text) => Some(format!("'{text}'")),
        ExprKind::Integer(text) => Some(text.to_owned()),
        ExprKind::Bool(literal) => Some(literal.to_string()),
        ExprKind::Null | ExprKind::Float(_) | ExprKind::Missing | ExprKind::Call(_) => None,
    };
    Some(scalar(args.next()?)? == scalar(args.next()?)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::constant_condition;
    use crate::syntax::Document;

    #[test]
    fn knows_what_is_plain_to_see_and_nothing_else() {
        for (text, expected) in [
            ("true", Some(true)),
            (r#""@true""#, Some(true)),
            (r#""@false""#, Some(false)),
            (r#""@equals(1, 1)""#, Some(true)),
            (r#""@equals('a', 'b')""#, Some(false)),
            (r#""@not(equals(1, 1))""#, Some(false)),
            (r#"{"equals": [1, 1]}"#, Some(true)),
            (r#"{"equals": ["@true", true]}"#, Some(true)),
            (r#"{"equals": ["1", 1]}"#, Some(false)),
            (r#"{"and": [{"equals": [1, 2]}, {"equals": ["@triggerBody()", 2]}]}"#, Some(false)),
            (r#"{"or": [{"equals": [1, 1]}, {"equals": ["@triggerBody()", 2]}]}"#, Some(true)),
            (r#"{"and": [{"equals": [1, 1]}, {"equals": ["@triggerBody()", 2]}]}"#, None),
            (r#"{"not": {"equals": [1, 1]}}"#, Some(false)),
            (r#"{"and": []}"#, None),
            (r#"{"equals": [1]}"#, None),
            (r#"{"greater": [1, 0]}"#, None),
            (r#""@equals(triggerBody(), 1)""#, None),
            (r#""true""#, None),
            (r#""@equals(1,""#, None),
            ("{}", None),
            ("1", None),
        ] {
            let document = Document::parse(text).unwrap();
            assert_eq!(constant_condition(document.root()), expected, "{text}");
        }
    }
}
