//! Which ends each action can have, and so which actions can run at all: one pass from the inside of containers outwards,
//! and in each list from first to last.
//!
//! What is not known is taken as possible, so that "cannot" can be relied on: calls and expressions may fail, actions with
//! a broken `runAfter` or on a cycle may end in any way, which rules about `runAfter` report.

use super::super::{Action, ActionKind, Branch, Flow};
use super::{Ends, RunAfter, Status};
use crate::syntax::Value;
use std::collections::HashMap;

pub(in super::super) struct Reach {
    /// How it can end, given that what it lies in runs.
    ends: Vec<Ends>,
    /// How it can end, given that it runs itself.
    inner: Vec<Ends>,
    /// Whether what it waits for can be met, given that what it lies in runs.
    can_be_met: Vec<bool>,
    /// The same, with all that it lies in.
    can_run: Vec<bool>,
    /// Of containers: the value that their condition always has, where that leaves them out.
    left_out: Vec<Option<bool>>,
}

/// What the lists of one action come to.
#[derive(Clone, Copy, Default)]
struct Inside {
    ends: Ends,
    has_actions: bool,
    has_main: bool,
    has_else: bool,
    has_default: bool,
}

impl Reach {
    pub(super) fn new<'m>(flow: &'m Flow<'m>) -> Self {
        let count = flow.actions.len();
        let mut reach = Self {
            ends: vec![Ends::ALL; count],
            inner: vec![Ends::ALL; count],
            can_be_met: vec![true; count],
            can_run: vec![true; count],
            left_out: flow
                .containers
                .iter()
                .map(|container| left_out(flow, container.owner?, &container.branch))
                .collect(),
        };
        let mut lists = vec![Vec::new(); flow.containers.len()];
        for &action in flow.order().sorted() {
            lists[flow.actions[action as usize].container as usize].push(action);
        }
        let mut inside = vec![Inside::default(); count];
        // Containers stand before those in them.
        for (number, container) in flow.containers.iter().enumerate().rev() {
            for &index in &lists[number] {
                let action = flow.action(index);
                let inner = ends_of(action, inside[index as usize]);
                reach.inner[index as usize] = inner;
                reach.enter(flow, index);
            }
            if let Some(owner) = container.owner.filter(|_| reach.left_out[number].is_none()) {
                let come_to = reach.list(flow, &lists[number]);
                let inside = &mut inside[owner as usize];
                inside.ends = inside.ends.or(come_to);
            }
            if let Some(owner) = container.owner {
                let inside = &mut inside[owner as usize];
                inside.has_actions |= !container.actions.is_empty();
                inside.has_main |= container.branch == Branch::Main;
                inside.has_else |= container.branch == Branch::Else;
                inside.has_default |= container.branch == Branch::Default;
            }
        }
        for (index, node) in flow.actions.iter().enumerate() {
            let container = node.container as usize;
            let outside = flow.containers[container].owner.is_none_or(|owner| reach.can_run[owner as usize]);
            reach.can_run[index] = outside && reach.left_out[container].is_none() && reach.can_be_met[index];
        }
        reach
    }

    /// Works out one action behind those that it waits for.
    fn enter(&mut self, flow: &Flow<'_>, index: u32) {
        let at = index as usize;
        let node = &flow.actions[at];
        if flow.order().is_on_cycle(index) {
            return;
        }
        let (mut can_run, mut can_skip, mut is_decided) = (true, false, true);
        for edge in &node.run_after {
            let Some(target) = known_target(flow, index, edge) else {
                can_skip = true;
                continue;
            };
            let ends = self.ends[target as usize];
            is_decided &= !ends.is_empty();
            can_run &= ends.meets(edge.ends());
            can_skip |= !ends.without(edge.ends()).is_empty();
        }
        can_run = can_run && (node.run_after.len() < 2 || Conditions::new(flow, self).ran(index).holds());
        self.can_be_met[at] = can_run;
        let ends = self.inner[at].only_if(can_run).or(Ends::SKIPPED.only_if(can_skip || !can_run));
        self.ends[at] = ends.only_if(is_decided);
    }

    /// What a list of actions comes to: none if every run ends in it.
    fn list(&self, flow: &Flow<'_>, list: &[u32]) -> Ends {
        let has_none = |index: &u32| self.ends[*index as usize].is_empty();
        if list.iter().any(has_none) {
            return Ends::NONE;
        }
        let all = list.iter().fold(Ends::NONE, |all, &index| all.or(self.ends[index as usize]));
        let fails = all.meets(Ends::FAILED.or(Ends::TIMED_OUT));
        let only_success = |&index: &u32| {
            let node = &flow.actions[index as usize];
            node.run_after
                .iter()
                .all(|edge| known_target(flow, index, edge).is_some() && edge.ends() == Ends::SUCCEEDED)
        };
        let inner = |&index: &u32| self.inner[index as usize];
        let cannot_succeed = |index: &u32| !inner(index).contains(Status::Succeeded);
        // A mocked one says that it was skipped, and so do those behind it, without any failure.
        let only_success = |index: &u32| only_success(index) && !inner(index).contains(Status::Skipped);
        // Where nothing waits for a failure, the list succeeds only if every action of it does.
        let never_succeeds = list.iter().any(cannot_succeed) && list.iter().all(only_success);
        let success = Ends::SUCCEEDED.only_if(!never_succeeds);
        success.or(Ends::FAILED.only_if(fails)).or(Ends::TIMED_OUT.only_if(all.meets(Ends::TIMED_OUT)))
    }

    pub(super) fn ends(&self, action: u32) -> Ends {
        self.ends[action as usize]
    }

    pub(super) fn can_run(&self, action: u32) -> bool {
        self.can_run[action as usize]
    }
}

