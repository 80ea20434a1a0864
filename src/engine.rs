//! Map, then reduce: one closure per flow, in parallel, whose outcome is owned; then rules over the whole run; then one
//! total order. A rule that panics is contained and reported.

use crate::config::{Config, LevelSetting};
use crate::finding::{Draft, Finding, Fingerprint, Place, Resolver};
use crate::input::{self, Input, InputKind, InputRow, Limits, Member, Package, Role, Unit};
use crate::model::secrets::{self, Secret};
use crate::model::shape::{self, Shape};
use crate::model::{Completeness, Flow, FlowIdentity, Platform, StepPath};
use crate::records::{Origin, PackageKind, PackageRecord};
use crate::report::{FlowRow, Report, Stats};
use crate::rule::{ActiveRule, Context, Rule, Sink};
use crate::run::{Family, FlowFacts, Outline, PackageFacts, Run};
use crate::source::{Problem, ProblemKind, Span};
use crate::syntax::{Document, Spot, SyntaxError};
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Analyses inputs. The same inputs and config give the same report, whatever the order of inputs and the number of
/// threads.
pub fn analyze(inputs: impl IntoIterator<Item = Input>, config: &Config) -> Report {
    analyze_with(crate::rules::ALL, inputs, config)
}

pub(crate) fn analyze_with(
    rules: &'static [&'static dyn Rule],
    inputs: impl IntoIterator<Item = Input>,
    config: &Config,
) -> Report {
    let engine = Engine { active: activate(rules, config), config, limits: Limits::default() };
    let outcomes = map(input::group(inputs), |group| engine.check_unit(group.open(&engine.limits)));
    engine.reduce(outcomes)
}

/// The rules that this run uses, with their options.
fn activate(rules: &'static [&'static dyn Rule], config: &Config) -> Vec<ActiveRule> {
    let profile = config.profile.profile();
    let named_in = |ids: &[String], id: &str| ids.iter().any(|name| name == id);
    let mut active = Vec::new();
    for &rule in rules {
        let meta = rule.meta();
        let setting = config.rules.get(meta.id.as_ref());
        let level = setting.and_then(|setting| setting.level);
        let is_named = named_in(&config.only, &meta.id);
        let wanted = is_named
            || (config.only.is_empty() && (meta.profile <= profile || matches!(level, Some(LevelSetting::Level(_)))));
        if !wanted || named_in(&config.skip, &meta.id) || (level == Some(LevelSetting::Off) && !is_named) {
            continue;
        }
        let options = setting.and_then(|setting| setting.options.clone());
        let given = match level {
            Some(LevelSetting::Level(level)) => Some(level),
            _ => None,
        };
        active.push(ActiveRule {
            rule,
            meta,
            level: given,
            // A level in the config asks for a rule that the profile leaves out.
            is_named: is_named || (given.is_some() && meta.profile > profile),
            options: options.unwrap_or_else(rule.options().default),
        });
    }
    active
}

struct Engine<'c> {
    active: Vec<ActiveRule>,
    config: &'c Config,
    limits: Limits,
}

/// What is left of a unit when its bytes are gone.
#[derive(Default)]
struct UnitOutcome {
    name: String,
    packages: Vec<PackageFacts>,
    rows: Vec<InputRow>,
    problems: Vec<Problem>,
    findings: Vec<Finding>,
    facts: Vec<FlowFacts>,
    stats: Stats,
}

/// What is left of a member.
#[derive(Default)]
struct MemberOutcome {
    flows: u32,
    out_of_scope: u32,
    is_other: bool,
    /// Why the member could not be read, for its row.
    unreadable: Option<String>,
    problems: Vec<Problem>,
    findings: Vec<Finding>,
    facts: Vec<FlowFacts>,
    stats: Stats,
}

