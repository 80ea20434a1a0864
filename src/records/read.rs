//! From a record file's text to its structs. XML and YAML spell the same fields, so each struct has one place that
//! knows them: a field is a child element, an attribute, or a key, with or without `@`.

use super::xml::{Element, Step, Xml};
use super::yaml::{Key, Yaml};
use super::{
    Category, ConnectionReferenceRecord, ConnectorDefinition, ConnectorRecord, CurrentValue, DependencyEnd,
    EnvironmentVariableRecord, LegacyResource, Literal, Managed, MissingDependency, ModernFlowType, Origin, PROCESS,
    PackageRecord, Publisher, RecordError, RecordFile, State, VariableKind, Weakness, WorkflowRecord,
};
use crate::source::Span;
use crate::syntax::{Document, Entry, Value};

pub(super) fn read(record: &mut PackageRecord, what: RecordFile, file: u32, text: &str) -> Result<(), RecordError> {
    match what {
        RecordFile::EnvironmentVariableValues => variable_values(record, file, text),
        RecordFile::LegacyManifest => legacy_manifest(record, file, text),
        RecordFile::ConnectorDefinition => connector_definition(record, file, text),
        _ if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') => {
            let mut xml = Xml::new(text);
            xml.root(|xml, root| from_xml(record, what, file, xml, root))
        }
        _ => {
            from_yaml(record, what, file, &Yaml::parse(text));
            Ok(())
        }
    }
}

fn from_xml<'t>(
    record: &mut PackageRecord,
    what: RecordFile,
    file: u32,
    xml: &mut Xml<'t>,
    root: &Element<'t>,
) -> Step {
    match what {
        RecordFile::Solution => xml.children(root, |xml, manifest| match manifest.name() {
            "SolutionManifest" => {
                record.origin = Some(Origin { file, span: manifest.span });
                solution(record, xml, manifest)
            }
            _ => Ok(()),
        }),
        RecordFile::Customizations => xml.children(root, |xml, section| {
            let one = |xml: &mut Xml<'t>, element: &Element<'t>| component(record, file, xml, element);
            let is_ours = ["Workflows", "connectionreferences", "Connectors", "environmentvariabledefinitions"]
                .iter()
                .any(|name| section.is(name));
            if is_ours { xml.children(section, one) } else { Ok(()) }
        }),
        _ => component(record, file, xml, root),
    }
}

/// One component of any kind, told by its element's name.
fn component<'t>(record: &mut PackageRecord, file: u32, xml: &mut Xml<'t>, element: &Element<'t>) -> Step {
    let origin = Origin { file, span: element.span };
    if element.is("Workflow") {
        let mut workflow = WorkflowRecord::new(origin);
        fields(xml, element, |field, value| workflow.set(field, value))?;
        record.add_workflow(workflow);
    } else if element.is("connectionreference") {
        let mut reference = ConnectionReferenceRecord::new(origin);
        for (field, value) in element.attributes() {
            reference.set(field, &value);
        }
        xml.children(element, |xml, child| {
            if child.is("customconnectorid") {
                return xml.children(child, |xml, id| {
                    reference.custom_connector_id = xml.some_text(id)?.map(|id| guid(&id));
                    Ok(())
                });
            }
            let value = xml.text(child)?;
            reference.set(child.name(), &value);
            Ok(())
        })?;
        record.add_connection_reference(reference);
    } else if element.is("Connector") {
        let mut connector = ConnectorRecord::new(origin);
        fields(xml, element, |field, value| connector.set(field, value))?;
        record.connectors.push(connector);
    } else if element.is("environmentvariabledefinition") {
        let schema_name = element.attribute("schemaname").unwrap_or_default();
        let variable = record.variable(&schema_name, origin);
        variable.origin = origin;
        xml.children(element, |xml, child| {
            // Labels have their text in attributes: `<displayname default="…"><label description="…"/></displayname>`.
            let value = child.attribute("default");
            let value = if let Some(value) = value { value } else { xml.text(child)? };
            variable.set(child.name(), &value);
            Ok(())
        })?;
    }
    Ok(())
}

