//! Flags scopes, conditions, switches and loops with nothing in them.

use crate::model::{Action, ActionKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: EmptyContainer = EmptyContainer;
pub(crate) struct EmptyContainer;

impl Rule for EmptyContainer {
    fn meta(&self) -> &'static RuleMeta {
        &cards::EMPTY_CONTAINER
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let kind = action.kind();
        // An agent without tools still answers.
        if !kind.is_container() || kind == ActionKind::Agent || action.has_children() {
            return;
        }
        sink.at(action.name_spot(), format!("`{}` ({}) contains no step", action.display_name(), kind.title()))
            .help("delete it, or add the steps that were meant to stand in it");
    }
}
