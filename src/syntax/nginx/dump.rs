//! The output of `nginx -T`: every file of a configuration, one after the other.

use crate::source::{FileId, Span};
use crate::syntax::nginx::{Problem, Tree, parse_part};

/// What a dump has beside its main file.
#[derive(Clone, Debug)]
pub struct Dump {
    /// Where the main file lies on the machine that was dumped.
    pub main: String,
    pub files: Vec<Dumped>,
}

#[derive(Clone, Debug)]
pub struct Dumped {
    pub path: String,
    pub tree: Tree,
}

/// One file of a dump, and where it stands there.
struct Part<'a> {
    path: &'a str,
    span: Span,
}

const MARK: &str = "# configuration file ";

/// Reads a dump; none if the text is a file of its own.
pub(super) fn parse(file: FileId, text: &str) -> Option<(Tree, Vec<Problem>)> {
    let parts = parts(text);
    let (main, others) = parts.split_first()?;
    let (mut tree, mut problems) = parse_part(file, text, main.span);
    let mut dump = Dump { main: main.path.to_owned(), files: Vec::new() };
    for part in others {
        let (of_part, found) = parse_part(file, text, part.span);
        problems.extend(found);
        tree.comments.extend(&of_part.comments);
        dump.files.push(Dumped { path: part.path.to_owned(), tree: of_part });
    }
    tree.dump = Some(dump);
    Some((tree, problems))
}

/// The files of a dump, the main one first; none if the text is a file of its own.
///
/// Before the first mark a dump has at most the lines in which `nginx -T` says that the
/// configuration is good, which a shell may have merged in. Such a mark in an ordinary file is
/// a comment.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut files: Vec<Part<'_>> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if let Some(path) = path_of_mark(line) {
            if let Some(last) = files.last_mut() {
                last.span.end = offset as u32;
            }
            files.push(Part { path, span: Span::new(offset + line.len(), text.len()) });
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
