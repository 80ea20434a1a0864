//! Flags settings of paging that do nothing.

use crate::model::{Action, RowLimit};
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::syntax::Spot;

pub(crate) static RULE: PaginationConflict = PaginationConflict;
pub(crate) struct PaginationConflict;

impl Rule for PaginationConflict {
    fn meta(&self) -> &'static RuleMeta {
        &cards::PAGINATION_CONFLICT
    }

    fn check_action(&self, action: Action<'_>, _cx: &Context<'_>, sink: &mut Sink<'_, Spot>) {
        let Some(query) = action.query() else { return };
        let Some(threshold) = query.threshold() else { return };
        let (operation, name) = (query.operation, action.display_name());
        let wanted: Option<u64> = threshold.as_number().and_then(|number| number.parse().ok());
        if let (true, Some(limit), Some(label)) = (operation.limit_wins, query.row_limit(), operation.top_label) {
            let many = match limit {
                RowLimit::Known(limit) => format!(" of {limit}"),
                RowLimit::Unknown => String::new(),
            };
            let message = format!("`{name}` has a row limit{many}, so that its setting `Pagination` does nothing");
            sink.at(threshold.spot(), message)
                .help(format!("turn `Pagination` off, or clear `{label}` if all {}s are wanted", operation.item));
            return;
        }
        let (Some(wanted), Some(page)) = (wanted, operation.page) else { return };
        if wanted <= page {
            let item = operation.item;
            sink.at(
                threshold.spot(),
                format!(
                    "`{name}` asks for {wanted} {item}s by pages, but one page has {page}, so that nothing follows it"
                ),
            )
            .help(format!("set the threshold of `Pagination` above the most {item}s there can be, or turn it off"));
        }
    }
}
