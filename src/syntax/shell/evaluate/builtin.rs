//! Commands of the shell itself that change what later ones see.

use crate::fact::{Fact, Lookup, Open, Supplied};
use crate::source::{Place, normalize};
use crate::syntax::shell::evaluate::{
    Argument, Context, How, Load, Loaded, State, Status, Variable,
};
use crate::syntax::shell::expansion::name_length;
use crate::syntax::shell::lexer::Lexer;
use crate::syntax::shell::simple::assignment_of;
use crate::syntax::shell::{Command, Flavour, Item, PartKind, Simple, Word, parse};
use crate::syntax::spliced::Spliced;
use camino::Utf8Path;
use std::sync::Arc;

impl<'a> State<'a> {
    /// The status of a builtin; `None` if the name is none.
    pub(super) fn builtin<'s: 'a>(
        &mut self,
        name: &str,
        simple: &'s Simple,
        context: Context,
    ) -> Option<Status> {
        let arguments = &simple.words[1..];
        let status = match name {
            ":" | "true" => {
                // Its arguments are expanded, which is what `: ${A:=b}` is for.
                arguments.iter().for_each(|word| drop(self.fields(word)));
                Some(true)
            }
            "false" => Some(false),
            "export" | "declare" | "typeset" | "readonly" | "local" => {
                self.declare(name, arguments, simple.place, context)
            }
            "unset" => {
                for word in arguments {
                    if let Some(name) = word.literal().filter(|it| !it.as_str().starts_with('-')) {
                        self.unset(name.as_str(), word.place(), context);
                    }
                }
                Some(true)
            }
            "set" => {
                self.set(arguments, context);
                Some(true)
            }
            "." | "source" => {
                self.source(arguments, simple.place, context);
                None
            }
            "shift" => {
                self.shift(arguments, context);
                Some(true)
            }
            "cd" => {
                self.change_directory(arguments, context);
                None
            }
            "exit" | "return" => {
                let ends = !context.conditional && !context.apart;
                let returns = name == "return" && self.calls > 0;
                self.stopped |= ends;
                // Behind a `return` that may have been taken, `exit` may not be reached: then the
                // function has ended, as one that waits and gives up at last.
                self.returning |= ends && (returns || self.may_have_returned);
                self.may_have_returned |= returns && !context.apart;
                None
            }
            "exec" => {
                self.exec(simple, context);
                None
            }
            "command" | "builtin" if !arguments.is_empty() => {
                let is_query = arguments[0].prefix().starts_with('-');
                if !is_query {
                    let _ = self.external(simple, 1, false, context);
                }
                None
            }
            "[" | "test" => {
                let end = arguments.len() - usize::from(name == "[" && !arguments.is_empty());
                self.test(&arguments[..end])
            }
            "eval" => {
                self.eval(simple, context);
                None
            }
            "read" => {
                for word in arguments.iter().filter_map(Word::literal) {
                    let value = Supplied::Unknown("it is read from the input".into());
                    self.assign(word.as_str(), Fact::at(value, simple.place), context);
                }
                None
            }
            "trap" => {
                self.trap(arguments);
                Some(true)
            }
            "break" | "continue" => {
                self.end_round(name, context);
                None
            }
            "echo" | "printf" => {
                // `echo "at ${HOST:?}"` ends the shell as well.
                let demanding = arguments.iter().filter(|it| it.raw.as_str().contains('?'));
                demanding.for_each(|word| drop(self.fields(word)));
                None
            }
            "pwd" | "umask" | "ulimit" | "alias" | "hash" | "type" | "wait" | "kill" | "let"
            | "shopt" | "getopts" | "times" | "jobs" | "fg" | "bg" | "pushd" | "popd"
            | "unalias" => None,
            _ => return None,
        };
        Some(status)
    }

    /// `export A=b C`: its words are assignments, so values are not split.
    fn declare(&mut self, name: &str, words: &[Word], place: Place, context: Context) -> Status {
        let exports = name == "export"
            || words
                .iter()
                .any(|word| word.prefix().starts_with('-') && word.prefix().contains('x'));
        for word in words {
            if let Some(load) = self.load_by_xargs(word, place) {
                self.load(load, true, context);
                continue;
            }
            let mut lexer = Lexer::new(&word.raw, self.flavour, 0);
            let Ok(Some(assignment)) = assignment_of(&mut lexer) else {
                self.mark_exported(word, exports);
                if self.stopped {
                    return None;
                }
                continue;
            };
            let value = self.assigned(&assignment)?;
            self.assign(&assignment.name, value, context);
            if exports {
                self.mark(&assignment.name);
            }
        }
        Some(true)
    }

