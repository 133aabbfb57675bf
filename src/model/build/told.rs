//! Which steps of a deployment the tree tells of, beside what starts by itself.

use crate::fact::secret::is_placeholder;
use crate::model::build::documents::has_servers;
use crate::model::build::host::SERVERS;
use crate::model::build::migration_files::{migrations, unmigrated};
use crate::model::build::named_stage::stage_of;
use crate::model::build::refused_options::refused_options;
use crate::model::build::script_functions::has_part;
use crate::model::build::unheeded;
use crate::model::scripted;
use crate::model::{Files, Found, Kind, Read, Stage, Told};
use crate::source::{Place, file_name, lines_with};
use camino::Utf8PathBuf;
use rayon::iter::{
    IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator,
};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

const CELERY: &str = "celery";
const CREATES_DATABASE: &str = "create database";
const CREATES_USER: [&str; 2] = ["create user", "create role"];

/// What the tree tells of, builds of images aside.
pub(super) fn told(files: &Files) -> Told {
    let read = scripted::lists(files);
    let tells = |command: &str| read.iter().any(|read| says(read.text, command));
    let creates_users = || {
        let has_words = |it: &Read<'_>| CREATES_USER.iter().any(|words| has(files, it, words));
        tells("createuser") || read.iter().any(has_words)
    };
    let creates_databases = || {
        creates_databases(files, &read)
            || guides(files).iter().any(|it| has(files, it, CREATES_DATABASE))
    };
    // The longest of them, side by side: each goes through all the texts.
    let (on_celery, (creates_users, (creates_databases, unheeded_migration))) = rayon::join(
        || lines_on_celery(files, &read),
        || {
            rayon::join(creates_users, || {
                rayon::join(creates_databases, || unheeded::unheeded(files))
            })
        },
    );
    let says_one = |line: &str, words: &[&str]| words.iter().any(|it| line.contains(it));
    let scripts = scripts(files, &read);
    // A compose file's beat is another deployment's.
    let mut on_machines = on_celery.iter().filter(|(kind, _)| *kind != Kind::Compose);
    Told {
        starts_workers: has_file_for_workers(files)
            || on_celery.iter().any(|(_, line)| says_one(line, &["worker", "multi"])),
        starts_beat: on_machines.any(|(_, line)| says_one(line, &["beat"])),
        drops_default_site: scripts.iter().any(|it| drops_default_site(it)),
        refused: refused(&scripts),
        refused_options: refused_options(files),
        creates_users,
        collects: tells("collectstatic") || tells_on_windows(files, "collectstatic"),
        collects_heeded: read.iter().any(|read| says_heeded(read.text, "collectstatic")),
        migrates: tells("migrate"),
        drops_volumes: scripts.iter().any(|it| {
            let is_list = it.parsed.kind() != Kind::Makefile;
            is_list && DROPS_VOLUMES.iter().any(|words| says(it.text, words))
        }),
        brings: brings(&scripts),
        unheeded_migration,
        makes_migrations: makes_migrations(&scripts),
        gives_away: GIVES_AWAY.into_iter().any(tells),
        given_away: given_away(&read),
        migrations: migrations(files, &read),
        unmigrated: unmigrated(files),
        creates_databases,
    }
}

/// Whether a script for Windows runs a command of manage.py: a server's containers may well be asked from
/// there.
fn tells_on_windows(files: &Files, command: &str) -> bool {
    let scripts: Vec<Found> =
        files.ending_in(&["ps1", "bat", "cmd"]).into_iter().map(|it| files.skim(it)).collect();
    scripts.iter().any(|it| match it {
        Found::Read(read) => says(read.text, command),
        Found::Wanted | Found::Folder | Found::Absent => false,
    })
}

const DROPS_VOLUMES: [&str; 4] = ["volume rm", "volume prune", "down -v", "down --volumes"];

/// What changes who may write to files.
const GIVES_AWAY: [&str; 3] = ["chown", "setfacl", "chmod"];

