//! What a dump of a database has: rows of the site, users with their passwords, or a schema alone.

use crate::model::{Files, Read};
use crate::source::Place;
use camino::Utf8Path;
use flate2::read::MultiGzDecoder;
use memchr::memmem;
use std::io::Read as _;

/// Whether a file of a dump's name is one, and has rows of a site's.
pub(super) fn is_dump(files: &Files, read: &Read<'_>, size: u64) -> bool {
    if read.path.extension() == Some("gz") {
        return has_site(&unpacked(&files.tree.head(read.path, MOST_PACKED)));
    }
    // What is too large was not read; a page of it is no empty schema.
    let is_unread = read.text.is_empty() && size > 64 << 10;
    is_unread || has_site(read.text) || is_dump_in_bytes(files, read.path)
}

/// The line by which pg_dump or mysqldump begins the rows that have the first password. The rows themselves are
/// nobody's to read.
pub(super) fn rows_of_accounts(read: &Read<'_>) -> Option<Place> {
    let found = HASHERS.iter().filter_map(|it| memmem::find(read.text.as_bytes(), it)).min()?;
    let before = read.text.get(..found)?;
    let heads = ["-- Data for Name: ", "-- Dumping data for table "];
    let at = heads.iter().filter_map(|it| before.rfind(it)).max()?;
    let line = read.text[at..].lines().next()?;
    Some(Place::of(read.id, read.text, line))
}

/// How Django's hashers begin a password (its documentation, "Password management in Django").
const HASHERS: [&[u8]; 4] = [b"pbkdf2_", b"argon2$", b"bcrypt", b"scrypt$"];

pub(super) fn has_hashes(rows: &[u8]) -> bool {
    HASHERS.iter().any(|it| memmem::find(rows, it).is_some())
}

/// Whether a file is a dump that is no text of UTF-8: an archive of `pg_dump --format=custom`, which
/// begins with these letters and lists what it has before the rows (pg_backup_archiver.c, `WriteHead`
/// and `WriteToc`), `TABLE DATA` among them unless it is a schema; or what PowerShell's `>` made of a
/// text, which is UTF-16 up to version 5 (about_Character_Encoding).
fn is_dump_in_bytes(files: &Files, path: &Utf8Path) -> bool {
    let mark = files.tree.head(path, 5);
    if !mark.starts_with(ARCHIVE.as_bytes()) && wide(&mark).is_none() {
        return false;
    }
    let head = files.tree.head(path, MOST_READ);
    let has = |words: &[u8]| memmem::find(&head, words).is_some();
    match wide(&head) {
        Some(text) => has_site(&text),
        None => has(b"TABLE DATA"),
    }
}

/// How an archive of `pg_dump` begins.
pub(super) const ARCHIVE: &str = "PGDMP";

/// How much of a dump in other bytes is looked at.
pub(super) const MOST_READ: usize = 8 << 20;

/// The text of UTF-16 that begins with its mark.
fn wide(bytes: &[u8]) -> Option<String> {
    let (mark, rest) = bytes.split_at_checked(2)?;
    let unit: fn([u8; 2]) -> u16 = match mark {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let units: Vec<u16> = rest.chunks_exact(2).map(|it| unit([it[0], it[1]])).collect();
    Some(String::from_utf16_lossy(&units))
}

/// How much of a packed dump is looked at, and how much of what that has unpacked: pg_dump has all
/// tables before the first rows.
const MOST_PACKED: usize = 1 << 20;
const MOST_UNPACKED: u64 = 8 << 20;

/// The beginning of a text that gzip has packed. Of what is broken or cut, what comes before that.
fn unpacked(packed: &[u8]) -> String {
    let mut bytes = Vec::new();
    // The bytes so far are good where it stops.
    _ = MultiGzDecoder::new(packed).take(MOST_UNPACKED).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A dump says so in its first lines, and one with data has rows. Those of a few tables may be what the
/// project looks names up in; of a site's database it is with Django's own tables, or somebody's address. What
/// an export has of accounts tells by itself, whatever wrote it.
fn has_site(text: &str) -> bool {
    let said = [
        "PostgreSQL database dump",
        "PostgreSQL database cluster dump",
        "MySQL dump",
        "MariaDB dump",
        "phpMyAdmin SQL Dump",
    ];
    let head: Vec<&str> = text.lines().take(20).collect();
    let is_one = head.iter().any(|line| said.iter().any(|it| line.contains(it)));
    let mut lines = text.lines().peekable();
    let has_rows = || {
        while let Some(line) = lines.next() {
            let copied = line.starts_with("COPY ") && line.ends_with("FROM stdin;");
            if copied && lines.peek().is_some_and(|next| !next.starts_with("\\.")) {
                return true;
            }
            if line.trim_start().starts_with("INSERT INTO ") {
                return true;
            }
        }
        false
    };
    let mut has_rows = has_rows;
    let has = |words: &[u8]| memmem::find(text.as_bytes(), words).is_some();
    let is_of_site = || TABLES.iter().any(|it| has(it)) || has_address(text.as_bytes());
    (is_one && is_of_site() || has_hashes(text.as_bytes())) && has_rows()
}

/// Whether a text has what looks like an address of mail. MySQL's own variables begin with the sign.
fn has_address(text: &[u8]) -> bool {
    let is_part = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
    memchr::memchr_iter(b'@', text).any(|at| at > 0 && is_part(at - 1) && is_part(at + 1))
}

/// Tables that Django's own apps have, some of which every database of a project has.
const TABLES: [&[u8]; 4] =
    [b"django_migrations", b"django_content_type", b"django_session", b"auth_user"];
