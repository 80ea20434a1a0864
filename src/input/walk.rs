//! The file system: paths given on the command line to inputs. The only module that reads files; it reads nothing but
//! names and the first bytes of files before their turn comes.
#![allow(clippy::disallowed_methods, reason = "this is the module that the fence is for")]

use super::{Content, Input, Limits, ReadError, archive, layout, text};
use crate::source::{Problem, ProblemKind};
use globset::GlobSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// What to walk, and how to name it.
pub struct Walk<'a> {
    /// Names are relative to this folder (design decision 14).
    pub root: &'a Path,
    /// Names to leave out, unless the user names the very file or folder.
    pub exclude: &'a GlobSet,
    /// Larger files are not read.
    pub limits: &'a Limits,
}

/// What was found.
#[derive(Default)]
pub struct Found {
    /// Sorted by name, each once.
    pub inputs: Vec<Input>,
    /// Folders and files that could not be looked at.
    pub problems: Vec<Problem>,
}

/// A path on the command line that cannot be meant. The user's fault.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// There is no such file or folder.
    #[error("`{}` does not exist", .0.display())]
    Missing(PathBuf),
}

/// Folders that hold copies and output, never sources.
const SKIPPED: [&str; 4] = [".git", "node_modules", "bin", "obj"];

impl Walk<'_> {
    /// Lists the files that may be ours: those named, and in folders what has a name of ours or is a zip by content.
    /// Links are followed where they are named, nowhere else.
    pub fn files(&self, paths: &[PathBuf]) -> Result<Found, WalkError> {
        let mut found = Found::default();
        for path in paths {
            let metadata = match fs::metadata(path) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(WalkError::Missing(path.clone())),
                Err(error) => {
                    found.problems.push(unreadable(self.name(path), &error));
                    continue;
                }
            };
            if metadata.is_dir() {
                self.folder(path, &mut found);
            } else if metadata.is_file() {
                found.inputs.push(self.input(path.clone(), self.name(path), true));
            } else {
                found.problems.push(Problem {
                    uri: self.name(path),
                    position: None,
                    kind: ProblemKind::Unreadable,
                    message: "this is neither a file nor a folder".to_owned(),
                    help: "give a file or folder, or `-` to read a flow from standard input".to_owned(),
                });
            }
        }
        found.inputs.sort_by(|a, b| a.name.cmp(&b.name).then(b.named.cmp(&a.named)));
        found.inputs.dedup_by(|a, b| a.name == b.name);
        Ok(found)
    }

    fn folder(&self, folder: &Path, found: &mut Found) {
        let base = self.name(folder);
        let name_of = |entry: &DirEntry| match entry.path().strip_prefix(folder).map(slashed) {
            Ok(below) if base.is_empty() => below,
            Ok(below) if !below.is_empty() => format!("{base}/{below}"),
            _ => base.clone(),
        };
        let is_wanted = |entry: &DirEntry| {
            if entry.depth() == 0 {
                return true;
            }
            let skipped =
                entry.file_type().is_dir() && SKIPPED.iter().any(|name| entry.file_name().eq_ignore_ascii_case(name));
            !skipped && !self.exclude.is_match(name_of(entry))
        };
        for entry in WalkDir::new(folder).into_iter().filter_entry(is_wanted) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let name = error.path().map_or_else(|| base.clone(), |path| self.name(path));
                    let error = error.into_io_error().unwrap_or_else(|| io::Error::other("the folder goes in circles"));
                    found.problems.push(unreadable(name, &error));
                    continue;
                }
            };
            if !entry.file_type().is_file() {
                continue;
            }
            let name = name_of(&entry);
            if layout::is_candidate(&name) || begins_as_zip(entry.path()) {
                found.inputs.push(self.input(entry.into_path(), name, false));
            }
        }
    }

    fn input(&self, path: PathBuf, name: String, named: bool) -> Input {
        let limit = self.limits.file;
        Input { name, named, content: Content::Deferred(Box::new(move || read(&path, limit))) }
    }

    /// The name of a path: relative to the root; outside of it, its last component.
    fn name(&self, path: &Path) -> String {
        name_below(self.root, path).unwrap_or_else(|| {
            let last = plain(path).and_then(|path| path.file_name().map(|last| last.to_string_lossy().into_owned()));
            last.unwrap_or_default()
        })
    }
}

/// The name of a path that lies in the root, or is it (then it is empty).
pub fn name_below(root: &Path, path: &Path) -> Option<String> {
    let real = |path: &Path| fs::canonicalize(path).ok();
    let below = |path: Option<PathBuf>, root: Option<PathBuf>| {
        path.zip(root).and_then(|(path, root)| path.strip_prefix(root).ok().map(slashed))
    };
    below(plain(path), plain(root)).or_else(|| below(real(path), real(root)))
}

fn plain(path: &Path) -> Option<PathBuf> {
    std::path::absolute(path).ok().and_then(|path| resolved(&path))
}

/// An absolute path without `.` and `..`, as far as that can be said without looking.
fn resolved(path: &Path) -> Option<PathBuf> {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                resolved.pop();
            }
            Component::CurDir => {}
            other => resolved.push(other),
        }
    }
    resolved.is_absolute().then_some(resolved)
}

fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