impl Engine<'_> {
    fn check_unit(&self, unit: Unit) -> UnitOutcome {
        let mut outcome =
            UnitOutcome { name: unit.name, rows: unit.rows, problems: unit.problems, ..Default::default() };
        outcome.stats.out_of_scope = unit.out_of_scope.len();
        for package in &unit.packages {
            if let Some(record) = &package.record {
                outcome.packages.push(PackageFacts::new(&package.name, record));
                self.check_package(package, record, &mut outcome);
            }
            let members = map(package.members.iter().collect(), |member| self.check_member(member, package));
            outcome.findings.reserve(members.iter().map(|member| member.findings.len()).sum());
            for (member, result) in package.members.iter().zip(members) {
                let row = &mut outcome.rows[member.row];
                row.flows += result.flows;
                row.out_of_scope += result.out_of_scope;
                if row.problem.is_none() {
                    row.problem = result.unreadable;
                }
                if result.is_other && row.kind == InputKind::Document {
                    row.kind = InputKind::Other;
                }
                outcome.problems.extend(result.problems);
                outcome.findings.extend(result.findings);
                outcome.facts.extend(result.facts);
                outcome.stats.add(&result.stats);
            }
        }
        for fault in &unit.archive_faults {
            let resolver = Resolver::for_file(file_identity(&fault.container), "", Vec::new());
            let check =
                |rule: &dyn Rule, cx: &Context<'_>, sink: &mut Sink<'_, Span>| rule.check_archive(fault, cx, sink);
            outcome.findings.extend(self.check_file(&resolver, check));
        }
        outcome.stats.packages = outcome.packages.len();
        let records = unit.packages.iter().filter_map(|package| package.record.as_ref());
        outcome.stats.legacy_packages = records.filter(|record| record.kind == PackageKind::LegacyPackage).count();
        outcome
    }

    /// Findings about a file that is no flow.
    fn check_file(
        &self,
        resolver: &Resolver<'_>,
        check: impl Fn(&dyn Rule, &Context<'_>, &mut Sink<'_, Span>),
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (index, active) in self.active.iter().enumerate() {
            let mut drafts = Vec::new();
            check(active.rule, &self.context(active, None), &mut Sink { drafts: &mut drafts });
            let place = |span| resolver.span(span);
            findings
                .extend(drafts.into_iter().filter_map(|draft| self.finding(index, draft, place, |_| String::new())));
        }
        findings
    }

    /// Findings about a package's records. Files are read again only where there is something to place.
    fn check_package(&self, package: &Package, record: &PackageRecord, outcome: &mut UnitOutcome) {
        let mut drafts: Vec<(usize, Draft<Origin>)> = Vec::new();
        for (index, active) in self.active.iter().enumerate() {
            let cx = self.context(active, Some(record));
            let mut found = Vec::new();
            let check = || active.rule.check_package(record, &cx, &mut Sink { drafts: &mut found });
            match catch_unwind(AssertUnwindSafe(check)) {
                Ok(()) => drafts.extend(found.into_iter().map(|draft| (index, draft))),
                Err(_) => {
                    let message = format!(
                        "the rule `{}` failed on the records of the package; all others were applied",
                        active.meta.id
                    );
                    outcome.problems.push(internal(&package.name, message));
                }
            }
        }
        let places = drafts.iter().flat_map(|(_, draft)| {
            let related = draft.related.iter().map(|(place, _)| place);
            std::iter::once(&draft.at).chain(&draft.places).chain(related)
        });
        let files: BTreeSet<u32> = places.map(|origin| origin.file).collect();
        if files.is_empty() {
            return;
        }
        // A file that can no longer be read has been reported where it was read first.
        let text = |file: u32| package.read_file(file).unwrap_or_default();
        let texts: BTreeMap<u32, String> = files.into_iter().map(|file| (file, text(file))).collect();
        let secrets = secrets::in_package(record);
        let mut resolvers: BTreeMap<u32, Resolver<'_>> = BTreeMap::new();
        for (&file, text) in &texts {
            let name = record.files.get(file as usize).map_or(package.name.as_str(), String::as_str);
            let masks = secrets::in_record_text(&secrets, text);
            resolvers.insert(file, Resolver::for_file(record_identity(record, name), text, masks));
        }
        let place = |origin: Origin| resolvers[&origin.file].span(origin.span);
        for (index, draft) in drafts {
            outcome.findings.extend(self.finding(index, draft, place, |_| String::new()));
        }
    }

    fn check_member(&self, member: &Member, package: &Package) -> MemberOutcome {
        let checked = catch_unwind(AssertUnwindSafe(|| self.check_text(member, package)));
        checked.unwrap_or_else(|_| {
            let message = "flowvet itself failed on this file".to_owned();
            MemberOutcome::lost(internal(&member.name, message))
        })
    }

    fn check_text(&self, member: &Member, package: &Package) -> MemberOutcome {
        let text = match member.read() {
            Ok(text) => text,
            Err(problem) => return MemberOutcome::lost(problem),
        };
        if member.role == Role::Elsewhere && !shape::may_hold_shapes(&text) {
            return MemberOutcome::other();
        }
        let document = match Document::parse(&text) {
            Ok(document) => document,
            Err(error) if member.role != Role::Elsewhere || shape::looks_like_flow(&text) => {
                return self.check_malformed(member, &text, &error);
            }
            Err(_) => return MemberOutcome::other(),
        };
        let mut outcome = MemberOutcome::default();
        if shape::foreign(&document).is_some() {
            outcome.out_of_scope = 1;
            outcome.stats.out_of_scope = 1;
            return outcome;
        }
        let shapes = shape::shapes(&document);
        outcome.is_other = shapes.is_empty();
        if shapes.is_empty() {
            return outcome;
        }
        // Of the whole document: a snippet of one flow may show the end of another.
        let secrets = secrets::in_document(&document);
        outcome.facts.reserve_exact(shapes.len());
        for shape in &shapes {
            self.check_flow(&document, shape, member, package, &secrets, &mut outcome);
        }
        outcome
    }

    fn check_malformed(&self, member: &Member, text: &str, error: &SyntaxError) -> MemberOutcome {
        let file = file_identity(&member.name);
        let resolver = Resolver::for_file(file, text, secrets::in_text(text));
        let place = resolver.span(error.span);
        let message = format!("this is not JSON: {}", error.message);
        let problem = Problem {
            uri: member.name.clone(),
            position: Some(place.start),
            kind: ProblemKind::Unreadable,
            message,
            help: error.help.to_owned(),
        };
        let mut outcome = MemberOutcome::lost(problem);
        let check =
            |rule: &dyn Rule, cx: &Context<'_>, sink: &mut Sink<'_, Span>| rule.check_syntax_error(error, cx, sink);
        outcome.findings = self.check_file(&resolver, check);
        outcome
    }

    fn check_flow<'d>(
        &'d self,
        document: &'d Document<'d>,
        shape: &Shape<'d>,
        member: &Member,
        package: &'d Package,
        secrets: &'d [Secret<'d>],
        outcome: &mut MemberOutcome,
    ) {
        let record = package.record.as_ref();
        let workflow = record.zip(member.workflow).and_then(|(record, index)| record.workflows.get(index));
        let flow =
            Flow::lower(document, shape, &member.name, record, workflow, secrets).with_effects(&self.config.effects);
        outcome.count(&flow);
        let mut drafts: Vec<(usize, Draft<Spot>)> = Vec::new();
        for (index, active) in self.active.iter().enumerate() {
            let platforms = active.meta.platforms;
            let is_at_home = match flow.platform {
                Platform::PowerAutomate => platforms.power_automate,
                Platform::LogicApps => platforms.logic_apps,
            };
            if !is_at_home || flow.completeness < active.meta.needs {
                continue;
            }
            let cx = self.context(active, record);
            let mut found = Vec::new();
            match catch_unwind(AssertUnwindSafe(|| walk(active.rule, &flow, &cx, &mut Sink { drafts: &mut found }))) {
                Ok(()) => drafts.extend(found.into_iter().map(|draft| (index, draft))),
                Err(_) => {
                    let message = format!(
                        "the rule `{}` failed on the flow `{}`; all others were applied",
                        active.meta.id, flow.identity.name
                    );
                    outcome.problems.push(internal(&member.name, message));
                }
            }
        }
        // Only where there is something to place.
        let resolver = LazyCell::new(|| Resolver::new(&flow, secrets.iter().map(|secret| secret.spot.span).collect()));
        let place = |spot| resolver.place(spot);
        outcome.findings.reserve_exact(drafts.len());
        for (index, draft) in drafts {
            outcome.findings.extend(self.finding(index, draft, place, |spot| resolver.kind_of(*spot)));
        }
        let package = record.map(|record| (package.name.as_str(), record));
        outcome.facts.push(Outline::new(&flow).resolve(&flow, package, place));
    }

    fn context<'a>(
        &'a self,
        active: &'a ActiveRule,
        package: Option<&'a crate::records::PackageRecord>,
    ) -> Context<'a> {
        Context { package, config: self.config, active }
    }

    /// A draft with its places resolved, unless it is a case that nobody asked to see.
    fn finding<L>(
        &self,
        rule: usize,
        draft: Draft<L>,
        place: impl Fn(L) -> Place,
        kind: impl Fn(&L) -> String,
    ) -> Option<Finding> {
        let active = &self.active[rule];
        let level = active.level_of(draft.case, self.config.profile.profile())?;
        let kind = if draft.kind.is_empty() { kind(&draft.at) } else { draft.kind };
        let main = place(draft.at);
        let path = if draft.is_about_flow { &StepPath::default() } else { &*main.path };
        Some(Finding {
            rule,
            case: draft.case,
            level,
            confidence: draft.confidence.unwrap_or(active.meta.confidence).min(active.meta.confidence),
            message: draft.message,
            help: draft.help,
            fingerprint: Fingerprint::new(&active.meta.id, &main.flow.id, path, &kind),
            place: main,
            places: draft.places.into_iter().map(&place).collect(),
            related: draft.related.into_iter().map(|(at, message)| (place(at), message)).collect(),
            data_path: draft.data_path.into_iter().map(|(at, message)| (place(at), message)).collect(),
        })
    }

    fn reduce(&self, outcomes: Vec<UnitOutcome>) -> Report {
        let mut stats = Stats { rules: self.active.len(), ..Stats::default() };
        let (mut findings, mut problems, mut inputs) = (Vec::new(), Vec::new(), Vec::new());
        let mut outcomes = outcomes;
        for outcome in &mut outcomes {
            stats.add(&outcome.stats);
            findings.extend(std::mem::take(&mut outcome.findings));
            problems.append(&mut outcome.problems);
            inputs.append(&mut outcome.rows);
        }
        let run = Run { families: self.families(&outcomes) };
        for (index, active) in self.active.iter().enumerate() {
            let cx = self.context(active, None);
            let mut drafts = Vec::new();
            match catch_unwind(AssertUnwindSafe(|| active.rule.check_run(&run, &cx, &mut Sink { drafts: &mut drafts })))
            {
                Ok(()) => findings.extend(
                    drafts.into_iter().filter_map(|draft| self.finding(index, draft, |place| place, |_| String::new())),
                ),
                Err(_) => {
                    let message =
                        format!("the rule `{}` failed on the run as a whole; all others were applied", active.meta.id);
                    problems.push(internal("", message));
                }
            }
        }
        let whole = |facts: &&FlowFacts| facts.completeness != Completeness::Fragment;
        let mut flows: Vec<FlowRow> =
            outcomes.iter().flat_map(|outcome| &outcome.facts).filter(whole).map(FlowRow::new).collect();
        flows.sort_by(|a, b| a.flow.uri.cmp(&b.flow.uri));
        let mut ids = HashSet::new();
        stats.copies = flows.iter().filter(|row| !ids.insert(&row.flow.id)).count();
        self.sort(&mut findings);
        problems.sort();
        problems.dedup();
        inputs.sort();
        stats.unreadable = inputs.iter().filter(|row| row.problem.is_some()).count();
        stats.other = inputs.iter().filter(|row| row.kind == InputKind::Other).count();
        let rules = self.active.iter().map(|active| active.meta.clone()).collect();
        Report { rules, findings, problems, inputs, flows, stats, profile: self.config.profile.profile() }
    }

    /// Units are families; those that the config puts together become one.
    fn families<'a>(&self, outcomes: &'a [UnitOutcome]) -> Vec<Family<'a>> {
        let configured = |name: &str| self.config.families.iter().position(|family| family.paths.is_match(name));
        let mut joined: BTreeMap<usize, usize> = BTreeMap::new();
        let mut families: Vec<Family<'a>> = Vec::new();
        for outcome in outcomes {
            let setting = configured(&outcome.name);
            let index = match setting.and_then(|setting| joined.get(&setting).copied()) {
                Some(index) => index,
                None => {
                    families.push(Family { name: &outcome.name, packages: Vec::new(), flows: Vec::new() });
                    let index = families.len() - 1;
                    joined.extend(setting.map(|setting| (setting, index)));
                    index
                }
            };
            families[index].packages.extend(&outcome.packages);
            families[index].flows.extend(&outcome.facts);
        }
        families
    }

    /// Total order, without exact duplicates, and ordinals for equal fingerprints in that order.
    fn sort(&self, findings: &mut Vec<Finding>) {
        fn order<'f>(rules: &'f [ActiveRule], finding: &'f Finding) -> impl Ord + use<'f> {
            let (uri, span) = finding.place.order();
            (uri, span, &rules[finding.rule].meta.id, &finding.message)
        }
        findings.sort_by(|a, b| order(&self.active, a).cmp(&order(&self.active, b)));
        findings.dedup_by(|a, b| a.rule == b.rule && a.place == b.place && a.message == b.message);
        let mut seen: HashMap<String, u32> = HashMap::new();
        for finding in findings {
            let ordinal = seen.entry(finding.fingerprint.hash.clone()).or_default();
            *ordinal += 1;
            finding.fingerprint.ordinal = *ordinal;
        }
    }
}

