//! What a trigger watches, what steps change, and whether the one starts the other. Owned, so that it outlives the flow's
//! bytes; only what is known for sure is kept: a table or list that an expression names is unknown.

use super::{Action, Cell, Trigger};
use crate::expr::{self, Call, Expr};
use crate::facts::{self, Changes, WatchedService};
use crate::syntax::{Entry, Spot, Value};
use std::borrow::Cow;
use std::hash::Hash;

/// What a trigger watches.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The service in which it does.
    pub service: &'static WatchedService,
    /// The table or list, by the service's own names, lower case.
    on: String,
    /// The same by the names under which steps may know it.
    names: Vec<String>,
    changes: Changes,
    /// The columns that an update must touch; empty for any.
    columns: Vec<String>,
    /// A filter on the row as it is after the change, lower case.
    filter: Option<String>,
    has_conditions: bool,
}

/// What a step changes.
#[derive(Clone, Debug)]
pub struct Change {
    /// The service in which it does.
    pub service: &'static WatchedService,
    /// What it does.
    pub changes: Changes,
    on: String,
    /// The columns that it writes, where they are known.
    columns: Option<Vec<String>>,
    row: Row,
}

/// Which row a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    /// The one that started the flow.
    Own,
    /// Another, or nobody knows.
    Other,
    /// One that may not exist yet.
    New,
}

/// Columns that every change writes, so that a filter on them says nothing about which step made the change.
const WRITTEN_ALWAYS: [&str; 2] = ["modified", "versionnumber"];

impl Watch {
    /// The names under which steps may know what is watched.
    pub fn names_in_steps(&self) -> &[String] {
        &self.names
    }

    /// The name of the table or action, where it is one that people know.
    pub fn name(&self) -> Option<&str> {
        shown(&self.on)
    }

    /// Whether the change is sure to start the flow. `is_own` says that the change is made by the flow that watches. A
    /// trigger condition is taken to keep it from that; so is a filter, unless the row that started the flow meets it
    /// still.
    pub fn is_started_by(&self, change: &Change, is_own: bool) -> bool {
        let met = self.met(change);
        if met.is_empty() || self.has_conditions || !std::ptr::eq(self.service, change.service) {
            return false;
        }
        if !self.names.contains(&change.on) {
            return false;
        }
        let is_update = met == Changes::UPDATE;
        if is_update && !self.is_touched_by(change) {
            return false;
        }
        match &self.filter {
            None => true,
            Some(filter) => is_own && is_update && change.row == Row::Own && still_holds(filter, change),
        }
    }

    /// What a change does of that for which the trigger waits.
    pub fn met(&self, change: &Change) -> Changes {
        self.changes.common(change.changes)
    }

    fn is_touched_by(&self, change: &Change) -> bool {
        match &change.columns {
            None => self.columns.is_empty(),
            Some(written) if self.columns.is_empty() => !written.is_empty(),
            Some(written) => written.iter().any(|column| self.columns.contains(column)),
        }
    }

    /// The watched columns that a change touches, where only some columns are watched.
    pub fn touched<'c>(&'c self, change: &'c Change) -> impl Iterator<Item = &'c str> {
        let written = change.columns.iter().flatten().map(String::as_str);
        written.filter(|column| self.columns.iter().any(|watched| watched == column))
    }
}

/// Whether a filter that the row met before holds after a change, since the change touches none of its columns.
fn still_holds(filter: &str, change: &Change) -> bool {
    let words = || filter.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(column);
    let Some(written) = &change.columns else { return false };
    // A status depends on its state, and each of the two may change with the other.
    let is_state = |name: &str| matches!(name, "statecode" | "statuscode");
    let is_written = |word: &str| {
        WRITTEN_ALWAYS.iter().any(|always| word.starts_with(always))
            || written.iter().any(|column| column == word || (is_state(column) && is_state(word)))
    };
    !words().any(|word| is_written(&word))
}

impl Change {
    /// The table or list by which it is found.
    pub fn on(&self) -> &str {
        &self.on
    }

    /// The name of the table or action, where it is one that people know.
    pub fn name(&self) -> Option<&str> {
        shown(&self.on)
    }

    /// What other flows need to know of it: columns count where rows are updated, and whose row it is does not.
    #[must_use]
    pub fn seen_by_others(self) -> Self {
        let columns = self.columns.filter(|_| self.changes.has(Changes::UPDATE));
        Self { columns, row: Row::Other, ..self }
    }

    /// What is the same for changes that are the same to other flows.
    pub fn key(&self) -> impl Eq + Hash + use<'_> {
        (std::ptr::from_ref(self.service), self.changes, &self.on, &self.columns)
    }
}

