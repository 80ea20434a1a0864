//! Breaks of what keeps queries small and flows from starting for nothing.

use super::{Kind, Mutant, step_entry};
use flowvet::facts::Changes;
use flowvet::model::{Action, ActionKind, Branch, Flow, Platform, Query, RowLimit, Trigger, TriggerKind};
use flowvet::syntax::{Entry, Value};

pub(super) static KINDS: &[Kind] = &[
    Kind::new("drop-filter", &["unfiltered-query", "filter-after-query"], drop_filter),
    Kind::new("filter-afterwards", &["filter-after-query"], filter_afterwards),
    Kind::new("drop-columns", &["all-columns-query"], drop_columns),
    Kind::new("turn-paging-off", &["unpaginated-list"], turn_paging_off),
    Kind::new("drop-row-limit", &["unpaginated-list"], drop_row_limit),
    Kind::new("row-limit-beside-paging", &["pagination-conflict"], row_limit_beside_paging),
    Kind::new("threshold-of-one-page", &["pagination-conflict"], threshold_of_one_page),
    Kind::new("drop-watched-columns", &["unfiltered-dataverse-trigger"], drop_watched_columns),
    Kind::new("drop-row-filter-of-trigger", &["unfiltered-dataverse-trigger"], drop_row_filter_of_trigger),
    Kind::new("trigger-condition-as-first-step", &["missing-trigger-condition"], trigger_condition_as_first_step),
    Kind::new("widen-scope", &["organization-scope-trigger"], widen_scope),
    Kind::new("run-every-minute", &["frequent-recurrence"], run_every_minute),
    Kind::new("write-a-column-back", &["unchanged-column-update"], write_a_column_back),
    Kind::new("drop-filter-of-sync", &["full-sync-query"], drop_filter_of_sync),
    Kind::new("create-where-none-is-found", &["search-then-create"], create_where_none_is_found),
];

fn parameters<'m>(action: Action<'m>) -> Option<Value<'m>> {
    action.inputs()?.get("parameters").filter(|parameters| parameters.is_object())
}

/// A parameter of a query, if it is given.
fn given<'m>(query: Query<'m>, name: &str) -> Option<Entry<'m>> {
    let entry = parameters(query.action)?.entry(name)?;
    entry.value.as_str().is_none_or(|text| !text.trim().is_empty()).then_some(entry)
}

/// The one parameter that narrows a query which is not in FetchXML.
fn only_filter<'m>(query: Query<'m>) -> Option<Entry<'m>> {
    let mut filters = query.operation.filters.iter().filter_map(|name| given(query, name));
    let (filter, None) = (filters.next()?, filters.next()) else { return None };
    (!query.is_fetch_xml()).then_some(filter)
}

/// Whether nothing but its filter narrows a query.
fn is_plain(query: Query<'_>) -> bool {
    query.row_limit().is_none() && !query.pages_itself() && !query.operation.whole
}

/// Whether a table is known to be small.
fn is_small(query: Query<'_>) -> bool {
    query.name().is_some_and(|name| flowvet::facts::is_small_table(&name))
}

fn drop_filter(flow: &Flow<'_>) -> Vec<Mutant> {
    let used = |query: &Query<'_>| {
        let is_used = query.is_read_whole() || query.is_read_for_one() || query.is_read_for_count();
        is_used && query.filters().next().is_none() && is_plain(*query) && !is_small(*query)
    };
    let queries = flow.queries().filter(used);
    queries.filter_map(|query| Some(Mutant::without(flow, only_filter(query)?).in_step(query.action))).collect()
}

/// The filter of a query moves into a Filter array behind it.
fn filter_afterwards(flow: &Flow<'_>) -> Vec<Mutant> {
    let is_free = |query: &Query<'_>| {
        let uses_list = query.is_read_whole() || query.is_read_for_one_or_count();
        !uses_list && is_plain(*query) && !is_small(*query)
    };
    let sites = flow.queries().filter(is_free).filter_map(|query| {
        let filter = only_filter(query)?;
        let entry = step_entry(query.action)?;
        let source = serde_json::to_string(&format!("@outputs('{}')?['body/value']", query.action.name().replace('\'', "''")));
        let after = serde_json::to_string(query.action.name()).unwrap();
        let step = format!(
            r#"{{"type": "Query", "inputs": {{"from": {}, "where": "@equals(item()?['x'], 1)"}}, "runAfter": {{{after}: ["Succeeded"]}}}}"#,
            source.unwrap()
        );
        Some(Mutant::before(entry, "Filter afterwards", &step).and(Mutant::without(flow, filter)))
    });
    sites.collect()
}

fn drop_columns(flow: &Flow<'_>) -> Vec<Mutant> {
    let is_named = |query: &Query<'_>| !query.is_fetch_xml() && !query.is_read_for_count();
    let sites = flow.queries().filter(is_named).filter_map(|query| {
        let columns = given(query, query.operation.columns?)?;
        Some(Mutant::without(flow, columns).in_step(query.action))
    });
    sites.collect()
}

