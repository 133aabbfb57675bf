//! Which of several whole `nginx.conf` files is the one that people put in `/etc/nginx`.
//!
//! A server has one. What lies beside it in a repository is a draft, a note or a copy of long ago.

use crate::model::build::compose_calls::resolve;
use crate::model::nginx::MAIN_FILE;
use crate::model::scripted::{PUTS, lists, step_files};
use crate::model::{Files, Kind, Read};
use crate::syntax::nginx::{Directive, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

const FOLDER: &str = "/etc/nginx/";

/// How far apart the lines of one task stand.
const OF_A_TASK: usize = 4;

/// The only one of these files that a script, a task of Ansible or a document installs.
pub(super) fn main_file<'f>(files: &Files, whole: &[&'f Utf8Path]) -> Option<&'f Utf8Path> {
    if whole.len() < 2 {
        return None;
    }
    let mut found = BTreeSet::new();
    let is_list = |read: &Read| matches!(read.path.extension(), Some("yml" | "yaml"));
    let tasks = files.of(Kind::Text).into_iter().filter(is_list);
    let callers = lists(files).into_iter().chain(files.documents()).chain(tasks);
    for read in callers.filter(|read| read.has(MAIN_FILE)) {
        let sources = copied(read.text).chain(of_tasks(read.text));
        found.extend(sources.filter_map(|source| named(files, read.path, source, whole)));
    }
    match found.len() {
        1 => found.pop_first(),
        _ => None,
    }
}

/// Whether a Dockerfile puts a file where nginx reads it.
pub(super) fn by_image(files: &Files, path: &Utf8Path) -> bool {
    files.of(Kind::Dockerfile).iter().any(|image| by_image_of(files, image, path))
}

/// Whether this one does, by `COPY` or a command of its build, or takes it by its name to anywhere else: a
/// server in the container may be told of it there. Its path is that of the build's context, which may be
/// any folder around it.
pub(super) fn by_image_of(files: &Files, image: &Read<'_>, path: &Utf8Path) -> bool {
    let (_, below) = files.from_root(path);
    let is_it = |word: &str| {
        let word = word.trim_start_matches("./");
        !word.is_empty() && !word.starts_with('/') && below.ends_with(word)
    };
    // What a command copies or links is in the image already: `ln -s $APP/deploy/nginx.conf /etc/nginx/`.
    let is_whole = below.iter().nth(1).is_some()
        || files.files_named(below.file_name().unwrap_or_default()).nth(1).is_none();
    let is_inside = |word: &str| {
        is_whole && word.starts_with(['/', '$']) && Utf8Path::new(word).ends_with(below)
    };
    let puts = |command: &str| {
        let command = command.trim().trim_end_matches('\\').trim_end();
        let (sources, target) = command.rsplit_once(' ').unwrap_or_default();
        target.starts_with("/etc/nginx/")
            && sources.split_whitespace().any(|it| is_it(it) || is_inside(it))
    };
    let brings = |line: &str| {
        let (sources, _) = line.trim_end().rsplit_once(' ').unwrap_or_default();
        !line.trim_start().starts_with('#')
            && (is_copy(line) && sources.split_whitespace().any(is_it)
                || line.split(['&', ';', '|']).any(puts))
    };
    image.text.lines().any(brings) || is_begun_with_in(files, image, below)
}

fn is_copy(line: &str) -> bool {
    ["COPY ", "ADD "].iter().any(|it| line.trim_start().starts_with(it))
}

/// Whether an image that has nginx brings a folder with a file, and with a script which starts nginx
/// with that: `nginx -c /srv/system/nginx.conf`, of `COPY system /srv/system`.
fn is_begun_with_in(files: &Files, image: &Read<'_>, below: &Utf8Path) -> bool {
    if !image.has("nginx") {
        return false;
    }
    let (_, own) = files.from_root(image.path);
    let copies = image.text.lines().filter(|it| is_copy(it));
    let folders = copies.flat_map(|line| {
        let (sources, _) = line.trim_end().rsplit_once(' ').unwrap_or_default();
        sources.split_whitespace().skip(1).map(|folder| {
            let folder = folder.trim_start_matches("./").trim_end_matches('/');
            Utf8Path::new(if folder == "." { "" } else { folder })
        })
    });
    let brings = |folder: &Utf8Path, it: &Utf8Path| it.starts_with(folder) || it == own;
    // Few do, and to look through all scripts takes longer than all else.
    let folders: Vec<&Utf8Path> = folders.filter(|it| brings(it, below)).collect();
    if folders.is_empty() {
        return false;
    }
    let starts = |read: &Read<'_>| {
        read.has("nginx")
            && read.has("-c")
            && read.text.lines().any(|line| {
                let words = line.split([' ', '\t', ',', '[', ']', '=', '"', '\'', ';']);
                let mut words = words.filter(|it| !it.is_empty());
                let is_nginx = |it: &str| it.rsplit('/').next() == Some("nginx");
                !line.trim_start().starts_with('#')
                    && words.any(is_nginx)
                    && words.any(|it| it == "-c")
                    && words.next().is_some_and(|it| Utf8Path::new(it).ends_with(below))
            })
    };
    let lists = [Kind::Dockerfile, Kind::Shell, Kind::Supervisor].into_iter();
    let mut starters = lists.flat_map(|kind| files.of(kind)).filter(starts);
    starters.any(|it| {
        let (_, path) = files.from_root(it.path);
        folders.iter().any(|folder| brings(folder, path))
    })
}

/// The files that scripts and workflows put among nginx's sites, and whether anything at all, a guide
/// included, puts each of them there.
#[derive(Default)]
pub(super) struct Sites<'f> {
    scripted: BTreeSet<&'f Utf8Path>,
    told: BTreeSet<&'f Utf8Path>,
}

