//! Procfiles: one process on each line, `web: gunicorn …`.

use crate::source::{FileId, Place, Spanned};
use crate::syntax::spliced::Spliced;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    pub name: Spanned<String>,
    /// What a shell is given to run.
    pub command: Spliced,
}

/// The processes; other lines are passed over, as foreman and honcho do
/// (`^([A-Za-z0-9_-]+):\s*(.+)$`).
pub fn parse(file: FileId, text: &str) -> Vec<Process> {
    let processes = text.lines().filter_map(|line| {
        let (name, command) = line.split_once(':')?;
        let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let command = command.trim();
        if name.is_empty() || !name.bytes().all(is_name) || command.is_empty() {
            return None;
        }
        Some(Process {
            name: Spanned::new(name.to_owned(), Place::of(file, text, name)),
            command: Spliced::verbatim(file, text, command),
        })
    });
    processes.collect()
}
