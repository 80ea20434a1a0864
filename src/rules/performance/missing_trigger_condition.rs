//! Flags flows that start, look at what started them, and end.

use crate::model::{Action, ActionKind, Branch, Flow, Trigger, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: MissingTriggerCondition = MissingTriggerCondition;
pub(crate) struct MissingTriggerCondition;

impl Rule for MissingTriggerCondition {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISSING_TRIGGER_CONDITION
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let is_event =
            trigger.operation().is_some_and(|operation| operation.connector.is_some() && operation.id.is_some());
        let has_conditions = trigger.value().get("conditions").is_some_and(|list| list.items().next().is_some());
        if !is_event || has_conditions || !is_started_by_events(trigger) {
            return;
        }
        // What Filter rows lets pass was thought about; a Condition that says it again is on the safe side.
        let filter =
            trigger.inputs().and_then(|inputs| inputs.at(&["parameters", "subscriptionRequest/filterexpression"]));
        if filter.is_some_and(|filter| !filter.is_str("")) {
            return;
        }
        let flow = trigger.flow();
        let Some(test) = first_step(flow).filter(|step| step.kind() == ActionKind::If) else { return };
        if !tests_trigger_only(flow, test) {
            return;
        }
        let is_last = test.followers().next().is_none() && test.parent().is_none();
        let ends = |branch: &Branch<'_>| {
            let mut steps = test.children().filter(|step| step.branch() == branch);
            match (steps.next(), steps.next()) {
                (None, _) => is_last,
                (Some(step), None) => ends_well(step),
                _ => false,
            }
        };
        let when = match (ends(&Branch::Main), ends(&Branch::Else)) {
            (true, false) => "holds",
            (false, true) => "does not hold",
            _ => return,
        };
        let (name, trigger_name) = (test.display_name(), display_name(trigger.name()));
        sink.at(test.name_spot(), format!("the flow does nothing when `{name}` {when}, which `{trigger_name}` knows already"))
            .help("move the condition into `Trigger conditions` under `Settings` of the trigger, so that the flow does not start for nothing")
            .related(trigger.name_spot(), "the trigger");
    }
}

/// Whether the trigger waits for events, rather than for people or a schedule.
fn is_started_by_events(trigger: Trigger<'_>) -> bool {
    use crate::model::TriggerKind::*;
    matches!(
        trigger.kind(),
        OpenApiConnection
            | OpenApiConnectionWebhook
            | OpenApiConnectionNotification
            | ApiConnection
            | ApiConnectionWebhook
            | ApiConnectionNotification
    )
}

/// The step with which every run begins, variables aside; looked for in a scope as well.
fn first_step<'m>(flow: &'m Flow<'m>) -> Option<Action<'m>> {
    let mut first = only(flow.actions().filter(|step| step.parent().is_none() && step.run_after().is_empty()))?;
    for _ in 0..flow.action_count() {
        first = match first.kind() {
            ActionKind::InitializeVariable => only(first.followers().map(|(step, _)| step))?,
            ActionKind::Scope => only(first.children().filter(|step| step.run_after().is_empty()))?,
            _ => return Some(first),
        };
    }
    None
}

fn only<'m>(mut steps: impl Iterator<Item = Action<'m>>) -> Option<Action<'m>> {
    let step = steps.next()?;
    steps.next().is_none().then_some(step)
}

/// Whether a condition looks at the trigger's data and at nothing that a trigger condition cannot see.
fn tests_trigger_only(flow: &Flow<'_>, test: Action<'_>) -> bool {
    const TRIGGER: [&str; 3] = ["triggerBody", "triggerOutputs", "trigger"];
    const HIDDEN: [&str; 10] = [
        "outputs",
        "body",
        "variables",
        "parameters",
        "items",
        "item",
        "actions",
        "result",
        "workflow",
        "iterationIndexes",
    ];
    let mut reads_trigger = false;
    for expression in flow.expressions().filter(|it| it.action() == Some(test) && it.is_under(&["expression"])) {
        for call in expression.template().calls() {
            if HIDDEN.iter().any(|name| call.is(name)) {
                return false;
            }
            reads_trigger |= TRIGGER.iter().any(|name| call.is(name));
        }
    }
    reads_trigger
}

/// Whether a step ends the run as one that went well, or was not wanted.
fn ends_well(step: Action<'_>) -> bool {
    let status = step.inputs().and_then(|inputs| inputs.get("runStatus"));
    step.kind() == ActionKind::Terminate
        && status.is_some_and(|status| status.is_str("Succeeded") || status.is_str("Cancelled"))
}
