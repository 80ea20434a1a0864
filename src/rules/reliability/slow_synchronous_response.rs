//! Flags answers that come too late for the caller who waits for them.

use crate::model::{Action, ActionKind, Flow, IsoDuration, Slowness, TriggerKind};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: SlowSynchronousResponse = SlowSynchronousResponse;
pub(crate) struct SlowSynchronousResponse;

impl Rule for SlowSynchronousResponse {
    fn meta(&self) -> &'static RuleMeta {
        &cards::SLOW_SYNCHRONOUS_RESPONSE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let mut answers = flow.actions().filter(|action| action.kind() == ActionKind::Response).peekable();
        if answers.peek().is_none() || !flow.triggers().any(|trigger| trigger.kind() == TriggerKind::Request) {
            return;
        }
        let slow: Vec<(Action<'_>, Slowness)> =
            flow.actions().filter_map(|action| Some((action, too_slow(action.slowness()?)?))).collect();
        if slow.is_empty() {
            return;
        }
        let answers: Vec<Action<'_>> = answers.collect();
        for &answer in answers.iter().filter(|answer| !answer.has_option("Asynchronous")) {
            // What an earlier answer has sent home waits no more.
            let keeps_waiting = |step: Action<'_>| {
                step.can_have_run_before(answer) && !answers.iter().any(|earlier| earlier.can_have_run_before(step))
            };
            let Some(&(step, why)) = slow.iter().find(|(step, _)| keeps_waiting(*step)) else { continue };
            let (name, slow_name) = (answer.display_name(), step.display_name());
            let (case, why) = words(why);
            sink.at(answer.name_spot(), format!("the caller waits 2 minutes at most for `{name}`, and `{slow_name}` before it {why}"))
                .case(case)
                .help(format!("answer before `{slow_name}`, with the code 202 where the caller is a program, and send the outcome later"))
                .related(step.name_spot(), "this can take longer");
        }
    }
}

/// How long callers wait: 120 seconds (Microsoft, limits for inbound requests).
const PATIENCE: IsoDuration = IsoDuration::from_seconds(120);

fn too_slow(slowness: Slowness) -> Option<Slowness> {
    let is_long = match slowness {
        Slowness::Delay(time) | Slowness::Polling(time) | Slowness::Retries(time) => time > PATIENCE,
        Slowness::Question(time) => time.is_none_or(|time| time > PATIENCE),
    };
    is_long.then_some(slowness)
}

fn words(slowness: Slowness) -> (&'static str, String) {
    match slowness {
        Slowness::Delay(time) => ("waiting", format!("waits for {time}")),
        Slowness::Question(_) => ("waiting", "waits for people".to_owned()),
        Slowness::Polling(time) => ("waiting", format!("can go on for {time}")),
        Slowness::Retries(time) => ("retries", format!("can be repeated for {time}")),
    }
}
