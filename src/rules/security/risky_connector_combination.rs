//! Flags flows that read business data and also send something outside, where no way from one to the other is seen.

use super::business_data_to_external::{given, receiver};
use crate::facts;
use crate::model::{Action, Effect, Flow, Purpose};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: RiskyConnectorCombination = RiskyConnectorCombination;
pub(crate) struct RiskyConnectorCombination;

impl Rule for RiskyConnectorCombination {
    fn meta(&self) -> &'static RuleMeta {
        &cards::RISKY_CONNECTOR_COMBINATION
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        // What only asks gives little away by itself.
        let telling = flow.actions().filter(|action| action.effect() != Effect::Read);
        let mut receivers = telling.filter_map(|action| Some((action, receiver(action)?))).peekable();
        if receivers.peek().is_none() {
            return;
        }
        let system = |operation: crate::model::Operation<'_>| {
            facts::data_flow().business(operation.connector?, operation.id?).map(|read| read.what)
        };
        let from_trigger =
            flow.triggers().find_map(|trigger| Some((system(trigger.operation()?)?, trigger.name_spot())));
        let read = |action: Action<'_>| Some((system(action.operation()?)?, action.name_spot()));
        let Some((what, reader)) = from_trigger.or_else(|| flow.actions().find_map(read)) else { return };
        let receivers: Vec<(Action<'_>, String)> = receivers.collect();
        // Where a way is seen, the other rule shows it.
        let has_way = |action: Action<'_>| {
            given(action).into_iter().any(|value| !flow.traces(value, Purpose::Business, "").is_empty())
        };
        if receivers.iter().any(|(action, _)| has_way(*action)) {
            return;
        }
        let Some((action, receiver)) = receivers.into_iter().next() else { return };
        let name = action.display_name();
        let message = format!("this flow reads {what} and sends something to {receiver} in `{name}`");
        sink.at(action.name_spot(), message)
            .about_flow()
            .help("make sure that nothing of the one reaches the other, or keep the two in flows of their own")
            .related(reader, format!("{what} is read here"));
    }
}
