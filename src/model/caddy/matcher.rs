//! Request matchers: `*`, `/path*`, and the ones that `@name` defines.

use crate::fact::Fact;
use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::caddy::{Directive, Token};
use fancy_regex::Regex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The named matchers that can be used in a block: its own and those around it.
pub(super) type Scope = BTreeMap<String, Arc<MatcherSet>>;

/// What has to be true of a request, all of it.
#[derive(Debug)]
pub struct MatcherSet {
    pub place: Place,
    pub all: Vec<Matcher>,
    /// Equal for sets that match the same, which Caddy looks at once if they follow each other.
    pub(super) key: String,
    /// A path in place of a name.
    is_written: bool,
}

#[derive(Debug)]
pub enum Matcher {
    Path(Vec<Fact<String>>),
    PathPattern {
        name: String,
        pattern: Pattern,
    },
    Host(Vec<Fact<String>>),
    Method(Vec<Fact<String>>),
    Protocol(Fact<String>),
    Header(Vec<HeaderField>),
    HeaderPattern {
        field: Fact<String>,
        pattern: Pattern,
    },
    Query(Vec<Fact<String>>),
    File(FileMatcher),
    /// The status of the error that is handled: `404`, `5xx`.
    Status(Vec<Fact<String>>),
    /// None of these.
    Not(Vec<MatcherSet>),
    /// `expression`, `remote_ip`, `vars`, and what plugins bring: nobody can tell.
    Opaque(Fact<String>),
}

/// A header of the request, and the values of which it must have one.
#[derive(Debug)]
pub struct HeaderField {
    pub name: Fact<String>,
    /// `None` if the header must be absent.
    pub allowed: Option<Vec<Fact<String>>>,
}

/// A regular expression of Go's that is one here as well, or not.
#[derive(Debug)]
pub struct Pattern {
    pub text: Fact<String>,
    pub(super) regex: Option<Regex>,
}

#[derive(Debug)]
pub struct FileMatcher {
    pub root: Option<Fact<String>>,
    pub tried: Vec<Fact<String>>,
    /// Anything but "the first that exists".
    pub policy: Option<Fact<String>>,
    /// The path is split at one of these first, as for PHP.
    pub splits: bool,
}

/// The matchers of Caddy's standard build that are not read further.
const OPAQUE: &[&str] = &[
    "client_ip",
    "expression",
    "remote_ip",
    "tls",
    "vars",
    "url_pattern",
    "vars_regexp",
    "header_regexp",
];

impl Pattern {
    pub(super) fn new(text: &Token) -> Self {
        Self { text: text.text.clone(), regex: Regex::new(text.text()).ok() }
    }
}

impl MatcherSet {
    /// `/path*` in place of a matcher's name.
    pub(super) fn path(token: &Token) -> Self {
        let key = key_of("path", std::slice::from_ref(token));
        Self {
            place: token.place,
            all: vec![Matcher::Path(vec![token.text.clone()])],
            key,
            is_written: true,
        }
    }

    /// Everything below a path of Caddy 1, which is a beginning of it, but for what lies below others,
    /// which are joined to it (`staticUpstream.AllowedPath`).
    pub(super) fn below(path: &Token, excepted: &[&Token]) -> Self {
        let start = |it: &Token| it.text.map(|text| format!("{}*", text.trim_end_matches('*')));
        let base = path.text().trim_end_matches('/');
        let joined = |it: &Token| it.text.map(|text| format!("{base}/{}*", text.trim_matches('/')));
        let not: Vec<Fact<String>> = excepted.iter().map(|it| joined(it)).collect();
        let written = std::iter::once(start(path)).chain(not.iter().cloned());
        let key = written.fold("below".to_owned(), |key, it| format!("{key}\0{it}"));
        let mut all = Vec::new();
        if path.text() != "/" {
            all.push(Matcher::Path(vec![start(path)]));
        }
        if !not.is_empty() {
            let all_of = vec![Matcher::Path(not)];
            let inner =
                Self { place: path.place, all: all_of, key: key.clone(), is_written: false };
            all.push(Matcher::Not(vec![inner]));
        }
        Self { place: path.place, all, key, is_written: false }
    }

    /// What `try_files` asks: which of these exists.
    pub(super) fn file(place: Place, tried: Vec<Fact<String>>, policy: Option<&Token>) -> Self {
        let policy = policy.map(|policy| policy.text.clone());
        let policy = policy.filter(|policy| policy.value != "first_exist");
        let key = tried.iter().fold("file".to_owned(), |key, file| format!("{key}\0{file}"));
        let file = FileMatcher { root: None, tried, policy, splits: false };
        Self { place, all: vec![Matcher::File(file)], key, is_written: false }
    }

