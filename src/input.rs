//! From paths and bytes to packages: groups files, opens containers within limits, and lends their members' text.
//! Reads no file itself but in [`walk`], and knows nothing of flows' insides.

mod archive;
mod layout;
mod lend;
pub mod limits;
mod open;
mod package;
mod text;
#[cfg(feature = "fs")]
pub mod walk;

pub use limits::Limits;

use crate::records::{Category, PackageKind, PackageRecord};
use crate::source::Problem;
use layout::Layout;
use lend::Source;
use std::collections::BTreeMap;
use std::io;

/// A file, given or found.
pub struct Input {
    /// `/`-separated, as reports name it (design decision 14).
    pub name: String,
    /// Named by the user, not found by walking: then it is a problem if nothing can be made of it.
    pub named: bool,
    /// Its bytes, or how to get them.
    pub content: Content,
}

/// The bytes of an [`Input`].
pub enum Content {
    /// At hand.
    Bytes(Vec<u8>),
    /// Read when its turn has come; may be called from any thread, and more than once.
    Deferred(Box<dyn Fn() -> Result<Vec<u8>, ReadError> + Send + Sync>),
}

/// Why a file gives no bytes. The environment's or the user's fault.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system refused.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is larger than [`Limits::file`].
    #[error("it has {size} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Bytes it has.
        size: u64,
        /// Bytes that are read.
        limit: u64,
    },
}

/// Files that belong together and are opened together: one container, one unpacked tree, or one loose file.
pub struct Group {
    /// Name of the container or file, or the folder of the tree (`.` for the root itself).
    pub name: String,
    /// The folder and form of an unpacked package; none for a single file.
    tree: Option<(String, PackageKind)>,
    /// Sorted by name.
    inputs: Vec<Input>,
}

/// Sorts inputs into groups by their names alone. The order of `inputs` does not matter; of two with one name the one
/// that the user named counts.
pub fn group(inputs: impl IntoIterator<Item = Input>) -> Vec<Group> {
    let mut inputs: Vec<Input> = inputs.into_iter().collect();
    inputs.sort_by(|a, b| a.name.cmp(&b.name).then(b.named.cmp(&a.named)));
    inputs.dedup_by(|a, b| a.name == b.name);
    let layout = Layout::find(inputs.iter().map(|input| input.name.as_str()));
    let mut trees: BTreeMap<(String, PackageKind), Vec<Input>> = BTreeMap::new();
    let mut groups = Vec::new();
    for input in inputs {
        let owner = layout.owner(&input.name);
        let owner = owner.filter(|(root, kind)| layout.is_part(root, *kind, &input.name));
        match owner.map(|(root, kind)| (root.to_owned(), kind)) {
            Some(tree) => trees.entry(tree).or_default().push(input),
            None => groups.push(Group { name: input.name.clone(), tree: None, inputs: vec![input] }),
        }
    }
    groups.extend(trees.into_iter().map(|((root, kind), inputs)| {
        let name = if root.is_empty() { ".".to_owned() } else { root.clone() };
        Group { name, tree: Some((root, kind)), inputs }
    }));
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    groups
}

impl Group {
    /// Reads containers and package records. Members' texts are read later, one by one.
    pub fn open(self, limits: &Limits) -> Unit {
        open::open(self, limits)
    }
}

/// What a [`Group`] holds: one family of packages (design decision 16).
#[derive(Default)]
pub struct Unit {
    /// Name of the container or file, or the folder of the tree (`.` for the root itself).
    pub name: String,
    /// Packages, sorted by [`Package::name`]. Files that lie in no package are together in one without a record.
    pub packages: Vec<Package>,
    /// One row for each file given or found, sorted by path; a container is one row.
    pub rows: Vec<InputRow>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// What is wrong with a container as such; each is in `problems` as well.
    pub archive_faults: Vec<ArchiveFault>,
    /// Desktop flows, classic workflows and the like that the records name. Their members are left out of `packages`.
    pub out_of_scope: Vec<OutOfScope>,
}

/// A solution, a legacy package, or the files of a unit that lie in none (then it has no record).
pub struct Package {
    /// The container or folder it lies in, as reports name it.
    pub name: String,
    /// What it says about itself.
    pub record: Option<PackageRecord>,
    /// JSON documents that may hold flows, sorted by name.
    pub members: Vec<Member>,
    /// The files of [`PackageRecord::files`].
    files: Vec<Source>,
}

impl Package {
    /// The text of a file of the record, by its index in [`PackageRecord::files`]; empty if there is no such file.
    pub fn read_file(&self, file: u32) -> Result<String, Problem> {
        let name = self.record.as_ref().and_then(|record| record.files.get(file as usize));
        match (name, self.files.get(file as usize)) {
            (Some(name), Some(source)) => source.text(name),
            _ => Ok(String::new()),
        }
    }
}

/// A JSON document, read on demand.
pub struct Member {
    /// As reports name it: a path, or `<container>/<path in it>`.
    pub name: String,
    /// Why it is read.
    pub role: Role,
    /// Its row in [`Unit::rows`].
    pub row: usize,
    /// Its record in [`PackageRecord::workflows`], if one is about it.
    pub workflow: Option<usize>,
    source: Source,
}

/// Why a [`Member`] is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The user named this very file.
    Named,
    /// It lies where a package keeps its flows.
    Workflows,
    /// It may hold a flow or not.
    Elsewhere,
}

impl Member {
    /// Reads the text: inflated, checked against the limits, and decoded. UTF-8 stays as it is, byte order mark
    /// included; UTF-16 becomes UTF-8. May be called from several threads.
    pub fn read(&self) -> Result<String, Problem> {
        match self.role {
            Role::Elsewhere => self.source.text_if_ours(&self.name),
            Role::Named | Role::Workflows => self.source.text(&self.name),
        }
    }
}

/// A file given or found, for the list of inputs in reports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputRow {
    /// As reports name it.
    pub path: String,
    /// Named by the user, not found by walking.
    pub named: bool,
    /// What it is. A loose JSON file that turns out to hold nothing of ours is to be made [`InputKind::Other`].
    pub kind: InputKind,
    /// Flows in it; the engine counts.
    pub flows: u32,
    /// Processes in it that are no cloud flows. Those that records name are counted, the engine adds others.
    pub out_of_scope: u32,
    /// Why it, or something in it, could not be read.
    pub problem: Option<String>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InputKind {
    /// A solution zip.
    Solution,
    /// A legacy package zip.
    LegacyPackage,
    /// A zip that holds packages, or loose flow files.
    Bundle,
    /// A JSON document.
    Document,
    /// A record of an unpacked package.
    Record,
    /// Nothing of ours.
    Other,
}

/// A container that is unsafe or broken as such.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArchiveFault {
    /// The container, as reports name it.
    pub container: String,
    /// The entry at fault, if it is one, as the container spells it.
    pub member: Option<String>,
    /// What is wrong: lower-case start, no final period.
    pub what: String,
    /// What to do about it, as an instruction.
    pub help: String,
    /// Whether something was not read because of it.
    pub lost: bool,
}

/// A process that is no cloud flow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutOfScope {
    /// Its file if it has one, else its record's, as reports name it.
    pub uri: String,
    /// What kind of process it is.
    pub category: Category,
    /// The name that people see.
    pub name: String,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
