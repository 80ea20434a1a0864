//! Flags HTTP calls whose method or address can never work.

use crate::model::settings::{Setting, holds_mark, is_absent, shown};
use crate::model::{Action, ActionKind, Flow, Trigger, TriggerKind, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest::closest;
use crate::syntax::{Spot, Value};

pub(crate) static RULE: InvalidHttpRequest = InvalidHttpRequest;
pub(crate) struct InvalidHttpRequest;

impl Rule for InvalidHttpRequest {
    fn meta(&self) -> &'static RuleMeta {
        &cards::INVALID_HTTP_REQUEST
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(inputs) = trigger.inputs() else { return };
        match trigger.kind() {
            TriggerKind::Http => call(inputs, trigger.name(), trigger.flow(), sink),
            TriggerKind::HttpWebhook => webhook(inputs, trigger.name(), trigger.flow(), sink),
            _ => {}
        }
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(inputs) = action.inputs() else { return };
        match action.kind() {
            ActionKind::Http => call(inputs, action.name(), action.flow(), sink),
            ActionKind::HttpWebhook => webhook(inputs, action.name(), action.flow(), sink),
            _ => {}
        }
    }
}

/// The methods that designers offer.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

fn webhook<'m>(inputs: Value<'m>, step: &str, flow: &Flow<'m>, sink: &mut Sink<'_, Spot>) {
    for key in ["subscribe", "unsubscribe"] {
        if let Some(inputs) = inputs.get(key) {
            call(inputs, step, flow, sink);
        }
    }
}

fn call<'m>(inputs: Value<'m>, step: &str, flow: &Flow<'m>, sink: &mut Sink<'_, Spot>) {
    if let Some(value) = inputs.get("method").filter(|value| !is_absent(Some(*value))) {
        method(value, step, flow, sink);
    }
    if let Some(value) = inputs.get("uri").filter(|value| !is_absent(Some(*value))) {
        uri(value, step, flow, sink);
    }
}

fn method<'m>(value: Value<'m>, step: &str, flow: &Flow<'m>, sink: &mut Sink<'_, Spot>) {
    let text = match flow.text_setting(value) {
        Setting::Literal(text) => text,
        Setting::Unknown => return,
        Setting::Wrong => value.text().into(),
    };
    let text = text.trim();
    let guess = closest(text, METHODS);
    if guess.is_some_and(|method| method.eq_ignore_ascii_case(text)) {
        return;
    }
    // Services have methods of their own (MERGE, PROPFIND), so that only what is misspelt or no word at all is wrong.
    let is_word = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    if is_word && guess.is_none() && !is_shuffled(text) {
        return;
    }
    let help = match guess {
        Some(method) => format!("did you mean `{method}`?"),
        None => format!("choose one of {}", METHODS.join(", ")),
    };
    let message = match text {
        "" => format!("`{}` has an empty method", display_name(step)),
        _ => format!("{} is no HTTP method", shown(value)),
    };
    sink.at(value.spot(), message).help(help);
}

/// Whether it has the letters of a common method in another order: `GTE` is too short to be alike.
fn is_shuffled(text: &str) -> bool {
    let letters = |word: &str| {
        let mut letters = word.to_ascii_uppercase().into_bytes();
        letters.sort_unstable();
        letters
    };
    text.len() < 8 && METHODS.iter().any(|method| letters(method) == letters(text))
}

fn uri<'m>(value: Value<'m>, step: &str, flow: &Flow<'m>, sink: &mut Sink<'_, Spot>) {
    let help = "enter the whole address, beginning with `https://`";
    let text = match value.as_str() {
        Some(text) => text,
        None => {
            sink.at(value.spot(), format!("the URI of `{}` is no text", display_name(step))).help(help);
            return;
        }
    };
    let Some(literal) = literal_start(&text, flow.literal_text(value).is_some()) else { return };
    if let Some(fault) = fault(literal, literal.len() == text.trim_start().len()) {
        sink.at(value.spot(), format!("the URI of `{}` {fault}", display_name(step))).help(help);
    }
}

/// What stands before the first expression, if anything does.
fn literal_start(text: &str, is_literal: bool) -> Option<&str> {
    let text = text.trim_start();
    if is_literal {
        return Some(text);
    }
    // Text with `@{…}` in it; else a whole expression, or something that a template or pipeline fills in.
    let (start, _) = text.split_once("@{")?;
    let is_plain = !start.is_empty() && !start.starts_with('[') && !start.contains('@') && !holds_mark(start);
    is_plain.then_some(start)
}

/// What is wrong with an address or, unless it is whole, with its beginning.
fn fault(text: &str, is_whole: bool) -> Option<String> {
    if text.trim().is_empty() {
        return Some("is empty".to_owned());
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        // The expression may bring the rest of `https`.
        let may_go_on = !is_whole && "https://".starts_with(&text.to_ascii_lowercase());
        return (!may_go_on).then(|| "is relative; the call needs a host".to_owned());
    };
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        let is_relative = scheme.contains(['/', '?', '.', ' ']);
        return Some(if is_relative || scheme.len() > 20 {
            "is relative; the call needs a host".to_owned()
        } else {
            format!("begins with `{scheme}`; only `https` and `http` work")
        });
    }
    let end = rest.find(['/', '?', '#']);
    let host = end.map_or(rest, |end| &rest[..end]).trim_end();
    // What comes next may belong to the host.
    if end.is_none() && !is_whole {
        return None;
    }
    // A name and password before the host are not to be shown.
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    if host.is_empty() {
        return Some("has no host".to_owned());
    }
    let is_possible = |c: char| c.is_alphanumeric() || !c.is_ascii() || "-._~%:@[]!$&'()*+,;=".contains(c);
    (!host.chars().all(is_possible)).then(|| format!("has the host `{host}`, which cannot be one"))
}
