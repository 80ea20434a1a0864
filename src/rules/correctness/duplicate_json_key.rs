//! Flags a key that stands twice in one JSON object: whoever reads the file keeps one of the two.

use crate::model::Flow;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Key, Spot, Value};
use std::borrow::Cow;
use std::collections::HashMap;

pub(crate) static RULE: DuplicateJsonKey = DuplicateJsonKey;
pub(crate) struct DuplicateJsonKey;

impl Rule for DuplicateJsonKey {
    fn meta(&self) -> &'static RuleMeta {
        &cards::DUPLICATE_JSON_KEY
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for (_, value) in flow.envelope.descendants() {
            if value.may_repeat_keys() {
                check_object(value, sink);
            }
        }
    }
}

/// Objects are small: comparing each key with those before it beats a hash map until there are many.
const SMALL: usize = 16;

fn check_object(object: Value<'_>, sink: &mut Sink<'_, Spot>) {
    let mut few: [Option<Key<'_>>; SMALL] = [None; SMALL];
    let mut many: HashMap<Cow<'_, str>, Key<'_>> = HashMap::new();
    for (count, entry) in object.entries().enumerate() {
        let earlier = if count < SMALL {
            let earlier = few[..count].iter().flatten().find(|key| key.has_same_name(entry.key)).copied();
            few[count] = Some(entry.key);
            earlier
        } else {
            if many.is_empty() {
                many.extend(few.iter().flatten().map(|key| (key.name(), *key)));
            }
            many.insert(entry.key.name(), entry.key)
        };
        if let Some(earlier) = earlier {
            let name = entry.key.name();
            sink.at(entry.key.spot(), format!("`{name}` stands twice in this object; only the last one counts"))
                .help("keep one of the two, and move what the other holds into it")
                .related(earlier.spot(), "this one is ignored");
        }
    }
}
