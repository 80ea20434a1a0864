//! Reads JSON text onto the tape, in one pass and without recursion.

use super::{Document, MAX_DEPTH, Node, SyntaxError, Tag, strings};
use crate::source::Span;

pub(super) struct Parser<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    nodes: Vec<Node>,
    open: Vec<Open>,
    has_ascii_escapes: bool,
    /// Line breaks stand between tokens only, so that all of them come by here.
    line_starts: Vec<u32>,
}

/// An object or array that has not ended.
struct Open {
    node: u32,
    /// One bit for each [`sketch`] among its keys.
    seen: u128,
    may_repeat: bool,
}

/// A number below 128 that all spellings of one name without escapes have in common, letter case aside.
fn sketch(name: &[u8]) -> u32 {
    let letter = |letter: Option<&u8>| u32::from(letter.copied().unwrap_or(0) | 0x20);
    (name.len() as u32 * 5 + letter(name.first()) * 7 + letter(name.last()) * 31) % 128
}

type Step<T = ()> = Result<T, SyntaxError>;

impl<'s> Parser<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        // About 16 bytes of text go to one node in pretty-printed flows, about 11 in minified ones (corpus).
        let nodes = Vec::with_capacity(text.len() / 14 + 4);
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            nodes,
            open: Vec::new(),
            has_ascii_escapes: false,
            line_starts: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Result<Document<'s>, SyntaxError> {
        if self.text.starts_with('\u{feff}') {
            self.at = 3;
        }
        self.line_starts.push(self.at as u32);
        self.blanks();
        if self.at == self.bytes.len() {
            return Err(self.fault(0, "the file is empty", "export the flow again"));
        }
        // One turn reads one value, with its key where the open container is an object, then closes what ends there.
        loop {
            if self.inside_object() {
                self.key()?;
            }
            let opened = self.value()?;
            self.blanks();
            if opened {
                if self.peek() != Some(self.closer()) {
                    continue;
                }
                self.close();
            }
            loop {
                if self.open.is_empty() {
                    if self.at < self.bytes.len() {
                        return Err(self.unexpected("there is text after the end of the JSON", "remove it"));
                    }
                    self.nodes.shrink_to_fit();
                    let Self { text, nodes, has_ascii_escapes, line_starts, .. } = self;
                    return Ok(Document { text, nodes, has_ascii_escapes, line_starts });
                }
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        self.blanks();
                        if self.peek() == Some(self.closer()) {
                            return Err(self.fault(
                                1,
                                "a comma before the closing bracket",
                                "remove the comma before it",
                            ));
                        }
                        break;
                    }
                    Some(byte) if byte == self.closer() => self.close(),
                    _ => return Err(self.unclosed()),
                }
            }
        }
    }

    fn unclosed(&self) -> SyntaxError {
        if self.at == self.bytes.len() {
            let message =
                if self.inside_object() { "the file ends inside an object" } else { "the file ends inside an array" };
            return self.fault(0, message, "the file is cut off: export the flow again");
        }
        if self.inside_object() {
            self.unexpected("expected `,` or `}` here", "add the missing comma before it, or close the object")
        } else {
            self.unexpected("expected `,` or `]` here", "add the missing comma before it, or close the array")
        }
    }

    fn inside_object(&self) -> bool {
        self.open.last().is_some_and(|open| self.nodes[open.node as usize].tag == Tag::Object)
    }

    fn closer(&self) -> u8 {
        if self.inside_object() { b'}' } else { b']' }
    }

    fn close(&mut self) {
        self.at += 1;
        let next = self.nodes.len() as u32;
        if let Some(open) = self.open.pop() {
            let may_repeat = open.may_repeat && self.repeats(open.node);
            let node = &mut self.nodes[open.node as usize];
            node.end = self.at as u32;
            node.next = next;
            node.may_repeat = may_repeat;
        }
        self.blanks();
    }

    /// Whether two keys of the object that ends here have one name; taken as so where there are many keys or escapes.
    fn repeats(&self, object: u32) -> bool {
        const MANY: usize = 32;
        let mut seen: [&[u8]; MANY] = [&[]; MANY];
        let (mut count, mut at) = (0, object as usize + 1);
        while let Some(key) = self.nodes.get(at) {
            let name = &self.bytes[key.start as usize + 1..key.end as usize - 1];
            let is_same = |other: &&[u8]| other.eq_ignore_ascii_case(name);
            if count == MANY || key.tag != Tag::Plain || seen[..count].iter().any(is_same) {
                return true;
            }
            seen[count] = name;
            count += 1;
            at = self.nodes[at + 1].next as usize;
        }
        false
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn push(&mut self, start: usize, tag: Tag) {
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Node { start: start as u32, end: self.at as u32, next, tag, may_repeat: false });
    }

    fn key(&mut self) -> Step {
        match self.peek() {
            Some(b'"') => {
                let start = self.at;
                self.string()?;
                self.note_key(start);
            }
            None => return Err(self.unclosed()),
            _ => return Err(self.unexpected("expected a key in double quotes", "put the key in double quotes")),
        }
        self.blanks();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("expected `:` after the key", "add the missing colon before it"));
        }
        self.at += 1;
        self.blanks();
        Ok(())
    }

    /// Remembers the key that has just been read, so that most objects are known to have each name once.
    fn note_key(&mut self, start: usize) {
        let is_plain = self.nodes.last().is_some_and(|key| key.tag == Tag::Plain);
        let name = &self.bytes[start + 1..self.at - 1];
        if let Some(open) = self.open.last_mut() {
            let bit = 1 << sketch(name);
            open.may_repeat |= !is_plain || open.seen & bit != 0;
            open.seen |= bit;
        }
    }

    /// Reads a scalar, or opens a container; says whether it opened one.
    fn value(&mut self) -> Step<bool> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string()?,
            Some(open @ (b'{' | b'[')) => {
                if self.open.len() == MAX_DEPTH {
                    return Err(self.fault(
                        1,
                        "objects and arrays are nested deeper than 128 levels",
                        "no flow needs that: check where the file comes from",
                    ));
                }
                self.open.push(Open { node: self.nodes.len() as u32, seen: 0, may_repeat: false });
                self.at += 1;
                self.push(start, if open == b'{' { Tag::Object } else { Tag::Array });
                return Ok(true);
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Tag::True)?,
            Some(b'f') => self.word("false", Tag::False)?,
            Some(b'n') => self.word("null", Tag::Null)?,
            None => return Err(self.unclosed()),
            _ => return Err(self.unexpected("expected a value", "put a value here; text needs double quotes")),
        }
        Ok(false)
    }

    fn word(&mut self, word: &'static str, tag: Tag) -> Step {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.unexpected(
                "expected a value",
                "put text in double quotes; `true`, `false` and `null` are written in lower case",
            ));
        }
        let start = self.at;
        self.at += word.len();
        self.push(start, tag);
        Ok(())
    }

    fn number(&mut self) -> Step {
        let start = self.at;
        let digits = |parser: &mut Self| {
            let from = parser.at;
            while parser.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                parser.at += 1;
            }
            parser.at > from
        };
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let zero = self.peek() == Some(b'0');
        let first = self.at;
        let mut good = digits(self) && !(zero && self.at > first + 1);
        if good && self.peek() == Some(b'.') {
            self.at += 1;
            good = digits(self);
        }
        if good && matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            good = digits(self);
        }
        if !good {
            let span = Span::new(start, self.at.max(start + 1).min(self.bytes.len()));
            return Err(SyntaxError {
                span,
                ..self.fault(
                    0,
                    "not a number that JSON allows",
                    "write it as text in double quotes, or as a plain number",
                )
            });
        }
        self.push(start, Tag::Number);
        Ok(())
    }

    fn string(&mut self) -> Step {
        let start = self.at;
        let mut tag = Tag::Plain;
        self.at += 1;
        loop {
            self.at = strings::find_special(self.bytes, self.at);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.push(start, tag);
                    return Ok(());
                }
                Some(b'\\') => {
                    tag = Tag::Escaped;
                    match strings::escape_len(&self.bytes[self.at..]) {
                        Some(len) => {
                            self.has_ascii_escapes |= self.bytes[self.at + 1..].starts_with(b"u00");
                            self.at += len;
                        }
                        None => {
                            return Err(self.fault(
                                1,
                                "not an escape that JSON allows",
                                "double the backslash if one is meant",
                            ));
                        }
                    }
                }
                None => {
                    let span = Span::new(start, start + 1);
                    return Err(SyntaxError {
                        span,
                        ..self.fault(0, "this text has no closing quote", "add the closing double quote")
                    });
                }
                Some(_) => {
                    return Err(self.fault(
                        1,
                        "a line break or control character inside text",
                        "add the closing double quote before it, or write it as an escape such as `\\n`",
                    ));
                }
            }
        }
    }

    #[inline]
    fn blanks(&mut self) {
        const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);
        loop {
            match self.bytes.get(self.at) {
                Some(b' ') => {
                    self.at += 1;
                    // Indentation comes in long runs.
                    while self.bytes.get(self.at..self.at + 8).is_some_and(|run| run == SPACES.to_ne_bytes()) {
                        self.at += 8;
                    }
                }
                Some(b'\n') => {
                    self.at += 1;
                    self.line_starts.push(self.at as u32);
                }
                Some(b'\r' | b'\t') => self.at += 1,
                _ => return,
            }
        }
    }

    /// A fault at the token that begins here.
    fn unexpected(&self, message: &'static str, help: &'static str) -> SyntaxError {
        let rest = &self.text[self.at..];
        if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| rest.starts_with(mark)) {
            return self.fault(7, "the mark of an unresolved merge", "resolve the merge: keep one of the two versions");
        }
        let len = rest.find(|c: char| c.is_whitespace() || "\",:[]{}".contains(c)).unwrap_or(rest.len());
        let len = if len == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { len.min(60) };
        let len = (len..=rest.len()).find(|&len| rest.is_char_boundary(len)).unwrap_or(rest.len());
        self.fault(len, message, help)
    }

    fn fault(&self, len: usize, message: &'static str, help: &'static str) -> SyntaxError {
        let end = (self.at + len).min(self.bytes.len());
        let opened_at = self.open.last().map(|open| self.nodes[open.node as usize].start as usize);
        SyntaxError { span: Span::new(self.at.min(end), end), message, help, opened_at }
    }
}