fn begins_as_zip(path: &Path) -> bool {
    let mut head = [0; 4];
    // What cannot be opened shows no sign of being ours.
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && archive::is_zip(&head)
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > limit {
        return Err(ReadError::TooLarge { size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    // A file may grow while it is read.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        size if size > limit => Err(ReadError::TooLarge { size, limit }),
        _ => Ok(bytes),
    }
}

/// Reads a file that says what to do: a config or a data policy. UTF-16 becomes UTF-8.
pub fn read_text(path: &Path, limits: &Limits) -> Result<String, ReadError> {
    text::decode(read(path, limits.member)?).map_err(|fault| {
        let message = format!("byte {} is not {}", fault.offset, fault.encoding);
        ReadError::Io(io::Error::new(io::ErrorKind::InvalidData, message))
    })
}

fn unreadable(name: String, error: &io::Error) -> Problem {
    Problem {
        uri: name,
        position: None,
        kind: ProblemKind::Unreadable,
        message: format!("it cannot be read: {error}"),
        help: "check that you may read it, or exclude it".to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use globset::{Glob, GlobSetBuilder};

    /// A folder that is removed again.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str, files: &[(&str, &[u8])]) -> Self {
            let folder = std::env::temp_dir().join(format!("flowvet-walk-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            for (name, bytes) in files {
                let path = folder.join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
            Self(folder)
        }

        fn names(&self, root: &str, paths: &[&str], exclude: &[&str]) -> (Vec<(String, bool)>, Vec<Problem>) {
            let mut globs = GlobSetBuilder::new();
            for glob in exclude {
                globs.add(Glob::new(glob).unwrap());
            }
            let exclude = globs.build().unwrap();
            let walk = Walk { root: &self.0.join(root), exclude: &exclude, limits: &Limits::default() };
            let paths: Vec<_> = paths.iter().map(|path| self.0.join(path)).collect();
            let found = walk.files(&paths).unwrap();
            (found.inputs.into_iter().map(|input| (input.name, input.named)).collect(), found.problems)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn names(found: &(Vec<(String, bool)>, Vec<Problem>)) -> Vec<&str> {
        found.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn finds_what_may_be_ours() {
        let folder = Folder::new(
            "finds",
            &[
                ("b/flow.json", b"{}"),
                ("b/any.bin", b"PK\x03\x04"),
                ("b/Other/Solution.xml", b""),
                ("b/notes.txt", b"PK"),
                ("b/node_modules/x/package.json", b"{}"),
                ("b/.git/x.json", b"{}"),
                ("b/vendor/x.json", b"{}"),
                ("b/out/deep/x.json", b"{}"),
                ("a.json", b"{}"),
            ],
        );
        let found = folder.names("", &["."], &["b/vendor", "**/deep/**"]);
        assert_eq!(names(&found), ["a.json", "b/Other/Solution.xml", "b/any.bin", "b/flow.json"]);
        assert!(found.0.iter().all(|(_, named)| !named) && found.1.is_empty());
        let bin = folder.names("", &["b/.git", "b/vendor/x.json", "b/flow.json", "b"], &["b/vendor", "b/flow.json"]);
        assert_eq!(
            names(&bin),
            [
                "b/.git/x.json",
                "b/Other/Solution.xml",
                "b/any.bin",
                "b/flow.json",
                "b/out/deep/x.json",
                "b/vendor/x.json"
            ]
        );
        assert!(bin.0[3].1, "named by the user, and found as well");
    }

    #[test]
    fn names_files_outside_of_the_root_by_their_argument() {
        let folder = Folder::new("outside", &[("in/a.json", b"{}"), ("out/sub/b.json", b"{}")]);
        let found = folder.names("in", &["in/../in/a.json", "out", "out/sub/b.json"], &[]);
        assert_eq!(names(&found), ["a.json", "b.json", "out/sub/b.json"]);
    }

    #[test]
    fn reads_when_asked_and_not_too_much() {
        let folder = Folder::new("reads", &[("a.json", b"12345")]);
        let path = folder.0.join("a.json");
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert!(matches!(read(&path, 4), Err(ReadError::TooLarge { size: 5, limit: 4 })));
        assert!(matches!(read(&folder.0.join("none"), 4), Err(ReadError::Io(_))));
    }

    #[test]
    fn says_what_is_missing() {
        let folder = Folder::new("missing", &[("a.json", b"{}")]);
        let (exclude, limits) = (GlobSet::empty(), Limits::default());
        let walk = Walk { root: &folder.0, exclude: &exclude, limits: &limits };
        let error = walk.files(&[folder.0.join("b.zip")]).err().unwrap();
        assert!(error.to_string().ends_with("b.zip` does not exist"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn follows_no_links_and_opens_no_special_files() {
        let folder = Folder::new("links", &[("in/a.json", b"{}"), ("out/b.json", b"{}")]);
        std::os::unix::fs::symlink(folder.0.join("out"), folder.0.join("in/link")).unwrap();
        std::os::unix::fs::symlink(folder.0.join("out/b.json"), folder.0.join("in/b.json")).unwrap();
        let socket = std::os::unix::net::UnixListener::bind(folder.0.join("in/socket.json")).unwrap();
        let found = folder.names("in", &["in"], &[]);
        assert_eq!(names(&found), ["a.json"]);
        let found = folder.names("in", &["in/b.json", "in/socket.json"], &[]);
        assert_eq!(names(&found), ["b.json"], "a link that is named is followed");
        assert_eq!(found.1[0].uri, "socket.json");
        drop(socket);
    }
}
