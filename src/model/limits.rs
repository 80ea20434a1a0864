//! What of a flow the platform limits, measured. Knows no rule; whoever asks compares with the facts.

use super::settings::Setting;
use super::{Action, ActionKind, Expression, Flow, IsoDuration, Trigger, display_name};
use crate::expr::Segment;
use crate::facts::{Limit, Limited};
use crate::syntax::{Spot, Value};

/// An amount of something that has a limit.
#[derive(Clone, Copy)]
pub struct Measure<'m> {
    /// What was measured.
    pub what: Limited,
    /// How much of it there is: a number, characters, or seconds.
    pub amount: u64,
    /// Where.
    pub spot: Spot,
    /// The name of the step or variable; empty for the flow.
    pub name: &'m str,
}

/// What is counted over a whole flow.
pub fn of_flow<'m>(flow: &'m Flow<'m>, mut report: impl FnMut(Measure<'m>)) {
    let spot = flow.spot();
    let outputs = flow.definition.get("outputs").map_or(0, |outputs| outputs.entries().count());
    let counts = [
        (Limited::Actions, flow.action_count()),
        (Limited::Triggers, flow.triggers().count()),
        (Limited::Variables, flow.variables().count()),
        (Limited::Parameters, flow.parameters.len()),
        (Limited::Outputs, outputs),
    ];
    for (what, count) in counts {
        report(Measure { what, amount: count as u64, spot, name: "" });
    }
}

/// What is measured of a trigger.
pub fn of_trigger<'m>(trigger: Trigger<'m>, mut report: impl FnMut(Measure<'m>)) {
    let (flow, value, name) = (trigger.flow(), trigger.value(), trigger.name());
    of_step(value, name, trigger.name_spot(), &mut report);
    let recurrence = value.get("recurrence");
    let interval = recurrence.and_then(|recurrence| recurrence.get("interval"));
    let unit = recurrence.and_then(|recurrence| recurrence.get("frequency")).and_then(Value::as_str);
    if let (Some(interval), Some(unit)) = (interval, unit)
        && let Some(duration) = counted(flow, interval, &unit)
    {
        for what in [Limited::ShortestRecurrence, Limited::LongestRecurrence] {
            report(Measure { what, amount: duration.seconds(), spot: interval.spot(), name });
        }
    }
}

/// What is measured of an action; of containers what is their own, not that of the actions in them.
pub fn of_action<'m>(action: Action<'m>, mut report: impl FnMut(Measure<'m>)) {
    let (flow, value, name) = (action.flow(), action.value(), action.name());
    of_step(value, name, action.name_spot(), &mut report);
    let mut at = |what, amount, spot| report(Measure { what, amount, spot, name });
    if action.kind().is_container() {
        at(Limited::Nesting, action.ancestors().count() as u64 + 1, action.name_spot());
    }
    let number = |value: Option<Value<'m>>| Some((value?, flow.number_setting(value?).literal()?));
    match action.kind() {
        ActionKind::Switch => {
            if let Some(cases) = value.get("cases") {
                at(Limited::SwitchCases, cases.entries().count() as u64, action.name_spot());
            }
        }
        ActionKind::Until => {
            if let Some((count, rounds)) = number(value.at(&["limit", "count"])) {
                at(Limited::UntilCount, rounds.try_into().unwrap_or(0), count.spot());
            }
        }
        ActionKind::Wait => {
            let interval = action.inputs().and_then(|inputs| inputs.get("interval"));
            let count = interval.and_then(|interval| interval.get("count"));
            let unit = interval.and_then(|interval| interval.get("unit")).and_then(Value::as_str);
            if let (Some(count), Some(unit)) = (count, unit)
                && let Some(duration) = counted(flow, count, &unit)
            {
                at(Limited::RunDuration, duration.seconds(), count.spot());
                at(Limited::ShortestDelay, duration.seconds(), count.spot());
            }
        }
        ActionKind::Http => {
            let uri = action.inputs().and_then(|inputs| inputs.get("uri"));
            if let Some(uri) = uri.filter(|uri| uri.text().len() > 4096)
                && let Some(text) = flow.literal_text(uri)
            {
                at(Limited::RequestUrl, characters(&text), uri.spot());
            }
        }
        _ => {}
    }
    if let Some(timeout) = value.at(&["limit", "timeout"])
        && let Setting::Literal(duration) = flow.duration_setting(timeout)
    {
        at(Limited::RunDuration, duration.seconds(), timeout.spot());
    }
    let threshold = value.at(&["runtimeConfiguration", "paginationPolicy", "minimumItemCount"]);
    if let Some((threshold, rows)) = number(threshold) {
        at(Limited::PageThreshold, rows.try_into().unwrap_or(0), threshold.spot());
    }
}

/// The lengths of the expressions in a string.
pub fn of_expression<'m>(expression: Expression<'m>, mut report: impl FnMut(Measure<'m>)) {
    let template = expression.template();
    // No expression is longer than the string that it stands in, and short ones are nearly all.
    if template.text().len() < 4096 {
        return;
    }
    for segment in template.segments() {
        let Segment::Expr(root) = segment else { continue };
        let amount = characters(root.text());
        let name = expression.action().map_or("", Action::name);
        report(Measure { what: Limited::Expression, amount, spot: expression.spot(root.range()), name });
    }
}

