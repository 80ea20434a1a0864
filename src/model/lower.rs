//! The tree to the model. Total: what does not have the expected form is left out, and rules about form find it in the
//! tree. Recursion is bounded by the tree's depth limit.

use super::secrets::Secret;
use super::shape::Shape;
use super::*;
use crate::source::Span;

impl<'d> Flow<'d> {
    /// Builds the model of one flow of a document. `file` is the name of its file for reports.
    pub fn lower(
        document: &'d Document<'d>,
        shape: &Shape<'d>,
        file: &str,
        package: Option<&'d PackageRecord>,
        record: Option<&'d WorkflowRecord>,
        secrets: &'d [Secret<'d>],
    ) -> Self {
        let definition = shape.definition;
        let mut lowering = Lowering::default();
        match shape.shell {
            Shell::Steps => lowering.container(None, Branch::Main, Some(definition)),
            Shell::Step => lowering.pasted(definition, shape.step_name.clone()),
            _ => lowering.container(None, Branch::Main, definition.get("actions")),
        }
        let Lowering { mut actions, containers } = lowering;
        let mut by_name = HashMap::with_capacity(actions.len());
        for (index, action) in actions.iter().enumerate() {
            by_name.entry(action.name.to_lowercase()).or_insert(index as u32);
        }
        for container in &containers {
            graph::resolve(&mut actions, &container.actions, &by_name);
        }
        let connection_references: Vec<_> =
            entries(shape.connection_references).map(ConnectionReference::new).collect();
        for action in actions.iter_mut().filter(|action| action.kind.is_connector_call()) {
            action.operation = OperationNode::new(action.value, &connection_references);
        }
        let trigger = |entry| TriggerNode::new(entry, &connection_references);
        let triggers: Vec<TriggerNode<'d>> = entries(definition.get("triggers")).map(trigger).collect();
        let completeness = match (record, shape.completeness) {
            (Some(_), Completeness::Whole) => Completeness::Package,
            (_, completeness) => completeness,
        };
        let parameter = |entry: Entry<'d>| Parameter { entry, name: entry.key.name() };
        let mut flow = Self {
            document,
            definition,
            holder: shape.holder,
            envelope: shape.envelope,
            shell: shape.shell,
            identity: Arc::new(identity(shape, file, record, &triggers)),
            completeness,
            platform: shape.platform,
            package,
            record,
            secrets,
            parameters: entries(definition.get("parameters")).map(parameter).collect(),
            connection_references,
            triggers,
            actions,
            containers,
            by_name,
            expressions: expressions::Expressions::default(),
            types: types::Types::default(),
            tested: OnceCell::default(),
            graph: graph::Graph::default(),
            costs: OnceCell::new(),
            data_flow: super::dataflow::DataFlow::default(),
            effects: EffectOverrides::NONE,
            failures: OnceCell::new(),
            queries: OnceCell::new(),
            titles: RefCell::default(),
        };
        flow.read_expressions();
        flow
    }

    /// The same flow, with what the config says of operations.
    pub fn with_effects(self, effects: &'d EffectOverrides) -> Self {
        Self { effects, ..self }
    }

    /// The bytes of the flow within its document.
    pub fn span(&self) -> Span {
        self.holder.span()
    }
}

fn entries<'d>(value: Option<Value<'d>>) -> impl Iterator<Item = Entry<'d>> {
    value.into_iter().flat_map(Value::entries)
}

#[derive(Default)]
struct Lowering<'d> {
    actions: Vec<ActionNode<'d>>,
    containers: Vec<Container<'d>>,
}

impl<'d> Lowering<'d> {
    fn container(&mut self, owner: Option<u32>, branch: Branch<'d>, list: Option<Value<'d>>) {
        let Some(list) = list.filter(|list| list.is_object()) else { return };
        let container = self.containers.len();
        self.containers.push(Container { owner, branch, actions: Vec::new() });
        for entry in list.entries() {
            let index = self.actions.len() as u32;
            let (name, at) = (entry.key.name(), entry.key.spot());
            self.actions.push(ActionNode::new(name, at, entry.value, container as u32));
            self.containers[container].actions.push(index);
            self.inside(index, entry.value);
        }
    }

