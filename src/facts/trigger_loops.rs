//! Which steps of a connector start which of its triggers.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A connector whose triggers watch what its steps change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WatchedService {
    /// The API name.
    pub connector: &'static str,
    tables: Option<TableNames>,
    /// The property with the id of a row; `None` where Dataverse's rule holds: the table's name and `id`.
    pub key: Option<&'static str>,
    /// What is added or changed: `row`.
    pub item: &'static str,
    /// What it lies in: `table`.
    pub place: &'static str,
    /// What to do against a loop, as an instruction.
    pub instead: &'static str,
    trigger: Vec<WatchingTrigger>,
    step: Vec<ChangingStep>,
}

/// How triggers and steps of a service name one table.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum TableNames {
    EntitySet,
}

/// A trigger that waits for changes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WatchingTrigger {
    operation: &'static str,
    /// The parameters that name what it watches.
    pub on: Vec<&'static str>,
    #[serde(default)]
    changes: Vec<ChangeKind>,
    /// The parameter that says what it waits for.
    pub changes_by: Option<&'static str>,
    #[serde(default)]
    codes: BTreeMap<&'static str, Vec<ChangeKind>>,
    /// The parameter with the columns that an update must touch.
    pub columns: Option<&'static str>,
    /// The parameter with a filter on the row after the change.
    pub filter: Option<&'static str>,
}

/// A step that changes something.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChangingStep {
    operation: &'static str,
    /// The parameters that name where it changes something.
    pub on: Vec<&'static str>,
    changes: Vec<ChangeKind>,
    /// What begins the names of the parameters with the columns that it writes.
    pub columns: Option<&'static str>,
    /// The parameter with the row that it changes.
    pub row: Option<&'static str>,
    /// Whether it adds the row where there is none.
    #[serde(default)]
    pub upsert: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ChangeKind {
    Create,
    Update,
    Delete,
    Run,
}

/// Some of: create, update, delete, run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Changes(u8);

impl Changes {
    /// Rows are added.
    pub const CREATE: Self = Self(1);
    /// Rows are changed.
    pub const UPDATE: Self = Self(2);
    /// Rows are removed.
    pub const DELETE: Self = Self(4);
    /// A Dataverse action is performed.
    pub const RUN: Self = Self(8);

    fn new(kinds: &[ChangeKind]) -> Self {
        kinds.iter().fold(Self::default(), |all, kind| {
            all.with(match kind {
                ChangeKind::Create => Self::CREATE,
                ChangeKind::Update => Self::UPDATE,
                ChangeKind::Delete => Self::DELETE,
                ChangeKind::Run => Self::RUN,
            })
        })
    }

    /// These and others.
    #[must_use]
    pub fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those that are also among others.
    #[must_use]
    pub fn common(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Whether all of some others are among these.
    pub fn has(self, others: Self) -> bool {
        self.common(others) == others
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl WatchedService {
    /// The names under which steps may know a table that a trigger names so.
    pub fn names_in_steps(&self, watched: &str) -> Vec<String> {
        let mut names = vec![watched.to_owned()];
        if self.tables == Some(TableNames::EntitySet) {
            names.push(format!("{watched}s"));
            if ["s", "x", "z", "ch", "sh"].iter().any(|end| watched.ends_with(end)) {
                names.push(format!("{watched}es"));
            }
            names.extend(watched.strip_suffix('y').map(|stem| format!("{stem}ies")));
        }
        names
    }
}

impl WatchingTrigger {
    /// What it waits for, by the value of the parameter that says it.
    pub fn changes(&self, code: Option<&str>) -> Changes {
        match code {
            Some(code) => Changes::new(self.codes.get(code).map_or(&[], Vec::as_slice)),
            None => Changes::new(&self.changes),
        }
    }
}

impl ChangingStep {
    /// What it does.
    pub fn changes(&self) -> Changes {
        Changes::new(&self.changes)
    }
}

/// What a trigger of that connector and operation watches, if it is known to watch something that steps change.
pub fn watching_trigger(
    connector: &str,
    operation: &str,
) -> Option<(&'static WatchedService, &'static WatchingTrigger)> {
    services(connector).find_map(|service| {
        let trigger = service.trigger.iter().find(|trigger| trigger.operation.eq_ignore_ascii_case(operation))?;
        Some((service, trigger))
    })
}

/// What a step of that connector and operation changes, if that is known to start a trigger.
pub fn changing_step(connector: &str, operation: &str) -> Option<(&'static WatchedService, &'static ChangingStep)> {
    services(connector).find_map(|service| {
        let step = service.step.iter().find(|step| step.operation.eq_ignore_ascii_case(operation))?;
        Some((service, step))
    })
}

fn services(connector: &str) -> impl Iterator<Item = &'static WatchedService> {
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "'de: 'static"))]
    struct File {
        service: Vec<WatchedService>,
    }
    static FILE: OnceLock<File> = OnceLock::new();
    let text = include_str!("../../rules/facts/trigger-loops.toml");
    let file = FILE.get_or_init(|| super::read("trigger-loops.toml", text));
    file.service.iter().filter(move |service| service.connector.eq_ignore_ascii_case(connector))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::facts;

    const DATAVERSE: &str = "shared_commondataserviceforapps";

    #[test]
    fn names_connectors_that_exist_and_triggers_that_some_step_starts() {
        for connector in [DATAVERSE, "shared_commondataservice", "shared_sharepointonline", "shared_sql"] {
            assert!(facts::connector(connector).is_some(), "{connector}");
            for service in services(connector) {
                for trigger in &service.trigger {
                    let waits = trigger.codes.values().chain([&trigger.changes]);
                    let waits = waits.fold(Changes::default(), |all, kinds| all.with(Changes::new(kinds)));
                    let meets = |step: &&ChangingStep| {
                        let does = if step.upsert { step.changes().with(Changes::CREATE) } else { step.changes() };
                        !does.common(waits).is_empty() && step.on.len() == trigger.on.len()
                    };
                    assert!(service.step.iter().any(|step| meets(&step)), "{connector} {}", trigger.operation);
                    assert_eq!(trigger.changes_by.is_some(), trigger.changes.is_empty(), "{}", trigger.operation);
                }
            }
        }
    }

    #[test]
    fn knows_what_each_change_type_of_dataverse_waits_for() {
        let (service, trigger) =
            watching_trigger("Shared_CommonDataServiceForApps", "subscribewebhooktrigger").unwrap();
        for (code, creates, updates, deletes) in [
            ("1", true, false, false),
            ("2", false, false, true),
            ("3", false, true, false),
            ("4", true, true, false),
            ("5", true, false, true),
            ("6", false, true, true),
            ("7", true, true, true),
            ("8", false, false, false),
        ] {
            let changes = trigger.changes(Some(code));
            let found = (changes.has(Changes::CREATE), changes.has(Changes::UPDATE), changes.has(Changes::DELETE));
            assert_eq!(found, (creates, updates, deletes), "{code}");
        }
        assert_eq!(service.names_in_steps("account"), ["account", "accounts"]);
        assert_eq!(service.names_in_steps("new_city"), ["new_city", "new_citys", "new_cities"]);
        assert_eq!(service.names_in_steps("new_permissions").last().unwrap(), "new_permissionses");
        assert!(changing_step(DATAVERSE, "AssociateEntities").is_none());
        assert!(changing_step("shared_sharepointonline", "PatchItem").is_some());
    }
}