    /// A name alone. What is no name is passed over by bash; dash gives up.
    fn mark_exported(&mut self, word: &Word, exports: bool) {
        let is_name = |text: &str| !text.is_empty() && name_length(text) == text.len();
        let cooked = self.cook(word, word.place(), None);
        let Supplied::Value(text) = cooked.value else { return };
        if exports && is_name(&text) {
            self.mark(&text);
        }
        let name = text.split('=').next().unwrap_or(&text);
        let is_strict = exports && self.flavour == Flavour::Posix;
        if is_strict && !is_name(name) && !text.starts_with('-') {
            self.give_up(word.place(), "the shell stops here, for this is no name of a variable");
        }
    }

    fn mark(&mut self, name: &str) {
        let variable = self.index.get(name).and_then(|at| self.variables[*at].1.as_mut());
        if let Some(Variable { exported, .. }) = variable {
            *exported = true;
        }
    }

    fn set(&mut self, words: &[Word], context: Context) {
        if let Some(at) = words.iter().position(|word| word.is_bare("--")) {
            let replaced = words[at + 1..].iter().flat_map(|word| self.fields(word)).collect();
            self.arguments = (!context.conditional).then_some(replaced);
        }
        let mut words = words.iter().filter_map(Word::literal);
        while let Some(word) = words.next() {
            let (on, letters) = match word.as_str().split_at_checked(1) {
                Some(("-", letters)) => (true, letters),
                Some(("+", letters)) => (false, letters),
                _ => return,
            };
            for letter in letters.chars() {
                match letter {
                    'a' => self.exports_all = on,
                    'e' => self.exit_on_error = on,
                    'o' => match words.next().as_ref().map(|it| it.as_str()) {
                        Some("allexport") => self.exports_all = on,
                        Some("errexit") => self.exit_on_error = on,
                        _ => {}
                    },
                    _ => {}
                }
            }
        }
    }

    /// What ends a script at each failure, as `set -e` does: `trap 'exit 1' ERR`. Only bash and its like know
    /// that name (bash(1), "trap").
    fn trap(&mut self, words: &[Word]) {
        let mut words = words.iter().filter_map(Word::literal);
        let Some(handler) = words.next().filter(|_| self.flavour == Flavour::Bash) else { return };
        let last = handler.as_str().rsplit([';', '&', '\n']).find(|it| !it.trim().is_empty());
        let exits = last.is_some_and(|it| it.split_whitespace().next() == Some("exit"));
        self.exit_on_error |= exits && words.any(|it| it.as_str() == "ERR");
    }

    fn shift(&mut self, words: &[Word], context: Context) {
        let count = match words.first().map(Word::literal) {
            None => Some(1),
            Some(word) => word.and_then(|word| word.as_str().parse().ok()),
        };
        self.arguments = match (self.arguments.take(), count) {
            (Some(arguments), Some(count)) if !context.conditional => {
                Some(arguments.into_iter().skip(count).collect())
            }
            _ => None,
        };
    }

    fn source(&mut self, words: &[Word], place: Place, context: Context) {
        let Some(word) = words.first() else { return };
        let path = self.fields(word).into_iter().next();
        let Some(path) = path else { return };
        // It sets nothing else (venv's documentation, "How venvs work"), and is made on the server.
        if path.as_str().ends_with("/bin/activate") {
            return self.activate(&path, context);
        }
        let load = Load { path: path.text, how: How::Source, place };
        self.load(load, false, context);
    }

    /// What Python's virtual environments set in their `activate`, beside the search path.
    fn activate(&mut self, path: &Argument, context: Context) {
        let Some(folder) = path.as_str().strip_suffix("/bin/activate") else { return };
        let from = self.directory.as_ref();
        let whole = match (folder.starts_with('/'), from) {
            (true, _) => Some(path.text.map(|_| folder.to_owned())),
            (false, Some(from)) => {
                let whole = normalize(&Utf8Path::new(&from.value).join(folder));
                Some(path.text.map(|_| whole.to_string()).given(from))
            }
            (false, None) => None,
        };
        if let Some(whole) = whole.filter(|_| path.is_known()) {
            self.assign("VIRTUAL_ENV", whole.map(|it| Supplied::Value(it.clone())), context);
            self.mark("VIRTUAL_ENV");
        }
    }

