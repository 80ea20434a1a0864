//! Secrets that stand in a text or a flow as literals. One analysis: the rule reports them, and every output masks them.
//!
//! Context comes first: an authentication block, a header or a field named `password` says more than any pattern. What
//! has a form of its own (a JSON Web Token, a signed URL) is found wherever it stands, also inside expressions and inside
//! JSON kept as text. Knows nothing of rules, levels and wording beyond what a secret is called.

mod credential;
mod formats;
mod kind;
mod looks;
mod sentence;
#[cfg(test)]
mod tests;

pub use credential::Firmness;
pub use kind::SecretKind;

use super::Flow;
use crate::facts::{CredentialKind, credential_name, secret_formats};
use crate::records::{EnvironmentVariableRecord, Origin, PackageRecord, VariableKind};
use crate::source::Span;
use crate::syntax::{Document, Entry, Key, Kind, Spot, Value};
use formats::Look;
use std::borrow::Cow;
use std::ops::Range;

/// A secret found in a flow.
pub struct Secret<'d> {
    /// The characters that must not be shown.
    pub spot: Spot,
    /// The string that holds them.
    pub value: Value<'d>,
    /// What sort of secret it is.
    pub kind: SecretKind,
    /// How sure that is.
    pub firmness: Firmness,
    /// Where it stands, as people would say.
    pub site: Site<'d>,
}

/// Where a secret stands, as people would say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site<'d> {
    /// What holds the text that it is or is part of.
    pub holder: Holder<'d>,
    /// The name in that text that it is the value of, if such a name gave it away.
    pub beside: Option<Beside>,
}

/// What holds a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder<'d> {
    /// This field of a step's authentication
    Authentication(Cow<'d, str>),
    /// This header of a call
    Header(Cow<'d, str>),
    /// This query parameter of a call
    Query(Cow<'d, str>),
    /// The default value of this parameter of the flow
    Parameter(Cow<'d, str>),
    /// The value given to this variable
    Variable(Cow<'d, str>),
    /// This field
    Field(Cow<'d, str>),
}

/// A name within a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The name.
    pub name: String,
    /// Whether it is that of a query parameter in a URL.
    pub is_query: bool,
}

/// The secrets of a flow, in text order, no two of them overlapping.
pub fn in_flow<'m>(flow: &'m Flow<'_>) -> impl Iterator<Item = &'m Secret<'m>> {
    let span = flow.envelope.span();
    flow.secrets.iter().filter(move |secret| span.contains(secret.spot.span))
}

/// Those that stand in the flow's own parameters, mostly as default values.
pub fn in_parameters<'m>(flow: &'m Flow<'_>) -> impl Iterator<Item = &'m Secret<'m>> {
    in_flow(flow).filter(|secret| is_in_parameters(flow, secret))
}

/// Those that stand anywhere else.
pub fn outside_parameters<'m>(flow: &'m Flow<'_>) -> impl Iterator<Item = &'m Secret<'m>> {
    in_flow(flow).filter(|secret| !is_in_parameters(flow, secret))
}

fn is_in_parameters(flow: &Flow<'_>, secret: &Secret<'_>) -> bool {
    flow.definition.get("parameters").is_some_and(|parameters| parameters.span().contains(secret.spot.span))
}

/// A secret in a text with a name, such as the value of an environment variable.
pub struct NamedSecret<'t> {
    /// The characters that must not be shown.
    pub text: &'t str,
    /// What sort of secret it is.
    pub kind: SecretKind,
    /// How sure that is.
    pub firmness: Firmness,
}

/// The secrets in a text that goes by some names, in text order.
pub fn in_named_text<'t>(names: &[&str], text: &'t str) -> Vec<NamedSecret<'t>> {
    let mut hits = Vec::new();
    if let Some(promised) = names.iter().find_map(|name| credential_name(name)) {
        credential::find(text, promised, false, &mut hits);
    }
    formats::scan(text, &mut hits);
    merge(&mut hits);
    let secret = |hit: Hit| NamedSecret { text: &text[hit.range], kind: hit.kind, firmness: hit.firmness };
    hits.into_iter().map(secret).collect()
}

/// The secrets in the values of a package's environment variables and in its connectors' definitions.
pub fn in_package(record: &PackageRecord) -> Vec<String> {
    let variables = record.environment_variables.iter().flat_map(in_variable).map(|(secret, _)| secret.text.to_owned());
    let literals = record.connector_definitions.iter().flat_map(|definition| &definition.literals);
    let literals = literals.flat_map(|literal| in_named_text(&[&literal.name], &literal.value));
    variables.chain(literals.map(|secret| secret.text.to_owned())).collect()
}

