//! A file's text without what its encoding adds, and the way back to the file.
//!
//! `pip freeze > requirements.txt` in PowerShell makes UTF-16, which pip reads by its byte order
//! mark. Sources hold such a file byte by byte, so all of it that is ASCII can still be told.

use crate::source::{FileId, Place};
use crate::syntax::spliced::Spliced;

pub(super) struct Decoded {
    pub(super) text: String,
    file: FileId,
    /// The length of the byte order mark.
    start: usize,
    /// The bytes in the file for one of the text.
    width: usize,
}

impl Decoded {
    pub(super) fn place(&self, start: usize, end: usize) -> Place {
        let offset = |at| self.start + at * self.width;
        Place::new(self.file, offset(start), offset(end))
    }

    /// Goes on with a slice of this text.
    pub(super) fn push(&self, joined: &mut Spliced, part: &str) {
        let start = part.as_ptr() as usize - self.text.as_ptr() as usize;
        if self.width == 1 {
            joined.push(part, self.place(start, start + part.len()));
            return;
        }
        for (at, char) in part.char_indices() {
            let at = start + at;
            joined.push(char.encode_utf8(&mut [0; 4]), self.place(at, at + char.len_utf8()));
        }
    }

    pub(super) fn spliced(&self, part: &str) -> Spliced {
        let mut spliced = self.empty();
        self.push(&mut spliced, part);
        spliced
    }

    pub(super) fn empty(&self) -> Spliced {
        Spliced::empty(self.place(0, 0))
    }
}

pub(super) fn decode(file: FileId, text: &str) -> Decoded {
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        return Decoded { text: rest.to_owned(), file, start: text.len() - rest.len(), width: 1 };
    }
    let bytes = text.as_bytes();
    let is_wide = text.starts_with("??") && bytes.get(2..4).is_some_and(|pair| pair.contains(&0));
    if !is_wide {
        return Decoded { text: text.to_owned(), file, start: 0, width: 1 };
    }
    let char = |pair: &[u8]| match pair {
        [char, 0] | [0, char] if char.is_ascii() => char::from(*char),
        _ => '?',
    };
    Decoded { text: bytes[2..].chunks(2).map(char).collect(), file, start: 2, width: 2 }
}
