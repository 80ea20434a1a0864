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
mod maintainability {
    pub(super) mod constant_variable;
    pub(super) mod deep_nesting;
    pub(super) mod default_action_name;
    pub(super) mod legacy_powerapps_trigger;
    pub(super) mod long_flow_without_scopes;
    pub(super) mod missing_flow_description;
    pub(super) mod missing_step_note;
    pub(super) mod too_many_actions;
    pub(super) mod unused_result;
    pub(super) mod unused_variable;
}
mod performance {
    pub(super) mod all_columns_query;
    pub(super) mod append_in_loop;
    pub(super) mod child_flow_per_item;
    pub(super) mod filter_after_query;
    pub(super) mod filter_in_loop;
    pub(super) mod frequent_recurrence;
    pub(super) mod full_sync_query;
    pub(super) mod ignored_inner_concurrency;
    pub(super) mod loop_invariant_query;
    pub(super) mod loop_over_single_row;
    pub(super) mod missing_trigger_condition;
    pub(super) mod nested_loop;
    pub(super) mod organization_scope_trigger;
    pub(super) mod polling_loop;
    pub(super) mod query_per_item;
    pub(super) mod repeated_query;
    pub(super) mod search_then_create;
    pub(super) mod sequential_loop;
    pub(super) mod unchanged_column_update;
    pub(super) mod unfiltered_dataverse_trigger;
    pub(super) mod unfiltered_query;
    pub(super) mod write_per_item;
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
    pub(super) mod pagination_conflict;
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
    pub(super) mod unpaginated_list;
    pub(super) mod until_result_unchecked;
    pub(super) mod until_without_limit;
}
mod security {
    pub(super) mod anonymous_sharing_link;
    pub(super) mod basic_authentication;
    pub(super) mod business_data_to_external;
    pub(super) mod caller_controlled_url;
    pub(super) mod hardcoded_secret;
    pub(super) mod http_trigger_without_schema;
    pub(super) mod key_in_query_string;
    pub(super) mod odata_injection;
    pub(super) mod open_http_trigger;
    pub(super) mod owner_connection_for_any_caller;
    pub(super) mod personal_data_in_package;
    pub(super) mod plain_http;
    pub(super) mod risky_connector_combination;
    pub(super) mod secret_flow;
    pub(super) mod secret_in_environment_variable;
    pub(super) mod secret_in_parameter;
    pub(super) mod sensitive_data_unsecured;
    pub(super) mod sql_injection;
    pub(super) mod unsecured_secret_output;
    pub(super) mod untrusted_mail_trigger;
    pub(super) mod weak_connector_authentication;
}

use crate::rule::Rule;

