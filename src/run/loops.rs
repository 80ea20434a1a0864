//! Flows of a family that start each other in a circle: by what they change and watch, and as child flows.

use super::{Family, FlowFacts};
use crate::finding::Place;
use crate::model::{Change, Watch};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::rc::Rc;

/// Flows of which each starts the next, and the last the first.
pub(crate) struct Loop<'a> {
    pub(crate) links: Vec<Link<'a>>,
}

/// One flow of a loop and how it starts the next one.
#[derive(Clone, Copy)]
pub(crate) struct Link<'a> {
    pub(crate) flow: &'a FlowFacts,
    /// The step that starts the next flow.
    pub(crate) place: &'a Place,
    /// What the step changes and the next flow watches; `None` where the step runs it as a child flow.
    pub(crate) by: Option<(&'a Change, &'a Watch)>,
}

/// A step of a flow and all flows that it starts, itself perhaps among them. Steps that change the same have one list, so that
/// a crowd of flows on one table costs no memory for each pair.
struct Way<'a> {
    to: Rc<[usize]>,
    place: &'a Place,
    change: Option<&'a Change>,
}

/// The loops of a family in which some flow is started by a change, shortest ones only and each flow in one at least, if it
/// is in any. Flows are in the order of their ids, so that the same flows give the same loops; one copy of each counts.
pub(crate) fn loops<'a>(family: &Family<'a>) -> Vec<Loop<'a>> {
    let flows = newest_copies(family);
    if !flows.iter().any(|flow| flow.watch.is_some()) {
        return Vec::new();
    }
    let ways = ways(&flows);
    let parts = parts(&ways);
    let mut covered = vec![false; flows.len()];
    let mut seen = HashSet::new();
    let mut loops = Vec::new();
    for start in 0..flows.len() {
        if covered[start] {
            continue;
        }
        let Some(way) = shortest(&flows, &ways, &parts, start) else { continue };
        let Some(first) = (0..way.len()).min_by_key(|&at| way[at].0) else { continue };
        let way: Vec<(usize, Link<'a>)> = way.iter().cycle().skip(first).take(way.len()).copied().collect();
        way.iter().for_each(|(flow, _)| covered[*flow] = true);
        if seen.insert(way.iter().map(|(flow, _)| *flow).collect::<Vec<_>>()) {
            loops.push(Loop { links: way.into_iter().map(|(_, link)| link).collect() });
        }
    }
    loops
}

/// One copy of each flow id, by id: of the newest version, of equals the first.
fn newest_copies<'a>(family: &Family<'a>) -> Vec<&'a FlowFacts> {
    let mut newest: BTreeMap<&str, &FlowFacts> = BTreeMap::new();
    for flow in family.flows().filter(|flow| flow.is_cloud_flow()) {
        let held = newest.entry(&flow.flow.id).or_insert(flow);
        if flow.version > held.version {
            *held = flow;
        }
    }
    newest.into_values().collect()
}

/// Of each flow, what it starts.
fn ways<'a>(flows: &[&'a FlowFacts]) -> Vec<Vec<Way<'a>>> {
    let ids: HashMap<&str, usize> = flows.iter().enumerate().map(|(at, flow)| (flow.flow.id.as_str(), at)).collect();
    let mut watching: HashMap<&str, Vec<(usize, &Watch)>> = HashMap::new();
    for (at, flow) in flows.iter().enumerate() {
        if let Some(watch) = &flow.watch {
            for name in watch.names_in_steps() {
                watching.entry(name.as_str()).or_default().push((at, watch));
            }
        }
    }
    let mut lists = HashMap::new();
    let mut ways = Vec::with_capacity(flows.len());
    for flow in flows {
        let called = flow.child_calls.iter().filter_map(|call| {
            let to = Rc::from([*ids.get(call.target.as_str())?]);
            Some(Way { to, place: &call.place, change: None })
        });
        let mut mine: Vec<Way<'_>> = called.collect();
        for (change, place) in &flow.changes {
            let Some(watching) = watching.get(change.on()) else { continue };
            let started = || watching.iter().filter(|(_, watch)| watch.is_started_by(change, false)).map(|(at, _)| *at);
            let to: &Rc<[usize]> = lists.entry(change.key()).or_insert_with(|| started().collect());
            mine.push(Way { to: Rc::clone(to), place, change: Some(change) });
        }
        ways.push(mine);
    }
    ways
}

/// Of each flow, the number of its strongly connected part (Tarjan, without recursion: chains may be long).
fn parts(ways: &[Vec<Way<'_>>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let (mut order, mut low, mut part) = (vec![NEW; ways.len()], vec![0; ways.len()], vec![NEW; ways.len()]);
    let (mut stack, mut count, mut found) = (Vec::new(), 0, 0);
    for root in 0..ways.len() {
        if order[root] != NEW {
            continue;
        }
        // A flow, the way that is looked at, and how far.
        let mut open = vec![(root, 0, 0)];
        while let Some((node, way, at)) = open.pop() {
            if order[node] == NEW {
                (order[node], low[node]) = (count, count);
                count += 1;
                stack.push(node);
            }
            if let Some(step) = ways[node].get(way) {
                let Some(&to) = step.to.get(at) else {
                    open.push((node, way + 1, 0));
                    continue;
                };
                open.push((node, way, at + 1));
                match order[to] {
                    NEW => open.push((to, 0, 0)),
                    other if part[to] == NEW => low[node] = low[node].min(other),
                    _ => {}
                }
                continue;
            }
            if low[node] == order[node] {
                while let Some(member) = stack.pop() {
                    part[member] = found;
                    if member == node {
                        break;
                    }
                }
                found += 1;
            }
            if let Some(&(parent, ..)) = open.last() {
                low[parent] = low[parent].min(low[node]);
            }
        }
    }
    part
}

/// A flow on a way, and whether a change started some flow before it.
type State = (usize, bool);

/// Where one came from, and how.
type Came<'a> = HashMap<State, (State, Link<'a>)>;

/// The shortest way from a flow back to itself on which some flow is started by a change, within its own part.
fn shortest<'a>(
    flows: &[&'a FlowFacts],
    ways: &[Vec<Way<'a>>],
    parts: &[usize],
    start: usize,
) -> Option<Vec<(usize, Link<'a>)>> {
    let mut came: Came<'a> = HashMap::new();
    let mut open = VecDeque::from([(start, false)]);
    while let Some(state @ (node, by_change)) = open.pop_front() {
        for way in &ways[node] {
            for &to in way.to.iter().filter(|to| parts[**to] == parts[start] && **to != node) {
                let by = way.change.zip(flows[to].watch.as_ref());
                let link = Link { flow: flows[node], place: way.place, by };
                let next = (to, by_change || by.is_some());
                if to != start {
                    came.entry(next).or_insert_with(|| {
                        open.push_back(next);
                        (state, link)
                    });
                } else if next.1 {
                    return way_back(&came, state, link, start);
                }
            }
        }
    }
    None
}

/// The way by which one came to `last`, unless it passes some flow twice: then the shorter circle is that flow's own.
fn way_back<'a>(came: &Came<'a>, last: State, link: Link<'a>, start: usize) -> Option<Vec<(usize, Link<'a>)>> {
    let mut way = vec![(last.0, link)];
    let mut state = last;
    while state.0 != start {
        let (before, link) = came.get(&state)?;
        way.push((before.0, *link));
        state = *before;
    }
    way.reverse();
    let distinct: HashSet<usize> = way.iter().map(|(flow, _)| *flow).collect();
    (distinct.len() == way.len()).then_some(way)
}
