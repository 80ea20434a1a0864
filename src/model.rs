//! The intermediate representation: a flow as its makers know it, over the spanned tree. Rules ask it and never the
//! JSON's layout. It keeps handles into the tree, copies no text, and dies with the flow's bytes.

mod callers;
mod changes;
mod conditions;
mod cost;
mod dataflow;
mod duration;
mod effects;
mod expressions;
mod graph;
mod handlers;
mod interface;
mod kind;
pub mod limits;
mod lists;
mod lower;
mod path;
mod queries;
pub mod secrets;
pub mod settings;
pub mod shape;
mod types;
mod unread;
mod variable_uses;
mod waiting;

pub use callers::Callers;
pub use changes::{Change, Watch};
pub use conditions::{Comparison, Decided};
pub use cost::{Repeated, Requests};
pub use dataflow::{Caller, FlowSource, FlowStep, Purpose, Trace};
pub use duration::IsoDuration;
pub use effects::EffectOverrides;
pub use expressions::{Expression, Reference, Step, Variable, is_same_name};
pub use graph::{Ends, RunAfter, Status, Unreachable};
pub use handlers::{Catch, Coverage, Reaction, RunEnd, Through};
pub use interface::{Given, GivenInput, InputField, InputType, Interface};
pub use kind::{ActionKind, Effect, TriggerKind};
pub use lists::ItemRead;
pub use path::{FlowIdentity, StepPath, display_name};
pub use queries::{Cell, Query, RowLimit};
pub use settings::Setting;
pub use shape::{Completeness, Platform, Shell};
pub use types::{Missing, Origin, Type};
pub use variable_uses::{UseKind, UsedVariable, UsesInLoop, VariableUse};
pub use waiting::Slowness;

pub use crate::records::is_guid;

use crate::facts;
use crate::records::{PackageRecord, WorkflowRecord};
use crate::syntax::{Document, Entry, Spot, Value};
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// A cloud flow or Logic Apps workflow with everything that is known of it.
pub struct Flow<'d> {
    /// The tree that all handles point into.
    pub document: &'d Document<'d>,
    /// The object with `triggers` and `actions`.
    pub definition: Value<'d>,
    /// The object around the definition that carries connection references and names; else the definition.
    pub holder: Value<'d>,
    /// The flow's own object in the document, shell included: the root, or its entry in a list of flows.
    pub envelope: Value<'d>,
    /// What is around the definition.
    pub shell: Shell,
    /// What it is called and how it is told apart.
    pub identity: Arc<FlowIdentity>,
    /// How much of the flow and its package is in hand.
    pub completeness: Completeness,
    /// Where it runs.
    pub platform: Platform,
    /// The package that it lies in.
    pub package: Option<&'d PackageRecord>,
    /// The package's own record of this flow.
    pub record: Option<&'d WorkflowRecord>,
    /// The literal secrets of the whole document.
    secrets: &'d [secrets::Secret<'d>],
    /// `definition.parameters`: environment variables and the implicit `$connections` and `$authentication`.
    pub parameters: Vec<Parameter<'d>>,
    /// `connectionReferences`: what the flow's connector calls name by key.
    pub connection_references: Vec<ConnectionReference<'d>>,
    triggers: Vec<TriggerNode<'d>>,
    actions: Vec<ActionNode<'d>>,
    containers: Vec<Container<'d>>,
    /// Lower-case action name to the first action of that name.
    by_name: HashMap<String, u32>,
    expressions: expressions::Expressions<'d>,
    /// Types that were asked for.
    types: types::Types,
    tested: lists::Tested,
    graph: graph::Graph,
    costs: cost::Costs,
    data_flow: dataflow::DataFlow,
    /// What the config says of operations.
    effects: &'d EffectOverrides,
    /// Found when a rule asks.
    failures: OnceCell<handlers::Failures>,
    queries: OnceCell<queries::Queries>,
    /// Titles of connectors that were asked for: few, and each asked for by many steps.
    titles: RefCell<Vec<(String, Cow<'static, str>)>>,
}

/// An entry of `definition.parameters`. Environment variables appear here as `Display name (schema_name)`.
pub struct Parameter<'d> {
    /// Key and value in the tree.
    pub entry: Entry<'d>,
    /// The key, decoded.
    pub name: Cow<'d, str>,
}

