//! Static files and uploads, as a process's settings and a site's locations have them.

use crate::fact::{Certainty, Fact, Lookup, symbol};
use crate::model::nginx::{Handler, Level, Matcher};
use crate::model::{
    Answer, DEBUG, Deployment, Dir, Engine, INSTALLED_APPS, MEDIA_ROOT, MIDDLEWARE, Process, Route,
    STATIC_ROOT, Site,
};
use crate::python::Value;
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

/// The two kinds of files that Django has a storage for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asset {
    Static,
    Media,
}

impl Asset {
    /// Its key in `STORAGES`, and the setting that was there before it (until Django 5.1).
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Static => ("staticfiles", "STATICFILES_STORAGE"),
            Self::Media => ("default", "DEFAULT_FILE_STORAGE"),
        }
    }
}

/// Storages that keep files in a directory.
const LOCAL: &[&str] =
    &["django.contrib.staticfiles.", "django.core.files.storage.", "whitenoise."];

/// Storages that name a file after what is in it.
const HASHED: &[&str] = &["ManifestStaticFilesStorage", "CompressedManifestStaticFilesStorage"];

/// How files below a URL fail to be served.
#[derive(Debug)]
pub enum Unserved<'a> {
    /// They are asked of the process itself.
    ByApp(Fact<&'a Route>),
    /// They are asked of another program, as is all that nothing else is said of.
    ByOther(Fact<&'a Route>),
    /// They are looked for where the server's package has its own pages.
    Nowhere(Fact<()>),
}

impl Unserved<'_> {
    /// What makes it so: the line that passes them on, or that looks for them.
    pub fn at(&self) -> Fact<()> {
        match self {
            Self::ByApp(route) | Self::ByOther(route) => route.value.pass.map(|_| ()).given(route),
            Self::Nowhere(at) => at.clone(),
        }
    }
}

/// Whether `STORAGES` has a kind of files, or nobody can tell.
fn may_name(storages: &Value, key: &str) -> bool {
    match storages {
        Value::Dict(dict) => {
            dict.more.is_some() || dict.entries.iter().any(|it| it.key.text() == Some(key))
        }
        _ => true,
    }
}

impl Fact<&Process> {
    /// Whether a server may cut off a part of the path before it gets here.
    pub fn is_mounted(&self) -> bool {
        let forced = self.setting("FORCE_SCRIPT_NAME").and_then(|it| it.value.truth());
        let named = self.value.environment.get("SCRIPT_NAME");
        let mounted = self.value.started.as_ref().is_some_and(|it| it.mounted);
        forced != Some(false) || matches!(named, Lookup::Set(_)) || mounted
    }

    /// Whether the Django that is installed reads the settings from before `STORAGES`, which 5.1 left out
    /// (its release notes, "Features removed in 5.1"); `None` if nobody can tell.
    pub(super) fn reads_old_storages(&self) -> Option<bool> {
        self.django_version()?.value.at_least([5, 1]).map(|it| !it)
    }

    /// The class that stores files of a kind where DEBUG is off; `None` if nobody can tell.
    fn storage(&self, asset: Asset) -> Option<Fact<String>> {
        let (_, old) = asset.keys();
        let text = |value: &Value| value.text().map(str::to_owned);
        let is_set = self.assignment(old).is_some();
        let version = self.django_version().map(|it| it.value);
        let is_read = self.reads_old_storages();
        // The releases of one major version ask for the same Python, and an installer takes the last.
        let is_passed =
            is_read.is_none() && version.is_some_and(|it| it.at_least([5, 0]) == Some(true));
        if is_set && is_passed {
            let why = "what is installed today may still be a Django that reads the old setting";
            let unread = self.setting(old)?.map(|_| ()).doubt(Certainty::Likely, why);
            return Some(self.storage_of_today(asset)?.given(&unread));
        }
        if is_set && is_read != Some(false) {
            return self.agreed(&[self.setting(old)?], text);
        }
        self.storage_of_today(asset)
    }

