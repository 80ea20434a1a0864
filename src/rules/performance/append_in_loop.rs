//! Notes loops that only build a list or a text, which Select does at once.

use crate::facts::Named;
use crate::model::{Action, ActionKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: AppendInLoop = AppendInLoop;
pub(crate) struct AppendInLoop;

impl Rule for AppendInLoop {
    fn meta(&self) -> &'static RuleMeta {
        &cards::APPEND_IN_LOOP
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() != ActionKind::Foreach || action.is_inside_loop() {
            return;
        }
        let mut append = None;
        for step in action.inside() {
            match step.kind() {
                ActionKind::AppendToArrayVariable | ActionKind::AppendToStringVariable if append.is_none() => {
                    append = Some(step);
                }
                ActionKind::Compose | ActionKind::If | ActionKind::Scope => {}
                _ => return,
            }
        }
        let Some(append) = append else { return };
        let Some((variable, _)) = append.variable_written() else { return };
        if action.is_single() || reads(action, &variable) || is_written_elsewhere(append, &variable) {
            return;
        }
        let is_text = append.kind() == ActionKind::AppendToStringVariable;
        let message = format!(
            "`{}` adds to `{variable}` item by item, which one step could do for the whole list",
            action.display_name()
        );
        let filter = if append.is_chosen_in(action) { "`Filter array` and " } else { "" };
        let then = if is_text { "`Select` and `Join`" } else { "`Select`" };
        let help = format!("use {filter}{then} instead of the loop; {}", action.cost_in(action));
        sink.at(action.name_spot(), message).help(help).related(append.name_spot(), "what it adds");
    }
}

/// Whether a step of the loop looks at what is there already.
fn reads(each: Action<'_>, variable: &str) -> bool {
    let expressions = each.inside().flat_map(Action::expressions);
    let mut references = expressions.flat_map(|expression| expression.references());
    references.any(|reference| reference.named == Named::Variable && reference.name.eq_ignore_ascii_case(variable))
}

/// Whether the list has other sources, so that one step cannot take the place of the variable.
fn is_written_elsewhere(append: Action<'_>, variable: &str) -> bool {
    let others = append.flow().actions().filter(|step| *step != append);
    let mut written = others.filter_map(Action::variable_written);
    written.any(|(name, _)| name.eq_ignore_ascii_case(variable))
}
