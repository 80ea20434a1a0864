//! What is kept of each flow when its bytes are gone, for rules over the whole run. Such rules look inside one family
//! only, and within it at one copy per flow id (design decision 16).

mod loops;

pub(crate) use loops::{Link, Loop, loops};

use crate::finding::Place;
use crate::model::{Change, Completeness, Flow, FlowIdentity, Given, Interface, Platform, TriggerKind, Watch, is_guid};
use crate::records::{DependencyEnd, MissingDependency, PROCESS, PackageRecord};
use crate::syntax::{Spot, Value};
use std::sync::Arc;

/// All that is known of a run: its families, in the order of their names.
pub struct Run<'a> {
    pub(crate) families: Vec<Family<'a>>,
}

/// Packages that belong together: one container, one unpacked tree, or what the config says.
pub struct Family<'a> {
    /// The container, the tree's folder, or the files, as reports name them.
    pub name: &'a str,
    pub(crate) packages: Vec<&'a PackageFacts>,
    pub(crate) flows: Vec<&'a FlowFacts>,
}

/// What is kept of a package.
#[derive(Clone, Debug)]
pub struct PackageFacts {
    /// The container or folder, as reports name it.
    pub name: String,
    /// The solution's unique name; else that of the container or folder.
    pub solution: String,
    /// The solution's version, as numbers to compare.
    pub version: Vec<u32>,
    /// GUIDs (lower case) and names of all processes that the package has records of, cloud flows and others.
    pub processes: Vec<(String, String)>,
    /// Processes that the package says it needs and does not bring.
    pub dependencies: Vec<ProcessDependency>,
}

/// A process, such as a child flow, that a package says it needs and does not bring.
#[derive(Clone, Debug)]
pub struct ProcessDependency {
    /// Its GUID in lower case.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// The solution that has it, with its version: `Core (4.2)`.
    pub solution: Option<String>,
}

/// What is kept of a flow.
#[derive(Clone, Debug)]
pub struct FlowFacts {
    /// Names and id.
    pub flow: Arc<FlowIdentity>,
    /// How much of it was in hand.
    pub completeness: Completeness,
    /// Where it runs.
    pub platform: Platform,
    /// The package it lies in, as reports name it, if it lies in one.
    pub package: Option<String>,
    /// That package's version.
    pub version: Vec<u32>,
    /// The flows that it runs.
    pub child_calls: Vec<ChildCall>,
    /// The connectors that its trigger and actions use, each once, at its first use.
    pub connectors: Vec<UsedConnector>,
    /// What it asks of callers, and whether it answers them.
    pub interface: Interface,
    /// Its trigger, if other flows may run it.
    pub trigger: Option<Place>,
    /// What its trigger watches.
    pub watch: Option<Watch>,
    /// What its steps change that triggers may watch, each once, at the first step that does.
    pub changes: Vec<(Change, Place)>,
}

/// A step "Run a child flow".
#[derive(Clone, Debug)]
pub struct ChildCall {
    /// `workflowReferenceName`: a GUID in lower case.
    pub target: String,
    /// Where it stands.
    pub place: Place,
    /// The inputs that it gives.
    pub given: Given,
}

/// The use of a connector.
#[derive(Clone, Debug)]
pub struct UsedConnector {
    /// The data-policy id: `shared_office365`, or a pseudo-connector such as `Http`.
    pub id: String,
    /// The first step that uses it.
    pub place: Place,
}

impl<'a> Run<'a> {
    /// The families, in the order of their names.
    pub fn families(&self) -> impl Iterator<Item = &Family<'a>> {
        self.families.iter()
    }
}

impl<'a> Family<'a> {
    /// All flows of the family, copies included, in the order of their files.
    pub fn flows(&self) -> impl Iterator<Item = &'a FlowFacts> {
        self.flows.iter().copied()
    }

    /// The packages of the family.
    pub fn packages(&self) -> impl Iterator<Item = &'a PackageFacts> {
        self.packages.iter().copied()
    }

    /// The flow of an id, as seen from `from`: the copy in the same package, else the one of the newest version, else the
    /// first.
    pub fn flow(&self, id: &str, from: &FlowFacts) -> Option<&'a FlowFacts> {
        let copies = || self.flows().filter(|flow| flow.flow.id == id);
        let nearest = copies().find(|copy| copy.package == from.package);
        nearest.or_else(|| copies().reduce(|best, copy| if copy.version > best.version { copy } else { best }))
    }

    /// The child flow that a step of `from` runs, where it is a cloud flow of the family that was read in full.
    pub fn child(&self, call: &ChildCall, from: &FlowFacts) -> Option<&'a FlowFacts> {
        let is_read = |child: &&FlowFacts| child.is_cloud_flow();
        self.flow(&call.target, from).filter(is_read)
    }

    /// Whether some package of the family has a record of a process, cloud flow or not.
    pub fn has_process(&self, id: &str) -> bool {
        self.packages().any(|package| package.processes.iter().any(|(process, _)| process == id))
    }

    /// What the family's packages say of a process that they need and do not bring.
    pub fn dependency(&self, id: &str) -> Option<&'a ProcessDependency> {
        self.packages().flat_map(|package| &package.dependencies).find(|dependency| dependency.id == id)
    }
}