/// The attributes of an element, then the texts of its children.
fn fields<'t>(xml: &mut Xml<'t>, element: &Element<'t>, mut set: impl FnMut(&str, &str)) -> Step {
    for (field, value) in element.attributes() {
        set(field, &value);
    }
    xml.children(element, |xml, child| {
        let value = xml.text(child)?;
        set(child.name(), &value);
        Ok(())
    })
}

fn solution<'t>(record: &mut PackageRecord, xml: &mut Xml<'t>, manifest: &Element<'t>) -> Step {
    xml.children(manifest, |xml, child| {
        match child.name() {
            "UniqueName" => record.unique_name = xml.some_text(child)?,
            "Version" => record.version = xml.some_text(child)?,
            "Managed" => record.managed = managed(&xml.text(child)?),
            "LocalizedNames" => record.display_name = description(xml, child)?,
            "Descriptions" => record.description = description(xml, child)?,
            "Publisher" => {
                let mut publisher = Publisher::default();
                xml.children(child, |xml, field| {
                    match field.name() {
                        "UniqueName" => publisher.unique_name = xml.some_text(field)?,
                        "CustomizationPrefix" => publisher.prefix = xml.some_text(field)?,
                        _ => {}
                    }
                    Ok(())
                })?;
                record.publisher = Some(publisher);
            }
            "RootComponents" => xml.children(child, |_, component| {
                if component.attribute("type").as_deref() == Some(PROCESS)
                    && let Some(id) = component.attribute("id")
                {
                    record.root_workflows.push(guid(&id));
                }
                Ok(())
            })?,
            "MissingDependencies" => xml.children(child, |xml, missing| {
                let mut dependency = MissingDependency::default();
                xml.children(missing, |_, end| {
                    let side = if end.is("Required") { &mut dependency.required } else { &mut dependency.dependent };
                    for (field, value) in end.attributes() {
                        side.set(field, &value);
                    }
                    Ok(())
                })?;
                record.missing_dependencies.push(dependency);
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })
}

/// The first `description` of localized names.
fn description<'t>(xml: &mut Xml<'t>, names: &Element<'t>) -> Step<Option<String>> {
    let mut first = None;
    xml.children(names, |_, name| {
        first = first.take().or_else(|| name.attribute("description").filter(|text| !text.is_empty()));
        Ok(())
    })?;
    Ok(first)
}

fn from_yaml(record: &mut PackageRecord, what: RecordFile, file: u32, yaml: &Yaml) {
    match what {
        RecordFile::Solution => {
            let Some(manifest) = yaml.at(&["ImportExportXml", "SolutionManifest"]) else { return };
            record.origin = Some(Origin { file, span: span(yaml.entries().next()) });
            record.unique_name = manifest.text_at(&["UniqueName"]);
            record.version = manifest.text_at(&["Version"]);
            record.managed = manifest.text_at(&["Managed"]).as_deref().and_then(managed);
            record.display_name = yaml_description(manifest, "LocalizedNames", "LocalizedName");
            record.description = yaml_description(manifest, "Descriptions", "Description");
            if let Some(publisher) = manifest.get("Publisher") {
                record.publisher = Some(yaml_publisher(publisher));
            }
        }
        RecordFile::Publisher => {
            if let Some(publisher) = yaml.get("Publisher") {
                record.publisher = Some(yaml_publisher(publisher));
            }
        }
        RecordFile::SolutionComponents => {
            let all = yaml.at(&["SolutionComponents", "Component"]);
            let paths = all.map_or(&[][..], Yaml::items).iter().filter_map(|component| component.text_at(&["@path"]));
            record.component_paths.extend(paths.filter_map(|path| self::file(&path)));
        }
        RecordFile::RootComponents => {
            for component in yaml.at(&["RootComponents", "RootComponent"]).map_or(&[][..], Yaml::items) {
                if component.text_at(&["@type"]).as_deref() == Some(PROCESS)
                    && let Some(id) = component.text_at(&["@id"])
                {
                    record.root_workflows.push(guid(&id));
                }
            }
        }
        RecordFile::MissingDependencies => {
            let all = yaml.at(&["MissingDependencies", "MissingDependency"]);
            for missing in all.map_or(&[][..], Yaml::items) {
                let end = |name| {
                    let mut end = DependencyEnd::default();
                    for (key, value) in missing.get(name).into_iter().flat_map(Yaml::entries) {
                        end.set(key.name.trim_start_matches('@'), value.text().unwrap_or_default());
                    }
                    end
                };
                record
                    .missing_dependencies
                    .push(MissingDependency { required: end("Required"), dependent: end("Dependent") });
            }
        }
        RecordFile::Workflow => {
            // The Git layout has the record under one key, the Copilot Studio workspace at the root.
            let inner = yaml.entries().find(|(key, _)| key.name.eq_ignore_ascii_case("Workflow"));
            let origin = Origin { file, span: span(inner.or_else(|| yaml.entries().next())) };
            let mut workflow = WorkflowRecord::new(origin);
            yaml_fields(inner.map_or(yaml, |(_, value)| value), |field, value| workflow.set(field, value));
            record.add_workflow(workflow);
        }
        RecordFile::ConnectionReferences => {
            for (key, value) in yaml.entries() {
                for item in value.items() {
                    let first = if matches!(value, Yaml::List(_)) { item.entries().next() } else { None };
                    let span = first.map_or(key.span, |(key, _)| key.span);
                    let mut reference = ConnectionReferenceRecord::new(Origin { file, span });
                    yaml_fields(item, |field, value| reference.set(field, value));
                    let custom = item.text_at(&["customconnectorid", "connectorid"]);
                    reference.custom_connector_id = custom.map(|id| guid(&id));
                    record.add_connection_reference(reference);
                }
            }
        }
        RecordFile::EnvironmentVariable => {
            for (key, value) in yaml.entries() {
                let Some(schema_name) = value.text_at(&["@schemaname"]) else { continue };
                let origin = Origin { file, span: key.span };
                let variable = record.variable(&schema_name, origin);
                variable.origin = origin;
                yaml_fields(value, |field, value| variable.set(field, value));
            }
        }
        RecordFile::Connector => {
            for (key, value) in yaml.entries() {
                let mut connector = ConnectorRecord::new(Origin { file, span: key.span });
                yaml_fields(value, |field, value| connector.set(field, value));
                record.connectors.push(connector);
            }
        }
        RecordFile::Customizations
        | RecordFile::EnvironmentVariableValues
        | RecordFile::ConnectorDefinition
        | RecordFile::LegacyManifest => {}
    }
}

fn span(entry: Option<&(Key, Yaml)>) -> Span {
    entry.map_or(Span::default(), |(key, _)| key.span)
}

/// The fields of a mapping; of a label, its default text.
fn yaml_fields(yaml: &Yaml, mut set: impl FnMut(&str, &str)) {
    for (key, value) in yaml.entries() {
        let value = value.text().or_else(|| value.get("@default").and_then(Yaml::text));
        set(key.name.trim_start_matches('@'), value.unwrap_or_default());
    }
}

fn yaml_description(manifest: &Yaml, outer: &str, inner: &str) -> Option<String> {
    manifest.at(&[outer, inner])?.items().iter().find_map(|name| name.text_at(&["@description"]))
}

fn yaml_publisher(yaml: &Yaml) -> Publisher {
    Publisher { unique_name: yaml.text_at(&["UniqueName"]), prefix: yaml.text_at(&["CustomizationPrefix"]) }
}

/// Values of the environment that the package was exported from. Which variable they are for, only the folder says.
fn variable_values(record: &mut PackageRecord, file: u32, text: &str) -> Result<(), RecordError> {
    let document = json(text)?;
    let name = &record.files[file as usize];
    let schema_name = name.rsplit('/').nth(1).unwrap_or_default().to_owned();
    let Some(values) = document.root().at(&["environmentvariablevalues", "environmentvariablevalue"]) else {
        return Ok(());
    };
    // One value is an object, several are a list of them.
    let one = values.is_object().then_some(values);
    for value in values.items().chain(one) {
        let Some(entry) = value.entry("value") else { continue };
        let Some(value) = text_of(entry.value) else { continue };
        let origin = Origin { file, span: entry.value.span() };
        record.variable(&schema_name, origin).current_values.push(CurrentValue { value, origin });
    }
    Ok(())
}

fn legacy_manifest(record: &mut PackageRecord, file: u32, text: &str) -> Result<(), RecordError> {
    let document = json(text)?;
    let root = document.root();
    let detail = |key| root.at(&["details", key]).and_then(text_of).filter(|text| !text.is_empty());
    record.display_name = detail("displayName");
    record.description = detail("description");
    record.creator = detail("creator");
    let span = root.get("details").and_then(|details| details.entry("creator")).map(|entry| entry.value.span());
    record.origin = Some(Origin { file, span: span.unwrap_or_default() });
    let resources = root.get("resources");
    let resource = |Entry { key, value }: Entry<'_>| {
        let field = |name| value.get(name).and_then(text_of).filter(|text| !text.is_empty());
        LegacyResource {
            key: key.name().into_owned(),
            kind: field("type"),
            name: field("name").or_else(|| field("id")),
            display_name: value.at(&["details", "displayName"]).and_then(text_of),
            origin: Origin { file, span: key.span() },
        }
    };
    record.resources.extend(resources.into_iter().flat_map(Value::entries).map(resource));
    Ok(())
}

