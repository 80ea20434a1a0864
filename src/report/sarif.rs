//! SARIF 2.1.0, as GitHub, Azure DevOps, VS Code, DefectDojo and SonarQube want it: the one module that maps to the
//! object model of serde-sarif. Knows no rule and no file.
//!
//! Results are made one by one while they are written, so a report of 25,000 findings needs no second copy of itself.
//! Writing SARIF takes about a tenth of a whole check of real flows (`docs/speed.md`), some 2 µs for a place, so the object
//! model stays. A writer of our own would save most of it, since the model's structs are large (a `Location` has 1.9 kB)
//! and own every string.

use super::{Emitter, ExitCode, Report, Streamed};
use crate::finding::{Finding, Place, REDACTED, Snippet};
use crate::page::{Category, Confidence, Level, RuleMeta};
use crate::source::{Position, Problem, ProblemKind};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactContent, ArtifactLocation, CodeFlow, Invocation, Location, LogicalLocation, Message,
    MultiformatMessageString, Notification, PhysicalLocation, PropertyBag, Region, ReportingConfiguration,
    ReportingDescriptor, ReportingDescriptorReference, Result as SarifResult, ResultColumnKind, ResultKind,
    ResultLevel, Run, RunAutomationDetails, ThreadFlow, ThreadFlowLocation, Tool, ToolComponent,
};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Writes SARIF.
pub struct Sarif<'a> {
    /// Tells apart several analyses of one commit; the same for every solution, or GitHub would close the alerts of one
    /// when it gets the results of another.
    pub category: &'a str,
    /// What the process is going to exit with.
    pub exit_code: ExitCode,
}

/// The category where nobody names one.
pub const DEFAULT_CATEGORY: &str = "check";

/// GitHub refuses a run with more.
const MOST_RESULTS: usize = 25_000;

/// GitHub refuses a result with more.
const MOST_LOCATIONS: usize = 1_000;

/// GitHub shows no more of a rule's.
const MOST_TAGS: usize = 10;

/// Characters of a description, by GitHub's documentation.
const LONGEST_DESCRIPTION: usize = 1_024;

/// Characters of a region that are shown.
const LONGEST_SNIPPET: usize = 200;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const ROOT: &str = "%SRCROOT%";

impl Emitter for Sarif<'_> {
    fn emit(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Log<R> {
            #[serde(rename = "$schema")]
            schema: &'static str,
            version: &'static str,
            runs: [R; 1],
        }
        #[derive(Serialize)]
        struct StreamedRun<S> {
            #[serde(flatten)]
            run: Run,
            results: S,
        }
        let shown = most_important(&report.findings, MOST_RESULTS);
        let results = || shown.iter().map(|&index| result(report, &report.findings[index]));
        let run = self.run(report, report.findings.len() - shown.len());
        let log = Log { schema: SCHEMA, version: "2.1.0", runs: [StreamedRun { run, results: Streamed(results) }] };
        let mut out = io::BufWriter::new(out);
        serde_json::to_writer(&mut out, &log)?;
        io::Write::write_all(&mut out, b"\n")?;
        io::Write::flush(&mut out)
    }
}

impl Sarif<'_> {
    /// Everything but the results.
    fn run(&self, report: &Report, left_out: usize) -> Run {
        let mut driver = ToolComponent::builder()
            .name("flowvet")
            .full_name(concat!("flowvet ", env!("CARGO_PKG_VERSION")))
            .version(env!("CARGO_PKG_VERSION"))
            .semantic_version(env!("CARGO_PKG_VERSION"))
            .information_uri(env!("CARGO_PKG_REPOSITORY"))
            .organization("flowvet")
            .rules(report.rules.iter().map(rule).collect::<Vec<_>>())
            .build();
        let mut notifications: Vec<Notification> = report.problems.iter().map(notification).collect();
        if left_out > 0 {
            let text = format!(
                "{left_out} of {} findings are left out, the least important ones: GitHub takes no more than \
                 {MOST_RESULTS}. The JSON report has them all.",
                report.findings.len()
            );
            notifications.push(Kind::LeftOut.notification(text));
        }
        if !notifications.is_empty() {
            driver.notifications = Some(Kind::ALL.iter().map(|kind| kind.descriptor()).collect());
        }
        let invocation = Invocation::builder()
            .execution_successful(self.exit_code != ExitCode::Incomplete)
            .exit_code(self.exit_code as u8)
            .tool_execution_notifications(notifications)
            .build();
        let root = ArtifactLocation::builder().description("the folder that all paths start from").build();
        let mut run = Run::builder()
            .tool(Tool::from(driver))
            .automation_details(RunAutomationDetails::builder().id(format!("flowvet/{}/", self.category)).build())
            .column_kind(json!(ResultColumnKind::Utf16CodeUnits))
            .invocations(vec![invocation])
            .original_uri_base_ids(BTreeMap::from([(ROOT.to_owned(), root)]))
            .build();
        if report.findings.iter().any(is_redacted) {
            run.redaction_tokens = Some(vec![REDACTED.to_owned()]);
        }
        run
    }
}

