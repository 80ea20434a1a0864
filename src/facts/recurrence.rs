//! What a recurrence may say: frequencies, days, time zones.

use super::table::compare;
use serde::Deserialize;
use std::sync::OnceLock;

/// What a recurrence may say. Names are compared without case.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", bound(deserialize = "'de: 'static"))]
pub struct Recurrence {
    /// Values of `frequency`.
    pub frequencies: Vec<&'static str>,
    /// Units of Delay.
    pub delay_units: Vec<&'static str>,
    /// Values of `schedule.weekDays` and `dayOfWeek`.
    pub week_days: Vec<&'static str>,
    time_zones: Vec<&'static str>,
}

/// What a recurrence may say.
pub fn recurrence() -> &'static Recurrence {
    static RECURRENCE: OnceLock<Recurrence> = OnceLock::new();
    RECURRENCE.get_or_init(|| {
        let mut facts: Recurrence = super::read("recurrence.toml", include_str!("../../rules/facts/recurrence.toml"));
        facts.time_zones.sort_by(|a, b| compare(a, b));
        facts
    })
}

impl Recurrence {
    /// Whether Windows knows a time zone of that name.
    pub fn is_time_zone(&self, name: &str) -> bool {
        self.time_zones.binary_search_by(|known| compare(known, name)).is_ok()
    }

    /// The time zones of Windows.
    pub fn time_zones(&self) -> impl Iterator<Item = &'static str> {
        self.time_zones.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_names_that_windows_knows() {
        let facts = recurrence();
        for zone in ["UTC", "w. europe standard time", "India Standard Time", "UTC-11", "UTC+13", "GMT Standard Time"] {
            assert!(facts.is_time_zone(zone), "{zone}");
        }
        for other in ["Europe/Berlin", "CET", "W Europe Standard Time", ""] {
            assert!(!facts.is_time_zone(other), "{other}");
        }
        assert!(facts.time_zones().count() > 135);
        assert_eq!(facts.week_days.len(), 7);
    }
}
