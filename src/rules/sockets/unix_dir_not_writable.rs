//! See the page.

use crate::diagnostic::{Diagnostic, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Endpoint, Listening, Process};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

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
        for listening in process.listens.iter().filter(|it| !it.value.activated) {
            let Endpoint::Unix(path) = &listening.value.endpoint else { continue };
            if unit.prepares(path) {
                continue;
            }
            if let Some(folder) = made.lacks(path) {
                let service = unit.section("Service");
                nothing_makes(process, listening, folder, out).insert_below(
                    service.filter(|_| folder.parent().is_some_and(|it| it == "/run")),
                    format!("RuntimeDirectory={}", folder.file_name().unwrap_or_default()),
                    Safety::Safe,
                );
                continue;
            }
            let Some(folder) = path.parent().filter(|it| OF_ROOT.contains(&it.as_str())) else {
                continue;
            };
            if !makes_one_below(process) && !is_given_away(deployment, folder) {
                may_not(process, listening, folder, out);
            }
        }
    }
}

/// Whether a script or a guide gives a directory to somebody: `sudo chown -R deploy:www-data /srv/`.
fn is_given_away(deployment: &Deployment, folder: &Utf8Path) -> bool {
    let is_it = |word: &str| Utf8Path::new(word) == folder;
    let given = &deployment.surroundings.told.given_away;
    given.iter().any(|line| line.split_whitespace().any(is_it))
}

fn may_not(process: &Process, listening: &Fact<Listening>, folder: &Utf8Path, out: &mut Findings) {
    let Some(user) = process.user.as_ref().filter(|it| it.value != "root" && it.value != "0")
    else {
        return;
    };
    let (name, server) = (user.value.as_str(), &process.name);
    out.report(
        process,
        format!("`{server}` is to make its socket in `{folder}`, where `{name}` may not"),
        listening.label(format!("makes a socket in `{folder}`")),
    )
    .also(user.label(format!("as `{name}`")))
    .help("give the unit a `RuntimeDirectory=`, and make the socket in that directory of `/run`");
}

fn nothing_makes<'o>(
    process: &Process,
    listening: &Fact<Listening>,
    folder: &Utf8Path,
    out: &'o mut Findings,
) -> &'o mut Diagnostic {
    let name = folder.file_name().unwrap_or_default();
    out.report(
        process,
        format!("nothing makes `{folder}` again when the machine starts, and `/run` is empty then"),
        listening.label("makes a socket in it"),
    )
    .help(format!("give the unit `RuntimeDirectory={name}`"))
}

/// Whether the server itself starts as root and changes its user after it made the socket.
fn makes_one_below(process: &Process) -> bool {
    process.started.as_ref().is_some_and(|it| it.user.is_some())
}
