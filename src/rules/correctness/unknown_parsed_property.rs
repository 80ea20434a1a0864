//! Flags properties of what Parse JSON read that are not in its schema.

use crate::model::{Expression, Origin};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest;
use crate::syntax::Spot;

pub(crate) static RULE: UnknownParsedProperty = UnknownParsedProperty;
pub(crate) struct UnknownParsedProperty;

impl Rule for UnknownParsedProperty {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNKNOWN_PARSED_PROPERTY
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for missing in expression.missing_properties(Origin::ParseJson) {
            let name = missing.name.as_ref();
            // What services write about the data beside it.
            if name.starts_with('@') {
                continue;
            }
            let step = expression.flow().action_at(missing.properties.spot());
            let step = step.map_or_else(|| "Parse JSON".to_owned(), |step| step.display_name());
            let known: Vec<_> = missing.properties.entries().map(|entry| entry.key.name()).collect();
            let (case, help) = match suggest::closest(name, known.iter().map(AsRef::as_ref)) {
                Some(near) => ("misspelt", format!("did you mean `{near}`?")),
                None => ("not-in-schema", format!("add it to the schema of `{step}`, best by a sample that has it")),
            };
            sink.at(
                expression.spot(missing.hop.range()),
                format!("the schema of `{step}` has no property `{name}` there"),
            )
            .case(case)
            .help(help)
            .related(missing.properties.spot(), "the properties of the schema");
        }
    }
}
