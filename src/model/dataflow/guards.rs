//! Conditions that let only known values through: what holds where a step runs.

use super::is_past_host;
use crate::expr::{Call, Expr, Form};
use crate::model::{Action, ActionKind, Branch, Flow};
use crate::syntax::{Kind, Value};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// How deep `and`, `or` and `not` are followed.
const MAX_DEPTH: u32 = 16;

/// How many steps beside a step are looked at for one that ends the run.
const MAX_SIBLINGS: usize = 200;

/// What was worked out, by action.
#[derive(Default)]
pub(super) struct Guards(RefCell<HashMap<u32, Rc<[String]>>>);

impl Guards {
    /// The calls, in their canonical spelling, that are one of the maker's own values where an action runs.
    pub(super) fn of(&self, action: Action<'_>) -> Rc<[String]> {
        if let Some(known) = self.0.borrow().get(&action.index) {
            return Rc::clone(known);
        }
        let mut found = Vec::new();
        let flow = action.flow();
        let mut child = action;
        loop {
            for sibling in child.siblings().take(MAX_SIBLINGS).filter(|one| one.kind() == ActionKind::If) {
                let (mut ends_yes, mut ends_no) = (false, false);
                for step in sibling.children().filter(|step| step.kind() == ActionKind::Terminate) {
                    match step.branch() {
                        Branch::Else => ends_no = true,
                        _ => ends_yes = true,
                    }
                }
                if (ends_yes || ends_no) && sibling.can_have_run_before(child) {
                    let condition = sibling.value().get("expression").map(|tree| read(flow, tree, MAX_DEPTH));
                    if let Some(condition) = condition.filter(|_| ends_yes != ends_no) {
                        found.extend(condition.holds(ends_no));
                    }
                }
            }
            let Some(parent) = child.parent() else { break };
            let tested = parent.value().get("expression");
            match (parent.kind(), child.branch()) {
                (ActionKind::If, branch) => {
                    let condition = tested.map(|tree| read(flow, tree, MAX_DEPTH));
                    found.extend(condition.into_iter().flat_map(|tree| tree.holds(*branch != Branch::Else)));
                }
                (ActionKind::Switch, Branch::Case(_)) => {
                    found.extend(tested.and_then(|tested| operand_of_value(flow, tested).text));
                }
                _ => {}
            }
            child = parent;
        }
        let found: Rc<[String]> = found.into();
        self.0.borrow_mut().insert(action.index, Rc::clone(&found));
        found
    }
}

/// A condition, whether it is written as a tree of JSON or as an expression.
enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// This call has one of some known values.
    Known(String),
    Unknown,
}

impl Condition {
    /// The calls that are known where the condition gives `outcome`.
    fn holds(&self, outcome: bool) -> Vec<String> {
        match (self, outcome) {
            (Self::Known(text), true) => vec![text.clone()],
            (Self::Not(inner), outcome) => inner.holds(!outcome),
            (Self::All(parts), true) | (Self::Any(parts), false) => {
                parts.iter().flat_map(|part| part.holds(outcome)).collect()
            }
            // One of them holds, so only what each of them says.
            (Self::Any(parts), true) | (Self::All(parts), false) => {
                let mut parts = parts.iter().map(|part| part.holds(outcome));
                let Some(mut common) = parts.next() else { return Vec::new() };
                parts.for_each(|part| common.retain(|text| part.contains(text)));
                common
            }
            (Self::Known(_), false) | (Self::Unknown, _) => Vec::new(),
        }
    }
}

struct Operand {
    text: Option<String>,
    literal: Option<String>,
    is_constant: bool,
}

