//! Flags passwords, keys, tokens and signed URLs that stand in a flow as they are. Finding them is `model::secrets`.

use crate::model::Flow;
use crate::model::secrets::{self, Firmness};
use crate::page::{RuleMeta, cards};
use crate::records::{Origin, PackageRecord};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: HardcodedSecret = HardcodedSecret;
pub(crate) struct HardcodedSecret;

impl Rule for HardcodedSecret {
    fn meta(&self) -> &'static RuleMeta {
        &cards::HARDCODED_SECRET
    }

    fn check_package(&self, package: &PackageRecord, _cx: &Context<'_>, sink: &mut Sink<'_, Origin>) {
        for definition in &package.connector_definitions {
            let title = definition.title.as_deref().unwrap_or("without a title");
            for literal in &definition.literals {
                for secret in secrets::in_named_text(&[&literal.name], &literal.value) {
                    let name = &literal.name;
                    let what = secret.kind.title();
                    let (case, holds) = match secret.firmness {
                        Firmness::Sure => ("certain", "holds"),
                        Firmness::Likely => ("likely", "seems to hold"),
                    };
                    let message =
                        format!("the default of `{name}` in the custom connector `{title}` {holds} a literal {what}");
                    sink.at(literal.origin, message)
                        .help(HELP_IN_CONNECTOR)
                        .case(case)
                        .kind(format!("{} {title} {name}", secret.kind.name()));
                }
            }
        }
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        // Those in parameters are `secret-in-parameter`'s.
        for secret in secrets::outside_parameters(flow) {
            let case = match secret.firmness {
                Firmness::Sure => "certain",
                Firmness::Likely => "likely",
            };
            sink.at(secret.spot, secret.sentence()).help(HELP).case(case).kind(format!(
                "{} {}",
                secret.kind.name(),
                below_step(flow, secret.spot)
            ));
        }
    }
}

const HELP_IN_CONNECTOR: &str = "ask for it when the connection is made, under `Security` of the connector, and have whoever issued the secret replace it";

const HELP: &str = "keep it in Azure Key Vault or an environment variable of type Secret, turn on Secure inputs for this step, and have whoever issued the secret replace it";

/// The pointer of a place below its step, or below the flow.
fn below_step(flow: &Flow<'_>, spot: Spot) -> String {
    let pointer = spot.pointer(flow.document);
    let step = flow.action_at(spot).map_or(flow.holder, |action| action.value());
    let base = step.spot().pointer(flow.document);
    pointer.strip_prefix(&base).unwrap_or(&pointer).to_owned()
}