    /// `handle_errors 404 5xx`
    pub(super) fn status(place: Place, codes: &[Token]) -> Self {
        let (key, codes) = (key_of("status", codes), texts(codes));
        Self { place, all: vec![Matcher::Status(codes)], key, is_written: false }
    }

    /// What stands for a matcher that nobody defined.
    pub(super) fn unknown(name: &Token) -> Self {
        let key = key_of("", std::slice::from_ref(name));
        Self {
            place: name.place,
            all: vec![Matcher::Opaque(name.text.clone())],
            key,
            is_written: false,
        }
    }

    /// The path, if this was written in place of a name.
    pub(super) fn written_path(&self) -> Option<&Fact<String>> {
        match self.all.as_slice() {
            [Matcher::Path(paths)] if self.is_written => paths.first(),
            _ => None,
        }
    }

    /// Whether it is met by all but what it names: `not path /static/*`, `/*`.
    pub fn is_for_rest(&self) -> bool {
        let is_all = |path: &Fact<String>| matches!(path.value.as_str(), "*" | "/*");
        self.all.iter().all(|matcher| match matcher {
            Matcher::Not(_) => true,
            Matcher::Path(paths) => paths.iter().any(is_all),
            _ => false,
        })
    }

    /// The one path of a set with a single path matcher, which decides its rank.
    pub(super) fn only_path(&self) -> Option<&str> {
        self.all.iter().find_map(|matcher| match matcher {
            Matcher::Path(paths) => match paths.as_slice() {
                [path] => Some(path.value.as_str()),
                [] | [_, _, ..] => None,
            },
            Matcher::PathPattern { .. }
            | Matcher::Host(_)
            | Matcher::Method(_)
            | Matcher::Protocol(_)
            | Matcher::Header(_)
            | Matcher::HeaderPattern { .. }
            | Matcher::Query(_)
            | Matcher::File(_)
            | Matcher::Status(_)
            | Matcher::Not(_)
            | Matcher::Opaque(_) => None,
        })
    }

    /// `@name …` on one line or in a block.
    pub(super) fn define(definition: &Directive, problems: &mut Vec<Problem>) -> Self {
        let place = definition.name().place;
        match definition.arguments() {
            // A quoted word can only be an expression (since 2.7).
            [expression] if expression.quote.is_some() && definition.block.is_none() => {
                Self::expression(place, expression)
            }
            [] => Self::of_lines(place, definition.body().iter().map(Line::of), problems),
            [name, arguments @ ..] => {
                let line = Line { name, arguments, body: definition.body() };
                Self::of_lines(place, [line].into_iter(), problems)
            }
        }
    }

    fn expression(place: Place, expression: &Token) -> Self {
        let key = key_of("expression", std::slice::from_ref(expression));
        let name = expression.text.map(|_| "expression".to_owned());
        Self { place, all: vec![Matcher::Opaque(name)], key, is_written: false }
    }

    /// Lines of one name are one matcher, as Caddy joins them.
    fn of_lines<'a>(
        place: Place,
        lines: impl Iterator<Item = Line<'a>>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut by_name: BTreeMap<&str, Vec<Line<'a>>> = BTreeMap::new();
        for line in lines {
            by_name.entry(line.name.text()).or_default().push(line);
        }
        let mut keys = Vec::new();
        let mut all = Vec::new();
        for (name, lines) in by_name {
            keys.extend(lines.iter().map(Line::key));
            all.push(matcher(name, &lines, problems));
        }
        Self { place, all, key: keys.join("\n"), is_written: false }
    }
}

/// One line of a matcher's definition.
#[derive(Clone, Copy)]
struct Line<'a> {
    name: &'a Token,
    arguments: &'a [Token],
    body: &'a [Directive],
}

impl<'a> Line<'a> {
    fn of(directive: &'a Directive) -> Self {
        let (name, arguments) = (directive.name(), directive.arguments());
        Self { name, arguments, body: directive.body() }
    }

    fn key(&self) -> String {
        let mut key = key_of(self.name.text(), self.arguments);
        for line in self.body {
            key.push('\u{1}');
            key.push_str(&Line::of(line).key());
        }
        key
    }
}

fn key_of(name: &str, arguments: &[Token]) -> String {
    let mut key = name.to_owned();
    for argument in arguments {
        key.push('\0');
        key.push_str(argument.text());
    }
    key
}

