//! Where files of the build context lie in an image, and what lies at a path of it.
//!
//! `COPY` puts the content of a folder into its destination, and a file at it or into it. A step
//! may move or delete what was copied; so what is found is what the Dockerfile brings, and
//! nothing that is not found is known to be absent.

use crate::fact::Fact;
use crate::model::datastore::INITDB;
use crate::model::image::layer::{Copy, Does, From, Run, commands};
use crate::model::image::{Base, Ignore, Image};
use crate::model::misspelt;
use crate::model::text::Text;
use crate::source::{Place, Tree, normalize, path_glob};
use crate::syntax::dockerfile::Form;
use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobMatcher;
use std::borrow::Cow;

/// The folder that is sent to a build.
pub struct Context<'a> {
    pub tree: &'a Tree,
    /// Its path in the tree.
    pub root: &'a Utf8Path,
    pub ignore: &'a Ignore,
}

/// What the Dockerfile says of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A file or folder of the tree.
    Context(Utf8PathBuf),
    /// Written in the Dockerfile.
    Inline(Place),
    /// Of another image, or fetched.
    Elsewhere,
}

/// A file that is copied through more stages than this, or to more places, is no file to follow.
const MOST: usize = 64;

impl Context<'_> {
    /// Whether the build sees a path of the tree, and where in the context that is.
    fn below<'p>(&self, path: &'p Utf8Path) -> Option<&'p Utf8Path> {
        let below = path.strip_prefix(self.root).ok()?;
        (!self.ignore.excludes(below)).then_some(below)
    }

    fn is_dir(&self, below: &Utf8Path) -> bool {
        below.as_str().is_empty() || self.tree.is_dir(&self.root.join(below))
    }

    fn exists(&self, below: &Utf8Path) -> bool {
        self.is_dir(below) || self.tree.is_file(&self.root.join(below))
    }

    /// What a source is or, where a slip in it has the build stop, was meant to be: what else is wrong is
    /// there when that is mended.
    fn meant<'s>(&self, source: &'s str) -> Cow<'s, str> {
        let path = self.root.join(source);
        let is_there =
            source.contains(['*', '?', '[']) || self.tree.get(&normalize(&path)).is_some();
        let meant = if is_there { None } else { misspelt::meant(self.tree, &path) };
        let meant = meant.as_ref().and_then(|it| it.strip_prefix(self.root).ok());
        meant.map_or(Cow::Borrowed(source), |it| Cow::Owned(it.to_string()))
    }
}

impl Image {
    /// Where a path of the tree lies in the image that runs. Empty if no `COPY` brings it.
    pub fn places_of(&self, path: &Utf8Path, context: &Context<'_>) -> Vec<Fact<Utf8PathBuf>> {
        let Some(below) = context.below(path) else { return Vec::new() };
        let is_folder = context.is_dir(below);
        let mut found: Vec<Vec<Fact<Utf8PathBuf>>> = Vec::new();
        for (index, stage) in self.stages.iter().enumerate() {
            let mut here = match stage.base {
                Base::Stage(base) => found.get(base).cloned().unwrap_or_default(),
                Base::Image(_) | Base::Scratch(_) => Vec::new(),
            };
            for layer in &stage.layers {
                let Some(copy) = layer.copy() else { continue };
                let from: Vec<Fact<Utf8PathBuf>> = match copy.from {
                    From::Context => vec![Fact::at(below.to_owned(), layer.place)],
                    From::Stage(stage) => found.get(stage).cloned().unwrap_or_default(),
                    From::Elsewhere(_) => continue,
                };
                let into = self.puts_into(index, copy, layer.place);
                let source = match copy.from {
                    From::Context => Taken::Context(context),
                    From::Stage(_) | From::Elsewhere(_) => Taken::Stage { is_folder },
                };
                for path in &from {
                    let new = destination(copy, path, (into, layer.place), &source);
                    here.extend(new.into_iter().filter(|it| !it.value.as_str().is_empty()));
                }
            }
            here.sort_by(|a, b| a.value.cmp(&b.value));
            here.dedup_by(|a, b| a.value == b.value);
            here.truncate(MOST);
            found.push(here);
        }
        found.swap_remove(self.target)
    }

    /// Whether a folder of another stage may come to lie at a path of the image that runs:
    /// `COPY --from=builder /build/static /app/static`.
    pub fn may_carry(&self, from: &Fact<Utf8PathBuf>, to: &Utf8Path) -> bool {
        self.layers().into_iter().any(|layer| {
            let of_stage = |it: &&Copy| !matches!(it.from, From::Context);
            let Some(copy) = layer.copy().filter(of_stage) else { return false };
            let Some(at) = &copy.destination else { return true };
            let is_open = copy.sources.iter().any(|it| it.known().is_none());
            let folder = Taken::Stage { is_folder: true };
            let mut brought =
                destination(copy, from, (copy.into, layer.place), &folder).into_iter();
            is_open && to.starts_with(&at.value) || brought.any(|it| it.value == to)
        })
    }

