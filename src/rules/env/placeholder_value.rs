//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::secret::{is_placeholder, is_secret_name};
use crate::fact::symbol::is_symbolic;
use crate::fact::{Certainty, Fact, Lookup};
use crate::model::{Answered, Deployment, Unsafe};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/placeholder-value",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/placeholder-value.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    written(deployment, out);
    for process in deployment.apps() {
        let mut crossed_out = Vec::new();
        let Some(django) = &process.django else { continue };
        for read in &django.evaluation.reads {
            let Answered::Set(_) = &read.answer else { continue };
            let Lookup::Set(value) = process.environment.get(&read.name) else { continue };
            let of_compose = deployment.fallback(process, &read.name).is_some_and(|it| it.used);
            // What a script stops at is deployed with by nobody.
            let is_refused = deployment.surroundings.told.refused.contains(&value.value);
            if !is_placeholder(&value.value)
                || is_refused
                || of_compose
                || value.evidence().place().is_none()
            {
                continue;
            }
            let name = &read.name;
            // An image that nothing in view starts has defaults, and whoever starts it the values.
            if deployment.alone.is_some() && !is_secret_name(name) {
                continue;
            }
            // Somebody shows a file without what is in it: one thing, however many values that are.
            let is_masked = is_crossed_out(&value.value);
            if is_masked {
                if crossed_out.contains(&value.evidence().place().map(|it| it.file)) {
                    continue;
                }
                crossed_out.push(value.evidence().place().map(|it| it.file));
            }
            let at = process.fact().outside(&value).unwrap_or_else(|| value.map(|_| ()));
            let finding = out.report(
                process,
                format!("`{name}` still has the text that was to be replaced"),
                at.label("never filled in"),
            );
            finding.because(&value);
            // What is read after the file that has it may have another.
            let file = value.evidence().place().map(|it| it.file);
            let unseen = process.environment.openings().iter().filter_map(|it| it.place);
            for place in unseen.filter(|it| Some(it.file) != file).take(1) {
                let why = "this file is not in view, and may have another value";
                finding.because(&Fact::at((), place).doubt(Certainty::Likely, why));
            }
            let asked = read.statement.or(read.place).map(|place| Fact::at((), place));
            finding.through(asked, "and the settings take it");
            // Another secret in a file of compose would be one that whoever has the repository has.
            let of_service = || {
                let service = deployment.compose.as_ref()?.service(&process.name)?;
                service.variable(name)?.value.as_ref()
            };
            let is_written = || of_service().is_some_and(|it| Some(it.place) == value.written_at());
            finding.help(match is_secret_name(name) && is_written() {
                true => {
                    format!("write `${{{name}:?}}`, and keep the value in a file that git ignores")
                }
                false => format!("give `{name}` its real value"),
            });
            if !is_secret_name(name) || is_masked {
                finding.at_most(Severity::Warning);
            }
        }
    }
}

/// The keys that a script leaves in the env file that it writes on the server.
fn written(deployment: &Deployment, out: &mut Findings) {
    let Some(file) = &deployment.surroundings.written_env else { return };
    for it in deployment.unsafe_in(file) {
        let (Unsafe::Key(name, at) | Unsafe::OtherKey(name, at)) = it else { continue };
        let Some(value) = file.value(name) else { continue };
        let (message, label) = match value.value.as_str() {
            text if is_placeholder(text) => {
                (format!("`{name}` still has the text that was to be replaced"), "never filled in")
            }
            text if text.starts_with("$(") && !is_symbolic(text) => (
                format!("`{name}` has a command for a value, which nothing runs"),
                "written into the env file as it is",
            ),
            _ => continue,
        };
        let why = "somebody may have changed it on the server since";
        out.report(&file.start, message, at.doubt(Certainty::Likely, why).label(label))
            .help(format!("let the script make a real `{name}`, as by `openssl rand`"));
    }
}

/// `xxxxxx`, `****`: something stood there before the file was shown.
fn is_crossed_out(value: &str) -> bool {
    ["x", "X", "*"].into_iter().any(|sign| value.trim_matches(|it| sign.contains(it)).is_empty())
}
