//! What loops cost: what of a loop's body differs from round to round, and how many requests a run makes.
//!
//! A request is what Power Platform's daily limits count: every run of an action, containers and data operations included,
//! the trigger not; each retry is one more, which is left out here (domain: Microsoft's "Limits and allocations of requests").

use super::{Action, ActionKind, Effect, Expression, Flow, Status};
use crate::expr::{Expr, ExprKind};
use crate::facts::Named;
use crate::syntax::{Kind, Value};
use std::cell::OnceCell;
use std::collections::HashSet;
use std::fmt::{self, Write};

/// Asked for by few rules, and worked out at once for the whole flow.
pub(super) type Costs = OnceCell<Worked>;

/// By action.
pub(super) struct Worked {
    /// The innermost loop around, or `NONE`.
    around: Vec<u32>,
    /// How many loops are around.
    depth: Vec<u8>,
    /// By nesting of the loops around it, outermost first: whether its inputs differ from round to round.
    varies: Vec<Levels>,
    /// Action runs that one run, or one round of the loop, takes in the worst case; of loops without their rounds.
    weight: Vec<u64>,
    /// Of loops: action runs of one round.
    body: Vec<u64>,
    /// Of the top level.
    once: u64,
}

const NONE: u32 = u32::MAX;

/// A bit for each of the loops around an action. A flow's text has at most 128 levels, of which a loop takes two.
type Levels = u128;

fn level(depth: u8) -> Levels {
    1_u128.checked_shl(depth.into()).unwrap_or(0)
}

/// All levels below a depth.
fn below(depth: u8) -> Levels {
    level(depth).wrapping_sub(1)
}

/// How many requests a run makes in the worst case: of the branches of a condition the dearest, every loop, no retries.
pub struct Requests<'m> {
    /// Those outside of loops, the loops themselves included.
    pub once: u64,
    /// Those of the loops, in text order.
    pub repeated: Vec<Repeated<'m>>,
}

/// What one loop adds to the requests of a run.
pub struct Repeated<'m> {
    /// The loop.
    pub each: Action<'m>,
    /// Requests of one round, without the rounds of loops in it.
    pub requests: u64,
}

impl fmt::Display for Requests<'_> {
    /// `1 + 3 per row of `List orders` + 2 per item of `Lines` per row of `List orders``
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.once)?;
        for Repeated { each, requests } in &self.repeated {
            write!(f, " + {requests}")?;
            for around in std::iter::once(*each).chain(each.loops()) {
                write!(f, " per {}", around.round())?;
            }
        }
        Ok(())
    }
}

impl Worked {
    fn new(flow: &Flow<'_>) -> Self {
        let count = flow.actions.len();
        let mut worked = Self {
            around: vec![NONE; count],
            depth: vec![0; count],
            varies: vec![0; count],
            weight: vec![1; count],
            body: vec![0; count],
            once: 0,
        };
        // Containers stand before what they contain.
        for action in flow.actions() {
            let Some(parent) = action.parent() else { continue };
            let (at, parent_at) = (action.index as usize, parent.index as usize);
            let is_loop = parent.kind().is_loop();
            worked.around[at] = if is_loop { parent.index } else { worked.around[parent_at] };
            worked.depth[at] = worked.depth[parent_at].saturating_add(is_loop.into());
        }
        worked.weigh(flow);
        worked.find_varying(flow);
        worked
    }

    fn weigh(&mut self, flow: &Flow<'_>) {
        let mut sums = vec![0_u64; flow.containers.len()];
        let mut owned: Vec<(u32, usize)> = Vec::new();
        owned.extend(flow.containers.iter().enumerate().filter_map(|(at, one)| Some((one.owner?, at))));
        owned.sort_unstable();
        for index in (0..flow.actions.len()).rev() {
            let node = &flow.actions[index];
            let first = owned.partition_point(|(owner, _)| (*owner as usize) < index);
            let own = owned[first..].iter().take_while(|(owner, _)| *owner as usize == index).map(|(_, at)| sums[*at]);
            let inside = match node.kind {
                ActionKind::If | ActionKind::Switch => own.max().unwrap_or(0),
                _ => own.fold(0, u64::saturating_add),
            };
            if node.kind.is_loop() {
                self.body[index] = inside;
            } else {
                self.weight[index] = inside.saturating_add(1);
            }
            let sum = &mut sums[node.container as usize];
            *sum = sum.saturating_add(self.weight[index]);
        }
        let top = flow.containers.iter().zip(&sums).filter(|(container, _)| container.owner.is_none());
        self.once = top.fold(0, |all, (_, sum)| all.saturating_add(*sum));
    }

