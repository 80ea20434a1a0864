//! Secrets that stand in a text or a flow as literals. One analysis: the rule reports them, and every output masks them.

use super::Flow;
use crate::source::Span;
use crate::syntax::Spot;

/// A secret found in a flow.
pub struct Secret {
    /// The characters that must not be shown.
    pub spot: Spot,
}

/// The secrets of a flow, in text order.
pub fn in_flow(_flow: &Flow<'_>) -> Vec<Secret> {
    Vec::new()
}

/// What could be a secret in a text that is no JSON: a wide net, for masking only.
pub fn in_text(_text: &str) -> Vec<Span> {
    Vec::new()
}
