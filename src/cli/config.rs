//! What a run is asked to do: the config file, then the flags, which win.

use super::{CheckArgs, ProfileArg, rule_named};
use anyhow::{Context, Result, anyhow};
use flowvet::Config;
use flowvet::config::ProfileSetting;
use flowvet::input::Limits;
use flowvet::input::walk::read_text;
use flowvet::policy::{self, Policy};
use flowvet::report::terminal::mistake;
use std::path::Path;

/// The run's config.
pub(super) fn load_config(args: &CheckArgs) -> Result<Config> {
    let mut config = Config::default();
    if let Some(profile) = args.profile {
        config.profile = match profile {
            ProfileArg::Default => ProfileSetting::Default,
            ProfileArg::Strict => ProfileSetting::Strict,
        };
    }
    let ids = |names: &[String]| -> Result<Vec<String>> {
        names.iter().map(|name| Ok(rule_named(name)?.id.clone().into_owned())).collect()
    };
    config.only.extend(ids(&args.only)?);
    config.skip.extend(ids(&args.skip)?);
    for file in &args.policy {
        config.policies.extend(policies(file)?);
    }
    if args.environment.is_some() {
        config.environment.clone_from(&args.environment);
    }
    Ok(config)
}

fn policies(file: &Path) -> Result<Vec<Policy>> {
    let name = file.display().to_string();
    let text = read_text(file, &Limits::default()).with_context(|| format!("the data policy `{name}`"))?;
    policy::parse(&name, &text)
        .map_err(|fault| anyhow!(mistake(&name, &text, fault.span, &fault.message, &fault.help, super::columns())))
}
