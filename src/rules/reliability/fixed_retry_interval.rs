//! Flags retry policies with a fixed interval.

use crate::model::Action;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: FixedRetryInterval = FixedRetryInterval;
pub(crate) struct FixedRetryInterval;

impl Rule for FixedRetryInterval {
    fn meta(&self) -> &'static RuleMeta {
        &cards::FIXED_RETRY_INTERVAL
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(kind) = action.retry_policy() else { return };
        if kind.is_str("fixed") {
            let name = action.display_name();
            sink.at(kind.spot(), format!("`{name}` is repeated at a fixed interval, however long the service needs"))
                .help("under Settings > Networking > Retry policy choose an exponential interval");
        }
    }
}
