//! Whether git has the migrations of a tree's apps.

use crate::fact::Fact;
use crate::model::build::told::says;
use crate::model::{Files, Found, MigrationFiles, Read};
use crate::source::{Place, file_name};
use camino::{Utf8Path, Utf8PathBuf};

/// What git does with the migrations of some applications, it does with those of all.
const MOST_APPS: usize = 20;

/// Whether the migrations of the tree's apps are committed, where some command makes them.
pub(super) fn migrations(files: &Files, lists: &[Read<'_>]) -> MigrationFiles {
    if !lists.iter().any(|read| says(read.text, "makemigrations")) {
        return MigrationFiles::Committed;
    }
    let made = made_migrations(files);
    // Before Django 1.9 `startapp` made no `apps.py`.
    let is_app = |path: &&Utf8PathBuf| matches!(file_name(path), Some("apps.py" | "models.py"));
    let apps = files.tree.files().filter(is_app);
    let mut apps = apps.take(MOST_APPS).peekable();
    if made.is_empty() && apps.peek().is_none() {
        return MigrationFiles::Committed;
    }
    match apps.any(|it| ignores_migrations(files, it) && lacks_migrations(it, &made)) {
        true => MigrationFiles::Ignored,
        false if made.is_empty() => MigrationFiles::Lacking,
        false => MigrationFiles::Committed,
    }
}

/// The migrations that the tree has.
fn made_migrations<'a>(files: &Files<'a>) -> Vec<&'a Utf8PathBuf> {
    let is_one = |path: &Utf8Path| {
        let name = path.file_name().unwrap_or_default();
        let folder = path.parent().and_then(Utf8Path::file_name);
        folder == Some("migrations") && name.starts_with(|it: char| it.is_ascii_digit())
    };
    files.tree.files().filter(|path| is_one(path)).collect()
}

/// Whether git ignores the migrations of the app that a file is of.
fn ignores_migrations(files: &Files, of_app: &Utf8Path) -> bool {
    files.tree.ignores(&of_app.with_file_name("migrations").join("0001_initial.py"))
}

/// Whether none of the migrations that there are is of the app that a file is of.
fn lacks_migrations(of_app: &Utf8Path, made: &[&Utf8PathBuf]) -> bool {
    let folder = of_app.with_file_name("migrations");
    !made.iter().any(|it| it.starts_with(&folder))
}

/// The first model of an app whose migrations are left out so, with the app's name. One that Django
/// is to make no table for may be any in its file.
pub(super) fn unmigrated(files: &Files) -> Option<Fact<String>> {
    let modules = files.tree.files().filter(|path| file_name(path) == Some("models.py"));
    let mut left_out: Vec<_> =
        modules.take(MOST_APPS).filter(|it| ignores_migrations(files, it)).collect();
    // Hardly any project ignores them, and then nobody has to look through the tree for what there is.
    if left_out.is_empty() {
        return None;
    }
    let made = made_migrations(files);
    left_out.retain(|it| lacks_migrations(it, &made));
    let found: Vec<Found> = left_out.into_iter().map(|path| files.skim(path)).collect();
    found.into_iter().filter_map(Found::read).find_map(|read| {
        let makes_none = ["abstract = True", "managed = False", "app_label"];
        let base = read.text.find("(models.Model)")?;
        let begin = read.text[..base].rfind("class ")?;
        let app = read.path.parent()?.file_name()?;
        let is_it =
            !read.text[begin..base].contains('\n') && !makes_none.iter().any(|it| read.has(it));
        is_it.then(|| Fact::at(app.to_owned(), Place::new(read.id, begin, base)))
    })
}
