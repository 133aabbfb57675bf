//! Which files are taken for the site's database, wherever they lie.

use crate::config::Config;
use crate::run::run;
use crate::source::{File, Tree};
use crate::tests::file;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Whether a file of SQLite with these tables is reported under a name.
fn is_reported(name: &str, tables: &str) -> bool {
    let mut text = format!("SQLite format 3\0{tables}");
    text.extend(std::iter::repeat_n('\0', 40 * 1024));
    is_reported_as(name, text.into_bytes())
}

fn is_reported_as(name: &str, bytes: Vec<u8>) -> bool {
    let files = vec![file(".gitignore", "*.pyc\n"), File { path: name.into(), bytes }];
    let outcome = run(&Tree::of(files), &Config::default());
    outcome.diagnostics.iter().any(|it| it.rule == "storage/database-in-vcs")
}

/// Whether a database that lies in the context of an image is reported to get into it.
fn is_baked(copied: &str, ignored: &str, rows: &str) -> bool {
    let mut database =
        format!("SQLite format 3\0CREATE TABLE django_content_type{rows}").into_bytes();
    database.extend(std::iter::repeat_n(0, 40 * 1024));
    let dockerfile = format!(
        "FROM python:3.12-slim\nWORKDIR /app\nCOPY {copied} ./\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"
    );
    let files = vec![
        File { path: "app/db.sqlite3".into(), bytes: database },
        file("Dockerfile", dockerfile),
        file(".dockerignore", ignored),
        file("compose.prod.yml", "services:\n  web:\n    build: .\n"),
    ];
    let outcome = run(&Tree::of(files), &Config::default());
    let mut found = outcome.diagnostics.iter();
    found.any(|it| {
        it.rule == "exposure/env-file-in-image"
            && it.message == "the database `app/db.sqlite3` becomes part of the image"
    })
}

#[test]
fn a_database_gets_into_an_image_with_its_folder() {
    let user = "pbkdf2_sha256$600000$kilterfixture$b2YgYSBmaXh0dXJl";
    assert!(is_baked(".", "*.pyc\n", user));
    assert!(is_baked("app/", "*.pyc\n", user));
    assert!(!is_baked(".", "*.pyc\n**/*.sqlite3\n", user), "left out");
    assert!(!is_baked("shop/", "*.pyc\n", user), "not copied");
    assert!(!is_baked(".", "*.pyc\n", ""), "nobody has an account");
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

#[test]
fn a_packed_dump_is_known_by_its_rows() {
    let schema =
        "--\n-- PostgreSQL database dump\n--\nCREATE TABLE public.auth_user (id integer);\n";
    let rows = "COPY public.auth_user (id) FROM stdin;\n1\n\\.\n";
    let whole = packed(&format!("{schema}{rows}"));
    let name = "backups/backup_2026_01_15.sql.gz";
    assert!(is_reported_as(name, whole.clone()));
    assert!(!is_reported_as(name, packed(schema)), "without rows");
    assert!(!is_reported_as(name, b"no gzip at all".to_vec()), "not packed");
    assert!(!is_reported_as("tests/fixtures/backup.sql.gz", whole), "for tests");
    // What is cut off is read as far as it goes.
    let many: String = (0..50_000).map(|it| format!("{}\n", it * 7919 % 50_021)).collect();
    let mut cut = packed(&format!("{schema}{}", rows.replace("1\n", &many)));
    cut.truncate(cut.len() - cut.len() / 4);
    assert!(is_reported_as(name, cut), "cut off");
}

#[test]
fn a_dump_in_other_bytes_is_known_by_its_rows() {
    let archive = |has: &str| format!("PGDMP\u{1}\0\0\0auth_user\0{has}\0\0").into_bytes();
    for name in ["latest.dump", "site.backup", "site.sqlc", "site.pg_dump", "_backups/monday"] {
        assert!(is_reported_as(name, archive("TABLE DATA")), "{name}");
        assert!(!is_reported_as(name, archive("TABLE")), "{name} without rows");
    }
    let cluster = "--\r\n-- PostgreSQL database cluster dump\r\n--\r\n";
    let rows = "COPY public.auth_user (id) FROM stdin;\r\n1\r\n\\.\r\n";
    let wide = |text: String| {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    assert!(is_reported_as("site.sql", wide(format!("{cluster}{rows}"))));
    assert!(!is_reported_as("site.sql", wide(cluster.to_owned())), "without rows");
}

#[test]
fn a_file_of_sqlite_is_the_site_s_by_its_tables() {
    for name in ["db.sqlite3", "db.bak", "db_2024-05-01.old", "dbbackup", "site.sqlite"] {
        assert!(is_reported(name, "CREATE TABLE django_content_type"), "{name}");
        assert!(!is_reported(name, "CREATE TABLE statement"), "{name} of another program");
    }
    // A program for drawing keeps its files so (Visual Paradigm).
    for name in ["db-diagram.vpp", "docs/db diagram.vpp.bak_000f", "words.db"] {
        assert!(!is_reported(name, ""), "{name}");
    }
    for name in ["words.db", "django/shop", "shop.db_live", "shop.db.2024-05-01"] {
        assert!(is_reported(name, "CREATE TABLE django_content_type"), "{name}");
    }
    for name in ["words", "words.db_en"] {
        assert!(!is_reported(name, "CREATE TABLE word"), "{name}");
    }
}

/// What `dumpdata` writes begins the same, whatever somebody calls it.
#[test]
fn what_dumpdata_wrote_is_known_by_how_it_begins() {
    let rows = |password: &str| {
        let row = format!(
            "{{\"model\": \"a.b\", \"pk\": 1, \"fields\": {{\"name\": \"{}\"}}}}",
            "n".repeat(4096)
        );
        let user =
            format!("{{\"model\": \"auth.user\", \"fields\": {{\"password\": \"{password}\"}}}}");
        format!("[{row}, {user}]").into_bytes()
    };
    let hash = "pbkdf2_sha256$600000$kilterfixture$b2YgYSBmaXh0dXJl";
    assert!(is_reported_as("shop/jan.json", rows(hash)));
    assert!(!is_reported_as("shop/jan.json", rows("")));
    assert!(!is_reported_as("shop/fixtures/jan.json", rows(hash)));
    let other = String::from_utf8(rows(hash)).unwrap().replacen("[{\"model\"", "[{\"x\"", 1);
    assert!(!is_reported_as("shop/jan.json", other.into_bytes()));
}
