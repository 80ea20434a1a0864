//! What names alone say: which folders are packages, and what each file in them is for. The same for a folder on disk
//! and for the entries of a zip. Reads nothing.

use super::Role;
use crate::records::{PackageKind, RecordFile};
use std::collections::BTreeMap;

/// The packages among some files.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Folders (without a slash at the end; empty for the outermost) that are packages.
    roots: BTreeMap<String, PackageKind>,
}

/// What a file of a package is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Record(RecordFile),
    Document(Role),
    Nothing,
}

impl Layout {
    /// Finds the packages. Names are `/`-separated; their case does not matter.
    pub(super) fn find<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut roots = BTreeMap::new();
        for name in names {
            if let Some((root, kind)) = mark(name) {
                let known = roots.entry(root.to_owned()).or_insert(kind);
                // An extracted zip and its unpacked form may share a folder; then the form with more records wins.
                if (*known, kind) == (PackageKind::Solution, PackageKind::UnpackedSolution) {
                    *known = kind;
                }
            }
        }
        Self { roots }
    }

    /// The deepest package that a file lies in.
    pub(super) fn owner(&self, name: &str) -> Option<(&str, PackageKind)> {
        if self.roots.is_empty() {
            return None;
        }
        let mut folder = name;
        loop {
            folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
            if let Some((root, kind)) = self.roots.get_key_value(folder) {
                return Some((root, *kind));
            }
            if folder.is_empty() {
                return None;
            }
        }
    }

    /// Whether a file below a package is part of it. A zip below it is not, and has a family of its own.
    pub(super) fn is_part(&self, root: &str, kind: PackageKind, name: &str) -> bool {
        place(kind, name[root.len()..].trim_start_matches('/')) != Place::Nothing
    }

    pub(super) fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }
}

/// The package that a file marks, if it marks one.
fn mark(name: &str) -> Option<(&str, PackageKind)> {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let is = |other: &str| file.eq_ignore_ascii_case(other);
    if is("solution.xml") || is("customizations.xml") {
        return Some(match parent(folder, "Other") {
            Some(root) => (root, PackageKind::UnpackedSolution),
            None => (folder, PackageKind::Solution),
        });
    }
    if has_suffix(file, ".data.xml") {
        return Some((parent(folder, "Workflows")?, PackageKind::UnpackedSolution));
    }
    if is("definition.json") {
        let root = parent(parent(up(folder)?, "flows")?, "Microsoft.Flow")?;
        return Some((root, PackageKind::LegacyPackage));
    }
    if is("solution.yml") {
        return Some((parent(up(folder)?, "solutions")?, PackageKind::YamlSolution));
    }
    if is("metadata.yml") {
        return Some((parent(up(folder)?, "workflows")?, PackageKind::CopilotWorkspace));
    }
    is("connectionreferences.mcs.yml").then_some((folder, PackageKind::CopilotWorkspace))
}