/// A custom connector's definition: OpenAPI 2.0, or 3.0 as the designer may take it.
fn connector_definition(record: &mut PackageRecord, file: u32, text: &str) -> Result<(), RecordError> {
    let document = json(text)?;
    let root = document.root();
    let at = |value: Value<'_>| Origin { file, span: value.span() };
    let mut definition = ConnectorDefinition {
        title: root.at(&["info", "title"]).and_then(text_of),
        host: root.get("host").and_then(text_of),
        ..ConnectorDefinition::default()
    };
    let named = root.get("securityDefinitions").or_else(|| root.at(&["components", "securitySchemes"]));
    for scheme in named.into_iter().flat_map(Value::entries).map(|entry| entry.value) {
        let is = |key: &str, other: &str| scheme.get(key).filter(|value| value.is_str(other));
        let basic = is("type", "basic").or_else(|| is("type", "http").and_then(|_| is("scheme", "basic")));
        definition.weaknesses.extend(basic.map(|place| (Weakness::Basic, at(place))));
        let query = is("type", "apiKey").and_then(|_| is("in", "query"));
        definition.weaknesses.extend(query.map(|place| (Weakness::KeyInQuery, at(place))));
    }
    let schemes: Vec<Value<'_>> = root.get("schemes").into_iter().flat_map(Value::items).collect();
    if !schemes.iter().any(|scheme| scheme.is_str("https")) {
        let plain = schemes.into_iter().find(|scheme| scheme.is_str("http"));
        definition.weaknesses.extend(plain.map(|place| (Weakness::PlainHttp, at(place))));
    }
    let servers = root.get("servers").into_iter().flat_map(Value::items).filter_map(|server| server.get("url"));
    let is_plain = |url: &Value<'_>| {
        url.as_str().is_some_and(|url| url.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://")))
    };
    definition.weaknesses.extend(servers.filter(is_plain).map(|place| (Weakness::PlainHttp, at(place))));
    // Values that the connector sends by itself: defaults of parameters, with the parameter's name.
    for (key, value) in root.descendants().filter(|(_, value)| value.is_object()) {
        let Some((entry, default)) = value.entry("default").and_then(|entry| Some((entry, entry.value.as_str()?)))
        else {
            continue;
        };
        let name = value.get("name").and_then(text_of).or_else(|| key.map(|key| key.name().into_owned()));
        definition.literals.push(Literal {
            name: name.unwrap_or_default(),
            value: default.into_owned(),
            origin: at(entry.value),
        });
    }
    record.connector_definitions.push(definition);
    Ok(())
}