/// The indices of the findings that fit, the least important left out, in the order of the report.
fn most_important(findings: &[Finding], most: usize) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..findings.len()).collect();
    if findings.len() > most {
        indices.sort_by_key(|&index| std::cmp::Reverse(findings[index].level));
        indices.truncate(most);
        indices.sort_unstable();
    }
    indices
}

fn is_redacted(finding: &Finding) -> bool {
    let explaining = finding.related.iter().chain(&finding.data_path).map(|(place, _)| place);
    let further = finding.places.iter().chain(explaining);
    std::iter::once(&finding.place).chain(further).any(|place| place.snippet.is_redacted)
        || finding.message.contains(REDACTED)
}

fn rule(meta: &RuleMeta) -> ReportingDescriptor {
    let summary = sentence(&meta.summary);
    let why = meta.section("Why it matters").unwrap_or_default();
    let how = meta.section("How to fix").unwrap_or_default();
    let first_paragraph = unwrapped(why.split("\n\n").next().unwrap_or_default());
    let description = if first_paragraph.is_empty() { summary.clone().into_owned() } else { first_paragraph };
    let text = |text: &str| MultiformatMessageString::builder().text(text).build();
    let help = MultiformatMessageString::builder()
        .text(format!("{summary}\n\nWhy it matters\n{why}\n\nHow to fix\n{how}"))
        .markdown(meta.body())
        .build();
    let mut rule = ReportingDescriptor::builder()
        .id(meta.id.as_ref())
        .name(pascal_case(&meta.id))
        .short_description(text(&cut(&summary, LONGEST_DESCRIPTION)))
        .full_description(text(&cut(&description, LONGEST_DESCRIPTION)))
        .help(help)
        .help_uri(meta.help_uri())
        .default_configuration(ReportingConfiguration::builder().level(json!(meta.level)).build())
        .properties(rule_properties(meta))
        .build();
    if !meta.aliases.is_empty() {
        rule.deprecated_ids = Some(meta.aliases.iter().map(|alias| alias.clone().into_owned()).collect());
    }
    rule
}

fn rule_properties(meta: &RuleMeta) -> PropertyBag {
    let mut tags = vec![meta.category.name().to_owned()];
    tags.extend(meta.tags.iter().filter(|tag| *tag != meta.category.name()).map(|tag| tag.clone().into_owned()));
    tags.truncate(MOST_TAGS);
    let precision = match meta.confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    };
    let severity = match meta.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    };
    let mut bag = BTreeMap::from([
        ("precision".to_owned(), json!(precision)),
        ("problem.severity".to_owned(), json!(severity)),
        ("profile".to_owned(), json!(meta.profile)),
    ]);
    // Its mere presence makes GitHub count the rule among the security rules.
    if let (Category::Security, Some(severity)) = (meta.category, &meta.security_severity) {
        bag.insert("security-severity".to_owned(), json!(severity));
    }
    if !meta.cases.is_empty() {
        bag.insert("cases".to_owned(), meta.cases.iter().map(|case| json!(case.name)).collect());
    }
    PropertyBag::builder().tags(tags).additional_properties(bag).build()
}

