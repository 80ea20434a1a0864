//! Which names of fields, headers, parameters and variables promise a credential.

use serde::Deserialize;
use std::sync::OnceLock;

/// What kind of credential a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// A key that a service gives out
    ApiKey,
    /// A password of a person or an account
    Password,
    /// The secret of an application
    ClientSecret,
    /// A token that stands for a sign-in
    Token,
    /// The content of an `Authorization` header
    Authorization,
    /// A connection string, which holds a key or password
    ConnectionString,
    /// A signature that gives access, such as a shared access signature
    Signature,
    /// A private key or a certificate with one
    PrivateKey,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct Names {
    kind: Vec<KindNames>,
    harmless: Harmless,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
struct KindNames {
    kind: CredentialKind,
    #[serde(default)]
    exact: Vec<&'static str>,
    #[serde(default)]
    ending: Vec<&'static str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
struct Harmless {
    exact: Vec<&'static str>,
}

/// What kind of credential a name promises, if any. Of a path such as `body/client_secret` the last part counts; case,
/// blanks and the signs `-`, `_`, `.` do not.
pub fn credential_name(name: &str) -> Option<CredentialKind> {
    let name = name.rsplit('/').next().unwrap_or(name);
    let names = names();
    if names.harmless.exact.iter().any(|harmless| equals(name, harmless)) {
        return None;
    }
    names.promise(name)
}

impl Names {
    fn promise(&self, name: &str) -> Option<CredentialKind> {
        let fits = |kind: &&KindNames| {
            kind.exact.iter().any(|exact| equals(name, exact))
                || kind.ending.iter().any(|ending| ends_with(name, ending))
        };
        self.kind.iter().find(fits).map(|kind| kind.kind)
    }
}

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| super::read("credential-names.toml", include_str!("../../rules/facts/credential-names.toml")))
}

/// The characters that count, in lower case.
fn normal(name: &str) -> impl DoubleEndedIterator<Item = char> {
    name.chars().filter(|c| !matches!(c, '-' | '_' | '.') && !c.is_whitespace()).flat_map(char::to_lowercase)
}

fn equals(name: &str, known: &str) -> bool {
    normal(name).eq(known.chars())
}

fn ends_with(name: &str, known: &str) -> bool {
    let mut rest = normal(name).rev();
    known.chars().rev().all(|c| rest.next() == Some(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_are_normal_and_needed() {
        let names = names();
        for known in
            names.kind.iter().flat_map(|kind| kind.exact.iter().chain(&kind.ending)).chain(&names.harmless.exact)
        {
            assert!(!known.is_empty() && equals(known, known), "{known} can never match");
        }
        for harmless in &names.harmless.exact {
            assert!(names.promise(harmless).is_some(), "{harmless} would be quiet without its entry");
        }
    }

    #[test]
    fn finds_names_that_promise_a_credential() {
        use CredentialKind::*;
        for (name, kind) in [
            ("x-api-key", ApiKey),
            ("API Key", ApiKey),
            ("Ocp-Apim-Subscription-Key", ApiKey),
            ("x-functions-key", ApiKey),
            ("SharedAccessKey", ApiKey),
            ("AccountKey", ApiKey),
            ("body/client_secret", ClientSecret),
            ("clientSecret", ClientSecret),
            ("item/new_AppSecret", ClientSecret),
            ("password", Password),
            ("SMTP.Password", Password),
            ("Pwd", Password),
            ("CONTRASEÑA", Password),
            ("access_token", Token),
            ("refreshToken", Token),
            ("Authorization", Authorization),
            ("sas", Signature),
            ("AzureWebJobs_ConnectionString", ConnectionString),
            ("private_key", PrivateKey),
            ("pfx", PrivateKey),
        ] {
            assert_eq!(credential_name(name), Some(kind), "{name}");
        }
    }

    #[test]
    fn stays_quiet_about_names_that_only_look_alike() {
        for name in [
            "keyVaultSecretName",
            "secretName",
            "secretUri",
            "passwordPolicy",
            "passwordResetUrl",
            "resetPassword",
            "tokenType",
            "token_endpoint",
            "nextPageToken",
            "continuationToken",
            "skiptoken",
            "primaryKey",
            "partitionKey",
            "key",
            "sort key",
            "publicKey",
            "accessKeyId",
            "SharedAccessKeyName",
            "authorizationType",
            "isSecret",
            "author",
            "compass",
            "saskia",
            "",
            "/",
            "---",
            "body/",
            "password/hint",
        ] {
            assert_eq!(credential_name(name), None, "{name}");
        }
    }
}
