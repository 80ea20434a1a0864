//! Flags passwords, keys, tokens and signed URLs that stand in a flow as they are. Finding them is `model::secrets`.

use crate::model::Flow;
use crate::model::secrets::{self, Firmness};
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

const HELP: &str = "keep it in Azure Key Vault or an environment variable of type Secret, turn on Secure inputs for this step, and have whoever issued the secret replace it";

/// The pointer of a place below its step, or below the flow.
fn below_step(flow: &Flow<'_>, spot: Spot) -> String {
    let pointer = spot.pointer(flow.document);
    let step = flow.action_at(spot).map_or(flow.holder, |action| action.value());
    let base = step.spot().pointer(flow.document);
    pointer.strip_prefix(&base).unwrap_or(&pointer).to_owned()
}
