//! Data policies, judged offline: which group a connector is in, what is blocked, and which connectors may not meet in
//! one flow. Knows policies and names of connectors; who uses which connector is for the caller to say.
//!
//! How policies work and what their files look like: learn.microsoft.com/power-platform/admin/wp-data-loss-prevention,
//! dlp-combined-effect-multiple-policies, connector-action-control, connector-endpoint-filtering (2025).

mod shapes;

use crate::facts;
pub use crate::facts::Group;
use crate::source::Span;
use crate::syntax::{Document, Value};
use std::collections::{BTreeMap, BTreeSet};

/// One data policy. Names of connectors and operations in it are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What people call it: its display name, else its id, else the file's name.
    pub name: String,
    /// The id that the service gave it.
    pub id: Option<String>,
    /// The group of every connector that is not listed, later ones included.
    pub default_group: Group,
    /// Listed connectors.
    pub groups: BTreeMap<String, Group>,
    /// Where it holds.
    pub scope: Scope,
    /// Which operations of a connector are allowed; connectors without an entry allow all.
    pub operations: BTreeMap<String, OperationRules>,
    /// Which endpoints a connector may reach, first match first; connectors without an entry reach all.
    pub endpoints: BTreeMap<String, Vec<EndpointRule>>,
    /// How custom connectors that are not listed are grouped by the address of their service, first match first.
    pub url_patterns: Vec<UrlPattern>,
}

/// The environments in which a policy holds, by the last part of their id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere
    All,
    /// In these
    Only(Vec<String>),
    /// Everywhere but in these
    Except(Vec<String>),
    /// In the one environment whose admin made it; empty where the file does not name it
    Single(Vec<String>),
}

/// Whether a rule lets something pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behavior {
    /// It may be used
    Allow,
    /// It may not; `Deny` in rules for endpoints
    Block,
}

/// Which operations of one connector are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationRules {
    /// Of operations that are not listed, later ones included.
    pub default: Behavior,
    /// Listed operations.
    pub listed: BTreeMap<String, Behavior>,
}

/// A rule for one pattern of endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointRule {
    /// The endpoint, in which `*` stands for anything.
    pub pattern: String,
    /// What the rule says.
    pub behavior: Behavior,
}

/// A rule for custom connectors by the address of their service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlPattern {
    /// The address, in which `*` stands for anything.
    pub pattern: String,
    /// Their group; none leaves them to other policies (`Ignore`).
    pub group: Option<Group>,
}

/// Why a policy file could not be understood. The fault is the file's, or that of the export.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PolicyError {
    /// The bytes at fault.
    pub span: Span,
    /// What is wrong: lower-case start, no final period.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Reads a file of one or more policies in any of the forms in which they are exported. `name` is the file's, for a
/// policy that has none. A file without a policy is an error: nothing may be judged clean by a policy that was not read.
pub fn parse(name: &str, text: &str) -> Result<Vec<Policy>, PolicyError> {
    let document = Document::parse(text).map_err(|fault| PolicyError {
        span: fault.span,
        message: fault.message.to_owned(),
        help: fault.help.to_owned(),
    })?;
    shapes::read(name, document.root())
}

/// Whether a JSON file is meant to be a data policy, read or not.
pub fn is_policy(root: Value<'_>) -> bool {
    shapes::is_policy(root)
}

impl Policy {
    /// The group of a connector, given by api name or id; none where policies do not judge it, or where its group hangs on
    /// an address that is not known here.
    pub fn group_of(&self, id: &str) -> Option<Group> {
        self.group_at(id, None)
    }

    /// The group of a connector whose service answers at `url`, which matters for custom connectors.
    pub fn group_at(&self, id: &str, url: Option<&str>) -> Option<Group> {
        let name = judged_name(id);
        let known = facts::connector(&name);
        if known.is_some_and(|connector| connector.is_policy_exempt()) {
            return None;
        }
        if let Some(&group) = self.groups.get(&name) {
            return Some(group);
        }
        if !self.url_patterns.is_empty() && facts::is_custom_connector(&name) {
            return self.group_by_url(url);
        }
        match self.default_group {
            Group::Blocked if known.is_some_and(|connector| connector.is_unblockable()) => Some(Group::NonBusiness),
            group => Some(group),
        }
    }

