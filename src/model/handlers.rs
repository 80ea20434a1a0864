//! Who catches a failure: for every step what runs because it failed or timed out, what that does, and how the run ends.
//!
//! Each list of siblings is played through: once with every step ending well, and once for each step with that step
//! failing, and again with it timing out. What runs only in the second play is the error path, and the first steps of it
//! are the handlers; what runs in both in spite of the failure goes on regardless. No pattern is looked for, so all of them
//! are seen: a catch scope, a handler per step, one behind a chain that waits for a skip, parallel ones, those in loops.
//!
//! | who waits                                                | coverage                    | the run ends   |
//! |----------------------------------------------------------|-----------------------------|----------------|
//! | nobody                                                   | uncaught                    |                |
//! | a sibling, for `Failed` and `TimedOut`                   | caught, by its own handler  | as it says     |
//! | a sibling, for `Failed` alone                            | the same, misses a time-out |                |
//! | a sibling of the scope, loop or condition around it      | caught, by the container's  |                |
//! | a sibling behind a chain, for `Skipped` too              | caught, through the chain   |                |
//! | a sibling behind a chain, for `Failed` of the last alone | uncaught but for the last   |                |
//! | one step for `Failed` of two that cannot both fail       | uncaught                    |                |
//! | a step after a retry, for `Failed` of both               | caught, by the retry        |                |
//! | a sibling, for `Succeeded` and `Failed`                  | goes on regardless          | masked         |
//! | the same, and something reads `result()` or a status     | goes on regardless, tested  |                |
//! | a condition, for `Succeeded` and `Failed`               | goes on regardless, tested  |                |
//! | a `Finally` alone, behind a catch that does not run      | uncaught                    |                |
//! | a catch inside a loop                                    | caught there                | masked         |
//! | a catch beside steps that wait for success               | caught                      | failed         |
//! | a catch with Terminate as failed, itself or after it     | caught                      | terminated     |
//! | a step after it that tells an app what other steps gave  | caught                      | error answered |
//! | a catch with a Response of 400 and more                  | caught                      | error answered |
//! | a catch whose steps leave no trace                       | caught, no reaction         | masked         |
//! | a catch that sets a variable which is read outside of it | caught, keeps it            | masked         |
//! | it runs on the error path itself                         | error path                  |                |
//!
//! The end of a list, and so of a container and of the run, is that of its last steps; where such a step was skipped, that
//! of what it waited for (Microsoft, "Handle errors and exceptions in Azure Logic Apps", run-after behaviour).

use super::graph::Status;
use super::{Action, ActionKind, Effect, Flow};
use crate::expr;
use crate::facts::Named;
use std::collections::HashSet;

/// Lists longer than this are not played: the platform allows 500 steps in a flow, and the time grows with the square.
const LONGEST: usize = 1_000;

/// What happens when a step fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage<'m> {
    /// Nothing: what follows is skipped, and so is all that follows the containers around it.
    Uncaught,
    /// Something runs in spite of it or because of it.
    Caught(Catch<'m>),
    /// The step itself runs only when another has failed: it is part of the handling.
    ErrorPath,
    /// The list is too long to say.
    Unknown,
}

/// Who catches a failure and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catch<'m> {
    /// The step whose end is waited for: the failing one, or a container around it.
    pub guarded: Action<'m>,
    /// In what way they are connected.
    pub through: Through,
    /// The first steps that run only because of the failure, in text order. Empty where the flow just goes on.
    pub handlers: Vec<Action<'m>>,
    /// The first steps that run whether it fails or not.
    pub regardless: Vec<Action<'m>>,
    /// Whether something runs when the guarded step fails.
    pub catches_failure: bool,
    /// Whether something runs when the guarded step times out.
    pub catches_timeout: bool,
    /// What the error path does about it.
    pub reaction: Reaction,
    /// How the run ends.
    pub end: RunEnd,
}

/// How a failing step and its handler are connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// The handler waits for the step itself.
    Own,
    /// The handler waits for a later step, which is skipped when this one fails.
    Chain,
    /// The handler waits for a container around the step, or for one behind that.
    Container,
}

