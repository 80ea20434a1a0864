//! Which parts of a JSON document are flows, and in which shell. Knows names of keys, not what actions mean.

use crate::syntax::{Document, Value};
use std::borrow::Cow;

/// A flow, or part of one, in a document.
#[derive(Clone)]
pub struct Shape<'d> {
    /// What is around it.
    pub shell: Shell,
    /// The definition, an object with `triggers` and `actions`; of [`Shell::Steps`] the object whose values are steps,
    /// of [`Shell::Step`] the step itself.
    pub definition: Value<'d>,
    /// The object that carries `displayName`, `connectionReferences` and the like: `properties`, the root, or the
    /// definition itself.
    pub holder: Value<'d>,
    /// The object that carries the legacy `name`, `id` and `type`: the entry of the list, the resource, or the root.
    pub envelope: Value<'d>,
    /// `connectionReferences` of the holder or envelope.
    pub connection_references: Option<Value<'d>>,
    /// How much of the flow is there.
    pub completeness: Completeness,
    /// Whose flow it is.
    pub platform: Platform,
    /// The step's name, where a [`Shell::Step`] brings it along.
    pub step_name: Option<Cow<'d, str>>,
}

/// What is around a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shell {
    /// `{properties: {definition, connectionReferences}, schemaVersion}`: a flow of a solution.
    ClientData,
    /// `{name, id, type, properties: {displayName, definition, …}}`: legacy packages, the management connector, the admin cmdlets.
    Resource,
    /// A resource `Microsoft.Logic/workflows` of an ARM template.
    Arm,
    /// `{definition, …}`: Logic Apps, Standard (with `kind`) or Consumption.
    Wrapped,
    /// The definition alone.
    Bare,
    /// An object of steps, or `{actions}` alone.
    Steps,
    /// One step: from Peek code, or a designer's clipboard.
    Step,
}

/// How much of a flow a shape has (design decision 17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Completeness {
    /// Steps only.
    Fragment,
    /// Triggers and actions, but no connection references.
    Definition,
    /// All of it.
    Whole,
    /// All of it, with the package's own record of it.
    Package,
}

/// Whose flow it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// Power Automate
    PowerAutomate,
    /// Azure Logic Apps
    LogicApps,
}

/// The flows in a document, in text order.
pub fn shapes<'d>(_document: &'d Document<'d>) -> Vec<Shape<'d>> {
    Vec::new()
}

/// A process that is no cloud flow, seen by its JSON alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Foreign {
    /// A desktop flow: `{properties, schemaversion, targets}`.
    DesktopFlow,
    /// An agent macro of Dynamics 365: `{properties, schemaVersion, subcategory}`.
    AgentMacro,
}

/// Whether the document is a process that is no cloud flow.
pub fn foreign(_document: &Document<'_>) -> Option<Foreign> {
    None
}

/// Whether a text may hold a shape at all: what says no here need not be parsed.
pub fn may_hold_shapes(_text: &str) -> bool {
    true
}

/// Whether a text that is not JSON was meant to be a flow.
pub fn looks_like_flow(_text: &str) -> bool {
    false
}
