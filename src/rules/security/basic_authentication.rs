//! Flags requests that sign in with a user name and a password.

use crate::model::{Action, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: BasicAuthentication = BasicAuthentication;
pub(crate) struct BasicAuthentication;

impl Rule for BasicAuthentication {
    fn meta(&self) -> &'static RuleMeta {
        &cards::BASIC_AUTHENTICATION
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        trigger.http_requests().for_each(|request| check(request, sink));
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        action.http_requests().for_each(|request| check(request, sink));
    }
}

fn check(request: Value<'_>, sink: &mut Sink<'_, Spot>) {
    let kind = request.at(&["authentication", "type"]).filter(|kind| kind.is_str("Basic"));
    let raw = request.at(&["authentication", "value"]).filter(|value| is_basic(*value));
    let header = request.at(&["headers", "Authorization"]).filter(|value| is_basic(*value));
    let Some(found) = kind.or(raw).or(header) else { return };
    sink.at(found.spot(), "this request signs in with a user name and a password")
        .kind("basic")
        .help("use a managed identity, a service principal or OAuth, if the service offers it");
}

/// `Basic …`, or an expression whose first text is that.
fn is_basic(value: Value<'_>) -> bool {
    const SCHEME: &str = "basic ";
    let Some(text) = value.as_str() else { return false };
    let start = if text.starts_with("@concat(") { text.find('\'').map_or(0, |quote| quote + 1) } else { 0 };
    text[start..].trim_start().get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}
