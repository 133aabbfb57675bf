//! `kilter doctor`, on folders that stand for a server.

#[cfg(feature = "oracles")]
mod containers;
#[cfg(feature = "oracles")]
mod faults;
mod formats;
#[cfg(feature = "oracles")]
mod hostile;
#[cfg(feature = "oracles")]
mod oracle;
mod probes;
mod record;
mod root;
#[cfg(feature = "oracles")]
mod server;
