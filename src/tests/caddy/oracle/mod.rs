//! The same questions asked of kilter and of Caddy: a current one and Debian's.

use crate::tests::tool;
use std::path::PathBuf;

mod adapt;
mod corpus;
mod generate;
mod serve;

/// The newest Caddy, from `scripts/tools/caddy`.
pub(in crate::tests) fn current() -> PathBuf {
    tool("caddy/bin/caddy")
}

/// Debian 12's, which is 2.6.2.
fn debian() -> PathBuf {
    let caddy = PathBuf::from("/usr/bin/caddy");
    assert!(caddy.exists(), "{} is missing; run scripts/test", caddy.display());
    caddy
}
