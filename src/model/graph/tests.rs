//! The graph against a second implementation that is slow and plain, over flows made by chance; and tables.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::super::shape::shapes;
use super::super::{Action, ActionKind, Branch, Flow};
use super::{Ends, Status, Unreachable};
use crate::syntax::Document;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

fn with<R>(actions: &Value, check: impl FnOnce(&Flow<'_>) -> R) -> R {
    let text = json!({"properties": {"definition": {"triggers": {"manual": {"type": "Request"}}, "actions": actions}},
        "schemaVersion": "1.0.0.0"})
    .to_string();
    let document = Document::parse(&text).unwrap();
    let shapes = shapes(&document);
    check(&Flow::lower(&document, &shapes[0], "Flow.json", None, None, &[]))
}

/// What a generated flow may have.
#[derive(Clone, Copy)]
struct Limits {
    actions: usize,
    siblings: usize,
    depth: usize,
    entries: usize,
    /// Entries that name anything, status lists that are broken, names that occur twice.
    is_messy: bool,
}

/// Flows out of a tape of bytes; a tape that has run out reads as zeros, so that shorter tapes are smaller flows.
struct Maker<'t> {
    tape: &'t [u8],
    made: usize,
    limits: Limits,
}

const STATUSES: [&str; 4] = ["Succeeded", "Failed", "SKIPPED", "TimedOut"];

impl Maker<'_> {
    fn next(&mut self, below: usize) -> usize {
        let Some((first, rest)) = self.tape.split_first() else { return 0 };
        self.tape = rest;
        usize::from(*first) % below
    }

    fn list(&mut self, depth: usize) -> Value {
        let mut list = Map::new();
        let count = self.next(self.limits.siblings + 1);
        let mut names: Vec<String> = Vec::new();
        for _ in 0..count {
            if self.made == self.limits.actions {
                break;
            }
            self.made += 1;
            let number = if self.limits.is_messy && self.next(8) == 1 { self.next(self.made) } else { self.made };
            names.push(format!("A{number}"));
        }
        for (at, name) in names.iter().enumerate() {
            let mut action = self.action(depth);
            action["runAfter"] = self.run_after(&names, at);
            list.insert(name.clone(), action);
        }
        Value::Object(list)
    }

    fn run_after(&mut self, names: &[String], at: usize) -> Value {
        let mut run_after = Map::new();
        for _ in 0..self.next(self.limits.entries + 1) {
            let name = match self.next(12) {
                1 if self.limits.is_messy => format!("a{}", self.next(self.made + 2)),
                2 if self.limits.is_messy => names[self.next(names.len())].to_lowercase(),
                _ if at == 0 => continue,
                _ => names[at - 1 - self.next(at)].clone(),
            };
            let statuses = match self.next(10) {
                1 if self.limits.is_messy => json!([]),
                2 if self.limits.is_messy => json!(["Done"]),
                3..6 => json!(["Succeeded"]),
                _ => {
                    let set = 1 + self.next(15);
                    json!((0..4).filter(|bit| set & (1 << bit) != 0).map(|bit| STATUSES[bit]).collect::<Vec<_>>())
                }
            };
            run_after.insert(name, statuses);
        }
        Value::Object(run_after)
    }

    fn action(&mut self, depth: usize) -> Value {
        let kind = if depth == self.limits.depth { self.next(4) } else { self.next(11) };
        match kind {
            0 => json!({"type": "Compose", "inputs": 1}),
            1 => json!({"type": "Http", "inputs": {"uri": "https://x.example"}}),
            2 => json!({"type": "Terminate", "inputs": {"runStatus": "Succeeded"}}),
            3 => json!({"type": "terminate", "inputs": {"runStatus": "@triggerBody()"}}),
            4 => json!({"type": "Scope", "actions": self.list(depth + 1)}),
            5 => json!({"type": "Foreach", "foreach": "@triggerBody()", "actions": self.list(depth + 1)}),
            6 => json!({"type": "Until", "expression": "@triggerBody()", "actions": self.list(depth + 1)}),
            7 => {
                let expression =
                    [json!("@triggerBody()"), json!("@true"), json!({"equals": [1, 2]})][self.next(3)].clone();
                let mut action = json!({"type": "If", "expression": expression, "actions": self.list(depth + 1)});
                if self.next(2) == 1 {
                    action["else"] = json!({"actions": self.list(depth + 1)});
                }
                action
            }
            8 => {
                let cases = json!({"One": {"case": 1, "actions": self.list(depth + 1)}, "Two": {"case": 2, "actions": self.list(depth + 1)}});
                let mut action = json!({"type": "Switch", "expression": "@triggerBody()", "cases": cases});
                if self.next(2) == 1 {
                    action["default"] = json!({"actions": self.list(depth + 1)});
                }
                action
            }
            9 => json!({"type": "Agent", "tools": {"Tool": {"actions": self.list(depth + 1)}}}),
            _ => {
                json!({"type": "Http", "inputs": {}, "runtimeConfiguration": {"staticResult": {"staticResultOptions": "Enabled"}}})
            }
        }
    }
}

