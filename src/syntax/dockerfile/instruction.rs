//! Lines into instructions.

use crate::source::{FileId, Place, Spanned};
use crate::syntax::Problem;
use crate::syntax::dockerfile::heredoc::{marks, takes_heredocs};
use crate::syntax::dockerfile::json::{Json, json};
use crate::syntax::dockerfile::line::{Lines, continued, is_comment};
use crate::syntax::dockerfile::others::{is_filled_in, is_foreign, is_made_up};
use crate::syntax::dockerfile::word::{Word, fields, is_open, next_word, parts, spanned, split};
use crate::syntax::dockerfile::{Argument, Assignment, Command, File, Flag, Form, Heredoc};
use crate::syntax::dockerfile::{Instruction, Transfer};
use crate::syntax::spliced::Spliced;

pub fn parse(id: FileId, text: &str) -> File {
    let file = File {
        id,
        escape: '\\',
        instructions: Vec::new(),
        comments: Vec::new(),
        problems: Vec::new(),
    };
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut parser = Parser { file, lines: Lines { text, at: start } };
    // What another frontend makes of the rest, only that knows.
    if parser.directives().is_some_and(is_foreign) {
        return parser.file;
    }
    while let Some((line, at)) = parser.lines.next() {
        let trimmed = line.trim_start();
        let at = at + (line.len() - trimmed.len());
        if is_comment(trimmed) {
            parser.file.comments.push(Place::new(id, at, at + trimmed.len()));
        } else if !trimmed.is_empty() {
            parser.instruction(trimmed, at);
        }
    }
    parser.finish()
}

struct Parser<'a> {
    file: File,
    lines: Lines<'a>,
}

