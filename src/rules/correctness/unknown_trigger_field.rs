//! Flags fields of the trigger that its own schema does not have.

use crate::model::{Expression, Origin};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest;
use crate::syntax::Spot;

pub(crate) static RULE: UnknownTriggerField = UnknownTriggerField;
pub(crate) struct UnknownTriggerField;

/// What the platform puts in beside the fields of the schema: who pressed the button, when and where.
const BESIDE: [&str; 3] = ["headers", "key-button-", "x-ms-"];

impl Rule for UnknownTriggerField {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNKNOWN_TRIGGER_FIELD
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for missing in expression.missing_properties(Origin::Trigger) {
            let name = missing.name.as_ref();
            let starts = |start: &&str| name.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start));
            if BESIDE.iter().any(starts) {
                continue;
            }
            let known: Vec<_> = missing.properties.entries().map(|entry| entry.key.name()).collect();
            let titled = missing.properties.entries().find(|entry| {
                let title = entry.value.get("title").and_then(|title| title.as_str());
                title.is_some_and(|title| title.to_lowercase() == name.to_lowercase())
            });
            // The designer numbers its names, so that a like number is no likely name.
            let kin = |name: &str| name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_').len();
            let is_kin = |near: &&str| near.get(..kin(near)) == name.get(..kin(name));
            let near = suggest::closest(name, known.iter().map(AsRef::as_ref)).filter(|near| !is_kin(near));
            let help = match (titled, near) {
                (Some(titled), _) => format!("the input `{name}` is called `{}` in expressions", titled.key.name()),
                (None, Some(near)) => format!("did you mean `{near}`?"),
                (None, None) => "choose the field anew, or add it to the inputs of the trigger".to_owned(),
            };
            sink.at(expression.spot(missing.hop.range()), format!("the trigger has no field `{name}`"))
                .help(help)
                .related(missing.properties.spot(), "its fields");
        }
    }
}
