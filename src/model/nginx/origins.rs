//! Expressions that decide which sites may use this one, and what passes them besides.
//!
//! Texts are made of the expression that an attacker could send, and the expression itself is asked
//! about each: what it says no to is no finding.

use crate::fact::Fact;
use crate::model::nginx::Config;
use crate::model::nginx::level::Level;
use crate::model::nginx::pattern::Pattern;
use crate::model::nginx::scope::Line;

/// An expression that is to let the pages of some sites pass.
#[derive(Clone, Debug)]
pub struct OriginCheck {
    pub expression: Fact<String>,
    ignores_case: bool,
    /// It looks at `Origin`, which is a scheme and a host, and no path.
    of_origin: bool,
    /// There is no header of the name that it looks at.
    misspelt: bool,
}

/// A value that passes a check, and should not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passing {
    /// The site of somebody else.
    Foreign(String),
    /// Nothing that a browser sends.
    Malformed(String),
}

/// What is put in the place of repetitions, and behind what has no end.
const ATTACKS: &[&str] = &["", "evil", "evil.com", ".evil.com", ".evil.com/", "evil.com/", "/evil"];

impl Config {
    /// The checks of `if` and `map`, without those that only keep somebody out.
    pub fn origin_checks(&self) -> Vec<OriginCheck> {
        let levels = || self.levels();
        let conditions = levels().flat_map(|level| level.own("if").map(move |line| (level, line)));
        let conditions = conditions.filter_map(|(level, line)| condition(level, line));
        let maps = self.http().own("map").flat_map(|map| self.map_checks(map));
        conditions.chain(maps).collect()
    }

    fn map_checks(&self, map: &Line) -> Vec<OriginCheck> {
        let Some(body) = map.body.map(|body| self.level(body)) else { return Vec::new() };
        if map.arg(0) != Some("$http_origin") {
            return Vec::new();
        }
        let check = |line: &Line| {
            let expression = line.name.strip_prefix('~')?;
            let bare = expression.strip_prefix('*');
            let grants = line.arg(0).is_some_and(|it| !["", "0", "off"].contains(&it));
            grants.then(|| OriginCheck {
                expression: line.fact(bare.unwrap_or(expression).to_owned()),
                ignores_case: bare.is_some(),
                of_origin: true,
                misspelt: false,
            })
        };
        body.lines().iter().filter_map(check).collect()
    }
}

fn condition(level: Level<'_>, line: &Line) -> Option<OriginCheck> {
    let words: Vec<&str> = line.args.iter().map(|arg| arg.value.as_str()).collect();
    let at = words.iter().position(|word| ["~", "~*", "!~", "!~*"].contains(word))?;
    let subject = words.get(at.checked_sub(1)?)?.trim_start_matches('(');
    let headers = ["$http_origin", "$http_referer", "$http_referrer"];
    headers.contains(&subject).then_some(())?;
    // A block that refuses what matches keeps somebody out.
    let refuses = line.body.is_some_and(|body| {
        let body = level.config.level(body);
        body.own("deny").next().is_some()
            || body.own("return").any(|it| it.arg(0).is_some_and(|it| it.starts_with('4')))
    });
    if refuses && !words[at].starts_with('!') {
        return None;
    }
    let expression = line.args.get(at + 1)?.map(|text| {
        let inner =
            text.strip_suffix(')').filter(|it| it.matches('(').count() == it.matches(')').count());
        inner.unwrap_or(text).to_owned()
    });
    Some(OriginCheck {
        expression,
        ignores_case: words[at].ends_with('*'),
        of_origin: subject == "$http_origin",
        misspelt: subject == "$http_referrer",
    })
}

impl OriginCheck {
    /// A value that passes, and belongs to none of the sites that are meant.
    pub fn passing(&self) -> Option<Passing> {
        if self.misspelt {
            return Some(Passing::Malformed("no Referer at all".to_owned()));
        }
        let pattern = Pattern::new(&self.expression.value, self.ignores_case);
        let shape = pattern.shape()?;
        let plain: Vec<String> =
            shape.samples("").into_iter().filter(|it| passes(&pattern, it)).collect();
        let meant: Vec<String> = plain.iter().filter_map(|it| owner(it)).collect();
        if meant.is_empty() {
            let url = plain.into_iter().find(|text| text.contains("://"));
            return url.map(Passing::Malformed);
        }
        let (mut malformed, mut tried) = (None, Vec::new());
        for attack in ATTACKS {
            for text in shape.samples(attack) {
                tried.push(format!("https://evil.com/{text}"));
                tried.push(format!("https://evil{text}"));
                tried.push(format!("{text}.evil.com"));
                tried.push(text);
            }
        }
        for text in tried.into_iter().filter(|text| passes(&pattern, text)) {
            // The origin of a page has no path.
            let has_path = text.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
            match owner(&text) {
                _ if self.of_origin && has_path => _ = malformed.get_or_insert(text),
                Some(owner) if meant.contains(&owner) => {}
                Some(_) => return Some(Passing::Foreign(text)),
                None => _ = malformed.get_or_insert(text),
            }
        }
        malformed.map(Passing::Malformed)
    }
}

fn passes(pattern: &Pattern, text: &str) -> bool {
    pattern.groups(text).is_ok_and(|groups| groups.is_some())
}

/// Who has the host of a value: its last two labels. `None` if it is no URL of a browser's.
fn owner(text: &str) -> Option<String> {
    let rest = match text.split_once("://") {
        Some(("http" | "https", rest)) => rest,
        Some(_) => return None,
        None => text,
    };
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if host.is_empty() || !host.chars().all(plain) {
        return None;
    }
    let mut labels = host.rsplit('.');
    let (last, before) = (labels.next()?, labels.next());
    Some(before.map_or_else(|| last.to_owned(), |before| format!("{before}.{last}")))
}
