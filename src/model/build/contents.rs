//! Looks up in the tree what a build copies, leaves out and starts.

use crate::fact::spelling::is_slip;
use crate::fact::{Certainty, Fact, symbol};
use crate::model::build::copied;
use crate::model::build::ignored::{is_ignored, is_made};
use crate::model::build::image_builds;
use crate::model::build::image_of::Built;
use crate::model::build::image_steps::stages;
use crate::model::build::lists_left_out;
use crate::model::build::unfiltered;
use crate::model::build::unrunnable;
use crate::model::compose::{Build, Location, MountKind, Project, Service};
use crate::model::contents::{Contents, NoStage, Unmet};
use crate::model::image::{Context, Copy, Does, Flavour, From, Image, Layer, Stage};
use crate::model::misspelt;
use crate::model::{Files, Found, Process, scripted};
use crate::source::{EntryKind, normalize, words};
use crate::syntax::dockerfile::Heredoc;
use crate::syntax::kind;
use camino::{Utf8Path, Utf8PathBuf};

/// Where an image has the code of the project that a process runs.
pub(super) fn homes(files: &Files, process: &Process, built: Option<&Built>) -> Vec<Utf8PathBuf> {
    let built = built.and_then(|it| it.in_context(files));
    let (Some(django), Some((image, context))) = (&process.django, built) else {
        return Vec::new();
    };
    copied::homes(image, &context, &django.project).into_iter().map(|(_, at)| at).collect()
}

/// Adds the env files that get into the image because its process loads them there.
pub(super) fn bake_for_settings(
    files: &Files,
    service: &Service,
    process: &Process,
    built: Option<&Built>,
    contents: &mut Contents,
) {
    let Some((built, (image, context))) = built.and_then(|it| Some((it, it.in_context(files)?)))
    else {
        return;
    };
    let looked = Looked { files, built, image, context };
    for baked in looked.baked_for_settings(service, process) {
        if !contents.baked.iter().any(|it| it.path == baked.path) {
            contents.baked.push(baked);
        }
    }
}

pub(super) fn contents(
    files: &Files,
    project: &Project,
    service: &Service,
    built: Option<&Built>,
) -> Contents {
    let unmounted = unmounted(files, project, service);
    let no_dockerfile = no_dockerfile(files, service);
    let looked = built.and_then(|built| {
        let (image, context) = built.in_context(files)?;
        Some(Looked { files, built, image, context })
    });
    let no_stage = built.and_then(|built| no_stage(service, built));
    let Some(looked) = looked else {
        return Contents { unmounted, no_dockerfile, no_stage, ..Contents::default() };
    };
    Contents {
        unmet: looked.unmet(service),
        baked: looked.baked(project, service),
        unmounted,
        no_dockerfile,
        no_stage,
        unfiltered: unfiltered::unfiltered(looked.built, looked.image, &looked.context),
        unrunnable: unrunnable::unrunnable(&looked, service),
        homes: Vec::new(),
        uncopied: Vec::new(),
        unlogged: None,
        lists_left_out: lists_left_out::lists_left_out(looked.files, looked.built),
        python_version: looked.python_version(),
        unmade: Vec::new(),
    }
}

/// Files that a service mounts and that are neither in the tree nor made where it is deployed.
fn unmounted(files: &Files, project: &Project, service: &Service) -> Vec<Fact<Utf8PathBuf>> {
    let missing = service.volumes.iter().filter_map(|mount| {
        let MountKind::Bind(written, Some(location)) = &mount.kind else { return None };
        let Location::Tree(path) = &location.value else { return None };
        let target = mount.target.known()?;
        // The rest of what begins where compose is run is as written as any other.
        let written = match written.known() {
            Some(written) => written.value,
            None if !symbol::is_symbolic(path.as_str()) => path.to_string(),
            None => return None,
        };
        let is_file = is_configuration(path) && is_configuration(Utf8Path::new(&target.value));
        let absent = matches!(files.find(path), Found::Absent)
            && !files.tree.is_unseen(path)
            && !is_ignored(files, path)
            && !is_made(files, path)
            && !has_example(files, path)
            && !is_beside_its_file(files, location, &written)
            && (builds_from_here(files, project) || !is_above(files, path, &written));
        let unmounted = || location.map(|_| path.clone()).given(&target);
        (is_file && absent).then(|| doubted(files, unmounted(), path))
    });
    missing.collect()
}

/// Whether a file is made by hand, after an example beside it: `config.ini.dist`, `example.env`.
fn has_example(files: &Files, path: &Utf8Path) -> bool {
    let path = normalize(path);
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return false };
    let own = words(name);
    // `default.dev.conf` is no example of `default.conf`.
    let is_one = |other: &Utf8Path| {
        let mut further = words(other.file_name().unwrap_or_default());
        let all = further.len();
        further.retain(|it| !own.contains(it));
        further.len() + own.len() == all && kind::is_example(Utf8Path::new(&further.join(".")))
    };
    files.tree.children(folder).any(|(other, _)| is_one(other))
}

