//! Flags literal ids of rows, lists, drives, teams, channels, forms and groups in parameters that take one: they differ between environments.

use crate::facts;
use crate::model::{Action, Flow, Operation, Trigger, is_guid};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};
use std::ops::Range;

pub(crate) static RULE: HardcodedGuid = HardcodedGuid;
pub(crate) struct HardcodedGuid;

impl Rule for HardcodedGuid {
    fn meta(&self) -> &'static RuleMeta {
        &cards::HARDCODED_GUID
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let triggers = flow.triggers().map(|trigger| ids(Trigger::operation(trigger), trigger.inputs()));
        let actions = flow.actions().map(|action| ids(Action::operation(action), action.inputs()));
        let ids = triggers.chain(actions).flatten();
        if flow.is_outside_solutions() {
            report_once(ids.collect(), sink);
        } else {
            ids.for_each(|id| report(&id, sink));
        }
    }
}

/// A literal id.
struct Id {
    parameter: String,
    thing: &'static str,
    instead: &'static str,
    spot: Spot,
}

/// The literal ids in the parameters of a call.
fn ids(operation: Option<Operation<'_>>, inputs: Option<Value<'_>>) -> Vec<Id> {
    let (Some(operation), Some(inputs)) = (operation, inputs) else { return Vec::new() };
    let Some(connector) = operation.connector else { return Vec::new() };
    // Models and prompts of AI Builder keep their ids, for they travel with the solution.
    if operation.id.is_some_and(|id| id.to_ascii_lowercase().starts_with("aibuilder")) {
        return Vec::new();
    }
    let table = inputs.at(&["parameters", "entityName"]).and_then(Value::as_str);
    if table.is_some_and(|table| facts::is_component_table(&table)) {
        return Vec::new();
    }
    // `parameters` in today's form; calls of the older form have `queries` and `body`.
    let holders = ["parameters", "queries", "body"].into_iter().filter_map(|key| inputs.get(key));
    holders.flat_map(Value::entries).filter_map(|entry| id(connector, &entry.key.name(), entry.value)).collect()
}

fn id(connector: &str, key: &str, value: Value<'_>) -> Option<Id> {
    let name = key.rsplit('/').next().unwrap_or(key);
    if let Some(field) = name.strip_suffix("@odata.bind") {
        let at = bound_row(&value.as_str()?)?;
        let instead =
            "look the row up by a name or key that is the same everywhere, or keep its id in an environment variable";
        return Some(Id { parameter: field.to_owned(), thing: "row", instead, spot: value.part(at) });
    }
    let sort = facts::guid_parameter(connector, name)?;
    let text = value.as_str()?;
    let is_known_guid = || is_guid(text.trim_matches(['{', '}'])) && !is_empty_id(&text);
    sort.looks_like(&text).unwrap_or_else(is_known_guid).then(|| Id {
        parameter: name.to_owned(),
        thing: sort.thing,
        instead: sort.instead,
        spot: value.spot(),
    })
}

/// Where the id stands in `/systemusers(00000000-…)`, the whole value being such a link.
fn bound_row(link: &str) -> Option<Range<usize>> {
    let open = link.find('(')?;
    let id = link[open + 1..].strip_suffix(')')?;
    let is_table =
        link[..open].trim_start_matches('/').bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let differs =
        is_table && is_guid(id) && !is_empty_id(id) && !facts::is_component_table(link[..open].trim_start_matches('/'));
    differs.then(|| open + 1..open + 1 + id.len())
}

/// All zeros: a place-holder.
fn is_empty_id(id: &str) -> bool {
    id.bytes().all(|byte| matches!(byte, b'0' | b'-' | b'{' | b'}'))
}

fn report(id: &Id, sink: &mut Sink<'_, Spot>) {
    let Id { parameter, thing, instead, spot } = id;
    sink.at(*spot, format!("`{parameter}` names one {thing} by its id, which is another one in every environment"))
        .help(*instead)
        .case("solution-flow");
}

/// A flow outside solutions is set up anew wherever it is imported: worth a line, not one for each id.
fn report_once(ids: Vec<Id>, sink: &mut Sink<'_, Spot>) {
    let Some((first, rest)) = ids.split_first() else { return };
    let places = if rest.is_empty() { "one place".to_owned() } else { format!("{} places", ids.len()) };
    let message = format!(
        "this flow names lists, rows or groups by their ids in {places}, to be changed wherever it is imported"
    );
    let draft = sink.at(first.spot, message);
    draft.case("other-flow").about_flow().help("add the flow to a solution and keep such ids in environment variables");
    for id in rest {
        draft.also_at(id.spot);
    }
}