impl<'f> Sites<'f> {
    pub(super) fn of(files: &Files, every: &[(&'f Utf8Path, &Tree)]) -> Self {
        if every.len() < 2 {
            return Self::default();
        }
        let paths: Vec<&Utf8Path> = every.iter().map(|(path, _)| *path).collect();
        let put = |callers: Vec<Read>| {
            let callers = callers.into_iter().filter(|read| read.has(FOLDER));
            let named = callers.flat_map(|read| {
                let sources = puts(read.text).filter(|(_, target)| is_of_sites(target));
                let sources: Vec<_> = sources
                    .filter_map(|(source, _)| named(files, read.path, source, &paths))
                    .collect();
                sources
            });
            named.collect::<BTreeSet<_>>()
        };
        let scripted = put(lists(files).into_iter().chain(step_files(files)).collect());
        Self { scripted, told: put(files.documents()) }
    }

    /// Whether another file of the same site is put there, and this one is not: somebody wrote it
    /// before, or for another way to deploy. What only a guide puts there counts where nothing names this.
    pub(super) fn have_instead_of(
        &self,
        (path, tree): (&Utf8Path, &Tree),
        every: &[(&'f Utf8Path, &Tree)],
        is_named: impl Fn() -> bool,
    ) -> bool {
        let own = served_names(tree);
        let is_put = |it: &Utf8Path| self.scripted.contains(it) || self.told.contains(it);
        let is_instead = |puts: &BTreeSet<&Utf8Path>| {
            let mut others = every.iter().filter(|(other, _)| puts.contains(other));
            others.any(|(_, its)| hosts(its).any(|it| own.contains(it)))
        };
        !is_put(path) && (is_instead(&self.scripted) || is_instead(&self.told) && !is_named())
    }
}

fn is_of_sites(target: &str) -> bool {
    let below = target.strip_prefix(FOLDER).unwrap_or_default();
    ["sites-available", "sites-enabled", "conf.d"].iter().any(|it| below.starts_with(it))
}

/// The names that a file has servers for.
pub(super) fn served_names(tree: &Tree) -> BTreeSet<&str> {
    hosts(tree).collect()
}

/// The names that servers answer to, for which a file would be another's in one nginx.
pub(super) fn hosts(tree: &Tree) -> impl Iterator<Item = &str> {
    let http = tree.directives.iter().filter(|it| it.is("http")).flat_map(Directive::children);
    let servers = tree.directives.iter().chain(http).filter(|it| it.is("server"));
    let names = servers.flat_map(Directive::children).filter(|it| it.is("server_name"));
    let names = names.flat_map(|it| it.args.iter().map(|it| it.value.as_str()));
    names.filter(|it| it.contains('.') && !it.contains(['*', '~', '$']))
}

/// What commands copy or link there. A variable is what the text sets it to.
fn copied(text: &str) -> impl Iterator<Item = &str> {
    puts(text).filter(|(_, target)| *target == MAIN_FILE).map(|(source, _)| source)
}

/// What commands copy or link, and where to.
fn puts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let commands = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let commands = commands.flat_map(|line| line.split(['&', ';', '|', '`']));
    commands.filter_map(move |command| {
        let mut words = command.split_whitespace().map(bare);
        words.by_ref().find(|word| PUTS.contains(word))?;
        let paths: Vec<&str> = words.filter(|it| !it.starts_with('-')).collect();
        let [.., source, target] = paths[..] else { return None };
        Some((set_to(text, source).unwrap_or(source), target))
    })
}

fn set_to<'t>(text: &'t str, variable: &str) -> Option<&'t str> {
    let name = variable.strip_prefix('$')?.trim_matches(['{', '}']);
    let value = |line: &'t str| line.trim_start().strip_prefix(name)?.strip_prefix('=');
    text.lines().find_map(value).map(bare)
}

/// What tasks copy there: `src` beside `dest` (Ansible's documentation, "ansible.builtin.copy").
fn of_tasks(text: &str) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let ends = lines.iter().enumerate().filter(|(_, line)| value(line, "dest:") == Some(MAIN_FILE));
    let sources = ends.filter_map(|(at, _)| {
        let near = &lines[at.saturating_sub(OF_A_TASK)..lines.len().min(at + OF_A_TASK + 1)];
        near.iter().find_map(|line| value(line, "src:"))
    });
    sources.collect::<Vec<_>>().into_iter()
}

fn value<'t>(line: &'t str, key: &str) -> Option<&'t str> {
    line.strip_prefix(key).map(bare)
}

fn bare(word: &str) -> &str {
    word.trim().trim_matches(['"', '\''])
}

/// The file that a path means: from the caller's folder or one above it or, behind a variable or
/// where a server has the checkout, the one whose path it ends with.
fn named<'f>(
    files: &Files,
    caller: &Utf8Path,
    source: &str,
    whole: &[&'f Utf8Path],
) -> Option<&'f Utf8Path> {
    let beside = ["", "files", "templates"].iter().find_map(|folder| {
        let path = Utf8Path::new(folder).join(source).into_string();
        resolve(caller, &[path], whole)?.pop()
    });
    let is_same = |path: &Utf8PathBuf| whole.iter().copied().find(|it| it == path);
    if let Some(found) = beside.as_ref().and_then(is_same) {
        return Some(found);
    }
    let ends = |path: &&Utf8Path| Utf8Path::new(source).ends_with(files.from_root(path).1);
    let ending = whole.iter().copied().filter(ends);
    ending.max_by_key(|path| path.as_str().len())
}
