//! Caddyfiles, and what Caddy makes of them.

mod edges;
mod hostile;
mod model;
mod syntax;

#[cfg(feature = "oracles")]
pub(super) mod oracle;