/// Whether the list of a query is used so that a page may be too little.
fn needs_pages(query: &Query<'_>) -> bool {
    let has_key = query.filter().and_then(Value::as_str).is_some_and(|filter| filter.to_lowercase().contains("id eq"));
    let is_used = query.is_read_whole() && query.operation.page.is_some();
    is_used && !query.pages_itself() && !is_small(*query) && !has_key
}

fn turn_paging_off(flow: &Flow<'_>) -> Vec<Mutant> {
    let queries = flow.queries().filter(needs_pages).filter(|query| query.row_limit().is_none());
    let sites = queries.filter_map(|query| {
        query.threshold()?;
        let policy = query.action.value().get("runtimeConfiguration")?.entry("paginationPolicy")?;
        Some(Mutant::without(flow, policy).in_step(query.action))
    });
    sites.collect()
}

fn drop_row_limit(flow: &Flow<'_>) -> Vec<Mutant> {
    let queries = flow.queries().filter(needs_pages);
    let queries = queries.filter(|query| query.threshold().is_none() && !query.is_fetch_xml());
    let sites = queries.filter_map(|query| {
        let top = given(query, query.operation.top?)?;
        Some(Mutant::without(flow, top).in_step(query.action))
    });
    sites.collect()
}

/// Paging with a threshold that means something.
fn with_pages<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Query<'m>, Value<'m>)> {
    flow.queries().filter(|query| query.row_limit().is_none()).filter_map(|query| Some((query, query.threshold()?)))
}

fn row_limit_beside_paging(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = with_pages(flow).filter(|(query, _)| query.operation.limit_wins).filter_map(|(query, _)| {
        let first = parameters(query.action)?.entries().next()?;
        Some(Mutant::before(first, query.operation.top?, "10").in_step(query.action))
    });
    sites.collect()
}

fn threshold_of_one_page(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = with_pages(flow).filter_map(|(query, threshold)| {
        let page = query.operation.page?;
        Some(Mutant::json(threshold.span(), page.to_string()))
    });
    sites.collect()
}

const COLUMNS: &str = "subscriptionRequest/filteringattributes";
const ROWS: &str = "subscriptionRequest/filterexpression";
const SCOPE: &str = "subscriptionRequest/scope";
const CONDITIONS: &str = "conditions";

/// A parameter of a trigger of Dataverse, if it is given.
fn of_trigger<'m>(trigger: Trigger<'m>, name: &str) -> Option<Entry<'m>> {
    let entry = trigger.inputs()?.get("parameters")?.entry(name)?;
    entry.value.as_str().is_none_or(|text| !text.trim().is_empty()).then_some(entry)
}

fn has_conditions(trigger: Trigger<'_>) -> bool {
    trigger.value().get(CONDITIONS).is_some_and(|list| list.items().next().is_some())
}

/// A Dataverse trigger without one of the two settings that narrow it, where the other is not set.
fn without_setting(flow: &Flow<'_>, setting: &str, other: &str) -> Vec<Mutant> {
    let is_alone = |trigger: &Trigger<'_>| of_trigger(*trigger, other).is_none() && !has_conditions(*trigger);
    let waits = |trigger: &Trigger<'_>| {
        let code = of_trigger(*trigger, "subscriptionRequest/message").and_then(|entry| entry.value.as_number());
        code.is_some_and(|code| ["3", "4", "6"].contains(&code))
    };
    let triggers = flow.triggers().filter(is_alone).filter(waits);
    let sites = triggers.filter_map(|trigger| {
        let entry = of_trigger(trigger, setting)?;
        Some(Mutant::without(flow, entry).at(trigger.name_spot().span))
    });
    sites.collect()
}

fn drop_watched_columns(flow: &Flow<'_>) -> Vec<Mutant> {
    without_setting(flow, COLUMNS, ROWS)
}

fn drop_row_filter_of_trigger(flow: &Flow<'_>) -> Vec<Mutant> {
    without_setting(flow, ROWS, COLUMNS)
}

