//! What is known of the values in a flow: the type of every expression and of the JSON around it.
//!
//! A type is a set of types and, for lists and objects, where their form is written down: JSON of the flow's own (Compose,
//! Select) or a schema (a trigger's, Parse JSON's). Forms are looked into when something asks, so a type is a small copy and
//! what is unknown costs nothing. What actions give is worked out once per flow, in text order, so that no answer depends
//! on who asked first.

use super::{Action, ActionKind, Expression, Flow, Trigger, TriggerKind};
use crate::expr::types::result;
use crate::expr::{Call, Expr, ExprKind, Form, Hop, Step, TypeSet};
use crate::facts;
use crate::syntax::{Kind, NodeId, Value};
use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

/// How deep the types of things are followed into what they are made of; beyond it nothing is known.
const MAX_DEPTH: u32 = 160;

/// How many items of a list in JSON are looked at for the type of its items.
const MAX_ITEMS: usize = 32;

/// What is known of a value of one flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Type {
    /// The types that it can have.
    pub set: TypeSet,
    inside: Inside,
}

/// Where the inside of a value is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Unknown,
    /// JSON of the flow, with expressions in it.
    Json(NodeId),
    Schema(NodeId, Origin),
    /// A list of items that are all like this.
    ListOf(Item),
    /// An object whose `body` is that of an action.
    OutputsOf(u32),
    /// An object whose `body` is that of the trigger.
    TriggerOutputs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Of(TypeSet),
    Json(NodeId),
    Schema(NodeId, Origin),
}

/// Who declares a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The trigger. Nothing checks what comes in against it.
    Trigger,
    /// A Parse JSON step, which fails where its schema does not fit.
    ParseJson,
}

/// A property that is read of an object whose schema has none of that name.
pub struct Missing<'m> {
    /// The dereference that asks for it.
    pub hop: Hop<'m>,
    /// The name that is asked for; of `body/name` the part that is not there.
    pub name: Cow<'m, str>,
    /// The schema's `properties`.
    pub properties: Value<'m>,
    /// Who declares the schema.
    pub origin: Origin,
}

/// Types that were worked out; without lifetimes, so that a flow stays covariant.
#[derive(Default)]
pub(super) struct Types {
    /// By action: what it gives, or of an Apply to each what its items are.
    steps: OnceCell<Box<[Cell<Slot>]>>,
    /// By expression: what the whole string gives.
    wholes: OnceCell<Box<[Cell<Slot>]>>,
    /// Values of strings with expressions, sorted, each with the index of its expression.
    expressions: OnceCell<Box<[(NodeId, u32)]>>,
    is_filled: Cell<bool>,
    depth: Cell<u32>,
    /// Whether the trigger, and whether any Parse JSON step, declares a schema.
    declared: OnceCell<(bool, bool)>,
}

#[derive(Clone, Copy, Default)]
enum Slot {
    #[default]
    Unasked,
    /// Being worked out: whoever asks now is part of a circle.
    Asked,
    Known(Type),
}

/// Works something out if that was not done yet. Who asks while it is being worked out is part of a circle.
fn once(slot: Option<&Cell<Slot>>, work: impl FnOnce() -> Type) -> Type {
    let Some(slot) = slot else { return Type::ANY };
    match slot.get() {
        Slot::Known(known) => return known,
        Slot::Asked => return Type::ANY,
        Slot::Unasked => slot.set(Slot::Asked),
    }
    let known = work();
    slot.set(Slot::Known(known));
    known
}

impl Type {
    /// Nothing is known.
    pub const ANY: Self = Self::of(TypeSet::ANY);

    const fn of(set: TypeSet) -> Self {
        Self { set, inside: Inside::Unknown }
    }

    fn list_of(item: Self) -> Self {
        let item = match item.inside {
            Inside::Json(node) => Item::Json(node),
            Inside::Schema(node, origin) => Item::Schema(node, origin),
            _ => Item::Of(item.set),
        };
        Self { set: TypeSet::ARRAY, inside: Inside::ListOf(item) }
    }

    fn or_null(self) -> Self {
        Self { set: self.set | TypeSet::NULL, ..self }
    }