/// That a file is not there, which is certain where one of nearly its name is, or one of its name in a
/// folder that is nearly called so: any other may be fetched or made before it is asked for, by nothing in
/// view.
fn doubted<T>(files: &Files, absent: Fact<T>, path: &Utf8Path) -> Fact<T> {
    if misspelt::meant(files.tree, path).is_some() {
        return absent;
    }
    absent.doubt(Certainty::Likely, "it may be fetched or made by what is not in view")
}

/// Whether a file is there if the path is taken from the compose file's own folder, where its images were
/// built from another.
fn is_beside_its_file(files: &Files, location: &Fact<Location>, written: &str) -> bool {
    let place = location.evidence().place();
    let folder = place.and_then(|it| files.read(it.file).path.parent());
    folder.is_some_and(|it| files.tree.get(&normalize(&it.join(written))).is_some())
}

/// Whether something that a project builds is where it is if paths are taken from the compose file's
/// own folder.
fn builds_from_here(files: &Files, project: &Project) -> bool {
    let builds = project.services.iter().filter_map(|service| service.build.as_ref());
    let mut dockerfiles = builds.filter_map(|build| build.dockerfile_path(files.tree));
    dockerfiles.any(|at| match at.value {
        Location::Tree(path) => files.tree.is_file(&path),
        Location::Host(_) | Location::Home(_) | Location::Remote(_) => false,
    })
}

/// Whether a file is there if the path is taken from a folder above the compose file's: that is then
/// copied there, or started with `--project-directory`. The folder may be the one that the repository
/// is cloned into, beside others: `./backend/deploy/nginx.conf`.
fn is_above(files: &Files, path: &Utf8Path, written: &str) -> bool {
    let below = normalize(Utf8Path::new(written));
    let folder = path.as_str().strip_suffix(below.as_str()).map(Utf8Path::new);
    let mut above = folder.into_iter().flat_map(|it| it.ancestors().skip(1));
    let inside: Utf8PathBuf = below.components().skip(1).collect();
    let is_cloned_beside = inside.components().count() > 1 && files.tree.get(&inside).is_some();
    is_cloned_beside || above.any(|folder| files.tree.get(&folder.join(&below)).is_some())
}

/// The build of a service whose image comes from nowhere else. What has the name of an image in a
/// registry as well may be pulled; without one, only images of Docker's own are found.
fn must_be_built(service: &Service) -> Option<&Build> {
    let image = service.image.as_ref().map(ToString::to_string);
    let is_own = |it: &String| !it.contains(['/', '$']) && Flavour::of(it).is_none();
    service.build.as_ref().filter(|_| image.as_ref().is_none_or(is_own))
}

/// The stage that a service is to be built up to, if its Dockerfile has none of the name: "target
/// stage … could not be found" (BuildKit).
fn no_stage(service: &Service, built: &Built) -> Option<Fact<NoStage>> {
    let asked = must_be_built(service)?.target.as_ref()?.known()?;
    let image = built.image.as_ref()?;
    let stages = image.stages.iter().filter_map(|stage| stage.name.clone()).collect();
    let dockerfile = built.dockerfile.clone()?;
    image
        .at_target(&asked.value)
        .is_none()
        .then(|| asked.map(|asked| NoStage { asked: asked.clone(), dockerfile, stages }))
}

/// The Dockerfile of a service that is lacking in a folder which is there, or which lies elsewhere.
fn no_dockerfile(files: &Files, service: &Service) -> Option<Fact<Utf8PathBuf>> {
    let build = must_be_built(service)?;
    let Location::Tree(folder) = &build.context.as_ref()?.value else { return None };
    let named = build.dockerfile_path(files.tree).filter(|_| build.dockerfile_inline.is_none())?;
    let Location::Tree(path) = &named.value else { return None };
    // podman takes this name as well.
    let of_podman = files.tree.get(&folder.join("Containerfile")).is_some();
    let is_inside = |it: &&Utf8Path| *it != folder.as_path();
    let has_files = files.tree.below(folder).any(|(path, _)| is_inside(&path.as_path()));
    let absent = matches!(files.find(path), Found::Absent)
        && !files.tree.is_unseen(path)
        && !is_ignored(files, path)
        && !is_made(files, path);
    let said = build.dockerfile.as_ref().and_then(|it| it.known()).map(|it| it.map(|_| ()));
    let said = said.or_else(|| Some(build.context.as_ref()?.map(|_| ())))?;
    let is_expected = has_files || lies_elsewhere(files, folder, path);
    (is_expected && absent && !of_podman).then(|| said.map(|()| path.clone()))
}