fn given_away(read: &[Read<'_>]) -> Vec<String> {
    let giving = read.iter().filter(|it| GIVES_AWAY.iter().any(|word| it.has(word)));
    let lines = giving.flat_map(|it| it.text.lines());
    let gives = |line: &&str| GIVES_AWAY.iter().any(|it| says(line, it));
    lines.filter(gives).map(str::to_owned).collect()
}

/// Where a list of commands takes a new version of the code, and starts what runs it.
fn brings(scripts: &[Read<'_>]) -> Option<Place> {
    const STARTS: [&str; 4] = ["restart", "systemctl start", "systemctl reload", "supervisorctl"];
    let mut starting =
        scripts.iter().copied().filter(|read| STARTS.iter().any(|it| says(read.text, it)));
    starting.find_map(|read| TAKES.iter().find_map(|it| runs_at(read, it).next()))
}

/// Where a script makes migrations that takes a new version of the code, and starts what runs it, or
/// sets a server up.
fn makes_migrations(scripts: &[Read<'_>]) -> Option<Place> {
    const STARTS: [&str; 6] =
        ["restart", "systemctl start", "supervisorctl", " up -d", " up --build", " up --detach"];
    const LOOKS: [&str; 3] = ["--check", "--dry-run", " -n "];
    let mut deploying = scripts.iter().copied().filter(|read| {
        let starts = STARTS.iter().any(|it| says(read.text, it));
        let has_looked = |line: &str| LOOKS.iter().any(|it| line.contains(it));
        let mut lines = lines_with(read.text, "makemigrations");
        let pulls = match read.parsed.kind() {
            Kind::Makefile => {
                let at = read.text.find("makemigrations");
                at.is_some_and(|it| recipe(read.text, it).contains("git pull"))
            }
            Kind::Workflow => read.has("git pull") || by_ssh(read.text).contains("makemigrations"),
            _ => read.has("git pull"),
        };
        // A script that sets the whole server up, with its web server, or starts its unit again.
        let sets_up = || {
            let serves = says(read.text, "gunicorn") || says(read.text, "uwsgi");
            let sees_to_nginx = says(read.text, "nginx") && (starts || serves);
            read.parsed.kind() == Kind::Shell && (sees_to_nginx || starts_server(read.text))
        };
        let deploys = pulls && starts || sets_up();
        let is_for_developers =
            read.path.file_name().and_then(stage_of) == Some(Stage::Development);
        deploys && !is_for_developers && !says(read.text, "runserver") && !lines.any(has_looked)
    });
    deploying.find_map(|read| {
        let mut found = runs_at(read, "makemigrations");
        match read.parsed.kind() {
            // A job that tests makes them as well.
            Kind::Workflow => found.last(),
            Kind::Shell => {
                found.find(|it| starts_server(read.text) || has_part(read, *it, "git pull"))
            }
            _ => found.next(),
        }
    })
}

/// Whether a line of a script has systemd start the unit of a server: `sudo systemctl restart gunicorn`.
fn starts_server(text: &str) -> bool {
    lines_with(text, "systemctl").any(|line| {
        let mut words = line.split_whitespace();
        let is_run = !is_told(line.trim_start());
        is_run
            && words.any(|it| it == "systemctl")
            && words.any(|it| matches!(it, "start" | "restart" | "reload"))
            && words.any(|it| SERVERS.contains(&it.strip_suffix(".service").unwrap_or(it)))
    })
}

/// What a pipeline does behind the step that leads to a server, where images bring the new version.
fn by_ssh(text: &str) -> &str {
    let leads = text.find("ssh-action").or_else(|| text.find("ssh "));
    leads.map_or("", |at| &text[at..])
}

/// The lines of a Makefile's recipe around a place: each target is asked for by itself.
pub(super) fn recipe(text: &str, at: usize) -> &str {
    &text[recipe_at(text, at)]
}

/// Where they are, with the line of the target.
pub(super) fn recipe_at(text: &str, at: usize) -> Range<usize> {
    let is_head = |line: &str| line.starts_with(|it: char| !it.is_whitespace() && it != '#');
    let mut begin = 0;
    let mut end = text.len();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if is_head(line) && offset <= at {
            begin = offset;
        } else if is_head(line) {
            end = offset;
            break;
        }
        offset += line.len();
    }
    begin..end
}

/// What brings a new version of the code, or what it needs.
const TAKES: [&str; 2] = ["git pull", "git fetch"];

/// The scripts among what lists commands, by their paths.
fn scripts<'a>(files: &Files<'a>, lists: &[Read<'a>]) -> Vec<Read<'a>> {
    let is_script = |read: &Read<'_>| {
        matches!(read.parsed.kind(), Kind::Shell | Kind::Workflow | Kind::Makefile)
    };
    let of_lists = lists.iter().copied().filter(is_script);
    let mut scripts: Vec<Read<'a>> = of_lists.chain(scripted::deploying(files)).collect();
    scripts.sort_by_key(|it| it.path);
    scripts
}

/// `rm -f /etc/nginx/sites-enabled/default`.
fn drops_default_site(script: &Read<'_>) -> bool {
    let drops = |line: &str| {
        let mut words = line.split_whitespace();
        words.any(|it| matches!(it, "rm" | "unlink"))
            && words.any(|it| it.ends_with("/sites-enabled/default"))
    };
    let mut lines = script.text.lines().filter(|it| !it.trim_start().starts_with('#'));
    script.has("sites-enabled/default") && lines.any(drops)
}

/// `if [ "$SECRET_KEY" = "CHANGE_ME" ]`, `if grep -q CHANGE_ME .env`, in a script that can stop.
fn refused(scripts: &[Read<'_>]) -> BTreeSet<String> {
    let stops = |it: &&Read<'_>| it.parsed.kind() == Kind::Shell && it.has("exit");
    let asks = |line: &&str| {
        let bare = line.trim_start();
        (bare.starts_with("if ") || bare.starts_with("[") || bare.starts_with("grep "))
            && ["==", " = ", "grep "].iter().any(|it| line.contains(it))
    };
    let lines = scripts.iter().filter(stops).flat_map(|it| it.text.lines()).filter(asks);
    let words = lines.flat_map(|line| line.split_whitespace());
    let bare = words.map(|it| it.trim_matches(['"', '\'', ';', ']']));
    bare.filter(|it| is_placeholder(it)).map(str::to_owned).collect()
}

/// Where a script runs these words, and tells nobody of them.
fn runs_at<'a>(read: Read<'a>, words: &'a str) -> impl Iterator<Item = Place> + 'a {
    let found = read.text.match_indices(words);
    let is_part_of_name = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
    // `shop-makemigrations` is what a script calls something.
    let is_name = move |at: usize| {
        let before = read.text[..at].chars().next_back();
        is_part_of_name(before)
            || before == Some('-')
            || is_part_of_name(read.text[at + words.len()..].chars().next())
    };
    // What a script is asked for: `makemigrations)`.
    let is_choice = move |at: usize| {
        let behind = &read.text[at + words.len()..];
        line_before(read.text, at).is_empty() && behind.starts_with([')', '|'])
    };
    let run = found.filter(move |(at, _)| {
        !is_name(*at) && !is_choice(*at) && !is_told(line_before(read.text, *at))
    });
    run.map(move |(at, _)| Place::new(read.id, at, at + words.len()))
}

fn line_before(text: &str, at: usize) -> &str {
    text[..at].rsplit('\n').next().unwrap_or_default().trim_start()
}

/// Whether a line that begins so runs nothing, and is there for whoever reads it.
pub(super) fn is_told(line: &str) -> bool {
    line.starts_with('#') || line.contains("echo ") || line.starts_with("printf ")
}

/// Asks for what [`told`] would ask for at its end.
pub(super) fn want(files: &Files) {
    if !creates_databases(files, &scripted::lists(files)) {
        let _ = guides(files);
    }
}

/// Whether some list of commands makes a database.
fn creates_databases(files: &Files, lists: &[Read<'_>]) -> bool {
    // `sqlcreate` prints what makes one (django-extensions).
    let says_so = |it: &Read<'_>| ["createdb", "sqlcreate"].iter().any(|word| says(it.text, word));
    lists.par_iter().any(|it| says_so(it) || has(files, it, CREATES_DATABASE))
}

/// What somebody reads first who sets the project up.
fn guides<'a>(files: &Files<'a>) -> Vec<Read<'a>> {
    let names = ["README.md", "readme.md", "README.rst", "README"];
    let paths = files.tree.roots().iter().flat_map(|root| names.map(|name| root.join(name)));
    let found = paths.map(|path| files.find(&path)).collect::<Vec<_>>().into_iter();
    found.filter_map(Found::read).collect()
}

/// The lines, in small letters, in which a command or a sentence has Celery: `celery -A shop worker`,
/// of those lists of commands and documents that would say how it is started.
fn lines_on_celery(files: &Files, lists: &[Read<'_>]) -> Vec<(Kind, String)> {
    let servers = if has_servers(files) { files.documents() } else { Vec::new() };
    let texts = lists.iter().copied().chain(servers).chain(files.of(Kind::Text));
    let mut seen = BTreeSet::new();
    // What images and git leave out names the files of beat, `celerybeat-schedule`.
    let texts = texts.filter(|it| {
        let leaves_out = it.path.as_str().ends_with("ignore");
        !leaves_out && it.parsed.kind() != Kind::Requirements && seen.insert(it.id)
    });
    let texts: Vec<_> = texts.collect();
    let small = |read: &Read<'_>| files.in_small_letters(read.id);
    let on_celery = texts.into_par_iter().with_max_len(1).filter(|it| has(files, it, CELERY));
    let lines = on_celery.flat_map_iter(|read| {
        let joined = match read.has("\\\n") {
            true => Cow::Owned(small(&read).replace("\\\n", " ")),
            false => Cow::Borrowed(small(&read)),
        };
        // The application of that name runs in the site.
        let lines = lines_with(&joined, CELERY);
        let lines =
            lines.map(|it| it.replace("django-celery-beat", "").replace("django_celery_beat", ""));
        let lines = lines.filter(|line| line.contains(CELERY));
        lines.map(|line| (read.parsed.kind(), line)).collect::<Vec<_>>()
    });
    lines.collect()
}

/// Whether a file is called after Celery that is no code, be it only of variables for a unit.
fn has_file_for_workers(files: &Files) -> bool {
    let is_one = |path: &Utf8PathBuf| {
        let name = file_name(path).unwrap_or_default();
        name.contains("celery") && !name.contains("beat") && path.extension() != Some("py")
    };
    files.tree.files().any(is_one)
}

/// Whether a text has these words, in whatever case.
fn has(files: &Files, read: &Read<'_>, words: &str) -> bool {
    files.in_small_letters(read.id).contains(words)
}

/// Whether a command stands anywhere without another that would take its failure for a success. What
/// is told whoever watches runs nothing.
fn says_heeded(text: &str, command: &str) -> bool {
    let told = ["#", "echo ", "- name:", "printf "];
    let lines =
        text.lines().filter(|it| !told.iter().any(|told| it.trim_start().starts_with(told)));
    let mut behind = lines.filter_map(|line| line.split_once(command));
    behind.any(|(_, behind)| !behind.contains("||"))
}

/// Whether a command stands anywhere but in a comment.
pub(super) fn says(text: &str, command: &str) -> bool {
    let line = |at: usize| text[..at].rsplit('\n').next().unwrap_or_default().trim_start();
    // Whether it is there at all is seen much faster than where.
    text.contains(command) && text.match_indices(command).any(|(at, _)| !line(at).starts_with('#'))
}
