//! What a package says about itself: solution, workflow, connection reference, variable and connector records, read from
//! its XML, JSON and YAML files into small owned structs. Knows nothing of flows' insides, zips or folders.

use crate::source::Span;

/// The records of one solution or legacy package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageRecord {
    /// Which form the package has.
    pub kind: PackageKind,
    /// Names of the files that the records come from, as reports name them. [`Origin::file`] is an index into it.
    pub files: Vec<String>,
    /// `UniqueName` of the solution.
    pub unique_name: Option<String>,
    /// What people call it.
    pub display_name: Option<String>,
    /// What it says about itself.
    pub description: Option<String>,
    /// `Version`, four numbers as a rule.
    pub version: Option<String>,
    /// `Managed`.
    pub managed: Option<Managed>,
    /// Who publishes it.
    pub publisher: Option<Publisher>,
    /// Who made a legacy package, as its manifest says: personal data.
    pub creator: Option<String>,
    /// The processes it carries, cloud flows and others, in file order.
    pub workflows: Vec<WorkflowRecord>,
    /// GUIDs of the processes that `solution.xml` lists as root components (type 29), in file order.
    pub root_workflows: Vec<String>,
    /// Its connection references, in file order.
    pub connection_references: Vec<ConnectionReferenceRecord>,
    /// Its environment variables, in file order.
    pub environment_variables: Vec<EnvironmentVariableRecord>,
    /// Its custom connectors, in file order.
    pub connectors: Vec<ConnectorRecord>,
    /// What it needs and does not bring.
    pub missing_dependencies: Vec<MissingDependency>,
    /// What a legacy package lists in its manifest, in file order.
    pub resources: Vec<LegacyResource>,
}

/// The form of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PackageKind {
    /// A solution as exported, zipped or extracted: `solution.xml` and `customizations.xml` at its root.
    Solution,
    /// A solution unpacked by SolutionPackager or pac: `Other/Solution.xml` and a record beside every flow.
    UnpackedSolution,
    /// A solution in Dataverse's Git layout: `solutions/<name>/solution.yml`.
    YamlSolution,
    /// A Copilot Studio workspace: `workflows/<name>/metadata.yml` and `workflow.json`.
    CopilotWorkspace,
    /// "Export > Package (.zip)" of a flow: `manifest.json` and `Microsoft.Flow/flows`.
    LegacyPackage,
}

/// `Managed` of a solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Managed {
    /// 0
    Unmanaged,
    /// 1
    Managed,
    /// 2: the unpacked source of both
    Both,
}

/// Who publishes a solution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publisher {
    /// `UniqueName`
    pub unique_name: Option<String>,
    /// `CustomizationPrefix`
    pub prefix: Option<String>,
}

/// Where a record stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Index into [`PackageRecord::files`].
    pub file: u32,
    /// The bytes of the record's opening tag or key, in the file's text as `Package::read_file` gives it.
    pub span: Span,
}

/// A `Workflow` record: one process of any category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowRecord {
    /// `WorkflowId`: a GUID in lower case without braces; empty where the record has none.
    pub id: String,
    /// The name that people see.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// `JsonFileName`, trimmed and without its leading slash.
    pub json_file: Option<String>,
    /// Whether it has a `XamlFileName`.
    pub has_xaml: bool,
    /// What kind of process it is.
    pub category: Category,
    /// `StateCode`
    pub state: Option<State>,
    /// `ModernFlowType`
    pub modern_flow_type: Option<ModernFlowType>,
    /// `PrimaryEntity`, unless it is `none`.
    pub primary_entity: Option<String>,
    /// Where the record stands.
    pub origin: Origin,
}

/// `Category` of a process ([Dataverse `workflow` table](https://learn.microsoft.com/power-automate/manage-flows-with-code);
/// 9000 as observed in solutions of Dynamics 365).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// 0
    Classic,
    /// 1
    Dialog,
    /// 2
    BusinessRule,
    /// 3
    Action,
    /// 4
    BusinessProcessFlow,
    /// 5, the only one that is analysed
    CloudFlow,
    /// 6
    DesktopFlow,
    /// 9000
    AgentMacro,
    /// Any other number, or none (-1)
    Other(i32),
}

