//! The registry of built-in rules, by id, and nothing else.

mod alm {
    pub(super) mod hardcoded_guid;
    pub(super) mod missing_connection_reference;
    pub(super) mod undeclared_connection;
}
mod correctness {
    pub(super) mod action_not_yet_run;
    pub(super) mod attachment_without_content;
    pub(super) mod child_flow_input_mismatch;
    pub(super) mod child_flow_without_response;
    pub(super) mod constant_condition;
    pub(super) mod duplicate_action_name;
    pub(super) mod duplicate_json_key;
    pub(super) mod duplicate_switch_case;
    pub(super) mod empty_container;
    pub(super) mod incomplete_connector_call;
    pub(super) mod invalid_concurrency;
    pub(super) mod invalid_duration;
    pub(super) mod invalid_expression;
    pub(super) mod invalid_http_request;
    pub(super) mod invalid_recurrence;
    pub(super) mod invalid_retry_policy;
    pub(super) mod invalid_run_after;
    pub(super) mod invalid_run_after_status;
    pub(super) mod invalid_static_result;
    pub(super) mod invisible_character;
    pub(super) mod item_outside_loop;
    pub(super) mod malformed_json;
    pub(super) mod misplaced_response;
    pub(super) mod missing_action_type;
    pub(super) mod missing_child_flow;
    pub(super) mod missing_required_field;
    pub(super) mod missing_trigger;
    pub(super) mod nested_initialize_variable;
    pub(super) mod platform_limit_exceeded;
    pub(super) mod platform_limit_near;
    pub(super) mod reference_casing;
    pub(super) mod result_of_non_container;
    pub(super) mod run_after_cycle;
    pub(super) mod sharepoint_update_without_merge;
    pub(super) mod split_on_conflict;
    pub(super) mod static_result_enabled;
    pub(super) mod teams_recipient_mismatch;
    pub(super) mod terminate_in_loop;
    pub(super) mod terminate_without_message;
    pub(super) mod unchecked_first_item;
    pub(super) mod undeclared_parameter;
    pub(super) mod undeclared_variable;
    pub(super) mod unevaluated_expression;
    pub(super) mod unknown_action_reference;
    pub(super) mod unknown_action_type;
    pub(super) mod unknown_function;
    pub(super) mod unknown_loop_reference;
    pub(super) mod unknown_operation_option;
    pub(super) mod unknown_parsed_property;
    pub(super) mod unknown_trigger_field;
    pub(super) mod unreachable_action;
    pub(super) mod unsafe_archive;
    pub(super) mod unsupported_secure_data;
    pub(super) mod unused_parameter;
    pub(super) mod variable_before_initialization;
    pub(super) mod variable_initialized_twice;
    pub(super) mod variable_self_reference;
    pub(super) mod variable_type_mismatch;
    pub(super) mod wrong_argument_count;
    pub(super) mod wrong_argument_type;
}
mod governance {
    pub(super) mod mixed_connector_groups;
}
mod reliability {
    pub(super) mod approval_without_timeout;
    pub(super) mod catch_covers_last_only;
    pub(super) mod catch_misses_timeout;
    pub(super) mod catch_needs_all_to_fail;
    pub(super) mod cross_flow_trigger_loop;
    pub(super) mod deprecated_operation;
    pub(super) mod fixed_retry_interval;
    pub(super) mod long_fixed_delay;
    pub(super) mod masked_failure;
    pub(super) mod missing_error_handling;
    pub(super) mod missing_retry_policy;
    pub(super) mod parallel_branch_variable_race;
    pub(super) mod parallel_loop_append_order;
    pub(super) mod parallel_loop_variable_race;
    pub(super) mod retry_disabled;
    pub(super) mod self_triggering_flow;
    pub(super) mod silent_catch;
    pub(super) mod slow_synchronous_response;
    pub(super) mod trigger_concurrency;
    pub(super) mod uncaught_critical_action;
    pub(super) mod ungated_bulk_delete;
    pub(super) mod until_result_unchecked;
    pub(super) mod until_without_limit;
}
mod security {
    pub(super) mod business_data_to_external;
    pub(super) mod caller_controlled_url;
    pub(super) mod hardcoded_secret;
    pub(super) mod odata_injection;
    pub(super) mod risky_connector_combination;
    pub(super) mod secret_flow;
    pub(super) mod sql_injection;
    pub(super) mod unsecured_secret_output;
}

use crate::rule::Rule;

