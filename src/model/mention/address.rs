//! Which files name an address that something may listen at.

use crate::model::Endpoint;
use crate::model::mention::{TOLD, is_part_of_name};
use crate::source::Mention;
use crate::syntax::kind;

/// The word that a file which names an address surely has.
pub fn word_of(address: &Endpoint) -> String {
    match address {
        Endpoint::Tcp { port, .. } => port.to_string(),
        Endpoint::Unix(path) => {
            let name = path.file_name().unwrap_or_default();
            name.split(|it: char| !is_part_of_name(it)).next().unwrap_or_default().to_owned()
        }
    }
}

/// Whether that word is there for the address, and not for any number: `127.0.0.1:8080`, `port = 8080`,
/// `nginx -> varnish (8080) -> gunicorn`.
pub fn is_address(mention: Mention<'_>, address: &Endpoint) -> bool {
    let Mention { path, word, before, after, .. } = mention;
    match address {
        Endpoint::Unix(socket) => {
            let Some((above, below)) = socket.as_str().rsplit_once(word) else { return false };
            before.ends_with(above) && after.starts_with(below)
        }
        Endpoint::Tcp { .. } => {
            let line = before.rsplit('\n').next().unwrap_or_default().to_ascii_lowercase();
            let is_told = kind::by_name(path).is_none()
                && TOLD.contains(&path.extension().unwrap_or_default());
            let says = ["port", "listen", "bind", "address"];
            before.ends_with(':') || is_told || says.iter().any(|it| line.contains(it))
        }
    }
}
