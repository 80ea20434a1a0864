//! flowvet's own JSON report, version 1: everything a program may want to know of a run, in camel case. Fields may be
//! added within a version; none is renamed, taken away or given another meaning.

use super::{Emitter, Report, Stats, Streamed};
use crate::finding::{Finding, Place, Snippet};
use crate::input::{InputKind, InputRow};
use crate::page::{Category, Confidence, Level, Profile, RuleMeta, Status};
use crate::source::{Position, Problem, ProblemKind};
use serde::Serialize;
use std::io;

/// Writes the JSON report.
pub struct Json;

/// Changes when a reader of the report has to.
const VERSION: u32 = 1;

impl Emitter for Json {
    fn emit(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Root<'a, F> {
            version: u32,
            tool: ToolOut,
            profile: Profile,
            stats: &'a Stats,
            rules: Vec<RuleOut<'a>>,
            inputs: Vec<InputOut<'a>>,
            findings: F,
            problems: Vec<ProblemOut<'a>>,
        }
        let root = Root {
            version: VERSION,
            tool: ToolOut { name: "flowvet", version: env!("CARGO_PKG_VERSION") },
            profile: report.profile,
            stats: &report.stats,
            rules: report.rules.iter().map(RuleOut::new).collect(),
            inputs: report.inputs.iter().map(InputOut::new).collect(),
            findings: Streamed(|| report.findings.iter().map(|finding| FindingOut::new(report, finding))),
            problems: report.problems.iter().map(ProblemOut::new).collect(),
        };
        let mut out = io::BufWriter::new(out);
        serde_json::to_writer(&mut out, &root)?;
        io::Write::write_all(&mut out, b"\n")?;
        io::Write::flush(&mut out)
    }
}

#[derive(Serialize)]
struct ToolOut {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleOut<'a> {
    id: &'a str,
    category: Category,
    level: Level,
    profile: Profile,
    confidence: Confidence,
    status: Status,
    since: &'a str,
    summary: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cases: Vec<CaseOut<'a>>,
    help_uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CaseOut<'a> {
    name: &'a str,
    level: Level,
    profile: Profile,
}

/// Rules as a JSON list, for programs that ask which there are.
pub fn write_rules<'a>(rules: impl Iterator<Item = &'a RuleMeta>, out: &mut dyn io::Write) -> io::Result<()> {
    let rules: Vec<RuleOut<'a>> = rules.map(RuleOut::new).collect();
    serde_json::to_writer_pretty(&mut *out, &rules)?;
    writeln!(out)
}