/// A table of a database or an action has a name; a list has a GUID or a place in a site.
fn shown(on: &str) -> Option<&str> {
    let last = on.rsplit('\n').next().unwrap_or(on);
    let is_name = last.chars().all(|c| c.is_alphanumeric() || "_ .".contains(c)) && !super::is_guid(last);
    is_name.then_some(last)
}

impl Trigger<'_> {
    /// What it watches, if it waits for changes that steps make, in a table or list that is known.
    pub fn watch(self) -> Option<Watch> {
        let operation = self.operation()?;
        let (service, trigger) = facts::watching_trigger(operation.connector?, operation.id?)?;
        let parameters = self.inputs()?.get("parameters")?;
        let text = |name: Option<&str>| parameters.get(name?).and_then(scalar).filter(|text| !text.trim().is_empty());
        let changes = match trigger.changes_by {
            Some(name) => trigger.changes(Some(text(Some(name))?.trim())),
            None => trigger.changes(None),
        };
        let columns = text(trigger.columns).unwrap_or_default();
        if expr::is_template(&columns) {
            return None;
        }
        let columns = columns.split(',').map(column).filter(|name| !name.is_empty()).collect();
        let filter = text(trigger.filter).map(|filter| filter.to_lowercase());
        let has_conditions = self.value().get("conditions").is_some_and(|list| list.items().next().is_some());
        let on = on(parameters, &trigger.on)?;
        Some(Watch { service, names: service.names_in_steps(&on), on, changes, columns, filter, has_conditions })
    }
}

impl<'m> Action<'m> {
    /// What it changes, if that may start a trigger, in a table or list that is known.
    pub fn change(self) -> Option<Change> {
        let operation = self.operation()?;
        let (service, step) = facts::changing_step(operation.connector?, operation.id?)?;
        let parameters = self.inputs()?.get("parameters")?;
        let on = on(parameters, &step.on)?;
        let row = match step.row {
            Some(name) => self.row(parameters.get(name), service, &on, 0),
            None => Row::Other,
        };
        let upserts = step.upsert && row == Row::New;
        let changes = if upserts { step.changes().with(Changes::CREATE) } else { step.changes() };
        let columns = step.columns.map_or(Some(Vec::new()), |prefix| written(parameters, prefix));
        Some(Change { service, changes, on, columns, row })
    }

    /// Which row a parameter names. `depth` bounds how many steps are looked through.
    fn row(self, value: Option<Value<'m>>, service: &WatchedService, on: &str, depth: u32) -> Row {
        let Some(text) = value.and_then(scalar) else { return Row::New };
        let template = expr::parse(text);
        let root = match template.only_root() {
            Some(root) => root,
            // `accountnumber='4711'`: the row with that key, or a new one.
            None if template.text().trim().is_empty() || template.text().contains('=') => return Row::New,
            None => return Row::Other,
        };
        match root.as_call() {
            Some(call) if call.is("guid") && call.args().next().is_none() => Row::New,
            Some(call) if depth < 4 && names_row(call, service, on) => self.row_of(call, service, on, depth),
            _ => Row::Other,
        }
    }

    /// Whose row id a call reads: the trigger's, or that of a step that got the trigger's row.
    fn row_of(self, call: Call<'_>, service: &WatchedService, on: &str, depth: u32) -> Row {
        if call.is("triggerBody") || call.is("triggerOutputs") {
            return Row::Own;
        }
        let names_step = call.is("outputs") || call.is("body");
        let name = call.args().next().filter(|_| names_step).and_then(Expr::as_str);
        let Some(step) = name.and_then(|name| self.flow().action_named(&name)) else { return Row::Other };
        let row = ["recordId", "id"].iter().find_map(|name| step.parameter(name));
        match row {
            Some(row) if self.row(Some(row), service, on, depth + 1) == Row::Own => Row::Own,
            _ => Row::Other,
        }
    }
}