    fn group_by_url(&self, url: Option<&str>) -> Option<Group> {
        // Without an address only a pattern that fits all of them can decide, and only before any other.
        let fits = |pattern: &&UrlPattern| match url {
            Some(url) => wildcard(&pattern.pattern, url),
            None => true,
        };
        let first = self.url_patterns.iter().find(fits)?;
        if url.is_none() && first.pattern != "*" { None } else { first.group }
    }

    /// Whether the policy holds in that environment, given by id or its last part. Where it is not known which
    /// environment a flow ends in, every policy has to be reckoned with.
    pub fn covers(&self, environment: Option<&str>) -> bool {
        let Some(environment) = environment.map(facts::api_name) else { return true };
        let named = |environments: &[String]| environments.iter().any(|name| name.eq_ignore_ascii_case(environment));
        match &self.scope {
            Scope::All => true,
            Scope::Only(environments) => named(environments),
            Scope::Except(environments) => !named(environments),
            Scope::Single(environments) => environments.is_empty() || named(environments),
        }
    }

    /// Whether the policy blocks an operation of a connector.
    pub fn blocks_operation(&self, id: &str, operation: &str) -> bool {
        let Some(rules) = self.operations.get(&judged_name(id)) else { return false };
        let behavior = rules.listed.get(&operation.to_ascii_lowercase()).unwrap_or(&rules.default);
        *behavior == Behavior::Block
    }

    /// The rule that decides whether a connector may reach an endpoint; none where no rule speaks of it.
    pub fn endpoint_rule(&self, id: &str, endpoint: &str) -> Option<&EndpointRule> {
        self.endpoints.get(&judged_name(id))?.iter().find(|rule| wildcard(&rule.pattern, endpoint))
    }
}

/// The name by which policies judge a connector, given by api name or id: in lower case, and for steps that run on another
/// connector's connection, such as AI Builder's, that connector's.
pub fn judged_name(id: &str) -> String {
    match facts::connector(id) {
        Some(connector) => connector.judged_as().to_owned(),
        None => facts::api_name(id).to_ascii_lowercase(),
    }
}

/// Whether `text` fits a pattern in which `*` stands for any characters, without ASCII case.
fn wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    // Where to go on after a star took one more byte: behind it in the pattern, and in the text.
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                star = Some((at, from));
            }
            Some(byte) if byte.eq_ignore_ascii_case(&text[from]) => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((behind, taken)) = star else { return false };
                at = behind;
                from = taken + 1;
                star = Some((behind, from));
            }
        }
    }
    pattern[at..].iter().all(|&byte| byte == b'*')
}

/// What several policies together say of the connectors of one flow and its children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combination<'p> {
    /// For each connector, in order of name, its group in each policy, in the order of the policies.
    pub groups: BTreeMap<String, Vec<Option<Group>>>,
    /// Connectors that are blocked, each with the first policy that does so.
    pub blocked: Vec<(String, &'p Policy)>,
    /// Two connectors that may not meet, the first such pair in order of name. Blocked ones are not among them.
    pub conflict: Option<Conflict<'p>>,
}

/// Two connectors that a policy parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict<'p> {
    /// The one.
    pub first: (String, Group),
    /// The other.
    pub second: (String, Group),
    /// The first policy that has them in different groups.
    pub policy: &'p Policy,
}

