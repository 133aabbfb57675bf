//! How a server makes the path of a file of a URL, and where that goes astray.

use crate::fact::Fact;
use crate::model::nginx::{self, Handler, Level, Matcher};
use crate::model::site::SAMPLES;
use crate::model::{Deployment, Dir, Engine, Site};
use camino::{Utf8Path, Utf8PathBuf};

/// A file as the server looks it up.
#[derive(Clone, Debug)]
pub struct Lookup {
    pub path: Fact<String>,
    /// The block that the request came to.
    pub block: Fact<()>,
}

/// Why files of the right directory are not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misread {
    /// The directory's name and the file's run into each other.
    SlashLost,
    /// The URL's own path is looked up below the directory.
    PrefixKept,
}

/// A location of an expression that takes files from the one that is written for their URL.
#[derive(Clone, Debug)]
pub struct Shadow {
    /// Example of a URL that it takes.
    pub url: String,
    pub meant: Lookup,
    pub taken: Lookup,
}

/// What static files are called; an expression for suffixes is for some of them.
const SUFFIXES: &[&str] = &["css", "js", "png", "jpg", "svg", "woff2", "ico"];

impl Site {
    /// That files below a URL are meant to come from a directory, and cannot be found there for
    /// the way in which their paths are made.
    pub fn misread(
        &self,
        deployment: &Deployment,
        url: &Fact<String>,
        dir: &Fact<Dir>,
    ) -> Option<(Misread, Lookup)> {
        let sample = SAMPLES.first()?;
        let prefix = url.value.strip_suffix('/').unwrap_or(&url.value);
        let lookup = self.look_up(&format!("{prefix}/{sample}"))?;
        let before = lookup.path.value.strip_suffix(sample)?;
        let (misread, meant) = if !before.ends_with('/') {
            (Misread::SlashLost, before)
        } else {
            let kept = (prefix.starts_with('/')).then(|| before.strip_suffix(prefix_of(url)))?;
            (Misread::PrefixKept, kept?)
        };
        let view = deployment.view(self.view);
        // A mount below may lead to the right place all the same.
        let looked = lookup.path.map(|_| view.dir(self.view, Utf8Path::new(before)));
        let is_right = || deployment.same_dir(&looked, dir).is_some_and(|same| same.value);
        if misread == Misread::PrefixKept && is_right() {
            return None;
        }
        let meant = lookup.path.map(|_| view.dir(self.view, Utf8Path::new(meant)));
        let same = deployment.same_dir(&meant, dir)?;
        same.value.then_some((misread, lookup))
    }

    /// A location of an expression that takes some of the files below a URL from the location that
    /// is written for it, and looks for them elsewhere.
    pub fn shadow(&self, url: &str) -> Option<Shadow> {
        let Engine::Nginx { config, index } = &self.engine else { return None };
        let server = config.servers().nth(*index)?;
        let meant = meant(server.level(), url)?;
        SUFFIXES.iter().find_map(|suffix| {
            let path = format!("{}/kilter/sample.{suffix}", url.trim_end_matches('/'));
            let taken = server.locate(&path).ok()?.level;
            let by_expression = matches!(taken.matcher(), Some(Matcher::Regex(_)));
            if !by_expression || taken.parent()?.id() != server.level().id() {
                return None;
            }
            let (meant, taken) = (plain(meant, &path)?, plain(taken, &path)?);
            (meant.path.value != taken.path.value).then_some(Shadow { url: path, meant, taken })
        })
    }

    /// The directory of the location that is written for a URL, and that of an expression which takes files
    /// of some suffixes from it.
    pub fn divided_dirs(
        &self,
        deployment: &Deployment,
        url: &Fact<String>,
    ) -> Option<(Fact<Dir>, Fact<Dir>)> {
        let Shadow { meant, taken, .. } = self.shadow(&url.value)?;
        let view = deployment.view(self.view);
        // Above the folder of the sample.
        let dir = |lookup: &Lookup| {
            lookup.path.try_map(|path| {
                let above = Utf8Path::new(path).parent()?.parent()?;
                Some(view.dir(self.view, above))
            })
        };
        Some((dir(&meant)?, dir(&taken)?))
    }

