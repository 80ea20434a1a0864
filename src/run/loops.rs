//! Flows of a family that start each other in a circle: by what they change and watch, and as child flows.

use super::{Family, FlowFacts};
use crate::finding::Place;
use crate::model::{Change, Watch};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

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

struct Edge<'a> {
    to: usize,
    link: Link<'a>,
}

/// The loops of a family in which some flow is started by a change, shortest ones only and each flow in one at least, if it
/// is in any. Flows are in the order of their ids, so that the same flows give the same loops; one copy of each counts.
pub(crate) fn loops<'a>(family: &Family<'a>) -> Vec<Loop<'a>> {
    let flows = newest_copies(family);
    if !flows.iter().any(|flow| flow.watch.is_some()) {
        return Vec::new();
    }
    let edges = edges(&flows);
    let parts = parts(&edges);
    let mut covered = vec![false; flows.len()];
    let mut seen = HashSet::new();
    let mut loops = Vec::new();
    for start in 0..flows.len() {
        if covered[start] {
            continue;
        }
        let Some(way) = shortest(&edges, &parts, start) else { continue };
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

/// Of each flow, what it starts: by the first call and by the first change, as only changes make a loop of triggers. No flow
/// starts itself here.
fn edges<'a>(flows: &[&'a FlowFacts]) -> Vec<Vec<Edge<'a>>> {
    let ids: HashMap<&str, usize> = flows.iter().enumerate().map(|(at, flow)| (flow.flow.id.as_str(), at)).collect();
    let mut watching: HashMap<&str, Vec<(usize, &Watch)>> = HashMap::new();
    for (at, flow) in flows.iter().enumerate() {
        if let Some(watch) = &flow.watch {
            for name in watch.names_in_steps() {
                watching.entry(name.as_str()).or_default().push((at, watch));
            }
        }
    }
    let mut edges = Vec::with_capacity(flows.len());
    for (from, &flow) in flows.iter().enumerate() {
        let mut reached = HashSet::from([(from, false), (from, true)]);
        let mut mine = Vec::new();
        for call in &flow.child_calls {
            if let Some(&to) = ids.get(call.target.as_str()).filter(|to| reached.insert((**to, false))) {
                mine.push(Edge { to, link: Link { flow, place: &call.place, by: None } });
            }
        }
        for (change, place) in &flow.changes {
            for &(to, watch) in watching.get(change.on()).into_iter().flatten() {
                if watch.is_started_by(change, false) && reached.insert((to, true)) {
                    mine.push(Edge { to, link: Link { flow, place, by: Some((change, watch)) } });
                }
            }
        }
        edges.push(mine);
    }
    edges
}

/// Of each flow, the number of its strongly connected part (Tarjan, without recursion: chains may be long).
fn parts(edges: &[Vec<Edge<'_>>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let (mut order, mut low, mut part) = (vec![NEW; edges.len()], vec![0; edges.len()], vec![NEW; edges.len()]);
    let (mut stack, mut count, mut found) = (Vec::new(), 0, 0);
    for root in 0..edges.len() {
        if order[root] != NEW {
            continue;
        }
        let mut open = vec![(root, 0)];
        while let Some((node, next)) = open.pop() {
            if next == 0 {
                (order[node], low[node]) = (count, count);
                count += 1;
                stack.push(node);
            }
            if let Some(edge) = edges[node].get(next) {
                open.push((node, next + 1));
                match order[edge.to] {
                    NEW => open.push((edge.to, 0)),
                    other if part[edge.to] == NEW => low[node] = low[node].min(other),
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
            if let Some(&(parent, _)) = open.last() {
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
fn shortest<'a>(edges: &[Vec<Edge<'a>>], parts: &[usize], start: usize) -> Option<Vec<(usize, Link<'a>)>> {
    let mut came: Came<'a> = HashMap::new();
    let mut open = VecDeque::from([(start, false)]);
    while let Some(state @ (node, by_change)) = open.pop_front() {
        for edge in edges[node].iter().filter(|edge| parts[edge.to] == parts[start]) {
            let next = (edge.to, by_change || edge.link.by.is_some());
            if edge.to == start {
                if next.1 {
                    return way(&came, state, edge.link, start);
                }
                continue;
            }
            came.entry(next).or_insert_with(|| {
                open.push_back(next);
                (state, edge.link)
            });
        }
    }
    None
}

/// The way by which one came to `last`, unless it passes some flow twice: then the shorter circle is that flow's own.
fn way<'a>(came: &Came<'a>, last: State, link: Link<'a>, start: usize) -> Option<Vec<(usize, Link<'a>)>> {
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
