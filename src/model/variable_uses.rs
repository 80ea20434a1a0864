//! Who reads and who changes each variable.

use super::{Action, ActionKind, Expression, Flow};
use crate::expr::Call;
use crate::facts::Named;
use crate::syntax::{Spot, Value};
use std::collections::HashMap;

/// One step that reads or changes a variable.
#[derive(Clone, Copy)]
pub struct VariableUse<'m> {
    /// The step.
    pub action: Action<'m>,
    /// What it does.
    pub kind: UseKind,
    /// The name in the step, or the call that reads it.
    pub spot: Spot,
}

/// What a step does with a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseKind {
    /// An expression reads it.
    Read,
    /// Set variable.
    Set,
    /// Increment or Decrement variable.
    Count,
    /// Append to array variable.
    AppendItem,
    /// Append to string variable.
    AppendText,
}

impl VariableUse<'_> {
    /// Whether it changes the variable.
    pub fn is_write(&self) -> bool {
        self.kind != UseKind::Read
    }
}

/// A variable that is changed, with all steps that use it after it was initialized.
pub struct UsedVariable<'m> {
    /// The name as the first step that changes it has it.
    pub name: String,
    /// In the order in which they can run.
    pub uses: Vec<VariableUse<'m>>,
}

/// What the rounds of one parallel loop do with a variable.
pub struct UsesInLoop<'m> {
    /// The uses in the loop, in the order of a round.
    pub uses: Vec<VariableUse<'m>>,
}

/// Pairs of uses that are compared for one variable at most. Nearly always the first pair decides, or none need be.
const PAIRS: usize = 10_000;

impl<'m> UsedVariable<'m> {
    /// The uses in loops whose rounds run at the same time, loop by loop, in the order of the loops.
    pub fn by_parallel_loop(&self) -> Vec<(Action<'m>, UsesInLoop<'m>)> {
        let mut loops: Vec<(Action<'m>, UsesInLoop<'m>)> = Vec::new();
        for used in &self.uses {
            let Some(around) = used.action.parallel_loop().filter(|_| used.action.can_run()) else { continue };
            // What lies in one loop stands together in the order of ranks.
            match loops.last_mut().filter(|(last, _)| *last == around) {
                Some((_, uses)) => uses.uses.push(*used),
                None => loops.push((around, UsesInLoop { uses: vec![*used] })),
            }
        }
        loops
    }

    /// Two changes in branches that can run at the same time, of which one sets the variable and so undoes the other.
    pub fn race_of_branches(&self) -> Option<(VariableUse<'m>, VariableUse<'m>)> {
        let writes: Vec<&VariableUse<'m>> = self.uses.iter().filter(|used| used.is_write()).collect();
        // Sorted by rank: if each stands behind the one before it, all do.
        if writes.windows(2).all(|pair| pair[0].action.is_apart(pair[1].action)) {
            return None;
        }
        let sets = |a: &VariableUse<'m>, b: &VariableUse<'m>| a.kind == UseKind::Set || b.kind == UseKind::Set;
        let all = || writes.iter().enumerate().flat_map(|(at, &a)| writes[at + 1..].iter().map(move |&b| (a, b)));
        let race =
            all().take(PAIRS).find(|(a, b)| sets(a, b) && !puts_the_same(a, b) && a.action.can_overlap(b.action));
        race.map(|(a, b)| (*a, *b))
    }
}

fn puts_the_same<'m>(a: &VariableUse<'m>, b: &VariableUse<'m>) -> bool {
    let text = |action: Action<'m>| action.value_written().map(Value::text);
    a.kind == b.kind && text(a.action) == text(b.action)
}

impl<'m> UsesInLoop<'m> {
    /// A step that changes the variable and one that reads it, so that a round can see what another has written. Not where
    /// all rounds write the same.
    pub fn race(&self, around: Action<'m>) -> Option<(VariableUse<'m>, VariableUse<'m>)> {
        let mut writes: Vec<VariableUse<'m>> = self.uses.iter().copied().filter(VariableUse::is_write).collect();
        if writes.windows(2).all(|pair| puts_the_same(&pair[0], &pair[1])) {
            writes.retain(|used| used.action.writes_differently_in(around));
        }
        let reads = || self.uses.iter().filter(|used| !used.is_write());
        let all = writes.iter().flat_map(|write| reads().map(move |read| (write, read)));
        let race = all.take(PAIRS).find(|(write, read)| write.action.can_both_run(read.action));
        race.map(|(write, read)| (*write, *read))
    }
}

