//! Who may write where in an image: directories that only root can have made.
//!
//! Shell text is not followed. Whatever might give a directory away counts as if it did, so that
//! what is left is certain.

use crate::model::image::layer::{Copy, Does, Layer, Run, commands};
use crate::model::image::{Image, Role, runs_any};
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

/// Where everybody may write, or whose owner is not root.
const OPEN: [&str; 6] = ["/tmp", "/var/tmp", "/dev", "/home", "/run", "/proc"];

/// Commands that may make a directory somebody else's. `mkdir` does if its user is.
const GIVING: [&str; 7] =
    ["chown", "chmod", "install ", "setfacl", "useradd", "adduser", "usermod"];

impl Image {
    /// Whether a directory surely belongs to root alone, there or not.
    pub fn keeps_for_root(&self, path: &Utf8Path) -> bool {
        let path = normalize(path);
        let known = self.stock().is_some_and(|it| it.value.stock.role == Role::Base);
        if !known || !path.is_absolute() || OPEN.iter().any(|it| path.starts_with(it)) {
            return false;
        }
        let mut cwd = Utf8PathBuf::from("/");
        let mut is_root = true;
        for layer in self.layers() {
            if let Some(user) = layer.user() {
                is_root = user.known().is_some_and(|it| is_named_root(&it.value));
            }
            match &layer.does {
                Does::Workdir(Some(at)) => cwd.clone_from(&at.value),
                Does::Workdir(None) => return false,
                _ => {}
            }
            if gives(layer, &path, &cwd, is_root) {
                return false;
            }
        }
        true
    }
}

/// Whether a user is root, whatever the group: `0:0`.
pub fn is_named_root(user: &str) -> bool {
    matches!(user.split(':').next(), Some("root" | "0"))
}

/// Whether a layer may let others than root write to a path.
fn gives(layer: &Layer, path: &Utf8Path, cwd: &Utf8Path, is_root: bool) -> bool {
    match &layer.does {
        // BuildKit makes it for the user that is set.
        Does::Workdir(Some(at)) => !is_root && path.starts_with(&at.value),
        Does::Run(run) => run_gives(run, path, cwd, is_root),
        Does::Copy(copy) => copy_gives(copy, path),
        Does::Workdir(None)
        | Does::Env(..)
        | Does::Arg(..)
        | Does::User(_)
        | Does::Entrypoint(_)
        | Does::Cmd(_)
        | Does::Expose(_)
        | Does::Volume(_)
        | Does::Healthcheck(_)
        | Does::Stopsignal(_)
        | Does::Shell(_) => false,
    }
}

fn run_gives(run: &Run, path: &Utf8Path, cwd: &Utf8Path, is_root: bool) -> bool {
    let text = run.form.text();
    // Scripts may do anything.
    if !run.heredocs.is_empty() || runs_any(&text, &[".sh", "make "]) {
        return true;
    }
    let gives = GIVING.iter().any(|it| text.contains(it)) || makes_with_mode(&text);
    if is_root && !gives {
        return false;
    }
    // What `cd` leads to is not followed.
    if text.contains("cd ") || text.contains('$') || text.contains("find ") {
        return true;
    }
    let words = text.split(|it: char| it.is_ascii_whitespace() || ";&|()'\"".contains(it));
    let mut named = words.filter(|word| !word.is_empty() && !word.starts_with('-'));
    named.any(|word| {
        // bash has one word for each of `logs/{web,worker}`; any of them may be meant.
        let bare = word.split('{').next().unwrap_or(word).trim_end_matches('*');
        let at = normalize(&cwd.join(bare));
        let below = path.starts_with(&at) || at.starts_with(path);
        // A word that is no path lies below the working directory, and seldom means it.
        let is_path = word.starts_with('/') || word == "." || word == "*" || word.starts_with("./");
        let relative = at.starts_with(path) || path.starts_with(&at) && at != cwd;
        at.as_str() != "/" && below && (is_path || relative)
    })
}

/// Whether a command makes a directory and says who may do what there: `mkdir -p -m 777`, or `-pm`
/// (mkdir(1)).
fn makes_with_mode(text: &str) -> bool {
    let is_mode = |word: &str| match word.strip_prefix("--") {
        Some(long) => long.starts_with("mode"),
        None => word.strip_prefix('-').is_some_and(|short| short.contains('m')),
    };
    commands(text).any(|mut words| words.next() == Some("mkdir") && words.any(is_mode))
}

fn copy_gives(copy: &Copy, path: &Utf8Path) -> bool {
    let Some(to) = &copy.destination else { return true };
    let to = normalize(&to.value);
    let given = copy.chown.as_ref().is_some_and(|it| !is_named_root(&it.value));
    (given || copy.chmod.is_some()) && (path.starts_with(&to) || to.starts_with(path))
}
