//! Which parameters of connectors take the id of one particular thing.

use serde::Deserialize;
use std::sync::OnceLock;

/// A sort of parameter that takes an id which differs between environments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuidParameter {
    connectors: Vec<&'static str>,
    names: Vec<&'static str>,
    /// What the id names: `list`.
    pub thing: &'static str,
    /// What to do instead, as an instruction.
    pub instead: &'static str,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct File {
    parameter: Vec<GuidParameter>,
}

/// The sort of a parameter, if it is one. `connector` is an API name, `name` the last part of the parameter's key.
pub fn guid_parameter(connector: &str, name: &str) -> Option<&'static GuidParameter> {
    let has = |names: &[&str], wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    file().parameter.iter().find(|sort| has(&sort.names, name) && has(&sort.connectors, connector))
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
