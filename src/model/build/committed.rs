//! What git has and should not have: databases, dumps of them, private keys.
//!
//! The index says what is tracked. Where there is none, what lies in an archive of a repository
//! was tracked, which is likely and not certain.

use crate::fact::secret::private_key_marks;
use crate::fact::{Certainty, Fact};
use crate::model::build::dumped;
use crate::model::build::named_stage::is_for_few;
use crate::model::build::private_key;
use crate::model::workplace::is_of_workplace;
use crate::model::{Committed, CommittedKind, Exposed, Files, Found, Kind, Read};
use crate::source::{LARGEST, Place, file_name, kept_of, words};
use crate::syntax;
use crate::syntax::kind;
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// How it is known that git has a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tracked {
    ByIndex,
    ByExport,
}

impl Tracked {
    pub(super) fn at(self, place: Place) -> Fact<()> {
        let at = Fact::at((), place);
        match self {
            Self::ByIndex => at,
            Self::ByExport => {
                at.doubt(Certainty::Likely, "there is no repository here that says what git has")
            }
        }
    }
}

pub(super) fn tracked(files: &Files, path: &Utf8Path) -> Option<Tracked> {
    match files.tree.tracked(path) {
        Some(tracked) => tracked.then_some(Tracked::ByIndex),
        None => files.tree.is_export(path).then_some(Tracked::ByExport),
    }
}

/// Files that git has, with what they may be.
pub(super) fn candidates<'f>(files: &Files<'f>) -> Vec<(Found<'f>, CommittedKind, Tracked, u64)> {
    let mut out = Vec::new();
    for Exposed { path, kind, size, .. } in files.names.exposed(|| exposed(files)) {
        let Some(tracked) = tracked(files, path) else { continue };
        // Asking for it reads it, and a place can only be in what was read.
        out.push((files.find(path), *kind, tracked, *size));
        if *kind == CommittedKind::PrivateKey {
            let _ = private_key::certificates(files, path);
        }
    }
    out
}

fn exposed(files: &Files) -> Vec<Exposed> {
    let paired = beside_public_keys(files);
    let found = files.tree.files().filter_map(|path| {
        let name = file_name(path).map(kind::lowered)?;
        // Most names are no such file's, of whatever size, and then the disk is not asked for it.
        let size = OnceCell::new();
        let size = || *size.get_or_init(|| files.tree.file_stat(path).map_or(0, |it| it.size));
        let is_paired = || paired.contains(path.as_str()) && size() <= LARGEST;
        let named = candidate(&name, &size).or_else(|| renamed(files, path, &name, &size));
        let kind = named.or_else(|| is_paired().then_some(CommittedKind::PrivateKey))?;
        Some(Exposed { path: path.clone(), kind, size: size(), accounts: OnceLock::new() })
    });
    let is_passed_over = |it: &Exposed| {
        let below = files.from_root(&it.path).1;
        is_for_tests(below)
            || is_of_workplace(below)
            || is_of_a_vendor(&it.path)
            || is_of_a_browser(files, &it.path)
            // Other programs' are corpora, maps and histories, as a rule, and nobody's accounts.
            || it.kind == CommittedKind::Sqlite && !has_tables_of_django(files, &it.path)
    };
    found.filter(|it| !is_passed_over(it)).collect()
}

pub(super) fn committed(files: &Files) -> Vec<Committed> {
    let mut out = Vec::new();
    for (found, candidate, tracked, size) in candidates(files) {
        let Found::Read(read) = found else { continue };
        if is(files, candidate, &read, size) {
            let below = files.from_root(read.path).1.to_owned();
            let local = is_local(files, candidate, read.path);
            let at = tracked.at(where_in(candidate, &read));
            out.push(Committed { below, kind: candidate, at, local });
        }
    }
    out
}

/// What may be a database or a private key below a folder of the tree, whether git has it or not. A dump
/// may be what a server of databases is to begin with.
pub(super) fn kept_below<'f>(
    files: &'f Files,
    folder: &'f Utf8Path,
) -> impl Iterator<Item = &'f Exposed> {
    files.names.exposed(|| exposed(files)).iter().filter(move |it| {
        matches!(it.kind, CommittedKind::Sqlite | CommittedKind::PrivateKey)
            && it.path.starts_with(folder)
    })
}

