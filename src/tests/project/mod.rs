//! What lies beside the settings.

mod committed;
mod distributions;
mod gathered;
mod requirements;
#[cfg(feature = "oracles")]
mod wheels;
