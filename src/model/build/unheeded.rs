//! Deploy scripts that go on after their migrations failed, and start what serves the site.

use crate::fact::{Environment, Fact};
use crate::model::build::host::SERVERS;
use crate::model::build::main_step;
use crate::model::build::named_stage::is_of_developers;
use crate::model::command::Step;
use crate::model::{Files, Kind, Read, Restart, UnheededMigration};
use crate::source::Place;
use crate::syntax::shell::evaluate::{Argument, OnFailure};
use crate::syntax::spliced::Spliced;
use camino::Utf8Path;

/// The first of the tree's scripts, by path, that does so.
pub(super) fn unheeded(files: &Files) -> Option<UnheededMigration> {
    let deploys = |read: &Read<'_>| {
        read.has("migrate")
            && STARTERS.iter().any(|(program, _)| read.has(program))
            && !is_of_developers(read.path)
            && !FIRST_TIME.iter().any(|it| read.has(it))
    };
    files.of(Kind::Shell).into_iter().filter(deploys).find_map(|read| in_script(files, read))
}

/// What is done once, where a machine is set up: nothing runs there that had older tables.
const FIRST_TIME: [&str; 3] = ["CREATE DATABASE", "CREATE USER", "createdb "];

/// Programs that start a service again, and the words that have them do it.
const STARTERS: [(&str, &[&str]); 3] = [
    ("systemctl", &["restart", "start", "reload", "reload-or-restart", "try-restart"]),
    ("supervisorctl", &["restart", "start", "reload", "update"]),
    ("service", &["restart", "start", "reload"]),
];

/// What takes requests for others, and runs on.
const PROXIES: [&str; 2] = ["nginx", "caddy"];

/// What may run Python itself (mod_wsgi), or take requests for what does.
const APACHE: [&str; 2] = ["apache2", "httpd"];

fn in_script(files: &Files, read: Read<'_>) -> Option<UnheededMigration> {
    let place = Place::new(read.id, 0, 0);
    let name = Utf8Path::new("/").join(read.path.file_name()?);
    let words = ["bash", name.as_str()].map(|it| Argument::new(Spliced::new(it, place)));
    let own = |path: &Utf8Path| (path == name).then(|| read.path.to_owned());
    let steps = main_step::steps(files, &words, &Environment::unseen("who runs it"), None, &own);
    let is_own = |step: &Step| step.place.file == read.id;
    let migrates = |step: &Step| step.is_manage("migrate") && !step.apart && !step.optional;
    let (at, step) = steps.iter().enumerate().find(|(_, it)| migrates(it) && is_own(it))?;
    let (from, answer) = match step.on_failure {
        OnFailure::Stops | OnFailure::Tries(_) | OnFailure::Tested => return None,
        OnFailure::Skips(to) => (to, None),
        OnFailure::GoesOn(place) => (at + 1, place.map(|it| Fact::at((), it))),
    };
    // Apache has the code itself, unless another server does.
    let has_server = SERVERS.iter().any(|it| read.has(it));
    let starts =
        |step: &Step| starts_again(step) && !(has_server && names(step, &APACHE)) && is_own(step);
    let starting = steps.get(from..)?.iter().filter(|it| starts(it));
    let restart = |it: &Step| Restart { at: Fact::at((), it.place), services: services(it) };
    let restarts: Vec<Restart> = starting.map(restart).collect();
    let migrates = step.started.program.map(|_| ());
    (!restarts.is_empty()).then_some(UnheededMigration { migrates, restarts, answer })
}

/// What it starts again: `sudo systemctl restart shop celery.service`.
fn services(step: &Step) -> Vec<String> {
    let words = step.started.words.iter().map(|it| it.value.as_str());
    let is_word_of =
        |word: &str| STARTERS.iter().any(|(name, all)| *name == word || all.contains(&word));
    let names = words.filter(|it| !it.starts_with('-') && !it.contains('/') && !is_word_of(it));
    names.filter(|it| !matches!(*it, "sudo" | "all")).map(str::to_owned).collect()
}

/// Whether it has the machine start what serves the site, or its tasks, and not what stands before it.
fn starts_again(step: &Step) -> bool {
    let program = step.program_name();
    let is_said =
        |all: &[&str]| step.started.words.iter().any(|it| all.contains(&it.value.as_str()));
    !names(step, &PROXIES) && STARTERS.iter().any(|(name, all)| *name == program && is_said(all))
}

/// Whether a step speaks of one of these services.
fn names(step: &Step, services: &[&str]) -> bool {
    let mut words = step.started.words.iter();
    words.any(|word| services.iter().any(|it| word.value.contains(it)))
}
