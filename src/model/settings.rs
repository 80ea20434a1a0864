//! What a setting of a step literally says: a number, a text, a length of time, or something that is decided elsewhere.

use super::{Action, Flow, IsoDuration, Platform, Shell, Trigger};
use crate::expr;
use crate::facts;
use crate::syntax::{Kind, Value};
use std::borrow::Cow;

/// What stands where a setting of some type belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting<T> {
    /// A value of that type.
    Literal(T),
    /// An expression, or something that is filled in before the flow is imported.
    Unknown,
    /// Anything else.
    Wrong,
}

impl<T> Setting<T> {
    /// The value, if it is there.
    pub fn literal(self) -> Option<T> {
        match self {
            Self::Literal(value) => Some(value),
            Self::Unknown | Self::Wrong => None,
        }
    }
}

impl<'m> Flow<'m> {
    /// The text of a string that says what it says: no expression, nothing that a template or a pipeline fills in.
    pub fn literal_text(&self, value: Value<'m>) -> Option<Cow<'m, str>> {
        value.as_str().filter(|text| !self.is_decided_elsewhere(text))
    }

    /// A text.
    pub fn text_setting(&self, value: Value<'m>) -> Setting<Cow<'m, str>> {
        match value.as_str() {
            Some(text) if self.is_decided_elsewhere(&text) => Setting::Unknown,
            Some(text) => Setting::Literal(text),
            None => Setting::Wrong,
        }
    }

    /// A whole number, which the platform also takes as text (public flows: `"hours": ["7"]`).
    pub fn number_setting(&self, value: Value<'m>) -> Setting<i64> {
        let read = |text: &str| {
            let text = text.trim();
            // `10.0` and `1e1` are whole numbers as well.
            let float = || text.parse::<f64>().ok().filter(|number| number.fract() == 0.0 && number.abs() < 1e15);
            text.parse::<i64>().ok().or_else(|| float().map(|number| number as i64))
        };
        let number = match (value.as_number(), value.as_str()) {
            (Some(number), _) => read(number),
            (_, Some(text)) if self.is_decided_elsewhere(&text) => return Setting::Unknown,
            (_, Some(text)) => read(&text),
            _ => None,
        };
        number.map_or(Setting::Wrong, Setting::Literal)
    }

    /// A length of time in ISO 8601.
    pub fn duration_setting(&self, value: Value<'m>) -> Setting<IsoDuration> {
        match self.text_setting(value) {
            Setting::Literal(text) => IsoDuration::parse(text.trim()).map_or(Setting::Wrong, Setting::Literal),
            Setting::Unknown => Setting::Unknown,
            Setting::Wrong => Setting::Wrong,
        }
    }

    /// The platforms that it may be meant for, as the facts part them.
    pub fn plans(&self) -> &'static [facts::Platform] {
        use facts::Platform::{Consumption, PowerAutomate, Standard};
        let is_standard = || self.shell == Shell::Wrapped && self.envelope.get("kind").is_some();
        match self.platform {
            Platform::PowerAutomate => &[PowerAutomate],
            Platform::LogicApps if self.shell == Shell::Arm => &[Consumption],
            Platform::LogicApps if is_standard() => &[Standard],
            Platform::LogicApps => &[Consumption, Standard],
        }
    }

    /// Whether a string is an expression of the platform or of an ARM template, or is filled in by a pipeline.
    fn is_decided_elsewhere(&self, text: &str) -> bool {
        let is_arm = || self.shell == Shell::Arm && text.starts_with('[') && text.ends_with(']');
        expr::is_template(text) || is_arm() || holds_mark(text)
    }
}

/// Whether a text has a mark that pipelines replace before the flow is imported: `#{Name}#`, `{{name}}`, `${NAME}`,
/// `$(Name)`, `__Name__`.
pub fn holds_mark(text: &str) -> bool {
    ["#{", "{{", "${", "$(", "__"].iter().any(|mark| text.contains(mark))
}

impl<'m> Action<'m> {
    /// What is known of its type.
    pub fn type_facts(self) -> Option<&'static facts::ActionType> {
        let find = || facts::action_type(&self.value().get("type")?.as_str()?);
        *self.node().type_facts.get_or_init(find)
    }

    /// Whether `operationOptions` names an option.
    pub fn has_option(self, option: &str) -> bool {
        let options = self.value().get("operationOptions").and_then(Value::as_str);
        options.is_some_and(|options| listed_names(&options).any(|(_, name)| name.eq_ignore_ascii_case(option)))
    }
}

