//! Flags SQL that somebody else's text becomes a part of.

use crate::facts::{self, SinkText};
use crate::model::{Action, Caller, FlowSource, Purpose};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: SqlInjection = SqlInjection;
pub(crate) struct SqlInjection;

impl Rule for SqlInjection {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SQL_INJECTION
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(operation) = action.operation() else { return };
        let (Some(connector), Some(id)) = (operation.connector, operation.id) else { return };
        for parameter in facts::data_flow().sinks(SinkText::Sql, connector, id) {
            let Some(value) = action.parameter(parameter) else { continue };
            let name = action.display_name();
            let end = format!("it becomes part of the SQL text of `{name}`");
            for trace in action.flow().traces(value, Purpose::Injection(SinkText::Sql), &end) {
                let (FlowSource::Caller(caller, what), Some(spot)) = (&trace.source, trace.spot()) else { continue };
                let (case, who) = match caller {
                    Caller::Anyone => ("anyone", ", and anyone may send it"),
                    Caller::Known => ("known-users", ""),
                };
                sink.at(spot, format!("{what} becomes part of the SQL that `{name}` runs{who}"))
                    .case(case)
                    .help("write `@name` in the SQL and give the value under Formal and Actual parameters, or call a stored procedure")
                    .data_path(trace.steps.into_iter().map(|step| (step.spot, step.text)));
            }
        }
    }
}
