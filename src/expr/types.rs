//! What sorts of value there are, what a function gives for some sorts of arguments, and what it refuses. Knows nothing of
//! flows. What is not known is the set of all types, which is never wrong.

use crate::facts::Function;
use std::fmt;
use std::ops::BitOr;

/// A set of types: those that a value may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeSet(u16);

impl TypeSet {
    /// `null`
    pub const NULL: Self = Self(1);
    /// `true` and `false`
    pub const BOOLEAN: Self = Self(1 << 1);
    /// A whole number.
    pub const INTEGER: Self = Self(1 << 2);
    /// A number with a fraction.
    pub const FLOAT: Self = Self(1 << 3);
    /// Text.
    pub const STRING: Self = Self(1 << 4);
    /// A list.
    pub const ARRAY: Self = Self(1 << 5);
    /// An object.
    pub const OBJECT: Self = Self(1 << 6);
    /// Bytes, which stand as an object with `$content` or as text.
    pub const BINARY: Self = Self(1 << 7);
    /// An XML document, which stands as an object with `$content` or as text.
    pub const XML: Self = Self(1 << 8);
    /// Any number.
    pub const NUMBER: Self = Self(Self::INTEGER.0 | Self::FLOAT.0);
    /// Nothing is known.
    pub const ANY: Self = Self((1 << 9) - 1);
    /// No value at all; where sets are put together.
    pub const EMPTY: Self = Self(0);

    const EACH: [Self; 9] = [
        Self::NULL,
        Self::BOOLEAN,
        Self::INTEGER,
        Self::FLOAT,
        Self::STRING,
        Self::ARRAY,
        Self::OBJECT,
        Self::BINARY,
        Self::XML,
    ];

    /// The set that a name of the facts about functions stands for.
    pub fn named(name: &str) -> Self {
        match name {
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "float" | "decimal" => Self::FLOAT,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            "binary" => Self::BINARY,
            "xml" => Self::XML,
            _ => Self::ANY,
        }
    }

    /// The union of what several names stand for.
    pub fn of_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        names.into_iter().map(Self::named).fold(Self::EMPTY, Self::bitor)
    }

    /// Whether nothing is known.
    pub fn is_any(self) -> bool {
        self == Self::ANY
    }

    /// Whether every type of this set is in the other.
    pub fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether the sets share a type.
    pub fn may_be(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The set less another.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The set as it is best told to people: that a value may also be empty is left out.
    #[must_use]
    pub fn told(self) -> Self {
        if self == Self::NULL { self } else { self.without(Self::NULL) }
    }

    fn each(self) -> impl Iterator<Item = Self> {
        Self::EACH.into_iter().filter(move |one| self.may_be(*one))
    }
}

impl BitOr for TypeSet {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// As makers say it: `text`, `a number or an empty value (null)`.
impl fmt::Display for TypeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_any() {
            return f.write_str("any value");
        }
        let word = |one: Self| match one {
            Self::NULL => "an empty value (null)",
            Self::BOOLEAN => "true or false",
            Self::INTEGER if self.may_be(Self::FLOAT) => "a number",
            Self::INTEGER => "a whole number",
            Self::FLOAT => "a number",
            Self::STRING => "text",
            Self::ARRAY => "a list",
            Self::OBJECT => "an object",
            Self::BINARY => "file content",
            _ => "XML",
        };
        let mut seen = Self::EMPTY;
        // What can be empty is said last.
        let ordered = self.without(Self::NULL).each().chain(self.each().filter(|one| *one == Self::NULL));
        for one in ordered {
            if one == Self::FLOAT && seen.may_be(Self::INTEGER) {
                continue;
            }
            let or = if seen == Self::EMPTY { "" } else { " or " };
            write!(f, "{or}{}", word(one))?;
            seen = seen | one;
        }
        Ok(())
    }
}

