//! Everything that a command line runs, through shells and the scripts that they read.
//!
//! `sh -c`, entrypoints and deploy scripts come down to the programs they start, each with the
//! environment and directory that it gets there. What branches on something that is not in view
//! is marked so.

use crate::fact::{Environment, Fact, Supplied};
use crate::model::command::wrapper::{self, Peeled};
use crate::model::command::{Started, name, servers};
use crate::source::{Place, normalize};
use crate::syntax::shell::evaluate::{self, Argument, Call, Loader, OnFailure, Ran};
use crate::syntax::shell::{Flavour, Script, parse};
use crate::syntax::spliced::Spliced;
use camino::Utf8Path;
use std::borrow::Cow;

/// What is around a command line.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    pub environment: &'a Environment,
    pub directory: Option<&'a Fact<String>>,
    /// The script that a path names, seen from that directory; `None` if it is none, or not in
    /// view.
    pub script: FindScript<'a>,
    /// What a file sets that a script loads.
    pub load: Loader<'a>,
}

/// Finds a script by its path and the working directory.
pub type FindScript<'a> =
    &'a dyn Fn(&Fact<String>, Option<&Fact<String>>) -> Option<ScriptFile<'a>>;

/// A script of the tree, or one that a Dockerfile writes.
#[derive(Clone, Debug)]
pub struct ScriptFile<'a> {
    pub script: Cow<'a, Script>,
    pub flavour: Flavour,
    /// Its first line says `-e`, which counts if it is started by itself.
    pub exits_on_error: bool,
}

/// A program that is started on the way.
#[derive(Clone, Debug)]
pub struct Step {
    pub started: Started,
    /// With what scripts and wrappers add to it.
    pub environment: Environment,
    pub directory: Option<Fact<String>>,
    /// Where it reads and writes, each behind the shell's operator for it.
    pub redirects: Vec<(String, Fact<String>)>,
    /// Whether it runs depends on what is not in view.
    pub conditional: bool,
    /// That is more than whether the commands before it succeed.
    pub optional: bool,
    /// It runs in the background, in a pipe or a subshell.
    pub apart: bool,
    /// What stands before it waits for another program.
    pub waits: bool,
    /// It takes the place of the shell, or there was none.
    pub exec: bool,
    /// What a failure of it leads to; [`OnFailure::Skips`] and [`OnFailure::Tries`] count the
    /// steps.
    pub on_failure: OnFailure,
    /// What stays in front of it, each at the command that it waits for. The first gets the signals that
    /// the program is meant to get.
    pub fronts: Vec<Fact<Front>>,
    /// The shell or script that runs it; `None` if nothing stands between.
    pub script: Option<Place>,
    pub place: Place,
}

/// A shell that starts a program and waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// A script of the tree.
    Script,
    /// The text of `sh -c`. bash gives its place to the last command by itself, dash does not
    /// (measured with bash 5.2 and dash 0.5.12).
    Text,
}

/// Scripts that call each other.
const DEEPEST: usize = 8;

/// All programs of a deploy script, and what a chain of scripts could not exceed in earnest.
const MOST_STEPS: usize = 2_000;

/// What the words of a command line come to, in the order in which it runs.
pub fn steps(words: &[Argument], around: Around<'_>) -> Vec<Step> {
    follow_all(words, around).0
}

/// The variable for want of which a shell on the way ends in any case (`${NAME:?}`: POSIX, XCU 2.6.2), and
/// where.
pub fn unset(words: &[Argument], around: Around<'_>) -> Option<(String, Place)> {
    follow_all(words, around).1
}

fn follow_all(words: &[Argument], around: Around<'_>) -> (Vec<Step>, Option<(String, Place)>) {
    let outer = Outer {
        environment: around.environment.clone(),
        directory: around.directory.cloned(),
        user: None,
        redirects: Vec::new(),
        conditional: false,
        optional: false,
        apart: false,
        waits: false,
        watched: None,
        exec: true,
        fronts: Vec::new(),
        script: None,
        scripts: Vec::new(),
    };
    let (mut steps, mut unset) = (Vec::new(), None);
    if let Some(first) = words.first().and_then(|word| word.text.evidence().place()) {
        follow(words.to_vec(), first, &outer, around, 0, (&mut steps, &mut unset));
    }
    (steps, unset)
}

/// What wrappers and scripts have decided so far.
#[derive(Clone)]
struct Outer {
    environment: Environment,
    directory: Option<Fact<String>>,
    user: Option<Fact<String>>,
    redirects: Vec<(String, Fact<String>)>,
    conditional: bool,
    optional: bool,
    apart: bool,
    waits: bool,
    /// What starts it anew whenever a file changes.
    watched: Option<Fact<()>>,
    exec: bool,
    fronts: Vec<Fact<Front>>,
    script: Option<Place>,
    /// The scripts on the way, as they were called.
    scripts: Vec<String>,
}

