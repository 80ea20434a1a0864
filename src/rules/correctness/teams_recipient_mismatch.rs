//! Flags Teams posts whose recipient does not fit the place that they name.

use crate::expr;
use crate::facts;
use crate::model::Action;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Kind, Spot, Value};
use std::borrow::Cow;

pub(crate) static RULE: TeamsRecipientMismatch = TeamsRecipientMismatch;
pub(crate) struct TeamsRecipientMismatch;

impl Rule for TeamsRecipientMismatch {
    fn meta(&self) -> &'static RuleMeta {
        &cards::TEAMS_RECIPIENT_MISMATCH
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(operation) = action.operation() else { return };
        let (Some(connector), Some(id)) = (operation.connector, operation.id) else { return };
        if !facts::posts_in_teams(connector, id) {
            return;
        }
        let Some(parameters) = action.inputs().and_then(|inputs| inputs.get("parameters")) else { return };
        let Some((location, at)) = literal(parameters, "location") else { return };
        let Some(place) = facts::teams_location(&location) else { return };
        let name = action.display_name();
        if let Some((poster, at)) = literal(parameters, "poster")
            && place.not_as.iter().any(|unfit| unfit.eq_ignore_ascii_case(&poster))
        {
            sink.at(at, format!("`{name}` posts as `{poster}` in `{location}`, which Teams does not offer"))
                .help("choose Flow bot under Post as, or another place under Post in")
                .kind("poster");
        }
        let Some(given) = recipient(parameters) else { return };
        let is_given = |field: &&str| given.iter().any(|known| known.eq_ignore_ascii_case(field));
        let fits = place.fields.iter().all(is_given) && (place.either.is_empty() || place.either.iter().any(is_given));
        if !fits {
            sink.at(at, format!("`{name}` posts in `{location}`, but its recipient does not name {}", place.what))
                .help("choose the place under Post in again and fill in the recipient that the step then asks for")
                .kind("recipient");
        }
    }
}

fn literal<'d>(parameters: Value<'d>, key: &str) -> Option<(Cow<'d, str>, Spot)> {
    let value = parameters.get(key)?;
    let text = value.as_str()?;
    (!expr::is_template(&text)).then(|| (text, value.spot()))
}

/// The keys below the recipient that have a value, `.` standing for a recipient that is text; nothing where an expression
/// gives all parameters of the body.
fn recipient(parameters: Value<'_>) -> Option<Vec<String>> {
    let mut given = Vec::new();
    for entry in parameters.entries() {
        let key = entry.key.name();
        let is_filled = match entry.value.kind() {
            Kind::Null => false,
            Kind::String => entry.value.as_str().is_some_and(|text| !text.trim().is_empty()),
            _ => true,
        };
        if !is_filled {
            continue;
        }
        match key.rsplit_once('/') {
            None if key.eq_ignore_ascii_case("body") => return None,
            Some((_, last)) if last.eq_ignore_ascii_case("recipient") => {
                if entry.value.is_object() {
                    given.extend(entry.value.entries().map(|field| field.key.name().into_owned()));
                } else {
                    given.push(".".to_owned());
                }
            }
            Some((front, last)) if front.to_ascii_lowercase().ends_with("/recipient") => given.push(last.to_owned()),
            _ => {}
        }
    }
    Some(given)
}
