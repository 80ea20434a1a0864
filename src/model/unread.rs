//! What nothing in a flow reads or changes: variables, and results of steps that only give a result.

use super::{Action, ActionKind, Branch, Effect, Flow, RunAfter, Status, Trigger, TriggerKind, Variable, is_same_name};
use crate::facts::{self, Named};
use crate::syntax::Value;
use std::collections::HashSet;

impl<'m> Flow<'m> {
    /// The variables that no expression reads, nor any text that holds one. None where an expression decides which variable is
    /// read. What a step that changes a variable gives back is the variable's value, so that reading it counts.
    pub fn unread_variables(&'m self) -> Vec<Variable<'m>> {
        let mut is_read: Vec<bool> = self.variables().map(|_| false).collect();
        if is_read.is_empty() {
            return Vec::new();
        }
        for expression in self.expressions() {
            for reference in expression.references() {
                if let Some(number) = reference.variable_number() {
                    is_read[number] = true;
                } else if let Some(step) = reference.action().filter(|step| step.kind().keeps_variable()) {
                    self.mark_variables_of(step, &mut is_read);
                }
            }
        }
        if is_read.iter().all(|is_read| *is_read) || self.decides_what_to_read(|named| named == Named::Variable) {
            return Vec::new();
        }
        // References go to the first declaration of a name; a second one is another rule's matter.
        let mut seen = HashSet::new();
        let first = self.variables().zip(is_read).filter(|(variable, _)| seen.insert(variable.name.to_lowercase()));
        let mut unread: Vec<Variable<'m>> =
            first.filter(|(_, is_read)| !is_read).map(|(variable, _)| variable).collect();
        if unread.is_empty() {
            return unread;
        }
        let mentioned = self.mentioned(|named| named == Named::Variable);
        unread.retain(|variable| !mentioned.contains(&variable.name.to_lowercase()));
        unread
    }

    /// The variables that keep the value that they are initialized with. None where an expression decides which variable a
    /// step changes.
    pub fn unchanged_variables(&'m self) -> Vec<Variable<'m>> {
        let mut unchanged: Vec<Variable<'m>> = self.variables().collect();
        if unchanged.is_empty() {
            return unchanged;
        }
        let mut changed = HashSet::new();
        for action in self.actions().filter(|action| action.kind().changes_variable()) {
            let Some((name, _)) = action.variable_written() else { return Vec::new() };
            changed.insert(name.to_lowercase());
        }
        unchanged.retain(|variable| !changed.contains(&variable.name.to_lowercase()));
        unchanged
    }

    /// Marks the variables that a step initializes or changes.
    fn mark_variables_of(&'m self, step: Action<'m>, marked: &mut [bool]) {
        let written = step.variable_written();
        let is_of = |variable: &Variable<'m>| {
            variable.action == step || written.as_ref().is_some_and(|(name, _)| is_same_name(name, variable.name))
        };
        for (variable, mark) in self.variables().zip(marked) {
            *mark |= is_of(&variable);
        }
    }

    /// The steps that do nothing but give a result, which nothing reads: data operations, and reads by connectors. Not those
    /// behind which the flow ends, whose result is there for whoever looks at the run, nor those whose failure another step
    /// waits for.
    pub fn unread_results(&'m self) -> Vec<Action<'m>> {
        if !self.actions().any(Action::only_gives_a_result) {
            return Vec::new();
        }
        let mut is_read = vec![false; self.action_count()];
        for expression in self.expressions() {
            for reference in expression.references().filter(|reference| reference.named.is_of_result()) {
                if let Some(action) = reference.action() {
                    is_read[action.index as usize] = true;
                }
            }
        }
        let is_unread = |action: &Action<'m>| {
            let is_read = |action: Action<'m>| is_read[action.index as usize];
            !is_read(*action)
                && action.only_gives_a_result()
                && !action.ancestors().any(is_read)
                && !action.is_at_the_end()
                && action.followers().all(|(_, run_after)| is_after_success(run_after))
        };
        let mut unread: Vec<Action<'m>> = self.actions().filter(is_unread).collect();
        if unread.is_empty() || self.decides_what_to_read(Named::is_of_result) {
            return Vec::new();
        }
        let mentioned = self.mentioned(Named::is_of_result);
        unread.retain(|action| !mentioned.contains(&action.name().to_lowercase()));
        unread
    }

    /// Whether an expression decides what another reads.
    fn decides_what_to_read(&'m self, wanted: fn(Named) -> bool) -> bool {
        let mut calls = self.expressions().flat_map(|expression| expression.calls());
        calls.any(|(call, function)| {
            function.and_then(|function| function.names).is_some_and(wanted)
                && call.args().next().is_some_and(|name| name.as_str().is_none())
        })
    }

    /// The names, in lower case, in what looks like `variables('name')` anywhere in the definition's strings, such as in an
    /// expression that is kept as text or cannot be read.
    fn mentioned(&'m self, wanted: fn(Named) -> bool) -> HashSet<String> {
        let mut names = HashSet::new();
        for text in self.definition.strings_holding(b'\'') {
            let decoded = text.decoded();
            for (at, _) in decoded.match_indices("('") {
                let before = &decoded[..at];
                let function = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
                let named = facts::function(function).and_then(|function| function.names);
                if named.is_some_and(wanted)
                    && let Some((name, _)) = decoded[at + 2..].split_once('\'')
                {
                    names.insert(name.to_lowercase());
                }
            }
        }
        names
    }
}

/// Whether it waits for nothing but success.
fn is_after_success(run_after: &RunAfter<'_>) -> bool {
    run_after.statuses.iter().all(|status| *status == Status::Succeeded)
}

impl Named {
    /// Whether it is the name of a step whose result is read.
    fn is_of_result(self) -> bool {
        matches!(self, Self::Action | Self::Container)
    }
}

impl<'m> Trigger<'m> {
    /// Where it is the first version of the trigger for Power Apps: what says so.
    pub fn first_power_apps_version(self) -> Option<Value<'m>> {
        let kind = self.value().get("kind").filter(|kind| kind.is_str("PowerApp"))?;
        (self.kind() == TriggerKind::Request).then_some(kind)
    }
}

