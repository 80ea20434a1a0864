//! Notes queries that ask again for what an earlier step has read already.

use crate::model::{Action, ActionKind, Effect, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;
use std::collections::HashMap;

pub(crate) static RULE: RepeatedQuery = RepeatedQuery;
pub(crate) struct RepeatedQuery;

impl Rule for RepeatedQuery {
    fn meta(&self) -> &'static RuleMeta {
        &cards::REPEATED_QUERY
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let mut asked: HashMap<(Option<&str>, String), Action<'_>> = HashMap::new();
        let mut reads: Vec<Action<'_>> = flow.actions().filter(|action| action.effect() == Effect::Read).collect();
        if reads.len() < 2 {
            return;
        }
        reads.sort_by_key(|action| action.rank());
        for query in reads {
            let Some(inputs) = query.inputs() else { continue };
            let key = (query.connector(), without_layout(inputs.text()));
            let Some(&first) = asked.get(&key) else {
                asked.insert(key, query);
                continue;
            };
            if !is_still_known(first, query) {
                asked.insert(key, query);
                continue;
            }
            let (name, first_name) = (query.display_name(), first.display_name());
            sink.at(query.name_spot(), format!("`{name}` asks for the same as `{first_name}` before it"))
                .help(format!("use the result of `{first_name}` and delete `{name}`"))
                .related(first.name_spot(), "asked here first");
        }
    }
}

/// Whether the first is sure to have run and nothing that it depends on, or that it reads, can be another since.
fn is_still_known(first: Action<'_>, query: Action<'_>) -> bool {
    if !first.is_followed_by(query) || first.loops().any(|around| !query.loops().any(|own| own == around)) {
        return false;
    }
    // What lies in a loop of its own is another question: the same in every round, or not.
    if query.loops().count() != first.loops().count() || query.reads_changing_values() {
        return false;
    }
    let is_between = |step: Action<'_>| step.rank() > first.rank() && step.rank() < query.rank();
    !query.flow().actions().any(|step| {
        is_between(step)
            && (step.may_change_result_of(query) || matches!(step.kind(), ActionKind::Wait | ActionKind::Until))
    })
}

/// JSON without the blanks between its parts, which depend on how deep it stands.
fn without_layout(json: &str) -> String {
    let (mut in_string, mut is_escaped) = (false, false);
    let mut is_kept = |c: &char| {
        match c {
            '"' if !is_escaped => in_string = !in_string,
            _ => {}
        }
        is_escaped = *c == '\\' && !is_escaped;
        in_string || !c.is_ascii_whitespace()
    };
    json.chars().filter(|c| is_kept(c)).collect()
}
