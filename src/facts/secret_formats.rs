//! What credentials look like, and what merely stands in for one.

use serde::Deserialize;
use std::sync::OnceLock;

/// The file of formats.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", bound(deserialize = "'de: 'static"))]
pub struct SecretFormats {
    /// Tokens that are known by what they begin with.
    #[serde(rename = "token")]
    pub tokens: Vec<TokenFormat>,
    /// Tokens with a mark inside.
    pub marked: Vec<MarkedFormat>,
    /// URLs whose path is the credential.
    #[serde(rename = "webhook")]
    pub webhooks: Vec<Webhook>,
    url: Url,
    authorization: Authorization,
    connection_string: ConnectionString,
    /// What stands in for a credential.
    pub placeholder: Placeholder,
    published: Vec<Published>,
}

/// A token that is known by what it begins with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenFormat {
    /// What people call it.
    pub what: &'static str,
    /// What it may begin with.
    pub prefixes: Vec<&'static str>,
    /// Fewest and most characters after the prefix.
    pub length: (usize, usize),
    /// What it may hold besides letters and digits.
    pub also: &'static str,
}

/// A token with a mark inside.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkedFormat {
    /// What people call it.
    pub what: &'static str,
    /// The mark.
    pub mark: &'static str,
    /// How many characters stand before the mark.
    pub before: usize,
    /// Fewest and most characters after it, padding with `=` not counted.
    pub after: (usize, usize),
    /// What it may hold besides letters and digits.
    pub also: &'static str,
}

/// A URL whose path is the credential.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Webhook {
    /// What people call it.
    pub what: &'static str,
    /// The host, or its end.
    pub host: &'static str,
    /// The last fixed part of the path.
    pub secret_after: &'static str,
    /// Where the secret ends, if not with the path.
    pub until: Option<char>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, bound(deserialize = "'de: 'static"))]
struct Url {
    query_keys: Vec<&'static str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
struct Authorization {
    schemes: Vec<&'static str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
struct ConnectionString {
    companions: Vec<&'static str>,
}

/// What stands in for a credential, in lower case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Placeholder {
    /// Whole values.
    pub whole: Vec<&'static str>,
    /// Parts of values.
    pub part: Vec<&'static str>,
    /// What stands before and after a value that is to be filled in.
    pub around: Vec<(&'static str, &'static str)>,
    /// What stands before and after a part of it that is to be filled in.
    pub within: Vec<(&'static str, &'static str)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    #[expect(dead_code, reason = "for readers of the file")]
    what: &'static str,
    begins: Vec<&'static str>,
}

impl SecretFormats {
    /// Whether a query parameter of that name carries a key, though the name alone does not say so.
    pub fn is_query_key(&self, name: &str) -> bool {
        self.url.query_keys.iter().any(|key| key.eq_ignore_ascii_case(name))
    }

    /// Whether a word is the scheme that stands before the credential in an `Authorization` header.
    pub fn is_scheme(&self, word: &str) -> bool {
        self.authorization.schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case(word))
    }

    /// Whether a key of that name shows that a text is a connection string or a sign-in form.
    pub fn is_companion(&self, name: &str) -> bool {
        let name = || name.bytes().filter(|byte| !matches!(byte, b' ' | b'_')).map(|byte| byte.to_ascii_lowercase());
        self.connection_string.companions.iter().any(|companion| name().eq(companion.bytes()))
    }

    /// Whether its owner has published a credential, so that it opens nothing.
    pub fn is_published(&self, secret: &str) -> bool {
        self.published.iter().flat_map(|published| &published.begins).any(|begin| secret.starts_with(begin))
    }
}

/// What credentials look like, and what stands in for one.
pub fn secret_formats() -> &'static SecretFormats {
    static FORMATS: OnceLock<SecretFormats> = OnceLock::new();
    FORMATS.get_or_init(|| super::read("secret-formats.toml", include_str!("../../rules/facts/secret-formats.toml")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_can_match() {
        let formats = secret_formats();
        for token in &formats.tokens {
            assert!(token.length.0 <= token.length.1 && token.length.0 >= 16, "{}: {:?}", token.what, token.length);
            assert!(token.prefixes.iter().all(|prefix| prefix.len() >= 3 && prefix.is_ascii()), "{}", token.what);
            assert!(token.also.bytes().all(|byte| byte.is_ascii_punctuation()), "{}", token.what);
        }
        for marked in &formats.marked {
            assert!(marked.after.0 <= marked.after.1 && marked.mark.len() >= 4, "{}", marked.what);
        }
        for webhook in &formats.webhooks {
            assert_eq!(webhook.host, webhook.host.to_ascii_lowercase());
            assert!(webhook.secret_after.starts_with('/'), "{}", webhook.what);
        }
        let placeholder = &formats.placeholder;
        for word in placeholder.whole.iter().chain(&placeholder.part) {
            assert!(!word.is_empty() && *word == word.to_ascii_lowercase(), "{word} can never match");
        }
    }

    #[test]
    fn words_around_credentials_are_found_in_any_spelling() {
        let formats = secret_formats();
        assert!(formats.is_scheme("bearer") && !formats.is_scheme("Bear"));
        assert!(formats.is_companion("User ID") && formats.is_companion("grant_type") && !formats.is_companion("top"));
        assert!(formats.is_query_key("Code") && !formats.is_query_key("keys"));
    }
}