/// The trigger condition of a flow becomes a Condition in front of all its steps.
fn trigger_condition_as_first_step(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = flow.triggers().filter_map(|trigger| {
        let conditions = trigger.value().entry(CONDITIONS)?;
        let condition = conditions.value.items().next()?.get("expression")?.as_str()?;
        if !condition.contains("trigger") || condition.contains("parameters(") || condition.contains("outputs('") {
            return None;
        }
        if of_trigger(trigger, ROWS).is_some() || trigger.operation()?.id.is_none() || flow.action_count() == 0 {
            return None;
        }
        let actions = flow.definition.entry("actions")?;
        let old = actions.value.text();
        // Initialize variable has to stay outside.
        if flow.actions().any(|action| action.kind() == ActionKind::InitializeVariable) {
            return None;
        }
        let test = serde_json::to_string(&condition).unwrap();
        let step =
            format!(r#"{{"Is it meant": {{"type": "If", "expression": {test}, "actions": {old}, "runAfter": {{}}}}}}"#);
        Some(Mutant::json(actions.value.span(), step).and(Mutant::without(flow, conditions)))
    });
    sites.collect()
}

fn widen_scope(flow: &Flow<'_>) -> Vec<Mutant> {
    let narrow = |trigger: &Trigger<'_>| of_trigger(*trigger, ROWS).is_none() && !has_conditions(*trigger);
    let sites = flow.triggers().filter(narrow).filter_map(|trigger| {
        let scope = of_trigger(trigger, SCOPE)?;
        (scope.value.as_number() != Some("4")).then(|| Mutant::json(scope.value.span(), "4"))
    });
    sites.collect()
}

fn run_every_minute(flow: &Flow<'_>) -> Vec<Mutant> {
    // The rule is for Power Automate.
    if flow.platform == Platform::LogicApps {
        return Vec::new();
    }
    let schedules = flow.triggers().filter(|trigger| trigger.kind() == TriggerKind::Recurrence);
    let sites = schedules.filter_map(|trigger| {
        let recurrence = trigger.value().get("recurrence")?;
        let (every, unit) = (recurrence.get("interval")?, recurrence.get("frequency")?);
        let unit = Mutant::json(unit.span(), "\"Minute\"");
        Some(Mutant::json(every.span(), "1").and(unit))
    });
    sites.collect()
}

/// An update of the row of a trigger or loop writes a column as it was read.
fn write_a_column_back(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = flow.actions().filter_map(|action| {
        let change = action.change().filter(|change| change.changes == Changes::UPDATE)?;
        if change.service.key.is_some() {
            return None;
        }
        let parameters = parameters(action)?;
        let row = parameters.get("recordId")?.as_str()?;
        // The id of the row by its table's own name, so that it is sure whose row it is.
        let table = change.on().strip_suffix('s')?;
        let id = format!("{table}id']");
        let base = row.strip_suffix(id.as_str()).filter(|base| base.starts_with('@') && !base.starts_with("@{"))?;
        if parameters.get("item").is_some() || row.contains('(') && row.matches('(').count() > 1 {
            return None;
        }
        let first = parameters.entries().next()?;
        let value = serde_json::to_string(&format!("{base}some_column']")).unwrap();
        Some(Mutant::before(first, "item/some_column", &value).in_step(action))
    });
    sites.collect()
}

/// A scheduled flow that copies what was changed copies everything.
fn drop_filter_of_sync(flow: &Flow<'_>) -> Vec<Mutant> {
    if !flow.triggers().any(|trigger| trigger.kind() == TriggerKind::Recurrence) {
        return Vec::new();
    }
    let copies = |query: &Query<'_>| {
        let connector = |action: Action<'_>| action.connector().map(str::to_owned);
        let source = connector(query.action);
        query.loops().any(|each| {
            flow.actions().any(|step| {
                step.ancestors().any(|around| around == each)
                    && step.effect() == flowvet::model::Effect::Write
                    && connector(step) != source
            })
        })
    };
    let queries = flow.queries().filter(|query| query.row_limit().is_none()).filter(copies);
    queries.filter_map(|query| Some(Mutant::without(flow, only_filter(query)?).in_step(query.action))).collect()
}

/// Where a Condition on what was found updates the row, its other branch adds one.
fn create_where_none_is_found(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = flow.actions().filter(|action| action.kind() == ActionKind::If).filter_map(|test| {
        let condition = test.value().get("expression")?.text();
        let is_tested = |query: &Query<'_>| {
            condition.contains(&format!("('{}')", query.action.name()))
                && query.operation.fetch_xml.is_some()
                && query.filter().and_then(Value::as_str).is_some_and(|filter| filter.contains(" eq "))
        };
        let mut tested = flow.queries().filter(is_tested);
        let (query, None) = (tested.next()?, tested.next()) else { return None };
        let table = query.name()?;
        let update = test.children().find(|step| {
            let change = step.change();
            change.is_some_and(|change| change.changes.has(Changes::UPDATE) && change.on().eq_ignore_ascii_case(&table))
        })?;
        if !matches!(query.row_limit(), None | Some(RowLimit::Known(_))) {
            return None;
        }
        let other = if *update.branch() == Branch::Main { Branch::Else } else { Branch::Main };
        let list = if other == Branch::Main { test.value().get("actions") } else { test.value().at(&["else", "actions"]) };
        let host = update.inputs()?.get("host")?.text().replace("UpdateOnlyRecord", "CreateRecord").replace("UpdateRecord", "CreateRecord");
        let step = format!(
            r#"{{"Add one": {{"type": "OpenApiConnection", "inputs": {{"host": {host}, "parameters": {{"entityName": "{table}", "item/x": 1}}}}, "runAfter": {{}}}}}}"#
        );
        Some(Mutant::json(list?.span(), step))
    });
    sites.collect()
}