fn flows(limits: Limits) -> impl Strategy<Value = Value> {
    proptest::collection::vec(any::<u8>(), 0..limits.actions * 8)
        .prop_map(move |tape| Maker { tape: &tape, made: 0, limits }.list(0))
}

const SMALL: Limits = Limits { actions: 14, siblings: 5, depth: 2, entries: 3, is_messy: true };
const TREES: Limits = Limits { entries: 1, depth: 0, is_messy: false, ..SMALL };
const LARGE: Limits = Limits { actions: 500, siblings: 60, depth: 9, entries: 3, is_messy: true };

/// Everything that one waits for, by following all entries.
fn closure(flow: &Flow<'_>, from: u32) -> BTreeSet<u32> {
    let mut closure = BTreeSet::new();
    let mut open = vec![from];
    while let Some(action) = open.pop() {
        for target in flow.actions[action as usize].run_after.iter().filter_map(|edge| edge.target) {
            if closure.insert(target) {
                open.push(target);
            }
        }
    }
    closure
}

fn check_order(flow: &Flow<'_>) -> Result<(), TestCaseError> {
    let count = flow.actions.len() as u32;
    let closures: Vec<BTreeSet<u32>> = (0..count).map(|action| closure(flow, action)).collect();
    let order = flow.order();
    let waits = |a: u32, b: u32| closures[a as usize].contains(&b);
    let mut circles: Vec<Vec<u32>> = Vec::new();
    for a in 0..count {
        for b in (0..count).filter(|&b| flow.actions[a as usize].container == flow.actions[b as usize].container) {
            prop_assert_eq!(order.precedes(&flow.actions, b, a), waits(a, b), "{} behind {}", a, b);
            prop_assert_eq!(order.is_circular(a, b), a == b || (waits(a, b) && waits(b, a)), "{} and {}", a, b);
            if waits(a, b) && !waits(b, a) {
                prop_assert!(order.rank(b) < order.rank(a), "{} ranks before {}", b, a);
            }
        }
        let circle: Vec<u32> = (0..count).filter(|&b| a == b || (waits(a, b) && waits(b, a))).collect();
        if circle.len() > 1 && circle[0] == a {
            circles.push(circle);
        }
    }
    prop_assert_eq!(order.cycles(), &circles[..]);
    let ranks: BTreeSet<u32> = (0..count).map(|action| order.rank(action)).collect();
    prop_assert_eq!(ranks.len() as u32, count);
    for action in flow.actions() {
        let inside: Vec<u32> =
            flow.actions().filter(|it| it.ancestors().any(|it| it == action)).map(Action::rank).collect();
        let behind = action.rank() + 1..action.rank() + 1 + inside.len() as u32;
        prop_assert!(inside.iter().all(|rank| behind.contains(rank)), "what is in it follows at once");
    }
    Ok(())
}