fn result(report: &Report, finding: &Finding) -> SarifResult {
    let level = match finding.level {
        Level::Error => ResultLevel::Error,
        Level::Warning => ResultLevel::Warning,
        Level::Note => ResultLevel::Note,
    };
    let fingerprints = BTreeMap::from([
        ("flowvet/v1".to_owned(), finding.fingerprint.hash.clone()),
        // The only one that GitHub reads. Line hashes, its own choice, are no identity in JSON, where lines repeat.
        ("primaryLocationLineHash".to_owned(), finding.fingerprint.to_string()),
    ]);
    let own = &finding.place.flow;
    let own_uri = relative_uri(&own.uri);
    let uri_of =
        |place: &Place| if Arc::ptr_eq(&place.flow, own) { own_uri.clone() } else { relative_uri(&place.flow.uri) };
    let mut result = SarifResult::builder()
        .rule_id(report.rule(finding).id.as_ref())
        .rule_index(finding.rule as i64)
        .kind(ResultKind::Fail)
        .level(level)
        .message(Message::from(&message_text(finding)))
        .locations(vec![location(&finding.place, uri_of(&finding.place))])
        .partial_fingerprints(fingerprints)
        .properties(result_properties(report, finding))
        .build();
    let same = finding.places.iter().map(|place| (place, "The same here.".to_owned()));
    let related = finding.related.iter().map(|(place, message)| (place, without_links(&sentence(message))));
    let further: Vec<Location> = same
        .chain(related)
        .take(MOST_LOCATIONS - 1)
        .zip(1..)
        .map(|((place, message), id)| Location {
            id: Some(id),
            message: Some(Message::from(&message)),
            ..location(place, uri_of(place))
        })
        .collect();
    if !further.is_empty() {
        result.related_locations = Some(further);
    }
    if !finding.data_path.is_empty() {
        result.code_flows = Some(vec![code_flow(finding, uri_of)]);
    }
    result
}

/// The way of a value as viewers step through it: GitHub's "Show paths", the tree of VS Code.
fn code_flow(finding: &Finding, uri_of: impl Fn(&Place) -> String) -> CodeFlow {
    let steps = finding.data_path.iter().take(MOST_LOCATIONS).map(|(place, message)| {
        let message = Message::from(&without_links(&sentence(message)));
        let location = Location { message: Some(message), ..location(place, uri_of(place)) };
        ThreadFlowLocation::builder().location(location).build()
    });
    let thread = ThreadFlow::builder().locations(steps.collect::<Vec<_>>()).build();
    CodeFlow::builder().thread_flows(vec![thread]).build()
}

/// What is wrong, then what to do. GitHub takes the first sentence for the title and shows the rest with the alert and
/// in the annotation of a pull request, where neither `markdown` nor `properties` appear.
fn message_text(finding: &Finding) -> String {
    let message = sentence(&finding.message);
    let text = match finding.help.as_str() {
        "" => message,
        help => format!("{message} {}", sentence(help)).into(),
    };
    without_links(&text)
}

fn result_properties(report: &Report, finding: &Finding) -> PropertyBag {
    let mut bag = BTreeMap::from([("pointer".to_owned(), json!(finding.place.pointer))]);
    if !finding.help.is_empty() {
        bag.insert("help".to_owned(), json!(finding.help));
    }
    if let Some(case) = finding.case {
        bag.insert("case".to_owned(), json!(case));
    }
    if let Some((zip, member)) = report.container_of(&finding.place.flow.uri) {
        bag.insert("container".to_owned(), json!({ "zip": zip, "member": member }));
    }
    PropertyBag::builder().additional_properties(bag).build()
}

fn location(place: &Place, uri: String) -> Location {
    let mut physical = PhysicalLocation::builder().artifact_location(artifact(uri)).build();
    physical.region = region(place.start, place.end).map(|region| with_snippet(region, &place.snippet));
    Location::builder().physical_location(physical).logical_locations(vec![logical(place)]).build()
}

fn artifact(uri: String) -> ArtifactLocation {
    ArtifactLocation::builder().uri(uri).uri_base_id(ROOT).build()
}

/// All four numbers, since GitHub wants them all; none where a position is not known, since none may be 0.
fn region(start: Position, end: Position) -> Option<Region> {
    if [start.line, start.column, end.line, end.column].contains(&0) {
        return None;
    }
    let numbers = Region::builder().start_line(start.line).start_column(start.column);
    Some(numbers.end_line(end.line).end_column(end.column).build())
}