/// Every built-in rule.
pub static ALL: &[&dyn Rule] = &[
    &correctness::action_not_yet_run::RULE,
    &reliability::approval_without_timeout::RULE,
    &correctness::attachment_without_content::RULE,
    &security::business_data_to_external::RULE,
    &security::caller_controlled_url::RULE,
    &reliability::catch_covers_last_only::RULE,
    &reliability::catch_misses_timeout::RULE,
    &reliability::catch_needs_all_to_fail::RULE,
    &correctness::child_flow_input_mismatch::RULE,
    &correctness::child_flow_without_response::RULE,
    &correctness::constant_condition::RULE,
    &reliability::cross_flow_trigger_loop::RULE,
    &reliability::deprecated_operation::RULE,
    &correctness::duplicate_action_name::RULE,
    &correctness::duplicate_json_key::RULE,
    &correctness::duplicate_switch_case::RULE,
    &correctness::empty_container::RULE,
    &reliability::fixed_retry_interval::RULE,
    &alm::hardcoded_guid::RULE,
    &security::hardcoded_secret::RULE,
    &correctness::incomplete_connector_call::RULE,
    &correctness::invalid_concurrency::RULE,
    &correctness::invalid_duration::RULE,
    &correctness::invalid_expression::RULE,
    &correctness::invalid_http_request::RULE,
    &correctness::invalid_recurrence::RULE,
    &correctness::invalid_retry_policy::RULE,
    &correctness::invalid_run_after::RULE,
    &correctness::invalid_run_after_status::RULE,
    &correctness::invalid_static_result::RULE,
    &correctness::invisible_character::RULE,
    &correctness::item_outside_loop::RULE,
    &reliability::long_fixed_delay::RULE,
    &correctness::malformed_json::RULE,
    &reliability::masked_failure::RULE,
    &correctness::misplaced_response::RULE,
    &correctness::missing_action_type::RULE,
    &correctness::missing_child_flow::RULE,
    &alm::missing_connection_reference::RULE,
    &reliability::missing_error_handling::RULE,
    &correctness::missing_required_field::RULE,
    &reliability::missing_retry_policy::RULE,
    &correctness::missing_trigger::RULE,
    &governance::mixed_connector_groups::RULE,
    &correctness::nested_initialize_variable::RULE,
    &security::odata_injection::RULE,
    &reliability::parallel_branch_variable_race::RULE,
    &reliability::parallel_loop_append_order::RULE,
    &reliability::parallel_loop_variable_race::RULE,
    &correctness::platform_limit_exceeded::RULE,
    &correctness::platform_limit_near::RULE,
    &correctness::reference_casing::RULE,
    &correctness::result_of_non_container::RULE,
    &reliability::retry_disabled::RULE,
    &security::risky_connector_combination::RULE,
    &correctness::run_after_cycle::RULE,
    &security::secret_flow::RULE,
    &reliability::self_triggering_flow::RULE,
    &correctness::sharepoint_update_without_merge::RULE,
    &reliability::silent_catch::RULE,
    &reliability::slow_synchronous_response::RULE,
    &correctness::split_on_conflict::RULE,
    &security::sql_injection::RULE,
    &correctness::static_result_enabled::RULE,
    &correctness::teams_recipient_mismatch::RULE,
    &correctness::terminate_in_loop::RULE,
    &correctness::terminate_without_message::RULE,
    &reliability::trigger_concurrency::RULE,
    &reliability::uncaught_critical_action::RULE,
    &correctness::unchecked_first_item::RULE,
    &alm::undeclared_connection::RULE,
    &correctness::undeclared_parameter::RULE,
    &correctness::undeclared_variable::RULE,
    &correctness::unevaluated_expression::RULE,
    &reliability::ungated_bulk_delete::RULE,
    &correctness::unknown_action_reference::RULE,
    &correctness::unknown_action_type::RULE,
    &correctness::unknown_function::RULE,
    &correctness::unknown_loop_reference::RULE,
    &correctness::unknown_operation_option::RULE,
    &correctness::unknown_parsed_property::RULE,
    &correctness::unknown_trigger_field::RULE,
    &correctness::unreachable_action::RULE,
    &correctness::unsafe_archive::RULE,
    &security::unsecured_secret_output::RULE,
    &correctness::unsupported_secure_data::RULE,
    &reliability::until_result_unchecked::RULE,
    &reliability::until_without_limit::RULE,
    &correctness::unused_parameter::RULE,
    &correctness::variable_before_initialization::RULE,
    &correctness::variable_initialized_twice::RULE,
    &correctness::variable_self_reference::RULE,
    &correctness::variable_type_mismatch::RULE,
    &correctness::wrong_argument_count::RULE,
    &correctness::wrong_argument_type::RULE,
];
