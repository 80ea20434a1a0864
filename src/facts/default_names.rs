//! The names that the designer gives to steps.

use super::connectors::api_name;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct File {
    types: BTreeMap<&'static str, Vec<&'static str>>,
    operations: BTreeMap<&'static str, Vec<&'static str>>,
}

/// Names by type and operation in lower case.
struct DefaultNames {
    types: BTreeMap<String, Vec<&'static str>>,
    operations: BTreeMap<String, Vec<&'static str>>,
}

fn file() -> &'static DefaultNames {
    static FILE: OnceLock<DefaultNames> = OnceLock::new();
    FILE.get_or_init(|| {
        let file: File = super::read("default-names.toml", include_str!("../../rules/facts/default-names.toml"));
        let lower = |names: BTreeMap<&str, Vec<&'static str>>| {
            names.into_iter().map(|(key, names)| (key.to_ascii_lowercase(), names)).collect()
        };
        DefaultNames { types: lower(file.types), operations: lower(file.operations) }
    })
}

/// The names that the designer gives to a step that calls an operation of a connector, else to one of a type.
pub fn default_names(operation: Option<(&str, &str)>, kind: Option<&str>) -> Option<&'static [&'static str]> {
    let names = match operation {
        Some((connector, id)) => file().operations.get(&format!("{}/{id}", api_name(connector)).to_ascii_lowercase()),
        None => file().types.get(&kind?.to_ascii_lowercase()),
    };
    names.map(Vec::as_slice)
}

/// A name without what the designer adds to a second step of the same name: `_2`, and `-copy` or `_-_copy` to a copy.
pub fn without_number(name: &str) -> &str {
    let mut name = name;
    loop {
        let digits = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let shorter = if digits.len() < name.len() { digits.strip_suffix('_') } else { None };
        let copies = ["_-_copy", "-copy"];
        let shorter = shorter.or_else(|| copies.iter().find_map(|copy| name.strip_suffix(copy)));
        match shorter {
            Some(shorter) if !shorter.is_empty() => name = shorter,
            _ => return name,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::facts::{action_type_names, connector};

    #[test]
    fn names_are_found_without_case_by_operation_before_type() {
        assert_eq!(default_names(None, Some("foreach")).unwrap(), ["Apply_to_each", "For_each"]);
        let items = default_names(Some(("shared_sharepointonline", "getitems")), Some("OpenApiConnection"));
        assert_eq!(items.unwrap(), ["Get_items"]);
        assert!(default_names(Some(("shared_contoso", "GetItems")), Some("OpenApiConnection")).is_none());
        assert!(default_names(None, Some("Terminate")).is_none());
    }

    #[test]
    fn keys_are_known_types_and_connectors() {
        for kind in file().types.keys() {
            assert!(action_type_names().any(|name| name.eq_ignore_ascii_case(kind)), "{kind}");
        }
        for operation in file().operations.keys() {
            assert!(connector(operation.split_once('/').unwrap().0).is_some(), "{operation}");
        }
    }

    #[test]
    fn numbers_and_copies_are_taken_off() {
        for (name, bare) in [
            ("Compose", "Compose"),
            ("Compose_2", "Compose"),
            ("Compose_2-copy", "Compose"),
            ("Compose_2_-_copy_3", "Compose"),
            ("Compose2", "Compose2"),
            ("Compose_total", "Compose_total"),
            ("_2", "_2"),
            ("2", "2"),
            ("", ""),
        ] {
            assert_eq!(without_number(name), bare, "{name}");
        }
    }
}