    /// A step on its own, as the code view shows it. A clipboard brings its name along.
    fn pasted(&mut self, step: Value<'d>, name: Option<Cow<'d, str>>) {
        let at = step.get("type").unwrap_or(step).spot();
        self.containers.push(Container { owner: None, branch: Branch::Main, actions: vec![0] });
        self.actions.push(ActionNode::new(name.unwrap_or(Cow::Borrowed("Pasted_step")), at, step, 0));
        self.inside(0, step);
    }

    /// Whatever the action's type, these keys hold actions: hand-made flows put them under types of their own.
    fn inside(&mut self, owner: u32, action: Value<'d>) {
        for entry in action.entries() {
            let key = entry.key;
            if key.is("actions") {
                self.container(Some(owner), Branch::Main, Some(entry.value));
            } else if key.is("else") {
                self.container(Some(owner), Branch::Else, entry.value.get("actions"));
            } else if key.is("default") {
                self.container(Some(owner), Branch::Default, entry.value.get("actions"));
            } else if key.is("cases") {
                for case in entry.value.entries() {
                    self.container(Some(owner), Branch::Case(case.key.name()), case.value.get("actions"));
                }
            } else if key.is("tools") {
                for tool in entry.value.entries() {
                    self.container(Some(owner), Branch::Tool(tool.key.name()), tool.value.get("actions"));
                }
            }
        }
    }
}

impl<'d> ActionNode<'d> {
    fn new(name: Cow<'d, str>, at: Spot, value: Value<'d>, container: u32) -> Self {
        let (mut json_type, mut inputs, mut run_after) = (None, None, None);
        for entry in value.entries() {
            let part = match entry.key {
                key if key.is("type") => &mut json_type,
                key if key.is("inputs") => &mut inputs,
                key if key.is("runAfter") => &mut run_after,
                _ => continue,
            };
            // Of keys that stand there twice the last counts, as in `Value::get`.
            *part = Some(entry.value);
        }
        let kind = json_type.and_then(Value::as_str);
        let kind = kind.map_or(ActionKind::Unknown, |name| ActionKind::from_json(&name));
        let run_after = entries(run_after).map(RunAfter::new).collect();
        Self {
            at,
            value,
            name,
            kind,
            inputs,
            container,
            run_after,
            operation: None,
            type_facts: OnceCell::new(),
            effect: OnceCell::new(),
            path: OnceCell::new(),
        }
    }
}

impl<'d> TriggerNode<'d> {
    fn new(entry: Entry<'d>, connection_references: &[ConnectionReference<'d>]) -> Self {
        let json_type = entry.value.get("type").and_then(Value::as_str);
        let kind = json_type.map_or(TriggerKind::Unknown, |name| TriggerKind::from_json(&name));
        let operation = OperationNode::new(entry.value, connection_references);
        Self { entry, name: entry.key.name(), kind, operation }
    }
}

/// Reads `inputs.host` in the forms that exports have: `{apiId, connectionName, operationId}`, the older
/// `{connection: {name: "@parameters('$connections')['key']['connectionId']"}, api}` (corpus, README 20), and Logic Apps'
/// `{connection: {referenceName}}`.
impl<'d> OperationNode<'d> {
    fn new(step: Value<'d>, connection_references: &[ConnectionReference<'d>]) -> Option<Self> {
        let host = step.at(&["inputs", "host"])?;
        let text = |keys: &[&str]| host.at(keys).and_then(|value| Some((value.as_str()?, value)));
        let keyed = |(name, value): (Cow<'d, str>, _)| Some((connection_key(&name)?.to_owned().into(), value));
        let connection_key = text(&["connectionName"])
            .or_else(|| text(&["connection", "referenceName"]))
            .or_else(|| text(&["connection", "name"]).and_then(keyed))
            .or_else(|| text(&["connection"]).and_then(keyed));
        let named = text(&["apiId"]).or_else(|| text(&["api", "id"])).map(|(id, _)| api_name(id));
        let referenced = || {
            let (key, _) = connection_key.as_ref()?;
            connection_references.iter().find(|reference| reference.key.eq_ignore_ascii_case(key))?.connector.clone()
        };
        let connector = named.filter(|name| !name.is_empty()).or_else(referenced);
        // Old exports keep the operation of an `ApiConnection` only in the designer's metadata.
        let designer = || step.at(&["metadata", "flowSystemMetadata", "swaggerOperationId"])?.as_str();
        let id = text(&["operationId"]).map(|(id, _)| id).or_else(designer);
        Some(Self { connector, id, connection_key })
    }
}

