//! Whether a request meets a matcher (`modules/caddyhttp/matchers.go` of 2.11).

use crate::fact::Fact;
use crate::model::caddy::matcher::{FileMatcher, HeaderField, Matcher, MatcherSet, Pattern};
use crate::model::caddy::request::{Placeholders, Seen, below, clean, decode, scheme};
use std::ops::ControlFlow;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    No,
    Yes,
    /// This file is the one that was looked for.
    File(String),
    /// Nobody can tell; if it is a question of files, it would be one of these.
    Unknown {
        why: String,
        files: Vec<String>,
    },
    /// The list of files ends in `=404`, and none of them is there.
    Error(String),
}

fn unknown(why: impl Into<String>) -> Decision {
    Decision::Unknown { why: why.into(), files: Vec::new() }
}

fn decided(matches: bool) -> Decision {
    if matches { Decision::Yes } else { Decision::No }
}

pub(super) fn meets(set: &MatcherSet, state: &Placeholders<'_, '_>) -> Decision {
    let mut decision = Decision::Yes;
    for matcher in &set.all {
        match matches(matcher, state) {
            Decision::No => return Decision::No,
            Decision::Yes => {}
            found @ (Decision::File(_) | Decision::Unknown { .. } | Decision::Error(_)) => {
                decision = found;
            }
        }
    }
    decision
}

fn matches(matcher: &Matcher, state: &Placeholders<'_, '_>) -> Decision {
    let request = state.request;
    match matcher {
        Matcher::Path(paths) => any(paths, state, |pattern| path(pattern, &request.path)),
        Matcher::Host(hosts) => any(hosts, state, |host| Some(is_host(host, request.hostname()))),
        Matcher::Method(methods) => {
            decided(methods.iter().any(|method| method.value == request.method))
        }
        Matcher::Protocol(protocol) => match protocol.value.as_str() {
            "http" | "https" => decided(protocol.value == scheme(request.scheme)),
            _ => unknown("the version of HTTP decides"),
        },
        Matcher::PathPattern { pattern, .. } => expression(pattern, &clean(&decode(&request.path))),
        Matcher::HeaderPattern { field, pattern } => {
            match request.header(&field.value).as_deref() {
                None => unknown("a header of the request decides"),
                Some([]) => Decision::No,
                Some([value]) => expression(pattern, value),
                Some(_) => unknown("several headers of one name decide"),
            }
        }
        Matcher::Header(fields) => headers(fields, state),
        Matcher::Query(pairs) => query(pairs, request.query.as_deref().unwrap_or_default()),
        Matcher::File(file) => exists(file, state),
        Matcher::Status(codes) => match state.status {
            None => Decision::No,
            Some(status) => decided(codes.iter().any(|code| is_status(&code.value, status))),
        },
        Matcher::Not(sets) => negated(sets, state),
        Matcher::Opaque(name) => unknown(format!("the matcher `{}` decides", name.value)),
    }
}

/// Whether one of the values fits, their placeholders filled in. `fits` is `None` where it does
/// not know.
fn any(
    values: &[Fact<String>],
    state: &Placeholders<'_, '_>,
    fits: impl Fn(&str) -> Option<bool>,
) -> Decision {
    let mut decision = Decision::No;
    for value in values {
        let filled = state.fill(&value.value);
        if filled.is_open {
            decision = unknown(format!("`{}` decides", value.value));
            continue;
        }
        match fits(&filled.text) {
            Some(true) => return Decision::Yes,
            Some(false) => {}
            None => decision = unknown(format!("`{}` decides", value.value)),
        }
    }
    decision
}

/// Hosts are compared label by label, `*` standing for one of them.
pub(super) fn is_host(pattern: &str, host: &str) -> bool {
    if !pattern.contains('*') {
        return pattern.eq_ignore_ascii_case(host);
    }
    let (pattern, host): (Vec<_>, Vec<_>) =
        (pattern.split('.').collect(), host.split('.').collect());
    let same = |(a, b): (&&str, &&str)| *a == "*" || a.eq_ignore_ascii_case(b);
    pattern.len() == host.len() && pattern.iter().zip(&host).all(same)
}

/// Paths are compared without case and after `..` and `//` are resolved.
pub(super) fn path(pattern: &str, escaped: &str) -> Option<bool> {
    if pattern == "*" {
        return Some(true);
    }
    // The pattern then means the path as it is escaped, or one that keeps its double slashes.
    if pattern.contains('%') || pattern.contains("//") {
        return None;
    }
    let pattern = pattern.to_lowercase();
    let path = clean(&decode(escaped).to_lowercase());
    let stars = pattern.matches('*').count();
    let inner = pattern.trim_matches('*');
    Some(match (stars, pattern.starts_with('*'), pattern.ends_with('*')) {
        (2, true, true) => path.contains(inner),
        (1, true, _) => path.ends_with(inner),
        (1, _, true) => path.starts_with(inner),
        _ => return glob(&pattern, &path),
    })
}

/// Go's `path.Match`: `*` and `?` stop at a slash. Classes are left to nobody.
fn glob(pattern: &str, path: &str) -> Option<bool> {
    if pattern.contains(['[', '\\']) {
        return None;
    }
    let (pattern, path): (Vec<_>, Vec<_>) =
        (pattern.split('/').collect(), path.split('/').collect());
    Some(pattern.len() == path.len() && pattern.iter().zip(&path).all(|(a, b)| segment(a, b)))
}

