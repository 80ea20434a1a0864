//! Flags flows with triggers and steps that have no note.

use crate::model::Flow;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: MissingStepNote = MissingStepNote;
pub(crate) struct MissingStepNote;

impl Rule for MissingStepNote {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISSING_STEP_NOTE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let triggers = flow.triggers().map(|trigger| (trigger.value(), trigger.name_spot()));
        let actions = flow.actions().map(|action| (action.value(), action.name_spot()));
        let mut bare = triggers.chain(actions).filter(|(step, _)| !has_note(*step)).map(|(_, spot)| spot);
        let Some(first) = bare.next() else { return };
        let rest: Vec<Spot> = bare.collect();
        let message = match rest.len() {
            0 => "one step has no note".to_owned(),
            more => format!("{} steps have no note", more + 1),
        };
        let draft = sink.at(first, message);
        draft.about_flow().help("choose Add a note in the menu of each step, and say why the step is there");
        for spot in rest {
            draft.also_at(spot);
        }
    }
}

/// Whether it has a note; one that cannot be read as text is unknown.
fn has_note(step: Value<'_>) -> bool {
    step.get("description").is_some_and(|note| note.as_str().is_none_or(|text| !text.trim().is_empty()))
}
