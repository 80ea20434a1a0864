//! Flags steps that wait for each other in a circle.

use crate::model::{Action, Flow, RunAfter};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: RunAfterCycle = RunAfterCycle;
pub(crate) struct RunAfterCycle;

impl Rule for RunAfterCycle {
    fn meta(&self) -> &'static RuleMeta {
        &cards::RUN_AFTER_CYCLE
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        for members in flow.cycles() {
            let circle = circle(&members);
            let Some((first, edge)) = circle.first() else { continue };
            let names = names(&circle);
            let message = format!("{} steps wait for each other in a circle: {names}", circle.len());
            let draft = sink.at(edge.entry.key.spot(), message);
            draft.help(format!("decide which of them is first, and remove what `{}` runs after", first.display_name()));
            for (_, edge) in &circle[1..] {
                draft.related(edge.entry.key.spot(), "waits as well");
            }
        }
    }
}

/// One circle among steps that all wait for each other, each with the entry by which it waits for the next. It begins with
/// its first step in the text.
fn circle<'m>(members: &[Action<'m>]) -> Vec<(Action<'m>, &'m RunAfter<'m>)> {
    let Some(&start) = members.first() else { return Vec::new() };
    let next = |action: Action<'m>| {
        let onward = |edge: &&'m RunAfter<'m>| {
            action
                .target_of(edge)
                .is_some_and(|target| target.is_on_cycle_with(start) || (target == start && action != start))
        };
        action.run_after().iter().find(|edge| onward(edge) && action.target_of(edge) != Some(action))
    };
    let mut way: Vec<(Action<'m>, &'m RunAfter<'m>)> = Vec::new();
    let mut position = std::collections::HashMap::new();
    let mut at = start;
    while !position.contains_key(&at.rank()) {
        let Some(edge) = next(at) else { return Vec::new() };
        position.insert(at.rank(), way.len());
        way.push((at, edge));
        let Some(target) = at.target_of(edge) else { return Vec::new() };
        at = target;
    }
    let mut circle = way.split_off(position[&at.rank()]);
    let first = (0..circle.len()).min_by_key(|&index| circle[index].0.name_spot().span.start).unwrap_or(0);
    circle.rotate_left(first);
    circle
}

fn names(circle: &[(Action<'_>, &RunAfter<'_>)]) -> String {
    const SHOWN: usize = 4;
    let mut names: Vec<String> =
        circle.iter().take(SHOWN).map(|(action, _)| format!("`{}`", action.display_name())).collect();
    if circle.len() > SHOWN {
        names.push("…".to_owned());
    }
    names.extend(names.first().cloned());
    names.join(" > ")
}
