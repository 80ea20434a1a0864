//! Flags updates that write into a row what was just read from it.

use crate::model::Action;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: UnchangedColumnUpdate = UnchangedColumnUpdate;
pub(crate) struct UnchangedColumnUpdate;

impl Rule for UnchangedColumnUpdate {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNCHANGED_COLUMN_UPDATE
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let mut written = action.columns_written_back().into_iter();
        let Some((column, spot)) = written.next() else { return };
        let rest: Vec<_> = written.collect();
        let more = match rest.len() {
            0 => String::new(),
            1 => format!(" and `{}`", rest[0].0),
            many => format!(" and {many} other columns"),
        };
        let name = action.display_name();
        let draft = sink.at(spot, format!("`{name}` writes `{column}`{more} back as read from the same row"));
        draft.help("take the columns that do not change out of the step").kind("written back");
        for (_, place) in rest {
            draft.also_at(place);
        }
    }
}