    /// What may be one or the other.
    fn or(self, other: Self) -> Self {
        let inside = match (self.inside, other.inside) {
            (a, b) if a == b => a,
            (a, Inside::Unknown) if other.set == TypeSet::NULL => a,
            (Inside::Unknown, b) if self.set == TypeSet::NULL => b,
            _ => Inside::Unknown,
        };
        Self { set: self.set | other.set, inside }
    }
}

/// What a property of an object is.
enum Property<'m> {
    Known(Type),
    Unknown,
    Missing { name: Cow<'m, str>, properties: Value<'m>, origin: Origin },
}

impl<'m> Expression<'m> {
    /// What is known of the value of one of its expressions.
    pub fn type_of(self, expr: Expr<'m>) -> Type {
        match expr.kind() {
            ExprKind::Missing => Type::ANY,
            ExprKind::String(_) => Type::of(TypeSet::STRING),
            ExprKind::Integer(_) => Type::of(TypeSet::INTEGER),
            ExprKind::Float(_) => Type::of(TypeSet::FLOAT),
            ExprKind::Bool(_) => Type::of(TypeSet::BOOLEAN),
            ExprKind::Null => Type::of(TypeSet::NULL),
            ExprKind::Call(call) => self.flow().deeper(|| self.walk(call).unwrap_or(Type::ANY)),
        }
    }

    /// What is known of the value of the whole string.
    pub fn whole_type(self) -> Type {
        if self.template().form() != Form::Whole {
            return Type::of(TypeSet::STRING);
        }
        let flow = self.flow();
        flow.fill();
        let wholes = flow.types.wholes.get_or_init(|| flow.expressions().map(|_| Cell::default()).collect());
        // One expression may read another many times, and that one the next: each is worked out once.
        once(wholes.get(self.number()), || {
            flow.deeper(|| self.only_root().map_or(Type::ANY, |root| self.type_of(root)))
        })
    }

