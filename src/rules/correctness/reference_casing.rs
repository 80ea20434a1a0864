//! Flags names that are found only because the platform ignores letter case.

use crate::facts::Named;
use crate::model::{Action, Expression};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: ReferenceCasing = ReferenceCasing;
pub(crate) struct ReferenceCasing;

impl Rule for ReferenceCasing {
    fn meta(&self) -> &'static RuleMeta {
        &cards::REFERENCE_CASING
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for reference in expression.references() {
            let flow = expression.flow();
            let written = reference.name.as_ref();
            let known = match reference.named {
                Named::Variable => reference.variable().map(|variable| variable.name),
                Named::Parameter => {
                    let mut names = flow.parameters.iter().map(|parameter| parameter.name.as_ref());
                    let is_exact = names.clone().any(|name| name == written);
                    names.find(|name| !is_exact && name.eq_ignore_ascii_case(written))
                }
                _ => reference.action().map(Action::name),
            };
            if let Some(name) = known.filter(|name| *name != written) {
                report(written, name, expression.spot(reference.range), sink);
            }
        }
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for edge in action.run_after() {
            let written = edge.name.as_ref();
            let mut named = action.predecessors().map(Action::name).filter(|name| name.eq_ignore_ascii_case(written));
            if let Some(name) = named.next().filter(|name| *name != written) {
                report(written, name, edge.entry.key.spot(), sink);
            }
        }
        if let Some((written, value)) = action.variable_written()
            && let Some(variable) = action.flow().variables_named(&written).next()
            && variable.name != written
        {
            report(&written, variable.name, value.spot(), sink);
        }
    }
}

fn report(written: &str, name: &str, place: Spot, sink: &mut Sink<'_, Spot>) {
    sink.at(place, format!("`{written}` is called `{name}` where it is defined"))
        .help(format!("write it as `{name}`, or choose it again from the dynamic content"));
}
