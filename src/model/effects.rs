//! What an organisation knows better than the facts of operations: effects by connector and operation.

use super::Effect;
use globset::GlobMatcher;

/// Effects given by patterns over `connector/operation`, such as `shared_contoso/Find*`.
#[derive(Clone, Debug, Default)]
pub struct EffectOverrides {
    /// The longest pattern first.
    entries: Vec<(GlobMatcher, Effect)>,
}

impl EffectOverrides {
    /// None.
    pub const NONE: &'static Self = &Self { entries: Vec::new() };

    /// Where several patterns fit, the longest counts; of equally long ones, the first in alphabetical order.
    pub fn new(mut entries: Vec<(GlobMatcher, Effect)>) -> Self {
        let order = |matcher: &GlobMatcher| {
            let pattern = matcher.glob().glob();
            (std::cmp::Reverse(pattern.len()), pattern.to_owned())
        };
        entries.sort_by_key(|(matcher, _)| order(matcher));
        Self { entries }
    }

    /// Whether nothing is given.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The effect given for an operation. Of HTTP steps the connector is `Http` and the operation the method.
    pub(super) fn effect(&self, connector: &str, operation: &str) -> Option<Effect> {
        let path = format!("{connector}/{operation}");
        self.entries.iter().find(|(matcher, _)| matcher.is_match(&path)).map(|&(_, effect)| effect)
    }
}
