//! Lists that may be empty: what a search or filter found, and whether the flow ever asks if that is anything.

use super::{Action, ActionKind, Effect, Expression, Flow, Step as Owner};
use crate::expr::{Call, Expr, ExprKind, Hop, Step};
use crate::facts::Named;
use std::cell::OnceCell;

/// By action: whether the flow looks at how many things it found.
pub(super) type Tested = OnceCell<Box<[bool]>>;

/// The first or last item, read of a list that may be empty, in a way that fails then.
pub struct ItemRead<'m> {
    /// The search or filter.
    pub list: Action<'m>,
    /// The dereference that fails.
    pub hop: Hop<'m>,
}

impl<'m> Expression<'m> {
    /// Reads of an item of what a search or filter found that fail where it found nothing.
    pub fn item_reads(self) -> impl Iterator<Item = ItemRead<'m>> {
        self.template().calls().filter_map(move |call| {
            let hop = if call.is("first") || call.is("last") {
                let hop = call.hops().next().filter(|hop| !hop.is_safe())?;
                let list = call.args().next().and_then(Expr::as_call)?;
                return Some(ItemRead { list: self.searched(list, list.hops())?, hop });
            } else {
                let is_number = |hop: &Hop<'m>| match hop.step() {
                    Step::Index(index) => matches!(index.kind(), ExprKind::Integer(_)),
                    Step::Name(_) => false,
                };
                call.hops().find(is_number).filter(|hop| !hop.is_safe())?
            };
            let before = call.hops().take_while(|one| one.range().start < hop.range().start);
            Some(ItemRead { list: self.searched(call, before)?, hop })
        })
    }

    /// The search or filter whose list a call with some dereferences is.
    pub(super) fn searched(self, call: Call<'m>, mut hops: impl Iterator<Item = Hop<'m>>) -> Option<Action<'m>> {
        let is_outputs = call.is("outputs");
        if !is_outputs && !call.is("body") {
            return None;
        }
        let action = self.action_of(call)?;
        let path = [hops.next(), hops.next(), hops.next()].map(|hop| hop.and_then(Hop::name));
        let path: Vec<&str> = path.iter().map_while(|name| name.as_deref()).collect();
        let wanted: &[&[&str]] = match (action.kind() == ActionKind::Query, is_outputs) {
            (true, true) => &[&["body"]],
            (true, false) => &[&[]],
            (false, true) => &[&["body/value"], &["body", "value"]],
            (false, false) => &[&["value"]],
        };
        let finds = action.kind() == ActionKind::Query
            || (action.kind().is_connector_call() && action.effect() == Effect::Read);
        (finds && wanted.contains(&path.as_slice())).then_some(action)
    }
}

impl<'m> Flow<'m> {
    /// Whether the flow asks anywhere how much an action found: by `empty` or `length` of what it gave, or in a condition.
    pub fn is_tested(&'m self, list: Action<'m>) -> bool {
        let tested = self.tested.get_or_init(|| {
            let mut tested = vec![false; self.actions.len()];
            for expression in self.expressions() {
                let decides = matches!(expression.step(), Owner::Action(action)
                    if matches!(action.kind(), ActionKind::If | ActionKind::Switch | ActionKind::Until));
                let counts: Vec<_> = (expression.template().calls())
                    .filter(|call| call.is("empty") || call.is("length"))
                    .map(Call::range)
                    .collect();
                if !decides && counts.is_empty() {
                    continue;
                }
                for reference in expression.references().filter(|reference| reference.named == Named::Action) {
                    let at = reference.call.range().start;
                    if (decides || counts.iter().any(|count| count.contains(&at)))
                        && let Some(action) = reference.action()
                    {
                        tested[action.index as usize] = true;
                    }
                }
            }
            tested.into()
        });
        tested.get(list.index as usize).is_some_and(|tested| *tested)
    }
}
