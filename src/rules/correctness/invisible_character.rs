//! Flags characters in expressions that cannot be seen, or that look like others.

use crate::expr::Expr;
use crate::facts::{self, Named};
use crate::model::{Action, Expression};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest::{invisible, is_alike};
use crate::syntax::Spot;
use std::ops::Range;

pub(crate) static RULE: InvisibleCharacter = InvisibleCharacter;
pub(crate) struct InvisibleCharacter;

impl Rule for InvisibleCharacter {
    fn meta(&self) -> &'static RuleMeta {
        &cards::INVISIBLE_CHARACTER
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if expression.template().text().is_ascii() {
            return;
        }
        check_code(expression, sink);
        for reference in expression.references().filter(|reference| !reference.name.is_ascii()) {
            let flow = expression.flow();
            let (written, range) = (reference.name.as_ref(), reference.range.clone());
            let meant = match reference.named {
                Named::Variable if reference.variable().is_none() => {
                    flow.variables().map(|variable| variable.name).find(|name| is_alike(name, written))
                }
                Named::Parameter => {
                    let names = || flow.parameters.iter().map(|parameter| parameter.name.as_ref());
                    let is_known = names().any(|name| name == written);
                    names().find(|name| !is_known && is_alike(name, written))
                }
                Named::Action | Named::Container | Named::Foreach | Named::Until if reference.action().is_none() => {
                    flow.actions().map(Action::name).find(|name| is_alike(name, written))
                }
                _ => None,
            };
            if let Some(meant) = meant {
                report_alike(expression, range, written, meant, sink);
            }
        }
        for (call, function) in expression.calls().filter(|(call, _)| !call.name().is_ascii()) {
            let meant = facts::functions().iter().find(|known| is_alike(known.name, call.name()));
            if let Some(meant) = meant.filter(|_| function.is_none() && !call.name().contains(is_invisible)) {
                report_alike(expression, call.name_range(), call.name(), meant.name, sink);
            }
        }
    }
}

fn report_alike(
    expression: Expression<'_>,
    range: Range<usize>,
    written: &str,
    meant: &str,
    sink: &mut Sink<'_, Spot>,
) {
    let odd = written.chars().find(|c| !c.is_ascii());
    let what = odd.map(|c| format!(", such as U+{:04X}", c as u32)).unwrap_or_default();
    let message = format!("this looks like `{meant}` and has other characters{what}");
    sink.at(expression.spot(range), message).help(format!("type `{meant}` anew")).case("look-alike");
}

fn is_invisible(c: char) -> bool {
    invisible(c).is_some()
}

/// Outside of literal text every character counts; in literals anything is allowed.
fn check_code(expression: Expression<'_>, sink: &mut Sink<'_, Spot>) {
    let (mut unseen, mut blanks) = (Vec::new(), Vec::new());
    let text = expression.template().text();
    for root in expression.template().roots().map(Expr::range) {
        let mut is_literal = false;
        for (at, c) in text[root.clone()].char_indices() {
            is_literal ^= c == '\'';
            let range = root.start + at..root.start + at + c.len_utf8();
            if !is_literal && is_invisible(c) {
                unseen.push((range, c));
            } else if !is_literal && is_odd_blank(c) {
                blanks.push((range, c));
            }
        }
    }
    let cases = [
        (
            "zero-width",
            unseen,
            "an invisible character stands in the expression",
            "delete it with the characters around it, and type those anew",
        ),
        (
            "no-break-blank",
            blanks,
            "a blank in the expression is of an unusual kind",
            "replace it by an ordinary blank, or remove it",
        ),
    ];
    for (case, places, what, help) in cases {
        let mut places = places.into_iter();
        let Some((first, c)) = places.next() else { continue };
        let name = invisible(c).unwrap_or("no-break blank");
        let message = format!("{what}: U+{:04X}, {name}", c as u32);
        let draft = sink.at(expression.spot(first), message).help(help).case(case);
        for (place, _) in places {
            draft.also_at(expression.spot(place));
        }
    }
}

/// White space to the platform, and not what the blank key types.
fn is_odd_blank(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}
