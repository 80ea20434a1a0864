//! The strings of a flow in which the platform looks for expressions, each parsed once, and what they refer to.
//!
//! Those are the values and keys below triggers and actions, but not notes, designer metadata, `runAfter`, types and names,
//! which are text whatever they hold; and the definition's `outputs`. Strings without `@` are left out.

use super::{Action, ActionKind, Branch, Flow, Trigger};
use crate::expr::{self, Call, Expr, Form, Template};
use crate::facts::{self, Function, Named};
use crate::syntax::{Entry, Spot, Text, Value};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// The expressions of a flow, in the order of triggers, actions and text, and the variables that they may read.
#[derive(Default)]
pub(super) struct Expressions<'d> {
    nodes: Vec<Node<'d>>,
    /// What each call calls, for all templates one after the other.
    functions: Vec<Option<&'static Function>>,
    /// The calls that name something, for all templates one after the other.
    references: Vec<ReferenceNode>,
    variables: Vec<VariableNode<'d>>,
}

struct VariableNode<'d> {
    action: u32,
    name: Cow<'d, str>,
    name_value: Value<'d>,
}

/// Names are looked up once; several rules ask for each.
struct ReferenceNode {
    call: u32,
    named: Named,
    /// The action or variable of that name, or `NOTHING`.
    target: u32,
}

const NOTHING: u32 = u32::MAX;

struct Node<'d> {
    text: Text<'d>,
    owner: Owner,
    /// The entry of its step.
    under: Option<Entry<'d>>,
    template: Template<'d>,
    first_function: u32,
    first_reference: u32,
}

#[derive(Clone, Copy)]
enum Owner {
    Trigger(u32),
    Action(u32),
    Outputs,
}

/// A string with an `@` in a place where the platform looks for expressions: a cheap handle.
#[derive(Clone, Copy)]
pub struct Expression<'m> {
    flow: &'m Flow<'m>,
    index: u32,
}

/// What an expression belongs to.
#[derive(Clone, Copy)]
pub enum Step<'m> {
    /// A trigger.
    Trigger(Trigger<'m>),
    /// An action; of containers what is their own, not that of the actions in them.
    Action(Action<'m>),
    /// The definition's `outputs`.
    Outputs,
}

/// A call that names something of the flow: `outputs('Compose')`.
#[derive(Clone)]
pub struct Reference<'m> {
    /// What is named.
    pub named: Named,
    /// The name as written.
    pub name: Cow<'m, str>,
    /// The bytes of the name with its quotes, in the decoded string.
    pub range: Range<usize>,
    /// The call.
    pub call: Call<'m>,
    flow: &'m Flow<'m>,
    target: u32,
}

impl<'m> Reference<'m> {
    /// The action that it names, whether or not it can be read there.
    pub fn action(&self) -> Option<Action<'m>> {
        let is_action = !matches!(self.named, Named::Variable | Named::Parameter) && self.target != NOTHING;
        is_action.then(|| self.flow.action(self.target))
    }

    /// Which of the flow's variables that is.
    pub(super) fn variable_number(&self) -> Option<usize> {
        (self.named == Named::Variable && self.target != NOTHING).then_some(self.target as usize)
    }

    /// The first declaration of the variable that it names.
    pub fn variable(&self) -> Option<Variable<'m>> {
        let is_variable = self.named == Named::Variable && self.target != NOTHING;
        is_variable.then(|| self.flow.variable(self.target))
    }
}

/// What the platform reads for expressions of a trigger or action, each with the entry that it lies in. Notes, designer
/// metadata, types and names are text, and steps inside are read on their own.
fn read_for_expressions<'d>(step: Value<'d>) -> impl Iterator<Item = (Entry<'d>, Value<'d>)> {
    let is_text = |entry: &Entry<'d>| {
        let text = ["description", "metadata", "runAfter", "type", "kind", "actions", "else", "default", "tools"];
        text.iter().any(|name| entry.key.is(name))
    };
    step.entries().filter(move |entry| !is_text(entry)).flat_map(|entry| {
        let is_cases = entry.key.is("cases");
        let own = (!is_cases).then_some(entry.value);
        let cases = entry.value.entries().filter(move |_| is_cases).filter_map(|case| case.value.get("case"));
        own.into_iter().chain(cases).map(move |value| (entry, value))
    })
}

impl<'d> Expressions<'d> {
    /// Reads one trigger or action.
    fn step(&mut self, owner: Owner, step: Value<'d>) {
        for (entry, tree) in read_for_expressions(step) {
            self.tree(owner, Some(entry), tree);
        }
    }

