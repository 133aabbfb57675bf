//! Recorded facts: what one machine answered, as a file (`kilter-facts/1`).
//!
//! Keys that this version does not know are ignored, so that newer recordings can be read. What
//! is secret was replaced before any of this was made; see `doctor::redact`.

use crate::host::{
    Answer, Certificate, Container, Probed, Process, Socket, Unknown, Users, Volume,
};
use crate::source::{AclEntry, AclTag, Stat, StatKind};
use camino::Utf8PathBuf;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

const FORMAT: &str = "kilter-facts/1";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Facts {
    pub format: String,
    /// Seconds since 1970, on the recorded machine.
    #[serde(default)]
    pub recorded_at: i64,
    /// What is not listed is surely not there; so whoever writes facts by hand need not say it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub complete: bool,
    /// By path; null is what surely is not there.
    #[serde(default)]
    pub files: BTreeMap<Utf8PathBuf, Option<FileFact>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<Known<Users>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processes: Option<Known<Vec<Process>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sockets: Option<Known<Vec<Socket>>>,
    #[serde(default)]
    pub units: BTreeMap<String, Known<BTreeMap<String, String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub containers: Option<Known<Vec<Container>>>,
    #[serde(default)]
    pub certificates: BTreeMap<Utf8PathBuf, Known<Certificate>>,
    #[serde(default)]
    pub volumes: BTreeMap<Utf8PathBuf, Known<Volume>>,
    /// The addresses of names; empty for those that lead nowhere.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, Known<Vec<IpAddr>>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<Probed>,
}

/// A value, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Known<T> {
    Unknown(Unknown),
    Value(T),
}

/// Told apart by the key `unknown` alone: serde takes a list for a structure as well.
impl<'de, T: DeserializeOwned> Deserialize<'de> for Known<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let known = match value.get("unknown") {
            Some(_) => serde_json::from_value(value).map(Self::Unknown),
            None => serde_json::from_value(value).map(Self::Value),
        };
        known.map_err(D::Error::custom)
    }
}

/// What is known of one path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileFact {
    /// Why nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// `file` if nothing is said.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<FileType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    pub uid: u32,
    pub gid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    pub modified: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Utf8PathBuf>,
    /// As getfacl(1) writes it, by numbers: `user:33:r-x`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acl: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Known<Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Known<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileType {
    File,
    Dir,
    Link,
    Socket,
    Fifo,
    Device,
}

#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    #[error("it is no recording of kilter: {0}")]
    Malformed(String),
    #[error("its format is `{0}`, and this version of kilter reads `{FORMAT}`")]
    Format(String),
}

impl Facts {
    pub fn new(recorded_at: i64) -> Self {
        Self {
            format: FORMAT.to_owned(),
            recorded_at,
            complete: false,
            files: BTreeMap::new(),
            users: None,
            processes: None,
            sockets: None,
            units: BTreeMap::new(),
            containers: None,
            certificates: BTreeMap::new(),
            volumes: BTreeMap::new(),
            names: BTreeMap::new(),
            probes: Vec::new(),
        }
    }

    pub fn parse(text: &str) -> Result<Self, FactsError> {
        #[derive(Deserialize)]
        struct Head {
            format: String,
        }
        let malformed = |error: serde_json::Error| {
            // The message of serde_json quotes no value but those of a wrong type.
            let (line, column) = (error.line(), error.column());
            FactsError::Malformed(format!("line {line}, column {column} is not as expected"))
        };
        let head: Head = serde_json::from_str(text).map_err(malformed)?;
        if head.format != FORMAT {
            return Err(FactsError::Format(head.format));
        }
        serde_json::from_str(text).map_err(malformed)
    }

    /// A file with nothing special about it.
    pub fn add_file(&mut self, path: Utf8PathBuf, text: String) {
        let file = self.files.entry(path).or_default().get_or_insert_default();
        file.text = Some(Known::Value(text));
    }

