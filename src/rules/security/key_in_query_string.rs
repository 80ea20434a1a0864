//! Flags keys and tokens that are sent in the query of a URL.

use crate::facts::{CredentialKind, credential_name, secret_formats};
use crate::model::{Action, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};
use std::ops::Range;

pub(crate) static RULE: KeyInQueryString = KeyInQueryString;
pub(crate) struct KeyInQueryString;

impl Rule for KeyInQueryString {
    fn meta(&self) -> &'static RuleMeta {
        &cards::KEY_IN_QUERY_STRING
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        trigger.http_requests().for_each(|request| check(request, sink));
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        action.http_requests().for_each(|request| check(request, sink));
    }
}

fn check(request: Value<'_>, sink: &mut Sink<'_, Spot>) {
    for entry in request.get("queries").into_iter().flat_map(Value::entries) {
        let name = entry.key.name();
        if entry.value.as_str().is_some_and(|value| is_computed(&value) && carries_key(&name, &value)) {
            report(entry.key.spot(), &name, sink);
        }
    }
    let Some(uri) = request.get("uri") else { return };
    let Some(text) = uri.as_str() else { return };
    for (name, value) in pairs(&text) {
        if is_computed(&text[value.clone()]) && carries_key(&text[name.clone()], &text[value]) {
            report(uri.part(name.clone()), &text[name], sink);
        }
    }
}

fn report(spot: Spot, name: &str, sink: &mut Sink<'_, Spot>) {
    sink.at(spot, format!("the query parameter `{name}` carries a key, which logs and proxies keep with the URL"))
        .kind(format!("query {name}"))
        .help("send it in a header, if the service takes it there, and turn on Secure inputs for this step");
}

/// The names and values of `?name=value&…`, also where the URL is put together by an expression.
fn pairs(text: &str) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let starts = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'?' | b'&')).map(|(at, _)| at + 1);
    starts.filter_map(move |start| {
        let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let length = text.as_bytes()[start..].iter().take_while(|byte| fits(byte)).count();
        let equals = start + length;
        let value = text[equals..].strip_prefix('=').filter(|_| length > 0)?;
        let end = value.find('&').unwrap_or(value.len());
        Some((start..equals, equals + 1..equals + 1 + end))
    })
}

/// Literal keys are findings of `hardcoded-secret`.
fn is_computed(value: &str) -> bool {
    value.contains("@{") || value.starts_with(['@', '\''])
}

fn carries_key(name: &str, value: &str) -> bool {
    match credential_name(name) {
        // A signed URL has no other place for its signature.
        Some(CredentialKind::Signature) => false,
        Some(_) => true,
        // `code` and `key` mean many things: what is read has to be called a credential.
        None => secret_formats().is_query_key(name) && names_in(value).any(|name| credential_name(name).is_some()),
    }
}

/// The literals of an expression: names of variables, parameters and properties.
fn names_in(value: &str) -> impl Iterator<Item = &str> {
    value.split('\'').skip(1).step_by(2)
}