/// What a file is for, by its name relative to its package.
pub(super) fn place(kind: PackageKind, name: &str) -> Place {
    let name = name.to_ascii_lowercase();
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", &name));
    let top = name.split('/').next().unwrap_or_default();
    let in_workflows = matches!(top, "workflows" | "modernflows") && !folder.is_empty();
    let record = match file {
        "solution.xml" if matches!(folder, "" | "other") => RecordFile::Solution,
        "customizations.xml" if matches!(folder, "" | "other") => RecordFile::Customizations,
        "environmentvariabledefinition.xml" | "environmentvariabledefinition.yml" => RecordFile::EnvironmentVariable,
        "environmentvariablevalues.json" | "environment_variable_values.json" => RecordFile::EnvironmentVariableValues,
        "manifest.json" if folder.is_empty() && kind == PackageKind::LegacyPackage => RecordFile::LegacyManifest,
        "solution.yml" if top == "solutions" => RecordFile::Solution,
        "solutioncomponents.yml" if top == "solutions" => RecordFile::SolutionComponents,
        "rootcomponents.yml" if top == "solutions" => RecordFile::RootComponents,
        "missingdependencies.yml" if top == "solutions" => RecordFile::MissingDependencies,
        "publisher.yml" if top == "publishers" => RecordFile::Publisher,
        "workflow.yml" | "metadata.yml" if in_workflows => RecordFile::Workflow,
        "connectionreference.yml" | "connectionreferences.mcs.yml" => RecordFile::ConnectionReferences,
        "connector.yml" if top == "connectors" => RecordFile::Connector,
        _ if in_workflows && file.ends_with(".data.xml") => RecordFile::Workflow,
        _ if folder == "connectors" && file.ends_with(".xml") => RecordFile::Connector,
        _ if matches!(folder, "connector" | "connectors") && file.ends_with("_openapidefinition.json") => {
            RecordFile::ConnectorDefinition
        }
        _ if !file.ends_with(".json") => return Place::Nothing,
        "definition.json" if folder.starts_with("microsoft.flow/flows/") => return Place::Document(Role::Workflows),
        _ if in_workflows => return Place::Document(Role::Workflows),
        _ => return Place::Document(Role::Elsewhere),
    };
    Place::Record(record)
}

/// Whether a file may be part of a package, or a flow by itself: what a walk need not look into to keep.
#[cfg(feature = "fs")]
pub(super) fn is_candidate(name: &str) -> bool {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    is_json(file)
        || has_suffix(file, ".data.xml")
        || has_suffix(file, ".yml") && place(PackageKind::YamlSolution, &in_its_folders(folder, file)) != Place::Nothing
        || ["solution.xml", "customizations.xml", "environmentvariabledefinition.xml"]
            .iter()
            .any(|record| file.eq_ignore_ascii_case(record))
        || has_suffix(file, ".xml") && parent(folder, "Connectors").is_some()
}

/// The name from the folder on that packages have, however deep it lies.
#[cfg(feature = "fs")]
fn in_its_folders(folder: &str, file: &str) -> String {
    let known = ["solutions", "publishers", "workflows", "modernflows", "connectors"];
    let mut parts: Vec<&str> = folder.split('/').collect();
    let at = parts.iter().rposition(|part| known.iter().any(|known| part.eq_ignore_ascii_case(known)));
    parts.drain(..at.unwrap_or(parts.len()));
    parts.push(file);
    parts.join("/")
}

pub(super) fn is_json(name: &str) -> bool {
    has_suffix(name, ".json")
}

pub(super) fn is_zip(name: &str) -> bool {
    has_suffix(name, ".zip")
}

/// Whether some bytes, a broken zip's for example, hold names that only packages have.
pub(super) fn mentions_package(bytes: &[u8]) -> bool {
    ["solution.xml", "customizations.xml", "Microsoft.Flow/flows"]
        .iter()
        .any(|name| memchr::memmem::find(bytes, name.as_bytes()).is_some())
}

