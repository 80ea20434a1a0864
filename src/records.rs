//! What a package says about itself: solution, workflow, connection reference, variable and connector records, read from
//! its XML, JSON and YAML files into small owned structs. Knows nothing of flows' insides, zips or folders.

mod read;
mod xml;
mod yaml;

use crate::source::Span;
use percent_encoding::percent_decode_str;
use std::collections::HashSet;

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
    /// Where the solution or manifest says who and what it is.
    pub origin: Option<Origin>,
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
    /// The definitions (OpenAPI) of its custom connectors, in file order.
    pub connector_definitions: Vec<ConnectorDefinition>,
    /// What it needs and does not bring.
    pub missing_dependencies: Vec<MissingDependency>,
    /// What a legacy package lists in its manifest, in file order.
    pub resources: Vec<LegacyResource>,
    /// Folders of its components in the Git layout, where solutions share a tree; without leading slashes.
    pub component_paths: Vec<String>,
    /// [`join_key`] of the processes' files, sorted, with their indices.
    by_file: Vec<(String, u32)>,
    /// Ids of the processes, sorted, with their indices.
    by_id: Vec<(String, u32)>,
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
    /// `secretstore`: 0 is Azure Key Vault. The exporter writes 0 for variables of any kind.
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

/// What a custom connector's definition says that matters for security.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectorDefinition {
    /// `info.title`
    pub title: Option<String>,
    /// The service's address, if the definition gives it.
    pub host: Option<String>,
    /// How it lets others read credentials, each with its place.
    pub weaknesses: Vec<(Weakness, Origin)>,
    /// Values that it brings for parameters.
    pub literals: Vec<Literal>,
}

/// A way of signing in, or of calling, that is weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weakness {
    /// User name and password with every request
    Basic,
    /// The key is part of the URL.
    KeyInQuery,
    /// HTTP without TLS
    PlainHttp,
}

/// A value with the name of what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// Where it stands.
    pub origin: Origin,
}

/// Component type of processes, cloud flows among them, in `RootComponent` and [`DependencyEnd`].
pub const PROCESS: &str = "29";

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
    /// Component type as in `RootComponent`: a number (29 is a process), or the name of the component's table.
    pub kind: Option<String>,
    /// GUID in lower case without braces, or the schema or unique name.
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

/// What a file of a package records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordFile {
    /// `solution.xml`, or `solution.yml`
    Solution,
    /// `customizations.xml`
    Customizations,
    /// `*.data.xml`, `workflow.yml` or `metadata.yml`
    Workflow,
    /// `solutioncomponents.yml`
    SolutionComponents,
    /// `rootcomponents.yml`
    RootComponents,
    /// `missingdependencies.yml`
    MissingDependencies,
    /// `publisher.yml`
    Publisher,
    /// `connectionreference.yml` or `connectionreferences.mcs.yml`
    ConnectionReferences,
    /// `environmentvariabledefinition.xml` or `.yml`
    EnvironmentVariable,
    /// `environmentvariablevalues.json` or `environment_variable_values.json`
    EnvironmentVariableValues,
    /// `Connectors/*.xml`
    Connector,
    /// `*_openapidefinition.json`: the definition of a custom connector
    ConnectorDefinition,
    /// `manifest.json` of a legacy package
    LegacyManifest,
}

/// A record file that is not well-formed. What stands before the fault has been read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RecordError {
    /// What is wrong: lower-case start, no final period.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
    /// The byte at fault, in the file's text with its byte order mark.
    pub offset: usize,
}

impl PackageRecord {
    /// A record of which nothing is known yet.
    pub fn new(kind: PackageKind) -> Self {
        Self {
            kind,
            files: Vec::new(),
            unique_name: None,
            display_name: None,
            description: None,
            version: None,
            managed: None,
            publisher: None,
            creator: None,
            origin: None,
            workflows: Vec::new(),
            root_workflows: Vec::new(),
            connection_references: Vec::new(),
            environment_variables: Vec::new(),
            connectors: Vec::new(),
            connector_definitions: Vec::new(),
            missing_dependencies: Vec::new(),
            resources: Vec::new(),
            component_paths: Vec::new(),
            by_file: Vec::new(),
            by_id: Vec::new(),
        }
    }