impl FlowFacts {
    /// Whether it is a flow of Power Automate with all its steps.
    pub fn is_cloud_flow(&self) -> bool {
        self.platform == Platform::PowerAutomate && self.completeness != Completeness::Fragment
    }
}

impl PackageFacts {
    pub(crate) fn new(name: &str, record: &PackageRecord) -> Self {
        let processes = record.workflows.iter().map(|process| (process.id.clone(), process.name.clone())).collect();
        let solution = record.unique_name.clone().unwrap_or_else(|| name.to_owned());
        let dependencies = record.missing_dependencies.iter().filter_map(ProcessDependency::new).collect();
        Self { name: name.to_owned(), solution, version: version(record), processes, dependencies }
    }
}

impl ProcessDependency {
    fn new(missing: &MissingDependency) -> Option<Self> {
        let DependencyEnd { kind, id, display_name, solution } = &missing.required;
        if kind.as_deref() != Some(PROCESS) {
            return None;
        }
        // `Active` is the layer of changes in the environment that the export came from, not a solution.
        let solution = solution.clone().filter(|solution| !solution.eq_ignore_ascii_case("Active"));
        Some(Self { id: id.clone()?, name: display_name.clone(), solution })
    }
}

/// `1.0.0.10` as numbers.
fn version(record: &PackageRecord) -> Vec<u32> {
    let numbers = record.version.iter().flat_map(|version| version.split('.'));
    numbers.map(|number| number.trim().parse().unwrap_or(0)).collect()
}

/// What is kept of a flow before its places are resolved.
pub(crate) struct Outline<'m> {
    child_calls: Vec<(String, Spot, Given)>,
    connectors: Vec<(&'m str, Spot)>,
    interface: Interface,
    trigger: Option<Spot>,
    watch: Option<Watch>,
    changes: Vec<(Change, Spot)>,
}

impl<'m> Outline<'m> {
    pub(crate) fn new(flow: &'m Flow<'m>) -> Self {
        // Facts of Logic Apps about calls and triggers are asked for by no rule.
        let is_cloud_flow = flow.platform == Platform::PowerAutomate && flow.completeness != Completeness::Fragment;
        let mut outline = Self {
            child_calls: Vec::new(),
            connectors: Vec::new(),
            interface: if is_cloud_flow { flow.interface() } else { Interface::default() },
            trigger: None,
            watch: None,
            changes: Vec::new(),
        };
        for trigger in flow.triggers() {
            outline.use_connector(trigger.connector(), trigger.name_spot());
            if is_cloud_flow && trigger.kind() == TriggerKind::Request {
                outline.trigger = outline.trigger.or(Some(trigger.name_spot()));
            }
            if is_cloud_flow && outline.watch.is_none() {
                outline.watch = trigger.watch();
            }
        }
        for action in flow.actions() {
            outline.use_connector(action.connector(), action.name_spot());
            if action.kind() == crate::model::ActionKind::Workflow {
                let target = action.inputs().and_then(|inputs| inputs.at(&["host", "workflowReferenceName"]));
                if let Some((target, text)) = target.and_then(|value| Some((value, value.as_str()?))) {
                    outline.call(target, &text, action.given());
                }
            }
            if let Some(change) = action.change().filter(|_| is_cloud_flow) {
                outline.change(change, action.name_spot());
            }
        }
        outline
    }

    fn use_connector(&mut self, id: Option<&'m str>, spot: Spot) {
        if let Some(id) = id.filter(|id| !self.connectors.iter().any(|(used, _)| used.eq_ignore_ascii_case(id))) {
            self.connectors.push((id, spot));
        }
    }

    fn call(&mut self, target: Value<'_>, text: &str, given: Given) {
        let guid = text.trim_matches(['{', '}']);
        if is_guid(guid) {
            self.child_calls.push((guid.to_ascii_lowercase(), target.spot(), given));
        }
    }

    fn change(&mut self, change: Change, spot: Spot) {
        let change = change.seen_by_others();
        let has_room = self.changes.len() < Self::MOST_CHANGES;
        if has_room && !self.changes.iter().any(|(known, _)| known.key() == change.key()) {
            self.changes.push((change, spot));
        }
    }

    /// Facts of a flow stay small; the most in public flows is 42.
    const MOST_CHANGES: usize = 64;

    /// The facts, with the places that `place` gives to spots.
    pub(crate) fn resolve(
        self,
        flow: &Flow<'_>,
        package: Option<(&str, &PackageRecord)>,
        place: impl Fn(Spot) -> Place,
    ) -> FlowFacts {
        let child_call = |(target, spot, given)| ChildCall { target, place: place(spot), given };
        let connector = |(id, spot): (&str, _)| UsedConnector { id: id.to_owned(), place: place(spot) };
        FlowFacts {
            flow: flow.identity.clone(),
            completeness: flow.completeness,
            platform: flow.platform,
            package: package.map(|(name, _)| name.to_owned()),
            version: package.map(|(_, record)| version(record)).unwrap_or_default(),
            child_calls: self.child_calls.into_iter().map(child_call).collect(),
            connectors: self.connectors.into_iter().map(connector).collect(),
            interface: self.interface,
            trigger: self.trigger.map(&place),
            watch: self.watch,
            changes: self.changes.into_iter().map(|(change, spot)| (change, place(spot))).collect(),
        }
    }
}
