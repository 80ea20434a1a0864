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
struct File {
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

/// A name as the file lists it.
struct Known {
    text: &'static str,
    is_whole: bool,
    /// What it promises; nothing if it is harmless.
    promise: Option<CredentialKind>,
}

/// What kind of credential a name promises, if any. Of a path such as `body/client_secret` the last part counts; case,
/// blanks, the signs `-_.()` and digits at the end do not, so that parameters of environment variables, such as
/// `API key (new_ApiKey)`, are found too.
pub fn credential_name(name: &str) -> Option<CredentialKind> {
    if !may_end_credential_name(name.as_bytes()) {
        return None;
    }
    let mut buffer = [0; LONGEST];
    let last = name.rsplit('/').next().unwrap_or(name).trim_end_matches(|c: char| c.is_ascii_digit());
    let name = normal(last, &mut buffer);
    known().iter().find(|known| known.fits(name))?.promise
}

/// Whether [`credential_name`] may find something in a name that ends with these bytes. Every JSON key is asked about,
/// and nearly all are told by their last two letters.
pub fn may_end_credential_name(end: &[u8]) -> bool {
    static PAIRS: OnceLock<[u32; 26]> = OnceLock::new();
    let pairs = PAIRS.get_or_init(|| {
        let mut pairs = [0; 26];
        for known in known() {
            if let [.., first @ b'a'..=b'z', second @ b'a'..=b'z'] = known.text.as_bytes() {
                pairs[(second - b'a') as usize] |= 1 << (first - b'a');
            }
        }
        pairs
    });
    let mut letters =
        end.iter().rev().filter(|byte| !matches!(byte, b'-' | b'_' | b'.' | b'(' | b')' | b' ' | b'0'..=b'9'));
    match (letters.next().map(u8::to_ascii_lowercase), letters.next().map(u8::to_ascii_lowercase)) {
        (Some(second @ b'a'..=b'z'), Some(first @ b'a'..=b'z')) => {
            pairs[(second - b'a') as usize] >> (first - b'a') & 1 == 1
        }
        // Other blanks and letters than those of ASCII need a closer look.
        (Some(second), Some(first)) => !second.is_ascii_graphic() || !first.is_ascii_graphic(),
        _ => false,
    }
}

/// More bytes than any known name has.
const LONGEST: usize = 64;

/// The end of a name as it is compared: in lower case, without blanks and signs.
fn normal<'b>(name: &str, buffer: &'b mut [u8; LONGEST]) -> &'b [u8] {
    let mut start = LONGEST;
    for c in name.chars().rev().filter(|c| !matches!(c, '-' | '_' | '.' | '(' | ')') && !c.is_whitespace()) {
        let mut utf8 = [0; 4];
        let c = if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) };
        let bytes = c.encode_utf8(&mut utf8).as_bytes();
        if bytes.len() > start {
            break;
        }
        start -= bytes.len();
        buffer[start..start + bytes.len()].copy_from_slice(bytes);
    }
    &buffer[start..]
}

impl Known {
    fn fits(&self, name: &[u8]) -> bool {
        if self.is_whole { name == self.text.as_bytes() } else { name.ends_with(self.text.as_bytes()) }
    }
}

/// The harmless names first, since they win.
fn known() -> &'static [Known] {
    static KNOWN: OnceLock<Vec<Known>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let text = include_str!("../../rules/facts/credential-names.toml");
        let File { kind: kinds, harmless } = super::read("credential-names.toml", text);
        let name = |is_whole, promise| move |text| Known { text, is_whole, promise };
        let mut known: Vec<Known> = harmless.exact.into_iter().map(name(true, None)).collect();
        for KindNames { kind, exact, ending } in kinds {
            known.extend(exact.into_iter().map(name(true, Some(kind))));
            known.extend(ending.into_iter().map(name(false, Some(kind))));
        }
        known
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_are_normal_and_needed() {
        for name in known() {
            let normal = normal(name.text, &mut [0; LONGEST]).to_vec();
            assert!(
                !normal.is_empty() && normal.len() < LONGEST && name.fits(&normal),
                "{} can never match",
                name.text
            );
            let promises = known().iter().any(|other| other.promise.is_some() && other.fits(&normal));
            assert!(promises, "{} would be quiet without its entry", name.text);
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
            ("Client_Secret_2", ClientSecret),
            ("pfx", PrivateKey),
            ("Order service key (new_OrderApiKey)", ApiKey),
            ("the_name_of_this_one_goes_on_and_on_and_on_and_on_and_on_and_on_until_its_password", Password),
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