    /// Where files of other suffixes are looked for than those that an expression takes, if these are
    /// found in a directory and the others are not.
    pub fn missed_by_location(
        &self,
        deployment: &Deployment,
        url: &Fact<String>,
        dir: &Fact<Dir>,
    ) -> Option<(Fact<Dir>, Fact<bool>)> {
        let (meant, taken) = self.divided_dirs(deployment, url)?;
        let has = deployment.same_dir(&taken, dir)?;
        let same = deployment.same_dir(&meant, dir)?;
        (has.value && !same.value).then_some((meant, same))
    }

    /// Of some files below a URL the first that a location of an expression passes on, in place of
    /// the location that is written for the URL: that lookup, the one who passes it on, and the file.
    pub fn passed_away<'f>(
        &self,
        url: &str,
        mut files: impl Iterator<Item = &'f Utf8Path>,
    ) -> Option<(String, Lookup, Fact<()>)> {
        let Engine::Nginx { config, index } = &self.engine else { return None };
        let server = config.servers().nth(*index)?;
        let passes = |level: &Level| {
            matches!(level.handler().value, Handler::Proxy(_) | Handler::Gateway(_))
        };
        let is_expression = |level: &Level| matches!(level.matcher(), Some(Matcher::Regex(_)));
        let takers = || server.level().locations().filter(is_expression).filter(passes);
        // A tree may hold thousands of files.
        takers().next()?;
        let meant = meant(server.level(), url)?;
        files.find_map(|file| {
            let path = format!("{}/{file}", url.trim_end_matches('/'));
            let taken = server.locate(&path).ok()?.level;
            takers().find(|it| it.id() == taken.id())?;
            let meant = plain(meant, &path)?;
            Some((path, meant, taken.fact(())))
        })
    }

    fn look_up(&self, path: &str) -> Option<Lookup> {
        let host = self.host();
        match &self.engine {
            Engine::Nginx { config, .. } => {
                let answer = self.nginx_answer(config, host, path)?;
                if let Some(tried) = answer.tried.first() {
                    let block = config.level(tried.level).fact(());
                    return Some(Lookup { path: tried.path.clone(), block });
                }
                let file = answer.reply.try_map(|reply| match reply {
                    nginx::Reply::File(path) => Some(path.clone()),
                    _ => None,
                })?;
                Some(Lookup { path: file, block: answer.level.fact(()) })
            }
            Engine::Traefik { .. } => None,
            Engine::Caddy { config, index } => {
                let site = &config.sites[*index];
                self.caddy_reply(site, host, path, |reply| {
                    let crate::model::caddy::Answer::File { root, path, server, .. } =
                        &reply.answer
                    else {
                        return None;
                    };
                    let root = server.root.as_ref().or(root.as_ref())?;
                    let file = root.map(|root| format!("{}{path}", root.trim_end_matches('/')));
                    // The directive that was entered last before the root was set.
                    let at = root.evidence().place()?;
                    let line = |place: &&crate::source::Place| {
                        place.file == at.file && place.span.start < at.span.start
                    };
                    let entered = reply.trail.iter().rev().filter(line);
                    let block = entered.max_by_key(|place| place.span.start)?;
                    Some(Lookup { path: file, block: Fact::at((), *block) })
                })
            }
        }
    }
}

/// The location that is written for a URL.
fn meant<'c>(server: Level<'c>, url: &str) -> Option<Level<'c>> {
    let url = url.trim_end_matches('/');
    let is_meant = |level: &Level| {
        let path = level.matcher().and_then(Matcher::path);
        path.is_some_and(|path| path.trim_end_matches('/') == url && !url.is_empty())
    };
    server.locations().find(is_meant)
}

fn prefix_of(url: &Fact<String>) -> &str {
    url.value.as_str()
}

/// The file that a location answers with if nothing but the path decides.
fn plain(level: Level<'_>, path: &str) -> Option<Lookup> {
    let decides = ["try_files", "rewrite", "return", "set", "if", "internal", "deny"];
    let only_files = matches!(level.handler().value, Handler::Files)
        && !level.lines().iter().any(|line| decides.contains(&line.name.as_str()))
        && level.unseen().is_none();
    if !only_files {
        return None;
    }
    let path = level.file_for(path)?;
    let path = path.map(|path| path.replace("//", "/"));
    Some(Lookup { path, block: level.fact(()) })
}

impl Lookup {
    /// The directory part, for display.
    pub fn folder(&self) -> Utf8PathBuf {
        let path = Utf8Path::new(&self.path.value);
        path.parent().unwrap_or(path).to_owned()
    }
}
