//! nginx: its words, its blocks, and what it makes of them.

mod cuts;
#[cfg(feature = "oracles")]
mod oracle;
mod parser;
mod words;
