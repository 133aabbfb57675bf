//! Files that a script writes from here-documents, as `cat > /etc/nginx/sites-available/shop <<EOF`.
//!
//! Whoever sets a server up by a script keeps its sites and units there and nowhere else. What the
//! shell expands in them is filled in where the script sets it to one text, and stands as the mark
//! of a template, `{{ NAME }}`, where it does not: they are read as any template is.

use crate::syntax::shell::lexer::{Lexer, Result};
use crate::syntax::shell::parser::parse;
use crate::syntax::shell::word::{Expansion, Operator, PartKind, Word};
use crate::syntax::shell::{
    Command, CompoundKind, Connector, Flavour, List, Redirect, Script, Simple, Value,
};
use crate::syntax::spliced::Spliced;
use std::collections::BTreeMap;
use std::ops::Range;

/// A file as the script leaves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub path: String,
    pub text: Spliced,
}

/// Scripts in scripts; people write one, for another machine or with other rights.
const DEEPEST: usize = 3;

/// What the script writes as a whole, by path. A file that it adds to, or has several texts for and
/// chooses one while it runs, is left out: nobody knows what it holds.
pub fn written(script: &Script) -> Vec<Written> {
    let mut told = Told::default();
    told.list(&script.list, false);
    let mut last: BTreeMap<String, Option<&Write>> = BTreeMap::new();
    for write in &told.writes {
        let path = told.installed(told.expand(&write.path).as_str().to_owned());
        let chosen = write.in_branch && last.contains_key(&path);
        let is_kept = !chosen && !write.appends && !told.is_put_over(&path);
        last.insert(path, Some(write).filter(|_| is_kept));
    }
    let texts = last.into_iter().filter_map(|(path, write)| {
        let text = told.text(&write?.body)?;
        Some(Written { path, text })
    });
    texts.collect()
}

/// A text that goes into a file.
struct Write {
    path: Word,
    body: Body,
    appends: bool,
    in_branch: bool,
}

enum Body {
    /// A here-document; its end is quoted if it is taken as it is: `<<'EOF'`.
    Document { text: Spliced, expands: bool },
    /// What `echo` is given.
    Said(Word),
}

#[derive(Default)]
struct Told {
    writes: Vec<Write>,
    /// What the script sets; `None` for what it sets in several ways, or is told while it runs.
    variables: BTreeMap<String, Option<String>>,
    /// The words that it sets them to, of which some part is told while it runs; `None` where several do.
    words: BTreeMap<String, Option<Word>>,
    /// From where to where files are put.
    moves: Vec<(String, String)>,
    depth: usize,
}

impl Told {
    fn list(&mut self, list: &List, in_branch: bool) {
        for (at, item) in list.iter().enumerate() {
            let in_branch = in_branch || item.connector == Connector::Or;
            match &item.command {
                Command::Simple(simple) => {
                    let next = list.get(at + 1).filter(|it| it.connector == Connector::Pipe);
                    let into = next.and_then(|next| match &next.command {
                        Command::Simple(next) => Some(next),
                        Command::Compound(_) | Command::Function { .. } => None,
                    });
                    self.simple(simple, into, in_branch);
                }
                // What a function does is done once for all where it is called.
                Command::Function { body, .. } => {
                    body.lists.iter().for_each(|list| self.list(list, false));
                }
                Command::Compound(compound) => {
                    if let CompoundKind::For { variable, .. } = &compound.kind {
                        self.variables.insert(variable.clone(), None);
                        self.words.insert(variable.clone(), None);
                    }
                    let is_whole =
                        matches!(compound.kind, CompoundKind::Group | CompoundKind::Subshell);
                    let lists = compound.lists.iter();
                    lists.for_each(|list| self.list(list, in_branch || !is_whole));
                }
            }
        }
    }

    fn simple(&mut self, simple: &Simple, into: Option<&Simple>, in_branch: bool) {
        self.assign(simple);
        let moved = self.moved(simple);
        self.moves.extend(moved);
        let write = write(simple, into);
        self.writes.extend(write.map(|it| Write { in_branch, ..it }));
        if let Some(text) = self.inner(simple).filter(|_| self.depth < DEEPEST) {
            self.depth += 1;
            self.list(&parse(&text, Flavour::Bash).list, in_branch);
            self.depth -= 1;
        }
    }

    /// The script that another shell is given: `bash -c '…'`, `ssh shop <<EOF`, `ssh shop '…'`.
    fn inner(&self, simple: &Simple) -> Option<Spliced> {
        let (first, rest) = arguments(simple).split_first()?;
        let is_shell = ["bash", "sh"].iter().any(|it| first.is_bare(it));
        match (rest, here_document(simple)) {
            ([option, text], None) if is_shell && option.is_bare("-c") => Some(self.expand(text)),
            (_, Some(document)) if is_shell || first.is_bare("ssh") => self.text(&document),
            ([.., text], None) if first.is_bare("ssh") => Some(self.expand(text)),
            _ => None,
        }
    }