fn segment(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && (pattern[p] == '?' || pattern[p] == text[t]) {
            (p, t) = (p + 1, t + 1);
        } else if p < pattern.len() && pattern[p] == '*' {
            star = Some((p, t));
            p += 1;
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            (p, t) = (at + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|char| *char == '*')
}

fn expression(pattern: &Pattern, text: &str) -> Decision {
    match pattern.regex.as_ref().map(|regex| regex.is_match(text)) {
        Some(Ok(matches)) if !pattern.text.value.contains('{') => decided(matches),
        Some(_) | None => unknown(format!("the expression `{}` decides", pattern.text.value)),
    }
}

fn headers(fields: &[HeaderField], state: &Placeholders<'_, '_>) -> Decision {
    for HeaderField { name, allowed } in fields {
        let Some(values) = state.request.header(&name.value) else {
            return unknown("a header of the request decides");
        };
        let decision = match allowed {
            None => decided(values.is_empty()),
            Some(allowed) => any(allowed, state, |pattern| {
                Some(values.iter().any(|value| is_value(pattern, value)))
            }),
        };
        if decision != Decision::Yes {
            return decision;
        }
    }
    Decision::Yes
}

fn is_value(pattern: &str, value: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(""), _) => true,
        (Some(rest), Some(_)) => value.contains(rest.trim_end_matches('*')),
        (Some(rest), None) => value.ends_with(rest),
        (None, Some(rest)) => value.starts_with(rest),
        (None, None) => value == pattern,
    }
}

/// Every name must be there, with one of the values given for it.
fn query(pairs: &[Fact<String>], query: &str) -> Decision {
    let pairs: Vec<_> = pairs.iter().filter_map(|pair| pair.value.split_once('=')).collect();
    if pairs.is_empty() {
        return decided(query.is_empty());
    }
    if pairs.iter().any(|(_, value)| value.contains('{')) {
        return unknown("the query decides");
    }
    // Go takes a query with a semicolon for no query at all.
    if query.contains(';') {
        return Decision::No;
    }
    let plain = |text: &str| decode(&text.replace('+', " "));
    let sent: Vec<_> = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (plain(name), plain(value)))
        .collect();
    decided(pairs.iter().all(|(name, _)| {
        let wanted = |value: &str| {
            pairs
                .iter()
                .any(|(other, wanted)| other == name && (*wanted == value || *wanted == "*"))
        };
        sent.iter().any(|(other, value)| other == name && wanted(value))
    }))
}

fn is_status(code: &str, status: &str) -> bool {
    code == status || code.ends_with("xx") && code.get(..1) == status.get(..1)
}

fn negated(sets: &[MatcherSet], state: &Placeholders<'_, '_>) -> Decision {
    let mut decision = Decision::Yes;
    for set in sets {
        match meets(set, state) {
            Decision::Yes | Decision::File(_) => return Decision::No,
            Decision::No => {}
            Decision::Unknown { why, .. } => decision = unknown(why),
            Decision::Error(status) => return Decision::Error(status),
        }
    }
    decision
}

/// The first of the files that exists, below the root.
fn exists(file: &FileMatcher, state: &Placeholders<'_, '_>) -> Decision {
    if let Some(policy) = &file.policy {
        return unknown(format!("`try_policy {}` decides", policy.value));
    }
    let root = file.root.as_ref().or(state.root).map(|root| state.fill(&root.value));
    let path = |text: &str| {
        let filled = state.fill(text);
        let slash = if text.ends_with('/') { "/" } else { "" };
        let known = !file.splits && !filled.is_open && !text.contains(['*', '?', '[']);
        known.then(|| format!("{}{slash}", below(&filled.text).trim_end_matches('/')))
    };
    let looked = |relative: &str| match &root {
        Some(root) if root.is_open => Seen::Unknown,
        Some(root) => {
            (state.request.files)(&format!("{}{relative}", root.text.trim_end_matches('/')))
        }
        None => (state.request.files)(&format!(".{relative}")),
    };
    let own = [state_path()];
    let tried: Vec<&str> = match file.tried.as_slice() {
        [] => own.to_vec(),
        tried => tried.iter().map(|tried| tried.value.as_str()).collect(),
    };
    let mut perhaps = Vec::new();
    let found = tried.iter().try_for_each(|text| {
        if let Some(code) = text.strip_prefix('=') {
            return ControlFlow::Break(Decision::Error(code.to_owned()));
        }
        let Some(relative) = path(text) else {
            perhaps.push((*text).to_owned());
            return ControlFlow::Continue(());
        };
        let is_folder = relative.ends_with('/');
        match looked(relative.trim_end_matches('/')) {
            Seen::File if !is_folder => ControlFlow::Break(Decision::File(relative)),
            Seen::Folder if is_folder => ControlFlow::Break(Decision::File(relative)),
            // A path without a slash at its end is a folder's as well only by its name.
            Seen::File | Seen::Folder | Seen::Absent => ControlFlow::Continue(()),
            Seen::Unknown => {
                perhaps.push(relative);
                ControlFlow::Continue(())
            }
        }
    });
    let last = match found {
        ControlFlow::Break(found) => found,
        ControlFlow::Continue(()) => Decision::No,
    };
    if perhaps.is_empty() {
        return last;
    }
    if let Decision::File(file) = last {
        perhaps.push(file);
    }
    Decision::Unknown { why: "which files exist decides".to_owned(), files: perhaps }
}

/// What is looked for if nothing is named.
fn state_path() -> &'static str {
    "{http.request.uri.path}"
}
