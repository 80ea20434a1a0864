//! JSON text to one spanned tree: every key and value knows its bytes. Knows nothing of flows.
//!
//! The tree is a flat tape: one node of 16 bytes for each key and value, in text order, and nothing copied out of the
//! text. A node knows where its subtree ends, so walking skips what is not asked for. Duplicate keys stay, strings are
//! decoded when read, and the text is accepted exactly where RFC 8259 accepts it, apart from a byte order mark in
//! front. Nesting is limited to [`MAX_DEPTH`], so that later stages may recurse.

mod parser;
pub mod strings;

use crate::source::{LineIndex, Span};
use parser::Parser;
use std::borrow::Cow;
use std::ops::Range;

/// Deepest nesting that is read. Real flows reach 35 (corpus); `serde_json` stops at the same depth.
pub const MAX_DEPTH: usize = 128;

/// A parsed JSON text.
#[derive(Debug)]
pub struct Document<'s> {
    text: &'s str,
    nodes: Vec<Node>,
    /// Whether any string has an escape `\\u00…`, which may stand for an ASCII character.
    has_ascii_escapes: bool,
    line_starts: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    start: u32,
    end: u32,
    /// Index of the first node after this one's subtree.
    next: u32,
    tag: Tag,
    /// Of objects: whether two keys may have one name, ASCII case aside.
    may_repeat: bool,
}

const _: () = assert!(size_of::<Node>() == 16);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Null,
    True,
    False,
    Number,
    /// A string or key without a backslash: its characters are its bytes.
    Plain,
    /// A string or key with escapes.
    Escaped,
    Array,
    Object,
}

/// The JSON type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number, kept as its text
    Number,
    /// A string
    String,
    /// An array
    Array,
    /// An object
    Object,
}

/// The first fault of a text that is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The bytes at fault; empty at the end of the text.
    pub span: Span,
    /// What is wrong there: lower-case start, no final period.
    pub message: &'static str,
    /// What to do about it.
    pub help: &'static str,
    /// Where the innermost open object or array begins.
    pub opened_at: Option<usize>,
}

impl<'s> Document<'s> {
    /// Reads a whole JSON text, which may begin with a byte order mark. Stops at the first fault.
    pub fn parse(text: &'s str) -> Result<Self, SyntaxError> {
        Parser::new(text).run()
    }

    /// The text that was parsed.
    pub fn text(&self) -> &'s str {
        self.text
    }

    /// Turns offsets in the text into positions.
    pub fn lines(&self) -> LineIndex<'_> {
        LineIndex::with_lines(self.text, self.line_starts.as_slice())
    }

    /// The outermost value.
    pub fn root(&self) -> Value<'_> {
        self.value(0)
    }

    /// The value that had this id in this document.
    pub(crate) fn value_of(&self, id: NodeId) -> Value<'_> {
        self.value(id.0)
    }

    fn value(&self, node: u32) -> Value<'_> {
        Value { doc: self, node }
    }

    /// The RFC 6901 pointer of the value or key `node`; a key has the pointer of its value.
    fn pointer(&self, node: u32) -> String {
        let mut pointer = String::new();
        let mut container = self.root();
        while container.node < node && container.covers(node) {
            let is_object = container.is_object();
            // Children lie one behind the other; of an object's, a key goes before each.
            let keys = u32::from(is_object);
            let (mut child, mut index) = (container.node + 1 + keys, 0);
            while self.nodes[child as usize].next <= node {
                child = self.nodes[child as usize].next + keys;
                index += 1;
            }
            pointer.push('/');
            if is_object {
                let name = Key { doc: self, node: child - 1 }.name();
                if name.contains(['~', '/']) {
                    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                } else {
                    pointer.push_str(&name);
                }
            } else {
                pointer.push_str(&index.to_string());
            }
            container = self.value(child);
        }
        pointer
    }
}