/// What stands for a flow where a file did not become one.
fn file_identity(file: &str) -> Arc<FlowIdentity> {
    let name = file.rsplit('/').next().unwrap_or(file).to_owned();
    Arc::new(FlowIdentity { id: name.to_ascii_lowercase(), name, uri: file.into() })
}

/// What findings about a package's records say they are in: the solution, since all packages call their files the same.
fn record_identity(record: &PackageRecord, file: &str) -> Arc<FlowIdentity> {
    let own = file.rsplit('/').next().unwrap_or(file);
    let id = record.unique_name.as_deref().unwrap_or(own).to_ascii_lowercase();
    Arc::new(FlowIdentity { id, name: own.to_owned(), uri: file.into() })
}

/// One walk of a flow for one rule.
fn walk(rule: &dyn Rule, flow: &Flow<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
    rule.check_flow(flow, cx, sink);
    for trigger in flow.triggers() {
        rule.check_trigger(trigger, cx, sink);
    }
    for action in flow.actions() {
        rule.check_action(action, cx, sink);
    }
    for expression in flow.expressions() {
        rule.check_expression(expression, cx, sink);
    }
}

fn internal(uri: &str, message: String) -> Problem {
    let help = "please report this, with a flow that shows it if you can share one".to_owned();
    Problem { uri: uri.to_owned(), position: None, kind: ProblemKind::Internal, message, help }
}

