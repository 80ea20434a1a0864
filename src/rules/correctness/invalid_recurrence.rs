//! Flags schedules that the platform cannot read.

use crate::facts;
use crate::model::settings::{self, Setting, shown};
use crate::model::{Flow, Trigger};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest::closest;
use crate::syntax::{Spot, Value};

pub(crate) static RULE: InvalidRecurrence = InvalidRecurrence;
pub(crate) struct InvalidRecurrence;

impl Rule for InvalidRecurrence {
    fn meta(&self) -> &'static RuleMeta {
        &cards::INVALID_RECURRENCE
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(recurrence) = trigger.value().get("recurrence") else { return };
        let is_known = trigger.type_facts().is_some_and(|known| known.recurrence || !known.required_keys.is_empty());
        if !is_known {
            return;
        }
        let flow = trigger.flow();
        if !recurrence.is_object() {
            if flow.text_setting(recurrence) != Setting::Unknown {
                report(recurrence, "the recurrence is no object with `frequency` and `interval`", AGAIN, sink);
            }
            return;
        }
        frequency(recurrence, flow, sink);
        interval(recurrence, flow, sink);
        times(recurrence, flow, sink);
        time_zone(recurrence, flow, sink);
        schedule(recurrence, flow, sink);
    }
}

const AGAIN: &str = "open the trigger and choose interval and frequency again";

fn report(value: Value<'_>, message: impl Into<String>, help: impl Into<String>, sink: &mut Sink<'_, Spot>) {
    sink.at(value.spot(), message).help(help);
}

fn frequency<'m>(recurrence: Value<'m>, flow: &Flow<'m>, sink: &mut Sink<'_, Spot>) {
    let known = &facts::recurrence().frequencies;
    let Some(value) = recurrence.get("frequency") else {
        sink.at(recurrence.spot(), "the recurrence has no frequency").kind("missing frequency").help(AGAIN);
        return;
    };
    match flow.text_setting(value) {
        Setting::Unknown => {}
        Setting::Literal(text) if known.iter().any(|frequency| frequency.eq_ignore_ascii_case(&text)) => {}
        Setting::Literal(text) => {
            let help = match closest(&text, known.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "choose Second, Minute, Hour, Day, Week or Month".to_owned(),
            };
            report(value, format!("`{text}` is no frequency"), help, sink);
        }
        Setting::Wrong => report(value, "the frequency is no text", AGAIN, sink),
    }
}

fn interval<'m>(recurrence: Value<'m>, flow: &Flow<'m>, sink: &mut Sink<'_, Spot>) {
    let Some(value) = recurrence.get("interval") else {
        sink.at(recurrence.spot(), "the recurrence has no interval").kind("missing interval").help(AGAIN);
        return;
    };
    match flow.number_setting(value) {
        Setting::Literal(1..) | Setting::Unknown => {}
        _ => report(
            value,
            format!("the interval is {}, not a whole number from 1 on", shown(value)),
            "enter a whole number as interval of the trigger",
            sink,
        ),
    }
}

fn times<'m>(recurrence: Value<'m>, flow: &Flow<'m>, sink: &mut Sink<'_, Spot>) {
    for (key, name) in [("startTime", "start time"), ("endTime", "end time")] {
        let value = recurrence.get(key);
        let Some(value) = value.filter(|_| !settings::is_absent(value)) else { continue };
        match flow.text_setting(value) {
            Setting::Unknown => {}
            Setting::Literal(text) if text.is_empty() || settings::may_be_date(&text) => {}
            _ => report(
                value,
                format!("the {name} is {}, which is no date", shown(value)),
                format!("write the {name} as `2026-01-31T08:00:00Z`"),
                sink,
            ),
        }
    }
}

fn time_zone<'m>(recurrence: Value<'m>, flow: &Flow<'m>, sink: &mut Sink<'_, Spot>) {
    // Logic Apps Standard runs in the customer's own app, on Windows or not, so its zones are not known.
    if flow.plans().contains(&facts::Platform::Standard) {
        return;
    }
    let value = recurrence.get("timeZone");
    let Some(value) = value.filter(|_| !settings::is_absent(value)) else { return };
    let known = facts::recurrence();
    match flow.text_setting(value) {
        Setting::Unknown => {}
        Setting::Literal(text) if text.is_empty() || known.is_time_zone(text.trim()) => {}
        Setting::Literal(text) => {
            let help = match closest(&text, known.time_zones()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "choose the time zone from the trigger's list, such as `W. Europe Standard Time`".to_owned(),
            };
            report(value, format!("`{text}` is none of the time zones of Windows"), help, sink);
        }
        Setting::Wrong => {
            report(value, "the time zone is no text", "choose the time zone from the trigger's list", sink)
        }
    }
}

fn schedule<'m>(recurrence: Value<'m>, flow: &Flow<'m>, sink: &mut Sink<'_, Spot>) {
    let Some(schedule) = recurrence.get("schedule") else { return };
    let numbers = [("hours", 0, 23, "an hour from 0 to 23"), ("minutes", 0, 59, "a minute from 0 to 59")];
    for (key, min, max, wanted) in numbers {
        for value in schedule.get(key).into_iter().flat_map(Value::items) {
            match flow.number_setting(value) {
                Setting::Literal(number) if (min..=max).contains(&number) => {}
                Setting::Unknown => {}
                _ => report(value, format!("{} is not {wanted}", shown(value)), format!("enter {wanted}"), sink),
            }
        }
    }
    for value in schedule.get("monthDays").into_iter().flat_map(Value::items) {
        match flow.number_setting(value) {
            Setting::Literal(1..=31 | -31..=-1) | Setting::Unknown => {}
            _ => report(value, format!("{} is no day of a month", shown(value)), "enter days from 1 to 31", sink),
        }
    }
    let occurrences = schedule.get("monthlyOccurrences").into_iter().flat_map(Value::items);
    let days = schedule.get("weekDays").into_iter().flat_map(Value::items);
    for value in days.chain(occurrences.filter_map(|occurrence| occurrence.get("dayOfWeek"))) {
        let known = &facts::recurrence().week_days;
        let text = flow.text_setting(value);
        let is_day = |text: &str| known.iter().any(|day| day.eq_ignore_ascii_case(text.trim()));
        match text {
            Setting::Unknown => {}
            Setting::Literal(text) if is_day(&text) => {}
            _ => {
                let guess = value.as_str().and_then(|text| closest(&text, known.iter().copied()));
                let help = match guess {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => "choose days from Monday to Sunday".to_owned(),
                };
                report(value, format!("{} is no day of the week", shown(value)), help, sink);
            }
        }
    }
}