    fn find_varying(&mut self, flow: &Flow<'_>) {
        if !flow.actions.iter().any(|node| node.kind.is_loop()) {
            return;
        }
        let mut changed: HashSet<(u32, String)> = HashSet::new();
        for action in flow.actions().filter(|action| self.depth[action.index as usize] > 0) {
            let Some((name, _)) = action.variable_written() else { continue };
            let name = name.to_lowercase();
            changed.extend(self.loops(action.index).map(|around| (around, name.clone())));
        }
        // What a step gives, as far as it differs from round to round; unknown of those that come later.
        let mut gives: Vec<Option<Levels>> = vec![None; flow.actions.len()];
        let mut order: Vec<Action<'_>> = flow.actions().collect();
        order.sort_by_key(|action| action.rank());
        for action in order {
            let at = action.index as usize;
            if self.depth[at] == 0 {
                gives[at] = Some(0);
                continue;
            }
            let all = below(self.depth[at]);
            let varies = action.expressions().fold(0, |so_far, expression| {
                if so_far == all { all } else { so_far | self.levels_of(action, expression, &changed, &gives) }
            });
            self.varies[at] = varies;
            gives[at] = Some(match action.effect() {
                Effect::None => varies,
                Effect::Read => varies | self.until_levels(action),
                _ => all,
            });
        }
    }

    /// The loops around an action, innermost first.
    fn loops(&self, action: u32) -> impl Iterator<Item = u32> {
        let outer = |index: u32| Some(self.around[index as usize]).filter(|&around| around != NONE);
        std::iter::successors(outer(action), move |&around| outer(around))
    }

    /// What is read anew until it is something else.
    fn until_levels(&self, action: Action<'_>) -> Levels {
        let untils =
            self.loops(action.index).filter(|&around| action.flow.actions[around as usize].kind == ActionKind::Until);
        untils.fold(0, |levels, around| levels | level(self.depth[around as usize]))
    }

    /// The levels that two actions have in common.
    fn common(&self, one: u32, other: u32) -> Levels {
        let others: Vec<u32> = self.loops(other).collect();
        let shared = self.loops(one).find(|around| others.contains(around));
        shared.map_or(0, |around| below(self.depth[around as usize].saturating_add(1)))
    }

    fn levels_of(
        &self,
        action: Action<'_>,
        expression: Expression<'_>,
        changed: &HashSet<(u32, String)>,
        gives: &[Option<Levels>],
    ) -> Levels {
        let all = below(self.depth[action.index as usize]);
        if !expression.template().faults().is_empty() {
            return all;
        }
        let mut levels = 0;
        let mut named = 0;
        for reference in expression.references() {
            named += 1;
            match reference.named {
                Named::Parameter => {}
                Named::Variable => {
                    let name = reference.name.to_lowercase();
                    let within = self.loops(action.index).filter(|&around| changed.contains(&(around, name.clone())));
                    levels |= within.fold(0, |levels, around| levels | level(self.depth[around as usize]));
                }
                Named::Action | Named::Container | Named::Foreach | Named::Until => {
                    let Some(target) = reference.action() else { return all };
                    if self.loops(action.index).any(|around| around == target.index) {
                        levels |= level(self.depth[target.index as usize]);
                        continue;
                    }
                    let common = self.common(action.index, target.index);
                    levels |= match gives[target.index as usize] {
                        Some(given) if reference.named != Named::Container => given & common,
                        _ => common,
                    };
                }
            }
        }
        for (call, function) in expression.calls() {
            if call.is("item") && !expression.is_per_item() {
                let each =
                    self.loops(action.index).find(|&around| action.flow.action(around).kind() == ActionKind::Foreach);
                levels |= each.map_or(0, |around| level(self.depth[around as usize]));
            } else if ["guid", "rand", "utcNow", "iterationIndexes"].iter().any(|name| call.is(name)) {
                return all;
            } else if function.is_some_and(|function| function.names.is_some()) {
                // A name that is worked out.
                match named {
                    0 => return all,
                    _ => named -= 1,
                }
            }
        }
        levels
    }
}