/// The secrets in an environment variable, each with the place of the value that holds it: the definition for its default.
pub fn in_variable(variable: &EnvironmentVariableRecord) -> Vec<(NamedSecret<'_>, Origin)> {
    // Of a variable of type Secret the value is a path in Azure Key Vault.
    if variable.kind == Some(VariableKind::Secret) {
        return Vec::new();
    }
    let names = [variable.display_name.as_deref().unwrap_or_default(), variable.schema_name.as_str()];
    let default = variable.default_value.iter().map(|value| (value, variable.origin));
    let values = variable.current_values.iter().map(|value| (&value.value, value.origin));
    let found = default
        .chain(values)
        .flat_map(|(value, origin)| in_named_text(&names, value).into_iter().map(move |secret| (secret, origin)));
    found.collect()
}

/// What must not be shown of a record file's text: the secrets known to stand in it, as they are, with XML's or with
/// JSON's escapes, and whatever could be one.
pub fn in_record_text(known: &[String], text: &str) -> Vec<Span> {
    let mut spans = in_text(text);
    for secret in known.iter().filter(|secret| !secret.is_empty()) {
        let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let quoted = xml.replace('"', "&quot;");
        let json = serde_json::to_string(secret).unwrap_or_default();
        let json = json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned();
        for form in [secret, &xml, &quoted, &json].into_iter().filter(|form| !form.is_empty()) {
            let finds = memchr::memmem::find_iter(text.as_bytes(), form.as_bytes());
            spans.extend(finds.map(|at| Span::new(at, at + form.len())));
        }
    }
    spans.sort();
    spans.dedup_by(|later, earlier| {
        let overlap = later.start <= earlier.end;
        if overlap {
            earlier.end = earlier.end.max(later.end);
        }
        overlap
    });
    spans
}

/// The secrets of a whole document, whatever it is, in text order, no two of them overlapping.
pub fn in_document<'d>(document: &'d Document<'d>) -> Vec<Secret<'d>> {
    let mut search = Search { secrets: Vec::new(), hits: Vec::new() };
    let root = document.root();
    search.value(root, Place { role: Role::Plain, key: None, holder: root });
    search.secrets
}

/// What could be a secret in a text that is no JSON: a wide net, for masking only. Sorted, without overlaps.
pub fn in_text(text: &str) -> Vec<Span> {
    let mut hits = Vec::new();
    formats::scan(text, &mut hits);
    let mut ranges: Vec<Range<usize>> = hits.into_iter().map(|hit| hit.range).collect();
    ranges.extend(suspicious_runs(text));
    ranges.sort_by_key(|range| range.start);
    let mut spans: Vec<Span> = Vec::new();
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        match spans.last_mut() {
            Some(last) if range.start <= last.end as usize => last.end = last.end.max(range.end as u32),
            _ => spans.push(Span::new(range.start, range.end)),
        }
    }
    spans
}

/// Unbroken runs of the characters that credentials are made of: long ones with letters and digits, and shorter ones
/// after a name that promises a credential.
fn suspicious_runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    // Escapes and percent signs belong to the run: what they stand for is part of the credential.
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_~.-%\\".contains(&byte);
    let bytes = text.as_bytes();
    let mut at = 0;
    let runs = std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(|&byte| fits(byte))?;
        at = start + bytes[start..].iter().take_while(|&&byte| fits(byte)).count();
        Some(start..at)
    });
    let mut is_promised = false;
    runs.filter(move |run| {
        let word = &text[run.clone()];
        let was_promised = std::mem::replace(&mut is_promised, credential_name(last_name(word)).is_some());
        let has = |kind: fn(&u8) -> bool| word.bytes().any(|byte| kind(&byte));
        let is_long = run.len() >= 20 && has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit);
        // A scheme passes the promise on to what follows it.
        is_promised |= was_promised && secret_formats().is_scheme(word);
        is_long || (was_promised && run.len() >= 4 && !secret_formats().is_scheme(word))
    })
}

/// The name that a run ends with, as far as it is one: of `Content.ApiKey=` that is `ApiKey`.
fn last_name(run: &str) -> &str {
    let name = run.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    name.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').next().unwrap_or(name)
}

/// A secret within one text.
struct Hit {
    /// Bytes of the decoded text.
    range: Range<usize>,
    kind: SecretKind,
    firmness: Firmness,
    name: Name,
}

