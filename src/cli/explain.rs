//! `flowvet rules` and `flowvet explain`: the rules' pages, in a terminal.

use super::{columns, rules};
use anyhow::Result;
use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};
use flowvet::page::{Category, Level, Profile, RuleMeta};
use flowvet::report::terminal::text::{cut, width, wrap_whole_words};
use flowvet::report::{ExitCode, json};
use std::io::{self, Write};

/// Formats of the list of rules.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Terminal,
    /// For programs
    Json,
}

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

pub(super) fn list(format: ListFormat) -> Result<ExitCode> {
    let mut out = io::BufWriter::new(anstream::stdout());
    match format {
        ListFormat::Json => json::write_rules(rules(), &mut out)?,
        ListFormat::Terminal => write_list(columns(), &mut out)?,
    }
    out.flush()?;
    Ok(ExitCode::Clean)
}

fn write_list(columns: usize, out: &mut dyn Write) -> io::Result<()> {
    let longest = rules().map(|meta| meta.id.len()).max().unwrap_or(0);
    for category in Category::ALL {
        let mut rules = rules().filter(|meta| meta.category == *category).peekable();
        if rules.peek().is_none() {
            continue;
        }
        writeln!(out, "{STRONG}{category}{STRONG:#}")?;
        for meta in rules {
            let (style, level, id) = (style_of(meta.level), meta.level, &meta.id);
            // Most rules apply unasked; only the others need a word.
            let profile = if meta.profile == Profile::Default { String::new() } else { format!("[{}] ", meta.profile) };
            let taken = format!("  {level:7}  {id:longest$}  ");
            let summary = format!("{profile}{}", meta.summary);
            let summary = cut(&summary, columns.saturating_sub(width(&taken)).max(20));
            writeln!(out, "  {style}{level:7}{style:#}  {id:longest$}  {DIM}{summary}{DIM:#}")?;
        }
        writeln!(out)?;
    }
    writeln!(out, "Read one: flowvet explain RULE. [strict] rules apply with --profile strict, [off] ones by --only.")
}

fn style_of(level: Level) -> Style {
    match level {
        Level::Error => AnsiColor::Red.on_default().bold(),
        Level::Warning => AnsiColor::Yellow.on_default(),
        Level::Note => AnsiColor::Cyan.on_default(),
    }
}

pub(super) fn explain(meta: &RuleMeta) -> Result<ExitCode> {
    let mut out = io::BufWriter::new(anstream::stdout());
    write_page(meta, columns().min(100), &mut out)?;
    out.flush()?;
    Ok(ExitCode::Clean)
}

fn write_page(meta: &RuleMeta, columns: usize, out: &mut dyn Write) -> io::Result<()> {
    let style = style_of(meta.level);
    let (level, category, profile, since) = (meta.level, meta.category, meta.profile, &meta.since);
    let mut body = meta.body();
    if let Some((heading, rest)) = body.split_once('\n') {
        writeln!(out, "{STRONG}{}{STRONG:#}", heading.trim_start_matches("# "))?;
        writeln!(out, "{style}{level}{style:#}{DIM}, {category}, profile {profile}, since {since}{DIM:#}")?;
        body = rest;
    }
    for case in meta.cases.iter() {
        let style = style_of(case.level);
        writeln!(out, "  {style}{}{style:#} {DIM}{}, profile {}{DIM:#}", case.level, case.name, case.profile)?;
    }
    write_markdown(body, columns, out)?;
    writeln!(out, "\n{DIM}{}{DIM:#}", meta.help_uri())
}

