//! Caddyfiles, and what Caddy makes of them.

mod edges;
mod first;
mod hostile;
mod model;
mod syntax;

#[cfg(feature = "oracles")]
pub(super) mod oracle;
