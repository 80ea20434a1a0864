//! Flags flows that change what their own trigger watches: one finding for a flow, with the steps as its places.

use crate::facts::Changes;
use crate::model::{Action, Change, Trigger, Watch};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: SelfTriggeringFlow = SelfTriggeringFlow;
pub(crate) struct SelfTriggeringFlow;

impl Rule for SelfTriggeringFlow {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SELF_TRIGGERING_FLOW
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(watch) = trigger.watch() else { return };
        let started = |action: Action<'_>| {
            let change = action.change().filter(|change| watch.is_started_by(change, true))?;
            Some((action.name_spot(), change))
        };
        let mut steps = trigger.flow().actions().filter_map(started);
        let Some((first, change)) = steps.next() else { return };
        let draft = sink.at(first, message(&watch, &change));
        draft.help(watch.service.instead).kind("starts itself");
        for (step, _) in steps {
            draft.also_at(step);
        }
        draft.related(trigger.name_spot(), "the trigger that it starts");
    }
}

fn message(watch: &Watch, change: &Change) -> String {
    let (item, place) = (watch.service.item, watch.service.place);
    let named = watch.name().map(|name| format!("the {place} `{name}`")).unwrap_or_else(|| format!("the {place}"));
    let columns: Vec<String> = watch.touched(change).map(|column| format!("`{column}`")).collect();
    let does = match watch.met(change) {
        Changes::CREATE => format!("adds {} to {named}", a(item)),
        Changes::DELETE => format!("deletes {} of {named}", a(item)),
        Changes::RUN => format!("performs {named}"),
        _ if columns.is_empty() => format!("changes {} of {named}", a(item)),
        _ => format!("changes {} of {named}", columns.join(" and ")),
    };
    format!("this step {does}, which the flow's own trigger watches, so that the flow starts itself again")
}

fn a(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}