impl<'m> Action<'m> {
    /// The columns that an update of a Dataverse row writes as they were read from that very row, each with its place. Other
    /// services want columns that are required to be written at each update.
    pub fn columns_written_back(self) -> Vec<(String, Spot)> {
        let Some((parameters, prefix, row)) = self.row_written() else { return Vec::new() };
        let unchanged = |entry: Entry<'m>| {
            let key = entry.key.name();
            let start = key.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix))?;
            let written = key[start.len()..].strip_prefix('/')?;
            let template = expr::parse(entry.value.as_str()?);
            let cell = Cell::of(template.only_root()?)?;
            let is_same = cell.column.eq_ignore_ascii_case(written) && self.is_of_row(&cell, &row);
            is_same.then(|| (written.to_owned(), entry.key.spot()))
        };
        parameters.entries().filter_map(unchanged).collect()
    }

    /// The parameters of an update of a Dataverse row, what begins its columns, and its row id.
    fn row_written(self) -> Option<(Value<'m>, &'static str, Cow<'m, str>)> {
        let operation = self.operation()?;
        let (service, step) = facts::changing_step(operation.connector?, operation.id?)?;
        let is_update = step.changes() == facts::Changes::UPDATE && service.key.is_none();
        let parameters = self.inputs().filter(|_| is_update)?.get("parameters")?;
        let row = parameters.get(step.row?)?.as_str()?;
        Some((parameters, step.columns?, row))
    }

    /// Whether a cell is of the row that an id names: the id is read from the same row, or the cell from a step that got the
    /// row by the same id.
    fn is_of_row(self, cell: &Cell<'_>, row: &str) -> bool {
        let template = expr::parse(row);
        let key = template.only_root().and_then(Cell::of);
        let table = self.parameter("entityName").or_else(|| self.parameter("table")).and_then(Value::as_str);
        let Some(table) = table.map(|table| table.to_lowercase()) else { return false };
        if let Some(key) = key.filter(|key| key.is_in_row_of(cell)) {
            let operation = self.operation();
            let service = operation.and_then(|called| facts::changing_step(called.connector?, called.id?));
            return service.is_some_and(|(service, _)| names_row(key.call, service, &table));
        }
        if !(cell.call.is("outputs") || cell.call.is("body")) || cell.call.hops().count() > 2 {
            return false;
        }
        let name = cell.call.args().next().and_then(Expr::as_str);
        let Some(step) = name.and_then(|name| self.flow().action_named(&name)) else { return false };
        let is_same = |name: &str, wanted: &str| {
            step.parameter(name)
                .and_then(Value::as_str)
                .is_some_and(|text| text.trim().eq_ignore_ascii_case(wanted.trim()))
        };
        is_same("recordId", row) && is_same("entityName", &table)
    }
}

/// Whether the last property that a call reads is the id of a row of that table: `triggerOutputs()?['body/accountid']`.
fn names_row(call: Call<'_>, service: &WatchedService, on: &str) -> bool {
    let Some(name) = call.hops().last().and_then(|hop| hop.name()) else { return false };
    let name = name.rsplit('/').next().unwrap_or_default().to_lowercase();
    match service.key {
        Some("") => true,
        Some(key) => name.eq_ignore_ascii_case(key),
        // All activities have one key.
        None => name == "activityid" || name.strip_suffix("id").is_some_and(|table| is_table(service, table, on)),
    }
}

/// Whether a table's name in the singular is the one that `on` ends with, in either form.
fn is_table(service: &WatchedService, table: &str, on: &str) -> bool {
    let on = on.rsplit('\n').next().unwrap_or(on);
    // Where triggers too name tables in the plural, the rule for the plural is still Dataverse's.
    let plural = [format!("{table}s"), format!("{table}es")];
    service.names_in_steps(table).iter().any(|name| name == on)
        || plural.iter().any(|name| name == on)
        || table.strip_suffix('y').is_some_and(|stem| on.strip_suffix("ies") == Some(stem))
}

/// What the parameters name, if all of them are literals or environment variables.
fn on(parameters: Value<'_>, names: &[&str]) -> Option<String> {
    let parts: Option<Vec<String>> = names.iter().map(|name| name_of(&parameters.get(name)?.as_str()?)).collect();
    parts.map(|parts| parts.join("\n"))
}

/// A literal, or the one environment variable that stands for it, so that it can be compared.
fn name_of(text: &str) -> Option<String> {
    let template = expr::parse(text);
    match template.form() {
        expr::Form::Literal => {
            let name = text.trim().trim_end_matches('/').trim_matches(['{', '}']).to_lowercase();
            (!name.is_empty()).then_some(name)
        }
        expr::Form::Escaped => None,
        _ => {
            let call = template.only_root()?.as_call()?;
            let is_plain = call.is("parameters") && call.hops().next().is_none() && template.faults().is_empty();
            let name = call.args().next().filter(|_| is_plain)?.as_str()?;
            Some(format!("parameters('{}')", name.to_lowercase()))
        }
    }
}

