//! Flags flows whose connector calls go through a connection itself, not through a solution's connection reference.

use crate::facts;
use crate::model::{ConnectionReference, Flow, Shell};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: MissingConnectionReference = MissingConnectionReference;
pub(crate) struct MissingConnectionReference;

impl Rule for MissingConnectionReference {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISSING_CONNECTION_REFERENCE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let bare = flow.connection_references.iter().filter(|reference| reference.logical_name.is_none());
        if flow.is_solution_flow() {
            for reference in bare {
                report_solution_flow(flow, reference, sink);
            }
        } else if flow.shell == Shell::Resource {
            // A flow outside solutions has connections by nature: worth a line, not one for each.
            report_other_flow(bare.collect(), sink);
        }
    }
}

fn report_solution_flow(flow: &Flow<'_>, reference: &ConnectionReference<'_>, sink: &mut Sink<'_, Spot>) {
    let title = title(reference);
    let draft = sink.at(
        reference.entry.key.spot(),
        format!("the connection `{}` to {title} is not bound to a connection reference of the solution", reference.key),
    );
    draft.case("solution-flow").kind(format!("connection {}", reference.key.to_lowercase())).help(
        "in the solution, add a connection reference for this connector and choose it in the steps that use the connection",
    );
    let uses = |key: &str| key.eq_ignore_ascii_case(&reference.key);
    let user = flow.actions().find(|action| {
        action.operation().and_then(|operation| operation.connection_key).is_some_and(|(key, _)| uses(key))
    });
    if let Some(action) = user {
        draft.related(action.name_spot(), "a step that uses it");
    }
}

fn report_other_flow(connections: Vec<&ConnectionReference<'_>>, sink: &mut Sink<'_, Spot>) {
    let Some((first, rest)) = connections.split_first() else { return };
    let message = match rest.len() {
        0 => {
            "this flow names its connection itself, so it must be chosen anew wherever the flow is imported".to_owned()
        }
        others => format!(
            "this flow names its {} connections itself, so they must be chosen anew wherever the flow is imported",
            others + 1
        ),
    };
    let draft = sink.at(first.entry.key.spot(), message);
    draft
        .case("other-flow")
        .about_flow()
        .help("add the flow to a solution, so that connection references take the place of its connections");
    for reference in rest {
        draft.also_at(reference.entry.key.spot());
    }
}

fn title(reference: &ConnectionReference<'_>) -> String {
    match &reference.connector {
        Some(connector) => facts::connector_title(connector).into_owned(),
        None => "an unknown connector".to_owned(),
    }
}