fn follow(
    words: Vec<Argument>,
    place: Place,
    outer: &Outer,
    around: Around<'_>,
    depth: usize,
    (steps, unset): (&mut Vec<Step>, &mut Option<(String, Place)>),
) {
    if steps.len() >= MOST_STEPS {
        return;
    }
    let Some(peeled) = wrapper::peel(words) else { return };
    let mut inner = outer.clone();
    for (name, value) in &peeled.sets {
        inner.environment.set(name.clone(), wrapper::supplied(value));
    }
    inner.directory = peeled.directory.clone().or(inner.directory);
    for supply in &peeled.supplies {
        supply.lay(inner.directory.as_ref(), around.load, &mut inner.environment);
    }
    inner.waits |= peeled.waits;
    inner.watched = peeled.watched.clone().or(inner.watched);
    inner.user = peeled.user.clone().or(inner.user);
    if depth < DEEPEST
        && let Some(shell) = shell(&peeled, &inner, around)
    {
        inner.scripts.extend(shell.name.iter().map(|it| it.value.clone()));
        if let Some(at) = shell.login {
            inner.environment.open(wrapper::PROFILE, Some(at));
        }
        let call = Call {
            flavour: shell.flavour,
            exits_on_error: shell.exits_on_error,
            environment: &inner.environment,
            name: shell.name.as_ref(),
            directory: inner.directory.as_ref(),
            arguments: Some(&shell.arguments),
            load: around.load,
        };
        let outcome = match &shell.source {
            Source::Text(text) => evaluate::run(&parse(text, shell.flavour), call),
            Source::File(script) => evaluate::run(script, call),
        };
        // A script that another calls ends for itself, and the other may go on.
        if let Some(missing) = outcome.unset
            && inner.exec
            && !(inner.conditional || inner.optional || inner.apart)
        {
            unset.get_or_insert(missing);
        }
        let last = outcome.ran.len().saturating_sub(1);
        let mut failures = Vec::new();
        for (index, ran) in outcome.ran.into_iter().enumerate() {
            // A shell with nothing but one command to run gives its place to it.
            let is_only = matches!(shell.source, Source::Text(_)) && last == 0 && index == 0;
            let mut here = inner.at(&ran, is_only, place);
            let front = shell.front(&ran, index == last);
            here.fronts.extend(front.map(|front| Fact::at(front, ran.place)));
            failures.push((steps.len(), ran.on_failure));
            follow(ran.arguments, ran.place, &here, around, depth + 1, (&mut *steps, &mut *unset));
        }
        fail(&failures, steps);
        return;
    }
    let words = peeled.words.into_iter().map(|word| word.text).collect();
    let unwrapped = wrapper::Unwrapped {
        words,
        sets: peeled.sets,
        user: inner.user.clone(),
        directory: inner.directory.clone(),
    };
    let Some(mut started) = servers::read(unwrapped) else { return };
    if let Some(supply) = started.supply() {
        supply.lay(inner.directory.as_ref(), around.load, &mut inner.environment);
    }
    started.reload = started.reload.or(inner.watched);
    steps.push(Step {
        started,
        environment: inner.environment,
        directory: inner.directory,
        redirects: inner.redirects,
        conditional: inner.conditional,
        optional: inner.optional,
        apart: inner.apart,
        waits: inner.waits,
        exec: inner.exec,
        on_failure: OnFailure::Stops,
        fronts: inner.fronts,
        script: inner.script,
        place,
    });
}

/// Says of the steps of each command what their failure leads to, unless a script on the way has
/// dealt with it. With each command comes the number of its first step.
fn fail(commands: &[(usize, OnFailure)], steps: &mut [Step]) {
    let all = steps.len();
    let first = |number: usize| commands.get(number).map_or(all, |(first, _)| *first);
    for (number, (from, on_failure)) in commands.iter().enumerate() {
        let on_failure = match on_failure {
            OnFailure::Skips(to) => OnFailure::Skips(first(*to)),
            OnFailure::Tries(answer) => {
                let starts = |it: &usize| first(*it) < first(*it + 1);
                OnFailure::Tries(answer.filter(starts).map(first))
            }
            OnFailure::Stops | OnFailure::GoesOn(_) | OnFailure::Tested => *on_failure,
        };
        for step in &mut steps[*from..first(number + 1)] {
            if step.on_failure == OnFailure::Stops {
                step.on_failure = on_failure;
            }
        }
    }
}

