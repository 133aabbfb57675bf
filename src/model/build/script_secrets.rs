//! Passwords that scripts, workflows and supervisord's files write out.

use crate::fact::{Certainty, Fact};
use crate::model::build::named_stage::is_of_no_server;
use crate::model::build::told::recipe;
use crate::model::build::{developers_way, exported, fabric, initdb, superusers};
use crate::model::command::Started;
use crate::model::{Deployment, Files, Kind, Mount, Read, ScriptSecret, Stage, Storage, scripted};
use crate::source::{Place, Spanned, command_at, has_word};
use crate::syntax;
use camino::Utf8Path;

/// What is for tests makes up its own, and so do developers' services.
pub(super) fn script_secrets(files: &Files, deployments: &[Deployment]) -> Vec<ScriptSecret> {
    let kinds = [Kind::Shell, Kind::Workflow, Kind::Makefile, Kind::Supervisor];
    let mut found = Vec::new();
    for read in kinds.into_iter().flat_map(|kind| files.of(kind)) {
        let below = files.from_root(read.path).1;
        if is_of_no_server(below) {
            continue;
        }
        let mut passwords = syntax::passwords(read.parsed.kind(), read.id, read.text);
        let is_new =
            |it: &Spanned<&str>| passwords.iter().all(|known| !known.place.nests_with(it.place));
        let exported: Vec<_> = exported::secrets(read).into_iter().filter(is_new).collect();
        passwords.extend(exported);
        passwords.retain(|it| {
            !is_of_runner(read, it)
                && !is_given_to_developers(read, it, deployments)
                && !is_for_an_empty_file(read, it)
        });
        // What takes longer, of the few scripts that have any.
        if !passwords.is_empty()
            && !is_mounted_for_developers(files, read.path, deployments)
            && !is_started_for_developers(read, deployments)
            && !is_of_vagrant(files, read)
        {
            let secrets = passwords.into_iter().map(|it| Fact::at(it.value, it.place));
            let is_never_run = is_entrypoint_of_nothing(files, read.path);
            let never_run = is_never_run.then_some("nothing in view starts the script");
            found.extend(secrets.map(
                |it| match never_run.or_else(|| of_local_network(read, &it)) {
                    Some(why) => it.doubt(Certainty::Likely, why),
                    None => typed(read, it),
                },
            ));
        }
    }
    found.extend(exported::of_uwsgi(files));
    found.extend(fabric::passwords(files));
    found.extend(superusers::passwords(files, deployments));
    let started = superusers::at_start(files, deployments);
    let further = started.into_iter().chain(initdb::passwords(files, deployments));
    for secret in further {
        let is_it = |it: &Fact<&'static str>| {
            let both = it.evidence().place().zip(secret.evidence().place());
            both.is_some_and(|(a, b)| a.nests_with(b))
        };
        if !found.iter().any(is_it) {
            found.push(secret);
        }
    }
    let is_for_developers = |it: &Fact<&'static str>| {
        let place = it.evidence().place();
        place.is_some_and(|place| developers_way::leads_to(files.read(place.file), place))
    };
    found.retain(|it| !is_for_developers(it));
    told_apart(files, found)
}

/// A target of a Makefile is typed by somebody, mostly a developer.
fn typed(read: Read<'_>, command: Fact<&'static str>) -> Fact<&'static str> {
    match read.parsed.kind() == Kind::Makefile {
        true => command.doubt(Certainty::Likely, "a target of a Makefile may be for developers"),
        false => command,
    }
}

/// Whether a script is called after what a container starts, and no container does.
fn is_entrypoint_of_nothing(files: &Files, path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let kinds = [Kind::Dockerfile, Kind::Compose, Kind::Text].into_iter();
    let others = kinds.flat_map(|kind| files.of(kind)).chain(scripted::lists(files));
    name.contains("entrypoint") && !others.into_iter().any(|it| it.path != path && it.has(name))
}

/// Why a token may be for trials: it is sent to a host that only a local network has (RFC 6762, section 3;
/// RFC 6761, section 6.2).
fn of_local_network(read: Read<'_>, command: &Fact<&'static str>) -> Option<&'static str> {
    let place = command.evidence().place()?;
    let urls = command_at(read.text, place.span.start as usize).split("://").skip(1);
    let ends = |it: char| it.is_whitespace() || "/:\"'\\".contains(it);
    let mut hosts = urls.map(|it| it.split(ends).next().unwrap_or_default()).peekable();
    hosts.peek()?;
    let are_local = hosts.all(|it| it.ends_with(".local") || it.ends_with(".test"));
    are_local.then_some("only a local network has the host that it is sent to")
}

/// Which of them are the same password, without the text of any.
fn told_apart(files: &Files, found: Vec<Fact<&'static str>>) -> Vec<ScriptSecret> {
    let mut texts: Vec<&str> = Vec::new();
    let each = found.into_iter().map(|command| {
        let of = |place: Place| files.read(place.file).text.get(place.span.range());
        let text = command.evidence().place().and_then(of).unwrap_or_default();
        let which = texts.iter().position(|it| *it == text).unwrap_or_else(|| {
            texts.push(text);
            texts.len() - 1
        });
        ScriptSecret { command, which }
    });
    each.collect()
}

