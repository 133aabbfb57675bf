//! Contexts of builds that a script puts together: it copies the Dockerfile to where it copies the code
//! as well, or the code to where the Dockerfile lies. What is there then, the tree does not tell.

use crate::model::{Files, Kind};
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

/// A command that copies, as its script has the words.
struct Copies<'t> {
    from: Vec<&'t str>,
    to: &'t str,
    /// Folders with all that is in them, or all that a pattern finds.
    takes_folders: bool,
}

pub(super) fn is_assembled(files: &Files, context: &Utf8Path, dockerfile: &Utf8Path) -> bool {
    want_unnamed(files, context);
    let kinds = [Kind::Shell, Kind::Makefile];
    kinds.into_iter().flat_map(|kind| files.of(kind)).any(|read| {
        let folder = read.path.parent().unwrap_or(Utf8Path::new(""));
        let copies: Vec<Copies<'_>> = copies(read.text).collect();
        let is_taken_along = |it: &Copies<'_>| {
            it.from.iter().any(|from| leads_to(folder, from, dockerfile))
                && is_another_folder(it.to, folder, context)
                && copies.iter().any(|other| other.takes_folders && other.to == it.to)
        };
        let is_brought = |it: &Copies<'_>| {
            let is_outside = |from: &&str| {
                let path = normalize(&folder.join(from.trim_end_matches(['*', '/'])));
                files.tree.is_dir(&path) && !path.starts_with(context)
            };
            it.takes_folders
                && !context.as_str().is_empty()
                && leads_to(folder, it.to, context)
                && it.from.iter().any(is_outside)
        };
        copies.iter().any(|it| is_taken_along(it) || is_brought(it))
    })
}

/// Asks for the programs around a context whose name does not say that they are scripts: `./deploy build`.
fn want_unnamed(files: &Files, context: &Utf8Path) {
    for folder in context.ancestors().skip(1) {
        let beside = files.tree.children(folder).map(|(path, _)| path);
        let is_unnamed = |path: &&Utf8PathBuf| {
            let name = path.file_name().unwrap_or_default();
            name.bytes().all(|it| it.is_ascii_lowercase() || matches!(it, b'-' | b'_'))
        };
        for path in beside.filter(is_unnamed) {
            files.find(path);
        }
    }
}

/// Whether a word of a script is a path to this one, from its folder or one around that.
fn leads_to(folder: &Utf8Path, word: &str, path: &Utf8Path) -> bool {
    // What a script calls `.`, it alone knows that went elsewhere before.
    let is_named = word.trim_start_matches("./").contains(|it: char| it.is_alphanumeric());
    is_named && folder.ancestors().any(|from| normalize(&from.join(word)) == path)
}

/// Whether what is copied there lies elsewhere afterwards, and not in the context under another name.
fn is_another_folder(to: &str, folder: &Utf8Path, context: &Utf8Path) -> bool {
    let is_told = |it: Utf8PathBuf| it == *context || it.parent() == Some(context);
    to.contains('$') || !folder.ancestors().any(|from| is_told(normalize(&from.join(to))))
}

fn copies(text: &str) -> impl Iterator<Item = Copies<'_>> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| line.split(['&', ';', '|'])).filter_map(|command| {
        let words = command.split_whitespace().map(|it| it.trim_matches(['"', '\'']));
        let mut words = words.skip_while(|it| matches!(*it, "then" | "else" | "do" | "sudo"));
        let program = words.next()?.trim_start_matches('@');
        if !matches!(program, "cp" | "rsync") {
            return None;
        }
        let (options, paths): (Vec<&str>, Vec<&str>) = words.partition(|it| it.starts_with('-'));
        let (to, from) = paths.split_last()?;
        let is_recursive = options.iter().any(|it| {
            matches!(*it, "--recursive" | "--archive")
                || !it.starts_with("--") && it.contains(['r', 'R', 'a'])
        });
        let takes_folders = is_recursive || from.iter().any(|it| it.ends_with('*'));
        (!from.is_empty()).then(|| Copies { from: from.to_vec(), to, takes_folders })
    })
}
