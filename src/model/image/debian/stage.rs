//! What a build does on a release of Debian, as far as its packages come from there alone.

use crate::fact::Fact;
use crate::model::BuildStep;
use crate::model::image::debian::Debian;
use crate::model::image::{Copy, Does, Image, Layer, PythonImage, Reference, calls_script};
use crate::model::text::Text;
use crate::source::Place;
use crate::syntax::requirements::is_pypi;
use crate::syntax::shell::evaluate::OnFailure;
use camino::{Utf8Path, Utf8PathBuf};

/// What stages have on one base, down to the step from which on packages may come from elsewhere.
#[derive(Debug)]
pub struct OnDebian<'i> {
    /// At the image's name.
    pub release: Fact<Debian>,
    /// If it is an image of Python's.
    pub python: Option<PythonImage>,
    pub layers: Vec<&'i Layer>,
}

impl Image {
    /// One for each image of a known release that the build takes.
    pub fn on_debian(&self) -> Vec<OnDebian<'_>> {
        let built = self.built().into_iter();
        built.filter_map(|(base, layers)| on_debian(base, layers)).collect()
    }
}

fn on_debian<'i>(base: &Text, mut layers: Vec<&'i Layer>) -> Option<OnDebian<'i>> {
    let release = base.fact().try_map(|it| Debian::of(&Reference::parse(it)?))?;
    let python = base.fact().try_map(|it| PythonImage::of(&Reference::parse(it)?));
    let own = layers.iter().take_while(|it| !may_say_where(it)).count();
    layers.truncate(own);
    Some(OnDebian { release, python: python.map(|it| it.value), layers })
}

/// Where further sources of packages and their keys are put (sources.list(5), apt-secure(8)).
const BESIDE: [&str; 3] =
    ["/etc/apt/sources.list.d/", "/etc/apt/trusted.gpg.d", "/etc/apt/keyrings"];

/// Whether a step may change where packages come from.
fn may_say_where(layer: &Layer) -> bool {
    match &layer.does {
        // What a heredoc has is not in view here, nor what is mounted there while it runs.
        Does::Run(run) if !run.heredocs.is_empty() => true,
        Does::Run(run) if run.mounts.iter().any(|it| it.value.contains("/etc/apt")) => true,
        Does::Run(run) => {
            let text = run.form.text();
            let edits = text.contains("sed ") || text.contains("rm ") || text.contains("mv ");
            // What is only put beside takes nothing away, and apt stops at what it does not find.
            let rest = match edits {
                true => text.into_owned(),
                false => BESIDE.iter().fold(text.into_owned(), |text, it| text.replace(it, "")),
            };
            let says =
                ["archive.debian.org", "sources.list", "debian.sources", "apt.conf", "/etc/apt"];
            says.iter().any(|it| rest.contains(it)) || calls_script(&rest)
        }
        Does::Copy(copy) => {
            copy.destination.as_ref().is_none_or(|it| it.value.starts_with("/etc/apt"))
                || may_hold_etc(copy)
        }
        _ => false,
    }
}

/// Whether a copy to a folder above `/etc/apt` may bring that along: whatever is a folder may, and what
/// has an ending is none.
fn may_hold_etc(copy: &Copy) -> bool {
    let is_above = |it: &Fact<Utf8PathBuf>| Utf8Path::new("/etc/apt").starts_with(&it.value);
    let is_file = |source: &str| {
        let name = source.rsplit('/').next().unwrap_or_default();
        name.trim_start_matches('.').contains('.') && !source.ends_with('/')
    };
    copy.destination.as_ref().is_some_and(is_above)
        && !copy.sources.iter().all(|it| is_file(&it.to_string()))
}

/// Programs that bring no packages of the system, and none from elsewhere.
const HARMLESS: &[&str] = &[
    "addgroup",
    "adduser",
    "apt",
    "apt-get",
    "apt-mark",
    "cd",
    "chmod",
    "chown",
    "cp",
    "dos2unix",
    "echo",
    "export",
    "find",
    "flake8",
    "groupadd",
    "ldconfig",
    "ln",
    "locale-gen",
    "mkdir",
    "mv",
    "pip",
    "pip3",
    "pipenv",
    "poetry",
    "python",
    "python3",
    "rm",
    "sed",
    "set",
    "touch",
    "true",
    "useradd",
    "usermod",
    "uv",
];

/// Programs that fetch something and write it down, beside those.
const FETCHING: &[&str] = &["apt-key", "cat", "curl", "gpg", "tee", "wget"];