impl Outer {
    /// As it is for a command that a script runs.
    fn at(&self, ran: &Ran, is_only: bool, shell: Place) -> Self {
        let mut here = self.clone();
        for (name, value) in ran.exported.iter().chain(&ran.assignments) {
            let value = match (&value.value, ran.conditional) {
                (Supplied::Perhaps(_), true) => {
                    value.map(|_| Supplied::Unknown("it is set in a branch of a script".into()))
                }
                _ => value.clone(),
            };
            here.environment.set(name.clone(), value);
        }
        for open in &ran.opened {
            here.environment.open(&open.why, open.place);
        }
        here.directory = match (&ran.directory, here.directory) {
            // A script may begin with a way from where it was called.
            (Some(way), Some(from))
                if way.value.starts_with(|it: char| it.is_alphanumeric() || it == '.') =>
            {
                let path = normalize(&Utf8Path::new(&from.value).join(&way.value));
                Some(way.map(|_| path.to_string()).given(&from))
            }
            (own, outer) => own.clone().or(outer),
        };
        here.redirects.clone_from(&ran.redirects);
        here.conditional |= ran.conditional;
        here.optional |= ran.optional;
        here.apart |= ran.apart;
        here.exec &= (ran.exec || is_only) && !ran.apart;
        here.script = Some(shell);
        here
    }
}

/// A shell that is started, and what it is to read.
struct Shell<'a> {
    flavour: Flavour,
    exits_on_error: bool,
    /// `-l`, with which it reads the profile of its user first.
    login: Option<Place>,
    source: Source<'a>,
    /// The path of a script, as it was called.
    name: Option<Fact<String>>,
    arguments: Vec<Argument>,
}

enum Source<'a> {
    Text(Spliced),
    File(Cow<'a, Script>),
}

impl Shell<'_> {
    /// Whether this shell stays while a command of its runs.
    fn front(&self, ran: &Ran, is_last: bool) -> Option<Front> {
        match &self.source {
            _ if ran.exec && !ran.apart => None,
            Source::File(_) => Some(Front::Script),
            Source::Text(_) if is_last && self.flavour == Flavour::Bash => None,
            Source::Text(_) => Some(Front::Text),
        }
    }
}

fn shell<'a>(peeled: &Peeled, outer: &Outer, around: Around<'a>) -> Option<Shell<'a>> {
    let first = peeled.words.first()?;
    if peeled.shell {
        return Some(Shell {
            flavour: Flavour::Bash,
            exits_on_error: false,
            login: None,
            source: Source::Text(text(first)?),
            name: None,
            arguments: Vec::new(),
        });
    }
    let flavour = match name(first.as_str()) {
        "sh" | "dash" | "ash" => Flavour::Posix,
        "bash" | "zsh" | "ksh" => Flavour::Bash,
        _ => return file(&peeled.words, outer, around),
    };
    let mut at = 1;
    let (mut takes_text, mut exits_on_error, mut is_login) = (false, false, false);
    while let Some(option) =
        peeled.words.get(at).filter(|word| word.as_str().starts_with(['-', '+']))
    {
        let option = option.as_str();
        at += 1;
        if option == "--" {
            break;
        }
        is_login |= option == "--login";
        if !option.starts_with("--") {
            is_login |= option.starts_with('-') && option.contains('l');
            takes_text |= option.starts_with('-') && option.contains('c');
            exits_on_error |= option.starts_with('-') && option.contains('e');
            // `-o pipefail`, on its own or at the end of others.
            at += usize::from(option.ends_with('o') || option.ends_with('O'));
        }
    }
    let rest = peeled.words.get(at..)?;
    let login = first.text.evidence().place().filter(|_| is_login);
    if !takes_text {
        // The script's first line is a comment to a shell that is told to read it.
        return Some(Shell { exits_on_error, login, ..file(rest, outer, around)? });
    }
    // What follows the text is `$0`, then the arguments.
    let arguments = rest.get(2..).unwrap_or_default().to_vec();
    let source = Source::Text(text(rest.first()?)?);
    Some(Shell { flavour, exits_on_error, login, source, name: None, arguments })
}

/// A script by its path, with the words behind it.
fn file<'a>(words: &[Argument], outer: &Outer, around: Around<'a>) -> Option<Shell<'a>> {
    let path = words.first()?;
    // Once again as another user, `exec sudo -u app "$0"`, is all that tells anything.
    if outer.scripts.iter().filter(|it| **it == path.text.value).count() > 1 {
        return None;
    }
    let found = (around.script)(&path.text, outer.directory.as_ref())?;
    Some(Shell {
        flavour: found.flavour,
        exits_on_error: found.exits_on_error,
        login: None,
        source: Source::File(found.script),
        name: Some(path.text.clone()),
        arguments: words[1..].to_vec(),
    })
}

/// The text of `-c`, with the way back to the file if it was written out.
fn text(word: &Argument) -> Option<Spliced> {
    if let Some(written) = &word.written {
        return Some(written.clone());
    }
    Some(Spliced::new(word.as_str(), word.text.evidence().place()?))
}