/// What triggers and actions have in common.
fn of_step<'m>(value: Value<'m>, name: &'m str, name_spot: Spot, report: &mut impl FnMut(Measure<'m>)) {
    report(Measure { what: Limited::StepName, amount: characters(name), spot: name_spot, name });
    if let Some(note) = value.get("description")
        && let Some(text) = note.as_str()
    {
        report(Measure { what: Limited::Note, amount: characters(&text), spot: note.spot(), name });
    }
    if let Some(tracked) = value.get("trackedProperties") {
        let amount = tracked.text().encode_utf16().count() as u64;
        report(Measure { what: Limited::TrackedProperties, amount, spot: tracked.spot(), name });
    }
}

/// The names of a flow's variables.
pub fn of_variables<'m>(flow: &'m Flow<'m>, mut report: impl FnMut(Measure<'m>)) {
    for variable in flow.variables() {
        let amount = characters(variable.name);
        report(Measure { what: Limited::VariableName, amount, spot: variable.name_value.spot(), name: variable.name });
    }
}

/// UTF-16 units, as .NET counts.
fn characters(text: &str) -> u64 {
    // Bytes are never fewer, and no limit on text is this low.
    if text.len() <= 64 { text.len() as u64 } else { text.encode_utf16().count() as u64 }
}

/// So many of a unit, where both are written out.
fn counted<'m>(flow: &Flow<'m>, count: Value<'m>, unit: &str) -> Option<IsoDuration> {
    let count = flow.number_setting(count).literal()?;
    IsoDuration::of(count.try_into().ok().filter(|count| *count > 0)?, unit)
}

impl Measure<'_> {
    /// How much there is, as the beginning of a message.
    pub fn amount_text(&self) -> String {
        let amount = self.amount;
        let name = shortened(self.name);
        let duration = IsoDuration::from_seconds(amount);
        match self.what {
            Limited::Actions => format!("the flow has {amount} actions"),
            Limited::Nesting => format!("`{name}` is the {amount}th container, one inside the other"),
            Limited::Triggers => format!("the flow has {amount} triggers"),
            Limited::SwitchCases => format!("`{name}` has {amount} cases"),
            Limited::Variables => format!("the flow has {amount} variables"),
            Limited::Parameters => format!("the flow has {amount} parameters"),
            Limited::Outputs => format!("the flow has {amount} outputs"),
            Limited::StepName => format!("the name `{name}` has {amount} characters"),
            Limited::VariableName => format!("the name of the variable `{name}` has {amount} characters"),
            Limited::Note => format!("the note of `{name}` has {amount} characters"),
            Limited::Expression if name.is_empty() => format!("an expression has {amount} characters"),
            Limited::Expression => format!("an expression of `{name}` has {amount} characters"),
            Limited::TrackedProperties => format!("the tracked properties of `{name}` have {amount} characters"),
            Limited::RequestUrl => format!("the URI of `{name}` has {amount} characters"),
            Limited::UntilCount => format!("`{name}` may go round {amount} times"),
            Limited::PageThreshold => format!("`{name}` asks for up to {amount} rows"),
            Limited::RunDuration => format!("`{name}` may wait for {duration}"),
            Limited::ShortestDelay => format!("`{name}` waits for {duration}"),
            Limited::ShortestRecurrence | Limited::LongestRecurrence => format!("`{name}` starts every {duration}"),
        }
    }

    /// What is allowed, as the end of a message.
    pub fn limit_text(&self, limit: &Limit) -> String {
        let value = limit.value;
        let duration = IsoDuration::from_seconds(value);
        match self.what {
            Limited::RunDuration => format!("a run ends after {duration}"),
            Limited::ShortestDelay | Limited::ShortestRecurrence => format!("the shortest time is {duration}"),
            Limited::LongestRecurrence => format!("the longest time is {duration}"),
            _ if value == 1 => "only 1 is allowed".to_owned(),
            _ => format!("at most {value} are allowed"),
        }
    }

    /// Whether it is the flow that has too much, and no step of it.
    pub fn is_about_flow(&self) -> bool {
        use Limited::{Actions, Outputs, Parameters, Triggers, Variables};
        matches!(self.what, Actions | Triggers | Variables | Parameters | Outputs)
    }

    /// What to do where there is too much.
    pub fn remedy(&self) -> &'static str {
        match self.what {
            Limited::Actions | Limited::Variables => "move parts of the flow into child flows",
            Limited::Nesting => "move the inner steps into a child flow, or join conditions with `and`",
            Limited::Triggers => "keep one trigger and make a flow of its own for each other",
            Limited::SwitchCases => "move some of the cases into a second switch in the default branch",
            Limited::Parameters | Limited::Outputs => "put several values into one of type object",
            Limited::StepName => "give the step a shorter name and put the rest into its note",
            Limited::VariableName => "give the variable a shorter name",
            Limited::Note => "shorten the note, or say the rest in a Compose step or in the flow's description",
            Limited::Expression => "work out parts of it in Compose steps before",
            Limited::TrackedProperties => "track fewer or shorter values",
            Limited::RequestUrl => "send the values in the body",
            Limited::UntilCount => "lower Count under `Change limits` of the loop, and wait longer in each round",
            Limited::PageThreshold => {
                "lower the threshold of Pagination in the settings of the step, and filter the query"
            }
            Limited::RunDuration => {
                "end the run and let a later one go on, for instance with a row that says what is due"
            }
            Limited::ShortestDelay => "make the delay longer",
            Limited::ShortestRecurrence | Limited::LongestRecurrence => "change interval or frequency of the trigger",
        }
    }
}

/// A name as the designer shows it, cut where nobody reads on.
fn shortened(name: &str) -> String {
    let shown = display_name(name);
    match shown.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &shown[..at]),
        None => shown,
    }
}
