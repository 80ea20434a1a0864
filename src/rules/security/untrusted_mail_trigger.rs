//! Flags triggers that start the flow for a mail from anybody.

use crate::model::{Trigger, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: UntrustedMailTrigger = UntrustedMailTrigger;
pub(crate) struct UntrustedMailTrigger;

impl Rule for UntrustedMailTrigger {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNTRUSTED_MAIL_TRIGGER
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(operation) = trigger.operation().and_then(|operation| operation.id) else { return };
        if !is_new_mail(operation) {
            return;
        }
        let from = trigger.inputs().and_then(|inputs| inputs.at(&["parameters", "from"]));
        let names_sender = from.is_some_and(|from| from.as_str().is_none_or(|text| !text.trim().is_empty()));
        // A condition may look at the sender, at the headers or at anything else: the maker has thought of it.
        let has_condition = trigger.value().get("conditions").is_some_and(|all| all.items().next().is_some());
        if names_sender || has_condition {
            return;
        }
        let name = display_name(trigger.name());
        sink.at(trigger.name_spot(), format!("a mail from anybody in the world starts this flow by `{name}`"))
            .help("fill in `From` of the trigger, or add a trigger condition on the sender");
    }
}

/// The triggers "When a new email arrives" of Outlook and Gmail, shared mailboxes included.
fn is_new_mail(operation: &str) -> bool {
    ["OnNewEmail", "SharedMailboxOnNewEmail"]
        .iter()
        .any(|start| operation.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}
