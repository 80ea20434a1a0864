//! Flags conditions that always decide the same way.

use crate::model::{Action, ActionKind, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: ConstantCondition = ConstantCondition;
pub(crate) struct ConstantCondition;

impl Rule for ConstantCondition {
    fn meta(&self) -> &'static RuleMeta {
        &cards::CONSTANT_CONDITION
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let kind = action.kind();
        if !matches!(kind, ActionKind::If | ActionKind::Until | ActionKind::Switch) {
            return;
        }
        let Some(expression) = action.value().get("expression") else { return };
        if kind == ActionKind::Switch {
            if action.flow().constant(expression).is_some() {
                sink.at(expression.spot(), "this Switch takes the same case in every run")
                    .help("choose the case by a value that can change, or take the Switch out");
            }
            return;
        }
        let Some(decided) = action.flow().decided(expression) else { return };
        let message = match (kind, decided.value) {
            (ActionKind::If, true) => "this condition is always true: the branch If no never runs",
            (ActionKind::If, false) => "this condition is never true: the branch If yes never runs",
            (_, true) => "this condition is always true: the loop runs once",
            (_, false) => "this condition is never true: the loop ends at its limit only",
        };
        sink.at(decided.spot, message).help("compare with a value that can change, or take the condition out");
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let conditions = trigger.value().get("conditions").into_iter().flat_map(|conditions| conditions.items());
        for expression in conditions.filter_map(|condition| condition.get("expression")) {
            let Some(decided) = trigger.flow().decided(expression) else { continue };
            let message = match decided.value {
                true => "this trigger condition is always true: it keeps nothing out",
                false => "this trigger condition is never true: the flow never starts",
            };
            sink.at(decided.spot, message).help("compare with a field of the trigger, or take the condition out");
        }
    }
}