    fn assign(&mut self, simple: &Simple) {
        let words = arguments(simple);
        let first = words.first().map_or("", |it| it.raw.as_str());
        if words.is_empty() {
            for assignment in &simple.assignments {
                let word = match &assignment.value {
                    Value::Word(word) if !assignment.appends => Some(word),
                    Value::Word(_) | Value::Array(_) | Value::Element => None,
                };
                let value = word.and_then(|it| self.known(it));
                let told = word.filter(|_| value.is_none()).cloned();
                self.set(&assignment.name, value, told);
            }
        }
        let declares = ["export", "local", "readonly", "declare", "typeset"].contains(&first);
        for word in words.iter().skip(1).filter(|_| declares) {
            if let Some((name, _)) = word.raw.as_str().split_once('=') {
                let whole = self.known(word);
                let value = whole.and_then(|it| Some(it.split_once('=')?.1.to_owned()));
                self.set(name, value, None);
            }
        }
        if first == "read" {
            words.iter().skip(1).for_each(|word| self.set(word.raw.as_str(), None, None));
        }
    }

    /// `told` is the word of a value that is told in part while the script runs.
    fn set(&mut self, name: &str, value: Option<String>, told: Option<Word>) {
        let words = self.words.entry(name.to_owned());
        words.and_modify(|it| *it = None).or_insert(told);
        let known = self.variables.entry(name.to_owned()).or_insert_with(|| value.clone());
        if *known != value {
            *known = None;
        }
    }

    /// What a word stands for, if that is one text.
    fn known(&self, word: &Word) -> Option<String> {
        let parts = word.parts.iter().map(|part| match &part.kind {
            PartKind::Text(part) => Some(part.as_str().to_owned()),
            PartKind::Variable(expansion) => self.value(expansion),
            PartKind::Command(_) | PartKind::Arithmetic(_) | PartKind::Process(_) => None,
        });
        parts.collect()
    }

    /// What the script sets a variable to, or has in its place where its caller sets none, as hardly
    /// anybody does who sets a server up.
    fn value(&self, expansion: &Expansion) -> Option<String> {
        let own = self.variables.get(&expansion.name);
        match expansion.operator {
            Operator::Default { .. } | Operator::Assign { .. } if own.is_none() => {
                let is_name = expansion.name.starts_with(|it: char| !it.is_ascii_digit());
                self.known(expansion.word.as_ref().filter(|_| is_name)?)
            }
            Operator::None
            | Operator::Default { .. }
            | Operator::Assign { .. }
            | Operator::Required { .. } => own?.clone().filter(|it| !it.is_empty()),
            Operator::Alternative { .. } | Operator::Other => None,
        }
    }

    /// What a word stands for, with marks for what nobody can tell.
    fn expand(&self, word: &Word) -> Spliced {
        let mut text = Spliced::empty(word.place());
        for part in &word.parts {
            match &part.kind {
                PartKind::Text(part) => text.push_part(part, 0..part.as_str().len()),
                PartKind::Variable(expansion) => match self.value(expansion) {
                    Some(value) => text.push(&value, expansion.place),
                    None => text.push(&format!("{{{{ {} }}}}", expansion.name), expansion.place),
                },
                PartKind::Command(inner)
                | PartKind::Arithmetic(inner)
                | PartKind::Process(inner) => text.push("{{ command }}", inner.place()),
            }
        }
        text
    }

    fn text(&self, body: &Body) -> Option<Spliced> {
        match body {
            Body::Document { text, expands: false } => Some(text.clone()),
            Body::Document { text, expands: true } => Some(self.expand(&in_document(text).ok()?)),
            Body::Said(word) => Some(self.expand(self.said(word))),
        }
    }

    /// What `echo` says, where that is a variable which holds the whole text: `echo "$UNIT"`.
    fn said<'w>(&'w self, word: &'w Word) -> &'w Word {
        let [part] = &word.parts[..] else { return word };
        match &part.kind {
            PartKind::Variable(it)
                if matches!(it.operator, Operator::None) && self.value(it).is_none() =>
            {
                self.words.get(&it.name).and_then(Option::as_ref).unwrap_or(word)
            }
            _ => word,
        }
    }

    /// Where a command puts one file: `mv /tmp/shop.service /etc/systemd/system/`.
    fn moved(&self, simple: &Simple) -> Option<(String, String)> {
        let (first, rest) = arguments(simple).split_first()?;
        let files = rest.iter().filter(|it| !it.raw.as_str().starts_with('-'));
        let files: Vec<String> = files.map(|it| self.expand(it).as_str().to_owned()).collect();
        match &files[..] {
            [from, to] if first.is_bare("mv") || first.is_bare("cp") => {
                Some((from.clone(), to.clone()))
            }
            _ => None,
        }
    }