    /// What the Dockerfile puts at a path of the image that runs; the last `COPY` counts.
    pub fn at(&self, path: &Utf8Path, context: &Context<'_>) -> Option<Fact<Content>> {
        self.at_stage(self.target, &normalize(path), context, MOST)
    }

    fn at_stage(
        &self,
        stage: usize,
        path: &Utf8Path,
        context: &Context<'_>,
        depth: usize,
    ) -> Option<Fact<Content>> {
        let depth = depth.checked_sub(1)?;
        let layers = self
            .chain(stage)
            .into_iter()
            .flat_map(|at| self.stages[at].layers.iter().rev().map(move |layer| (at, layer)));
        for (at, layer) in layers {
            let Some(copy) = layer.copy() else { continue };
            let into = self.puts_into(at, copy, layer.place);
            if let Some(content) = self.brought(copy, path, into, layer.place, context, depth) {
                return Some(content);
            }
        }
        None
    }

    /// What one `COPY` puts at this path.
    fn brought(
        &self,
        copy: &Copy,
        path: &Utf8Path,
        into: bool,
        place: Place,
        context: &Context<'_>,
        depth: usize,
    ) -> Option<Fact<Content>> {
        let destination = copy.destination.as_ref()?;
        let below = path.strip_prefix(&destination.value).ok()?;
        let said = |content| Fact::at(content, place).given(destination);
        for (name, content) in &copy.inline {
            let inside = below.as_str() == name;
            if (into && inside) || (!into && below.as_str().is_empty()) {
                return Some(said(Content::Inline(*content)));
            }
        }
        for source in &copy.sources {
            let source = source.known()?;
            let pattern = trimmed(&source.value);
            let candidates = match copy.from {
                From::Context => self.sources_of(&context.meant(pattern), context),
                From::Stage(_) | From::Elsewhere(_) => vec![Utf8PathBuf::from(&source.value)],
            };
            for candidate in candidates {
                let from = candidate.clone();
                let inside = below.strip_prefix(candidate.file_name().unwrap_or_default());
                let at = match (&copy.from, inside) {
                    (From::Context, _) if context.is_dir(&candidate) => candidate.join(below),
                    // A file stands at the destination, or under its name in it.
                    (From::Context, Ok(rest)) if into && rest.as_str().is_empty() => candidate,
                    (From::Context, _) if !into && below.as_str().is_empty() => candidate,
                    (From::Context, _) => continue,
                    (From::Elsewhere(_), _) => return Some(said(Content::Elsewhere)),
                    (From::Stage(stage), inside) => {
                        let as_folder = self.at_stage(
                            *stage,
                            &normalize(&candidate.join(below)),
                            context,
                            depth,
                        );
                        let as_file = || match inside {
                            Ok(rest) if rest.as_str().is_empty() => {
                                self.at_stage(*stage, &normalize(&candidate), context, depth)
                            }
                            Ok(_) | Err(_) => None,
                        };
                        match as_folder.or_else(as_file) {
                            Some(content) => return Some(content.given(&said(Content::Elsewhere))),
                            None => continue,
                        }
                    }
                };
                let at = normalize(&at);
                let is_left_out =
                    at.strip_prefix(&from).is_ok_and(|rest| copy.leaves_out(&from, rest));
                if context.exists(&at) && !context.ignore.excludes(&at) && !is_left_out {
                    return Some(said(Content::Context(normalize(&context.root.join(at)))));
                }
            }
        }
        None
    }

    /// The paths of the context that a source names.
    fn sources_of(&self, pattern: &str, context: &Context<'_>) -> Vec<Utf8PathBuf> {
        let Some(glob) = glob(pattern) else { return vec![normalize(Utf8Path::new(pattern))] };
        let below = context.tree.below(context.root).map(|(path, _)| path);
        let relative = below.filter_map(|path| path.strip_prefix(context.root).ok());
        let fits = relative.filter(|path| glob.is_match(path.as_std_path()));
        fits.map(Utf8Path::to_owned).take(MOST).collect()
    }

    /// Whether the destination is a folder that is there before: then a file is put into it.
    fn puts_into(&self, stage: usize, copy: &Copy, before: Place) -> bool {
        let Some(destination) = &copy.destination else { return false };
        let several = copy.sources.len() + copy.inline.len() > 1;
        if copy.into
            || several
            || is_standard(&destination.value)
            || is_packaged(&destination.value)
        {
            return true;
        }
        let chain = self.chain(stage);
        let mut layers = chain.iter().rev().flat_map(|at| &self.stages[*at].layers);
        let mut earlier = layers.by_ref().take_while(|layer| layer.place != before);
        earlier.any(|layer| {
            if let Does::Run(run) = &layer.does {
                return makes(run, &destination.value);
            }
            let made = match &layer.does {
                Does::Workdir(path) => path.as_ref(),
                Does::Copy(copy) => copy.destination.as_ref().filter(|_| copy.into),
                Does::Env(..)
                | Does::Arg(..)
                | Does::User(_)
                | Does::Run(_)
                | Does::Entrypoint(_)
                | Does::Cmd(_)
                | Does::Expose(_)
                | Does::Volume(_)
                | Does::Healthcheck(_)
                | Does::Stopsignal(_)
                | Does::Shell(_) => None,
            };
            made.is_some_and(|path| path.value.starts_with(&destination.value))
        })
    }
}

