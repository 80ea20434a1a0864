//! Flags names and e-mail addresses of people in a package's records and in notes of its flows' steps.

use crate::page::{RuleMeta, cards};
use crate::records::{Origin, PackageRecord};
use crate::rule::{Context, Rule, Sink};

pub(crate) static RULE: PersonalDataInPackage = PersonalDataInPackage;
pub(crate) struct PersonalDataInPackage;

impl Rule for PersonalDataInPackage {
    fn meta(&self) -> &'static RuleMeta {
        &cards::PERSONAL_DATA_IN_PACKAGE
    }

    fn check_package(&self, package: &PackageRecord, _cx: &Context<'_>, sink: &mut Sink<'_, Origin>) {
        let own = package.origin.unwrap_or_default();
        let mut found: Vec<(Origin, &'static str)> = Vec::new();
        let mut look = |text: Option<&str>, origin: Origin, what: &'static str| {
            if text.is_some_and(names_a_person) {
                found.push((origin, what));
            }
        };
        look(package.display_name.as_deref(), own, "an e-mail address in the package's name");
        look(package.description.as_deref(), own, "an e-mail address in the package's description");
        for workflow in &package.workflows {
            look(Some(&workflow.name), workflow.origin, "an e-mail address in a flow's name");
            look(workflow.description.as_deref(), workflow.origin, "an e-mail address in a flow's description");
        }
        for reference in &package.connection_references {
            let names = [Some(reference.logical_name.as_str()), reference.display_name.as_deref()];
            let named = names.into_iter().flatten().find(|name| names_a_person(name));
            look(named, reference.origin, "an e-mail address in a connection reference's name");
            look(
                reference.description.as_deref(),
                reference.origin,
                "an e-mail address in a connection reference's description",
            );
        }
        for variable in &package.environment_variables {
            look(
                variable.display_name.as_deref(),
                variable.origin,
                "an e-mail address in an environment variable's name",
            );
            look(
                variable.description.as_deref(),
                variable.origin,
                "an e-mail address in an environment variable's description",
            );
        }
        for resource in &package.resources {
            look(resource.display_name.as_deref(), resource.origin, "an e-mail address in a connection's name");
        }
        // The exporter of today writes `N/A`.
        let creator = package
            .creator
            .as_deref()
            .filter(|name| name.split_whitespace().any(|word| word.len() > 1 && word != "N/A"));
        if creator.is_some() && package.origin.is_some() {
            found.insert(0, (own, "its creator's name"));
        }
        let Some(((first, what), rest)) = found.split_first() else { return };
        let more = if rest.is_empty() {
            String::new()
        } else {
            format!(", and the like in {} further {}", rest.len(), if rest.len() == 1 { "place" } else { "places" })
        };
        let draft = sink.at(*first, format!("the package carries {what}{more}"));
        draft.kind("personal data").help("take names and addresses out before the package leaves the organization");
        for (origin, _) in rest {
            draft.also_at(*origin);
        }
    }
}

/// Whether a text has an e-mail address that is a person's, as far as that can be told.
fn names_a_person(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
        let local = text[..at].rsplit(|c| !fits(c)).next().unwrap_or_default();
        let domain = text[at + 1..].split(|c| !fits(c)).next().unwrap_or_default().trim_end_matches('.');
        let has_top = domain
            .rsplit_once('.')
            .is_some_and(|(name, top)| !name.is_empty() && top.len() >= 2 && top.chars().all(char::is_alphabetic));
        has_top && !local.is_empty() && !is_example(domain) && !is_shared(local)
    })
}

/// Domains of Microsoft's examples and those that nobody may register (RFC 2606).
fn is_example(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let labels: Vec<&str> = domain.split('.').collect();
    ["contoso", "fabrikam", "example", "test", "invalid"].iter().any(|name| labels.contains(name))
}

/// An address of a function, not of a person.
fn is_shared(local: &str) -> bool {
    let local = local.to_ascii_lowercase();
    let shared = [
        "support",
        "info",
        "noreply",
        "no-reply",
        "donotreply",
        "admin",
        "help",
        "helpdesk",
        "contact",
        "hello",
        "sales",
        "team",
    ];
    shared.contains(&local.as_str())
}