    /// The same where nothing reads the settings from before `STORAGES`.
    fn storage_of_today(&self, asset: Asset) -> Option<Fact<String>> {
        let (key, _) = asset.keys();
        let text = |value: &Value| value.text().map(str::to_owned);
        let own = match asset {
            Asset::Static => "django.contrib.staticfiles.storage.StaticFilesStorage",
            Asset::Media => "django.core.files.storage.FileSystemStorage",
        };
        let (bound, or_default) = self.bound("STORAGES")?;
        // A condition may stand around a single entry.
        let backends_of = |storages: Fact<Value>| -> Vec<Option<Fact<Value>>> {
            // What it leaves out is stored nowhere else either.
            if !may_name(&storages.value, key) {
                return vec![Some(storages.map(|_| Value::Str(own.to_owned())))];
            }
            let Some(entry) = storages.value.get(key) else { return vec![None] };
            let entries = self.judged(&entry.clone().given(&storages)).into_iter();
            entries.map(|it| Some(it.value.get("BACKEND")?.clone().given(&it))).collect()
        };
        let outcomes = bound.iter().flat_map(|storages| self.judged(storages));
        let mut backends: Vec<Fact<Value>> =
            outcomes.flat_map(backends_of).collect::<Option<_>>()?;
        if or_default {
            backends.push(self.map(|_| Value::Str(own.to_owned())));
        }
        self.agreed(&backends, text)
    }

    /// Whether files of a kind surely lie in a directory.
    pub fn stores_locally(&self, asset: Asset) -> bool {
        let storage = self.storage(asset);
        storage.is_some_and(|it| LOCAL.iter().any(|prefix| it.value.starts_with(prefix)))
    }

    /// Where `collectstatic` puts files for a web server to send: `STATIC_ROOT`, unless they are
    /// stored elsewhere, as in a bucket, or nobody can tell.
    pub fn collects_into(&self) -> Option<Fact<Utf8PathBuf>> {
        self.get(STATIC_ROOT).filter(|_| self.stores_locally(Asset::Static))
    }

    /// Where uploads are kept: `MEDIA_ROOT`, with the same doubt.
    pub fn keeps_uploads_in(&self) -> Option<Fact<Utf8PathBuf>> {
        self.get(MEDIA_ROOT).filter(|_| self.stores_locally(Asset::Media))
    }

    /// That static files keep their names whatever is in them.
    pub fn keeps_names(&self) -> Option<Fact<()>> {
        let storage = self.storage(Asset::Static)?;
        let local = storage.value.starts_with("django.contrib.staticfiles.")
            || storage.value.starts_with("whitenoise.");
        let hashed = HASHED.iter().any(|it| storage.value.ends_with(it));
        (local && !hashed).then(|| storage.map(|_| ()))
    }

    /// That static files are looked up in a manifest by the names that pages use.
    pub fn hashes_names(&self) -> Option<Fact<()>> {
        let storage = self.storage(Asset::Static)?;
        let hashed = HASHED.iter().any(|it| storage.value.ends_with(it));
        let off = self.get(DEBUG).filter(|debug| !debug.value)?;
        hashed.then(|| storage.map(|_| ()).given(&off))
    }

    /// Whether the project's own code, or its server, may answer for files below a URL.
    pub fn may_serve(&self, asset: Asset, url: &str) -> bool {
        let Some(django) = &self.value.django else { return true };
        let environment = &self.value.environment;
        if self.value.started.as_ref().is_some_and(|it| it.may_serve_files(environment)) {
            return true;
        }
        let below = url.trim_end_matches('/');
        let wraps = asset == Asset::Static && django.project.code.may_wrap_server;
        // Its views may send files all the same, but none is asked for these.
        if self.routes_nothing_below(url) {
            return wraps;
        }
        wraps
            || django.project.code.may_send_files
            || django.project.code.paths.iter().any(|path| path.starts_with(below))
    }

    /// That no middleware sends static files, as WhiteNoise does; none if one does, or may.
    pub fn no_static_middleware(&self) -> Option<Fact<()>> {
        let sends = |name: &Fact<String>| {
            let name = name.value.to_lowercase();
            ["whitenoise", "static"].iter().any(|it| name.contains(it))
        };
        let lists = self.each_list(MIDDLEWARE)?;
        let sent = lists.iter().any(|it| it.value.iter().any(sends));
        lists.first().filter(|_| !sent).map(|it| it.map(|_| ()))
    }

    /// Whether nothing of Django's sends static files though DEBUG is on: `runserver` would, and the
    /// helpers of a URLconf ("Serving static files during development").
    pub fn sends_none_in_debug(&self, url: &str) -> bool {
        let started = self.value.started.as_ref();
        started.is_some_and(|it| it.program.value.is_production_server())
            && self.routes_nothing_below(url)
    }

