//! What a run is asked to do: profile, rules and their options, policies, families. Text to typed config with spanned
//! errors; reads no files.

use crate::page::{Level, Profile};
use crate::policy::Policy;
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

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
