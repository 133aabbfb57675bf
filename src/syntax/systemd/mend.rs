//! What was plainly meant by a line that systemd ignores or reads otherwise.

use super::fault::{Fault, Problem};
use super::keys::{self, Lookup};
use super::name::UnitName;
use crate::diagnostic::{Edit, Kind, Safety};
use crate::source::Place;
use crate::syntax::spliced::Spliced;
use crate::syntax::systemd::{Assignment, UnitFile};

/// Another letter, one too many, one too few, or two that changed places.
const NEAR: usize = 2;

/// By the one name that is nearest to what is written. From then on the line counts, which may
/// be more than the service stands.
pub(super) fn near<'n>(
    written: &str,
    names: impl Iterator<Item = &'n str>,
    place: Place,
    problem: Problem,
) -> Problem {
    let by_distance = names.map(|name| (strsim::damerau_levenshtein(written, name), name));
    let mut close: Vec<_> = by_distance.filter(|(distance, _)| *distance <= NEAR).collect();
    close.sort_unstable();
    close.dedup();
    let unique = match close.as_slice() {
        [(_, name)] => name,
        [(best, name), (next, _), ..] if best < next => name,
        _ => return problem,
    };
    if written.len() <= NEAR * 2 {
        return problem;
    }
    problem.mended(
        Safety::Unsafe,
        &format!("write `{unique}`"),
        vec![Edit::replace(place, *unique)],
    )
}

/// By the line in the section that knows it. What may be a secret is not written anew.
pub(super) fn moved(
    file: &UnitFile,
    assignment: &Assignment,
    section: &str,
    problem: Problem,
) -> Problem {
    let (key, value) = (&assignment.key.value, &assignment.value);
    let header = file.sections.iter().find(|it| it.name.value == section);
    let Some(header) = header.filter(|_| value.is_verbatim() && !key.contains("Environment"))
    else {
        return problem;
    };
    let line =
        Edit::InsertLine { above: header.name.place, text: format!("{key}={}", value.as_str()) };
    let cut = Edit::Remove { place: assignment.place(), of: Kind::Statement };
    problem.mended(Safety::Unsafe, &format!("move it to [{section}]"), vec![line, cut])
}

/// By a line of its own above the assignment.
pub(super) fn uncommented(assignment: &Assignment, place: Place, problem: Problem) -> Problem {
    let value = &assignment.value;
    let (text, whole) = (value.as_str(), value.place());
    let at = place.span.start.checked_sub(whole.span.start).map(|at| at as usize);
    let Some(at) = at.filter(|at| value.is_verbatim() && text.is_char_boundary(*at)) else {
        return problem;
    };
    let kept = text[..at].trim_end();
    if kept.is_empty() {
        return problem;
    }
    let cut =
        Place::new(whole.file, whole.span.start as usize + kept.len(), whole.span.end as usize);
    let line = Edit::before(assignment.key.place, &text[at..], Kind::Statement);
    let edits = vec![line, Edit::replace(cut, "")];
    problem.mended(Safety::Safe, "put it on a line of its own", edits)
}

/// By quotes around the one assignment of a line whose value has blanks.
pub(super) fn quoted(value: &Spliced, problem: Problem) -> Problem {
    let text = value.as_str();
    let only = text.split_whitespace().position(|word| word.contains('=')) == Some(0)
        && text.split_whitespace().skip(1).all(|word| !word.contains('='));
    let plain = value.is_verbatim() && only && !text.contains(['"', '\'', '\\', '#']);
    if problem.fault != Fault::DroppedWord || !plain {
        return problem;
    }
    let place = value.place();
    let edits = vec![Edit::ahead(place, "\""), Edit::behind(place, "\"")];
    problem.mended(Safety::Safe, "put it in quotes", edits)
}

/// By the header of the one section that all lines before the first header belong to.
pub fn headed(file: &UnitFile, unit: &UnitName, problems: &mut [Problem]) {
    let sections = file.outside.iter().map(|it| match keys::lookup(unit.kind, "", &it.key.value) {
        Lookup::Elsewhere(section) => Some(section),
        Lookup::Known(_) | Lookup::Unknown => None,
    });
    let mut sections: Vec<_> = sections.collect();
    sections.dedup();
    let ([Some(section)], Some(first)) = (sections.as_slice(), file.outside.first()) else {
        return;
    };
    let header = Edit::before(first.key.place, format!("[{section}]"), Kind::Statement);
    // A user, or a sandbox, that comes into force may be more than the service stands.
    let safety = if matches!(*section, "Unit" | "Install") { Safety::Safe } else { Safety::Unsafe };
    for problem in problems.iter_mut().filter(|it| it.fault == Fault::OutsideSection) {
        let mended =
            problem.clone().mended(safety, &format!("begin [{section}]"), vec![header.clone()]);
        *problem = mended;
    }
}
