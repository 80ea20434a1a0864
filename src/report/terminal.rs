//! What makers read in a terminal: findings by flow in their own words, then what could not be checked, then what to do
//! first. Everything that stands in a flow is made harmless before it is shown.

mod snippet;
pub mod text;

use super::{Emitter, Report};
use crate::finding::{Finding, Place};
use crate::model::display_name;
use crate::page::Level;
use crate::source::{LineIndex, Position, Problem, ProblemKind, Span};
use miette::ThemeStyles;
use snippet::{Drawer, Window};
use std::collections::{BTreeMap, HashSet};
use std::io;
use text::{clean, count, cut, listed, shorten, shorten_path, width, wrap};

/// Writes for people in front of a terminal.
pub struct Terminal {
    /// Columns that a line may take.
    pub width: usize,
    /// Whether to write ANSI colours.
    pub colour: bool,
}

/// Columns where nobody says how many there are.
pub const DEFAULT_WIDTH: usize = 100;

/// A narrower terminal has to wrap by itself.
const NARROWEST: usize = 60;

/// Where the text of a finding begins.
const BODY: usize = 9;

/// Columns that the name of a flow leaves for its file.
const LEAST_URI: usize = 24;

/// Findings of the same rule and message in one flow that are shown in full.
const SHOWN_ALIKE: usize = 3;

/// Lines of a note.
const MOST_NOTE_LINES: usize = 2;

/// Related places that are shown.
const SHOWN_RELATED: usize = 3;

/// Problems that are shown.
const SHOWN_PROBLEMS: usize = 20;

impl Emitter for Terminal {
    fn emit(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        let page = Page::new(self.width.max(NARROWEST), self.colour, report);
        io::Write::write_all(&mut out, page.text().as_bytes())?;
        io::Write::flush(&mut out)
    }
}

/// What is wrong with a file that says what to do, such as a config: place, message, the line itself, and help.
pub fn mistake(file: &str, text: &str, span: Span, message: &str, help: &str, columns: usize) -> String {
    let lines = LineIndex::new(text);
    let start = lines.position(span.start as usize);
    let line = lines.line_span(start.line);
    let part = |from: u32, to: u32| text.get(from as usize..to.max(from) as usize).unwrap_or_default();
    let place = span.start.clamp(line.start, line.end)..span.end.clamp(line.start, line.end);
    let parts = (part(line.start, place.start), part(place.start, place.end), part(place.end, line.end));
    let mut shown = format!("{}:{start}: {}", clean(file), clean(message));
    let window = Window::new(parts, start.line, columns.saturating_sub(BODY));
    for drawn in window.iter().flat_map(|window| Palette::new(false).drawer(Level::Error).draw(window, BODY)) {
        shown.push('\n');
        shown.push_str(&drawn);
    }
    for (index, wrapped) in wrap(&clean(help), columns.saturating_sub(8)).iter().enumerate() {
        shown.push_str(if index == 0 { "\n  help: " } else { "\n        " });
        shown.push_str(wrapped);
    }
    shown
}

/// The styles of text: miette's, since it draws the snippets.
struct Palette {
    styles: ThemeStyles,
    colour: bool,
}

impl Palette {
    fn new(colour: bool) -> Self {
        let mut styles = if colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
        if colour {
            styles.error = styles.error.bold();
            styles.warning = styles.warning.bold();
        }
        Self { styles, colour }
    }

    fn level(&self, level: Level) -> String {
        let style = match level {
            Level::Error => self.styles.error,
            Level::Warning => self.styles.warning,
            Level::Note => self.styles.advice,
        };
        style.style(level.name()).to_string()
    }

    fn strong(&self, text: &str) -> String {
        if self.colour { ThemeStyles::none().error.bold().style(text).to_string() } else { text.to_owned() }
    }

    fn dim(&self, text: &str) -> String {
        self.styles.linum.style(text).to_string()
    }

    fn help(&self, text: &str) -> String {
        self.styles.help.style(text).to_string()
    }

    /// Draws snippets whose marks have the colour of a level.
    fn drawer(&self, level: Level) -> Drawer {
        let mut styles = self.styles.clone();
        if level == Level::Warning {
            styles.error = styles.warning;
        }
        Drawer::new(&styles)
    }
}

