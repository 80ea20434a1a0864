//! Credentials that show by the characters of a text alone, wherever it stands: tokens with a known form, and values
//! whose name stands beside them in the same text (`sig=…`, `"password": "…"`, `AccountKey=…`).
//!
//! Works in two steps, since nearly every text holds nothing: [`may_hold`] dismisses most of them at memory speed, and
//! [`scan`] stops only at the few characters that a known form cannot do without. Nothing is judged twice, so that the
//! time is linear for hostile texts as well.

use super::credential::{self, Firmness};
use super::looks::{Looks, decode_base64, is_computed, is_user_and_password, looks};
use super::{Hit, Name, SecretKind};
use crate::facts::{CredentialKind, SecretFormats, credential_name, may_end_credential_name, secret_formats};
use crate::syntax::Document;
use std::ops::Range;
use std::sync::OnceLock;

/// What a first look at a text says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It has no digit, and nothing else that a credential could come with.
    Plain,
    /// It has a digit, but is too short for a known form, or a GUID: the designer gives one to each step.
    Digits,
    /// It is worth scanning.
    Scan,
}

/// A first look. Credentials have digits; what a person chose as a password may have none, but then stands after `=`, or
/// before the `@` of a URL.
pub(super) fn look(text: &[u8]) -> Look {
    const SHORTEST: usize = 16;
    const WORD: usize = size_of::<u64>();
    const ONES: u64 = u64::from_le_bytes([0x01; WORD]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; WORD]);
    if text.len() < SHORTEST {
        return if text.iter().any(u8::is_ascii_digit) { Look::Digits } else { Look::Plain };
    }
    if text.len() == 36 && [8, 13, 18, 23].iter().all(|&at| text[at] == b'-') {
        return Look::Digits;
    }
    // Eight bytes at a time. In each byte of a word the high bit says whether that byte is a digit, or equals another.
    let digits = |word: u64| {
        let above = word ^ (ONES * b'0' as u64);
        !(((above & !HIGHS) + ONES * (0x80 - 10)) | above) & HIGHS
    };
    let equals = |word: u64, byte: u8| {
        let difference = word ^ (ONES * byte as u64);
        difference.wrapping_sub(ONES) & !difference & HIGHS
    };
    let (words, _) = text.as_chunks::<WORD>();
    let (mut scan, mut slashes, mut ats) = (0, 0, 0);
    for &word in words.iter().chain(text.last_chunk()) {
        let word = u64::from_le_bytes(word);
        scan |= digits(word) | equals(word, b'=');
        slashes |= equals(word, b'/');
        ats |= equals(word, b'@');
    }
    if scan != 0 || (slashes != 0 && ats != 0) { Look::Scan } else { Look::Plain }
}

