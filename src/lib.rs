//! flowvet.
pub mod facts;
pub mod source;
pub mod suggest;

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
