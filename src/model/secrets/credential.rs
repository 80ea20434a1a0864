//! Judges a value whose name promises a credential.

use super::looks::{Looks, is_computed, is_user_and_password, looks, trimmed};
use super::{Hit, Name, SecretKind};
use crate::facts::{CredentialKind, secret_formats};
use std::ops::Range;

/// How sure it is that something is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Firmness {
    /// Its name or place says so, but the characters could be something else.
    Likely,
    /// Nothing else stands there or looks like that.
    Sure,
}

/// Finds what a text holds whose place promises a credential. Of an expression that is its literals, if nothing but a
/// credential can stand in its place and nobody made them up: `@concat('Bearer ', 'q7Rk2vX9mB4tLs8Z')`.
pub(super) fn find(text: &str, promised: CredentialKind, is_direct: bool, hits: &mut Vec<Hit>) {
    if !is_computed(text) {
        hits.extend(judge(text, promised, is_direct).map(|hit| Hit { name: Name::OfPlace, ..hit }));
    } else if is_direct {
        // Quotes come in pairs, also those that are doubled within a literal.
        let mut quotes = memchr::memchr_iter(b'\'', text.as_bytes());
        while let (Some(open), Some(close)) = (quotes.next(), quotes.next()) {
            let range = open + 1..close;
            if looks(&text[range.clone()]) == Looks::Token {
                hits.push(Hit { range, kind: promised.into(), firmness: Firmness::Sure, name: Name::OfPlace });
            }
        }
    }
}

/// Judges a value whose name promises a credential. `is_direct` says that nothing but a credential can stand there, as in
/// an authentication block or a header.
pub(super) fn judge(value: &str, promised: CredentialKind, is_direct: bool) -> Option<Hit> {
    let whole = trimmed(value);
    if promised == CredentialKind::Authorization {
        return authorization(value, whole);
    }
    // Longer names for a password that says nothing of itself; everything else with a form of its own has been looked for.
    if promised == CredentialKind::ConnectionString {
        return None;
    }
    let firmness = firmness(looks(&value[whole.clone()]), promised, is_direct)?;
    Some(Hit { range: whole, kind: promised.into(), firmness, name: Name::None })
}

fn firmness(looks: Looks, promised: CredentialKind, is_direct: bool) -> Option<Firmness> {
    match looks {
        Looks::Nothing => None,
        Looks::Token => Some(Firmness::Sure),
        Looks::Password if is_direct => Some(Firmness::Sure),
        Looks::Password => (promised == CredentialKind::Password).then_some(Firmness::Likely),
        Looks::Word => is_direct.then_some(Firmness::Likely),
    }
}

/// `Basic dXNlcjpwYXNz`, `Bearer …`, or a key without a scheme.
fn authorization(value: &str, whole: Range<usize>) -> Option<Hit> {
    let text = &value[whole.clone()];
    let (scheme, start) = match text.split_once(char::is_whitespace) {
        Some((first, rest)) if secret_formats().is_scheme(first) => (first, whole.end - rest.trim_start().len()),
        // Prose, or a scheme with parameters, whose signature has a form of its own.
        Some(_) => return None,
        None => ("", whole.start),
    };
    let secret = &value[start..whole.end];
    let range = start..whole.end;
    if scheme.eq_ignore_ascii_case("basic") && is_user_and_password(secret) {
        return Some(Hit { range, kind: SecretKind::BasicCredential, firmness: Firmness::Sure, name: Name::None });
    }
    let kind = if scheme.eq_ignore_ascii_case("bearer") { SecretKind::Token } else { SecretKind::Credential };
    let firmness = firmness(looks(secret), CredentialKind::Authorization, true)?;
    Some(Hit { range, kind, firmness, name: Name::None })
}