/// One way that a list of actions can go: how each ended, `None` where the run did.
type Way = Vec<(u32, Option<Status>, bool)>;

/// Plays every way that the lists of a flow can go.
struct Player<'a, 'd> {
    flow: &'a Flow<'d>,
    /// By container.
    ways: Vec<Vec<Way>>,
}

impl<'a, 'd> Player<'a, 'd> {
    /// `None` where there are too many ways to play them all.
    fn new(flow: &'a Flow<'d>) -> Option<Self> {
        let mut player = Self { flow, ways: vec![Vec::new(); flow.containers.len()] };
        for container in (0..flow.containers.len()).rev() {
            player.ways[container] = player.play(container)?;
        }
        Some(player)
    }

    fn play(&self, container: usize) -> Option<Vec<Way>> {
        let mut waiting: Vec<u32> = self.flow.containers[container].actions.clone();
        let mut ways: Vec<Way> = vec![Vec::new()];
        while !waiting.is_empty() {
            // Those on a circle first, then whoever waits for nobody that is left.
            let is_free = |&&index: &&u32| {
                closure(self.flow, index).contains(&index)
                    || self.known(index).iter().all(|(target, _)| !waiting.contains(target))
            };
            let next = *waiting.iter().find(is_free).unwrap();
            waiting.retain(|&index| index != next);
            ways = ways.into_iter().flat_map(|way| self.step(next, way)).collect();
            if ways.len() > 20_000 {
                return None;
            }
        }
        Some(ways)
    }

    /// Entries that can be relied on; one is not if it is broken or part of a circle.
    fn known(&self, index: u32) -> Vec<(u32, Ends)> {
        let edges = self.flow.actions[index as usize].run_after.iter().filter(|edge| edge.is_plain());
        edges
            .filter_map(|edge| Some((edge.target.filter(|&it| !closure(self.flow, it).contains(&index))?, edge.ends())))
            .collect()
    }

    fn step(&self, index: u32, way: Way) -> Vec<Way> {
        let node = &self.flow.actions[index as usize];
        let known = self.known(index);
        let is_circular =
            closure(self.flow, index).iter().any(|&it| it != index && closure(self.flow, it).contains(&index));
        let ended = |target: u32| way.iter().find(|(action, ..)| *action == target).and_then(|(_, end, _)| *end);
        let (mut can_run, mut can_skip) = (true, is_circular || known.len() < node.run_after.len());
        if !is_circular {
            for (target, wanted) in known {
                match ended(target) {
                    // The run has ended there, so this one is never looked at.
                    None => return vec![[way, vec![(index, None, false)]].concat()],
                    Some(end) if !wanted.contains(end) => (can_run, can_skip) = (false, true),
                    Some(_) => {}
                }
            }
        }
        let mut next = Vec::new();
        if can_run {
            next.extend(self.inner(index).into_iter().map(|end| (index, end, true)));
        }
        if can_skip {
            next.push((index, Some(Status::Skipped), false));
        }
        next.into_iter().map(|end| [way.clone(), vec![end]].concat()).collect()
    }

