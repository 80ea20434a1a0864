//! Bytes and positions: spans, line and column maths, and what went wrong with a file. Knows nothing of JSON or flows.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A half-open range of bytes in a source text, byte order mark included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to `end`. Offsets fit 32 bits since `input` refuses larger files.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end && end <= u32::MAX as usize);
        Self { start: start as u32, end: end as u32 }
    }

    /// The range for indexing a text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies within this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// A position as people and viewers count it. All numbers start at 1; a byte order mark is not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line; `\n` ends a line, a `\r` before it belongs to the line's end.
    pub line: u32,
    /// Column in UTF-16 code units, as SARIF's `utf16CodeUnits`, VS Code and GitHub count.
    pub column: u32,
    /// Column in characters, for people in front of a terminal.
    pub display_column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.display_column)
    }
}

/// Turns byte offsets into positions. Built only for files that have something to report.
///
/// Lookups are logarithmic in the number of lines and of non-ASCII characters, so that a hundred findings on a
/// single line of half a megabyte cost no more than on many lines.
pub struct LineIndex<'s> {
    text: &'s str,
    line_starts: Cow<'s, [u32]>,
    /// For each non-ASCII character: the offset after it, and how many bytes more than UTF-16 units and than characters
    /// the text up to there has.
    wide: Vec<(u32, u32, u32)>,
}

impl<'s> LineIndex<'s> {
    /// Reads the whole text once.
    pub fn new(text: &'s str) -> Self {
        let mut line_starts = vec![byte_order_mark(text)];
        line_starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1));
        Self::with_lines(text, line_starts)
    }

    /// For a text of which is known where its lines start: first behind a byte order mark, then behind each `\n`.
    pub(crate) fn with_lines(text: &'s str, line_starts: impl Into<Cow<'s, [u32]>>) -> Self {
        let mut wide = Vec::new();
        if !text.is_ascii() {
            let (mut units, mut chars) = (0, 0);
            for (at, c) in text.char_indices().filter(|(_, c)| !c.is_ascii()) {
                units += (c.len_utf8() - c.len_utf16()) as u32;
                chars += (c.len_utf8() - 1) as u32;
                wide.push(((at + c.len_utf8()) as u32, units, chars));
            }
        }
        Self { text, line_starts: line_starts.into(), wide }
    }

    /// The position of the character that contains byte `offset`; offsets past the end mean the end.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let offset = (offset as u32).max(self.line_starts[0]);
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1];
        let (units_before, chars_before) = self.surplus(start);
        let (units, chars) = self.surplus(offset);
        Position {
            line: line as u32,
            column: (offset - start) - (units - units_before) + 1,
            display_column: (offset - start) - (chars - chars_before) + 1,
        }
    }

    /// The bytes of a line (from 1) without its end.
    pub fn line_span(&self, line: u32) -> Span {
        let index = (line.max(1) as usize - 1).min(self.line_starts.len() - 1);
        let start = self.line_starts[index] as usize;
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |&next| next as usize - 1);
        let end = if end > start && self.text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end };
        Span::new(start, end.max(start))
    }

    fn surplus(&self, offset: u32) -> (u32, u32) {
        match self.wide.partition_point(|&(after, ..)| after <= offset) {
            0 => (0, 0),
            n => (self.wide[n - 1].1, self.wide[n - 1].2),
        }
    }
}

/// How many bytes a leading byte order mark takes.
fn byte_order_mark(text: &str) -> u32 {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

/// What kept something from being read or checked. A problem is data: the run goes on, the exit code tells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file as reports name it (design decision 14), or the rule's id where a rule is at fault.
    pub uri: String,
    /// Where in it, if known.
    pub position: Option<Position>,
    /// Who has to act.
    pub kind: ProblemKind,
    /// What is wrong: lower-case start, no final period.
    pub message: String,
    /// What to do about it, as an instruction.
    pub help: String,
}

/// Who has to act on a [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The input could not be read or understood; what it holds was not analysed.
    Unreadable,
    /// One rule failed on one flow; everything else was analysed. Our fault.
    Internal,
    /// Nothing was lost, but the user should know.
    Notice,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_columns_as_editors_do() {
        let text = "\u{feff}a\r\n\u{1F600}é\tx\n\nlast";
        let index = LineIndex::new(text);
        let at = |needle: &str| {
            let p = index.position(text.find(needle).unwrap());
            (p.line, p.column, p.display_column)
        };
        assert_eq!(at("a"), (1, 1, 1), "the byte order mark is no column");
        assert_eq!(at("\u{1F600}"), (2, 1, 1));
        assert_eq!(at("é"), (2, 3, 2), "an emoji is two UTF-16 units and one character");
        assert_eq!(at("x"), (2, 5, 4));
        assert_eq!(at("last"), (4, 1, 1));
        assert_eq!(index.position(usize::MAX), Position { line: 4, column: 5, display_column: 5 });
        assert_eq!(&text[index.line_span(1).range()], "a");
        assert_eq!(&text[index.line_span(3).range()], "");
        assert_eq!(&text[index.line_span(4).range()], "last");
    }

    #[test]
    fn an_offset_inside_a_character_means_that_character() {
        let index = LineIndex::new("é!");
        assert_eq!(index.position(1), index.position(0));
    }
}
