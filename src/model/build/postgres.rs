//! PostgreSQL servers, where their configuration is in the tree.

use crate::fact::{Fact, Origin};
use crate::model::command::Program;
use crate::model::image::Flavour;
use crate::model::{Files, Found, Kind, PostgresServer, Process};
use crate::source::Place;
use camino::{Utf8Path, Utf8PathBuf};

/// The machine's own, in a copy of its folders: `/etc/postgresql/16/main` as Debian has it, and
/// `/var/lib/pgsql/data`.
pub(super) fn of_host(files: &Files) -> Vec<PostgresServer> {
    let installed = |folder: &Utf8Path| {
        let path = folder.as_str();
        path.contains("etc/postgresql/") || path.contains("var/lib/pgsql/")
    };
    let read = files.of(Kind::Postgres).into_iter();
    let mut folders: Vec<&Utf8Path> = read.filter_map(|it| it.path.parent()).collect();
    folders.dedup();
    let folders = folders.into_iter().filter(|folder| {
        let is_conf_d = folder.file_name() == Some("conf.d");
        installed(folder) && !is_conf_d
    });
    folders.map(|folder| of_folder(files, folder)).collect()
}

fn of_folder(files: &Files, folder: &Utf8Path) -> PostgresServer {
    let mut server = PostgresServer::default();
    if let Found::Read(main) = files.find(&folder.join("postgresql.conf")) {
        let included = |named: &str| {
            let paths = children(files, &folder.join(named)).into_iter();
            let found = paths.filter_map(|path| match files.find(&path) {
                Found::Read(read) => Some((read.id, read.text)),
                Found::Wanted | Found::Folder | Found::Absent => None,
            });
            found.collect()
        };
        server.read_settings((main.id, main.text), &included);
        let elsewhere = ["include", "include_if_exists"].iter().any(|it| server.get(it).is_some());
        // Without a word it is for its own machine (20.3.1).
        let within = Place::new(main.id, 0, 0);
        let own = Fact::new("localhost".to_owned(), Origin::Absent { within });
        server.default = (!elsewhere).then_some(own);
    }
    if let Found::Read(read) = files.find(&folder.join("pg_hba.conf")) {
        server.read_records(read.id, read.text);
    }
    server
}

/// What an `include_dir` brings: names that end in `.conf`, in order (20.1.5).
fn children(files: &Files, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let paths = files.tree.files().filter(|path| path.parent() == Some(folder));
    let mut paths: Vec<_> = paths.map(ToOwned::to_owned).collect();
    paths.retain(|path| path.extension() == Some("conf"));
    paths.sort();
    paths
}

/// That of a container of a stock image, by its command and the files that this names.
pub(super) fn of_container(
    files: &Files,
    process: &Process,
    flavour: Option<&Fact<Flavour>>,
    tree: &dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
) -> Option<PostgresServer> {
    let flavour = flavour.filter(|it| it.value.is_postgres())?;
    let mut server = PostgresServer::default();
    let words = match &process.started {
        None => Vec::new(),
        Some(it) if it.program.value == Program::Postgres => it.words.clone(),
        // The image's entrypoint puts the server in front of options.
        Some(it) if it.executable.value.starts_with('-') => {
            [std::slice::from_ref(&it.executable), it.words.as_slice()].concat()
        }
        Some(_) => return None,
    };
    let find = |path: &str| files.find(&tree(Utf8Path::new(path))?).read();
    server.told(&words);
    // The image's own file has `listen_addresses = '*'` in it; another begins with PostgreSQL's
    // default.
    let named = server.get("config_file").cloned();
    server.default = match &named {
        None => Some(flavour.map(|_| "*".to_owned())),
        Some(path) => match find(&path.value) {
            Some(read) => {
                server = PostgresServer::default();
                server.read_settings((read.id, read.text), &|_| Vec::new());
                server.told(&words);
                let includes = ["include", "include_dir", "include_if_exists"];
                let whole = !includes.iter().any(|it| server.get(it).is_some());
                whole.then(|| path.map(|_| "localhost".to_owned()))
            }
            None => None,
        },
    };
    let records = match server.get("hba_file") {
        Some(path) => find(&path.value),
        None => DATA.iter().find_map(|folder| find(&format!("{folder}/pg_hba.conf"))),
    };
    if let Some(read) = records {
        server.read_records(read.id, read.text);
    }
    Some(server)
}

/// Where images of some version or other keep their data.
const DATA: &[&str] = &[
    "/var/lib/postgresql/data",
    "/var/lib/postgresql/data/pgdata",
    "/var/lib/postgresql/18/docker",
];
