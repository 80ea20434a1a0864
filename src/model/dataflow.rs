//! Where values come from: the way from what a caller sends, a row of a business system or a secret to a place where it
//! does harm.
//!
//! The search goes backwards from a place, over Compose, Parse JSON, Select, Filter array, Join, Create table, variables and
//! loops, field by field where fields are named literally. It is a walk over what was not seen before, shortest way first,
//! and gives up after a bound. What it loses errs towards silence: results of scopes and child flows, answers of other
//! services, names that are expressions, code. What it takes too widely: a variable holds whatever any earlier step put
//! into it, and all items of a list are one.

mod guards;
mod trace;

use super::{Action, ActionKind, Flow, Trigger, TriggerKind, display_name};
use crate::facts::{self, SinkText, TriggerInput};
use crate::syntax::{Spot, Value};
use guards::Guards;
use std::cell::OnceCell;
use std::collections::HashMap;

/// What is asked of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Whether a caller can change what a service runs or calls.
    Injection(SinkText),
    /// Whether rows of a business system are in it.
    Business,
    /// Whether a secret is in it.
    Secret,
}

/// Who decides what is in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// People of the tenant, or those that a tenant lets in.
    Known,
    /// Anybody.
    Anyone,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub enum FlowSource<'m> {
    /// A caller sends it; with the words for it.
    Caller(Caller, String),
    /// A row of a business system, by its name.
    Business(&'static str),
    /// A step reads a secret.
    Secret(Action<'m>),
}

/// One step of the way that a value takes.
#[derive(Clone, Debug)]
pub struct FlowStep {
    /// Where.
    pub spot: Spot,
    /// What happens: lower-case start, no final period.
    pub text: String,
}

/// A way from a source to a place.
#[derive(Clone, Debug)]
pub struct Trace<'m> {
    /// Where it begins.
    pub source: FlowSource<'m>,
    /// From the source to the place.
    pub steps: Vec<FlowStep>,
    /// The steps in between that keep the value, from the source on.
    pub through: Vec<Action<'m>>,
    /// Of an address: whether it decides which host is called.
    pub is_leading: bool,
}

impl Trace<'_> {
    /// Where the value enters the place.
    pub fn spot(&self) -> Option<Spot> {
        self.steps.last().map(|step| step.spot)
    }
}

/// What was worked out for a flow; without lifetimes, so that a flow stays covariant.
#[derive(Default)]
pub(super) struct DataFlow {
    /// The steps that write each variable, by its name in lower case.
    writes: OnceCell<HashMap<String, Vec<u32>>>,
    guards: Guards,
    has_caller: OnceCell<bool>,
    has_secrets: OnceCell<bool>,
}

impl<'m> Flow<'m> {
    /// The ways by which something comes into a value, one per source and place where it enters, shortest first. `end` says what happens there.
    pub fn traces(&'m self, value: Value<'m>, purpose: Purpose, end: &str) -> Vec<Trace<'m>> {
        trace::search(self, value, purpose, end)
    }

    /// Whether anything that comes in was written by somebody else.
    pub fn has_caller_input(&'m self) -> bool {
        *self.data_flow.has_caller.get_or_init(|| {
            let is_written = |operation: super::Operation<'_>| {
                let (Some(connector), Some(id)) = (operation.connector, operation.id) else { return false };
                facts::data_flow().written(connector, id).is_some()
            };
            self.triggers().any(|trigger| trigger.caller().is_some())
                || self.actions().filter_map(Action::operation).any(is_written)
        })
    }

    /// Whether any step reads a secret.
    pub fn has_secrets(&'m self) -> bool {
        *self.data_flow.has_secrets.get_or_init(|| self.actions().any(Action::reads_secret))
    }

    /// The steps that put something into a variable.
    fn writes_of(&'m self, name: &str) -> impl Iterator<Item = Action<'m>> {
        let writes = self.data_flow.writes.get_or_init(|| {
            let mut writes: HashMap<String, Vec<u32>> = HashMap::new();
            for action in self.actions() {
                if let Some((name, _)) = action.variable_written() {
                    writes.entry(name.to_lowercase()).or_default().push(action.index);
                }
            }
            for variable in self.variables() {
                writes.entry(variable.name.to_lowercase()).or_default().push(variable.action.index);
            }
            writes
        });
        writes.get(&name.to_lowercase()).into_iter().flatten().map(|&index| self.action(index))
    }
}