/// The key in `@parameters('$connections')['key']['connectionId']` or `@json(…)['$connections']['key']…`.
fn connection_key(expression: &str) -> Option<&str> {
    let (_, after) = expression.split_once("$connections')['").or_else(|| expression.split_once("$connections']['"))?;
    Some(after.split_once("']")?.0)
}

/// The last segment of an API id, lower case.
fn api_name(id: Cow<'_, str>) -> Cow<'_, str> {
    fn last(id: &str) -> &str {
        id.trim_end_matches('/').rsplit('/').next().unwrap_or(id)
    }
    match id {
        Cow::Borrowed(id) if !last(id).contains(|c: char| c.is_ascii_uppercase()) => Cow::Borrowed(last(id)),
        id => Cow::Owned(last(&id).to_ascii_lowercase()),
    }
}

impl<'d> ConnectionReference<'d> {
    fn new(entry: Entry<'d>) -> Self {
        let text = |keys: &[&str]| entry.value.at(keys).and_then(Value::as_str).filter(|text| !text.is_empty());
        let api = text(&["api", "name"]).or_else(|| text(&["id"])).or_else(|| text(&["api", "id"]));
        Self {
            entry,
            key: entry.key.name(),
            connector: api.map(api_name),
            logical_name: text(&["connection", "connectionReferenceLogicalName"])
                .or_else(|| text(&["connectionReferenceLogicalName"])),
        }
    }
}

fn identity(
    shape: &Shape<'_>,
    file: &str,
    record: Option<&WorkflowRecord>,
    triggers: &[TriggerNode<'_>],
) -> FlowIdentity {
    let text = |holder: Value<'_>, key: &str| {
        let text = holder.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())?;
        Some(text.trim().to_owned())
    };
    let stem = stem(file);
    let guid_in_name = guid_suffix(stem);
    let display = || text(shape.holder, "displayName").or_else(|| text(shape.envelope, "displayName"));
    let legacy_name = || text(shape.envelope, "name");
    let name_without_guid = || guid_in_name.map_or(stem, |guid| stem[..stem.len() - guid.len()].trim_end_matches('-'));
    let designer_id = || {
        let id = triggers.first()?.entry.value.at(&["metadata", "operationMetadataId"])?.as_str()?;
        (!id.is_empty()).then(|| id.into_owned())
    };
    let id = record
        .map(|record| record.id.clone())
        .filter(|id| !id.is_empty())
        .or_else(|| guid_in_name.map(str::to_owned))
        .or_else(legacy_name)
        .or_else(designer_id)
        .unwrap_or_else(|| stem.to_owned())
        .to_ascii_lowercase();
    let name = record.map(|record| record.name.trim().to_owned()).filter(|name| !name.is_empty());
    let name = name.or_else(display).unwrap_or_else(|| name_without_guid().to_owned());
    FlowIdentity { id, name, uri: file.into() }
}

/// A file's name without folders and extension; where every such file has the same name, that of its folder.
fn stem(file: &str) -> &str {
    let mut parts = file.rsplit('/');
    let name = parts.next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let is_dull = ["definition", "workflow"].iter().any(|dull| stem.eq_ignore_ascii_case(dull));
    parts.next().filter(|folder| is_dull && !folder.is_empty()).unwrap_or(stem)
}

/// The GUID that a file's stem ends with: exports call flows `Name-GUID.json`.
fn guid_suffix(stem: &str) -> Option<&str> {
    let tail = stem.get(stem.len().checked_sub(36)?..)?;
    is_guid(tail).then_some(tail)
}