    /// How one can end that runs.
    fn inner(&self, index: u32) -> BTreeSet<Option<Status>> {
        use Status::*;
        let node = &self.flow.actions[index as usize];
        let all = BTreeSet::from([Some(Succeeded), Some(Failed), Some(TimedOut)]);
        if node.value.get("runtimeConfiguration").is_some() {
            return [all, BTreeSet::from([Some(Skipped)])].concat_sets();
        }
        let lists = |wanted: fn(&Branch<'_>) -> bool| -> Vec<BTreeSet<Option<Status>>> {
            let of_it =
                self.flow.containers.iter().enumerate().filter(|(_, it)| it.owner == Some(index) && wanted(&it.branch));
            of_it.map(|(number, _)| self.ends_of_list(number)).collect()
        };
        let or_passes = |lists: Vec<BTreeSet<Option<Status>>>| {
            if lists.is_empty() { BTreeSet::from([Some(Succeeded)]) } else { lists.concat_sets() }
        };
        let any = |_: &Branch<'_>| true;
        let fails = BTreeSet::from([Some(Failed)]);
        match node.kind {
            ActionKind::Compose => BTreeSet::from([Some(Succeeded), Some(Failed)]),
            ActionKind::Terminate if node.value.text().contains('@') => BTreeSet::from([None, Some(Failed)]),
            ActionKind::Terminate => BTreeSet::from([None]),
            ActionKind::Scope => or_passes(lists(any)),
            ActionKind::Foreach => {
                [or_passes(lists(any)), BTreeSet::from([Some(Succeeded), Some(Failed)])].concat_sets()
            }
            ActionKind::Until => {
                let body = or_passes(lists(any));
                let goes_on = body.iter().any(Option::is_some);
                if goes_on { [body, all].concat_sets() } else { body }
            }
            ActionKind::If => {
                let (yes, no) = (
                    or_passes(lists(|branch| *branch == Branch::Main)),
                    or_passes(lists(|branch| *branch == Branch::Else)),
                );
                match self.flow.decided(node.value.get("expression").unwrap()).map(|decided| decided.value) {
                    Some(true) => yes,
                    Some(false) => no,
                    None => [yes, no, fails].concat_sets(),
                }
            }
            ActionKind::Switch => {
                let cases = lists(|branch| matches!(branch, Branch::Case(_))).concat_sets();
                [cases, or_passes(lists(|branch| *branch == Branch::Default)), fails].concat_sets()
            }
            _ => all,
        }
    }

    fn ends_of_list(&self, container: usize) -> BTreeSet<Option<Status>> {
        self.ways[container].iter().flat_map(|way| self.end_of(container, way)).collect()
    }

    /// A list fails if one of its last steps has; of one that was skipped, those that it waited for count.
    fn end_of(&self, container: usize, way: &Way) -> Vec<Option<Status>> {
        if way.iter().any(|(_, end, _)| end.is_none()) {
            return vec![None];
        }
        let actions = &self.flow.containers[container].actions;
        let waits_for = |index: u32| -> BTreeSet<u32> {
            self.flow.actions[index as usize].run_after.iter().filter_map(|edge| edge.target).collect()
        };
        let is_last = |index: &&u32| !actions.iter().any(|&other| waits_for(other).contains(index));
        let mut open: Vec<u32> = actions.iter().filter(is_last).copied().collect();
        let (mut seen, mut failed) = (BTreeSet::new(), false);
        while let Some(index) = open.pop().filter(|_| !failed) {
            if !seen.insert(index) {
                continue;
            }
            match way.iter().find(|(action, ..)| *action == index).unwrap().1.unwrap() {
                Status::Succeeded => {}
                Status::Skipped => open.extend(waits_for(index)),
                Status::Failed | Status::TimedOut => failed = true,
            }
        }
        vec![Some(if failed { Status::Failed } else { Status::Succeeded })]
    }

    /// Whether some way of its list has the action run, and the like for all around it.
    fn can_run(&self, action: Action<'_>) -> bool {
        let container = action.node().container as usize;
        let runs = self.ways[container].iter().flatten().any(|(index, _, runs)| *index == action.index && *runs);
        let is_taken = action.parent().is_none_or(|parent| {
            let constant = || Some(self.flow.decided(parent.value().get("expression")?)?.value);
            parent.kind() != ActionKind::If || constant() != Some(*action.branch() == Branch::Else)
        });
        runs && is_taken && action.parent().is_none_or(|parent| self.can_run(parent))
    }
}

