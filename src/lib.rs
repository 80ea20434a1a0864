//! flowvet, a static analyzer for Microsoft Power Automate cloud flows.
//!
//! ```text
//! inputs ─ input: groups, containers, limits ─► text of each flow + package records
//!   text ─ syntax ─► spanned tree ─ model ─► Flow ▸ Trigger, Action, ConnectionReference, Parameter
//!                                     └─ engine: rules × one walk ─► findings, facts, problems      per flow, in parallel
//!                                          └─ reduce: rules over facts inside families, total order
//!                                               └─ report ─► emitters: terminal, SARIF, JSON
//! ```
//!
//! Modules are listed in the order of that picture: one may use those before it, never those after it. The library
//! reads no files but in [`input::walk`], knows no clock and no threads but rayon's, and never prints.

pub mod source;
pub mod suggest;

pub mod expr;
pub mod syntax;

pub mod input;
pub mod records;

pub mod facts;
pub mod policy;

pub mod model;

pub mod finding;
pub mod page;
pub mod rule;
pub mod rules;
pub mod run;

pub mod config;
pub mod engine;
pub mod report;

pub use config::Config;
pub use engine::analyze;
pub use input::Input;
pub use report::Report;
