//! Flags Do until loops that rely on the platform's own limits.

use crate::model::{Action, ActionKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: UntilWithoutLimit = UntilWithoutLimit;
pub(crate) struct UntilWithoutLimit;

impl Rule for UntilWithoutLimit {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNTIL_WITHOUT_LIMIT
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() != ActionKind::Until {
            return;
        }
        let has = |key: &str| action.value().at(&["limit", key]).is_some();
        if has("count") || has("timeout") {
            return;
        }
        sink.at(action.name_spot(), format!("the loop `{}` has no limit of its own", action.display_name()))
            .help("set Count and Timeout under `Change limits` of the loop, to what the work can take at most");
    }
}
