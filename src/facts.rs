//! Typed views of the facts in `rules/facts/`.
use std::borrow::Cow;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "to be replaced")]
pub enum Effect {
    Read,
    Write,
    Delete,
    Send,
    SendAndWait,
    Http,
    Unknown,
}

/// What an operation does.
pub fn operation_effect(_connector: &str, _operation: &str) -> Effect {
    Effect::Unknown
}

/// The title of a connector.
pub fn connector_title(name: &str) -> Cow<'static, str> {
    Cow::Owned(name.to_owned())
}

/// To be replaced.
pub fn is_microsoft_host(_host: &str) -> bool {
    false
}
