//! To whom the operations of Teams post.

use serde::Deserialize;
use std::sync::OnceLock;

/// A place in Teams that a step posts in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TeamsLocation {
    /// As the step names it.
    pub name: &'static str,
    /// What the recipient has to name.
    pub what: &'static str,
    /// Keys below `recipient`, all needed.
    #[serde(default)]
    pub fields: Vec<&'static str>,
    /// Keys below `recipient` of which one is needed; `.` is the recipient itself.
    #[serde(default)]
    pub either: Vec<&'static str>,
    /// Posters that are not offered here.
    #[serde(default)]
    pub not_as: Vec<&'static str>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct File {
    connectors: Vec<&'static str>,
    operations: Vec<&'static str>,
    location: Vec<TeamsLocation>,
}

fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    let text = include_str!("../../rules/facts/teams-recipients.toml");
    FILE.get_or_init(|| super::read("teams-recipients.toml", text))
}

/// Whether an operation of a connector posts at a place that the step names.
pub fn posts_in_teams(connector: &str, operation: &str) -> bool {
    let has = |names: &[&str], wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    has(&file().operations, operation) && has(&file().connectors, connector)
}

/// What is known of a place in Teams.
pub fn teams_location(name: &str) -> Option<&'static TeamsLocation> {
    file().location.iter().find(|location| location.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn knows_places_without_case() {
        assert!(posts_in_teams("shared_teams", "postcardtoconversation") && !posts_in_teams("shared_teams", "GetTeam"));
        assert_eq!(teams_location("channel").unwrap().fields, ["groupId", "channelId"]);
        assert!(teams_location("elsewhere").is_none());
        assert!(file().location.iter().all(|place| place.fields.is_empty() != place.either.is_empty()));
    }
}
