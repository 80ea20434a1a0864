//! Flags files attached to a mail without a name or without content.

use crate::facts;
use crate::model::Action;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Kind, Spot, Value};

pub(crate) static RULE: AttachmentWithoutContent = AttachmentWithoutContent;
pub(crate) struct AttachmentWithoutContent;

impl Rule for AttachmentWithoutContent {
    fn meta(&self) -> &'static RuleMeta {
        &cards::ATTACHMENT_WITHOUT_CONTENT
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(operation) = action.operation() else { return };
        let (Some(connector), Some(id)) = (operation.connector, operation.id) else { return };
        let Some(sender) = facts::attachment_sender(connector, id) else { return };
        let Some(inputs) = action.inputs() else { return };
        // `parameters` in today's form, where the message may be an object of its own; `body` in the older form.
        let holders = ["parameters", "body"].into_iter().filter_map(|key| inputs.get(key));
        let parameters = holders.flat_map(Value::entries).flat_map(|entry| {
            let nested = entry.value.entries();
            std::iter::once(entry).chain(nested)
        });
        for list in parameters {
            let key = list.key.name();
            if !key.rsplit('/').next().unwrap_or(&key).eq_ignore_ascii_case(sender.list) {
                continue;
            }
            for (index, file) in list.value.items().enumerate().filter(|(_, file)| file.is_object()) {
                let lacking = match (is_filled(file.get(sender.name)), is_filled(file.get(sender.content))) {
                    (true, true) => continue,
                    (true, false) => "content",
                    (false, true) => "name",
                    (false, false) => "name and no content",
                };
                let message = format!("attachment {} of `{}` has no {lacking}", index + 1, action.display_name());
                sink.at(file.spot(), message)
                    .help("fill in both the name and the content of the attachment, or delete it from the step");
            }
        }
    }
}

fn is_filled(value: Option<Value<'_>>) -> bool {
    value.is_some_and(|value| match value.kind() {
        Kind::Null => false,
        Kind::String => value.as_str().is_some_and(|text| !text.trim().is_empty()),
        _ => true,
    })
}
