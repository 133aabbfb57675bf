//! Which bytes of a Dockerfile no report may show: values of variables by their name, and
//! credentials in URLs, in arguments of instructions as well as in shell text.

use crate::fact::secret::{is_reference, is_secret_name, url_credentials};
use crate::source::Place;
use crate::syntax::dockerfile::{Command, File, Form, Word};
use crate::syntax::spliced::Spliced;

pub fn secrets(file: &File) -> Vec<Place> {
    let mut found = Vec::new();
    file.instructions.iter().for_each(|it| command(&it.command, &mut found));
    found
}

fn command(command: &Command, found: &mut Vec<Place>) {
    match command {
        Command::Env(pairs) | Command::Label(pairs) => {
            pairs.iter().for_each(|it| value(&it.name.value, &it.value, found));
        }
        Command::Arg(arguments) => {
            for argument in arguments {
                if let Some(default) = &argument.default {
                    value(&argument.name.value, default, found);
                }
            }
        }
        Command::Run(form) | Command::Cmd(form) | Command::Entrypoint(form) => {
            self::form(form, found);
        }
        Command::Healthcheck(Some(form)) => self::form(form, found),
        Command::Onbuild(inner) => self::command(&inner.command, found),
        Command::Add(transfer) | Command::Copy(transfer) => {
            transfer.sources.iter().for_each(|it| value("", it, found));
        }
        Command::From { .. }
        | Command::Shell(_)
        | Command::User(_)
        | Command::Workdir(_)
        | Command::Expose(_)
        | Command::Volume(_)
        | Command::Stopsignal(_)
        | Command::Healthcheck(None)
        | Command::Maintainer(_)
        | Command::Broken => {}
    }
}

fn value(name: &str, word: &Word, found: &mut Vec<Place>) {
    let raw = word.text.as_str();
    let bare = raw.trim_matches(['"', '\'']);
    if is_secret_name(name) && !bare.is_empty() && !is_reference(bare) {
        found.push(word.text.place());
        return;
    }
    found.extend(url_credentials(raw).into_iter().map(|part| word.text.place_of(part)));
}

fn form(form: &Form, found: &mut Vec<Place>) {
    match form {
        Form::Exec(words) => {
            // The escapes of JSON may move what stands where, so the whole word is masked.
            let tells = |text: &str| !url_credentials(text).is_empty() || has_assignment(text);
            found.extend(words.iter().filter(|it| tells(it.as_str())).map(Spliced::place));
        }
        Form::Shell(line) => shell(line, found),
    }
}

fn has_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, value)| {
        is_secret_name(name.trim_start_matches('-')) && !value.is_empty()
    })
}

/// `SECRET_KEY=x command --token=y https://user:password@host`
fn shell(line: &Spliced, found: &mut Vec<Place>) {
    let text = line.as_str();
    for word in text.split_whitespace() {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let Some((name, value)) = word.split_once('=') else { continue };
        let bare = value.trim_matches(['"', '\'']);
        let name = name.trim_start_matches(['-', '"', '\'']);
        if is_secret_name(name) && !bare.is_empty() && !is_reference(bare) {
            found.push(line.place_of(start + word.len() - value.len()..start + word.len()));
        }
    }
    found.extend(url_credentials(text).into_iter().map(|part| line.place_of(part)));
}
