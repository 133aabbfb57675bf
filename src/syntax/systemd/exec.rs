//! `ExecStart=` and its kin as command lines (systemd.service(5), "Command lines";
//! `config_parse_exec` of load-fragment.c).
//!
//! Specifiers and `$VARIABLES` are left in the words: the unit's name and its environment, which
//! decide them, are known to the model.

use super::fault::{Fault, Problem};
use super::words::{Escapes, Stop, Word, Words};
use crate::source::Place;
use crate::syntax::spliced::Spliced;

/// What the characters before the executable ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefixes {
    /// `-`: a failure counts as success.
    pub ignore_failure: bool,
    /// `@`: the first argument becomes the process's own name.
    pub argv0: bool,
    /// `:`: `$` is an ordinary character.
    pub no_expansion: bool,
    pub privileges: Privileges,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Privileges {
    /// Those of `User=` and the sandbox.
    #[default]
    Unit,
    /// `+`: those of the manager, `User=` and the sandbox do not count.
    Full,
    /// `!`: `User=` does not count, the sandbox does.
    NoUser,
    /// `!!`: like `!` where the kernel knows no ambient capabilities, which is nowhere today.
    Ambient,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    pub prefixes: Prefixes,
    /// The executable without its prefixes.
    pub program: Word,
    /// What follows, the name given by `@` apart.
    pub arguments: Vec<Word>,
    /// The name that the process gets with `@`.
    pub argv0: Option<Word>,
}

impl Command {
    pub fn place(&self) -> Place {
        match self.arguments.last() {
            Some(last) => self.program.place().to(last.place()),
            None => self.program.place(),
        }
    }
}

/// The commands of one value, several if ` ; ` parts them; what systemd refuses ends the list.
pub fn commands(value: &Spliced) -> (Vec<Command>, Vec<Problem>) {
    parse(value, &check_program)
}

/// The same of a unit that a script fills in first: what begins a path, as `app_folder/bin/gunicorn`,
/// may be a word that it puts an absolute one in the place of.
pub fn commands_of_template(value: &Spliced) -> Vec<Command> {
    parse(value, &|_, _| Ok(())).0
}

/// What systemd asks of an executable, unless it may be missing.
type Check<'c> = &'c dyn Fn(&Word, bool) -> Result<(), Problem>;

fn parse(value: &Spliced, check: Check<'_>) -> (Vec<Command>, Vec<Problem>) {
    let mut words = Words::new(value, Escapes::Kept);
    let mut commands = Vec::new();
    let mut problems = Vec::new();
    loop {
        match command(&mut words, check) {
            Ok(Some(command)) => commands.push(command),
            Ok(None) => break,
            Err(problem) => {
                problems.push(problem);
                break;
            }
        }
    }
    problems.extend(words.kept.iter().map(|place| {
        let message = "this escape sequence does not exist, so systemd keeps the backslash";
        Problem::ignored(Fault::UnknownEscape, *place, message)
    }));
    (commands, problems)
}

fn command(words: &mut Words<'_>, check: Check<'_>) -> Result<Option<Command>, Problem> {
    let first = loop {
        match words.next_word().map_err(stopped)? {
            None => return Ok(None),
            Some(word) if word.as_str() == ";" => {}
            Some(word) => break word,
        }
    };
    let (prefixes, length) = prefixes(first.as_str());
    if length == first.as_str().len() {
        let message = "no executable follows these prefixes, so systemd ignores the line";
        return Err(refused(first.place(), prefixes.ignore_failure, message));
    }
    let program = without_prefix(first, length);
    check(&program, prefixes.ignore_failure)?;
    let mut arguments = Vec::new();
    loop {
        let rest = words.rest();
        let is_alone =
            |length: usize| rest[length..].chars().next().is_none_or(char::is_whitespace);
        if rest.starts_with(';') && is_alone(1) {
            words.take(1);
            break;
        }
        if rest.starts_with("\\;") && is_alone(2) {
            let mut word = words.take(2);
            word.text = word.raw.slice(1..2);
            arguments.push(word);
            continue;
        }
        match words.next_word().map_err(stopped)? {
            Some(word) => arguments.push(word),
            None => break,
        }
    }
    let argv0 = (prefixes.argv0 && !arguments.is_empty()).then(|| arguments.remove(0));
    Ok(Some(Command { prefixes, program, arguments, argv0 }))
}

/// A prefix counts once each, and `!` twice; what cannot count any more begins the name.
fn prefixes(word: &str) -> (Prefixes, usize) {
    let mut found = Prefixes::default();
    let mut length = 0;
    for char in word.chars() {
        match (char, found.privileges) {
            ('-', _) if !found.ignore_failure => found.ignore_failure = true,
            ('@', _) if !found.argv0 => found.argv0 = true,
            (':', _) if !found.no_expansion => found.no_expansion = true,
            ('+', Privileges::Unit) => found.privileges = Privileges::Full,
            ('!', Privileges::Unit) => found.privileges = Privileges::NoUser,
            ('!', Privileges::NoUser) => found.privileges = Privileges::Ambient,
            _ => break,
        }
        length += 1;
    }
    (found, length)
}

fn without_prefix(word: Word, length: usize) -> Word {
    let text = word.text.slice(length..word.text.as_str().len());
    let is_plain = word.raw.as_str().get(..length) == word.text.as_str().get(..length);
    let raw = match is_plain {
        true => word.raw.slice(length..word.raw.as_str().len()),
        false => word.raw,
    };
    Word { text, raw }
}

fn check_program(program: &Word, ignored: bool) -> Result<(), Problem> {
    let path = program.as_str();
    let is_symbolic = path.starts_with(['%', '{', '<']) || path.starts_with("__");
    if path.ends_with('/') {
        return Err(refused(program.place(), ignored, "this names a directory, no executable"));
    }
    if !path.starts_with('/') && path.contains('/') && !is_symbolic {
        let message = "systemd takes a name or an absolute path here, and refuses this";
        return Err(Problem {
            fault: Fault::PathNotAbsolute,
            ..refused(program.place(), ignored, message)
        });
    }
    Ok(())
}

/// With `-` the line is ignored, without it the unit does not start.
fn refused(place: Place, ignored: bool, message: &str) -> Problem {
    Problem {
        fault: Fault::InvalidValue,
        place,
        message: message.to_owned(),
        fatal: !ignored,
        fix: None,
        help: None,
    }
}

fn stopped(stop: Stop) -> Problem {
    match stop {
        Stop::UnclosedQuote(place) => Problem::fatal(
            Fault::UnclosedQuote,
            place,
            "this quote is never closed, so systemd refuses the line",
        ),
        Stop::UnknownEscape(place) | Stop::LoneBackslash(place) => Problem::ignored(
            Fault::UnknownEscape,
            place,
            "this escape sequence does not exist, so systemd ignores the line",
        ),
    }
}
