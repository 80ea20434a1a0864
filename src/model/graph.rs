//! The order of steps: run after, and what can have run before what.
//!
//! `runAfter` names siblings only; a missing one is an empty one, which means "first in its list". Statuses are compared
//! without case, since newer exports and Logic Apps write them in capitals (corpus).

use super::{Action, ActionNode};
use crate::syntax::{Entry, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// How an action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    pub(super) target: Option<u32>,
}

impl<'d> RunAfter<'d> {
    pub(super) fn new(entry: Entry<'d>) -> Self {
        let words = entry.value.items().filter_map(Value::as_str);
        let statuses = words.filter_map(|word| Status::from_json(&word)).collect();
        Self { entry, name: entry.key.name(), statuses, target: None }
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
                return waiting.run_after_closure().binary_search(&own.index).is_ok() && own != waiting;
            }
        }
        false
    }

    /// The siblings that it waits for, directly or through others, sorted. Found once: rules ask for it at every reference.
    fn run_after_closure(self) -> &'m [u32] {
        self.node().run_after_closure.get_or_init(|| {
            let actions = &self.flow.actions;
            let mut is_seen = vec![false; actions.len()];
            let mut closure: Vec<u32> = Vec::new();
            let mut open: Vec<u32> = vec![self.index];
            while let Some(index) = open.pop() {
                for target in actions[index as usize].run_after.iter().filter_map(|edge| edge.target) {
                    if !std::mem::replace(&mut is_seen[target as usize], true) {
                        closure.push(target);
                        open.push(target);
                    }
                }
            }
            closure.sort_unstable();
            closure
        })
    }
}
