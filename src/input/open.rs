//! A group's files to a unit: containers opened, records read, documents lent. Decides what belongs to which package
//! and what is no flow by its record; what is a flow, others decide.

use super::archive::{self, Container};
use super::layout::{self, Layout, Place};
use super::{
    ArchiveFault, Content, Group, Input, InputKind, InputRow, Limits, Member, OutOfScope, Package, ReadError, Role,
    Unit, text,
};
use crate::records::{Category, PackageKind, PackageRecord, RecordFile};
use crate::source::{LineIndex, Problem, ProblemKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where the bytes of a member or record are.
pub(super) enum Source {
    File(Content),
    Entry { container: Arc<Container>, index: usize, size: u64 },
}

impl Source {
    /// The text of the file that reports call `name`.
    pub(super) fn text(&self, name: &str) -> Result<String, Problem> {
        let bytes = match self {
            Self::File(content) => content.read().map_err(|error| unreadable(name, &error)),
            Self::Entry { container, index, size } => container.read(*index, *size).map_err(|what| Problem {
                uri: name.to_owned(),
                position: None,
                kind: ProblemKind::Unreadable,
                message: format!("the entry cannot be unpacked: {what}"),
                help: "export or download the package again".to_owned(),
            }),
        };
        decode(name, bytes?)
    }
}

impl Content {
    fn read(&self) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.clone()),
            Self::Deferred(read) => read(),
        }
    }
}

fn unreadable(name: &str, error: &ReadError) -> Problem {
    let help = match error {
        ReadError::Io(_) => "check that the file is there and that you may read it",
        ReadError::TooLarge { .. } => "find out what it is; if it is a package, export it in smaller solutions",
    };
    Problem {
        uri: name.to_owned(),
        position: None,
        kind: ProblemKind::Unreadable,
        message: format!("the file was not read: {error}"),
        help: help.to_owned(),
    }
}

fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    text::decode(bytes).map_err(|fault| Problem {
        uri: name.to_owned(),
        position: None,
        kind: ProblemKind::Unreadable,
        message: format!("the text is not {} from byte {} on", fault.encoding, fault.offset),
        help: "save the file as UTF-8".to_owned(),
    })
}