impl<'m> Trigger<'m> {
    /// What is known of its type.
    pub fn type_facts(self) -> Option<&'static facts::TriggerType> {
        facts::trigger_type(&self.value().get("type")?.as_str()?)
    }
}

/// The retry policies in the `inputs` of a step: its own, and those of the two calls of a webhook.
pub fn retry_policies<'m>(inputs: Option<Value<'m>>) -> impl Iterator<Item = Value<'m>> {
    let holders =
        inputs.into_iter().flat_map(|inputs| [Some(inputs), inputs.get("subscribe"), inputs.get("unsubscribe")]);
    holders.flatten().filter_map(|holder| holder.get("retryPolicy"))
}

/// The names that a list in one string holds, each with where it begins: `operationOptions` is written as `"A, B"`.
pub fn listed_names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    let parts = text.split(',').map(move |part| {
        let start = next + part.len() - part.trim_start().len();
        next += part.len() + 1;
        (start, part.trim())
    });
    parts.filter(|(_, name)| !name.is_empty())
}

/// Whether a setting is left out: missing or `null`.
pub fn is_absent(value: Option<Value<'_>>) -> bool {
    value.is_none_or(|value| value.kind() == Kind::Null)
}

/// A value as a message shows it: its text in backticks, cut where nobody reads on.
pub fn shown(value: Value<'_>) -> Cow<'static, str> {
    let text = match value.kind() {
        Kind::Object => return Cow::Borrowed("an object"),
        Kind::Array => return Cow::Borrowed("a list"),
        _ => value.as_str().unwrap_or_else(|| Cow::Borrowed(value.text())),
    };
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("`{}…`", &text[..at]).into(),
        None if text.trim().is_empty() => Cow::Borrowed("empty"),
        None => format!("`{text}`").into(),
    }
}

/// Whether a text can be a date, with or without a time, as a date picker writes it: `2026-01-31`,
/// `2026-01-31T08:00:00Z`. What is written in some other way is left to the platform.
pub fn may_be_date(text: &str) -> bool {
    let text = text.trim();
    let Some((date, rest)) = text.split_at_checked(10) else { return false };
    let number = |range: std::ops::Range<usize>| date.get(range).and_then(|digits| digits.parse::<u32>().ok());
    let bytes = date.as_bytes();
    if bytes[4] != b'-' || bytes[7] != b'-' {
        // `02/26/2026` and the like; but a text without any digit is no date in any spelling.
        return text.contains('/') && text.bytes().any(|byte| byte.is_ascii_digit());
    }
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else { return false };
    let longest = match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if year == 0 || !(1..=12).contains(&month) || !(1..=longest).contains(&day) {
        return false;
    }
    rest.is_empty() || rest.strip_prefix(['T', 't', ' ']).is_some_and(may_be_time)
}

/// `08:00`, `08:00:00`, `08:00:00.000`, each with an offset or none.
fn may_be_time(text: &str) -> bool {
    let text = text.trim();
    let clock = text.find(['Z', 'z', '+', '-']).map_or(text, |at| &text[..at]);
    let mut parts = clock.trim_end().splitn(3, ':');
    let below =
        |part: Option<&str>, limit: u32| part.and_then(|part| part.parse().ok()).is_some_and(|n: u32| n < limit);
    if !below(parts.next(), 25) || !below(parts.next(), 60) {
        return false;
    }
    parts.next().is_none_or(|seconds| seconds.parse::<f64>().is_ok_and(|seconds| (0.0..61.0).contains(&seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_dates_from_other_text() {
        for date in [
            "2026-01-31",
            "2026-01-31T08:00",
            "2026-01-31T08:00:00Z",
            "2021-09-26T07:00:00.000Z",
            "2024-02-29 08:00:00+01:00",
            "2023-02-26T01:01:01",
            "02/26/2026 08:00",
        ] {
            assert!(may_be_date(date), "{date}");
        }
        for wrong in
            ["", "tomorrow", "2026-13-01", "2026-02-30", "2026-01-31T25:00:00Z", "2026-01-31T8 o'clock", "31.01."]
        {
            assert!(!may_be_date(wrong), "{wrong}");
        }
    }

    #[test]
    fn parts_lists_of_names() {
        let names: Vec<(usize, &str)> = listed_names("Sequential, ,DisableAsyncPattern ").collect();
        assert_eq!(names, [(0, "Sequential"), (13, "DisableAsyncPattern")]);
    }
}
