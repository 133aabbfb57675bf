//! What a section of supervisord's configuration declares (its manual, "Configuration File").

use crate::fact::{Environment, Fact, Supplied};
use crate::model::build::apps;
use crate::model::build::host::Checkout;
use crate::model::build::located;
use crate::model::build::main_step;
use crate::model::command;
use crate::model::django::Project;
use crate::model::{Endpoint, Files, Host};
use crate::syntax::ini::{self, Section};
use crate::syntax::shell::evaluate::Argument;
use crate::syntax::shlex;
use crate::syntax::spliced::Spliced;
use camino::Utf8PathBuf;
use std::sync::Arc;

/// As many copies of a program are told apart.
const COPIES: u16 = 8;

/// What a section says, before shells and scripts are followed.
pub(in crate::model::build) struct Declared<'s> {
    pub(super) section: &'s Section,
    pub(super) name: String,
    pub(super) words: Vec<Argument>,
    pub(super) directory: Option<Fact<Utf8PathBuf>>,
    pub(super) environment: Environment,
    pub(super) user: Option<Fact<String>>,
    /// What supervisord listens at for it; it gets that as its standard input.
    pub(super) socket: Option<Fact<Endpoint>>,
}

impl<'s> Declared<'s> {
    /// The project that it runs by itself, and the folder that it is imported from on the host.
    pub(in crate::model::build) fn home<'p>(
        &self,
        files: &Files,
        projects: &'p [Arc<Project>],
    ) -> Option<(&'p Arc<Project>, Fact<Utf8PathBuf>)> {
        let words: Vec<_> = self.words.iter().map(|it| it.text.clone()).collect();
        let started = command::started(&words)?;
        let settings = apps::settings_of(&self.environment);
        located::home(files, projects, &started, self.directory.clone(), settings.as_deref())
    }

    /// The same where only the script that it starts says it.
    pub(in crate::model::build) fn home_by_script<'p>(
        &self,
        files: &Files,
        projects: &'p [Arc<Project>],
    ) -> Option<(&'p Arc<Project>, Fact<Utf8PathBuf>)> {
        let begun = (&self.environment, self.directory.clone());
        located::home_by_script(files, projects, &self.words, begun)
    }

    /// Where the script that it starts says that the tree is checked out.
    pub(in crate::model::build) fn checkout(
        &self,
        files: &Files,
        projects: &[Arc<Project>],
    ) -> Option<Checkout> {
        let words = self.words.iter().map(|it| it.text.value.as_str());
        located::checkout(files, projects, words, self.directory.clone(), self.section.name.place)
    }

    /// The program of a section; of `numprocs` copies that differ, each.
    pub(super) fn all(section: &'s Section, base: &Environment) -> Vec<Self> {
        let kinds = ["program:", "fcgi-program:"];
        let name = kinds.iter().find_map(|kind| section.name.value.strip_prefix(kind));
        // What is only called `{name}` is yet to be written: supervisord itself fills in `%(…)s` alone.
        let is_blank =
            |it: &&str| it.starts_with('{') && it.ends_with('}') && !it.starts_with("{{");
        let Some(name) = name.filter(|it| !is_blank(it)) else { return Vec::new() };
        let number = |key: &str| section.get(key).and_then(|it| it.as_str().parse::<u16>().ok());
        let first = number("numprocs_start").unwrap_or(0);
        let copies = match section.entries.iter().any(|it| asks_for_number(&it.value)) {
            true => number("numprocs").unwrap_or(1).clamp(1, COPIES),
            false => 1,
        };
        let numbers = first..first.saturating_add(copies);
        numbers
            .filter_map(|it| Self::of(section, base.clone(), Instance { name, number: it }))
            .collect()
    }

    fn of(section: &'s Section, mut environment: Environment, instance: Instance) -> Option<Self> {
        let own = |text: &Spliced| instance.named_in(text);
        let value = |key: &str| section.get(key).and_then(|it| known(&own(it)));
        let words = shlex::split(section.get("command")?)?;
        let words: Option<Vec<_>> =
            words.iter().map(|word| Some(main_step::argument(&filled_in(&own(word))?))).collect();
        if let Some(pairs) = section.get("environment") {
            for (name, held) in ini::supervisor_environment(pairs)? {
                let supplied = match symbolic(&own(&held)) {
                    Some(value) => Supplied::Value(value.value),
                    None => Supplied::Unknown("supervisord fills it in".into()),
                };
                environment.set(name.value, Fact::at(supplied, held.place()));
            }
        }
        let directory = section.get("directory").and_then(|it| symbolic(&own(it)));
        let directory = directory.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str())));
        let called = value("process_name").map_or_else(|| instance.name.to_owned(), |it| it.value);
        Some(Self {
            section,
            name: called,
            words: words?,
            directory,
            environment,
            user: value("user"),
            socket: value("socket").and_then(|it| it.try_map(|text| socket(text))),
        })
    }
}

