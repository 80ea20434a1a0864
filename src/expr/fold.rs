//! What an expression always gives: its value worked out as the platform does, where it hangs on nothing but literals.
//!
//! Exact or silent: numbers with a fraction, text beyond ASCII where letter case matters, comparisons of values of different
//! types and whatever else the documentation leaves open give `None`.

use super::{Call, Expr, ExprKind};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A value that an expression always has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant<'t> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(Cow<'t, str>),
}

impl<'t> Expr<'t> {
    /// The value that it always has. Recursion is bounded by the depth of what is parsed.
    pub fn constant(self) -> Option<Constant<'t>> {
        match self.kind() {
            ExprKind::String(text) => Some(Constant::Text(text)),
            ExprKind::Integer(digits) => digits.parse().ok().map(Constant::Integer),
            ExprKind::Bool(value) => Some(Constant::Bool(value)),
            ExprKind::Null => Some(Constant::Null),
            ExprKind::Call(call) if call.hops().next().is_none() => fold(call),
            ExprKind::Missing | ExprKind::Float(_) | ExprKind::Call(_) => None,
        }
    }

    /// Whether two expressions are written alike, blanks aside, and give the same at one moment.
    pub fn is_same_value(self, other: Self) -> bool {
        let stays = |expr: Expr<'_>| match expr.as_call() {
            Some(call) => !call.nested().any(|call| CHANGING.iter().any(|name| call.is(name))),
            None => true,
        };
        self.as_call().is_some() && stays(self) && self.to_string() == other.to_string()
    }
}

/// Functions that give something else each time.
const CHANGING: [&str; 5] = ["rand", "guid", "utcNow", "getFutureTime", "getPastTime"];

fn fold<'t>(call: Call<'t>) -> Option<Constant<'t>> {
    use Constant::{Bool, Integer, Null, Text};
    let name = call.name().to_ascii_lowercase();
    match name.as_str() {
        // One argument may decide, whatever the others are.
        "and" => return all_or_any(call, false),
        "or" => return all_or_any(call, true),
        "equals" | "not" | "if" | "greater" | "greaterorequals" | "less" | "lessorequals" | "empty" | "length"
        | "concat" | "add" | "sub" | "mul" | "div" | "mod" | "tolower" | "toupper" | "contains" | "startswith"
        | "endswith" | "string" | "int" | "bool" | "coalesce" => {}
        _ => return None,
    }
    if name == "equals" {
        return equals_of(call);
    }
    let mut arguments = Vec::with_capacity(3);
    for argument in call.args() {
        arguments.push(argument.constant()?);
    }
    let arguments = arguments;
    let is_ascii = |text: &str| text.is_ascii();
    Some(match (name.as_str(), arguments.as_slice()) {
        ("not", [Bool(value)]) => Bool(!value),
        ("if", [Bool(condition), yes, no]) => {
            if *condition {
                yes.clone()
            } else {
                no.clone()
            }
        }
        ("greater", [a, b]) => Bool(order(a, b)? == Ordering::Greater),
        ("greaterorequals", [a, b]) => Bool(order(a, b)? != Ordering::Less),
        ("less", [a, b]) => Bool(order(a, b)? == Ordering::Less),
        ("lessorequals", [a, b]) => Bool(order(a, b)? != Ordering::Greater),
        ("empty", [Null]) => Bool(true),
        ("empty", [Text(text)]) => Bool(text.is_empty()),
        ("length", [Text(text)]) => Integer(i64::try_from(text.encode_utf16().count()).ok()?),
        ("concat", parts) if !parts.is_empty() => {
            let mut joined = String::new();
            for part in parts {
                match part {
                    Text(text) => joined.push_str(text),
                    Integer(number) => joined.push_str(&number.to_string()),
                    Null => {}
                    Bool(_) => return None,
                }
            }
            Text(joined.into())
        }
        ("add", [Integer(a), Integer(b)]) => Integer(a.checked_add(*b)?),
        ("sub", [Integer(a), Integer(b)]) => Integer(a.checked_sub(*b)?),
        ("mul", [Integer(a), Integer(b)]) => Integer(a.checked_mul(*b)?),
        ("div", [Integer(a), Integer(b)]) => Integer(a.checked_div(*b)?),
        ("mod", [Integer(a), Integer(b)]) => Integer(a.checked_rem(*b)?),
        ("tolower", [Text(text)]) if is_ascii(text) => Text(text.to_ascii_lowercase().into()),
        ("toupper", [Text(text)]) if is_ascii(text) => Text(text.to_ascii_uppercase().into()),
        ("contains", [Text(text), Text(part)]) => Bool(text.contains(part.as_ref())),
        ("startswith", [Text(text), Text(part)]) if is_ascii(text) && is_ascii(part) => {
            Bool(text.get(..part.len()).is_some_and(|start| start.eq_ignore_ascii_case(part)))
        }
        ("endswith", [Text(text), Text(part)]) if is_ascii(text) && is_ascii(part) => {
            let start = text.len().checked_sub(part.len());
            Bool(start.is_some_and(|start| text[start..].eq_ignore_ascii_case(part)))
        }
        ("string", [Text(text)]) => Text(text.clone()),
        ("string", [Null]) => Text(Cow::Borrowed("")),
        ("string", [Integer(number)]) => Text(number.to_string().into()),
        ("int", [Integer(number)]) => Integer(*number),
        ("int", [Text(text)]) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Integer(text.parse().ok()?)
        }
        ("bool", [Bool(value)]) => Bool(*value),
        ("bool", [Integer(number)]) => Bool(*number != 0),
        ("coalesce", values) => values.iter().find(|value| **value != Null).cloned().unwrap_or(Null),
        _ => return None,
    })
}

