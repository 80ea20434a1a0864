//! Flags variables that more than one step initializes.

use crate::expr;
use crate::model::{Flow, Variable};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;
use std::collections::HashMap;

pub(crate) static RULE: VariableInitializedTwice = VariableInitializedTwice;
pub(crate) struct VariableInitializedTwice;

impl Rule for VariableInitializedTwice {
    fn meta(&self) -> &'static RuleMeta {
        &cards::VARIABLE_INITIALIZED_TWICE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let mut seen: HashMap<String, Variable<'_>> = HashMap::new();
        for variable in flow.variables().filter(|variable| !expr::is_template(variable.name)) {
            let Some(first) = seen.get(&variable.name.to_lowercase()) else {
                seen.insert(variable.name.to_lowercase(), variable);
                continue;
            };
            let message = format!("the variable `{}` is initialized a second time", variable.name);
            sink.at(variable.name_value.spot(), message)
                .help("use Set variable for this step, or give the second variable a name of its own")
                .related(first.name_value.spot(), "initialized here first");
        }
    }
}