/// What the error path does about a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reaction {
    /// It tells somebody: a mail, a message, an approval, an HTTP call that is no read, a child flow, an answer.
    pub tells: bool,
    /// It writes somewhere: a row, a file.
    pub records: bool,
    /// It leaves a value that steps outside the error path read.
    pub keeps: bool,
    /// Steps that run in either case look at how things ended: `result()`, `actions()`, a status code, or a decision right
    /// behind the step.
    pub is_tested: bool,
}

/// How a run ends in which a step has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// As failed: a branch ends with the failure, or with what was skipped because of it.
    Failed,
    /// As a Terminate step on the way says: failed or cancelled.
    Terminated,
    /// The caller is answered by the error path: with an error code or one that an expression decides, or as an app, agent
    /// or parent flow, which look at what is said and not at a code.
    ErrorAnswered,
    /// As succeeded.
    Masked,
}

impl Reaction {
    /// Whether it leaves any trace.
    pub fn is_any(self) -> bool {
        self.tells || self.records || self.keeps || self.is_tested
    }
}

impl Catch<'_> {
    /// Whether the first step that runs waits for the guarded one itself.
    pub fn is_waited_for(&self) -> bool {
        let first = self.handlers.first().or(self.regardless.first());
        first.is_some_and(|first| first.predecessors().any(|waited| waited == self.guarded))
    }

    /// Whether a step that matters can fail, something runs because of it, and yet nothing shows it.
    pub fn is_silent(&self) -> bool {
        let is_masked = self.end == RunEnd::Masked && !self.handlers.is_empty();
        is_masked && !self.reaction.is_any() && self.guarded.holds_critical_step()
    }

    /// The ends of the guarded step for which nothing waits.
    pub fn misses(&self) -> impl Iterator<Item = Status> {
        let failed = (!self.catches_failure).then_some(Status::Failed);
        failed.into_iter().chain((!self.catches_timeout).then_some(Status::TimedOut))
    }
}

impl<'m> Flow<'m> {
    /// Whether any action waits for another to fail, to time out or to be skipped: the maker has thought of failure.
    pub fn has_any_handler(&'m self) -> bool {
        self.failures().has_any_handler
    }

    /// What is caught by a sibling, in text order: each step or container for which one waits that runs because of its
    /// failure, or in spite of it.
    pub fn catches(&'m self) -> impl Iterator<Item = Catch<'m>> {
        let guarded = self.actions().filter(|_| self.has_any_handler());
        guarded.filter_map(Action::own_catch)
    }

    fn failures(&'m self) -> &'m Failures {
        self.failures.get_or_init(|| Failures::of(self))
    }
}

impl<'m> Action<'m> {
    /// What happens when it fails.
    pub fn on_failure(self) -> Coverage<'m> {
        let failures = self.flow().failures();
        if failures.is_on_error_path(self) {
            return Coverage::ErrorPath;
        }
        let mut catch: Option<Catch<'m>> = None;
        let mut deeds = Deeds::default();
        let mut is_unknown = false;
        let mut failed = self;
        let ends_failed = loop {
            is_unknown |= failures.is_too_long(failed);
            let response = failures.responses[failed.index as usize].as_deref();
            if let Some(response) = response {
                deeds = deeds.and(response.deeds);
                if catch.is_none() && response.is_catch() {
                    catch = Some(response.catch(failed, self));
                }
            }
            match failed.parent() {
                _ if response.is_some_and(|response| !response.stays_failed) => break false,
                Some(parent) => failed = parent,
                None => break true,
            }
        };
        match catch {
            Some(mut catch) => {
                catch.reaction = deeds.reaction();
                catch.end = deeds.end(ends_failed);
                Coverage::Caught(catch)
            }
            None if is_unknown => Coverage::Unknown,
            None => Coverage::Uncaught,
        }
    }

    /// What its own siblings do when it fails; those of containers around it aside. `None` where they do nothing.
    pub fn own_catch(self) -> Option<Catch<'m>> {
        self.flow().failures().responses[self.index as usize].as_ref().filter(|response| response.is_catch())?;
        match self.on_failure() {
            Coverage::Caught(catch) => Some(catch),
            _ => None,
        }
    }

    /// Whether it runs only when another step has not ended well.
    pub fn is_on_error_path(self) -> bool {
        self.flow().failures().is_on_error_path(self)
    }

