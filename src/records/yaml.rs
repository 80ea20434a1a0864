//! The small part of YAML that package records are written in: mappings, lists and scalars by indentation, as the
//! platform's own tools write them. Anchors, tags, flow collections and several documents are not read.

use crate::source::Span;

/// A value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Yaml {
    Scalar(String),
    Map(Vec<(Key, Yaml)>),
    List(Vec<Yaml>),
}

/// The key of a mapping's entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) span: Span,
}

impl Yaml {
    /// Reads a text. What is not understood is left out: the files are other tools' and hold nothing but records.
    pub(super) fn parse(text: &str) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let body = line.strip_prefix('\u{feff}').unwrap_or(line);
            let trimmed = body.trim_start_matches(' ');
            let at = start + line.len() - trimmed.len();
            lines.push(Line { indent: body.len() - trimmed.len(), text: trimmed.trim_end(), at });
            start += line.len();
        }
        Parser { lines, at: 0 }.value(0)
    }

    /// The entries of a mapping; none of anything else.
    pub(super) fn entries(&self) -> impl Iterator<Item = &(Key, Yaml)> {
        let entries: &[_] = if let Self::Map(entries) = self { entries } else { &[] };
        entries.iter()
    }

    /// The value of a key, without ASCII case.
    pub(super) fn get(&self, name: &str) -> Option<&Yaml> {
        self.entries().find(|(key, _)| key.name.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The value at the end of a path of keys.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Yaml> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The items of a list, or the value itself: a list of one is written without its dash.
    pub(super) fn items(&self) -> &[Yaml] {
        if let Self::List(items) = self { items } else { std::slice::from_ref(self) }
    }

    /// The text of a scalar, if it has any.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// The text at the end of a path of keys.
    pub(super) fn text_at(&self, path: &[&str]) -> Option<String> {
        self.at(path).and_then(Self::text).map(str::to_owned)
    }
}

#[derive(Clone, Copy)]
struct Line<'t> {
    indent: usize,
    text: &'t str,
    /// Offset of `text`.
    at: usize,
}

/// Deeper nesting is not read: records need five levels.
const MAX_INDENT: usize = 200;

struct Parser<'t> {
    lines: Vec<Line<'t>>,
    at: usize,
}

impl<'t> Parser<'t> {
    /// The next line that says something.
    fn peek(&mut self) -> Option<Line<'t>> {
        while let Some(line) = self.lines.get(self.at) {
            if !line.text.is_empty() && !line.text.starts_with('#') && line.text != "---" {
                return Some(*line);
            }
            self.at += 1;
        }
        None
    }

    /// The value that stands on the next lines, if they are indented by `indent` or more.
    fn value(&mut self, indent: usize) -> Yaml {
        match self.peek() {
            Some(line) if line.indent >= indent && line.indent <= MAX_INDENT => {
                if dash(line.text).is_some() {
                    self.list(line.indent)
                } else {
                    self.map(line.indent)
                }
            }
            _ => Yaml::Scalar(String::new()),
        }
    }

    fn list(&mut self, indent: usize) -> Yaml {
        let mut items = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.indent == indent) {
            let Some(rest) = dash(line.text) else { break };
            let inner = indent + line.text.len() - rest.len();
            if rest.is_empty() {
                self.at += 1;
                items.push(self.value(indent + 1));
            } else if dash(rest).is_some() || entry(rest).is_some() {
                // The item's first line goes on as if it stood on a line of its own.
                self.lines[self.at] = Line { indent: inner, text: rest, at: line.at + line.text.len() - rest.len() };
                items.push(self.value(inner));
            } else {
                self.at += 1;
                items.push(Yaml::Scalar(scalar(rest)));
            }
        }
        Yaml::List(items)
    }

    fn map(&mut self, indent: usize) -> Yaml {
        let mut entries = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.indent >= indent) {
            self.at += 1;
            let Some((name, rest)) = entry(line.text).filter(|_| line.indent == indent) else { continue };
            let key = Key { name: scalar(name), span: Span::new(line.at, line.at + name.len()) };
            let value = match rest.chars().next() {
                // A list may stand at the indentation of its key.
                None => {
                    let same = self.peek().is_some_and(|next| next.indent == indent && dash(next.text).is_some());
                    self.value(if same { indent } else { indent + 1 })
                }
                Some('|' | '>') => Yaml::Scalar(self.block(indent)),
                Some(_) => Yaml::Scalar(scalar(rest)),
            };
            entries.push((key, value));
        }
        Yaml::Map(entries)
    }

    /// A text on several lines. How they were folded does not matter to what reads records.
    fn block(&mut self, indent: usize) -> String {
        let mut all: Vec<&str> = Vec::new();
        while let Some(line) = self.lines.get(self.at).filter(|line| line.text.is_empty() || line.indent > indent) {
            all.push(line.text);
            self.at += 1;
        }
        all.join("\n").trim_end().to_owned()
    }
}

