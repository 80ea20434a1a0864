//! Flags statuses in `runAfter` that the platform does not know.

use crate::facts;
use crate::model::{Action, RunAfter, Status, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest;
use crate::syntax::{Kind, Spot, Value};

pub(crate) static RULE: InvalidRunAfterStatus = InvalidRunAfterStatus;
pub(crate) struct InvalidRunAfterStatus;

const STATUSES: [Status; 4] = [Status::Succeeded, Status::Failed, Status::Skipped, Status::TimedOut];

impl Rule for InvalidRunAfterStatus {
    fn meta(&self) -> &'static RuleMeta {
        &cards::INVALID_RUN_AFTER_STATUS
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for edge in action.run_after().iter().filter(|edge| !edge.is_plain()) {
            check(action, edge, sink);
        }
    }
}

fn check(action: Action<'_>, edge: &RunAfter<'_>, sink: &mut Sink<'_, Spot>) {
    let (own, other) = (action.display_name(), display_name(&edge.name));
    let statuses = edge.entry.value;
    if statuses.kind() != Kind::Array {
        if !is_filled_in_later(statuses) {
            sink.at(statuses.spot(), format!("how `{other}` must end before `{own}` runs is not a list of statuses"))
                .case("unknown")
                .help("write it as a list: `[\"Succeeded\"]`");
        }
        return;
    }
    if statuses.items().next().is_none() {
        sink.at(statuses.spot(), format!("`{own}` waits for `{other}` and accepts no way in which it can end"))
            .case("no-status")
            .help("tick at least one box under `Configure run after`; `is successful` is the usual one");
        return;
    }
    for item in statuses.items() {
        let word = item.as_str();
        if word.as_deref().is_some_and(|word| Status::from_json(word).is_some()) || is_filled_in_later(item) {
            continue;
        }
        let shown = word.as_deref().unwrap_or_else(|| item.text());
        let near = suggest::closest(shown, STATUSES.map(Status::name));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use `Succeeded`, `Failed`, `Skipped` or `TimedOut`".to_owned(),
        };
        if facts::keys().other_statuses.iter().any(|known| known.eq_ignore_ascii_case(shown)) {
            let message =
                format!("`{own}` waits for `{other}` to end as `{shown}`, which a step is not documented to do");
            sink.at(item.spot(), message)
                .case("undocumented")
                .help("use `Succeeded`, `Failed`, `Skipped` or `TimedOut`");
            continue;
        }
        let message = format!("`{own}` waits for `{other}` to end as `{}`, which is no status", shortened(shown));
        sink.at(item.spot(), message).case("unknown").help(help);
    }
}

/// An expression, or a function of a deployment template, stands for a word that is not known here.
fn is_filled_in_later(value: Value<'_>) -> bool {
    value.as_str().is_some_and(|text| text.starts_with(['@', '[']))
}

fn shortened(text: &str) -> String {
    const SHOWN: usize = 30;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