/// What a function gives for arguments of these types, as far as that is known: never less than what it can give.
pub fn result(function: &Function, arguments: &[TypeSet]) -> TypeSet {
    let argument = |index: usize| arguments.get(index).copied().unwrap_or(TypeSet::ANY);
    let all = || arguments.iter().copied().fold(TypeSet::EMPTY, TypeSet::bitor);
    let declared = || TypeSet::of_names(function.returns());
    match function.name {
        "if" => argument(1) | argument(2),
        "coalesce" => match arguments.iter().position(|one| !one.may_be(TypeSet::NULL)) {
            // What stands behind a value that is never empty is never reached.
            Some(last) => {
                let sum = arguments[..=last].iter().fold(TypeSet::EMPTY, |sum, one| sum | *one);
                if sum.is_any() { sum } else { sum.without(TypeSet::NULL) }
            }
            None => all(),
        },
        "add" | "sub" | "mul" | "div" | "mod" => arithmetic(argument(0), argument(1)),
        "min" | "max" if all().is_within(TypeSet::INTEGER) => TypeSet::INTEGER,
        // Of text a character or, of empty text, nothing.
        "first" | "last" if argument(0).is_within(TypeSet::STRING) => TypeSet::STRING | TypeSet::NULL,
        "take" | "skip" | "union" | "intersection" | "trimByteOrderMark" => {
            narrowed(declared(), all_but_counts(function, arguments))
        }
        _ => declared(),
    }
}

/// The numbers that `take` and `skip` have behind their list say nothing about the result.
fn all_but_counts(function: &Function, arguments: &[TypeSet]) -> TypeSet {
    let count = if matches!(function.name, "union" | "intersection") { arguments.len() } else { 1 };
    arguments.iter().take(count).copied().fold(TypeSet::EMPTY, TypeSet::bitor)
}

/// What is declared, cut down to what the arguments can be, where that leaves anything.
fn narrowed(declared: TypeSet, arguments: TypeSet) -> TypeSet {
    let both = TypeSet(declared.0 & arguments.0);
    // Null is refused, so it says nothing about what comes out.
    if arguments.without(TypeSet::NULL).is_within(declared) && both != TypeSet::EMPTY { both } else { declared }
}

/// Whole numbers give whole numbers, also when divided.
fn arithmetic(left: TypeSet, right: TypeSet) -> TypeSet {
    if left.is_within(TypeSet::INTEGER) && right.is_within(TypeSet::INTEGER) {
        TypeSet::INTEGER
    } else {
        TypeSet::NUMBER
    }
}

/// Whether a function certainly fails where it takes `taken` and gets `given`: whatever of `given` the value is.
///
/// Left out is what the platform converts or may convert: objects with `$content` stand for text and for bytes, whole numbers
/// for numbers with a fraction and the other way round, and 0 and 1 for false and true.
pub fn is_refused(function: &Function, is_optional: bool, taken: TypeSet, given: TypeSet) -> bool {
    if taken.is_any() || given.is_any() || given == TypeSet::EMPTY || given.is_within(taken) {
        return false;
    }
    let contents = TypeSet::STRING | TypeSet::BINARY | TypeSet::XML;
    given.each().all(|one| match one {
        // `empty(null)` is true and comparisons read null as empty text (Microsoft's reference of functions).
        TypeSet::NULL => !is_optional && !takes_null(function.name),
        TypeSet::BOOLEAN => !taken.may_be(TypeSet::BOOLEAN),
        TypeSet::INTEGER | TypeSet::FLOAT => !taken.may_be(TypeSet::NUMBER | TypeSet::BOOLEAN),
        TypeSet::STRING => !taken.may_be(contents),
        TypeSet::ARRAY => !taken.may_be(TypeSet::ARRAY),
        _ => !taken.may_be(contents | TypeSet::OBJECT),
    })
}

fn takes_null(function: &str) -> bool {
    matches!(function, "empty" | "greater" | "greaterOrEquals" | "less" | "lessOrEquals")
}