impl Variable<'_> {
    /// Whether it takes an input of an app by the first version of that trigger, where the step that reads an input is what
    /// makes the app have it.
    pub fn takes_app_input(&self) -> bool {
        let flow = self.action.flow();
        flow.triggers().any(|trigger| trigger.first_power_apps_version().is_some())
            && self.action.expressions().any(|expression| {
                expression.template().calls().any(|call| call.is("triggerBody") || call.is("triggerOutputs"))
            })
    }
}

impl ActionKind {
    /// Whether it gives back the value of a variable.
    fn keeps_variable(self) -> bool {
        self == Self::InitializeVariable || self.changes_variable()
    }

    /// Whether it changes a variable that exists.
    fn changes_variable(self) -> bool {
        use ActionKind::*;
        matches!(
            self,
            SetVariable | IncrementVariable | DecrementVariable | AppendToArrayVariable | AppendToStringVariable
        )
    }
}

impl<'m> Action<'m> {
    /// Whether its result is all that it is for. A Compose step without an expression is a note or a constant, what an
    /// agent's tool gives goes to the agent, and an HTTP request may do what its method does not say.
    fn only_gives_a_result(self) -> bool {
        use ActionKind::*;
        let only_gives = match self.kind() {
            Compose => self.expressions().next().is_some(),
            Select | Query | ParseJson | Join | Table | Expression => true,
            OpenApiConnection | ApiConnection => self.effect() == Effect::Read && !self.is_http_request(),
            _ => false,
        };
        let is_tool = |action: Action<'_>| matches!(action.branch(), Branch::Tool(_));
        only_gives && !is_tool(self) && !self.ancestors().any(is_tool)
    }

    /// Whether a connector sends a request that the maker has written out.
    fn is_http_request(self) -> bool {
        let names = ["method", "request/method", "parameters/method"];
        let parameters = self.inputs().and_then(|inputs| inputs.get("parameters"));
        parameters.is_some_and(|parameters: Value<'m>| names.iter().any(|name| parameters.get(name).is_some()))
    }

    /// Whether no step of the flow waits for it or for what it lies in.
    fn is_at_the_end(self) -> bool {
        std::iter::once(self).chain(self.ancestors()).all(|action| action.followers().next().is_none())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Flow;
    use crate::model::shape::shapes;
    use crate::syntax::Document;

    /// Names of the variables that nothing reads and that nothing changes, and of the steps whose result nothing reads.
    fn unused(actions: &str) -> [Vec<String>; 3] {
        let text = format!(
            r#"{{"definition": {{"$schema": "workflowdefinition.json#", "triggers": {{}}, "actions": {actions}}}}}"#
        );
        let document = Document::parse(&text).unwrap();
        let shapes = shapes(&document);
        let flow = Flow::lower(&document, &shapes[0], "Flow.json", None, None, &[]);
        let unread = flow.unread_variables().iter().map(|variable| variable.name.to_owned()).collect();
        let unchanged = flow.unchanged_variables().iter().map(|variable| variable.name.to_owned()).collect();
        let results = flow.unread_results().iter().map(|action| action.name().to_owned()).collect();
        [unread, unchanged, results]
    }

    #[test]
    fn one_name_in_two_spellings_is_one_variable() {
        let declared = r#"{"type": "InitializeVariable", "inputs": {"variables": [{"name": "Ä"}, {"name": "ä"}, {"name": 3}, {}]}}"#;
        let [unread, unchanged, _] = unused(&format!(r#"{{"A": {declared}, "B": {declared}}}"#));
        assert_eq!(unread, ["Ä"]);
        assert_eq!(unchanged.len(), 4);
        let set = r#"{"type": "SetVariable", "inputs": {"name": "ä", "value": "@variables('Ä')"}}"#;
        let [unread, unchanged, _] = unused(&format!(r#"{{"A": {declared}, "S": {set}}}"#));
        assert!(unread.is_empty() && unchanged.is_empty());
    }

    #[test]
    fn what_is_read_by_expression_or_in_broken_text_is_unknown() {
        let declared = r#""A": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "a"}]}}"#;
        for (reader, is_unread) in [
            ("x", true),
            ("@variables('b')", true),
            ("@variables(outputs('x'))", false),
            ("@concat(variables('A')", false),
            ("@@{variables('a')}", false),
            ("('a')", true),
        ] {
            let step = format!(r#"{{{declared}, "R": {{"type": "Compose", "inputs": "{reader}"}}}}"#);
            assert_eq!(unused(&step)[0].is_empty(), !is_unread, "{reader}");
        }
    }

    #[test]
    fn results_count_where_something_follows() {
        let select = |run_after: &str| format!(r#"{{"type": "Select", "inputs": {{}}, "runAfter": {run_after}}}"#);
        let steps = format!(r#"{{"A": {}, "B": {}}}"#, select("{}"), select(r#"{"A": ["Succeeded"]}"#));
        assert_eq!(unused(&steps)[2], ["A"]);
        let steps = format!(r#"{{"A": {}, "B": {}}}"#, select("{}"), select(r#"{"A": ["Succeeded", "Failed"]}"#));
        assert!(unused(&steps)[2].is_empty());
    }
}