trait ConcatSets {
    fn concat_sets(self) -> BTreeSet<Option<Status>>;
}

impl<I: IntoIterator<Item = BTreeSet<Option<Status>>>> ConcatSets for I {
    fn concat_sets(self) -> BTreeSet<Option<Status>> {
        self.into_iter().flatten().collect()
    }
}

/// All that can be must be held possible; with `is_exact` nothing else either.
fn check_reach(flow: &Flow<'_>, is_exact: bool) -> Result<(), TestCaseError> {
    let Some(player) = Player::new(flow) else { return Ok(()) };
    for action in flow.actions() {
        let ways = &player.ways[action.node().container as usize];
        let own = |way: &&Way| way.iter().find(|(index, ..)| *index == action.index).copied();
        let ends: Ends = ways.iter().filter_map(|way| own(&way)?.1).collect();
        prop_assert!(
            ends.without(action.ends()).is_empty(),
            "{}: {:?}, not only {:?}",
            action.name(),
            ends,
            action.ends()
        );
        prop_assert!(action.can_run() || !player.can_run(action), "{} can run", action.name());
        if is_exact {
            prop_assert_eq!(action.can_run(), player.can_run(action), "{} runs", action.name());
        }
        if let Some(Unreachable::Contradiction) = action.unreachable() {
            prop_assert!(action.run_after().len() > 1);
        }
        for other in action.siblings().filter(|other| player.can_run(*other) && player.can_run(action)) {
            let (a, b) = (closure(flow, action.index), closure(flow, other.index));
            let is_ordered = a.contains(&other.index) || b.contains(&action.index);
            let runs = |way: &Way, index| way.iter().any(|(it, _, runs)| *it == index && *runs);
            let both = ways.iter().any(|way| runs(way, action.index) && runs(way, other.index));
            let is_tool = matches!(action.branch(), Branch::Tool(_));
            let expected = both && !is_ordered && !is_tool;
            if expected || is_exact {
                prop_assert_eq!(action.can_overlap(other), expected, "{} beside {}", action.name(), other.name());
            }
        }
    }
    Ok(())
}

