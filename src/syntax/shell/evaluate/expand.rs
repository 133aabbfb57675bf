//! Words to values.

use crate::fact::{Certainty, Fact, Lookup, Supplied, symbol};
use crate::source::Place;
use crate::syntax::cooked::Cooked;
use crate::syntax::shell::evaluate::State;
use crate::syntax::shell::parser::parse;
use crate::syntax::shell::{Command, Expansion, Flavour, Operator, Part, PartKind, Word};
use crate::syntax::spliced::Spliced;

/// One argument of a command. What nobody can tell stands in it as a symbol, `${PORT}`.
#[derive(Clone, Debug)]
pub struct Argument {
    pub text: Fact<String>,
    /// What it is made of, if some of it was written out: the way back for a text that is parsed
    /// again, as that of `sh -c`.
    pub written: Option<Spliced>,
    /// An unquoted expansion, which may become any number of arguments.
    pub splits: bool,
}

impl Argument {
    pub fn new(written: Spliced) -> Self {
        let text = Fact::at(written.as_str().to_owned(), written.place());
        Self { text, written: Some(written), splits: false }
    }

    pub fn as_str(&self) -> &str {
        &self.text.value
    }

    /// Whether nothing in it is a symbol.
    pub fn is_known(&self) -> bool {
        !self.splits && !symbol::is_symbolic(self.as_str())
    }
}

/// A text that is made of others could double with each line.
const LONGEST_MADE: usize = 4096;

/// Set by the shell itself, to what only it knows.
const OF_THE_SHELL: [&str; 16] = [
    "RANDOM",
    "SECONDS",
    "LINENO",
    "UID",
    "EUID",
    "PPID",
    "HOSTNAME",
    "OLDPWD",
    "SHLVL",
    "IFS",
    "OPTIND",
    "BASH",
    "BASHPID",
    "BASH_VERSION",
    "SRANDOM",
    "EPOCHSECONDS",
];

