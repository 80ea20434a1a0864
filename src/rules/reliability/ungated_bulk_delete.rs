//! Flags loops that delete whatever they are given.

use crate::facts::Named;
use crate::model::{Action, ActionKind, Effect, Expression, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: UngatedBulkDelete = UngatedBulkDelete;
pub(crate) struct UngatedBulkDelete;

impl Rule for UngatedBulkDelete {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNGATED_BULK_DELETE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for action in flow.actions().filter(|action| action.effect() == Effect::Delete) {
            let Some(each) = action.ancestors().find(|around| around.kind() == ActionKind::Foreach) else { continue };
            if is_gated(action) || is_filtered(flow, each) {
                continue;
            }
            let (name, each) = (action.display_name(), each.display_name());
            sink.at(
                action.name_spot(),
                format!("`{name}` deletes everything that the loop `{each}` is given, without a condition"),
            )
            .help("filter the list before the loop, or put a condition or an approval around the deletion");
        }
    }
}

/// Whether a condition is around it, or people were asked before.
fn is_gated(action: Action<'_>) -> bool {
    let decides = |around: Action<'_>| matches!(around.kind(), ActionKind::If | ActionKind::Switch);
    let asked = |step: Action<'_>| step.effect() == Effect::SendAndWait && step.can_have_run_before(action);
    action.ancestors().any(decides) || action.flow().actions().any(asked)
}

/// Whether the list of a loop was filtered, as far as that can be seen: only a list that a step reads whole is not.
fn is_filtered(flow: &Flow<'_>, each: Action<'_>) -> bool {
    let lists =
        flow.expressions().filter(|expression| expression.action() == Some(each) && expression.is_under(&["foreach"]));
    let mut sources = lists.flat_map(Expression::references).filter(|reference| reference.named == Named::Action);
    let Some(source) = sources.next().and_then(|reference| flow.action_named(&reference.name)) else { return true };
    let filters = ["$filter", "fetchXml", "dataset/query", "folderPath", "query"];
    let has_filter = filters.iter().any(|name| source.parameter(name).is_some());
    source.effect() != Effect::Read || has_filter || !source.kind().is_connector_call()
}
