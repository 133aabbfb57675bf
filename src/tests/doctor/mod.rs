//! `kilter doctor`, on folders that stand for a server.

#[cfg(feature = "oracles")]
mod oracle;
mod record;
mod root;
#[cfg(feature = "oracles")]
mod server;
