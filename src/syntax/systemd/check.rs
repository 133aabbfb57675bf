//! What systemd refuses or ignores in the assignments of one file.
//!
//! Values that a template has yet to fill are not judged. What only the merged unit can tell, as
//! a service without `ExecStart=`, is the model's to say.

use super::exec::{self, Command};
use super::fault::{Fault, Problem};
use super::keys::{self, Lookup, Type};
use super::mend;
use super::name::{Manager, UnitKind, UnitName};
use super::parse::is_templated;
use super::words::{self, Escapes, Word};
use crate::source::Place;
use crate::syntax::spliced::Spliced;
use crate::syntax::systemd::specifier::{self, Undecided};
use crate::syntax::systemd::{Assignment, UnitFile, environment, value};

/// The problems of all assignments of a unit of this name, or of a drop-in for it.
pub fn check(file: &UnitFile, unit: &UnitName, manager: Manager) -> Vec<Problem> {
    let mut problems = Vec::new();
    for section in &file.sections {
        let name = section.name.value.as_str();
        if name.starts_with("X-") || is_templated(name) {
            continue;
        }
        if !keys::sections(unit.kind).contains(&name) {
            problems.push(unknown_section(name, section.name.place, unit.kind));
            continue;
        }
        for assignment in &section.assignments {
            check_assignment(file, assignment, name, unit, manager, &mut problems);
        }
    }
    problems.extend(lost_header(file, unit));
    problems
}

/// What begins with keys of a section that the file does not have: its header is missing, which is one
/// thing to mend.
fn lost_header(file: &UnitFile, unit: &UnitName) -> Option<Problem> {
    let astray = file.sections.iter().flat_map(|section| {
        let home = |key: &str| keys::home(unit.kind, &section.name.value, key);
        section.assignments.iter().filter_map(move |it| Some((home(&it.key.value)?, it)))
    });
    let mut lost = astray.filter(|(home, _)| is_lost(file, home));
    let (section, first) = lost.next()?;
    let further = lost.filter(|it| it.0 == section).count();
    let key = &first.key.value;
    let message = match further {
        0 => format!("`{key}=` belongs in [{section}], so systemd ignores it here"),
        1 => format!("`{key}=` and one other belong in [{section}], so systemd ignores them here"),
        _ => format!(
            "`{key}=` and {further} others belong in [{section}], so systemd ignores them here"
        ),
    };
    let problem = Problem::ignored(Fault::WrongSection, first.key.place, message);
    Some(problem.helped("put the header of their section above them"))
}

/// Whether the header of the section that gives a unit its name is missing: the others a unit can do without.
fn is_lost(file: &UnitFile, section: &str) -> bool {
    section == "Service" && !file.sections.iter().any(|it| it.name.value == section)
}

fn unknown_section(name: &str, place: Place, kind: UnitKind) -> Problem {
    let message = format!("a {} has no section [{name}], so systemd ignores it", kind.suffix());
    Problem::ignored(Fault::UnknownSection, place, message)
}

fn check_assignment(
    file: &UnitFile,
    assignment: &Assignment,
    section: &str,
    unit: &UnitName,
    manager: Manager,
    problems: &mut Vec<Problem>,
) {
    let key = &assignment.key.value;
    // Whoever writes `//User=` wants systemd to pass over it, as it does.
    if key.starts_with("X-") || key.starts_with("//") || is_templated(key) {
        return;
    }
    let kind = match keys::lookup(unit.kind, section, key) {
        Lookup::Known(kind) => kind,
        // All of them are told at once.
        Lookup::Elsewhere(other) if is_lost(file, other) => return,
        Lookup::Elsewhere(other) => {
            let message = format!("`{key}=` belongs in [{other}], so systemd ignores it here");
            let problem = Problem::ignored(Fault::WrongSection, assignment.key.place, message);
            problems.push(mend::moved(file, assignment, other, problem));
            return;
        }
        Lookup::Unknown => {
            let message = format!("[{section}] has no key `{key}=`, so systemd ignores it");
            let problem = Problem::ignored(Fault::UnknownKey, assignment.key.place, message);
            let problem = problem.of_command(key);
            problems.push(mend::near(key, keys::names(section), assignment.key.place, problem));
            return;
        }
    };
    let value = &assignment.value;
    if value.is_empty() {
        return;
    }
    if kind == Type::Command {
        return check_commands(assignment, unit, manager, problems);
    }
    if kind == Type::Environment {
        return check_environment(assignment, unit, manager, problems);
    }
    if !is_prose(key)
        && let Some(place) = trailing_comment(value)
    {
        problems.push(inline_comment(assignment, place));
    } else if !is_templated(value.as_str()) {
        problems.extend(check_value(kind, key, value, unit, manager));
    }
}

