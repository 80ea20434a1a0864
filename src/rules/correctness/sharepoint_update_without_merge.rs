//! Flags requests to SharePoint that mean to change an item or list and lack the headers for it.

use crate::expr::{self, Form, Segment};
use crate::facts::{self, SharepointChange};
use crate::model::Action;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: SharepointUpdateWithoutMerge = SharepointUpdateWithoutMerge;
pub(crate) struct SharepointUpdateWithoutMerge;

impl Rule for SharepointUpdateWithoutMerge {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SHAREPOINT_UPDATE_WITHOUT_MERGE
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(operation) = action.operation() else { return };
        let (Some(connector), Some(id)) = (operation.connector, operation.id) else { return };
        let rest = facts::sharepoint_http();
        if !rest.is_request(connector, id) {
            return;
        }
        let Some(method) = parameter(action, "method") else { return };
        let Some(uri) = parameter(action, "uri").and_then(path) else { return };
        if !rest.is_resource(&uri) {
            return;
        }
        let headers = parameter(action, "headers");
        // Headers that an expression gives are unknown.
        if headers.is_some_and(|headers| headers.as_str().is_some_and(|text| !text.trim().is_empty())) {
            return;
        }
        let header = |name: &str| headers.and_then(|headers| headers.get(name));
        let tunnelled = header(rest.method_header).filter(|_| method.is_str("POST"));
        let said = tunnelled.unwrap_or(method);
        let Some(word) = said.as_str() else { return };
        if expr::is_template(&word) {
            return;
        }
        let name = action.display_name();
        let (message, help) = match rest.change(&word) {
            None if word.eq_ignore_ascii_case("POST") => (
                format!(
                    "`{name}` posts to one item or list without the header `X-HTTP-Method`, so it does not change it"
                ),
                "add the headers `X-HTTP-Method` with `MERGE`, or `DELETE`, and `IF-MATCH` with `*`",
            ),
            Some(SharepointChange::Replace) => (
                format!("`{name}` writes the item or list anew: columns that it does not name are cleared"),
                "use `MERGE` in place of `PUT`, so that only what the request names is changed",
            ),
            Some(_) if header(rest.match_header).is_none() => (
                format!("`{name}` changes an item or list without the header `IF-MATCH`, which SharePoint refuses"),
                "add the header `IF-MATCH` with `*`, or with the version that was read before",
            ),
            _ => return,
        };
        sink.at(said.spot(), message).help(help).kind("method");
    }
}

/// `parameters/method` among the parameters; calls of the older form have `method` in their body.
fn parameter<'m>(action: Action<'m>, name: &str) -> Option<Value<'m>> {
    let inputs = action.inputs()?;
    let flat = || inputs.get("parameters")?.get(&format!("parameters/{name}"));
    let nested = || inputs.at(&["parameters", "parameters", name]);
    flat().or_else(nested).or_else(|| inputs.at(&["body", name]))
}

/// The path with a letter in place of each expression; nothing where an expression gives all of it.
fn path(uri: Value<'_>) -> Option<String> {
    let template = expr::parse(uri.as_str()?);
    if template.form() == Form::Whole {
        return None;
    }
    let mut path = String::new();
    for segment in template.segments() {
        match segment {
            Segment::Text(range) => path.push_str(&template.text()[range]),
            Segment::Expr(_) => path.push('x'),
        }
    }
    Some(path)
}
