//! What can be wrong with an expression, in words for its maker.

use std::ops::Range;

/// A mistake in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What sort of mistake.
    pub kind: FaultKind,
    /// The bytes of the decoded string at fault.
    pub range: Range<usize>,
    /// What is wrong there: lower-case start, no final period.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// The sorts of mistakes in templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// `@{` without `}`
    UnclosedInterpolation,
    /// Nothing where an expression or argument should be.
    MissingOperand,
    /// Longer than [`super::MAX_LENGTH`].
    TooLong,
    /// Nested deeper than [`super::MAX_DEPTH`].
    TooDeep,
    /// A string without an end.
    UnclosedString,
    /// `"…"` in the place of `'…'`.
    DoubleQuotes,
    /// Typographic quotes in the place of `'…'`.
    SmartQuotes,
    /// `''…''` in the place of `'…'`.
    DoubledQuotes,
    /// A number with other characters at its end.
    BadNumber,
    /// `@` within an expression.
    NestedAt,
    /// An operator.
    Operator,
    /// Brackets for grouping.
    Grouping,
    /// `[…]` or `{…}` as a value.
    CollectionLiteral,
    /// A name that is no call.
    BareName,
    /// A literal with `.`, `?` or `[` behind it.
    DereferencedLiteral,
    /// `?` without `.` or `[` behind it.
    DanglingQuestion,
    /// A bracket without its other half.
    Bracket,
    /// Something behind a complete expression or argument.
    TrailingText,
    /// A character that fits nowhere.
    Unexpected,
}

/// The characters that operators of other languages are made of and no function name holds.
pub(super) const OPERATOR_CHARACTERS: &[char] = &['=', '!', '<', '>', '&', '|', '+', '-', '*', '/', '%', '^', '~', ':'];

/// The operator at the start of `text`, if it is one of another language.
pub(super) fn operator(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(OPERATOR_CHARACTERS);
    if rest.len() < text.len() {
        return Some(&text[..text.len() - rest.len()]);
    }
    let word = text.split(|c: char| !c.is_alphanumeric()).next()?;
    let is_word = ["and", "or", "not", "mod", "in", "eq", "ne", "gt", "ge", "lt", "le"];
    is_word.iter().any(|operator| operator.eq_ignore_ascii_case(word)).then_some(word)
}

/// What to write instead of an operator.
pub(super) fn instead_of(operator: &str) -> String {
    let call = match operator.to_ascii_lowercase().as_str() {
        "=" | "==" | "===" | "eq" => "equals(a, b)",
        "!=" | "!==" | "<>" | "ne" => "not(equals(a, b))",
        "&&" | "and" => "and(a, b)",
        "||" | "or" | "|" => "or(a, b)",
        "!" | "not" => "not(a)",
        "<" | "lt" => "less(a, b)",
        "<=" | "le" => "lessOrEquals(a, b)",
        ">" | "gt" => "greater(a, b)",
        ">=" | "ge" => "greaterOrEquals(a, b)",
        "&" => "concat(a, b)",
        "+" => return "write `add(a, b)` for numbers, `concat(a, b)` for text".to_owned(),
        "-" => "sub(a, b)",
        "*" => "mul(a, b)",
        "/" => "div(a, b)",
        "%" | "mod" => "mod(a, b)",
        "??" => "coalesce(a, b)",
        "in" => "contains(b, a)",
        ":" => "if(condition, then, otherwise)",
        _ => return "write a function call instead".to_owned(),
    };
    format!("write `{call}` instead")
}