    /// Whether it comes after a step that runs only when another has not ended well, as a `Finally` does.
    pub fn is_after_error_path(self) -> bool {
        let failures = self.flow().failures();
        std::iter::once(self).chain(self.ancestors()).any(|action| {
            let list = failures.lists[action.node().container as usize].as_ref();
            list.is_some_and(|list| list.is_after_failure[failures.positions[action.index as usize] as usize])
        })
    }

    /// Whether a step that cannot be taken back cheaply is in it, or is itself. Known where the flow has any handler.
    pub fn holds_critical_step(self) -> bool {
        self.flow().failures().does(self, Deeds::IS_CRITICAL)
    }

    /// Whether a call of anything outside the flow is in it, or is itself. Known where the flow has any handler.
    pub fn holds_call(self) -> bool {
        self.flow().failures().does(self, Deeds::CALLS)
    }

    /// Whether it waits for a step to fail or to time out, and not for the same step to succeed.
    pub fn is_handler(self) -> bool {
        self.run_after().iter().any(|edge| {
            let fails = edge.waits_for(Status::Failed) || edge.waits_for(Status::TimedOut);
            fails && !edge.waits_for(Status::Succeeded)
        })
    }

    /// The steps of which no single one makes it run by failing, though it waits for the failure of each: itself, or by way
    /// of handlers that it waits for. `None` where one is enough, or where it waits for a second attempt to fail.
    pub fn needs_failures_of(self) -> Option<Vec<Action<'m>>> {
        let failures = self.flow().failures();
        let list = failures.lists[self.node().container as usize].as_ref()?;
        let position = failures.positions[self.index as usize];
        let causes = list.causes(position)?;
        let is_enough = |&cause: &u32| list.play(cause, Status::Failed).ends[position as usize] == Status::Succeeded;
        if causes.len() < 2 || causes.iter().any(is_enough) {
            return None;
        }
        let siblings = &self.container().actions;
        Some(causes.into_iter().map(|cause| self.flow().action(siblings[cause as usize])).collect())
    }
}

/// What is known of a flow's failures, found once.
pub(super) struct Failures {
    has_any_handler: bool,
    /// By container; `None` where each step waits for success only, or where the list is too long.
    lists: Vec<Option<List>>,
    /// By action: its place in its list.
    positions: Vec<u32>,
    /// By action.
    error_path: Vec<bool>,
    /// By action: what its siblings do when it fails.
    responses: Vec<Option<Box<Response>>>,
    /// By action, with all that it contains; empty where nothing handles anything.
    deeds: Vec<Deeds>,
    is_too_long: bool,
}

/// What the siblings of a step do when it fails.
struct Response {
    /// Actions, as in [`Catch`].
    handlers: Vec<u32>,
    regardless: Vec<u32>,
    is_direct: bool,
    catches_failure: bool,
    catches_timeout: bool,
    deeds: Deeds,
    stays_failed: bool,
}

impl Response {
    /// Whether anything runs for it. Where nothing does, a `Finally` can still make the list end well.
    fn is_catch(&self) -> bool {
        self.catches_failure || self.catches_timeout
    }

    fn catch<'m>(&self, guarded: Action<'m>, failing: Action<'m>) -> Catch<'m> {
        let actions = |indices: &[u32]| indices.iter().map(|&index| guarded.flow().action(index)).collect();
        Catch {
            guarded,
            through: match self.is_direct {
                _ if guarded != failing => Through::Container,
                true => Through::Own,
                false => Through::Chain,
            },
            handlers: actions(&self.handlers),
            regardless: actions(&self.regardless),
            catches_failure: self.catches_failure,
            catches_timeout: self.catches_timeout,
            reaction: Reaction::default(),
            end: RunEnd::Failed,
        }
    }
}