    fn tree(&mut self, owner: Owner, under: Option<Entry<'d>>, tree: Value<'d>) {
        for text in tree.strings_holding(b'@') {
            let decoded = text.decoded();
            if !decoded.contains('@') {
                continue;
            }
            let template = expr::parse(decoded);
            let first_function = self.functions.len() as u32;
            let first_reference = self.references.len() as u32;
            for call in template.calls() {
                let function = facts::function(call.name());
                self.functions.push(function);
                let is_literal = || call.args().next().is_some_and(Expr::is_str);
                if let Some(named) = function.and_then(|function| function.names).filter(|_| is_literal()) {
                    self.references.push(ReferenceNode { call: call.number(), named, target: NOTHING });
                }
            }
            self.nodes.push(Node { text, owner, under, template, first_function, first_reference });
        }
    }
}

impl<'d> Expressions<'d> {
    /// Looks up what the references name, when all of it has been read.
    fn resolve(&mut self, actions: &HashMap<String, u32>) {
        let mut lower = String::new();
        let mut references = self.references.iter_mut().peekable();
        let ends = self.nodes.iter().skip(1).map(|node| node.first_reference).chain([u32::MAX]);
        let mut at = 0;
        for (node, end) in self.nodes.iter().zip(ends) {
            while let Some(reference) = references.next_if(|_| at < end) {
                at += 1;
                let Some(name) = name_of(node.template.call(reference.call)) else { continue };
                reference.target = match reference.named {
                    Named::Parameter => NOTHING,
                    Named::Variable => {
                        let found = self.variables.iter().position(|variable| is_same_name(&variable.name, &name));
                        found.map_or(NOTHING, |index| index as u32)
                    }
                    Named::Action | Named::Container | Named::Foreach | Named::Until => {
                        lower.clear();
                        if name.is_ascii() {
                            lower.push_str(&name);
                            lower.make_ascii_lowercase();
                        } else {
                            lower.push_str(&name.to_lowercase());
                        }
                        actions.get(&lower).copied().unwrap_or(NOTHING)
                    }
                };
            }
        }
    }

    fn declaration(&mut self, action: u32, step: Value<'d>) {
        let declared = step.at(&["inputs", "variables"]).into_iter().flat_map(Value::items);
        self.variables.extend(declared.filter_map(|variable| {
            let name_value = variable.get("name")?;
            Some(VariableNode { action, name: name_value.as_str()?, name_value })
        }));
    }
}

impl<'d> Flow<'d> {
    /// Reads every expression; the last part of building the model.
    pub(super) fn read_expressions(&mut self) {
        let mut expressions = Expressions::default();
        for (index, trigger) in self.triggers.iter().enumerate() {
            expressions.step(Owner::Trigger(index as u32), trigger.entry.value);
        }
        for (index, action) in self.actions.iter().enumerate() {
            expressions.step(Owner::Action(index as u32), action.value);
            if action.kind == ActionKind::InitializeVariable {
                expressions.declaration(index as u32, action.value);
            }
        }
        if let Some(outputs) = self.definition.get("outputs") {
            expressions.tree(Owner::Outputs, None, outputs);
        }
        expressions.resolve(&self.by_name);
        self.expressions = expressions;
    }
}

impl<'m> Flow<'m> {
    /// All strings in which the platform looks for expressions and which have an `@`.
    pub fn expressions(&'m self) -> impl Iterator<Item = Expression<'m>> {
        (0..self.expressions.nodes.len() as u32).map(|index| Expression { flow: self, index })
    }
}

impl<'m> Flow<'m> {
    /// Those of one action: they stand together, in the order of the actions.
    pub(super) fn expressions_of(&'m self, action: u32) -> impl Iterator<Item = Expression<'m>> {
        let nodes = &self.expressions.nodes;
        let is_before = |node: &Node<'_>| match node.owner {
            Owner::Trigger(_) => true,
            Owner::Action(index) => index < action,
            Owner::Outputs => false,
        };
        let first = nodes.partition_point(is_before);
        let own =
            nodes[first..].iter().take_while(move |node| matches!(node.owner, Owner::Action(index) if index == action));
        (first as u32..).zip(own).map(|(index, _)| Expression { flow: self, index })
    }
}

impl<'m> Expression<'m> {
    fn node(self) -> &'m Node<'m> {
        &self.flow.expressions.nodes[self.index as usize]
    }

    pub(super) fn new(flow: &'m Flow<'m>, index: u32) -> Self {
        Self { flow, index }
    }

