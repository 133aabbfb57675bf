//! Paths that whoever copied a guide was to replace by the server's own.

use camino::Utf8Path;

/// Whether no server has a path: `/path/to/your/mysite/static` (uWSGI's documentation, "Setting up
/// Django and your web server with uWSGI and nginx").
pub(super) fn is_of_guide(path: &Utf8Path) -> bool {
    path.starts_with("/path/to")
}