    /// The properties that its calls read and that the schema of what they read from does not have: of each call the first.
    pub fn missing_properties(self, origin: Origin) -> impl Iterator<Item = Missing<'m>> {
        let calls = self.flow().declares(origin).then(|| self.template().calls());
        let read = calls.into_iter().flatten().filter(|call| call.hops().next().is_some());
        read.filter_map(move |call| self.walk(call).err().filter(|missing| missing.origin == origin))
    }

    /// The type of a call with everything that is read of its result.
    fn walk(self, call: Call<'m>) -> Result<Type, Missing<'m>> {
        let mut held = self.result_of(call);
        for hop in call.hops() {
            held = match hop.step() {
                _ if held.inside == Inside::Unknown && held.set.is_any() => return Ok(Type::ANY),
                Step::Index(index) if index.as_str().is_none() => {
                    if !self.type_of(index).set.is_within(TypeSet::INTEGER) {
                        return Ok(Type::ANY);
                    }
                    let item = self.flow().item(held);
                    if hop.is_safe() { item.or_null() } else { item }
                }
                _ => match self.flow().property(held, hop.name().unwrap_or_default()) {
                    Property::Known(found) if hop.is_safe() => found.or_null(),
                    Property::Known(found) => found,
                    Property::Unknown => return Ok(Type::ANY),
                    Property::Missing { name, properties, origin } => {
                        return Err(Missing { hop, name, properties, origin });
                    }
                },
            };
        }
        Ok(held)
    }

    /// What a call gives, before anything is read of it.
    fn result_of(self, call: Call<'m>) -> Type {
        let Some(function) = facts::function(call.name()) else { return Type::ANY };
        let flow = self.flow();
        let argument = |index: usize| call.args().nth(index).map_or(Type::ANY, |argument| self.type_of(argument));
        match function.name {
            "variables" => self.first_text(call).map_or(Type::ANY, |name| flow.variable_type(&name)),
            "parameters" => self.first_text(call).map_or(Type::ANY, |name| flow.parameter_type(&name)),
            "outputs" | "actionOutputs" => self.read(call, Flow::outputs),
            "body" | "actionBody" => self.read(call, Flow::body),
            "triggerBody" => flow.trigger_body(),
            "triggerOutputs" => Type { set: TypeSet::ANY, inside: Inside::TriggerOutputs },
            "items" => {
                let list = self.action_of(call);
                list.filter(|list| list.kind() == ActionKind::Foreach).map_or(Type::ANY, |list| flow.slot(list))
            }
            "item" => self.item(),
            "if" => argument(1).or(argument(2)),
            "coalesce" => {
                // Where all but one are of no form, the set alone is known.
                let types: Vec<Type> = call.args().map(|argument| self.type_of(argument)).collect();
                let sets: Vec<TypeSet> = types.iter().map(|one| one.set).collect();
                let inside = types.iter().copied().reduce(Type::or).map_or(Inside::Unknown, |sum| sum.inside);
                Type { set: result(function, &sets), inside }
            }
            "first" | "last" => {
                let list = argument(0);
                match list.set.may_be(TypeSet::STRING) && !matches!(list.inside, Inside::Schema(..)) {
                    true => Type::of(result(function, &[list.set])),
                    false => flow.item(list).or_null(),
                }
            }
            "take" | "skip" => {
                let list = argument(0);
                Type { inside: list.inside, set: result(function, &[list.set, TypeSet::INTEGER]) }
            }
            "sort" | "reverse" => Type { inside: argument(0).inside, set: TypeSet::ARRAY },
            "split" => Type::list_of(Type::of(TypeSet::STRING)),
            "range" => Type::list_of(Type::of(TypeSet::INTEGER)),
            "createArray" => {
                let items = call.args().take(MAX_ITEMS + 1).map(|item| self.type_of(item));
                let item = items.reduce(Type::or).filter(|_| call.args().count() <= MAX_ITEMS);
                Type::list_of(item.unwrap_or(Type::ANY))
            }
            "json" => Type::of(call.args().next().and_then(Expr::as_str).map_or(TypeSet::ANY, |text| json_set(&text))),
            _ => {
                // Most functions give one thing whatever they get.
                let declared = TypeSet::of_names(function.returns());
                let depends = matches!(function.name, "union" | "intersection" | "min" | "max" | "trimByteOrderMark")
                    || declared == TypeSet::NUMBER;
                if !depends {
                    return Type::of(declared);
                }
                let sets: Vec<TypeSet> = call.args().map(|argument| self.type_of(argument).set).collect();
                Type::of(result(function, &sets))
            }
        }
    }

    fn first_text(self, call: Call<'m>) -> Option<Cow<'m, str>> {
        call.args().next()?.as_str()
    }

    /// What is read of an action. Seen from outside of a loop, what a step within it gave is another thing; and a step that
    /// did not run gave nothing.
    fn read(self, call: Call<'m>, what: impl Fn(&'m Flow<'m>, Action<'m>) -> Type) -> Type {
        let Some(action) = self.action_of(call) else { return Type::ANY };
        let is_around_me = |one: Action<'m>| self.containers().any(|container| container == one);
        if action.ancestors().any(|ancestor| ancestor.kind().is_loop() && !is_around_me(ancestor)) {
            return Type::ANY;
        }
        what(self.flow(), action).or_null()
    }

    /// The item that is at hand.
    fn item(self) -> Type {
        let Some(action) = self.action() else { return Type::ANY };
        if self.is_per_item() {
            return self.flow().item(self.flow().from(action));
        }
        let mut around = action.ancestors();
        around.find(|one| one.kind() == ActionKind::Foreach).map_or(Type::ANY, |list| self.flow().slot(list))
    }
}

impl<'m> Flow<'m> {
    /// Whether anything in the flow has a schema of that origin.
    fn declares(&'m self, origin: Origin) -> bool {
        let (trigger, parsed) = *self.types.declared.get_or_init(|| {
            let trigger = self.triggers().any(|trigger| trigger.schema().is_some());
            (trigger, self.actions().any(|action| action.kind() == ActionKind::ParseJson))
        });
        if origin == Origin::Trigger { trigger } else { parsed }
    }

    /// What is known of a value of the flow's JSON, expressions read.
    pub fn type_of_value(&'m self, value: Value<'m>) -> Type {
        let inside = Inside::Json(value.id());
        match value.kind() {
            Kind::Null => Type::of(TypeSet::NULL),
            Kind::Bool => Type::of(TypeSet::BOOLEAN),
            Kind::Number => Type::of(number_set(value.text())),
            Kind::String => match self.expression_at(value) {
                Some(expression) => expression.whole_type(),
                None if value.as_str().is_some_and(|text| crate::expr::is_template(&text)) => Type::ANY,
                None => Type::of(TypeSet::STRING),
            },
            Kind::Array => Type { set: TypeSet::ARRAY, inside },
            Kind::Object => Type { set: TypeSet::OBJECT, inside },
        }
    }

