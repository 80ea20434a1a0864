//! Flags Dataverse triggers that watch the rows of everybody.

use crate::model::{Trigger, display_name};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: OrganizationScopeTrigger = OrganizationScopeTrigger;
pub(crate) struct OrganizationScopeTrigger;

/// The scope Organization: 1 is User, 2 Business unit, 3 Parent and child business units.
const ORGANIZATION: &str = "4";

impl Rule for OrganizationScopeTrigger {
    fn meta(&self) -> &'static RuleMeta {
        &cards::ORGANIZATION_SCOPE_TRIGGER
    }

    fn check_trigger(&self, trigger: Trigger<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let parameters = trigger.inputs().and_then(|inputs| inputs.get("parameters"));
        let Some(parameters) = parameters else { return };
        let Some(scope) = parameters.get("subscriptionRequest/scope") else { return };
        if scope.as_number() != Some(ORGANIZATION) && !scope.is_str(ORGANIZATION) {
            return;
        }
        let filter = parameters.get("subscriptionRequest/filterexpression").and_then(|filter| filter.as_str());
        let has_conditions = trigger.value().get("conditions").is_some_and(|list| list.items().next().is_some());
        if has_conditions || filter.is_some_and(|filter| !filter.trim().is_empty()) {
            return;
        }
        let name = display_name(trigger.name());
        sink.at(scope.spot(), format!("`{name}` watches the rows of everybody in the organization"))
            .help("choose `Business unit` or `User` under `Scope` if the flow serves one team, or narrow it with `Filter rows`");
    }
}
