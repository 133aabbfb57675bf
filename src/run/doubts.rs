//! What keeps a true finding from being an error: that nobody may be hurt by it.
//!
//! After explanations: such a doubt is about a whole deployment or file, and says nothing of which
//! finding in it is the cause of which.

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::Model;
use crate::source::{FileId, Place, Sources};
use crate::syntax::kind::{self, Kind};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn apply(found: &mut [Diagnostic], model: &Model, sources: &Sources, config: &Config) {
    what_developers_may_have(found, model, config);
    what_another_program_has(found, model, config);
    what_is_copied_first(found, sources);
    what_nobody_reads(found, model, sources);
    what_nobody_installs(found, sources);
    what_another_builds(found, model, sources);
    what_is_left_aside(found, model);
    what_a_platform_has(found, model);
}

/// What compose files say that nothing in view starts, where the site is deployed to a platform, is
/// likely at most, be it a warning: nobody may have it. A secret of the settings is in the repository
/// whoever loads them.
fn what_a_platform_has(found: &mut [Diagnostic], model: &Model) {
    let theirs = model.deployments.iter().filter(|it| it.platform().is_some());
    let stages: BTreeMap<&str, _> = theirs.map(|it| (it.name.as_str(), &it.stage)).collect();
    for finding in found.iter_mut().filter(|it| it.rule != "env/secret-hardcoded") {
        let mut of = finding.deployments.iter().map(|name| stages.get(name.as_str()).copied());
        let first = of.next().flatten();
        if let Some(stage) = first.filter(|_| of.all(|it| it.is_some())) {
            finding.because(stage);
        }
    }
}

/// What is wrong in compose files that nothing names hurts nobody where others beside them are deployed.
fn what_is_left_aside(found: &mut [Diagnostic], model: &Model) {
    let composed = model.deployments.iter().filter_map(|it| Some((it, it.compose.as_ref()?)));
    let aside = composed.filter(|(_, it)| it.usage.is_left_aside);
    let aside: BTreeSet<&str> = aside.map(|(it, _)| it.name.as_str()).collect();
    let only_aside = |it: &&mut Diagnostic| {
        !it.deployments.is_empty() && it.deployments.iter().all(|it| aside.contains(it.as_str()))
    };
    for error in errors(found).filter(only_aside) {
        if let Some(place) = error.place() {
            let why = "other compose files beside it are deployed, and nothing names this one";
            error.because(&Fact::at((), place).doubt(Certainty::Likely, why));
        }
    }
}

/// A file of nginx that nothing names, where steps name another one, may be a note.
fn what_nobody_installs(found: &mut [Diagnostic], sources: &Sources) {
    let kind = |file: FileId| kind::by_name(sources.get(file).path());
    let is_step = |file: &FileId| {
        use Kind::{Compose, Dockerfile, Makefile, Shell, Workflow};
        matches!(kind(*file), Some(Compose | Dockerfile | Makefile | Shell | Workflow))
    };
    let steps = || sources.ids().into_iter().filter(is_step);
    let nginx = || sources.ids().into_iter().filter(|it| kind(*it) == Some(Kind::Nginx));
    let is_named = |file: FileId| {
        let name = sources.get(file).path().file_name().unwrap_or_default();
        steps().any(|it| sources.get(it).text().contains(name))
    };
    // The folder that it lies in may be copied or mounted whole, or be included.
    let is_of_folder = |file: FileId| {
        let folder = sources.get(file).path().parent().unwrap_or("".into());
        let means = |word: &str| {
            let word = word.trim_start_matches("./").trim_end_matches('*').trim_end_matches('/');
            word.contains(['/', '.']) && folder.ends_with(word)
        };
        let includes = |line: &str| {
            let glob = line.trim().strip_prefix("include").and_then(|it| it.rsplit_once('/'));
            glob.is_some_and(|(of, names)| {
                names.contains('*') && of.rsplit('/').next() == folder.file_name()
            })
        };
        let cuts = |it: char| it.is_whitespace() || matches!(it, ':' | '"' | '\'');
        steps().any(|it| sources.get(it).text().split(cuts).any(means))
            || nginx().any(|it| sources.get(it).text().lines().any(includes))
    };
    for error in errors(found).filter(|it| it.rule.starts_with("nginx/")) {
        let Some(place) = error.place() else { continue };
        let is_lost = !is_named(place.file) && !is_of_folder(place.file);
        if is_lost && nginx().any(|it| it != place.file && is_named(it)) {
            let why = "other files of nginx are put in place here, and nothing names this one";
            error.because(&Fact::at((), place).doubt(Certainty::Likely, why));
        }
    }
}