/// Whether a folder that is not there is no other repository's: one of its name has such a Dockerfile in
/// another place of the tree, so that the way to it is wrong.
fn lies_elsewhere(files: &Files, folder: &Utf8Path, dockerfile: &Utf8Path) -> bool {
    let Ok(below) = dockerfile.strip_prefix(folder) else { return false };
    let Some(end) = folder.file_name().map(|name| Utf8Path::new(name).join(below)) else {
        return false;
    };
    let (_, within) = files.from_root(folder);
    let is_inside = within.components().all(|it| it.as_str() != "..");
    let mut alike = files.named(below.file_name().unwrap_or_default()).iter();
    is_inside && !files.tree.is_dir(folder) && alike.any(|it| it.ends_with(&end))
}

/// A file by its name, of a kind that is kept in repositories: no key, no certificate.
fn is_configuration(path: &Utf8Path) -> bool {
    let endings = [
        "conf",
        "cnf",
        "cfg",
        "ini",
        "toml",
        "yml",
        "yaml",
        "sh",
        "py",
        "sql",
        "template",
        "html",
        "js",
        "lua",
        "xml",
        "properties",
        "rules",
    ];
    path.extension().is_some_and(|it| endings.contains(&it))
        || path.file_name() == Some("Caddyfile")
}

pub(super) struct Looked<'a> {
    pub(super) files: &'a Files<'a>,
    pub(super) built: &'a Built,
    pub(super) image: &'a Image,
    pub(super) context: Context<'a>,
}

/// What builds leave behind, which is in no clone.
const OUTPUTS: &[&str] =
    &["dist", "build", "out", "target", "node_modules", ".next", "wheels", "_build", "public"];

/// Whether a file is of a kind that people fetch or build and rarely commit: programs, archives, dumps.
fn is_kept_elsewhere(path: &Utf8Path) -> bool {
    const ENDINGS: &[&str] = &[
        "jar", "war", "whl", "deb", "rpm", "zip", "gz", "tgz", "bz2", "xz", "zst", "tar", "so",
        "bin", "exe", "dump", "sql", "sqlite3", "db", "pt", "onnx", "mmdb",
    ];
    // Certificates and their keys, which no repository should have.
    const FOLDERS: &[&str] = &["ssl", "certs", "cert", "certificates", "tls", "keys", "secrets"];
    path.extension().is_some_and(|it| ENDINGS.contains(&it))
        || path.file_name().is_some_and(|it| FOLDERS.contains(&it))
}

/// Whether it is put among programs under a name that programs have, and is no script of the
/// project's own by that name.
fn is_program(path: &Utf8Path, copy: &Copy) -> bool {
    let name = path.file_name().unwrap_or_default();
    let is_script = ["entry", "start", "run", "wait"].iter().any(|it| name.contains(it));
    let target = copy.destination.as_ref();
    let is_among = target.is_some_and(|it| it.value.iter().any(|it| matches!(it, "bin" | "sbin")));
    path.extension().is_none() && is_among && !is_script
}

