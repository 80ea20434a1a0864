//! What waits for what, over the whole flow at once and in time linear in actions and `runAfter` entries: cycles, an order
//! in which every step stands behind what it waits for, and whether one step waits for another.
//!
//! Most steps wait for one other. Those form trees, in which "waits for, directly or through others" is a comparison of
//! two numbers. Only where a step waits for several, or lies on a cycle, a tree begins anew and its steps are followed.

use super::super::{ActionNode, Container};
use std::collections::HashSet;

const NONE: u32 = u32::MAX;

pub(in super::super) struct Order {
    /// Every action behind those that it waits for; those of a cycle side by side.
    sorted: Vec<u32>,
    /// Members of each cycle of two or more, in text order.
    cycles: Vec<Vec<u32>>,
    /// The cycle that an action lies on.
    cycle_of: Vec<u32>,
    /// The first of an action's tree.
    root: Vec<u32>,
    /// Where an action's subtree begins and ends, in a numbering of all trees.
    subtree: Vec<(u32, u32)>,
    /// Position in `sorted`, with all that lies in a container right behind it.
    rank: Vec<u32>,
}

impl Order {
    pub(in super::super) fn new(actions: &[ActionNode<'_>], containers: &[Container<'_>]) -> Self {
        let (sorted, cycles) = components(actions);
        let mut cycle_of = vec![NONE; actions.len()];
        for (number, members) in cycles.iter().enumerate() {
            members.iter().for_each(|&member| cycle_of[member as usize] = number as u32);
        }
        let (root, subtree) = trees(actions, &sorted, &cycle_of);
        let rank = ranks(actions, containers, &sorted);
        Self { sorted, cycles, cycle_of, root, subtree, rank }
    }

    pub(super) fn sorted(&self) -> &[u32] {
        &self.sorted
    }

    pub(super) fn cycles(&self) -> &[Vec<u32>] {
        &self.cycles
    }

    pub(super) fn rank(&self, action: u32) -> u32 {
        self.rank[action as usize]
    }

    /// Whether both lie on one cycle, or are one.
    pub(super) fn is_circular(&self, a: u32, b: u32) -> bool {
        a == b || (self.is_on_cycle(a) && self.cycle_of[a as usize] == self.cycle_of[b as usize])
    }

    pub(super) fn is_on_cycle(&self, action: u32) -> bool {
        self.cycle_of[action as usize] != NONE
    }