impl<'m> Flow<'m> {
    fn costs(&'m self) -> &'m Worked {
        self.costs.get_or_init(|| Worked::new(self))
    }

    /// How many requests a run makes.
    pub fn requests(&'m self) -> Requests<'m> {
        let costs = self.costs();
        let loops = self.actions().filter(|action| action.kind().is_loop() && costs.body[action.index as usize] > 0);
        let repeated = loops.map(|each| Repeated { each, requests: costs.body[each.index as usize] });
        Requests { once: costs.once, repeated: repeated.collect() }
    }
}

impl<'m> Action<'m> {
    /// The loops around it, innermost first.
    pub fn loops(self) -> impl Iterator<Item = Action<'m>> {
        self.ancestors().filter(|around| around.kind().is_loop())
    }

    /// The innermost loop around it, if that is an Apply to each over more than one item, as far as is known.
    pub fn each(self) -> Option<Action<'m>> {
        self.loops().next().filter(|each| each.kind() == ActionKind::Foreach && !each.is_single())
    }

    /// Whether what it is given differs from round to round of a loop around it: by the item, by what a step of the loop
    /// gives, by a variable that is changed there, by chance or by the time.
    pub fn varies_in(self, around: Action<'m>) -> bool {
        let costs = self.flow.costs();
        costs.varies[self.index as usize] & level(costs.depth[around.index as usize]) != 0
    }

