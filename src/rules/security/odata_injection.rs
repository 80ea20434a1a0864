//! Flags filters of lists and tables that somebody else's text becomes a part of.

use crate::facts::{self, SinkText};
use crate::model::{Action, Caller, FlowSource, Purpose};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: OdataInjection = OdataInjection;
pub(crate) struct OdataInjection;

impl Rule for OdataInjection {
    fn meta(&self) -> &'static RuleMeta {
        &cards::ODATA_INJECTION
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(operation) = action.operation() else { return };
        let (Some(connector), Some(id)) = (operation.connector, operation.id) else { return };
        if !action.flow().has_caller_input() {
            return;
        }
        for parameter in facts::data_flow().sinks(SinkText::Odata, connector, id) {
            let Some(value) = action.parameter(parameter) else { continue };
            let name = action.display_name();
            let end = format!("it becomes part of the filter of `{name}`");
            for trace in action.flow().traces(value, Purpose::Injection(SinkText::Odata), &end) {
                let (FlowSource::Caller(caller, what), Some(spot)) = (&trace.source, trace.spot()) else { continue };
                let (case, who) = match caller {
                    Caller::Anyone => ("anyone", ", and anyone may send it"),
                    Caller::Known => ("known-users", ""),
                };
                sink.at(spot, format!("{what} becomes part of the filter of `{name}`{who}"))
                    .case(case)
                    .help("double the quotes in it before it goes into the filter: `replace(…, '''', '''''')`")
                    .data_path(trace.steps.into_iter().map(|step| (step.spot, step.text)));
            }
        }
    }
}