/// Finds the credentials in a text. Hits may overlap.
pub(super) fn scan(text: &str, hits: &mut Vec<Hit>) {
    let table = table();
    let bytes = text.as_bytes();
    let mut scan = Scan { text, bytes, hits, judged: 0, is_sign_in: None };
    let mut at = 0;
    while let Some(steps) = bytes[at..].iter().position(|&byte| table.stops[byte as usize]) {
        at += steps;
        scan.stop(at, table);
        at += 1;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    None,
    Equals,
    Colon,
    Tag,
    Tilde,
    Dashes,
    Scheme,
    Token,
}

/// Where to stop in a text, and which forms are possible there.
struct Table {
    stops: [bool; 256],
    class: [Class; 256],
    /// For each byte the forms that are looked for where it stands.
    forms: [Vec<Form>; 256],
}

#[derive(Clone, Copy)]
enum Form {
    JsonWebToken,
    /// Index of a token's format, its prefix, and which byte of that is stopped at.
    Prefixed(usize, &'static str, usize),
    /// Index of a format, its mark, and which byte of that is stopped at.
    Marked(usize, &'static str, usize),
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::new(secret_formats()))
}

impl Table {
    fn new(formats: &'static SecretFormats) -> Self {
        let mut forms = [const { Vec::new() }; 256];
        forms[b'J' as usize].push(Form::JsonWebToken);
        for (index, token) in formats.tokens.iter().enumerate() {
            for &prefix in &token.prefixes {
                let (offset, byte) = rarest(prefix);
                forms[byte as usize].push(Form::Prefixed(index, prefix, offset));
            }
        }
        for (index, marked) in formats.marked.iter().enumerate() {
            let (offset, byte) = rarest(marked.mark);
            forms[byte as usize].push(Form::Marked(index, marked.mark, offset));
        }
        let mut class = [Class::None; 256];
        for (byte, _) in forms.iter().enumerate().filter(|(_, forms)| !forms.is_empty()) {
            class[byte] = Class::Token;
        }
        class[b'B' as usize] = Class::Scheme;
        class[b'=' as usize] = Class::Equals;
        class[b':' as usize] = Class::Colon;
        class[b'>' as usize] = Class::Tag;
        class[b'~' as usize] = Class::Tilde;
        class[b'-' as usize] = Class::Dashes;
        Self { stops: class.map(|class| class != Class::None), class, forms }
    }
}

/// The byte of a literal that texts have least often. Signs that [`scan`] stops at for other reasons are no choice.
fn rarest(literal: &str) -> (usize, u8) {
    const COMMON_FIRST: &[u8] = b"eatodcsribnflp_0123456789umyhgvAxwCTMIqSPDRBkFE.NGOLUVjzWHKXYZQJ+";
    let rank = |byte: &u8| COMMON_FIRST.iter().position(|common| common == byte);
    let ranked = literal.bytes().enumerate().filter_map(|(offset, byte)| Some((rank(&byte)?, offset, byte)));
    let (_, offset, byte) = ranked.max().unwrap_or((0, 0, literal.as_bytes()[0]));
    (offset, byte)
}

struct Scan<'t, 'h> {
    text: &'t str,
    bytes: &'t [u8],
    hits: &'h mut Vec<Hit>,
    /// Values after names are judged up to here.
    judged: usize,
    /// Whether the text is a connection string or a sign-in form; found out when someone asks.
    is_sign_in: Option<bool>,
}

impl<'t> Scan<'t, '_> {
    /// Looks around a byte that some form has.
    #[inline(never)] // keeps the loop around it tight
    fn stop(&mut self, at: usize, table: &Table) {
        match table.class[self.bytes[at] as usize] {
            Class::None => {}
            Class::Equals => self.after_equals(at),
            Class::Colon => self.after_colon(at),
            Class::Tag => self.after_tag(at),
            Class::Tilde => self.client_secret(at),
            Class::Dashes => self.private_key(at),
            Class::Scheme => {
                self.authorization(at);
                self.tokens(at, table);
            }
            Class::Token => self.tokens(at, table),
        }
    }

    fn hit(&mut self, range: Range<usize>, kind: SecretKind, firmness: Firmness) {
        self.hits.push(Hit { range, kind, firmness, name: Name::None });
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn begins(&self, at: usize, literal: &str) -> bool {
        let literal = literal.as_bytes();
        // One look at its far end spares most of the comparisons.
        self.byte(at + literal.len() - 1) == literal[literal.len() - 1] && self.bytes[at..].starts_with(literal)
    }

    /// The bytes from `at` on that fit, at most `most`.
    fn run(&self, at: usize, most: usize, fits: impl Fn(u8) -> bool) -> Range<usize> {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at..at + rest.iter().take(most).take_while(|&&byte| fits(byte)).count()
    }

    /// The bytes before `at` that fit, at most `most`.
    fn run_back(&self, at: usize, most: usize, fits: impl Fn(u8) -> bool) -> Range<usize> {
        at - self.bytes[..at].iter().rev().take(most).take_while(|&&byte| fits(byte)).count()..at
    }

    /// `name=value` in queries, forms, connection strings and attributes.
    fn after_equals(&mut self, at: usize) {
        if at < self.judged
            || self.byte(at + 1) == b'='
            || matches!(self.byte(at.wrapping_sub(1)), b'=' | b'!' | b'<' | b'>')
        {
            return;
        }
        let Some((name, is_query)) = self.name_before(at) else { return };
        let promised = credential_name(&self.text[name.clone()]);
        let is_query_key = is_query && promised.is_none() && secret_formats().is_query_key(&self.text[name.clone()]);
        let Some(promised) = promised.or(is_query_key.then_some(CredentialKind::ApiKey)) else { return };
        // Code has blanks before a quote.
        let start = self.run(at + 1, 4, |byte| byte == b' ').end;
        let quote = self.byte(start);
        let value = if matches!(quote, b'"' | b'\'') {
            self.run(start + 1, usize::MAX, |byte| byte != quote)
        } else if self.is_sign_in() && !is_query && promised == CredentialKind::Password {
            self.run(at + 1, usize::MAX, |byte| !matches!(byte, b';' | b'&' | b'"' | b'\'' | b'\n' | b'\r'))
        } else {
            self.run(at + 1, usize::MAX, is_query_byte)
        };
        self.judged = value.end;
        if is_computed(&self.text[value.clone()]) || self.text[value.end..].starts_with("@{") {
            return;
        }
        let is_direct = promised == CredentialKind::Password && self.is_sign_in();
        let found = credential::judge(&self.text[value.clone()], promised, is_direct);
        let Some(found) = found.filter(|found| !is_query_key || found.firmness == Firmness::Sure) else { return };
        let kind = match (found.kind, &self.text[name.clone()]) {
            (SecretKind::Signature, _) if self.runs_a_flow(at) => SecretKind::FlowSignature,
            (SecretKind::ApiKey, "AccountKey" | "SharedAccessKey") => SecretKind::AccessKey,
            (kind, _) => kind,
        };
        let range = value.start + found.range.start..value.start + found.range.end;
        let name = if is_query { Name::Query(name.start, name.end) } else { Name::Beside(name.start, name.end) };
        self.hits.push(Hit { range, kind, firmness: found.firmness, name });
    }

    /// `"name": "value"` in JSON and the like, `name: value` in lines, `user:password@` and webhooks in URLs.
    fn after_colon(&mut self, at: usize) {
        if self.bytes[at..].starts_with(b"://") {
            self.url(at + 3);
            return;
        }
        if at < self.judged {
            return;
        }
        let Some((name, _)) = self.name_before(at) else { return };
        let Some(promised) = credential_name(&self.text[name.clone()]) else { return };
        let is_quoted_name = matches!(self.byte(name.end), b'"' | b'\'' | b'\\');
        let start = self.run(at + 1, 16, |byte| byte == b' ' || byte == b'\t').end;
        let start = if self.byte(start) == b'\\' { start + 1 } else { start };
        let quote = self.byte(start);
        let value = if matches!(quote, b'"' | b'\'') {
            self.run(start + 1, usize::MAX, |byte| byte != quote && byte != b'\\')
        } else if is_quoted_name {
            return; // a number, an object, or computed
        } else {
            // A scheme and a blank stand before the credential in an `Authorization` header; nothing else has blanks.
            let is_header = promised == CredentialKind::Authorization;
            self.run(start, usize::MAX, |byte| is_token_byte(byte) || (is_header && byte == b' '))
        };
        self.judged = value.end;
        let Some(found) = credential::judge(&self.text[value.clone()], promised, false) else { return };
        if !is_quoted_name && found.firmness != Firmness::Sure {
            return; // prose
        }
        let range = value.start + found.range.start..value.start + found.range.end;
        self.hits.push(Hit { range, name: Name::Beside(name.start, name.end), ..found });
    }

    /// `<name>value</name>`, as SOAP has it: `<wsse:Password Type="…">…</wsse:Password>`.
    fn after_tag(&mut self, at: usize) {
        let tag = self.run_back(at, 128, |byte| byte != b'<' && byte != b'>');
        if at < self.judged || tag.is_empty() || self.byte(tag.start.wrapping_sub(1)) != b'<' {
            return;
        }
        let name = self.run(tag.start, 64, |byte| is_name_byte(byte) || byte == b':');
        let name = name.start + self.text[name.clone()].rfind(':').map_or(0, |colon| colon + 1)..name.end;
        let Some(promised) = credential_name(&self.text[name.clone()]) else { return };
        let value = self.run(at + 1, usize::MAX, |byte| byte != b'<');
        self.judged = value.end;
        if !self.text[value.end..].starts_with("</") {
            return;
        }
        if let Some(found) = credential::judge(&self.text[value.clone()], promised, false) {
            let range = value.start + found.range.start..value.start + found.range.end;
            self.hits.push(Hit { range, name: Name::Beside(name.start, name.end), ..found });
        }
    }

    /// The name before a sign that gives it a value, and whether it is a query parameter.
    fn name_before(&self, at: usize) -> Option<(Range<usize>, bool)> {
        let end = self.run_back(at, 16, |byte| byte == b' ').start;
        let quotes = self.run_back(end, 2, |byte| matches!(byte, b'"' | b'\'' | b'\\'));
        if !may_end_credential_name(&self.bytes[quotes.start.saturating_sub(4)..quotes.start]) {
            return None;
        }
        let name = self.run_back(quotes.start, 64, is_name_byte);
        if name.is_empty() {
            return None;
        }
        // Forms have `&` as well; in a URL a `?` or `#` came before it, not too far away.
        let before = &self.bytes[name.start.saturating_sub(2000)..name.start];
        let is_later = before.ends_with(b"&") || before.ends_with(b"&amp;");
        let is_query =
            matches!(before.last(), Some(b'?' | b'#')) || (is_later && memchr::memrchr2(b'?', b'#', before).is_some());
        Some((name, is_query))
    }

    /// Whether other parts of the text show that it is a connection string or a sign-in form.
    fn is_sign_in(&mut self) -> bool {
        let (text, bytes) = (self.text, self.bytes);
        *self.is_sign_in.get_or_insert_with(|| {
            let is_companion = |at: usize| {
                let start =
                    bytes[..at].iter().rev().take(24).take_while(|&&byte| is_name_byte(byte) || byte == b' ').count();
                secret_formats().is_companion(text[at - start..at].trim())
            };
            memchr::memchr_iter(b'=', bytes).any(is_companion)
        })
    }

    /// Whether the URL that a parameter at `at` belongs to runs a flow or workflow.
    fn runs_a_flow(&self, at: usize) -> bool {
        let from = at.saturating_sub(600);
        let around = &self.bytes[from..at];
        memchr::memmem::find(around, b"/triggers/").is_some() || memchr::memmem::find(around, b"/workflows/").is_some()
    }

    /// What may be secret in a URL whose host begins here, apart from its query.
    fn url(&mut self, host: usize) {
        let authority = self.run(host, 512, |byte| {
            byte > b' ' && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'\\' | b'{' | b',')
        });
        let text = self.text;
        let Some(name) = text.get(authority.clone()) else { return };
        if let Some((user, _)) = name.rsplit_once('@')
            && self.byte(authority.end) != b'{'
            && let Some((user, password)) = user.split_once(':')
            && !user.is_empty()
            && !matches!(looks(password), Looks::Nothing)
        {
            let start = authority.start + user.len() + 1;
            self.hit(start..start + password.len(), SecretKind::Password, Firmness::Sure);
        }
        let host = name.rsplit('@').next().unwrap_or(name).to_ascii_lowercase();
        let is_host = |known: &str| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        for webhook in secret_formats().webhooks.iter().filter(|webhook| is_host(webhook.host)) {
            let path = self.run(authority.end, 600, is_path_byte);
            let Some(fixed) = text[path.clone()].find(webhook.secret_after) else { continue };
            let start = path.start + fixed + webhook.secret_after.len();
            let length = webhook.until.and_then(|sign| text[start..path.end].find(sign));
            let secret = start..length.map_or(path.end, |length| start + length);
            if looks(&text[secret.clone()]) == Looks::Token && !text[secret.end..].starts_with("@{") {
                self.hit(secret, SecretKind::Webhook(webhook.what), Firmness::Sure);
            }
        }
    }

    /// A client secret of Entra ID: three characters, a digit, `Q~`, and 31 to 34 more.
    fn client_secret(&mut self, at: usize) {
        if at < 5 || self.bytes[at - 1] != b'Q' || !matches!(self.bytes[at - 2], b'7' | b'8') {
            return;
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'~' | b'.' | b'_' | b'-');
        let before = self.run_back(at - 2, 4, fits);
        let after = self.run(at + 1, 36, fits);
        // The end of a sentence is no part of it.
        let dots = self.text[after.clone()].len() - self.text[after.clone()].trim_end_matches('.').len();
        let length = after.len() - if after.len() - dots >= 31 { dots } else { 0 };
        if before.len() == 3 && (31..=34).contains(&length) {
            self.hit(before.start..after.start + length, SecretKind::ClientSecret, Firmness::Sure);
        }
    }

    /// `-----BEGIN … PRIVATE KEY-----` and what follows, up to its end.
    fn private_key(&mut self, at: usize) {
        const BEGIN: &[u8] = b"-----BEGIN ";
        const MARK: &[u8] = b"PRIVATE KEY-----";
        if self.byte(at + 1) != b'-' || at < self.judged || !self.bytes[at..].starts_with(BEGIN) {
            return;
        }
        let head = &self.bytes[at..self.bytes.len().min(at + 64)];
        let Some(mark) = memchr::memmem::find(head, MARK) else { return };
        let start = at + mark + MARK.len();
        let rest = &self.bytes[start..];
        let end = start + memchr::memmem::find(rest, b"-----END").unwrap_or(rest.len());
        self.judged = end;
        let text = self.text;
        let Some(body) = text.get(start..end) else { return };
        // Line ends may be escaped once more in the text.
        let body = body.trim_matches(|c: char| c.is_whitespace() || c == '\\').trim_start_matches(['n', 'r', '\\']);
        let body = body.trim_end_matches("\\n").trim_end_matches("\\r").trim();
        let first = body.split(|c: char| c.is_whitespace() || c == '\\').next().unwrap_or_default();
        if looks(first) == Looks::Token {
            let offset = body.as_ptr() as usize - text.as_ptr() as usize;
            self.hit(offset..offset + body.len(), SecretKind::PrivateKey, Firmness::Sure);
        }
    }

    /// `Bearer <token>`, `Basic <base64>` and `base64('user:password')` after it.
    fn authorization(&mut self, at: usize) {
        let rest = &self.bytes[at..];
        let begins = |word: &[u8]| rest.len() > word.len() && rest[..word.len()].eq_ignore_ascii_case(word);
        if at > 0 && self.bytes[at - 1].is_ascii_alphanumeric() {
            return;
        }
        if begins(b"bearer ") {
            let token = self.run(at + 7, usize::MAX, is_token_byte);
            if at >= self.judged && looks(&self.text[token.clone()]) == Looks::Token && self.byte(token.end) != b'{' {
                self.hit(token.clone(), SecretKind::Token, Firmness::Sure);
            }
            self.judged = self.judged.max(token.end);
        } else if begins(b"basic ") {
            let token = self.run(at + 6, 1024, is_token_byte);
            if is_user_and_password(&self.text[token.clone()]) {
                self.hit(token, SecretKind::BasicCredential, Firmness::Sure);
                return;
            }
            const CALL: &[u8] = b"base64('";
            let near = &rest[..rest.len().min(64)];
            let Some(call) = memchr::memmem::find(near, CALL) else { return };
            let literal = self.run(at + call + CALL.len(), 1024, |byte| byte != b'\'');
            let Some((user, password)) = self.text[literal.clone()].split_once(':') else { return };
            if looks(password) != Looks::Nothing {
                self.hit(literal.start + user.len() + 1..literal.end, SecretKind::Password, Firmness::Sure);
            }
        }
    }

    fn tokens(&mut self, at: usize, table: &Table) {
        for &form in &table.forms[self.bytes[at] as usize] {
            match form {
                Form::JsonWebToken => self.json_web_token(at),
                Form::Prefixed(index, prefix, offset) => self.prefixed(at, index, prefix, offset),
                Form::Marked(index, mark, offset) => self.marked(at, index, mark, offset),
            }
        }
    }

    /// Three parts in base64url, of which the first is a JSON object with `alg`, and so begins with `eyJ`.
    fn json_web_token(&mut self, at: usize) {
        if at < 2 || &self.bytes[at - 2..at] != b"ey" {
            return;
        }
        let start = at - 2;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        // Only where a run begins: a token is long, and each of its characters would be looked at again.
        if start > 0 && fits(self.bytes[start - 1]) {
            return;
        }
        let text = self.text;
        let token = text[self.run(start, usize::MAX, fits)].trim_end_matches('.');
        let mut parts = token.split('.');
        let (Some(header), Some(claims), Some(signature)) = (parts.next(), parts.next(), parts.next()) else { return };
        if claims.len() < 8 || signature.len() < 8 || secret_formats().is_published(token) || header.len() > 4096 {
            return;
        }
        let header = decode_base64(header).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        if Document::parse(&header).is_ok_and(|header| header.root().get("alg").is_some()) {
            self.hit(start..start + token.len(), SecretKind::JsonWebToken, Firmness::Sure);
        }
    }

    fn prefixed(&mut self, at: usize, index: usize, prefix: &'static str, offset: usize) {
        let Some(start) = at.checked_sub(offset) else { return };
        if !self.begins(start, prefix) {
            return;
        }
        let format = &secret_formats().tokens[index];
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || format.also.as_bytes().contains(&byte);
        if start > 0 && (fits(self.bytes[start - 1]) || self.bytes[start - 1] == b'_') {
            return;
        }
        let (least, most) = format.length;
        let rest = self.run(start + prefix.len(), most + 1, fits);
        let token = start..rest.end;
        // Slack puts two long numbers before the part that nobody can guess.
        let is_random = || {
            let (text, last) = (&self.text[token.clone()], self.text[token.clone()].rsplit('-').next());
            looks(text) == Looks::Token || last.is_some_and(|last| last.len() >= 16 && looks(last) == Looks::Token)
        };
        if (least..=most).contains(&rest.len()) && is_random() {
            self.hit(token, SecretKind::Issued(format.what), Firmness::Sure);
        }
    }

    fn marked(&mut self, at: usize, index: usize, literal: &'static str, offset: usize) {
        let Some(mark) = at.checked_sub(offset) else { return };
        if !self.begins(mark, literal) {
            return;
        }
        let format = &secret_formats().marked[index];
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || format.also.as_bytes().contains(&byte);
        let before = self.run_back(mark, format.before + 1, fits);
        let (least, most) = format.after;
        let after = self.run(mark + format.mark.len(), most + 1, fits);
        let token = before.start..after.end;
        let is_known = before.len() == format.before && (least..=most).contains(&after.len());
        if is_known && looks(&self.text[token.clone()]) == Looks::Token {
            // The padding, which a query has in its encoded form.
            let rest = &self.text[token.end..];
            let padding =
                rest.len() - rest.trim_start_matches("%3D").trim_start_matches("%3d").trim_start_matches('=').len();
            self.hit(token.start..token.end + padding, SecretKind::Issued(format.what), Firmness::Sure);
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-' | b'.' | b'~')
}

/// What a value in a query or form may hold, percent signs of encoded characters included.
fn is_query_byte(byte: u8) -> bool {
    is_token_byte(byte) || matches!(byte, b'%' | b'!' | b'*' | b'$' | b':')
}

fn is_path_byte(byte: u8) -> bool {
    is_query_byte(byte) || byte == b'@'
}
