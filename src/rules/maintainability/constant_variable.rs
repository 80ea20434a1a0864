//! Flags variables that keep the value that they are initialized with.

use crate::model::{Flow, is_same_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: ConstantVariable = ConstantVariable;
pub(crate) struct ConstantVariable;

impl Rule for ConstantVariable {
    fn meta(&self) -> &'static RuleMeta {
        &cards::CONSTANT_VARIABLE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let unchanged = flow.unchanged_variables();
        if unchanged.is_empty() {
            return;
        }
        // What nothing reads at all is the matter of another rule.
        let unread = flow.unread_variables();
        for variable in unchanged {
            if unread.iter().any(|other| is_same_name(other.name, variable.name)) {
                continue;
            }
            let name = variable.name;
            sink.at(
                variable.name_value.spot(),
                format!("no step changes the variable `{name}` after it is initialized"),
            )
            .help("hold the value in a Compose step, or in an environment variable if it differs between environments");
        }
    }
}
