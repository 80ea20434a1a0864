//! Flags conditions and loops that lie deep within others.

use crate::model::{Action, ActionKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, OptionsType, Rule, Sink};
use crate::syntax::Spot;
use serde::Deserialize;

/// The options of `deep-nesting`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// As many conditions and loops within each other are not too many.
    levels: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { levels: 4 }
    }
}

pub(crate) static RULE: DeepNesting = DeepNesting;
pub(crate) struct DeepNesting;

impl Rule for DeepNesting {
    fn meta(&self) -> &'static RuleMeta {
        &cards::DEEP_NESTING
    }

    fn options(&self) -> OptionsType {
        OptionsType::of::<Options>()
    }

    fn check_action(&self, action: Action<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !is_level(action.kind()) {
            return;
        }
        let most = cx.options::<Options>().levels;
        let around = action.ancestors().filter(|outer| is_level(outer.kind())).count();
        // The first that lies too deep stands for all within it.
        if around != most {
            return;
        }
        let name = action.display_name();
        let them = if around == 1 {
            "another condition or loop".to_owned()
        } else {
            format!("{around} other conditions and loops")
        };
        sink.at(action.name_spot(), format!("`{name}` lies inside {them}")).help(
            "end early with Terminate, use one Switch or one joint condition, or move the inner part into a child flow",
        );
    }
}

/// Whether one has to know how it came out to know whether or how often a step in it runs. Scopes only group.
fn is_level(kind: ActionKind) -> bool {
    matches!(kind, ActionKind::If | ActionKind::Switch | ActionKind::Foreach | ActionKind::Until)
}