fn json(text: &str) -> Result<Document<'_>, RecordError> {
    Document::parse(text).map_err(|error| RecordError {
        message: error.message.to_owned(),
        help: error.help,
        offset: error.span.start as usize,
    })
}

/// The characters of a string, or any other scalar as it is spelled.
fn text_of(value: Value<'_>) -> Option<String> {
    match value.as_str() {
        Some(text) => Some(text.into_owned()),
        None => value.as_number().or_else(|| value.as_bool().map(|_| value.text())).map(str::to_owned),
    }
}

impl PackageRecord {
    fn add_workflow(&mut self, mut workflow: WorkflowRecord) {
        if workflow.json_file.is_none() && !workflow.has_xaml {
            // A record that stands beside its flow may leave the name out.
            let own = &self.files[workflow.origin.file as usize];
            workflow.json_file = own.strip_suffix(".data.xml").map(str::to_owned).or_else(|| {
                let (folder, file) = own.rsplit_once('/')?;
                file.eq_ignore_ascii_case("metadata.yml").then(|| format!("{folder}/workflow.json"))
            });
        }
        self.workflows.push(workflow);
    }

    fn add_connection_reference(&mut self, reference: ConnectionReferenceRecord) {
        let known =
            |other: &ConnectionReferenceRecord| other.logical_name.eq_ignore_ascii_case(&reference.logical_name);
        if !reference.logical_name.is_empty() && !self.connection_references.iter().any(known) {
            self.connection_references.push(reference);
        }
    }

