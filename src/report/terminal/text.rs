//! Text for a terminal: harmless, measured in columns, wrapped and shortened. Knows nothing of findings.

use crate::model::is_guid;
use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns that a text takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Makes text from a flow harmless: nothing in it can move the cursor, hide or turn round other text, or be taken for a
/// command by the agents that read a build's output (`##vso[…]` of Azure DevOps anywhere in a line, `##[…]` of both, `::…::` of
/// GitHub at its beginning).
pub fn clean(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if is_plain && !text.contains("##") && !text.contains("::") {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => cleaned.push(' '),
            _ if is_hidden(c, before) => {
                // Names are shown, not hidden: a reader should see that something is there.
                let _ = write!(cleaned, "<U+{:04X}>", c as u32);
            }
            '#' if before == '#' => cleaned.push_str(" #"),
            ':' if before == ':' && cleaned[..cleaned.len() - 1].ends_with([' ']) => cleaned.push_str(" :"),
            ':' if before == ':' && cleaned.len() == 1 => cleaned.push_str(" :"),
            _ => cleaned.push(c),
        }
        before = c;
    }
    Cow::Owned(cleaned)
}

/// Control characters, and those that show nothing or change the direction of what follows.
fn is_hidden(c: char, before: char) -> bool {
    match c {
        // Emoji and some scripts are written with joiners; beside ASCII they have no business.
        '\u{200c}' | '\u{200d}' => before.is_ascii(),
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => c.is_control(),
    }
}

/// Breaks text at blanks into lines of at most `columns`. A word that is longer loses its middle.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    lines(text.split_whitespace().map(|word| shorten(word, columns)), columns)
}

/// Breaks text at blanks into lines of at most `columns`. A word that is longer stays whole, as an address has to.
pub fn wrap_whole_words(text: &str, columns: usize) -> Vec<String> {
    lines(text.split_whitespace().map(Cow::Borrowed), columns)
}

fn lines<'t>(words: impl Iterator<Item = Cow<'t, str>>, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let (mut line, mut taken) = (String::new(), 0);
    for word in words {
        let needed = width(&word);
        if taken > 0 && taken + 1 + needed > columns {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        if taken > 0 {
            line.push(' ');
            taken += 1;
        }
        line.push_str(&word);
        taken += needed;
    }
    if taken > 0 {
        lines.push(line);
    }
    lines
}

/// Takes out the middle of a text that needs more than `columns`; its end, where names differ, keeps the larger half.
pub fn shorten(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let room = columns.saturating_sub(1);
    let (head, tail) = (first_columns(text, room / 2), last_columns(text, room - room / 2));
    Cow::Owned(format!("{head}…{tail}"))
}

/// Shortens a path where people miss it least: first the GUID in the file's name, then the folders before it.
pub fn shorten_path(path: &str, columns: usize) -> String {
    if width(path) <= columns {
        return path.to_owned();
    }
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let file = without_guid(file);
    let room = columns.saturating_sub(width(&file) + width("/"));
    match folders {
        "" => shorten(&file, columns).into_owned(),
        folders if width(folders) <= room => format!("{folders}/{file}"),
        folders if room > width("…") => format!("{}/{file}", cut(folders, room)),
        _ => shorten(&file, columns).into_owned(),
    }
}

/// A name in which four characters stand for a GUID.
fn without_guid(name: &str) -> String {
    const LENGTH: usize = 36;
    let found = name.char_indices().find(|&(at, _)| name.get(at..at + LENGTH).is_some_and(is_guid));
    match found {
        Some((at, _)) => format!("{}…{}", &name[..at + 4], &name[at + LENGTH..]),
        None => name.to_owned(),
    }
}

/// Takes off the end of a text that needs more than `columns`.
pub fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", first_columns(text, columns.saturating_sub(1)).trim_end()))
}