/// If each of some steps in the order of ranks is apart from the next, all are.
fn check_apart(flow: &Flow<'_>) -> Result<(), TestCaseError> {
    let mut leaves: Vec<Action<'_>> = flow.actions().filter(|action| !action.kind().is_container()).collect();
    leaves.sort_by_key(|action| action.rank());
    let run = leaves.windows(2).take_while(|pair| pair[0].is_apart(pair[1])).count();
    for (at, a) in leaves[..leaves.len().min(run + 1)].iter().enumerate() {
        for b in &leaves[at + 1..leaves.len().min(run + 1)] {
            prop_assert!(a.is_apart(*b), "{} and {}", a.name(), b.name());
            prop_assert!(!a.can_overlap(*b), "{} and {}", a.name(), b.name());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn small_flows_are_played_through(flow in flows(SMALL)) {
        with(&flow, |flow| check_order(flow).and_then(|()| check_reach(flow, false)).and_then(|()| check_apart(flow)))?;
    }

    #[test]
    fn lists_without_joins_are_known_exactly(flow in flows(TREES)) {
        with(&flow, |flow| check_order(flow).and_then(|()| check_reach(flow, true)).and_then(|()| check_apart(flow)))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn large_flows_have_the_order_that_following_every_entry_gives(flow in flows(LARGE)) {
        with(&flow, |flow| check_order(flow).and_then(|()| check_apart(flow)))?;
    }
}

/// The name of every step that never runs for a reason of its own.
fn unreachable(actions: &Value) -> Vec<String> {
    fn line(action: Action<'_>) -> Option<String> {
        let word = match action.unreachable()? {
            Unreachable::Status(..) => "status",
            Unreachable::Ended(_) => "ended",
            Unreachable::Contradiction => "contradiction",
            Unreachable::Branch(..) => "branch",
        };
        Some(format!("{} {word}", action.name()))
    }
    with(actions, |flow| flow.actions().filter_map(line).collect())
}

fn step(kind: &str, after: &[(&str, &[&str])]) -> Value {
    let run_after: Map<String, Value> = after.iter().map(|(name, ends)| ((*name).to_owned(), json!(ends))).collect();
    json!({"type": kind, "inputs": {}, "runAfter": run_after})
}

fn http(after: &[(&str, &[&str])]) -> Value {
    step("Http", after)
}

fn stop(after: &[(&str, &[&str])]) -> Value {
    step("Terminate", after)
}

fn scope(actions: Value, after: &[(&str, &[&str])]) -> Value {
    let mut scope = step("Scope", after);
    scope["actions"] = actions;
    scope
}

#[test]
fn what_never_runs_and_why() {
    let s: &[&str] = &["Succeeded"];
    let mut mock = http(&[]);
    mock["runtimeConfiguration"] = json!({"staticResult": {"staticResultOptions": "Enabled"}});
    for (actions, expected) in [
        (json!({"Stop": stop(&[]), "A": http(&[("Stop", s)]), "B": http(&[("A", s)])}), &["A ended"][..]),
        (json!({"A": http(&[]), "Stop": stop(&[("A", s)]), "B": http(&[("Stop", s)])}), &["B ended"]),
        (json!({"A": http(&[]), "Stop": stop(&[("A", s)]), "B": http(&[("Stop", &["Skipped"])])}), &[]),
        (json!({"A": http(&[]), "B": http(&[("A", &["Skipped"])])}), &["B status"]),
        (json!({"A": http(&[]), "B": http(&[("A", s)]), "C": http(&[("B", &["Skipped"])])}), &[]),
        (json!({"A": step("Compose", &[]), "B": http(&[("A", &["TimedOut"])])}), &["B status"]),
        (json!({"A": http(&[]), "B": http(&[("A", &["TimedOut"])])}), &[]),
        (json!({"A": scope(json!({"Stop": stop(&[])}), &[]), "B": http(&[("A", s)])}), &["B ended"]),
        // The mail may fail, and then the scope has failed.
        (
            json!({"A": scope(json!({"Mail": http(&[]), "Stop": stop(&[("Mail", s)])}), &[]),
                "B": http(&[("A", s)]), "C": http(&[("A", &["Failed"])])}),
            &["B ended"],
        ),
        // A failure that is handled may let the scope succeed.
        (
            json!({"A": scope(json!({"Mail": http(&[]), "Stop": stop(&[("Mail", s)]), "H": http(&[("Mail", &["Failed"])])}), &[]),
                "B": http(&[("A", s)])}),
            &[],
        ),
        (
            json!({"A": http(&[]), "B": http(&[("A", s)]), "C": http(&[("A", &["Failed"])]), "D": http(&[("B", s), ("C", s)])}),
            &["D contradiction"],
        ),
        (
            json!({"A": http(&[]), "B": http(&[("A", s)]), "D": http(&[("A", &["Failed"]), ("B", &["Failed"])])}),
            &["D contradiction"],
        ),
        (
            json!({"A": http(&[]), "B": http(&[("A", s)]), "D": http(&[("A", &["Failed"]), ("B", &["Failed", "Skipped"])])}),
            &[],
        ),
        // The second half waits for the whole first half to be skipped, which says that A failed.
        (
            json!({"A": http(&[]), "B": http(&[("A", s)]), "C": http(&[("B", s)]),
                "D": http(&[("C", &["Skipped"]), ("B", &["Skipped"]), ("A", s)])}),
            &["D contradiction"],
        ),
        // A mocked step may say that it was skipped.
        (
            json!({"A": scope(json!({"Mock": mock.clone(), "Stop": stop(&[("Mock", s)])}), &[]), "B": http(&[("A", s)])}),
            &[],
        ),
        (
            json!({"Mock": mock, "Then": http(&[("Mock", &["Skipped"])]), "B": http(&[("Mock", &["Skipped"]), ("Then", s)])}),
            &[],
        ),
        (json!({"A": http(&[("A", s)]), "B": http(&[("A", &["Skipped"])])}), &[]),
        (json!({"A": http(&[("B", s)]), "B": http(&[("A", s)]), "C": http(&[("B", &["TimedOut"])])}), &[]),
        (json!({"A": http(&[("Gone", s)]), "B": http(&[("A", &["Skipped"])])}), &[]),
        (json!({"A": http(&[]), "B": http(&[("A", &["Done"])])}), &[]),
    ] {
        assert_eq!(unreachable(&actions), expected, "{actions}");
    }
}

#[test]
fn which_loops_run_their_rounds_at_once() {
    for (settings, is_parallel) in [
        (json!({}), false),
        (json!({"runtimeConfiguration": {"concurrency": {"repetitions": 20}}}), true),
        (json!({"runtimeConfiguration": {"concurrency": {"repetitions": 1}}}), false),
        (json!({"runtimeConfiguration": {"concurrency": {"repetitions": "@variables('n')"}}}), false),
        (json!({"runtimeConfiguration": {"concurrency": {}}}), false),
        (
            json!({"runtimeConfiguration": {"concurrency": {"repetitions": 20}}, "operationOptions": "X, sequential"}),
            false,
        ),
    ] {
        let mut each = settings.clone();
        each["type"] = json!("foreach");
        each["actions"] = json!({"Inner": {"type": "Foreach", "runtimeConfiguration": {"concurrency": {"repetitions": 50}},
            "actions": {"A": {"type": "Compose"}}}});
        with(&json!({"Each": each}), |flow| {
            let action = |name| flow.action_named(name).unwrap();
            assert_eq!(action("Each").is_parallel_loop(), is_parallel, "{settings}");
            assert!(!action("Inner").is_parallel_loop(), "a loop in a loop takes its rounds one by one");
            let expected = is_parallel.then(|| action("Each"));
            assert!(action("A").parallel_loop() == expected && action("Inner").parallel_loop() == expected);
        });
    }
    let text = r#"{"definition": {"triggers": {}, "actions": {"Each": {"type": "Foreach", "actions": {}}}}, "kind": "Stateful"}"#;
    let document = Document::parse(text).unwrap();
    let shapes = shapes(&document);
    let flow = Flow::lower(&document, &shapes[0], "workflow.json", None, None, &[]);
    assert!(flow.action_named("Each").unwrap().is_parallel_loop(), "in Logic Apps that is the default");
}

#[test]
fn long_and_wide_flows_take_time_in_proportion() {
    const MANY: usize = 20_000;
    let s: &[&str] = &["Succeeded"];
    let chain = |at: usize| match at {
        0 => step("Http", &[]),
        _ => step("Http", &[(&format!("A{}", at - 1), s)]),
    };
    // Every second step waits for the two before it.
    let ladder = |at: usize| match at {
        0 | 1 => step("Http", &[]),
        _ => step("Http", &[(&format!("A{}", at - 1), s), (&format!("A{}", at - 2), &["Succeeded", "Failed"])]),
    };
    let start = std::time::Instant::now();
    for make in [&chain as &dyn Fn(usize) -> Value, &ladder, &|_| step("Http", &[])] {
        let actions: Map<String, Value> = (0..MANY).map(|at| (format!("A{at}"), make(at))).collect();
        with(&Value::Object(actions), |flow| {
            assert_eq!(flow.cycles().count(), 0);
            assert!(flow.actions().all(|action| action.can_run() && action.unreachable().is_none()));
            let action = |at: usize| flow.action_named(&format!("A{at}")).unwrap();
            assert!(!action(MANY - 1).can_have_run_before(action(0)));
        });
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