/// The columns that the parameters write, where all of them are known: `item/name`, or an object `item`.
fn written(parameters: Value<'_>, prefix: &str) -> Option<Vec<String>> {
    let mut columns = Vec::new();
    for entry in parameters.entries() {
        let key = entry.key.name();
        let Some(rest) = key.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix)) else { continue };
        match key[rest.len()..].strip_prefix('/') {
            Some(name) => columns.push(written_column(name)?),
            None if key.len() > rest.len() => {}
            None if entry.value.is_object() => {
                for entry in entry.value.entries() {
                    columns.push(written_column(&entry.key.name())?);
                }
            }
            None => return None,
        }
    }
    columns.retain(|name| !name.is_empty());
    columns.sort();
    columns.dedup();
    Some(columns)
}

/// The column of a key, if no expression names it; none of an annotation such as `@odata.type`.
fn written_column(name: &str) -> Option<String> {
    let is_annotation = name.trim_start_matches('@').to_lowercase().starts_with("odata.");
    (is_annotation || !expr::is_template(name)).then(|| column(name))
}

/// A column by its own name: a relationship is written as `name@odata.bind` and read as `_name_value`, a choice of
/// SharePoint is written as `Name/Value`.
fn column(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let name = name.split(['/', '@']).next().unwrap_or_default();
    let inner = name.strip_prefix('_').and_then(|name| name.strip_suffix("_value"));
    inner.unwrap_or(name).to_owned()
}