/// Whether whoever gets a file has accounts, or a key that is somebody's.
pub(super) fn gives_away(files: &Files, it: &Exposed) -> bool {
    let Some(read) = files.find(&it.path).read() else { return false };
    let has_accounts = || *it.accounts.get_or_init(|| has_accounts(files, &it.path));
    is(files, it.kind, &read, it.size)
        && !is_local(files, it.kind, read.path)
        && (it.kind == CommittedKind::PrivateKey || has_accounts())
}

/// Whether the name of a file, or the certificate of a key, says that it is for a developer's machine, or
/// for nobody.
fn is_local(files: &Files, kind: CommittedKind, path: &Utf8Path) -> bool {
    let below = files.from_root(path).1;
    is_for_few(below)
        || below.components().any(|part| part.as_str().contains("localhost"))
        || kind == CommittedKind::PrivateKey
            && (private_key::is_for_localhost(files, path)
                || private_key::opens_nothing(files, path))
}

/// Where to look in a file: at the first password of many rows, at the table that has some, at the mark of a
/// key, or where the file begins.
fn where_in(kind: CommittedKind, read: &Read<'_>) -> Place {
    let found = match kind {
        CommittedKind::Accounts => {
            let passwords = syntax::passwords(Kind::Text, read.id, read.text);
            passwords.first().map(|it| it.place)
        }
        // Certificates or what a key is for may stand before it.
        CommittedKind::PrivateKey => {
            let mark = private_key_marks(read.text).next();
            mark.map(|it| Place::new(read.id, it.start, it.end))
        }
        CommittedKind::Dump => dumped::rows_of_accounts(read),
        CommittedKind::Sqlite => None,
    };
    found.unwrap_or_else(|| Place::new(read.id, 0, 0))
}

/// Whether it came with a program, as everybody has it who has that: what a bundle of macOS holds, and
/// the keys by which IBM Aspera's clients introduce themselves.
fn is_of_a_vendor(path: &Utf8Path) -> bool {
    let mut folders = path.parent().into_iter().flat_map(Utf8Path::iter);
    folders.any(|it| it.ends_with(".app"))
        || file_name(path).is_some_and(|it| it.starts_with("aspera"))
}

/// Whether it lies in a profile of Firefox's, which has its preferences at the top.
fn is_of_a_browser(files: &Files, path: &Utf8Path) -> bool {
    path.ancestors().skip(1).any(|folder| files.tree.is_file(&folder.join("prefs.js")))
}

/// What `migrate` makes of Django's own apps has 128 KiB in pages of 4096 bytes, and 40 in those of 1024
/// that SQLite had before 3.12 (measured with Django 5.2). A smaller one is no site's: a start that
/// asked for no table left it behind.
const SMALLEST_DATABASE: u64 = 32 * 1024;

/// How far from its beginning a database has the names of the tables that it was made with (measured with
/// 25 databases of Django projects: all within 64 KiB).
const SCHEMA: usize = 256 * 1024;

/// What ssh-keygen(1) calls private keys.
const KEYS: [&str; 3] = ["id_rsa", "id_ed25519", "id_ecdsa"];

/// What a file may be, by its name in small letters and its size.
fn candidate(name: &str, size: &impl Fn() -> u64) -> Option<CommittedKind> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "sqlite3" | "sqlite" if size() >= SMALLEST_DATABASE => return Some(CommittedKind::Sqlite),
        "sql" | "dump" | "pgdump" => return Some(CommittedKind::Dump),
        "gz" if name.ends_with(".sql.gz") => return Some(CommittedKind::Dump),
        "json" if is_an_account(name) && size() <= LARGEST_ACCOUNT => {
            return Some(CommittedKind::PrivateKey);
        }
        "json" if is_dumped(name) && size() <= LARGEST => return Some(CommittedKind::Accounts),
        _ => {}
    }
    // `files/key` of a role, `deploy_key`: what the text is decides.
    let is_called_key = ending.is_empty() && name.split(['_', '-']).next_back() == Some("key");
    let is_key = matches!(ending, "key" | "pem")
        || is_called_key
        || KEYS.iter().any(|it| name.ends_with(it));
    (is_key && size() <= LARGEST).then_some(CommittedKind::PrivateKey)
}