impl State<'_> {
    /// The value that an assignment of this word gives: nothing is split or matched with files.
    pub(super) fn cook(
        &mut self,
        word: &Word,
        place: Place,
        before: Option<Lookup>,
    ) -> Fact<Supplied> {
        let mut value = Cooked::at(place);
        let is_whole = before.is_none();
        before.into_iter().for_each(|before| value.push_lookup(before));
        self.cook_parts(word, &mut value, true);
        let value = value.into_fact();
        let Supplied::Unknown(why) = &value.value else { return value };
        match self.made_of(word).filter(|_| is_whole) {
            Some(text) => value.map(|_| Supplied::MadeOf { text: text.into(), why: why.clone() }),
            None => value,
        }
    }

    /// The text of a word with the variables that nobody can tell in it; `None` where anything else in
    /// it is not known.
    fn made_of(&self, word: &Word) -> Option<String> {
        let mut made = String::new();
        for part in &word.parts {
            match &part.kind {
                PartKind::Text(text) if part.quoted || !text.as_str().contains('~') => {
                    made.push_str(Some(text.as_str()).filter(|it| !it.contains('$'))?);
                }
                PartKind::Variable(it) if it.operator == Operator::None => {
                    made.push_str(&self.held(&it.name)?);
                }
                _ => return None,
            }
        }
        (made.len() <= LONGEST_MADE).then_some(made)
    }

    /// What a variable adds to a text that is made of others: its value, or itself.
    fn held(&self, name: &str) -> Option<String> {
        let own = self.index.get(name).and_then(|at| self.variables[*at].1.as_ref());
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        // A file that is not in view may have set it, and need not have exported it.
        if !is_name || OF_THE_SHELL.contains(&name) || !self.outcome.opened.is_empty() {
            return None;
        }
        let inherited = || self.caller.layers(name).last();
        match own.map(|it| &it.value).or_else(inherited).map(|it| &it.value) {
            Some(Supplied::Value(value)) => (!value.contains('$')).then(|| value.clone()),
            Some(Supplied::MadeOf { text, .. }) => Some(text.to_string()),
            Some(Supplied::Removed) => Some(String::new()),
            Some(_) if own.is_some() => None,
            Some(_) | None => Some(format!("${{{name}}}")),
        }
    }

    fn cook_parts(&mut self, word: &Word, value: &mut Cooked, tildes: bool) {
        // A tilde counts at the start and, in an assignment, after each colon.
        let mut at_start = true;
        for (index, part) in word.parts.iter().enumerate() {
            let goes_on = index + 1 < word.parts.len();
            match &part.kind {
                PartKind::Text(text) if part.quoted || !tildes => value.push(text.as_str()),
                PartKind::Text(text) => {
                    self.push_with_tildes(text.as_str(), at_start, goes_on, value);
                }
                PartKind::Variable(expansion) => self.push_expansion(expansion, value),
                PartKind::Command(commands) => match self.output(commands) {
                    Some(output) => value.push(&output),
                    None => value.unknown("it is what a command prints".into()),
                },
                PartKind::Arithmetic(_) => value.unknown("it is computed by the shell".into()),
                PartKind::Process(_) => value.unknown("it is a file that the shell makes".into()),
            }
            at_start = false;
            if self.stopped {
                return;
            }
        }
    }

    /// A tilde right before a quote or a variable is none: they would be part of a name.
    fn push_with_tildes(&self, text: &str, at_start: bool, goes_on: bool, value: &mut Cooked) {
        let last = text.matches(':').count();
        for (index, piece) in text.split(':').enumerate() {
            if index > 0 {
                value.push(":");
            }
            let is_name = goes_on && index == last && !piece.contains('/');
            let counts = (index > 0 || at_start) && !is_name;
            match piece.strip_prefix('~').filter(|_| counts) {
                Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                    value.push_lookup(self.look_up("HOME"));
                    value.push(rest);
                }
                // The home of another user.
                Some(rest) if rest.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                    value.unknown("it is in the home of a user".into());
                }
                _ => value.push(piece),
            }
        }
    }

    fn push_expansion(&mut self, expansion: &Expansion, value: &mut Cooked) {
        let found = self.parameter(&expansion.name);
        let (colon, operator) = match expansion.operator {
            Operator::None => return value.push_lookup(found),
            Operator::Other => return self.push_cut(expansion, found, value),
            Operator::Default { colon } => (colon, '-'),
            Operator::Assign { colon } => (colon, '='),
            Operator::Required { colon } => (colon, '?'),
            Operator::Alternative { colon } => (colon, '+'),
        };
        let is_there = match &found {
            Lookup::Set(set) => !(colon && set.value.is_empty()),
            Lookup::Unknown(_) => match self.left_to_default(expansion) {
                Some(default) => return value.append(default),
                None => return value.push_lookup(found),
            },
            Lookup::Absent => false,
        };
        match (operator, is_there) {
            ('-' | '=' | '?', true) => value.push_lookup(found),
            ('+', false) => {}
            ('?', false) if self.uncertain => {
                value.unknown("the shell may stop for want of it".into());
            }
            ('?', false) => {
                let unset = (expansion.name.clone(), expansion.place);
                self.outcome.unset.get_or_insert(unset);
                let message = format!("the shell stops here, for `{}` is not set", expansion.name);
                self.give_up(expansion.place, message);
            }
            _ => {
                let Some(word) = &expansion.word else { return };
                let before = value.clone();
                let mut alternative = Cooked::at(expansion.place);
                self.cook_parts(word, &mut alternative, true);
                *value = before;
                if operator == '=' {
                    let context = super::Context::default();
                    self.assign(&expansion.name, alternative.clone().into_fact(), context);
                }
                value.append(alternative);
            }
        }
    }

    /// What a script has in the place of a variable that its caller may set, where nothing is known of
    /// the caller: whoever calls a script for people sets none of them, as a rule.
    fn left_to_default(&mut self, expansion: &Expansion) -> Option<Cooked> {
        if self.caller.names().next().is_some() || !self.outcome.opened.is_empty() {
            return None;
        }
        let takes =
            matches!(expansion.operator, Operator::Default { .. } | Operator::Assign { .. });
        let is_name = expansion.name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let is_own = self.index.contains_key(&expansion.name);
        let default = expansion.word.as_ref().filter(|_| takes && is_name && !is_own)?;
        let mut cooked = Cooked::at(expansion.place);
        self.cook_parts(default, &mut cooked, true);
        let why = format!("`{}` may be set where it is started", expansion.name);
        cooked.doubt(&why);
        Some(cooked)
    }

    /// `${NAME#prefix}` and `${NAME%suffix}` of plain texts; other cuts are not followed.
    fn push_cut(&self, expansion: &Expansion, found: Lookup, value: &mut Cooked) {
        let unknown = "it is cut from the value of another variable";
        let Some(cut) = expansion.word.as_ref().and_then(Word::literal) else {
            return value.unknown(unknown.into());
        };
        let cut = cut.as_str();
        let plain = cut.trim_start_matches(['#', '%']);
        if plain.len() == cut.len() || plain.contains(['*', '?', '[']) {
            return value.unknown(unknown.into());
        }
        value.push_lookup(match found {
            Lookup::Set(whole) => Lookup::Set(whole.map(|text| {
                let rest = match cut.starts_with('#') {
                    true => text.strip_prefix(plain),
                    false => text.strip_suffix(plain),
                };
                rest.unwrap_or(text).to_owned()
            })),
            Lookup::Unknown(_) | Lookup::Absent => found,
        });
    }

    /// `$0`, `$1`, `$#`, and `$@` where it is one text; `None` if the arguments are not known, or it is something else.
    fn positional(&self, name: &str) -> Option<Lookup> {
        if name == "0" {
            return self.name.cloned().map(Lookup::Set);
        }
        let arguments = self.arguments.as_ref()?;
        if name == "#" && !arguments.iter().any(|it| it.splits) {
            let origin = crate::fact::Origin::UNSEEN;
            return Some(Lookup::Set(Fact::new(arguments.len().to_string(), origin)));
        }
        if name == "@" || name == "*" {
            return joined(arguments).map(Lookup::Set);
        }
        let number: usize = name.parse().ok().filter(|number| *number > 0)?;
        let argument = arguments.get(number - 1);
        if arguments.iter().take(number).any(|argument| argument.splits) {
            return None;
        }
        Some(argument.map_or(Lookup::Absent, |argument| match argument.is_known() {
            true => Lookup::Set(argument.text.clone()),
            false => Lookup::Unknown(argument.text.map(|_| "an argument is not known".into())),
        }))
    }

    /// All arguments, where a word is nothing but `"$@"`.
    fn all_arguments(&self, word: &Word) -> Option<Vec<Argument>> {
        let [Part { kind: PartKind::Variable(expansion), quoted }] = word.parts.as_slice() else {
            return None;
        };
        let is_all = expansion.operator == Operator::None
            && (expansion.name == "@" || (expansion.name == "*" && !quoted));
        // `"${name[@]}"`, and not `${#name[@]}`, which counts them: the operator is the subscript.
        let is_plain = word.raw.as_str().contains(&format!("${{{}[", expansion.name));
        let subscript = expansion.word.as_ref().filter(|_| is_plain);
        match subscript.map(|it| it.raw.as_str()) {
            Some("[@]") => self.arrays.get(&expansion.name).cloned(),
            Some("[*]") if !quoted => self.arrays.get(&expansion.name).cloned(),
            _ => self.arguments.clone().filter(|_| is_all),
        }
    }

    /// The arguments, where these are their words: `cmd="$@"` and `exec $cmd`.
    fn arguments_of(&self, words: &[&str]) -> Option<Vec<Argument>> {
        let arguments = self.arguments.as_ref().filter(|it| !it.is_empty())?;
        arguments.iter().map(Argument::as_str).eq(words.iter().copied()).then(|| arguments.clone())
    }

    /// A variable, or one of the shell's own parameters.
    pub(super) fn parameter(&self, name: &str) -> Lookup {
        if let Some(found) = self.positional(name) {
            return found;
        }
        let found = self.look_up(name);
        let is_special = name.starts_with(|c: char| !c.is_ascii_alphabetic() && c != '_');
        let is_own = OF_THE_SHELL.contains(&name) && matches!(found, Lookup::Absent);
        if is_special || is_own {
            let why = "only the running shell knows it";
            return Lookup::Unknown(Fact::new(why.into(), crate::fact::Origin::UNSEEN));
        }
        found
    }

    /// The arguments that a word becomes.
    pub(super) fn fields(&mut self, word: &Word) -> Vec<Argument> {
        if let Some(written) = word.literal() {
            return vec![Argument::new(written)];
        }
        if let Some(arguments) = self.all_arguments(word) {
            return arguments;
        }
        let place = word.place();
        let mut text = Fact::at(String::new(), place);
        let mut written = Spliced::empty(place);
        let mut splits = false;
        for part in &word.parts {
            let (piece, is_open) = self.field_part(part, place);
            go_on(&mut written, part, &piece);
            let joined = format!("{}{}", text.value, piece.value);
            text = piece.map(|_| joined).given(&text);
            splits |= is_open && !part.quoted;
        }
        let is_plain = word.parts.iter().all(|part| part.quoted);
        if !splits && !is_plain {
            let unquoted = word.parts.len() == 1;
            let words: Vec<&str> =
                text.value.split([' ', '\t', '\n']).filter(|it| !it.is_empty()).collect();
            if unquoted && let Some(arguments) = self.arguments_of(&words) {
                return arguments;
            }
            if unquoted && words.len() != 1 {
                let one = |word: &str| Argument {
                    text: text.map(|_| word.to_owned()),
                    written: None,
                    splits: false,
                };
                return words.into_iter().map(one).collect();
            }
        }
        let is_text = |part: &Part| matches!(part.kind, PartKind::Text(_));
        let written = word.parts.iter().any(is_text).then_some(written);
        vec![Argument { text: text.given(&Fact::at((), place)), written, splits }]
    }

    /// What a command prints, where that is known.
    fn output(&self, commands: &Spliced) -> Option<String> {
        self.own_folder(commands.as_str()).or_else(|| output(commands, self.flavour))
    }

    /// A part's text, and whether it stands for something that is not known.
    fn field_part(&mut self, part: &Part, place: Place) -> (Fact<String>, bool) {
        match &part.kind {
            PartKind::Text(text) => (Fact::at(text.as_str().to_owned(), text.place()), false),
            PartKind::Variable(expansion) => self.field_variable(expansion),
            PartKind::Command(commands) => match self.output(commands) {
                Some(output) => (Fact::at(output, place), false),
                None => (Fact::at(format!("${{$({})}}", commands.as_str()), place), true),
            },
            PartKind::Arithmetic(text) => {
                (Fact::at(format!("${{(({}))}}", text.as_str()), place), true)
            }
            PartKind::Process(text) => {
                (Fact::at(format!("${{<({})}}", text.as_str()), place), true)
            }
        }
    }

    fn field_variable(&mut self, expansion: &Expansion) -> (Fact<String>, bool) {
        let word = Word {
            parts: vec![Part { kind: PartKind::Variable(expansion.clone()), quoted: true }],
            raw: Spliced::empty(expansion.place),
        };
        let cooked = self.cook(&word, expansion.place, None);
        if let Supplied::Value(value) = &cooked.value {
            return (cooked.map(|_| value.clone()), false);
        }
        // Written for the case that nobody sets it, which is how most of those commands run.
        let is_name = expansion.name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if let (Operator::Default { .. } | Operator::Assign { .. }, Some(word), true) =
            (expansion.operator, &expansion.word, is_name)
            && let Some(default) = word.literal()
            && self.caller.layers(&expansion.name).is_empty()
            && !self.index.contains_key(&expansion.name)
        {
            let text = Fact::at(default.as_str().to_owned(), default.place());
            let why = format!("`{}` may be set where it is started", expansion.name);
            return (text.doubt(Certainty::Likely, &why), false);
        }
        (cooked.map(|_| format!("${{{}}}", expansion.name)), true)
    }
}