/// Which value of its document something is, kept without the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(u32);

/// A value in a [`Document`]: a cheap handle, to be passed by value.
#[derive(Clone, Copy)]
pub struct Value<'d> {
    doc: &'d Document<'d>,
    node: u32,
}

/// The key of an object's entry.
#[derive(Clone, Copy)]
pub struct Key<'d> {
    doc: &'d Document<'d>,
    node: u32,
}

/// One `"key": value` of an object.
#[derive(Clone, Copy)]
pub struct Entry<'d> {
    /// The key.
    pub key: Key<'d>,
    /// The value.
    pub value: Value<'d>,
}

/// A string of a document.
#[derive(Clone, Copy, Debug)]
pub enum Text<'d> {
    /// The key of an entry.
    Key(Key<'d>),
    /// A string value.
    Value(Value<'d>),
}

/// Something in a document that can be pointed at: a value, a key, or characters of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The bytes: of a key or string with its quotes, of part of a string without.
    pub span: Span,
    node: u32,
}

impl Spot {
    /// The RFC 6901 pointer of the value pointed at, or whose key or characters are.
    pub fn pointer(self, document: &Document<'_>) -> String {
        document.pointer(self.node)
    }
}

impl<'d> Value<'d> {
    #[inline]
    fn raw(self) -> Node {
        self.doc.nodes[self.node as usize]
    }

    fn covers(self, node: u32) -> bool {
        self.node <= node && node < self.raw().next
    }

    /// Which value of the document this is; see [`Document::value_of`].
    pub(crate) fn id(self) -> NodeId {
        NodeId(self.node)
    }

    /// The JSON type.
    pub fn kind(self) -> Kind {
        match self.raw().tag {
            Tag::Null => Kind::Null,
            Tag::True | Tag::False => Kind::Bool,
            Tag::Number => Kind::Number,
            Tag::Plain | Tag::Escaped => Kind::String,
            Tag::Array => Kind::Array,
            Tag::Object => Kind::Object,
        }
    }

    /// Whether this is an object.
    pub fn is_object(self) -> bool {
        self.raw().tag == Tag::Object
    }

    /// The bytes of the whole value, quotes and brackets included.
    pub fn span(self) -> Span {
        let node = self.raw();
        Span { start: node.start, end: node.end }
    }

