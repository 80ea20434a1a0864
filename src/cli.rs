//! The command line: what can be asked for, and who answers it. Words here are for makers.

mod check;
mod config;
mod explain;
mod output;

use anyhow::{Result, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use flowvet::config::FailOn;
use flowvet::page::{Level, RuleMeta};
use flowvet::report::{ExitCode, terminal};
use flowvet::suggest;
use std::path::PathBuf;

/// Finds what fails silently in Power Automate cloud flows
///
/// flowvet reads solution packages and flow files as they are exported, and says what will break, leak or be hard to move,
/// in the words of the designer. Nothing leaves your machine.
#[derive(Parser)]
#[command(
    name = "flowvet",
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100,
    after_help = AFTER_HELP,
    override_usage = "flowvet [check] [PATH]…\n       flowvet rules\n       flowvet explain RULE\n       flowvet init"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: CheckArgs,
}

const AFTER_HELP: &str = "\
Examples:
  flowvet OrderSync_1_0_0_4.zip          check an exported solution
  flowvet .                              check everything below this folder
  flowvet check . -o flowvet.sarif       the same, and write a report for GitHub or Azure DevOps
  flowvet check - < flow.json            check a flow or steps pasted from the designer
  flowvet explain hardcoded-secret       read about a rule

Exit codes:
  0  nothing found at or above --fail-on
  1  something found at or above --fail-on
  2  the command line or the config is wrong; nothing was checked
  3  something could not be checked, or no flow was found";

#[derive(Subcommand)]
enum Command {
    /// Check flows; what `flowvet PATH` does as well
    #[command(after_help = AFTER_HELP)]
    Check(CheckArgs),
    /// Write a commented flowvet.toml into this folder
    Init,
    /// List the rules
    Rules(RulesArgs),
    /// Read a rule's page: what it finds, why that matters, and how to fix it
    Explain {
        /// The rule's name, as it stands beside a finding
        #[arg(value_name = "RULE")]
        rule: String,
    },
}

#[derive(Args)]
struct CheckArgs {
    /// Solution zips, unpacked solutions, flow files or folders; `-` reads a pasted flow from standard input
    ///
    /// By default what the config names under `paths`, else this folder.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The config; otherwise `flowvet.toml` of this folder or the nearest above it
    #[arg(long, value_name = "FILE", help_heading = "What is checked")]
    config: Option<PathBuf>,

    /// The folder that paths in reports start from; otherwise the repository, or this folder where there is none
    #[arg(long, value_name = "FOLDER", help_heading = "What is checked")]
    root: Option<PathBuf>,

    /// Which rules apply: those that are nearly always right, or opinions too
    #[arg(long, value_name = "PROFILE", help_heading = "What is checked")]
    profile: Option<ProfileArg>,

    /// A data policy (DLP) of your organisation, as exported; may be given several times
    #[arg(long, value_name = "FILE", help_heading = "What is checked")]
    policy: Vec<PathBuf>,

    /// The environment that the flows are meant for, for policies that name environments
    #[arg(long, value_name = "NAME", help_heading = "What is checked")]
    environment: Option<String>,

    /// Apply this rule and no other, except those also named this way
    #[arg(long, value_name = "RULE", help_heading = "What is checked")]
    only: Vec<String>,

    /// Do not apply this rule
    #[arg(long, value_name = "RULE", help_heading = "What is checked")]
    skip: Vec<String>,

    /// Also write a report to a file; its extension says the format: .sarif, .json or .txt
    #[arg(short, long, value_name = "[FORMAT=]FILE", help_heading = "What is reported")]
    output: Vec<output::Target>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "terminal", help_heading = "What is reported")]
    format: output::Format,

    /// The least level that makes the exit code 1 [default: error]
    #[arg(long, value_name = "LEVEL", help_heading = "What is reported")]
    fail_on: Option<FailOnArg>,

    /// Tells apart several runs over one commit in SARIF [default: check]
    #[arg(long, value_name = "NAME", value_parser = category, help_heading = "What is reported")]
    category: Option<String>,

    /// It is fine if there is no flow
    #[arg(long, help_heading = "What is reported")]
    allow_empty: bool,

    /// Tell how long it took
    #[arg(long, help_heading = "What is reported")]
    statistics: bool,

    /// Print nothing; the exit code and the files of --output tell
    #[arg(short, long, help_heading = "What is reported")]
    quiet: bool,
}

#[derive(Args)]
struct RulesArgs {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: explain::ListFormat,
}

/// `--profile`
#[derive(Clone, Copy, ValueEnum)]
enum ProfileArg {
    /// What is nearly always right
    Default,
    /// Opinions too
    Strict,
}

/// `--fail-on`
#[derive(Clone, Copy, ValueEnum)]
enum FailOnArg {
    /// This will break or leak
    Error,
    /// Probably wrong, or will be
    Warning,
    /// Anything at all
    Note,
    /// Findings do not fail the run
    Never,
}

impl FailOnArg {
    fn setting(self) -> FailOn {
        match self {
            Self::Error => FailOn::Level(Level::Error),
            Self::Warning => FailOn::Level(Level::Warning),
            Self::Note => FailOn::Level(Level::Note),
            Self::Never => FailOn::Never,
        }
    }
}

/// Does what was asked for. An error is the user's or the environment's fault.
pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command.unwrap_or(Command::Check(cli.check)) {
        Command::Check(args) => check::run(args),
        Command::Init => config::init(),
        Command::Rules(args) => explain::list(args.format),
        Command::Explain { rule } => explain::explain(rule_named(&rule)?),
    }
}

/// All rules.
fn rules() -> impl Iterator<Item = &'static RuleMeta> {
    flowvet::rules::ALL.iter().map(|rule| rule.meta())
}

/// The rule of a name, an earlier name included.
fn rule_named(name: &str) -> Result<&'static RuleMeta> {
    let names = |meta: &'static RuleMeta| meta.aliases.iter().chain([&meta.id]).map(AsRef::as_ref);
    if let Some(meta) = rules().find(|meta| names(meta).any(|known| known.eq_ignore_ascii_case(name))) {
        return Ok(meta);
    }
    let shown = terminal::text::clean(name);
    match suggest::closest(name, rules().flat_map(names)) {
        Some(meant) => bail!("there is no rule `{shown}`; did you mean `{meant}`?"),
        None => bail!("there is no rule `{shown}`; `flowvet rules` lists them"),
    }
}

/// A name that can stand in a SARIF id, whose parts `/` would divide.
fn category(name: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !name.is_empty() && name.chars().all(is_plain) {
        return Ok(name.to_owned());
    }
    Err("a category has letters, digits, `-`, `_` and `.`".to_owned())
}

/// Columns of the terminal, as shells export them.
fn columns() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(terminal::DEFAULT_WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn categories_are_one_part_of_an_id() {
        assert!(category("release-2.1_x").is_ok());
        assert!(category("").is_err());
        assert!(category("a/b").is_err());
    }
}
