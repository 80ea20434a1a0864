//! flowvet.
pub mod input;
pub mod model;
pub mod records;
pub mod source;
pub mod syntax;