/// A report being laid out.
struct Page<'r> {
    report: &'r Report,
    columns: usize,
    palette: Palette,
    errors: Drawer,
    warnings: Drawer,
}

/// Findings of one flow that say the same of different places.
struct Alike<'r> {
    level: Level,
    rule: &'r str,
    findings: Vec<&'r Finding>,
}

impl<'r> Page<'r> {
    fn new(columns: usize, colour: bool, report: &'r Report) -> Self {
        let palette = Palette::new(colour);
        let (errors, warnings) = (palette.drawer(Level::Error), palette.drawer(Level::Warning));
        Self { report, columns, palette, errors, warnings }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for findings in self.flows() {
            self.flow(&findings, &mut text);
            text.push('\n');
        }
        self.problems(&mut text);
        self.summary(&mut text);
        text
    }

    /// The findings of each flow, in the order of the report.
    fn flows(&self) -> Vec<Vec<&'r Finding>> {
        let mut flows: BTreeMap<(&str, &str, &str), Vec<&Finding>> = BTreeMap::new();
        for finding in &self.report.findings {
            let flow = &finding.place.flow;
            flows.entry((&flow.uri, &flow.id, &flow.name)).or_default().push(finding);
        }
        flows.into_values().collect()
    }

    fn flow(&self, findings: &[&'r Finding], text: &mut String) {
        let flow = &findings[0].place.flow;
        // The name is what a maker knows; the file gets what is left.
        let name = cut(&clean(&flow.name), self.columns - LEAST_URI - 2).into_owned();
        let uri = shorten_path(&clean(&flow.uri), self.columns - width(&name) - 2);
        let gap = " ".repeat(self.columns - width(&name) - width(&uri));
        line(text, &format!("{}{gap}{}", self.palette.strong(&name), self.palette.dim(&uri)));
        let groups = self.groups(findings);
        for (index, group) in groups.iter().enumerate() {
            // Notes follow each other closely: they are remarks, not tasks.
            if index > 0 && (group.level > Level::Note || groups[index - 1].level > Level::Note) {
                text.push('\n');
            }
            self.group(group, text);
        }
    }

    /// The worst first; within a level by rule, within a rule by place.
    fn groups(&self, findings: &[&'r Finding]) -> Vec<Alike<'r>> {
        let mut groups: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
        for &finding in findings {
            let key = (std::cmp::Reverse(finding.level), &self.report.rule(finding).id, shape(&finding.message));
            groups.entry(key).or_default().push(finding);
        }
        let mut groups: Vec<Alike<'r>> =
            groups.into_iter().map(|((level, rule, _), findings)| Alike { level: level.0, rule, findings }).collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.level), group.rule, group.findings[0].place.span));
        groups
    }

    fn group(&self, group: &Alike<'r>, text: &mut String) {
        let shown = match group.findings.len() {
            // "… and 1 more" takes the room of the one.
            all if all <= SHOWN_ALIKE + 1 => all,
            _ => SHOWN_ALIKE,
        };
        let mut help = "";
        for (index, finding) in group.findings[..shown].iter().enumerate() {
            if index > 0 && group.level > Level::Note {
                text.push('\n');
            }
            self.finding(finding, group.rule, help == finding.help, text);
            help = &finding.help;
        }
        let rest = &group.findings[shown..];
        if !rest.is_empty() {
            let intro = format!("… and {} more like this: ", rest.len());
            let mut steps: Vec<String> = rest.iter().map(|finding| clean(&step(&finding.place)).into_owned()).collect();
            steps.dedup();
            let steps = listed(&steps, self.columns - BODY - width(&intro));
            self.body(text, &self.palette.dim(&format!("{intro}{steps}")));
        }
    }

    fn finding(&self, finding: &Finding, rule: &str, is_help_known: bool, text: &mut String) {
        self.heading(finding, rule, text);
        let mut message = wrap(&clean(&finding.message), self.columns - BODY);
        if finding.level == Level::Note && message.len() > MOST_NOTE_LINES {
            message.truncate(MOST_NOTE_LINES);
            if let Some(last) = message.last_mut() {
                *last = cut(&format!("{last} …"), self.columns - BODY).into_owned();
            }
        }
        for wrapped in &message {
            self.body(text, wrapped);
        }
        if finding.level == Level::Note {
            return;
        }
        let all = || std::iter::once(&finding.place).chain(&finding.places);
        if !finding.places.is_empty() && !all().all(|place| is_named_in(place, &finding.message)) {
            let places: Vec<String> = all().map(|place| clean(&step(place)).into_owned()).collect();
            self.body(text, &self.palette.dim(&format!("at {}", listed(&places, self.columns - BODY - 3))));
        }
        self.snippet(finding, text);
        self.data_path(finding, text);
        self.related(finding, text);
        if !is_help_known {
            self.help(&finding.help, text);
        }
    }

    /// Level, rule, step, and the position at the right edge.
    fn heading(&self, finding: &Finding, rule: &str, text: &mut String) {
        let position = match finding.place.start {
            Position { line: 0, .. } => String::new(),
            known => known.to_string(),
        };
        let taken = 2 + width(finding.level.name()) + 2 + width(rule) + 3 + 2 + width(&position);
        let steps = match finding.places.len() {
            0 => breadcrumbs(&finding.place, self.columns.saturating_sub(taken).max(12)),
            further => count(further + 1, "step"),
        };
        let (level, name) = (self.palette.level(finding.level), self.palette.strong(rule));
        let mut heading = format!("  {level}  {name}");
        if !steps.is_empty() {
            heading.push_str(&format!("   {steps}"));
        }
        if !position.is_empty() {
            let shown = width("  ") + width(finding.level.name()) + width("  ") + width(rule);
            let shown = if steps.is_empty() { shown } else { shown + width("   ") + width(&steps) };
            let gap = self.columns.saturating_sub(shown + width(&position)).max(2);
            heading.push_str(&format!("{:gap$}{}", "", self.palette.dim(&position)));
        }
        line(text, &heading);
    }

    /// The line, unless it would only repeat the step's name.
    fn snippet(&self, finding: &Finding, text: &mut String) {
        let place = &finding.place;
        let (before, marked, after) = place.snippet.parts();
        let repeats = place.path.steps.last().is_some_and(|name| marked.trim_matches('"') == name);
        if repeats || !finding.places.is_empty() {
            return;
        }
        let is_cut = place.snippet.first_column as usize > before.chars().count() + 1;
        let before = if is_cut { format!("…{before}") } else { before.to_owned() };
        let Some(window) = Window::new((&before, marked, after), place.start.line, self.columns - BODY) else { return };
        let drawer = if finding.level == Level::Error { &self.errors } else { &self.warnings };
        for drawn in drawer.draw(&window, BODY) {
            line(text, &drawn);
        }
    }

    fn related(&self, finding: &Finding, text: &mut String) {
        for (place, message) in finding.related.iter().take(SHOWN_RELATED) {
            let elsewhere =
                if place.flow == finding.place.flow { String::new() } else { place.flow.name.clone() + ": " };
            let steps = format!("{}{}", clean(&elsewhere), breadcrumbs(place, self.columns));
            let position = if steps.is_empty() { place.start.to_string() } else { format!(" ({})", place.start) };
            let related = format!("{}: {steps}{position}", clean(message));
            for wrapped in wrap(&related, self.columns - BODY) {
                self.body(text, &self.palette.dim(&wrapped));
            }
        }
        if finding.related.len() > SHOWN_RELATED {
            let more = format!("… and {} more places", finding.related.len() - SHOWN_RELATED);
            self.body(text, &self.palette.dim(&more));
        }
    }

    /// The steps that a value passes, each named once in a row.
    fn data_path(&self, finding: &Finding, text: &mut String) {
        let mut steps: Vec<String> =
            finding.data_path.iter().map(|(place, _)| clean(&step(place)).into_owned()).collect();
        steps.dedup();
        let Some((last, front)) = steps.split_last() else { return };
        let Some((first, middle)) = front.split_first() else { return };
        let mut shown = format!("from {first}");
        for through in middle {
            shown.push_str(&format!(" → through {through}"));
        }
        shown.push_str(&format!(" → to {last}"));
        for wrapped in wrap(&shown, self.columns - BODY) {
            self.body(text, &self.palette.dim(&wrapped));
        }
    }

    fn help(&self, help: &str, text: &mut String) {
        const LABEL: &str = "help: ";
        for (index, wrapped) in wrap(&clean(help), self.columns - BODY - LABEL.len()).iter().enumerate() {
            let label = if index == 0 { self.palette.help(LABEL) } else { " ".repeat(LABEL.len()) };
            self.body(text, &format!("{label}{wrapped}"));
        }
    }

    fn body(&self, text: &mut String, content: &str) {
        line(text, &format!("{:BODY$}{content}", ""));
    }

    /// What was not checked, where no finding says so at the same place.
    fn problems(&self, text: &mut String) {
        let places = self.report.findings.iter().map(|finding| (&*finding.place.flow.uri, Some(finding.place.start)));
        let found: HashSet<_> = places.collect();
        let is_news = |problem: &&Problem| !found.contains(&(problem.uri.as_str(), problem.position));
        let problems: Vec<&Problem> = self.report.problems.iter().filter(is_news).collect();
        for problem in problems.iter().take(SHOWN_PROBLEMS) {
            self.problem(problem, text);
        }
        let further = problems.len().saturating_sub(SHOWN_PROBLEMS);
        if further > 0 {
            let more = format!("… and {further} more; `--output report.json` lists them all");
            line(text, &more);
        }
        if !problems.is_empty() {
            text.push('\n');
        }
    }

    fn problem(&self, problem: &Problem, text: &mut String) {
        let (label, style) = match problem.kind {
            ProblemKind::Unreadable => ("not checked", &self.palette.styles.error),
            ProblemKind::Internal => ("flowvet failed", &self.palette.styles.error),
            ProblemKind::Notice => ("please note", &self.palette.styles.warning),
        };
        let position = problem.position.map(|position| format!(":{position}")).unwrap_or_default();
        let place = shorten_path(&clean(&problem.uri), self.columns - width(label) - width(&position) - 2);
        line(text, format!("{}  {place}{position}", style.style(label)).trim_end());
        for wrapped in wrap(&clean(&problem.message), self.columns - BODY) {
            self.body(text, &wrapped);
        }
        self.help(&problem.help, text);
    }

    fn summary(&self, text: &mut String) {
        let report = self.report;
        let stats = &report.stats;
        if stats.flows + stats.fragments == 0 {
            let looked = count(report.inputs.len(), "file");
            line(text, &self.palette.strong(&format!("No flow was found in {looked}")));
            let hint = "Name a solution zip, the folder of an unpacked solution, or the JSON file of a flow";
            line(text, hint);
        } else if report.findings.is_empty() {
            let checked = format!("{}, {} with {}", packages(report), flows(report), count(stats.actions, "step"));
            let checked = checked.trim_start_matches(", ");
            let rules = count(stats.rules, "rule");
            for wrapped in wrap(&format!("Nothing found: {checked}, checked by {rules}"), self.columns) {
                line(text, &self.palette.strong(&wrapped));
            }
        } else {
            let looked = [packages(report), flows(report), count(stats.rules, "rule")];
            let looked: Vec<&str> = looked.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
            let levels = Level::ALL.iter().rev().map(|&level| (report.count(level), level));
            let found: Vec<String> =
                levels.filter(|(number, _)| *number > 0).map(|(number, level)| count(number, level.name())).collect();
            for wrapped in wrap(&format!("{}: {}", looked.join(", "), found.join(", ")), self.columns) {
                line(text, &self.palette.strong(&wrapped));
            }
            self.advice(text);
        }
        self.left_aside(text);
    }

    /// What was seen and not checked, so that nobody takes silence for approval.
    fn left_aside(&self, text: &mut String) {
        let stats = &self.report.stats;
        let mut aside = Vec::new();
        if stats.out_of_scope > 0 {
            let other = if stats.out_of_scope == 1 {
                "process that is no cloud flow"
            } else {
                "processes that are no cloud flows"
            };
            aside.push(format!("{} {other}", stats.out_of_scope));
        }
        if stats.unreadable > 0 {
            aside.push(format!("{} that could not be read", count(stats.unreadable, "file")));
        }
        if !aside.is_empty() {
            for wrapped in wrap(&format!("Not checked: {}", aside.join(", ")), self.columns) {
                line(text, &wrapped);
            }
        }
    }

    /// The most important rules: by level, then by the number of flows in which they have that level.
    fn advice(&self, text: &mut String) {
        let mut rules: BTreeMap<(Level, &str), HashSet<(&str, &str)>> = BTreeMap::new();
        for finding in &self.report.findings {
            let flow = &finding.place.flow;
            rules.entry((finding.level, &self.report.rule(finding).id)).or_default().insert((&flow.uri, &flow.id));
        }
        let mut rules: Vec<(Level, usize, &str)> =
            rules.into_iter().map(|((level, id), flows)| (level, flows.len(), id)).collect();
        rules.sort_by_key(|&(level, flows, id)| (std::cmp::Reverse((level, flows)), id));
        let mut named = HashSet::new();
        rules.retain(|(_, _, id)| named.insert(*id));
        let Some(&(_, _, first)) = rules.first() else { return };
        let parts = rules.iter().take(3).map(|(_, flows, id)| format!("{id} in {}", count(*flows, "flow")));
        let advice = format!("Start with: {}.", parts.collect::<Vec<_>>().join(", "));
        let command = format!("flowvet explain {first}");
        let mut lines = wrap(&advice, self.columns);
        let last = lines.last().map_or(0, |last| width(last));
        if last + 3 + width(&command) <= self.columns {
            if let Some(last) = lines.last_mut() {
                last.push_str("   ");
                last.push_str(&self.palette.dim(&command));
            }
        } else {
            lines.push(self.palette.dim(&command));
        }
        for wrapped in lines {
            line(text, &wrapped);
        }
    }
}

