//! A report made by hand, with everything in it that an emitter has to cope with.

use super::{Report, Stats};
use crate::finding::{Finding, Fingerprint, Place, Snippet};
use crate::input::{InputKind, InputRow};
use crate::model::{FlowIdentity, StepPath};
use crate::page::{Confidence, Level, Profile, RuleMeta, cards};
use crate::source::{Position, Problem, ProblemKind, Span};
use std::sync::Arc;

/// A flow in a zip, with a name that is harmless.
pub(super) fn flow(name: &str) -> Arc<FlowIdentity> {
    let uri = format!("dist/Order Sync.zip/Workflows/{}.json", name.replace(' ', ""));
    Arc::new(FlowIdentity { id: name.to_lowercase(), name: name.to_owned(), uri: uri.into() })
}

/// A place in the second line of a flow.
pub(super) fn place(flow: &Arc<FlowIdentity>, steps: &[&str], kind: &'static str) -> Place {
    let text = "\"x-api-key\": \"sk_l************\",".to_owned();
    Place {
        flow: flow.clone(),
        path: StepPath { steps: steps.iter().map(|step| (*step).to_owned()).collect(), kind: kind.into() }.into(),
        pointer: format!("/properties/definition/actions/{}", steps.join("/actions/")),
        span: Span::new(40, 58),
        start: Position { line: 214, column: 18, display_column: 18 },
        end: Position { line: 214, column: 36, display_column: 36 },
        snippet: Snippet { highlight: 13..31, text, first_column: 18, is_redacted: true },
    }
}

/// A finding of the first rule.
pub(super) fn finding(place: Place, level: Level, message: &str) -> Finding {
    let fingerprint = Fingerprint::new("sample", &place.flow.id, &place.path, message);
    Finding {
        rule: 0,
        case: None,
        level,
        confidence: Confidence::High,
        message: message.to_owned(),
        help: "keep it in Azure Key Vault or a secret environment variable, and turn on Secure inputs for this step"
            .to_owned(),
        place,
        places: Vec::new(),
        related: Vec::new(),
        data_path: Vec::new(),
        fingerprint,
    }
}

/// The rules: a real one, and one that is about security.
fn rules() -> Vec<RuleMeta> {
    let card = cards::DUPLICATE_ACTION_NAME.clone();
    let security = RuleMeta {
        id: "hardcoded-secret".into(),
        category: crate::page::Category::Security,
        security_severity: Some("8.5".into()),
        tags: (0..15).map(|number| format!("external/cwe/cwe-{number}").into()).collect::<Vec<_>>().into(),
        aliases: vec!["literal-secret".into()].into(),
        ..card.clone()
    };
    vec![card, security]
}

/// A report of some findings, over one zip.
pub(super) fn report(findings: Vec<Finding>) -> Report {
    let problem = |uri: &str, position, kind, message: &str, help: &str| Problem {
        uri: uri.to_owned(),
        position,
        kind,
        message: message.to_owned(),
        help: help.to_owned(),
    };
    let row = |path: &str, kind, flows| InputRow {
        path: path.to_owned(),
        named: true,
        kind,
        flows,
        out_of_scope: 1,
        problem: None,
    };
    Report {
        rules: rules(),
        findings,
        problems: vec![
            problem(
                "dist/Order Sync.zip/Workflows/Broken.json",
                Some(Position { line: 12, column: 3, display_column: 3 }),
                ProblemKind::Unreadable,
                "this is not JSON: expected `,` or `}`",
                "export the solution again",
            ),
            problem("", None, ProblemKind::Internal, "the rule `x` failed on the run as a whole", "please report this"),
            problem("notes.json", None, ProblemKind::Notice, "nothing was lost", ""),
        ],
        inputs: vec![row("dist/Order Sync.zip", InputKind::Solution, 12), row("loose.json", InputKind::Document, 1)],
        flows: Vec::new(),
        stats: Stats {
            packages: 1,
            legacy_packages: 0,
            flows: 13,
            copies: 1,
            fragments: 1,
            logic_apps: 2,
            out_of_scope: 2,
            unreadable: 1,
            other: 3,
            rules: 2,
            actions: 143,
        },
        profile: Profile::Default,
    }
}

/// A report with findings of every level, further and related places, and names that mean harm.
pub(super) fn varied() -> Report {
    let orders = flow("Order Sync: carrier hand-over");
    let hostile = flow("##vso[task.complete result=Succeeded]\u{202e}\u{1b}[2J ::error::");
    let mut secret = finding(
        place(&orders, &["Try", "Send_to_carrier"], "HTTP"),
        Level::Error,
        "the header `x-api-key` holds a literal API key",
    );
    secret.rule = 1;
    secret.case = Some("credential-field");
    let mut handling = finding(
        place(&orders, &["Try", "Send_to_carrier"], "HTTP"),
        Level::Warning,
        "nothing catches a failure of 3 steps that write or send: see [the page](https://evil.example)",
    );
    handling.places = vec![place(&orders, &["Update_order"], "SharePoint"), place(&orders, &["Mail"], "Outlook")];
    handling.related = vec![(place(&hostile, &["Get_item"], "SharePoint"), "where it comes from".to_owned())];
    let mut findings = vec![secret, handling];
    for number in 0..9 {
        let step = format!("Step_{number}");
        let message = format!("the GUID in `{step}` belongs to one environment");
        findings.push(finding(place(&orders, &[&step], "Dataverse"), Level::Warning, &message));
    }
    findings.push(finding(place(&hostile, &["Loop", "::set-output"], ""), Level::Note, "`\u{7}##[error]` is odd"));
    findings.push(Finding { place: bare(&hostile), ..finding(bare(&hostile), Level::Error, "no place at all") });
    report(findings)
}

/// A place of which only the file is known.
pub(super) fn bare(flow: &Arc<FlowIdentity>) -> Place {
    Place {
        path: Arc::default(),
        pointer: String::new(),
        span: Span::default(),
        start: Position::default(),
        end: Position::default(),
        snippet: Snippet::default(),
        ..place(flow, &[], "")
    }
}
