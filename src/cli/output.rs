//! Where reports go: the terminal, and files that are whole or not there at all.
#![allow(clippy::disallowed_methods, reason = "the command line opens its outputs")]

use anstream::{AutoStream, ColorChoice};
use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use flowvet::Report;
use flowvet::report::json::Json;
use flowvet::report::sarif::Sarif;
use flowvet::report::terminal::{DEFAULT_WIDTH, Terminal};
use flowvet::report::{Emitter, ExitCode};
use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Terminal,
    /// For GitHub, Azure DevOps, VS Code and others
    Sarif,
    /// For programs
    Json,
}

/// `[FORMAT=]FILE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    format: Format,
    file: PathBuf,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((format, file)) = text.split_once('=')
            && let Ok(format) = Format::from_str(format, true)
            && !file.is_empty()
        {
            return Ok(Self { format, file: file.into() });
        }
        let name = text.to_ascii_lowercase();
        let formats = [(".sarif", Format::Sarif), (".sarif.json", Format::Sarif), (".json", Format::Json)];
        let known = formats.into_iter().chain([(".txt", Format::Terminal)]);
        match known.into_iter().find(|(extension, _)| name.ends_with(extension)) {
            Some((_, format)) => Ok(Self { format, file: text.into() }),
            None => {
                Err("its extension says no format: name it .sarif, .json or .txt, or write `sarif=FILE`".to_owned())
            }
        }
    }
}

/// As people's files have it.
const PLAIN: Terminal = Terminal { width: DEFAULT_WIDTH, colour: false };

/// What is written, to wherever.
pub(super) struct Outcome<'a> {
    pub(super) report: &'a Report,
    pub(super) category: &'a str,
    pub(super) exit_code: ExitCode,
}

impl Outcome<'_> {
    /// Writes a file beside the target, and puts it in its place when it is complete.
    pub(super) fn save(&self, target: &Target) -> Result<()> {
        let context = || format!("cannot write `{}`", target.file.display());
        // What a link leads to is replaced, not the link.
        let file = &fs::canonicalize(&target.file).unwrap_or_else(|_| target.file.clone());
        if fs::metadata(file).is_ok_and(|metadata| !metadata.is_file()) {
            // A device or pipe: to put a file in its place would take it away.
            let written = OpenOptions::new().write(true).open(file).and_then(|mut out| {
                self.emit(target.format, PLAIN, &mut out)?;
                out.flush()
            });
            return written.with_context(context);
        }
        let Some(name) = file.file_name() else { bail!("{}: it is not the name of a file", context()) };
        let mut temporary = name.to_owned();
        temporary.push(format!(".{}.tmp", std::process::id()));
        let temporary = file.with_file_name(temporary);
        let written = write_new(&temporary, |out| self.emit(target.format, PLAIN, out));
        let written = written.and_then(|()| fs::rename(&temporary, file));
        if written.is_err() {
            // The error itself is what matters.
            let _ = fs::remove_file(&temporary);
        }
        written.with_context(context)
    }

    /// Writes to standard output.
    pub(super) fn print(&self, format: Format) -> io::Result<()> {
        let stdout = io::stdout().lock();
        if format != Format::Terminal {
            return self.emit(format, PLAIN, &mut { stdout });
        }
        let colour = AutoStream::choice(&stdout) != ColorChoice::Never;
        let width = if stdout.is_terminal() { super::columns() } else { DEFAULT_WIDTH };
        let mut stdout = AutoStream::auto(stdout);
        self.emit(format, Terminal { width, colour }, &mut stdout)?;
        stdout.flush()
    }

    fn emit(&self, format: Format, page: Terminal, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Terminal => page.emit(self.report, out),
            Format::Sarif => Sarif { category: self.category, exit_code: self.exit_code }.emit(self.report, out),
            Format::Json => Json.emit(self.report, out),
        }
    }
}

/// Writes a file that does not exist yet.
pub(super) fn write_new(file: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut file = File::create_new(file)?;
    write(&mut file)?;
    file.sync_all()
}

/// Fails before anything is checked if a report could not be written.
pub(super) fn probe(targets: &[Target]) -> Result<()> {
    for target in targets {
        let folder = target.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            bail!("cannot write `{}`: the folder `{}` does not exist", target.file.display(), folder.display());
        }
        if target.file.is_dir() {
            bail!("cannot write `{}`: it is a folder", target.file.display());
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_extension_or_the_prefix_says_the_format() {
        let target = |text: &str| text.parse::<Target>().map(|target| (target.format, target.file));
        assert_eq!(target("a.sarif"), Ok((Format::Sarif, "a.sarif".into())));
        assert_eq!(target("A.SARIF.JSON"), Ok((Format::Sarif, "A.SARIF.JSON".into())));
        assert_eq!(target("x/a.json"), Ok((Format::Json, "x/a.json".into())));
        assert_eq!(target("a.txt"), Ok((Format::Terminal, "a.txt".into())));
        assert_eq!(target("sarif=results"), Ok((Format::Sarif, "results".into())));
        assert_eq!(target("a=b.json"), Ok((Format::Json, "a=b.json".into())));
        assert!(target("report.html").is_err());
        assert!(target("sarif=").is_err());
    }
}