/// Keys whose values are written for people, where a `#` is a number sign.
fn is_prose(key: &str) -> bool {
    matches!(key, "Description" | "Documentation" | "StandardInputText" | "LogExtraFields")
}

fn inline_comment(assignment: &Assignment, place: Place) -> Problem {
    let message = "systemd has no comments after a value, so this is part of it";
    mend::uncommented(assignment, place, Problem::ignored(Fault::InlineComment, place, message))
}

/// From a `#` behind a blank to the end of the value.
fn trailing_comment(value: &Spliced) -> Option<Place> {
    let text = value.as_str();
    let at = text.find(" #").or_else(|| text.find("\t#"))?;
    Some(value.place_of(at + 1..text.len()))
}

fn check_environment(
    assignment: &Assignment,
    unit: &UnitName,
    manager: Manager,
    problems: &mut Vec<Problem>,
) {
    let value = &assignment.value;
    let (_, found) = environment::entries(value, unit, manager);
    match found.iter().find(|it| is_comment_word(value, it.place)) {
        Some(comment) => {
            let place = comment.place.to(value.place());
            problems.push(inline_comment(assignment, place));
        }
        None => problems.extend(found.into_iter().map(|it| mend::quoted(value, it))),
    }
}

fn is_comment_word(value: &Spliced, place: Place) -> bool {
    let text = value.as_str();
    text.match_indices('#').any(|(at, _)| value.place_of(at..at + 1).span.start == place.span.start)
}

fn check_commands(
    assignment: &Assignment,
    unit: &UnitName,
    manager: Manager,
    problems: &mut Vec<Problem>,
) {
    let (commands, found) = exec::commands(&assignment.value);
    problems.extend(found);
    for command in &commands {
        problems.extend(unknown_specifier(command, unit, manager));
        if let Some(comment) = command.arguments.iter().find(|it| is_comment(it)) {
            problems.push(inline_comment(assignment, comment.place().to(command.place())));
        } else {
            problems.extend(shell_syntax(command));
        }
    }
}

/// A `%` that is no specifier refuses a command line; a literal one is `%%`.
fn unknown_specifier(command: &Command, unit: &UnitName, manager: Manager) -> Option<Problem> {
    let words = std::iter::once(&command.program).chain(&command.arguments);
    let (letter, place) =
        words.into_iter().find_map(|word| match specifier::expand(&word.text, unit, manager) {
            Err(Undecided::Unknown(letter, place)) => Some((letter, place)),
            Ok(_) | Err(Undecided::Elsewhere(..)) => None,
        })?;
    let message =
        format!("`%{letter}` is no specifier, so systemd refuses the line; a literal `%` is `%%`");
    let fatal = !command.prefixes.ignore_failure;
    Some(Problem { fault: Fault::UnknownSpecifier, place, message, fatal, fix: None, help: None })
}

/// `# like this`; `#tag` may be meant.
fn is_comment(word: &Word) -> bool {
    word.is_bare() && word.as_str() == "#"
}

/// The first word that only a shell would understand; to systemd it is an argument.
fn shell_syntax(command: &Command) -> Option<Problem> {
    let is_shell = is_shell(command.program.as_str());
    let word = command.arguments.iter().find(|word| {
        let text = word.as_str();
        let operator =
            matches!(text, "&&" | "||" | "|" | "&" | ">" | ">>" | "<" | "2>" | "2>&1" | ";;");
        let redirect =
            [">/", ">>/", "2>/", "2>>/", "&>", "</"].iter().any(|it| text.starts_with(it));
        let home = text.starts_with("~/");
        let substitution = text.contains("$(") || (text.matches('`').count() >= 2);
        (word.is_bare() && (operator || redirect || home)) || (substitution && !is_shell)
    })?;
    let message = format!(
        "systemd starts no shell, so `{}` is passed to `{}` as it is",
        shortened(word.as_str()),
        command.program.as_str()
    );
    Some(Problem::ignored(Fault::ShellSyntax, word.place(), message))
}

