//! Data policies.

/// A data policy.
#[derive(Clone, Debug)]
pub struct Policy {}

/// To be replaced.
#[derive(Debug)]
pub struct PolicyError {}

/// To be replaced.
pub fn parse(_name: &str, _text: &str) -> Result<Vec<Policy>, PolicyError> {
    Ok(Vec::new())
}
