//! Which programs a build may bring beside those of its base, and what its steps run that is not
//! read here.

use crate::fact::{Environment, Lookup};
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
                let text = match text.contains('$') && text.len() <= LONGEST {
                    true => filled_in(&text, &self.environment_at(layer.place)).into(),
                    false => text,
                };
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
    !only_changes(command)
        && (packages.iter().chain(&UNREAD).any(|it| text.contains(it)) || installs_unknown(command))
}

/// Whether a package manager of the system is handed names that are not known here: those of a
/// variable, or what another command prints.
fn installs_unknown(command: &str) -> bool {
    const MANAGERS: [&str; 7] = ["apt-get", "apt", "apk", "yum", "dnf", "microdnf", "aptitude"];
    let mut words = command.split_whitespace().map(|it| it.trim_start_matches(['(', '{']));
    words.any(|it| MANAGERS.contains(&name_of(it)))
        && words.any(|it| matches!(it, "install" | "add"))
        && words.any(|it| it.contains(['$', '`']))
}

/// A step with the variables filled in that the build or the step itself is known to set. Quotes are no
/// part of what is asked here.
pub(super) fn filled_in(text: &str, environment: &Environment) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        out.push_str(before);
        let is_braced = behind.starts_with('{');
        let named = behind.trim_start_matches('{');
        let ends = |it: char| !it.is_ascii_alphanumeric() && it != '_';
        let (name, after) = named.split_at(named.find(ends).unwrap_or(named.len()));
        let after = if is_braced { after.strip_prefix('}') } else { Some(after) };
        let known = after.and_then(|after| Some((value_of(name, text, environment)?, after)));
        match known {
            Some((value, after)) => {
                out.push_str(&value);
                rest = after;
            }
            None => {
                out.push('$');
                rest = behind;
            }
        }
    }
    out + rest
}

/// Steps are far shorter, and values that name packages shorter still: each use is looked for in the whole.
const LONGEST: usize = 1 << 14;
const LONGEST_VALUE: usize = 1 << 10;

/// The value of a variable in a step, unless others decide: one that is known may be made of another.
fn value_of(name: &str, step: &str, environment: &Environment) -> Option<String> {
    if name.is_empty() {
        return None;
    }
    let assigned = step.match_indices(name).find_map(|(at, _)| {
        let before = step[..at].chars().next_back();
        let is_begun = before.is_none_or(|it| it.is_whitespace() || matches!(it, ';' | '&' | '('));
        let value = step[at + name.len()..].strip_prefix('=').filter(|_| is_begun)?;
        let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''));
        Some(match quote {
            Some(quote) => value[1..].split(quote).next().unwrap_or_default(),
            None => value.split([' ', ';', '&', '\n']).next().unwrap_or_default(),
        })
    });
    let value = match assigned {
        Some(value) => value.to_owned(),
        None => match environment.get(name) {
            Lookup::Set(value) => value.value,
            Lookup::Unknown(_) | Lookup::Absent => return None,
        },
    };
    (value.len() <= LONGEST_VALUE && !value.contains(['$', '`'])).then_some(value)
}

/// Whether a step runs what has such a name: scripts, of which it may only change the mode.
pub fn runs_any(step: &str, names: &[&str]) -> bool {
    let commands = step.split(['&', '|', ';', '\n']);
    commands.filter(|it| !only_changes(it)).any(|it| names.iter().any(|name| it.contains(name)))
}

/// Whether a step runs a script by its path, or hands one to a shell: what it does is written elsewhere.
pub fn calls_script(step: &str) -> bool {
    const SHELLS: [&str; 7] = ["sh", "bash", "dash", "ash", "zsh", ".", "source"];
    const OF_SYSTEM: [&str; 3] = ["/bin/", "/usr/", "/sbin/"];
    let calls = |command: &str| {
        let mut words = command.split_whitespace().map(|it| it.trim_matches(['(', '{', '"', '\'']));
        let Some(program) = words.find(|it| !it.is_empty() && !it.contains('=')) else {
            return false;
        };
        let is_of_system = OF_SYSTEM.iter().any(|it| program.starts_with(it));
        // `sh -c` has its text with it.
        let mut has_text =
            || words.next().is_some_and(|it| it.starts_with('-') && it.contains('c'));
        match SHELLS.contains(&name_of(program)) {
            true => !has_text(),
            false => program.contains('/') && !is_of_system,
        }
    };
    step.split(['&', '|', ';', '\n']).any(calls)
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