/// One of the processes of a program.
struct Instance<'s> {
    name: &'s str,
    number: u16,
}

impl Instance<'_> {
    /// The text with the program's own name and the number of the process where they are asked for
    /// (supervisord's manual, "`[program:x]` Section Values": `program_name`, `process_num`).
    fn named_in(&self, text: &Spliced) -> Spliced {
        if !text.as_str().contains("%(pro") {
            return text.clone();
        }
        let named = text.as_str().replace("%(program_name)s", self.name);
        Spliced::new(&self.numbered(&named), text.place())
    }

    /// With the number as Python's `%` writes it: `%(process_num)d`, `%(process_num)02d`.
    fn numbered(&self, text: &str) -> String {
        let mut pieces = text.split(NUMBER);
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let end = piece.find(|it: char| !it.is_ascii_digit()).unwrap_or(piece.len());
            let (width, rest) = piece.split_at(end);
            let zeros = if width.starts_with('0') { width.parse().unwrap_or(0).min(20) } else { 0 };
            match rest.strip_prefix(['d', 's', 'i']) {
                Some(rest) if width.is_empty() || zeros > 0 => {
                    filled.push_str(&format!("{:0zeros$}{rest}", self.number));
                }
                Some(_) | None => filled.extend([NUMBER, piece]),
            }
        }
        filled
    }
}

const NUMBER: &str = "%(process_num)";

fn asks_for_number(text: &Spliced) -> bool {
    text.as_str().contains(NUMBER)
}

/// What a FastCGI program's `socket` says, `tcp://localhost:8000`. Who may connect to a file is
/// said by keys of its own, which nobody follows here.
fn socket(text: &str) -> Option<Endpoint> {
    let (host, port) = text.strip_prefix("tcp://")?.rsplit_once(':')?;
    Some(Endpoint::Tcp { host: Host::parse(host), port: port.parse().ok()? })
}

/// A value, unless supervisord or a template puts something into it: `%(ENV_HOME)s`.
fn known(text: &Spliced) -> Option<Fact<String>> {
    symbolic(text).filter(|it| !it.value.contains("{{"))
}

/// A value, unless supervisord puts something into it. What a template does is one symbol for the
/// same thing everywhere.
fn symbolic(text: &Spliced) -> Option<Fact<String>> {
    let plain = !text.as_str().contains("%(");
    plain.then(|| Fact::at(text.as_str().to_owned(), text.place()))
}

/// A word of a command. What supervisord puts into it of its environment is what a shell would:
/// `%(ENV_HOME)s` is `${HOME}`, be that known or not.
fn filled_in(word: &Spliced) -> Option<Fact<String>> {
    const OPENING: &str = "%(ENV_";
    if !word.as_str().contains(OPENING) {
        return symbolic(word);
    }
    let mut pieces = word.as_str().split(OPENING);
    let mut filled = pieces.next()?.to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(")s")?;
        filled.push_str(&format!("${{{name}}}{rest}"));
    }
    symbolic(&Spliced::new(&filled, word.place()))
}
