//! What a condition tests, a tree of `and`, `or`, `not` and comparisons or one expression, and whether that is decided
//! before the flow runs.

use super::{Action, ActionKind, Flow};
use crate::expr::{self, Constant, Form, TypeSet};
use crate::syntax::{Entry, Kind, Spot, Value};

/// How deep `and`, `or` and `not` are followed. The designer nests groups of conditions ten deep at most.
const MAX_DEPTH: u32 = 64;

/// A comparison of a Condition: `{"equals": ["@variables('x')", 1]}`.
#[derive(Clone, Copy)]
pub struct Comparison<'m> {
    /// The function that compares, with its operands.
    pub entry: Entry<'m>,
    /// What is compared.
    pub left: Value<'m>,
    /// What it is compared with.
    pub right: Value<'m>,
}

impl<'m> Comparison<'m> {
    /// Reads one entry of a condition's tree; `None` if it is none with two operands.
    pub fn new(entry: Entry<'m>) -> Option<Self> {
        let mut operands = entry.value.items();
        let (Some(left), Some(right), None) = (operands.next(), operands.next(), operands.next()) else { return None };
        let is_logic = ["and", "or", "not"].iter().any(|name| entry.key.is(name));
        (!is_logic).then_some(Self { entry, left, right })
    }
}

impl<'m> Action<'m> {
    /// The comparisons of a Condition whose expression is a tree, in text order.
    pub fn comparisons(self) -> impl Iterator<Item = Comparison<'m>> {
        let tree = self.value().get("expression").filter(|_| self.kind() == ActionKind::If);
        let objects = tree.into_iter().flat_map(Value::descendants).map(|(_, value)| value);
        objects.flat_map(Value::entries).filter_map(Comparison::new)
    }
}

/// A condition that always decides the same way.
#[derive(Clone, Copy)]
pub struct Decided {
    /// How it decides.
    pub value: bool,
    /// The part of it that decides.
    pub spot: Spot,
}

impl<'m> Flow<'m> {
    /// How a condition decides, where that hangs on nothing that is known only when the flow runs.
    pub fn decided(&'m self, condition: Value<'m>) -> Option<Decided> {
        self.decide(condition, MAX_DEPTH)
    }

    fn decide(&'m self, condition: Value<'m>, depth: u32) -> Option<Decided> {
        let spot = condition.spot();
        let depth = depth.checked_sub(1)?;
        if !condition.is_object() {
            return match self.constant(condition)? {
                Constant::Bool(value) => Some(Decided { value, spot }),
                _ => None,
            };
        }
        // The designer writes one operator per object.
        let mut entries = condition.entries();
        let (Some(entry), None) = (entries.next(), entries.next()) else { return None };
        if entry.key.is("not") {
            let inner = match entry.value.items().next() {
                Some(inner) => inner,
                None => entry.value,
            };
            return self.decide(inner, depth).map(|decided| Decided { value: !decided.value, ..decided });
        }
        let is_or = entry.key.is("or");
        if !is_or && !entry.key.is("and") {
            let value = self.compare(Comparison::new(entry)?)?;
            return Some(Decided { value, spot: entry.value.spot() });
        }
        let (mut is_known, mut last) = (true, None);
        for part in entry.value.items() {
            match self.decide(part, depth) {
                Some(decided) if decided.value == is_or => return Some(decided),
                Some(_) => last = Some(Decided { value: !is_or, spot }),
                None => is_known = false,
            }
        }
        last.filter(|_| is_known)
    }

    fn compare(&'m self, comparison: Comparison<'m>) -> Option<bool> {
        let Comparison { entry, left, right } = comparison;
        let is = |name: &str| entry.key.is(name);
        if is("equals") {
            if self.is_same(left, right) {
                return Some(true);
            }
            if self.can_never_equal(left, right) || self.can_never_equal(right, left) {
                return Some(false);
            }
        }
        let (left, right) = (self.constant(left)?, self.constant(right)?);
        if is("equals") {
            return expr::equals(&left, &right);
        }
        let order = expr::order(&left, &right)?;
        match () {
            () if is("greater") => Some(order.is_gt()),
            () if is("greaterOrEquals") => Some(order.is_ge()),
            () if is("less") => Some(order.is_lt()),
            () if is("lessOrEquals") => Some(order.is_le()),
            () => None,
        }
    }

    fn is_same(&'m self, left: Value<'m>, right: Value<'m>) -> bool {
        let root = |value| self.expression_at(value).filter(|one| one.template().form() == Form::Whole)?.only_root();
        matches!((root(left), root(right)), (Some(left), Some(right)) if left.is_same_value(right))
    }

    /// Whether one is text that stands for neither a number nor true or false, and the other is one of these.
    fn can_never_equal(&'m self, text: Value<'m>, other: Value<'m>) -> bool {
        let Some(Constant::Text(text)) = self.constant(text) else { return false };
        let text = text.trim();
        let is_word = !text.is_empty() && text.parse::<f64>().is_err();
        let is_bool = text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
        let scalars = TypeSet::BOOLEAN | TypeSet::NUMBER | TypeSet::NULL;
        is_word && !is_bool && self.type_of_value(other).set.is_within(scalars)
    }

    /// The value that a piece of the flow's JSON always has.
    pub fn constant(&'m self, value: Value<'m>) -> Option<Constant<'m>> {
        match value.kind() {
            Kind::Null => Some(Constant::Null),
            Kind::Bool => value.as_bool().map(Constant::Bool),
            Kind::Number => value.text().parse().ok().map(Constant::Integer),
            Kind::Array | Kind::Object => None,
            Kind::String => match self.expression_at(value) {
                Some(expression) if expression.template().form() == Form::Whole => {
                    expression.only_root().filter(|_| expression.template().faults().is_empty())?.constant()
                }
                Some(_) => None,
                None => value.as_str().filter(|text| !expr::is_template(text)).map(Constant::Text),
            },
        }
    }
}
