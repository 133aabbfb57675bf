//! What the client decides: variables that hold what it sent, followed through `set`, `map` and the
//! groups of expressions.

use crate::model::nginx::level::Level;
use crate::model::nginx::matcher::Matcher;
use crate::model::nginx::pattern::Pattern;
use crate::model::nginx::scope::Line;
use crate::model::nginx::shape::Shape;
use crate::model::nginx::text::{Part, parts};

/// What a variable may hold that it had better not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taint {
    /// This character, once a URL is decoded.
    Char(char),
    /// Anything the client likes, a host and a port among it.
    Anything,
}

/// A variable of a text that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tainted {
    pub variable: String,
    /// What stands before it in the text, variables filled in as far as they are known.
    pub before: String,
}

/// Variables that lead to each other end here.
const DEEPEST: usize = 8;

impl<'c> Level<'c> {
    /// The first variable of a text that may hold it, as the text is used at this level.
    pub fn tainted(self, text: &str, taint: Taint) -> Option<Tainted> {
        self.find(text, taint, 0)
    }

    fn find(self, text: &str, taint: Taint, depth: usize) -> Option<Tainted> {
        let mut before = String::new();
        for part in parts(text) {
            match part {
                Part::Literal(literal) => before.push_str(literal),
                Part::Variable(name) => {
                    if let Some(inner) = self.holds(name, taint, depth) {
                        let variable = name.to_owned();
                        return Some(Tainted { variable, before: before + &inner });
                    }
                    before.push_str(self.known(name, depth).as_deref().unwrap_or("x"));
                }
            }
        }
        None
    }

    /// What surely stands before the taint in a variable's value, if it may hold it.
    fn holds(self, name: &str, taint: Taint, depth: usize) -> Option<String> {
        if depth > DEEPEST {
            return None;
        }
        let own = match taint {
            Taint::Char(_) => ["uri", "document_uri"].contains(&name),
            Taint::Anything => {
                let sent = ["arg_", "http_", "cookie_"].iter().any(|it| name.starts_with(it));
                let whole = ["args", "query_string"].contains(&name);
                let of_names = ["http_host", "http_upgrade", "http_x_forwarded_proto"];
                (sent && !of_names.contains(&name)) || whole
            }
        };
        // What is set to something is that from then on, be it called after a header.
        let set = self.set_line(name);
        if own && set.is_none() {
            return Some(String::new());
        }
        if let Some(line) = set {
            let at =
                self.outwards().find(|level| level.own("set").any(|it| it.origin == line.origin));
            let value = line.arg(1)?;
            let groups = !value.contains(&format!("${name}"));
            return at.filter(|_| groups)?.find(value, taint, depth + 1).map(|it| it.before);
        }
        if let Some(found) = self.of_group(name, taint) {
            return found;
        }
        self.of_map(name, taint, depth)
    }

    /// The last `set` of a variable at this level or around it.
    fn set_line(self, name: &str) -> Option<&'c Line> {
        let sets = |line: &&Line| line.arg(0).and_then(|it| it.strip_prefix('$')) == Some(name);
        self.outwards().find_map(|level| level.own("set").filter(sets).last())
    }

    /// The level whose expression catches what a variable of this one holds, if it is a group.
    pub fn captured_at(self, name: &str) -> Option<Self> {
        let is_set = self.set_line(name).is_some();
        self.group(name).filter(|_| !is_set).map(|(level, ..)| level)
    }

    /// The expression around this level that a group is of, whether it looks at what is decoded, and
    /// the group's number.
    fn group(self, name: &str) -> Option<(Self, Pattern, bool, usize)> {
        let number = name.parse::<usize>().ok();
        self.outwards().find_map(|level| {
            let (pattern, decoded) = match level.matcher() {
                Some(Matcher::Regex(pattern)) => (pattern.clone(), true),
                _ => level.condition()?,
            };
            let number = number.or_else(|| pattern.named_group(name))?;
            Some((level, pattern, decoded, number))
        })
    }

    /// A group of the expression that chose this level; `None` if it is no group.
    fn of_group(self, name: &str, taint: Taint) -> Option<Option<String>> {
        let (_, pattern, decoded, number) = self.group(name)?;
        let Some(shape) = pattern.shape() else { return Some(None) };
        let Some((group, _)) = shape.group(number) else { return Some(None) };
        let holds = decoded && lets(group, taint);
        Some(holds.then(String::new))
    }

    /// The expression of an `if`, and whether what it looks at is decoded.
    pub fn condition(self) -> Option<(Pattern, bool)> {
        let parent = self.parent()?;
        let line = parent.own("if").find(|line| line.body == Some(self.id()))?;
        let words: Vec<&str> =
            line.args.iter().map(|arg| arg.value.trim_matches(['(', ')'])).collect();
        let at = words.iter().position(|word| *word == "~" || *word == "~*")?;
        let raw = line.args.get(at + 1)?.value.as_str();
        let raw = raw.strip_suffix(')').filter(|it| balanced(it)).unwrap_or(raw);
        let subject = words.get(at.checked_sub(1)?)?.strip_prefix('$')?;
        let decoded = ["uri", "document_uri"].contains(&subject)
            || ["arg_", "http_", "cookie_"].iter().any(|it| subject.starts_with(it));
        let decoded = decoded && !subject.starts_with("http_");
        Some((Pattern::new(raw, words[at] == "~*"), decoded))
    }

    /// The values of a map that may hold it.
    fn of_map(self, name: &str, taint: Taint, depth: usize) -> Option<String> {
        let http = self.config.http();
        let defines = |line: &&Line| {
            line.is("map")
                && line.args.last().and_then(|it| it.value.strip_prefix('$')) == Some(name)
        };
        let map = http.lines().iter().find(defines)?;
        let body = self.config.level(map.body?);
        let source = map.arg(0)?;
        let from_client = |taint| {
            let uri = ["$uri", "$document_uri", "$request_uri", "$args"].contains(&source);
            match taint {
                Taint::Char(_) => ["$uri", "$document_uri"].contains(&source),
                Taint::Anything => uri || self.find(source, taint, depth + 1).is_some(),
            }
        };
        body.lines().iter().find_map(|line| {
            let value = line.arg(0)?;
            for part in parts(value) {
                let Part::Variable(inner) = part else { continue };
                let Ok(number) = inner.parse::<usize>() else { continue };
                let expression = line.name.strip_prefix('~')?;
                let (expression, any) = match expression.strip_prefix('*') {
                    Some(expression) => (expression, true),
                    None => (expression, false),
                };
                let shape = Pattern::new(expression, any).shape()?;
                let (group, _) = shape.group(number)?;
                return (from_client(taint) && lets(group, taint)).then(String::new);
            }
            self.find(value, taint, depth + 1).map(|it| it.before)
        })
    }

    /// The value of a variable as far as one line says it.
    fn known(self, name: &str, depth: usize) -> Option<String> {
        let line = self.set_line(name).filter(|_| depth < DEEPEST)?;
        let value = line.arg(1).filter(|it| !it.contains('$'))?;
        Some(value.to_owned())
    }
}

fn lets(group: &Shape, taint: Taint) -> bool {
    match taint {
        Taint::Char(char) => group.lets_through(char),
        // A host needs letters, and what begins with a slash is a path.
        Taint::Anything => {
            let host = group.lets_through('q') && group.lets_through('.');
            host && (!group.may_begin_with('/') || group.may_begin_with('q'))
        }
    }
}

fn balanced(text: &str) -> bool {
    text.matches('(').count() == text.matches(')').count()
}
