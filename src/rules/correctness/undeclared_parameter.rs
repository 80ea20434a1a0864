//! Flags expressions that read a parameter which the definition does not declare.

use crate::facts::Named;
use crate::model::{Expression, Platform, Shell};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::suggest;
use crate::syntax::Spot;

pub(crate) static RULE: UndeclaredParameter = UndeclaredParameter;
pub(crate) struct UndeclaredParameter;

impl Rule for UndeclaredParameter {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNDECLARED_PARAMETER
    }

    fn check_expression(&self, expression: Expression<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let flow = expression.flow();
        // Logic Apps Standard keeps parameters in a file beside the flow; a resource brings its own.
        let is_resource = matches!(flow.shell, Shell::Arm | Shell::Resource);
        if flow.platform == Platform::LogicApps && !is_resource {
            return;
        }
        for reference in expression.references().filter(|reference| reference.named == Named::Parameter) {
            let name = &reference.name;
            // The platform fills these in, declared or not.
            let is_implicit = ["$connections", "$authentication"].iter().any(|own| own.eq_ignore_ascii_case(name));
            if is_implicit || flow.parameters.iter().any(|parameter| parameter.name.eq_ignore_ascii_case(name)) {
                continue;
            }
            let declared = flow.parameters.iter().map(|parameter| parameter.name.as_ref());
            let help = match suggest::closest(name, declared.filter(|name| !name.starts_with('$'))) {
                Some(near) => format!("did you mean `{near}`?"),
                None if flow.platform == Platform::LogicApps => {
                    "declare it under `parameters` of the definition".to_owned()
                }
                None => "choose the environment variable again from the dynamic content of this step".to_owned(),
            };
            let message = format!("the flow does not declare the parameter `{name}`");
            sink.at(expression.spot(reference.range), message).help(help);
        }
    }
}
