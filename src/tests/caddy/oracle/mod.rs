//! The same questions asked of kilter and of Caddy: a current one and Debian's.

use std::env;
use std::path::{Path, PathBuf};

mod adapt;
mod corpus;
mod generate;
mod serve;

/// The newest Caddy, from `scripts/tools/caddy`.
fn current() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tools = env::var_os("KILTER_TOOLS").map_or_else(|| root.join(".tools"), PathBuf::from);
    let caddy = tools.join("caddy/bin/caddy");
    assert!(caddy.exists(), "{} is missing; run scripts/test", caddy.display());
    caddy
}

/// Debian 12's, which is 2.6.2.
fn debian() -> PathBuf {
    let caddy = PathBuf::from("/usr/bin/caddy");
    assert!(caddy.exists(), "{} is missing; run scripts/test", caddy.display());
    caddy
}