/// The sibling that an entry names, where the entry can be relied on.
pub(super) fn known_target(flow: &Flow<'_>, index: u32, edge: &RunAfter<'_>) -> Option<u32> {
    edge.target.filter(|&target| edge.is_plain() && !flow.order().is_circular(index, target))
}

/// Whether a branch is never taken: the value that the condition always has.
fn left_out(flow: &Flow<'_>, owner: u32, branch: &Branch<'_>) -> Option<bool> {
    let node = &flow.actions[owner as usize];
    if node.kind != ActionKind::If {
        return None;
    }
    let always = flow.decided(node.value.get("expression")?)?.value;
    let is_left_out = match branch {
        Branch::Main => !always,
        Branch::Else => always,
        _ => false,
    };
    is_left_out.then_some(always)
}

/// How an action can end if it runs.
fn ends_of(action: Action<'_>, inside: Inside) -> Ends {
    use ActionKind::*;
    let value = action.value();
    let is_mocked = value
        .at(&["runtimeConfiguration", "staticResult", "staticResultOptions"])
        .is_some_and(|option| !option.is_str("Disabled"));
    if is_mocked {
        return Ends::ALL;
    }
    // A limit that the maker has set can be exceeded, whatever the step is.
    let timed_out = Ends::TIMED_OUT.only_if(value.at(&["limit", "timeout"]).is_some());
    let done = Ends::SUCCEEDED.or(Ends::FAILED);
    let ends = match action.kind() {
        // Only working out its own inputs can go wrong.
        Terminate => Ends::FAILED.only_if(has_expression(value.get("inputs"))),
        Compose
        | InitializeVariable
        | SetVariable
        | IncrementVariable
        | DecrementVariable
        | AppendToArrayVariable
        | AppendToStringVariable
        | ParseJson
        | Query
        | Select
        | Join
        | Table
        | Expression => done,
        Scope if inside.has_actions => inside.ends,
        // An empty one is there to be filled.
        Scope => done.or(Ends::TIMED_OUT),
        If => {
            let is_constant = value
                .get("expression")
                .and_then(|expression| action.flow().decided(expression))
                .map(|decided| decided.value);
            let passes = match is_constant {
                Some(true) => !inside.has_main,
                Some(false) => !inside.has_else,
                None => !inside.has_main || !inside.has_else,
            };
            let condition = Ends::FAILED.only_if(is_constant.is_none());
            inside.ends.or(Ends::SUCCEEDED.only_if(passes)).or(condition)
        }
        Switch => inside.ends.or(Ends::SUCCEEDED.only_if(!inside.has_default)).or(Ends::FAILED),
        // A list may be empty, and working it out may fail.
        Foreach => inside.ends.or(done),
        Until if inside.has_main && inside.ends.is_empty() => Ends::NONE,
        Until => inside.ends.or(done).or(Ends::TIMED_OUT),
        _ => done.or(Ends::TIMED_OUT),
    };
    ends.or(timed_out)
}

fn has_expression(value: Option<Value<'_>>) -> bool {
    value.is_some_and(|value| value.strings_holding(b'@').next().is_some())
}

