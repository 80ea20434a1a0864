//! Flags calls that are never repeated.

use crate::model::{Action, Coverage, Effect};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: RetryDisabled = RetryDisabled;
pub(crate) struct RetryDisabled;

impl Rule for RetryDisabled {
    fn meta(&self) -> &'static RuleMeta {
        &cards::RETRY_DISABLED
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(kind) = action.retry_policy() else { return };
        if !kind.is_str("none") {
            return;
        }
        let name = action.display_name();
        let is_fragile = action.effect() == Effect::Read && action.on_failure() == Coverage::Uncaught;
        let (case, message) = if is_fragile {
            let why = "though it only reads and nothing catches its failure";
            ("uncaught-read", format!("`{name}` is not repeated when the service is busy or down for a moment, {why}"))
        } else {
            ("by-choice", format!("`{name}` is not repeated when the service is busy or down for a moment"))
        };
        sink.at(kind.spot(), message).case(case).help(
            "under Settings > Networking > Retry policy choose an exponential interval, unless a repeat would do harm",
        );
    }
}
