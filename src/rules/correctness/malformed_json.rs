//! Flags flow files that are not JSON, at the first fault.

use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::source::Span;
use crate::syntax::SyntaxError;

pub(crate) static RULE: MalformedJson = MalformedJson;
pub(crate) struct MalformedJson;

impl Rule for MalformedJson {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MALFORMED_JSON
    }

    fn check_syntax_error(&self, error: &SyntaxError, _cx: &Context<'_>, sink: &mut Sink<'_, Span>) {
        let draft = sink.at(error.span, format!("{}; nothing in this file was checked", error.message));
        draft.help(error.help).kind("syntax");
        if let Some(open) = error.opened_at {
            draft.related(Span::new(open, open + 1), "inside what opens here");
        }
    }
}
