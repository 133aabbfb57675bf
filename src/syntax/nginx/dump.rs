//! The output of `nginx -T`: every file of a configuration, one after the other.

use crate::source::Span;

/// One file of a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DumpedFile<'a> {
    /// Its path on the machine that was dumped.
    pub path: &'a str,
    pub span: Span,
}

const MARK: &str = "# configuration file ";

/// The files of a dump, the main one first; none if the text is a file of its own.
///
/// Before the first mark a dump has at most the lines in which `nginx -T` says that the
/// configuration is good, which a shell may have merged in. Such a mark in an ordinary file is
/// a comment.
pub fn dumped_files(text: &str) -> Vec<DumpedFile<'_>> {
    let mut files: Vec<DumpedFile<'_>> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if let Some(path) = path_of_mark(line) {
            if let Some(last) = files.last_mut() {
                last.span.end = offset as u32;
            }
            files.push(DumpedFile { path, span: Span::new(offset + line.len(), text.len()) });
        } else if files.is_empty() && !is_preamble(line) {
            return Vec::new();
        }
        offset += line.len();
    }
    files
}

fn path_of_mark(line: &str) -> Option<&str> {
    line.trim_end().strip_prefix(MARK)?.strip_suffix(':')
}

fn is_preamble(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with("nginx: ") || line.contains(" [warn] ")
}
