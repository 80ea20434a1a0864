//! A rule's page: its identity card, compiled in, and its text, read only when someone asks. The page is the one source
//! for everything that is said about a rule: `explain`, SARIF help, reports, the README's table.

#[allow(dead_code, reason = "the build script uses all of it; here it will read the pages of custom rules")]
mod front;

use crate::model::Completeness;
use std::borrow::Cow;
use std::fmt;

/// The identity card of a rule. Built-in rules have theirs compiled in from `rules/<category>/<rule-id>.md`.
#[derive(Clone, Debug)]
pub struct RuleMeta {
    /// The name, which says the problem: `missing-retry-policy`.
    pub id: Cow<'static, str>,
    /// What it does to the people running the flow.
    pub category: Category,
    /// How sure it is; of several cases, the strongest.
    pub level: Level,
    /// Who sees it unasked; of several cases, the widest.
    pub profile: Profile,
    /// What has to be known of a flow before the rule may conclude from absence.
    pub needs: Completeness,
    /// Where the rule holds.
    pub platforms: Platforms,
    /// How often a finding is right.
    pub confidence: Confidence,
    /// Whether it is settled.
    pub status: Status,
    /// The version that brought it.
    pub since: Cow<'static, str>,
    /// Subject tags for SARIF, most important first.
    pub tags: Cow<'static, [Cow<'static, str>]>,
    /// Earlier names that still work.
    pub aliases: Cow<'static, [Cow<'static, str>]>,
    /// Security rules only: "0.1" to "10.0", as GitHub reads it.
    pub security_severity: Option<Cow<'static, str>>,
    /// The cases of a rule whose certainty differs by case.
    pub cases: Cow<'static, [Case]>,
    /// One sentence without a full stop.
    pub summary: Cow<'static, str>,
    /// The whole page, front matter included.
    pub page: Cow<'static, str>,
}

impl RuleMeta {
    /// The page's text below the front matter, beginning with the heading.
    pub fn body(&self) -> &str {
        self.page.splitn(3, "+++").nth(2).unwrap_or_default().trim_start()
    }

    /// The text under a heading `## <title>`, without it.
    pub fn section(&self, title: &str) -> Option<&str> {
        let body = self.body();
        let mut from = 0;
        for line in body.split_inclusive('\n') {
            from += line.len();
            if line.trim_end().strip_prefix("## ") == Some(title) {
                let rest = &body[from..];
                let end = rest.find("\n## ").map_or(rest.len(), |end| end + 1);
                return Some(rest[..end].trim());
            }
        }
        None
    }

    /// The case of a name, if the page has it.
    pub fn case(&self, name: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.name == name)
    }

    /// Where the page can be read on the web.
    pub fn help_uri(&self) -> String {
        format!("{}/blob/main/rules/{}/{}.md", env!("CARGO_PKG_REPOSITORY"), self.category, self.id)
    }
}

/// One of the cases of a rule, named on its page.
#[derive(Clone, Debug)]
pub struct Case {
    /// A name in kebab case; a finding carries it.
    pub name: Cow<'static, str>,
    /// How sure this case is.
    pub level: Level,
    /// Who sees this case unasked.
    pub profile: Profile,
}

/// An enum whose members have a name in lower kebab case, used in pages, config and reports.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$member_doc])* $member),+ }

        impl $name {
            /// All members, in order.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The name used in pages, config and reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$member => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

named! {
    /// A claim about certainty, and what a finding does to a build.
    Level {
        /// Worth knowing.
        Note = "note",
        /// Probably wrong, or will be.
        Warning = "warning",
        /// This will break or leak, and we are sure.
        Error = "error",
    }
}

named! {
    /// Who sees a rule or case unasked.
    Profile {
        /// Everyone.
        Default = "default",
        /// Those who asked for `--profile strict`.
        Strict = "strict",
        /// Those who switched it on by name.
        Off = "off",
    }
}

named! {
    /// How often a finding is right.
    Confidence {
        /// Often worth a look.
        Low = "low",
        /// Mostly right.
        Medium = "medium",
        /// Nearly always right.
        High = "high",
    }
}

named! {
    /// Whether a rule is settled.
    Status {
        /// Stays as it is.
        Stable = "stable",
        /// May change or go.
        Preview = "preview",
        /// Will go.
        Deprecated = "deprecated",
    }
}

named! {
    /// What a rule's findings mean for the people running the flow.
    Category {
        /// It will not save, not run, or not do what it says.
        Correctness = "correctness",
        /// It works until the day it does not.
        Reliability = "reliability",
        /// It leaks or lets in.
        Security = "security",
        /// It breaks the organisation's own policies.
        Governance = "governance",
        /// It cannot be moved to the next environment.
        Alm = "alm",
        /// It wastes requests, runs or time.
        Performance = "performance",
        /// The next person cannot see what it does.
        Maintainability = "maintainability",
    }
}

/// The platforms on which a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platforms {
    /// Power Automate cloud flows.
    pub power_automate: bool,
    /// Azure Logic Apps workflows.
    pub logic_apps: bool,
}

/// The cards of all built-in rules.
#[allow(missing_docs, reason = "generated; each card has a line")]
pub mod cards {
    #[allow(unused_imports, reason = "not every build has a page that names cases")]
    use super::Case;
    use super::{Category, Confidence, Level, Platforms, Profile, RuleMeta, Status};
    use crate::model::Completeness;
    use std::borrow::Cow;

    include!(concat!(env!("OUT_DIR"), "/cards.rs"));
}