/// `StateCode` of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// 0: off
    Draft,
    /// 1: on
    Activated,
    /// 2
    Suspended,
}

/// `ModernFlowType` of a cloud flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModernFlowType {
    /// 0
    PowerAutomate,
    /// 1: an agent flow of Copilot Studio
    CopilotStudio,
    /// Any other number
    Other(i32),
}

/// A connection reference of a solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionReferenceRecord {
    /// `connectionreferencelogicalname`
    pub logical_name: String,
    /// The name that people see.
    pub display_name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// `connectorid`, such as `/providers/Microsoft.PowerApps/apis/shared_office365`.
    pub connector_id: Option<String>,
    /// GUID of the custom connector, if it is for one.
    pub custom_connector_id: Option<String>,
    /// Where the record stands.
    pub origin: Origin,
}

/// An environment variable: its definition, and the values that the package brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentVariableRecord {
    /// `schemaname`
    pub schema_name: String,
    /// The name that people see.
    pub display_name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// What it holds.
    pub kind: Option<VariableKind>,
    /// The value where an environment has none of its own.
    pub default_value: Option<String>,
    /// Values of the environment that it was exported from.
    pub current_values: Vec<CurrentValue>,
    /// `secretstore`: 0 is Azure Key Vault.
    pub secret_store: Option<i32>,
    /// `isrequired`
    pub required: Option<bool>,
    /// Where the definition stands.
    pub origin: Origin,
}

/// `type` of an environment variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VariableKind {
    /// 100000000
    String,
    /// 100000001
    Number,
    /// 100000002
    Boolean,
    /// 100000003
    Json,
    /// 100000004
    DataSource,
    /// 100000005
    Secret,
    /// Any other number
    Other(i32),
}

/// A value in `environmentvariablevalues.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentValue {
    /// The value.
    pub value: String,
    /// Where it stands.
    pub origin: Origin,
}

/// A custom connector of a solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectorRecord {
    /// `name`, such as `new_5Fcontoso`: the key that stays the same in every environment.
    pub name: String,
    /// `connectorid`: a GUID in lower case without braces.
    pub id: Option<String>,
    /// The name that people see.
    pub display_name: Option<String>,
    /// The definition's file, trimmed and without its leading slash.
    pub definition_file: Option<String>,
    /// The connection parameters' file, trimmed and without its leading slash.
    pub parameters_file: Option<String>,
    /// Where the record stands.
    pub origin: Origin,
}

/// A component that a solution needs and does not bring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingDependency {
    /// What is missing.
    pub required: DependencyEnd,
    /// What needs it.
    pub dependent: DependencyEnd,
}

/// One end of a [`MissingDependency`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DependencyEnd {
    /// Component type as in `RootComponent`: 29 is a process.
    pub kind: Option<i32>,
    /// GUID in lower case without braces, or the schema name.
    pub id: Option<String>,
    /// The name that people see.
    pub display_name: Option<String>,
    /// The solution that has it.
    pub solution: Option<String>,
}

/// An entry of `resources` in a legacy package's manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacyResource {
    /// The key: a GUID as a rule, for flows the name of their folder.
    pub key: String,
    /// `type`, such as `Microsoft.Flow/flows`.
    pub kind: Option<String>,
    /// `name` or `id`
    pub name: Option<String>,
    /// `details.displayName`; of a connection it often is its owner's e-mail address.
    pub display_name: Option<String>,
    /// Where it stands.
    pub origin: Origin,
}

impl PackageRecord {
    /// The record of the process in the file `member`: by `JsonFileName`, else by the GUID in the file's name.
    pub fn workflow_for(&self, _member: &str) -> Option<&WorkflowRecord> {
        None
    }
}