    /// The expression that a string of the flow holds, if it is one with an `@` where the platform looks for expressions.
    pub fn expression_at(&'m self, value: Value<'m>) -> Option<Expression<'m>> {
        let known = self.types.expressions.get_or_init(|| {
            let mut known: Vec<(NodeId, u32)> = (self.expressions().zip(0..))
                .filter_map(|(expression, index)| Some((expression.value()?.id(), index)))
                .collect();
            known.sort_unstable();
            known.into()
        });
        let at = known.binary_search_by_key(&value.id(), |(id, _)| *id).ok()?;
        Some(Expression::new(self, known[at].1))
    }

    /// The type that a variable is declared with; it may still be empty.
    pub fn variable_type(&'m self, name: &str) -> Type {
        let mut declared = self.variables_named(name);
        let (Some(variable), None) = (declared.next(), declared.next()) else { return Type::ANY };
        let declared = variable.declared_type();
        if declared == TypeSet::FLOAT { Type::of(TypeSet::NUMBER).or_null() } else { Type::of(declared).or_null() }
    }

    fn parameter_type(&'m self, name: &str) -> Type {
        let parameter = self.parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name));
        let declared = parameter.and_then(|parameter| parameter.entry.value.get("type"));
        let is = |name: &str| declared.is_some_and(|declared| declared.is_str(name));
        // Objects and lists of one declaration are seen to hold the other; numbers come as they are typed in.
        let set = if is("String") || is("SecureString") {
            TypeSet::STRING
        } else if is("Bool") {
            TypeSet::BOOLEAN
        } else {
            return Type::ANY;
        };
        Type::of(set).or_null()
    }

    /// What comes in, as the trigger's schema has it; a row that is chosen in a list has no schema of its own.
    fn trigger_body(&'m self) -> Type {
        let mut triggers = self.triggers();
        let (Some(trigger), None) = (triggers.next(), triggers.next()) else { return Type::ANY };
        trigger.schema().map_or(Type::ANY, |schema| self.schema(schema, Origin::Trigger))
    }

    /// `outputs('…')`.
    fn outputs(&'m self, action: Action<'m>) -> Type {
        use ActionKind::*;
        match action.kind() {
            Compose => self.slot(action),
            ParseJson | Select | Query | Table | Join => {
                Type { set: TypeSet::OBJECT, inside: Inside::OutputsOf(action.index) }
            }
            _ => Type::ANY,
        }
    }

    /// `body('…')`.
    fn body(&'m self, action: Action<'m>) -> Type {
        use ActionKind::*;
        match action.kind() {
            ParseJson | Select | Query | Table | Join => self.slot(action),
            _ => Type::ANY,
        }
    }

    /// What an action gives, or what the items of an Apply to each are.
    fn slot(&'m self, action: Action<'m>) -> Type {
        self.fill();
        let steps = self.types.steps.get();
        once(steps.and_then(|steps| steps.get(action.index as usize)), || self.deeper(|| self.given_by(action)))
    }

    /// Works out what all actions give, before anything else is asked. What an action is made of mostly stands before it, so
    /// this goes less deep than any order of asking.
    fn fill(&'m self) {
        let types = &self.types;
        types.steps.get_or_init(|| (0..self.actions.len()).map(|_| Cell::default()).collect());
        if !types.is_filled.replace(true) {
            let depth = types.depth.replace(0);
            self.actions().for_each(|action| _ = self.slot(action));
            types.depth.set(depth);
        }
    }

    fn given_by(&'m self, action: Action<'m>) -> Type {
        let input = |key: &str| action.inputs().and_then(|inputs| inputs.get(key));
        match action.kind() {
            ActionKind::Compose => action.inputs().map_or(Type::ANY, |inputs| self.type_of_value(inputs)),
            ActionKind::ParseJson => input("schema").map_or(Type::ANY, |schema| self.schema(schema, Origin::ParseJson)),
            ActionKind::Select => Type::list_of(input("select").map_or(Type::ANY, |select| self.type_of_value(select))),
            ActionKind::Query => Type::list_of(self.item(self.from(action))),
            ActionKind::Table | ActionKind::Join => Type::of(TypeSet::STRING),
            ActionKind::Foreach => {
                let list = action.value().get("foreach");
                list.map_or(Type::ANY, |list| self.item(self.type_of_value(list)))
            }
            _ => Type::ANY,
        }
    }

    /// The list that Select, Filter array or Create table goes through.
    fn from(&'m self, action: Action<'m>) -> Type {
        let from = action.inputs().and_then(|inputs| inputs.get("from"));
        from.map_or(Type::ANY, |from| self.type_of_value(from))
    }

    /// What an item of a list is.
    fn item(&'m self, list: Type) -> Type {
        match list.inside {
            Inside::ListOf(Item::Of(set)) => Type::of(set),
            Inside::ListOf(Item::Json(node)) => self.type_of_value(self.document.value_of(node)),
            Inside::ListOf(Item::Schema(node, origin)) => self.schema(self.document.value_of(node), origin),
            Inside::Schema(node, origin) => {
                let items = self.document.value_of(node).get("items");
                items.map_or(Type::ANY, |items| self.schema(items, origin))
            }
            Inside::Json(node) => {
                let items = self.document.value_of(node).items();
                let seen: Vec<Type> = items.take(MAX_ITEMS + 1).map(|item| self.type_of_value(item)).collect();
                let is_whole = seen.len() <= MAX_ITEMS;
                seen.into_iter().reduce(Type::or).filter(|_| is_whole).unwrap_or(Type::ANY)
            }
            _ => Type::ANY,
        }
    }

    /// A schema as a type. Lenient: what it does not say, or says in ways that are not read here, is unknown.
    fn schema(&'m self, schema: Value<'m>, origin: Origin) -> Type {
        if !schema.is_object() {
            return Type::ANY;
        }
        let inside = Inside::Schema(schema.id(), origin);
        let set = match origin {
            Origin::Trigger => TypeSet::ANY,
            // A property that is not required may be missing, and reads as null.
            Origin::ParseJson => schema_set(schema) | TypeSet::NULL,
        };
        Type { set, inside }
    }

    /// A property of an object. Names are read without letter case, as the platform does.
    fn property(&'m self, held: Type, name: Cow<'m, str>) -> Property<'m> {
        let body = match held.inside {
            Inside::Json(node) => {
                let object = self.document.value_of(node);
                let found = object.entries().find(|entry| is_called(&entry.key.name(), &name));
                return match found {
                    Some(entry) => Property::Known(self.type_of_value(entry.value)),
                    None => Property::Unknown,
                };
            }
            Inside::Schema(node, origin) => return self.declared_property(node, origin, name),
            Inside::OutputsOf(action) => self.body(self.action(action)),
            Inside::TriggerOutputs => self.trigger_body(),
            Inside::Unknown | Inside::ListOf(_) => return Property::Unknown,
        };
        // `outputs('X')?['body/value']` is `outputs('X')?['body']?['value']`.
        match name.split_once('/') {
            _ if name.eq_ignore_ascii_case("body") => Property::Known(body),
            Some((first, rest)) if first.eq_ignore_ascii_case("body") => {
                self.property(body, Cow::Owned(rest.to_owned()))
            }
            _ => Property::Unknown,
        }
    }

    fn declared_property(&'m self, node: NodeId, origin: Origin, name: Cow<'m, str>) -> Property<'m> {
        let mut node = node;
        let mut rest: &str = &name;
        // A name with `/` in it may be one property or a way through several.
        loop {
            let schema = self.document.value_of(node);
            let Some(properties) = closed_properties(schema) else { return Property::Unknown };
            let find = |name: &str| properties.entries().find(|entry| is_called(&entry.key.name(), name));
            if let Some(entry) = find(rest) {
                return Property::Known(self.schema(entry.value, origin));
            }
            let (first, after) = rest.split_once('/').map_or((rest, None), |(first, after)| (first, Some(after)));
            match (find(first), after) {
                (Some(entry), Some(after)) if entry.value.is_object() => (node, rest) = (entry.value.id(), after),
                (Some(_), _) => return Property::Unknown,
                (None, _) => {
                    return Property::Missing { name: Cow::Owned(first.to_owned()), properties, origin };
                }
            }
        }
    }

    /// Goes one step deeper into what things are made of, if that is not too deep already.
    fn deeper(&self, work: impl FnOnce() -> Type) -> Type {
        let depth = &self.types.depth;
        if depth.get() >= MAX_DEPTH {
            return Type::ANY;
        }
        depth.set(depth.get() + 1);
        let known = work();
        depth.set(depth.get() - 1);
        known
    }
}

