//! Variables of the environment in nginx's files that nobody puts in.

use crate::fact::Fact;

/// A variable as its file has it, by its name.
#[derive(Clone, Debug)]
pub struct Unrendered {
    pub name: Fact<String>,
    pub how: Rendered,
}

/// What becomes of a variable where nginx starts.
#[derive(Clone, Debug)]
pub enum Rendered {
    /// Nothing fills in the file.
    Nowhere,
    /// A call of `envsubst` leaves nothing in its place, be it that it is told to look for the name or that it
    /// takes all there are.
    Emptied { by: Fact<()>, named: bool },
    /// The shell empties the file before `envsubst` reads it: `envsubst < site.conf > site.conf`. The name is
    /// that of the file.
    Truncated,
    /// The entrypoint of nginx's image leaves it, as the container has no variable of the name.
    Undefined,
}
