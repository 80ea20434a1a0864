//! Flags words in `operationOptions` that nothing, or not this step, honours.

use crate::facts::{self, OperationOption};
use crate::model::settings::{Setting, listed_names, shown};
use crate::model::{Action, Flow, Trigger, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest::closest;
use crate::syntax::{Spot, Value};

pub(crate) static RULE: UnknownOperationOption = UnknownOperationOption;
pub(crate) struct UnknownOperationOption;

impl Rule for UnknownOperationOption {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNKNOWN_OPERATION_OPTION
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(options) = trigger.value().get("operationOptions") else { return };
        let Some(_) = trigger.type_facts() else { return };
        // Documentation names the triggers of an option only roughly ("all triggers").
        check(options, trigger.name(), trigger.flow(), |option| !option.triggers.is_empty(), sink);
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(options) = action.value().get("operationOptions") else { return };
        let Some(known) = action.type_facts() else { return };
        let honours = |option: &OperationOption| {
            known.operation_options.contains(&option.name) || (known.retry_policy && option.is_for_calls())
        };
        check(options, action.name(), action.flow(), honours, sink);
    }
}

fn check<'m>(
    options: Value<'m>,
    step: &str,
    flow: &Flow<'m>,
    honours: impl Fn(&OperationOption) -> bool,
    sink: &mut Sink<'_, Spot>,
) {
    let text = match flow.text_setting(options) {
        Setting::Literal(text) => text,
        Setting::Unknown => return,
        Setting::Wrong => {
            sink.at(options.spot(), format!("`operationOptions` is {}, not a text", shown(options)))
                .help("write the options as one text, parted by commas");
            return;
        }
    };
    for (start, name) in listed_names(&text) {
        let spot = options.part(start..start + name.len());
        match facts::operation_option(name) {
            None => {
                let known = facts::operation_options().iter().map(|option| option.name);
                let help = match closest(name, known) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => "take it out of `operationOptions`".to_owned(),
                };
                sink.at(spot, format!("the platform knows no option `{name}`")).kind(name).help(help);
            }
            Some(option) if !honours(option) => {
                sink.at(spot, format!("the option `{}` does nothing on `{}`", option.name, display_name(step)))
                    .kind(name)
                    .help(format!("take it out, or move it to where it works: {}", holders(option)));
            }
            Some(_) => {}
        }
    }
}

/// The steps that honour an option, by type.
fn holders(option: &OperationOption) -> String {
    let actions = option.actions.iter().map(|known| known.name.to_owned());
    let triggers = option.triggers.iter().map(|known| format!("{} trigger", known.name));
    let all: Vec<String> = actions.chain(triggers).take(4).collect();
    all.join(", ")
}