fn has_suffix(name: &str, suffix: &str) -> bool {
    let at = name.len().checked_sub(suffix.len());
    at.and_then(|at| name.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

/// The folder above, if there is one.
fn up(folder: &str) -> Option<&str> {
    (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
}

/// The folder above `folder`, if that is called `name`.
fn parent<'a>(folder: &'a str, name: &str) -> Option<&'a str> {
    let (above, last) = folder.rsplit_once('/').unwrap_or(("", folder));
    last.eq_ignore_ascii_case(name).then_some(above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use PackageKind::{CopilotWorkspace, LegacyPackage, Solution, UnpackedSolution, YamlSolution};

    #[test]
    fn finds_packages_by_their_marks() {
        for (name, expected) in [
            ("solution.xml", Some(("", Solution))),
            ("a/Customizations.XML", Some(("a", Solution))),
            ("a/other/Solution.xml", Some(("a", UnpackedSolution))),
            ("Other/Customizations.xml", Some(("", UnpackedSolution))),
            ("a/b/Workflows/x.json.data.xml", Some(("a/b", UnpackedSolution))),
            ("a/x.json.data.xml", None),
            ("Microsoft.Flow/flows/1/definition.json", Some(("", LegacyPackage))),
            ("a/microsoft.flow/FLOWS/1/definition.json", Some(("a", LegacyPackage))),
            ("flows/1/definition.json", None),
            ("r/solutions/S/solution.yml", Some(("r", YamlSolution))),
            ("solutions/solution.yml", None),
            ("a/workflows/x/metadata.yml", Some(("a", CopilotWorkspace))),
            ("metadata.yml", None),
            ("a/connectionreferences.mcs.yml", Some(("a", CopilotWorkspace))),
        ] {
            assert_eq!(mark(name), expected, "{name}");
        }
    }

    #[test]
    fn the_deepest_package_owns_a_file() {
        let layout =
            Layout::find(["Other/Solution.xml", "solution.xml", "sub/zip/solution.xml", "é/Other/Solution.xml"]);
        let owner = |name| layout.owner(name).map(|(root, _)| root);
        assert_eq!(layout.owner("Workflows/x.json"), Some(("", UnpackedSolution)));
        assert_eq!(owner("sub/zip/Workflows/x.json"), Some("sub/zip"));
        assert_eq!(owner("sub/x.json"), Some(""));
        assert_eq!(owner("é/Workflows/é.json"), Some("é"));
        assert_eq!(Layout::find(["a/solution.xml"]).owner("b/x.json"), None);
    }

    #[test]
    fn knows_what_files_are_for() {
        for (kind, name, expected) in [
            (Solution, "Workflows/X.json", Place::Document(Role::Workflows)),
            (Solution, "workflows", Place::Nothing),
            (Solution, "WebResources/a.json", Place::Document(Role::Elsewhere)),
            (Solution, "manifest.json", Place::Document(Role::Elsewhere)),
            (Solution, "sub/solution.xml", Place::Nothing),
            (LegacyPackage, "manifest.json", Place::Record(RecordFile::LegacyManifest)),
            (LegacyPackage, "Microsoft.Flow/flows/1/definition.json", Place::Document(Role::Workflows)),
            (LegacyPackage, "Microsoft.Flow/flows/1/apisMap.json", Place::Document(Role::Elsewhere)),
            (UnpackedSolution, "Workflows/X.json.data.xml", Place::Record(RecordFile::Workflow)),
            (UnpackedSolution, "Connectors/x.xml", Place::Record(RecordFile::Connector)),
            (Solution, "Connector/x_openapidefinition.json", Place::Record(RecordFile::ConnectorDefinition)),
            (YamlSolution, "modernflows/1/workflow.yml", Place::Record(RecordFile::Workflow)),
            (YamlSolution, "modernflows/1/X-1.json", Place::Document(Role::Workflows)),
            (CopilotWorkspace, "workflows/x/metadata.yml", Place::Record(RecordFile::Workflow)),
        ] {
            assert_eq!(place(kind, name), expected, "{name}");
        }
    }

    #[cfg(feature = "fs")]
    #[test]
    fn keeps_what_may_be_ours() {
        for name in [
            "a.JSON",
            "x/solutions/S/rootcomponents.yml",
            "deep/modernflows/1/workflow.yml",
            "a/connectionreferences/b/connectionreference.yml",
            "Workflows/a.xaml.data.xml",
            "src/Connectors/x.xml",
            "src/environmentvariabledefinitions/x/environmentvariabledefinition.xml",
        ] {
            assert!(is_candidate(name), "{name}");
        }
        for name in ["a.xml", "docker-compose.yml", ".github/workflows/ci.yml", "a.json5", "README.md", "é"] {
            assert!(!is_candidate(name), "{name}");
        }
    }
}