/// Whether a command is run in a container of developers, who have the password in their compose file.
fn is_given_to_developers(
    read: Read<'_>,
    password: &Spanned<&str>,
    deployments: &[Deployment],
) -> bool {
    let before = &read.text[..password.place.span.start as usize];
    let line = before.lines().last().unwrap_or_default();
    let mut words = line.split_whitespace();
    if !line.contains("docker") || !words.by_ref().any(|it| it == "exec") {
        return false;
    }
    let holders = |word: &str| -> Vec<&Deployment> {
        let has = |it: &&Deployment| {
            it.compose.as_ref().is_some_and(|it| it.answering_to(word).is_some())
        };
        deployments.iter().filter(has).collect()
    };
    let container = words.map(holders).find(|it| !it.is_empty());
    container.is_some_and(are_for_developers)
}

/// Whether a recipe of a Makefile deletes the file that is the database before it gives a password: that is
/// how developers begin again.
fn is_for_an_empty_file(read: Read<'_>, password: &Spanned<&str>) -> bool {
    let empties = |line: &str| line.contains("sqlite3") && line.contains("rm ");
    read.parsed.kind() == Kind::Makefile
        && recipe(read.text, password.place.span.start as usize).lines().any(empties)
}

/// Whether a step of a workflow makes a user of the database that its runner has: GitHub's runners are
/// made for one job and thrown away (GitHub's documentation, "GitHub-hosted runners"). What is given to a
/// `script:` runs on another machine, as does what a step sends by ssh.
fn is_of_runner(read: Read<'_>, password: &Spanned<&str>) -> bool {
    let lines = || read.text[..password.place.span.end as usize].lines();
    let step = |line: &str| {
        let key = line.trim_start_matches([' ', '-']);
        key.starts_with("run:") || key.starts_with("script:")
    };
    let Some(first) = lines().enumerate().filter(|(_, it)| step(it)).map(|(at, _)| at).last()
    else {
        return false;
    };
    let mut commands = lines().skip(first);
    // The user `postgres` asks the server of its own machine.
    let is_by_postgres = password.value == "psql"
        && lines().last().is_some_and(|it| it.contains("-u postgres psql") && !it.contains(" -h"));
    let is_by_mysql = password.value == "mysql" && {
        let call = lines().skip(first).filter(|it| it.contains("mysql ")).last();
        call.is_some_and(asks_own_machine)
    };
    read.parsed.kind() == Kind::Workflow
        && (password.value == "CREATE USER" || is_by_postgres || is_by_mysql)
        && !read.has("self-hosted")
        && !lines().nth(first).is_some_and(|it| it.contains("script:"))
        && !commands.any(|it| it.contains("ssh "))
}

/// Whether a client of MySQL is called without a host, or with that of its own machine.
fn asks_own_machine(call: &str) -> bool {
    let named = call.split_once(" -h").or_else(|| call.split_once(" --host"));
    let host = named.map(|(_, it)| it.trim_start_matches([' ', '=']));
    host.is_none_or(|it| it.starts_with("127.0.0.1") || it.starts_with("localhost"))
}

/// Whether a Vagrantfile names a script, and no guide and no other script does: it sets up a machine of
/// a developer's. So does one with the user or the folder of such a machine in a command, where there is one.
fn is_of_vagrant(files: &Files, read: Read<'_>) -> bool {
    let name = read.path.file_name().unwrap_or_default();
    let names = |it: &Read<'_>| it.path != read.path && it.has(name);
    let called = |name: &str| files.named(name).iter().filter_map(|it| files.find(it).read());
    let told =
        || files.documents().into_iter().chain(scripted::lists(files)).chain(called("README"));
    let commands = || read.text.lines().filter(|it| !it.trim_start().starts_with('#'));
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    let has_its_user = |line: &str| has_word(line, "vagrant", is_part);
    called("Vagrantfile").next().is_some() && commands().any(has_its_user)
        || called("Vagrantfile").any(|it| names(&it)) && !told().any(|it| names(&it))
}

/// Whether only services for developers have a file among what they mount. Who mounts the folder of a
/// project means its code, and not each script that lies beside `manage.py`.
fn is_mounted_for_developers(files: &Files, path: &Utf8Path, deployments: &[Deployment]) -> bool {
    let has_project =
        |folder: &Utf8Path| files.files_named("manage.py").any(|it| it.starts_with(folder));
    let means_it = |mount: &Mount| match &mount.from {
        Storage::Checkout(from) => path == from || !has_project(from),
        _ => false,
    };
    let mounts = |it: &&Deployment| {
        let views = it.services().into_iter().map(|(_, process, _)| it.view(process.view));
        views.into_iter().any(|view| view.mounts_of(path).any(means_it))
    };
    are_for_developers(deployments.iter().filter(mounts))
}

/// Whether containers for developers are the only ones that a script is seen to run in, as those have it
/// whose image takes it for an entrypoint of its own.
fn is_started_for_developers(read: Read<'_>, deployments: &[Deployment]) -> bool {
    let is_in_it =
        |it: &Started| it.program.evidence().place().is_some_and(|place| place.file == read.id);
    let starts = |it: &&Deployment| {
        let steps = it.containers.iter().flat_map(|it| &it.steps).map(|it| &it.started);
        steps.chain(it.processes.iter().filter_map(|it| it.started.as_ref())).any(is_in_it)
    };
    are_for_developers(deployments.iter().filter(starts))
}

/// Whether there are some, and none for anybody else.
fn are_for_developers<'d>(deployments: impl IntoIterator<Item = &'d Deployment>) -> bool {
    let mut stages = deployments.into_iter().map(|it| it.stage.value).peekable();
    stages.peek().is_some() && stages.all(|it| it == Stage::Development)
}
