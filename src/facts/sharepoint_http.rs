//! How SharePoint's own interface wants to be asked for a change.

use serde::Deserialize;
use std::sync::OnceLock;

/// What is known of requests to SharePoint.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SharepointHttp {
    #[serde(rename = "source")]
    _source: Vec<&'static str>,
    #[serde(rename = "checked")]
    _checked: toml::value::Datetime,
    connectors: Vec<&'static str>,
    operations: Vec<&'static str>,
    resources: Vec<&'static str>,
    /// The header that names what a POST stands for.
    pub method_header: &'static str,
    /// The header that names the version to be changed.
    pub match_header: &'static str,
    merging: Vec<&'static str>,
    replacing: Vec<&'static str>,
    deleting: Vec<&'static str>,
}

/// What a method does to the resource that it is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharepointChange {
    /// Changes what the request names.
    Merge,
    /// Writes it anew: what the request does not name is cleared.
    Replace,
    /// Deletes it.
    Delete,
}

/// What is known of requests to SharePoint.
pub fn sharepoint_http() -> &'static SharepointHttp {
    static FILE: OnceLock<SharepointHttp> = OnceLock::new();
    let text = include_str!("../../rules/facts/sharepoint-http.toml");
    FILE.get_or_init(|| super::read("sharepoint-http.toml", text))
}

fn has(names: &[&str], wanted: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(wanted))
}

impl SharepointHttp {
    /// Whether an operation sends such requests.
    pub fn is_request(&self, connector: &str, operation: &str) -> bool {
        has(&self.operations, operation) && has(&self.connectors, connector)
    }

    /// What a method changes, if it changes anything.
    pub fn change(&self, method: &str) -> Option<SharepointChange> {
        let kinds = [
            (&self.merging, SharepointChange::Merge),
            (&self.replacing, SharepointChange::Replace),
            (&self.deleting, SharepointChange::Delete),
        ];
        kinds.into_iter().find(|(methods, _)| has(methods, method.trim())).map(|(_, change)| change)
    }

    /// Whether a path without expressions names one item or list, such as `_api/web/lists/getbytitle('Orders')/items(7)`.
    pub fn is_resource(&self, path: &str) -> bool {
        let path = path.split(['?', '#']).next().unwrap_or_default().trim().trim_end_matches('/');
        let Some(front) = path.strip_suffix(')') else { return false };
        let Some((front, _)) = front.rsplit_once('(') else { return false };
        has(&self.resources, front.rsplit('/').next().unwrap_or(front))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_resources_from_actions_on_them() {
        let facts = sharepoint_http();
        for path in [
            "_api/web/lists/getbytitle('Orders')/items(7)",
            " /_api/Web/Lists/getByTitle('Orders')/items(x)/?$select=Id",
            "_api/web/lists(guid'x')",
            "_api/web/lists/getbytitle('Orders')/getItemById(x)",
        ] {
            assert!(facts.is_resource(path), "{path}");
        }
        for path in [
            "_api/web/lists/getbytitle('Orders')/items",
            "_api/web/lists/getbytitle('Orders')/items(7)/validateUpdateListItem",
            "_api/web/lists/getbytitle('Orders')/items(7)/BreakRoleInheritance(copyRoleAssignments=false, clearSubscopes=true)",
            "_api/web/GetFileByServerRelativeUrl('x')/moveto(newurl='y',flags=1)",
            "",
            ")",
        ] {
            assert!(!facts.is_resource(path), "{path}");
        }
    }

    #[test]
    fn knows_what_methods_change() {
        let facts = sharepoint_http();
        assert_eq!(facts.change("merge"), Some(SharepointChange::Merge));
        assert_eq!(facts.change("PUT"), Some(SharepointChange::Replace));
        assert_eq!(facts.change("POST"), None);
        assert!(facts.is_request("shared_sharepointonline", "HttpRequest"));
        assert!(!facts.is_request("shared_teams", "HttpRequest"));
    }
}
