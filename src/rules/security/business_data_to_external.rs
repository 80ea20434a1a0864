//! Flags rows of business systems that go to services outside the organisation.

use crate::facts::{self, Group};
use crate::model::{Action, ActionKind, Effect, FlowSource, Purpose};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: BusinessDataToExternal = BusinessDataToExternal;
pub(crate) struct BusinessDataToExternal;

impl Rule for BusinessDataToExternal {
    fn meta(&self) -> &'static RuleMeta {
        &cards::BUSINESS_DATA_TO_EXTERNAL
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(receiver) = receiver(action) else { return };
        let name = action.display_name();
        let end = format!("`{name}` gives it to {receiver}");
        let mut told: Vec<&str> = Vec::new();
        for value in given(action) {
            for trace in action.flow().traces(value, Purpose::Business, &end) {
                let (FlowSource::Business(what), Some(spot)) = (&trace.source, trace.spot()) else { continue };
                // One finding for each system is enough.
                if told.contains(what) {
                    continue;
                }
                told.push(what);
                let message = format!("`{name}` gives data from {what} to {receiver}, outside the organisation");
                sink.at(spot, message)
                    .help("let whoever is responsible for the data confirm that it may go there, and send only the fields that are needed")
                    .kind(*what)
                    .data_path(trace.steps.into_iter().map(|step| (step.spot, step.text)));
            }
        }
    }
}

/// Who gets what a step sends, where that is nobody of the organisation's own.
pub(super) fn receiver(action: Action<'_>) -> Option<String> {
    match action.kind() {
        ActionKind::Http => {
            let uri = action.inputs()?.get("uri")?.as_str()?;
            let (_, rest) = uri.split_once("://")?;
            let host = rest.split(['/', '?', '#', ':']).next()?.to_ascii_lowercase();
            let is_literal = !host.is_empty() && !host.contains(['@', '{', '}']) && host.contains('.');
            (is_literal && facts::is_foreign_host(&host)).then(|| format!("`{host}`"))
        }
        kind if kind.is_connector_call() => {
            let connector = action.connector().filter(|_| !matches!(action.effect(), Effect::Read | Effect::Delete))?;
            let is_outside = facts::example_group(connector) == Some(Group::NonBusiness);
            is_outside.then(|| facts::connector_title(connector).into_owned())
        }
        _ => None,
    }
}

/// What a step sends: not to whom, and not who it says it is.
pub(super) fn given(action: Action<'_>) -> Vec<Value<'_>> {
    let Some(inputs) = action.inputs() else { return Vec::new() };
    if action.kind() == ActionKind::Http {
        return ["body", "uri", "queries"].iter().filter_map(|part| inputs.get(part)).collect();
    }
    let parameters = inputs.get("parameters").into_iter().flat_map(Value::entries);
    let told = parameters.filter(|entry| !facts::data_flow().is_address(&entry.key.name()));
    told.map(|entry| entry.value).collect()
}
