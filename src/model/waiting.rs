//! How long steps can take, where the flow itself says it: delays, questions to people, loops that wait, repeated calls.

use super::{Action, ActionKind, Effect, IsoDuration};
use crate::syntax::Value;

/// Why a step can take long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slowness {
    /// A Delay of a fixed length.
    Delay(IsoDuration),
    /// People are asked, or something is waited for, for at most this long; `None` is as long as a run may last.
    Question(Option<IsoDuration>),
    /// A Do until with a Delay in it, which can go on for that long.
    Polling(IsoDuration),
    /// A call that its own retry policy may repeat for that long.
    Retries(IsoDuration),
}

/// How often a Do until repeats and how long it may, where it does not say it (Microsoft, limits and configuration).
const ROUNDS: u64 = 60;
const LOOP_TIME: IsoDuration = IsoDuration::from_seconds(3_600);
/// The longest pause between two attempts, where the policy does not say it (Microsoft, retry policy limits).
const LONGEST_PAUSE: u64 = 86_400;

impl<'m> Action<'m> {
    /// `limit.timeout`, where it is written out.
    pub fn timeout(self) -> Option<IsoDuration> {
        self.duration_of(self.value().at(&["limit", "timeout"])?)
    }

    /// The length of a Delay, where it is written out.
    pub fn delay(self) -> Option<IsoDuration> {
        if self.kind() != ActionKind::Wait {
            return None;
        }
        let interval = self.inputs()?.get("interval")?;
        let unit = interval.get("unit")?.as_str()?;
        IsoDuration::of(self.count_of(interval.get("count")?)?, &unit)
    }

    /// Why it can take long, by what the flow says. Of containers only those that wait themselves.
    pub fn slowness(self) -> Option<Slowness> {
        match self.kind() {
            ActionKind::Wait => self.delay().map(Slowness::Delay),
            ActionKind::Until => self.polling().map(Slowness::Polling),
            _ if self.effect() == Effect::SendAndWait => Some(Slowness::Question(self.timeout())),
            _ => self.repeats_for().map(Slowness::Retries),
        }
    }

    /// How long a Do until can go on because of the Delays in it.
    fn polling(self) -> Option<IsoDuration> {
        let pause: u64 = self.children().filter_map(Self::delay).map(IsoDuration::seconds).sum();
        if pause == 0 {
            return None;
        }
        let limit = |key: &str| self.value().at(&["limit", key]);
        let rounds = limit("count").map_or(Some(ROUNDS), |value| self.count_of(value))?;
        let most = limit("timeout").map_or(Some(LOOP_TIME), |value| self.duration_of(value))?;
        Some(IsoDuration::from_seconds(pause.saturating_mul(rounds)).min(most))
    }

    /// The pauses of the retry policy, all attempts together. The longest that an exponential policy may choose count.
    fn repeats_for(self) -> Option<IsoDuration> {
        let kind = self.retry_policy()?;
        let policy = self.inputs()?.get("retryPolicy")?;
        let count = self.count_of(policy.get("count")?)?.min(90);
        let interval = self.duration_of(policy.get("interval")?)?.seconds();
        let longest = match policy.get("maximumInterval") {
            Some(value) => self.duration_of(value)?.seconds(),
            None => LONGEST_PAUSE,
        };
        if kind.is_str("fixed") {
            return Some(IsoDuration::from_seconds(interval.saturating_mul(count)));
        }
        if !kind.is_str("exponential") {
            return None;
        }
        let pause = |attempt: u32| interval.saturating_mul(1_u64.checked_shl(attempt).unwrap_or(u64::MAX)).min(longest);
        let pauses = (0..count as u32).fold(0_u64, |sum, attempt| sum.saturating_add(pause(attempt)));
        Some(IsoDuration::from_seconds(pauses))
    }

    /// A length of time, where it is written out.
    fn duration_of(self, value: Value<'m>) -> Option<IsoDuration> {
        self.flow().duration_setting(value).literal()
    }

    /// A count, where it is written out.
    fn count_of(self, value: Value<'m>) -> Option<u64> {
        self.flow().number_setting(value).literal().and_then(|number| u64::try_from(number).ok())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::Flow;
    use super::super::shape::shapes;
    use super::*;
    use crate::syntax::Document;

    fn slowness(step: &str) -> Option<Slowness> {
        let text = format!(r#"{{"triggers": {{}}, "actions": {{"A": {step}}}}}"#);
        let document = Document::parse(&text).unwrap();
        let shapes = shapes(&document);
        Flow::lower(&document, &shapes[0], "A.json", None, None, &[]).action_named("A").unwrap().slowness()
    }

    #[test]
    fn steps_say_how_long_they_take() {
        let seconds = IsoDuration::from_seconds;
        for (step, expected) in [
            (
                r#"{"type": "Wait", "inputs": {"interval": {"count": 3, "unit": "minute"}}}"#,
                Some(Slowness::Delay(seconds(180))),
            ),
            (r#"{"type": "Wait", "inputs": {"interval": {"count": "@variables('n')", "unit": "Minute"}}}"#, None),
            (r#"{"type": "Wait", "inputs": {"until": {"timestamp": "2026-01-01"}}}"#, None),
            (
                r#"{"type": "Until", "limit": {"count": 10, "timeout": "PT1H"}, "actions": {
                    "Pause": {"type": "Wait", "inputs": {"interval": {"count": "10", "unit": "Second"}}}}}"#,
                Some(Slowness::Polling(seconds(100))),
            ),
            (
                r#"{"type": "Until", "actions": {
                    "Pause": {"type": "Wait", "inputs": {"interval": {"count": 5, "unit": "Minute"}}}}}"#,
                Some(Slowness::Polling(seconds(3_600))),
            ),
            (r#"{"type": "Until", "actions": {"Next": {"type": "Http", "inputs": {"method": "GET"}}}}"#, None),
            (
                r#"{"type": "OpenApiConnectionWebhook", "inputs": {"host": {"apiId": "shared_approvals",
                    "operationId": "StartAndWaitForAnApproval"}}, "limit": {"timeout": "P7D"}}"#,
                Some(Slowness::Question(Some(seconds(604_800)))),
            ),
            (
                r#"{"type": "Http", "inputs": {"method": "GET", "retryPolicy": {"type": "Fixed", "count": 3, "interval": "PT1M"}}}"#,
                Some(Slowness::Retries(seconds(180))),
            ),
            (
                r#"{"type": "Http", "inputs": {"method": "GET", "retryPolicy": {"type": "exponential", "count": 4,
                    "interval": "PT10S", "maximumInterval": "PT30S"}}}"#,
                Some(Slowness::Retries(seconds(90))),
            ),
            (r#"{"type": "Http", "inputs": {"method": "GET", "retryPolicy": {"type": "none"}}}"#, None),
            (r#"{"type": "Http", "inputs": {"method": "GET"}}"#, None),
        ] {
            assert_eq!(slowness(step), expected, "{step}");
        }
    }
}
