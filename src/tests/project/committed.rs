//! Which files are taken for the site's database, wherever they lie.

use crate::config::Config;
use crate::run::run;
use crate::source::Tree;
use crate::tests::file;

/// Whether a file of SQLite with these tables is reported under a name.
fn is_reported(name: &str, tables: &str) -> bool {
    let mut text = format!("SQLite format 3\0{tables}");
    text.extend(std::iter::repeat_n('\0', 40 * 1024));
    let files = vec![file(".gitignore", "*.pyc\n"), file(name, text)];
    let outcome = run(&Tree::of(files), &Config::default());
    outcome.diagnostics.iter().any(|it| it.rule == "storage/database-in-vcs")
}

#[test]
fn a_file_of_sqlite_is_the_database_by_its_name_or_its_tables() {
    for name in ["db.sqlite3", "db.bak", "db_2024-05-01.old", "dbbackup", "site.sqlite"] {
        assert!(is_reported(name, ""), "{name}");
    }
    // A program for drawing keeps its files so (Visual Paradigm).
    for name in ["db-diagram.vpp", "docs/db diagram.vpp.bak_000f", "words.db"] {
        assert!(!is_reported(name, ""), "{name}");
    }
    assert!(is_reported("words.db", "CREATE TABLE django_content_type"));
}
