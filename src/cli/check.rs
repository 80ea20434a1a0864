//! `flowvet check`.

use super::CheckArgs;
use super::config::load_config;
use super::output::{self, Outcome};
use anyhow::{Context, Result, bail};
use flowvet::input::walk::Walk;
use flowvet::input::{Content, Limits};
use flowvet::report::ExitCode;
use flowvet::{Input, Report, analyze};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The name of what is pasted into standard input.
const STDIN_NAME: &str = "stdin.json";

pub(super) fn run(args: CheckArgs) -> Result<ExitCode> {
    let begun = Instant::now();
    let current = std::env::current_dir().context("the current folder cannot be found")?;
    let root = match &args.root {
        Some(root) if root.is_dir() => root.clone(),
        Some(root) => bail!("the root `{}` is not a folder", root.display()),
        None => repository(&current),
    };
    let settings = load_config(&args, &current, &root)?;
    if !args.quiet {
        for notice in &settings.notices {
            let _ = writeln!(anstream::stderr(), "note: {notice}");
        }
    }
    output::probe(&args.output)?;
    let limits = Limits::default();
    let walk = Walk { root: &root, exclude: &settings.exclude, limits: &limits };
    let (pasted, paths): (Vec<PathBuf>, Vec<PathBuf>) = settings.paths.into_iter().partition(|path| *path == *"-");
    let mut found = walk.files(&paths)?;
    if !pasted.is_empty() {
        found.inputs.push(stdin(&limits)?);
    }
    let listed = begun.elapsed();
    let mut report = analyze(found.inputs, &settings.config);
    report.problems.extend(found.problems);
    report.problems.sort();
    let analyzed = begun.elapsed();

    let exit_code = report.exit_code(settings.fail_on, settings.allow_empty);
    let outcome = Outcome { report: &report, category: &settings.category, exit_code };
    for target in &args.output {
        outcome.save(target)?;
    }
    if !args.quiet {
        match outcome.print(args.format) {
            // Whoever reads has seen enough; what was found is no other for it.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            printed => printed.context("cannot write to standard output")?,
        }
    }
    if args.statistics {
        tell(&report, listed, analyzed - listed, begun.elapsed() - analyzed);
    }
    Ok(exit_code)
}

/// The nearest folder from here upwards that is a repository, else this one.
fn repository(current: &Path) -> PathBuf {
    current.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(current).to_owned()
}

fn stdin(limits: &Limits) -> Result<Input> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(limits.file + 1).read_to_end(&mut bytes);
    read.context("standard input cannot be read")?;
    if bytes.len() as u64 > limits.file {
        bail!("standard input has more than the {} bytes that are read", limits.file);
    }
    Ok(Input { name: STDIN_NAME.to_owned(), named: true, content: Content::Bytes(bytes) })
}

/// On standard error, so that reports stay the same from run to run.
fn tell(report: &Report, listed: Duration, analyzed: Duration, written: Duration) {
    let stats = &report.stats;
    let _ = writeln!(
        anstream::stderr(),
        "{} files, {} flows, {} steps, {} findings: listed in {listed:.1?}, analysed in {analyzed:.1?}, written in {written:.1?}",
        report.inputs.len(),
        stats.flows + stats.fragments,
        stats.actions,
        report.findings.len()
    );
}
