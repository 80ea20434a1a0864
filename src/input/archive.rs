//! Zips: what is in them, what is wrong with them, and the bytes of one entry. The only module that knows the `zip`
//! crate; it knows nothing of packages.
//!
//! The packed bytes are held once and shared, so that entries can be inflated on demand and from several threads.

use super::{ArchiveFault, Limits};
use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read};
use std::sync::Arc;
use zip::ZipArchive;
use zip::result::ZipError;

const EXPORT_AGAIN: &str = "export or download the package again";

/// An open zip.
pub(super) struct Container {
    /// As reports name it.
    pub(super) name: String,
    zip: ZipArchive<Cursor<Shared>>,
}

#[derive(Clone)]
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A file in a zip, as its central directory describes it.
pub(super) struct Entry {
    index: usize,
    /// `/`-separated, without anything that could lead out of the zip.
    pub(super) name: String,
    /// Bytes that it unpacks to.
    pub(super) size: u64,
    packed: u64,
    encrypted: bool,
    link: bool,
}

/// What [`open`] gives.
pub(super) struct Opened {
    pub(super) container: Arc<Container>,
    /// Its files, without folders.
    pub(super) entries: Vec<Entry>,
    /// What is wrong with it as a whole. What is wrong with single entries shows when they are asked for.
    pub(super) faults: Vec<ArchiveFault>,
}

/// Whether some bytes begin as a zip does, be it an empty one.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Reads a zip's directory; the error is what keeps it from being read at all.
pub(super) fn open(name: String, bytes: Arc<Vec<u8>>, limits: &Limits) -> Result<Opened, ArchiveFault> {
    let fault = |what: String, help: &str| ArchiveFault {
        container: name.clone(),
        member: None,
        what,
        help: help.to_owned(),
        lost: true,
    };
    // Every entry has this signature in the central directory, so there are no more entries than signatures. Counted
    // before the directory is read, since reading it takes memory for each.
    if memchr::memmem::find_iter(&bytes, b"PK\x01\x02").nth(limits.entries).is_some() {
        let what = format!("the zip has more than the {} entries that are read", limits.entries);
        return Err(fault(what, "unzip it and check the folder"));
    }
    let zip = ZipArchive::new(Cursor::new(Shared(Arc::clone(&bytes))))
        .map_err(|error| fault(format!("the zip cannot be read: {}", words(&error)), EXPORT_AGAIN))?;
    let mut faults = Vec::new();
    let mut note = |member: Option<&str>, what: &str, help: &str, lost: bool| {
        let member = member.map(str::to_owned);
        faults.push(ArchiveFault { member, lost, ..fault(what.to_owned(), help) });
    };
    let mut entries = Vec::with_capacity(zip.len());
    let mut seen = HashSet::with_capacity(zip.len());
    for index in 0..zip.len() {
        let Ok(data) = zip.by_index_data(index) else { continue };
        let spelled = spelled(data.name_raw(), data.name());
        let (name, leads_out) = clean(&spelled);
        if leads_out {
            let what = "the name of the entry leads out of the zip";
            note(Some(&spelled), what, "do not unpack it: find out who made it", false);
        }
        if data.is_dir() || spelled.ends_with(['/', '\\']) || name.is_empty() {
            continue;
        }
        if !seen.insert(name.to_lowercase()) {
            let what =
                "two entries have this name but for its case or slashes, so that unpacking one overwrites the other";
            note(Some(&spelled), what, EXPORT_AGAIN, false);
        }
        entries.push(Entry {
            index,
            name,
            size: data.size(),
            packed: data.compressed_size(),
            encrypted: data.encrypted(),
            link: data.is_symlink(),
        });
    }
    if zip.has_duplicate_names() {
        for twice in duplicate_names(&bytes, zip.central_directory_start()) {
            let what = "two entries have this name, of which only the last was read";
            note(Some(&String::from_utf8_lossy(twice)), what, EXPORT_AGAIN, true);
        }
    }
    let container = Container { zip, name: name.clone() };
    if container.zip.clone().has_overlapping_entries().unwrap_or(false) {
        let what = "entries of the zip share bytes, so that tools may unpack different things";
        note(None, what, "do not unpack it: find out who made it", false);
    }
    Ok(Opened { container: Arc::new(container), entries, faults })
}

impl Container {
    /// Whether an entry may be read, and takes its size out of what the container may unpack to.
    pub(super) fn admit(&self, entry: &Entry, limit: u64, left: &mut u64, limits: &Limits) -> Result<(), ArchiveFault> {
        let fault = |what: String, help: &str| {
            Err(ArchiveFault {
                container: self.name.clone(),
                member: Some(entry.name.clone()),
                what,
                help: help.to_owned(),
                lost: true,
            })
        };
        let unzip = "find out what it is; if it is good, unzip the package and check the folder";
        if entry.encrypted {
            return fault("the entry is encrypted".to_owned(), "save the zip without a password");
        }
        if entry.link {
            return fault("the entry is a link".to_owned(), "put the file itself into the zip");
        }
        if entry.size > limit {
            let what = format!("the entry unpacks to {} bytes, more than the {limit} that are read", entry.size);
            return fault(what, unzip);
        }
        if entry.size > Limits::RATIO_FROM && entry.size / entry.packed.max(1) > limits.ratio {
            let ratio = entry.size / entry.packed.max(1);
            let what =
                format!("the entry unpacks to {ratio} times its size, more than the {} that are read", limits.ratio);
            return fault(what, unzip);
        }
        match left.checked_sub(entry.size) {
            Some(rest) => *left = rest,
            None => {
                let what = format!("the zip unpacks to more than the {} bytes that are read", limits.inflated);
                return fault(what, unzip);
            }
        }
        Ok(())
    }