impl<'a> RuleOut<'a> {
    fn new(meta: &'a RuleMeta) -> Self {
        let cases = meta.cases.iter();
        Self {
            id: &meta.id,
            category: meta.category,
            level: meta.level,
            profile: meta.profile,
            confidence: meta.confidence,
            status: meta.status,
            since: &meta.since,
            summary: &meta.summary,
            cases: cases.map(|case| CaseOut { name: &case.name, level: case.level, profile: case.profile }).collect(),
            help_uri: meta.help_uri(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InputOut<'a> {
    path: &'a str,
    /// Named on the command line, not found in a folder.
    named: bool,
    kind: &'static str,
    flows: u32,
    out_of_scope: u32,
    problem: Option<&'a str>,
}

impl<'a> InputOut<'a> {
    fn new(row: &'a InputRow) -> Self {
        let kind = match row.kind {
            InputKind::Solution => "solution",
            InputKind::LegacyPackage => "legacy-package",
            InputKind::Bundle => "bundle",
            InputKind::Document => "document",
            InputKind::Record => "record",
            InputKind::Other => "other",
        };
        Self {
            path: &row.path,
            named: row.named,
            kind,
            flows: row.flows,
            out_of_scope: row.out_of_scope,
            problem: row.problem.as_deref(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingOut<'a> {
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<&'a str>,
    level: Level,
    confidence: Confidence,
    message: &'a str,
    help: &'a str,
    flow: FlowOut<'a>,
    #[serde(flatten)]
    place: PlaceOut<'a>,
    /// The zip that the file lies in, and its path there.
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<ContainerOut<'a>>,
    /// The same lack elsewhere in the flow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    places: Vec<PlaceOut<'a>>,
    /// Places that explain the finding.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedOut<'a>>,
    /// The way that a value takes, from where it comes from to where it does harm.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    data_path: Vec<RelatedOut<'a>>,
    fingerprint: String,
}

#[derive(Serialize)]
struct FlowOut<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct ContainerOut<'a> {
    zip: &'a str,
    member: &'a str,
}

#[derive(Serialize)]
struct RelatedOut<'a> {
    message: &'a str,
    flow: FlowOut<'a>,
    #[serde(flatten)]
    place: PlaceOut<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlaceOut<'a> {
    uri: &'a str,
    /// Names of the containers and the step; empty for the flow itself.
    path: &'a [String],
    /// What sort of step it is, as the designer says.
    step_kind: &'a str,
    /// RFC 6901.
    pointer: &'a str,
    region: RegionOut,
    snippet: SnippetOut<'a>,
}

/// Numbers start at 1. Columns count UTF-16 code units, display columns characters, and the end is exclusive. Bytes are
/// those of the file as UTF-8, byte order mark included.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RegionOut {
    start_line: u32,
    start_column: u32,
    start_display_column: u32,
    end_line: u32,
    end_column: u32,
    end_display_column: u32,
    byte_offset: u32,
    byte_length: u32,
}

/// A window of the first line, with secrets masked.
#[derive(Serialize)]
struct SnippetOut<'a> {
    before: &'a str,
    place: &'a str,
    after: &'a str,
    redacted: bool,
}

impl<'a> FindingOut<'a> {
    fn new(report: &'a Report, finding: &'a Finding) -> Self {
        let container = report.container_of(&finding.place.flow.uri);
        let related = |(place, message): &'a (Place, String)| RelatedOut {
            message,
            flow: FlowOut::new(place),
            place: PlaceOut::new(place),
        };
        Self {
            rule: &report.rule(finding).id,
            case: finding.case,
            level: finding.level,
            confidence: finding.confidence,
            message: &finding.message,
            help: &finding.help,
            flow: FlowOut::new(&finding.place),
            place: PlaceOut::new(&finding.place),
            container: container.map(|(zip, member)| ContainerOut { zip, member }),
            places: finding.places.iter().map(PlaceOut::new).collect(),
            related: finding.related.iter().map(related).collect(),
            data_path: finding.data_path.iter().map(related).collect(),
            fingerprint: finding.fingerprint.to_string(),
        }
    }
}

impl<'a> FlowOut<'a> {
    fn new(place: &'a Place) -> Self {
        Self { id: &place.flow.id, name: &place.flow.name }
    }
}

impl<'a> PlaceOut<'a> {
    fn new(place: &'a Place) -> Self {
        let Place { start, end, span, .. } = place;
        let region = RegionOut {
            start_line: start.line,
            start_column: start.column,
            start_display_column: start.display_column,
            end_line: end.line,
            end_column: end.column,
            end_display_column: end.display_column,
            byte_offset: span.start,
            byte_length: span.end - span.start,
        };
        Self {
            uri: &place.flow.uri,
            path: &place.path.steps,
            step_kind: &place.path.kind,
            pointer: &place.pointer,
            region,
            snippet: SnippetOut::new(&place.snippet),
        }
    }
}

impl<'a> SnippetOut<'a> {
    fn new(snippet: &'a Snippet) -> Self {
        let (before, place, after) = snippet.parts();
        Self { before, place, after, redacted: snippet.is_redacted }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProblemOut<'a> {
    kind: &'static str,
    uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<PositionOut>,
    message: &'a str,
    help: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PositionOut {
    line: u32,
    column: u32,
    display_column: u32,
}

impl<'a> ProblemOut<'a> {
    fn new(problem: &'a Problem) -> Self {
        let kind = match problem.kind {
            ProblemKind::Unreadable => "unreadable",
            ProblemKind::Internal => "internal",
            ProblemKind::Notice => "notice",
        };
        let position = |Position { line, column, display_column }| PositionOut { line, column, display_column };
        Self {
            kind,
            uri: &problem.uri,
            position: problem.position.map(position),
            message: &problem.message,
            help: &problem.help,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::sample;
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn says_everything_in_camel_case() {
        let mut out = Vec::new();
        Json.emit(&sample::varied(), &mut out).unwrap();
        let report: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(report["version"], 1);
        assert_eq!(report["stats"]["outOfScope"], 2);
        let row = json!({
            "path": "dist/Order Sync.zip", "named": true, "kind": "solution", "flows": 12, "outOfScope": 1, "problem": null
        });
        assert_eq!(report["inputs"][0], row);
        let secret = &report["findings"][0];
        assert_eq!(secret["rule"], "hardcoded-secret");
        assert_eq!(secret["path"], json!(["Try", "Send_to_carrier"]));
        assert_eq!(secret["region"]["startDisplayColumn"], 18);
        assert_eq!(secret["region"]["byteLength"], 18);
        let snippet = json!({
            "before": "\"x-api-key\": ", "place": "\"sk_l************\"", "after": ",", "redacted": true
        });
        assert_eq!(secret["snippet"], snippet);
        assert_eq!(report["findings"][1]["places"].as_array().unwrap().len(), 2);
        assert_eq!(report["findings"][1]["related"][0]["message"], "where it comes from");
        assert_eq!(report["problems"][0]["position"]["displayColumn"], 3);
        keys_in_camel_case(&report);
    }

    fn keys_in_camel_case(value: &Value) {
        match value {
            Value::Object(members) => members.iter().for_each(|(key, value)| {
                assert!(key.chars().all(|c| c.is_ascii_alphanumeric()), "{key}");
                keys_in_camel_case(value);
            }),
            Value::Array(items) => items.iter().for_each(keys_in_camel_case),
            _ => {}
        }
    }
}
