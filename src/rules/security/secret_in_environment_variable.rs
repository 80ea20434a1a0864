//! Flags secrets in the values of the package's environment variables, and variables of type Text that a step signs in with.

use crate::facts::credential_name;
use crate::model::secrets::{self, Firmness};
use crate::model::{Action, Flow, Trigger};
use crate::page::{RuleMeta, cards};
use crate::records::{Origin, PackageRecord};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Entry, Spot, Value};

pub(crate) static RULE: SecretInEnvironmentVariable = SecretInEnvironmentVariable;
pub(crate) struct SecretInEnvironmentVariable;

impl Rule for SecretInEnvironmentVariable {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SECRET_IN_ENVIRONMENT_VARIABLE
    }

    fn check_package(&self, package: &PackageRecord, _cx: &Context<'_>, sink: &mut Sink<'_, Origin>) {
        for variable in &package.environment_variables {
            // A value and the default may be the same secret.
            let mut known: Vec<&str> = Vec::new();
            for (secret, origin) in secrets::in_variable(variable) {
                if known.contains(&secret.text) {
                    continue;
                }
                known.push(secret.text);
                let name = variable.display_name.as_deref().unwrap_or(&variable.schema_name);
                let (case, holds) = match secret.firmness {
                    Firmness::Sure => ("certain", "holds"),
                    Firmness::Likely => ("likely", "seems to hold"),
                };
                let what = secret.kind.title();
                let part = if origin == variable.origin { "default value" } else { "current value" };
                let message = format!("the {part} of the environment variable `{name}` {holds} a literal {what}");
                sink.at(origin, message)
                    .case(case)
                    .kind(format!("{} {} {part}", secret.kind.name(), variable.schema_name.to_ascii_lowercase()))
                    .help("make it a variable of type Secret that points to Azure Key Vault, and have whoever issued the secret replace it");
            }
        }
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if flow.parameters.iter().all(|parameter| parameter.entry.value.get("metadata").is_none()) {
            return;
        }
        let requests =
            flow.triggers().flat_map(Trigger::http_requests).chain(flow.actions().flat_map(Action::http_requests));
        for request in requests {
            for (role, of) in [("authentication", true), ("headers", false)] {
                for entry in request.get(role).into_iter().flat_map(Value::entries) {
                    check(flow, entry, of, sink);
                }
            }
        }
    }
}

/// A credential of a request that is read from an environment variable.
fn check(flow: &Flow<'_>, entry: Entry<'_>, is_authentication: bool, sink: &mut Sink<'_, Spot>) {
    let name = entry.key.name();
    let is_raw = is_authentication && entry.key.is("value");
    if credential_name(&name).is_none() && !is_raw {
        return;
    }
    let Some(text) = entry.value.as_str() else { return };
    let Some(read) = parameter_in(&text) else { return };
    let Some(parameter) = flow.parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(read)) else {
        return;
    };
    let declared = parameter.entry.value;
    // What a literal in it gives away is `secret-in-parameter`'s.
    let holds_secret = secrets::in_parameters(flow).any(|secret| declared.span().contains(secret.spot.span));
    let is_text = declared.get("type").is_some_and(|kind| kind.is_str("String"));
    let Some(schema_name) = declared.at(&["metadata", "schemaName"]).and_then(Value::as_str) else { return };
    let variables = flow.package.map(|package| package.environment_variables.as_slice()).unwrap_or_default();
    let is_reported = variables.iter().any(|variable| {
        variable.schema_name.eq_ignore_ascii_case(&schema_name) && !secrets::in_variable(variable).is_empty()
    });
    if holds_secret || !is_text || is_reported {
        return;
    }
    let message = format!("`{name}` comes from the environment variable `{schema_name}`, which keeps it as plain text");
    sink.at(entry.value.spot(), message)
        .case("plain-text")
        .help("make it a variable of type Secret that points to Azure Key Vault, and read it with `RetrieveEnvironmentVariableSecretValue`");
}

/// The parameter that a text reads: of `Bearer @{parameters('x')}` that is `x`.
fn parameter_in(text: &str) -> Option<&str> {
    const CALL: &str = "parameters('";
    let start = text.find(CALL)? + CALL.len();
    let rest = &text[start..];
    Some(&rest[..rest.find('\'')?]).filter(|name| !name.starts_with('$'))
}