    /// The bytes of an entry, or what is wrong with it.
    pub(super) fn read(&self, index: usize, size: u64) -> Result<Vec<u8>, String> {
        let mut zip = self.zip.clone();
        let file = zip.by_index(index).map_err(|error| words(&error))?;
        // A size that lies must not be believed before there are bytes: deflate packs 1032 times at best.
        let likely = size.min(file.compressed_size().saturating_mul(1032));
        let mut bytes = Vec::with_capacity(usize::try_from(likely).unwrap_or(0));
        file.take(size + 1).read_to_end(&mut bytes).map_err(|error| words(&ZipError::Io(error)))?;
        if bytes.len() as u64 > size {
            return Err("it has more bytes than the zip says".to_owned());
        }
        Ok(bytes)
    }
}

impl Entry {
    /// What [`Container::read`] wants.
    pub(super) fn index(&self) -> usize {
        self.index
    }
}

/// Leaves of faults that many entries share the first of each, which says how many more there are.
pub(super) fn merge(faults: Vec<ArchiveFault>) -> Vec<ArchiveFault> {
    let mut merged: Vec<(ArchiveFault, usize)> = Vec::new();
    for fault in faults {
        let same = |(known, _): &&mut (ArchiveFault, usize)| {
            known.container == fault.container && known.what == fault.what && known.lost == fault.lost
        };
        match merged.iter_mut().find(same) {
            Some((_, more)) => *more += 1,
            None => merged.push((fault, 0)),
        }
    }
    let told = merged.into_iter().map(|(mut fault, more)| {
        match more {
            0 => {}
            1 => fault.what.push_str("; so it is with 1 more"),
            more => fault.what.push_str(&format!("; so it is with {more} more")),
        }
        fault
    });
    told.collect()
}

/// The name of an entry. Many tools write UTF-8 without saying so; what is not UTF-8 is the old code page 437.
fn spelled(raw: &[u8], decoded: Result<std::borrow::Cow<'_, str>, ZipError>) -> String {
    match (std::str::from_utf8(raw), decoded) {
        (Ok(name), _) => name.to_owned(),
        (Err(_), Ok(name)) => name.into_owned(),
        (Err(_), Err(_)) => String::from_utf8_lossy(raw).into_owned(),
    }
}

/// The name in `/`-separated form, and whether something was taken out that leads out of the zip.
pub(super) fn clean(spelled: &str) -> (String, bool) {
    let slashed = spelled.replace('\\', "/");
    let mut leads_out = slashed.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in slashed.split('/') {
        let is_drive = || parts.is_empty() && part.len() == 2 && part.ends_with(':');
        match part {
            "" | "." => {}
            ".." => leads_out = true,
            _ if is_drive() => leads_out = true,
            _ => parts.push(part),
        }
    }
    (parts.join("/"), leads_out)
}

/// Names that stand more than once in a central directory. The `zip` crate keeps the last entry of each name only and
/// does not say which names they are.
fn duplicate_names(bytes: &[u8], start: u64) -> Vec<&[u8]> {
    let mut seen: HashMap<&[u8], usize> = HashMap::new();
    let mut duplicates = Vec::new();
    let mut at = usize::try_from(start).unwrap_or(usize::MAX);
    // APPNOTE 4.3.12: 46 bytes, then name, extra field and comment, whose lengths stand at 28, 30 and 32.
    while let Some(header) = bytes.get(at..).filter(|rest| rest.starts_with(b"PK\x01\x02")) {
        let length = |offset: usize| {
            header.get(offset..offset + 2).map_or(0, |pair| usize::from(u16::from_le_bytes([pair[0], pair[1]])))
        };
        let Some(name) = header.get(46..46 + length(28)) else { break };
        let times = seen.entry(name).or_default();
        *times += 1;
        if *times == 2 {
            duplicates.push(name);
        }
        at += 46 + length(28) + length(30) + length(32);
    }
    duplicates
}

/// What the `zip` crate says, as the end of a sentence.
fn words(error: &ZipError) -> String {
    let text = match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => return "it is encrypted".to_owned(),
        ZipError::CompressionMethodNotSupported(_) => {
            return "it is packed by a method that is not supported: zip it again with Deflate".to_owned();
        }
        ZipError::Io(error) => error.to_string(),
        ZipError::InvalidArchive(text) => text.to_string(),
        other => other.to_string(),
    };
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
