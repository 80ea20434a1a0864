//! The forms in which data policies are exported, each read into the same [`Policy`]. A form that is not known is an
//! error that says where, never an empty policy.

use super::{Behavior, EndpointRule, Group, OperationRules, Policy, PolicyError, Scope, UrlPattern};
use crate::facts;
use crate::source::Span;
use crate::syntax::{Kind, Value};
use std::collections::BTreeMap;

type Read<T = ()> = Result<T, PolicyError>;

/// What is understood, for messages.
const KNOWN: &str = "understood are the output of `Get-DlpPolicy` and of `Get-AdminDlpPolicy`, answers of the \
                     policies API with `policyDefinition`, and Terraform's `business_connectors`, \
                     `non_business_connectors` and `blocked_connectors`";

/// The type of a policy in Terraform's state.
const TERRAFORM_TYPE: &str = "powerplatform_data_loss_prevention_policy";

/// The forms of one policy.
#[derive(Clone, Copy)]
enum Shape {
    /// Policies API, version 2: the policy and its rules side by side.
    Wrapped,
    /// `Get-DlpPolicy`: the fields of the policy itself.
    Flat,
    /// The same fields under `properties`.
    Properties,
    /// `Get-AdminDlpPolicy`: one list for each group.
    Lists,
    /// The older policies API: `properties.definition.apiGroups`.
    ApiGroups,
    /// Terraform: state, output or variables.
    Terraform,
}

pub(super) fn read(name: &str, root: Value<'_>) -> Read<Vec<Policy>> {
    let mut policies = Vec::new();
    collect(name, root, &mut policies)?;
    if policies.is_empty() {
        return Err(fault(root, "the file holds no data policy", "export the policies again, or leave the file out"));
    }
    Ok(policies)
}

pub(super) fn is_policy(root: Value<'_>) -> bool {
    match root.kind() {
        Kind::Array => root.items().next().is_some_and(|first| shape(first).is_some()),
        Kind::Object if shape(root).is_some() => true,
        _ => list(root).and_then(|list| list.items().next()).is_some_and(|first| shape(first).is_some()),
    }
}

fn collect(name: &str, value: Value<'_>, policies: &mut Vec<Policy>) -> Read {
    match value.kind() {
        Kind::Array => value.items().try_for_each(|item| collect(name, item, policies)),
        Kind::Object => {
            if let Some(shape) = shape(value) {
                policies.push(read_policy(name, value, shape)?);
                Ok(())
            } else if let Some(list) = list(value) {
                collect(name, list, policies)
            } else if let Some(module) = terraform_module(value) {
                terraform_instances(module).into_iter().try_for_each(|policy| collect(name, policy, policies))
            } else if value.get("connectorActionConfigurations").is_some()
                || value.get("endpointConfigurations").is_some()
            {
                let help =
                    "save them as `connectorConfigurationsDefinition` beside the `policyDefinition` they belong to";
                Err(fault(value, "these are the action and endpoint rules of a policy, without the policy", help))
            } else {
                Err(unknown(value))
            }
        }
        _ => Err(unknown(value)),
    }
}

fn unknown(value: Value<'_>) -> PolicyError {
    if is_cut_off(value) {
        cut_off(value)
    } else {
        fault(value, "this is no data policy in a form that is understood", KNOWN)
    }
}

fn shape(value: Value<'_>) -> Option<Shape> {
    let has = |key| value.get(key).is_some();
    let properties = |keys: &[&str]| value.get("properties").and_then(|properties| properties.at(keys)).is_some();
    if has("policyDefinition") {
        Some(Shape::Wrapped)
    } else if has("BusinessDataGroup") || has("NonBusinessDataGroup") || has("BlockedGroup") {
        Some(Shape::Lists)
    } else if has("connectorGroups") || has("defaultConnectorsClassification") {
        Some(Shape::Flat)
    } else if properties(&["definition", "apiGroups"]) {
        Some(Shape::ApiGroups)
    } else if properties(&["connectorGroups"]) {
        Some(Shape::Properties)
    } else if TERRAFORM_LISTS.iter().any(|(key, _)| has(key)) || has("default_connectors_classification") {
        Some(Shape::Terraform)
    } else {
        None
    }
}