impl<'a> Parser<'a> {
    /// `# escape=` and its like, which only count before anything else. Answers which frontend is named.
    fn directives(&mut self) -> Option<&'a str> {
        let mut frontend = None;
        loop {
            let before = self.lines.at;
            let Some((line, at)) = self.lines.next() else { return frontend };
            let directive = line.strip_prefix('#').and_then(|it| it.split_once('='));
            let (name, value) = directive.unwrap_or_default();
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
            if !["escape", "syntax", "check"].contains(&name.as_str()) || value.is_empty() {
                self.lines.at = before;
                return frontend;
            }
            if name == "syntax" {
                frontend.get_or_insert(value);
            }
            let place = Place::new(self.file.id, at, at + line.len());
            self.file.comments.push(place);
            match (name.as_str(), value) {
                ("escape", "`") => self.file.escape = '`',
                ("escape", "\\") | ("syntax" | "check", _) => {}
                _ => self.problem(place, "the escape is neither a backslash nor a backtick"),
            }
        }
    }

    fn problem(&mut self, place: Place, message: impl Into<String>) {
        self.file.problems.push(Problem::new(place, message));
    }

    /// The instruction that begins with this line, its continuations and heredocs.
    fn instruction(&mut self, first: &str, at: usize) {
        let id = self.file.id;
        let place = |part: &str, at| Place::new(id, at, at + part.len());
        let mut line = Spliced::empty(place("", at));
        let mut current = Some((first, at));
        while let Some((text, at)) = current {
            let Some(part) = continued(text, self.file.escape) else {
                line.push(text, place(text, at));
                break;
            };
            line.push(part, place(part, at));
            current = self.continuation();
        }
        let line = line.trim_matches(char::is_whitespace);
        if line.as_str().is_empty() {
            return;
        }
        let mut instruction = self.read(&line, false);
        if takes_heredocs(&instruction) && line.as_str().contains("<<") {
            instruction.heredocs = self.heredocs(&line);
        }
        self.file.instructions.push(instruction);
    }

    /// The next line that is neither blank nor a comment: both vanish inside an instruction.
    fn continuation(&mut self) -> Option<(&'a str, usize)> {
        while let Some((line, at)) = self.lines.next() {
            if is_comment(line) {
                let start = at + (line.len() - line.trim_start().len());
                self.file.comments.push(Place::new(self.file.id, start, at + line.len()));
            } else if !line.trim().is_empty() {
                return Some((line, at));
            }
        }
        None
    }

    /// Takes the lines of each heredoc that the line announces.
    fn heredocs(&mut self, line: &Spliced) -> Vec<Heredoc> {
        let mut heredocs = Vec::new();
        for (mark, name) in marks(line, self.file.escape) {
            let unquoted = name.as_str().replace(['\'', '"'], "");
            let chomp = mark.ends_with('-');
            let start = self.lines.at;
            let mut end = None;
            while let Some((line, at)) = self.lines.next() {
                let line = if chomp { line.trim_start_matches('\t') } else { line };
                if line == unquoted {
                    end = Some(at);
                    break;
                }
            }
            if end.is_none() {
                self.problem(name.place(), format!("heredoc `{unquoted}` is not closed"));
            }
            heredocs.push(Heredoc {
                expand: unquoted == name.as_str(),
                name: unquoted,
                content: Place::new(self.file.id, start, end.unwrap_or(self.lines.at)),
                chomp,
            });
        }
        heredocs
    }

    fn read(&mut self, line: &Spliced, inside_onbuild: bool) -> Instruction {
        let length = line.as_str().find(char::is_whitespace).unwrap_or(line.as_str().len());
        let keyword = spanned(line, 0..length).map(|it| it.to_ascii_uppercase());
        let (flags, rest) = flags(&line.slice(length..line.as_str().len()), self.file.escape);
        let faults = self.file.problems.len();
        let command = self.command(&keyword, &rest, inside_onbuild);
        if faults == self.file.problems.len() {
            self.check_flags(&keyword.value, &flags);
        }
        Instruction { place: line.place(), keyword, flags, command, heredocs: Vec::new() }
    }

    fn check_flags(&mut self, keyword: &str, flags: &[Flag]) {
        let known: &[&str] = match keyword {
            "FROM" => &["platform"],
            "RUN" => &["mount", "network", "security", "device"],
            "COPY" => &["from", "chown", "chmod", "link", "parents", "exclude"],
            "ADD" => &["chown", "chmod", "link", "checksum", "keep-git-dir", "unpack", "exclude"],
            "HEALTHCHECK" => &["interval", "timeout", "start-period", "start-interval", "retries"],
            _ => &[],
        };
        for flag in flags.iter().filter(|flag| !known.contains(&flag.name.value.as_str())) {
            let message = format!("{keyword} has no flag `--{}`", flag.name.value);
            self.problem(flag.name.place, message);
        }
    }

    /// The arguments as this keyword takes them.
    fn command(&mut self, keyword: &Spanned<String>, rest: &Spliced, onbuild: bool) -> Command {
        let escape = self.file.escape;
        let name = keyword.value.as_str();
        // BuildKit takes commands without a word: a shell that has nothing to do.
        if rest.as_str().is_empty() && ["RUN", "CMD", "ENTRYPOINT"].contains(&name) {
            return Command::Broken;
        }
        if rest.as_str().is_empty() && KEYWORDS.contains(&name) {
            self.problem(keyword.place, format!("{name} needs an argument"));
            return Command::Broken;
        }
        let word = |line: &Spliced| parts(line, escape);
        match name {
            "FROM" => self.from(rest),
            "ARG" => {
                Command::Arg(split(rest, escape).iter().map(|it| argument(it, escape)).collect())
            }
            "ENV" => self.assignments(name, rest).map_or(Command::Broken, Command::Env),
            "LABEL" => self.assignments(name, rest).map_or(Command::Broken, Command::Label),
            "RUN" => self.form(rest).map_or(Command::Broken, Command::Run),
            "CMD" => self.form(rest).map_or(Command::Broken, Command::Cmd),
            "ENTRYPOINT" => self.form(rest).map_or(Command::Broken, Command::Entrypoint),
            "SHELL" => match self.form(rest) {
                Some(form @ Form::Exec(_)) => Command::Shell(form),
                Some(Form::Shell(_)) => {
                    self.problem(rest.place(), "SHELL needs a list in JSON");
                    Command::Broken
                }
                None => Command::Broken,
            },
            "COPY" => self.transfer(name, rest).map_or(Command::Broken, Command::Copy),
            "ADD" => self.transfer(name, rest).map_or(Command::Broken, Command::Add),
            "USER" => Command::User(word(rest)),
            "WORKDIR" => Command::Workdir(word(rest)),
            "STOPSIGNAL" => Command::Stopsignal(word(rest)),
            "EXPOSE" => Command::Expose(fields(rest).iter().map(word).collect()),
            "VOLUME" => {
                let words = self.list(rest);
                words.map_or(Command::Broken, |it| Command::Volume(it.iter().map(word).collect()))
            }
            "HEALTHCHECK" => self.healthcheck(rest),
            "MAINTAINER" => Command::Maintainer(spanned(rest, 0..rest.as_str().len())),
            "ONBUILD" if onbuild => {
                self.problem(keyword.place, "ONBUILD cannot trigger ONBUILD");
                Command::Broken
            }
            "ONBUILD" => {
                let inner = self.read(rest, true);
                if ["FROM", "MAINTAINER"].contains(&inner.keyword.value.as_str()) {
                    let message = format!("ONBUILD cannot trigger {}", inner.keyword.value);
                    self.problem(inner.keyword.place, message);
                }
                Command::Onbuild(Box::new(inner))
            }
            _ => {
                // What was pasted there is one thing to take out, of however many lines.
                let before = self.file.instructions.last().map(|it| &it.command);
                if !matches!(before, Some(Command::Broken)) {
                    self.problem(keyword.place, format!("unknown instruction `{name}`"));
                }
                Command::Broken
            }
        }
    }

    fn from(&mut self, rest: &Spliced) -> Command {
        let escape = self.file.escape;
        let words = fields(rest);
        match words.as_slice() {
            [image] => Command::From { image: parts(image, escape), name: None },
            [image, with, name] if with.as_str().eq_ignore_ascii_case("as") => {
                let name = Some(spanned(name, 0..name.as_str().len()));
                Command::From { image: parts(image, escape), name }
            }
            _ => {
                self.problem(rest.place(), "FROM takes an image, or an image AS a name");
                Command::Broken
            }
        }
    }

    fn assignments(&mut self, keyword: &str, rest: &Spliced) -> Option<Vec<Assignment>> {
        let escape = self.file.escape;
        let words = split(rest, escape);
        if !words.first()?.as_str().contains('=') {
            let Some((name, _)) = rest.as_str().split_once(char::is_whitespace) else {
                self.problem(rest.place(), format!("{keyword} needs a name and a value"));
                return None;
            };
            let length = name.len();
            let value = rest.slice(length..rest.as_str().len()).trim_matches(char::is_whitespace);
            let name = spanned(rest, 0..length);
            return Some(vec![Assignment { name, value: parts(&value, escape), old: true }]);
        }
        let mut assignments = Vec::new();
        for word in words {
            let Some(at) = word.as_str().find('=') else {
                self.problem(word.place(), format!("`{}` is no `name=value`", word.as_str()));
                return None;
            };
            let name = spanned(&word, 0..at).map(|name| name.replace(['"', '\''], ""));
            let value = parts(&word.slice(at + 1..word.as_str().len()), escape);
            assignments.push(Assignment { name, value, old: false });
        }
        Some(assignments)
    }

    /// The exec form if it is JSON, else the shell form.
    fn form(&mut self, rest: &Spliced) -> Option<Form> {
        match json(rest) {
            Json::Strings(words) => Some(Form::Exec(words)),
            Json::Others => self.not_strings(rest),
            Json::No => Some(Form::Shell(rest.clone())),
        }
    }

    /// Words in JSON, or between blanks.
    fn list(&mut self, rest: &Spliced) -> Option<Vec<Spliced>> {
        match json(rest) {
            Json::Strings(words) => Some(words),
            Json::Others => self.not_strings(rest),
            Json::No => Some(fields(rest)),
        }
    }

    fn not_strings<T>(&mut self, rest: &Spliced) -> Option<T> {
        self.problem(rest.place(), "a list in JSON may only hold strings here");
        None
    }

    fn transfer(&mut self, keyword: &str, rest: &Spliced) -> Option<Transfer> {
        let escape = self.file.escape;
        let mut words = self.list(rest)?;
        if words.len() < 2 {
            let message = format!("{keyword} needs a source and a destination");
            self.problem(rest.place(), message);
            return None;
        }
        let destination = parts(&words.pop()?, escape);
        let sources = words.iter().filter(|word| !word.as_str().starts_with("<<"));
        let sources: Vec<Word> = sources.map(|it| parts(it, escape)).collect();
        // Words end at blanks, whatever stands in quotes, and each is read by itself (BuildKit's
        // `CopyCommand.Expand`, which "failed to process" it).
        let all = sources.iter().chain([&destination]);
        let open = all.filter_map(|it| Some((&it.text, it.fault.filter(is_open)?))).next();
        if let Some((word, fault)) = open {
            self.problem(word.place(), format!("{fault} in `{}`", word.as_str()));
            return None;
        }
        Some(Transfer { sources, destination })
    }

    fn healthcheck(&mut self, rest: &Spliced) -> Command {
        let length = rest.as_str().find(char::is_whitespace).unwrap_or(rest.as_str().len());
        let command = rest.slice(length..rest.as_str().len()).trim_matches(char::is_whitespace);
        match rest.as_str()[..length].to_ascii_uppercase().as_str() {
            "NONE" if command.as_str().is_empty() => Command::Healthcheck(None),
            "CMD" if !command.as_str().is_empty() => {
                let form = self.form(&command);
                form.map_or(Command::Broken, |form| Command::Healthcheck(Some(form)))
            }
            _ => {
                self.problem(rest.place(), "HEALTHCHECK takes NONE, or CMD and a command");
                Command::Broken
            }
        }
    }

    /// What can only be said of the whole.
    fn finish(mut self) -> File {
        let unknown = self
            .file
            .instructions
            .iter()
            .filter(|it| !KEYWORDS.contains(&it.keyword.value.as_str()));
        if unknown.into_iter().any(|it| is_made_up(&it.keyword.value)) {
            // What comes to stand there may be anything, a whole stage as well.
            self.file.instructions.clear();
            self.file.problems.clear();
            return self.file;
        }
        let before_from = |it: &&Instruction| it.keyword.value != "ARG";
        match self.file.instructions.iter().find(before_from) {
            None => {
                let place = Place::new(self.file.id, 0, 0);
                self.problem(place, "no instruction begins a stage");
            }
            Some(first)
                if first.keyword.value != "FROM" && !matches!(first.command, Command::Broken) =>
            {
                let message = format!("{} stands before the first FROM", first.keyword.value);
                self.problem(first.keyword.place, message);
            }
            Some(_) => {}
        }
        let text = self.lines.text;
        self.file.problems.retain(|it| !is_filled_in(text, it.place));
        self.file.problems.sort();
        self.file
    }
}

const KEYWORDS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// The words `--name=value` before the arguments, and the arguments.
fn flags(line: &Spliced, escape: char) -> (Vec<Flag>, Spliced) {
    let mut flags = Vec::new();
    let mut rest = 0;
    while let Some(word) = next_word(line.as_str(), rest, escape) {
        let text = &line.as_str()[word.clone()];
        if !text.starts_with("--") {
            break;
        }
        rest = word.end;
        if text == "--" {
            break;
        }
        let at = text.find('=').map_or(word.end, |at| word.start + at);
        let value = spanned(line, (at + 1).min(word.end)..word.end);
        let value = value.map(|value| value.replace(['"', '\''], ""));
        flags.push(Flag { name: spanned(line, word.start + 2..at), value });
    }
    (flags, line.slice(rest..line.as_str().len()).trim_matches(char::is_whitespace))
}

fn argument(word: &Spliced, escape: char) -> Argument {
    let Some(at) = word.as_str().find('=') else {
        return Argument { name: spanned(word, 0..word.as_str().len()), default: None };
    };
    let default = parts(&word.slice(at + 1..word.as_str().len()), escape);
    Argument { name: spanned(word, 0..at), default: Some(default) }
}
