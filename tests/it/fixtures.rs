//! Reads fixtures: a file, or a folder as the walk over an unpacked solution would hand it in.

use flowvet::input::{Content, Input};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use zip::write::{SimpleFileOptions, ZipWriter};

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

/// A folder as the zip that was exported; the same bytes every time.
pub(crate) fn zipped(folder: &Path) -> Vec<u8> {
    let mut files = Vec::new();
    collect(folder, &mut files);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        let name = file.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        writer.start_file(name, options).unwrap();
        writer.write_all(&std::fs::read(&file).unwrap()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The packages in `fixtures/solutions/` as people have them: zips, by name.
pub(crate) fn solutions() -> Vec<Input> {
    let folders = sorted(&root().join("fixtures/solutions"));
    let input = |folder: PathBuf| Input {
        name: format!("{}.zip", folder.file_name().unwrap().to_str().unwrap()),
        named: true,
        content: Content::Bytes(zipped(&folder)),
    };
    folders.into_iter().map(input).collect()
}

/// A folder that is removed again.
pub(crate) struct Scratch(pub PathBuf);

impl Scratch {
    /// An empty folder of that name.
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("flowvet-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// The same folder with a file in it.
    pub(crate) fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