    /// The text of the whole value as it stands in the file.
    pub fn text(self) -> &'d str {
        &self.doc.text[self.span().range()]
    }

    /// The place of the whole value.
    pub fn spot(self) -> Spot {
        Spot { span: self.span(), node: self.node }
    }

    /// The decoded characters, if this is a string. A lone surrogate escape becomes U+FFFD.
    pub fn as_str(self) -> Option<Cow<'d, str>> {
        match self.raw().tag {
            Tag::Plain => Some(Cow::Borrowed(self.inner())),
            Tag::Escaped => Some(Cow::Owned(strings::decode(self.inner()))),
            _ => None,
        }
    }

    /// The boolean, if this is one.
    pub fn as_bool(self) -> Option<bool> {
        match self.raw().tag {
            Tag::True => Some(true),
            Tag::False => Some(false),
            _ => None,
        }
    }

    /// The number as the file spells it, if this is one.
    pub fn as_number(self) -> Option<&'d str> {
        (self.raw().tag == Tag::Number).then(|| self.text())
    }

    /// Whether this is a string that equals `other` without ASCII case, as the platform compares types and statuses.
    pub fn is_str(self, other: &str) -> bool {
        self.as_str().is_some_and(|s| s.eq_ignore_ascii_case(other))
    }

    /// The strings and keys of the subtree in text order that may hold an ASCII character, in whatever spelling. Costs one
    /// look at the bytes, however many strings there are without it.
    pub fn strings_holding(self, character: u8) -> impl Iterator<Item = Text<'d>> {
        let doc = self.doc;
        let (from, bytes) = (self.raw().start as usize, self.text().as_bytes());
        let mut plain = memchr::memchr_iter(character, bytes).peekable();
        let escapes = if doc.has_ascii_escapes { bytes } else { &[] };
        let mut escaped = memchr::memmem::find_iter(escapes, b"\\u00").peekable();
        let (mut node, end) = (self.node, self.raw().next);
        std::iter::from_fn(move || {
            loop {
                let at = match (plain.peek().copied(), escaped.peek().copied()) {
                    (Some(a), Some(b)) => a.min(b),
                    (a, b) => a.or(b)?,
                };
                plain.next_if_eq(&at);
                escaped.next_if_eq(&at);
                let at = (from + at) as u32;
                // Strings overlap nothing, so the last node that begins before a character in a string is that string.
                let ahead = nodes_until(&doc.nodes[node as usize..end as usize], at);
                let Some(found) = (node as usize + ahead).checked_sub(1) else { continue };
                let value = doc.value(found as u32);
                if found < node as usize || value.kind() != Kind::String || value.raw().end <= at {
                    continue;
                }
                node = found as u32 + 1;
                let after = doc.text[value.raw().end as usize..].trim_start_matches([' ', '\t', '\r', '\n']);
                let is_key = after.starts_with(':');
                return Some(if is_key { Text::Key(Key { doc, node: found as u32 }) } else { Text::Value(value) });
            }
        })
    }

    /// The characters of a string between its quotes, as the file spells them.
    fn inner(self) -> &'d str {
        let node = self.raw();
        &self.doc.text[node.start as usize + 1..node.end as usize - 1]
    }

    /// The place of some bytes of the decoded string, exact through escapes.
    pub fn part(self, decoded: Range<usize>) -> Spot {
        let node = self.raw();
        let first = node.start as usize + 1;
        let inner = match node.tag {
            Tag::Plain => decoded,
            Tag::Escaped => strings::raw_range(self.inner(), decoded),
            _ => return self.spot(),
        };
        let end = node.end as usize - 1;
        Spot { span: Span::new((first + inner.start).min(end), (first + inner.end).min(end)), node: self.node }
    }

    /// The entries of an object in text order, duplicates included; none of anything else.
    pub fn entries(self) -> impl Iterator<Item = Entry<'d>> {
        let doc = self.doc;
        let (mut at, end) = if self.is_object() { (self.node + 1, self.raw().next) } else { (0, 0) };
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let entry = Entry { key: Key { doc, node: at }, value: doc.value(at + 1) };
            at = doc.nodes[at as usize + 1].next;
            Some(entry)
        })
    }

    /// The items of an array; none of anything else.
    pub fn items(self) -> impl Iterator<Item = Value<'d>> {
        let doc = self.doc;
        let (mut at, end) = if self.raw().tag == Tag::Array { (self.node + 1, self.raw().next) } else { (0, 0) };
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let item = doc.value(at);
            at = item.raw().next;
            Some(item)
        })
    }

    /// The entry of an object by key. ASCII case is ignored, as the platform reads its own properties without case
    /// (corpus: `schemaversion`), and of duplicates the last counts, as in every parser that keeps one.
    pub fn entry(self, key: &str) -> Option<Entry<'d>> {
        let mut named = self.entries().filter(|entry| entry.key.is(key));
        if self.raw().may_repeat { named.last() } else { named.next() }
    }

    /// Whether two keys of an object may have the same name, ASCII case aside. Hardly any object needs a closer look.
    pub fn may_repeat_keys(self) -> bool {
        self.raw().may_repeat
    }

    /// The value of an object's entry; see [`Value::entry`].
    pub fn get(self, key: &str) -> Option<Value<'d>> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The value at the end of a path of keys.
    pub fn at(self, keys: &[&str]) -> Option<Value<'d>> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Every value of the subtree in text order, this one first, each with the key it stands under.
    pub fn descendants(self) -> impl Iterator<Item = (Option<Key<'d>>, Value<'d>)> {
        let doc = self.doc;
        let (mut at, end) = (self.node, self.raw().next);
        // The ends of the open containers and whether each is an object: an object's children come in pairs.
        let mut open: Vec<(u32, bool)> = Vec::new();
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            while open.last().is_some_and(|&(end, _)| at >= end) {
                open.pop();
            }
            let key = open.last().is_some_and(|&(_, object)| object).then_some(Key { doc, node: at });
            let value = doc.value(if key.is_some() { at + 1 } else { at });
            at = value.node + 1;
            if value.raw().next > at {
                open.push((value.raw().next, value.is_object()));
            }
            Some((key, value))
        })
    }
}