    /// Takes in what a file records.
    pub fn read(&mut self, what: RecordFile, name: &str, text: &str) -> Result<(), RecordError> {
        let file = self.files.len() as u32;
        self.files.push(name.to_owned());
        read::read(self, what, file, text)
    }

    /// To be called when every file has been read: drops second records of one flow, which a folder with two forms of its
    /// solution has, and prepares [`PackageRecord::workflow_for`].
    pub fn finish(&mut self) {
        // A process without an id or a file of its own cannot be told from others.
        let mut seen = HashSet::new();
        self.workflows.retain(|workflow| {
            let file = workflow.json_file.as_deref().map(join_key);
            workflow.id.is_empty() || file.is_none() || seen.insert((workflow.id.clone(), file))
        });
        for (at, workflow) in self.workflows.iter().enumerate() {
            self.by_file.extend(workflow.json_file.as_deref().map(|file| (join_key(file), at as u32)));
            self.by_id.extend((!workflow.id.is_empty()).then(|| (workflow.id.clone(), at as u32)));
        }
        self.by_file.sort();
        self.by_id.sort();
    }

    /// The record of the process in the file `member`: by `JsonFileName`, else by the GUID in the file's name.
    pub fn workflow_for(&self, member: &str) -> Option<&WorkflowRecord> {
        self.workflow_index_for(member).map(|at| &self.workflows[at])
    }

    /// Like [`PackageRecord::workflow_for`], as an index into [`PackageRecord::workflows`].
    pub fn workflow_index_for(&self, member: &str) -> Option<usize> {
        let find = |table: &[(String, u32)], key: &str| {
            let at = table.binary_search_by(|(known, _)| known.as_str().cmp(key)).ok()?;
            Some(table[at].1 as usize)
        };
        find(&self.by_file, &join_key(member)).or_else(|| find(&self.by_id, &guid_in_name(member)?))
    }
}

/// What `JsonFileName` and the file's own name have in common: the last two components in lower case, without escapes.
/// Two, since a Copilot Studio workspace calls all flows `workflow.json`; no more, since layouts rename the folders above.
fn join_key(name: &str) -> String {
    let name = percent_decode_str(name).decode_utf8_lossy().replace('\\', "/");
    let mut parts = name.rsplit('/').map(str::trim).filter(|part| !part.is_empty());
    let file = parts.next().unwrap_or_default();
    format!("{}/{file}", parts.next().unwrap_or_default()).to_lowercase()
}

/// The GUID in a file's name, else in its folder's, in lower case.
pub fn guid_in_name(name: &str) -> Option<String> {
    name.rsplit(['/', '\\']).take(2).find_map(|part| {
        let bytes = part.as_bytes();
        // The last one counts: names of flows may hold others.
        let at = (0..=bytes.len().checked_sub(36)?).rev().find(|&at| is_guid(&bytes[at..at + 36]))?;
        part.get(at..at + 36).map(str::to_ascii_lowercase)
    })
}

