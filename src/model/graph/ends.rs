//! Sets of ends: what an action can come to, and what a step waits for.

use super::Status;
use std::fmt;

/// A set of [`Status`]es.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Ends(u8);

const ORDER: [Status; 4] = [Status::Succeeded, Status::Failed, Status::Skipped, Status::TimedOut];

impl Ends {
    /// No end: the run never gets past it.
    pub const NONE: Self = Self(0);
    /// Any end.
    pub const ALL: Self = Self(0b1111);
    /// It works.
    pub const SUCCEEDED: Self = Self::of(Status::Succeeded);
    /// It fails.
    pub const FAILED: Self = Self::of(Status::Failed);
    /// It does not run.
    pub const SKIPPED: Self = Self::of(Status::Skipped);
    /// It takes too long.
    pub const TIMED_OUT: Self = Self::of(Status::TimedOut);

    /// The set of one.
    pub const fn of(status: Status) -> Self {
        Self(1 << status as u8)
    }

    /// Whether the end is one of them.
    pub fn contains(self, status: Status) -> bool {
        self.meets(Self::of(status))
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this one only.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// This one if `wanted`, else none.
    #[must_use]
    pub fn only_if(self, wanted: bool) -> Self {
        if wanted { self } else { Self::NONE }
    }

    /// Whether the two have an end in common.
    pub fn meets(self, other: Self) -> bool {
        !self.and(other).is_empty()
    }

    /// The ends in it.
    pub fn iter(self) -> impl Iterator<Item = Status> {
        ORDER.into_iter().filter(move |&status| self.contains(status))
    }
}

impl FromIterator<Status> for Ends {
    fn from_iter<I: IntoIterator<Item = Status>>(statuses: I) -> Self {
        statuses.into_iter().fold(Self::NONE, |ends, status| ends.or(Self::of(status)))
    }
}

impl fmt::Debug for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
