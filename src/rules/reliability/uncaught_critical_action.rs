//! Flags steps whose failure nothing catches, in flows that catch that of others.

use crate::model::{Action, Coverage};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: UncaughtCriticalAction = UncaughtCriticalAction;
pub(crate) struct UncaughtCriticalAction;

impl Rule for UncaughtCriticalAction {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNCAUGHT_CRITICAL_ACTION
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        // Without any handler the flow as a whole is `missing-error-handling`.
        if !action.effect().is_critical() || !action.flow().has_any_handler() {
            return;
        }
        if action.on_failure() != Coverage::Uncaught || action.is_after_error_path() {
            return;
        }
        let name = action.display_name();
        sink.at(action.name_spot(), format!("nothing catches a failure of `{name}`, as it does for other steps of this flow"))
            .help("move it into the scope whose failure is caught, or let a step after it run when it has failed or has timed out");
    }
}
