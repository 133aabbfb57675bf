//! Which files of a server take part, found without being told.
//!
//! Units that start what Django runs under, the folders that they name, the web servers'
//! configurations. Text is only skimmed for names here: to look at a file too many costs a
//! moment, and what the files mean is for the parsers to say.

use crate::host::{Host, Process};
use crate::source::{EntryKind, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// What a run begins with.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    /// Units and configurations.
    pub files: BTreeSet<Utf8PathBuf>,
    /// Folders of projects, walked.
    pub projects: BTreeSet<Utf8PathBuf>,
}

/// Where systemd looks for units, the strongest first (systemd.unit(5), "Unit File Load Path").
const UNIT_FOLDERS: &[&str] = &[
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];

/// Those of administrators. Packages bring hundreds of units that are none of ours.
const BY_HAND: usize = 3;

/// What a unit of a Django deployment names.
const SIGNS: &[&str] = &[
    "gunicorn",
    "uvicorn",
    "daphne",
    "hypercorn",
    "granian",
    "waitress",
    "uwsgi",
    "celery",
    "manage.py",
    "django",
    "DJANGO_",
];

/// Files of packages below these are no project's.
const OF_PACKAGES: &[&str] = &["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/dev", "/proc"];

const MOST_PROJECTS: usize = 16;

/// Looks for what runs Django on this machine. `asked` are folders that somebody named.
pub fn discover(tree: &mut Tree, host: &dyn Host, asked: &[Utf8PathBuf]) -> Discovered {
    let processes = host.processes().unwrap_or_default();
    let mut found = Discovered::default();
    let units = units(tree, &processes);
    let mut folders: BTreeSet<Utf8PathBuf> = asked.iter().cloned().collect();
    for unit in units.iter().filter(|unit| unit.is_sign()) {
        folders.extend(unit.folders());
    }
    for process in processes.iter().filter(|process| serves(process)) {
        folders.extend(process.directory.answer().ok().cloned());
    }
    let folders = folders.into_iter().filter(|folder| is_project(folder)).take(MOST_PROJECTS);
    for folder in folders {
        if let Some(folder) = tree.look(&folder).filter(|it| tree.is_dir(it)) {
            tree.walk_below(&folder);
            found.projects.insert(folder);
        }
    }
    let is_ours = |unit: &UnitText| {
        unit.is_sign() || found.projects.iter().any(|it| unit.text.contains(it.as_str()))
    };
    // What a timer or a socket starts names the project, and they do not.
    let ours: BTreeSet<&str> = units.iter().filter(|it| is_ours(it)).map(UnitText::stem).collect();
    for unit in &units {
        if ours.contains(unit.stem()) {
            found.files.insert(unit.path.clone());
            drop_ins(tree, &unit.path, &mut found);
        }
    }
    composed(tree, host, &mut found);
    found.files.extend(nginx(tree, &processes));
    found.files.extend(caddy(tree, &processes));
    found.files.extend(datastores(tree, &processes));
    found
}

/// The files that containers were made by, and the projects that they lie in.
fn composed(tree: &mut Tree, host: &dyn Host, found: &mut Discovered) {
    let containers = host.containers().unwrap_or_default();
    let files: BTreeSet<_> = containers.into_iter().flat_map(|it| it.files).collect();
    for file in files_of(tree, files) {
        let folder = file.parent().map(Utf8Path::to_owned).unwrap_or_default();
        if found.projects.len() < MOST_PROJECTS && is_project(&folder) {
            tree.walk_below(&folder);
            found.projects.insert(folder);
        }
        found.files.insert(file);
    }
}

/// A unit's file, skimmed.
struct UnitText {
    path: Utf8PathBuf,
    text: String,
}

impl UnitText {
    fn is_sign(&self) -> bool {
        is_sign(&self.text)
    }

    /// What a service and its socket and timer have in common.
    fn stem(&self) -> &str {
        self.path.file_stem().unwrap_or_default().trim_end_matches('@')
    }

