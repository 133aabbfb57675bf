//! Which heredocs a line announces.

use crate::syntax::dockerfile::word::split;
use crate::syntax::dockerfile::{Command, Form, Instruction};
use crate::syntax::spliced::Spliced;

/// RUN, COPY and ADD may be followed by heredocs, in their shell form.
pub(super) fn takes_heredocs(instruction: &Instruction) -> bool {
    match &instruction.command {
        Command::Run(form) => matches!(form, Form::Shell(_)),
        Command::Copy(_) | Command::Add(_) => true,
        Command::Onbuild(inner) => takes_heredocs(inner),
        Command::From { .. }
        | Command::Arg(_)
        | Command::Env(_)
        | Command::Label(_)
        | Command::Cmd(_)
        | Command::Entrypoint(_)
        | Command::Shell(_)
        | Command::User(_)
        | Command::Workdir(_)
        | Command::Expose(_)
        | Command::Volume(_)
        | Command::Stopsignal(_)
        | Command::Healthcheck(_)
        | Command::Maintainer(_)
        | Command::Broken => false,
    }
}

/// `<<EOF`, `3<<-"EOF"`, `<< EOF`: each mark with its name.
pub(super) fn marks(line: &Spliced, escape: char) -> Vec<(String, Spliced)> {
    let mut marks = Vec::new();
    let mut words = split(line, escape).into_iter();
    while let Some(word) = words.next() {
        let digits = word.as_str().len()
            - word.as_str().trim_start_matches(|it: char| it.is_ascii_digit()).len();
        let Some(behind) = word.as_str()[digits..].strip_prefix("<<") else { continue };
        let length = if behind.starts_with('-') { digits + 3 } else { digits + 2 };
        let mark = word.as_str()[..length].to_owned();
        let name = match word.as_str().len() == length {
            true => words.next(),
            false => Some(word.slice(length..word.as_str().len())),
        };
        let named = name.filter(|name| !name.as_str().contains('<'));
        marks.extend(named.map(|name| (mark, name)));
    }
    marks
}
