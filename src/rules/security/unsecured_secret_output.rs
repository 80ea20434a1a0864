//! Flags steps that read a secret and let run history show it.

use crate::model::Action;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: UnsecuredSecretOutput = UnsecuredSecretOutput;
pub(crate) struct UnsecuredSecretOutput;

impl Rule for UnsecuredSecretOutput {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNSECURED_SECRET_OUTPUT
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !action.reads_secret() || action.hides("outputs") {
            return;
        }
        let name = action.display_name();
        sink.at(action.name_spot(), format!("`{name}` reads a secret, and run history shows it"))
            .help("turn on Secure outputs under Settings of this step")
            .kind("outputs");
    }
}