impl<'m> Trigger<'m> {
    /// The schema of what comes in, where the flow declares it: of manual and HTTP triggers, not of those for a chosen row.
    pub fn schema(self) -> Option<Value<'m>> {
        let is_for_row = self.value().get("kind").is_some_and(|kind| kind.is_str("ApiConnection"));
        if self.kind() != TriggerKind::Request || is_for_row {
            return None;
        }
        self.inputs()?.get("schema").filter(|schema| schema.is_object())
    }
}

impl<'m> super::Variable<'m> {
    /// The entry of `inputs.variables` that declares it.
    fn declaration(&self) -> Option<Value<'m>> {
        let holder = self.action.inputs()?.get("variables")?;
        let own = self.name_value.span();
        holder.items().find(|one| one.span().contains(own))
    }

    /// The value that it begins with.
    pub fn initial_value(&self) -> Option<Value<'m>> {
        self.declaration()?.get("value")
    }

    /// The type that it is declared with; any where that is none of the platform's.
    pub fn declared_type(&self) -> TypeSet {
        let Some(declared) = self.declaration().and_then(|one| one.get("type")) else { return TypeSet::ANY };
        let is = |name: &str| declared.is_str(name);
        match () {
            () if is("string") => TypeSet::STRING,
            () if is("integer") => TypeSet::INTEGER,
            () if is("float") => TypeSet::FLOAT,
            () if is("boolean") => TypeSet::BOOLEAN,
            () if is("array") => TypeSet::ARRAY,
            () if is("object") => TypeSet::OBJECT,
            () => TypeSet::ANY,
        }
    }
}

