//! Connectors: their titles and tiers, how data policies see them, and the example of how they may be grouped.

use super::table::{Table, compare};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

static CONNECTORS: Table = Table::new(include_str!("../../rules/facts/connectors.tsv"));

/// A connector of the platform. Custom connectors are an organisation's own and not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connector {
    /// The name that flows and policies use, in lower case, such as `shared_office365`.
    pub api_name: &'static str,
    /// What the designer shows.
    pub title: &'static str,
    /// The licence it needs, where that is known.
    pub tier: Option<Tier>,
    /// Who offers it; empty where that is not known.
    pub publisher: &'static str,
    flags: &'static str,
}

/// The licence that a connector needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Part of Microsoft 365 licences
    Standard,
    /// Needs a Power Automate licence
    Premium,
    /// Part of the platform
    BuiltIn,
}

/// A group of a data policy. Connectors of different groups may not meet in one flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// For business data; `Confidential` or `hbi` in files
    Business,
    /// For anything else; `General` or `lbi` in files
    NonBusiness,
    /// Not to be used
    Blocked,
}

/// The name that the admin center shows.
impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Business => "Business",
            Self::NonBusiness => "Non-Business",
            Self::Blocked => "Blocked",
        })
    }
}

/// The connector of that name, which may also be a full id such as
/// `/providers/Microsoft.PowerApps/apis/shared_office365`.
pub fn connector(id: &str) -> Option<Connector> {
    let [name, title, tier, publisher, flags] = CONNECTORS.find(&[api_name(id)])?.columns();
    let tier = match tier {
        "standard" => Some(Tier::Standard),
        "premium" => Some(Tier::Premium),
        "built-in" => Some(Tier::BuiltIn),
        _ => None,
    };
    let title = if title.is_empty() { name } else { title };
    Some(Connector { api_name: name, title, tier, publisher, flags })
}

impl Connector {
    /// Whether no data policy can block it.
    pub fn is_unblockable(&self) -> bool {
        self.has("unblockable")
    }

    /// Whether it is part of the platform and has no connection, such as HTTP.
    pub fn is_virtual(&self) -> bool {
        self.has("virtual")
    }

    /// Whether Microsoft or its publisher has given it up.
    pub fn is_deprecated(&self) -> bool {
        self.has("deprecated")
    }

    /// Whether it comes from the Independent Publisher programme, by people who do not own the service behind it.
    pub fn is_independent(&self) -> bool {
        self.has("independent")
    }

    /// Whether data policies leave it alone.
    pub fn is_policy_exempt(&self) -> bool {
        self.has("dlp-exempt")
    }

    /// The api name by which data policies judge it: its own, or that of the connector whose connection it uses.
    pub fn judged_as(&self) -> &'static str {
        self.flags().find_map(|flag| flag.strip_prefix("judged-as=")).unwrap_or(self.api_name)
    }

    fn has(&self, wanted: &str) -> bool {
        self.flags().any(|flag| flag == wanted)
    }

    fn flags(&self) -> impl Iterator<Item = &'static str> {
        self.flags.split(',')
    }
}

/// The api name in an id: what follows its last `/`.
pub fn api_name(id: &str) -> &str {
    let id = id.trim().trim_end_matches('/');
    id.rsplit('/').next().unwrap_or(id)
}

/// What to call a connector in front of people: its title, the readable part of a custom connector's name, or the api
/// name as it is given.
pub fn connector_title(id: &str) -> Cow<'_, str> {
    match connector(id) {
        Some(connector) => Cow::Borrowed(connector.title),
        None if is_custom_connector(id) => Cow::Owned(custom_title(api_name(id))),
        None => Cow::Borrowed(api_name(id)),
    }
}

/// Whether the name is that of an organisation's own connector: not a known one, and built as the platform builds names
/// for those, with the signs of its title escaped (`shared_contoso-5forder-20desk-5f…`; observed in public flows).
pub fn is_custom_connector(id: &str) -> bool {
    let name = api_name(id);
    name.char_indices().any(|(at, _)| escape(&name[at..]).is_some()) && connector(name).is_none()
}

/// The sign that an escape at the start of `text` stands for: `-` and two hexadecimal digits of a sign that api names
/// cannot hold.
fn escape(text: &str) -> Option<char> {
    let digits = text.strip_prefix('-')?.get(..2)?;
    let sign = char::from(u8::from_str_radix(digits, 16).ok()?);
    (digits.bytes().all(|digit| digit.is_ascii_hexdigit()) && (sign == ' ' || sign.is_ascii_punctuation()))
        .then_some(sign)
}

