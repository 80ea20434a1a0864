//! Flags calls without a retry policy of their own: one finding per flow, its places are the calls.

use crate::facts::{self, Licence};
use crate::model::{Action, ActionKind, Flow};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, OptionsType, Rule, Sink};
use crate::syntax::Spot;
use serde::Deserialize;
use std::collections::BTreeSet;

pub(crate) static RULE: MissingRetryPolicy = MissingRetryPolicy;
pub(crate) struct MissingRetryPolicy;

/// The options of `missing-retry-policy`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// Which calls count: `http`, `connector`, `child-flow`.
    calls: BTreeSet<Call>,
}

/// A sort of call that takes a retry policy.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
enum Call {
    Http,
    Connector,
    ChildFlow,
}

impl Default for Options {
    fn default() -> Self {
        Self { calls: BTreeSet::from([Call::Http, Call::Connector, Call::ChildFlow]) }
    }
}

impl Rule for MissingRetryPolicy {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MISSING_RETRY_POLICY
    }

    fn options(&self) -> OptionsType {
        OptionsType::of::<Options>()
    }

    fn check_flow(&self, flow: &Flow<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let options = cx.options::<Options>();
        let counts = |action: &Action<'_>| call(action.kind()).is_some_and(|call| options.calls.contains(&call));
        let (with, without): (Vec<Action<'_>>, Vec<Action<'_>>) =
            flow.actions().filter(counts).partition(|&action| has_policy(action));
        let outside: Vec<(Action<'_>, String)> =
            without.iter().filter_map(|&action| Some((action, outside_microsoft(action)?))).collect();
        let (case, lacking, what) = if !outside.is_empty() {
            let hosts: BTreeSet<&str> = outside.iter().map(|(_, host)| host.as_str()).collect();
            let hosts: Vec<String> = hosts.iter().map(|host| format!("`{host}`")).collect();
            let what = format!(
                "to {} {} no retry policy of {} own",
                hosts.join(", "),
                have(outside.len()),
                its(outside.len())
            );
            ("outside-microsoft", outside.iter().map(|&(action, _)| action).collect(), what)
        } else if let forgotten = forgotten(&with, &without)
            && !forgotten.is_empty()
        {
            let (have, its) = (have(forgotten.len()), its(forgotten.len()));
            let what = format!("{have} no retry policy of {its} own, while most others of the same operation have one");
            ("inconsistent", forgotten, what)
        } else {
            let what = format!("{} no retry policy of {} own", have(without.len()), its(without.len()));
            ("platform-default", without, what)
        };
        let Some((first, rest)) = lacking.split_first() else { return };
        let calls = if rest.is_empty() { "call" } else { "calls" };
        let message = format!(
            "by itself the platform repeats a failed call {}; {} {calls} {what}",
            by_default(cx),
            lacking.len()
        );
        let draft = sink.at(first.name_spot(), message);
        draft.case(case).about_flow().help(
            "under Settings > Networking > Retry policy choose an exponential interval that suits the service, or None where a repeat would do harm",
        );
        for action in rest {
            draft.also_at(action.name_spot());
        }
    }
}

/// How often the platform repeats (Microsoft, "Limits of automated, scheduled, and instant flows").
fn by_default(cx: &Context<'_>) -> &'static str {
    match cx.licence() {
        Some(Licence::Low) => "up to 2 times",
        Some(Licence::Medium | Licence::High) => "up to 8 times",
        None => "up to 2 or 8 times, depending on the licence",
    }
}

fn have(count: usize) -> &'static str {
    if count == 1 { "has" } else { "have" }
}

fn its(count: usize) -> &'static str {
    if count == 1 { "its" } else { "their" }
}

/// Which of the calls that take a retry policy this is (Microsoft, "Handle errors and exceptions in Azure Logic Apps").
fn call(kind: ActionKind) -> Option<Call> {
    match kind {
        ActionKind::Http | ActionKind::HttpWebhook => Some(Call::Http),
        ActionKind::Workflow => Some(Call::ChildFlow),
        kind => kind.is_connector_call().then_some(Call::Connector),
    }
}

/// Whether the maker has chosen anything, `none` included.
fn has_policy(action: Action<'_>) -> bool {
    action.inputs().is_some_and(|inputs| inputs.get("retryPolicy").is_some())
}

/// Calls without a policy where most calls of the same operation have one. A policy on some other operation says nothing
/// about these: on real flows a single policy among many calls was set for that one call.
fn forgotten<'m>(with: &[Action<'m>], without: &[Action<'m>]) -> Vec<Action<'m>> {
    if with.len() < 2 {
        return Vec::new();
    }
    let count = |actions: &[Action<'m>], key| actions.iter().filter(|&&action| operation_key(action) == key).count();
    let is_forgotten = |action: &&Action<'m>| {
        let key = operation_key(**action);
        let having = count(with, key.clone());
        having > 1 && having > count(without, key)
    };
    without.iter().filter(is_forgotten).copied().collect()
}

/// What tells one operation from another.
fn operation_key(action: Action<'_>) -> Option<(String, String)> {
    let operation = action.operation()?;
    Some((operation.connector?.to_owned(), operation.id?.to_ascii_lowercase()))
}

/// The host of an HTTP call, where it is written out and not one of Microsoft's.
fn outside_microsoft(action: Action<'_>) -> Option<String> {
    if action.kind() != ActionKind::Http {
        return None;
    }
    let uri = action.inputs()?.get("uri")?.as_str()?;
    let (_, rest) = uri.split_once("://")?;
    let host = rest.split(['/', '?', '#', ':']).next()?.to_ascii_lowercase();
    let is_literal = !host.is_empty() && !host.contains(['@', '{', '}']) && host.contains('.');
    (is_literal && !facts::is_microsoft_host(&host)).then_some(host)
}
