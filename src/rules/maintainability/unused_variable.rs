//! Flags variables that nothing reads.

use crate::model::{Action, Flow, is_same_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

/// As many changes are shown beside a finding.
const SHOWN: usize = 5;

pub(crate) static RULE: UnusedVariable = UnusedVariable;
pub(crate) struct UnusedVariable;

impl Rule for UnusedVariable {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNUSED_VARIABLE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let unread = flow.unread_variables();
        if unread.is_empty() {
            return;
        }
        let writes: Vec<_> = flow.actions().filter_map(|action| Some((action, action.variable_written()?.0))).collect();
        for variable in unread {
            let own = writes.iter().filter(|(_, name)| is_same_name(name, variable.name));
            let changes: Vec<Action<'_>> = own.map(|&(action, _)| action).collect();
            if changes.is_empty() && variable.takes_app_input() {
                continue;
            }
            let name = variable.name;
            let (case, message, help) = match changes.as_slice() {
                [] => (
                    "left-over",
                    format!("no step uses the variable `{name}`"),
                    "delete the step that initializes it, or use the variable where it was meant to be used".to_owned(),
                ),
                [change] => (
                    "changed",
                    format!("`{}` changes the variable `{name}`, but no step uses it", change.display_name()),
                    format!("insert `{name}` where its value is wanted, or delete it and the step that changes it"),
                ),
                _ => (
                    "changed",
                    format!("{} steps change the variable `{name}`, but no step uses it", changes.len()),
                    format!("insert `{name}` where its value is wanted, or delete it and the steps that change it"),
                ),
            };
            let draft = sink.at(variable.name_value.spot(), message).help(help).case(case);
            for action in changes.iter().take(SHOWN) {
                draft.related(action.name_spot(), "changed here");
            }
        }
    }
}