    /// Whether it depends on the item, or on what else differs from round to round, whether it runs: by a condition, or as
    /// it waits for a failure.
    pub fn is_chosen_in(self, around: Action<'m>) -> bool {
        let mut line = std::iter::once(self).chain(self.ancestors()).take_while(|inner| *inner != around);
        let decides = |inner: Action<'m>| {
            let is_branching = inner != self && matches!(inner.kind(), ActionKind::If | ActionKind::Switch);
            let waits = inner.run_after().iter().any(|edge| !edge.waits_for(Status::Succeeded));
            waits || (is_branching && inner.varies_in(around))
        };
        line.any(decides)
    }

    /// Whether it is a query that could be asked once for all items of a loop: the loop goes over the rows of a query of the
    /// same connector, and what differs by item is the filter, not where the rows are.
    pub fn can_be_joined(self, each: Action<'m>) -> bool {
        if self.effect() != Effect::Read || !self.kind().is_connector_call() || !self.varies_in(each) {
            return false;
        }
        let Some(query) = self.query() else { return false };
        let is_alike = |search: Action<'m>| search.effect() == Effect::Read && search.connector() == self.connector();
        let is_under = |expression: Expression<'m>, mut names: std::slice::Iter<'_, &str>| {
            names.any(|name| expression.is_under(&["inputs", "parameters", name]))
        };
        let of_round = |expression: Expression<'m>| {
            let mut named = expression.references().filter_map(|reference| reference.action());
            named.any(|action| action == each || action.loops().any(|around| around == each))
                || expression.calls().any(|(call, _)| call.is("item"))
        };
        let mut is_searching = false;
        for expression in self.expressions() {
            let is_fetch = query.operation.fetch_xml.is_some_and(|name| is_under(expression, [name].iter()));
            if is_fetch || is_under(expression, query.operation.filters.iter()) {
                // What a step of the loop answers cannot be known before the loop.
                let mut answers = expression.references().filter_map(|reference| reference.action());
                if answers.any(|step| step.effect().is_call() && step.loops().any(|around| around == each)) {
                    return false;
                }
                is_searching = true;
            }
            if is_under(expression, query.operation.on.iter()) && of_round(expression) {
                return false;
            }
        }
        is_searching && each.looped_search().is_some_and(is_alike)
    }

    /// Whether a loop calls anything in its own rounds, loops in it aside.
    pub fn calls_in_rounds(self) -> bool {
        self.inside().any(|step| step.effect().is_call() && step.loops().next() == Some(self))
    }

    /// Whether it may change what a query reads: any step of which that is unknown, and writes through the same connector,
    /// unless both name a table and those are different ones.
    pub fn may_change_result_of(self, query: Action<'m>) -> bool {
        match self.effect() {
            Effect::None | Effect::Read | Effect::Response => false,
            Effect::ChildFlow | Effect::SendAndWait | Effect::Unknown => true,
            Effect::Write | Effect::Delete | Effect::Send => {
                let table = |action: Action<'m>| {
                    let named = ["entityName", "table"].iter().find_map(|name| action.parameter(name))?;
                    action.flow.literal_text(named)
                };
                let apart = table(self).zip(table(query)).is_some_and(|(own, other)| !own.eq_ignore_ascii_case(&other));
                !apart && self.connector() == query.connector()
            }
        }
    }

    /// Whether it is given something that can be another at another place of the flow: a variable that steps change,
    /// the time, or chance.
    pub fn reads_changing_values(self) -> bool {
        let is_chance = |expression: Expression<'m>| {
            expression.calls().any(|(call, _)| ["guid", "rand", "utcNow"].iter().any(|name| call.is(name)))
        };
        let is_changed = |name: &str| {
            let mut written = self.flow.actions().filter_map(Action::variable_written);
            written.any(|(changed, _)| changed.eq_ignore_ascii_case(name))
        };
        self.expressions().any(|expression| {
            let mut named = expression.references().filter(|reference| reference.named == Named::Variable);
            is_chance(expression) || named.any(|reference| is_changed(&reference.name))
        })
    }

    /// The actions in it, at any depth, in text order.
    pub fn inside(self) -> impl Iterator<Item = Action<'m>> {
        let span = self.value().span();
        let after = self.flow.actions[self.index as usize + 1..].iter();
        let within = after.take_while(move |node| span.contains(node.at.span)).count() as u32;
        (self.index + 1..=self.index + within).map(move |index| self.flow.action(index))
    }

    /// The requests of one run of it, of a loop those of one round.
    pub fn requests(self) -> u64 {
        let costs = self.flow.costs();
        let by = if self.kind().is_loop() { &costs.body } else { &costs.weight };
        by[self.index as usize]
    }

    /// The list of an Apply to each, where an expression gives it.
    pub fn looped_list(self) -> Option<Expression<'m>> {
        self.expressions().find(|expression| expression.is_under(&["foreach"]))
    }

    /// The search or filter whose whole list an Apply to each goes through.
    pub fn looped_search(self) -> Option<Action<'m>> {
        let list = self.looped_list()?;
        let call = list.only_root()?.as_call()?;
        list.searched(call, call.hops())
    }

    /// Whether the list of an Apply to each has one item at most: the first of something, or a search for one row.
    pub fn is_single(self) -> bool {
        self.kind() == ActionKind::Foreach && self.items_at_most() == Some(1)
    }

    /// How many items the list of an Apply to each has at most, where that is written down.
    fn items_at_most(self) -> Option<u64> {
        if let Some(list) = self.value().get("foreach").filter(|list| list.kind() == Kind::Array) {
            return Some(list.items().count() as u64);
        }
        if let Some(search) = self.looped_search().filter(|search| search.effect() == Effect::Read) {
            return search.parameter("$top").and_then(number);
        }
        let call = self.looped_list()?.only_root()?.as_call().filter(|call| call.hops().next().is_none())?;
        let mut args = call.args();
        if call.is("createArray") {
            return Some(args.count() as u64);
        }
        let count = args.nth(1).filter(|_| call.is("take"))?;
        whole(count)
    }

    /// What one round of a loop stands for: ``row of `List orders` ``, ``item of `Apply to each` ``, ``round of `Do until` ``.
    pub fn round(self) -> String {
        let mut text = String::new();
        let search = if self.kind() == ActionKind::Foreach { self.looped_search() } else { None };
        let (word, name) = match (self.kind(), search) {
            (ActionKind::Until, _) => ("round", self.display_name()),
            (_, Some(search)) if search.effect() == Effect::Read => ("row", search.display_name()),
            _ => ("item", self.display_name()),
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{word} of `{name}`");
        text
    }

    /// The requests of a run that come from a loop and from the loops around and in it, as a sentence for a help.
    pub fn cost_in(self, each: Action<'m>) -> String {
        let outermost = each.loops().last().unwrap_or(each);
        let mut requests = self.flow.requests();
        let belongs = |one: Action<'m>| one == outermost || one.loops().any(|around| around == outermost);
        let had = requests.repeated.len();
        requests.repeated.retain(|repeated| belongs(repeated.each));
        let more = if requests.repeated.len() < had { ", other loops aside" } else { "" };
        // One that nests a dozen loops would fill the screen.
        if requests.repeated.len() > 4 {
            return format!(
                "a run makes {} requests per {} and more in the loops inside",
                outermost.requests(),
                outermost.round()
            );
        }
        format!("a run makes up to {requests} requests{more}")
    }
}

fn number(value: Value<'_>) -> Option<u64> {
    let text = match value.kind() {
        Kind::Number => value.as_number()?.into(),
        _ => value.as_str()?,
    };
    text.trim().parse().ok()
}

fn whole(expr: Expr<'_>) -> Option<u64> {
    match expr.kind() {
        ExprKind::Integer(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
