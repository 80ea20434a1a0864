//! Flags steps of connectors that their publishers have given up: one finding per connector.

use crate::facts;
use crate::model::Flow;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;
use std::collections::BTreeMap;

pub(crate) static RULE: DeprecatedOperation = DeprecatedOperation;
pub(crate) struct DeprecatedOperation;

impl Rule for DeprecatedOperation {
    fn meta(&self) -> &'static RuleMeta {
        &cards::DEPRECATED_OPERATION
    }

    fn check_flow(&self, flow: &Flow<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let triggers =
            flow.triggers().filter_map(|trigger| Some((trigger.operation()?.connector?, trigger.name_spot())));
        let actions = flow.actions().filter_map(|action| Some((action.operation()?.connector?, action.name_spot())));
        let mut places: BTreeMap<&str, Vec<Spot>> = BTreeMap::new();
        for (id, spot) in triggers.chain(actions) {
            places.entry(id).or_default().push(spot);
        }
        for (id, spots) in places {
            let is_deprecated = || facts::connector(id).is_some_and(|connector| connector.is_deprecated());
            let Some((first, rest)) = spots.split_first().filter(|_| is_deprecated()) else { continue };
            let title = facts::connector_title(id);
            let steps = if rest.is_empty() { "1 step uses".to_owned() } else { format!("{} steps use", spots.len()) };
            let draft =
                sink.at(*first, format!("{steps} the connector {title}, which is given up and may stop working"));
            draft.about_flow().kind(id).help(match id {
                "shared_commondataservice" => "replace each step by the one that does the same in the connector Microsoft Dataverse",
                _ => "replace the steps by those of another connector; the connector's page in Microsoft's reference names one where there is one",
            });
            for spot in rest {
                draft.also_at(*spot);
            }
        }
    }
}
