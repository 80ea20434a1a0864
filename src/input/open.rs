//! A group's files to a unit: containers opened, files sorted into packages. What is a flow, others decide.

use super::archive::{self, Container, Opened};
use super::layout::{self, Layout, Place};
use super::lend::Source;
use super::{ArchiveFault, Content, Group, Input, InputKind, InputRow, Limits, Member, Package, ReadError, Role, Unit};
use crate::records::PackageKind;
use crate::source::{Problem, ProblemKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A JSON file that is too large to be read and that nobody named: no flow is as large as that.
fn notice(problem: Problem) -> Problem {
    Problem { kind: ProblemKind::Notice, ..problem }
}

/// A file that is wanted: of a tree, or in a container.
pub(super) struct File {
    /// As reports name it.
    pub(super) name: String,
    /// Its name in the tree or container.
    pub(super) path: String,
    pub(super) row: usize,
    /// Named by the user.
    pub(super) named: bool,
    pub(super) source: Source,
}

impl File {
    pub(super) fn member(self, workflow: Option<usize>, role: Role) -> Member {
        let role = if self.named && role == Role::Elsewhere { Role::Named } else { role };
        Member { name: self.name, role, row: self.row, workflow, source: self.source }
    }
}

/// What a container turned out to hold.
#[derive(Default)]
struct Held {
    packages: Vec<PackageKind>,
    /// Documents in no package.
    documents: bool,
    nested: bool,
}

pub(super) fn open(group: Group, limits: &Limits) -> Unit {
    let mut opening = Opening { limits, unit: Unit { name: group.name, ..Unit::default() } };
    match group.tree {
        Some((root, kind)) => opening.tree(&root, kind, group.inputs),
        None => group.inputs.into_iter().for_each(|input| opening.loose(input)),
    }
    opening.finish()
}

pub(super) struct Opening<'l> {
    limits: &'l Limits,
    pub(super) unit: Unit,
}

