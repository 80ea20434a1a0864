//! What an operation of a connector does to the world.

use super::connectors::api_name;
use super::table::Table;
use serde::Deserialize;
use std::sync::OnceLock;

static OPERATIONS: Table = Table::new(include_str!("../../rules/facts/operations.tsv"));

/// What an operation does to the world outside its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Changes nothing
    Read,
    /// Makes or changes something
    Write,
    /// Takes something away
    Delete,
    /// Leaves the maker's hands: mail, messages, sharing
    Send,
    /// Asks people, or subscribes, and waits for the answer
    SendAndWait,
    /// Any HTTP call; its method decides
    Http,
    /// An action of Dataverse itself or of a solution in it; its `actionName` decides
    NamedAction,
    /// Not known, by neither the table nor the name: to be treated with as much care as a write
    Unknown,
}

/// The effect of an operation: as listed, else by the verb of its name. `connector` is an api name or an id.
pub fn operation_effect(connector: &str, operation: &str) -> Effect {
    let listed = OPERATIONS.find(&[api_name(connector), operation]).and_then(|row| effect(row.column(2)));
    listed.unwrap_or_else(|| verbs().effect(operation))
}

/// Whether a Dataverse action of this name only reads.
pub fn is_reading_action(name: &str) -> bool {
    verbs().reading_actions.iter().any(|verb| Name::new(name).after(verb).is_some())
}

fn effect(name: &str) -> Option<Effect> {
    Some(match name {
        "read" => Effect::Read,
        "write" => Effect::Write,
        "delete" => Effect::Delete,
        "send" => Effect::Send,
        "send-and-wait" => Effect::SendAndWait,
        "http" => Effect::Http,
        "named-action" => Effect::NamedAction,
        _ => return None,
    })
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct Verbs {
    skip: Vec<&'static str>,
    #[serde(rename = "reading-actions")]
    reading_actions: Vec<&'static str>,
    rule: Vec<VerbRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
struct VerbRule {
    effect: Effect,
    #[serde(default)]
    contains: Vec<&'static str>,
    #[serde(default)]
    verbs: Vec<&'static str>,
}

fn verbs() -> &'static Verbs {
    static VERBS: OnceLock<Verbs> = OnceLock::new();
    VERBS.get_or_init(|| super::read("operation-verbs.toml", include_str!("../../rules/facts/operation-verbs.toml")))
}

impl Verbs {
    fn effect(&self, operation: &str) -> Effect {
        let mut name = Name::new(operation);
        while let Some(rest) = self.skip.iter().find_map(|word| name.after(word)) {
            name.text = rest;
        }
        let fits = |rule: &&VerbRule| {
            rule.contains.iter().any(|part| contains(operation, part))
                || rule.verbs.iter().any(|verb| name.after(verb).is_some())
        };
        self.rule.iter().find(fits).map_or(Effect::Unknown, |rule| rule.effect)
    }
}

/// The name of an operation, or what is left of it behind skipped words.
#[derive(Clone, Copy)]
struct Name<'n> {
    text: &'n str,
    has_capitals: bool,
}

impl<'n> Name<'n> {
    fn new(text: &'n str) -> Self {
        Self { text, has_capitals: text.bytes().any(|byte| byte.is_ascii_uppercase()) }
    }

    /// What follows `word`, if the name begins with it and the word ends there: `List` begins `ListItems`, not `Listen`.
    fn after(self, word: &str) -> Option<&'n str> {
        let (start, rest) = self.text.split_at_checked(word.len())?;
        let ends = !self.has_capitals || !rest.starts_with(|c: char| c.is_lowercase());
        (start.eq_ignore_ascii_case(word) && ends).then_some(rest)
    }
}

fn contains(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::connectors::connector;
    use super::super::table::assert_sorted;
    use super::*;

    #[test]
    fn the_table_can_be_searched() {
        assert_sorted(&OPERATIONS, 3, 2);
        for row in OPERATIONS.rows() {
            assert!(connector(row.column(0)).is_some(), "{}", row.column(0));
            assert_eq!(
                Some(operation_effect(row.column(0), row.column(1))),
                effect(row.column(2)),
                "{}",
                row.column(1)
            );
        }
    }

    #[test]
    fn the_table_wins_over_the_name() {
        for (connector, operation, expected) in [
            ("/providers/Microsoft.PowerApps/apis/shared_office365", "sendemailv2", Effect::Send),
            ("shared_powerbi", "ExecuteDatasetQuery", Effect::Read),
            ("shared_flowmanagement", "StopFlow", Effect::Write),
            ("shared_teams", "AtMentionUser", Effect::Read),
            ("shared_sharepointonline", "HttpRequest", Effect::Http),
            ("shared_approvals", "CreateAnApproval", Effect::Send),
            ("shared_wordonlinebusiness", "CreateFileItem", Effect::Read),
            ("shared_sharepointonline", "ExtractFolderV2", Effect::Write),
            ("shared_commondataserviceforapps", "PerformUnboundAction", Effect::NamedAction),
        ] {
            assert_eq!(operation_effect(connector, operation), expected, "{operation}");
        }
    }

    #[test]
    fn goes_by_the_verb_where_the_table_is_silent() {
        for (operation, expected) in [
            ("ListThings", Effect::Read),
            ("Listen", Effect::Unknown),
            ("listthings", Effect::Read),
            ("Get-AdminThing", Effect::Read),
            ("list_things", Effect::Read),
            ("V4CalendarPatchItem", Effect::Write),
            ("ContactGetItems_V2", Effect::Read),
            ("CalendarDeleteItem_V2", Effect::Delete),
            ("SharedMailboxSendEmailV2", Effect::Send),
            ("SharePointSearch", Effect::Read),
            ("ShareFolder", Effect::Send),
            ("PostUserNotification", Effect::Send),
            ("PostItem", Effect::Write),
            ("CheckInFile", Effect::Write),
            ("CheckName", Effect::Read),
            ("StartAndWaitForSomething", Effect::SendAndWait),
            ("SendMailWithOptions", Effect::SendAndWait),
            ("My_HttpRequest_V2", Effect::Http),
            ("UnshareItem", Effect::Delete),
            ("GÉT", Effect::Unknown),
            ("Getö", Effect::Unknown),
            ("ExtractFolder", Effect::Write),
            ("ExtractText", Effect::Read),
            ("CreateChatCompletion", Effect::Read),
            ("Frobnicate", Effect::Unknown),
            ("Calendar", Effect::Unknown),
            ("", Effect::Unknown),
        ] {
            assert_eq!(operation_effect("shared_unheardof", operation), expected, "{operation}");
        }
    }

    #[test]
    fn named_actions_that_read() {
        for (action, reads) in [
            ("RetrieveEnvironmentVariableSecretValue", true),
            ("WhoAmI", true),
            ("Retrieved", false),
            ("contoso_RetrieveOrders", false),
            ("PublishAllXml", false),
            ("", false),
        ] {
            assert_eq!(is_reading_action(action), reads, "{action}");
        }
    }

    #[test]
    fn verbs_are_written_so_that_they_can_match() {
        let verbs = verbs();
        let words = verbs.rule.iter().flat_map(|rule| rule.contains.iter().chain(&rule.verbs));
        let words = words.chain(&verbs.skip).chain(&verbs.reading_actions);
        for word in words {
            assert!(
                !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()),
                "{word}"
            );
        }
    }
}
