//! The registry of built-in rules, by id, and nothing else.

mod alm {
    pub(super) mod hardcoded_guid;
    pub(super) mod missing_connection_reference;
    pub(super) mod undeclared_connection;
}
mod correctness {
    pub(super) mod duplicate_action_name;
    pub(super) mod duplicate_json_key;
    pub(super) mod malformed_json;
    pub(super) mod missing_child_flow;
    pub(super) mod unsafe_archive;
}
mod governance {
    pub(super) mod mixed_connector_groups;
}
mod reliability {
    pub(super) mod missing_error_handling;
    pub(super) mod missing_retry_policy;
}
mod security {
    pub(super) mod hardcoded_secret;
}

use crate::rule::Rule;

/// Every built-in rule.
pub static ALL: &[&dyn Rule] = &[
    &correctness::duplicate_action_name::RULE,
    &correctness::duplicate_json_key::RULE,
    &alm::hardcoded_guid::RULE,
    &security::hardcoded_secret::RULE,
    &correctness::malformed_json::RULE,
    &correctness::missing_child_flow::RULE,
    &alm::missing_connection_reference::RULE,
    &reliability::missing_error_handling::RULE,
    &reliability::missing_retry_policy::RULE,
    &governance::mixed_connector_groups::RULE,
    &alm::undeclared_connection::RULE,
    &correctness::unsafe_archive::RULE,
];
