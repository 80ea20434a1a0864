//! Flags calls whose address somebody else decides.

use crate::facts::{self, SinkText};
use crate::model::{Action, ActionKind, Caller, FlowSource, Purpose};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: CallerControlledUrl = CallerControlledUrl;
pub(crate) struct CallerControlledUrl;

impl Rule for CallerControlledUrl {
    fn meta(&self) -> &'static RuleMeta {
        &cards::CALLER_CONTROLLED_URL
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(value) = address(action).filter(|_| action.flow().has_caller_input()) else { return };
        let name = action.display_name();
        let end = format!("it becomes part of the address that `{name}` calls");
        let traces = action.flow().traces(value, Purpose::Injection(SinkText::Url), &end);
        let decides_host = |spot| traces.iter().any(|trace| trace.is_leading && trace.spot() == Some(spot));
        for trace in &traces {
            let (FlowSource::Caller(caller, what), Some(spot)) = (&trace.source, trace.spot()) else { continue };
            let (case, message) = match (trace.is_leading, caller) {
                (true, Caller::Anyone) => {
                    ("anyone", format!("{what} decides which server `{name}` calls, and anyone may send it"))
                }
                (true, Caller::Known) => ("known-users", format!("{what} decides which server `{name}` calls")),
                (false, _) if decides_host(spot) => continue,
                (false, _) => ("rest-of-address", format!("{what} becomes part of the address that `{name}` calls")),
            };
            let help = if trace.is_leading {
                "write the server into the step, or let a condition compare the value with the addresses that you allow"
            } else {
                "put the value into `uriComponent(…)`, so that it cannot add parts to the address"
            };
            let steps = trace.steps.iter().map(|step| (step.spot, step.text.clone()));
            sink.at(spot, message).case(case).help(help).data_path(steps);
        }
    }
}

/// What decides where a call goes.
fn address(action: Action<'_>) -> Option<Value<'_>> {
    let inputs = action.inputs()?;
    match action.kind() {
        ActionKind::Http => inputs.get("uri"),
        ActionKind::HttpWebhook => inputs.at(&["subscribe", "uri"]),
        _ => {
            let operation = action.operation()?;
            let mut sinks = facts::data_flow().sinks(SinkText::Url, operation.connector?, operation.id?);
            sinks.find_map(|parameter| action.parameter(parameter))
        }
    }
}