/// As much of a file as says what it is.
const HEAD: usize = 64;

/// What the first bytes of a file say that it is, whatever its name: SQLite's own (sqlite.org, "Database
/// File Format"), or the frame of a key (RFC 7468, section 2). What is called `.db` and no more, has
/// no ending or has one behind that, as a copy does (`shop.db.old`, `shop.db_live`), is often there to be
/// read, as a dictionary is, and the site's if Django's tables are in it.
fn renamed(
    files: &Files,
    path: &Utf8Path,
    name: &str,
    size: &impl Fn() -> u64,
) -> Option<CommittedKind> {
    let head = OnceCell::new();
    let begins =
        |text: &str| head.get_or_init(|| files.tree.head(path, HEAD)).starts_with(text.as_bytes());
    let is_called_so = name.contains("sqlite") || is_of_the_database(name);
    let is_a_database = path.extension() == Some("db3") || path.extension().is_none() || {
        let mut endings = name.split('.').skip(1);
        endings.any(|it| words(it).first().is_some_and(|first| first == "db"))
    };
    let may_be = (is_called_so || is_a_database) && size() >= SMALLEST_DATABASE;
    let is_one = may_be && begins("SQLite format 3\0");
    if is_one && (is_called_so || has_tables_of_django(files, path)) {
        return Some(CommittedKind::Sqlite);
    }
    if path.extension().is_none() && size() <= LARGEST && begins("-----BEGIN ") {
        return Some(CommittedKind::PrivateKey);
    }
    // What `dumpdata` writes begins so, whatever it was told to call it.
    let is_of_django = || DUMPED.iter().any(|it| begins(it));
    if path.extension() == Some("json")
        && (LEAST_DUMPED..=LARGEST).contains(&size())
        && is_of_django()
    {
        return Some(CommittedKind::Accounts);
    }
    // A dump says what it is in its first line (pg_dump, mysqldump), or with its first letters.
    let is_called_backup = matches!(
        path.extension(),
        Some("db" | "bak" | "backup" | "dmp" | "pg_dump" | "pgsql" | "psql" | "sqlc")
    ) || lies_in_backups(path);
    let heads =
        ["--\n-- PostgreSQL database dump", "-- MySQL dump", "-- MariaDB dump", dumped::ARCHIVE];
    let mut heads = heads.iter();
    let is_dump = is_called_backup && heads.any(|it| begins(it));
    is_dump.then_some(CommittedKind::Dump)
}

/// How `dumpdata` begins, by itself and with `--indent`.
const DUMPED: [&str; 4] =
    ["[{\"model\": ", "[\n{\n  \"model\": ", "[\n{\n    \"model\": ", "[\n  {\n    \"model\": "];

/// What `dumpdata` makes of an empty site has its content types and permissions.
const LEAST_DUMPED: u64 = 4 * 1024;

/// Whether a folder is there for what was dumped: `_backups/`, `db/dumps/`.
fn lies_in_backups(path: &Utf8Path) -> bool {
    let is_one = |it: &str| matches!(it, "backup" | "backups" | "dump" | "dumps");
    let mut folders = path.parent().into_iter().flat_map(Utf8Path::iter);
    folders.any(|folder| words(&folder.to_ascii_lowercase()).iter().any(|it| is_one(it)))
}

/// Whether a name says no more than that it is the database, and which copy: `db.bak`, `db_2024-05-01`.
/// Others begin like it as well: `db-diagram.vpp` is drawn with Visual Paradigm, which keeps it so.
fn is_of_the_database(name: &str) -> bool {
    let said = kept_of(name).unwrap_or_else(|| words(name));
    let (first, others) = said.split_first().map_or(("", &[][..]), |(it, rest)| (it, rest));
    let is_date = |it: &String| it.bytes().all(|byte| byte.is_ascii_digit());
    first.starts_with("db") && others.iter().all(is_date)
}

fn has_tables_of_django(files: &Files, path: &Utf8Path) -> bool {
    let schema = files.tree.head(path, SCHEMA);
    let has = |table: &[u8]| schema.windows(table.len()).any(|it| it == table);
    has(b"django_content_type") || has(b"auth_user")
}