fn with_snippet(mut region: Region, snippet: &Snippet) -> Region {
    let (_, shown, _) = snippet.parts();
    if !shown.is_empty() {
        region.snippet = Some(ArtifactContent::builder().text(cut(shown, LONGEST_SNIPPET)).build());
    }
    region
}

/// Where it is in the maker's world; Azure DevOps shows this first. The machine-readable name is the JSON pointer.
fn logical(place: &Place) -> LogicalLocation {
    let flow = &place.flow.name;
    let path = std::iter::once(flow).chain(&place.path.steps).map(String::as_str).collect::<Vec<_>>();
    LogicalLocation::builder()
        .name(path.last().copied().unwrap_or_default())
        .fully_qualified_name(path.join("/"))
        .decorated_name(place.pointer.as_str())
        .kind("object")
        .build()
}

/// The sorts of notifications.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Unreadable,
    RuleFailure,
    Notice,
    LeftOut,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Unreadable, Self::RuleFailure, Self::Notice, Self::LeftOut];

    fn id(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable-input",
            Self::RuleFailure => "rule-failure",
            Self::Notice => "input-notice",
            Self::LeftOut => "findings-left-out",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Unreadable => "An input could not be read or understood; what it holds was not analysed.",
            Self::RuleFailure => "flowvet itself failed on an input; everything else was analysed.",
            Self::Notice => "Nothing was lost, but you should know.",
            Self::LeftOut => "There are more findings than a consumer of this file takes.",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Unreadable => {
                "Do what the notification says, then run flowvet again: nothing is known of this input."
            }
            Self::RuleFailure => "Report it to flowvet's developers, with a flow that shows it if you can share one.",
            Self::Notice => "Read the notification; nothing has to be done for the analysis.",
            Self::LeftOut => "Mend the errors first, or check fewer solutions in one run.",
        }
    }

    fn level(self) -> Value {
        match self {
            Self::Unreadable | Self::RuleFailure => json!("error"),
            Self::Notice | Self::LeftOut => json!("warning"),
        }
    }

    fn descriptor(self) -> ReportingDescriptor {
        let text = |text: &str| MultiformatMessageString::builder().text(text).build();
        ReportingDescriptor::builder()
            .id(self.id())
            .name(pascal_case(self.id()))
            .short_description(text(self.summary()))
            .full_description(text(self.summary()))
            .help(text(self.help()))
            .default_configuration(ReportingConfiguration::builder().level(self.level()).build())
            .build()
    }

    fn notification(self, text: String) -> Notification {
        let index = Self::ALL.iter().position(|kind| *kind == self).unwrap_or_default() as i64;
        Notification::builder()
            .descriptor(ReportingDescriptorReference::builder().id(self.id()).index(index).build())
            .level(self.level())
            .message(Message::from(&text))
            .build()
    }
}

fn notification(problem: &Problem) -> Notification {
    let kind = match problem.kind {
        ProblemKind::Unreadable => Kind::Unreadable,
        ProblemKind::Internal => Kind::RuleFailure,
        ProblemKind::Notice => Kind::Notice,
    };
    let text = format!("{} {}", sentence(&problem.message), sentence(&problem.help));
    let mut notification = kind.notification(without_links(text.trim_end()));
    if !problem.uri.is_empty() {
        let mut physical = PhysicalLocation::builder().artifact_location(artifact(relative_uri(&problem.uri))).build();
        physical.region = problem.position.and_then(|position| region(position, position));
        notification.locations = Some(vec![Location::builder().physical_location(physical).build()]);
    }
    notification
}

/// Percent-encoded and relative: no empty, `.` or `..` segment, whatever a container calls its members.
fn relative_uri(name: &str) -> String {
    /// What may stand in a segment of a path (RFC 3986), `:` excepted, which could end a scheme.
    const IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~')
        .remove(b'!')
        .remove(b'$')
        .remove(b'&')
        .remove(b'\'')
        .remove(b'(')
        .remove(b')')
        .remove(b'*')
        .remove(b'+')
        .remove(b',')
        .remove(b';')
        .remove(b'=')
        .remove(b'@');
    let mut uri = String::with_capacity(name.len() + 16);
    for segment in name.split('/').filter(|segment| !matches!(*segment, "" | "." | "..")) {
        if !uri.is_empty() {
            uri.push('/');
        }
        uri.extend(utf8_percent_encode(segment, IN_SEGMENT));
    }
    uri
}

