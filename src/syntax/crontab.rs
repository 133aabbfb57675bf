//! Crontabs (crontab(5), Debian's cron): variables and jobs.

use crate::source::{FileId, Place, Spanned};
use crate::syntax::Problem;
use crate::syntax::spliced::Spliced;

/// Which of the two forms a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `crontab -e`: the jobs are those of one user.
    User,
    /// `/etc/crontab` and `/etc/cron.d`: each job names its user.
    System,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crontab {
    /// Each holds for the jobs below it; nothing in it is expanded.
    pub variables: Vec<(Spanned<String>, Spliced)>,
    pub jobs: Vec<Job>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// `*/5 * * * *` or `@daily`.
    pub schedule: Spanned<String>,
    pub user: Option<Spanned<String>>,
    /// What the shell is given: up to the first `%` that has no backslash.
    pub command: Spliced,
    /// How many of the variables stand above it.
    pub variables: usize,
}

impl Form {
    /// By where the file lies.
    pub fn of(path: &str) -> Self {
        let is_system = path.contains("cron.d/") || path.ends_with("etc/crontab");
        if is_system { Self::System } else { Self::User }
    }
}

pub fn parse(file: FileId, text: &str, form: Form) -> (Crontab, Vec<Problem>) {
    let mut crontab = Crontab::default();
    let mut problems = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(variable) = variable(file, text, line) {
            crontab.variables.push(variable);
            continue;
        }
        match job(file, text, line, form, crontab.variables.len()) {
            Some(job) => crontab.jobs.push(job),
            None => {
                let message = "cron cannot read this line and refuses the file";
                problems.push(Problem::new(Place::of(file, text, line), message));
            }
        }
    }
    (crontab, problems)
}

/// `NAME = value`, perhaps in quotes.
fn variable(file: FileId, text: &str, line: &str) -> Option<(Spanned<String>, Spliced)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end().trim_matches(['"', '\'']);
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if name.is_empty()
        || name.starts_with(|c: char| c.is_ascii_digit())
        || !name.bytes().all(is_name)
    {
        return None;
    }
    let value = value.trim();
    let inner = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    let value = inner('"').or_else(|| inner('\'')).unwrap_or(value);
    let name = Spanned::new(name.to_owned(), Place::of(file, text, name));
    Some((name, Spliced::verbatim(file, text, value)))
}

fn job(file: FileId, text: &str, line: &str, form: Form, variables: usize) -> Option<Job> {
    let fields = if line.starts_with('@') { 1 } else { 5 };
    let (schedule, mut rest) = fields_of(line, fields)?;
    let looks_right = |field: &str| {
        field.starts_with('@')
            || field.bytes().all(|b| b.is_ascii_alphanumeric() || b"*/,-~".contains(&b))
    };
    if !schedule.split_ascii_whitespace().all(looks_right) {
        return None;
    }
    let mut user = None;
    if form == Form::System {
        let (name, after) = fields_of(rest, 1)?;
        user = Some(Spanned::new(name.to_owned(), Place::of(file, text, name)));
        rest = after;
    }
    Some(Job {
        schedule: Spanned::new(schedule.to_owned(), Place::of(file, text, schedule)),
        user,
        command: command(&Spliced::verbatim(file, text, rest)),
        variables,
    })
}

/// So many words, and what follows them.
fn fields_of(line: &str, count: usize) -> Option<(&str, &str)> {
    let mut end = 0;
    for index in 0..count {
        let rest = &line[end..];
        let skipped = if index == 0 { 0 } else { rest.len() - rest.trim_start().len() };
        let word = rest[skipped..].find([' ', '\t'])?;
        end += skipped + word;
    }
    let rest = line[end..].trim_start();
    (!rest.is_empty()).then_some((&line[..end], rest))
}

/// An unescaped `%` ends the command, and what follows is its input; `\%` is a `%`.
fn command(rest: &Spliced) -> Spliced {
    let text = rest.as_str();
    let mut command = Spliced::empty(rest.place());
    let mut from = 0;
    for (at, _) in text.match_indices('%') {
        if !text[..at].ends_with('\\') {
            command.push_part(rest, from..at);
            return command;
        }
        command.push_part(rest, from..at - 1);
        from = at;
    }
    command.push_part(rest, from..text.len());
    command
}
