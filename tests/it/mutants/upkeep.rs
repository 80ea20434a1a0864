//! Breaks of what the next person needs: things that are used, names that speak, and parts that one can overlook.

use super::{Kind, Mutant, step_entry};
use flowvet::facts::{self, Named};
use flowvet::model::{Action, ActionKind, Expression, Flow, Platform, Status, is_same_name};
use flowvet::syntax::Value;

pub(super) static KINDS: &[Kind] = &[
    Kind::new("drop-reads-of-variable", &["unused-variable"], drop_reads_of_variable),
    Kind::new("add-variable-for-nothing", &["unused-variable"], add_variable_for_nothing),
    Kind::new("drop-changes-of-variable", &["constant-variable"], drop_changes_of_variable),
    Kind::new("drop-reads-of-result", &["unused-result"], drop_reads_of_result),
    Kind::new("read-for-nothing", &["unused-result"], read_for_nothing),
    Kind::new("rename-to-default-names", &["default-action-name"], rename_to_default_names),
    Kind::new("unwrap-scopes", &["long-flow-without-scopes"], unwrap_scopes),
    Kind::new("wrap-in-conditions", &["deep-nesting"], wrap_in_conditions),
    Kind::new("add-fifty-steps", &["too-many-actions"], add_fifty_steps),
    Kind::new("first-version-of-trigger", &["legacy-powerapps-trigger"], first_version_of_trigger),
    Kind::new("drop-note", &["missing-step-note"], drop_note),
];

/// Whether the rules have nothing to say: on Logic Apps, and where an expression decides which variable or step another reads.
fn is_out_of_reach(flow: &Flow<'_>) -> bool {
    if flow.platform == Platform::LogicApps {
        return true;
    }
    let mut calls = flow.expressions().flat_map(Expression::calls);
    calls.any(|(call, function)| {
        function.is_some_and(|function| function.names.is_some())
            && call.args().next().is_some_and(|name| name.as_str().is_none())
    })
}

/// Puts text in the place of each string that some references stand in; none where one of them is a key, or where other
/// text has the same in it.
fn without_strings<'m>(flow: &'m Flow<'m>, name: &str, is_meant: impl Fn(Expression<'m>) -> bool) -> Option<Mutant> {
    let quoted = format!("('{}'", name.to_lowercase());
    let mut broken: Option<Mutant> = None;
    let mut values = Vec::new();
    for expression in flow.expressions().filter(|&expression| is_meant(expression)) {
        let value = expression.value()?;
        values.push(value.span());
        let edit = Mutant::json(value.span(), "\"x\"");
        broken = Some(match broken {
            Some(before) => before.and(edit),
            None => edit,
        });
    }
    let is_left = |value: &Value<'_>| {
        !values.contains(&value.span()) && value.as_str().is_some_and(|text| text.to_lowercase().contains(&quoted))
    };
    let is_mentioned = flow.definition.descendants().any(|(_, value)| is_left(&value));
    broken.filter(|_| !is_mentioned)
}

/// The variables and all that reads them, results of the steps that change them included.
fn drop_reads_of_variable(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_out_of_reach(flow) || !flow.has_distinct_names() {
        return Vec::new();
    }
    let mut sites = Vec::new();
    for variable in flow.variables().filter(|variable| !variable.takes_app_input()) {
        let is_of = |action: Action<'_>| {
            action == variable.action
                || action.variable_written().is_some_and(|(name, _)| is_same_name(&name, variable.name))
        };
        let reads = |expression: Expression<'_>| {
            expression.references().any(|reference| match reference.named {
                Named::Variable => is_same_name(&reference.name, variable.name),
                _ => reference.action().is_some_and(is_of),
            })
        };
        let broken = without_strings(flow, variable.name, reads);
        sites.extend(broken.map(|broken| broken.at(variable.name_value.span())));
    }
    sites
}

fn first_step<'m>(flow: &'m Flow<'m>) -> Option<Action<'m>> {
    flow.actions().find(|action| action.parent().is_none())
}