    /// The variable of that name, which may have been met before by its values.
    fn variable(&mut self, schema_name: &str, origin: Origin) -> &mut EnvironmentVariableRecord {
        let variables = &mut self.environment_variables;
        let known = variables.iter().position(|variable| variable.schema_name.eq_ignore_ascii_case(schema_name));
        let at = known.unwrap_or_else(|| {
            variables.push(EnvironmentVariableRecord {
                schema_name: schema_name.to_owned(),
                display_name: None,
                description: None,
                kind: None,
                default_value: None,
                current_values: Vec::new(),
                secret_store: None,
                required: None,
                origin,
            });
            variables.len() - 1
        });
        &mut variables[at]
    }
}

impl WorkflowRecord {
    fn new(origin: Origin) -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            description: None,
            json_file: None,
            has_xaml: false,
            category: Category::Other(-1),
            state: None,
            modern_flow_type: None,
            primary_entity: None,
            origin,
        }
    }

    fn set(&mut self, field: &str, value: &str) {
        let number = || value.parse::<i32>().ok();
        match field.to_ascii_lowercase().as_str() {
            "workflowid" => self.id = guid(value),
            "name" => self.name = value.to_owned(),
            "description" => self.description = some(value),
            "jsonfilename" => self.json_file = file(value),
            "xamlfilename" => self.has_xaml = true,
            "category" => {
                self.category = match number() {
                    Some(0) => Category::Classic,
                    Some(1) => Category::Dialog,
                    Some(2) => Category::BusinessRule,
                    Some(3) => Category::Action,
                    Some(4) => Category::BusinessProcessFlow,
                    Some(5) => Category::CloudFlow,
                    Some(6) => Category::DesktopFlow,
                    Some(9000) => Category::AgentMacro,
                    other => Category::Other(other.unwrap_or(-1)),
                }
            }
            "statecode" => {
                self.state = match number() {
                    Some(0) => Some(State::Draft),
                    Some(1) => Some(State::Activated),
                    Some(2) => Some(State::Suspended),
                    _ => None,
                }
            }
            "modernflowtype" => {
                self.modern_flow_type = number().map(|number| match number {
                    0 => ModernFlowType::PowerAutomate,
                    1 => ModernFlowType::CopilotStudio,
                    other => ModernFlowType::Other(other),
                })
            }
            "primaryentity" => self.primary_entity = some(value).filter(|name| !name.eq_ignore_ascii_case("none")),
            _ => {}
        }
    }
}

