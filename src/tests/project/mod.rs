//! What lies beside the settings.

mod distributions;
mod requirements;
