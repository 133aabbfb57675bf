//! See the page.

use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::fact::Fact;
use crate::fact::secret::{
    is_app_password, is_made, is_none, is_of_the_stack, is_own_name, is_placeholder,
    is_private_key, is_public, is_reference, is_secret_name, is_tried_first, url_secrets,
};
use crate::model::{CommittedVariables, EnvFile, Model, Stage, shell_word};
use crate::rules::several::several;
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "env/secret-in-vcs",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("7.5"),
    check: Check::Model(check),
    page: include_str!("../../../rules/env/secret-in-vcs.md"),
};

fn check(model: &Model, out: &mut Findings) {
    for file in model.surroundings.env_files.iter().filter(|file| !file.documents) {
        let Some(committed) = &file.committed else { continue };
        let name = file.name();
        let is_for_developers = file.is_for_developers() && !model.is_taken_in_production(file);
        let secrets = secrets(file, is_for_developers || file.is_taken_by_few);
        let mended = taken_out(&file.below);
        let Some(finding) = report(name, &secrets, committed, out) else { continue };
        finding.help(format!("change {}, {mended}", them(&secrets)));
        if is_for_developers && !has_key_of_amazon(file) {
            finding.at_most(Severity::Advice);
        }
    }
    for file in &model.surroundings.play_variables {
        of_variables(file, "and encrypt what is new with `ansible-vault encrypt_string`", out);
    }
    for file in &model.surroundings.ini_variables {
        of_variables(file, &taken_out(&file.path), out);
    }
    for file in &model.surroundings.value_files {
        of_variables(file, &taken_out(&file.path), out);
    }
    for file in &model.surroundings.manifests {
        let sealed = "and have the cluster make the new one: by a sealed secret, or from a store";
        of_variables(file, sealed, out);
    }
    for file in &model.surroundings.beanstalk_variables {
        of_variables(file, "and give the platform what is new with `eb setenv`", out);
    }
    for file in &model.surroundings.described_variables {
        of_variables(file, "and give the platform what is new as a secret of its own", out);
    }
}

fn of_variables(file: &CommittedVariables, mended: &str, out: &mut Findings) {
    let name = file.path.file_name().unwrap_or_default();
    let is_secret = |(name, value): &&(String, Fact<String>)| {
        let value = value.value.as_str();
        let in_url = || url_secrets(value).into_iter().any(|range| is_real(name, &value[range]));
        (is_secret_name(name) && is_real(name, value) || in_url()) && !is_public(name, value)
    };
    let secrets = file.variables.iter().filter(is_secret);
    let secrets: Vec<_> = secrets.map(|(name, it)| (name.as_str(), it.map(|_| ()))).collect();
    if let Some(finding) = report(name, &secrets, &file.committed, out) {
        finding.help(format!("change {}, {mended}", them(&secrets)));
    }
}

fn taken_out(path: &Utf8Path) -> String {
    let path = shell_word(path.as_str());
    format!("take the file out with `git rm --cached {path}`, let git ignore it")
}

fn report<'o>(
    file: &str,
    secrets: &[Secret<'_>],
    committed: &Fact<()>,
    out: &'o mut Findings,
) -> Option<&'o mut Diagnostic> {
    let (_, first) = secrets.first()?;
    let names: Vec<&str> = secrets.iter().map(|(name, _)| *name).collect();
    let finding = out.report(
        committed,
        format!("`{file}` is in the repository, and {} with it", several(&names)),
        first.label("whoever has a clone has this value"),
    );
    for (_, also) in secrets.iter().skip(1).take(MOST_SHOWN) {
        finding.also(also.label("and this one"));
    }
    Some(finding.because(committed))
}

fn them(secrets: &[Secret<'_>]) -> &'static str {
    if secrets.len() == 1 { "it" } else { "them" }
}

/// The name of a variable, and where its value stands.
type Secret<'f> = (&'f str, Fact<()>);

const MOST_SHOWN: usize = 5;

fn secrets(file: &EnvFile, is_for_developers: bool) -> Vec<Secret<'_>> {
    // A database that is hosted is no developer's own, whatever the file is called.
    let hosted =
        [".amazonaws.com", ".azure.com", ".supabase.co", ".neon.tech", ".ondigitalocean.com"];
    let leads_elsewhere =
        file.assignments().any(|it| hosted.iter().any(|host| it.inner().contains(host)));
    let secret = |it: &&crate::model::Assignment| {
        let (name, value) = (it.key.value.as_str(), it.inner());
        let in_url = || url_secrets(value).into_iter().any(|range| is_real(name, &value[range]));
        let local = is_for_developers && is_of_the_stack(name) && !leads_elsewhere;
        // Tests need some value, and words do.
        let tried =
            is_for_developers && file.stage == Some(Stage::Test) && !is_made(value) && !in_url();
        let real = (is_secret_name(name) && is_real(name, value)) || in_url();
        // What a template or a build brings along is made to be seen, unless a generator made it.
        let shown = (file.is_called_example() || file.is_for_builds()) && !is_made(value);
        real && !is_public(name, value) && !local && !tried && !shown
    };
    let found = file.assignments().filter(secret);
    found.map(|it| (it.key.value.as_str(), Fact::at((), it.place))).collect()
}

/// Whether the id of a key is in it that Amazon made, be the file for whom it may.
fn has_key_of_amazon(file: &EnvFile) -> bool {
    file.assignments().any(|it| it.inner().starts_with("AKIA") && is_made(it.inner()))
}

/// Words that everybody tries first open nothing that is worth a finding of its own.
fn is_real(name: &str, value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    value.len() >= 6
        && !is_placeholder(value)
        && !is_none(value)
        && !is_reference(value)
        && !lower.starts_with("your")
        && (!value.contains(' ') || is_app_password(value) || is_private_key(value))
        && !value.starts_with(['/', '~'])
        && !lower.contains("fake")
        && !value.bytes().all(|byte| byte == value.as_bytes()[0])
        && !is_tried_first(value)
        && !lower.eq_ignore_ascii_case(name)
        && !is_own_name(name, value)
}