    /// `export $(grep -v '^#' .env | xargs)` and its kin.
    fn load_by_xargs(&mut self, word: &Word, place: Place) -> Option<Load> {
        let mut parts = word.parts.iter().filter(|part| !part.quoted);
        let PartKind::Command(commands) = &parts.next()?.kind else { return None };
        let text = commands.as_str();
        let reads = ["grep", "cat", "sed", "xargs", "egrep", "awk"];
        if !reads.iter().any(|program| text.trim_start().starts_with(program)) {
            return None;
        }
        // A variable may hold its name; those with a number are of a program for `awk`.
        let variable = |word: &'_ str| {
            let name = word.strip_prefix('$')?.trim_start_matches('{').trim_end_matches('}');
            name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
                .then(|| name.to_owned())
        };
        let is_file = |word: &&str| {
            let word = word.trim_matches(['"', '\'', '<']);
            let is_name = word.contains(".env") || word.ends_with("env");
            !word.starts_with('-') && (is_name || variable(word).is_some())
        };
        let file = text.split([' ', '\t', '\n', '|']).find(is_file)?.trim_matches(['"', '\'', '<']);
        let given = variable(file).map(|name| self.parameter(&name));
        let path = match given {
            Some(Lookup::Set(path)) => path.map(|it| it.to_string()),
            Some(Lookup::Unknown(_) | Lookup::Absent) | None => {
                Fact::at(file.to_owned(), commands.place())
            }
        };
        Some(Load { path, how: How::Xargs, place })
    }

    fn load(&mut self, mut load: Load, exports: bool, context: Context) {
        if let Some(from) = self.directory.as_ref().filter(|_| !load.path.value.starts_with('/')) {
            let whole = normalize(&Utf8Path::new(&from.value).join(&load.path.value));
            load.path = load.path.map(|_| whole.to_string()).given(from);
        }
        let found = (self.load)(&load, &self.environment());
        self.outcome.loads.push(load.clone());
        let Some(Loaded { variables, more }) = found else {
            let why: Arc<str> = "a script loads a file that is not in view".into();
            self.outcome.opened.push(Open { why, place: Some(load.place) });
            return;
        };
        self.outcome.opened.extend(more.map(|why| Open { why, place: Some(load.place) }));
        for (name, value, exported) in variables {
            self.assign(&name, value, context);
            if exports || exported {
                self.mark(&name);
            }
        }
    }

    fn change_directory(&mut self, words: &[Word], context: Context) {
        if context.apart {
            return;
        }
        let Some(word) = words.iter().find(|word| !word.prefix().starts_with('-')) else {
            return;
        };
        let target = self.fields(word).into_iter().next();
        // A way from where an earlier `cd` has led.
        let is_way = |it: &&Argument| {
            it.is_known() && it.as_str().starts_with(|it: char| it.is_alphanumeric() || it == '.')
        };
        self.directory = match (target.as_ref().filter(is_way), &self.directory) {
            (Some(way), Some(from)) => {
                let path = normalize(&Utf8Path::new(&from.value).join(way.as_str()));
                Some(way.text.map(|_| path.to_string()).given(from))
            }
            (Some(_), None) | (None, _) => target.map(|it| it.text),
        };
    }

    /// Runs the one command that a known text is, which the shell reads once more: `eval "sh -c \"$@\""`. What
    /// else there may be in a text is not followed.
    fn eval(&mut self, simple: &Simple, context: Context) {
        let place = simple.place;
        let given: Vec<Argument> =
            simple.words[1..].iter().flat_map(|it| self.fields(it)).collect();
        let is_known = given.iter().all(Argument::is_known);
        let script = is_known.then(|| parse(&joined(&given, place), self.flavour));
        let mut list =
            script.filter(|it| it.refused.is_none()).map(|it| it.list).unwrap_or_default();
        let only = list.pop().filter(|_| list.is_empty());
        if let Some(Item { command: Command::Simple(mut read), .. }) = only
            && let Some(name) = read.words.first().and_then(Word::literal)
            && !CHANGES.contains(&name.as_str())
        {
            let is_exec = name.as_str() == "exec";
            read.redirects.extend(simple.redirects.iter().cloned());
            let _ = self.external(&read, usize::from(is_exec), is_exec, context);
            self.stopped |= is_exec && !context.conditional && !context.apart;
            return;
        }
        let why = "a script evaluates a text that is not known";
        self.outcome.opened.push(Open { why: why.into(), place: Some(place) });
    }

    fn exec<'s: 'a>(&mut self, simple: &'s Simple, context: Context) {
        let mut skip = 1;
        while let Some(option) = simple.words.get(skip).and_then(Word::literal) {
            match option.as_str() {
                "-a" => skip += 2,
                "-c" | "-l" | "--" => skip += 1,
                _ => break,
            }
        }
        if skip >= simple.words.len() {
            return;
        }
        let _ = self.external(simple, skip, true, context);
        self.stopped |= !context.conditional && !context.apart;
    }
}

/// Commands that change the shell which runs them.
const CHANGES: [&str; 14] = [
    "export", "declare", "typeset", "readonly", "local", "unset", "set", "shift", "cd", "source",
    ".", "eval", "exit", "return",
];

/// Arguments as one text, with a blank between them.
fn joined(given: &[Argument], place: Place) -> Spliced {
    let mut text = Spliced::empty(
        given.first().map_or(place, |it| it.text.evidence().place().unwrap_or(place)),
    );
    for argument in given {
        if !text.is_empty() {
            text.push(" ", place);
        }
        match &argument.written {
            Some(written) => text.push_part(written, 0..written.as_str().len()),
            None => text.push(argument.as_str(), place),
        }
    }
    text
}
