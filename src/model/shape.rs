//! Which parts of a JSON document are flows, and in which shell. Knows names of keys, not what steps mean.
//!
//! A shell is recognised by its own keys together with a definition inside, never by one key alone: `actions`,
//! `triggers`, `inputs` and `definition` are words that adaptive cards, pipelines and editors use as well.

use crate::syntax::{Document, Value};
use memchr::memmem;
use std::borrow::Cow;

/// A flow, or part of one, in a document.
#[derive(Clone, Debug)]
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
    /// An object of steps.
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

/// The flows in a document, in text order; if there is none, the fragment of one that it may be.
pub fn shapes<'d>(document: &'d Document<'d>) -> Vec<Shape<'d>> {
    let root = document.root();
    if foreign(document).is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    template(root, &mut found);
    if found.is_empty() {
        listed(root, &mut found);
    }
    if found.is_empty() {
        found.extend(fragment(root));
    }
    found
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
pub fn foreign(document: &Document<'_>) -> Option<Foreign> {
    let root = document.root();
    if root.get("properties").is_none() || root.get("schemaVersion").is_none() {
        return None;
    }
    if root.get("targets").is_some() {
        return Some(Foreign::DesktopFlow);
    }
    root.get("subcategory").map(|_| Foreign::AgentMacro)
}

/// Whether a text may hold a shape at all: a text that says no need not be parsed. Every shape has one of these keys,
/// and keys that are spelled with escapes are not looked into.
pub fn may_hold_shapes(text: &str) -> bool {
    let keys = [
        "\"actions\"",
        "\"triggers\"",
        "\"inputs\"",
        "\"cases\"",
        "\"recurrence\"",
        "\"serializedvalue\"",
        "\"operationdefinition\"",
    ];
    memmem::find(text.as_bytes(), keys[0].as_bytes()).is_some()
        || has_any(text, &keys)
        || memmem::find(text.as_bytes(), b"\\u00").is_some()
}

/// Whether a text that is not JSON was meant to be a flow.
pub fn looks_like_flow(text: &str) -> bool {
    has_any(text, &["\"actions\""]) && has_any(text, &["\"runafter\"", "\"triggers\""])
}

/// Whether `text` has one of some keys in lower case, with their quotes, without ASCII case.
fn has_any(text: &str, keys: &[&str]) -> bool {
    let text = text.as_bytes();
    memchr::memchr_iter(b'"', text).any(|at| {
        let first = text.get(at + 1).map(u8::to_ascii_lowercase);
        let mut likely = keys.iter().map(|key| key.as_bytes()).filter(|key| key.get(1).copied() == first);
        likely.any(|key| text.get(at..at + key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key)))
    })
}

/// Workflows among the resources of an ARM template, those of nested templates included.
fn template<'d>(value: Value<'d>, found: &mut Vec<Shape<'d>>) {
    let Some(resources) = value.get("resources") else { return };
    // Templates with symbolic names have an object here.
    for resource in resources.items().chain(resources.entries().map(|entry| entry.value)) {
        if type_is(resource, "Microsoft.Logic/workflows")
            && let Some(holder) = resource.get("properties")
            && let Some(definition) = holder.get("definition").filter(|definition| is_definition(*definition))
        {
            found.push(Shape {
                shell: Shell::Arm,
                definition,
                holder,
                envelope: resource,
                connection_references: None,
                completeness: Completeness::Whole,
                platform: Platform::LogicApps,
                step_name: None,
            });
        }
        if let Some(nested) = resource.at(&["properties", "template"]) {
            template(nested, found);
        }
        template(resource, found);
    }
}

/// Flows in a list, in what wraps one, or at the root.
fn listed<'d>(root: Value<'d>, found: &mut Vec<Shape<'d>>) {
    let list = root.get("value").unwrap_or(root);
    for item in list.items() {
        found.extend(one(item));
    }
    if found.is_empty() {
        found.extend(one(root));
    }
}