/// Whether a step surely makes a folder, by its whole path: `mkdir -p /srv/app/bin`.
fn makes(run: &Run, folder: &Utf8Path) -> bool {
    let Form::Shell(text) = &run.form else { return false };
    commands(text.as_str()).any(|mut words| {
        words.next() == Some("mkdir") && words.any(|it| Utf8Path::new(it).starts_with(folder))
    })
}

/// What a `COPY` takes from.
enum Taken<'c> {
    Context(&'c Context<'c>),
    /// An earlier stage, and whether what is looked for is a folder of it.
    Stage {
        is_folder: bool,
    },
}

/// Where a `COPY` puts a path of what it copies from; nowhere if no source covers it.
fn destination(
    copy: &Copy,
    path: &Fact<Utf8PathBuf>,
    (into, place): (bool, Place),
    from: &Taken<'_>,
) -> Vec<Fact<Utf8PathBuf>> {
    let Some(destination) = &copy.destination else { return Vec::new() };
    let mut found = Vec::new();
    for source in copy.sources.iter().filter_map(Text::known) {
        // In another stage sources are paths from its root.
        let source_path = match from {
            Taken::Context(context) => context.meant(trimmed(&source.value)).into_owned(),
            Taken::Stage { .. } => format!("/{}", trimmed(&source.value)),
        };
        for folder in path.value.ancestors() {
            if !names(&source_path, folder) {
                continue;
            }
            let Ok(rest) = path.value.strip_prefix(folder) else { continue };
            if copy.leaves_out(folder, rest) {
                break;
            }
            let is_dir = match from {
                Taken::Context(context) => context.is_dir(folder),
                Taken::Stage { is_folder } => *is_folder || !rest.as_str().is_empty(),
            };
            let target = match (is_dir, into, folder.file_name()) {
                _ if copy.parents => destination.value.join(&path.value),
                (true, _, _) => destination.value.join(rest),
                (false, true, Some(name)) => destination.value.join(name),
                (false, _, _) => destination.value.clone(),
            };
            let target = Fact::at(normalize(&target), place).given(&source);
            found.push(target.given(destination).given(path));
            break;
        }
    }
    found
}

impl Copy {
    /// Whether `--exclude` says so of what lies in a source, or of the source itself.
    fn leaves_out(&self, source: &Utf8Path, rest: &Utf8Path) -> bool {
        match (rest.as_str(), source.file_name()) {
            ("", Some(name)) => self.exclude.excludes(Utf8Path::new(name)),
            _ => self.exclude.excludes(rest),
        }
    }
}

/// Whether a source, which may be a pattern, is this path.
fn names(source: &str, path: &Utf8Path) -> bool {
    match glob(source) {
        Some(glob) => !path.as_str().is_empty() && glob.is_match(path.as_std_path()),
        None => normalize(Utf8Path::new(source)) == path,
    }
}

/// A source from the root of the context, which no way up leaves (Dockerfile reference, "COPY": "`COPY
/// ../something /something` is identical to `COPY something /something`").
fn trimmed(source: &str) -> &str {
    let mut source = source.trim_start_matches('/').trim_end_matches('/');
    while let Some(below) = source.strip_prefix("../").or_else(|| source.strip_prefix("./")) {
        source = below;
    }
    if source == ".." { "." } else { source }
}

fn glob(pattern: &str) -> Option<GlobMatcher> {
    if !pattern.contains(['*', '?', '[']) {
        return None;
    }
    path_glob(pattern)
}

/// Folders that every distribution has (file-hierarchy(7)).
fn is_standard(path: &Utf8Path) -> bool {
    let folders = [
        "/",
        "/bin",
        "/etc",
        "/home",
        "/opt",
        "/root",
        "/run",
        "/sbin",
        "/srv",
        "/tmp",
        "/usr",
        "/usr/bin",
        "/usr/lib",
        "/usr/local",
        "/usr/local/bin",
        "/usr/local/lib",
        "/usr/sbin",
        "/usr/share",
        "/var",
        "/var/lib",
        "/var/log",
        "/var/run",
        "/var/tmp",
    ];
    folders.contains(&path.as_str())
}

/// Folders that come with what is configured in them: without nginx, nobody copies a file to
/// `/etc/nginx/conf.d` (measured in the images `nginx`, `postgres`, `mysql` and `caddy`, and with
/// Debian's packages).
fn is_packaged(path: &Utf8Path) -> bool {
    let folders = [
        INITDB,
        "/docker-entrypoint.d",
        "/etc/caddy",
        "/etc/cron.d",
        "/etc/nginx",
        "/etc/nginx/conf.d",
        "/etc/nginx/sites-available",
        "/etc/nginx/sites-enabled",
        "/etc/redis",
        "/etc/supervisor",
        "/etc/supervisor/conf.d",
        "/usr/share/nginx",
        "/usr/share/nginx/html",
        "/var/www",
        "/var/www/html",
    ];
    folders.contains(&path.as_str())
}
