//! What a consumer would refuse, and nobody gives it as it stands.

use crate::model::compose::BASES;
use crate::model::{Model, is_of_developers, is_of_own_machine};
use crate::source::{FileId, Place, Sources, kept_of, normalize, words};
use crate::syntax::kind::Kind;
use crate::syntax::python::is_of_python_2;
use crate::syntax::requirements::every_pip_refuses;
use crate::syntax::{Fault, Parsed, Problem, systemd};
use camino::Utf8Path;

/// A path that may well be one once its unit is filled in.
const UNIT_PATH: Fault = Fault::Systemd(systemd::Fault::PathNotAbsolute);

/// All files that were read, to judge what one of them has.
pub(super) struct Refusals<'a> {
    pub(super) sources: &'a Sources,
    pub(super) parsed: &'a [Parsed],
}

impl Refusals<'_> {
    /// Whether a problem of a file is none where the file is used.
    pub(super) fn is_put_up_with(&self, fault: Fault, problem: &Problem, model: &Model) -> bool {
        let is = |kind| fault == Fault::Refused(kind);
        let file = problem.place.file;
        let source = self.sources.get(file);
        fault == UNIT_PATH && model.rendered.contains(&file)
            || self.is_kept(file)
            || is(Kind::Compose) && (is_of_developers(source.path()) || self.is_left_behind(file))
            // It is a key given twice, of which the last one counts there.
            || is(Kind::Compose)
                && problem.also.is_some()
                && (self.has_compose_1() || is_of_rancher(source.text()))
            || matches!(fault, Fault::Refused(_)) && self.is_rendered(file)
            || matches!(fault, Fault::Nginx(_))
                && (has_fields(source.text()) || self.is_taken_for_template(file))
            || matches!(&self.parsed[file.index()], Parsed::Nginx(it) if is_of_own_machine(it))
            || is(Kind::Python) && is_of_python_2(problem)
            // Somebody keeps a place free for it: empty, or with `FROM` by itself.
            || is(Kind::Dockerfile) && source.text().split_whitespace().nth(1).is_none()
            || is(Kind::Dockerfile) && self.is_part_of_image(file)
            || is(Kind::Requirements) && !self.is_refused(problem)
    }

    /// Whether a script installs the docker-compose that was written in Python, whose YAML takes what
    /// is given twice (docker/compose, issue 5267).
    fn has_compose_1(&self) -> bool {
        const OF_1: [&str; 2] = ["docker/compose/releases/download/1.", "docker-compose==1."];
        self.parsed.iter().zip(self.sources.ids()).any(|(tree, id)| {
            let text = self.sources.get(id).text();
            let of_steps = [Kind::Shell, Kind::Workflow, Kind::Dockerfile];
            of_steps.contains(&tree.kind()) && OF_1.iter().any(|it| text.contains(it))
        })
    }

    /// Whether a script names another compose file of the folder, and nothing in view this one: somebody tried
    /// it, gave up, and starts the other.
    fn is_left_behind(&self, file: FileId) -> bool {
        let path = self.sources.get(file).path();
        let Some(name) = path.file_name().filter(|it| !BASES.contains(it)) else { return false };
        let others = || {
            let each = self.parsed.iter().zip(self.sources.ids()).filter(|(_, id)| *id != file);
            each.map(|(tree, id)| (tree.kind(), self.sources.get(id)))
        };
        let beside = others()
            .filter(|(kind, it)| *kind == Kind::Compose && it.path().parent() == path.parent());
        let options: Vec<String> =
            beside.filter_map(|(_, it)| Some(format!("-f {}", it.path().file_name()?))).collect();
        let is_called = |text: &str| options.iter().any(|it| text.contains(it.as_str()));
        let mut callers = others().filter(|(kind, _)| matches!(kind, Kind::Workflow | Kind::Shell));
        callers.any(|(_, it)| is_called(it.text()))
            && !others().any(|(_, it)| it.text().contains(name))
    }

    /// Whether somebody kept the file as it was before another beside it: `nginx-copy.conf`.
    fn is_kept(&self, file: FileId) -> bool {
        let path = self.sources.get(file).path();
        let Some(of) = path.file_name().and_then(kept_of) else { return false };
        self.sources.ids().iter().map(|id| self.sources.get(*id).path()).any(|other| {
            other.parent() == path.parent()
                && other.file_name().is_some_and(|name| words(name) == of)
        })
    }

    /// Whether its name says that it is a template, and a program of Python names it: what that writes of it
    /// is what nginx reads.
    fn is_taken_for_template(&self, file: FileId) -> bool {
        let Some(name) = self.sources.get(file).path().file_name() else { return false };
        let is_word =
            |it: &String| ["template", "tmpl", "tpl", "j2", "jinja"].contains(&it.as_str());
        let names_it = |id: &FileId| {
            let source = self.sources.get(*id);
            source.path().extension() == Some("py") && source.text().contains(name)
        };
        words(name).iter().any(is_word) && self.sources.ids().iter().any(names_it)
    }

    /// Whether the pip that reads a list of requirements ends at this.
    fn is_refused(&self, problem: &Problem) -> bool {
        let Place { file, span } = problem.place;
        let written = self.sources.get(file).text().get(span.range());
        // Of whatever age, it takes no two lines that contradict each other.
        let contradicts = problem.also.is_some();
        let by_every = contradicts || written.is_some_and(every_pip_refuses);
        self.is_installed(file, |steps| by_every || upgrades_pip(steps))
    }

    /// Whether a step of an image or a script has pip read a list of requirements, by itself or for the
    /// sake of another list.
    fn is_installed(&self, file: FileId, is_meant: impl Fn(&str) -> bool) -> bool {
        let path = self.sources.get(file).path();
        let Some(name) = path.file_name() else { return false };
        let is_for_developers = ["dev", "test", "local", "doc", "lint"].iter();
        if is_for_developers.into_iter().any(|it| name.contains(it)) {
            return false;
        }
        let alike = |id: &FileId| self.sources.get(*id).path().file_name() == Some(name);
        let is_alone = self.sources.ids().iter().filter(|id| alike(id)).count() == 1;
        let is_it = |word: &str, from: &Utf8Path| {
            let named = Utf8Path::new(word);
            let folder = from.parent().unwrap_or(Utf8Path::new(""));
            named.file_name() == Some(name) && (is_alone || normalize(&folder.join(named)) == *path)
        };
        let reads = |line: &str, from: &Utf8Path| {
            let line = line.trim_start();
            let mut words = line.split([' ', '\t', '"', '\'', ',', '=', '[', ']', ';', '&']);
            ["-r", "--requirement"].iter().any(|it| line.contains(it))
                && !line.starts_with('#')
                && words.any(|it| is_it(it, from))
        };
        self.parsed.iter().zip(self.sources.ids()).any(|(tree, id)| {
            let steps = [Kind::Dockerfile, Kind::Shell, Kind::Requirements];
            let source = self.sources.get(id);
            steps.contains(&tree.kind())
                && id != file
                && is_meant(source.text())
                && source.text().lines().any(|line| reads(line, source.path()))
        })
    }

    /// Whether a file has steps of an image without anything that they are laid over, and no name that
    /// a builder looks for: somebody pastes it into others.
    fn is_part_of_image(&self, file: FileId) -> bool {
        let source = self.sources.get(file);
        let mut lines = source.text().lines().map(|it| it.trim_start().to_ascii_lowercase());
        let is_default = source.path().file_name() == Some("Dockerfile");
        !is_default && !lines.any(|it| it.starts_with("from "))
    }

    /// Whether somebody fills in the file before it is used: Jinja's tags are in it, or in the
    /// name of a folder around it, as in a template of cookiecutter.
    fn is_rendered(&self, file: FileId) -> bool {
        let source = self.sources.get(file);
        source.path().as_str().contains("{{") || source.text().contains("{%")
    }
}

