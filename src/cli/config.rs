//! What a run is asked to do: the config file, then the flags, which win.

use super::output::write_new;
use super::{CheckArgs, ProfileArg, category, columns, rule_named};
use anyhow::{Context, Result, anyhow, bail};
use flowvet::Config;
use flowvet::config::{CommandSettings, ConfigFile, FailOn, Placed, ProfileSetting, Remark, TEMPLATE};
use flowvet::input::Limits;
use flowvet::input::walk::{name_below, read_text};
use flowvet::page::Level;
use flowvet::policy::{self, Policy};
use flowvet::report::ExitCode;
use flowvet::report::sarif::DEFAULT_CATEGORY;
use flowvet::report::terminal::mistake;
use globset::GlobSet;
use std::io;
use std::path::{Path, PathBuf};

/// The name that is looked for from the current folder upwards.
const FILE_NAME: &str = "flowvet.toml";

/// Everything that the file and the flags say.
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) paths: Vec<PathBuf>,
    pub(super) exclude: GlobSet,
    /// `None` means never.
    pub(super) fail_on: Option<Level>,
    pub(super) category: String,
    pub(super) allow_empty: bool,
    /// What should be changed in the file, ready to be shown.
    pub(super) notices: Vec<String>,
}

/// Reads the config file, if there is one, and lets the flags win.
pub(super) fn load_config(args: &CheckArgs, current: &Path, root: &Path) -> Result<Settings> {
    let file = match &args.config {
        Some(file) => Some(file.clone()),
        None => current.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file()),
    };
    let (written, notices) = match &file {
        Some(file) => read(file, args, root)?,
        None => Default::default(),
    };
    let ConfigFile { mut config, command, .. } = written;
    flags(args, &mut config)?;
    let folder = file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let fail_on = match args.fail_on.map(|level| level.setting()).or(command.fail_on) {
        Some(FailOn::Level(level)) => Some(level),
        Some(FailOn::Never) => None,
        None => Some(Level::Error),
    };
    Ok(Settings {
        config,
        paths: paths(args, &command, folder),
        fail_on,
        category: args.category.clone().or(command.category).unwrap_or_else(|| DEFAULT_CATEGORY.to_owned()),
        allow_empty: args.allow_empty || command.allow_empty == Some(true),
        exclude: command.exclude,
        notices,
    })
}

/// The file as it is written, its policies read, and what should be changed in it.
fn read(file: &Path, args: &CheckArgs, root: &Path) -> Result<(ConfigFile, Vec<String>)> {
    let name = file.display().to_string();
    let text = read_text(file, &Limits::default()).with_context(|| format!("the config `{name}`"))?;
    let shown = |remark: &Remark| mistake(&name, &text, remark.span, &remark.message, &remark.help, columns());
    let folder = file.parent().unwrap_or(Path::new(""));
    let below = name_below(root, if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let mut written = ConfigFile::parse(flowvet::rules::ALL, &text, &below.unwrap_or_default())
        .map_err(|error| anyhow!(error.remarks.iter().map(shown).collect::<Vec<_>>().join("\n")))?;
    let fault = |at: &Placed<String>, message: String, help: &str| {
        anyhow!(shown(&Remark { span: at.span, message, help: help.to_owned() }))
    };
    if let Some(Err(why)) = written.command.category.as_deref().map(category) {
        bail!("{name}: `category`: {why}");
    }
    // Policies on the command line take the place of those in the file.
    if args.policy.is_empty() {
        for placed in &written.command.policies {
            let path = folder.join(&placed.value);
            let text = read_text(&path, &Limits::default());
            let text = text.map_err(|error| {
                fault(
                    placed,
                    format!("the data policy cannot be used: {error}"),
                    "paths start in the folder of this file",
                )
            })?;
            written.config.policies.extend(policies(&path.display().to_string(), &text)?);
        }
    }
    let notices = written.notices.iter().map(shown).collect();
    Ok((written, notices))
}

fn flags(args: &CheckArgs, config: &mut Config) -> Result<()> {
    if let Some(profile) = args.profile {
        config.profile = match profile {
            ProfileArg::Default => ProfileSetting::Default,
            ProfileArg::Strict => ProfileSetting::Strict,
        };
    }
    let ids = |names: &[String]| -> Result<Vec<String>> {
        names.iter().map(|name| Ok(rule_named(name)?.id.clone().into_owned())).collect()
    };
    let only = ids(&args.only)?;
    if !only.is_empty() {
        config.skip.retain(|id| !only.contains(id));
        config.only = only;
    }
    config.skip.extend(ids(&args.skip)?);
    for file in &args.policy {
        let name = file.display().to_string();
        let text = read_text(file, &Limits::default()).with_context(|| format!("the data policy `{name}`"))?;
        config.policies.extend(policies(&name, &text)?);
    }
    if args.environment.is_some() {
        config.environment.clone_from(&args.environment);
    }
    Ok(())
}

fn policies(name: &str, text: &str) -> Result<Vec<Policy>> {
    policy::parse(name, text)
        .map_err(|fault| anyhow!(mistake(name, text, fault.span, &fault.message, &fault.help, columns())))
}

fn paths(args: &CheckArgs, command: &CommandSettings, folder: &Path) -> Vec<PathBuf> {
    if !args.paths.is_empty() {
        return args.paths.clone();
    }
    match command.paths.is_empty() {
        true => vec![PathBuf::from(".")],
        false => command.paths.iter().map(|path| folder.join(&path.value)).collect(),
    }
}

/// `flowvet init`
pub(super) fn init() -> Result<ExitCode> {
    match write_new(Path::new(FILE_NAME), |out| out.write_all(TEMPLATE.as_bytes())) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => bail!("there is a `{FILE_NAME}` already"),
        written => written.with_context(|| format!("cannot write `{FILE_NAME}`"))?,
    }
    Ok(ExitCode::Clean)
}
