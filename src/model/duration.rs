//! Lengths of time as the workflow definition language writes them: `PT1H30M`, and a count with a unit.

use std::fmt;

/// A length of time, read from an ISO 8601 duration. A month counts as 30 days and a year as 365, as the platform's own
/// parser has it (.NET, `XmlConvert.ToTimeSpan`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoDuration {
    seconds: u64,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
const MONTH: u64 = 30 * DAY;
const YEAR: u64 = 365 * DAY;

impl IsoDuration {
    /// Reads `P[nY][nM][nW][nD][T[nH][nM][nS]]` with at least one part, in this order, in capitals. Seconds may have a
    /// fraction, which is dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('P')?;
        let (date, time) = match text.split_once('T') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        if date.is_empty() && time.is_none() {
            return None;
        }
        let days = parts(date, &[('Y', YEAR), ('M', MONTH), ('W', WEEK), ('D', DAY)])?;
        let seconds = match time {
            Some(time) => parts(time, &[('H', HOUR), ('M', MINUTE), ('S', 1)])?,
            None => 0,
        };
        Some(Self { seconds: days.saturating_add(seconds) })
    }

    /// That many of a unit of Delay or Recurrence: `Second`, `Minute`, `Hour`, `Day`, `Week`, `Month`, without case.
    pub fn of(count: u64, unit: &str) -> Option<Self> {
        let units = [("Second", 1), ("Minute", MINUTE), ("Hour", HOUR), ("Day", DAY), ("Week", WEEK), ("Month", MONTH)];
        let (_, length) = units.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
        Some(Self { seconds: count.saturating_mul(length) })
    }

    /// That many seconds.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self { seconds }
    }

    /// The whole seconds.
    pub const fn seconds(self) -> u64 {
        self.seconds
    }
}

/// Numbers with designators in a given order, each at most once, as seconds.
fn parts(mut text: &str, designators: &[(char, u64)]) -> Option<u64> {
    let mut sum = 0_u64;
    let mut rest = designators;
    while !text.is_empty() {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, designator) = (&text[..end], text[end..].chars().next()?);
        let at = rest.iter().position(|(known, _)| *known == designator)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let is_fraction_allowed = designator == 'S' || !number.contains('.');
        if whole.is_empty() || fraction.is_empty() || fraction.contains('.') || !is_fraction_allowed {
            return None;
        }
        // More digits than fit are still a duration, only an absurd one.
        let count = whole.parse::<u64>().unwrap_or(u64::MAX);
        sum = sum.saturating_add(count.saturating_mul(rest[at].1));
        rest = &rest[at + 1..];
        text = &text[end + designator.len_utf8()..];
    }
    Some(sum)
}

impl fmt::Display for IsoDuration {
    /// In words, with the two largest units that it has: `1 hour 30 minutes`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [("day", DAY), ("hour", HOUR), ("minute", MINUTE), ("second", 1)];
        let mut rest = self.seconds;
        let mut shown = 0;
        for (name, length) in units {
            let count = rest / length;
            rest %= length;
            if count == 0 {
                continue;
            }
            let (blank, plural) = (if shown > 0 { " " } else { "" }, if count == 1 { "" } else { "s" });
            write!(f, "{blank}{count} {name}{plural}")?;
            shown += 1;
            if shown == 2 {
                return Ok(());
            }
        }
        if shown == 0 { f.write_str("0 seconds") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_platform_reads() {
        let seconds = |text| IsoDuration::parse(text).map(IsoDuration::seconds);
        assert_eq!(seconds("PT1H"), Some(3600));
        assert_eq!(seconds("PT24H"), Some(86_400));
        assert_eq!(seconds("P1DT2H3M4S"), Some(86_400 + 7_384));
        assert_eq!(seconds("P2W"), Some(14 * 86_400));
        assert_eq!(seconds("P1M"), Some(30 * 86_400));
        assert_eq!(seconds("P1Y"), Some(365 * 86_400));
        assert_eq!(seconds("PT0.5S"), Some(0));
        assert_eq!(seconds("PT0S"), Some(0));
        assert_eq!(seconds("PT99999999999999999999999H"), Some(u64::MAX));
        for wrong in [
            "", "P", "PT", "P1DT", "1H", "T1H", "PT1", "1 hour", "00:10:00", "P1H", "PT1D", "PT5M1H", "PT1H1H", "pt1h",
            "PT-5S", "-PT5S", "PT1.5H", "PT.5S", "PT1.S", "PT1..5S", "P1D T1H", "PT1h", "PT1Hé", "PTé",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn counts_units_in_any_case() {
        assert_eq!(IsoDuration::of(3, "minute"), Some(IsoDuration::from_seconds(180)));
        assert_eq!(IsoDuration::of(1, "Week"), IsoDuration::parse("P7D"));
        assert_eq!(IsoDuration::of(1, "Minutes"), None);
    }

    #[test]
    fn is_shown_in_words() {
        let shown = |text| IsoDuration::parse(text).map(|duration| duration.to_string()).unwrap_or_default();
        assert_eq!(shown("PT90M"), "1 hour 30 minutes");
        assert_eq!(shown("P1D"), "1 day");
        assert_eq!(shown("PT5S"), "5 seconds");
        assert_eq!(shown("P30DT1S"), "30 days 1 second");
        assert_eq!(shown("P1DT1H1M1S"), "1 day 1 hour");
        assert_eq!(shown("PT0S"), "0 seconds");
    }
}
