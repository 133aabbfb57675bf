//! What lies beside the settings.

mod distributions;
mod gathered;
mod requirements;
