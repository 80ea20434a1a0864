//! The action and trigger types of the workflow definition language, and the settings that they honour.

use super::table::compare;
use serde::Deserialize;
use std::sync::OnceLock;

/// Where a definition runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Power Automate cloud flows
    PowerAutomate,
    /// Logic Apps, Consumption plan
    Consumption,
    /// Logic Apps, Standard plan
    Standard,
}

/// How much a tenant's licence lets flows do; Power Automate calls it the performance profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Licence {
    /// Microsoft 365 and free plans
    Low,
    /// Premium
    Medium,
    /// Process
    High,
}

/// What a type is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Calls a connector
    Connector,
    /// Calls any address
    Http,
    /// Answers the caller
    Response,
    /// Runs another flow
    ChildFlow,
    /// Reshapes data inside the flow
    Data,
    /// Makes or changes a variable
    Variable,
    /// Branches, loops, scopes, the end
    Control,
    /// Waits, or starts at a time
    Schedule,
    /// Date, number and text operations of the designer
    DatetimeText,
    /// Code inside the workflow (Logic Apps)
    InlineCode,
    /// Functions, API Management, batches (Logic Apps)
    Azure,
    /// XML, flat files, Liquid, integration accounts (Logic Apps)
    Integration,
    /// Agents and their tools (Logic Apps)
    Agent,
    /// Documents for language models (Logic Apps)
    Ai,
    /// Trigger: by hand, by an app, or by a call
    ManualOrHttp,
    /// Trigger: asks an address again and again
    HttpPolling,
    /// Trigger: an address calls back
    HttpWebhook,
    /// Trigger: asks a connector again and again
    ConnectorPolling,
    /// Trigger: a connector calls back
    ConnectorWebhook,
    /// Trigger: a connector notifies
    ConnectorNotification,
    /// Trigger: collects messages (Logic Apps)
    Batch,
}

/// What an action type does to the world outside its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActionEffect {
    /// Nothing
    None,
    /// Reads
    Read,
    /// Writes
    Write,
    /// The connector's operation decides
    ByOperation,
    /// The HTTP method decides
    ByMethod,
    /// What the child flow does
    ChildFlow,
    /// Answers the caller
    Response,
    /// What the code does
    Code,
    /// What the agent's tools do
    ByTool,
}

/// The shape of an action's `inputs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputForm {
    /// An object with known keys
    #[default]
    Object,
    /// Any JSON value
    Any,
    /// No inputs: what the type needs stands beside
    None,
}

/// Where an action type keeps actions of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Children {
    /// Keys from the action to the object that holds them, parted by dots; `*` is every key.
    pub path: &'static str,
    /// What they are: `true branch`, `loop body`.
    pub role: &'static str,
}

/// What is known of an action type.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ActionType {
    /// The `type`, in its usual spelling.
    pub name: &'static str,
    /// What it is for.
    pub category: Category,
    /// Where it can run.
    pub platforms: Vec<Platform>,
    /// What it does to the world.
    pub effect: ActionEffect,
    /// The shape of `inputs`.
    #[serde(default, rename = "inputs")]
    pub input_form: InputForm,
    /// Inputs that must be there.
    #[serde(default)]
    pub required: Vec<&'static str>,
    /// Inputs that may be there.
    #[serde(default)]
    pub optional: Vec<&'static str>,
    /// Inputs of which one must be there.
    #[serde(default)]
    pub any_of: Vec<&'static str>,
    /// Keys beside `inputs` that must be there.
    #[serde(default)]
    pub required_keys: Vec<&'static str>,
    /// Keys beside `inputs` that only such types have.
    #[serde(default)]
    pub optional_keys: Vec<&'static str>,
    /// Where it keeps actions of its own.
    #[serde(default)]
    pub children: Vec<Children>,
    /// Values of `kind`; empty where it has none or any.
    #[serde(default)]
    pub kinds: Vec<&'static str>,
    /// The name by which data policies judge it, where it is a connector of its own.
    #[serde(default)]
    pub policy_connector: Option<&'static str>,
    /// Whether `inputs.retryPolicy` does anything.
    #[serde(default)]
    pub retry_policy: bool,
    /// Whether `limit.timeout` does anything.
    #[serde(default)]
    pub timeout: bool,
    /// Whether `runtimeConfiguration.paginationPolicy` does anything.
    #[serde(default)]
    pub pagination: bool,
    /// Whether `runtimeConfiguration.contentTransfer` does anything.
    #[serde(default)]
    pub chunking: bool,
    /// What `runtimeConfiguration.secureData` can hide: `inputs`, `outputs`.
    #[serde(default)]
    pub secure_data: Vec<&'static str>,
    /// Whether `runtimeConfiguration.concurrency` does anything.
    #[serde(default)]
    pub concurrency: bool,
    /// Values of `operationOptions`.
    #[serde(default)]
    pub operation_options: Vec<&'static str>,
    /// Whether it stands at the top of a flow only, in no container.
    #[serde(default)]
    pub top_level_only: bool,
    /// Types of containers in which it does not work.
    #[serde(default)]
    pub forbidden_in: Vec<&'static str>,
}

