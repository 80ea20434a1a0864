//! Names: how a flow and its steps are called in the maker's world.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// What a flow is called and how it is told apart, owned, so that it outlives the flow's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowIdentity {
    /// Stable over re-exports: the GUID of the Workflow record, else the GUID in the file name, else the legacy `name`,
    /// else the trigger's `operationMetadataId`, else the file's stem (design decision 15).
    pub id: String,
    /// The name that the maker gave it.
    pub name: String,
    /// The file as reports name it.
    pub uri: Arc<str>,
}

/// The way from a flow's top level to a step, by the names in the JSON. Empty for the flow itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepPath {
    /// Names of the containers and the step.
    pub steps: Vec<String>,
    /// What sort of step it is, as the designer says: a connector's title or `Condition`.
    pub kind: Cow<'static, str>,
}

impl StepPath {
    /// The names joined by `/`, for logical locations and fingerprints.
    pub fn joined(&self) -> String {
        self.steps.join("/")
    }
}

/// As the designer shows it: `Try > Send to carrier`.
impl fmt::Display for StepPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            let arrow = if index > 0 { " > " } else { "" };
            write!(f, "{arrow}{}", display_name(step))?;
        }
        Ok(())
    }
}

/// A step's name as the designer shows it: the JSON has `_` for blanks.
pub fn display_name(name: &str) -> String {
    name.replace('_', " ")
}
