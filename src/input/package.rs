//! Files to packages: records read, documents joined with them, and what a record says is no flow set aside.

use super::layout::{self, Place};
use super::lend::Source;
use super::open::{File, Opening};
use super::{InputRow, OutOfScope, Package, Role};
use crate::records::{Category, PackageKind, PackageRecord, RecordFile};
use crate::source::{LineIndex, Problem, ProblemKind};

impl Opening<'_> {
    /// The package, or the packages of a Git layout, that some files make up.
    pub(super) fn packages(&mut self, name: String, kind: PackageKind, files: Vec<File>) {
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
        let members: Vec<_> = documents.into_iter().map(|(role, file)| file.member(None, role)).collect();
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
            let workflow = record.workflow_index_for(&file.name).filter(|_| role == Role::Workflows);
            if let Some(at) = workflow {
                with_file[at] = true;
                let workflow = &record.workflows[at];
                if is_out_of_scope(workflow.category) {
                    self.unit.rows[file.row].out_of_scope += 1;
                    let (category, name) = (workflow.category, workflow.name.clone());
                    self.unit.out_of_scope.push(OutOfScope { uri: file.name, category, name });
                    continue;
                }
            }
            members.push(file.member(workflow, role));
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
