//! Who answers at a host: Microsoft, or somebody else.

use super::table::compare;
use serde::Deserialize;
use std::sync::OnceLock;

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct Hosts {
    microsoft: Vec<Names>,
    customer: Vec<Names>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct Names {
    hosts: Vec<&'static str>,
}

/// Whether a service that Microsoft runs answers at that host, in any of its clouds. A port is ignored. Code that
/// customers run on Azure, such as a function or a website, is not Microsoft's.
pub fn is_microsoft_host(host: &str) -> bool {
    listed(host) == Some(true)
}

/// Whether nothing ties a host to Microsoft or to the tenant's own Azure: a service of somebody else.
pub fn is_foreign_host(host: &str) -> bool {
    listed(host).is_none()
}

/// Whether Microsoft answers there, or code of a customer on its cloud.
fn listed(host: &str) -> Option<bool> {
    let host = host.split_once(':').map_or(host, |(host, _)| host).trim_end_matches('.');
    let hosts = hosts();
    let mut name = host;
    loop {
        if let Ok(at) = hosts.binary_search_by(|(known, _)| compare(known, name)) {
            return Some(hosts[at].1);
        }
        match name.split_once('.') {
            Some((_, rest)) => name = rest,
            None => return None,
        }
    }
}

/// Names and whether Microsoft answers there, sorted.
fn hosts() -> &'static [(&'static str, bool)] {
    static HOSTS: OnceLock<Vec<(&'static str, bool)>> = OnceLock::new();
    HOSTS.get_or_init(|| {
        let Hosts { microsoft, customer } = super::read("hosts.toml", include_str!("../../rules/facts/hosts.toml"));
        let names =
            |all: Vec<Names>, is_microsoft| all.into_iter().flat_map(|n| n.hosts).map(move |host| (host, is_microsoft));
        let mut hosts: Vec<_> = names(microsoft, true).chain(names(customer, false)).collect();
        hosts.sort_by(|(a, _), (b, _)| compare(a, b));
        hosts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bare_and_listed_once() {
        for (host, _) in hosts() {
            assert!(
                !host.starts_with(['.', '*']) && !host.contains('/') && *host == host.to_ascii_lowercase(),
                "{host}"
            );
        }
        for pair in hosts().windows(2) {
            assert!(compare(pair[0].0, pair[1].0).is_lt(), "{} is listed twice", pair[0].0);
        }
    }

    #[test]
    fn tells_services_of_microsoft_from_those_of_others() {
        for (host, expected) in [
            ("graph.microsoft.com", true),
            ("GRAPH.Microsoft.com:443", true),
            ("dod-graph.microsoft.us", true),
            ("login.microsoftonline.com.", true),
            ("management.azure.com", true),
            ("contoso.crm4.dynamics.com", true),
            ("contoso.sharepoint.com", true),
            ("contoso.sharepoint-mil.us", true),
            ("contoso.blob.core.windows.net", true),
            ("contoso.vault.azure.net", true),
            ("prod-01.westeurope.logic.azure.com", true),
            ("microsoftgraph.chinacloudapi.cn", true),
            ("teams.cloud.microsoft", true),
            ("contoso.azurewebsites.net", false),
            ("contoso.azure-api.net", false),
            ("contoso.westeurope.cloudapp.azure.com", false),
            ("contoso.z6.web.core.windows.net", false),
            ("notmicrosoft.com", false),
            ("microsoft.com.contoso.example", false),
            ("api.contoso.example", false),
            ("com", false),
            ("..", false),
            ("", false),
        ] {
            assert_eq!(is_microsoft_host(host), expected, "{host}");
            assert!(!expected || !is_foreign_host(host), "{host}");
        }
    }
}
