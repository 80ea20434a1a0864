//! The order of steps: run after, who handles a failure, and what can have run before what.
//!
//! `runAfter` names siblings only; a missing one is an empty one, which means "first in its list". Statuses are compared
//! without case, since newer exports and Logic Apps write them in capitals (corpus).

mod concurrency;
mod ends;
mod order;
mod reach;

pub use ends::Ends;
pub use reach::Unreachable;

use super::{Action, ActionKind, ActionNode, Flow};
use crate::syntax::Entry;
use order::Order;
use reach::Reach;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

/// What is worked out about the whole flow when it is first asked for.
#[derive(Default)]
pub(super) struct Graph {
    order: OnceCell<Order>,
    reach: OnceCell<Reach>,
    /// Loops that no other is around, each with the names of variables that are changed in it, in lower case.
    changed_in_loops: OnceCell<HashSet<(u32, String)>>,
}

/// How an action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It worked.
    Succeeded,
    /// It failed, or something in it did.
    Failed,
    /// What it waits for ended otherwise.
    Skipped,
    /// It took longer than its limit.
    TimedOut,
}

impl Status {
    /// Reads the JSON's word, without case.
    pub fn from_json(word: &str) -> Option<Self> {
        let all = [Self::Succeeded, Self::Failed, Self::Skipped, Self::TimedOut];
        all.into_iter().find(|status| status.name().eq_ignore_ascii_case(word))
    }

    /// The JSON's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::TimedOut => "TimedOut",
        }
    }
}

/// One entry of `runAfter`.
pub struct RunAfter<'d> {
    /// Key and value in the tree.
    pub entry: Entry<'d>,
    /// The sibling's name as written.
    pub name: Cow<'d, str>,
    /// The statuses waited for; words that are none are left out.
    pub statuses: Vec<Status>,
    /// Whether the statuses are a list of one or more that the platform knows.
    is_plain: bool,
    ends: Ends,
    pub(super) target: Option<u32>,
}

impl<'d> RunAfter<'d> {
    pub(super) fn new(entry: Entry<'d>) -> Self {
        let mut statuses = Vec::new();
        let mut is_plain = true;
        for item in entry.value.items() {
            let status = item.as_str().and_then(|word| Status::from_json(&word));
            is_plain &= status.is_some();
            statuses.extend(status);
        }
        is_plain &= !statuses.is_empty();
        let ends = statuses.iter().copied().collect();
        Self { entry, name: entry.key.name(), statuses, is_plain, ends, target: None }
    }

    /// The statuses waited for, as a set.
    pub fn ends(&self) -> Ends {
        self.ends
    }

    /// Whether its statuses are a list of one or more that the platform knows.
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Whether it names no action of its list.
    pub fn is_dangling(&self) -> bool {
        self.target.is_none()
    }

    /// Whether it waits for that end.
    pub fn waits_for(&self, status: Status) -> bool {
        self.statuses.contains(&status)
    }
}