impl Failures {
    fn of<'m>(flow: &'m Flow<'m>) -> Self {
        let count = flow.actions.len();
        let mut positions = vec![0; count];
        for container in &flow.containers {
            for (position, &index) in container.actions.iter().enumerate() {
                positions[index as usize] = position as u32;
            }
        }
        let waits_for_more = |&index: &u32| {
            flow.actions[index as usize]
                .run_after
                .iter()
                .any(|edge| edge.statuses.iter().any(|&status| status != Status::Succeeded))
        };
        let mut failures = Self {
            has_any_handler: false,
            lists: Vec::with_capacity(flow.containers.len()),
            positions,
            error_path: vec![false; count],
            responses: std::iter::repeat_with(|| None).take(count).collect(),
            deeds: Vec::new(),
            is_too_long: false,
        };
        for container in &flow.containers {
            let has_handlers = container.actions.iter().any(waits_for_more);
            let is_too_long = has_handlers && container.actions.len() > LONGEST;
            failures.has_any_handler |= has_handlers;
            failures.is_too_long |= is_too_long;
            let list = (has_handlers && !is_too_long).then(|| List::new(flow, &container.actions, &failures.positions));
            failures.lists.push(list);
        }
        if failures.has_any_handler {
            failures.find_error_paths(flow);
            failures.deeds = failures.deeds(flow);
            failures.find_responses(flow);
        }
        failures
    }

    fn does(&self, action: Action<'_>, deed: u16) -> bool {
        self.deeds.get(action.index as usize).is_some_and(|deeds| deeds.0 & deed != 0)
    }

    fn is_on_error_path(&self, action: Action<'_>) -> bool {
        self.error_path[action.index as usize]
    }

    fn is_too_long(&self, action: Action<'_>) -> bool {
        self.is_too_long && action.container().actions.len() > LONGEST
    }

    /// Containers come before what they contain, so one pass hands the mark down.
    fn find_error_paths(&mut self, flow: &Flow<'_>) {
        for (index, action) in flow.actions.iter().enumerate() {
            let container = &flow.containers[action.container as usize];
            let is_within = container.owner.is_some_and(|owner| self.error_path[owner as usize]);
            let position = self.positions[index] as usize;
            let list = self.lists[action.container as usize].as_ref();
            self.error_path[index] = is_within || list.is_some_and(|list| list.plain[position] == Status::Skipped);
        }
    }

    /// What each action does, with all that it contains.
    fn deeds<'m>(&self, flow: &'m Flow<'m>) -> Vec<Deeds> {
        let mut deeds: Vec<Deeds> = flow.actions().map(own_deeds).collect();
        let mut variables: HashSet<String> = HashSet::new();
        let mut read: HashSet<u32> = HashSet::new();
        for expression in flow.expressions() {
            let owner = expression.action();
            let is_outside = owner.is_none_or(|owner| !self.is_on_error_path(owner));
            for reference in expression.references() {
                if let Some(owner) = owner
                    && reads_a_status(&reference)
                {
                    deeds[owner.index as usize].0 |= Deeds::TESTS;
                }
                if let Some(owner) = owner.filter(|owner| owner.kind() == ActionKind::Response)
                    && !is_answer_to_http(owner)
                {
                    deeds[owner.index as usize].0 |= Deeds::ANSWERS_WITH_RESULT;
                }
                if is_outside {
                    match reference.named {
                        Named::Variable => {
                            variables.insert(reference.name.to_lowercase());
                        }
                        Named::Action | Named::Container => {
                            read.extend(flow.action_named(&reference.name).map(|action| action.index));
                        }
                        Named::Foreach | Named::Until | Named::Parameter => {}
                    }
                }
            }
        }
        for action in flow.actions() {
            let keeps = || {
                let variable = action.variable_written();
                variable.is_some_and(|(name, _)| variables.contains(&name.to_lowercase()))
                    || read.contains(&action.index)
            };
            if self.is_on_error_path(action) && keeps() {
                deeds[action.index as usize].0 |= Deeds::KEEPS;
            }
        }
        for index in (0..deeds.len()).rev() {
            if let Some(owner) = flow.containers[flow.actions[index].container as usize].owner {
                deeds[owner as usize] = deeds[owner as usize].and(deeds[index]);
            }
        }
        deeds
    }

    fn find_responses(&mut self, flow: &Flow<'_>) {
        for (list, container) in self.lists.iter().zip(&flow.containers) {
            let Some(list) = list else { continue };
            for (position, &index) in container.actions.iter().enumerate() {
                // What fails on an error path is nobody's business, and a list in one has no reader.
                if self.error_path[index as usize] {
                    continue;
                }
                let decides =
                    |index: u32| matches!(flow.actions[index as usize].kind, ActionKind::If | ActionKind::Switch);
                let response = list.response(position as u32, &container.actions, &self.deeds, decides);
                self.responses[index as usize] = response.map(Box::new);
            }
        }
    }
}

/// The statuses of an edge, one bit each.
type Mask = u8;

