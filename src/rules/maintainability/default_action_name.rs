//! Flags flows in which steps have the names that the designer gave them.

use crate::facts;
use crate::model::{Action, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, OptionsType, Rule, Sink};
use crate::syntax::Spot;
use serde::Deserialize;

/// As many names are said.
const SHOWN: usize = 3;

/// The options of `default-action-name`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// From how many steps on they are worth a line.
    steps: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { steps: 3 }
    }
}

pub(crate) static RULE: DefaultActionName = DefaultActionName;
pub(crate) struct DefaultActionName;

impl Rule for DefaultActionName {
    fn meta(&self) -> &'static RuleMeta {
        &cards::DEFAULT_ACTION_NAME
    }

    fn options(&self) -> OptionsType {
        OptionsType::of::<Options>()
    }

    fn check_flow(&self, flow: &Flow<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let unnamed: Vec<Action<'_>> = flow.actions().filter(|action| has_default_name(*action)).collect();
        if unnamed.len() < cx.options::<Options>().steps.max(1) {
            return;
        }
        let Some((first, rest)) = unnamed.split_first() else { return };
        let names: Vec<String> =
            unnamed.iter().take(SHOWN).map(|action| format!("`{}`", action.display_name())).collect();
        let more = match unnamed.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (steps, has) = if rest.is_empty() { ("step", "has the name") } else { ("steps", "have the names") };
        let message = format!("{} {steps} {has} that the designer gave: {}{more}", unnamed.len(), names.join(", "));
        let draft = sink.at(first.name_spot(), message);
        draft.about_flow().help("rename each step so that it says what it does, such as `Get open orders`");
        for action in rest {
            draft.also_at(action.name_spot());
        }
    }
}

/// Whether the name is the designer's, without its number and the mark of a copy.
fn has_default_name(action: Action<'_>) -> bool {
    let operation = action.operation().and_then(|operation| Some((operation.connector?, operation.id?)));
    let kind = action.value().get("type").and_then(|kind| kind.as_str());
    facts::default_names(operation, kind.as_deref()).is_some_and(|defaults| {
        let name = facts::without_number(action.name());
        defaults.iter().any(|default| default.eq_ignore_ascii_case(name))
    })
}