impl<'m> Flow<'m> {
    /// The variables that steps change, in the order of those steps, each with who reads and who changes it. Names that are
    /// expressions are unknown and left out.
    pub fn changed_variables(&'m self) -> Vec<UsedVariable<'m>> {
        let (mut variables, numbers) = self.variable_changes();
        if variables.is_empty() {
            return variables;
        }
        for expression in self.expressions() {
            let Some(action) = expression.action() else { continue };
            for reference in expression.references().filter(|reference| reference.named == Named::Variable) {
                if let Some(&number) = numbers.get(&reference.name.to_lowercase()) {
                    let spot = expression.spot(reference.range);
                    variables[number].uses.push(VariableUse { action, kind: UseKind::Read, spot });
                }
            }
        }
        sorted(variables)
    }

    /// The variables that several steps change, with these steps only.
    pub fn often_changed_variables(&'m self) -> Vec<UsedVariable<'m>> {
        let (mut variables, _) = self.variable_changes();
        variables.retain(|variable| variable.uses.len() > 1);
        sorted(variables)
    }

    /// The changes in text order, and the number of each variable by its name in lower case.
    fn variable_changes(&'m self) -> (Vec<UsedVariable<'m>>, HashMap<String, usize>) {
        let mut variables: Vec<UsedVariable<'m>> = Vec::new();
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for action in self.actions() {
            let Some((name, value)) = action.variable_written() else { continue };
            let number = *numbers.entry(name.to_lowercase()).or_insert_with(|| {
                variables.push(UsedVariable { name: name.into_owned(), uses: Vec::new() });
                variables.len() - 1
            });
            let kind = match action.kind() {
                ActionKind::SetVariable => UseKind::Set,
                ActionKind::AppendToArrayVariable => UseKind::AppendItem,
                ActionKind::AppendToStringVariable => UseKind::AppendText,
                _ => UseKind::Count,
            };
            variables[number].uses.push(VariableUse { action, kind, spot: value.spot() });
        }
        (variables, numbers)
    }
}

fn sorted(mut variables: Vec<UsedVariable<'_>>) -> Vec<UsedVariable<'_>> {
    for variable in &mut variables {
        variable.uses.sort_by_key(|used| (used.action.rank(), used.kind));
    }
    variables
}

impl<'m> Action<'m> {
    /// The expressions that are its own, without those of actions in it.
    pub fn expressions(self) -> impl Iterator<Item = Expression<'m>> {
        self.flow.expressions_of(self.index)
    }

    /// What a step that changes a variable puts into it.
    pub fn value_written(self) -> Option<Value<'m>> {
        self.inputs()?.get("value")
    }

    /// Whether what a step puts into a variable can differ from round to round of the outermost loop around it: it counts or
    /// appends, or its value comes from the item, from a step of the loop, from a variable that changes there, or from
    /// chance. A name that is worked out is not looked into.
    pub fn writes_differently_in(self, around: Action<'m>) -> bool {
        if self.kind() != ActionKind::SetVariable {
            return true;
        }
        let is_within = |action: Action<'m>| action == around || action.ancestors().any(|outer| outer == around);
        let differs = |call: Call<'m>, named: Option<Named>| {
            let name = call.args().next().and_then(|arg| arg.as_str());
            match (named, name.as_deref()) {
                (Some(Named::Action | Named::Container | Named::Foreach | Named::Until), Some(name)) => {
                    self.flow.action_named(name).is_some_and(is_within)
                }
                (Some(Named::Variable), Some(name)) => self.flow.is_changed_in(around, name),
                _ => ["item", "guid", "rand"].iter().any(|function| call.is(function)),
            }
        };
        let calls = self.expressions().flat_map(Expression::calls);
        calls.into_iter().any(|(call, function)| differs(call, function.and_then(|function| function.names)))
    }
}
