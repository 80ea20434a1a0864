//! What a run is asked to do: profile, rules and their options, policies, families. Text to typed config with spanned
//! errors; reads no files.

mod read;

use crate::facts::Licence;
use crate::model::EffectOverrides;
use crate::page::{Level, Profile};
use crate::policy::Policy;
use crate::rule::Rule;
use crate::source::Span;
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A config file with every key, commented out, for `flowvet init`.
pub const TEMPLATE: &str = include_str!("config/template.toml");

/// A run's settings. The command line's flags win over the file's keys.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Who the rules are for.
    pub profile: ProfileSetting,
    /// Levels and options of rules, by id.
    pub rules: BTreeMap<String, RuleSetting>,
    /// If not empty, only these rules run, whatever their profile.
    pub only: Vec<String>,
    /// Rules that do not run.
    pub skip: Vec<String>,
    /// The organisation's data policies.
    pub policies: Vec<Policy>,
    /// The environment that the packages go to, for policies that name environments.
    pub environment: Option<String>,
    /// Packages that belong together though they lie apart.
    pub families: Vec<FamilySetting>,
    /// What the tenant's licence lets flows do, where that is known.
    pub licence: Option<Licence>,
    /// What operations do to the world, where the organisation knows better.
    pub effects: EffectOverrides,
}

/// What a config file says: the run's settings, and what is the command line's to do.
#[derive(Clone, Debug, Default)]
pub struct ConfigFile {
    /// The run's settings. Policies are left to the caller, who reads the files named in `command`.
    pub config: Config,
    /// Files to read and how to end.
    pub command: CommandSettings,
    /// What works but should be changed, such as earlier names of rules.
    pub notices: Vec<Remark>,
}

/// What a config file asks of the command line. Paths are relative to the config file, with `/`.
#[derive(Clone, Debug, Default)]
pub struct CommandSettings {
    /// What to check where the command line names nothing.
    pub paths: Vec<Placed<String>>,
    /// Files of data policies.
    pub policies: Vec<Placed<String>>,
    /// Names of files and folders to leave out.
    pub exclude: globset::GlobSet,
    /// From which level on findings fail the command.
    pub fail_on: Option<FailOn>,
    /// Names the run where several are uploaded for one commit.
    pub category: Option<String>,
    /// Whether a run over no flow is fine.
    pub allow_empty: Option<bool>,
}

/// A value and where it stands in the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Its bytes.
    pub span: Span,
}

/// From which level on findings fail a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// This level and above
    Level(Level),
    /// None does
    Never,
}

/// Something to say about a place in the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The bytes.
    pub span: Span,
    /// What is wrong: lower-case start, no final period.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Everything that is wrong with a config file. The user's fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the config cannot be used")]
pub struct ConfigError {
    /// At least one, in the order of the file.
    pub remarks: Vec<Remark>,
}

impl ConfigFile {
    /// Reads a config file. `rules` are those that it may name: the built-in ones, and the organisation's own. `folder`
    /// is where the file lies, as reports name it, empty for the root: patterns start there.
    pub fn parse(rules: &[&dyn Rule], text: &str, folder: &str) -> Result<Self, ConfigError> {
        read::read(rules, text, folder)
    }
}

/// `profile`: `default` or `strict`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileSetting {
    /// What is nearly always right.
    #[default]
    Default,
    /// Opinions too.
    Strict,
}

impl ProfileSetting {
    /// The widest profile shown.
    pub fn profile(self) -> Profile {
        match self {
            Self::Default => Profile::Default,
            Self::Strict => Profile::Strict,
        }
    }
}

/// What the config says of a rule.
#[derive(Clone, Debug, Default)]
pub struct RuleSetting {
    /// `None` leaves it as the page says.
    pub level: Option<LevelSetting>,
    /// The rule's own options, already read.
    pub options: Option<Arc<dyn Any + Send + Sync>>,
}

/// A level given to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelSetting {
    /// It does not run.
    Off,
    /// All its findings have this level.
    Level(Level),
}

/// `[[family]]`.
#[derive(Clone, Debug)]
pub struct FamilySetting {
    /// Globs over the names of packages and files.
    pub paths: globset::GlobSet,
}
