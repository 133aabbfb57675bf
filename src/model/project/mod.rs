//! What lies beside a project's settings and decides what they can rely on.

pub mod distributions;
mod requirements;
pub mod wheels;

pub use requirements::{Declared, Install, Requirements, included_paths};