/// The flow that `value` is. Cmdlets of the administration module put it under `Internal`, outputs of an action under `body`.
fn one(value: Value<'_>) -> Option<Shape<'_>> {
    whole(value).or_else(|| ["Internal", "body"].iter().find_map(|key| whole(value.get(key)?)))
}

fn whole(envelope: Value<'_>) -> Option<Shape<'_>> {
    let (shell, holder, definition) = if let Some(holder) = envelope.get("properties").filter(|it| it.is_object())
        && let Some(definition) = holder.get("definition").filter(|definition| is_definition(*definition))
    {
        let is_resource = || ["type", "id", "name"].iter().any(|key| envelope.get(key).is_some());
        let shell = if type_is(envelope, "Microsoft.Logic/workflows") {
            Shell::Arm
        } else if envelope.get("schemaVersion").is_none() && is_resource() {
            Shell::Resource
        } else {
            Shell::ClientData
        };
        (shell, holder, definition)
    } else if let Some(definition) = envelope.get("definition").filter(|it| is_definition(*it) && is_sure(*it)) {
        (Shell::Wrapped, envelope, definition)
    } else if is_definition(envelope) && is_sure(envelope) {
        (Shell::Bare, envelope, envelope)
    } else {
        return None;
    };
    let connection_references = holder
        .get("connectionReferences")
        .or_else(|| envelope.get("connectionReferences"))
        .filter(|references| references.is_object());
    let platform = platform(shell, envelope, definition, connection_references);
    let connected = match platform {
        Platform::PowerAutomate => connection_references.is_some(),
        // Standard keeps its connections in a file of its own, Consumption in the parameters beside the definition.
        Platform::LogicApps => {
            shell == Shell::Arm || connection_references.is_some() || connections(envelope, holder).is_some()
        }
    };
    Some(Shape {
        shell,
        definition,
        holder,
        envelope,
        connection_references,
        completeness: if connected { Completeness::Whole } else { Completeness::Definition },
        platform,
        step_name: None,
    })
}

/// The connections that a Consumption workflow is given.
fn connections<'d>(envelope: Value<'d>, holder: Value<'d>) -> Option<Value<'d>> {
    [holder, envelope].iter().find_map(|value| {
        value.at(&["parameters", "$connections", "value"]).or_else(|| value.at(&["$connections", "value"]))
    })
}

/// Whether `value` can be a definition where the shell says that one stands here.
fn is_definition(value: Value<'_>) -> bool {
    let steps = [value.get("actions"), value.get("triggers")];
    steps.iter().flatten().any(|steps| steps.is_object() || has_schema(value))
}

/// Whether a definition is one even where only its own keys say so.
fn is_sure(definition: Value<'_>) -> bool {
    if has_schema(definition) {
        return true;
    }
    let (Some(triggers), Some(actions)) = (definition.get("triggers"), definition.get("actions")) else {
        return false;
    };
    let typed = |steps: Value<'_>| steps.entries().all(|step| step.value.is_object());
    let steps = || triggers.entries().chain(actions.entries());
    triggers.is_object()
        && actions.is_object()
        && typed(triggers)
        && typed(actions)
        && (steps().any(|step| step.value.get("type").is_some()) || definition.get("contentVersion").is_some())
}

fn has_schema(definition: Value<'_>) -> bool {
    definition
        .get("$schema")
        .and_then(Value::as_str)
        .is_some_and(|schema| schema.to_ascii_lowercase().contains("/workflowdefinition.json"))
}

fn type_is(value: Value<'_>, kind: &str) -> bool {
    value.get("type").is_some_and(|value| value.is_str(kind))
}

/// Whose flow it is: the shell says it, or the envelope, or else what the definition uses.
fn platform(
    shell: Shell,
    envelope: Value<'_>,
    definition: Value<'_>,
    connection_references: Option<Value<'_>>,
) -> Platform {
    let starts = |key, prefix: &str| {
        let text = envelope.get(key).and_then(Value::as_str);
        text.is_some_and(|text| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
    };
    if shell == Shell::Arm || starts("type", "Microsoft.Logic/") || starts("id", "/providers/Microsoft.Logic/") {
        return Platform::LogicApps;
    }
    if matches!(shell, Shell::ClientData | Shell::Resource) {
        return Platform::PowerAutomate;
    }
    let is_standard = |kind: &str| {
        // <https://learn.microsoft.com/azure/logic-apps/single-tenant-overview-compare>; `Agentic` and `Agent` as the
        // designer writes them for agent workflows.
        ["Stateful", "Stateless", "Agent", "Agentic"].iter().any(|known| kind.eq_ignore_ascii_case(known))
    };
    if shell == Shell::Wrapped && envelope.get("kind").and_then(Value::as_str).is_some_and(|kind| is_standard(&kind)) {
        return Platform::LogicApps;
    }
    let is_solution_reference = |reference: Value<'_>| {
        reference.get("runtimeSource").is_some()
            || reference.at(&["connection", "connectionReferenceLogicalName"]).is_some()
    };
    if connection_references.is_some_and(|all| all.entries().any(|entry| is_solution_reference(entry.value)))
        || definition.at(&["parameters", "$authentication"]).is_some()
    {
        return Platform::PowerAutomate;
    }
    let fallback = if shell == Shell::Wrapped { Platform::LogicApps } else { Platform::PowerAutomate };
    platform_by_steps(definition).unwrap_or(fallback)
}

/// Types of steps that only one of the two platforms has.
fn platform_by_steps(steps: Value<'_>) -> Option<Platform> {
    const LOGIC_APPS: [&str; 8] = [
        "ServiceProvider",
        "Function",
        "JavaScriptCode",
        "CSharpScriptCode",
        "PowerShellCode",
        "ApiManagement",
        "InvokeFunction",
        "Agent",
    ];
    let mut logic_apps = false;
    for (key, value) in steps.descendants() {
        if !key.is_some_and(|key| key.is("type")) {
            continue;
        }
        let Some(kind) = value.as_str() else { continue };
        if kind.get(..17).is_some_and(|start| start.eq_ignore_ascii_case("OpenApiConnection")) {
            return Some(Platform::PowerAutomate);
        }
        logic_apps |= LOGIC_APPS.iter().any(|known| kind.eq_ignore_ascii_case(known));
    }
    logic_apps.then_some(Platform::LogicApps)
}

/// Steps without a flow around them.
fn fragment(root: Value<'_>) -> Option<Shape<'_>> {
    let shape = |shell, definition, step_name| {
        Some(Shape {
            shell,
            definition,
            holder: root,
            envelope: root,
            connection_references: root.get("connectionReferences").filter(|references| references.is_object()),
            completeness: Completeness::Fragment,
            platform: platform_by_steps(definition).unwrap_or(Platform::PowerAutomate),
            step_name,
        })
    };
    // The clipboard of the new designer, then of the classic one.
    for (step, name) in [("serializedValue", "nodeId"), ("operationDefinition", "operationName")] {
        if let Some(definition) = root.get(step).filter(|step| step.is_object())
            && let Some(name) = root.get(name)
        {
            return shape(Shell::Step, definition, name.as_str());
        }
    }
    if is_step(root) {
        return shape(Shell::Step, root, None);
    }
    let steps = root.get("actions").unwrap_or(root);
    are_steps(steps).then(|| shape(Shell::Steps, steps, None)).flatten()
}

/// Whether every value of an object is a step.
fn are_steps(steps: Value<'_>) -> bool {
    steps.entries().next().is_some()
        && steps.entries().all(|step| step.value.get("type").is_some() && is_step(step.value))
}

/// Whether an object with nothing around it is a step: by what only steps have, or by a type that steps have together
/// with the keys that go with it. Peek code of the classic designer leaves `type` out.
fn is_step(value: Value<'_>) -> bool {
    let has_body = ["inputs", "actions", "cases", "recurrence"].iter().any(|key| value.get(key).is_some());
    if value.get("runAfter").is_some_and(Value::is_object)
        || value.at(&["metadata", "operationMetadataId"]).is_some()
        || value.at(&["inputs", "host", "operationId"]).is_some()
    {
        return has_body;
    }
    let Some(kind) = value.get("type").and_then(Value::as_str) else { return false };
    has_body && STEP_TYPES.iter().any(|known| kind.eq_ignore_ascii_case(known))
}

/// Types of triggers and actions that people paste, from
/// <https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers> and as the designer writes them.
const STEP_TYPES: [&str; 37] = [
    "ApiConnection",
    "ApiConnectionNotification",
    "ApiConnectionWebhook",
    "AppendToArrayVariable",
    "AppendToStringVariable",
    "Compose",
    "DecrementVariable",
    "Expression",
    "Foreach",
    "Function",
    "Http",
    "HttpWebhook",
    "If",
    "IncrementVariable",
    "InitializeVariable",
    "JavaScriptCode",
    "Join",
    "OpenApiConnection",
    "OpenApiConnectionNotification",
    "OpenApiConnectionWebhook",
    "ParseJson",
    "Query",
    "Recurrence",
    "Request",
    "Response",
    "Scope",
    "Select",
    "ServiceProvider",
    "SetVariable",
    "SlidingWindow",
    "Switch",
    "Table",
    "Terminate",
    "Until",
    "Wait",
    "Workflow",
    "Xslt",
];

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const DEFINITION: &str = r#"{"$schema":"https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#","triggers":{"manual":{"type":"Request"}},"actions":{"Compose":{"type":"Compose","inputs":1}}}"#;

    fn seen(text: &str) -> Vec<(Shell, Completeness, Platform)> {
        let text = text.replace("DEFINITION", DEFINITION);
        let document = Document::parse(&text).unwrap();
        let seen: Vec<_> =
            shapes(&document).iter().map(|shape| (shape.shell, shape.completeness, shape.platform)).collect();
        assert!(seen.is_empty() || may_hold_shapes(&text), "the prefilter must let every shape through: {text}");
        seen
    }

    use Completeness::{Definition, Fragment, Whole};
    use Platform::{LogicApps, PowerAutomate};

    #[test]
    fn sees_a_flow_in_each_of_its_shells() {
        for (text, expected) in [
            (
                r#"{"properties":{"connectionReferences":{},"definition":DEFINITION},"schemaVersion":"1.0.0.0"}"#,
                (Shell::ClientData, Whole, PowerAutomate),
            ),
            (r#"{"properties":{"definition":DEFINITION}}"#, (Shell::ClientData, Definition, PowerAutomate)),
            (
                r#"{"name":"x","type":"Microsoft.Flow/flows","properties":{"connectionReferences":{},"definition":DEFINITION}}"#,
                (Shell::Resource, Whole, PowerAutomate),
            ),
            (
                r#"{"id":"/providers/Microsoft.Logic/galleries/public/templates/a","type":"Microsoft.Logic/galleries/templates","properties":{"definition":DEFINITION}}"#,
                (Shell::Resource, Definition, LogicApps),
            ),
            (
                r#"{"id":"/subscriptions/1","type":"Microsoft.Logic/workflows","properties":{"definition":DEFINITION}}"#,
                (Shell::Arm, Whole, LogicApps),
            ),
            (r#"{"kind":"stateful","definition":DEFINITION}"#, (Shell::Wrapped, Definition, LogicApps)),
            (
                r#"{"definition":DEFINITION,"parameters":{"$connections":{"value":{}}}}"#,
                (Shell::Wrapped, Whole, LogicApps),
            ),
            (
                r#"{"definition":DEFINITION,"connectionReferences":{"a":{"runtimeSource":"embedded"}}}"#,
                (Shell::Wrapped, Whole, PowerAutomate),
            ),
            ("DEFINITION", (Shell::Bare, Definition, PowerAutomate)),
            (r#"{"triggers":{"t":{"type":"ServiceProvider"}},"actions":{}}"#, (Shell::Bare, Definition, LogicApps)),
        ] {
            assert_eq!(seen(text), [expected], "{text}");
        }
    }

    #[test]
    fn sees_every_flow_of_a_list_and_of_nested_templates() {
        let entry = r#"{"name":"x","type":"Microsoft.Flow/flows","properties":{"definition":DEFINITION}}"#;
        let resource = (Shell::Resource, Definition, PowerAutomate);
        assert_eq!(seen(&format!("[{entry},{entry}]")), [resource; 2]);
        assert_eq!(seen(&format!(r#"{{"value":[{entry},{{}},{entry}],"nextLink":""}}"#)), [resource; 2]);
        assert_eq!(seen(&format!(r#"{{"FlowName":"x","Internal":{entry}}}"#)), [resource]);
        assert_eq!(seen(&format!(r#"{{"statusCode":200,"body":{entry}}}"#)), [resource]);

        let workflow = r#"{"type":"Microsoft.Logic/workflows","properties":{"definition":DEFINITION}}"#;
        let nested = format!(
            r#"{{"type":"Microsoft.Resources/deployments","properties":{{"template":{{"resources":[{workflow}]}}}}}}"#
        );
        let arm = (Shell::Arm, Whole, LogicApps);
        assert_eq!(seen(&format!(r#"{{"resources":[{workflow},{nested}]}}"#)), [arm; 2]);
        assert_eq!(seen(&format!(r#"{{"languageVersion":"2.0","resources":{{"one":{workflow}}}}}"#)), [arm]);
    }

    #[test]
    fn sees_pasted_steps() {
        let fragment = |shell| [(shell, Fragment, PowerAutomate)];
        for text in [
            r#"{"type":"Compose","inputs":"x"}"#,
            r#"{"type":"scope","actions":{}}"#,
            r#"{"type":"Recurrence","recurrence":{"frequency":"Day","interval":1}}"#,
            r#"{"inputs":{"host":{"connectionName":"a","operationId":"GetItems","apiId":"b"}},"metadata":{}}"#,
            r#"{"inputs":"x","metadata":{"operationMetadataId":"1"}}"#,
            r#"{"nodeId":"A","serializedValue":{"type":"Scope","actions":{}},"mslaNode":true}"#,
            r#"{"id":"1","operationName":"A","operationDefinition":{"type":"Compose","inputs":1}}"#,
        ] {
            assert_eq!(seen(text), fragment(Shell::Step), "{text}");
        }
        for text in [
            r#"{"actions":{"A":{"type":"Compose","inputs":1}}}"#,
            r#"{"A":{"type":"Compose","inputs":1,"runAfter":{}},"B":{"type":"Scope","actions":{}}}"#,
        ] {
            assert_eq!(seen(text), fragment(Shell::Steps), "{text}");
        }
        let document =
            Document::parse(r#"{"nodeId":"Scope_lookup","serializedValue":{"type":"Scope","actions":{}}}"#).unwrap();
        assert_eq!(shapes(&document)[0].step_name.as_deref(), Some("Scope_lookup"));
    }

    #[test]
    fn is_not_taken_in_by_look_alikes() {
        for text in [
            "null",
            "[]",
            "{}",
            r#"{"type":"AdaptiveCard","actions":[{"type":"Action.Submit"}]}"#,
            r#"{"type":"AdaptiveCard","body":[{"type":"Table","columns":[]}],"actions":[]}"#,
            r#"{"triggers":["push"],"actions":["build"]}"#,
            r#"{"triggers":{"a":1},"actions":{"b":2}}"#,
            r#"{"triggers":{},"actions":{}}"#,
            r#"{"version":"2.0.0","tasks":[{"type":"shell"}],"inputs":[]}"#,
            r#"{"swagger":"2.0","paths":{},"definitions":{"a":{"type":"object"}}}"#,
            r#"{"type":"object","properties":{"definition":{"type":"object"},"actions":{"type":"array"}}}"#,
            r#"{"definition":{"actions":{"a":{"type":"x"}}}}"#,
            r#"{"resources":[{"type":"Microsoft.Web/connections","properties":{}}]}"#,
            r#"{"resources":{"1-2":{"type":"Microsoft.Flow/flows"}},"schema":"1.0"}"#,
            r#"{"id":"conditional-access","title":"x","workflows":{},"parameters":[],"connections":{}}"#,
            r#"{"a":{"type":"string"},"b":{"type":"Compose","inputs":1}}"#,
            r#"{"properties":{"definition":DEFINITION},"schemaVersion":"1","subcategory":3}"#,
            r#"{"properties":{"definition":DEFINITION},"schemaversion":"ROBIN","targets":[]}"#,
        ] {
            assert_eq!(seen(text), [], "{text}");
        }
    }

    #[test]
    fn tells_other_processes_by_their_shell() {
        let kind = |text| foreign(&Document::parse(text).unwrap());
        assert_eq!(kind(r#"{"properties":{},"schemaversion":"1","targets":[]}"#), Some(Foreign::DesktopFlow));
        assert_eq!(kind(r#"{"properties":{},"schemaVersion":"1","subcategory":1}"#), Some(Foreign::AgentMacro));
        assert_eq!(kind(r#"{"properties":{},"schemaVersion":"1"}"#), None);
    }

    #[test]
    fn filters_without_case_and_lets_escaped_keys_pass() {
        assert!(may_hold_shapes(r#"{"ACTIONS":{}}"#));
        assert!(may_hold_shapes(r#"{"act\u0069ons":{}}"#));
        assert!(!may_hold_shapes(r#"{"name":"package","version":"1"}"#));
        assert!(looks_like_flow(r#"{"Actions": {"a": {"RunAfter": {"#));
        assert!(!looks_like_flow(r#"{"actions": []"#));
    }
}
