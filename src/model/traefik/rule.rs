//! The rules of routers: ``Host(`shop.example`) && PathPrefix(`/api`)`` (Traefik's documentation, "Routers",
//! "Rule").

/// What a request has to be for a router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// One of these hosts.
    Host(Vec<String>),
    Path(Vec<String>),
    Prefix(Vec<String>),
    /// Nobody can tell here: a header, an address, an expression.
    Else,
}

impl Rule {
    /// `None` for what Traefik refuses, and for a template.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut parser = Parser { rest: text };
        let rule = parser.any(0)?;
        parser.rest.trim().is_empty().then_some(rule)
    }

    /// Whether it is for a path that is asked of a host; `None` if nobody can tell.
    pub fn takes(&self, host: &str, path: &str) -> Option<bool> {
        match self {
            Self::All(rules) => settle(rules, false, host, path),
            Self::Any(rules) => settle(rules, true, host, path),
            Self::Not(rule) => rule.takes(host, path).map(|it| !it),
            Self::Host(hosts) => Some(hosts.iter().any(|it| is_same_host(it, host))),
            Self::Path(paths) => Some(paths.iter().any(|it| it == path)),
            Self::Prefix(paths) => Some(paths.iter().any(|it| path.starts_with(it.as_str()))),
            Self::Else => None,
        }
    }

    /// The hosts that it names.
    pub fn hosts(&self) -> Vec<String> {
        match self {
            Self::All(rules) | Self::Any(rules) => rules.iter().flat_map(Self::hosts).collect(),
            Self::Host(hosts) => hosts.clone(),
            Self::Not(_) | Self::Path(_) | Self::Prefix(_) | Self::Else => Vec::new(),
        }
    }

    /// Whether it asks for no path.
    pub fn is_for_all_paths(&self) -> bool {
        match self {
            Self::All(rules) | Self::Any(rules) => rules.iter().all(Self::is_for_all_paths),
            Self::Host(_) => true,
            Self::Not(_) | Self::Path(_) | Self::Prefix(_) | Self::Else => false,
        }
    }
}

/// What several rules come to, of which one that answers so settles it.
fn settle(rules: &[Rule], settles: bool, host: &str, path: &str) -> Option<bool> {
    let mut found = Some(!settles);
    for rule in rules {
        match rule.takes(host, path) {
            Some(it) if it == settles => return Some(settles),
            Some(_) => {}
            None => found = None,
        }
    }
    found
}

/// Hosts have no case, and may end as the root of all does.
pub(super) fn is_same_host(one: &str, other: &str) -> bool {
    one.trim_end_matches('.').eq_ignore_ascii_case(other.trim_end_matches('.'))
}

/// Some hundred hosts, of which each is asked of every rule.
const LONGEST: usize = 4_000;

/// Parentheses in parentheses.
const DEEPEST: usize = 16;

struct Parser<'t> {
    rest: &'t str,
}

impl Parser<'_> {
    fn eat(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.trim_start().strip_prefix(token) else { return false };
        self.rest = rest;
        true
    }

    fn any(&mut self, depth: usize) -> Option<Rule> {
        let mut rules = vec![self.all(depth)?];
        while self.eat("||") {
            rules.push(self.all(depth)?);
        }
        if rules.len() == 1 { rules.pop() } else { Some(Rule::Any(rules)) }
    }

    fn all(&mut self, depth: usize) -> Option<Rule> {
        let mut rules = vec![self.one(depth)?];
        while self.eat("&&") {
            rules.push(self.one(depth)?);
        }
        if rules.len() == 1 { rules.pop() } else { Some(Rule::All(rules)) }
    }

    fn one(&mut self, depth: usize) -> Option<Rule> {
        if depth > DEEPEST {
            return None;
        }
        if self.eat("!") {
            return Some(Rule::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.eat("(") {
            let rule = self.any(depth + 1)?;
            return self.eat(")").then_some(rule);
        }
        let rest = self.rest.trim_start();
        let end = rest.find(|it: char| !it.is_ascii_alphanumeric())?;
        let (name, rest) = rest.split_at(end);
        self.rest = rest;
        let texts = self.texts()?;
        Some(match &*name.to_ascii_lowercase() {
            "host" => Rule::Host(texts),
            "path" => Rule::Path(texts),
            // Before version 3 a path may have an expression in braces.
            "pathprefix" if !texts.iter().any(|it| it.contains('{')) => Rule::Prefix(texts),
            "" => return None,
            _ => Rule::Else,
        })
    }

    /// ``(`a`, `b`)``
    fn texts(&mut self) -> Option<Vec<String>> {
        if !self.eat("(") {
            return None;
        }
        let mut texts = Vec::new();
        while !self.eat(")") {
            let rest = self.rest.trim_start();
            let quote = rest.chars().next().filter(|it| matches!(it, '`' | '"' | '\''))?;
            let (text, rest) = rest[1..].split_once(quote)?;
            texts.push(text.to_owned());
            self.rest = rest;
            self.eat(",");
        }
        Some(texts)
    }
}
