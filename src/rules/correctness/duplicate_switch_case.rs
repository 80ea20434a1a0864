//! Flags cases of a switch that wait for the same value.

use crate::model::{Action, ActionKind, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Entry, Spot};
use std::borrow::Cow;
use std::collections::HashMap;

pub(crate) static RULE: DuplicateSwitchCase = DuplicateSwitchCase;
pub(crate) struct DuplicateSwitchCase;

impl Rule for DuplicateSwitchCase {
    fn meta(&self) -> &'static RuleMeta {
        &cards::DUPLICATE_SWITCH_CASE
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() != ActionKind::Switch {
            return;
        }
        let Some(cases) = action.value().get("cases") else { return };
        let mut first: HashMap<(bool, Cow<'_, str>), Entry<'_>> = HashMap::new();
        for case in cases.entries() {
            let Some(value) = case.value.get("case") else { continue };
            // The text `1` and the number 1 are two values.
            let literal = match value.as_str() {
                Some(text) if text.starts_with(['@', '[']) => continue,
                Some(text) => (true, text),
                None => (false, Cow::Borrowed(value.text())),
            };
            let shown = literal.1.clone();
            let Some(earlier) = first.insert(literal, case) else { continue };
            let message = format!(
                "`{}` and `{}` of `{}` both wait for `{shown}`",
                display_name(&earlier.key.name()),
                display_name(&case.key.name()),
                action.display_name()
            );
            sink.at(value.spot(), message)
                .help("give each case a value of its own, and put steps for one value into one case")
                .related(earlier.key.spot(), "the other case of this value");
        }
    }
}
