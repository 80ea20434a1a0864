//! Flags secrets in a flow's parameters, where copies of environment variables' values stand.

use crate::model::Flow;
use crate::model::secrets::{self, Firmness, Secret};
use crate::page::{RuleMeta, cards};
use crate::records::EnvironmentVariableRecord;
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: SecretInParameter = SecretInParameter;
pub(crate) struct SecretInParameter;

impl Rule for SecretInParameter {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SECRET_IN_PARAMETER
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for secret in secrets::in_parameters(flow) {
            if is_copy(flow, secret) {
                continue;
            }
            let case = match secret.firmness {
                Firmness::Sure => "certain",
                Firmness::Likely => "likely",
            };
            let pointer = secret.spot.pointer(flow.document);
            let base = flow.definition.spot().pointer(flow.document);
            let below = pointer.strip_prefix(&base).unwrap_or(&pointer);
            sink.at(secret.spot, secret.sentence())
                .case(case)
                .kind(format!("{} {below}", secret.kind.name()))
                .help("make it an environment variable of type Secret that points to Azure Key Vault, and have whoever issued the secret replace it");
        }
    }
}

/// Whether the package has the variable with the same value: then that is the finding, once for all flows.
fn is_copy(flow: &Flow<'_>, secret: &Secret<'_>) -> bool {
    let variables = flow.package.map(|package| package.environment_variables.as_slice()).unwrap_or_default();
    if variables.is_empty() {
        return false;
    }
    let is_around = |value: Value<'_>| value.span().contains(secret.spot.span);
    let parameter = flow.parameters.iter().find(|parameter| is_around(parameter.entry.value));
    let schema_name = parameter.and_then(|parameter| parameter.entry.value.at(&["metadata", "schemaName"])?.as_str());
    let (Some(schema_name), Some(text)) = (schema_name, secret.value.as_str()) else { return false };
    let has_value = |variable: &EnvironmentVariableRecord| {
        let values = variable.current_values.iter().map(|value| value.value.as_str());
        values.chain(variable.default_value.as_deref()).any(|value| value == text)
    };
    variables.iter().any(|variable| variable.schema_name.eq_ignore_ascii_case(&schema_name) && has_value(variable))
}
