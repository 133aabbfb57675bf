//! Which programs a build may bring beside those of its base, and what its steps run that is not
//! read here.

use crate::model::image::{Does, From, Image};

impl Image {
    /// Whether the build may put a program into the image: a step names it or one of these
    /// packages, runs a script or takes its packages from a list; or files come from elsewhere to
    /// where programs lie.
    pub fn may_bring(&self, program: &str, packages: &[&str]) -> bool {
        const PROGRAMS: [&str; 5] = ["/", "/usr", "/usr/bin", "/bin", "/usr/local/bin"];
        self.layers_back().any(|layer| match &layer.does {
            Does::Run(run) => {
                let text = run.form.text();
                let mut commands = text.split(['&', '|', ';', '\n']);
                !run.heredocs.is_empty() || commands.any(|it| brings(it, program, packages))
            }
            Does::Copy(copy) => {
                let into = copy.destination.as_ref().map(|it| it.value.as_str());
                let from_context = matches!(copy.from, From::Context);
                let programs = into.is_none_or(|it| {
                    let it = it.trim_end_matches('/');
                    PROGRAMS.contains(&it) || it.is_empty() || it.ends_with(program)
                });
                !from_context && programs
            }
            Does::Env(..)
            | Does::Arg(..)
            | Does::User(_)
            | Does::Workdir(_)
            | Does::Entrypoint(_)
            | Does::Cmd(_)
            | Does::Expose(_)
            | Does::Volume(_)
            | Does::Healthcheck(_)
            | Does::Stopsignal(_)
            | Does::Shell(_) => false,
        })
    }
}

/// Whether a command of a build may bring a program: it names it or one of the packages, or runs what
/// is not read here. What only changes files that are there brings nothing.
fn brings(command: &str, program: &str, packages: &[&str]) -> bool {
    const UNREAD: [&str; 6] = [".sh", "xargs", ".txt)", "make ", "ansible", "/bin/"];
    let words = || command.split_whitespace();
    // What the build itself runs is there, or it would have ended.
    let is_it = |word: &str| word.rsplit('/').next() == Some(program);
    if words().any(|it| is_it(it.trim_matches(['"', '\'']))) {
        return true;
    }
    let first = words().next().unwrap_or_default();
    // Python's own tools in a virtual environment.
    let name = name_of(first);
    let is_of_python = ["pip", "python", "uv", "poetry"].iter().any(|it| name.starts_with(it));
    let text = if is_of_python { command.replacen(first, "", 1) } else { command.to_owned() };
    !only_changes(command) && packages.iter().chain(&UNREAD).any(|it| text.contains(it))
}

/// Whether a step runs what has such a name: scripts, of which it may only change the mode.
pub fn runs_any(step: &str, names: &[&str]) -> bool {
    let commands = step.split(['&', '|', ';', '\n']);
    commands.filter(|it| !only_changes(it)).any(|it| names.iter().any(|name| it.contains(name)))
}

/// Whether a command runs nothing of what it names.
fn only_changes(command: &str) -> bool {
    const CHANGES: [&str; 9] =
        ["chmod", "chown", "sed", "dos2unix", "mkdir", "rm", "touch", "echo", "ls"];
    command.split_whitespace().next().is_some_and(|it| CHANGES.contains(&name_of(it)))
}

fn name_of(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or_default()
}
