//! What must hold over all rules: one page, one logic, one fixture folder each, in order, with names that read well.

use crate::fixtures::{root, sorted};
use flowvet::page::{Category, cards};
use flowvet::rules::ALL;
use std::collections::BTreeSet;

#[test]
fn the_registry_is_in_order_and_complete() {
    let ids: Vec<&str> = ALL.iter().map(|rule| rule.meta().id.as_ref()).collect();
    assert!(ids.is_sorted(), "rules stand in the order of their ids");
    let pages: Vec<&str> = cards::ALL.iter().map(|card| card.id.as_ref()).collect();
    assert_eq!(ids, pages, "every page has logic, and the other way round");
}

#[test]
fn names_are_kebab_case_and_say_the_problem() {
    for rule in ALL {
        let id = &rule.meta().id;
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id}");
        for cure in ["no-", "use-", "check-", "avoid-", "require-"] {
            assert!(!id.starts_with(cure), "{id} names the cure");
        }
        for category in Category::ALL {
            assert!(!id.starts_with(category.name()), "{id} begins with its category");
        }
    }
}

#[test]
fn aliases_collide_with_nothing() {
    let mut names = BTreeSet::new();
    for rule in ALL {
        let meta = rule.meta();
        for name in std::iter::once(&meta.id).chain(meta.aliases.iter()) {
            assert!(names.insert(name.clone()), "{name} is used twice");
        }
    }
}

#[test]
fn cases_never_exceed_their_rule() {
    for rule in ALL {
        let meta = rule.meta();
        if let Some(strongest) = meta.cases.iter().map(|case| case.level).max() {
            assert_eq!(meta.level, strongest, "{}: the top-level keys are the strongest case", meta.id);
            assert_eq!(meta.cases.iter().map(|case| case.profile).min(), Some(meta.profile), "{}", meta.id);
        }
        let security = meta.category == Category::Security;
        assert_eq!(
            meta.security_severity.is_some(),
            security,
            "{}: security-severity belongs to security rules",
            meta.id
        );
    }
}

#[test]
fn every_rule_has_its_files_and_no_file_is_left_over() {
    for rule in ALL {
        let meta = rule.meta();
        let logic = format!("src/rules/{}/{}.rs", meta.category, meta.id.replace('-', "_"));
        assert!(root().join(&logic).is_file(), "{logic}");
        assert!(root().join("fixtures").join(meta.id.as_ref()).is_dir(), "fixtures/{}", meta.id);
    }
    let ids: BTreeSet<&str> = ALL.iter().map(|rule| rule.meta().id.as_ref()).collect();
    for category in Category::ALL {
        let folder = root().join("src/rules").join(category.name());
        for file in if folder.is_dir() { sorted(&folder) } else { Vec::new() } {
            let id = file.file_stem().unwrap().to_str().unwrap().replace('_', "-");
            assert!(ids.contains(id.as_str()), "{} is in no registry", file.display());
        }
    }
}
