//! Which connectors take many rows at once, and how.

use super::connectors::api_name;
use serde::Deserialize;
use std::sync::OnceLock;

/// How to write many rows at once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    connectors: Vec<&'static str>,
    operations: Vec<&'static str>,
    /// What to do instead: an instruction that begins with a verb.
    pub instead: &'static str,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct File {
    batch: Vec<Batch>,
}

/// How to do for many rows what an operation does for one, where the service can.
pub fn batch(connector: &str, operation: &str) -> Option<&'static Batch> {
    static FILE: OnceLock<File> = OnceLock::new();
    let file = FILE.get_or_init(|| super::read("batch.toml", include_str!("../../rules/facts/batch.toml")));
    let has = |names: &[&str], wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    let connector = api_name(connector);
    file.batch.iter().find(|batch| has(&batch.operations, operation) && has(&batch.connectors, connector))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn knows_what_can_be_batched() {
        assert!(batch("shared_sharepointonline", "postitem").unwrap().instead.contains("$batch"));
        assert!(batch("shared_sharepointonline", "GetItems").is_none());
        assert!(batch("shared_office365", "SendEmailV2").is_none());
    }
}