    /// Its place among the expressions of the flow.
    pub(super) fn number(self) -> usize {
        self.index as usize
    }

    /// The flow that it belongs to.
    pub fn flow(self) -> &'m Flow<'m> {
        self.flow
    }

    /// The string, where it is a value and no key.
    pub fn value(self) -> Option<Value<'m>> {
        match self.node().text {
            Text::Value(value) => Some(value),
            Text::Key(_) => None,
        }
    }

    /// The string as the platform reads it.
    pub fn template(self) -> &'m Template<'m> {
        &self.node().template
    }

    /// What it belongs to.
    pub fn step(self) -> Step<'m> {
        match self.node().owner {
            Owner::Trigger(index) => Step::Trigger(Trigger { flow: self.flow, index }),
            Owner::Action(index) => Step::Action(self.flow.action(index)),
            Owner::Outputs => Step::Outputs,
        }
    }

    /// The action that it belongs to.
    pub fn action(self) -> Option<Action<'m>> {
        match self.step() {
            Step::Action(action) => Some(action),
            Step::Trigger(_) | Step::Outputs => None,
        }
    }

    /// The place of some bytes of the decoded string.
    pub fn spot(self, decoded: Range<usize>) -> Spot {
        self.node().text.part(decoded)
    }

    /// Whether it is the key of an entry.
    pub fn is_key(self) -> bool {
        matches!(self.node().text, Text::Key(_))
    }

    /// Whether it lies under these keys of its step: `["inputs", "where"]`, or `["foreach"]`.
    pub fn is_under(self, path: &[&str]) -> bool {
        let [first, deeper @ ..] = path else { return true };
        let Some(entry) = self.node().under.filter(|entry| entry.key.is(first)) else { return false };
        let own = self.node().text.spot().span;
        entry.value.at(deeper).is_some_and(|value| value.span().contains(own))
    }

    /// Every call in it with the function that it calls, where there is such a function.
    pub fn calls(self) -> impl Iterator<Item = (Call<'m>, Option<&'static Function>)> {
        let functions = &self.flow.expressions.functions[self.node().first_function as usize..];
        self.template().calls().zip(functions.iter().copied())
    }

    /// Every call that names something of the flow literally. Names that are expressions themselves are unknown.
    pub fn references(self) -> impl Iterator<Item = Reference<'m>> {
        let Expressions { nodes, references, .. } = &self.flow.expressions;
        let next = nodes.get(self.index as usize + 1);
        let end = next.map_or(references.len(), |node| node.first_reference as usize);
        references[self.node().first_reference as usize..end].iter().filter_map(move |reference| {
            let call = self.template().call(reference.call);
            let range = call.args().next()?.range();
            let (named, target) = (reference.named, reference.target);
            Some(Reference { named, name: name_of(call)?, range, call, flow: self.flow, target })
        })
    }

    /// The action that a call names literally, if it does and there is one.
    pub(super) fn action_of(self, call: Call<'m>) -> Option<Action<'m>> {
        let Expressions { nodes, references, .. } = &self.flow.expressions;
        let next = nodes.get(self.index as usize + 1);
        let end = next.map_or(references.len(), |node| node.first_reference as usize);
        let own = &references[self.node().first_reference as usize..end];
        let at = own.binary_search_by_key(&call.number(), |reference| reference.call).ok()?;
        let ReferenceNode { named, target, .. } = own[at];
        let is_action = !matches!(named, Named::Variable | Named::Parameter) && target != NOTHING;
        is_action.then(|| self.flow.action(target))
    }

    /// The loops and other containers around it, innermost first. The condition of a Do until lies within that loop, the
    /// list of an Apply to each outside of it.
    pub fn containers(self) -> impl Iterator<Item = Action<'m>> {
        let own = self.action().filter(|_| self.is_until_condition());
        own.into_iter().chain(self.action().into_iter().flat_map(Action::ancestors))
    }

    /// Whether it decides when a Do until ends: read after each round, so that it knows what runs in the loop.
    pub fn is_until_condition(self) -> bool {
        self.action().is_some_and(|action| action.kind() == ActionKind::Until) && self.is_under(&["expression"])
    }

    /// Whether it is worked out for each item of a list by Select, Filter array or Create table.
    pub fn is_per_item(self) -> bool {
        let path = match self.action().map(Action::kind) {
            Some(ActionKind::Select) => ["inputs", "select"],
            Some(ActionKind::Query) => ["inputs", "where"],
            Some(ActionKind::Table) => ["inputs", "columns"],
            _ => return false,
        };
        self.is_under(&path)
    }

    /// Whether an action can have ended when this is worked out; see [`Action::can_be_read_by`].
    pub fn can_read(self, action: Action<'m>) -> bool {
        let reader = match self.step() {
            Step::Action(reader) => reader,
            Step::Trigger(_) => return false,
            Step::Outputs => return true,
        };
        if action.can_be_read_by(reader) {
            return true;
        }
        // Tracked properties are written when the step has ended, and a subscription is ended with what it answered.
        let knows_itself = self.is_under(&["trackedProperties"]) || self.is_under(&["inputs", "unsubscribe"]);
        let is_within = || action == reader || action.ancestors().any(|container| container == reader);
        (knows_itself || self.is_until_condition()) && is_within()
    }

    /// The text between expressions, or all of it where there is none: bytes of the decoded string. None of text that is
    /// marked as such by `@@`.
    pub fn texts(self) -> impl Iterator<Item = Range<usize>> {
        let template = self.template();
        let is_text = template.form() != Form::Escaped;
        template.segments().filter(move |_| is_text).filter_map(|segment| match segment {
            expr::Segment::Text(range) => Some(range),
            expr::Segment::Expr(_) => None,
        })
    }

    /// Whether part of these bytes could not be read.
    pub fn has_fault_in(self, range: Range<usize>) -> bool {
        let touches = |fault: &expr::Fault| fault.range.start < range.end && range.start < fault.range.end;
        self.template().faults().iter().any(touches)
    }

    /// The only expression, where the string is nothing else.
    pub fn only_root(self) -> Option<Expr<'m>> {
        self.template().only_root()
    }
}