fn bit(status: Status) -> Mask {
    match status {
        Status::Succeeded => 1,
        Status::Failed => 2,
        Status::Skipped => 4,
        Status::TimedOut => 8,
    }
}

/// A list of siblings in which some wait for more than success. All numbers are positions in it.
struct List {
    /// Each after what it waits for; of a cycle in text order.
    order: Vec<u32>,
    /// By position: what it waits for.
    waits: Vec<Vec<(u32, Mask)>>,
    followers: Vec<Vec<u32>>,
    /// By position: how it ends where nothing fails.
    plain: Vec<Status>,
    /// By position: whether it comes after what is skipped where nothing fails.
    is_after_failure: Vec<bool>,
}

/// How the steps of a list end when one of them does not end well.
struct Play {
    ends: Vec<Status>,
    /// By position: whether it comes after the failing step.
    is_later: Vec<bool>,
}

impl List {
    fn new(flow: &Flow<'_>, actions: &[u32], positions: &[u32]) -> Self {
        let count = actions.len();
        let mut waits = Vec::with_capacity(count);
        let mut followers: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (position, &index) in actions.iter().enumerate() {
            let edges = flow.actions[index as usize].run_after.iter();
            let edges = edges.filter_map(|edge| {
                let mask = edge.statuses.iter().fold(0, |mask, &status| mask | bit(status));
                Some((positions[edge.target? as usize], mask))
            });
            let edges: Vec<(u32, Mask)> = edges.filter(|&(target, _)| target as usize != position).collect();
            for &(target, _) in &edges {
                followers[target as usize].push(position as u32);
            }
            waits.push(edges);
        }
        let order = order(&waits, &followers);
        let mut list = Self {
            order,
            waits,
            followers,
            plain: vec![Status::Succeeded; count],
            is_after_failure: vec![false; count],
        };
        for &position in &list.order {
            let at = position as usize;
            list.plain[at] = runs(&list.waits[at], &list.plain);
            let is_after = |&(target, _): &(u32, Mask)| {
                list.plain[target as usize] == Status::Skipped || list.is_after_failure[target as usize]
            };
            list.is_after_failure[at] = list.waits[at].iter().any(is_after);
        }
        list
    }

    fn play(&self, failing: u32, end: Status) -> Play {
        let mut ends = self.plain.clone();
        let mut is_later = vec![false; ends.len()];
        ends[failing as usize] = end;
        for &position in &self.order {
            let at = position as usize;
            let follows = |&(target, _): &(u32, Mask)| target == failing || is_later[target as usize];
            if position != failing && self.waits[at].iter().any(follows) {
                is_later[at] = true;
                ends[at] = runs(&self.waits[at], &ends);
            }
        }
        Play { ends, is_later }
    }

    /// Whether a step is the first to run after the failure though what it waits for did not end well. A `Finally` is not,
    /// where the catch that it waits for is skipped as it is on any good day.
    fn first(&self, play: &Play, position: u32) -> bool {
        let at = position as usize;
        let end = |target: u32| (play.ends[target as usize], self.plain[target as usize]);
        let ran = |&(target, _): &(u32, Mask)| play.is_later[target as usize] && end(target).0 == Status::Succeeded;
        let is_changed = |&(target, _): &(u32, Mask)| end(target).0 != end(target).1;
        play.is_later[at]
            && play.ends[at] == Status::Succeeded
            && self.waits[at].iter().any(is_changed)
            && !self.waits[at].iter().any(ran)
    }