    /// Whether `later` waits for `earlier`, directly or through others.
    pub(super) fn precedes(&self, actions: &[ActionNode<'_>], earlier: u32, later: u32) -> bool {
        if self.is_above(earlier, later) {
            return true;
        }
        let root = self.root[later as usize];
        if targets(actions, root).next().is_none() {
            return false;
        }
        let mut seen = HashSet::from([root]);
        let mut open = vec![root];
        while let Some(root) = open.pop() {
            for target in targets(actions, root) {
                if target == earlier || self.is_above(earlier, target) {
                    return true;
                }
                let next = self.root[target as usize];
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    }

    /// Whether `above` is passed on the way from `action` to the root of its tree.
    fn is_above(&self, above: u32, action: u32) -> bool {
        let (start, end) = self.subtree[above as usize];
        let at = self.subtree[action as usize].0;
        start < at && at < end
    }
}

pub(super) fn targets<'a>(actions: &'a [ActionNode<'_>], action: u32) -> impl Iterator<Item = u32> + 'a {
    actions[action as usize].run_after.iter().filter_map(|edge| edge.target)
}

/// Tarjan's strongly connected components, without recursion: those that are waited for come first.
fn components(actions: &[ActionNode<'_>]) -> (Vec<u32>, Vec<Vec<u32>>) {
    let count = actions.len();
    let mut number = vec![NONE; count];
    let mut low = vec![0_u32; count];
    let mut is_open = vec![false; count];
    let (mut open, mut calls) = (Vec::new(), Vec::new());
    let (mut sorted, mut cycles) = (Vec::with_capacity(count), Vec::new());
    let mut next = 0;
    for start in 0..count as u32 {
        if number[start as usize] != NONE {
            continue;
        }
        calls.push((start, 0));
        while let Some((action, edge)) = calls.pop() {
            let at = action as usize;
            if edge == 0 {
                (number[at], low[at], is_open[at]) = (next, next, true);
                next += 1;
                open.push(action);
            }
            let edges = &actions[at].run_after[edge..];
            let step = edges.iter().enumerate().find_map(|(passed, edge)| {
                let target = edge.target?;
                if number[target as usize] == NONE {
                    return Some((target, passed));
                }
                if is_open[target as usize] {
                    low[at] = low[at].min(number[target as usize]);
                }
                None
            });
            if let Some((target, passed)) = step {
                // The edge is looked at again on the way back, and then knows the target's number.
                calls.push((action, edge + passed + 1));
                calls.push((target, 0));
                continue;
            }
            if low[at] == number[at] {
                let members = open.iter().rposition(|&member| member == action).unwrap_or(0);
                let members = open.split_off(members);
                members.iter().for_each(|&member| is_open[member as usize] = false);
                sorted.extend(&members);
                if members.len() > 1 {
                    let mut members = members;
                    members.sort_unstable();
                    cycles.push(members);
                }
            }
            if let Some(&(caller, _)) = calls.last() {
                low[caller as usize] = low[caller as usize].min(low[at]);
            }
        }
    }
    cycles.sort_unstable();
    (sorted, cycles)
}

/// The only action that one waits for, if it is one and they are not on a cycle.
fn parent(actions: &[ActionNode<'_>], cycle_of: &[u32], action: u32) -> Option<u32> {
    let mut all = targets(actions, action);
    let only = all.next().filter(|&only| only != action && cycle_of[action as usize] == NONE)?;
    all.all(|other| other == only).then_some(only)
}

fn trees(actions: &[ActionNode<'_>], sorted: &[u32], cycle_of: &[u32]) -> (Vec<u32>, Vec<(u32, u32)>) {
    let mut size = vec![1_u32; actions.len()];
    for &action in sorted.iter().rev() {
        if let Some(parent) = parent(actions, cycle_of, action) {
            size[parent as usize] += size[action as usize];
        }
    }
    let mut root: Vec<u32> = (0..actions.len() as u32).collect();
    let mut subtree = vec![(0, 0); actions.len()];
    // Where the next child of each action begins.
    let mut free = vec![0_u32; actions.len()];
    let mut next_tree = 0;
    for &action in sorted {
        let at = action as usize;
        let place = match parent(actions, cycle_of, action) {
            Some(parent) => {
                root[at] = root[parent as usize];
                &mut free[parent as usize]
            }
            None => &mut next_tree,
        };
        let start = *place;
        *place += size[at];
        subtree[at] = (start, start + size[at]);
        free[at] = start + 1;
    }
    (root, subtree)
}

fn ranks(actions: &[ActionNode<'_>], containers: &[Container<'_>], sorted: &[u32]) -> Vec<u32> {
    let mut lists = vec![Vec::new(); containers.len()];
    for &action in sorted.iter().rev() {
        lists[actions[action as usize].container as usize].push(action);
    }
    let mut inside = vec![Vec::new(); actions.len()];
    for (number, container) in containers.iter().enumerate().rev() {
        if let Some(owner) = container.owner {
            inside[owner as usize].push(number);
        }
    }
    let top = containers.iter().enumerate().filter(|(_, container)| container.owner.is_none());
    let mut open: Vec<u32> = top.flat_map(|(number, _)| &lists[number]).copied().collect();
    let mut rank = vec![0; actions.len()];
    let mut next = 0;
    while let Some(action) = open.pop() {
        rank[action as usize] = next;
        next += 1;
        for &container in &inside[action as usize] {
            open.extend(&lists[container]);
        }
    }
    rank
}