impl Opening<'_> {
    fn finish(mut self) -> Unit {
        let unit = &mut self.unit;
        unit.packages.sort_by(|a, b| a.name.cmp(&b.name));
        unit.archive_faults = archive::merge(std::mem::take(&mut unit.archive_faults));
        unit.problems.extend(unit.archive_faults.iter().map(ArchiveFault::problem));
        unit.problems.sort();
        unit.out_of_scope.sort();
        for row in &mut unit.rows {
            let is_in = |problem: &&Problem| {
                problem.kind != ProblemKind::Notice
                    && problem.uri.strip_prefix(&row.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            row.problem = unit.problems.iter().find(is_in).map(|problem| problem.message.clone());
        }
        self.unit
    }

    fn row(&mut self, path: &str, named: bool, kind: InputKind) -> usize {
        self.unit.rows.push(InputRow { path: path.to_owned(), named, kind, flows: 0, out_of_scope: 0, problem: None });
        self.unit.rows.len() - 1
    }

    /// The files of an unpacked package.
    fn tree(&mut self, root: &str, kind: PackageKind, inputs: Vec<Input>) {
        let mut files = Vec::with_capacity(inputs.len());
        for input in inputs {
            let path = below(root, &input.name).to_owned();
            let is_record = matches!(layout::place(kind, &path), Place::Record(_));
            let row_kind = if is_record { InputKind::Record } else { InputKind::Document };
            let row = self.row(&input.name, input.named, row_kind);
            let source = Source::File { content: input.content, limit: self.limits.member };
            files.push(File { name: input.name, path, row, named: input.named, source });
        }
        self.packages(self.unit.name.clone(), kind, files);
    }

    /// A file that lies in no unpacked package: a container, a JSON document, or nothing of ours.
    fn loose(&mut self, input: Input) {
        let Input { name, named, content } = input;
        let row = self.row(&name, named, InputKind::Other);
        let bytes = match content {
            Content::Bytes(bytes) => bytes,
            Content::Deferred(read) => match read() {
                Ok(bytes) => bytes,
                Err(error) => {
                    let is_data = !named && layout::is_json(&name) && matches!(error, ReadError::TooLarge { .. });
                    let problem = error.problem(&name);
                    self.unit.problems.push(if is_data { notice(problem) } else { problem });
                    return;
                }
            },
        };
        if archive::is_zip(&bytes) {
            self.zip(name, named, row, bytes);
        } else if layout::is_json(&name) || is_json_text(&bytes, named) {
            self.unit.rows[row].kind = InputKind::Document;
            let (size, limit) = (bytes.len() as u64, self.limits.member);
            if size > limit {
                let problem = ReadError::TooLarge { size, limit }.problem(&name);
                self.unit.problems.push(if named { problem } else { notice(problem) });
                return;
            }
            let source = Source::File { content: Content::Bytes(bytes), limit };
            let file = File { name: name.clone(), path: String::new(), row, named, source };
            let member = file.member(None, Role::Elsewhere);
            self.unit.packages.push(Package { name, record: None, members: vec![member], files: Vec::new() });
        } else if named {
            self.unit.problems.push(Problem {
                uri: name,
                position: None,
                kind: ProblemKind::Unreadable,
                message: "the file is neither a zip nor JSON".to_owned(),
                help: "give the exported zip, the folder of an unpacked solution, or the JSON of a flow".to_owned(),
            });
        }
    }

    fn zip(&mut self, name: String, named: bool, row: usize, bytes: Vec<u8>) {
        let mut left = self.limits.inflated;
        let faults_before = self.unit.archive_faults.len();
        let bytes = Arc::new(bytes);
        match self.container(name, row, Arc::clone(&bytes), 0, &mut left) {
            Ok(held) => {
                self.unit.rows[row].kind = match held {
                    Held { packages, documents: false, nested: false } if packages == [PackageKind::LegacyPackage] => {
                        InputKind::LegacyPackage
                    }
                    Held { packages, documents: false, nested: false } if packages.len() == 1 => InputKind::Solution,
                    Held { packages, documents: false, nested: false } if packages.is_empty() => InputKind::Other,
                    _ => InputKind::Bundle,
                };
                if self.unit.rows[row].kind == InputKind::Other && !named {
                    self.unit.archive_faults.truncate(faults_before);
                }
            }
            Err(fault) => {
                if named || layout::mentions_package(&bytes) {
                    self.unit.archive_faults.push(fault);
                }
            }
        }
    }

    /// Opens a container and takes in what is ours of it.
    fn container(
        &mut self,
        name: String,
        row: usize,
        bytes: Arc<Vec<u8>>,
        depth: u32,
        left: &mut u64,
    ) -> Result<Held, ArchiveFault> {
        let Opened { container, mut entries, faults } = archive::open(name.clone(), bytes, self.limits)?;
        self.unit.archive_faults.extend(faults);
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let layout = Layout::find(entries.iter().map(|entry| entry.name.as_str()));
        let looks_inside = !layout.is_empty() || !is_of_another_kind(&entries);
        let mut held = Held::default();
        let mut files: BTreeMap<(String, PackageKind), Vec<File>> = BTreeMap::new();
        let mut documents = Vec::new();
        for entry in &entries {
            let owner = layout.owner(&entry.name);
            let is_nested = layout::is_zip(&entry.name);
            let is_wanted = match owner {
                Some((root, kind)) => layout::place(kind, below(root, &entry.name)) != Place::Nothing,
                None => looks_inside && layout::is_json(&entry.name),
            };
            if !is_wanted && !is_nested {
                continue;
            }
            // A package is one even if nothing of it can be read.
            let package =
                owner.filter(|_| is_wanted).map(|(root, kind)| files.entry((root.to_owned(), kind)).or_default());
            let limit = if is_nested { self.limits.file } else { self.limits.member };
            if let Err(fault) = container.admit(entry, limit, left, self.limits) {
                self.unit.archive_faults.push(fault);
                held.nested |= is_nested;
                continue;
            }
            let full = format!("{name}/{}", entry.name);
            if is_nested {
                held.nested |= self.nested(&container, entry, full, row, depth, left);
                continue;
            }
            let source = Source::Entry { container: Arc::clone(&container), index: entry.index(), size: entry.size };
            let path = owner.map_or(entry.name.as_str(), |(root, _)| below(root, &entry.name)).to_owned();
            package.unwrap_or(&mut documents).push(File { name: full, path, row, named: false, source });
        }
        for ((root, kind), files) in files {
            held.packages.push(kind);
            let package = if root.is_empty() { name.clone() } else { format!("{name}/{root}") };
            self.packages(package, kind, files);
        }
        if !documents.is_empty() {
            held.documents = true;
            let members = documents.into_iter().map(|file| file.member(None, Role::Elsewhere)).collect();
            self.unit.packages.push(Package { name, record: None, members, files: Vec::new() });
        }
        Ok(held)
    }

    /// A zip within a zip; says whether there is something of ours in it.
    fn nested(
        &mut self,
        container: &Container,
        entry: &archive::Entry,
        name: String,
        row: usize,
        depth: u32,
        left: &mut u64,
    ) -> bool {
        let fault = |what: String| ArchiveFault {
            container: container.name.clone(),
            member: Some(entry.name.clone()),
            what,
            help: "export or download the package again".to_owned(),
            lost: true,
        };
        let bytes = match container.read(entry.index(), entry.size) {
            Ok(bytes) => Arc::new(bytes),
            Err(what) => {
                self.unit.archive_faults.push(fault(format!("the zip in it cannot be unpacked: {what}")));
                return true;
            }
        };
        if !archive::is_zip(&bytes) {
            return false;
        }
        if depth >= self.limits.nesting {
            let holds_package =
                archive::open(name, Arc::clone(&bytes), self.limits).is_ok_and(|Opened { entries, .. }| {
                    !Layout::find(entries.iter().map(|entry| entry.name.as_str())).is_empty()
                });
            if holds_package {
                self.unit.archive_faults.push(ArchiveFault {
                    help: "unzip the outer package and check what is in it".to_owned(),
                    ..fault(format!(
                        "the package lies {} zips deep, deeper than the {} that is opened",
                        depth + 1,
                        self.limits.nesting
                    ))
                });
            }
            return holds_package;
        }
        let faults_before = self.unit.archive_faults.len();
        match self.container(name, row, Arc::clone(&bytes), depth + 1, left) {
            Ok(held) => {
                let is_ours = held.nested || held.documents || !held.packages.is_empty();
                if !is_ours {
                    self.unit.archive_faults.truncate(faults_before);
                }
                is_ours
            }
            Err(fault) => {
                let is_ours = layout::mentions_package(&bytes);
                if is_ours {
                    self.unit.archive_faults.push(fault);
                }
                is_ours
            }
        }
    }
}

impl ArchiveFault {
    fn problem(&self) -> Problem {
        let uri = match &self.member {
            Some(member) => format!("{}/{}", self.container, archive::clean(member).0),
            None => self.container.clone(),
        };
        Problem {
            uri,
            position: None,
            kind: if self.lost { ProblemKind::Unreadable } else { ProblemKind::Notice },
            message: self.what.clone(),
            help: self.help.clone(),
        }
    }
}

/// The name of a file relative to a folder it lies in.
fn below<'n>(folder: &str, name: &'n str) -> &'n str {
    name.strip_prefix(folder).map_or(name, |rest| rest.trim_start_matches('/'))
}

/// Whether a zip without a package is a file of another program, whose JSON is not worth a look: Office and other OPC
/// files have `[Content_Types].xml`, canvas apps have `Header.json` and `Properties.json`.
fn is_of_another_kind(entries: &[archive::Entry]) -> bool {
    let has = |name: &str| entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name));
    has("[Content_Types].xml") || has("Header.json") && has("Properties.json")
}

/// Whether bytes of unknown name are to be read as JSON: an object or a list. What the user named, or pasted, may also
/// be a part of one, of which the parser can say what is missing.
fn is_json_text(bytes: &[u8], named: bool) -> bool {
    let mut head = bytes.iter().filter(|byte| !matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xff | 0xfe));
    match head.find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => true,
        Some(b'<') | None => false,
        Some(_) => named && std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0')),
    }
}