/// A compose file in a folder that another one builds may be what came along with it.
fn what_another_builds(found: &mut [Diagnostic], model: &Model, sources: &Sources) {
    let folder = |file: FileId| sources.get(file).path().parent().unwrap_or("".into());
    for error in errors(found).filter(|it| it.rule.starts_with("compose/")) {
        let Some(place) = error.place() else { continue };
        let here = folder(place.file);
        let others = model.deployments.iter().filter(|it| {
            let composed = it.compose.as_ref().and_then(|it| it.services.first());
            let at = composed.and_then(|it| it.name.evidence().place());
            at.is_some_and(|at| folder(at.file) != here && here.starts_with(folder(at.file)))
        });
        let mut contexts =
            others.flat_map(|it| &it.containers).filter_map(|it| it.context.as_ref());
        if contexts.any(|it| it == here) {
            let why =
                "its folder is built by a compose file above, which may be all that is started";
            error.because(&Fact::at((), place).doubt(Certainty::Likely, why));
        }
    }
}

/// A configuration of nginx that no container has, where containers have others and nothing in view runs
/// on a machine itself, may be what was there before.
fn what_nobody_reads(found: &mut [Diagnostic], model: &Model, sources: &Sources) {
    let composed = || model.deployments.iter().filter(|it| it.compose.is_some());
    let on_machine = model.deployments.iter().filter(|it| it.compose.is_none());
    let mut started = on_machine.flat_map(|it| &it.processes).map(|it| it.started.is_some());
    let read: BTreeSet<FileId> = composed()
        .flat_map(|it| &it.nginx)
        .flat_map(|config| config.levels().filter_map(|it| it.opener()))
        .filter_map(|line| line.fact(()).written_at())
        // What a container fills in is shown where its template has it.
        .flat_map(|place| [place.file, sources.written_at(place).file])
        .collect();
    if read.is_empty() || started.any(|it| it) {
        return;
    }
    for error in errors(found).filter(|it| it.rule.starts_with("nginx/")) {
        if let Some(place) = error.place().filter(|it| !read.contains(&it.file)) {
            let why = "a container has other files of nginx, and nothing in view reads this one";
            error.because(&Fact::at((), place).doubt(Certainty::Likely, why));
        }
    }
}

/// What is open, or known to everybody, hurts where others come to. Where nothing shows that they
/// come to a deployment, it is likely at most.
fn what_developers_may_have(found: &mut [Diagnostic], model: &Model, config: &Config) {
    let assumed = model.deployments.iter().filter(|it| model.is_assumed_live(it));
    let stages: BTreeMap<&str, _> = assumed.map(|it| (it.name.as_str(), &it.stage)).collect();
    if stages.is_empty() {
        return;
    }
    let rules = config.rules.iter().filter(|rule| rule.hurts_visitors_only());
    let rules: BTreeSet<&str> = rules.map(|rule| rule.id).collect();
    for error in errors(found).filter(|it| rules.contains(it.rule)) {
        let stage = error.deployments.iter().find_map(|name| stages.get(name.as_str()));
        if let Some(stage) = stage {
            error.because(stage);
        }
    }
}

/// What hurts visitors of a site rests on what is known of the site, and where the application is one of
/// another framework, nothing of it was read.
fn what_another_program_has(found: &mut [Diagnostic], model: &Model, config: &Config) {
    let Some(other) = &model.reading.of_another else { return };
    let why = format!("the application is one of {other}, and what it asks for is not read");
    let doubted = other.clone().doubt(Certainty::Likely, &why);
    let rules = config.rules.iter().filter(|rule| rule.hurts_visitors_only());
    let rules: BTreeSet<&str> = rules.map(|rule| rule.id).collect();
    for error in errors(found).filter(|it| rules.contains(it.rule)) {
        error.because(&doubted);
    }
}

/// What is called an example is copied and may be changed on the way, and so is a compose file in a folder
/// of templates. A secret in it is known as it is, and what was seen of a machine is no copy.
fn what_is_copied_first(found: &mut [Diagnostic], sources: &Sources) {
    let is_example = |place: &Place| {
        let path = sources.get(place.file).path();
        // Of env files more names are known; a site called `default` is one that is used.
        let is_env_file = kind::by_name(path) == Some(Kind::Dotenv);
        let mut words = path.file_name().unwrap_or_default().split(['.', '-', '_']);
        let mut folders = path.parent().into_iter().flat_map(|it| it.components());
        let is_of_templates = folders.any(|it| matches!(it.as_str(), "templates" | "template"));
        is_env_file && kind::is_example(path)
            || is_of_templates && kind::by_name(path) == Some(Kind::Compose)
            || words
                .any(|it| ["example", "sample"].iter().any(|word| it.eq_ignore_ascii_case(word)))
    };
    let is_shown =
        |it: &&mut Diagnostic| ["env/", "live/"].iter().any(|of| it.rule.starts_with(of));
    for error in errors(found).filter(|it| !is_shown(it)) {
        if let Some(place) = error.place().filter(is_example) {
            let why = "whoever copies the example may change it";
            error.because(&Fact::at((), place).doubt(Certainty::Likely, why));
        }
    }
}

fn errors(found: &mut [Diagnostic]) -> impl Iterator<Item = &mut Diagnostic> {
    found.iter_mut().filter(|it| it.severity() == Severity::Error)
}