fn read<'m>(flow: &'m Flow<'m>, tree: Value<'m>, depth: u32) -> Condition {
    let Some(depth) = depth.checked_sub(1) else { return Condition::Unknown };
    if tree.kind() == Kind::String {
        let whole = flow.expression_at(tree).filter(|one| one.template().form() == Form::Whole);
        let call = whole.and_then(|whole| whole.only_root()?.as_call());
        return call.map_or(Condition::Unknown, |call| read_call(call, depth));
    }
    let mut entries = tree.entries();
    let (Some(entry), None) = (entries.next(), entries.next()) else { return Condition::Unknown };
    let items = || entry.value.items().map(|item| read(flow, item, depth)).collect();
    if entry.key.is("and") {
        return Condition::All(items());
    }
    if entry.key.is("or") {
        return Condition::Any(items());
    }
    if entry.key.is("not") {
        let inner = entry.value.items().next().unwrap_or(entry.value);
        return Condition::Not(Box::new(read(flow, inner, depth)));
    }
    let mut operands = entry.value.items();
    let (Some(left), Some(right)) = (operands.next(), operands.next()) else { return Condition::Unknown };
    test(&entry.key.name(), operand_of_value(flow, left), operand_of_value(flow, right))
}

fn read_call(call: Call<'_>, depth: u32) -> Condition {
    let Some(depth) = depth.checked_sub(1) else { return Condition::Unknown };
    let inner = |arg: Expr<'_>| arg.as_call().map_or(Condition::Unknown, |call| read_call(call, depth));
    if call.is("and") {
        return Condition::All(call.args().map(inner).collect());
    }
    if call.is("or") {
        return Condition::Any(call.args().map(inner).collect());
    }
    let mut args = call.args();
    match (args.next(), args.next()) {
        (Some(only), None) if call.is("not") => Condition::Not(Box::new(inner(only))),
        (Some(left), Some(right)) => test(call.name(), operand(left), operand(right)),
        _ => Condition::Unknown,
    }
}

/// An allow-list: equal to a constant, in a list of constants, or behind the maker's own address.
fn test(name: &str, left: Operand, right: Operand) -> Condition {
    let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
    let known = if is("equals") {
        match (left.is_constant, right.is_constant) {
            (false, true) => left.text,
            (true, false) => right.text,
            _ => None,
        }
    } else if is("contains") && left.is_constant && !right.is_constant {
        right.text
    } else if is("startsWith") && right.literal.is_some_and(|start| start.contains("://") && is_past_host(&start)) {
        left.text
    } else {
        None
    };
    known.map_or(Condition::Unknown, Condition::Known)
}

fn operand_of_value<'m>(flow: &'m Flow<'m>, value: Value<'m>) -> Operand {
    match flow.expression_at(value) {
        Some(expression) => match expression.only_root() {
            Some(root) => operand(root),
            None => Operand { text: None, literal: None, is_constant: false },
        },
        None => {
            let literal = value.as_str().map(|text| text.into_owned());
            let is_constant = value.strings_holding(b'@').next().is_none();
            Operand { text: None, literal, is_constant }
        }
    }
}

/// Functions that give what the maker has written, whatever runs.
const CONSTANT: [&str; 8] = ["createArray", "split", "json", "concat", "parameters", "toLower", "toUpper", "string"];

fn operand(expr: Expr<'_>) -> Operand {
    let Some(call) = expr.as_call() else {
        return Operand { text: None, literal: expr.as_str().map(|text| text.into_owned()), is_constant: true };
    };
    let is_constant = call.nested().all(|call| CONSTANT.iter().any(|name| call.is(name)));
    // What is compared may be folded or trimmed first.
    let mut inner = call;
    while ["toLower", "toUpper", "trim", "string"].iter().any(|name| inner.is(name)) {
        let Some(next) = inner.args().next().and_then(Expr::as_call) else { break };
        inner = next;
    }
    Operand { text: Some(canonical(inner)), literal: None, is_constant }
}

/// One spelling for a call that reads the same.
pub(super) fn canonical(call: Call<'_>) -> String {
    let mut text = call.to_string();
    text.retain(|c| c != '?');
    text.make_ascii_lowercase();
    text
}
