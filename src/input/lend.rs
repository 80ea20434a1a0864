//! The bytes and text of one file, wherever it lies, when they are asked for.

use super::archive::Container;
use super::{Content, ReadError, text};
use crate::source::{Problem, ProblemKind};
use std::sync::Arc;

/// Where the bytes of a member or record are.
pub(super) enum Source {
    File { content: Content, limit: u64 },
    Entry { container: Arc<Container>, index: usize, size: u64 },
}

impl Source {
    /// The text of the file that reports call `name`.
    pub(super) fn text(&self, name: &str) -> Result<String, Problem> {
        text::decode(self.bytes(name)?).map_err(|fault| fault.problem(name))
    }

    /// The text of a file that may or may not be ours. Other programs' files may be in any encoding: if nothing speaks
    /// for a flow in it, that is no problem, and the text is empty.
    pub(super) fn text_if_ours(&self, name: &str) -> Result<String, Problem> {
        text::decode(self.bytes(name)?)
            .or_else(|fault| if mentions_flow(&fault.bytes) { Err(fault.problem(name)) } else { Ok(String::new()) })
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, Problem> {
        match self {
            Self::File { content, limit } => content.read(*limit).map_err(|error| error.problem(name)),
            Self::Entry { container, index, size } => container.read(*index, *size).map_err(|what| Problem {
                uri: name.to_owned(),
                position: None,
                kind: ProblemKind::Unreadable,
                message: format!("the entry cannot be unpacked: {what}"),
                help: "export or download the package again".to_owned(),
            }),
        }
    }
}

impl Content {
    fn read(&self, limit: u64) -> Result<Vec<u8>, ReadError> {
        let bytes = match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Deferred(read) => read()?,
        };
        match bytes.len() as u64 {
            size if size > limit => Err(ReadError::TooLarge { size, limit }),
            _ => Ok(bytes),
        }
    }
}

impl ReadError {
    pub(super) fn problem(&self, name: &str) -> Problem {
        let help = match self {
            Self::Io(_) => "check that the file is there and that you may read it",
            Self::TooLarge { .. } => "find out what it is; if it is a package, export it in smaller solutions",
        };
        Problem {
            uri: name.to_owned(),
            position: None,
            kind: ProblemKind::Unreadable,
            message: format!("the file was not read: {self}"),
            help: help.to_owned(),
        }
    }
}

impl text::NotText {
    fn problem(&self, name: &str) -> Problem {
        Problem {
            uri: name.to_owned(),
            position: None,
            kind: ProblemKind::Unreadable,
            message: format!("the text is not {} from byte {} on", self.encoding, self.offset),
            help: "save the file as UTF-8".to_owned(),
        }
    }
}

/// Whether bytes that are no text were meant to be a flow.
fn mentions_flow(bytes: &[u8]) -> bool {
    let has = |key: &[u8]| memchr::memmem::find(bytes, key).is_some();
    has(b"\"actions\"") && (has(b"\"runAfter\"") || has(b"\"triggers\""))
}