/// What gives a secret in a text its name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    /// Nothing: its form shows it.
    None,
    /// A name that stands before it in the text, at these bytes.
    Beside(usize, usize),
    /// The same, and the name is that of a query parameter.
    Query(usize, usize),
    /// The place of the text: its key, header or variable.
    OfPlace,
}

impl Name {
    fn beside(&self, text: &str) -> Option<Beside> {
        let (start, end, is_query) = match *self {
            Self::Beside(start, end) => (start, end, false),
            Self::Query(start, end) => (start, end, true),
            Self::None | Self::OfPlace => return None,
        };
        Some(Beside { name: text[start..end].to_owned(), is_query })
    }
}

/// What the object around a value is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    Headers,
    Queries,
    Authentication,
    /// Describes data: names in it are no promise.
    Schema,
}

/// The container that the search is in.
#[derive(Clone, Copy)]
struct Place<'d> {
    role: Role,
    /// The key that the container stands under.
    key: Option<Key<'d>>,
    /// The container.
    holder: Value<'d>,
}

struct Search<'d> {
    secrets: Vec<Secret<'d>>,
    /// Kept to save allocations.
    hits: Vec<Hit>,
}

/// What a name promises of a value, and where that is.
struct Promise<'d> {
    kind: CredentialKind,
    is_direct: bool,
    holder: Holder<'d>,
}

impl<'d> Search<'d> {
    /// Depth is bounded by the tree's own limit.
    fn value(&mut self, value: Value<'d>, place: Place<'d>) {
        match value.kind() {
            Kind::Object => value.entries().for_each(|entry| self.entry(entry, place)),
            Kind::Array => value.items().for_each(|item| self.item(item, place)),
            Kind::String => self.text(None, value, place),
            _ => {}
        }
    }

    fn entry(&mut self, entry: Entry<'d>, place: Place<'d>) {
        let Entry { key, value } = entry;
        match value.kind() {
            Kind::String => self.text(Some(key), value, place),
            Kind::Object | Kind::Array if !key.is("runAfter") => {
                let role = place.role.under(key);
                self.value(value, Place { role, key: Some(key), holder: value });
            }
            _ => {}
        }
    }

    fn item(&mut self, item: Value<'d>, place: Place<'d>) {
        if item.kind() == Kind::String {
            self.text(place.key, item, place);
        } else {
            self.value(item, Place { role: place.role, key: place.key, holder: item });
        }
    }

    fn text(&mut self, key: Option<Key<'d>>, value: Value<'d>, place: Place<'d>) {
        let raw = value.text();
        let inner = &raw[1..raw.len() - 1];
        let is_default = || key.is_some_and(|key| key.is("defaultValue"));
        if inner.len() < 8 && place.role == Role::Plain && !is_default() {
            return;
        }
        let look = formats::look(inner.as_bytes());
        let promise = key.and_then(|key| place.promise(key, inner, look));
        if look != Look::Scan && promise.is_none() {
            return;
        }
        let Some(text) = value.as_str() else { return };
        let mut hits = std::mem::take(&mut self.hits);
        if let Some(promise) = &promise {
            credential::find(&text, promise.kind, promise.is_direct, &mut hits);
        }
        if look == Look::Scan {
            formats::scan(&text, &mut hits);
        }
        merge(&mut hits);
        for hit in hits.drain(..) {
            let site = match (&hit.name, &promise) {
                (Name::OfPlace, Some(promise)) => Site { holder: promise.holder.clone(), beside: None },
                (name, _) => Site { holder: place.holder_of(key), beside: name.beside(&text) },
            };
            let spot = value.part(hit.range);
            self.secrets.push(Secret { spot, value, kind: hit.kind, firmness: hit.firmness, site });
        }
        self.hits = hits;
    }
}

/// Puts hits in order and joins those that overlap; the more telling kind wins.
fn merge(hits: &mut Vec<Hit>) {
    hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
    hits.dedup_by(|later, earlier| {
        let overlap = later.range.start < earlier.range.end;
        if overlap {
            earlier.range.end = earlier.range.end.max(later.range.end);
            earlier.kind = earlier.kind.max(later.kind);
            earlier.firmness = earlier.firmness.max(later.firmness);
            let name = std::mem::replace(&mut later.name, Name::None);
            if earlier.name < name {
                earlier.name = name;
            }
        }
        overlap
    });
}