fn line(text: &mut String, content: &str) {
    text.push_str(content);
    text.push('\n');
}

/// The packages as their makers call them; nothing for loose flows.
fn packages(report: &Report) -> String {
    let stats = &report.stats;
    let solutions = stats.packages - stats.legacy_packages;
    let parts = [(solutions, "solution"), (stats.legacy_packages, "legacy package")];
    let parts: Vec<String> =
        parts.iter().filter(|part| part.0 > 0).map(|(number, name)| count(*number, name)).collect();
    parts.join(", ")
}

fn flows(report: &Report) -> String {
    let stats = &report.stats;
    let mut parts = Vec::new();
    if stats.flows > 0 || stats.fragments == 0 {
        let mut flows = count(stats.flows, "flow");
        let mut remarks = Vec::new();
        if stats.copies > 0 {
            let copies = if stats.copies == 1 { "a copy" } else { "copies" };
            remarks.push(format!("{} of them {copies}", stats.copies));
        }
        if stats.logic_apps > 0 {
            remarks.push(format!("{} from Logic Apps", stats.logic_apps));
        }
        if !remarks.is_empty() {
            flows.push_str(&format!(" ({})", remarks.join(", ")));
        }
        parts.push(flows);
    }
    if stats.fragments > 0 {
        parts.push(count(stats.fragments, "pasted fragment"));
    }
    parts.join(", ")
}