/// As many characters from the beginning as fit.
pub fn first_columns(text: &str, columns: usize) -> &str {
    let mut taken = 0;
    let end = text.char_indices().find(|&(_, c)| {
        taken += c.width().unwrap_or(0);
        taken > columns
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// As many characters from the end as fit.
pub fn last_columns(text: &str, columns: usize) -> &str {
    let mut taken = 0;
    let start = text.char_indices().rev().find(|&(_, c)| {
        taken += c.width().unwrap_or(0);
        taken > columns
    });
    start.map_or(text, |(at, c)| &text[at + c.len_utf8()..])
}

/// `1 flow`, `2 flows`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Joins what fits into `columns`, and says how many are left.
pub fn listed(items: &[String], columns: usize) -> String {
    let mut line = String::new();
    let mut taken = 0;
    for (index, item) in items.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        let rest = items.len() - index;
        let more = format!("{separator}… {rest} more");
        let reserve = if rest == 1 { 0 } else { width(&more) };
        let longest = columns.saturating_sub(taken + width(separator) + reserve);
        if index > 0 && width(item) > longest {
            line.push_str(&more);
            break;
        }
        let item = shorten(item, longest.max(8));
        taken += width(separator) + width(&item);
        line.push_str(separator);
        line.push_str(&item);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_flows_can_do_no_harm() {
        for (given, shown) in [
            ("Send to carrier", "Send to carrier"),
            ("Prüfung für Ärzte 日本 👩‍💻 ⚠️", "Prüfung für Ärzte 日本 👩‍💻 ⚠️"),
            ("a\u{202e}b\u{200b}c", "a<U+202E>b<U+200B>c"),
            ("red\u{1b}[31m", "red<U+001B>[31m"),
            ("two\r\nlines\tand a tab", "two  lines and a tab"),
            ("x ##vso[task.complete]", "x # #vso[task.complete]"),
            ("##[error]x ###[group]", "# #[error]x # # #[group]"),
            ("::error::x", ": :error::x"),
            ("x ::error::y a::b", "x : :error::y a::b"),
            ("x\n::error::y", "x : :error::y"),
            ("a\u{200d}b", "a<U+200D>b"),
        ] {
            assert_eq!(clean(given), shown);
        }
    }

    #[test]
    fn wraps_and_shortens_by_columns() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("日本語 日本語", 7), ["日本語", "日本語"]);
        assert_eq!(wrap("https://example.org/a/very/long/path", 12), ["https…g/path"].map(|line| line));
        assert!(wrap("", 10).is_empty());
        for columns in 1..30 {
            for line in wrap("日本語の長い名前と 👩‍💻👩‍💻👩‍💻👩‍💻👩‍💻 and-some-longer-words", columns)
            {
                assert!(width(&line) <= columns.max(2), "{line:?} in {columns}");
            }
        }
    }

    #[test]
    fn paths_keep_what_people_know() {
        let path = "dist/OrderSync.zip/Workflows/OrderSync-1F0C7D52-3A41-4C8E-9A57-2B60C9D7E001.json";
        assert_eq!(shorten_path(path, 100), path);
        assert_eq!(shorten_path(path, 60), "dist/OrderSync.zip/Workflows/OrderSync-1F0C….json");
        assert_eq!(shorten_path(path, 40), "dist/OrderSync.zip…/OrderSync-1F0C….json");
        assert_eq!(shorten_path(path, 20), "OrderSync-1F0C….json");
        assert_eq!(shorten_path(path, 19), "OrderSync…F0C….json");
        assert_eq!(shorten_path("ÄÖÜäöüß-1F0C7D52-3A41-4C8E-9A57-2B60C9D7E00é", 9), "ÄÖÜä…E00é");
        for columns in 1..90 {
            assert!(width(&shorten_path(path, columns)) <= columns);
        }
    }

    #[test]
    fn lists_what_fits_and_counts_the_rest() {
        let items: Vec<String> = ["Alpha", "Beta", "Gamma"].map(String::from).into();
        assert_eq!(listed(&items, 40), "Alpha, Beta, Gamma");
        assert_eq!(listed(&items, 16), "Alpha, … 2 more");
        assert_eq!(listed(&items[..1], 3), "Alpha");
        assert_eq!(listed(&[], 3), "");
    }
}
