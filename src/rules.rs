//! The registry of built-in rules, by id, and nothing else.

mod alm {
    pub(super) mod hardcoded_guid;
    pub(super) mod missing_connection_reference;
    pub(super) mod undeclared_connection;
}
mod correctness {
    pub(super) mod action_not_yet_run;
    pub(super) mod duplicate_action_name;
    pub(super) mod duplicate_json_key;
    pub(super) mod invalid_concurrency;
    pub(super) mod invalid_duration;
    pub(super) mod invalid_expression;
    pub(super) mod invalid_http_request;
    pub(super) mod invalid_recurrence;
    pub(super) mod invalid_retry_policy;
    pub(super) mod invalid_static_result;
    pub(super) mod item_outside_loop;
    pub(super) mod malformed_json;
    pub(super) mod missing_child_flow;
    pub(super) mod platform_limit_exceeded;
    pub(super) mod platform_limit_near;
    pub(super) mod result_of_non_container;
    pub(super) mod split_on_conflict;
    pub(super) mod undeclared_parameter;
    pub(super) mod undeclared_variable;
    pub(super) mod unevaluated_expression;
    pub(super) mod unknown_action_reference;
    pub(super) mod unknown_function;
    pub(super) mod unknown_loop_reference;
    pub(super) mod unknown_operation_option;
    pub(super) mod unsafe_archive;
    pub(super) mod unsupported_secure_data;
    pub(super) mod variable_before_initialization;
    pub(super) mod wrong_argument_count;
}
mod governance {
    pub(super) mod mixed_connector_groups;
}
mod reliability {
    pub(super) mod approval_without_timeout;
    pub(super) mod catch_covers_last_only;
    pub(super) mod catch_misses_timeout;
    pub(super) mod catch_needs_all_to_fail;
    pub(super) mod deprecated_operation;
    pub(super) mod fixed_retry_interval;
    pub(super) mod long_fixed_delay;
    pub(super) mod masked_failure;
    pub(super) mod missing_error_handling;
    pub(super) mod missing_retry_policy;
    pub(super) mod retry_disabled;
    pub(super) mod silent_catch;
    pub(super) mod slow_synchronous_response;
    pub(super) mod trigger_concurrency;
    pub(super) mod uncaught_critical_action;
    pub(super) mod ungated_bulk_delete;
    pub(super) mod until_result_unchecked;
    pub(super) mod until_without_limit;
}
mod security {
    pub(super) mod hardcoded_secret;
}

use crate::rule::Rule;

/// Every built-in rule.
pub static ALL: &[&dyn Rule] = &[
    &correctness::action_not_yet_run::RULE,
    &reliability::approval_without_timeout::RULE,
    &reliability::catch_covers_last_only::RULE,
    &reliability::catch_misses_timeout::RULE,
    &reliability::catch_needs_all_to_fail::RULE,
    &reliability::deprecated_operation::RULE,
    &correctness::duplicate_action_name::RULE,
    &correctness::duplicate_json_key::RULE,
    &reliability::fixed_retry_interval::RULE,
    &alm::hardcoded_guid::RULE,
    &security::hardcoded_secret::RULE,
    &correctness::invalid_concurrency::RULE,
    &correctness::invalid_duration::RULE,
    &correctness::invalid_expression::RULE,
    &correctness::invalid_http_request::RULE,
    &correctness::invalid_recurrence::RULE,
    &correctness::invalid_retry_policy::RULE,
    &correctness::invalid_static_result::RULE,
    &correctness::item_outside_loop::RULE,
    &reliability::long_fixed_delay::RULE,
    &correctness::malformed_json::RULE,
    &reliability::masked_failure::RULE,
    &correctness::missing_child_flow::RULE,
    &alm::missing_connection_reference::RULE,
    &reliability::missing_error_handling::RULE,
    &reliability::missing_retry_policy::RULE,
    &governance::mixed_connector_groups::RULE,
    &correctness::platform_limit_exceeded::RULE,
    &correctness::platform_limit_near::RULE,
    &correctness::result_of_non_container::RULE,
    &reliability::retry_disabled::RULE,
    &reliability::silent_catch::RULE,
    &reliability::slow_synchronous_response::RULE,
    &correctness::split_on_conflict::RULE,
    &reliability::trigger_concurrency::RULE,
    &reliability::uncaught_critical_action::RULE,
    &alm::undeclared_connection::RULE,
    &correctness::undeclared_parameter::RULE,
    &correctness::undeclared_variable::RULE,
    &correctness::unevaluated_expression::RULE,
    &reliability::ungated_bulk_delete::RULE,
    &correctness::unknown_action_reference::RULE,
    &correctness::unknown_function::RULE,
    &correctness::unknown_loop_reference::RULE,
    &correctness::unknown_operation_option::RULE,
    &correctness::unsafe_archive::RULE,
    &correctness::unsupported_secure_data::RULE,
    &reliability::until_result_unchecked::RULE,
    &reliability::until_without_limit::RULE,
    &correctness::variable_before_initialization::RULE,
    &correctness::wrong_argument_count::RULE,
];
