//! Flags expressions that read an action which cannot have ended by then.

use crate::facts::Named;
use crate::model::{Action, Expression, Step, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: ActionNotYetRun = ActionNotYetRun;
pub(crate) struct ActionNotYetRun;

impl Rule for ActionNotYetRun {
    fn meta(&self) -> &'static RuleMeta {
        &cards::ACTION_NOT_YET_RUN
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for reference in expression.references() {
            if !matches!(reference.named, Named::Action | Named::Container) {
                continue;
            }
            let Some(action) = reference.action() else { continue };
            // `result()` within its own container has a rule of its own.
            let is_own_container =
                reference.named == Named::Container && expression.containers().any(|it| it == action);
            if is_own_container || expression.can_read(action) {
                continue;
            }
            let (message, help) = explain(expression, action);
            sink.at(expression.spot(reference.range), message)
                .help(help)
                .related(action.name_spot(), "the action that is read");
        }
    }
}

fn explain(expression: Expression<'_>, action: Action<'_>) -> (String, String) {
    let name = display_name(action.name());
    let Step::Action(reader) = expression.step() else {
        let help = "read the trigger's own data, or test the value in a condition after the step";
        return (format!("the trigger reads `{name}`, and no action has run before it"), help.to_owned());
    };
    if reader == action {
        let help = "read the step that has the value; a step cannot read itself".to_owned();
        return (format!("`{name}` reads its own result before it has one"), help);
    }
    if reader.ancestors().any(|container| container == action) {
        let help = format!("read a step inside `{name}`, or move this step behind it");
        return (format!("`{name}` is still running here: the step lies inside of it"), help);
    }
    if action.ancestors().any(|container| container == reader) {
        let help = format!("move `{name}` before `{}`", reader.display_name());
        return (format!("`{name}` has not run yet: it lies inside the step that reads it"), help);
    }
    let help = format!("let `{}` run after `{name}`, or move it below", reader.display_name());
    (format!("the step does not wait for `{name}`, which it reads"), help)
}
