//! Reads fixtures: a file, or a folder as the walk over an unpacked solution would hand it in.

use flowvet::input::{Content, Input};
use std::path::{Path, PathBuf};

/// The package's own folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The fixture's files as inputs, named from the folder that `path` lies in.
pub(crate) fn inputs(path: &Path) -> Vec<Input> {
    let base = path.parent().unwrap();
    let mut files = Vec::new();
    collect(path, &mut files);
    let input = |file: PathBuf| Input {
        name: file.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/"),
        named: path.is_file(),
        content: Content::Bytes(std::fs::read(&file).unwrap()),
    };
    files.into_iter().map(input).collect()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
        return;
    }
    for entry in sorted(path) {
        collect(&entry, files);
    }
}

/// What lies in a folder, by name.
pub(crate) fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}