/// The list of policies in an answer of the API, or in what Terraform prints.
fn list(value: Value<'_>) -> Option<Value<'_>> {
    ["value", "policies", "dlp_policies"].iter().find_map(|key| value.get(key))
}

/// The outermost module of Terraform's state, as its file and `terraform show -json` have it.
fn terraform_module(value: Value<'_>) -> Option<Value<'_>> {
    if value.get("resources").is_some() { Some(value) } else { value.at(&["values", "root_module"]) }
}

/// The policies of a module and the modules in it.
fn terraform_instances(module: Value<'_>) -> Vec<Value<'_>> {
    let mut policies = Vec::new();
    let resources = module.get("resources").map(many).unwrap_or_default();
    for resource in resources.into_iter().filter(|r| r.get("type").is_some_and(|t| t.is_str(TERRAFORM_TYPE))) {
        match resource.get("values") {
            Some(values) => policies.push(values),
            None => {
                let instances = resource.get("instances").map(many).unwrap_or_default();
                policies.extend(instances.into_iter().filter_map(|instance| instance.get("attributes")));
            }
        }
    }
    for child in module.get("child_modules").map(many).unwrap_or_default() {
        policies.extend(terraform_instances(child));
    }
    policies
}

fn read_policy(file: &str, value: Value<'_>, shape: Shape) -> Read<Policy> {
    match shape {
        Shape::Wrapped => match value.get("policyDefinition") {
            Some(definition) if definition.is_object() => current(file, value, definition),
            other => Err(unknown(other.unwrap_or(value))),
        },
        Shape::Flat => current(file, value, value),
        Shape::Properties => current(file, value, value.get("properties").unwrap_or(value)),
        Shape::Lists => lists(file, value),
        Shape::ApiGroups => api_groups(file, value),
        Shape::Terraform => terraform(file, value),
    }
}

/// The current form: groups with their connectors. Rules may stand beside the definition.
fn current(file: &str, outer: Value<'_>, definition: Value<'_>) -> Read<Policy> {
    let id = text(definition, "name").or_else(|| text(outer, "name"));
    let mut policy = blank(file, text(definition, "displayName"), id);
    if let Some(group) = definition.get("defaultConnectorsClassification") {
        policy.default_group = read_group(group)?;
    }
    let Some(groups) = definition.get("connectorGroups").filter(|groups| groups.kind() != Kind::Null) else {
        let message = format!("the policy `{}` does not say which connectors are in which group", policy.name);
        return Err(fault(
            definition,
            message,
            "export each policy by its name: a list of policies leaves the groups out",
        ));
    };
    for group in objects(groups)? {
        let of = read_group(need(group, "classification")?)?;
        add_connectors(&mut policy, need(group, "connectors")?, of)?;
    }
    policy.scope = scope(definition.get("environmentType"), definition.get("environments"))?;
    if let Some(rules) = outer.get("connectorConfigurationsDefinition") {
        for entry in objects_at(rules, "connectorActionConfigurations")? {
            let listed = objects_at(entry, "actionRules")?;
            let default = entry.get("defaultConnectorActionRuleBehavior");
            add_operations(&mut policy, connector_name(need(entry, "connectorId")?)?, default, &listed, "actionId")?;
        }
        for entry in objects_at(rules, "endpointConfigurations")? {
            let rules = objects_at(entry, "endpointRules")?;
            add_endpoints(&mut policy, connector_name(need(entry, "connectorId")?)?, &rules)?;
        }
    }
    if let Some(patterns) = outer.get("customConnectorUrlPatternsDefinition") {
        let rules = objects_at(patterns, "rules")?;
        policy.url_patterns = url_patterns(&rules, "pattern", "customConnectorRuleClassification")?;
    }
    Ok(policy)
}

/// The older cmdlet: one list for each group.
fn lists(file: &str, value: Value<'_>) -> Read<Policy> {
    let mut policy = blank(file, text(value, "DisplayName"), text(value, "PolicyName"));
    // Policies of that time put new connectors in the second group unless they say otherwise.
    if let Some(group) = value.get("defaultApiGroup").or_else(|| value.get("defaultConnectorsClassification")) {
        policy.default_group = read_group(group)?;
    }
    for (key, group) in [
        ("BusinessDataGroup", Group::Business),
        ("NonBusinessDataGroup", Group::NonBusiness),
        ("BlockedGroup", Group::Blocked),
    ] {
        if let Some(connectors) = value.get(key) {
            add_connectors(&mut policy, connectors, group)?;
        }
    }
    let scope_type = value.get("EnvironmentType").or_else(|| value.get("FilterType"));
    policy.scope = scope(scope_type, value.get("Environments"))?;
    Ok(policy)
}

/// The older API.
fn api_groups(file: &str, value: Value<'_>) -> Read<Policy> {
    let properties = need(value, "properties")?;
    let definition = need(properties, "definition")?;
    let mut policy = blank(file, text(properties, "displayName"), text(value, "name"));
    if let Some(group) = definition.get("defaultApiGroup") {
        policy.default_group = read_group(group)?;
    }
    // A rule of this name turns a whole group into a blocked one, usually the second.
    let blocking = definition
        .at(&["rules", "apiGroupRule"])
        .filter(|rule| rule.at(&["actions", "blockAction", "type"]).is_some_and(|action| action.is_str("Block")));
    let shut = match blocking.map(|rule| rule.at(&["parameters", "apiGroup"])) {
        Some(Some(group)) => Some(read_group(group)?),
        Some(None) => Some(Group::NonBusiness),
        None => None,
    };
    let in_force = |group| if shut == Some(group) { Group::Blocked } else { group };
    policy.default_group = in_force(policy.default_group);
    for entry in need(definition, "apiGroups")?.entries() {
        let Some(group) = group_by_name(&entry.key.name()) else {
            return Err(error(entry.key.span(), not_a_group(&entry.key.name()), GROUPS));
        };
        if let Some(apis) = entry.value.get("apis") {
            add_connectors(&mut policy, apis, in_force(group))?;
        }
    }
    let filter = definition.at(&["constraints", "environmentFilter1", "parameters"]);
    let filter_type = filter.and_then(|parameters| parameters.get("filterType"));
    policy.scope = scope(filter_type, filter.and_then(|parameters| parameters.get("environments")))?;
    Ok(policy)
}

const TERRAFORM_LISTS: [(&str, Group); 3] = [
    ("business_connectors", Group::Business),
    ("non_business_connectors", Group::NonBusiness),
    ("blocked_connectors", Group::Blocked),
];

/// Terraform: rules stand with the connectors.
fn terraform(file: &str, value: Value<'_>) -> Read<Policy> {
    let mut policy = blank(file, text(value, "display_name"), text(value, "id"));
    if TERRAFORM_LISTS.iter().all(|(key, _)| value.get(key).is_none()) {
        let message = format!("the policy `{}` does not say which connectors are in which group", policy.name);
        return Err(fault(value, message, KNOWN));
    }
    if let Some(group) = value.get("default_connectors_classification") {
        policy.default_group = read_group(group)?;
    }
    for (key, group) in TERRAFORM_LISTS {
        let Some(connectors) = value.get(key) else { continue };
        add_connectors(&mut policy, connectors, group)?;
        for entry in objects(connectors)? {
            let name = connector_name(entry)?;
            let operations = objects_at(entry, "action_rules")?;
            let default = entry.get("default_action_rule_behavior");
            add_operations(&mut policy, name.clone(), default, &operations, "action_id")?;
            add_endpoints(&mut policy, name, &objects_at(entry, "endpoint_rules")?)?;
        }
    }
    policy.scope = scope(value.get("environment_type"), value.get("environments"))?;
    policy.url_patterns =
        url_patterns(&objects_at(value, "custom_connectors_patterns")?, "host_url_pattern", "data_group")?;
    Ok(policy)
}

fn blank(file: &str, display_name: Option<String>, id: Option<String>) -> Policy {
    Policy {
        name: display_name.or_else(|| id.clone()).unwrap_or_else(|| file.to_owned()),
        id,
        default_group: Group::NonBusiness,
        groups: BTreeMap::new(),
        scope: Scope::All,
        operations: BTreeMap::new(),
        endpoints: BTreeMap::new(),
        url_patterns: Vec::new(),
    }
}

fn add_connectors(policy: &mut Policy, connectors: Value<'_>, group: Group) -> Read {
    for connector in many(connectors) {
        let name = connector_name(connector)?;
        let before = policy.groups.insert(name.clone(), group);
        if before.is_some_and(|before| before != group) {
            let message = format!("the connector `{name}` is listed in two groups of the policy `{}`", policy.name);
            return Err(fault(connector, message, "leave it in one of them"));
        }
    }
    Ok(())
}

/// The name in an entry of a list of connectors: an id or a name, in an object or by itself.
fn connector_name(value: Value<'_>) -> Read<String> {
    let id = match value.kind() {
        // Not `name`: that is the title in the answers of the API.
        Kind::Object => text(value, "id").or_else(|| text(value, "connector_id")),
        Kind::String if !is_cut_off(value) => value.as_str().map(Into::into),
        _ => None,
    };
    match id.as_deref().map(facts::api_name) {
        Some(name) if !name.is_empty() => Ok(name.to_ascii_lowercase()),
        _ if is_cut_off(value) => Err(cut_off(value)),
        _ => Err(fault(value, "this is no connector: it has no `id`", KNOWN)),
    }
}

fn add_operations(
    policy: &mut Policy,
    connector: String,
    default: Option<Value<'_>>,
    rules: &[Value<'_>],
    key: &str,
) -> Read {
    // Terraform writes an empty text where no operation is ruled.
    let default = match default.filter(|value| !value.is_str("")) {
        Some(value) => behavior(value)?,
        None => Behavior::Allow,
    };
    let mut listed = BTreeMap::new();
    for rule in rules {
        listed.insert(need_text(*rule, key)?.to_ascii_lowercase(), behavior(need(*rule, "behavior")?)?);
    }
    if default == Behavior::Block || !listed.is_empty() {
        policy.operations.insert(connector, OperationRules { default, listed });
    }
    Ok(())
}

fn add_endpoints(policy: &mut Policy, connector: String, rules: &[Value<'_>]) -> Read {
    let mut endpoints = Vec::new();
    for rule in in_order(rules) {
        endpoints
            .push(EndpointRule { pattern: need_text(rule, "endpoint")?, behavior: behavior(need(rule, "behavior")?)? });
    }
    if !endpoints.is_empty() {
        policy.endpoints.insert(connector, endpoints);
    }
    Ok(())
}

fn url_patterns(rules: &[Value<'_>], pattern: &str, group: &str) -> Read<Vec<UrlPattern>> {
    let mut patterns = Vec::new();
    for rule in in_order(rules) {
        let of = need(rule, group)?;
        let of = if of.is_str("Ignore") { None } else { Some(read_group(of)?) };
        patterns.push(UrlPattern { pattern: need_text(rule, pattern)?, group: of });
    }
    Ok(patterns)
}

/// Rules sorted by their `order`; without one they keep their place.
fn in_order<'d>(rules: &[Value<'d>]) -> Vec<Value<'d>> {
    let order = |rule: &Value<'d>| rule.get("order").and_then(|order| order.as_number()?.parse::<u32>().ok());
    let mut rules = rules.to_vec();
    rules.sort_by_key(|rule| order(rule).unwrap_or(u32::MAX));
    rules
}

fn scope(kind: Option<Value<'_>>, environments: Option<Value<'_>>) -> Read<Scope> {
    let mut names = Vec::new();
    for environment in environments.into_iter().flat_map(many) {
        let id = match environment.kind() {
            Kind::String if !is_cut_off(environment) => environment.as_str().map(Into::into),
            _ => text(environment, "name").or_else(|| text(environment, "id")),
        };
        let Some(id) = id else {
            return Err(if is_cut_off(environment) {
                cut_off(environment)
            } else {
                fault(environment, "this is no environment: it has neither `id` nor `name`", KNOWN)
            });
        };
        names.push(facts::api_name(&id).to_owned());
    }
    let Some(kind) = kind.filter(|kind| kind.kind() != Kind::Null) else { return Ok(Scope::All) };
    Ok(match kind.as_str().unwrap_or_default().to_ascii_lowercase().as_str() {
        "allenvironments" => Scope::All,
        // The older cmdlet leaves its filter empty where the policy holds everywhere.
        "" if kind.kind() == Kind::String => Scope::All,
        "onlyenvironments" | "include" => Scope::Only(names),
        "exceptenvironments" | "exclude" => Scope::Except(names),
        "singleenvironment" => Scope::Single(names),
        _ => {
            let help = "known are `AllEnvironments`, `OnlyEnvironments`, `ExceptEnvironments` and `SingleEnvironment`";
            return Err(fault(kind, format!("{} is no kind of environments", kind.text()), help));
        }
    })
}

const GROUPS: &str = "known are `Confidential` (Business), `General` (Non-Business) and `Blocked`";

fn not_a_group(name: &str) -> String {
    format!("`{name}` is no group of a data policy")
}

fn read_group(value: Value<'_>) -> Read<Group> {
    match value.as_str() {
        Some(name) => group_by_name(&name).ok_or_else(|| fault(value, not_a_group(&name), GROUPS)),
        None => Err(fault(value, "this is no group of a data policy", GROUPS)),
    }
}

/// A group in the words of the API, of older APIs, of Terraform, and of the admin center.
fn group_by_name(name: &str) -> Option<Group> {
    let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if is(&["Confidential", "Business", "hbi"]) {
        Some(Group::Business)
    } else if is(&["General", "NonBusiness", "Non-Business", "lbi"]) {
        Some(Group::NonBusiness)
    } else if is(&["Blocked"]) {
        Some(Group::Blocked)
    } else {
        None
    }
}

fn behavior(value: Value<'_>) -> Read<Behavior> {
    if value.is_str("Allow") {
        Ok(Behavior::Allow)
    } else if value.is_str("Block") || value.is_str("Deny") {
        Ok(Behavior::Block)
    } else {
        Err(fault(value, "a rule can `Allow` and `Block`, for endpoints `Allow` and `Deny`", "correct the rule"))
    }
}

/// The items of a list. PowerShell writes a list of one as that one, and some of its versions wrap lists.
fn many(value: Value<'_>) -> Vec<Value<'_>> {
    match value.kind() {
        Kind::Array => value.items().collect(),
        Kind::Null => Vec::new(),
        Kind::Object if value.get("Count").is_some() => value.get("value").map(many).unwrap_or_default(),
        _ => vec![value],
    }
}

/// The items of a list that must be objects.
fn objects(value: Value<'_>) -> Read<Vec<Value<'_>>> {
    let items = many(value);
    match items.iter().find(|item| !item.is_object()) {
        Some(&item) => Err(unknown(item)),
        None => Ok(items),
    }
}

fn objects_at<'d>(value: Value<'d>, key: &str) -> Read<Vec<Value<'d>>> {
    value.get(key).map_or_else(|| Ok(Vec::new()), objects)
}

fn need<'d>(value: Value<'d>, key: &str) -> Read<Value<'d>> {
    value.get(key).ok_or_else(|| {
        if is_cut_off(value) { cut_off(value) } else { fault(value, format!("`{key}` is missing here"), KNOWN) }
    })
}

fn need_text(value: Value<'_>, key: &str) -> Read<String> {
    let found = need(value, key)?;
    found.as_str().map(Into::into).ok_or_else(|| fault(found, format!("`{key}` must be text"), KNOWN))
}

fn text(value: Value<'_>, key: &str) -> Option<String> {
    value.get(key)?.as_str().filter(|text| !text.trim().is_empty()).map(Into::into)
}

/// Whether PowerShell put a note there instead of the value, since `ConvertTo-Json` goes two levels deep unless told.
fn is_cut_off(value: Value<'_>) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("@{") || text.starts_with("System."))
}

fn cut_off(value: Value<'_>) -> PolicyError {
    fault(value, "PowerShell has cut the policy off here", "export it again with `ConvertTo-Json -Depth 20`")
}

/// A fault at a value; of objects and lists at their opening bracket.
fn fault(value: Value<'_>, message: impl Into<String>, help: &str) -> PolicyError {
    let span = value.span();
    let span = match value.kind() {
        Kind::Object | Kind::Array => Span { start: span.start, end: span.start + 1 },
        _ => span,
    };
    error(span, message.into(), help)
}

fn error(span: Span, message: String, help: &str) -> PolicyError {
    PolicyError { span, message, help: help.to_owned() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::{Policy, parse};
    use super::*;
    use crate::syntax::Document;

    const WRAPPED: &str = r#"{"policyDefinition":{
      "name":"11111111-1111-1111-1111-111111111111","displayName":"Finance","defaultConnectorsClassification":"Blocked",
      "connectorGroups":[
        {"classification":"Confidential","connectors":[{"id":"/providers/Microsoft.PowerApps/apis/shared_SharePointOnline","name":"SharePoint"}]},
        {"classification":"General","connectors":[{"id":"shared_rss"}]},
        {"classification":"Blocked","connectors":[]}],
      "environmentType":"OnlyEnvironments","environments":[{"id":"/x/environments/env-a","name":"env-a"}]},
    "connectorConfigurationsDefinition":{
      "connectorActionConfigurations":[{"connectorId":"/x/apis/shared_rss","defaultConnectorActionRuleBehavior":"Allow",
        "actionRules":[{"actionId":"ListFeedItems","behavior":"Block"}]}],
      "endpointConfigurations":[{"connectorId":"Http","endpointRules":[
        {"order":2,"behavior":"Deny","endPoint":"*"},{"order":1,"behavior":"Allow","endpoint":"*.contoso.com"}]}]},
    "customConnectorUrlPatternsDefinition":{"rules":[
      {"order":2,"customConnectorRuleClassification":"Ignore","pattern":"*"},
      {"order":1,"customConnectorRuleClassification":"Confidential","pattern":"https://*.contoso.com*"}]}}"#;

    const FLAT: &str = r#"{"name":"22222222-2222-2222-2222-222222222222","displayName":"Sales","defaultConnectorsClassification":"General",
      "connectorGroups":[{"classification":"Confidential","connectors":{"id":"/x/apis/shared_teams","name":"Teams"}},
        {"classification":"Blocked","connectors":null}],"environmentType":"AllEnvironments","environments":[]}"#;

    fn one(text: &str) -> Policy {
        let mut policies =
            parse("policy.json", text).unwrap_or_else(|error| panic!("{error}: {}", &text[error.span.range()]));
        assert_eq!(policies.len(), 1);
        policies.remove(0)
    }

    fn groups(policy: &Policy) -> Vec<(&str, Group)> {
        policy.groups.iter().map(|(name, &group)| (name.as_str(), group)).collect()
    }

    #[test]
    fn reads_an_answer_of_the_api_with_its_rules() {
        let policy = one(WRAPPED);
        assert_eq!((policy.name.as_str(), policy.default_group), ("Finance", Group::Blocked));
        assert_eq!(policy.id.as_deref(), Some("11111111-1111-1111-1111-111111111111"));
        assert_eq!(groups(&policy), [("shared_rss", Group::NonBusiness), ("shared_sharepointonline", Group::Business)]);
        assert_eq!(policy.scope, Scope::Only(vec!["env-a".to_owned()]));
        assert!(
            policy.blocks_operation("shared_rss", "listfeeditems") && !policy.blocks_operation("shared_rss", "other")
        );
        let endpoints: Vec<(&str, Behavior)> =
            policy.endpoints["http"].iter().map(|rule| (rule.pattern.as_str(), rule.behavior)).collect();
        assert_eq!(endpoints, [("*.contoso.com", Behavior::Allow), ("*", Behavior::Block)]);
        let patterns: Vec<(&str, Option<Group>)> =
            policy.url_patterns.iter().map(|rule| (rule.pattern.as_str(), rule.group)).collect();
        assert_eq!(patterns, [("https://*.contoso.com*", Some(Group::Business)), ("*", None)]);
    }

    #[test]
    fn reads_what_powershell_prints() {
        let policy = one(FLAT);
        assert_eq!((policy.name.as_str(), policy.default_group), ("Sales", Group::NonBusiness));
        assert_eq!(groups(&policy), [("shared_teams", Group::Business)], "a list of one is that one");
        assert_eq!(policy.scope, Scope::All);
        let older = one(
            r#"{"PolicyName":"p1","DisplayName":"Old","FilterType":"exclude","Environments":[{"name":"env-a"}],
              "BusinessDataGroup":[{"id":"/x/apis/shared_office365","name":"Outlook"}],
              "NonBusinessDataGroup":{"value":[{"id":"/x/apis/shared_rss"}],"Count":1},"BlockedGroup":[{"id":"Http"}]}"#,
        );
        assert_eq!((older.name.as_str(), older.default_group), ("Old", Group::NonBusiness));
        assert_eq!(
            groups(&older),
            [("http", Group::Blocked), ("shared_office365", Group::Business), ("shared_rss", Group::NonBusiness)]
        );
        assert_eq!(older.scope, Scope::Except(vec!["env-a".to_owned()]));
    }

    #[test]
    fn reads_an_answer_of_the_older_api() {
        let raw = |rules: &str| {
            format!(
                r#"{{"name":"p1","properties":{{"displayName":"Raw","definition":{{
                  "apiGroups":{{"hbi":{{"apis":[{{"id":"/x/apis/shared_teams"}}]}},"lbi":{{"apis":[{{"id":"/x/apis/shared_rss"}}]}}}},
                  "defaultApiGroup":"lbi","constraints":{{"environmentFilter1":{{"parameters":{{
                    "filterType":"include","environments":[{{"name":"env-a"}}]}}}}}},"rules":{{{rules}}}}}}}}}"#
            )
        };
        let policy = one(&raw(""));
        assert_eq!((policy.name.as_str(), policy.default_group), ("Raw", Group::NonBusiness));
        assert_eq!(groups(&policy), [("shared_rss", Group::NonBusiness), ("shared_teams", Group::Business)]);
        assert_eq!(policy.scope, Scope::Only(vec!["env-a".to_owned()]));
        let policy =
            one(&raw(r#""apiGroupRule":{"actions":{"blockAction":{"type":"Block"}},"parameters":{"apiGroup":"lbi"}}"#));
        assert_eq!(policy.default_group, Group::Blocked);
        assert_eq!(groups(&policy), [("shared_rss", Group::Blocked), ("shared_teams", Group::Business)]);
    }

    #[test]
    fn reads_what_terraform_keeps() {
        let attributes = r#"{"id":"p1","display_name":"Coded","default_connectors_classification":"Blocked",
          "environment_type":"ExceptEnvironments","environments":["env-a"],
          "business_connectors":[{"id":"/x/apis/shared_sql","default_action_rule_behavior":"Allow",
            "action_rules":[{"action_id":"DeleteItem_V2","behavior":"Block"}],
            "endpoint_rules":[{"order":1,"behavior":"Allow","endpoint":"contoso.com"}]}],
          "non_business_connectors":[{"id":"shared_rss","default_action_rule_behavior":"","action_rules":[],"endpoint_rules":[]}],
          "blocked_connectors":[],
          "custom_connectors_patterns":[{"order":1,"host_url_pattern":"*","data_group":"Ignore"}]}"#;
        let resource = format!(r#"{{"type":"{TERRAFORM_TYPE}","instances":[{{"attributes":{attributes}}}]}}"#);
        let planned = format!(r#"{{"type":"{TERRAFORM_TYPE}","values":{attributes}}}"#);
        for text in [
            attributes.to_owned(),
            format!(r#"{{"policies":[{attributes}]}}"#),
            format!(r#"{{"dlp_policies":{{"sensitive":false,"value":{{"policies":[{attributes}]}}}}}}"#),
            format!(r#"{{"version":4,"resources":[{{"type":"other"}},{resource}]}}"#),
            format!(r#"{{"values":{{"root_module":{{"child_modules":[{{"resources":[{planned}]}}]}}}}}}"#),
        ] {
            let policy = one(&text);
            assert_eq!((policy.name.as_str(), policy.default_group), ("Coded", Group::Blocked));
            assert_eq!(groups(&policy), [("shared_rss", Group::NonBusiness), ("shared_sql", Group::Business)]);
            assert_eq!(policy.scope, Scope::Except(vec!["env-a".to_owned()]));
            assert!(policy.blocks_operation("shared_sql", "DeleteItem_V2"));
            assert_eq!(policy.operations.len(), 1);
            assert_eq!(policy.endpoints["shared_sql"][0].pattern, "contoso.com");
            assert_eq!(policy.url_patterns, [UrlPattern { pattern: "*".to_owned(), group: None }]);
        }
    }

    #[test]
    fn reads_one_policy_or_many() {
        let names = |text: &str| -> Vec<String> {
            parse("policy.json", text).unwrap().into_iter().map(|policy| policy.name).collect()
        };
        assert_eq!(names(&format!(r#"{{"value":[{WRAPPED},{FLAT}]}}"#)), ["Finance", "Sales"]);
        assert_eq!(names(&format!("\u{feff}[{FLAT}, {WRAPPED}]")), ["Sales", "Finance"]);
        assert_eq!(names(&format!(r#"{{"value":{FLAT}}}"#)), ["Sales"]);
        assert_eq!(names(r#"{"connectorGroups":[]}"#), ["policy.json"]);
        assert_eq!(names(r#"{"name":"p1","properties":{"connectorGroups":[]}}"#), ["p1"]);
    }

    #[test]
    fn says_where_a_file_is_not_understood() {
        let group = |group: &str| format!(r#"{{"displayName":"P","connectorGroups":[{group}]}}"#);
        for (text, at, message) in [
            ("", "", "the file is empty"),
            ("{", "", "the file ends inside an object"),
            ("7", "7", "this is no data policy"),
            ("{}", "{", "this is no data policy"),
            ("[]", "[", "holds no data policy"),
            (r#"{"value":[]}"#, "{", "holds no data policy"),
            (r#"{"resources":[]}"#, "{", "holds no data policy"),
            (r#"{"value":[{"connectorGroups":[]},{"other":1}]}"#, "{", "this is no data policy"),
            (r#"{"policyDefinition":"x"}"#, r#""x""#, "this is no data policy"),
            (r#"{"policyDefinition":{"displayName":"P"}}"#, "{", "`P` does not say which connectors"),
            (
                r#"{"displayName":"P","defaultConnectorsClassification":"General"}"#,
                "{",
                "`P` does not say which connectors",
            ),
            (r#"{"connectorActionConfigurations":[]}"#, "{", "without the policy"),
            (r#"{"value":["@{displayName=P}"]}"#, r#""@{displayName=P}""#, "has cut the policy off"),
            (&group(r#""@{classification=General}""#), r#""@{classification=General}""#, "has cut the policy off"),
            (
                &group(r#"{"classification":"General","connectors":"System.Object[]"}"#),
                r#""System.Object[]""#,
                "has cut the policy off",
            ),
            (&group(r#"{"classification":"Secret","connectors":[]}"#), r#""Secret""#, "`Secret` is no group"),
            (&group(r#"{"classification":null,"connectors":[]}"#), "null", "no group"),
            (&group(r#"{"connectors":[]}"#), "{", "`classification` is missing"),
            (&group(r#"{"classification":"General"}"#), "{", "`connectors` is missing"),
            (&group(r#"{"classification":"General","connectors":[{"name":"SharePoint"}]}"#), "{", "it has no `id`"),
            (&group(r#"{"classification":"General","connectors":[7]}"#), "7", "it has no `id`"),
            (
                &group(
                    r#"{"classification":"General","connectors":["a"]},{"classification":"Blocked","connectors":["A"]}"#,
                ),
                r#""A""#,
                "`a` is listed in two groups",
            ),
            (r#"{"connectorGroups":[],"environmentType":"Some"}"#, r#""Some""#, "is no kind of environments"),
            (r#"{"connectorGroups":[],"environmentType":7}"#, "7", "is no kind of environments"),
            (r#"{"connectorGroups":[],"environments":[{}]}"#, "{", "this is no environment"),
            (r#"{"properties":{"definition":{"apiGroups":{"xyz":{}}}}}"#, r#""xyz""#, "`xyz` is no group"),
        ] {
            let error = parse("policy.json", text).unwrap_err();
            assert_eq!((&text[error.span.range()], error.message.contains(message)), (at, true), "{text}: {error}");
            assert!(!error.help.is_empty() && !error.message.ends_with('.'), "{text}");
        }
    }

    #[test]
    fn survives_any_cut() {
        for text in [WRAPPED, FLAT] {
            for end in 0..text.len() {
                assert!(parse("policy.json", &text[..end]).is_err());
            }
        }
    }

    #[test]
    fn tells_policies_from_other_files() {
        let told = |text: &str| is_policy(Document::parse(text).unwrap().root());
        assert!(
            told(WRAPPED) && told(FLAT) && told(&format!("[{FLAT}]")) && told(&format!(r#"{{"value":[{WRAPPED}]}}"#))
        );
        assert!(told(r#"{"business_connectors":[]}"#) && told(r#"{"policies":[{"blocked_connectors":[]}]}"#));
        assert!(!told("7") && !told("{}") && !told("[]") && !told(r#"{"value":[{"properties":{"definition":{}}}]}"#));
    }
}
