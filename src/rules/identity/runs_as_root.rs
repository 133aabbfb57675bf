//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Certainty;
use crate::model::command::{Program, Started};
use crate::model::{Deployment, Process, ProcessKind};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "identity/runs-as-root",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["identity/writer-user-divergence"],
    security: Some("7.8"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/identity/runs-as-root.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    web_servers(deployment, out);
    for process in deployment.processes.iter().filter(|it| is_ours(deployment, it)) {
        let Some(user) = process.user.as_ref().filter(|user| user.value == "root") else {
            at_home(deployment, process, out);
            continue;
        };
        // Servers drop root by their own file as well (uWSGI's `uid`, gunicorn's `user`).
        let started = process.started.as_ref();
        if started.is_some_and(|it| it.config_file.is_some() && !it.config_read) {
            continue;
        }
        let vassal = match started.is_some_and(|it| it.watches_vassals) {
            true => match vassal_as_root(deployment) {
                Some(vassal) => Some(vassal),
                None => continue,
            },
            false => None,
        };
        // In a container root is another thing: identity/container-root.
        if deployment.view(process.view).container.is_some() {
            continue;
        }
        // What nobody wrote is to be written beside the command.
        let written = user.evidence().is_written();
        let by_systemd = deployment.unit(process).is_some();
        // The manager of a user runs what it has as that user, and a unit's text may not tell.
        if !written && by_systemd && deployment.surroundings.has_user_units {
            continue;
        }
        let command = process.declared.label("started with every right on the machine");
        let (at, also) = if written {
            (user.label("runs as root"), Some(command))
        } else {
            (process.declared.label("no user is named, so this runs as root"), None)
        };
        let finding = out.report(process, format!("`{}` runs as root", process.name), at);
        finding.because(user).help(match (written, by_systemd) {
            (true, _) => "create a user for the application, and name that one here",
            (false, true) => "create a user for the application and name it with `User=`",
            (false, false) => "create a user for the application and name it with `user=`",
        });
        finding.labels.extend(also);
        // What ends at once leaves files behind that are root's.
        if process.kind == ProcessKind::OneOff {
            finding.at_most(Severity::Warning);
        }
        if let Some(vassal) = vassal {
            finding
                .also(vassal.declared.label("nor does this give the user up"))
                .because(&vassal.declared);
        }
    }
}

/// A process of which nothing says who it is, at home with root: nobody else gets there (base-files of Debian and
/// `filesystem` of Fedora make `/root` with 0700 and 0550).
fn at_home(deployment: &Deployment, process: &Process, out: &mut Findings) {
    let is_home = |path: &str| Utf8Path::new(path).starts_with("/root");
    let cwd = process.cwd.as_ref().filter(|it| is_home(it.value.as_str())).map(|it| it.map(|_| ()));
    let program = process.started.as_ref().map(|it| &it.executable);
    let program = program.filter(|it| is_home(&it.value)).map(|it| it.map(|_| ()));
    let Some(home) = cwd.or(program).filter(|it| it.evidence().is_written()) else { return };
    if process.user.is_some() || !deployment.is_on_host(process) {
        return;
    }
    let home = home.doubt(Certainty::Likely, "`/root` may have been opened to others");
    let finding = out.report(
        process,
        format!("`{}` runs as root", process.name),
        home.label("only root gets in here"),
    );
    finding
        .because(&process.declared)
        .help("create a user for the application, and keep it in a folder of that user's");
}

/// nginx whose workers stay what its master has to be to open its ports.
fn web_servers(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for site in deployment.sites.iter().filter(|it| !it.is_template) {
        let Some(user) = site.stays_root() else { continue };
        let place = user.evidence().place();
        if said.contains(&place) {
            continue;
        }
        said.push(place);
        let finding = out.report(
            site,
            "nginx answers requests as root",
            user.label("what everybody may ask of it has every right"),
        );
        // In a container root is another thing, and in an image nobody knows of what else there is.
        if !deployment.is_on_host_view(site) || site.of_image {
            finding.at_most(Severity::Warning);
        }
        finding.help("name the user of nginx's package: `www-data` with Debian, elsewhere `nginx`");
    }
}

/// An application of an emperor that stays what that is. An emperor gives each the user that its own
/// file names, which only root can (uWSGI's documentation, "The uWSGI Emperor").
fn vassal_as_root(deployment: &Deployment) -> Option<&Process> {
    let is_vassal = |it: &&Process| {
        let is_uwsgi = |it: &Started| it.program.value == Program::Uwsgi;
        deployment.unit(it).is_none() && it.started.as_ref().is_some_and(is_uwsgi)
    };
    let mut vassals = deployment.processes.iter().filter(is_vassal);
    let gives_up = |it: &Process| it.user.as_ref().is_some_and(|user| user.value != "root");
    let first = vassals.next()?;
    (!gives_up(first) && !vassals.any(gives_up)).then_some(first)
}

/// Whether it runs the project's code: a server or a worker, or a program of Python that is kept running
/// in the folder of one. Such a program may need what only root has, where somebody wrote so.
fn is_ours(deployment: &Deployment, process: &Process) -> bool {
    let cwd = |it: &Process| it.cwd.as_ref().map(|it| it.value.clone());
    let beside = || {
        let mut apps = deployment.processes.iter().filter(|it| it.kind.is_app());
        cwd(process).is_some() && apps.any(|it| cwd(it) == cwd(process))
    };
    let is_said = || process.user.as_ref().is_some_and(|it| it.evidence().is_written());
    let is_program = process.kind == ProcessKind::Other && process.runs_python();
    let program = process.started.as_ref().map(|it| &it.program.value);
    let is_command =
        matches!(program, Some(Program::Manage(_))) && deployment.unit(process).is_some();
    process.kind.is_app() || (is_program || is_command) && !is_said() && beside()
}