    /// The folders of all that is listed.
    pub(super) fn add_folders(&mut self) {
        let listed: Vec<_> = self.files.keys().cloned().collect();
        for folder in listed.iter().flat_map(|path| path.ancestors().skip(1)) {
            let usual = || Some(FileFact { kind: Some(FileType::Dir), ..FileFact::default() });
            self.files.entry(folder.to_owned()).or_insert_with(usual);
        }
    }

    /// Stable: the same facts are the same bytes.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("keys are strings") + "\n"
    }
}

impl<T> Known<T> {
    pub fn answer(&self) -> Result<&T, &Unknown> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Unknown(unknown) => Err(unknown),
        }
    }
}

impl<T> From<Answer<T>> for Known<T> {
    fn from(answer: Answer<T>) -> Self {
        match answer {
            Ok(value) => Self::Value(value),
            Err(unknown) => Self::Unknown(unknown),
        }
    }
}

impl From<&Stat> for FileFact {
    fn from(stat: &Stat) -> Self {
        let (kind, target) = match &stat.kind {
            StatKind::File => (FileType::File, None),
            StatKind::Dir => (FileType::Dir, None),
            StatKind::Link(target) => (FileType::Link, Some(target.clone())),
            StatKind::Socket => (FileType::Socket, None),
            StatKind::Fifo => (FileType::Fifo, None),
            StatKind::Device => (FileType::Device, None),
        };
        Self {
            kind: Some(kind),
            mode: Some(format!("{:04o}", stat.mode)),
            uid: stat.uid,
            gid: stat.gid,
            size: matches!(kind, FileType::File).then_some(stat.size),
            modified: stat.modified,
            target,
            acl: stat.acl.iter().map(written).collect(),
            ..Self::default()
        }
    }
}

impl FileFact {
    /// What somebody who writes facts by hand leaves out is as on any machine.
    pub fn stat(&self) -> Stat {
        let kind = match self.kind.unwrap_or(FileType::File) {
            FileType::Link => StatKind::Link(self.target.clone().unwrap_or_default()),
            FileType::File => StatKind::File,
            FileType::Dir => StatKind::Dir,
            FileType::Socket => StatKind::Socket,
            FileType::Fifo => StatKind::Fifo,
            FileType::Device => StatKind::Device,
        };
        let usual = if kind == StatKind::File { 0o644 } else { 0o755 };
        let mode = self.mode.as_ref().and_then(|mode| u32::from_str_radix(mode, 8).ok());
        let length = self.text.as_ref().and_then(|text| Some(text.answer().ok()?.len() as u64));
        Stat {
            kind,
            mode: mode.unwrap_or(usual),
            uid: self.uid,
            gid: self.gid,
            size: self.size.or(length).unwrap_or(0),
            modified: self.modified,
            acl: self.acl.iter().filter_map(|line| parsed(line)).collect(),
        }
    }
}

fn written(entry: &AclEntry) -> String {
    let bit = |bit: u8, letter| if entry.bits & bit == 0 { '-' } else { letter };
    let bits = [bit(4, 'r'), bit(2, 'w'), bit(1, 'x')].iter().collect::<String>();
    match entry.of {
        AclTag::Owner => format!("user::{bits}"),
        AclTag::User(uid) => format!("user:{uid}:{bits}"),
        AclTag::Group => format!("group::{bits}"),
        AclTag::NamedGroup(gid) => format!("group:{gid}:{bits}"),
        AclTag::Mask => format!("mask::{bits}"),
        AclTag::Other => format!("other::{bits}"),
    }
}

fn parsed(line: &str) -> Option<AclEntry> {
    let parts: Vec<&str> = line.split(':').collect();
    let [tag, id, bits] = parts.as_slice() else { return None };
    let of = match (*tag, *id) {
        ("user", "") => AclTag::Owner,
        ("user", id) => AclTag::User(id.parse().ok()?),
        ("group", "") => AclTag::Group,
        ("group", id) => AclTag::NamedGroup(id.parse().ok()?),
        ("mask", _) => AclTag::Mask,
        ("other", _) => AclTag::Other,
        _ => return None,
    };
    let bit = |letter, bit| if bits.contains(letter) { bit } else { 0 };
    Some(AclEntry { of, bits: bit('r', 4) | bit('w', 2) | bit('x', 1) })
}
