//! Flags what comes near a limit of the platform.

use crate::facts::{self, Limited};
use crate::model::limits::{self, Measure};
use crate::model::{Action, Expression, Flow, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: PlatformLimitNear = PlatformLimitNear;
pub(crate) struct PlatformLimitNear;

impl Rule for PlatformLimitNear {
    fn meta(&self) -> &'static RuleMeta {
        &cards::PLATFORM_LIMIT_NEAR
    }

    fn check_flow(&self, flow: &Flow<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        limits::of_flow(flow, |measure| check(measure, flow, cx, sink));
    }

    fn check_trigger(&self, trigger: Trigger<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        limits::of_trigger(trigger, |measure| check(measure, trigger.flow(), cx, sink));
    }

    fn check_action(&self, action: Action<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        limits::of_action(action, |measure| check(measure, action.flow(), cx, sink));
    }

    fn check_expression(&self, expression: Expression<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        limits::of_expression(expression, |measure| check(measure, expression.flow(), cx, sink));
    }
}

fn check(measure: Measure<'_>, flow: &Flow<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
    let Some(limit) = facts::limit(measure.what, flow.plans(), cx.licence()) else { return };
    // The first container that lies deep stands for all in it.
    let is_deeper_still = |near| measure.what == Limited::Nesting && measure.amount > near;
    let is_near = limit.near.is_some_and(|near| measure.amount >= near && !is_deeper_still(near));
    if !is_near || limit.is_exceeded_by(measure.amount) {
        return;
    }
    let draft = sink.at(measure.spot, format!("{}; {}", measure.amount_text(), measure.limit_text(limit)));
    draft.help(format!("before it grows further: {}", measure.remedy()));
    if measure.is_about_flow() {
        draft.about_flow().kind(format!("{:?}", measure.what));
    }
}
