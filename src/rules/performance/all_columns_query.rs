//! Flags queries that do not say which columns they need.

use crate::facts;
use crate::model::Action;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Kind, Spot};

pub(crate) static RULE: AllColumnsQuery = AllColumnsQuery;
pub(crate) struct AllColumnsQuery;

impl Rule for AllColumnsQuery {
    fn meta(&self) -> &'static RuleMeta {
        &cards::ALL_COLUMNS_QUERY
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let name = || action.display_name();
        if let Some(query) = action.query() {
            if query.has_columns() || query.is_read_for_count() {
                return;
            }
            let Some(label) = query.operation.columns_label else { return };
            let help = if query.is_fetch_xml() {
                "add an `attribute` element to the FetchXML for each column that the flow uses".to_owned()
            } else {
                format!("list under `{label}` the columns that the flow uses")
            };
            sink.at(action.name_spot(), format!("`{}` reads every column", name())).help(help);
            return;
        }
        let Some(operation) = action.operation() else { return };
        let (Some(connector), Some(id)) = (operation.connector, operation.id) else { return };
        let Some(row) = facts::row_operation(connector, id) else { return };
        let parameters = action.inputs().and_then(|inputs| inputs.get("parameters"));
        if parameters.is_some_and(|parameters| !parameters.is_object()) {
            return;
        }
        let columns = action.parameter(row.columns);
        let is_empty = |text: &str| text.trim().is_empty();
        if columns
            .is_some_and(|value| value.kind() != Kind::Null && !value.as_str().is_some_and(|text| is_empty(&text)))
        {
            return;
        }
        sink.at(action.name_spot(), format!("`{}` reads every column", name()))
            .help(format!("list under `{}` the columns that the flow uses", row.columns_label));
    }
}
