//! Flags requests that go over HTTP without TLS.

use crate::model::{Action, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: PlainHttp = PlainHttp;
pub(crate) struct PlainHttp;

impl Rule for PlainHttp {
    fn meta(&self) -> &'static RuleMeta {
        &cards::PLAIN_HTTP
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        trigger.http_requests().for_each(|request| check(request.get("uri"), sink));
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        action.http_requests().for_each(|request| check(request.get("uri"), sink));
        if action.kind().is_connector_call() {
            // "HTTP with Microsoft Entra ID" takes whole URLs.
            check(action.parameter("request/url"), sink);
        }
    }
}

fn check(uri: Option<Value<'_>>, sink: &mut Sink<'_, Spot>) {
    let Some(uri) = uri else { return };
    let Some(text) = uri.as_str() else { return };
    let Some(start) = start(&text) else { return };
    let rest = &text[start + SCHEME.len()..];
    let host = rest.split(['/', '?', '#', '\'']).next().unwrap_or_default();
    if is_this_machine(host) {
        return;
    }
    let to = if host.is_empty() || host.contains('@') { String::new() } else { format!(" to `{host}`") };
    sink.at(uri.part(start..start + SCHEME.len()), format!("this request{to} goes over HTTP, readable on its way"))
        .help("begin the URL with `https://`; if the service does not offer it, reach it through a gateway that does");
}

const SCHEME: &str = "http://";

/// Where the scheme stands: at the start, or at the start of the first piece of `concat`.
fn start(text: &str) -> Option<usize> {
    let is_at = |at: usize| text.get(at..at + SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME));
    let blanks = text.len() - text.trim_start().len();
    let first_piece = || text.starts_with("@concat(").then(|| text.find('\'')).flatten().map(|quote| quote + 1);
    [Some(blanks), first_piece()].into_iter().flatten().find(|&at| is_at(at))
}

/// An address of the machine itself, left from a trial: the request leaves no machine.
fn is_this_machine(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"].iter().any(|own| name.eq_ignore_ascii_case(own))
}
