//! Which parameters of connectors take the id of one particular thing.

use serde::Deserialize;
use std::sync::OnceLock;

/// A sort of parameter that takes an id which differs between environments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GuidParameter {
    connectors: Vec<&'static str>,
    names: Vec<&'static str>,
    /// What the id names: `list`.
    pub thing: &'static str,
    /// What to do instead, as an instruction.
    pub instead: &'static str,
    /// For ids that are no GUIDs.
    looks_like: Option<Look>,
}

/// How an id that is no GUID can be told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    begins: &'static str,
    least: usize,
}

impl GuidParameter {
    /// Whether a text looks like an id of this sort; nothing where such ids are GUIDs.
    pub fn looks_like(&self, text: &str) -> Option<bool> {
        let look = self.looks_like.as_ref()?;
        // An expression or a place-holder has other signs.
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!:.@_-".contains(&byte));
        Some(is_plain && text.len() >= look.least && text.starts_with(look.begins) && !text.starts_with('@'))
    }
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
#[serde(rename_all = "kebab-case")]
struct File {
    component_tables: Vec<&'static str>,
    parameter: Vec<GuidParameter>,
}

/// The sort of a parameter, if it is one. `connector` is an API name, `name` the last part of the parameter's key.
pub fn guid_parameter(connector: &str, name: &str) -> Option<&'static GuidParameter> {
    let has = |names: &[&str], wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    file().parameter.iter().find(|sort| has(&sort.names, name) && has(&sort.connectors, connector))
}

/// Whether the rows of a Dataverse table (its entity set name) are parts of solutions and keep their ids.
pub fn is_component_table(table: &str) -> bool {
    file().component_tables.iter().any(|name| name.eq_ignore_ascii_case(table))
}

fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    let text = include_str!("../../rules/facts/guid-parameters.toml");
    FILE.get_or_init(|| super::read("guid-parameters.toml", text))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::facts;

    #[test]
    fn names_connectors_that_exist() {
        for sort in &file().parameter {
            for connector in &sort.connectors {
                assert!(facts::connector(connector).is_some(), "{connector}");
            }
        }
    }

    #[test]
    fn knows_parameters_by_connector_without_case() {
        assert_eq!(guid_parameter("Shared_SharePointOnline", "Table").unwrap().thing, "list");
        assert_eq!(guid_parameter("shared_teams", "groupId").unwrap().thing, "team");
        assert!(guid_parameter("shared_teams", "table").is_none() && guid_parameter("shared_sql", "table").is_none());
    }
}
