//! What lies beside the settings.

mod committed;
mod distributions;
mod gathered;
mod requirements;
