//! Users that an image names and does not have.

use crate::fact::Fact;
use crate::model::image::layer::{Does, Layer, commands};
use crate::model::image::{Image, Role, System, runs_any};

/// Of Debian's base-passwd and Ubuntu's images.
const OF_DEBIAN: &[&str] = &[
    "root",
    "daemon",
    "bin",
    "sys",
    "sync",
    "games",
    "man",
    "lp",
    "mail",
    "news",
    "uucp",
    "proxy",
    "www-data",
    "backup",
    "list",
    "irc",
    "gnats",
    "nobody",
    "_apt",
    "ubuntu",
    "systemd-network",
];

/// Of Alpine's alpine-baselayout.
const OF_ALPINE: &[&str] = &[
    "root",
    "bin",
    "daemon",
    "adm",
    "lp",
    "sync",
    "shutdown",
    "halt",
    "mail",
    "news",
    "uucp",
    "operator",
    "man",
    "postmaster",
    "cron",
    "ftp",
    "sshd",
    "at",
    "squid",
    "xfs",
    "games",
    "postgres",
    "cyrus",
    "vpopmail",
    "ntp",
    "smmsp",
    "guest",
    "nobody",
];

/// Where an image names a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamesUser {
    /// `COPY --chown=`, for which BuildKit takes root (`readUser` in its solver/llbsolver/ops), and which
    /// builds without BuildKit and those of Podman end at.
    Chown,
    /// `USER`, which the next step of the build ends at, or the container.
    User,
}

impl Image {
    /// Each name of a user that neither the base has nor a step before may make. None of an image on a
    /// base that nobody knows.
    pub fn unknown_users(&self) -> Vec<Fact<(String, NamesUser)>> {
        let Some(flavour) = self.stock().filter(|it| it.value.stock.role == Role::Base) else {
            return Vec::new();
        };
        let has = match flavour.value.system {
            Some(System::Debian | System::DebianFull) => OF_DEBIAN,
            Some(System::Alpine) => OF_ALPINE,
            Some(System::Bare) | None => return Vec::new(),
        };
        let is_nodes = flavour.value.is("node");
        let layers = self.layers();
        let mut found = Vec::new();
        for (at, layer) in layers.iter().enumerate() {
            let Some(named) = named(layer) else { continue };
            let name = &named.value.0;
            let is_had = has.contains(&name.as_str()) || is_nodes && name == "node";
            if !is_had && !layers[..at].iter().any(|it| may_make(it, name)) {
                found.push(named);
            }
        }
        found
    }
}

/// The user that a layer names; numbers need not be known, and a variable may be anybody.
fn named(layer: &Layer) -> Option<Fact<(String, NamesUser)>> {
    let (named, how) = match &layer.does {
        Does::User(user) => (user.known()?, NamesUser::User),
        Does::Copy(copy) => (copy.chown.clone()?, NamesUser::Chown),
        _ => return None,
    };
    let is_plain = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    named.try_map(|it| {
        let name = it.split(':').next().unwrap_or_default();
        let is_name = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
        (is_name && name.chars().all(|it| is_plain(&it))).then(|| (name.to_owned(), how.clone()))
    })
}

/// Whether a layer may make a user: it speaks of the name, runs a script or brings a list of users.
fn may_make(layer: &Layer, name: &str) -> bool {
    match &layer.does {
        Does::Run(run) => {
            let text = run.form.text();
            // A variable may hold the name; a package that brings a user is called like it.
            let by_variable = commands(&text).any(|words| {
                let mut words =
                    words.skip_while(|it| !it.ends_with("useradd") && !it.ends_with("adduser"));
                words.any(|it| it.contains('$'))
            });
            text.contains(name)
                || by_variable
                || !run.heredocs.is_empty()
                || runs_any(&text, &[".sh", "make "])
        }
        Does::Copy(copy) => {
            let to = copy.destination.as_ref();
            to.is_none_or(|it| it.value.starts_with("/etc") || it.value == "/")
        }
        _ => false,
    }
}