/// How many of the nodes begin at or before a byte. It looks near the front first, where the answer mostly is.
fn nodes_until(nodes: &[Node], at: u32) -> usize {
    let begins = |node: &Node| node.start <= at;
    let mut reach = 8;
    while nodes.get(reach).is_some_and(begins) {
        reach *= 2;
    }
    let low = if reach > 8 { reach / 2 } else { 0 };
    low + nodes[low..reach.min(nodes.len())].partition_point(begins)
}

impl<'d> Text<'d> {
    /// The decoded characters.
    pub fn decoded(self) -> Cow<'d, str> {
        match self {
            Self::Key(key) => key.name(),
            Self::Value(value) => value.as_str().unwrap_or_default(),
        }
    }

    /// The place of the whole string.
    pub fn spot(self) -> Spot {
        match self {
            Self::Key(key) => key.spot(),
            Self::Value(value) => value.spot(),
        }
    }

    /// The place of some bytes of the decoded characters; see [`Value::part`].
    pub fn part(self, decoded: Range<usize>) -> Spot {
        match self {
            Self::Key(key) => key.part(decoded),
            Self::Value(value) => value.part(decoded),
        }
    }
}

impl<'d> Key<'d> {
    /// The decoded name.
    pub fn name(self) -> Cow<'d, str> {
        self.as_value().as_str().unwrap_or_default()
    }

    /// Whether the decoded name equals `other` without ASCII case.
    #[inline]
    pub fn is(self, other: &str) -> bool {
        let node = self.as_value().raw();
        match node.tag {
            // Most keys differ in length or first letter, and nothing is asked as often as this.
            Tag::Plain => {
                if (node.end - node.start) as usize != other.len() + 2 {
                    return false;
                }
                let (own, other) = (self.as_value().inner().as_bytes(), other.as_bytes());
                let first = |name: &[u8]| name.first().map(|letter| letter | 0x20);
                first(own) == first(other) && (own == other || own.eq_ignore_ascii_case(other))
            }
            _ => self.name().eq_ignore_ascii_case(other),
        }
    }

    /// Whether the two have the same decoded name, letter case included.
    #[inline]
    pub fn has_same_name(self, other: Key<'_>) -> bool {
        let (node, other_node) = (self.as_value().raw(), other.as_value().raw());
        match (node.tag, other_node.tag) {
            (Tag::Plain, Tag::Plain) => {
                node.end - node.start == other_node.end - other_node.start
                    && self.as_value().inner() == other.as_value().inner()
            }
            _ => self.name() == other.name(),
        }
    }

    /// The bytes of the key with its quotes.
    pub fn span(self) -> Span {
        self.as_value().span()
    }

    /// The place of the key.
    pub fn spot(self) -> Spot {
        Spot { span: self.span(), node: self.node }
    }

    /// The place of some bytes of the decoded name; see [`Value::part`].
    pub fn part(self, decoded: Range<usize>) -> Spot {
        self.as_value().part(decoded)
    }

    fn as_value(self) -> Value<'d> {
        self.doc.value(self.node)
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }
}

impl std::fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.name())
    }
}

#[cfg(test)]
mod tests;
