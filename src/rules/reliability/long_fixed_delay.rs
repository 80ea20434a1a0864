//! Flags delays of a fixed length that keep a run open for long.

use crate::model::{Action, IsoDuration};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, OptionsType, Rule, Sink};
use crate::syntax::Spot;
use serde::Deserialize;

/// The options of `long-fixed-delay`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// From how many minutes on a delay is long.
    minutes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { minutes: 60 }
    }
}

pub(crate) static RULE: LongFixedDelay = LongFixedDelay;
pub(crate) struct LongFixedDelay;

impl Rule for LongFixedDelay {
    fn meta(&self) -> &'static RuleMeta {
        &cards::LONG_FIXED_DELAY
    }

    fn options(&self) -> OptionsType {
        OptionsType::of::<Options>()
    }

    fn check_action(&self, action: Action<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(delay) = action.delay() else { return };
        if delay < IsoDuration::from_seconds(cx.options::<Options>().minutes.saturating_mul(60)) {
            return;
        }
        let name = action.display_name();
        sink.at(action.name_spot(), format!("`{name}` keeps the run open for {delay}"))
            .help("store what is to be done, and let a flow with a schedule or a trigger do it when it is due");
    }
}
