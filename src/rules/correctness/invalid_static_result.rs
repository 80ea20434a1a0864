//! Flags mock results that do not fit their step.

use crate::model::settings::{Setting, shown};
use crate::model::{Action, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: InvalidStaticResult = InvalidStaticResult;
pub(crate) struct InvalidStaticResult;

impl Rule for InvalidStaticResult {
    fn meta(&self) -> &'static RuleMeta {
        &cards::INVALID_STATIC_RESULT
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(configured) = action.value().at(&["runtimeConfiguration", "staticResult"]) else { return };
        let (flow, step) = (action.flow(), display_name(action.name()));
        if let Some(options) = configured.get("staticResultOptions")
            && let Setting::Literal(text) = flow.text_setting(options)
            && !["Enabled", "Disabled"].iter().any(|known| known.eq_ignore_ascii_case(&text))
        {
            sink.at(options.spot(), format!("the static result of `{step}` is {}, neither on nor off", shown(options)))
                .help("switch the static result on or off under Testing of the step");
        }
        let Some(name) = configured.get("name") else { return };
        let Some(text) = flow.literal_text(name) else { return };
        let results = flow.definition.get("staticResults");
        let Some(result) = results.and_then(|results| results.get(&text)) else {
            sink.at(
                name.spot(),
                format!("`{step}` has the static result {}, which the flow does not hold", shown(name)),
            )
            .help("set the static result again under Testing of the step, or remove it");
            return;
        };
        let Some(status) = result.get("status") else { return };
        let known = ["Succeeded", "Failed", "TimedOut", "Skipped"];
        if let Setting::Literal(text) = flow.text_setting(status)
            && !known.iter().any(|known| known.eq_ignore_ascii_case(&text))
        {
            sink.at(
                status.spot(),
                format!("the static result of `{step}` ends as {}, which no step does", shown(status)),
            )
            .help(format!("choose one of {} under Testing of the step", known.join(", ")));
        }
    }
}