    /// The folders that its commands start in or from.
    fn folders(&self) -> Vec<Utf8PathBuf> {
        let keys = ["WorkingDirectory", "ExecStart", "ExecStartPre", "RootDirectory"];
        let lines = self.text.replace("\\\n", " ");
        let values = lines.lines().filter_map(|line| {
            let (key, value) = line.split_once('=')?;
            keys.contains(&key.trim()).then(|| value.trim().to_owned())
        });
        let words = values.flat_map(|value| {
            value.split([' ', '\t', '=', '"', '\'', ';']).map(str::to_owned).collect::<Vec<_>>()
        });
        let paths = words.map(|word| word.trim_start_matches(['-', '@', '+', '!', ':']).to_owned());
        paths.filter(|path| path.starts_with('/')).flat_map(|path| around(&path)).collect()
    }
}

/// The folder that a path names, or those that it lies in: of `/srv/app/venv/bin/gunicorn` the
/// project's.
fn around(path: &str) -> Vec<Utf8PathBuf> {
    let path = Utf8Path::new(path);
    let parent = path.parent();
    if parent.and_then(Utf8Path::file_name) == Some("bin") {
        return parent
            .and_then(|it| it.parent()?.parent())
            .map(Utf8Path::to_owned)
            .into_iter()
            .collect();
    }
    match path.extension() {
        Some("py" | "ini" | "sock" | "socket" | "sh") => {
            parent.map(Utf8Path::to_owned).into_iter().collect()
        }
        _ => vec![path.to_owned()],
    }
}

fn is_sign(text: &str) -> bool {
    SIGNS.iter().any(|sign| text.contains(sign))
}

/// Whether a process is an application server or worker: by its name, its title, or the script
/// that Python runs.
fn serves(process: &Process) -> bool {
    let names = process.words.iter().take(3).filter_map(|word| {
        let word = word.split(' ').next().unwrap_or_default().trim_end_matches(':');
        Utf8Path::new(word).file_name()
    });
    let mut names = names.chain([process.name.as_str()]);
    process.container.is_none() && names.any(|name| SIGNS.contains(&name))
}

/// Folders that hold everybody's projects, or all of the machine.
const HOLDERS: &[&str] = &[
    "/", "/boot", "/home", "/media", "/mnt", "/opt", "/root", "/run", "/srv", "/sys", "/tmp",
    "/var", "/var/lib", "/var/log", "/var/run", "/var/www",
];

/// Whether a folder may be a project's: not one of packages, and not one that holds everything.
fn is_project(folder: &Utf8Path) -> bool {
    !HOLDERS.contains(&folder.as_str()) && !OF_PACKAGES.iter().any(|of| folder.starts_with(of))
}

/// The units of administrators, and those of packages that a process of interest belongs to.
fn units(tree: &mut Tree, processes: &[Process]) -> Vec<UnitText> {
    let of_process = |name: &str| {
        let mut of = processes.iter().filter(|it| it.unit.as_deref() == Some(name));
        of.any(serves)
    };
    let mut units = Vec::new();
    for (strength, folder) in UNIT_FOLDERS.iter().enumerate() {
        let Some(folder) = tree.list(Utf8Path::new(folder)) else { continue };
        let is_file = |kind: &EntryKind| matches!(kind, EntryKind::File { .. });
        let files = tree.children(&folder).filter(|(_, entry)| is_file(&entry.kind));
        let paths = files.map(|(path, _)| path.clone()).filter(|path| {
            let is_unit = matches!(path.extension(), Some("service" | "socket" | "timer" | "path"));
            let name = path.file_name().unwrap_or_default();
            is_unit && !name.starts_with("snap.") && (strength < BY_HAND || of_process(name))
        });
        let paths: Vec<_> = paths.collect();
        for file in tree.read(&paths).into_iter().flatten() {
            let name = file.path.file_name().unwrap_or_default();
            // A stronger folder's file of the same name hides it.
            if !units.iter().any(|it: &UnitText| it.path.file_name() == Some(name)) {
                let text = String::from_utf8_lossy(&file.bytes).into_owned();
                units.push(UnitText { path: file.path, text });
            }
        }
    }
    units
}