    /// What runs when a step fails. A decision that waits for it in either case is taken as one about how it ended.
    fn response(
        &self,
        failing: u32,
        actions: &[u32],
        deeds: &[Deeds],
        decides: impl Fn(u32) -> bool,
    ) -> Option<Response> {
        let [failed, timed_out] = [Status::Failed, Status::TimedOut].map(|end| self.play(failing, end));
        let count = self.plain.len() as u32;
        let first = |position: u32| self.first(&failed, position) || self.first(&timed_out, position);
        let (mut handlers, mut regardless, mut done) = (Vec::new(), Vec::new(), Deeds::default());
        let mut is_direct = false;
        for position in 0..count {
            let at = position as usize;
            let runs_now =
                [&failed, &timed_out].iter().any(|play| play.is_later[at] && play.ends[at] == Status::Succeeded);
            if !runs_now {
                continue;
            }
            let is_plain = self.plain[at] == Status::Succeeded;
            let own = deeds[actions[at] as usize];
            done = done.and(if is_plain { own.of_regardless() } else { own.of_handler() });
            if first(position) {
                let waits_for_it = self.waits[at].iter().any(|&(target, _)| target == failing);
                is_direct |= waits_for_it;
                if is_plain && waits_for_it && decides(actions[at]) {
                    done = done.and(Deeds(Deeds::TESTS));
                }
                if is_plain { &mut regardless } else { &mut handlers }.push(actions[at]);
            }
        }
        let catches = |play: &Play| (0..count).any(|position| self.first(play, position));
        let [catches_failure, catches_timeout] = [catches(&failed), catches(&timed_out)];
        let is_for_timeout_only = catches_timeout && !catches_failure;
        let stays_failed = self.stays_failed(failing, if is_for_timeout_only { &timed_out } else { &failed });
        let response =
            Response { handlers, regardless, is_direct, catches_failure, catches_timeout, deeds: done, stays_failed };
        (response.is_catch() || !stays_failed).then_some(response)
    }

    /// The steps, in text order, whose failure a step waits for that is skipped where nothing fails. `None` where something
    /// else keeps it from running as well.
    fn causes(&self, position: u32) -> Option<Vec<u32>> {
        let waits = &self.waits[position as usize];
        if waits.len() < 2 || self.plain[position as usize] != Status::Skipped {
            return None;
        }
        let (mut causes, mut seen, mut open) = (Vec::new(), HashSet::from([position]), vec![position]);
        while let Some(position) = open.pop() {
            for &(target, mask) in &self.waits[position as usize] {
                let waits_for_failure = mask & (bit(Status::Failed) | bit(Status::TimedOut)) != 0;
                match self.plain[target as usize] {
                    _ if mask & bit(self.plain[target as usize]) != 0 => {}
                    Status::Skipped if mask & bit(Status::Succeeded) == 0 => return None,
                    Status::Skipped => open.extend(seen.insert(target).then_some(target)),
                    _ if waits_for_failure => causes.push(target),
                    _ => return None,
                }
            }
        }
        causes.sort_unstable();
        causes.dedup();
        Some(causes)
    }

    /// Whether a branch ends with the failing step, or with steps that were skipped behind it.
    fn stays_failed(&self, failing: u32, play: &Play) -> bool {
        let mut seen = vec![false; self.plain.len()];
        let mut open = vec![failing];
        while let Some(position) = open.pop() {
            let followers = &self.followers[position as usize];
            if followers.is_empty() {
                return true;
            }
            for &follower in followers {
                if play.ends[follower as usize] == Status::Skipped
                    && !std::mem::replace(&mut seen[follower as usize], true)
                {
                    open.push(follower);
                }
            }
        }
        false
    }
}

/// How a step ends that waits for these, if it ends well once it runs.
fn runs(waits: &[(u32, Mask)], ends: &[Status]) -> Status {
    let is_met = |&(target, mask): &(u32, Mask)| mask & bit(ends[target as usize]) != 0;
    if waits.iter().all(is_met) { Status::Succeeded } else { Status::Skipped }
}

/// Every position after those that it waits for.
fn order(waits: &[Vec<(u32, Mask)>], followers: &[Vec<u32>]) -> Vec<u32> {
    let mut missing: Vec<usize> = waits.iter().map(Vec::len).collect();
    let mut order: Vec<u32> = (0..waits.len() as u32).filter(|&position| missing[position as usize] == 0).collect();
    let mut next = 0;
    while let Some(&position) = order.get(next) {
        next += 1;
        for &follower in &followers[position as usize] {
            missing[follower as usize] -= 1;
            if missing[follower as usize] == 0 {
                order.push(follower);
            }
        }
    }
    if order.len() < waits.len() {
        order.extend((0..waits.len() as u32).filter(|&position| missing[position as usize] > 0));
    }
    order
}

/// What steps do that matters when something has failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Deeds(u16);