impl Role {
    /// The role of what stands under a key of an object of this role.
    fn under(self, key: Key<'_>) -> Self {
        let name = key.name();
        // Of a path such as `request/headers` the last part counts.
        let is = |known: &str| {
            let start = name.len().checked_sub(known.len());
            start.is_some_and(|start| {
                let (path, last) = name.as_bytes().split_at(start);
                last.eq_ignore_ascii_case(known.as_bytes()) && matches!(path.last(), None | Some(b'/'))
            })
        };
        match self {
            Self::Schema => Self::Schema,
            _ if is("schema") => Self::Schema,
            _ if is("headers") => Self::Headers,
            _ if is("queries") => Self::Queries,
            _ if is("authentication") => Self::Authentication,
            _ => Self::Plain,
        }
    }
}

impl<'d> Place<'d> {
    /// What the names around a string promise of it. `inner` are its characters in the file.
    fn promise(self, key: Key<'d>, inner: &str, look: Look) -> Option<Promise<'d>> {
        // Without a digit it would not be reported, and nearly all texts have none; expressions are not judged as a whole.
        let is_dull = || (look == Look::Plain && !key.is("defaultValue")) || looks::is_computed(inner);
        if inner.len() < 4 || (self.role == Role::Plain && is_dull()) {
            return None;
        }
        let promise = |kind, is_direct, holder| Some(Promise { kind, is_direct, holder });
        let name = key.name();
        match self.role {
            Role::Schema => None,
            Role::Authentication => {
                // `value` is what authentication of type Raw sends as the header.
                let raw = key.is("value").then_some(CredentialKind::Authorization);
                promise(credential_name(&name).or(raw)?, true, Holder::Authentication(name))
            }
            Role::Headers => match self.named_sibling(key) {
                Some((name, kind)) => promise(kind, true, Holder::Header(name)),
                None => promise(credential_name(&name)?, true, Holder::Header(name)),
            },
            Role::Queries => match credential_name(&name) {
                Some(kind) => promise(kind, true, Holder::Query(name)),
                None if secret_formats().is_query_key(&name) => {
                    promise(CredentialKind::ApiKey, false, Holder::Query(name))
                }
                None => None,
            },
            Role::Plain if key.is("defaultValue") => {
                let name = self.key?.name();
                let declared = self.holder.get("type").and_then(Value::as_str).unwrap_or_default();
                let is_secure = declared.to_ascii_lowercase().starts_with("secure");
                let kind = parameter_kind(&name).or(is_secure.then_some(CredentialKind::Authorization))?;
                promise(kind, is_secure, Holder::Parameter(name))
            }
            Role::Plain => {
                if let Some((name, kind)) = self.named_sibling(key) {
                    let is_variable = self.is_variable();
                    let holder = if is_variable { Holder::Variable(name) } else { Holder::Field(name) };
                    return promise(kind, false, holder);
                }
                promise(credential_name(&name)?, false, Holder::Field(name))
            }
        }
    }

    /// For the `value` of `{"name": …, "value": …}` or of `{"key": …, "value": …}`: the name, if it promises something.
    fn named_sibling(self, key: Key<'d>) -> Option<(Cow<'d, str>, CredentialKind)> {
        if !key.is("value") {
            return None;
        }
        let name = self.holder.get("name").or_else(|| self.holder.get("key"))?.as_str()?;
        let kind = credential_name(&name)?;
        Some((name, kind))
    }

    /// Whether the object names a variable and gives it a value, at its start or later.
    fn is_variable(self) -> bool {
        self.key.is_some_and(|key| key.is("variables") || key.is("inputs")) && self.holder.get("name").is_some()
    }

    /// What holds a string under `key` whose own characters gave it away.
    fn holder_of(self, key: Option<Key<'d>>) -> Holder<'d> {
        let own = key.or(self.key).map(Key::name).unwrap_or_default();
        match (self.role, self.key) {
            (Role::Headers, _) => Holder::Header(own),
            (Role::Authentication, _) => Holder::Authentication(own),
            (Role::Queries, _) => Holder::Query(own),
            (_, Some(parameter)) if own == "defaultValue" => Holder::Parameter(parameter.name()),
            _ if own == "value" && self.is_variable() => {
                Holder::Variable(self.holder.get("name").and_then(Value::as_str).unwrap_or_default())
            }
            _ => Holder::Field(own),
        }
    }
}

/// What the name of a flow's parameter promises. That of an environment variable is `Display name (schema_name)`.
fn parameter_kind(name: &str) -> Option<CredentialKind> {
    let parts = name.strip_suffix(')').and_then(|name| name.rsplit_once('('));
    let (display, schema) = parts.unwrap_or((name, ""));
    credential_name(display).or_else(|| credential_name(schema))
}