impl ConnectionReferenceRecord {
    fn new(origin: Origin) -> Self {
        Self {
            logical_name: String::new(),
            display_name: None,
            description: None,
            connector_id: None,
            custom_connector_id: None,
            origin,
        }
    }

    fn set(&mut self, field: &str, value: &str) {
        match field.to_ascii_lowercase().as_str() {
            "connectionreferencelogicalname" => self.logical_name = value.to_owned(),
            "connectionreferencedisplayname" => self.display_name = some(value),
            "description" => self.description = some(value),
            "connectorid" => self.connector_id = some(value),
            _ => {}
        }
    }
}

impl EnvironmentVariableRecord {
    fn set(&mut self, field: &str, value: &str) {
        match field.to_ascii_lowercase().as_str() {
            "displayname" => self.display_name = some(value),
            "description" => self.description = some(value),
            "defaultvalue" => self.default_value = some(value),
            "type" => {
                self.kind = value.parse().ok().map(|number: i32| match number {
                    100_000_000 => VariableKind::String,
                    100_000_001 => VariableKind::Number,
                    100_000_002 => VariableKind::Boolean,
                    100_000_003 => VariableKind::Json,
                    100_000_004 => VariableKind::DataSource,
                    100_000_005 => VariableKind::Secret,
                    other => VariableKind::Other(other),
                })
            }
            "secretstore" => self.secret_store = value.parse().ok(),
            "isrequired" => self.required = boolean(value),
            _ => {}
        }
    }
}

impl ConnectorRecord {
    fn new(origin: Origin) -> Self {
        Self { name: String::new(), id: None, display_name: None, definition_file: None, parameters_file: None, origin }
    }

    fn set(&mut self, field: &str, value: &str) {
        match field.to_ascii_lowercase().as_str() {
            "name" => self.name = value.to_owned(),
            "connectorid" => self.id = some(value).map(|id| guid(&id)),
            "displayname" => self.display_name = some(value),
            "openapidefinition" => self.definition_file = file(value),
            "connectionparameters" => self.parameters_file = file(value),
            _ => {}
        }
    }
}

impl DependencyEnd {
    fn set(&mut self, field: &str, value: &str) {
        let value = some(value);
        match field {
            "type" => self.kind = value,
            "displayName" => self.display_name = value,
            "solution" => self.solution = value,
            "schemaName" => self.id = value,
            // Newer components are named by `id.<column>`, such as `id.schemaname`.
            _ if field == "id" || field.starts_with("id.") => {
                self.id = self.id.take().or_else(|| value.map(|id| guid(&id)));
            }
            _ => {}
        }
    }
}

fn some(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The name of a file in the package. The exporter begins it with a slash, which the entry in the zip lacks.
fn file(value: &str) -> Option<String> {
    some(value.trim().trim_start_matches(['/', '\\']))
}

/// A GUID without braces and in lower case; anything else as it is.
fn guid(value: &str) -> String {
    let inner = value.trim().trim_start_matches('{').trim_end_matches('}');
    if super::is_guid(inner.as_bytes()) { inner.to_ascii_lowercase() } else { value.trim().to_owned() }
}

fn boolean(value: &str) -> Option<bool> {
    match value {
        "1" | "true" | "True" => Some(true),
        "0" | "false" | "False" => Some(false),
        _ => None,
    }
}

fn managed(value: &str) -> Option<Managed> {
    match value {
        "0" => Some(Managed::Unmanaged),
        "1" => Some(Managed::Managed),
        "2" => Some(Managed::Both),
        _ => None,
    }
}