impl MemberOutcome {
    fn other() -> Self {
        Self { is_other: true, ..Self::default() }
    }

    fn lost(problem: Problem) -> Self {
        Self { unreadable: Some(problem.message.clone()), problems: vec![problem], ..Self::default() }
    }

    fn count(&mut self, flow: &Flow<'_>) {
        self.stats.actions += flow.action_count();
        if flow.completeness == Completeness::Fragment {
            self.stats.fragments += 1;
            return;
        }
        self.flows += 1;
        self.stats.flows += 1;
        self.stats.logic_apps += usize::from(flow.platform == Platform::LogicApps);
    }
}

impl Stats {
    /// Adds the counts of a part.
    fn add(&mut self, part: &Stats) {
        self.packages += part.packages;
        self.legacy_packages += part.legacy_packages;
        self.flows += part.flows;
        self.fragments += part.fragments;
        self.logic_apps += part.logic_apps;
        self.out_of_scope += part.out_of_scope;
        self.actions += part.actions;
    }
}

/// Applies a function to all items, in parallel where the build has threads; results keep the items' order.
fn map<T: Send, R: Send>(items: Vec<T>, f: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        items.into_par_iter().map(f).collect()
    }
    #[cfg(not(feature = "parallel"))]
    {
        items.into_iter().map(f).collect()
    }
}

#[cfg(test)]
mod tests;