/// Whether Rancher 1 reads a file, whose compose library was of the first kind as well (libcompose, with
/// go-yaml 2 and not strictly): nobody else has a use for such labels.
fn is_of_rancher(text: &str) -> bool {
    ["io.rancher.container.", "io.rancher.scheduler.", "io.rancher.sidekicks"]
        .iter()
        .any(|it| text.contains(it))
}

/// Whether steps bring pip to its last version, on an image of a Python that has one since 24.1: that is
/// 3.8 and later (pip's release notes, 24.1).
fn upgrades_pip(steps: &str) -> bool {
    let is_new = |line: &str| {
        let tag = line.trim_start().strip_prefix("FROM ").and_then(|it| it.split_once("python:3."));
        let minor = tag.map(|(_, rest)| rest.split(|it: char| !it.is_ascii_digit()).next());
        minor.flatten().and_then(|it| it.parse::<u32>().ok()).is_some_and(|it| it >= 8)
    };
    let upgrades = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        line.contains("install")
            && words.iter().any(|it| matches!(*it, "-U" | "--upgrade"))
            && words.contains(&"pip")
    };
    steps.lines().any(is_new) && steps.lines().any(upgrades)
}

/// Whether a text has `{username}` in it: a block of nginx's has a directive with its semicolon, and a
/// variable in braces a dollar before them.
fn has_fields(text: &str) -> bool {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| line.match_indices('{').map(move |(at, _)| (line, at))).any(
        |(line, at)| {
            let inside = line[at + 1..].split_once('}').map_or("", |(inside, _)| inside);
            let is_name = |it: char| it.is_ascii_lowercase() || it == '_';
            !inside.is_empty() && inside.chars().all(is_name) && !line[..at].ends_with(['$', '{'])
        },
    )
}
