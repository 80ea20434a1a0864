//! Flags flows of very many steps.

use crate::model::Flow;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, OptionsType, Rule, Sink};
use crate::syntax::Spot;
use serde::Deserialize;

/// The options of `too-many-actions`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// As many steps are not too many, those in scopes, loops and branches counted.
    actions: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { actions: 50 }
    }
}

pub(crate) static RULE: TooManyActions = TooManyActions;
pub(crate) struct TooManyActions;

impl Rule for TooManyActions {
    fn meta(&self) -> &'static RuleMeta {
        &cards::TOO_MANY_ACTIONS
    }

    fn options(&self) -> OptionsType {
        OptionsType::of::<Options>()
    }

    fn check_flow(&self, flow: &Flow<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let most = cx.options::<Options>().actions;
        let count = flow.action_count();
        if count > most {
            sink.at(flow.spot(), format!("the flow has {count} steps, which is hard to keep in view"))
                .help("move steps that belong together into child flows")
                .about_flow();
        }
    }
}
