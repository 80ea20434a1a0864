//! Flags flows that the package does not describe.

use crate::model::Flow;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: MissingFlowDescription = MissingFlowDescription;
pub(crate) struct MissingFlowDescription;

impl Rule for MissingFlowDescription {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISSING_FLOW_DESCRIPTION
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(record) = flow.record else { return };
        if record.description.as_deref().is_none_or(|text| text.trim().is_empty()) {
            sink.at(flow.spot(), "the flow has no description")
                .help("under Details of the flow, choose Edit and say in a sentence what the flow does and for whom")
                .about_flow();
        }
    }
}
