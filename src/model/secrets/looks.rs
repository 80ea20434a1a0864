//! How much a text looks like a credential, whatever stands around it.

use crate::facts::{Placeholder, secret_formats};
use crate::model::is_guid;
use std::ops::Range;

/// How much a text looks like a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Looks {
    /// Not at all: it is computed, to be filled in, a reference to a vault, a URL, prose, or published by its owner.
    Nothing,
    /// A word, a number, a name or a GUID: a credential only where nothing else can stand.
    Word,
    /// It mixes kinds of characters as passwords do.
    Password,
    /// It is long and nobody made it up.
    Token,
}

/// Judges a text. Nothing of it is decoded or looked up.
pub(super) fn looks(text: &str) -> Looks {
    let text = text.trim();
    if text.len() < 4 || text.contains(char::is_whitespace) || is_computed(text) || is_reference(text) {
        return Looks::Nothing;
    }
    let formats = secret_formats();
    if is_placeholder(text, &formats.placeholder) || formats.is_published(text) {
        return Looks::Nothing;
    }
    if is_guid(text) {
        return Looks::Word;
    }
    let shape = Shape::of(text.as_bytes());
    if shape.is_random() {
        Looks::Token
    } else if shape.is_mixed() {
        Looks::Password
    } else {
        Looks::Word
    }
}

/// Whether the workflow engine, or the template it is deployed by, computes the value.
pub(super) fn is_computed(text: &str) -> bool {
    (text.starts_with('@') && !text.starts_with("@@")) || text.contains("@{")
}

/// Whether it says where the credential is kept, or is another address. Credentials within URLs have formats of their own.
fn is_reference(text: &str) -> bool {
    text.contains("://") || text.starts_with("/subscriptions/") || text.contains(".vault.azure.net")
}

fn is_placeholder(text: &str, placeholder: &Placeholder) -> bool {
    let between = |(open, close): &(&str, &str)| text.starts_with(open) && text.ends_with(close);
    let within = |(open, close): &(&str, &str)| text.find(open).is_some_and(|at| text[at..].contains(close));
    if placeholder.around.iter().any(between) || placeholder.within.iter().any(within) {
        return true;
    }
    let lower = text.to_ascii_lowercase();
    if placeholder.part.iter().any(|part| lower.contains(part)) {
        return true;
    }
    let letters = || lower.bytes().filter(|byte| !matches!(byte, b'-' | b'_' | b'.'));
    placeholder.whole.iter().any(|word| letters().eq(word.bytes())) || Shape::of(text.as_bytes()).distinct <= 3
}

/// What can be counted about characters.
struct Shape {
    length: usize,
    distinct: u32,
    lower: bool,
    upper: bool,
    digits: bool,
    signs: bool,
    /// Changes between a letter and a digit.
    between_letters_and_digits: usize,
    /// Changes from a small letter to a capital.
    to_capitals: usize,
}

impl Shape {
    fn of(text: &[u8]) -> Self {
        let mut shape = Self {
            length: text.len(),
            distinct: 0,
            lower: false,
            upper: false,
            digits: false,
            signs: false,
            between_letters_and_digits: 0,
            to_capitals: 0,
        };
        let mut seen = [false; 256];
        let mut last = b' ';
        for &byte in text {
            if !std::mem::replace(&mut seen[byte as usize], true) {
                shape.distinct += 1;
            }
            match byte {
                b'0'..=b'9' => shape.digits = true,
                b'A'..=b'Z' => shape.upper = true,
                b'a'..=b'z' | 0x80.. => shape.lower = true,
                _ => shape.signs = true,
            }
            let letter_and_digit = |a: u8, b: u8| a.is_ascii_digit() && b.is_ascii_alphabetic();
            shape.between_letters_and_digits +=
                usize::from(letter_and_digit(last, byte) || letter_and_digit(byte, last));
            shape.to_capitals += usize::from(last.is_ascii_lowercase() && byte.is_ascii_uppercase());
            last = byte;
        }
        shape
    }

