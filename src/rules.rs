//! The registry of built-in rules, by id, and nothing else.

mod correctness {
    pub(super) mod duplicate_action_name;
}

use crate::rule::Rule;

/// Every built-in rule.
pub static ALL: &[&dyn Rule] = &[&correctness::duplicate_action_name::RULE];