/// Judges connectors that are used together. A connector is blocked if any policy blocks it, and two may meet only if
/// every policy has them in the same group.
pub fn combine<'p, 'c>(
    policies: impl IntoIterator<Item = &'p Policy>,
    connectors: impl IntoIterator<Item = &'c str>,
) -> Combination<'p> {
    let policies: Vec<&Policy> = policies.into_iter().collect();
    let names: BTreeSet<String> = connectors.into_iter().map(judged_name).collect();
    let groups: BTreeMap<String, Vec<Option<Group>>> = names
        .into_iter()
        .map(|name| {
            let groups = policies.iter().map(|policy| policy.group_of(&name)).collect();
            (name, groups)
        })
        .collect();
    let mut blocked = Vec::new();
    let mut usable = Vec::new();
    for (name, groups) in &groups {
        match groups.iter().position(|&group| group == Some(Group::Blocked)) {
            Some(at) => blocked.push((name.clone(), policies[at])),
            None => usable.push((name, groups)),
        }
    }
    let conflict = usable.iter().enumerate().find_map(|(at, one)| {
        usable[at + 1..].iter().find_map(|other| {
            let parted = |(&a, &b): (&Option<Group>, &Option<Group>)| Some((a?, b?)).filter(|(a, b)| a != b);
            let (policy, (first, second)) =
                one.1.iter().zip(other.1).map(parted).enumerate().find_map(|(at, pair)| Some((policies[at], pair?)))?;
            Some(Conflict { first: (one.0.clone(), first), second: (other.0.clone(), second), policy })
        })
    });
    Combination { groups, blocked, conflict }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn policy(name: &str, default_group: Group, groups: &[(&str, Group)]) -> Policy {
        Policy {
            name: name.to_owned(),
            id: None,
            default_group,
            groups: groups.iter().map(|&(name, group)| (name.to_owned(), group)).collect(),
            scope: Scope::All,
            operations: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            url_patterns: Vec::new(),
        }
    }

    #[test]
    fn groups_connectors_as_the_platform_does() {
        use Group::*;
        let open = policy("open", NonBusiness, &[("shared_office365", Business), ("http", Blocked)]);
        let shut = policy("shut", Blocked, &[("shared_office365", Business)]);
        let ids = [
            ("/providers/Microsoft.PowerApps/apis/Shared_Office365", Some(Business), Some(Business)),
            ("Http", Some(Blocked), Some(Blocked)),
            ("shared_gmail", Some(NonBusiness), Some(Blocked)),
            ("shared_sharepointonline", Some(NonBusiness), Some(NonBusiness)),
            ("aibuilder", Some(NonBusiness), Some(NonBusiness)),
            ("shared_conversionservice", None, None),
            ("shared_unheardof", Some(NonBusiness), Some(Blocked)),
            ("shared_contoso-5forders-5f21dec655d73f3a8c", Some(NonBusiness), Some(Blocked)),
        ];
        for (id, in_open, in_shut) in ids {
            assert_eq!((open.group_of(id), shut.group_of(id)), (in_open, in_shut), "{id}");
        }
    }

    #[test]
    fn groups_custom_connectors_by_address() {
        use Group::*;
        let custom = "shared_contoso-5forders-5f21dec655d73f3a8c";
        let mut policy = policy("p", NonBusiness, &[("shared_contoso-5fnamed-5f21dec655d73f3a8c", Business)]);
        let pattern = |pattern: &str, group| UrlPattern { pattern: pattern.to_owned(), group };
        policy.url_patterns = vec![pattern("https://*.contoso.com*", Some(Business)), pattern("*", Some(Blocked))];
        assert_eq!(policy.group_at(custom, Some("https://api.contoso.com/orders")), Some(Business));
        assert_eq!(policy.group_at(custom, Some("https://contoso.example")), Some(Blocked));
        assert_eq!(policy.group_of(custom), None, "it hangs on the address");
        assert_eq!(
            policy.group_of("shared_contoso-5fnamed-5f21dec655d73f3a8c"),
            Some(Business),
            "a name beats the patterns"
        );
        assert_eq!(policy.group_of("shared_gmail"), Some(NonBusiness), "patterns are for custom connectors only");
        policy.url_patterns = vec![pattern("*", Some(Blocked))];
        assert_eq!(policy.group_of(custom), Some(Blocked), "whatever the address");
        policy.url_patterns = vec![pattern("*", None)];
        assert_eq!(policy.group_of(custom), None, "left to other policies");
    }

    #[test]
    fn holds_where_its_scope_says() {
        let names = || vec!["Env-A".to_owned()];
        for (scope, anywhere, in_a, in_b) in [
            (Scope::All, true, true, true),
            (Scope::Only(names()), true, true, false),
            (Scope::Except(names()), true, false, true),
            (Scope::Single(names()), true, true, false),
            (Scope::Single(Vec::new()), true, true, true),
            (Scope::Only(Vec::new()), true, false, false),
        ] {
            let policy = Policy { scope, ..policy("p", Group::NonBusiness, &[]) };
            let covers =
                (policy.covers(None), policy.covers(Some("/x/environments/env-a")), policy.covers(Some("env-b")));
            assert_eq!(covers, (anywhere, in_a, in_b), "{:?}", policy.scope);
        }
    }

    #[test]
    fn judges_operations_and_endpoints() {
        let mut policy = policy("p", Group::NonBusiness, &[]);
        let rules =
            |default, listed| OperationRules { default, listed: BTreeMap::from([("sendemailv2".to_owned(), listed)]) };
        policy.operations.insert("shared_office365".to_owned(), rules(Behavior::Allow, Behavior::Block));
        policy.operations.insert("shared_teams".to_owned(), rules(Behavior::Block, Behavior::Allow));
        for (connector, operation, blocked) in [
            ("/x/apis/shared_Office365", "SendEmailV2", true),
            ("shared_office365", "GetEmailsV3", false),
            ("shared_teams", "SendEmailV2", false),
            ("shared_teams", "GetTeam", true),
            ("shared_gmail", "SendEmailV2", false),
        ] {
            assert_eq!(policy.blocks_operation(connector, operation), blocked, "{connector} {operation}");
        }
        let rule = |pattern: &str, behavior| EndpointRule { pattern: pattern.to_owned(), behavior };
        let rules = vec![rule("https://*.contoso.com*", Behavior::Allow), rule("*", Behavior::Block)];
        policy.endpoints.insert("http".to_owned(), rules);
        let behavior = |connector, endpoint| policy.endpoint_rule(connector, endpoint).map(|rule| rule.behavior);
        assert_eq!(behavior("Http", "https://API.contoso.com/x"), Some(Behavior::Allow));
        assert_eq!(behavior("Http", "https://contoso.example"), Some(Behavior::Block));
        assert_eq!(behavior("shared_sql", "server"), None);
    }

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("*", "anything", true),
            ("", "", true),
            ("", "x", false),
            ("a*c", "abc", true),
            ("a*c", "abcb", false),
            ("a*b*c", "aXbYbZc", true),
            ("*.contoso.com", "x.CONTOSO.com", true),
            ("*.contoso.com", "contoso.com", false),
            ("a**", "a", true),
            ("*a", "ba a", true),
            ("ü*", "über", true),
            ("abc", "ab", false),
        ] {
            assert_eq!(wildcard(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn combines_policies() {
        use Group::*;
        let one = policy("one", NonBusiness, &[("shared_office365", Business), ("shared_sharepointonline", Business)]);
        let two = policy(
            "two",
            NonBusiness,
            &[("shared_office365", Business), ("shared_gmail", Business), ("http", Blocked)],
        );
        let both = [&one, &two];
        let judge = |connectors: &[&'static str]| {
            let combined = combine(both, connectors.iter().copied());
            let blocked: Vec<String> =
                combined.blocked.iter().map(|(name, policy)| format!("{name} by {}", policy.name)).collect();
            let conflict = combined.conflict.map(|c| format!("{} {} by {}", c.first.0, c.second.0, c.policy.name));
            (blocked.join(", "), conflict.unwrap_or_default())
        };
        let quiet = (String::new(), String::new());
        assert_eq!(judge(&[]), quiet);
        assert_eq!(judge(&["shared_office365"]), quiet);
        assert_eq!(judge(&["shared_trello", "shared_rss", "shared_conversionservice"]), quiet);
        let parted = |pair: &str| (String::new(), pair.to_owned());
        assert_eq!(
            judge(&["shared_sharepointonline", "shared_office365"]),
            parted("shared_office365 shared_sharepointonline by two"),
            "the second policy parts what the first has together"
        );
        assert_eq!(
            judge(&["shared_rss", "shared_office365", "shared_gmail"]),
            parted("shared_gmail shared_office365 by one")
        );
        assert_eq!(judge(&["Http", "shared_rss"]), ("http by two".to_owned(), String::new()), "blocked, not parted");
        let combined = combine(both, ["/x/apis/Shared_Gmail"]);
        assert_eq!(
            combined.groups,
            BTreeMap::from([("shared_gmail".to_owned(), vec![Some(NonBusiness), Some(Business)])])
        );
    }
}
