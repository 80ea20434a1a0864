//! Flags variables that are given a value of another type than they are declared with, and steps that change a variable of
//! a type that they cannot change.

use crate::expr::TypeSet;
use crate::model::{Action, ActionKind, Variable};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: VariableTypeMismatch = VariableTypeMismatch;
pub(crate) struct VariableTypeMismatch;

impl Rule for VariableTypeMismatch {
    fn meta(&self) -> &'static RuleMeta {
        &cards::VARIABLE_TYPE_MISMATCH
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if action.kind() == ActionKind::InitializeVariable {
            let name_of = |variable: &Variable<'_>| variable.action == action;
            for variable in action.flow().variables().filter(name_of) {
                check_value(action, &variable, variable.initial_value(), variable.declared_type(), sink);
            }
            return;
        }
        let Some((name, name_value)) = action.variable_written() else { return };
        let mut declared = action.flow().variables_named(&name);
        let (Some(variable), None) = (declared.next(), declared.next()) else { return };
        let declared = variable.declared_type();
        let Some(taken) = taken_by(action.kind()) else { return };
        if !declared.may_be(taken) {
            let step = action.kind().title();
            sink.at(name_value.spot(), format!("`{step}` changes {taken}, and the variable `{name}` is {declared}"))
                .help(format!("choose another variable, or another type in `{}`", variable.action.display_name()))
                .related(variable.name_value.spot(), "declared here");
            return;
        }
        let value = action.inputs().and_then(|inputs| inputs.get("value"));
        match action.kind() {
            ActionKind::SetVariable => check_value(action, &variable, value, declared, sink),
            ActionKind::IncrementVariable | ActionKind::DecrementVariable => {
                check_value(action, &variable, value, TypeSet::NUMBER, sink);
            }
            // Anything can be an item of a list, or made text of.
            _ => {}
        }
    }
}

/// What variables a step changes; any for Set variable.
fn taken_by(kind: ActionKind) -> Option<TypeSet> {
    Some(match kind {
        ActionKind::SetVariable => TypeSet::ANY,
        ActionKind::IncrementVariable | ActionKind::DecrementVariable => TypeSet::NUMBER,
        ActionKind::AppendToArrayVariable => TypeSet::ARRAY,
        ActionKind::AppendToStringVariable => TypeSet::STRING,
        _ => return None,
    })
}

fn check_value<'m>(
    action: Action<'m>,
    variable: &Variable<'m>,
    value: Option<crate::syntax::Value<'m>>,
    declared: TypeSet,
    sink: &mut Sink<'_, Spot>,
) {
    let Some(value) = value else { return };
    let given = action.flow().type_of_value(value).set;
    if given.may_be(accepted(declared)) {
        return;
    }
    let given = given.told();
    let draft =
        sink.at(value.spot(), format!("the variable `{}` holds {declared} and is given {given}", variable.name));
    draft.help(match given {
        _ if given.may_be(TypeSet::STRING) && value.as_str().is_some_and(|text| text.contains("@{")) => {
            "remove the braces and all text around the expression, so that its value keeps its type".to_owned()
        }
        _ => format!("give it {declared}, or choose another type in `{}`", variable.action.display_name()),
    });
    if variable.action != action {
        draft.related(variable.name_value.spot(), "declared here");
    }
}

/// What a variable of a type can be given: it can be emptied, and numbers with a fraction may be whole. Whether a text takes a
/// number is not documented.
fn accepted(declared: TypeSet) -> TypeSet {
    let contents = TypeSet::BINARY | TypeSet::XML;
    let more = match declared {
        TypeSet::FLOAT | TypeSet::INTEGER => TypeSet::NUMBER,
        TypeSet::STRING => contents | TypeSet::NUMBER | TypeSet::BOOLEAN,
        TypeSet::OBJECT => contents,
        _ => TypeSet::EMPTY,
    };
    declared | more | TypeSet::NULL
}