impl Deeds {
    const TELLS: u16 = 1;
    const RECORDS: u16 = 2;
    const KEEPS: u16 = 4;
    const TESTS: u16 = 8;
    const ENDS_FAILED: u16 = 16;
    const ANSWERS_ERROR: u16 = 32;
    /// An app, agent or parent flow is answered: what it is told counts, not a code.
    const ANSWERS_CALLER: u16 = 256;
    /// The same, with an answer that depends on other steps.
    const ANSWERS_WITH_RESULT: u16 = 512;
    /// Something in it cannot be taken back cheaply.
    const IS_CRITICAL: u16 = 64;
    const CALLS: u16 = 128;

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Of steps that run only because of a failure.
    fn of_handler(self) -> Self {
        Self(self.0 & !(Self::TESTS | Self::IS_CRITICAL | Self::CALLS))
    }

    /// Of steps that run in either case: what they tell says nothing of the failure, unless they look at how it ended.
    fn of_regardless(self) -> Self {
        Self(self.0 & (Self::TESTS | Self::ENDS_FAILED | Self::ANSWERS_ERROR | Self::ANSWERS_WITH_RESULT))
    }

    fn reaction(self) -> Reaction {
        let does = |deed: u16| self.0 & deed != 0;
        Reaction {
            tells: does(Self::TELLS),
            records: does(Self::RECORDS),
            keeps: does(Self::KEEPS),
            is_tested: does(Self::TESTS),
        }
    }

    fn end(self, ends_failed: bool) -> RunEnd {
        const ANSWERS: u16 = Deeds::ANSWERS_ERROR | Deeds::ANSWERS_CALLER | Deeds::ANSWERS_WITH_RESULT;
        let does = |deed: u16| self.0 & deed != 0;
        match () {
            () if does(Self::ENDS_FAILED) => RunEnd::Terminated,
            () if does(ANSWERS) => RunEnd::ErrorAnswered,
            () if ends_failed => RunEnd::Failed,
            () => RunEnd::Masked,
        }
    }
}

fn own_deeds(action: Action<'_>) -> Deeds {
    let is_http = matches!(action.kind(), ActionKind::Http | ActionKind::HttpWebhook);
    let effect = action.effect();
    let critical = if effect.is_critical() { Deeds::IS_CRITICAL } else { 0 };
    let calls = if effect.is_call() { Deeds::CALLS } else { 0 };
    let does = match effect {
        Effect::Send | Effect::SendAndWait | Effect::ChildFlow => Deeds::TELLS,
        Effect::Write | Effect::Delete | Effect::Unknown if is_http => Deeds::TELLS,
        Effect::Write | Effect::Delete | Effect::Unknown => Deeds::RECORDS,
        Effect::Response if !is_answer_to_http(action) => Deeds::TELLS | Deeds::ANSWERS_CALLER,
        Effect::Response if answers_error(action) => Deeds::TELLS | Deeds::ANSWERS_ERROR,
        Effect::Response => Deeds::TELLS,
        Effect::None if action.kind() == ActionKind::Terminate && !ends_well(action) => Deeds::ENDS_FAILED,
        Effect::None | Effect::Read => 0,
    };
    Deeds(does | critical | calls)
}

/// Whether a Terminate ends the run as succeeded; where an expression decides, it may not.
fn ends_well(action: Action<'_>) -> bool {
    let status = action.inputs().and_then(|inputs| inputs.get("runStatus"));
    status.is_some_and(|status| status.is_str("Succeeded"))
}

fn is_answer_to_http(action: Action<'_>) -> bool {
    action.value().get("kind").is_none_or(|kind| kind.is_str("Http"))
}

/// Whether a Response says 400 or more, or what an expression decides.
fn answers_error(action: Action<'_>) -> bool {
    let Some(code) = action.inputs().and_then(|inputs| inputs.get("statusCode")) else { return false };
    match code.as_str() {
        Some(text) if expr::is_template(&text) => true,
        Some(text) => text.trim().parse::<u16>().is_ok_and(|code| code >= 400),
        None => code.as_number().and_then(|code| code.parse::<f64>().ok()).is_some_and(|code| code >= 400.0),
    }
}

/// Whether it asks how a step ended: `result()`, `actions()`, or the status code or error in what a step gave back.
fn reads_a_status(reference: &super::Reference<'_>) -> bool {
    let call = reference.call;
    let asks = |names: &[&str]| {
        call.hops().filter_map(expr::Hop::name).any(|hop| names.iter().any(|name| hop.eq_ignore_ascii_case(name)))
    };
    match reference.named {
        Named::Container => call.is("result"),
        Named::Action if call.is("actions") => true,
        Named::Action => asks(&["statusCode", "error"]),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