fn add_variable_for_nothing(flow: &Flow<'_>) -> Vec<Mutant> {
    let step = r#"{"type": "InitializeVariable", "inputs": {"variables": [{"name": "Nobody wants this", "type": "string"}]}, "runAfter": {}}"#;
    let first = first_step(flow).and_then(step_entry).filter(|_| !is_out_of_reach(flow));
    first.map(|first| Mutant::before(first, "For_nothing", step)).into_iter().collect()
}

/// Every step that changes a variable becomes a Compose step.
fn drop_changes_of_variable(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    let is_read = |name: &str| {
        let mut references = flow.expressions().flat_map(Expression::references);
        references.any(|reference| reference.named == Named::Variable && is_same_name(&reference.name, name))
    };
    let is_unknown = |action: Action<'_>| {
        let changes = [
            ActionKind::SetVariable,
            ActionKind::IncrementVariable,
            ActionKind::DecrementVariable,
            ActionKind::AppendToArrayVariable,
            ActionKind::AppendToStringVariable,
        ];
        changes.contains(&action.kind()) && action.variable_written().is_none()
    };
    if flow.actions().any(is_unknown) || is_out_of_reach(flow) {
        return sites;
    }
    for variable in flow.variables().filter(|variable| is_read(variable.name)) {
        let is_of =
            |action: &Action<'_>| action.variable_written().is_some_and(|(name, _)| is_same_name(&name, variable.name));
        let types = flow.actions().filter(is_of).filter_map(|action| action.value().get("type"));
        let edits = types.map(|kind| Mutant::json(kind.span(), "\"Compose\""));
        sites.extend(edits.reduce(Mutant::and).map(|broken| broken.at(variable.name_value.span())));
    }
    sites
}

fn drop_reads_of_result(flow: &Flow<'_>) -> Vec<Mutant> {
    if is_out_of_reach(flow) || !flow.has_distinct_names() {
        return Vec::new();
    }
    let gives = [ActionKind::Select, ActionKind::Query, ActionKind::ParseJson, ActionKind::Join, ActionKind::Table];
    let mut sites = Vec::new();
    for action in flow.actions().filter(|action| gives.contains(&action.kind())) {
        let mut around = std::iter::once(action).chain(action.ancestors());
        let mut waiting = action.followers();
        if around.all(|step| step.followers().next().is_none())
            || waiting.any(|(_, run_after)| run_after.statuses.iter().any(|status| *status != Status::Succeeded))
        {
            continue;
        }
        let reads = |expression: Expression<'_>| {
            let mut actions = expression.references().filter_map(|reference| reference.action());
            actions.any(|read| read == action || action.ancestors().any(|outer| outer == read))
        };
        sites.extend(without_strings(flow, action.name(), reads).map(|broken| broken.in_step(action)));
    }
    sites
}