/// With a capital and a full stop, as viewers expect it.
fn sentence(text: &str) -> Cow<'_, str> {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return Cow::Borrowed(text) };
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    Cow::Owned(format!("{}{}{stop}", first.to_uppercase(), characters.as_str()))
}

/// `[text](target)` is a link even in plain messages (SARIF 3.11.6), and names in messages are not ours.
fn without_links(text: &str) -> String {
    text.replace("](", "] (")
}

/// Lines of a paragraph as one.
fn unwrapped(paragraph: &str) -> String {
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many characters, the last one `…` where some are missing.
fn cut(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        None => Cow::Borrowed(text),
        Some(_) => Cow::Owned(text.chars().take(longest - 1).chain(['…']).collect()),
    }
}

fn pascal_case(id: &str) -> String {
    let capitalised = |word: &str| {
        let mut characters = word.chars();
        characters.next().map(|first| format!("{}{}", first.to_uppercase(), characters.as_str())).unwrap_or_default()
    };
    id.split('-').map(capitalised).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::sample;
    use super::*;

    fn emitted(report: &Report, exit_code: ExitCode) -> Value {
        let mut out = Vec::new();
        Sarif { category: "check", exit_code }.emit(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn reads_back_as_the_object_model() {
        let mut out = Vec::new();
        Sarif { category: "check", exit_code: ExitCode::Incomplete }.emit(&sample::varied(), &mut out).unwrap();
        let sarif: serde_sarif::sarif::Sarif = serde_json::from_slice(&out).unwrap();
        let results = sarif.runs[0].results.as_ref().unwrap();
        assert_eq!(results.len(), sample::varied().findings.len());
        assert!(results.iter().all(|result| result.locations.as_ref().unwrap()[0].physical_location.is_some()));
    }

    #[test]
    fn says_what_github_shows() {
        let sarif = emitted(&sample::varied(), ExitCode::Incomplete);
        let run = &sarif["runs"][0];
        let result = &run["results"][0];
        let text = "The header `x-api-key` holds a literal API key. Keep it in Azure Key Vault or a secret environment \
                    variable, and turn on Secure inputs for this step.";
        assert_eq!(result["message"]["text"], text);
        assert_eq!(result["ruleId"], run["tool"]["driver"]["rules"][1]["id"]);
        assert_eq!(result["ruleIndex"], 1);
        let physical = &result["locations"][0]["physicalLocation"];
        let uri = "dist/Order%20Sync.zip/Workflows/OrderSync%3Acarrierhand-over.json";
        assert_eq!(physical["artifactLocation"], json!({ "uri": uri, "uriBaseId": ROOT }));
        let snippet = json!({ "text": "\"sk_l************\"" });
        let region =
            json!({ "startLine": 214, "startColumn": 18, "endLine": 214, "endColumn": 36, "snippet": snippet });
        assert_eq!(physical["region"], region);
        let logical = &result["locations"][0]["logicalLocations"][0];
        assert_eq!(logical["fullyQualifiedName"], "Order Sync: carrier hand-over/Try/Send_to_carrier");
        assert_eq!(logical["name"], "Send_to_carrier");
        let container = json!({
            "zip": "dist/Order Sync.zip",
            "member": "Workflows/OrderSync:carrierhand-over.json"
        });
        assert_eq!(result["properties"]["container"], container);
        assert_eq!(result["properties"]["case"], "credential-field");
        assert_eq!(run["redactionTokens"], json!([REDACTED]));
        assert_eq!(run["automationDetails"]["id"], "flowvet/check/");
    }

    #[test]
    fn further_and_related_places_say_what_they_are() {
        let sarif = emitted(&sample::varied(), ExitCode::Incomplete);
        let related = sarif["runs"][0]["results"][1]["relatedLocations"].as_array().unwrap();
        let texts: Vec<&Value> = related.iter().map(|location| &location["message"]["text"]).collect();
        assert_eq!(texts, ["The same here.", "The same here.", "Where it comes from."]);
        assert!(related.iter().all(|location| location["logicalLocations"][0]["fullyQualifiedName"].is_string()));
    }

    #[test]
    fn names_make_no_links() {
        let sarif = emitted(&sample::varied(), ExitCode::Incomplete);
        let text = sarif["runs"][0]["results"][1]["message"]["text"].as_str().unwrap();
        assert!(text.contains("[the page] (https"), "{text}");
    }

    #[test]
    fn an_unknown_position_is_left_out_rather_than_0() {
        let sarif = emitted(&sample::varied(), ExitCode::Incomplete);
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let location = &results.last().unwrap()["locations"][0];
        assert!(location["physicalLocation"]["artifactLocation"]["uri"].is_string());
        assert!(location["physicalLocation"].get("region").is_none());
    }

    #[test]
    fn rules_carry_what_viewers_ask_for() {
        let sarif = emitted(&sample::varied(), ExitCode::Findings);
        let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules[0]["name"], "DuplicateActionName");
        assert_eq!(rules[0]["defaultConfiguration"]["level"], "error");
        assert!(rules[0]["properties"].get("security-severity").is_none());
        assert_eq!(rules[1]["properties"]["security-severity"], "8.5");
        assert_eq!(rules[1]["properties"]["tags"].as_array().unwrap().len(), MOST_TAGS);
        assert_eq!(rules[1]["deprecatedIds"], json!(["literal-secret"]));
        for rule in rules {
            assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# "));
            assert!(rule["help"]["text"].as_str().unwrap().contains("How to fix\nIn the designer"));
        }
    }

    #[test]
    fn problems_become_notifications() {
        let invocation = &emitted(&sample::varied(), ExitCode::Incomplete)["runs"][0]["invocations"][0];
        assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(false), &json!(3)));
        let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
        assert_eq!(notifications[0]["descriptor"], json!({ "id": "unreadable-input", "index": 0 }));
        assert_eq!(notifications[0]["level"], "error");
        assert_eq!(notifications[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 12);
        assert!(notifications[1].get("locations").is_none(), "a rule has no place");
        assert_eq!(notifications[2]["message"]["text"], "Nothing was lost.");
    }

    #[test]
    fn a_clean_run_closes_old_alerts() {
        let mut report = sample::report(Vec::new());
        report.problems.clear();
        let run = &emitted(&report, ExitCode::Clean)["runs"][0];
        assert_eq!(run["results"], json!([]));
        assert!(run.get("redactionTokens").is_none());
        assert!(run["tool"]["driver"].get("notifications").is_none());
        assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    }

    #[test]
    fn the_least_important_findings_are_left_out_first() {
        let mut findings = sample::varied().findings;
        findings.rotate_right(2);
        let levels: Vec<Level> = most_important(&findings, 3).into_iter().map(|index| findings[index].level).collect();
        assert_eq!(levels, [Level::Error, Level::Error, Level::Warning]);
        let mut many = sample::report(vec![findings[0].clone(); MOST_RESULTS + 2]);
        many.findings[0].level = Level::Error;
        let run = &emitted(&many, ExitCode::Findings)["runs"][0];
        assert_eq!(run["results"].as_array().unwrap().len(), MOST_RESULTS);
        let text = run["invocations"][0]["toolExecutionNotifications"][3]["message"]["text"].as_str().unwrap();
        assert!(text.starts_with("2 of 25002 findings are left out"), "{text}");
    }

    #[test]
    fn uris_are_relative_and_encoded() {
        for (name, uri) in [
            ("My Flow é.json", "My%20Flow%20%C3%A9.json"),
            ("./a//b/../../c.json", "a/b/c.json"),
            ("/etc/passwd", "etc/passwd"),
            ("C:/x%20y#z?.json", "C%3A/x%2520y%23z%3F.json"),
        ] {
            assert_eq!(relative_uri(name), uri);
        }
    }

    #[test]
    fn long_texts_end_with_an_ellipsis() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
        assert_eq!(sentence("what?"), "What?");
    }
}
