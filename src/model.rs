//! The flow as people know it, read from the syntax tree.

pub mod shape;
