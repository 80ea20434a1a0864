//! Flags types and kinds of triggers and actions that do not exist, or not on the flow's platform.

use crate::facts::{self, Platform as Home};
use crate::model::{Action, Completeness, Flow, Platform, Shell, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest;
use crate::syntax::{Spot, Value};

pub(crate) static RULE: UnknownActionType = UnknownActionType;
pub(crate) struct UnknownActionType;

impl Rule for UnknownActionType {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNKNOWN_ACTION_TYPE
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some((name, at)) = literal(trigger.value(), "type") else { return };
        let Some(known) = facts::trigger_type(&name) else {
            let is_other = facts::action_type(&name).is_some();
            unknown(&name, at, ["trigger", "an action"], is_other, facts::trigger_type_names(), sink);
            return;
        };
        check_platform(trigger.flow(), known.name, &known.platforms, at, "trigger", sink);
        if !known.kinds.is_empty() {
            check_kind(trigger.value(), known.name, known.kinds.iter().map(|kind| kind.name), "trigger", sink);
        }
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some((name, at)) = literal(action.value(), "type") else { return };
        let Some(known) = action.type_facts() else {
            let is_other = facts::trigger_type(&name).is_some();
            // A trigger can be pasted as well, and nothing around it says what it is.
            if is_other && action.flow().completeness == Completeness::Fragment {
                return;
            }
            unknown(&name, at, ["step", "a trigger"], is_other, facts::action_type_names(), sink);
            return;
        };
        check_platform(action.flow(), known.name, &known.platforms, at, "step", sink);
        if !known.kinds.is_empty() {
            check_kind(action.value(), known.name, known.kinds.iter().copied(), "step", sink);
        }
    }
}

/// A text of a step that is neither empty nor computed, by the workflow or by the template around it.
fn literal<'d>(step: Value<'d>, key: &str) -> Option<(std::borrow::Cow<'d, str>, Spot)> {
    let value = step.get(key)?;
    let text = value.as_str()?;
    (!text.trim().is_empty() && !text.starts_with(['@', '['])).then(|| (text, value.spot()))
}

fn unknown(
    name: &str,
    at: Spot,
    [what, other]: [&str; 2],
    is_other: bool,
    names: impl Iterator<Item = &'static str>,
    sink: &mut Sink<'_, Spot>,
) {
    let help = match facts::mistaken_type(name).or_else(|| suggest::closest(name, names)) {
        _ if is_other => format!("that is the type of {other}; choose the {what} again in the designer"),
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("choose the {what} again in the designer"),
    };
    sink.at(at, format!("there is no type `{name}` of a {what}")).help(help).case("unknown").kind("type");
}

fn check_platform(flow: &Flow<'_>, name: &str, homes: &[Home], at: Spot, what: &str, sink: &mut Sink<'_, Spot>) {
    let (is_home, here, there) = match flow.platform {
        Platform::PowerAutomate => (homes.contains(&Home::PowerAutomate), "Power Automate", "Logic Apps"),
        Platform::LogicApps => {
            let is_home = homes.contains(&Home::Consumption) || homes.contains(&Home::Standard);
            (is_home, "Logic Apps", "Power Automate")
        }
    };
    // A bare definition and pasted steps do not say whose they are.
    if is_home || flow.shell == Shell::Bare || flow.completeness == Completeness::Fragment {
        return;
    }
    sink.at(at, format!("the type `{name}` exists in {there} only, and this is a flow of {here}"))
        .help(format!("do the same with a {what} that {here} has"))
        .case("other-platform")
        .kind("platform");
}

fn check_kind(
    step: Value<'_>,
    name: &str,
    kinds: impl Iterator<Item = &'static str> + Clone,
    what: &str,
    sink: &mut Sink<'_, Spot>,
) {
    let Some((kind, at)) = literal(step, "kind") else { return };
    if kinds.clone().any(|known| known.eq_ignore_ascii_case(&kind)) {
        return;
    }
    let help = match suggest::closest(&kind, kinds) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("choose the {what} again in the designer"),
    };
    sink.at(at, format!("there is no kind `{kind}` of the type `{name}`")).help(help).case("unknown-kind").kind("kind");
}
