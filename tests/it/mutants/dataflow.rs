//! Breaks of what goes where: callers' text in commands and addresses, rows sent away, secrets shown.

use super::{Kind, Mutant};
use flowvet::model::{Action, ActionKind, Branch, Caller, Completeness, Flow, Platform, Trigger, TriggerKind};
use flowvet::syntax::Value;

pub(super) static KINDS: &[Kind] = &[
    Kind::new("caller-in-filter", &["odata-injection"], caller_in_filter),
    Kind::new("caller-in-sql", &["sql-injection"], caller_in_sql),
    Kind::new("caller-in-address", &["caller-controlled-url"], caller_in_address),
    Kind::new("take-the-escaping-away", &["odata-injection", "sql-injection"], take_the_escaping_away),
    Kind::new("show-a-secret", &["unsecured-secret-output"], show_a_secret),
    Kind::new("secret-into-variable", &["secret-flow"], secret_into_variable),
    Kind::new("rows-to-a-foreign-host", &["business-data-to-external"], rows_to_a_foreign_host),
];

/// Whether callers of the flow are followed: it is at home, whole enough, and anybody starts it.
fn is_open(flow: &Flow<'_>) -> bool {
    let is_request = |trigger: Trigger<'_>| trigger.kind() == TriggerKind::Request;
    let mut triggers = flow.triggers();
    let one = triggers.next().filter(|&trigger| is_request(trigger) && trigger.caller() == Some(Caller::Anyone));
    is_home(flow) && one.is_some() && triggers.next().is_none()
}

fn is_home(flow: &Flow<'_>) -> bool {
    flow.platform == Platform::PowerAutomate && flow.completeness >= Completeness::Definition
}

fn operation<'m>(action: Action<'m>) -> Option<(&'m str, &'m str)> {
    let operation = action.operation()?;
    Some((operation.connector?, operation.id?))
}

fn caller_in_filter(flow: &Flow<'_>) -> Vec<Mutant> {
    let filters = flow.actions().filter(|_| is_open(flow)).filter_map(|action| action.parameter("$filter"));
    let filters = filters.filter(|filter| filter.as_str().is_some());
    filters.map(|filter| Mutant::json(filter.span(), r#""name eq '@{triggerBody()?['wanted']}'""#)).collect()
}

fn caller_in_sql(flow: &Flow<'_>) -> Vec<Mutant> {
    let queries = flow.actions().filter(|_| is_open(flow)).filter_map(|action| action.parameter("query/query"));
    queries.map(|query| Mutant::json(query.span(), r#""@concat('SELECT ', triggerBody()?['wanted'])""#)).collect()
}

fn caller_in_address(flow: &Flow<'_>) -> Vec<Mutant> {
    let calls = flow.actions().filter(|action| is_open(flow) && action.kind() == ActionKind::Http);
    let addresses = calls.filter_map(|action| action.inputs()?.get("uri"));
    addresses.map(|uri| Mutant::json(uri.span(), r#""https://@{triggerOutputs()?['queries']?['to']}/v1""#)).collect()
}

/// `replace(x, '''', '''''')` becomes `concat(x, '''', '''''')`.
fn take_the_escaping_away(flow: &Flow<'_>) -> Vec<Mutant> {
    let expressions = flow.expressions().filter(|_| is_open(flow));
    let escaped = expressions.filter(|expression| {
        let is_direct = expression.action().is_some_and(|action| action.kind().is_connector_call());
        is_direct && expression.template().text().contains("''''")
    });
    let calls = escaped.flat_map(|expression| expression.calls().map(move |(call, _)| (expression, call)));
    let calls = calls.filter(|(_, call)| call.is("replace"));
    calls
        .filter_map(|(expression, call)| {
            let edit = Mutant::text(expression.spot(call.name_range()), "concat");
            Some(edit.in_step(expression.action()?))
        })
        .collect()
}

fn show_a_secret(flow: &Flow<'_>) -> Vec<Mutant> {
    let secured = flow.actions().filter(|action| action.reads_secret() && action.hides("outputs"));
    let hidden = secured.filter_map(|action| {
        let list = action.value().at(&["runtimeConfiguration", "secureData", "properties"])?;
        Some(Mutant::json(list.span(), r#"["inputs"]"#).in_step(action))
    });
    hidden.filter(|_| flow.platform == Platform::PowerAutomate).collect()
}

/// What a step that sets a variable takes becomes the secret that an earlier step has read.
fn secret_into_variable(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for secret in flow.actions().filter(|action| is_home(flow) && action.reads_secret() && is_plain(*action)) {
        let sets = flow.actions().filter(|action| action.kind() == ActionKind::SetVariable);
        for set in sets.filter(|&set| secret.can_have_run_before(set)) {
            let Some(value) = set.inputs().and_then(|inputs| inputs.get("value")) else { continue };
            let with = format!("\"@outputs('{}')?['body/value']\"", secret.name());
            sites.push(Mutant::json(value.span(), with));
        }
    }
    sites
}

fn rows_to_a_foreign_host(flow: &Flow<'_>) -> Vec<Mutant> {
    let reads = |action: &Action<'_>| {
        let reading = [("shared_sharepointonline", "GetItems"), ("shared_commondataserviceforapps", "ListRecords")];
        operation(*action).is_some_and(|own| reading.contains(&own)) && is_plain(*action)
    };
    let mut sites = Vec::new();
    for read in flow.actions().filter(|action| is_home(flow) && reads(action)) {
        let calls = flow.actions().filter(|action| action.kind() == ActionKind::Http);
        for call in calls.filter(|&call| read.can_have_run_before(call)) {
            let part = |name: &str| call.inputs().and_then(|inputs: Value<'_>| inputs.get(name));
            let (Some(uri), Some(body)) = (part("uri"), part("body")) else { continue };
            let rows = Mutant::json(body.span(), format!("\"@body('{}')?['value']\"", read.name()));
            sites.push(rows.and(Mutant::json(uri.span(), r#""https://api.carrier.example/v1""#)).in_step(call));
        }
    }
    sites
}

/// Whether the name can stand in an expression as it is, and no other step has it.
fn is_plain(action: Action<'_>) -> bool {
    let has_quote = action.name().contains(['\'', '"', '\\']);
    !has_quote && action.flow().has_distinct_names() && !matches!(action.branch(), Branch::Tool(_))
}
