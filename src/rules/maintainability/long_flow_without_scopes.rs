//! Flags long flows that no scope divides.

use crate::model::{ActionKind, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, OptionsType, Rule, Sink};
use crate::syntax::Spot;
use serde::Deserialize;

/// The options of `long-flow-without-scopes`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// As many steps need no scope, without those that initialize variables.
    actions: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { actions: 15 }
    }
}

pub(crate) static RULE: LongFlowWithoutScopes = LongFlowWithoutScopes;
pub(crate) struct LongFlowWithoutScopes;

impl Rule for LongFlowWithoutScopes {
    fn meta(&self) -> &'static RuleMeta {
        &cards::LONG_FLOW_WITHOUT_SCOPES
    }

    fn options(&self) -> OptionsType {
        OptionsType::of::<Options>()
    }

    fn check_flow(&self, flow: &Flow<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let enough = cx.options::<Options>().actions;
        if flow.action_count() <= enough || flow.actions().any(|action| action.kind() == ActionKind::Scope) {
            return;
        }
        // Variables are initialized at the top and cannot move into a scope.
        let count = flow.actions().filter(|action| action.kind() != ActionKind::InitializeVariable).count();
        if count > enough {
            sink.at(flow.spot(), format!("the flow has {count} steps and no scope that groups them"))
                .help("put the steps of each stage into a scope that says what the stage does")
                .about_flow();
        }
    }
}