fn texts(tokens: &[Token]) -> Vec<Fact<String>> {
    tokens.iter().map(|token| token.text.clone()).collect()
}

fn matcher(name: &str, lines: &[Line<'_>], problems: &mut Vec<Problem>) -> Matcher {
    let first = &lines[0];
    let arguments = || lines.iter().flat_map(|line| texts(line.arguments)).collect();
    match name {
        "path" => Matcher::Path(arguments()),
        "host" => Matcher::Host(arguments()),
        "method" => Matcher::Method(arguments()),
        "query" => query(arguments(), problems),
        "header" => header(lines, problems),
        "file" => Matcher::File(file(lines)),
        "not" => Matcher::Not(lines.iter().map(|line| negated(line, problems)).collect()),
        "protocol" => match first.arguments {
            [protocol] => Matcher::Protocol(protocol.text.clone()),
            _ => refused(first, "`protocol` takes one argument", problems),
        },
        "path_regexp" => match first.arguments {
            [pattern] => pattern_of_path("", pattern),
            [name, pattern] => pattern_of_path(name.text(), pattern),
            _ => refused(first, "`path_regexp` takes an expression", problems),
        },
        "header_regexp" if lines.len() == 1 => match first.arguments {
            [field, pattern] | [_, field, pattern] => {
                Matcher::HeaderPattern { field: field.text.clone(), pattern: Pattern::new(pattern) }
            }
            _ => refused(first, "`header_regexp` takes a field and an expression", problems),
        },
        _ => {
            if !OPAQUE.contains(&name) {
                let message = format!("Caddy's standard build has no matcher `{name}`");
                problems.push(Problem::new(first.name.place, message));
            }
            Matcher::Opaque(first.name.text.clone())
        }
    }
}

fn refused(line: &Line<'_>, message: &str, problems: &mut Vec<Problem>) -> Matcher {
    problems.push(Problem::new(line.name.place, message));
    Matcher::Opaque(line.name.text.clone())
}

fn pattern_of_path(name: &str, pattern: &Token) -> Matcher {
    Matcher::PathPattern { name: name.to_owned(), pattern: Pattern::new(pattern) }
}

fn query(pairs: Vec<Fact<String>>, problems: &mut Vec<Problem>) -> Matcher {
    for pair in pairs.iter().filter(|pair| !pair.value.is_empty() && !pair.value.contains('=')) {
        if let Some(place) = pair.evidence().place() {
            problems.push(Problem::new(place, "a query matcher has the form `name=value`"));
        }
    }
    Matcher::Query(pairs)
}

fn header(lines: &[Line<'_>], problems: &mut Vec<Problem>) -> Matcher {
    let mut fields: Vec<HeaderField> = Vec::new();
    for line in lines {
        match line.arguments {
            [name] if name.text().starts_with('!') => {
                let name = name.text.map(|name| name[1..].to_owned());
                fields.push(HeaderField { name, allowed: None });
            }
            [name, value] => {
                let same = fields.iter_mut().find(|known| {
                    known.allowed.is_some() && known.name.value.eq_ignore_ascii_case(name.text())
                });
                match same.and_then(|known| known.allowed.as_mut()) {
                    Some(values) => values.push(value.text.clone()),
                    None => {
                        let allowed = Some(vec![value.text.clone()]);
                        fields.push(HeaderField { name: name.text.clone(), allowed });
                    }
                }
            }
            _ => {
                refused(line, "`header` takes a field and a value, or `!` and a field", problems);
            }
        }
    }
    Matcher::Header(fields)
}

fn negated(line: &Line<'_>, problems: &mut Vec<Problem>) -> MatcherSet {
    match line.arguments {
        [] => MatcherSet::of_lines(line.name.place, line.body.iter().map(Line::of), problems),
        [name, arguments @ ..] => {
            let inner = Line { name, arguments, body: line.body };
            MatcherSet::of_lines(line.name.place, [inner].into_iter(), problems)
        }
    }
}

fn file(lines: &[Line<'_>]) -> FileMatcher {
    let mut file = FileMatcher { root: None, tried: Vec::new(), policy: None, splits: false };
    for line in lines {
        file.tried.extend(texts(line.arguments));
        for option in line.body {
            let first = option.arguments().first().map(|word| word.text.clone());
            match option.name().text() {
                "root" => file.root = first,
                "try_files" => file.tried.extend(texts(option.arguments())),
                "try_policy" => file.policy = first.filter(|policy| policy.value != "first_exist"),
                "split_path" => file.splits = true,
                _ => {}
            }
        }
    }
    file
}
