//! Notes rows that are written one by one where the service takes many at once.

use crate::facts;
use crate::model::{Action, Effect};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: WritePerItem = WritePerItem;
pub(crate) struct WritePerItem;

impl Rule for WritePerItem {
    fn meta(&self) -> &'static RuleMeta {
        &cards::WRITE_PER_ITEM
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        if !matches!(action.effect(), Effect::Write | Effect::Delete) {
            return;
        }
        let Some(each) = action.each() else { return };
        let Some(operation) = action.operation() else { return };
        let (Some(connector), Some(id)) = (operation.connector, operation.id) else { return };
        let Some(batch) = facts::batch(connector, id) else { return };
        let message = format!("`{}` writes one row for each {}", action.display_name(), each.round());
        let help = format!("for more than some hundred rows, {}; {}", batch.instead, action.cost_in(each));
        sink.at(action.name_spot(), message).help(help).related(each.name_spot(), "the loop");
    }
}
