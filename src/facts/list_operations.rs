//! Steps that read rows of a table or items of a list, and the parameters that decide how much comes back.

use serde::Deserialize;
use std::sync::OnceLock;

/// An operation that reads many rows or items.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListOperation {
    connectors: Vec<&'static str>,
    operations: Vec<&'static str>,
    /// The parameters that name the table or list.
    #[serde(default)]
    pub on: Vec<&'static str>,
    /// The parameters that narrow what is read.
    #[serde(default)]
    pub filters: Vec<&'static str>,
    /// What the designer calls the first of them.
    pub filter_label: Option<&'static str>,
    /// The parameter that lists the columns.
    pub columns: Option<&'static str>,
    /// What the designer calls it.
    pub columns_label: Option<&'static str>,
    /// The parameter that sorts.
    pub order: Option<&'static str>,
    /// The parameter that limits how many come back.
    pub top: Option<&'static str>,
    /// What the designer calls it.
    pub top_label: Option<&'static str>,
    /// The parameter with a query in FetchXML.
    pub fetch_xml: Option<&'static str>,
    /// Parameters by which a flow asks for the next page itself.
    #[serde(default)]
    pub next: Vec<&'static str>,
    /// How many come back where nothing else is said, if that is known.
    pub page: Option<u64>,
    /// Whether the setting Pagination is offered.
    #[serde(default)]
    pub pages: bool,
    /// Whether a row limit makes paging do nothing.
    #[serde(default)]
    pub limit_wins: bool,
    /// Whether reading all of it is the usual thing to do.
    #[serde(default)]
    pub whole: bool,
    /// What is read, in the singular.
    pub item: &'static str,
    /// What it is read from.
    pub place: &'static str,
    /// Functions of a Filter array that the filter can do as well.
    #[serde(default)]
    pub compares: Vec<&'static str>,
}

/// An operation that reads one row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RowOperation {
    connectors: Vec<&'static str>,
    operations: Vec<&'static str>,
    /// The parameter that lists the columns.
    pub columns: &'static str,
    /// What the designer calls it.
    pub columns_label: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", bound(deserialize = "'de: 'static"))]
struct File {
    small_tables: Vec<&'static str>,
    list: Vec<ListOperation>,
    row: Vec<RowOperation>,
}

fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    let text = include_str!("../../rules/facts/list-operations.toml");
    FILE.get_or_init(|| super::read("list-operations.toml", text))
}

fn has(names: &[&str], wanted: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(wanted))
}

/// What is known of an operation that reads many rows or items.
pub fn list_operation(connector: &str, operation: &str) -> Option<&'static ListOperation> {
    file().list.iter().find(|list| has(&list.connectors, connector) && has(&list.operations, operation))
}

/// What is known of an operation that reads one row.
pub fn row_operation(connector: &str, operation: &str) -> Option<&'static RowOperation> {
    file().row.iter().find(|row| has(&row.connectors, connector) && has(&row.operations, operation))
}

/// Whether a table of Dataverse, by its plural name, holds one row or a handful in every environment.
pub fn is_small_table(name: &str) -> bool {
    has(&file().small_tables, name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::{Effect, operation_effect};
    use super::*;

    #[test]
    fn knows_operations_without_case() {
        let rows = list_operation("shared_CommonDataServiceForApps", "listrecords").unwrap();
        assert!(rows.page == Some(5000) && rows.fetch_xml == Some("fetchXml") && rows.limit_wins);
        assert_eq!(list_operation("shared_sharepointonline", "GetItems").unwrap().page, Some(100));
        assert!(list_operation("shared_sharepointonline", "GetItem").is_none());
        assert!(row_operation("shared_commondataserviceforapps", "GetItem").is_some());
        assert!(is_small_table("Organizations") && !is_small_table("accounts"));
    }

    #[test]
    fn every_operation_only_reads_and_every_parameter_has_a_label() {
        for list in &file().list {
            for (connector, operation) in list.connectors.iter().zip(list.operations.iter().cycle()) {
                assert_eq!(operation_effect(connector, operation), Effect::Read, "{connector}/{operation}");
            }
            assert_eq!(list.filters.is_empty(), list.filter_label.is_none(), "{:?}", list.operations);
            assert_eq!(list.columns.is_none(), list.columns_label.is_none(), "{:?}", list.operations);
            assert_eq!(list.top.is_none(), list.top_label.is_none(), "{:?}", list.operations);
            assert!(list.page.is_none() || list.pages, "{:?}", list.operations);
        }
    }
}