/// A file that is wanted: of a tree, or in a container.
struct File {
    /// As reports name it.
    name: String,
    /// Its name in the tree or container.
    path: String,
    row: usize,
    source: Source,
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

struct Opening<'l> {
    limits: &'l Limits,
    unit: Unit,
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
            files.push(File { name: input.name, path, row, source: Source::File(input.content) });
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
                    let mut problem = unreadable(&name, &error);
                    if !named && layout::is_json(&name) && matches!(error, ReadError::TooLarge { .. }) {
                        // No flow is as large as that.
                        problem.kind = ProblemKind::Notice;
                    }
                    self.unit.problems.push(problem);
                    return;
                }
            },
        };
        if archive::is_zip(&bytes) {
            self.zip(name, named, row, bytes);
        } else if layout::is_json(&name) || is_json_text(&bytes) {
            self.unit.rows[row].kind = InputKind::Document;
            if bytes.len() as u64 > self.limits.member {
                let error = ReadError::TooLarge { size: bytes.len() as u64, limit: self.limits.member };
                let kind = if named { ProblemKind::Unreadable } else { ProblemKind::Notice };
                self.unit.problems.push(Problem { kind, ..unreadable(&name, &error) });
                return;
            }
            let role = if named { Role::Named } else { Role::Elsewhere };
            let source = Source::File(Content::Bytes(bytes));
            let member = Member { name: name.clone(), role, row, workflow: None, source };
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
        let (container, mut entries, faults) = archive::open(name.clone(), bytes, self.limits)?;
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
            let limit = if is_nested { self.limits.file } else { self.limits.member };
            if let Err(fault) = container.admit(entry, limit, left, self.limits) {
                self.unit.archive_faults.push(fault);
                continue;
            }
            let full = format!("{name}/{}", entry.name);
            if is_nested {
                held.nested |= self.nested(&container, entry, full, row, depth, left);
                continue;
            }
            let source = Source::Entry { container: Arc::clone(&container), index: entry.index(), size: entry.size };
            let file = |path: &str| File { name: full, path: path.to_owned(), row, source };
            match owner {
                Some((root, kind)) => {
                    files.entry((root.to_owned(), kind)).or_default().push(file(below(root, &entry.name)));
                }
                None => documents.push(file(&entry.name)),
            }
        }
        for ((root, kind), files) in files {
            held.packages.push(kind);
            let package = if root.is_empty() { name.clone() } else { format!("{name}/{root}") };
            self.packages(package, kind, files);
        }
        if !documents.is_empty() {
            held.documents = true;
            let members = documents.into_iter().map(|file| Member {
                name: file.name,
                role: Role::Elsewhere,
                row,
                workflow: None,
                source: file.source,
            });
            let members = members.collect();
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
            let holds_package = archive::open(name, Arc::clone(&bytes), self.limits)
                .is_ok_and(|(_, entries, _)| !Layout::find(entries.iter().map(|entry| entry.name.as_str())).is_empty());
            if holds_package {
                self.unit.archive_faults.push(ArchiveFault {
                    help: "unzip the outer package and check what is in it".to_owned(),
                    ..fault(format!(
                        "the package lies deeper than the {} zips in zips that are opened",
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

    /// The package, or the packages of a Git layout, that some files make up.
    fn packages(&mut self, name: String, kind: PackageKind, files: Vec<File>) {
        let mut records = Vec::new();
        let mut documents = Vec::new();
        for file in files {
            match layout::place(kind, &file.path) {
                Place::Record(what) => records.push((what, file)),
                Place::Document(role) => documents.push((role, file)),
                Place::Nothing => {}
            }
        }
        let mut solutions: Vec<String> = records.iter().filter_map(|(_, file)| solution_folder(file)).collect();
        solutions.dedup();
        if solutions.len() < 2 {
            let mut record = PackageRecord::new(kind);
            let mut sources = Vec::new();
            for (what, file) in records {
                sources.push(self.record(&mut record, what, file));
            }
            self.package(name, record, sources, documents);
            return;
        }
        // Solutions of a Git layout share one tree: the manifest of each says which folders are its own. Components are
        // read for the first solution that has them.
        for solution in solutions {
            let mut record = PackageRecord::new(kind);
            let mut sources = Vec::new();
            let (own, rest) =
                records.into_iter().partition(|(_, file)| solution_folder(file).as_ref() == Some(&solution));
            records = rest;
            for (what, file) in own {
                sources.push(self.record(&mut record, what, file));
            }
            let is_in = |file: &File| {
                let paths = &record.component_paths;
                solution_folder(file).is_none()
                    && (paths.is_empty() || paths.iter().any(|path| is_below(path, &file.path)))
            };
            let (own, rest): (Vec<_>, _) = documents.into_iter().partition(|(_, file)| is_in(file));
            documents = rest;
            let (own_records, rest) = records.into_iter().partition(|(_, file)| is_in(file));
            records = rest;
            for (what, file) in own_records {
                sources.push(self.record(&mut record, what, file));
            }
            self.package(format!("{name}/{solution}"), record, sources, own);
        }
        let members: Vec<_> = documents.into_iter().map(|(role, file)| self.member(None, role, file)).collect();
        if !members.is_empty() {
            self.unit.packages.push(Package { name, record: None, members, files: Vec::new() });
        }
    }

    /// Reads a record file; what is wrong with it is a problem, and what was read before stays.
    fn record(&mut self, record: &mut PackageRecord, what: RecordFile, file: File) -> Source {
        match file.source.text(&file.name) {
            Ok(text) => {
                if let Err(error) = record.read(what, &file.name, &text) {
                    self.unit.problems.push(Problem {
                        uri: file.name,
                        position: Some(LineIndex::new(&text).position(error.offset)),
                        kind: ProblemKind::Unreadable,
                        message: format!("the package record is not well-formed: {error}"),
                        help: error.help.to_owned(),
                    });
                }
            }
            Err(problem) => {
                self.unit.problems.push(problem);
                // Keeps the record's files in step with their sources.
                record.files.push(file.name);
            }
        }
        file.source
    }

    fn package(&mut self, name: String, mut record: PackageRecord, files: Vec<Source>, documents: Vec<(Role, File)>) {
        record.finish();
        let mut with_file = vec![false; record.workflows.len()];
        let mut members = Vec::with_capacity(documents.len());
        for (role, file) in documents {
            let workflow = record.workflow_index_for(&file.name);
            if let Some(at) = workflow.filter(|_| role == Role::Workflows) {
                with_file[at] = true;
                let workflow = &record.workflows[at];
                if is_out_of_scope(workflow.category) {
                    self.unit.rows[file.row].out_of_scope += 1;
                    self.unit.out_of_scope.push(OutOfScope {
                        uri: file.name,
                        category: workflow.category,
                        name: workflow.name.clone(),
                    });
                    continue;
                }
            }
            members.push(self.member(workflow.filter(|_| role == Role::Workflows), role, file));
        }
        for (workflow, _) in record.workflows.iter().zip(with_file).filter(|(_, with_file)| !with_file) {
            if is_out_of_scope(workflow.category) {
                let uri = &record.files[workflow.origin.file as usize];
                let is_in = |row: &&mut InputRow| is_below(&row.path, uri);
                if let Some(row) = self.unit.rows.iter_mut().find(is_in) {
                    row.out_of_scope += 1;
                }
                let (uri, name) = (uri.clone(), workflow.name.clone());
                self.unit.out_of_scope.push(OutOfScope { uri, category: workflow.category, name });
            }
        }
        self.unit.packages.push(Package { name, record: Some(record), members, files });
    }

    fn member(&self, workflow: Option<usize>, role: Role, file: File) -> Member {
        let role = if role == Role::Elsewhere
            && self.unit.rows[file.row].named
            && self.unit.rows[file.row].path == file.name
        {
            Role::Named
        } else {
            role
        };
        Member { name: file.name, role, row: file.row, workflow, source: file.source }
    }
}

impl ArchiveFault {
    fn problem(&self) -> Problem {
        let uri = match &self.member {
            Some(member) => format!("{}/{member}", self.container),
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

/// Whether a record says that a process is no cloud flow. Where it says nothing, or a number that is not known here, the
/// JSON decides.
fn is_out_of_scope(category: Category) -> bool {
    !matches!(category, Category::CloudFlow | Category::Other(_))
}

/// `solutions/<name>` of a file that lies in one.
fn solution_folder(file: &File) -> Option<String> {
    let mut parts = file.path.split('/');
    let top = parts.next().filter(|top| top.eq_ignore_ascii_case("solutions"))?;
    let name = parts.next()?;
    parts.next().map(|_| format!("{top}/{name}"))
}

/// Whether `name` is `folder` or lies below it.
fn is_below(folder: &str, name: &str) -> bool {
    let rest =
        name.get(..folder.len()).filter(|start| start.eq_ignore_ascii_case(folder)).map(|_| &name[folder.len()..]);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
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

/// Whether bytes of unknown name are JSON that can hold a flow: an object or a list.
fn is_json_text(bytes: &[u8]) -> bool {
    let head: Vec<u8> =
        bytes.iter().copied().filter(|byte| !matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xff | 0xfe)).take(64).collect();
    head.trim_ascii_start().first().is_some_and(|first| matches!(first, b'{' | b'['))
}