/// What follows the dash of a list's item.
fn dash(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('-')?;
    (rest.is_empty() || rest.starts_with(' ')).then(|| rest.trim_start())
}

/// The key, as it is spelled, and what follows its colon.
fn entry(text: &str) -> Option<(&str, &str)> {
    let end = match text.chars().next()? {
        quote @ ('\'' | '"') => text[1..].find(quote)? + 2,
        _ => text.find(": ").or_else(|| text.strip_suffix(':').map(str::len))?,
    };
    let rest = text[end..].strip_prefix(':')?;
    (rest.is_empty() || rest.starts_with(' ')).then(|| (&text[..end], rest.trim_start()))
}

/// A scalar without its quotes, escapes and comment.
fn scalar(text: &str) -> String {
    if let Some(inner) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return inner.replace("''", "'");
    }
    if let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        let mut all = String::new();
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            all.push(match c {
                '\\' => match chars.next() {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some(other) => other,
                    None => break,
                },
                c => c,
            });
        }
        return all;
    }
    text.split(" #").next().unwrap_or_default().trim_end().to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_tools_write() {
        let text = "\u{feff}Workflow:\r\n  '@WorkflowId': '{1-2}'\r\n  '@Name': It's: here\r\n  Empty: \r\n  Names:\r\n    \
                    Name:\r\n    - '@code': 1033\r\n      '@text': \"a \\\"b\\\"\"\r\n    - '@code': 1031\r\n  # note\r\n  \
                    Text: |\r\n    one\r\n\r\n    two: 2\r\n  Last: 5 # five\r\nlist:\r\n- a\r\n- b\r\n";
        let yaml = Yaml::parse(text);
        let at = |path: &[&str]| yaml.text_at(path);
        assert_eq!(at(&["workflow", "@workflowid"]).as_deref(), Some("{1-2}"));
        assert_eq!(at(&["Workflow", "@Name"]).as_deref(), Some("It's: here"));
        assert_eq!(at(&["Workflow", "Empty"]), None);
        assert_eq!(at(&["Workflow", "Text"]).as_deref(), Some("one\n\ntwo: 2"));
        assert_eq!(at(&["Workflow", "Last"]).as_deref(), Some("5"));
        let names = yaml.at(&["Workflow", "Names", "Name"]).unwrap().items();
        assert_eq!(names.len(), 2);
        assert_eq!(names[0].text_at(&["@text"]).as_deref(), Some("a \"b\""));
        assert_eq!(yaml.get("list").unwrap().items().len(), 2);
        let (key, _) = yaml.get("Workflow").unwrap().entries().nth(1).unwrap();
        assert_eq!(&text[key.span.range()], "'@Name'");
    }

    #[test]
    fn survives_what_is_not_yaml() {
        for text in ["", ":", "- - - x", "a:\n -\n  -", "'", "\"\\", "  a: 1\nb: 2", "- a: 1\n   b: 2\n c", "\t\ta: b"]
        {
            Yaml::parse(text);
        }
        Yaml::parse(&"- ".repeat(50_000));
        Yaml::parse(&(0..5_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>());
    }
}