impl Looked<'_> {
    /// The first line of `.python-version`, if a build may see one.
    fn python_version(&self) -> Option<String> {
        let read = self.files.find(&self.context.root.join(".python-version")).read()?;
        let mut lines = read.text.lines().map(str::trim);
        lines.find(|it| !it.is_empty() && !it.starts_with('#')).map(str::to_owned)
    }

    /// The stages that take part in the image.
    fn stages(&self) -> impl Iterator<Item = &Stage> {
        stages(self.image).into_iter().map(|at| &self.image.stages[at])
    }

    pub(super) fn copies(&self) -> impl Iterator<Item = (&Layer, &Copy)> {
        let layers = self.stages().flat_map(|stage| &stage.layers);
        layers.filter_map(|layer| match &layer.does {
            Does::Copy(copy) => Some((layer, copy.as_ref())),
            _ => None,
        })
    }

    fn unmet(&self, service: &Service) -> Vec<Fact<Unmet>> {
        let mut found = Vec::new();
        for (layer, copy) in self.copies() {
            match &copy.from {
                From::Stage(_) => {}
                From::Elsewhere(name) => {
                    let named = self.image.stages.iter().any(|stage| stage.name.is_some());
                    let given = service.build.as_ref().is_some_and(|it| it.has_more_contexts);
                    let plain = name.known().filter(|it| is_plain_name(&it.value));
                    let plain = plain.filter(|it| !self.is_given_context(&it.value));
                    let plain = plain.filter(|it| Flavour::of(&it.value).is_none());
                    found.extend(plain.filter(|_| named && !given).map(|it| self.no_stage(&it)));
                }
                // `COPY {{ x }} .` has what a template puts there.
                From::Context if copy.sources.iter().any(|it| it.to_string().contains("{{")) => {}
                From::Context => {
                    let sources = copy.sources.iter().filter_map(|it| it.known());
                    let unmet = sources.filter_map(|source| {
                        let unmet = self.unmet_source(&source.value, copy)?;
                        let is_absent = matches!(unmet, Unmet::Absent(_));
                        let unmet = source.map(|_| unmet).given(&Fact::at((), layer.place));
                        let path = self.context.root.join(&source.value);
                        Some(if is_absent { doubted(self.files, unmet, &path) } else { unmet })
                    });
                    found.extend(unmet);
                }
            }
        }
        found
    }

    /// That no stage has a name, which is certain where one is nearly called so.
    fn no_stage(&self, name: &Fact<String>) -> Fact<Unmet> {
        let unmet = name.map(|name| Unmet::NoStage(name.clone()));
        let mut stages = self.image.stages.iter().filter_map(|it| it.name.as_ref());
        if stages.any(|it| is_slip(&it.value, &name.value)) {
            return unmet;
        }
        unmet.doubt(Certainty::Likely, "a call of docker may hand over a context of this name")
    }

    /// Whether a call of docker hands a context of this name to a build, wherever that is told: in a
    /// script, or in a comment of the Dockerfile (Docker's manual, "docker buildx build",
    /// `--build-context`).
    fn is_given_context(&self, name: &str) -> bool {
        let own = self.built.dockerfile.as_ref().and_then(|it| self.files.find(it).read());
        let given = [format!("--build-context {name}="), format!("--build-context={name}=")];
        let mut told = scripted::lists(self.files).into_iter().chain(own);
        told.any(|it| given.iter().any(|words| it.has(words)))
    }

    /// Whether a script or a workflow builds the same Dockerfile in a folder that has a source: what
    /// only deploys, as `docker stack deploy`, asks for no context.
    fn is_built_elsewhere(&self, below: &Utf8Path) -> bool {
        let Some(dockerfile) = &self.built.dockerfile else { return false };
        let others = image_builds::find(self.files).into_iter().map(|(_, recipe)| recipe);
        let mut others = others.filter(|it| it.dockerfile == *dockerfile);
        others.any(|it| self.files.tree.get(&normalize(&it.context.join(below))).is_some())
    }

    fn unmet_source(&self, source: &str, copy: &Copy) -> Option<Unmet> {
        let fetched = copy.adds && (source.contains("://") || source.contains('@'));
        if fetched || source.contains(['*', '?', '[', '$']) || source.contains("@@") {
            return None;
        }
        let below = normalize(Utf8Path::new(source.trim_start_matches('/')));
        let path = normalize(&self.context.root.join(&below));
        // `..` leads out of no context: docker takes it for the root.
        if below.as_str().is_empty() || below.starts_with("..") {
            return None;
        }
        let output = below.components().any(|it| OUTPUTS.contains(&it.as_str()));
        match self.files.tree.get(&path) {
            None if output || is_ignored(self.files, &path) || is_made(self.files, &path) => None,
            None if is_kept_elsewhere(&path) || is_program(&path, copy) => None,
            // Who keeps a file out by its name has it, wherever the image is built.
            None if self.context.ignore.excludes(&below) => None,
            // A folder that git can not keep, as it is empty, or that is no part of the checkout.
            None if self.files.tree.is_unseen(&path) => None,
            None if self.is_built_elsewhere(&below) || has_example(self.files, &path) => None,
            None => Some(Unmet::Absent(source.to_owned())),
            Some(entry) => {
                let is_file = matches!(entry.kind, EntryKind::File { .. });
                let excluded = is_file && self.context.ignore.excludes(&below);
                excluded.then(|| Unmet::Excluded(source.to_owned()))
            }
        }
    }

    /// Whether some step of the build says this of a script.
    pub(super) fn steps_say(&self, says: impl Fn(&str) -> bool) -> bool {
        let runs = self.stages().flat_map(|stage| &stage.layers);
        runs.into_iter().any(|layer| match &layer.does {
            Does::Run(run) => {
                let inline = |heredoc: &Heredoc| {
                    let read = self.files.read(heredoc.content.file);
                    read.text.get(heredoc.content.span.range()).is_some_and(&says)
                };
                says(&run.form.text()) || run.heredocs.iter().any(inline)
            }
            _ => false,
        })
    }
}

/// `builder`, and no address of an image.
fn is_plain_name(name: &str) -> bool {
    !name.contains(['/', ':', '.', '$', '@']) && name.parse::<usize>().is_err()
}
