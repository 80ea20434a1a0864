//! Flags questions to people that wait for as long as a run may last.

use crate::model::{Action, Slowness};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: ApprovalWithoutTimeout = ApprovalWithoutTimeout;
pub(crate) struct ApprovalWithoutTimeout;

impl Rule for ApprovalWithoutTimeout {
    fn meta(&self) -> &'static RuleMeta {
        &cards::APPROVAL_WITHOUT_TIMEOUT
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !matches!(action.slowness(), Some(Slowness::Question(None)))
            || action.value().at(&["limit", "timeout"]).is_some()
        {
            return;
        }
        let name = action.display_name();
        sink.at(action.name_spot(), format!("`{name}` waits until somebody answers, or until the run is ended after 30 days"))
            .help("set a time under Settings > General > Action timeout, such as P14D, and let a step run after it when it has timed out");
    }
}
