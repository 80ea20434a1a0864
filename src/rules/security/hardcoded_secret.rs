//! Flags passwords, keys, tokens and signed URLs that stand in a flow as they are. Finding them is `model::secrets`.

use crate::model::Flow;
use crate::model::secrets::{self, Beside, Firmness, Holder, Secret};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: HardcodedSecret = HardcodedSecret;
pub(crate) struct HardcodedSecret;

impl Rule for HardcodedSecret {
    fn meta(&self) -> &'static RuleMeta {
        &cards::HARDCODED_SECRET
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for secret in secrets::in_flow(flow) {
            let case = match secret.firmness {
                Firmness::Sure => "certain",
                Firmness::Likely => "likely",
            };
            sink.at(secret.spot, message(secret)).help(help(&secret.site.holder)).case(case).kind(format!(
                "{} {}",
                secret.kind.name(),
                below_step(flow, secret.spot)
            ));
        }
    }
}

/// Says where, never what.
fn message(secret: &Secret<'_>) -> String {
    let what = format!("a literal {}", secret.kind.title());
    let holds = match secret.firmness {
        Firmness::Sure => "holds",
        Firmness::Likely => "seems to hold",
    };
    let holder = match &secret.site.holder {
        Holder::Authentication(field) => format!("`{field}` in the authentication of this step"),
        Holder::Header(name) => format!("the header `{name}`"),
        Holder::Query(name) => format!("the query parameter `{name}`"),
        Holder::Parameter(name) => format!("the default value of the parameter `{name}`"),
        Holder::Variable(name) => format!("the value given to the variable `{name}`"),
        Holder::Field(name) if name.eq_ignore_ascii_case("inputs") => "the input of this step".to_owned(),
        Holder::Field(name) => format!("the field `{name}`"),
    };
    match &secret.site.beside {
        None => format!("{holder} {holds} {what}"),
        Some(Beside { name, is_query: false }) => format!("`{name}` in {holder} {holds} {what}"),
        Some(Beside { name, is_query: true }) => format!("the query parameter `{name}` in {holder} {holds} {what}"),
    }
}

fn help(holder: &Holder<'_>) -> &'static str {
    match holder {
        Holder::Parameter(_) => {
            "make it an environment variable of type Secret that points to Azure Key Vault, and have whoever issued the secret replace it"
        }
        _ => {
            "keep it in Azure Key Vault or an environment variable of type Secret, turn on Secure inputs for this step, and have whoever issued the secret replace it"
        }
    }
}

/// The pointer of a place below its step, or below the flow.
fn below_step(flow: &Flow<'_>, spot: Spot) -> String {
    let pointer = spot.pointer(flow.document);
    let step = flow.action_at(spot).map_or(flow.holder, |action| action.value());
    let base = step.spot().pointer(flow.document);
    pointer.strip_prefix(&base).unwrap_or(&pointer).to_owned()
}
