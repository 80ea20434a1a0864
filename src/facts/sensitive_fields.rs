//! Names of fields that hold personal or secret data.

use serde::Deserialize;
use std::sync::OnceLock;

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct File {
    exact: Vec<&'static str>,
    ending: Vec<&'static str>,
}

/// Whether a field of that name holds data that the run history should not show, such as a password or a date of birth. Of
/// a path such as `item/Salary` the last part counts; case, blanks and signs do not.
pub fn is_sensitive_field(name: &str) -> bool {
    static FILE: OnceLock<File> = OnceLock::new();
    let text = include_str!("../../rules/facts/sensitive-fields.toml");
    let file = FILE.get_or_init(|| super::read("sensitive-fields.toml", text));
    let name = field_name(name);
    // `ContainsPlainTextPassword` is a yes or no.
    if name.contains("contains") {
        return false;
    }
    file.exact.contains(&name.as_str()) || file.ending.iter().any(|end| name.ends_with(end))
}

/// A field's name as it is compared.
pub fn field_name(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    last.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told() {
        for name in ["item/Salary", "employee_salary", "SSN", "Date of birth", "new_DateOfBirth", "body/password"] {
            assert!(is_sensitive_field(name), "{name}");
        }
        for name in
            ["passwordPolicy", "lesson", "opinion", "spin", "salaryReview", "birthdays", "containsPassword", "", "/"]
        {
            assert!(!is_sensitive_field(name), "{name}");
        }
    }
}