    /// Whether the URLconf is in view, and surely has nothing below a URL.
    pub fn routes_nothing_below(&self, url: &str) -> bool {
        let urls = self.value.django.as_ref().and_then(|it| it.urls.as_ref());
        urls.is_some_and(|it| it.has_nothing_at(&sample(url)))
    }

    /// The folders of `STATICFILES_DIRS` whose files are put right into `STATIC_ROOT`, and below no
    /// prefix.
    pub fn bare_static_sources(&self) -> Vec<Fact<String>> {
        let value = self.setting("STATICFILES_DIRS");
        let items = value.iter().flat_map(|it| it.value.items().unwrap_or_default());
        let text = |item: &Fact<Value>| item.try_map(|it| it.text().map(str::to_owned));
        items.filter_map(text).collect()
    }

    /// The folders of `STATICFILES_DIRS`, as far as they are known.
    pub fn static_sources(&self) -> Vec<Fact<String>> {
        let value = self.setting("STATICFILES_DIRS");
        let found = value
            .iter()
            .flat_map(|value| sources(&value.value).into_iter().map(|source| source.given(value)));
        found.collect()
    }

    /// Whether a folder may be one of those: how the path begins may not be known, or depend on the folder
    /// that a process starts in.
    pub fn may_be_source(&self, folder: &Utf8Path) -> bool {
        let folder = normalize(folder);
        let is = |source: &Fact<String>| {
            let source = normalize(Utf8Path::new(&source.value));
            source.is_relative() && folder.ends_with(&source)
                || symbol::same(source.as_str(), folder.as_str()) != Some(false)
        };
        self.static_sources().iter().any(is)
    }

    /// Whether that is one of them, and they may have what others bring as well: the admin's files,
    /// if it is there. Served as they lie, nothing needs to be collected.
    pub fn may_have_whole_sources_at(&self, folder: &Utf8Path) -> bool {
        self.may_be_source(folder)
            && (!self.has_admin()
                || self.value.django.iter().any(|it| it.collected.may_have("admin")))
    }

    /// The same, where all of that is in view.
    pub fn has_whole_sources_at(&self, folder: &Utf8Path) -> bool {
        let shown = || self.value.django.iter().any(|it| it.collected.has("admin"));
        self.may_be_source(folder) && self.has_admin() && shown()
    }

    fn has_admin(&self) -> bool {
        let is_admin = |it: &Fact<String>| it.value == "django.contrib.admin";
        self.get(INSTALLED_APPS).is_some_and(|it| it.value.iter().any(is_admin))
    }

    /// The entries of `STATICFILES_DIRS` that are not in the tree.
    pub fn absent_sources(&self) -> Vec<Fact<String>> {
        let Some(django) = &self.value.django else { return Vec::new() };
        let each = django.absent_sources.iter().cloned();
        each.map(|source| source.given(&django.module).given(self)).collect()
    }
}

/// A path of the site itself: not of another host, and not everything.
pub fn is_own_url(url: &str) -> bool {
    url.starts_with('/') && !url.starts_with("//") && url.len() > 1
}

impl Deployment {
    /// How each site that passes requests on to a process fails to serve files below a URL. Empty
    /// if one of them serves them, or nobody can tell.
    pub fn unserved<'a>(
        &'a self,
        app: &Fact<&'a Process>,
        url: &Fact<String>,
    ) -> Vec<(&'a Site, Unserved<'a>)> {
        let mut found = Vec::new();
        if self.is_parted_by_traefik(&sample(&url.value)) {
            return found;
        }
        for site in self.sites_before(app.value).filter(|it| !self.is_inner(it)) {
            let Some(unserved) = self.unserved_by(site, app, url) else { return Vec::new() };
            found.push((site, unserved));
        }
        found
    }

    /// Whether Traefik leads a path of a host another way than all else there: what stands behind the rest
    /// is never asked for it.
    fn is_parted_by_traefik(&self, path: &str) -> bool {
        let parts = |site: &Site| {
            let Engine::Traefik { config, index } = site.engine() else { return false };
            let router = |path: &str| config.sites[*index].router(site.host(), path);
            let names = router(path).zip(router("/kilter-sample"));
            names.is_some_and(|(it, rest)| it.name != rest.name)
        };
        self.sites.iter().any(parts)
    }

    fn unserved_by<'a>(
        &'a self,
        site: &'a Site,
        app: &Fact<&'a Process>,
        url: &Fact<String>,
    ) -> Option<Unserved<'a>> {
        let answer = site.answer(url)?;
        match &answer.value {
            Answer::Pass => {
                let sample = format!("{}/kilter/sample.css", url.value.trim_end_matches('/'));
                let route = site.route_for(&sample)?.given(&answer);
                match self.process(route.value) {
                    Some(to) if std::ptr::eq(to.value, app.value) => {
                        Some(Unserved::ByApp(route.given(&to)))
                    }
                    // Another program of the project, or one that is there for these files.
                    Some(to) if to.value.kind.is_web() => None,
                    _ => route.value.for_everything.then_some(Unserved::ByOther(route)),
                }
            }
            // `root html` is where the package has its own pages.
            Answer::Dir(_) if !answer.evidence().is_written() => {
                Some(Unserved::Nowhere(answer.map(|_| ())))
            }
            Answer::Dir(_) | Answer::Redirect | Answer::Status(_) => None,
        }
    }
}