/// A `kind` of a trigger type.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TriggerKind {
    /// The `kind`, in its usual spelling.
    pub name: &'static str,
    /// What the designer calls it.
    pub title: &'static str,
    /// The name by which data policies judge it, where it is a connector of its own.
    #[serde(default)]
    pub policy_connector: Option<&'static str>,
    /// Whether it needs a premium licence in Power Automate.
    #[serde(default)]
    pub premium: bool,
}

/// What is known of a trigger type.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TriggerType {
    /// The `type`, in its usual spelling.
    pub name: &'static str,
    /// What it is for.
    pub category: Category,
    /// Where it can run.
    pub platforms: Vec<Platform>,
    /// Inputs that must be there.
    #[serde(default)]
    pub required: Vec<&'static str>,
    /// Inputs that may be there.
    #[serde(default)]
    pub optional: Vec<&'static str>,
    /// Keys beside `inputs` that must be there.
    #[serde(default)]
    pub required_keys: Vec<&'static str>,
    /// Values of `kind`; empty where it has none or any.
    #[serde(default)]
    pub kinds: Vec<TriggerKind>,
    /// The name by which data policies judge it, where it is a connector of its own.
    #[serde(default)]
    pub policy_connector: Option<&'static str>,
    /// Whether `inputs.retryPolicy` does anything.
    #[serde(default)]
    pub retry_policy: bool,
    /// Whether it can start one run for each item of an array (`splitOn`).
    #[serde(default)]
    pub split_on: bool,
    /// Whether it asks at an interval (`recurrence`).
    #[serde(default)]
    pub recurrence: bool,
    /// What `runtimeConfiguration.secureData` can hide: `inputs`, `outputs`.
    #[serde(default)]
    pub secure_data: Vec<&'static str>,
    /// Whether `runtimeConfiguration.concurrency` does anything.
    #[serde(default)]
    pub concurrency: bool,
    /// Values of `operationOptions`.
    #[serde(default)]
    pub operation_options: Vec<&'static str>,
}

/// The keys that the language knows, by place.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Keys {
    /// Of every action.
    pub action: Vec<&'static str>,
    /// Of actions that hold actions.
    pub container: Vec<&'static str>,
    /// Of triggers.
    pub trigger: Vec<&'static str>,
    /// Of the definition.
    pub definition: Vec<&'static str>,
    /// The statuses that `runAfter` may name.
    pub run_after_statuses: Vec<&'static str>,
}

/// What a retry policy may say, and what the platform does without one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct RetryPolicy {
    /// Values of `type`.
    pub types: Vec<&'static str>,
    /// Keys of the policy.
    pub keys: Vec<&'static str>,
    /// Smallest and largest `count`.
    pub count: [u32; 2],
    /// Shortest and longest `interval`, as ISO 8601 durations.
    pub interval: [&'static str; 2],
    /// Statuses that are retried, besides failures to connect.
    pub retried_statuses: Vec<&'static str>,
    default: Vec<RetryDefault>,
}

/// What the platform does where a step has no retry policy.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RetryDefault {
    platform: Platform,
    licence: Option<Licence>,
    /// How often it tries again, at most.
    pub retries: u32,
    /// About how long it waits before the first retry, as an ISO 8601 duration.
    pub first_interval: &'static str,
    /// About how long it waits before the last.
    pub last_interval: &'static str,
}