/// An entry of `connectionReferences`, in its solution form (`connection.connectionReferenceLogicalName`), its legacy
/// form (`connectionName`, `id`), or the form of the service's own answers, which has all three side by side.
pub struct ConnectionReference<'d> {
    /// Key and value in the tree.
    pub entry: Entry<'d>,
    /// The key, which `host.connectionName` of a call names.
    pub key: Cow<'d, str>,
    /// The connector's API name, lower case: `shared_office365`.
    pub connector: Option<Cow<'d, str>>,
    /// The solution's connection reference behind it, if it is one.
    pub logical_name: Option<Cow<'d, str>>,
}

struct TriggerNode<'d> {
    entry: Entry<'d>,
    name: Cow<'d, str>,
    kind: TriggerKind,
    operation: Option<OperationNode<'d>>,
}

struct ActionNode<'d> {
    /// Where its name stands; of a pasted step, which has none, its type.
    at: Spot,
    value: Value<'d>,
    name: Cow<'d, str>,
    kind: ActionKind,
    inputs: Option<Value<'d>>,
    container: u32,
    run_after: Vec<RunAfter<'d>>,
    /// Of connector calls only.
    operation: Option<OperationNode<'d>>,
    // Asked for more than once, or not at all.
    type_facts: OnceCell<Option<&'static facts::ActionType>>,
    effect: OnceCell<Effect>,
    path: OnceCell<Arc<StepPath>>,
}

/// What [`Operation`] shows.
struct OperationNode<'d> {
    connector: Option<Cow<'d, str>>,
    id: Option<Cow<'d, str>>,
    connection_key: Option<(Cow<'d, str>, Value<'d>)>,
}

/// A list of sibling actions: the flow's top level, the inside of a scope or loop, one branch of a condition or switch.
struct Container<'d> {
    owner: Option<u32>,
    branch: Branch<'d>,
    actions: Vec<u32>,
}

/// Which list of its container an action lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Branch<'d> {
    /// `actions` of the flow, a scope or a loop, and the yes branch of a condition.
    Main,
    /// `else.actions` of a condition.
    Else,
    /// `cases.<name>.actions` of a switch.
    Case(Cow<'d, str>),
    /// `default.actions` of a switch.
    Default,
    /// `tools.<name>.actions` of an agent.
    Tool(Cow<'d, str>),
}

/// A trigger of a flow: a cheap handle.
#[derive(Clone, Copy)]
pub struct Trigger<'m> {
    flow: &'m Flow<'m>,
    index: u32,
}

/// An action of a flow: a cheap handle.
#[derive(Clone, Copy)]
pub struct Action<'m> {
    flow: &'m Flow<'m>,
    index: u32,
}

/// What a connector call or connector trigger names in `inputs.host`.
#[derive(Clone, Copy)]
pub struct Operation<'m> {
    /// The connector's API name, lower case: `shared_sharepointonline`. `None` if neither the call nor the connection
    /// reference says it.
    pub connector: Option<&'m str>,
    /// The operation: `GetItems`.
    pub id: Option<&'m str>,
    /// The key into `connectionReferences` and the value that holds it.
    pub connection_key: Option<(&'m str, Value<'m>)>,
}

impl<'m> Operation<'m> {
    fn new(node: &'m OperationNode<'m>) -> Self {
        Self {
            connector: node.connector.as_deref(),
            id: node.id.as_deref(),
            connection_key: node.connection_key.as_ref().map(|(key, value)| (key.as_ref(), *value)),
        }
    }
}

