//! Flags flows that everybody in the tenant may start over HTTP and that then act with their owner's connections.

use crate::model::{Action, Callers, Effect, Flow, Trigger, TriggerKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: OwnerConnectionForAnyCaller = OwnerConnectionForAnyCaller;
pub(crate) struct OwnerConnectionForAnyCaller;

impl Rule for OwnerConnectionForAnyCaller {
    fn meta(&self) -> &'static RuleMeta {
        &cards::OWNER_CONNECTION_FOR_ANY_CALLER
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some((case, who)) = flow.triggers().find_map(callers) else { return };
        let mut steps = flow.actions().filter(|action| acts_as_owner(*action));
        let Some(first) = steps.next() else { return };
        let name = first.display_name();
        let message = format!("{who} can have `{name}` act with the connection of the flow's owner");
        let draft = sink.at(first.name_spot(), message);
        draft.about_flow().case(case).help(match case {
            "tenant" => "set `Who can trigger the flow?` of the trigger to the users that need it",
            _ => "under `Run only users` of the flow, set the connection to be provided by the run-only user, or check in the flow what the caller may do",
        });
        for step in steps {
            draft.also_at(step.name_spot());
        }
    }
}

/// Who may start the flow, if that is more than named people; anyone at all is `open-http-trigger`'s.
fn callers(trigger: Trigger<'_>) -> Option<(&'static str, &'static str)> {
    if trigger.callers() == Some(Callers::Tenant) {
        return Some(("tenant", "everybody in the tenant"));
    }
    let kind = trigger.value().get("kind").filter(|_| trigger.kind() == TriggerKind::Request)?;
    let is_app = ["PowerApp", "PowerAppV2"].iter().any(|name| kind.is_str(name));
    is_app.then_some(("app", "everybody who has the app"))
}

/// Whether a step changes or sends something over a connection that is not the caller's own.
fn acts_as_owner(action: Action<'_>) -> bool {
    if !matches!(action.effect(), Effect::Write | Effect::Delete | Effect::Send | Effect::SendAndWait) {
        return false;
    }
    let Some((key, _)) = action.operation().and_then(|operation| operation.connection_key) else { return false };
    let Some(reference) = action.flow().connection_reference(key) else { return false };
    let source = ["runtimeSource", "source"].into_iter().find_map(|name| reference.entry.value.get(name));
    let is_impersonated = reference.entry.value.get("impersonation").is_some_and(|how| how.get("source").is_some());
    source.is_some_and(|source| source.is_str("embedded")) && !is_impersonated
}
