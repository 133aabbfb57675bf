//! nginx: its words, its blocks, and what it makes of them.

#[cfg(feature = "oracles")]
mod choice;
#[cfg(feature = "oracles")]
mod corpus;
mod cuts;
#[cfg(feature = "oracles")]
mod envsubst;
#[cfg(feature = "oracles")]
mod generated;
#[cfg(feature = "oracles")]
mod gixy;
#[cfg(feature = "oracles")]
mod misplaced;
mod model;
#[cfg(feature = "oracles")]
pub(super) mod oracle;
mod parser;
#[cfg(feature = "oracles")]
mod refused;
mod words;

#[cfg(feature = "oracles")]
pub(super) use generated::Dice;