impl<'m> Flow<'m> {
    /// All triggers, in text order. A cloud flow has one.
    pub fn triggers(&'m self) -> impl Iterator<Item = Trigger<'m>> {
        (0..self.triggers.len() as u32).map(|index| Trigger { flow: self, index })
    }

    /// All actions, containers before what they contain, in text order.
    pub fn actions(&'m self) -> impl Iterator<Item = Action<'m>> {
        (0..self.actions.len() as u32).map(|index| self.action(index))
    }

    /// How many actions there are, nested ones included.
    pub fn action_count(&self) -> usize {
        self.actions.len()
    }

    /// Whether no two actions have one name, letter case aside.
    pub fn has_distinct_names(&self) -> bool {
        self.by_name.len() == self.actions.len()
    }

    /// The action of a name; ASCII case is ignored, as the platform does (corpus: 116 references differ only in case).
    pub fn action_named(&'m self, name: &str) -> Option<Action<'m>> {
        self.by_name.get(&name.to_lowercase()).map(|&index| self.action(index))
    }

    /// The entry of `connectionReferences` under a key, case ignored.
    pub fn connection_reference(&self, key: &str) -> Option<&ConnectionReference<'m>> {
        self.connection_references.iter().find(|reference| reference.key.eq_ignore_ascii_case(key))
    }

    /// Whether the flow belongs to a solution, and so can have solution connection references: it has a Workflow record,
    /// a reference with a logical name, or the `schemaVersion` that only solution exports write.
    pub fn is_solution_flow(&self) -> bool {
        self.record.is_some()
            || self.connection_references.iter().any(|reference| reference.logical_name.is_some())
            || self.document.root().get("schemaVersion").is_some()
    }

    /// Whether it was exported on its own, from outside any solution, so that what it names is set up anew at each import.
    pub fn is_outside_solutions(&self) -> bool {
        self.shell == Shell::Resource && !self.is_solution_flow()
    }

    /// Where a finding about the flow as a whole is shown: the key of its first action, else of its definition.
    pub fn spot(&self) -> Spot {
        match (self.actions.first(), self.triggers.first()) {
            (_, Some(trigger)) => trigger.entry.key.spot(),
            (Some(action), None) => action.at,
            (None, None) => self.definition.spot(),
        }
    }

    /// The innermost action that contains a spot.
    pub fn action_at(&'m self, spot: Spot) -> Option<Action<'m>> {
        // Actions stand in text order and nest, so the last one that contains the spot is the innermost.
        let contains =
            |node: &ActionNode<'_>| node.at.span.contains(spot.span) || node.value.span().contains(spot.span);
        let until = self.actions.partition_point(|node| node.start() <= spot.span.start);
        (0..until as u32).rev().map(|index| self.action(index)).find(|action| contains(action.node()))
    }

    /// The names from the flow down to the step that contains a spot.
    pub fn step_path(&'m self, spot: Spot) -> Arc<StepPath> {
        if let Some(action) = self.action_at(spot) {
            return action.path();
        }
        let trigger = self.triggers().find(|trigger| {
            let entry = trigger.node().entry;
            entry.key.span().contains(spot.span) || entry.value.span().contains(spot.span)
        });
        trigger.map(Trigger::path).map(Arc::new).unwrap_or_default()
    }

    fn action(&'m self, index: u32) -> Action<'m> {
        Action { flow: self, index }
    }

    /// What the designer shows beside a step's name: the connector's title, or the sort of built-in step.
    fn step_kind(&self, connector: Option<&str>, built_in: &'static str) -> Cow<'static, str> {
        let Some(id) = connector else { return Cow::Borrowed(built_in) };
        let mut titles = self.titles.borrow_mut();
        if let Some((_, title)) = titles.iter().find(|(known, _)| known == id) {
            return title.clone();
        }
        let title = match facts::connector(id) {
            Some(known) => Cow::Borrowed(known.title),
            None => Cow::Owned(facts::connector_title(id).into_owned()),
        };
        titles.push((id.to_owned(), title.clone()));
        title
    }
}

impl<'m> Trigger<'m> {
    fn node(self) -> &'m TriggerNode<'m> {
        &self.flow.triggers[self.index as usize]
    }

    /// The flow that it starts.
    pub fn flow(self) -> &'m Flow<'m> {
        self.flow
    }

    /// The name as the JSON has it, with `_` for blanks.
    pub fn name(self) -> &'m str {
        &self.node().name
    }

    /// What sort of trigger it is.
    pub fn kind(self) -> TriggerKind {
        self.node().kind
    }

    /// The place of the name.
    pub fn name_spot(self) -> Spot {
        self.node().entry.key.spot()
    }

    /// The trigger's JSON object.
    pub fn value(self) -> Value<'m> {
        self.node().entry.value
    }

    /// `inputs`.
    pub fn inputs(self) -> Option<Value<'m>> {
        self.value().get("inputs")
    }

    /// The connector and operation, where it has one.
    pub fn operation(self) -> Option<Operation<'m>> {
        self.node().operation.as_ref().map(Operation::new)
    }

    /// The data-policy id of what this trigger uses: a connector's API name or a pseudo-connector such as
    /// `HttpRequestReceived` (Microsoft's DLP connector classification page).
    pub fn connector(self) -> Option<&'m str> {
        match self.kind() {
            TriggerKind::Http => Some("Http"),
            TriggerKind::HttpWebhook => Some("HttpWebhook"),
            TriggerKind::Request => {
                let kind = self.value().get("kind");
                let is = |name: &str| kind.is_some_and(|kind| kind.is_str(name));
                match (is("Http"), is("TeamsWebhook")) {
                    (true, _) => Some("HttpRequestReceived"),
                    (_, true) => Some("TeamsWebhookRequestReceived"),
                    _ => self.operation().and_then(|operation| operation.connector),
                }
            }
            _ => self.operation().and_then(|operation| operation.connector),
        }
    }

