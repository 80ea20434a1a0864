//! What is known of the platform and ages: typed views of the files in `rules/facts/`. Knows nothing of flows.
//!
//! Each file says where its facts come from (`source`) and when that was looked at (`checked`). Big tables are sorted
//! text, searched in place; small files are TOML, parsed on first use. Names are compared without ASCII case, as the
//! platform compares them.

mod attachments;
mod batch;
mod connectors;
mod credentials;
mod data_flow;
mod default_names;
mod functions;
mod guid_parameters;
mod hosts;
mod limits;
mod list_operations;
mod operations;
mod recurrence;
mod secret_formats;
mod sensitive_fields;
mod sharepoint_http;
mod table;
mod teams_recipients;
mod trigger_loops;
mod types;

pub use attachments::{AttachmentSender, attachment_sender};
pub use batch::{Batch, batch};
pub use connectors::{
    Connector, Group, Tier, api_name, connector, connector_title, example_group, is_custom_connector,
};
pub use credentials::{CredentialKind, credential_name, may_end_credential_name};
pub use data_flow::{BusinessReader, DataFlow, Sanitised, Sink, SinkText, TriggerInput, data_flow};
pub use default_names::{default_names, without_number};
pub use functions::{Availability, Function, FunctionParameter, Named, foreign_function, function, functions};
pub use guid_parameters::{GuidParameter, guid_parameter, is_component_table};
pub use hosts::{is_foreign_host, is_microsoft_host};
pub use limits::{Limit, Limited, limit};
pub use list_operations::{ListOperation, RowOperation, is_small_table, list_operation, row_operation};
pub use operations::{Effect, is_reading_action, operation_effect};
pub use recurrence::{Recurrence, recurrence};
pub use secret_formats::{MarkedFormat, Placeholder, SecretFormats, TokenFormat, Webhook, secret_formats};
pub use sensitive_fields::{field_name, is_sensitive_field};
pub use sharepoint_http::{SharepointChange, SharepointHttp, sharepoint_http};
pub use teams_recipients::{TeamsLocation, posts_in_teams, teams_location};
pub use trigger_loops::{Changes, ChangingStep, WatchedService, WatchingTrigger, changing_step, watching_trigger};
pub use types::{
    ActionEffect, ActionType, Category, Children, InputForm, Keys, Licence, OperationOption, Platform, RetryDefault,
    RetryPolicy, TriggerKind, TriggerType, TypeConcurrency, action_type, action_type_names, concurrency, keys,
    mistaken_type, operation_option, operation_options, retry_policy, trigger_type, trigger_type_names,
};

/// Parses a TOML file of facts. The files are part of the program and the tests read each of them, so that a failure
/// here is never the user's.
fn read<T: serde::Deserialize<'static>>(file: &str, text: &'static str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("rules/facts/{file} cannot be read: {error}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests; they look at every file of facts")]
mod tests {
    use std::path::Path;

    #[test]
    fn every_file_says_where_its_facts_come_from_and_when_that_was_looked_at() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/facts");
        let mut seen = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.display().to_string();
            let text = std::fs::read_to_string(&path).unwrap();
            seen += 1;
            let (sources, checked) = if path.extension().is_some_and(|extension| extension == "toml") {
                let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
                let sources = match &table["source"] {
                    toml::Value::Array(sources) => sources.len(),
                    source => usize::from(!source.as_str().unwrap().is_empty()),
                };
                (sources, table["checked"].as_datetime().unwrap().to_string())
            } else {
                let head = |label: &str| {
                    let mut lines = text.lines().take_while(|line| line.starts_with('#'));
                    lines.find_map(|line| line.strip_prefix(label)).unwrap_or_default().trim().to_owned()
                };
                (usize::from(!head("# source:").is_empty()), head("# checked:"))
            };
            assert!(sources > 0, "{name} has no source");
            let date: toml::value::Datetime =
                checked.parse().unwrap_or_else(|_| panic!("{name} has no date: {checked:?}"));
            assert!(date.date.is_some() && date.time.is_none(), "{name}: {checked}");
        }
        assert!(seen >= 7, "{seen}");
    }
}