/// A path of the usual length is told whole.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn is_shell(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    matches!(
        name,
        "sh" | "bash"
            | "dash"
            | "zsh"
            | "ksh"
            | "ash"
            | "env"
            | "busybox"
            | "su"
            | "sudo"
            | "runuser"
    )
}

fn check_value(
    kind: Type,
    key: &str,
    value: &Spliced,
    unit: &UnitName,
    manager: Manager,
) -> Option<Problem> {
    let text = value.as_str();
    let one_of = |known: &[&str]| known.contains(&text);
    let is_valid = match kind {
        Type::Boolean => {
            value::boolean(text).is_some() || value::beyond_boolean(key).contains(&text)
        }
        Type::Mode => value::mode(text).is_some(),
        Type::Seconds => value::seconds(text).is_some(),
        Type::Unsigned => value::unsigned(text).is_some(),
        Type::Signal => value::is_signal(text),
        Type::KillMode => one_of(&value::KILL_MODES),
        Type::ServiceType => one_of(&value::SERVICE_TYPES),
        Type::Restart => one_of(&value::RESTART),
        Type::NotifyAccess => one_of(&value::NOTIFY_ACCESS),
        Type::ProtectSystem => value::boolean(text).is_some() || one_of(&["full", "strict"]),
        Type::ProtectHome => value::boolean(text).is_some() || one_of(&["read-only", "tmpfs"]),
        Type::Preserve => value::boolean(text).is_some() || one_of(&["restart"]),
        Type::Output => value::is_output(text),
        Type::RelativePaths => return relative_paths(key, value),
        Type::EnvironmentFile => return environment::file(value, unit, manager).err(),
        Type::Path => return not_absolute(key, value, &["-"]),
        Type::WorkingDirectory if matches!(text, "~" | "-~") => true,
        Type::WorkingDirectory => return not_absolute(key, value, &["-"]),
        Type::Paths => {
            let (words, _) = words::split(value, Escapes::Kept);
            return words.iter().find_map(|word| not_absolute(key, &word.text, &["-", "+", "!"]));
        }
        Type::Listen | Type::Text | Type::Calendar | Type::Unit | Type::Units | Type::UserName => {
            true
        }
        Type::Command | Type::Environment => true,
    };
    if is_valid {
        return None;
    }
    let message = format!("systemd cannot read this value of `{key}=` and ignores the line");
    let problem = Problem::ignored(Fault::InvalidValue, value.place(), message);
    let names: &[&'static str] = match kind {
        Type::KillMode => &value::KILL_MODES,
        Type::ServiceType => &value::SERVICE_TYPES,
        Type::Restart => &value::RESTART,
        Type::NotifyAccess => &value::NOTIFY_ACCESS,
        _ => &[],
    };
    Some(mend::near(text, names.iter().copied(), value.place(), problem))
}

fn not_absolute(key: &str, value: &Spliced, prefixes: &[&str]) -> Option<Problem> {
    let mut path = value.as_str();
    while let Some(rest) = prefixes.iter().find_map(|prefix| path.strip_prefix(prefix)) {
        path = rest;
    }
    // A relative `PIDFile=` is one below /run (systemd.service(5)).
    if path.starts_with(['/', '%']) || path.is_empty() || key == "PIDFile" {
        return None;
    }
    let fatal = matches!(key, "WorkingDirectory" | "RootDirectory" | "RootImage");
    let does = if fatal { "refuses the unit" } else { "ignores the line" };
    let message = format!("a path in `{key}=` has to be absolute, so systemd {does}");
    Some(Problem {
        fault: Fault::PathNotAbsolute,
        place: value.place(),
        message,
        fatal,
        fix: None,
        help: None,
    })
}

fn relative_paths(key: &str, value: &Spliced) -> Option<Problem> {
    let (words, _) = words::split(value, Escapes::Kept);
    let word = words.iter().find(|word| {
        let path = word.as_str();
        path.starts_with('/') || path.split('/').any(|part| part == "..")
    })?;
    let message = format!(
        "`{key}=` takes names without `..` below its own directory, no absolute path, so systemd ignores the line"
    );
    Some(Problem::ignored(Fault::InvalidValue, word.place(), message))
}
