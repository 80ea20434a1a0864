//! Flags parameters of the definition that nothing reads.

use crate::facts::Named;
use crate::model::{Flow, Parameter};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};
use std::collections::HashSet;

pub(crate) static RULE: UnusedParameter = UnusedParameter;
pub(crate) struct UnusedParameter;

impl Rule for UnusedParameter {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNUSED_PARAMETER
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        // The platform itself declares and fills in `$connections` and `$authentication`.
        let mut unread: Vec<&Parameter<'_>> =
            flow.parameters.iter().filter(|parameter| !parameter.name.starts_with('$')).collect();
        if unread.is_empty() {
            return;
        }
        let references = flow.expressions().flat_map(|expression| expression.references());
        let parameters = references.filter(|reference| reference.named == Named::Parameter);
        let read: HashSet<String> = parameters.map(|reference| reference.name.to_lowercase()).collect();
        unread.retain(|parameter| !read.contains(&parameter.name.to_lowercase()));
        if unread.is_empty() || reads_by_expression(flow) {
            return;
        }
        retain_unmentioned(&mut unread, flow.definition);
        for parameter in unread {
            sink.at(parameter.entry.key.spot(), format!("no step reads the parameter `{}`", parameter.name))
                .help("use it where its value is typed in by hand, or remove it from the flow");
        }
    }
}

/// Whether an expression decides which parameter is read.
fn reads_by_expression(flow: &Flow<'_>) -> bool {
    let mut calls = flow.expressions().flat_map(|expression| expression.calls());
    calls.any(|(call, function)| {
        function.is_some_and(|function| function.names == Some(Named::Parameter))
            && call.args().next().is_none_or(|name| name.as_str().is_none())
    })
}

/// Drops the parameters whose name stands in quotes somewhere, such as in an expression within text.
fn retain_unmentioned(unread: &mut Vec<&Parameter<'_>>, definition: Value<'_>) {
    let mut quoted: Vec<String> =
        unread.iter().map(|parameter| format!("'{}'", parameter.name.replace('\'', "''").to_lowercase())).collect();
    for entry in definition.entries().filter(|entry| !entry.key.is("parameters")) {
        for text in entry.value.strings_holding(b'\'') {
            let decoded = text.decoded().to_lowercase();
            for index in (0..quoted.len()).rev().filter(|&index| decoded.contains(&quoted[index])).collect::<Vec<_>>() {
                quoted.remove(index);
                unread.remove(index);
            }
        }
    }
}