/// A list of items is read before the first step.
fn read_for_nothing(flow: &Flow<'_>) -> Vec<Mutant> {
    let step = r#"{"type": "OpenApiConnection", "inputs": {"host": {"apiId": "/providers/Microsoft.PowerApps/apis/shared_sharepointonline", "connectionName": "shared_sharepointonline", "operationId": "GetItems"}, "parameters": {"dataset": "x", "table": "y"}}, "runAfter": {}}"#;
    let first = first_step(flow).filter(|step| step.run_after().is_empty() && !is_out_of_reach(flow));
    let site = first.and_then(|first| {
        let run_after = first.value().get("runAfter")?;
        let wait = Mutant::json(run_after.span(), r#"{"Read_for_nothing": ["Succeeded"]}"#);
        Some(Mutant::before(step_entry(first)?, "Read_for_nothing", step).and(wait).at_edit(0))
    });
    site.into_iter().collect()
}

fn rename_to_default_names(flow: &Flow<'_>) -> Vec<Mutant> {
    if flow.platform == Platform::LogicApps {
        return Vec::new();
    }
    let renamed = flow.actions().enumerate().filter_map(|(number, action)| {
        let operation = action.operation().and_then(|operation| Some((operation.connector?, operation.id?)));
        let kind = action.value().get("type").and_then(Value::as_str);
        let names = facts::default_names(operation, kind.as_deref())?;
        let is_default = names.iter().any(|name| name.eq_ignore_ascii_case(facts::without_number(action.name())));
        let name = || format!("\"{}_{}\"", names[0], number + 100);
        (!is_default).then(|| Mutant::json(action.name_spot().span, name()))
    });
    let mut renamed: Vec<Mutant> = renamed.take(3).collect();
    let Some(last) = renamed.pop().filter(|_| renamed.len() == 2) else { return Vec::new() };
    vec![renamed.into_iter().rev().fold(last, Mutant::and)]
}

/// What lies in each scope takes its place.
fn unwrap_scopes(flow: &Flow<'_>) -> Vec<Mutant> {
    if flow.platform == Platform::LogicApps {
        return Vec::new();
    }
    let scopes: Vec<Action<'_>> = flow.actions().filter(|action| action.kind() == ActionKind::Scope).collect();
    let is_nested = |scope: &Action<'_>| scope.ancestors().any(|outer| outer.kind() == ActionKind::Scope);
    let left = flow.actions().filter(|action| action.kind() != ActionKind::InitializeVariable).count() - scopes.len();
    if left <= 15 || scopes.iter().any(|scope| is_nested(scope) || !scope.has_children()) {
        return Vec::new();
    }
    let unwrapped = scopes.iter().filter_map(|scope| {
        let entry = step_entry(*scope)?;
        let inside = scope.value().get("actions")?.text().trim().strip_prefix('{')?.strip_suffix('}')?;
        let whole = flowvet::source::Span { start: entry.key.span().start, end: entry.value.span().end };
        Some(Mutant::json(whole, inside))
    });
    unwrapped.reduce(Mutant::and).map(Mutant::in_flow).into_iter().collect()
}

/// A step goes into as many conditions as it takes to have five around it.
fn wrap_in_conditions(flow: &Flow<'_>) -> Vec<Mutant> {
    if flow.platform == Platform::LogicApps {
        return Vec::new();
    }
    let mut sites = Vec::new();
    for action in flow.actions().filter(|action| !action.kind().is_container()) {
        let is_level = |outer: &Action<'_>| outer.kind().is_container() && outer.kind() != ActionKind::Scope;
        let around = action.ancestors().filter(is_level).count();
        let Some(entry) = step_entry(action).filter(|_| around < 5) else { continue };
        let mut value = entry.value.text().to_owned();
        for level in around..5 {
            value = format!(
                "{{\"type\": \"If\", \"expression\": {{}}, \"actions\": {{\"Level_{level}\": {value}}}, \"runAfter\": {{}}}}"
            );
        }
        let whole = flowvet::source::Span { start: entry.key.span().start, end: entry.value.span().end };
        sites.push(Mutant::json(whole, format!("\"Level\": {value}")));
    }
    sites
}

fn add_fifty_steps(flow: &Flow<'_>) -> Vec<Mutant> {
    if flow.platform == Platform::LogicApps {
        return Vec::new();
    }
    let steps: Vec<String> =
        (0..50).map(|number| format!("\"More_{number}\": {{\"type\": \"Compose\", \"inputs\": \"x\"}}")).collect();
    let scope = format!("{{\"type\": \"Scope\", \"actions\": {{{}}}, \"runAfter\": {{}}}}", steps.join(", "));
    let first = first_step(flow).and_then(step_entry);
    first.map(|first| Mutant::before(first, "More", &scope).in_flow()).into_iter().collect()
}

fn first_version_of_trigger(flow: &Flow<'_>) -> Vec<Mutant> {
    if flow.platform == Platform::LogicApps {
        return Vec::new();
    }
    let kinds = flow.triggers().filter_map(|trigger| trigger.value().get("kind"));
    let second = kinds.filter(|kind| kind.is_str("PowerAppV2"));
    second.map(|kind| Mutant::json(kind.span(), "\"PowerApp\"")).collect()
}

fn drop_note(flow: &Flow<'_>) -> Vec<Mutant> {
    if flow.platform == Platform::LogicApps {
        return Vec::new();
    }
    let noted = flow.actions().filter_map(|action| Some((action, action.value().entry("description")?)));
    noted.map(|(action, note)| Mutant::without(flow, note).in_step(action)).collect()
}