/// A variable of a flow, as an Initialize variable step declares it.
pub struct Variable<'m> {
    /// The step.
    pub action: Action<'m>,
    /// The name.
    pub name: &'m str,
    /// The value that holds the name.
    pub name_value: Value<'m>,
}

/// The literal that a call has for its first argument.
fn name_of(call: Call<'_>) -> Option<Cow<'_, str>> {
    call.args().next()?.as_str()
}

/// Whether the platform takes two names for one: it ignores letter case.
pub fn is_same_name(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || (!one.is_ascii() && one.to_lowercase() == other.to_lowercase())
}

impl<'m> Flow<'m> {
    /// The variables that Initialize variable steps declare, in text order.
    pub fn variables(&'m self) -> impl Iterator<Item = Variable<'m>> {
        (0..self.expressions.variables.len() as u32).map(|index| self.variable(index))
    }

    fn variable(&'m self, index: u32) -> Variable<'m> {
        let node = &self.expressions.variables[index as usize];
        Variable { action: self.action(node.action), name: &node.name, name_value: node.name_value }
    }

    /// The declarations of a variable, case ignored. A flow that can be saved has one.
    pub fn variables_named(&'m self, name: &str) -> impl Iterator<Item = Variable<'m>> {
        self.variables().filter(move |variable| is_same_name(variable.name, name))
    }
}

impl<'m> Trigger<'m> {
    /// The strings in which the platform looks for expressions and that may hold an ASCII character.
    pub fn strings_holding(self, character: u8) -> impl Iterator<Item = Text<'m>> {
        read_for_expressions(self.value()).flat_map(move |(_, tree)| tree.strings_holding(character))
    }
}

impl<'m> Action<'m> {
    /// The strings in which the platform looks for expressions and that may hold an ASCII character; of containers their
    /// own, not those of the actions in them.
    pub fn strings_holding(self, character: u8) -> impl Iterator<Item = Text<'m>> {
        read_for_expressions(self.value()).flat_map(move |(_, tree)| tree.strings_holding(character))
    }

    /// The variable that a step changes: Set, Increment, Decrement, Append to. `None` where an expression names it.
    pub fn variable_written(self) -> Option<(Cow<'m, str>, Value<'m>)> {
        use ActionKind::*;
        let writes = [SetVariable, IncrementVariable, DecrementVariable, AppendToArrayVariable, AppendToStringVariable];
        let value = self.inputs().filter(|_| writes.contains(&self.kind()))?.get("name")?;
        let name = value.as_str().filter(|name| !expr::is_template(name))?;
        Some((name, value))
    }

    /// Whether it can have ended when another runs, as far as that is known: the tools of an agent run in an order that the
    /// agent chooses.
    pub fn can_be_read_by(self, reader: Action<'m>) -> bool {
        let is_tool = |action: Action<'_>| matches!(action.branch(), Branch::Tool(_));
        is_tool(reader) || reader.ancestors().any(is_tool) || self.can_have_run_before(reader)
    }
}
