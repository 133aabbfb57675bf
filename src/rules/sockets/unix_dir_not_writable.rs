//! See the page.

use crate::diagnostic::{Diagnostic, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::units::is_of_instance;
use crate::model::{Deployment, Endpoint, Process};
use crate::rules::{Check, Rule};
use camino::{Utf8Path, Utf8PathBuf};

pub(super) static RULE: Rule = Rule {
    id: "sockets/unix-dir-not-writable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/unix-dir-not-writable.md"),
};

/// Directories that belong to root on every Linux, whose others may not write there.
const OF_ROOT: [&str; 9] =
    ["/", "/run", "/var", "/var/run", "/var/lib", "/etc", "/usr", "/srv", "/opt"];

fn check(deployment: &Deployment, out: &mut Findings) {
    let made = deployment.made_at_boot();
    for process in &deployment.processes {
        let Some(unit) = deployment.unit(process) else { continue };
        for file in files(process).into_iter().filter(|it| !unit.prepares(&it.path.value)) {
            let path = &file.path.value;
            if let Some(folder) = made.lacks(path) {
                if file.makes_folders(process) {
                    continue;
                }
                let service = unit.section("Service");
                nothing_makes(process, &file, folder, out).insert_below(
                    service.filter(|_| {
                        folder.parent().is_some_and(|it| it == "/run" || it == "/var/run")
                    }),
                    format!("RuntimeDirectory={}", folder.file_name().unwrap_or_default()),
                    Safety::Safe,
                );
                continue;
            }
            let Some(folder) = path.parent().filter(|it| OF_ROOT.contains(&it.as_str())) else {
                continue;
            };
            if !makes_one_below(process) && !is_given_away(deployment, folder) {
                may_not(process, &file, folder, out);
            }
        }
    }
}

/// What a process makes when it starts.
struct Made {
    path: Fact<Utf8PathBuf>,
    what: &'static str,
}

/// Its sockets, and the file with its number.
fn files(process: &Process) -> Vec<Made> {
    let listens = process.listens.iter().filter(|it| !it.value.activated);
    let sockets = listens.filter_map(|it| match &it.value.endpoint {
        Endpoint::Unix(path) => Some(Made { path: it.map(|_| path.clone()), what: "socket" }),
        Endpoint::Tcp { .. } => None,
    });
    let started = process.started.as_ref();
    let pid = started.and_then(|it| it.pid_file.as_ref());
    let pid = pid.map(|it| Made { path: it.map(|it| it.as_str().into()), what: "pid file" });
    // Of a template nobody can tell which folder an instance has: `/run/%i/gunicorn.sock`.
    sockets.chain(pid).filter(|it| !is_of_instance(&it.path.value)).collect()
}

impl Made {
    /// Whether the folder is made by whoever makes the file: `celery multi` as root
    /// (`celery.apps.multi.Node._setdefaultopt`).
    fn makes_folders(&self, process: &Process) -> bool {
        let is_root = process.user.as_ref().is_none_or(|it| it.value == "root" || it.value == "0");
        let words = process.started.iter().flat_map(|it| &it.words);
        self.what == "pid file" && is_root && words.into_iter().any(|it| it.value == "multi")
    }
}

/// Whether a script or a guide gives a directory to somebody: `sudo chown -R deploy:www-data /srv/`.
fn is_given_away(deployment: &Deployment, folder: &Utf8Path) -> bool {
    let is_it = |word: &str| Utf8Path::new(word) == folder;
    let given = &deployment.surroundings.told.given_away;
    given.iter().any(|line| line.split_whitespace().any(is_it))
}

fn may_not(process: &Process, file: &Made, folder: &Utf8Path, out: &mut Findings) {
    let Some(user) = process.user.as_ref().filter(|it| it.value != "root" && it.value != "0")
    else {
        return;
    };
    let (name, server) = (user.value.as_str(), &process.name);
    out.report(
        process,
        format!("`{server}` is to make its {} in `{folder}`, where `{name}` may not", file.what),
        file.path.label(format!("makes a {} in `{folder}`", file.what)),
    )
    .also(user.label(format!("as `{name}`")))
    .help(format!(
        "give the unit a `RuntimeDirectory=`, and make the {} in that directory of `/run`",
        file.what
    ));
}

fn nothing_makes<'o>(
    process: &Process,
    file: &Made,
    folder: &Utf8Path,
    out: &'o mut Findings,
) -> &'o mut Diagnostic {
    let name = folder.file_name().unwrap_or_default();
    out.report(
        process,
        format!("nothing makes `{folder}` again when the machine starts, and `/run` is empty then"),
        file.path.label(format!("makes a {} in it", file.what)),
    )
    .help(format!("give the unit `RuntimeDirectory={name}`"))
}

/// Whether the server itself starts as root and changes its user after it made the socket.
fn makes_one_below(process: &Process) -> bool {
    process.started.as_ref().is_some_and(|it| it.user.is_some())
}
