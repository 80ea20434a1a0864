//! Breaks of what keeps a flow from starting itself.

use super::{Kind, Mutant};
use flowvet::facts::Changes;
use flowvet::model::{Action, Change, Flow, Trigger, Watch};
use flowvet::syntax::{Entry, Value};

const RULES: &[&str] = &["self-triggering-flow"];

pub(super) static KINDS: &[Kind] = &[
    Kind::new("drop-filtering-attributes", RULES, drop_filtering_attributes),
    Kind::new("write-a-watched-column", RULES, write_a_watched_column),
    Kind::new("drop-trigger-condition", RULES, drop_trigger_condition),
    Kind::new("drop-trigger-filter", RULES, drop_trigger_filter),
    Kind::new("watch-updates-too", RULES, watch_updates_too),
];

const COLUMNS: &str = "subscriptionRequest/filteringattributes";
const FILTER: &str = "subscriptionRequest/filterexpression";
const CONDITIONS: &str = "conditions";
const MESSAGE: &str = "subscriptionRequest/message";

/// The trigger, what it watches, and the steps that change the same.
type Watched<'m> = (Trigger<'m>, Watch, Vec<(Action<'m>, Change)>);

/// The trigger of a flow that watches something, what it watches, and the steps that change the same table or list.
fn watched<'m>(flow: &'m Flow<'m>) -> Option<Watched<'m>> {
    let trigger = flow.triggers().next()?;
    let watch = trigger.watch()?;
    let changes = flow.actions().filter_map(|action| Some((action, action.change()?)));
    let same = changes.filter(|(_, change)| {
        std::ptr::eq(change.service, watch.service) && watch.names_in_steps().iter().any(|name| name == change.on())
    });
    let same = same.collect();
    Some((trigger, watch, same))
}

fn parameter<'m>(trigger: Trigger<'m>, name: &str) -> Option<Entry<'m>> {
    let entry = trigger.inputs()?.get("parameters")?.entry(name)?;
    Some(entry).filter(|entry| entry.value.as_str().is_none_or(|text| !text.is_empty()))
}

/// Whether its trigger has conditions.
fn has_conditions(trigger: Trigger<'_>) -> bool {
    trigger.value().get(CONDITIONS).is_some_and(|list| list.items().next().is_some())
}

fn writes_columns(action: Action<'_>) -> bool {
    let parameters = action.inputs().and_then(|inputs| inputs.get("parameters"));
    parameters.into_iter().flat_map(Value::entries).any(|entry| entry.key.name().to_lowercase().starts_with("item/"))
}

/// Whether the step does what the trigger waits for, filters, columns and conditions aside.
fn may_start(watch: &Watch, (action, change): &(Action<'_>, Change)) -> bool {
    let met = watch.met(change);
    !met.is_empty() && (writes_columns(*action) || met != Changes::UPDATE)
}

/// The flow without something of its trigger, where nothing else keeps it from starting itself.
fn without<'m>(flow: &'m Flow<'m>, what: impl Fn(Trigger<'m>) -> Option<Entry<'m>>, blockers: &[&str]) -> Vec<Mutant> {
    let Some((trigger, watch, changes)) = watched(flow) else { return Vec::new() };
    let blocks =
        |name: &&str| if *name == CONDITIONS { has_conditions(trigger) } else { parameter(trigger, name).is_some() };
    let is_blocked = blockers.iter().any(blocks);
    let Some(entry) = what(trigger).filter(|_| !is_blocked) else { return Vec::new() };
    let step = changes.iter().find(|change| may_start(&watch, change));
    step.map(|(step, _)| Mutant::without(flow, entry).in_step(*step)).into_iter().collect()
}

fn drop_filtering_attributes(flow: &Flow<'_>) -> Vec<Mutant> {
    without(flow, |trigger| parameter(trigger, COLUMNS), &[FILTER, CONDITIONS])
}

fn drop_trigger_filter(flow: &Flow<'_>) -> Vec<Mutant> {
    without(flow, |trigger| parameter(trigger, FILTER), &[COLUMNS, CONDITIONS])
}

fn drop_trigger_condition(flow: &Flow<'_>) -> Vec<Mutant> {
    without(flow, |trigger| trigger.value().entry(CONDITIONS).filter(|_| has_conditions(trigger)), &[COLUMNS, FILTER])
}

fn write_a_watched_column(flow: &Flow<'_>) -> Vec<Mutant> {
    let Some((trigger, watch, changes)) = watched(flow) else { return Vec::new() };
    if has_conditions(trigger) || parameter(trigger, FILTER).is_some() {
        return Vec::new();
    }
    let columns = parameter(trigger, COLUMNS).and_then(|entry| entry.value.as_str());
    let Some(columns) = columns else { return Vec::new() };
    let Some(column) = columns.split(',').map(str::trim).find(|name| !name.is_empty()) else { return Vec::new() };
    let sites = changes.iter().filter(|(_, change)| watch.met(change) == Changes::UPDATE);
    let sites = sites.filter_map(|(action, _)| {
        let parameters = action.inputs()?.get("parameters")?;
        let first = parameters.entries().next()?;
        let is_object = parameters.get("item").is_some();
        (!is_object).then(|| Mutant::before(first, &format!("item/{column}"), "\"x\"").in_step(*action))
    });
    sites.collect()
}

/// A trigger for added rows, whose flow updates the row, waits for changed ones as well.
fn watch_updates_too(flow: &Flow<'_>) -> Vec<Mutant> {
    let Some((trigger, watch, changes)) = watched(flow) else { return Vec::new() };
    let is_narrow = has_conditions(trigger) || [COLUMNS, FILTER].iter().any(|name| parameter(trigger, name).is_some());
    let Some(message) = parameter(trigger, MESSAGE).filter(|_| !is_narrow) else { return Vec::new() };
    let is_new = |(action, change): &&(Action<'_>, Change)| {
        watch.met(change).is_empty() && change.changes.has(Changes::UPDATE) && writes_columns(*action)
    };
    let step = changes.iter().find(is_new).map(|(action, _)| *action);
    step.map(|step| Mutant::json(message.value.span(), "4").in_step(step)).into_iter().collect()
}
