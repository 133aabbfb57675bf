//! Units that an image takes along, where nothing in a container would start them.

use crate::model::{Files, Kind, scripted};
use camino::Utf8Path;

/// Whether a Dockerfile copies a unit to where systemd looks, in an image that has something else as its first
/// process, and nothing else in the tree installs a unit of the name or tells somebody to.
pub(super) fn is_of_container(files: &Files, unit: &Utf8Path) -> bool {
    let Some(name) = unit.file_name() else { return false };
    let images = files.of(Kind::Dockerfile);
    let mut copying = images.iter().filter(|it| copies(it.text, name)).peekable();
    if copying.peek().is_none() || copying.any(|it| starts_systemd(it.text)) {
        return false;
    }
    let mut read = scripted::scripts(files).into_iter().chain(files.documents());
    !read.any(|it| it.has(name) || it.has("systemctl"))
}

fn copies(dockerfile: &str, name: &str) -> bool {
    let mut lines = dockerfile.lines().map(str::trim);
    lines.any(|line| {
        let (sources, target) = line.rsplit_once(' ').unwrap_or_default();
        let is_of_systemd = ["/etc/systemd/system", "/lib/systemd/system"];
        let is_of_systemd = is_of_systemd.iter().any(|it| target.contains(it));
        let mut sources = sources.split_whitespace();
        sources.next().is_some_and(|it| matches!(it, "COPY" | "ADD"))
            && is_of_systemd
            && sources.any(|it| Utf8Path::new(it).file_name() == Some(name))
    })
}

/// As the images that Red Hat calls `init`, and who puts it into one: its program is `/sbin/init`
/// (systemd, "Container Interface").
fn starts_systemd(dockerfile: &str) -> bool {
    let mut lines = dockerfile.lines().map(str::trim).filter(|it| !it.starts_with('#'));
    lines.any(|line| {
        line.contains("/sbin/init")
            || line.contains("bin/systemd")
            || line.contains("systemctl")
            || line
                .strip_prefix("FROM ")
                .is_some_and(|it| ["init", "systemd"].iter().any(|word| it.contains(word)))
    })
}
