//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Certainty;
use crate::model::{AbsentFile, Deployment, EnvFile, Process};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/file-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/file-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told: Vec<&str> = Vec::new();
    let mut found: Vec<(&Process, Vec<&AbsentFile>)> = Vec::new();
    let services = deployment.compose.iter().flat_map(|it| &it.services);
    // Of a folder with both, the example that names none is the plain one's.
    let takes_plain = services
        .flat_map(|it| &it.env_files)
        .any(|it| it.path.to_string().rsplit('/').next() == Some(".env"));
    for file in deployment.absent_files.iter().filter(|file| !file.ignored) {
        let Some(process) = deployment.processes.iter().find(|it| it.name == file.process) else {
            continue;
        };
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let is_of_folder = |it: &EnvFile| {
            !takes_plain && file.place.as_ref().is_some_and(|place| it.is_for_folder_of(place))
        };
        let is_example_of = |it: &EnvFile| it.documents && it.is_for(name) || is_of_folder(it);
        // Somebody copies it.
        let copied = deployment.surroundings.env_files.iter().any(is_example_of);
        // Portainer writes `stack.env` by itself, of what is set in its pages.
        if copied || name == "stack.env" || told.contains(&file.path.as_str()) {
            continue;
        }
        told.push(&file.path);
        // What a folder has of them, somebody makes in one go.
        let of_folder = found.iter_mut().find(|(_, files)| folder(files[0]) == folder(file));
        match of_folder {
            Some((_, files)) => files.push(file),
            None => found.push((process, vec![file])),
        }
    }
    for (process, files) in found {
        report(deployment, process, &files, out);
    }
}

fn folder(file: &AbsentFile) -> &str {
    file.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn report(deployment: &Deployment, process: &Process, files: &[&AbsentFile], out: &mut Findings) {
    let [first, others @ ..] = files else { return };
    let why = "the file may be made on the server";
    let at = first.at.clone().doubt(Certainty::Likely, why);
    let names: Vec<&str> = files.iter().map(|it| it.path.as_str()).collect();
    let message = match others {
        [] => format!("the env file {} is not in the repository", several(&names)),
        _ => format!("the env files {} are not in the repository", several(&names)),
    };
    let finding = out.report(
        process,
        message,
        at.label(format!("compose does not start `{}` without it", process.name)),
    );
    let again = deployment.absent_files.iter().filter(|it| it.path == first.path).skip(1);
    for other in again {
        finding.also(other.at.label(format!("nor `{}`", other.process)));
    }
    for file in others {
        finding.also(file.at.label(format!("nor `{}` without this", file.process)));
    }
    finding.help(match others {
        [] => "add the file, an example of it, or `required: false` if it may be missing",
        _ => "add the files, examples of them, or `required: false` where one may be missing",
    });
}
