//! How a file begins, where all of it would be too much to read, or is no text.

use crate::source::Tree;
use camino::Utf8Path;
use std::fs::File;
use std::io::Read;

impl Tree {
    /// Whether a file of the tree begins with these bytes. Of a machine nobody looks: its data is
    /// no part of what was asked for.
    pub fn begins_with(&self, path: &Utf8Path, bytes: &[u8]) -> bool {
        if self.demand.is_some() {
            return false;
        }
        if let Some(held) = self.bytes.as_ref().and_then(|it| it.get(path)) {
            return held.starts_with(bytes);
        }
        let Some(entry) = self.entries.get(path) else { return false };
        let real = entry.real.as_deref().unwrap_or(path.as_std_path());
        let mut head = vec![0; bytes.len()];
        let read = File::open(real).and_then(|mut file| file.read_exact(&mut head));
        read.is_ok() && head == bytes
    }
}
