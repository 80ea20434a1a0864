//! Flags triggers that start the flow at every change of any row of a table.

use crate::facts::{self, Changes};
use crate::model::{Trigger, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Kind, Spot, Value};

pub(crate) static RULE: UnfilteredDataverseTrigger = UnfilteredDataverseTrigger;
pub(crate) struct UnfilteredDataverseTrigger;

impl Rule for UnfilteredDataverseTrigger {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNFILTERED_DATAVERSE_TRIGGER
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(operation) = trigger.operation() else { return };
        let (Some(connector), Some(id)) = (operation.connector, operation.id) else { return };
        let Some((_, watching)) = facts::watching_trigger(connector, id) else { return };
        // Only Dataverse lets triggers choose columns.
        let (Some(columns), Some(filter), Some(by)) = (watching.columns, watching.filter, watching.changes_by) else {
            return;
        };
        let parameters = trigger.inputs().and_then(|inputs| inputs.get("parameters"));
        let Some(parameters) = parameters.filter(|parameters| parameters.is_object()) else { return };
        let is_given = |name: &str| parameters.get(name).is_some_and(is_given);
        let has_conditions = trigger.value().get("conditions").is_some_and(|list| list.items().next().is_some());
        if is_given(columns) || is_given(filter) || has_conditions {
            return;
        }
        let code = parameters.get(by).and_then(|code| code.as_number().map(Into::into).or_else(|| code.as_str()));
        let Some(code) = code else { return };
        let changes = watching.changes(Some(code.trim()));
        // Added, modified and deleted rows together are what a flow waits for that mirrors a table, with all its columns.
        let mirrors = changes.has(Changes::CREATE) && changes.has(Changes::DELETE);
        if mirrors || !changes.has(Changes::UPDATE) {
            return;
        }
        let name = display_name(trigger.name());
        let table = watching.on.iter().find_map(|on| parameters.get(on)?.as_str()).filter(|table| !table.contains('@'));
        let table = table.map(|table| format!(" `{table}`")).unwrap_or_default();
        sink.at(trigger.name_spot(), format!("`{name}` starts the flow at every change of any column of the table{table}"))
            .help("list under `Select columns` of the trigger the columns whose change matters, or say in `Filter rows` which rows do");
    }
}

/// Whether a parameter says anything.
fn is_given(value: Value<'_>) -> bool {
    value.kind() != Kind::Null && !value.as_str().is_some_and(|text| text.trim().is_empty())
}