impl Site {
    /// The locations of nginx that answer from a directory, with their path and that directory.
    pub fn file_locations(&self, deployment: &Deployment) -> Vec<(String, Fact<Dir>)> {
        let view = deployment.view(self.view);
        let each = self.levels().into_iter().filter_map(|level| {
            let Some(Matcher::Prefix { path, .. }) = level.matcher() else { return None };
            // Nobody can ask for what Django has nginx send (`X-Accel-Redirect`).
            if level.is_internal() {
                return None;
            }
            let dir = directory(level, path)?;
            Some((path.clone(), dir.map(|dir| view.dir(self.view, Utf8Path::new(dir)))))
        });
        each.collect()
    }

    /// Whether a URL is answered as every path is that no location was written for.
    pub fn answers_as_all_else(&self, url: &str) -> bool {
        self.level_for(url).is_some_and(|level| match level.matcher() {
            Some(Matcher::Prefix { path, .. }) => path == "/",
            // By how a file is called, wherever it is asked for: `~* \.(css|js)$`.
            Some(Matcher::Regex(_)) => {
                self.level_for("/kilter/").is_some_and(|other| other.place() == level.place())
            }
            Some(Matcher::Exact(_) | Matcher::Named(_) | Matcher::Unseen) => false,
            None => true,
        })
    }

    /// A path below STATIC_URL that is answered from the directory of the same name in STATIC_ROOT:
    /// somebody divided the prefix between that and something else.
    pub fn part_served(
        &self,
        deployment: &Deployment,
        app: &Fact<&Process>,
        url: &Fact<String>,
    ) -> Option<PartServed> {
        let prefix = format!("{}/", url.value.trim_end_matches('/'));
        let root = app.collects_into()?;
        let collected = app.dir(deployment.view(app.value.view), &root)?;
        let is_part = |path: &str, served: &Fact<Dir>| {
            let Some(below) = path.strip_prefix(&prefix).filter(|it| !it.is_empty()) else {
                return false;
            };
            let meant = collected.map(|it| it.join(below.trim_end_matches('/')));
            deployment.same_dir(served, &meant).is_some_and(|same| same.value)
        };
        let mut locations = self.file_locations(deployment).into_iter();
        let (path, dir) = locations.find(|(path, served)| is_part(path, served))?;
        Some(PartServed { path, dir, collected })
    }
}

/// Of the static files what is below one path.
pub struct PartServed {
    pub path: String,
    pub dir: Fact<Dir>,
    /// Where all of them are.
    pub collected: Fact<Dir>,
}

/// The directory that files below a location's path are read from.
fn directory(level: Level<'_>, path: &str) -> Option<Fact<String>> {
    let Handler::Files = level.handler().value else { return None };
    let sample = "kilter-sample";
    let file = level.file_for(&format!("{}/{sample}", path.trim_end_matches('/')))?;
    let dir = file.try_map(|file| file.strip_suffix(sample).map(str::to_owned))?;
    dir.evidence().is_written().then_some(dir)
}

/// The texts of `STATICFILES_DIRS`: each entry, or the second part of a pair with its prefix.
pub(super) fn sources(value: &Value) -> Vec<Fact<String>> {
    let items = value.items().unwrap_or_default().iter();
    let text = |item: &Fact<Value>| {
        let path = match item.value.items() {
            Some([_, path]) => path.clone().given(item),
            Some(_) => return None,
            None => item.clone(),
        };
        path.try_map(|path| path.text().map(str::to_owned))
    };
    items.filter_map(text).collect()
}

/// A file that nobody has, below a URL.
fn sample(url: &str) -> String {
    format!("{}/kilter/sample.css", url.trim_end_matches('/'))
}