    /// Whether another file is put where this one was written.
    fn is_put_over(&self, path: &str) -> bool {
        let is_written =
            |from: &str| self.writes.iter().any(|it| self.expand(&it.path).as_str() == from);
        self.moves.iter().any(|(from, to)| to == path && !is_written(from))
    }

    /// Where a file comes to lie in the end. What is taken from where servers look is a copy.
    fn installed(&self, path: String) -> String {
        if path.starts_with("/etc/") {
            return path;
        }
        let Some((_, to)) = self.moves.iter().find(|(from, _)| *from == path) else { return path };
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_folder = to.ends_with('/') || to.ends_with(".d") || FOLDERS.contains(&to.as_str());
        if is_folder { format!("{}/{name}", to.trim_end_matches('/')) } else { to.clone() }
    }
}

/// Folders that are there on every server that has the program.
const FOLDERS: [&str; 4] = [
    "/etc/systemd/system",
    "/etc/nginx/sites-available",
    "/etc/nginx/sites-enabled",
    "/lib/systemd/system",
];

/// A command's words without what gives it other rights.
fn arguments(simple: &Simple) -> &[Word] {
    let words = &simple.words[..];
    match words.split_first() {
        Some((first, mut rest)) if first.is_bare("sudo") => {
            while let Some((option, more)) = rest.split_first()
                && option.raw.as_str().starts_with('-')
            {
                let takes = ["-u", "-g"].iter().any(|it| option.is_bare(it));
                rest = if takes { more.get(1..).unwrap_or_default() } else { more };
            }
            rest
        }
        _ => words,
    }
}

fn here_document(simple: &Simple) -> Option<Body> {
    let is_here = |it: &&Redirect| it.operator.starts_with("<<");
    let here = simple.redirects.iter().find(is_here)?;
    let expands = !here.target.raw.as_str().contains(['\'', '"', '\\']);
    let body = here.body.as_ref()?;
    let text = if here.operator == "<<-" { without_tabs(body) } else { body.clone() };
    Some(Body::Document { text, expands })
}

fn without_tabs(body: &Spliced) -> Spliced {
    let mut at = 0;
    let mut tabs: Vec<(Range<usize>, &str)> = Vec::new();
    for line in body.as_str().split_inclusive('\n') {
        let count = line.len() - line.trim_start_matches('\t').len();
        tabs.push((at..at + count, ""));
        at += line.len();
    }
    body.replaced(&tabs)
}

/// What a command writes into a file, itself or through `tee`: the here-document that `cat` or `tee` is
/// given, and what `echo` says.
fn write(simple: &Simple, into: Option<&Simple>) -> Option<Write> {
    let (first, rest) = arguments(simple).split_first()?;
    let first = first.raw.as_str();
    let body = match (first, rest) {
        ("echo", [said]) => Body::Said(said.clone()),
        ("cat", []) | ("tee", _) => here_document(simple)?,
        ("cat", [from]) if from.is_bare("-") => here_document(simple)?,
        _ => return None,
    };
    let is_out = |operator: &str| matches!(operator, ">" | "1>" | ">|" | ">>" | "1>>");
    let out = simple.redirects.iter().find(|it| is_out(&it.operator));
    let (path, appends) = match (first, out, into) {
        ("tee", _, _) => teed(rest)?,
        (_, Some(out), _) => (&out.target, out.operator.contains(">>")),
        (_, None, Some(into)) => {
            let (next, rest) = arguments(into).split_first()?;
            teed(rest).filter(|_| next.is_bare("tee"))?
        }
        (_, None, None) => return None,
    };
    Some(Write { path: path.clone(), body, appends, in_branch: false })
}

/// The file that `tee` is given, and whether it adds to it.
fn teed(words: &[Word]) -> Option<(&Word, bool)> {
    let appends = words.iter().any(|it| it.is_bare("-a") || it.is_bare("--append"));
    let mut files = words.iter().filter(|it| !it.raw.as_str().starts_with('-'));
    let file = files.next()?;
    files.next().is_none().then_some((file, appends))
}

/// The text of a here-document as one word: as in double quotes, which mean nothing themselves
/// (POSIX.1-2024, Shell Command Language, 2.7.4).
fn in_document(body: &Spliced) -> Result<Word> {
    let mut lexer = Lexer::new(body, Flavour::Posix, 0);
    let mut parts = Vec::new();
    while !lexer.rest().is_empty() {
        let start = lexer.at;
        if lexer.rest().starts_with("\\\"") {
            lexer.at += 2;
            lexer.push(&mut parts, start..lexer.at, true);
        } else {
            lexer.part(true, &mut parts)?;
        }
    }
    Ok(Word { parts, raw: body.clone() })
}