/// `and` and `or`: decided by one argument that is `decides`, else by all.
fn all_or_any(call: Call<'_>, decides: bool) -> Option<Constant<'static>> {
    let (mut is_decided, mut is_known, mut is_empty) = (false, true, true);
    for argument in call.args() {
        is_empty = false;
        match argument.constant() {
            Some(Constant::Bool(value)) => is_decided |= value == decides,
            _ => is_known = false,
        }
    }
    let value = if is_decided { decides } else { !decides };
    (!is_empty && (is_decided || is_known)).then_some(Constant::Bool(value))
}

fn equals_of(call: Call<'_>) -> Option<Constant<'static>> {
    let mut arguments = call.args();
    let (Some(left), Some(right), None) = (arguments.next(), arguments.next(), arguments.next()) else { return None };
    if left.is_same_value(right) {
        return Some(Constant::Bool(true));
    }
    equals(&left.constant()?, &right.constant()?).map(Constant::Bool)
}

/// `equals`: text with letter case, true and false as 1 and 0 (Microsoft's reference of functions).
pub fn equals(left: &Constant<'_>, right: &Constant<'_>) -> Option<bool> {
    use Constant::{Bool, Integer, Null, Text};
    match (left, right) {
        (Null, Null) => Some(true),
        (Bool(a), Bool(b)) => Some(a == b),
        (Integer(a), Integer(b)) => Some(a == b),
        (Text(a), Text(b)) => Some(a == b),
        (Bool(value), Integer(number)) | (Integer(number), Bool(value)) => match number {
            0 | 1 => Some(i64::from(*value) == *number),
            _ => None,
        },
        _ => None,
    }
}

/// The order of two whole numbers. Text is ordered by rules that are not documented.
pub fn order(left: &Constant<'_>, right: &Constant<'_>) -> Option<Ordering> {
    match (left, right) {
        (Constant::Integer(a), Constant::Integer(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::expr::parse;

    fn constant(expression: &str) -> Option<String> {
        let text = format!("@{expression}");
        let template = parse(text.as_str());
        assert_eq!(template.faults(), [], "{expression}");
        template.only_root().unwrap().constant().map(|constant| match constant {
            Constant::Null => "null".to_owned(),
            Constant::Bool(value) => value.to_string(),
            Constant::Integer(number) => number.to_string(),
            Constant::Text(text) => format!("'{text}'"),
        })
    }

    #[test]
    fn folds_as_the_platform_does() {
        for (expression, expected) in [
            ("true", "true"),
            ("equals(1, 1)", "true"),
            ("equals(true, 1)", "true"),
            ("equals(0, false)", "true"),
            ("equals('a', 'A')", "false"),
            ("equals(null, null)", "true"),
            ("EQUALS(add(variables('x'),1), add(variables('x'), 1))", "true"),
            ("not(equals(1, 2))", "true"),
            ("and(true, false, variables('x'))", "false"),
            ("or(variables('x'), true)", "true"),
            ("or(false, equals(1, 2))", "false"),
            ("if(greater(2, 1), 'yes', 'no')", "'yes'"),
            ("lessOrEquals(2, 1)", "false"),
            ("empty('')", "true"),
            ("empty(null)", "true"),
            ("length('Zoë😀')", "5"),
            ("concat('a', 1, null)", "'a1'"),
            ("add(1, mul(2, 3))", "7"),
            ("div(11, 5)", "2"),
            ("div(-7, 2)", "-3"),
            ("mod(-3, 2)", "-1"),
            ("startsWith('Hello', 'hE')", "true"),
            ("endsWith('Hello', 'X')", "false"),
            ("contains('Hello', 'h')", "false"),
            ("toUpper('abc')", "'ABC'"),
            ("int('12')", "12"),
            ("string(null)", "''"),
            ("bool(0)", "false"),
            ("coalesce(null, '', 'x')", "''"),
        ] {
            assert_eq!(constant(expression).as_deref(), Some(expected), "{expression}");
        }
    }

    #[test]
    fn stops_at_what_is_uncertain() {
        for expression in [
            "variables('x')",
            "1.5",
            "equals(1, '1')",
            "equals(null, '')",
            "equals(true, 2)",
            "equals(true, 'true')",
            "equals(rand(1, 9), rand(1, 9))",
            "equals(variables('x'), variables('y'))",
            "equals(concat(variables('x'), 'a'), concat(variables('x'), 'A'))",
            "equals(ticks(utcNow()), ticks(utcNow()))",
            "greater('b', 'a')",
            "div(1, 0)",
            "add(9223372036854775807, 1)",
            "div(-9223372036854775808, -1)",
            "add(99999999999999999999, 1)",
            "toUpper('ß')",
            "startsWith('ÄB', 'ä')",
            "string(true)",
            "concat(true)",
            "int('1.5')",
            "and(true, variables('x'))",
            "and()",
            "if('true', 1, 2)",
            "length(null)",
            "utcNow()",
            "coalesce(variables('x'), 1)",
        ] {
            assert_eq!(constant(expression), None, "{expression}");
        }
    }
}