fn drop_ins(tree: &mut Tree, unit: &Utf8Path, found: &mut Discovered) {
    let folder = Utf8PathBuf::from(format!("{unit}.d"));
    let Some(folder) = tree.list(&folder) else { return };
    let files = tree.children(&folder).filter(|(path, _)| path.extension() == Some("conf"));
    found.files.extend(files.map(|(path, _)| path.clone()));
}

/// The configuration of the nginx that runs, or else the one of the package.
fn nginx(tree: &mut Tree, processes: &[Process]) -> BTreeSet<Utf8PathBuf> {
    let masters = processes.iter().filter(|process| {
        let title = process.words.join(" ");
        process.container.is_none() && process.name == "nginx" && !title.contains("worker process")
    });
    let mut configured: BTreeSet<Utf8PathBuf> = masters
        .filter_map(|process| {
            let title = process.words.join(" ");
            let words: Vec<&str> = title.split_ascii_whitespace().collect();
            let after = |flag: &str| {
                let at = words.iter().position(|word| *word == flag)?;
                words.get(at + 1).copied()
            };
            let file = Utf8Path::new(after("-c")?);
            let prefix = after("-p").map(Utf8PathBuf::from).unwrap_or_default();
            Some(prefix.join(file)).filter(|file| file.is_absolute())
        })
        .collect();
    if configured.is_empty() {
        configured.insert("/etc/nginx/nginx.conf".into());
    }
    let found = files_of(tree, configured);
    if !found.is_empty() {
        return found;
    }
    // A copy of a server may hold nothing but its sites.
    let folders =
        ["sites-enabled", "conf.d", "sites-available"].map(|it| format!("/etc/nginx/{it}"));
    let sites = folders.iter().map(|folder| names_of(tree, Utf8Path::new(folder)));
    let sites = sites.collect::<Vec<_>>().into_iter().find(|names| !names.is_empty());
    files_of(tree, sites.unwrap_or_default())
}

fn names_of(tree: &mut Tree, folder: &Utf8Path) -> BTreeSet<Utf8PathBuf> {
    let Some(folder) = tree.list(folder) else { return BTreeSet::new() };
    tree.children(&folder).map(|(path, _)| path.clone()).collect()
}

fn caddy(tree: &mut Tree, processes: &[Process]) -> BTreeSet<Utf8PathBuf> {
    let running = processes.iter().filter(|it| it.container.is_none() && it.name == "caddy");
    let mut configured: BTreeSet<Utf8PathBuf> = running
        .filter_map(|process| {
            let mut words = process.words.iter().skip_while(|word| *word != "--config");
            Some(Utf8PathBuf::from(words.nth(1)?)).filter(|file| file.is_absolute())
        })
        .collect();
    if configured.is_empty() {
        configured.insert("/etc/caddy/Caddyfile".into());
    }
    files_of(tree, configured)
}

/// What Debian's Redis and PostgreSQL read, unless it is seen that none of them runs here.
fn datastores(tree: &mut Tree, processes: &[Process]) -> BTreeSet<Utf8PathBuf> {
    let runs = |program: &str| {
        let mut own = processes.iter().filter(|it| it.container.is_none());
        processes.is_empty() || own.any(|it| it.name == program)
    };
    let mut files = BTreeSet::new();
    if runs("redis-server") {
        files.insert("/etc/redis/redis.conf".into());
    }
    if runs("postgres") {
        for version in names_of(tree, Utf8Path::new("/etc/postgresql")) {
            for cluster in names_of(tree, &version) {
                files.extend(["postgresql.conf", "pg_hba.conf"].map(|name| cluster.join(name)));
                files.extend(names_of(tree, &cluster.join("conf.d")));
            }
        }
    }
    files_of(tree, files)
}

fn files_of(tree: &mut Tree, paths: BTreeSet<Utf8PathBuf>) -> BTreeSet<Utf8PathBuf> {
    let found: Vec<_> = paths.iter().filter_map(|path| tree.look(path)).collect();
    found.into_iter().filter(|path| tree.is_file(path)).collect()
}