fn custom_title(name: &str) -> String {
    let mut rest = name.strip_prefix("shared_").unwrap_or(name);
    let mut title = String::with_capacity(rest.len());
    while let Some(first) = rest.chars().next() {
        let (sign, len) = escape(rest).map_or((first, first.len_utf8()), |sign| (sign, 3));
        title.push(sign);
        rest = &rest[len..];
    }
    // The ids of the environment and the connector, which say nothing to people.
    while let Some((before, id)) = title.rsplit_once(['_', '-'])
        && !before.is_empty()
        && (id.is_empty() || id.len() >= 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        title.truncate(before.len());
    }
    title
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", bound(deserialize = "'de: 'static"))]
struct Groups {
    business: BTreeMap<&'static str, Vec<&'static str>>,
    non_business: BTreeMap<&'static str, Vec<&'static str>>,
}

/// The group of a connector in the example that stands in where no data policy is given. Most connectors have none.
pub fn example_group(id: &str) -> Option<Group> {
    let (groups, id) = (example(), api_name(id));
    let at = groups.binary_search_by(|(name, _)| compare(name, id)).ok()?;
    Some(groups[at].1)
}

fn example() -> &'static [(&'static str, Group)] {
    static EXAMPLE: OnceLock<Vec<(&'static str, Group)>> = OnceLock::new();
    EXAMPLE.get_or_init(|| {
        let text = include_str!("../../rules/facts/connector-groups.toml");
        let Groups { business, non_business } = super::read("connector-groups.toml", text);
        let business = business.into_values().flatten().map(|name| (name, Group::Business));
        let non_business = non_business.into_values().flatten().map(|name| (name, Group::NonBusiness));
        let mut groups: Vec<_> = business.chain(non_business).collect();
        groups.sort_by(|(a, _), (b, _)| compare(a, b));
        groups
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::table::assert_sorted;
    use super::*;

    #[test]
    fn the_table_can_be_searched() {
        assert_sorted(&CONNECTORS, 5, 1);
        for row in CONNECTORS.rows() {
            let name = row.column(0);
            assert_eq!(connector(name).map(|found| found.api_name), Some(name));
            assert_eq!(name, name.to_ascii_lowercase());
            assert!(["standard", "premium", "built-in", ""].contains(&row.column(2)), "{name}");
            for flag in row.column(4).split(',').filter(|flag| !flag.is_empty()) {
                let known = ["unblockable", "virtual", "deprecated", "independent", "dlp-exempt"].contains(&flag);
                assert!(known || connector(flag.strip_prefix("judged-as=").unwrap()).is_some(), "{name}: {flag}");
            }
        }
        assert_eq!(CONNECTORS.rows().filter(|row| row.column(4).contains("unblockable")).count(), 24);
    }

    #[test]
    fn knows_connectors_by_name_and_by_id() {
        let mail = connector("/providers/Microsoft.PowerApps/apis/Shared_Office365").unwrap();
        assert_eq!(
            (mail.api_name, mail.title, mail.tier),
            ("shared_office365", "Office 365 Outlook", Some(Tier::Standard))
        );
        assert!(mail.is_unblockable() && !mail.is_deprecated() && !mail.is_virtual() && !mail.is_policy_exempt());
        assert_eq!(connector("Http").map(|http| (http.title, http.tier)), Some(("HTTP", Some(Tier::Premium))));
        assert!(connector("shared_commondataservice").unwrap().is_deprecated());
        assert!(connector("shared_conversionservice").unwrap().is_policy_exempt());
        assert_eq!(connector("aibuilder").unwrap().judged_as(), "shared_commondataserviceforapps");
        assert_eq!(mail.judged_as(), "shared_office365");
        assert_eq!(connector("shared_office36"), None);
        assert_eq!(connector(""), None);
    }

    #[test]
    fn names_connectors_in_the_words_of_people() {
        for (id, title) in [
            ("/providers/Microsoft.PowerApps/apis/shared_teams/", "Microsoft Teams"),
            ("shared_boxmcpserver", "shared_boxmcpserver"),
            ("shared_unheardof", "shared_unheardof"),
            ("shared_contoso-5forder-20desk-5f21dec655d73f3a8c", "contoso_order desk"),
            ("shared_order-20desk-5f88a15eade427912d--41b08b038a7f9669", "order desk"),
            ("shared_order-20desk-5feca8e1ea20c64f-2de1df1a592ec41e", "order desk"),
            ("shared_-5f21dec655d73f3a8c", "_21dec655d73f3a8c"),
        ] {
            assert_eq!(connector_title(id), title, "{id}");
        }
    }

    #[test]
    fn tells_custom_connectors_from_unknown_ones() {
        for (id, custom) in [
            ("shared_contoso-5forders-5f21dec655d73f3a8c", true),
            ("/providers/Microsoft.PowerApps/apis/shared_a-20b", true),
            ("shared_service-now", false),
            ("shared_videoindexer-v2", false),
            ("shared_unheard-41of", false),
            ("shared_unheard-5", false),
            ("shared_unheardöf-é5f", false),
            ("", false),
        ] {
            assert_eq!(is_custom_connector(id), custom, "{id}");
        }
    }

    #[test]
    fn the_example_groups_known_connectors_once() {
        for pair in example().windows(2) {
            assert!(compare(pair[0].0, pair[1].0).is_lt(), "{} is listed twice", pair[0].0);
        }
        for (name, _) in example() {
            let found = connector(name).unwrap_or_else(|| panic!("{name} is no connector"));
            assert!(!found.is_virtual() && !found.is_policy_exempt(), "{name}");
        }
        for (id, group) in [
            ("/providers/Microsoft.PowerApps/apis/shared_SharePointOnline", Some(Group::Business)),
            ("aibuilder", Some(Group::Business)),
            ("shared_gmail", Some(Group::NonBusiness)),
            ("http", None),
            ("shared_webcontents", None),
            ("shared_salesforce", None),
            ("shared_contoso-5forders-5f21dec655d73f3a8c", None),
        ] {
            assert_eq!(example_group(id), group, "{id}");
        }
    }
}
