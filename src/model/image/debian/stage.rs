//! What a build does on a release of Debian, as far as its packages come from there alone.

use crate::fact::Fact;
use crate::model::BuildStep;
use crate::model::image::debian::Debian;
use crate::model::image::{Does, Image, Layer, PythonImage, Reference};
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
            says.iter().any(|it| rest.contains(it))
        }
        Does::Copy(copy) => {
            copy.destination.as_ref().is_none_or(|it| it.value.starts_with("/etc/apt"))
        }
        _ => false,
    }
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

impl OnDebian<'_> {
    /// What is run in order, up to the first program that could bring packages from elsewhere.
    pub fn steps<'b>(&self, build: &'b [BuildStep]) -> impl Iterator<Item = &'b BuildStep> {
        let of = |layer: &&Layer| build.iter().filter(|step| step.place == layer.place).collect();
        let steps: Vec<Vec<_>> = self.layers.iter().map(of).collect();
        steps.into_iter().flatten().take_while(|it| HARMLESS.contains(&it.ran.program_name()))
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

    /// Whether pip installs a list from PyPI, or builds wheels of it.
    pub fn takes_a_list(&self) -> bool {
        let words: Vec<&str> = self.ran.started.words.iter().map(|it| it.value.as_str()).collect();
        let is_pip = self.ran.program_name().starts_with("pip") || words.contains(&"pip");
        let of_elsewhere = ["--find-links", "--index-url", "--extra-index-url", "--no-index"];
        is_pip
            && words.iter().any(|it| matches!(*it, "install" | "wheel"))
            && words.iter().any(|it| it.starts_with("-r") || it.starts_with("--requirement"))
            && !words.iter().any(|word| of_elsewhere.iter().any(|it| word.starts_with(it)))
    }

    /// Whether the build ends if this fails.
    pub fn is_needed(&self) -> bool {
        let is_answered = matches!(self.ran.on_failure, OnFailure::Tries(_));
        !self.ran.optional && !is_answered && self.fails_silently().is_none()
    }
}
