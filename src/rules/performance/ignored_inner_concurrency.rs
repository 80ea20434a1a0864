//! Notes concurrency that is set on a loop inside a loop, where it does nothing.

use crate::model::{Action, ActionKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: IgnoredInnerConcurrency = IgnoredInnerConcurrency;
pub(crate) struct IgnoredInnerConcurrency;

impl Rule for IgnoredInnerConcurrency {
    fn meta(&self) -> &'static RuleMeta {
        &cards::IGNORED_INNER_CONCURRENCY
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() != ActionKind::Foreach {
            return;
        }
        let Some(entry) =
            action.value().at(&["runtimeConfiguration", "concurrency"]).and_then(|it| it.entry("repetitions"))
        else {
            return;
        };
        let is_one = entry.value.as_number() == Some("1");
        let Some(outer) = action.loops().find(|outer| outer.kind() == ActionKind::Foreach).filter(|_| !is_one) else {
            return;
        };
        let message = format!(
            "the concurrency of `{}` does nothing, since the loop lies in `{}`",
            action.display_name(),
            outer.display_name()
        );
        sink.at(entry.key.spot(), message)
            .help("set the concurrency on the outermost loop, or move the inner loop into a child flow")
            .related(outer.name_spot(), "the loop around it");
    }
}