impl OnDebian<'_> {
    /// What is run in order, up to the first program that could bring packages from elsewhere, or to the
    /// first that has words by an argument which this build is not given, and another may be.
    pub fn steps<'b>(&self, build: &'b [BuildStep]) -> impl Iterator<Item = &'b BuildStep> {
        let open = self.first_open();
        self.all_steps(build)
            .take_while(move |it| Some(it.place) != open)
            .take_while(|it| HARMLESS.contains(&it.ran.program_name()))
    }

    /// The first step that names an argument without a value.
    fn first_open(&self) -> Option<Place> {
        let mut open = Vec::new();
        self.layers.iter().find_map(|layer| match &layer.does {
            Does::Arg(name, None) => {
                open.push(name.value.as_str());
                None
            }
            Does::Run(run) => {
                let text = run.form.text();
                let names = |it: &&str| {
                    text.contains(&format!("${it}")) || text.contains(&format!("${{{it}"))
                };
                open.iter().any(names).then_some(layer.place)
            }
            _ => None,
        })
    }

    fn all_steps<'b>(&self, build: &'b [BuildStep]) -> impl Iterator<Item = &'b BuildStep> {
        let of = |layer: &&Layer| build.iter().filter(|step| step.place == layer.place).collect();
        let steps: Vec<Vec<_>> = self.layers.iter().map(of).collect();
        steps.into_iter().flatten()
    }

    /// The first step that looks for packages where they are by default, and with which the build ends if
    /// none are there. Before it, nothing runs that is not in view here, as a script may say where
    /// packages come from.
    pub fn first_update<'b>(&self, build: &'b [BuildStep]) -> Option<&'b BuildStep> {
        let is_plain = |it: &&BuildStep| {
            let program = it.ran.program_name();
            it.ran.place.file == it.place.file
                && (HARMLESS.contains(&program) || FETCHING.contains(&program))
                && !it.runs_code()
        };
        let mut steps = self.all_steps(build).take_while(is_plain);
        steps.find(|it| it.is_needed() && it.updates())
    }
}

/// Options that name an index or a folder for packages, of pip and of `uv pip`.
const INDEX_OPTIONS: [&str; 8] = [
    "-i",
    "-f",
    "--index",
    "--index-url",
    "--extra-index-url",
    "--default-index",
    "--find-links",
    "--no-index",
];

/// The same as variables (pip's manual, "Configuration"; uv's, "Environment variables"), and what names a
/// file of such settings.
const INDEX_VARIABLES: [&str; 10] = [
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_NO_INDEX",
    "PIP_CONFIG_FILE",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "UV_FIND_LINKS",
];

/// Whether pip is told of another index than PyPI, which may have wheels that PyPI has not.
fn is_sent_elsewhere(words: &[&str]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (*word, words.get(at + 1).copied()),
        };
        INDEX_OPTIONS.contains(&name) && !value.is_some_and(is_pypi)
    })
}

impl OnDebian<'_> {
    /// Whether pip may be told of another index than by its own words: by a variable that the build may be
    /// given, or by a file of its settings.
    pub fn may_have_an_index(&self) -> bool {
        const FILES: [&str; 3] = ["pip.conf", "uv.toml", ".config/pip"];
        let names_one = |text: &str| FILES.iter().any(|it| text.contains(it));
        self.layers.iter().any(|layer| match &layer.does {
            Does::Arg(name, _) | Does::Env(name, _) => {
                INDEX_VARIABLES.contains(&name.value.as_str())
            }
            Does::Run(run) => {
                let text = run.form.text();
                names_one(&text)
                    || text.contains("config set")
                    || run.mounts.iter().any(|it| names_one(&it.value))
            }
            Does::Copy(copy) => {
                let sources = copy.sources.iter().map(ToString::to_string);
                let inline = copy.inline.iter().map(|(name, _)| name.clone());
                let into = copy.destination.iter().map(|it| it.value.to_string());
                sources.chain(inline).chain(into).any(|it| names_one(&it))
            }
            _ => false,
        })
    }
}

impl BuildStep {
    /// What `apt-get install` is asked for. `None` of another command, or if another release may answer.
    pub fn installs(&self) -> Option<Vec<&Fact<String>>> {
        if !matches!(self.ran.program_name(), "apt-get" | "apt") {
            return None;
        }
        let mut words = self.ran.started.words.iter();
        let mut asked = Vec::new();
        while let Some(word) = words.next() {
            match word.value.as_str() {
                "-t" | "--target-release" | "--default-release" => return None,
                "-o" | "--option" | "-c" | "--config-file" => {
                    words.next();
                }
                option if option.starts_with('-') => {}
                _ => asked.push(word),
            }
        }
        (asked.first()?.value == "install").then(|| asked.split_off(1))
    }

    /// Whether it is `apt-get update`, with the lists that are looked through by default.
    fn updates(&self) -> bool {
        let words = || self.ran.started.words.iter().map(|it| it.value.as_str());
        matches!(self.ran.program_name(), "apt-get" | "apt")
            && words().find(|it| !it.starts_with('-')) == Some("update")
            && !words().any(|it| it.contains("Dir::") || it.starts_with("-c"))
    }

    /// Whether it runs code that is not in view here, which may do anything.
    fn runs_code(&self) -> bool {
        let words = || self.ran.started.words.iter().map(|it| it.value.as_str());
        self.ran.program_name().starts_with("python") && !words().any(|it| it == "pip")
    }

    /// Whether pip installs a list from PyPI, or builds wheels of it.
    pub fn takes_a_list(&self) -> bool {
        let words: Vec<&str> = self.ran.started.words.iter().map(|it| it.value.as_str()).collect();
        let is_pip = self.ran.program_name().starts_with("pip") || words.contains(&"pip");
        is_pip
            && words.iter().any(|it| matches!(*it, "install" | "wheel"))
            && words.iter().any(|it| it.starts_with("-r") || it.starts_with("--requirement"))
            && !is_sent_elsewhere(&words)
            && !INDEX_VARIABLES.iter().any(|it| self.ran.environment.sets(it))
    }

    /// Whether the build ends if this fails.
    pub fn is_needed(&self) -> bool {
        let is_answered = matches!(self.ran.on_failure, OnFailure::Tries(_));
        !self.ran.optional && !is_answered && self.fails_silently().is_none()
    }
}
