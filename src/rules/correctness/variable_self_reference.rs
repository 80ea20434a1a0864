//! Flags steps that set or extend a variable by an expression that reads it.

use crate::facts::Named;
use crate::model::{ActionKind, Expression, is_same_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: VariableSelfReference = VariableSelfReference;
pub(crate) struct VariableSelfReference;

impl Rule for VariableSelfReference {
    fn meta(&self) -> &'static RuleMeta {
        &cards::VARIABLE_SELF_REFERENCE
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        use ActionKind::{AppendToArrayVariable, AppendToStringVariable, SetVariable};
        let updates = [SetVariable, AppendToArrayVariable, AppendToStringVariable];
        let Some(action) = expression.action().filter(|action| updates.contains(&action.kind())) else { return };
        let Some((name, written)) = action.variable_written() else { return };
        let is_own = |named: Named, read: &str| named == Named::Variable && is_same_name(read, &name);
        let mut reads = expression.references().filter(|reference| is_own(reference.named, &reference.name));
        let Some(first) = reads.next() else { return };
        let message =
            format!("the step changes the variable `{name}` and reads it for that, which the platform refuses");
        let help = match action.kind() {
            SetVariable => "work the new value out in a Compose step before, and set the variable to its output",
            _ => "put the value into a Compose step before, and append its output",
        };
        let draft = sink.at(expression.spot(first.range), message).help(help).related(written.spot(), "changed here");
        for read in reads {
            draft.also_at(expression.spot(read.range));
        }
    }
}