/// Every built-in rule.
pub static ALL: &[&dyn Rule] = &[
    &correctness::action_not_yet_run::RULE,
    &performance::all_columns_query::RULE,
    &security::anonymous_sharing_link::RULE,
    &performance::append_in_loop::RULE,
    &reliability::approval_without_timeout::RULE,
    &correctness::attachment_without_content::RULE,
    &security::basic_authentication::RULE,
    &security::business_data_to_external::RULE,
    &security::caller_controlled_url::RULE,
    &reliability::catch_covers_last_only::RULE,
    &reliability::catch_misses_timeout::RULE,
    &reliability::catch_needs_all_to_fail::RULE,
    &correctness::child_flow_input_mismatch::RULE,
    &performance::child_flow_per_item::RULE,
    &correctness::child_flow_without_response::RULE,
    &correctness::constant_condition::RULE,
    &maintainability::constant_variable::RULE,
    &reliability::cross_flow_trigger_loop::RULE,
    &maintainability::deep_nesting::RULE,
    &maintainability::default_action_name::RULE,
    &reliability::deprecated_operation::RULE,
    &correctness::duplicate_action_name::RULE,
    &correctness::duplicate_json_key::RULE,
    &correctness::duplicate_switch_case::RULE,
    &correctness::empty_container::RULE,
    &performance::filter_after_query::RULE,
    &performance::filter_in_loop::RULE,
    &reliability::fixed_retry_interval::RULE,
    &performance::frequent_recurrence::RULE,
    &performance::full_sync_query::RULE,
    &alm::hardcoded_guid::RULE,
    &security::hardcoded_secret::RULE,
    &security::http_trigger_without_schema::RULE,
    &performance::ignored_inner_concurrency::RULE,
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
    &security::key_in_query_string::RULE,
    &maintainability::legacy_powerapps_trigger::RULE,
    &reliability::long_fixed_delay::RULE,
    &maintainability::long_flow_without_scopes::RULE,
    &performance::loop_invariant_query::RULE,
    &performance::loop_over_single_row::RULE,
    &correctness::malformed_json::RULE,
    &reliability::masked_failure::RULE,
    &correctness::misplaced_response::RULE,
    &correctness::missing_action_type::RULE,
    &correctness::missing_child_flow::RULE,
    &alm::missing_connection_reference::RULE,
    &reliability::missing_error_handling::RULE,
    &maintainability::missing_flow_description::RULE,
    &correctness::missing_required_field::RULE,
    &reliability::missing_retry_policy::RULE,
    &maintainability::missing_step_note::RULE,
    &correctness::missing_trigger::RULE,
    &performance::missing_trigger_condition::RULE,
    &governance::mixed_connector_groups::RULE,
    &correctness::nested_initialize_variable::RULE,
    &performance::nested_loop::RULE,
    &security::odata_injection::RULE,
    &security::open_http_trigger::RULE,
    &performance::organization_scope_trigger::RULE,
    &security::owner_connection_for_any_caller::RULE,
    &reliability::pagination_conflict::RULE,
    &reliability::parallel_branch_variable_race::RULE,
    &reliability::parallel_loop_append_order::RULE,
    &reliability::parallel_loop_variable_race::RULE,
    &security::personal_data_in_package::RULE,
    &security::plain_http::RULE,
    &correctness::platform_limit_exceeded::RULE,
    &correctness::platform_limit_near::RULE,
    &performance::polling_loop::RULE,
    &performance::query_per_item::RULE,
    &correctness::reference_casing::RULE,
    &performance::repeated_query::RULE,
    &correctness::result_of_non_container::RULE,
    &reliability::retry_disabled::RULE,
    &security::risky_connector_combination::RULE,
    &correctness::run_after_cycle::RULE,
    &performance::search_then_create::RULE,
    &security::secret_flow::RULE,
    &security::secret_in_environment_variable::RULE,
    &security::secret_in_parameter::RULE,
    &reliability::self_triggering_flow::RULE,
    &security::sensitive_data_unsecured::RULE,
    &performance::sequential_loop::RULE,
    &correctness::sharepoint_update_without_merge::RULE,
    &reliability::silent_catch::RULE,
    &reliability::slow_synchronous_response::RULE,
    &correctness::split_on_conflict::RULE,
    &security::sql_injection::RULE,
    &correctness::static_result_enabled::RULE,
    &correctness::teams_recipient_mismatch::RULE,
    &correctness::terminate_in_loop::RULE,
    &correctness::terminate_without_message::RULE,
    &maintainability::too_many_actions::RULE,
    &reliability::trigger_concurrency::RULE,
    &reliability::uncaught_critical_action::RULE,
    &performance::unchanged_column_update::RULE,
    &correctness::unchecked_first_item::RULE,
    &alm::undeclared_connection::RULE,
    &correctness::undeclared_parameter::RULE,
    &correctness::undeclared_variable::RULE,
    &correctness::unevaluated_expression::RULE,
    &performance::unfiltered_dataverse_trigger::RULE,
    &performance::unfiltered_query::RULE,
    &reliability::ungated_bulk_delete::RULE,
    &correctness::unknown_action_reference::RULE,
    &correctness::unknown_action_type::RULE,
    &correctness::unknown_function::RULE,
    &correctness::unknown_loop_reference::RULE,
    &correctness::unknown_operation_option::RULE,
    &correctness::unknown_parsed_property::RULE,
    &correctness::unknown_trigger_field::RULE,
    &reliability::unpaginated_list::RULE,
    &correctness::unreachable_action::RULE,
    &correctness::unsafe_archive::RULE,
    &security::unsecured_secret_output::RULE,
    &correctness::unsupported_secure_data::RULE,
    &reliability::until_result_unchecked::RULE,
    &reliability::until_without_limit::RULE,
    &security::untrusted_mail_trigger::RULE,
    &correctness::unused_parameter::RULE,
    &maintainability::unused_result::RULE,
    &maintainability::unused_variable::RULE,
    &correctness::variable_before_initialization::RULE,
    &correctness::variable_initialized_twice::RULE,
    &correctness::variable_self_reference::RULE,
    &correctness::variable_type_mismatch::RULE,
    &security::weak_connector_authentication::RULE,
    &performance::write_per_item::RULE,
    &correctness::wrong_argument_count::RULE,
    &correctness::wrong_argument_type::RULE,
];
