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

/// Whether that word is there for the address of another program, and not for any number: `127.0.0.1:8080`,
/// `port = 8080`, `nginx -> varnish (8080) -> gunicorn`.
pub fn is_address(mention: Mention<'_>, address: &Endpoint) -> bool {
    let Mention { path, word, before, after, .. } = mention;
    if is_former(mention) || is_of_developers(mention, address) {
        return false;
    }
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

/// Whether it is what the server itself was once told, and no longer is: `#  --bind=localhost:8000`.
fn is_former(mention: Mention<'_>) -> bool {
    const TOLD_TO_BIND: [&str; 5] = ["--bind", "-b ", "bind =", "bind=", "--http"];
    let line = mention.before.rsplit('\n').next().unwrap_or_default().trim_start();
    let told = line.strip_prefix(['#', ';']).map(|it| it.trim_start_matches(['#', ' ', '\t']));
    let kind = kind::by_name(mention.path);
    // In a file without an ending a script is known by its first line, which is not at hand here.
    let may_start = mention.path.extension().is_none_or(|it| it != "md");
    may_start
        && !matches!(kind, Some(kind::Kind::Nginx | kind::Kind::Caddy))
        && told.is_some_and(|it| TOLD_TO_BIND.iter().any(|option| it.starts_with(option)))
}

/// Where `runserver` listens by itself (Django's documentation, "django-admin", `runserver`).
const OF_RUNSERVER: u16 = 8000;

/// Whether an example of settings names the port of a developer's own `runserver`.
fn is_of_developers(mention: Mention<'_>, address: &Endpoint) -> bool {
    address.port() == Some(OF_RUNSERVER)
        && mention.path.extension() == Some("py")
        && kind::is_example(mention.path)
}
