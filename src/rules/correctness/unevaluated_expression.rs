//! Flags expressions that stand in text and are never worked out.

use crate::expr::{self, Form};
use crate::facts;
use crate::model::Expression;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;
use std::ops::Range;

pub(crate) static RULE: UnevaluatedExpression = UnevaluatedExpression;
pub(crate) struct UnevaluatedExpression;

impl Rule for UnevaluatedExpression {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNEVALUATED_EXPRESSION
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let text = expression.template().text();
        for range in expression.texts() {
            for call in calls_in(&text[range.clone()]) {
                let call = range.start + call.start..range.start + call.end;
                let (message, help) = if text[..call.start].trim().is_empty() && expression.only_root().is_none() {
                    let message = "this is text and not worked out: blanks stand before the `@`";
                    (message.to_owned(), "remove the blanks before the `@`".to_owned())
                } else {
                    let written = &text[call.clone()];
                    let message = format!("`{written}` is text here and not worked out");
                    (message, format!("within text, put it into braces: `@{{{}}}`", &written[1..]))
                };
                sink.at(expression.spot(call), message).help(help);
            }
        }
    }
}

/// Where `@` and a complete call of a known function stand in text: bytes from the `@` to the end of the call.
fn calls_in(text: &str) -> Vec<Range<usize>> {
    let mut calls: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let before = text[..at].chars().next_back();
        // `name@contoso.com (…)` is an address, and `@@` is meant as text.
        if before.is_some_and(|c| c.is_alphanumeric() || c == '@') || calls.last().is_some_and(|call| at < call.end) {
            continue;
        }
        let name = text[at + 1..].split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let is_call = text[at + 1 + name.len()..].starts_with('(') && facts::function(name).is_some();
        if let Some(end) = is_call.then(|| end_of_call(text, at)).flatten() {
            calls.push(at..end);
        }
    }
    calls
}

/// The end of the expression that would begin at an `@`, with what is read of the call's result.
fn end_of_call(text: &str, at: usize) -> Option<usize> {
    // Far longer than any real one, and a bound for text full of `@`.
    let reach = text[at..].char_indices().nth(2000).map_or(text.len(), |(length, _)| at + length);
    let whole = expr::parse(&text[at..reach]);
    let call = whole.only_root().filter(|_| whole.form() == Form::Whole)?.as_call()?;
    let is_sound = |range: Range<usize>| whole.faults().iter().all(|fault| fault.range.start >= range.end);
    // What follows the call is text, unless it adjoins and can be read: `[1]` in the next line is a footnote.
    let mut end = call.hops().next().map_or(call.range().end, |hop| hop.range().start);
    end = whole.text()[..end].trim_end().len();
    for hop in call.hops() {
        if hop.range().start != end || !is_sound(hop.range()) {
            break;
        }
        end = hop.range().end;
    }
    is_sound(0..end).then_some(at + end)
}
