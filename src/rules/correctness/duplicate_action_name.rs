//! Flags actions that share a name, in any two containers of a flow.

use crate::model::{Action, ActionKind, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;
use std::collections::HashMap;

pub(crate) static RULE: DuplicateActionName = DuplicateActionName;
pub(crate) struct DuplicateActionName;

impl Rule for DuplicateActionName {
    fn meta(&self) -> &'static RuleMeta {
        &cards::DUPLICATE_ACTION_NAME
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if flow.has_distinct_names() {
            return;
        }
        let mut first: HashMap<String, Action<'_>> = HashMap::with_capacity(flow.action_count());
        for action in flow.actions() {
            // The same key twice in one object is `duplicate-json-key`.
            let Some(earlier) = first.insert(action.name().to_lowercase(), action) else { continue };
            if earlier.name() == action.name() && action.siblings().any(|sibling| sibling == earlier) {
                continue;
            }
            // The designer of agent workflows names these after the agent they lead to, so several agents have one each.
            if [earlier, action].iter().all(|action| action.kind() == ActionKind::AgentHandoff) {
                continue;
            }
            let name = action.display_name();
            let aside = if earlier.display_name() == name { "" } else { ", letter case aside" };
            sink.at(action.name_spot(), format!("this flow has two steps called `{name}`{aside}"))
                .help("rename one of them, and choose its values again in the steps that use them")
                .kind("name")
                .related(earlier.name_spot(), "the other step of this name");
        }
    }
}
