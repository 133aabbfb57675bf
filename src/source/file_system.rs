//! A machine's files, asked for one path at a time: nobody walks a server whole.
//!
//! What answers may be the disk, a folder that stands for `/`, or a recording; links are told and
//! not followed, so that all three follow them alike.

use crate::source::Unread;
use camino::{Utf8Path, Utf8PathBuf};
use std::fmt;

/// Answers about absolute paths whose folders are real ones.
pub trait FileSystem: fmt::Debug + Send + Sync {
    /// What is at a path; nothing if surely nothing is.
    fn stat(&self, path: &Utf8Path) -> Result<Option<Stat>, Unread>;

    /// The names in a folder, sorted.
    fn names(&self, folder: &Utf8Path) -> Result<Vec<String>, Unread>;

    fn read(&self, file: &Utf8Path) -> Result<Vec<u8>, Unread>;
}

/// What the disk says of a path, links not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    pub kind: StatKind,
    /// The lower twelve bits.
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub size: u64,
    /// When its content last changed, in seconds since 1970.
    pub modified: i64,
    /// Beyond the mode, if it has any (acl(5)).
    pub acl: Vec<AclEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatKind {
    File,
    Dir,
    /// The target as it is written in the link.
    Link(Utf8PathBuf),
    Socket,
    Fifo,
    Device,
}

/// One line of an access control list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AclEntry {
    pub of: AclTag,
    /// Read, write and execute as 4, 2 and 1.
    pub bits: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AclTag {
    Owner,
    User(u32),
    Group,
    NamedGroup(u32),
    Mask,
    Other,
}
