//! Where data comes into a flow, where it does harm, and what makes it harmless.

use serde::Deserialize;
use std::sync::OnceLock;

/// The facts of the data-flow analysis.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound(deserialize = "'de: 'static"))]
pub struct DataFlow {
    #[allow(dead_code, reason = "for readers of the file")]
    source: Vec<&'static str>,
    #[allow(dead_code, reason = "for readers of the file")]
    checked: toml::value::Datetime,
    request: Vec<Request>,
    written: Vec<Written>,
    given: Vec<&'static str>,
    business: Vec<BusinessReader>,
    dull: Vec<&'static str>,
    dull_endings: Vec<&'static str>,
    secret_addresses: Vec<&'static str>,
    secret: Vec<SecretReader>,
    sink: Vec<Sink>,
    addresses: Vec<&'static str>,
    sanitising: Vec<Sanitised>,
}

/// Who gives the inputs of a trigger.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum TriggerInput {
    /// Whoever has the address, unless the trigger asks who calls.
    Anyone,
    /// People of the tenant.
    Known,
    /// A flow that runs this one, where this one answers; else people of the tenant.
    Parent,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
struct Request {
    kinds: Vec<&'static str>,
    who: TriggerInput,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    connectors: Vec<&'static str>,
    operations: Vec<&'static str>,
    what: &'static str,
    fields: Vec<&'static str>,
}

/// Operations that read rows of a business system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessReader {
    /// What people call the system.
    pub what: &'static str,
    connectors: Vec<&'static str>,
    operations: Vec<&'static str>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SecretReader {
    connectors: Vec<&'static str>,
    operations: Vec<&'static str>,
    action_name: Option<&'static str>,
}

/// A text that a service runs or follows.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum SinkText {
    /// SQL
    Sql,
    /// A filter of OData or FetchXML
    Odata,
    /// The address of a call
    Url,
}

/// Parameters whose text a service runs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Sink {
    text: SinkText,
    connectors: Vec<&'static str>,
    operations: Vec<&'static str>,
    /// The parameters.
    pub parameters: Vec<&'static str>,
}

/// Functions that make anything harmless for a text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Sanitised {
    text: SinkText,
    functions: Vec<&'static str>,
}

/// The facts of the data-flow analysis.
pub fn data_flow() -> &'static DataFlow {
    static FACTS: OnceLock<DataFlow> = OnceLock::new();
    FACTS.get_or_init(|| super::read("data-flow.toml", include_str!("../../rules/facts/data-flow.toml")))
}

fn has(names: &[&str], wanted: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(wanted))
}

impl DataFlow {
    /// Who gives the inputs of a Request trigger of that kind.
    pub fn request(&self, kind: &str) -> Option<TriggerInput> {
        self.request.iter().find(|request| has(&request.kinds, kind)).map(|request| request.who)
    }

    /// What strangers wrote that an operation brings in, and the fields that they choose; all where there is none.
    pub fn written(&self, connector: &str, operation: &str) -> Option<(&'static str, &[&'static str])> {
        let found = self.written.iter().find(|one| has(&one.connectors, connector) && has(&one.operations, operation));
        found.map(|one| (one.what, one.fields.as_slice()))
    }

    /// Whether the platform fills in an input of a manual trigger.
    pub fn is_given(&self, input: &str) -> bool {
        has(&self.given, input)
    }

    /// The business system whose rows an operation reads.
    pub fn business(&self, connector: &str, operation: &str) -> Option<&BusinessReader> {
        self.business.iter().find(|one| has(&one.connectors, connector) && has(&one.operations, operation))
    }

    /// Whether a field of a row says nothing by itself.
    pub fn is_dull(&self, field: &str) -> bool {
        let field = field.rsplit('/').next().unwrap_or(field);
        let ends = |ending: &&str| {
            field.len() > ending.len()
                && field.is_char_boundary(field.len() - ending.len())
                && field[field.len() - ending.len()..].eq_ignore_ascii_case(ending)
        };
        has(&self.dull, field) || self.dull_endings.iter().any(ends)
    }

    /// Whether an operation reads a secret; `action_name` is the parameter `actionName` of Dataverse's.
    pub fn reads_secret(&self, connector: &str, operation: &str, action_name: Option<&str>) -> bool {
        self.secret.iter().any(|one| {
            has(&one.connectors, connector)
                && has(&one.operations, operation)
                && one.action_name.is_none_or(|name| action_name.is_some_and(|own| own.eq_ignore_ascii_case(name)))
        })
    }

    /// Whether a GET of that address gives a secret: with a name behind the folder of secrets.
    pub fn is_secret_address(&self, uri: &str) -> bool {
        let uri = uri.to_ascii_lowercase();
        let behind = |folder: &&str| uri.split_once(*folder).map(|(_, rest)| rest);
        let name = self.secret_addresses.iter().find_map(behind);
        name.is_some_and(|rest| rest.starts_with(|c: char| c != '?' && c != '/'))
    }

    /// The parameters of an operation whose text is run as such.
    pub fn sinks(&self, text: SinkText, connector: &str, operation: &str) -> impl Iterator<Item = &'static str> {
        let fits = |names: &[&str], wanted: &str| names.is_empty() || has(names, wanted);
        let sinks = self.sink.iter().filter(move |sink| sink.text == text);
        let sinks = sinks.filter(move |sink| fits(&sink.connectors, connector) && fits(&sink.operations, operation));
        sinks.flat_map(|sink| sink.parameters.iter().copied())
    }

    /// Whether a parameter says to whom or where, not what.
    pub fn is_address(&self, parameter: &str) -> bool {
        has(&self.addresses, parameter.rsplit('/').next().unwrap_or(parameter))
    }

    /// Whether a function makes anything harmless for a text.
    pub fn sanitises(&self, text: SinkText, function: &str) -> bool {
        self.sanitising.iter().any(|one| one.text == text && has(&one.functions, function))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn knows_operations_without_case() {
        let facts = data_flow();
        assert_eq!(facts.request("http"), Some(TriggerInput::Anyone));
        assert_eq!(facts.request("Geofence"), None);
        assert_eq!(facts.written("shared_office365", "onnewemailv3").unwrap().0, "the text of a mail");
        assert!(facts.business("shared_sql", "GetItems_V2").is_some());
        assert!(facts.is_dull("body/accountid") && facts.is_dull("ID") && !facts.is_dull("Title"));
        assert!(!facts.is_dull("é_value") || facts.is_dull("a_value"));
        let unbound = |name| facts.reads_secret("shared_commondataserviceforapps", "PerformUnboundAction", name);
        assert!(unbound(Some("retrieveEnvironmentVariableSecretValue")) && !unbound(None) && !unbound(Some("WhoAmI")));
        assert!(facts.is_secret_address("https://contoso.vault.azure.net/secrets/key?api-version=7.4"));
        assert!(!facts.is_secret_address("https://contoso.vault.azure.net/secrets?api-version=7.4"));
        let sinks: Vec<_> = facts.sinks(SinkText::Sql, "shared_sql", "ExecutePassThroughNativeQuery_V2").collect();
        assert_eq!(sinks, ["query", "query/query"]);
        assert!(facts.sanitises(SinkText::Url, "URICOMPONENT") && !facts.sanitises(SinkText::Sql, "uriComponent"));
    }

    #[test]
    fn every_function_that_makes_harmless_exists() {
        for function in data_flow().sanitising.iter().flat_map(|one| &one.functions) {
            assert!(crate::facts::function(function).is_some(), "{function}");
        }
    }
}
