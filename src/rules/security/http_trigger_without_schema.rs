//! Flags HTTP triggers that take a body without saying what it has to look like.

use crate::expr::Call;
use crate::model::{Trigger, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: HttpTriggerWithoutSchema = HttpTriggerWithoutSchema;
pub(crate) struct HttpTriggerWithoutSchema;

impl Rule for HttpTriggerWithoutSchema {
    fn meta(&self) -> &'static RuleMeta {
        &cards::HTTP_TRIGGER_WITHOUT_SCHEMA
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !trigger.is_http_request() {
            return;
        }
        let inputs = trigger.inputs();
        let schema = inputs.and_then(|inputs| inputs.get("schema"));
        let is_given = schema.is_some_and(|schema| !schema.is_object() || schema.entries().next().is_some());
        let has_no_body = inputs.and_then(|inputs| inputs.get("method")).is_some_and(|method| method.is_str("GET"));
        if is_given || has_no_body || !reads_body(trigger) {
            return;
        }
        let name = display_name(trigger.name());
        sink.at(trigger.name_spot(), format!("`{name}` takes a body and has no schema for it"))
            .help("choose `Use sample payload to generate schema` in the trigger, and turn on `Schema validation` in its settings");
    }
}

/// Whether any step asks for the trigger's body. A flow that never reads it need not describe it.
fn reads_body(trigger: Trigger<'_>) -> bool {
    let flow = trigger.flow();
    let reads = |call: Call<'_>| ["triggerBody", "triggerOutputs", "trigger"].iter().any(|name| call.is(name));
    flow.expressions().any(|expression| expression.template().calls().any(reads))
}