impl<'m> Trigger<'m> {
    /// Who decides what comes in; nobody where it is no text of a person, or another flow's.
    pub fn caller(self) -> Option<Caller> {
        let facts = facts::data_flow();
        if self.kind() == TriggerKind::Request {
            let kind = self.value().get("kind")?.as_str()?;
            return Some(match facts.request(&kind)? {
                TriggerInput::Known => Caller::Known,
                // A flow that answers and starts by hand is a child flow: its parent is to be looked at.
                TriggerInput::Parent if self.flow().actions().any(|action| action.kind() == ActionKind::Response) => {
                    return None;
                }
                TriggerInput::Parent => Caller::Known,
                TriggerInput::Anyone => {
                    let asked = self.inputs().and_then(|inputs| inputs.get("triggerAuthenticationType"));
                    let is_open = asked.is_none_or(|who| who.is_str("All"));
                    if is_open { Caller::Anyone } else { Caller::Known }
                }
            });
        }
        let operation = self.operation()?;
        facts.written(operation.connector?, operation.id?).map(|_| Caller::Anyone)
    }

    /// Whether what is read of its body comes from a caller and can hold any text.
    fn source_of(self, fields: &[String]) -> Option<FlowSource<'m>> {
        let caller = self.caller()?;
        let facts = facts::data_flow();
        if self.kind() != TriggerKind::Request {
            let operation = self.operation()?;
            let (what, open) = facts.written(operation.connector?, operation.id?)?;
            let field = fields.iter().find(|field| !field.eq_ignore_ascii_case("value"));
            let is_open = field.is_none_or(|field| open.iter().any(|open| open.eq_ignore_ascii_case(field)));
            return is_open.then(|| FlowSource::Caller(caller, what.to_owned()));
        }
        let kind = self.value().get("kind")?;
        let is_web = kind.is_str("Http") || kind.is_str("TeamsWebhook");
        let options = self.value().get("operationOptions").and_then(Value::as_str);
        let is_validated = options.is_some_and(|options| options.contains("EnableSchemaValidation"));
        if let Some(field) = fields.first() {
            if !is_web && facts.is_given(field) {
                return None;
            }
            let schema = self.inputs().and_then(|inputs| inputs.get("schema"));
            let mut schema = schema.filter(|_| !is_web || is_validated);
            for field in fields {
                schema = schema.and_then(|schema| schema.get("properties")?.get(field));
            }
            let is = |key: &str, names: &[&str]| {
                let declared = schema.and_then(|schema| schema.get(key));
                declared.is_some_and(|declared| names.iter().any(|name| declared.is_str(name)))
            };
            let is_narrow = is("type", &["number", "integer", "boolean"])
                || is("format", &["uuid", "date", "date-time"])
                || schema.is_some_and(|schema| schema.get("enum").is_some());
            if is_narrow {
                return None;
            }
        }
        let what = match caller {
            Caller::Anyone => "what a caller sends".to_owned(),
            Caller::Known => self.input_title(fields),
        };
        Some(FlowSource::Caller(caller, what))
    }

    /// What people call an input.
    fn input_title(self, fields: &[String]) -> String {
        let Some(field) = fields.first() else { return "the inputs".to_owned() };
        let properties = self.inputs().and_then(|inputs| inputs.at(&["schema", "properties"]));
        let title = properties.and_then(|properties| properties.get(field)?.get("title")?.as_str());
        format!("the input `{}`", title.as_deref().unwrap_or(field))
    }

    fn origin(self, source: &FlowSource<'_>) -> FlowStep {
        let name = display_name(self.name());
        let text = match source {
            FlowSource::Caller(Caller::Anyone, what) => format!("{what} comes in by `{name}`, from anyone"),
            FlowSource::Caller(Caller::Known, what) => format!("{what} comes in by `{name}`"),
            FlowSource::Business(what) => format!("`{name}` gives a row of {what}"),
            FlowSource::Secret(_) => format!("`{name}` gives a secret"),
        };
        FlowStep { spot: self.name_spot(), text }
    }
}

