//! flowvet.
pub mod facts;
pub mod source;
pub mod syntax;
