//! Limits of the platform that a definition can be measured against.

use super::types::{Licence, Platform};
use serde::Deserialize;
use std::sync::OnceLock;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limited {
    /// Actions of a flow, nested ones included
    Actions,
    /// Containers around an action
    Nesting,
    /// Triggers of a flow
    Triggers,
    /// Cases of a switch without its default
    SwitchCases,
    /// Variables of a flow
    Variables,
    /// Parameters of a flow
    Parameters,
    /// Outputs of a flow
    Outputs,
    /// Characters in the name of a step
    StepName,
    /// Characters in the name of a variable
    VariableName,
    /// Characters in the note of a step
    Note,
    /// Characters of one expression
    Expression,
    /// Characters of the tracked properties of a step
    TrackedProperties,
    /// Characters of the address of an HTTP call
    RequestUrl,
    /// Rounds of a Do until
    UntilCount,
    /// Rows that pagination asks for
    PageThreshold,
    /// Seconds that a run may take
    RunDuration,
    /// Seconds of a delay
    ShortestDelay,
    /// Seconds from one start to the next
    ShortestRecurrence,
    /// Seconds from one start to the next
    LongestRecurrence,
}

/// One limit on some platforms.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Limit {
    what: Limited,
    platforms: Vec<Platform>,
    licence: Option<Licence>,
    /// The largest amount that is allowed, or the smallest.
    pub value: u64,
    /// From which amount on there is little room left.
    pub near: Option<u64>,
    /// Whether `value` is the smallest amount.
    #[serde(default)]
    pub at_least: bool,
}

impl Limit {
    /// Whether an amount is beyond the limit.
    pub fn is_exceeded_by(&self, amount: u64) -> bool {
        if self.at_least { amount < self.value } else { amount > self.value }
    }
}

#[derive(Deserialize)]
struct Limits {
    limit: Vec<Limit>,
}

fn limits() -> &'static [Limit] {
    static LIMITS: OnceLock<Vec<Limit>> = OnceLock::new();
    LIMITS.get_or_init(|| {
        let Limits { limit } = super::read("limits.toml", include_str!("../../rules/facts/limits.toml"));
        limit
    })
}

/// The limit that holds on each of some platforms with a licence, where it is known: the most generous of them, or `None` if
/// one of the platforms has none.
pub fn limit(what: Limited, platforms: &[Platform], licence: Option<Licence>) -> Option<&'static Limit> {
    let of = |platform: &Platform| {
        let mine = limits().iter().filter(|limit| limit.what == what && limit.platforms.contains(platform));
        mine.filter(|limit| limit.licence.is_none() || limit.licence == licence)
            .max_by_key(|limit| limit.licence.is_some())
    };
    let mut all = platforms.iter().map(of);
    let first = all.next()??;
    all.try_fold(first, |most, next| {
        let next = next?;
        Some(if (next.value > most.value) != next.at_least { next } else { most })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn depends_on_platform_and_licence() {
        let value = |what, platforms: &[Platform], licence| limit(what, platforms, licence).map(|limit| limit.value);
        let (flows, both) = ([Platform::PowerAutomate], [Platform::Consumption, Platform::Standard]);
        assert_eq!(value(Limited::Actions, &flows, None), Some(500));
        assert_eq!(value(Limited::Parameters, &flows, None), None);
        assert_eq!(value(Limited::Parameters, &both, None), Some(500));
        assert_eq!(value(Limited::PageThreshold, &flows, None), Some(100_000));
        assert_eq!(value(Limited::PageThreshold, &flows, Some(Licence::Low)), Some(5_000));
        assert_eq!(value(Limited::PageThreshold, &flows, Some(Licence::High)), Some(100_000));
        assert_eq!(value(Limited::PageThreshold, &both, Some(Licence::Low)), Some(100_000));
        assert_eq!(value(Limited::ShortestRecurrence, &both, None), Some(1));
    }

    #[test]
    fn near_is_within_the_limit() {
        for limit in limits() {
            assert!(!limit.platforms.is_empty() && limit.value > 0, "{limit:?}");
            assert!(limit.near.is_none_or(|near| near < limit.value && !limit.at_least), "{limit:?}");
        }
        assert!(limit(Limited::ShortestDelay, &[Platform::PowerAutomate], None).unwrap().is_exceeded_by(0));
    }
}