/// Goes on with a part of a word: where it was expanded from counts if that lies in the same file.
fn go_on(written: &mut Spliced, part: &Part, piece: &Fact<String>) {
    let around = match &part.kind {
        PartKind::Text(text) => return written.push_part(text, 0..text.as_str().len()),
        PartKind::Variable(expansion) => expansion.place,
        PartKind::Command(text) | PartKind::Arithmetic(text) | PartKind::Process(text) => {
            text.place()
        }
    };
    let own = piece.evidence().place().filter(|it| it.file == around.file);
    written.push(&piece.value, own.unwrap_or(around));
}

/// What an assignment makes of all arguments: one text.
fn joined(arguments: &[Argument]) -> Option<Fact<String>> {
    let (first, rest) = arguments.split_first()?;
    if !arguments.iter().all(Argument::is_known) {
        return None;
    }
    let words: Vec<&str> = arguments.iter().map(Argument::as_str).collect();
    let text = first.text.map(|_| words.join(" "));
    Some(rest.iter().fold(text, |text, argument| text.given(&argument.text)))
}

/// What `$(echo words)` is; other commands are not known.
fn output(commands: &Spliced, flavour: Flavour) -> Option<String> {
    let script = parse(commands, flavour);
    let [item] = script.list.as_slice() else { return None };
    let Command::Simple(simple) = &item.command else { return None };
    let words: Option<Vec<_>> = simple.words.iter().map(Word::literal).collect();
    let words = words?;
    let [echo, rest @ ..] = words.as_slice() else { return None };
    let is_plain =
        |text: &str| !text.starts_with('-') && !text.contains(['\\', '*', '?', '[', '~']);
    let is_known = echo.as_str() == "echo"
        && simple.redirects.is_empty()
        && simple.assignments.is_empty()
        && rest.iter().all(|it| is_plain(it.as_str()));
    is_known.then(|| rest.iter().map(Spliced::as_str).collect::<Vec<_>>().join(" "))
}
