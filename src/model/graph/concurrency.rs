//! What can run at the same time: rounds of a loop, and branches that do not wait for each other.

use super::super::{Action, ActionKind, Branch, Platform};
use super::reach::Conditions;
use crate::facts;
use crate::syntax::Value;

impl<'m> Action<'m> {
    /// Whether it is an Apply to each whose rounds run at the same time. A loop within a loop takes its rounds one by one,
    /// whatever it says (Microsoft's guideline "Implement parallel execution"; the same in Logic Apps).
    pub fn is_parallel_loop(self) -> bool {
        self.kind() == ActionKind::Foreach && self.rounds_at_once() > 1 && !self.is_inside_loop()
    }

    /// How many rounds its settings allow at once; one where that is an expression.
    fn rounds_at_once(self) -> u32 {
        let options = self.value().get("operationOptions").and_then(Value::as_str);
        let is_sequential = |options: &str| options.split(',').any(|it| it.trim().eq_ignore_ascii_case("Sequential"));
        if options.is_some_and(|options| is_sequential(&options)) {
            return 1;
        }
        let Some(setting) = self.value().at(&["runtimeConfiguration", "concurrency", "repetitions"]) else {
            return facts::concurrency().default_repetitions(match self.flow.platform {
                Platform::PowerAutomate => facts::Platform::PowerAutomate,
                Platform::LogicApps => facts::Platform::Consumption,
            });
        };
        setting.as_number().and_then(|number| number.parse().ok()).unwrap_or(1)
    }

    /// The loop around it whose rounds run at the same time.
    pub fn parallel_loop(self) -> Option<Action<'m>> {
        let outermost = self.ancestors().filter(|action| action.kind().is_loop()).last()?;
        outermost.is_parallel_loop().then_some(outermost)
    }

    /// Whether it and the other are in one list, and by which of the actions around them: itself, or a container.
    fn meeting(self, other: Action<'m>) -> Option<(Action<'m>, Action<'m>)> {
        let line = |action: Action<'m>| {
            let mut line: Vec<Action<'m>> = std::iter::once(action).chain(action.ancestors()).collect();
            line.reverse();
            line
        };
        let mut pairs = line(self).into_iter().zip(line(other));
        pairs.find(|(a, b)| a != b).filter(|(a, b)| a.node().container == b.node().container)
    }

    /// Whether there can be a moment at which both run: neither waits for the other, and one run can take both. Two rounds
    /// of a loop are another question: [`Action::parallel_loop`].
    pub fn can_overlap(self, other: Action<'m>) -> bool {
        let Some((a, b)) = self.meeting(other) else { return false };
        // The agent decides which of its tools it uses, and when.
        let is_tool = matches!(a.branch(), Branch::Tool(_));
        !is_tool && self.can_run() && other.can_run() && !a.is_ordered(b) && a.is_compatible(b)
    }

    /// Whether one and the same run, or round, can take both.
    pub fn can_both_run(self, other: Action<'m>) -> bool {
        let lies_in = |inner: Action<'m>, outer: Action<'m>| inner.ancestors().any(|container| container == outer);
        if self == other || lies_in(self, other) || lies_in(other, self) {
            return true;
        }
        // No common list means different branches of one condition or switch.
        self.meeting(other).is_some_and(|(a, b)| a.is_compatible(b))
    }

    /// Whether every moment of one lies before every moment of the other, or they never run in the same run because they
    /// lie in different branches of one condition. The quick part of [`Action::can_overlap`].
    pub fn is_apart(self, other: Action<'m>) -> bool {
        self.meeting(other).is_none_or(|(a, b)| a.is_ordered(b))
    }

    fn is_ordered(self, sibling: Action<'m>) -> bool {
        let (order, actions) = (self.flow.order(), &self.flow.actions);
        order.precedes(actions, self.index, sibling.index) || order.precedes(actions, sibling.index, self.index)
    }

    fn is_compatible(self, sibling: Action<'m>) -> bool {
        Conditions::new(self.flow, self.flow.reach()).ran(self.index).ran(sibling.index).holds()
    }
}