/// A step as the designer names it, with the containers around it; for what lies outside of steps, where it lies.
fn step(place: &Place) -> String {
    if !place.path.steps.is_empty() {
        return place.path.to_string();
    }
    let segments = place.pointer.split('/').filter(|segment| !matches!(*segment, "" | "properties" | "definition"));
    let segments: Vec<String> = segments.map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect();
    match segments.is_empty() {
        // A place in a text that is no flow.
        true if place.pointer.is_empty() => String::new(),
        true => "whole flow".to_owned(),
        false => segments.join(" > "),
    }
}

/// Whether a message names the step of a place.
fn is_named_in(place: &Place, message: &str) -> bool {
    place.path.steps.last().is_some_and(|name| message.contains(&format!("`{}`", display_name(name))))
}

/// A step within so many columns: the step itself is kept longest, then what it lies in.
fn breadcrumbs(place: &Place, columns: usize) -> String {
    let kind = match place.path.kind.as_ref() {
        "" => String::new(),
        kind => format!(" ({})", clean(kind)),
    };
    let steps = step(place);
    let steps = clean(&steps);
    let whole = format!("{steps}{kind}");
    if width(&whole) <= columns {
        return whole;
    }
    let last = steps.rsplit(" > ").next().unwrap_or(&steps);
    let inner = if last.len() < steps.len() { format!("… > {last}") } else { last.to_owned() };
    let with_kind = format!("{inner}{kind}");
    if width(&with_kind) <= columns { with_kind } else { shorten(&inner, columns).into_owned() }
}

