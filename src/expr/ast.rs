//! The syntax tree of a template: a flat tape of nodes in text order, read through cheap handles.
//!
//! A node is followed by its subtree; `next` says where that ends. A call is followed by its arguments and then by its
//! dereferences, an index by the expression within its brackets.

use super::Template;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Index of the first node after this one's subtree.
    pub(super) next: u32,
    /// Bytes of a call's or dereference's name; 0 of all else.
    pub(super) name: u16,
    pub(super) tag: Tag,
}

const _: () = assert!(size_of::<Node>() == 16);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// Text between the expressions of an interpolation.
    Text,
    /// Stands where an expression should be and could not be read.
    Missing,
    String,
    Integer,
    Float,
    True,
    False,
    Null,
    Call,
    Dot,
    SafeDot,
    Index,
    SafeIndex,
}

/// An expression: a cheap handle.
#[derive(Clone, Copy)]
pub struct Expr<'t> {
    pub(super) template: &'t Template<'t>,
    pub(super) node: u32,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind<'t> {
    /// It could not be read; a fault says why.
    Missing,
    /// A string, with `''` in it read as `'`.
    String(Cow<'t, str>),
    /// A whole number as it stands there.
    Integer(&'t str),
    /// A number with a fraction or exponent as it stands there.
    Float(&'t str),
    /// `true` or `false`
    Bool(bool),
    /// `null`
    Null,
    /// A function call, with what is read of its result.
    Call(Call<'t>),
}

/// A function call with the dereferences behind it: `outputs('A')?['body'].value`. A cheap handle.
#[derive(Clone, Copy)]
pub struct Call<'t> {
    pub(super) template: &'t Template<'t>,
    pub(super) node: u32,
}

/// One dereference of a call's result.
#[derive(Clone, Copy)]
pub struct Hop<'t> {
    template: &'t Template<'t>,
    node: u32,
}

/// What a dereference asks for.
#[derive(Clone, Debug)]
pub enum Step<'t> {
    /// `.name`
    Name(&'t str),
    /// `[expression]`
    Index(Expr<'t>),
}

impl<'t> Expr<'t> {
    fn raw(self) -> Node {
        self.template.nodes[self.node as usize]
    }

    /// Its bytes of the decoded string.
    pub fn range(self) -> Range<usize> {
        let node = self.raw();
        node.start as usize..node.end as usize
    }

    /// Its characters as they stand in the decoded string.
    pub fn text(self) -> &'t str {
        &self.template.text[self.range()]
    }

    /// What it is.
    pub fn kind(self) -> ExprKind<'t> {
        match self.raw().tag {
            Tag::String => {
                let text = self.text();
                let inner = &text[1..text.len() - 1];
                let has_quote = memchr::memchr(b'\'', inner.as_bytes()).is_some();
                ExprKind::String(if has_quote { inner.replace("''", "'").into() } else { inner.into() })
            }
            Tag::Integer => ExprKind::Integer(self.text()),
            Tag::Float => ExprKind::Float(self.text()),
            Tag::True => ExprKind::Bool(true),
            Tag::False => ExprKind::Bool(false),
            Tag::Null => ExprKind::Null,
            Tag::Call => ExprKind::Call(Call { template: self.template, node: self.node }),
            Tag::Missing | Tag::Text | Tag::Dot | Tag::SafeDot | Tag::Index | Tag::SafeIndex => ExprKind::Missing,
        }
    }

    /// Whether it is a string literal.
    pub fn is_str(self) -> bool {
        self.raw().tag == Tag::String
    }

    /// The characters of a string literal.
    pub fn as_str(self) -> Option<Cow<'t, str>> {
        match self.kind() {
            ExprKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The call, if it is one.
    pub fn as_call(self) -> Option<Call<'t>> {
        match self.kind() {
            ExprKind::Call(call) => Some(call),
            _ => None,
        }
    }
}

impl<'t> Call<'t> {
    fn raw(self) -> Node {
        self.template.nodes[self.node as usize]
    }

    /// The function's name as it stands there; the platform ignores its case.
    pub fn name(self) -> &'t str {
        &self.template.text[self.name_range()]
    }

    /// The bytes of the name.
    pub fn name_range(self) -> Range<usize> {
        let node = self.raw();
        node.start as usize..node.start as usize + node.name as usize
    }

    /// The bytes of the call with its dereferences.
    pub fn range(self) -> Range<usize> {
        self.as_expr().range()
    }

    /// Whether it calls that function, without case.
    pub fn is(self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    /// Its number in its template: [`Template::call`] gives it back.
    pub(crate) fn number(self) -> u32 {
        self.node
    }

    /// The call as an expression.
    pub fn as_expr(self) -> Expr<'t> {
        Expr { template: self.template, node: self.node }
    }

    /// The arguments, in order.
    pub fn args(self) -> impl Iterator<Item = Expr<'t>> {
        let template = self.template;
        self.children().take_while(move |&node| !is_hop(template, node)).map(move |node| Expr { template, node })
    }

    /// What is read of the result, from the call on.
    pub fn hops(self) -> impl Iterator<Item = Hop<'t>> {
        let template = self.template;
        self.children().skip_while(move |&node| !is_hop(template, node)).map(move |node| Hop { template, node })
    }

    fn children(self) -> impl Iterator<Item = u32> {
        let (mut at, end) = (self.node + 1, self.raw().next);
        let template = self.template;
        std::iter::from_fn(move || {
            let node = (at < end).then_some(at)?;
            at = template.nodes[node as usize].next;
            Some(node)
        })
    }
}

fn is_hop(template: &Template<'_>, node: u32) -> bool {
    matches!(template.nodes[node as usize].tag, Tag::Dot | Tag::SafeDot | Tag::Index | Tag::SafeIndex)
}

impl<'t> Hop<'t> {
    fn raw(self) -> Node {
        self.template.nodes[self.node as usize]
    }

    /// Whether `?` stands in front: a missing property then gives null instead of a failed run.
    pub fn is_safe(self) -> bool {
        matches!(self.raw().tag, Tag::SafeDot | Tag::SafeIndex)
    }

    /// What is asked for.
    pub fn step(self) -> Step<'t> {
        let node = self.raw();
        match node.tag {
            Tag::Dot | Tag::SafeDot => {
                Step::Name(&self.template.text[(node.end - u32::from(node.name)) as usize..node.end as usize])
            }
            _ => Step::Index(Expr { template: self.template, node: self.node + 1 }),
        }
    }

    /// The property's name, if it stands there literally, in either form.
    pub fn name(self) -> Option<Cow<'t, str>> {
        match self.step() {
            Step::Name(name) => Some(Cow::Borrowed(name)),
            Step::Index(index) => index.as_str(),
        }
    }

    /// Its bytes of the decoded string, with `?` and brackets.
    pub fn range(self) -> Range<usize> {
        let node = self.raw();
        node.start as usize..node.end as usize
    }
}

/// The expression in canonical spacing.
impl fmt::Display for Expr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_call() {
            Some(call) => write!(f, "{call}"),
            None => f.write_str(self.text()),
        }
    }
}

/// The call in canonical spacing. Recursion is bounded by the depth of what is parsed.
impl fmt::Display for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name())?;
        for (index, arg) in self.args().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{arg}")?;
        }
        f.write_str(")")?;
        for hop in self.hops() {
            let safe = if hop.is_safe() { "?" } else { "" };
            match hop.step() {
                Step::Name(name) => write!(f, "{safe}.{name}")?,
                Step::Index(index) => write!(f, "{safe}[{index}]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Expr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_expr().text())
    }
}