/// Whether two values certainly cannot be put in order: a text and a number. That one of them may be empty does not help.
pub fn is_incomparable(left: TypeSet, right: TypeSet) -> bool {
    let is = |set: TypeSet, kind: TypeSet| set.may_be(kind) && set.is_within(kind | TypeSet::NULL);
    is(left, TypeSet::STRING) && is(right, TypeSet::NUMBER) || is(left, TypeSet::NUMBER) && is(right, TypeSet::STRING)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::facts::{function, functions};

    #[test]
    fn results_lie_within_what_is_declared_whatever_the_arguments() {
        let sets = TypeSet::EACH.into_iter().chain([TypeSet::ANY, TypeSet::NUMBER, TypeSet::STRING | TypeSet::NULL]);
        for function in functions() {
            let declared = TypeSet::of_names(function.returns());
            for set in sets.clone() {
                for count in 0..4 {
                    let given = result(function, &vec![set; count]);
                    assert!(given.is_within(declared), "{} of {set:?}: {given:?}", function.name);
                    assert!(given != TypeSet::EMPTY || count == 0 || set == TypeSet::NULL, "{}", function.name);
                }
            }
        }
    }

    #[test]
    fn fitting_arguments_are_not_refused() {
        for function in functions() {
            for parameter in function.parameters() {
                let taken = TypeSet::of_names(parameter.types());
                for one in taken.each() {
                    assert!(!is_refused(function, false, taken, one), "{}: {one}", function.name);
                    assert!(!is_refused(function, false, taken, one | TypeSet::ARRAY), "{}: {one}", function.name);
                }
                assert!(!is_refused(function, false, taken, TypeSet::ANY), "{}", function.name);
            }
        }
    }

    #[test]
    fn results_follow_the_arguments() {
        let (int, text, null) = (TypeSet::INTEGER, TypeSet::STRING, TypeSet::NULL);
        for (name, arguments, expected) in [
            ("if", &[TypeSet::BOOLEAN, int, text][..], int | text),
            ("coalesce", &[text | null, int], text | int),
            ("coalesce", &[text, int], text),
            ("coalesce", &[text | null, null], text | null),
            ("add", &[int, int], int),
            ("add", &[int, TypeSet::ANY], TypeSet::NUMBER),
            ("div", &[int, int], int),
            ("first", &[text], text | null),
            ("first", &[TypeSet::ARRAY], TypeSet::ANY),
            ("take", &[text, int], text),
            ("union", &[TypeSet::ARRAY | null, TypeSet::ARRAY], TypeSet::ARRAY),
            ("coalesce", &[TypeSet::ANY, int], TypeSet::ANY),
            ("union", &[TypeSet::ANY, TypeSet::ARRAY], TypeSet::ARRAY | TypeSet::OBJECT),
            ("utcNow", &[], text),
            ("max", &[int, int], int),
            ("max", &[TypeSet::ARRAY], TypeSet::NUMBER),
            ("json", &[text], TypeSet::ANY),
        ] {
            assert_eq!(result(function(name).unwrap(), arguments), expected, "{name} {arguments:?}");
        }
    }

    #[test]
    fn only_what_certainly_fails_is_refused() {
        let refused = |name: &str, index: usize, given: TypeSet| {
            let function = function(name).unwrap();
            let parameter = function.parameters().nth(index).unwrap();
            is_refused(function, parameter.is_optional, TypeSet::of_names(parameter.types()), given)
        };
        let (int, text, null) = (TypeSet::INTEGER, TypeSet::STRING, TypeSet::NULL);
        for (name, index, given) in [
            ("add", 0, text),
            ("addDays", 1, text),
            ("split", 0, null),
            ("split", 0, int),
            ("join", 0, text),
            ("length", 0, int),
            ("toUpper", 0, TypeSet::ARRAY),
            ("json", 0, TypeSet::ARRAY),
            ("not", 0, text),
            ("empty", 0, TypeSet::BOOLEAN),
            ("addDays", 1, text | null),
        ] {
            assert!(refused(name, index, given), "{name} {given}");
        }
        for (name, index, given) in [
            ("add", 0, TypeSet::FLOAT),
            ("addDays", 1, TypeSet::FLOAT),
            ("addDays", 2, null),
            ("json", 0, TypeSet::OBJECT),
            ("base64ToString", 0, TypeSet::OBJECT),
            ("empty", 0, null),
            ("greater", 0, null),
            ("concat", 0, int),
            ("string", 0, int),
            ("int", 0, int),
            ("float", 0, TypeSet::FLOAT),
            ("if", 0, int),
            ("contains", 0, TypeSet::OBJECT),
            ("split", 0, text | null),
            ("first", 0, TypeSet::ANY),
        ] {
            assert!(!refused(name, index, given), "{name} {given}");
        }
    }

    #[test]
    fn sets_read_well() {
        for (set, text) in [
            (TypeSet::NUMBER, "a number"),
            (TypeSet::INTEGER, "a whole number"),
            (TypeSet::STRING | TypeSet::NULL, "text or an empty value (null)"),
            (TypeSet::STRING | TypeSet::ARRAY | TypeSet::OBJECT, "text or a list or an object"),
            (TypeSet::ANY, "any value"),
        ] {
            assert_eq!(set.to_string(), text);
        }
    }
}
