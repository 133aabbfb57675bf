//! Constraints as they are written: PEP 440 specifiers, Poetry's `^` and `~`, tags of images.

use super::NotAVersion;
use super::Phase;
use super::Version;
use super::range::Cut;
use super::range::Range;

/// `>=4.2,<5.0`, as pip reads it. Nothing written is every version.
///
/// Bounds are those of PEP 440's text: `<5.0` admits no pre-release of 5.0, `>1.4` no post-release
/// and no local variant of 1.4. `===` is taken for `==`: it compares spellings, which no range can.
pub fn pep440(text: &str) -> Result<Range, NotAVersion> {
    let text = text.trim();
    let text = text.strip_prefix('(').and_then(|it| it.strip_suffix(')')).unwrap_or(text).trim();
    if text.is_empty() {
        return Ok(Range::any());
    }
    // pip allows one comma too many: `Django>=4.2,`.
    let clauses = text.strip_suffix(',').unwrap_or(text).split(',');
    clauses.map(clause).try_fold(Range::any(), |all, one| Ok(all.and(&one?)))
}

fn clause(text: &str) -> Result<Range, NotAVersion> {
    let text = text.trim();
    let end = text.find(|c| !"=<>!~".contains(c)).unwrap_or(text.len());
    let (operator, version) = text.split_at(end);
    let refused = || NotAVersion(text.to_owned());
    let version = version.trim();
    if let Some(prefix) = version.strip_suffix(".*") {
        let prefix: Version = prefix.parse()?;
        return match operator {
            "==" if is_plain(&prefix) => Ok(Range::series(prefix)),
            "!=" if is_plain(&prefix) => Ok(Range::series(prefix).complement()),
            _ => Err(refused()),
        };
    }
    let version: Version = version.parse()?;
    match operator {
        "==" | "===" => Ok(Range::exactly(&version)),
        "!=" => Ok(Range::exactly(&version).complement()),
        ">=" | "<=" | "<" | ">" | "~=" if !version.local.is_empty() => Err(refused()),
        ">=" => Ok(Range::between(Cut::before(version), None)),
        "<=" => Ok(Range::up_to(Cut::after(version))),
        "<" => Ok(below(version)),
        ">" => Ok(above(version)),
        "~=" if version.release.len() < 2 => Err(refused()),
        "~=" => {
            let next = version.next(version.release.len() - 1);
            Ok(Range::between(Cut::before(version), Some(Cut::before(next.first()))))
        }
        _ => Err(refused()),
    }
}

/// A release and nothing more, which is all that `.*` may follow here.
fn is_plain(version: &Version) -> bool {
    version.pre.is_none()
        && version.post.is_none()
        && version.dev.is_none()
        && version.local.is_empty()
}

/// Without the pre-releases of the bound itself, unless it is one.
fn below(version: Version) -> Range {
    if version.is_prerelease() {
        return Range::up_to(Cut::before(version));
    }
    Range::up_to(Cut::before(Version { dev: Some(0), ..version }))
}

fn above(version: Version) -> Range {
    let cut = if version.post.is_some() { Cut::after(version) } else { Cut::after_posts(version) };
    Range::between(cut, None)
}

/// `^4.2`, `~5.0`, `>=4 <5 || 6.*`: what Poetry allows beside PEP 440.
pub fn poetry(text: &str) -> Result<Range, NotAVersion> {
    let alternatives = text.split('|').map(str::trim).filter(|it| !it.is_empty());
    let ranges: Vec<Range> = alternatives.map(poetry_all).collect::<Result<_, _>>()?;
    let any = ranges.into_iter().reduce(|one, other| one.or(&other));
    any.ok_or_else(|| NotAVersion(text.to_owned()))
}

/// Constraints that hold together, separated by commas or blanks; an operator may stand apart.
fn poetry_all(text: &str) -> Result<Range, NotAVersion> {
    let mut all = Range::any();
    let mut operator = "";
    for word in text.split([',', ' ', '\t']).filter(|word| !word.is_empty()) {
        let end = word.find(|c| !"=<>!~^".contains(c)).unwrap_or(word.len());
        let (written, version) = word.split_at(end);
        let both = if operator.is_empty() { written } else { operator };
        if version.is_empty() {
            operator = written;
            continue;
        }
        all = all.and(&poetry_clause(both, version)?);
        operator = "";
    }
    if operator.is_empty() { Ok(all) } else { Err(NotAVersion(text.to_owned())) }
}

fn poetry_clause(operator: &str, version: &str) -> Result<Range, NotAVersion> {
    if version == "*" {
        return Ok(Range::any());
    }
    let bounded = |version: Version, parts: usize| {
        let next = version.next(parts);
        Range::between(Cut::before(version), Some(Cut::before(next.first())))
    };
    match operator {
        "^" => {
            let version: Version = version.parse()?;
            let parts = significant(&version.release);
            Ok(bounded(version, parts))
        }
        "~" => {
            let version: Version = version.parse()?;
            let parts = version.release.len().min(2);
            Ok(bounded(version, parts))
        }
        "" | "=" => clause(&format!("=={version}")),
        operator => clause(&format!("{operator}{version}")),
    }
}

/// How many numbers `^` holds fast: up to the leftmost that is not zero, or all.
fn significant(release: &[u64]) -> usize {
    release.iter().position(|part| *part != 0).map_or(release.len(), |at| at + 1)
}

/// The versions that an image's tag may hold: `18-alpine` is any 18, `1.27` any 1.27, `latest`
/// none that is known.
pub fn image_tag(tag: &str) -> Option<Range> {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let number = tag.split('-').next()?;
    let version: Version = number.parse().ok()?;
    let starts_with_digit = number.starts_with(|c: char| c.is_ascii_digit());
    if !starts_with_digit || number.contains(['+', '!', '_']) {
        return None;
    }
    match version.pre {
        None if is_plain(&version) => Some(Range::series(version)),
        // `3.14.0rc1` and `3.14.0b2` are one image each; `3.14-rc` moves, and says so after a dash.
        Some((Phase::Alpha | Phase::Beta | Phase::Candidate, _)) => Some(Range::exactly(&version)),
        None => None,
    }
}