    /// In random text every second or third character is of another kind than the one before. Names that people make up
    /// change at the ends of words, some six characters long, and have few digits, mostly at the end.
    fn is_random(&self) -> bool {
        let changes = self.between_letters_and_digits + self.to_capitals;
        self.length >= 16 && self.distinct >= 8 && self.between_letters_and_digits >= 2 && changes * 5 >= self.length
    }

    fn is_mixed(&self) -> bool {
        let kinds = [self.lower, self.upper, self.digits, self.signs].into_iter().filter(|&kind| kind).count();
        self.length >= 8 && (kinds >= 3 || (self.digits && kinds >= 2))
    }
}

/// Whether base64 text stands for `user:password`, as `Authorization: Basic` carries it.
pub(super) fn is_user_and_password(base64: &str) -> bool {
    let Some(bytes) = decode_base64(base64) else { return false };
    let Ok(text) = std::str::from_utf8(&bytes) else { return false };
    let Some((_, password)) = text.split_once(':') else { return false };
    !text.chars().any(char::is_control) && !matches!(password, "" | "password")
}

/// Decodes base64 in its usual and its URL form, padded or not.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut bits, mut held) = (0u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}

/// The part of a text that is left when blanks around it are cut off.
pub(super) fn trimmed(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..start + text.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_tokens_passwords_and_words_apart() {
        for (text, expected) in [
            ("q7Rk2vX9mB4tLs8ZyN3wPc6H", Looks::Token),
            ("3f9a1c7e5b2d8064af13c9e7d5b20864", Looks::Token),
            ("k9~Tq2.Vd_Xr7-Lm4Wb8Zs", Looks::Token),
            ("Winter2031!", Looks::Password),
            ("winter2031", Looks::Password),
            ("Tr0ub4dor&3", Looks::Password),
            ("getItemsFromSharePointList", Looks::Word),
            ("new_sharedcommondataserviceforapps_4ea17", Looks::Password),
            ("only-words-with-hyphens-between", Looks::Word),
            ("8d1c0f3e-5a7b-4e29-9c46-b1d2e3f4a5b6", Looks::Word),
            ("20310115", Looks::Word),
        ] {
            assert_eq!(looks(text), expected, "{text}");
        }
    }

    #[test]
    fn what_stands_in_for_a_credential_is_none() {
        for text in [
            "",
            "abc",
            "@parameters('ApiKey (new_ApiKey)')",
            "Bearer @{variables('token')}",
            "<your key>",
            "{8d1c0f3e-5a7b-4e29-9c46-b1d2e3f4a5b6}",
            "<client_secret>",
            "{{apiKey}}",
            "#{ApiKey}#",
            "${API_KEY}",
            "$(ApiKey)",
            "[parameters('apiKey')]",
            "[YOUR_KEY]",
            "%API_KEY%",
            "__API_KEY__",
            "your-api-key-1234567890",
            "xxxxxxxxxxxxxxxx",
            "****************",
            "0000000000000000",
            "changeme",
            "tbc",
            "TODO",
            "access_token",
            "client-secret",
            "some words of prose 1A2b",
            "https://login.example.org/token",
            "/subscriptions/8d1c0f3e/providers/Microsoft.KeyVault/vaults/v1/secrets/s1",
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tqXYZ",
        ] {
            assert_eq!(looks(text), Looks::Nothing, "{text}");
        }
    }

    #[test]
    fn decodes_base64_in_both_forms() {
        assert_eq!(decode_base64("aGk/Pz8+").as_deref(), Some(&b"hi???>"[..]));
        assert_eq!(decode_base64("aGk_Pz8-").as_deref(), Some(&b"hi???>"[..]));
        assert_eq!(decode_base64("aGk=").as_deref(), Some(&b"hi"[..]));
        assert_eq!(decode_base64("a b"), None);
        assert!(is_user_and_password("c2NvdHQ6dGlnZXIxOQ=="), "scott:tiger19");
        assert!(!is_user_and_password("c2NvdHR0aWdlcjE5"), "no colon");
    }
}
