//! Physical lines: one after another, and whether one goes on in the next.

/// The lines of a file, one after another.
pub(super) struct Lines<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Lines<'a> {
    /// The next line without its end, and where it begins.
    pub(super) fn next(&mut self) -> Option<(&'a str, usize)> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        self.at = start + length;
        Some((rest[..length].trim_end_matches(['\r', '\n']), start))
    }
}

pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The line without the escape that continues it, if one does: the last character but blanks,
/// and not itself escaped.
pub(super) fn continued(line: &str, escape: char) -> Option<&str> {
    let before = line.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    (!before.ends_with(escape)).then_some(before)
}