/// Whether a text is a GUID in its usual form, without braces.
pub fn is_guid(text: impl AsRef<[u8]>) -> bool {
    let form = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    let bytes = text.as_ref();
    bytes.len() == 36 && bytes.iter().enumerate().all(form)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const ID: &str = "0a1b2c3d-0000-4111-8222-333344445555";

    fn read(kind: PackageKind, files: &[(RecordFile, &str, &str)]) -> PackageRecord {
        let mut record = PackageRecord::new(kind);
        for (what, name, text) in files {
            record.read(*what, name, text).unwrap();
        }
        record.finish();
        record
    }

    #[test]
    fn reads_an_exported_solution() {
        let solution = "<ImportExportXml><SolutionManifest><UniqueName>Orders</UniqueName><LocalizedNames>\
            <LocalizedName description=\"Orders &amp; more\" languagecode=\"1033\"/></LocalizedNames><Descriptions/>\
            <Version>1.0.0.4</Version><Managed>0</Managed><Publisher><UniqueName>contoso</UniqueName>\
            <CustomizationPrefix>con</CustomizationPrefix></Publisher><RootComponents>\
            <RootComponent type=\"29\" id=\"{0A1B2C3D-0000-4111-8222-333344445555}\" behavior=\"0\"/>\
            <RootComponent type=\"1\" schemaName=\"account\"/></RootComponents><MissingDependencies><MissingDependency>\
            <Required type=\"botcomponent\" displayName=\"A bot\" solution=\"Bots (1.0)\" id.schemaname=\"con_bot\"><package/></Required>\
            <Dependent type=\"29\" id=\"{0A1B2C3D-0000-4111-8222-333344445555}\"/></MissingDependency></MissingDependencies>\
            </SolutionManifest></ImportExportXml>";
        let customizations = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><ImportExportXml><Entities><Workflow Name=\"no\"/></Entities>\
            <Workflows><Workflow WorkflowId=\"{0a1b2c3d-0000-4111-8222-333344445555}\" Name=\"Zähl&#228;n\" Description=\"why\">\
            <JsonFileName>\n  /Workflows/Zhln-0A1B2C3D-0000-4111-8222-333344445555.json\n</JsonFileName><Category>5</Category>\
            <StateCode>1</StateCode><ModernFlowType>1</ModernFlowType><PrimaryEntity>none</PrimaryEntity></Workflow>\
            <Workflow WorkflowId=\"{11111111-0000-4111-8222-333344445555}\" Name=\"Rule\"><XamlFileName>/Workflows/Rule.xaml</XamlFileName>\
            <Category>2</Category></Workflow></Workflows><connectionreferences>\
            <connectionreference connectionreferencelogicalname=\"con_mail\"><connectionreferencedisplayname>Mail</connectionreferencedisplayname>\
            <connectorid>/providers/Microsoft.PowerApps/apis/shared_x</connectorid><customconnectorid>\
            <connectorid>{AAAAAAAA-0000-4111-8222-333344445555}</connectorid></customconnectorid></connectionreference></connectionreferences>\
            <Connectors><Connector><connectorid>AAAAAAAA-0000-4111-8222-333344445555</connectorid><name>con_x</name>\
            <displayname>X</displayname><openapidefinition>/Connector/x.json</openapidefinition></Connector></Connectors></ImportExportXml>";
        let record = read(
            PackageKind::Solution,
            &[
                (RecordFile::Customizations, "S.zip/customizations.xml", customizations),
                (RecordFile::Solution, "S.zip/solution.xml", solution),
            ],
        );
        assert_eq!(record.unique_name.as_deref(), Some("Orders"));
        assert_eq!(record.display_name.as_deref(), Some("Orders & more"));
        assert_eq!((record.version.as_deref(), record.managed), (Some("1.0.0.4"), Some(Managed::Unmanaged)));
        assert_eq!(record.publisher.as_ref().unwrap().prefix.as_deref(), Some("con"));
        assert_eq!(record.root_workflows, [ID]);
        let dependency = &record.missing_dependencies[0];
        assert_eq!(dependency.required.id.as_deref(), Some("con_bot"));
        assert_eq!((dependency.dependent.id.as_deref(), dependency.dependent.kind.as_deref()), (Some(ID), Some("29")));

        let [flow, rule] = &record.workflows[..] else { panic!("{:?}", record.workflows) };
        assert_eq!((flow.id.as_str(), flow.name.as_str()), (ID, "Zählän"));
        assert_eq!((flow.category, flow.state), (Category::CloudFlow, Some(State::Activated)));
        assert_eq!(flow.modern_flow_type, Some(ModernFlowType::CopilotStudio));
        assert_eq!(flow.primary_entity, None);
        assert_eq!(record.files[flow.origin.file as usize], "S.zip/customizations.xml");
        assert!(customizations[flow.origin.span.range()].starts_with("<Workflow WorkflowId"));
        assert_eq!((rule.category, rule.has_xaml, rule.json_file.as_deref()), (Category::BusinessRule, true, None));
        let reference = &record.connection_references[0];
        assert_eq!(reference.connector_id.as_deref(), Some("/providers/Microsoft.PowerApps/apis/shared_x"));
        assert_eq!(reference.custom_connector_id, record.connectors[0].id);
        assert_eq!(record.connectors[0].definition_file.as_deref(), Some("Connector/x.json"));
    }

    #[test]
    fn no_cut_record_panics() {
        let xml = "\u{feff}<x><Workflows><Workflow Name='&#xe4;&a'><JsonFileName><![CDATA[é]]>&lt;</JsonFileName></Workflow>\
                   <!-- é --><?p?></Workflows><Entities><a b='>'/></Entities></x>";
        let yaml = "a:\n- 'b': \"\\é\"\n  c: |\n    é\n- - d\nWorkflow:\n  '@Name': ''\n";
        let json = r#"{"details":{},"resources":{"é":{"type":1}},"environmentvariablevalues":{"environmentvariablevalue":[]}}"#;
        for text in [xml, yaml, json] {
            for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let mut record = PackageRecord::new(PackageKind::Solution);
                for what in [
                    RecordFile::Solution,
                    RecordFile::Customizations,
                    RecordFile::Workflow,
                    RecordFile::SolutionComponents,
                    RecordFile::MissingDependencies,
                    RecordFile::ConnectionReferences,
                    RecordFile::EnvironmentVariable,
                    RecordFile::EnvironmentVariableValues,
                    RecordFile::LegacyManifest,
                ] {
                    if let Err(error) = record.read(what, "x", &text[..at]) {
                        assert!(error.offset <= at, "{error:?}");
                    }
                }
                record.finish();
            }
        }
    }

    #[test]
    fn joins_a_file_with_its_record() {
        let workflow = |id: &str, file: &str| {
            format!(
                "<Workflow WorkflowId=\"{{{id}}}\" Name=\"n\"><JsonFileName>{file}</JsonFileName><Category>5</Category></Workflow>"
            )
        };
        let text = format!(
            "<x><Workflows>{}{}{}</Workflows></x>",
            workflow(ID, "/Workflows/My Flow.json"),
            workflow("bbbbbbbb-0000-4111-8222-333344445555", "/Workflows/Gone.json"),
            workflow(ID, "Workflows/my flow.json"),
        );
        let record = read(PackageKind::Solution, &[(RecordFile::Customizations, "customizations.xml", &text)]);
        assert_eq!(record.workflows.len(), 2, "one flow has one record");
        let found = |name: &str| record.workflow_index_for(name);
        assert_eq!(found("S.zip/sub/Workflows\\my%20flow.JSON"), Some(0));
        assert_eq!(found("S.zip/Workflows/Renamed-BBBBBBBB-0000-4111-8222-333344445555.json"), Some(1));
        assert_eq!(found(&format!("x/{ID}/definition.json")), Some(0));
        assert_eq!(found("S.zip/Workflows/Other.json"), None);
        assert_eq!(found("é"), None);
    }

    #[test]
    fn reads_the_record_beside_an_unpacked_flow() {
        let text =
            "<Workflow WorkflowId='{0A1B2C3D-0000-4111-8222-333344445555}' Name='n'><Category>5</Category></Workflow>";
        let record = read(
            PackageKind::UnpackedSolution,
            &[(RecordFile::Workflow, "src/Workflows/Plain name.json.data.xml", text)],
        );
        assert_eq!(record.workflow_for("src/Workflows/Plain name.json").unwrap().id, ID);
    }

    #[test]
    fn reads_environment_variables_with_their_values() {
        let definition = "<environmentvariabledefinition schemaname=\"con_Url\"><defaultvalue>https://x</defaultvalue>\
            <displayname default=\"Url\"><label description=\"Url\" languagecode=\"1033\"/></displayname>\
            <isrequired>1</isrequired><secretstore>0</secretstore><type>100000005</type></environmentvariabledefinition>";
        let values = r#"{"environmentvariablevalues":{"environmentvariablevalue":[{"value":"a"},{"iscustomizable":"1"},{"value":"b"}]}}"#;
        let one = r#"{"environmentvariablevalues":{"environmentvariablevalue":{"value":"{\"a\":1}"}}}"#;
        let record = read(
            PackageKind::Solution,
            &[
                (RecordFile::EnvironmentVariableValues, "e/con_url/environmentvariablevalues.json", values),
                (RecordFile::EnvironmentVariable, "e/con_Url/environmentvariabledefinition.xml", definition),
                (RecordFile::EnvironmentVariableValues, "e/con_Other/environmentvariablevalues.json", one),
            ],
        );
        let [url, other] = &record.environment_variables[..] else { panic!("{:?}", record.environment_variables) };
        assert_eq!(url.default_value.as_deref(), Some("https://x"));
        assert_eq!((url.kind, url.secret_store, url.required), (Some(VariableKind::Secret), Some(0), Some(true)));
        assert_eq!(url.display_name.as_deref(), Some("Url"));
        assert_eq!(url.current_values.iter().map(|value| value.value.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(record.files[url.origin.file as usize], "e/con_Url/environmentvariabledefinition.xml");
        assert_eq!(&values[url.current_values[1].origin.span.range()], "\"b\"");
        assert_eq!(other.current_values[0].value, "{\"a\":1}");
    }

    #[test]
    fn reads_the_manifest_of_a_legacy_package() {
        let text = r#"{"schema":"1.0","details":{"displayName":"Mail","description":"","creator":"Ann"},"resources":{
            "0A1B":{"type":"Microsoft.Flow/flows","details":{"displayName":"Mail me"}},
            "c":{"type":"Microsoft.PowerApps/apis","name":"shared_x","id":"/apis/shared_x"}}}"#;
        let record = read(PackageKind::LegacyPackage, &[(RecordFile::LegacyManifest, "p.zip/manifest.json", text)]);
        assert_eq!((record.display_name.as_deref(), record.description), (Some("Mail"), None));
        assert_eq!(record.creator.as_deref(), Some("Ann"));
        assert_eq!(record.resources[0].display_name.as_deref(), Some("Mail me"));
        assert_eq!(record.resources[1].name.as_deref(), Some("shared_x"));
        assert_eq!(&text[record.resources[1].origin.span.range()], "\"c\"");
    }

    #[test]
    fn reads_the_yaml_layouts() {
        let git = read(
            PackageKind::YamlSolution,
            &[
                (
                    RecordFile::Solution,
                    "solutions/S/solution.yml",
                    "ImportExportXml:\r\n  SolutionManifest:\r\n    UniqueName: S\r\n    LocalizedNames:\r\n      LocalizedName:\r\n        \
                     '@description': The solution\r\n    Version: 1.2\r\n    Managed: 1\r\n    Publisher:\r\n      UniqueName: P\r\n",
                ),
                (
                    RecordFile::RootComponents,
                    "solutions/S/rootcomponents.yml",
                    "RootComponents:\n  RootComponent:\n  - '@type': 29\n    '@id': '{0A1B2C3D-0000-4111-8222-333344445555}'\n  - '@type': 1\n",
                ),
                (
                    RecordFile::Workflow,
                    "modernflows/1/workflow.yml",
                    "Workflow:\n  '@WorkflowId': '{0a1b2c3d-0000-4111-8222-333344445555}'\n  '@Name': Count\n  JsonFileName: /modernflows/1/C.json\n  Category: 5\n",
                ),
                (
                    RecordFile::ConnectionReferences,
                    "connectionreferences/a/connectionreference.yml",
                    "connectionreference:\n  '@connectionreferencelogicalname': con_a\n  connectorid: /x\n",
                ),
            ],
        );
        assert_eq!((git.unique_name.as_deref(), git.managed), (Some("S"), Some(Managed::Managed)));
        assert_eq!(git.display_name.as_deref(), Some("The solution"));
        assert_eq!(git.root_workflows, [ID]);
        assert_eq!(git.workflow_for("modernflows/1/C.json").unwrap().name, "Count");
        assert_eq!(git.connection_references[0].logical_name, "con_a");

        let copilot = read(
            PackageKind::CopilotWorkspace,
            &[
                (
                    RecordFile::Workflow,
                    "workflows/C-1/metadata.yml",
                    "workflowId: 0a1b2c3d-0000-4111-8222-333344445555\nname: Count\ncategory: 5\ndescription: \n",
                ),
                (
                    RecordFile::ConnectionReferences,
                    "connectionreferences.mcs.yml",
                    "connectionReferences:\n  - connectionReferenceLogicalName: con_a\n    connectorId: /x\n",
                ),
            ],
        );
        let flow = copilot.workflow_for("workflows/C-1/workflow.json").unwrap();
        assert_eq!(
            (flow.name.as_str(), flow.category, flow.description.as_deref()),
            ("Count", Category::CloudFlow, None)
        );
        assert_eq!(copilot.connection_references[0].connector_id.as_deref(), Some("/x"));
    }

    #[test]
    fn keeps_what_was_read_before_a_fault() {
        let mut record = PackageRecord::new(PackageKind::Solution);
        let text = "<x><Workflows><Workflow Name='a'><Category>5</Category></Workflow><Workflow Name='b'></Wrong>";
        let error = record.read(RecordFile::Customizations, "customizations.xml", text).unwrap_err();
        assert!(text[error.offset..].starts_with("</Wrong>"), "{error:?}");
        record.finish();
        assert_eq!(record.workflows.len(), 1);
    }
}