/// Whether a database has somebody's password: what `migrate` made, and nobody logs in to, gives nothing
/// away.
fn has_accounts(files: &Files, path: &Utf8Path) -> bool {
    dumped::has_hashes(&files.tree.head(path, dumped::MOST_READ))
}

/// What lies beside a public key of its name, as `ssh-keygen -f deploy` leaves both (ssh-keygen(1)).
fn beside_public_keys<'f>(files: &Files<'f>) -> BTreeSet<&'f str> {
    let public = files.ending_in(&["pub"]).into_iter();
    public.filter_map(|path| path.as_str().strip_suffix(".pub")).collect()
}

/// What `dumpdata` was told to write to, by a name that says so.
fn is_dumped(name: &str) -> bool {
    const WORDS: &[&str] = &["data", "dump", "backup", "db", "database", "export", "users", "user"];
    let Some(stem) = name.strip_suffix(".json") else { return false };
    let mut words = stem.split(|it: char| !it.is_ascii_alphabetic());
    words.any(|word| WORDS.contains(&word) || word.ends_with("dump") || word.ends_with("data"))
}

/// What Google gives out for a service account has some 2,400 bytes, most of them its key.
const LARGEST_ACCOUNT: u64 = 8 * 1024;

/// What people call the key of a service account, or how Google's console has it downloaded: the project
/// and twelve digits of the key ("Create and delete service account keys" in its documentation).
fn is_an_account(name: &str) -> bool {
    const WORDS: [&str; 8] =
        ["account", "auth", "credential", "firebase", "gcp", "google", "key", "secret"];
    let Some(stem) = name.strip_suffix(".json") else { return false };
    let last = stem.rsplit('-').next().unwrap_or_default();
    let is_of_key = last.len() == 12 && last.bytes().all(|it| it.is_ascii_hexdigit());
    is_of_key || WORDS.iter().any(|it| stem.contains(it))
}

/// Whether a name surely is that of such a key, whatever the file holds: no key for a front end is called so,
/// and no stand-in for tests.
pub(super) fn is_key_of_account(path: &Utf8Path) -> bool {
    const STAND_INS: [&str; 5] = ["dummy", "emulator", "fake", "mock", "placeholder"];
    let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    let Some(stem) = name.strip_suffix(".json") else { return false };
    let has = |words: &[&str]| words.iter().any(|it| stem.contains(it));
    let is_of_google = has(&["gcloud", "gcp", "google", "firebase"]);
    let is_key = has(&["account", "adminsdk", "cred", "key"]);
    !has(&STAND_INS) && is_key && (is_of_google || has(&["service"]))
}

/// Whether a test case has it among its `fixtures`.
fn is_loaded_by_tests(files: &Files, read: &Read<'_>) -> bool {
    let name = read.path.file_name().unwrap_or_default();
    let is_of_tests = |path: &&Utf8PathBuf| path.as_str().contains("test");
    let mut modules = files.ending_in(&["py"]).into_iter().filter(is_of_tests);
    modules.any(|path| {
        files
            .skim(path)
            .read()
            .is_some_and(|it| it.has("fixtures") && it.has(name.trim_end_matches(".json")))
    })
}

fn is(files: &Files, kind: CommittedKind, read: &Read<'_>, size: u64) -> bool {
    let text = read.text;
    match kind {
        CommittedKind::Sqlite => true,
        CommittedKind::Accounts => {
            !syntax::passwords(Kind::Text, read.id, text).is_empty()
                && !is_loaded_by_tests(files, read)
        }
        CommittedKind::PrivateKey => private_key::has_key(text),
        CommittedKind::Dump => dumped::is_dump(files, read, size),
    }
}

/// Samples and fixtures are made to be read by everybody.
pub(super) fn is_for_tests(path: &Utf8Path) -> bool {
    let words = [
        "test",
        "tests",
        "testing",
        "fixture",
        "fixtures",
        "sample",
        "samples",
        "example",
        "examples",
        "demo",
        "sandbox",
        "mock",
        "mocks",
        "snakeoil",
        "dummy",
        "testdata",
        "migrations",
    ];
    path.components().any(|part| {
        let part = part.as_str().to_ascii_lowercase();
        part.split(['.', '-', '_']).any(|word| words.contains(&word))
    })
}