impl RetryPolicy {
    /// What happens without a policy; the licence matters in Power Automate only.
    pub fn default_of(&self, platform: Platform, licence: Licence) -> Option<&RetryDefault> {
        self.default.iter().find(|d| d.platform == platform && d.licence.is_none_or(|wanted| wanted == licence))
    }
}

/// Bounds of `runtimeConfiguration.concurrency`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TypeConcurrency {
    /// Fewest and most runs at once of a trigger that limits them.
    pub runs: [u32; 2],
    /// What the designer sets when the limit is switched on.
    pub runs_default_when_on: u32,
    /// Fewest and most iterations of Foreach at once.
    pub repetitions: [u32; 2],
    repetitions_default: RepetitionsDefault,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RepetitionsDefault {
    power_automate: u32,
    consumption: u32,
    standard: u32,
}

impl TypeConcurrency {
    /// How many iterations of Foreach run at once where the flow does not say.
    pub fn default_repetitions(&self, platform: Platform) -> u32 {
        match platform {
            Platform::PowerAutomate => self.repetitions_default.power_automate,
            Platform::Consumption => self.repetitions_default.consumption,
            Platform::Standard => self.repetitions_default.standard,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", bound(deserialize = "'de: 'static"))]
struct Types {
    keys: Keys,
    retry_policy: RetryPolicy,
    concurrency: TypeConcurrency,
    action: Vec<ActionType>,
    trigger: Vec<TriggerType>,
}

fn types() -> &'static Types {
    static TYPES: OnceLock<Types> = OnceLock::new();
    TYPES.get_or_init(|| {
        let mut types: Types = super::read("action-types.toml", include_str!("../../rules/facts/action-types.toml"));
        types.action.sort_by(|a, b| compare(a.name, b.name));
        types.trigger.sort_by(|a, b| compare(a.name, b.name));
        types
    })
}

/// The action type of that name.
pub fn action_type(name: &str) -> Option<&'static ActionType> {
    let types = &types().action;
    types.binary_search_by(|known| compare(known.name, name)).ok().map(|at| &types[at])
}

/// The trigger type of that name.
pub fn trigger_type(name: &str) -> Option<&'static TriggerType> {
    let types = &types().trigger;
    types.binary_search_by(|known| compare(known.name, name)).ok().map(|at| &types[at])
}

impl TriggerType {
    /// The kind of that name.
    pub fn kind(&self, name: &str) -> Option<&TriggerKind> {
        self.kinds.iter().find(|kind| kind.name.eq_ignore_ascii_case(name))
    }
}

/// The keys that the language knows, by place.
pub fn keys() -> &'static Keys {
    &types().keys
}

/// What a retry policy may say, and what the platform does without one.
pub fn retry_policy() -> &'static RetryPolicy {
    &types().retry_policy
}

/// A word that `operationOptions` may hold.
#[derive(Debug)]
pub struct OperationOption {
    /// The word, in its usual spelling.
    pub name: &'static str,
    /// The action types that honour it.
    pub actions: Vec<&'static ActionType>,
    /// The trigger types that honour it.
    pub triggers: Vec<&'static TriggerType>,
}

impl OperationOption {
    /// Whether some action that calls a service honours it. Which of them do is told in several ways, so that it is taken
    /// for possible on all.
    pub fn is_for_calls(&self) -> bool {
        self.actions.iter().any(|known| known.retry_policy)
    }
}

/// The words that `operationOptions` may hold, by name.
pub fn operation_options() -> &'static [OperationOption] {
    static OPTIONS: OnceLock<Vec<OperationOption>> = OnceLock::new();
    OPTIONS.get_or_init(|| {
        let types = types();
        let of_actions = types.action.iter().flat_map(|known| &known.operation_options);
        let of_triggers = types.trigger.iter().flat_map(|known| &known.operation_options);
        let mut names: Vec<&'static str> = of_actions.chain(of_triggers).copied().collect();
        names.sort_unstable();
        names.dedup();
        let option = |name| OperationOption {
            name,
            actions: types.action.iter().filter(|known| known.operation_options.contains(&name)).collect(),
            triggers: types.trigger.iter().filter(|known| known.operation_options.contains(&name)).collect(),
        };
        names.into_iter().map(option).collect()
    })
}

