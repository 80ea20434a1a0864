//! The one integration test binary.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests read fixtures and may fail loudly"
)]

/// The program as people run it.
mod cli;
/// Where FLOWVET_CORPUS names a folder of real packages: counts against its census.
mod corpus;
/// The ways of values that findings show.
mod dataflow;
/// What each emitter renders, and that it is the same every time.
mod emitters;
/// Packages that the config puts together.
mod families;
/// Packages with something broken between two of their flows.
mod families_mutants;
/// Builds inputs out of fixture files and folders, as every other module here needs them.
mod fixtures;
/// Broken and hostile input.
mod hostile;
/// No secret in any output.
mod masks;
/// Flows with one thing broken, found by the rule that it is for.
mod mutants;
/// The examples on every rule page.
mod pages;
mod planted;
/// The README's table of rules.
mod readme;
/// The real flows of `FLOWVET_CORPUS`.
mod real;
/// What must hold over all rules.
mod registry;
/// `fixtures/<rule-id>/`: what each rule finds, line by line.
mod rules;
/// SARIF against the official schema, and its places against the raw files.
mod sarif;