/// What must have been for some actions to run: of each that they wait for, directly or through others, the ends that it
/// must have had.
pub(super) struct Conditions<'a, 'd> {
    flow: &'a Flow<'d>,
    reach: &'a Reach,
    ends: HashMap<u32, Ends>,
    open: Vec<u32>,
    holds: bool,
}

/// How many steps are followed before the question is left open, so that long flows with many joins take no longer.
const FOLLOWED: usize = 100;

impl<'a, 'd> Conditions<'a, 'd> {
    pub(super) fn new(flow: &'a Flow<'d>, reach: &'a Reach) -> Self {
        Self { flow, reach, ends: HashMap::new(), open: Vec::new(), holds: true }
    }

    /// Adds that this one ran.
    pub(super) fn ran(mut self, action: u32) -> Self {
        self.was_met(action);
        self
    }

    /// Whether all of it can be at once.
    pub(super) fn holds(mut self) -> bool {
        for _ in 0..FOLLOWED {
            let Some(action) = self.open.pop().filter(|_| self.holds) else { break };
            let ends = self.ends.get(&action).copied().unwrap_or(Ends::ALL);
            if !ends.contains(Status::Skipped) {
                self.was_met(action);
            } else if ends == Ends::SKIPPED {
                self.was_not_met(action);
            }
        }
        self.holds
    }

    fn was_met(&mut self, action: u32) {
        let flow = self.flow;
        if flow.order().is_on_cycle(action) {
            return;
        }
        for edge in &flow.actions[action as usize].run_after {
            if let Some(target) = known_target(flow, action, edge) {
                self.narrow(target, edge.ends());
            }
        }
    }

    /// Skipped means that one entry was not met; with a single one it is known which.
    fn was_not_met(&mut self, action: u32) {
        let flow = self.flow;
        // A mocked one may only say that it was skipped.
        if self.reach.inner[action as usize].contains(Status::Skipped) {
            return;
        }
        let [edge] = flow.actions[action as usize].run_after.as_slice() else { return };
        if let Some(target) = known_target(flow, action, edge) {
            self.narrow(target, Ends::ALL.without(edge.ends()));
        }
    }

    fn narrow(&mut self, action: u32, to: Ends) {
        let known = self.ends.get(&action).copied();
        let ends = known.unwrap_or(self.reach.ends(action)).and(to);
        self.holds &= !ends.is_empty();
        if known != Some(ends) {
            self.ends.insert(action, ends);
            self.open.push(action);
        }
    }
}

/// Why an action never runs.
pub enum Unreachable<'m> {
    /// It waits for an end that the other cannot have.
    Status(Action<'m>, &'m RunAfter<'m>),
    /// The run has ended by then: the other is a Terminate, or a container that every way through ends with one.
    Ended(Action<'m>),
    /// Each entry can be met, but not all of them in one run.
    Contradiction,
    /// It is first in a branch of a condition that always has this value.
    Branch(Action<'m>, bool),
}

impl<'m> Action<'m> {
    /// How it can end if what it lies in runs. None means that the run ends here or before.
    pub fn ends(self) -> Ends {
        self.flow.reach().ends(self.index)
    }

    /// Whether there can be a run in which it runs.
    pub fn can_run(self) -> bool {
        self.flow.reach().can_run(self.index)
    }

    /// Why it never runs; nothing where that follows from another step that never runs.
    pub fn unreachable(self) -> Option<Unreachable<'m>> {
        let (flow, reach) = (self.flow, self.flow.reach());
        if reach.can_run(self.index) || self.parent().is_some_and(|parent| !parent.can_run()) {
            return None;
        }
        if let Some(value) = reach.left_out[self.node().container as usize] {
            let is_first = self.container().actions.first() == Some(&self.index);
            return is_first.then(|| Unreachable::Branch(self.parent().unwrap_or(self), value));
        }
        let known = |edge: &'m RunAfter<'m>| Some((edge, known_target(flow, self.index, edge)?));
        let mut is_own = true;
        for (edge, target) in self.run_after().iter().filter_map(known) {
            let at = target as usize;
            if !reach.can_run[at] {
                is_own = false;
                continue;
            }
            if reach.ends[at].meets(edge.ends()) {
                continue;
            }
            let ends_the_run = !reach.inner[at].contains(Status::Succeeded);
            let is_wanted = edge.waits_for(Status::Succeeded);
            let other = flow.action(target);
            return Some(match reach.ends[at].is_empty() || (ends_the_run && is_wanted) {
                true => Unreachable::Ended(other),
                false => Unreachable::Status(other, edge),
            });
        }
        is_own.then_some(Unreachable::Contradiction)
    }
}