/// The Markdown that rule pages use: headings, paragraphs, lists, tables and fenced code.
fn write_markdown(text: &str, columns: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut paragraph = Paragraph::default();
    let mut is_code = false;
    for line in text.lines() {
        let unindented = line.trim_start();
        if unindented.starts_with("```") {
            paragraph.end(columns, out)?;
            is_code = !is_code;
        } else if is_code {
            writeln!(out, "    {line}")?;
        } else if let Some(heading) = line.strip_prefix('#') {
            paragraph.end(columns, out)?;
            writeln!(out, "{STRONG}{}{STRONG:#}", heading.trim_start_matches('#').trim())?;
        } else if unindented.is_empty() {
            paragraph.end(columns, out)?;
            writeln!(out)?;
        } else if unindented.starts_with('|') {
            paragraph.end(columns, out)?;
            writeln!(out, "{line}")?;
        } else {
            if let Some(marker) = list_marker(unindented) {
                paragraph.end(columns, out)?;
                paragraph.hanging = line.len() - unindented.len() + marker;
            }
            paragraph.add(unindented);
        }
    }
    paragraph.end(columns, out)
}

/// How long the marker of a list's item is, blank included.
fn list_marker(line: &str) -> Option<usize> {
    if line.starts_with("- ") || line.starts_with("* ") {
        return Some(2);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && line[digits..].starts_with(". ")).then_some(digits + 2)
}

/// Lines that belong together and are wrapped anew.
#[derive(Default)]
struct Paragraph {
    text: String,
    /// Columns that lines after the first are indented by.
    hanging: usize,
}

impl Paragraph {
    fn add(&mut self, line: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(line);
    }

    fn end(&mut self, columns: usize, out: &mut dyn Write) -> io::Result<()> {
        let Self { text, hanging } = std::mem::take(self);
        let indent = " ".repeat(hanging);
        // The marker stands in the indent of the first line.
        let (marker, rest) = text.split_at(if hanging > 0 { list_marker(&text).unwrap_or(0) } else { 0 });
        let outer = " ".repeat(hanging.saturating_sub(marker.len()));
        for (index, line) in
            wrap_whole_words(&with_plain_links(rest), columns.saturating_sub(hanging)).iter().enumerate()
        {
            match index {
                0 => writeln!(out, "{outer}{marker}{line}")?,
                _ => writeln!(out, "{indent}{line}")?,
            }
        }
        Ok(())
    }
}

/// `[text](target)` as `text <target>`, which terminals make clickable.
fn with_plain_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, label, target, after)) = first_link(rest) {
        plain.push_str(&format!("{before}{label} <{target}>"));
        rest = after;
    }
    plain + rest
}

/// What stands before the first link, its text and target, and what stands after it.
fn first_link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = text.find("](")?;
    let open = text[..middle].rfind('[')?;
    let close = middle + text[middle..].find(')')?;
    Some((&text[..open], &text[open + 1..middle], &text[middle + 2..close], &text[close + 1..]))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn pages_read_well_in_a_terminal() {
        let page = "## Why\n\nA long line\nthat goes on.\n\n- an item that\n  goes on\n- see [the page](https://x.example/a), or\n  [b](c)\n\n```json\n{\n  \"a\": 1 }\n```\n1. one\n";
        let mut out = Vec::new();
        write_markdown(page, 20, &mut out).unwrap();
        let shown = anstream::adapter::strip_bytes(&out).into_vec();
        let wanted = "Why\n\nA long line that\ngoes on.\n\n- an item that goes\n  on\n- see the page\n  <https://x.example/a>,\n  or b <c>\n\n    {\n      \"a\": 1 }\n1. one\n";
        assert_eq!(String::from_utf8(shown).unwrap(), wanted);
    }

    #[test]
    fn every_page_fits() {
        for meta in rules() {
            let mut out = Vec::new();
            write_page(meta, 100, &mut out).unwrap();
            let shown = String::from_utf8(anstream::adapter::strip_bytes(&out).into_vec()).unwrap();
            assert!(shown.starts_with(&format!("{}\n", meta.id)));
            assert!(!shown.contains("```") && !shown.contains("\n## "), "{shown}");
        }
    }

    #[test]
    fn every_rule_is_listed() {
        let mut out = Vec::new();
        write_list(100, &mut out).unwrap();
        let shown = String::from_utf8(anstream::adapter::strip_bytes(&out).into_vec()).unwrap();
        assert!(rules().all(|meta| shown.contains(meta.id.as_ref())));
        assert!(shown.lines().all(|line| width(line) <= 100), "{shown}");
    }
}
