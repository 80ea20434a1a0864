//! Flags steps that create a link which opens a file for anyone.

use crate::model::{Action, ActionKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Value};

pub(crate) static RULE: AnonymousSharingLink = AnonymousSharingLink;
pub(crate) struct AnonymousSharingLink;

impl Rule for AnonymousSharingLink {
    fn meta(&self) -> &'static RuleMeta {
        &cards::ANONYMOUS_SHARING_LINK
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(scope) = scope(action).filter(|scope| scope.is_str("anonymous")) else { return };
        let name = action.display_name();
        sink.at(scope.spot(), format!("`{name}` creates a link that opens the file for anyone, without signing in"))
            .kind("scope")
            .help("set `Link scope` to people in your organization, or grant access to the people who need it");
    }
}

/// Whom the link is for: `permission/scope` in SharePoint, `scope` in OneDrive and in the body of Graph's `createLink`.
fn scope(action: Action<'_>) -> Option<Value<'_>> {
    if action.kind() == ActionKind::Http {
        let inputs = action.inputs()?;
        let scope = inputs.at(&["body", "scope"])?;
        return has_part(&inputs.get("uri")?.as_str()?, "/createLink").then_some(scope);
    }
    let operation = action.operation()?.id?;
    if !has_part(operation, "link") {
        return None;
    }
    ["permission/scope", "scope"].into_iter().find_map(|name| action.parameter(name))
}

fn has_part(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}
