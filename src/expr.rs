//! The language of templates in flows (Workflow Definition Language): what in a string is an expression, and its syntax
//! tree. Knows nothing of flows; places are bytes of the decoded string.
//!
//! Total: any string gives a [`Template`], with as much of a tree as could be read and a [`Fault`] for each mistake. The
//! grammar is that of the Logic Apps designer's parser (github.com/Azure/LogicAppsUX, `parsers/lib/expression`), the only
//! public one, with one difference: text after a whole expression, which it overlooks, is a fault.
//!
//! ```text
//! template = "@@" text | "@" expr | { text | "@{" expr "}" }
//! expr     = string | number | "true" | "false" | "null" | call
//! call     = name "(" [ expr { "," expr } ] ")" { [ "?" ] ( "." name | "[" expr "]" ) }
//! ```
//!
//! There are no operators, no grouping brackets and no literals of arrays or objects, and only a call can be
//! dereferenced. Names may hold nearly any character, so that a wrong `a+b` is one name.

mod ast;
mod fault;
mod lexer;
mod parser;

pub use ast::{Call, Expr, ExprKind, Hop, Step};
pub use fault::{Fault, FaultKind};

use ast::{Node, Tag};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// The longest expression that the platform takes, in UTF-16 units, without the `@` or `@{` and `}` around it (Power
/// Automate's limits page; the designer's parser).
pub const MAX_LENGTH: usize = 8192;

/// Deepest nesting of calls and indexes that is read. The deepest real one seen is 15; the platform documents no limit.
pub const MAX_DEPTH: usize = 128;

/// A string as the platform reads it.
#[derive(Debug)]
pub struct Template<'s> {
    text: Cow<'s, str>,
    form: Form,
    nodes: Vec<Node>,
    faults: Vec<Fault>,
}

/// What a string is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text, taken as it is.
    Literal,
    /// Text behind `@@`: one `@` is dropped and nothing else looked at.
    Escaped,
    /// `@` and one expression, whose value keeps its type.
    Whole,
    /// Text with `@{…}` in it; the value is always text.
    Interpolation,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Segment<'t> {
    /// Text as the template has it, bytes of the decoded string; `@@{` in it stands for `@{`.
    Text(Range<usize>),
    /// An expression.
    Expr(Expr<'t>),
}

/// Whether the platform would look for an expression in a decoded string.
pub fn is_template(decoded: &str) -> bool {
    form(decoded) != Form::Literal
}

/// Reads a decoded string.
pub fn parse<'s>(decoded: impl Into<Cow<'s, str>>) -> Template<'s> {
    let text = decoded.into();
    let form = form(&text);
    let (nodes, faults) = match form {
        Form::Literal | Form::Escaped => (Vec::new(), Vec::new()),
        Form::Whole => parser::whole(&text),
        Form::Interpolation => parser::interpolation(&text),
    };
    Template { text, form, nodes, faults }
}

fn form(text: &str) -> Form {
    match text.as_bytes() {
        [] | [_] => Form::Literal,
        [b'@', b'@', ..] => Form::Escaped,
        [b'@', b'{', ..] => Form::Interpolation,
        [b'@', ..] => Form::Whole,
        bytes if memchr::memchr_iter(b'@', bytes).any(|at| bytes.get(at + 1) == Some(&b'{')) => Form::Interpolation,
        _ => Form::Literal,
    }
}

impl Template<'_> {
    /// The decoded string.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the string is.
    pub fn form(&self) -> Form {
        self.form
    }

    /// What is wrong with it, in text order.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The parts of an interpolation, the one expression of a whole template, or the text of a literal.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let literal = self.nodes.is_empty().then(|| Segment::Text(0..self.text.len()));
        let mut at = 0;
        let parsed = std::iter::from_fn(move || {
            let node = self.nodes.get(at as usize)?;
            let segment = match node.tag {
                Tag::Text => Segment::Text(node.start as usize..node.end as usize),
                _ => Segment::Expr(Expr { template: self, node: at }),
            };
            at = node.next;
            Some(segment)
        });
        literal.into_iter().chain(parsed)
    }

    /// The expressions that are not part of others: one of a whole template, any number of an interpolation.
    pub fn roots(&self) -> impl Iterator<Item = Expr<'_>> {
        self.segments().filter_map(|segment| match segment {
            Segment::Expr(expr) => Some(expr),
            Segment::Text(_) => None,
        })
    }

    /// The only expression, if the string is `@` and one expression, or `@{…}` with nothing around it.
    pub fn only_root(&self) -> Option<Expr<'_>> {
        let mut segments = self.segments();
        match (segments.next(), segments.next()) {
            (Some(Segment::Expr(expr)), None) => Some(expr),
            _ => None,
        }
    }

    /// The call of a [`Call::number`].
    pub(crate) fn call(&self, number: u32) -> Call<'_> {
        Call { template: self, node: number }
    }

    /// Every call at any depth, in text order.
    pub fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        let is_call = |(_, node): &(usize, &Node)| node.tag == Tag::Call;
        self.nodes.iter().enumerate().filter(is_call).map(|(node, _)| Call { template: self, node: node as u32 })
    }
}

/// The template with its expressions in canonical spacing. Without faults, it means the same as the string.
impl fmt::Display for Template<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in self.segments() {
            match segment {
                Segment::Text(range) => f.write_str(&self.text[range])?,
                Segment::Expr(expr) if self.form == Form::Whole => write!(f, "@{expr}")?,
                Segment::Expr(expr) => write!(f, "@{{{expr}}}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