/// Resolves the names in `runAfter` to the siblings of each container. `by_name` has the first action of each name.
pub(super) fn resolve(actions: &mut [ActionNode<'_>], siblings: &[u32], by_name: &HashMap<String, u32>) {
    for &index in siblings {
        let mut run_after = std::mem::take(&mut actions[index as usize].run_after);
        for edge in &mut run_after {
            let is_named = |&sibling: &u32| actions[sibling as usize].name.eq_ignore_ascii_case(&edge.name);
            let is_sibling = |&other: &u32| actions[other as usize].container == actions[index as usize].container;
            let first = by_name.get(&edge.name.to_lowercase()).copied().filter(is_sibling).filter(is_named);
            // Only where another container has the name as well is there more to look at.
            edge.target = first.or_else(|| siblings.iter().copied().find(is_named));
        }
        actions[index as usize].run_after = run_after;
    }
}

impl<'m> Action<'m> {
    /// Its place in an order in which every action stands behind those that it waits for, and what is in a container right
    /// behind the container.
    pub fn rank(self) -> u32 {
        self.flow.order().rank(self.index)
    }

    /// Whether both wait for each other.
    pub fn is_on_cycle_with(self, other: Action<'m>) -> bool {
        self != other && self.flow.order().is_circular(self.index, other.index)
    }

    /// The sibling that an entry of its `runAfter` names.
    pub fn target_of(self, edge: &RunAfter<'m>) -> Option<Action<'m>> {
        edge.target.map(|index| self.flow.action(index))
    }

    /// What it waits for; empty if it is first in its list.
    pub fn run_after(self) -> &'m [RunAfter<'m>] {
        &self.node().run_after
    }

    /// The siblings that it waits for directly.
    pub fn predecessors(self) -> impl Iterator<Item = Action<'m>> {
        self.run_after().iter().filter_map(move |edge| Some(self.flow.action(edge.target?)))
    }

    /// The siblings that wait for it directly, each with the edge.
    pub fn followers(self) -> impl Iterator<Item = (Action<'m>, &'m RunAfter<'m>)> {
        self.siblings().filter_map(move |sibling| {
            let edge = sibling.run_after().iter().find(|edge| edge.target == Some(self.index))?;
            Some((sibling, edge))
        })
    }

    /// Whether this action can have ended when `reader` runs: it lies in the run-after closure of `reader` or of a
    /// container around it, or inside such an action. The platform refuses to save a reference to any other.
    pub fn can_have_run_before(self, reader: Action<'m>) -> bool {
        for waiting in std::iter::once(reader).chain(reader.ancestors()) {
            let is_sibling = |action: &Action<'_>| action.node().container == waiting.node().container;
            if let Some(own) = std::iter::once(self).chain(self.ancestors()).find(is_sibling) {
                // Where both lie in `waiting` itself, neither waits for the other.
                return own != waiting && self.flow.order().precedes(&self.flow.actions, own.index, waiting.index);
            }
        }
        false
    }

    /// Whether `later` runs in a run in which this action has succeeded and nothing else has failed, as far as conditions
    /// can be left aside: where both stand in branches, each in its own, it may be the one or the other.
    pub fn is_followed_by(self, later: Action<'m>) -> bool {
        let line = |action: Action<'m>| std::iter::once(action).chain(action.ancestors());
        let is_sibling = |a: Action<'_>, b: Action<'_>| a.node().container == b.node().container;
        let Some((own, waiting)) =
            line(later).find_map(|waiting| Some((line(self).find(|&own| is_sibling(own, waiting))?, waiting)))
        else {
            return false;
        };
        if own == waiting || !self.flow.order().precedes(&self.flow.actions, own.index, waiting.index) {
            return false;
        }
        // What may be left out, and what ends the run before it gets that far.
        let inner = |action: Action<'m>, outer: Action<'m>| line(action).take_while(move |&inside| inside != outer);
        let is_branched =
            |action, outer| inner(action, outer).any(|inside| inside.parent().is_some_and(Self::is_branching));
        if is_branched(self, own) && is_branched(later, waiting) {
            return false;
        }
        let ends_run = |inside: Action<'m>| inside.siblings().any(|sibling| sibling.kind() == ActionKind::Terminate);
        if inner(self, own).any(ends_run) {
            return false;
        }
        waiting.waits_for_success_of(own)
    }

    fn is_branching(self) -> bool {
        matches!(self.kind(), ActionKind::If | ActionKind::Switch)
    }

    /// Whether a chain of steps that wait for success leads from `first` to this one.
    fn waits_for_success_of(self, first: Action<'m>) -> bool {
        let mut seen = HashSet::from([self.index]);
        let mut open = vec![self.index];
        while let Some(index) = open.pop() {
            for edge in self.flow.actions[index as usize].run_after.iter() {
                let Some(target) = edge.target else { continue };
                let on_success = edge.waits_for(Status::Succeeded);
                if target == first.index {
                    return on_success;
                }
                if on_success && seen.insert(target) {
                    open.push(target);
                }
            }
        }
        false
    }
}

impl<'m> Flow<'m> {
    pub(super) fn order(&self) -> &Order {
        self.graph.order.get_or_init(|| Order::new(&self.actions, &self.containers))
    }

    /// Whether a variable is changed in a loop that no other is around.
    pub(super) fn is_changed_in(&'m self, around: Action<'m>, variable: &str) -> bool {
        let changed = self.graph.changed_in_loops.get_or_init(|| {
            let outermost = |action: Action<'m>| action.ancestors().filter(|outer| outer.kind().is_loop()).last();
            let change = |action: Action<'m>| {
                let (name, _) = action.variable_written()?;
                Some((outermost(action)?.index, name.to_lowercase()))
            };
            self.actions().filter_map(change).collect()
        });
        changed.contains(&(around.index, variable.to_lowercase()))
    }

    pub(super) fn reach(&'m self) -> &'m Reach {
        self.graph.reach.get_or_init(|| Reach::new(self))
    }

    /// The groups of two or more actions that wait for each other in a circle, each in text order.
    pub fn cycles(&'m self) -> impl Iterator<Item = Vec<Action<'m>>> {
        self.order().cycles().iter().map(|members| members.iter().map(|&index| self.action(index)).collect())
    }
}

#[cfg(test)]
mod tests;
