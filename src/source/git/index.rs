//! The bytes of an index, versions 2 to 4.

use super::Mode;

/// No path is longer (Linux, PATH_MAX).
const LONGEST_PATH: usize = 4096;

/// Version 4 leaves out what a path shares with the one before, so few bytes could make many.
const LARGEST_NAMES: usize = 256 << 20;

/// Times, device, inode, owner and size, of which only the mode is read.
const STAT: usize = 40;
const MODE: usize = 24;

const EXTENDED: u16 = 0x4000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    #[error("it is no index of git")]
    NoIndex,
    #[error("its version is {0}, and kilter knows 2 to 4")]
    Version(u32),
    #[error("it ends early")]
    Short,
    #[error("it holds a path that no file can have")]
    Path,
    #[error("it holds an entry of an unknown kind")]
    Mode,
    #[error("it is split or sparse")]
    Partial,
}

/// Each path once, whatever stages of a merge it is in.
pub(super) fn parse(bytes: &[u8], hash: usize) -> Result<Vec<(String, Mode)>, Broken> {
    let mut reader = Reader { bytes, at: 0 };
    if reader.take(4)? != b"DIRC" {
        return Err(Broken::NoIndex);
    }
    let version = reader.number()?;
    if !(2..=4).contains(&version) {
        return Err(Broken::Version(version));
    }
    let count = reader.number()?;
    let mut entries: Vec<(String, Mode)> = Vec::new();
    let (mut path, mut named) = (Vec::new(), 0);
    for _ in 0..count {
        let start = reader.at;
        let stat = reader.take(STAT)?;
        let mode = mode(&stat[MODE..])?;
        reader.take(hash)?;
        if reader.short()? & EXTENDED != 0 {
            reader.short()?;
        }
        if version == 4 {
            reader.path_after(&mut path)?;
        } else {
            path = reader.until_nul()?.to_vec();
            reader.skip_padding(start)?;
        }
        named += path.len();
        if path.is_empty() {
            // It takes the place of one in the shared index.
            return Err(Broken::Partial);
        }
        if path.len() > LONGEST_PATH || named > LARGEST_NAMES {
            return Err(Broken::Path);
        }
        let text = match str::from_utf8(&path) {
            Ok(text) => text.to_owned(),
            Err(_) => String::from_utf8_lossy(&path).escape_default().to_string(),
        };
        if entries.last().is_none_or(|(last, _)| *last != text) {
            entries.push((text, mode));
        }
    }
    reader.extensions(hash)?;
    Ok(entries)
}

fn mode(bytes: &[u8]) -> Result<Mode, Broken> {
    let mode = bytes.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    match mode >> 12 {
        0o10 => Ok(Mode::File { executable: mode & 0o100 != 0 }),
        0o12 => Ok(Mode::Link),
        0o16 => Ok(Mode::Submodule),
        // A folder that stands for all that is in it.
        0o04 => Err(Broken::Partial),
        _ => Err(Broken::Mode),
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Broken> {
        let end = self.at.checked_add(length).ok_or(Broken::Short)?;
        let taken = self.bytes.get(self.at..end).ok_or(Broken::Short)?;
        self.at = end;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, Broken> {
        let bytes = self.take(4)?.first_chunk().ok_or(Broken::Short)?;
        Ok(u32::from_be_bytes(*bytes))
    }

    fn short(&mut self) -> Result<u16, Broken> {
        let bytes = self.take(2)?.first_chunk().ok_or(Broken::Short)?;
        Ok(u16::from_be_bytes(*bytes))
    }

    fn until_nul(&mut self) -> Result<&'a [u8], Broken> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|byte| *byte == 0).ok_or(Broken::Short)?;
        self.at += end + 1;
        Ok(&rest[..end])
    }

    /// An entry ends on a multiple of eight, with at least the one NUL that ended the name.
    fn skip_padding(&mut self, start: usize) -> Result<(), Broken> {
        let length = self.at - start;
        self.take(length.next_multiple_of(8) - length).map(|_| ())
    }

    /// How much of the last path to drop, and what follows the rest.
    fn path_after(&mut self, path: &mut Vec<u8>) -> Result<(), Broken> {
        let drop = self.variable()?;
        let kept = path.len().checked_sub(drop).ok_or(Broken::Path)?;
        path.truncate(kept);
        path.extend_from_slice(self.until_nul()?);
        Ok(())
    }

    /// As pack files write offsets: each byte but the last counts one more (gitformat-pack(5)).
    fn variable(&mut self) -> Result<usize, Broken> {
        let mut value = 0_usize;
        loop {
            let byte = usize::from(self.take(1)?[0]);
            value += byte & 0x7f;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            value = value.checked_add(1).and_then(|it| it.checked_mul(128)).ok_or(Broken::Path)?;
        }
    }

    /// What follows the entries may be passed over if its name starts with a capital. What may
    /// not is a part that lies elsewhere: a shared index, folders that are not checked out.
    fn extensions(&mut self, hash: usize) -> Result<(), Broken> {
        while self.bytes.len().saturating_sub(self.at) > hash {
            let name = self.take(4)?;
            if !name[0].is_ascii_uppercase() {
                return Err(Broken::Partial);
            }
            let length = self.number()?;
            self.take(length as usize)?;
        }
        if self.bytes.len() - self.at == hash { Ok(()) } else { Err(Broken::Short) }
    }
}
