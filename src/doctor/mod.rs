//! A machine judged as it is: what is there to read, and what is seen of it while it runs.
//!
//! Discovery says which files of the machine take part; from there they are a tree like any
//! other. Observation asks about what the model says should be running, and gives each answer a
//! transcript among the sources, so that a rule can point at it. Nothing is judged here.

mod discover;
mod observe;
mod redact;
mod transcript;

pub use discover::{Discovered, discover};
pub use observe::observe;
pub use redact::{Key, hide, redact};