/// The properties of an object's schema, where it says all of them: nothing in it allows for others.
fn closed_properties(schema: Value<'_>) -> Option<Value<'_>> {
    const OPEN: [&str; 7] = ["patternProperties", "oneOf", "anyOf", "allOf", "if", "$ref", "dependencies"];
    let allows_more = schema.entries().any(|entry| {
        let key = entry.key.name();
        OPEN.contains(&key.as_ref()) || (key == "additionalProperties" && entry.value.as_bool() != Some(false))
    });
    let properties = schema.get("properties").filter(|properties| properties.is_object() && !allows_more)?;
    properties.entries().next().map(|_| properties)
}

/// Whether a key of the flow's JSON stands for a name: `@@odata.id` for `@odata.id`.
fn is_called(key: &str, name: &str) -> bool {
    let key = if key.starts_with("@@") { &key[1..] } else { key };
    key.eq_ignore_ascii_case(name) || (!key.is_ascii() && key.to_lowercase() == name.to_lowercase())
}

/// The types that a schema's `type` allows.
fn schema_set(schema: Value<'_>) -> TypeSet {
    let Some(declared) = schema.get("type") else { return TypeSet::ANY };
    let one = |value: Value<'_>| match value.as_str().as_deref() {
        Some("string") => TypeSet::STRING,
        Some("integer") => TypeSet::INTEGER,
        Some("number") => TypeSet::NUMBER,
        Some("boolean") => TypeSet::BOOLEAN,
        Some("array") => TypeSet::ARRAY,
        Some("object") => TypeSet::OBJECT,
        Some("null") => TypeSet::NULL,
        _ => TypeSet::ANY,
    };
    match declared.kind() {
        Kind::Array => declared.items().map(one).reduce(|a, b| a | b).unwrap_or(TypeSet::ANY),
        _ => one(declared),
    }
}

fn number_set(text: &str) -> TypeSet {
    if text.contains(['.', 'e', 'E']) { TypeSet::FLOAT } else { TypeSet::INTEGER }
}

/// What `json` makes of literal text.
fn json_set(text: &str) -> TypeSet {
    match text.trim_start().bytes().next() {
        Some(b'{') => TypeSet::OBJECT,
        Some(b'[') => TypeSet::ARRAY,
        Some(b'"') => TypeSet::STRING,
        _ => TypeSet::ANY,
    }
}

#[cfg(test)]
mod tests;
