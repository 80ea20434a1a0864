//! Flags flows of a family that start each other in a circle: one finding for a circle, shown from its first flow.

use crate::facts::Changes;
use crate::finding::Place;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::run::{Link, Loop, Run, loops};

pub(crate) static RULE: CrossFlowTriggerLoop = CrossFlowTriggerLoop;
pub(crate) struct CrossFlowTriggerLoop;

impl Rule for CrossFlowTriggerLoop {
    fn meta(&self) -> &'static RuleMeta {
        &cards::CROSS_FLOW_TRIGGER_LOOP
    }

    fn check_run(&self, run: &Run<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Place>) {
        for family in run.families() {
            for circle in loops(family) {
                report(&circle, sink);
            }
        }
    }
}

/// As many flows of a circle are named; the others are counted.
const NAMED: usize = 5;

fn report(circle: &Loop<'_>, sink: &mut Sink<'_, Place>) {
    let Some((first, rest)) = circle.links.split_first() else { return };
    let mut message = String::from("this step ");
    for (index, link) in circle.links.iter().enumerate().take(NAMED) {
        let next = circle.links.get(index + 1);
        let then = if index > 0 { ", which " } else { "" };
        let name =
            next.map(|next| format!("`{}`", next.flow.flow.name)).unwrap_or_else(|| "this flow again".to_owned());
        message.push_str(&format!("{then}{} {name}", verb(link)));
    }
    if circle.links.len() > NAMED {
        message.push_str(&format!(", and so on over {} flows until this one starts again", circle.links.len()));
    }
    // What can be done is done at a trigger, so the help is that of a flow that a change starts.
    let instead = circle.links.iter().find_map(|link| link.by.map(|(_, watch)| watch.service.instead));
    let ids: Vec<&str> = circle.links.iter().map(|link| link.flow.flow.id.as_str()).collect();
    let draft = sink.at(first.place.clone(), message);
    draft.help(format!("break the circle at one of its flows: {}", instead.unwrap_or_default())).kind(ids.join(" "));
    for (index, link) in rest.iter().enumerate() {
        let next = rest.get(index + 1).unwrap_or(first);
        draft.related(
            link.place.clone(),
            format!("`{}` {} `{}` here", link.flow.flow.name, verb(link), next.flow.flow.name),
        );
    }
}

fn verb(link: &Link<'_>) -> String {
    let Some((change, watch)) = link.by else { return "runs the child flow".to_owned() };
    let place = watch.service.place;
    let named = change.name().map(|name| format!("the {place} `{name}`")).unwrap_or_else(|| format!("a {place}"));
    let does = match watch.met(change) {
        Changes::CREATE => format!("adds to {named}"),
        Changes::DELETE => format!("deletes from {named}"),
        Changes::RUN => format!("performs {named}"),
        _ => format!("changes {named}"),
    };
    format!("{does} and so starts")
}