/// A message without the names and numbers in it.
fn shape(message: &str) -> String {
    let outside = message.split('`').step_by(2).collect::<Vec<_>>().join("`");
    outside.chars().filter(|c| !c.is_ascii_digit()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::sample;
    use super::*;

    fn shown(report: &Report, width: usize) -> String {
        let mut out = Vec::new();
        Terminal { width, colour: false }.emit(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn reads_well() {
        insta::assert_snapshot!(shown(&sample::varied(), 100));
    }

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        let mut report = sample::varied();
        let long = sample::flow(&"Überlänge ".repeat(40));
        let steps = ["Scope_with_a_name_that_goes_on".repeat(5), "日本語".repeat(50)];
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        let message = format!("`{}` is {} long", "x".repeat(300), "very ".repeat(50));
        report.findings.push(sample::finding(sample::place(&long, &steps, "HTTP"), Level::Error, &message));
        report.problems[0].uri = "folder/".repeat(60);
        for columns in [60, 80, 100, 140] {
            for line in shown(&report, columns).lines() {
                assert!(width(line) <= columns, "{} > {columns}: {line}", width(line));
            }
        }
    }

    #[test]
    fn names_cannot_speak_to_the_terminal_or_the_build() {
        let shown = shown(&sample::varied(), 100);
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']));
        assert!(!shown.contains("##"), "{shown}");
        assert!(!shown.lines().any(|line| line.trim_start().starts_with("::")), "{shown}");
    }

    #[test]
    fn colours_are_all_that_colour_adds() {
        let report = sample::varied();
        let mut out = Vec::new();
        Terminal { width: 100, colour: true }.emit(&report, &mut out).unwrap();
        let stripped = anstream::adapter::strip_bytes(&out).into_vec();
        assert_ne!(stripped, out);
        assert_eq!(String::from_utf8(stripped).unwrap(), shown(&report, 100));
    }

    #[test]
    fn mistakes_show_their_line() {
        let text = "\u{feff}a = 1\r\nprofil = \"strict\"\r\n";
        let at = text.find("profil").unwrap();
        let shown =
            |from, to| mistake("flowvet.toml", text, Span::new(from, to), "unknown key", "did you mean it?", 100);
        let wanted =
            "flowvet.toml:2:1: unknown key\n     2 │ profil = \"strict\"\n       │ ^^^^^^\n  help: did you mean it?";
        assert_eq!(shown(at, at + 6), wanted);
        for (from, to) in [(0, 0), (0, text.len()), (text.len(), text.len()), (9, 10)] {
            assert!(shown(from, to).contains("unknown key"));
        }
    }

    #[test]
    fn a_clean_run_is_one_line_that_says_what_was_checked() {
        let mut report = sample::report(Vec::new());
        report.problems.clear();
        report.stats = crate::report::Stats { flows: 12, packages: 1, actions: 143, rules: 60, ..Default::default() };
        assert_eq!(shown(&report, 100), "Nothing found: 1 solution, 12 flows with 143 steps, checked by 60 rules\n");
        (report.stats.packages, report.stats.legacy_packages) = (3, 2);
        assert!(shown(&report, 100).starts_with("Nothing found: 1 solution, 2 legacy packages, "));
        report.stats = Default::default();
        assert!(shown(&report, 100).starts_with("No flow was found in 2 files\n"));
    }

    #[test]
    fn hundreds_of_findings_stay_readable() {
        let flow = sample::flow("Big one");
        let finding = |number| {
            let step = format!("Step_{number}");
            let message = format!("the GUID in `{step}` belongs to one environment");
            sample::finding(sample::place(&flow, &[&step], "Dataverse"), Level::Warning, &message)
        };
        let shown = shown(&sample::report((0..500).map(finding).collect()), 100);
        assert!(shown.contains("… and 497 more like this: Step 3, "), "{shown}");
        assert!(shown.lines().count() < 40, "{shown}");
    }
}
