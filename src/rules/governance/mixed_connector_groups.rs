//! Flags flows that use connectors which a data policy keeps apart, alone or together with the child flows they run.

use crate::facts::{self, Group};
use crate::finding::Place;
use crate::model::Platform;
use crate::page::{RuleMeta, cards};
use crate::policy::{self, Policy};
use crate::rule::{Context, Rule, Sink};
use crate::run::{Family, FlowFacts, Run};
use std::collections::{BTreeMap, HashSet};

pub(crate) static RULE: MixedConnectorGroups = MixedConnectorGroups;
pub(crate) struct MixedConnectorGroups;

impl Rule for MixedConnectorGroups {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MIXED_CONNECTOR_GROUPS
    }

    fn check_run(&self, run: &Run<'_>, cx: &Context<'_>, sink: &mut Sink<'_, Place>) {
        let policies: Vec<&Policy> = cx.policies().iter().filter(|policy| policy.covers(cx.environment())).collect();
        for family in run.families() {
            for flow in family.flows().filter(|flow| flow.platform == Platform::PowerAutomate) {
                let uses = uses(flow, family);
                let conflict = if cx.policies().is_empty() { by_example(&uses) } else { by_policy(&policies, &uses) };
                if let Some(conflict) = conflict {
                    report(&conflict, &uses, sink);
                }
            }
        }
    }
}

/// Where a flow uses a connector: in a step of its own, or through a child flow.
#[derive(Clone, Copy)]
struct Use<'a> {
    place: &'a Place,
    /// The child flow called there.
    child: Option<&'a FlowFacts>,
}

/// The connectors of a flow and of all flows that it runs, by the names that policies judge; own steps come first.
fn uses<'a>(flow: &'a FlowFacts, family: &Family<'a>) -> BTreeMap<String, Use<'a>> {
    let mut uses = BTreeMap::new();
    for connector in &flow.connectors {
        uses.entry(policy::judged_name(&connector.id)).or_insert(Use { place: &connector.place, child: None });
    }
    for call in &flow.child_calls {
        let mut seen = HashSet::from([flow.flow.id.as_str()]);
        let mut open: Vec<&FlowFacts> = family.flow(&call.target, flow).into_iter().collect();
        let child = open.first().copied();
        while let Some(next) = open.pop() {
            if seen.insert(next.flow.id.as_str()) {
                for connector in &next.connectors {
                    uses.entry(policy::judged_name(&connector.id)).or_insert(Use { place: &call.place, child });
                }
                open.extend(next.child_calls.iter().filter_map(|call| family.flow(&call.target, next)));
            }
        }
    }
    uses
}

/// Two connectors that may not meet.
struct Conflict<'p> {
    pair: [(String, Group); 2],
    policy: Option<&'p Policy>,
}

fn by_policy<'p>(policies: &[&'p Policy], uses: &BTreeMap<String, Use<'_>>) -> Option<Conflict<'p>> {
    let conflict = policy::combine(policies.iter().copied(), uses.keys().map(String::as_str)).conflict?;
    Some(Conflict { pair: [conflict.first, conflict.second], policy: Some(conflict.policy) })
}

/// Without a policy the example classification stands in, for hints only.
fn by_example(uses: &BTreeMap<String, Use<'_>>) -> Option<Conflict<'static>> {
    let first_of = |group| {
        let name = uses.keys().find(|name| facts::example_group(name) == Some(group))?;
        Some((name.clone(), group))
    };
    Some(Conflict { pair: [first_of(Group::Business)?, first_of(Group::NonBusiness)?], policy: None })
}

fn report(conflict: &Conflict<'_>, uses: &BTreeMap<String, Use<'_>>, sink: &mut Sink<'_, Place>) {
    let [(first, first_group), (second, second_group)] = &conflict.pair;
    let (Some(one), Some(other)) = (uses.get(first), uses.get(second)) else { return };
    if let (Some(a), Some(b)) = (one.child, other.child)
        && a.flow.id == b.flow.id
    {
        // Both are the child's own, which has a finding of its own.
        return;
    }
    // The step that stands out is the one outside the organisation's business group.
    let (at, beside) = match first_group {
        Group::NonBusiness => ((one, first, first_group), (other, second, second_group)),
        _ => ((other, second, second_group), (one, first, first_group)),
    };
    let said = |(used, name, group): (&Use<'_>, &str, &Group)| {
        let through =
            used.child.map(|child| format!(", used by the child flow `{}`,", child.flow.name)).unwrap_or_default();
        format!("`{}`{through} is {group}", facts::connector_title(name))
    };
    let (at, beside) = ((at.0, at.1.as_str(), at.2), (beside.0, beside.1.as_str(), beside.2));
    let pair = format!("{} and {}", said(at), said(beside));
    let (message, case, help) = match conflict.policy {
        Some(policy) => (
            format!("{pair} in the data policy `{}`: they may not be used in one flow", policy.name),
            "policy",
            "replace one of the two by a connector of the other's group, or ask the owners of the policy; such a flow is suspended when it is saved or turned on",
        ),
        None => (
            format!(
                "{pair} in flowvet's example of a data policy, and data policies usually keep such connectors apart"
            ),
            "example",
            "give the tenant's own data policy with `--policy FILE` or `policies` in flowvet.toml to know for sure",
        ),
    };
    let draft = sink.at(at.0.place.clone(), message);
    draft.help(help).case(case).kind(format!("{first} {second}"));
    draft.related(beside.0.place.clone(), format!("`{}` is used here", facts::connector_title(beside.1)));
}