fn scalar(value: Value<'_>) -> Option<Cow<'_, str>> {
    value.as_str().or_else(|| value.as_number().map(Cow::Borrowed))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::model::{Completeness, Flow, shape};
    use crate::syntax::Document;

    /// Whether the step starts the flow again, by the parameters of trigger and step.
    fn starts(trigger: &str, conditions: &str, operation: &str, step: &str) -> bool {
        let host = |id: &str| {
            let connector = if operation.contains("Item") { "sharepointonline" } else { "commondataserviceforapps" };
            format!(r#""host": {{"apiId": "/apis/shared_{connector}", "operationId": "{id}"}}"#)
        };
        let listens = if operation.contains("Item") { "GetOnUpdatedItems" } else { "SubscribeWebhookTrigger" };
        let text = format!(
            r#"{{"properties": {{"connectionReferences": {{}}, "definition": {{
                "triggers": {{"When": {{"type": "OpenApiConnectionWebhook", {conditions}
                    "inputs": {{{}, "parameters": {{{trigger}}}}}}}}},
                "actions": {{
                    "Get": {{"type": "OpenApiConnection", "inputs": {{{}, "parameters":
                        {{"entityName": "accounts", "recordId": "@triggerOutputs()?['body/accountid']"}}}}}},
                    "Do": {{"type": "OpenApiConnection", "inputs": {{{}, "parameters": {{{step}}}}}}}}}}}}},
                "schemaVersion": "1.0.0.0"}}"#,
            host(listens),
            host("GetItem"),
            host(operation)
        );
        let document = Document::parse(&text).unwrap();
        let shape = shape::shapes(&document).remove(0);
        let flow = Flow::lower(&document, &shape, "F.json", None, None, &[]);
        assert_eq!(flow.completeness, Completeness::Whole);
        let Some(watch) = flow.triggers().next().unwrap().watch() else { return false };
        flow.action_named("Do").unwrap().change().is_some_and(|change| watch.is_started_by(&change, true))
    }

    fn account(message: u8, more: &str) -> String {
        format!(r#""subscriptionRequest/message": {message}, "subscriptionRequest/entityname": "account"{more}"#)
    }

    const OWN: &str = r#""entityName": "accounts", "recordId": "@triggerOutputs()?['body/accountid']""#;

    #[test]
    fn an_update_starts_what_waits_for_updates_of_its_columns() {
        let update = format!(r#"{OWN}, "item/name": "x", "item/primarycontactid@odata.bind": "/contacts(1)""#);
        let starts = |message, more: &str| starts(&account(message, more), "", "UpdateRecord", &update);
        for (message, expected) in [(1, false), (2, false), (3, true), (4, true), (5, false), (6, true), (7, true)] {
            assert_eq!(starts(message, ""), expected, "{message}");
        }
        for (columns, expected) in [
            ("telephone1", false),
            ("telephone1, NAME", true),
            ("_primarycontactid_value", true),
            ("primarycontactid", true),
            ("@parameters('columns')", false),
        ] {
            let more = format!(r#", "subscriptionRequest/filteringattributes": "{columns}""#);
            assert_eq!(starts(4, &more), expected, "{columns}");
        }
    }

    #[test]
    fn a_filter_counts_unless_the_row_meets_it_still() {
        let starts = |filter: &str, step: &str| {
            let more = format!(r#", "subscriptionRequest/filterexpression": "{filter}""#);
            starts(&account(3, &more), "", "UpdateOnlyRecord", step)
        };
        let own = format!(r#"{OWN}, "item/description": "x""#);
        assert!(starts("name eq 'A'", &own));
        assert!(!starts("description eq null", &own));
        assert!(!starts("_modifiedby_value ne 1", &own));
        assert!(!starts("name eq 'A'", r#""entityName": "accounts", "recordId": "@variables('id')", "item/name": 1"#));
        let state = format!(r#"{OWN}, "item/statecode": 1"#);
        assert!(!starts("statuscode eq 1", &state));
    }

    #[test]
    fn a_trigger_condition_counts() {
        let update = format!(r#"{OWN}, "item/name": "x""#);
        let with = |conditions: &str| starts(&account(3, ""), conditions, "UpdateRecord", &update);
        assert!(with("") && with(r#""conditions": [],"#));
        assert!(!with(r#""conditions": [{"expression": "@equals(1, 1)"}],"#));
    }

    #[test]
    fn an_update_adds_a_row_only_where_there_may_be_none() {
        for (row, expected) in [
            ("@triggerOutputs()?['body/accountid']", false),
            ("@{triggerBody()?['accountid']}", false),
            ("@outputs('Get')?['body/accountid']", false),
            ("@outputs('Missing')?['body/accountid']", false),
            ("@items('Each')?['accountid']", false),
            ("@variables('id')", false),
            ("@guid()", true),
            ("name='A'", true),
            ("", true),
        ] {
            let step = format!(r#""entityName": "accounts", "recordId": "{row}", "item/name": "x""#);
            assert_eq!(starts(&account(1, ""), "", "UpdateRecord", &step), expected, "{row}");
            assert!(!starts(&account(1, ""), "", "UpdateOnlyRecord", &step), "{row}");
        }
    }

    #[test]
    fn rows_are_recognised_through_the_step_that_got_them() {
        let filter = r#", "subscriptionRequest/filterexpression": "name eq 'A'""#;
        for (row, expected) in [
            ("@outputs('Get')?['body/accountid']", true),
            ("@outputs('get')?['body/contactid']", false),
            ("@outputs('Do')?['body/accountid']", false),
            ("@body('Get')?['accountid']", true),
            ("@triggerBody()?['activityid']", true),
            ("@triggerBody()?['parentaccountid']", false),
        ] {
            let step = format!(r#""entityName": "accounts", "recordId": "{row}", "item/description": "x""#);
            assert_eq!(starts(&account(3, filter), "", "UpdateRecord", &step), expected, "{row}");
        }
    }

    #[test]
    fn tables_and_lists_must_be_known_and_equal() {
        let dataverse = |table: &str| {
            starts(&account(4, ""), "", "CreateRecord", &format!(r#""entityName": "{table}", "item/name": "x""#))
        };
        assert!(dataverse("accounts") && dataverse("Accounts"));
        assert!(!dataverse("contacts") && !dataverse("@variables('t')") && !dataverse(""));
        let list = |watched: &str, changed: &str| {
            let on = |(site, list): (&str, &str)| format!(r#""dataset": "{site}", "table": "{list}""#);
            let step = format!(r#"{}, "id": 1, "item/Title": "x""#, on(changed.split_once(' ').unwrap()));
            starts(&on(watched.split_once(' ').unwrap()), "", "PatchItem", &step)
        };
        assert!(list("https://contoso.example/a/ 1A", "https://CONTOSO.example/a 1a"));
        assert!(list("@parameters('Site(x_s)') @parameters('List')", "@{parameters('site(x_s)')} @parameters('List')"));
        assert!(!list("https://contoso.example/a 1A", "https://contoso.example/b 1A"));
        assert!(!list("@variables('s') 1A", "@variables('s') 1A"));
    }

    #[test]
    fn what_is_unknown_is_silent() {
        let item = |item: &str| {
            let more = r#", "subscriptionRequest/filteringattributes": "name""#;
            starts(&account(3, more), "", "UpdateRecord", &format!("{OWN}, {item}"))
        };
        assert!(item(r#""item": {"name": 1}"#));
        assert!(!item(r#""item": "@variables('row')""#) && !item(r#""item/@{variables('c')}": 1"#));
        assert!(!item(r#""items": {"name": 1}"#) && !item(r#""item/@odata.type": "x""#));
        assert!(
            item(r#""item/@odata.type": "x", "item/name": 1"#) && item(r#""item": {"@@odata.type": 1, "Name": 1}"#)
        );
        let update = format!(r#"{OWN}, "item/name": "x""#);
        assert!(!starts(r#""subscriptionRequest/entityname": "account""#, "", "UpdateRecord", &update));
        assert!(!starts(&account(9, ""), "", "UpdateRecord", &update));
    }
}
