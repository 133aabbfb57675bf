//! What is said when kilter itself fails.

use std::io::{self, Write};
use std::panic;

/// Has a panic say where it happened, and nothing of what it was about: what Rust says of a text that
/// is cut in the wrong place holds the text, and that may be a secret.
pub fn hide_payloads() {
    panic::set_hook(Box::new(|info| {
        let at = info.location().map(ToString::to_string).unwrap_or_default();
        let where_to = env!("CARGO_PKG_REPOSITORY");
        let message = format!("kilter: a mistake of its own stopped it at {at}: tell {where_to}");
        // Nobody is left to be told of an output that fails.
        _ = writeln!(io::stderr(), "{message}");
    }));
}