    fn path(self) -> StepPath {
        let kind = self.flow.step_kind(self.connector(), self.kind().title());
        StepPath { steps: vec![self.name().to_owned()], kind }
    }
}

impl ActionNode<'_> {
    /// Where it begins, name included.
    fn start(&self) -> u32 {
        self.at.span.start.min(self.value.span().start)
    }
}

impl<'m> Action<'m> {
    fn node(self) -> &'m ActionNode<'m> {
        &self.flow.actions[self.index as usize]
    }

    fn container(self) -> &'m Container<'m> {
        &self.flow.containers[self.node().container as usize]
    }

    /// The flow that it belongs to.
    pub fn flow(self) -> &'m Flow<'m> {
        self.flow
    }

    /// The name as the JSON has it, with `_` for blanks.
    pub fn name(self) -> &'m str {
        &self.node().name
    }

    /// The name as the designer shows it.
    pub fn display_name(self) -> String {
        display_name(self.name())
    }

    /// What sort of action it is.
    pub fn kind(self) -> ActionKind {
        self.node().kind
    }

    /// The place of the name.
    pub fn name_spot(self) -> Spot {
        self.node().at
    }

    /// The action's JSON object.
    pub fn value(self) -> Value<'m> {
        self.node().value
    }

    /// `inputs`.
    pub fn inputs(self) -> Option<Value<'m>> {
        self.node().inputs
    }

    /// A connector call's `inputs.parameters.<name>`.
    pub fn parameter(self, name: &str) -> Option<Value<'m>> {
        self.inputs()?.get("parameters")?.get(name)
    }

    /// The scope, loop, condition or switch around it.
    pub fn parent(self) -> Option<Action<'m>> {
        self.container().owner.map(|owner| self.flow.action(owner))
    }

    /// Which list of the parent it lies in.
    pub fn branch(self) -> &'m Branch<'m> {
        &self.container().branch
    }

    /// The containers around it, innermost first.
    pub fn ancestors(self) -> impl Iterator<Item = Action<'m>> {
        std::iter::successors(self.parent(), |action| action.parent())
    }

    /// The other actions of the same list, in text order.
    pub fn siblings(self) -> impl Iterator<Item = Action<'m>> {
        self.container().actions.iter().map(move |&index| self.flow.action(index)).filter(move |&other| other != self)
    }

    /// The actions directly inside it, over all its branches, in text order.
    pub fn children(self) -> impl Iterator<Item = Action<'m>> {
        let inside = self.value().span();
        let after = self.flow.actions[self.index as usize + 1..].iter();
        let within = after.take_while(move |node| inside.contains(node.at.span)).count() as u32;
        let descendants = (self.index + 1..=self.index + within).map(move |index| self.flow.action(index));
        descendants.filter(move |action| action.parent() == Some(self))
    }

    /// Whether it contains any action.
    pub fn has_children(self) -> bool {
        // What it contains follows it directly.
        let next = self.flow.actions.get(self.index as usize + 1);
        next.is_some_and(|next| self.flow.containers[next.container as usize].owner == Some(self.index))
    }

    /// Whether a loop is around it, at any distance.
    pub fn is_inside_loop(self) -> bool {
        self.ancestors().any(|action| action.kind().is_loop())
    }

    /// The connector and operation that it calls, if it calls one.
    pub fn operation(self) -> Option<Operation<'m>> {
        self.node().operation.as_ref().map(Operation::new)
    }

    /// The data-policy id of what this action uses: a connector's API name or a pseudo-connector (`Http`, `HttpWebhook`).
    /// Built-in data, control and variable actions use none.
    pub fn connector(self) -> Option<&'m str> {
        match self.kind() {
            ActionKind::Http => Some("Http"),
            ActionKind::HttpWebhook => Some("HttpWebhook"),
            _ => self.operation().and_then(|operation| operation.connector),
        }
    }

    /// What sort of retry policy the maker has chosen: the value that says it.
    pub fn retry_policy(self) -> Option<Value<'m>> {
        self.inputs()?.at(&["retryPolicy", "type"])
    }

    /// What it does to the world outside the flow.
    pub fn effect(self) -> Effect {
        *self.node().effect.get_or_init(|| self.effect_given().unwrap_or_else(|| self.read_effect()))
    }

    /// What the config says of its operation.
    fn effect_given(self) -> Option<Effect> {
        let given = self.flow.effects;
        if given.is_empty() {
            return None;
        }
        if let Some(operation) = self.operation() {
            return given.effect(operation.connector?, operation.id?);
        }
        let connector = self.connector()?;
        let method = self.inputs().and_then(|inputs| inputs.get("method")).and_then(Value::as_str);
        given.effect(connector, method.as_deref().unwrap_or_default())
    }

    fn read_effect(self) -> Effect {
        match self.kind() {
            ActionKind::Http if self.asks_for_a_token() => Effect::Read,
            ActionKind::Http => self.effect_of_method(self.inputs()),
            ActionKind::HttpWebhook => Effect::Write,
            ActionKind::Workflow => Effect::ChildFlow,
            ActionKind::Response => Effect::Response,
            kind if kind.is_connector_call() => {
                let Some(operation) = self.operation() else { return Effect::Unknown };
                let (Some(connector), Some(id)) = (operation.connector, operation.id) else { return Effect::Unknown };
                match facts::operation_effect(connector, id) {
                    facts::Effect::Read => Effect::Read,
                    facts::Effect::Write => Effect::Write,
                    facts::Effect::Delete => Effect::Delete,
                    facts::Effect::Send => Effect::Send,
                    facts::Effect::SendAndWait => Effect::SendAndWait,
                    facts::Effect::Http => {
                        self.effect_of_method(self.inputs().and_then(|inputs| inputs.get("parameters")))
                    }
                    facts::Effect::NamedAction => self.effect_of_named_action(),
                    facts::Effect::Unknown => Effect::Unknown,
                }
            }
            ActionKind::Unknown => Effect::Unknown,
            _ => Effect::None,
        }
    }

    /// Whether an HTTP call goes to a token endpoint (RFC 6749, section 3.2; Entra ID's is `…/oauth2/v2.0/token`). It is a POST
    /// that changes nothing.
    fn asks_for_a_token(self) -> bool {
        let uri = self.inputs().and_then(|inputs| inputs.get("uri")).and_then(Value::as_str);
        let path = uri.as_deref().and_then(|uri| uri.split(['?', '#']).next()).unwrap_or_default();
        path.rsplit_once('/').is_some_and(|(_, last)| last.eq_ignore_ascii_case("token"))
    }

    /// GET, HEAD and OPTIONS read; any other method, and one that an expression decides, may write. Connectors call the
    /// parameter `Method` (Outlook, Groups, Teams), `request/method` (HTTP with Entra ID) or `parameters/method` (SharePoint).
    fn effect_of_method(self, holder: Option<Value<'m>>) -> Effect {
        let names = ["method", "request/method", "parameters/method"];
        let method = holder.and_then(|holder| names.iter().find_map(|name| holder.get(name)));
        let Some(method) = method else { return Effect::Unknown };
        let reads = ["GET", "HEAD", "OPTIONS"].iter().any(|reading| method.is_str(reading));
        if reads { Effect::Read } else { Effect::Write }
    }

    /// What the Dataverse action does that the step calls by its `actionName`; one that an expression decides may write.
    fn effect_of_named_action(self) -> Effect {
        let name = self.parameter("actionName").and_then(Value::as_str);
        if name.is_some_and(|name| facts::is_reading_action(&name)) { Effect::Read } else { Effect::Write }
    }

    /// The names from the flow's top level down to this action.
    pub fn path(self) -> Arc<StepPath> {
        let path = self.node().path.get_or_init(|| {
            let mut steps: Vec<String> = self.ancestors().map(|action| action.name().to_owned()).collect();
            steps.reverse();
            steps.push(self.name().to_owned());
            Arc::new(StepPath { steps, kind: self.flow.step_kind(self.connector(), self.kind().title()) })
        });
        Arc::clone(path)
    }
}

impl PartialEq for Action<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && std::ptr::eq(self.flow, other.flow)
    }
}

impl Eq for Action<'_> {}

impl fmt::Debug for Action<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
