//! The outcome of a run, and what turns it into bytes. Emitters format and never re-read.

pub mod json;
#[cfg(test)]
mod sample;
pub mod sarif;
#[cfg(feature = "cli")]
pub mod terminal;

use crate::finding::Finding;
use crate::input::{InputKind, InputRow};
use crate::model::{FlowIdentity, Platform};
use crate::page::{Level, Profile, RuleMeta};
use crate::run::FlowFacts;
use crate::source::{Problem, ProblemKind};
use serde::{Serialize, Serializer};
use std::io;
use std::sync::Arc;

/// Everything that a run has to say.
#[derive(Debug)]
pub struct Report {
    /// The rules that ran, by id; findings refer to them by index.
    pub rules: Vec<RuleMeta>,
    /// What was found, in total order: file, place, rule, message.
    pub findings: Vec<Finding>,
    /// What could not be read or checked, in order of file.
    pub problems: Vec<Problem>,
    /// Every file of ours, in order.
    pub inputs: Vec<InputRow>,
    /// Every flow that was analysed, fragments not, in order of file.
    pub flows: Vec<FlowRow>,
    /// Counts.
    pub stats: Stats,
    /// The profile that was asked for.
    pub profile: Profile,
}

/// A flow that was analysed.
#[derive(Clone, Debug)]
pub struct FlowRow {
    /// Names and id.
    pub flow: Arc<FlowIdentity>,
    /// The version of its package, as numbers to compare; empty where it lies in none.
    pub version: Vec<u32>,
    /// Where it runs.
    pub platform: Platform,
}

impl FlowRow {
    pub(crate) fn new(facts: &FlowFacts) -> Self {
        Self { flow: facts.flow.clone(), version: facts.version.clone(), platform: facts.platform }
    }
}

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Solutions and legacy packages.
    pub packages: usize,
    /// Of `packages`, those that are legacy packages.
    pub legacy_packages: usize,
    /// Flows and workflows analysed, copies included, fragments not.
    pub flows: usize,
    /// Flows whose id was met before in this run.
    pub copies: usize,
    /// Pasted steps, analysed without their flow.
    pub fragments: usize,
    /// Of `flows`, those that are Logic Apps workflows.
    pub logic_apps: usize,
    /// Desktop flows, classic workflows and other processes that are not cloud flows.
    pub out_of_scope: usize,
    /// Files or members that could not be read or understood.
    pub unreadable: usize,
    /// Files that hold nothing of ours.
    pub other: usize,
    /// Rules that ran.
    pub rules: usize,
    /// Actions over all flows.
    pub actions: usize,
}

/// What a run means to a shell (design decision 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Nothing at or above the level asked for.
    Clean = 0,
    /// Findings at or above it.
    Findings = 1,
    /// The command line or the config is wrong; nothing was analysed.
    Usage = 2,
    /// Something could not be analysed, or no flow was found.
    Incomplete = 3,
}

impl Report {
    /// The rule of a finding.
    pub fn rule(&self, finding: &Finding) -> &RuleMeta {
        &self.rules[finding.rule]
    }

    /// How many findings have a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// Whether everything that should be analysed was, and there was something.
    pub fn is_complete(&self, allow_empty: bool) -> bool {
        let lost = self.problems.iter().any(|problem| problem.kind != ProblemKind::Notice);
        let empty = self.stats.flows + self.stats.fragments == 0 && !allow_empty;
        !lost && !empty
    }

    /// The zip that a file lies in, and its path there.
    pub fn container_of<'n>(&self, uri: &'n str) -> Option<(&'n str, &'n str)> {
        let slashes = uri.match_indices('/').map(|(at, _)| at);
        let mut splits = slashes.map(|at| (&uri[..at], &uri[at + 1..]));
        splits.find(|&(container, _)| {
            let row = self.inputs.binary_search_by(|row| row.path.as_str().cmp(container));
            row.is_ok_and(|row| {
                use InputKind::{Bundle, LegacyPackage, Solution};
                matches!(self.inputs[row].kind, Solution | LegacyPackage | Bundle)
            })
        })
    }

    /// The exit code; `fail_on` is `None` for "never".
    pub fn exit_code(&self, fail_on: Option<Level>, allow_empty: bool) -> ExitCode {
        if !self.is_complete(allow_empty) {
            ExitCode::Incomplete
        } else if fail_on.is_some_and(|level| self.findings.iter().any(|finding| finding.level >= level)) {
            ExitCode::Findings
        } else {
            ExitCode::Clean
        }
    }
}

/// A format of reports.
pub trait Emitter {
    /// Writes the whole report.
    fn emit(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()>;
}

/// A sequence that is made while it is written, so that no second copy of the report stands in memory.
struct Streamed<F>(F);

impl<F, I> Serialize for Streamed<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