/// The option of that name.
pub fn operation_option(name: &str) -> Option<&'static OperationOption> {
    operation_options().iter().find(|option| option.name.eq_ignore_ascii_case(name))
}

/// Bounds of `runtimeConfiguration.concurrency`.
pub fn concurrency() -> &'static TypeConcurrency {
    &types().concurrency
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::connectors::connector;
    use super::*;

    #[test]
    fn every_type_can_be_found_in_any_case() {
        let types = types();
        assert_eq!((types.action.len(), types.trigger.len()), (52, 14));
        for known in &types.action {
            assert_eq!(action_type(&known.name.to_uppercase()).map(|found| found.name), Some(known.name));
            assert!(!known.platforms.is_empty(), "{}", known.name);
            assert!(known.required.iter().all(|input| !known.optional.contains(input)), "{}", known.name);
            assert!(known.any_of.iter().all(|input| known.optional.contains(input)), "{}", known.name);
            assert!(known.forbidden_in.iter().all(|name| *name == "parallel branch" || action_type(name).is_some()));
        }
        for known in &types.trigger {
            assert_eq!(trigger_type(&known.name.to_lowercase()).map(|found| found.name), Some(known.name));
        }
        assert!(action_type("Condition").is_none() && trigger_type("").is_none());
    }

    #[test]
    fn policy_connectors_are_connectors() {
        let types = types();
        let actions = types.action.iter().filter_map(|known| known.policy_connector);
        let triggers = types.trigger.iter().filter_map(|known| known.policy_connector);
        let kinds = types.trigger.iter().flat_map(|known| &known.kinds).filter_map(|kind| kind.policy_connector);
        let names: Vec<&str> = actions.chain(triggers).chain(kinds).collect();
        assert_eq!(names.len(), 6);
        for name in names {
            assert!(connector(name).is_some_and(|known| known.is_virtual()), "{name}");
        }
    }

    #[test]
    fn knows_what_rules_ask_for() {
        let http = action_type("HTTP").unwrap();
        assert_eq!(http.required, ["method", "uri"]);
        assert!(http.retry_policy && http.pagination && http.effect == ActionEffect::ByMethod);
        assert!(!action_type("Compose").unwrap().retry_policy);
        assert!(action_type("InitializeVariable").unwrap().top_level_only);
        assert_eq!(action_type("Terminate").unwrap().forbidden_in, ["Foreach", "Until"]);
        assert_eq!(action_type("If").unwrap().children.len(), 2);
        assert_eq!(action_type("Wait").unwrap().any_of, ["interval", "until"]);
        let request = trigger_type("Request").unwrap();
        assert_eq!(request.kind("http").unwrap().policy_connector, Some("httprequestreceived"));
        assert_eq!(request.kind("Button").unwrap().policy_connector, None);
        assert!(request.kind("nobody").is_none());
    }

    #[test]
    fn knows_which_steps_honour_an_option() {
        let sequential = operation_option("sequential").unwrap();
        assert_eq!(sequential.actions.iter().map(|known| known.name).collect::<Vec<_>>(), ["Foreach"]);
        assert!(sequential.triggers.is_empty() && !sequential.is_for_calls());
        assert!(operation_option("DisableAsyncPattern").unwrap().is_for_calls());
        assert!(operation_option("SingleInstance").unwrap().triggers.len() > 3);
        assert!(operation_option("Sequental").is_none());
    }

    #[test]
    fn knows_what_happens_without_a_setting() {
        let retry = retry_policy();
        let retries = |platform, licence| retry.default_of(platform, licence).map(|default| default.retries);
        assert_eq!(retries(Platform::PowerAutomate, Licence::Low), Some(2));
        assert_eq!(retries(Platform::PowerAutomate, Licence::High), Some(8));
        assert_eq!(retries(Platform::Standard, Licence::Low), Some(4));
        assert_eq!((retry.count, retry.interval), ([1, 90], ["PT5S", "P1D"]));
        assert_eq!(concurrency().default_repetitions(Platform::PowerAutomate), 1);
        assert_eq!(concurrency().default_repetitions(Platform::Consumption), 20);
        assert_eq!(keys().run_after_statuses.len(), 4);
    }
}
