//! Flags expressions that stand in text and are never worked out.

use crate::expr::{self, Form};
use crate::facts::{self, Named};
use crate::model::{Action, Expression, Flow, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::{Spot, Text};
use std::ops::Range;

pub(crate) static RULE: UnevaluatedExpression = UnevaluatedExpression;
pub(crate) struct UnevaluatedExpression;

impl Rule for UnevaluatedExpression {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNEVALUATED_EXPRESSION
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        trigger.strings_holding(b'(').for_each(|text| check_text(trigger.flow(), text, sink));
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        action.strings_holding(b'(').for_each(|text| check_text(action.flow(), text, sink));
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let text = expression.template().text();
        for range in expression.texts() {
            for call in calls_in(&text[range.clone()]) {
                let call = range.start + call.start..range.start + call.end;
                let (message, help) = if text[..call.start].trim().is_empty() && expression.only_root().is_none() {
                    let message = "this is taken as plain text and not worked out: blanks stand before the `@`";
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

/// A string that would be an expression if it began with `@`. It must read something of the flow that is there: formulas
/// of other languages look much the same.
fn check_text<'m>(flow: &'m Flow<'m>, text: Text<'m>, sink: &mut Sink<'_, Spot>) {
    let Text::Value(value) = text else { return };
    // Most are expressions already.
    if !value.text()[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return;
    }
    let decoded = text.decoded();
    let name = decoded.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    if !decoded[name.len()..].starts_with('(') || facts::function(name).is_none() {
        return;
    }
    let template = expr::parse(format!("@{decoded}"));
    if template.faults().is_empty() && reads_the_flow(flow, &template) {
        sink.at(
            text.part(0..decoded.len()),
            "this is taken as plain text and not worked out: no `@` stands in front of it",
        )
        .help("put an `@` in front of it, or insert it through the expression editor");
    }
}

/// Whether it calls known functions only, and reads a step, variable, parameter or trigger that the flow has.
fn reads_the_flow<'m>(flow: &'m Flow<'m>, template: &expr::Template<'_>) -> bool {
    let mut reads = false;
    for call in template.calls() {
        let Some(function) = facts::function(call.name()) else { return false };
        let name = call.args().next().and_then(expr::Expr::as_str);
        reads |= match (function.names, name) {
            (Some(Named::Variable), Some(name)) => flow.variables_named(&name).next().is_some(),
            (Some(Named::Parameter), Some(name)) => {
                flow.parameters.iter().any(|parameter| parameter.name.eq_ignore_ascii_case(&name))
            }
            (Some(_), Some(name)) => flow.action_named(&name).is_some(),
            _ => ["triggerBody", "triggerOutputs"].iter().any(|reader| call.is(reader)),
        };
    }
    reads
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
        // The language allows blanks before and behind the name; prose has them too, but not before its first word.
        let blanks: &[char] = if text[..at].trim().is_empty() { &[' ', '\t', '\r', '\n'] } else { &[] };
        let after = text[at + 1..].trim_start_matches(blanks);
        let name = after.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let is_call =
            after[name.len()..].trim_start_matches(blanks).starts_with('(') && facts::function(name).is_some();
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
