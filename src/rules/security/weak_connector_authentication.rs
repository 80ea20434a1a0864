//! Flags custom connectors of the package that sign in by a password, send their key in the URL or go without TLS.

use crate::page::{RuleMeta, cards};
use crate::records::{Origin, PackageRecord, Weakness};
use crate::rule::{Context, Rule, Sink};

pub(crate) static RULE: WeakConnectorAuthentication = WeakConnectorAuthentication;
pub(crate) struct WeakConnectorAuthentication;

impl Rule for WeakConnectorAuthentication {
    fn meta(&self) -> &'static RuleMeta {
        &cards::WEAK_CONNECTOR_AUTHENTICATION
    }

    fn check_package(&self, package: &PackageRecord, _cx: &Context<'_>, sink: &mut Sink<'_, Origin>) {
        for definition in &package.connector_definitions {
            let title = definition.title.as_deref().unwrap_or("without a title");
            let host = definition.host.as_deref().unwrap_or_default();
            for (weakness, origin) in &definition.weaknesses {
                if *weakness == Weakness::PlainHttp && host.split(':').next() == Some("localhost") {
                    continue;
                }
                let (kind, what, help) = match weakness {
                    Weakness::Basic => (
                        "basic",
                        "signs in with a user name and a password",
                        "choose `OAuth 2.0` or `API key` in a header under `Security` of the connector, if the service offers it",
                    ),
                    Weakness::KeyInQuery => (
                        "query",
                        "sends its key in the query of the URL",
                        "set `Parameter location` to `Header` under `Security` of the connector, if the service takes the key there",
                    ),
                    Weakness::PlainHttp => (
                        "http",
                        "goes over HTTP without encryption",
                        "set `Scheme` to `HTTPS` under `General` of the connector",
                    ),
                };
                sink.at(*origin, format!("the custom connector `{title}` {what}"))
                    .kind(format!("{kind} {title}"))
                    .help(help);
            }
        }
    }
}