impl<'m> Action<'m> {
    /// What a step brings into the flow, as far as these fields of its body are asked for.
    fn source_of(self, fields: &[String], purpose: Purpose) -> Option<FlowSource<'m>> {
        let facts = facts::data_flow();
        match purpose {
            Purpose::Injection(_) => {
                let operation = self.operation()?;
                let (what, open) = facts.written(operation.connector?, operation.id?)?;
                let is_open = |field: &String| open.iter().any(|open| open.eq_ignore_ascii_case(field));
                let opens = open.is_empty() || fields.first().is_none_or(is_open);
                // What a form adds to the answers itself.
                let is_added = fields.first().is_some_and(|field| {
                    ["responder", "submitDate"].iter().any(|added| added.eq_ignore_ascii_case(field))
                });
                (opens && !is_added).then(|| FlowSource::Caller(Caller::Anyone, what.to_owned()))
            }
            Purpose::Business => {
                let operation = self.operation()?;
                let read = facts.business(operation.connector?, operation.id?)?;
                is_telling(fields).then_some(FlowSource::Business(read.what))
            }
            Purpose::Secret => self.reads_secret().then_some(FlowSource::Secret(self)),
        }
    }

    /// Whether it reads a secret: from Azure Key Vault, or an environment variable of type Secret.
    pub fn reads_secret(self) -> bool {
        if self.kind() == ActionKind::Http {
            let part = |name: &str| self.inputs().and_then(|inputs| inputs.get(name));
            let uri = part("uri").and_then(Value::as_str);
            return part("method").is_some_and(|method| method.is_str("GET"))
                && uri.is_some_and(|uri| facts::data_flow().is_secret_address(&uri));
        }
        let Some(operation) = self.operation() else { return false };
        let (Some(connector), Some(id)) = (operation.connector, operation.id) else { return false };
        let name = self.parameter("actionName").and_then(Value::as_str);
        facts::data_flow().reads_secret(connector, id, name.as_deref())
    }

    /// Whether run history hides its inputs or its outputs: `side` is the one or the other.
    pub fn hides(self, side: &str) -> bool {
        let hidden = self.value().at(&["runtimeConfiguration", "secureData", "properties"]);
        hidden.into_iter().flat_map(Value::items).any(|hidden| hidden.is_str(side))
    }

    fn origin(self, source: &FlowSource<'_>) -> FlowStep {
        let name = self.display_name();
        let text = match source {
            FlowSource::Caller(_, what) => format!("`{name}` reads {what}, written by anyone"),
            FlowSource::Business(what) => format!("`{name}` reads {what}"),
            FlowSource::Secret(_) => format!("`{name}` reads a secret"),
        };
        FlowStep { spot: self.name_spot(), text }
    }

    /// What a step does with a value on its way.
    fn passes_on(self) -> String {
        let name = self.display_name();
        match self.kind() {
            ActionKind::InitializeVariable
            | ActionKind::SetVariable
            | ActionKind::AppendToArrayVariable
            | ActionKind::AppendToStringVariable => format!("`{name}` puts it into a variable"),
            ActionKind::Foreach => format!("the loop `{name}` goes through it"),
            ActionKind::ParseJson => format!("`{name}` reads it as JSON"),
            ActionKind::Query => format!("`{name}` picks from it"),
            _ => format!("`{name}` takes it on"),
        }
    }
}

/// Whether fields of a row, or the row as a whole, say anything.
fn is_telling(fields: &[String]) -> bool {
    fields.last().is_none_or(|field| !facts::data_flow().is_dull(field))
}

/// Whether the text before a place names the host, so that the place no longer decides it.
fn is_past_host(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.contains(['/', '?', '#'])
}
