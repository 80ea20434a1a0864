//! Flags `runAfter` that names something which is no other step of the same list.

use crate::model::{Action, ActionKind, Platform, RunAfter, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest;
use crate::syntax::{Kind, Spot};

pub(crate) static RULE: InvalidRunAfter = InvalidRunAfter;
pub(crate) struct InvalidRunAfter;

impl Rule for InvalidRunAfter {
    fn meta(&self) -> &'static RuleMeta {
        &cards::INVALID_RUN_AFTER
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for edge in action.run_after() {
            if edge.is_dangling() {
                dangling(action, edge, sink);
            } else if action.target_of(edge) == Some(action) {
                sink.at(edge.entry.key.spot(), format!("`{}` waits for itself", action.display_name()))
                    .help("choose the step before it under `Configure run after`");
            }
        }
        if action.run_after().is_empty()
            && let Some(entry) = action.value().entry("runAfter")
            && !matches!(entry.value.kind(), Kind::Object | Kind::Null)
        {
            let message = format!("what `{}` runs after is not written as steps with statuses", action.display_name());
            sink.at(entry.value.spot(), message)
                .help("write it as `{ \"Step\": [\"Succeeded\"] }`, or `{}` for the first step");
        }
    }
}

fn dangling(action: Action<'_>, edge: &RunAfter<'_>, sink: &mut Sink<'_, Spot>) {
    let (flow, own) = (action.flow(), action.display_name());
    let wanted = display_name(&edge.name);
    let place = edge.entry.key.spot();
    if let Some(trigger) = flow.triggers().find(|trigger| trigger.name().eq_ignore_ascii_case(&edge.name)) {
        // Agents of Logic Apps name the trigger that starts a conversation (designer's own samples).
        if action.kind() == ActionKind::Agent && flow.platform == Platform::LogicApps {
            return;
        }
        sink.at(place, format!("`{own}` waits for the trigger `{wanted}`, which is no step"))
            .help("leave `runAfter` of the first step empty: `{}`")
            .related(trigger.name_spot(), "the trigger");
        return;
    }
    let Some(elsewhere) = flow.action_named(&edge.name) else {
        let near = suggest::closest(&edge.name, action.siblings().map(Action::name));
        let help = match near {
            Some(near) => format!(
                "did you mean `{}`? A step that is renamed in the JSON keeps its old name here",
                display_name(near)
            ),
            None => "choose the step before it under `Configure run after`".to_owned(),
        };
        sink.at(place, format!("`{own}` waits for `{wanted}`, which the flow does not have")).help(help);
        return;
    };
    let message = if action.ancestors().any(|container| container == elsewhere) {
        format!("`{own}` waits for `{wanted}`, in which it lies")
    } else if elsewhere.ancestors().any(|container| container == action) {
        format!("`{own}` waits for `{wanted}`, which lies in it")
    } else {
        format!("`{own}` waits for `{wanted}`, which is in another list of steps")
    };
    sink.at(place, message)
        .help("let it run after a step of its own list; the container around the other step may be one")
        .related(elsewhere.name_spot(), "the step that it waits for");
}
