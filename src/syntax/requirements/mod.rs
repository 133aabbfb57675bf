//! What a project says it needs installed: requirements.txt, pyproject.toml, Pipfile, setup.cfg, setup.py
//! and the lock files of Poetry, uv, PDM and Pipenv, as one tree.
//!
//! Each file is read alone, as its installer reads it. Which files belong together, what `-r`
//! leads to and what follows from all of them is for the model.

use crate::fact::secret::url_credentials;
use crate::fact::version::Range;
use crate::source::{FileId, Place, Spanned, file_name};
use crate::syntax::Problem;
use crate::syntax::spliced::Spliced;
use camino::Utf8Path;

mod decoded;
mod json;
mod lock;
mod marker;
mod pipfile;
mod pyproject;
mod requirement;
mod setup_cfg;
mod setup_py;
mod toml;
mod txt;

pub use marker::Marker;
pub use txt::is_pypi;

use decoded::decode;

/// The files that are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// requirements.txt, by whatever name, and the `.in` that it is compiled from.
    #[default]
    Requirements,
    Pyproject,
    SetupCfg,
    /// A program, which is looked at where nothing else says what is installed.
    SetupPy,
    Pipfile,
    PipfileLock,
    PoetryLock,
    UvLock,
    PdmLock,
    /// pylock.toml (PEP 751).
    Pylock,
}

/// What one file says.
#[derive(Clone, Debug)]
pub struct Manifest {
    pub format: Format,
    /// Whether it says at all what is installed: many a pyproject.toml only configures tools.
    pub declares: bool,
    /// What the project itself asks for.
    pub requirements: Vec<Requirement>,
    /// What a resolver chose; empty but for lock files.
    pub packages: Vec<Package>,
    pub includes: Vec<Include>,
    /// What is installed as well and cannot be told from here, and why.
    pub opaque: Vec<Spanned<&'static str>>,
    /// Another index or folder that pip is sent to for packages, and finds what PyPI has not.
    pub index: Option<Place>,
    pub python: Option<Spanned<Range>>,
    /// The distribution that the project makes: its normalised name, and its version as written.
    pub makes: Option<(String, String)>,
    /// Credentials in the URLs of indexes and repositories.
    pub secrets: Vec<Place>,
}

/// Which part of a project asks for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Main,
    /// `pip install project[name]`.
    Extra(String),
    /// A dependency group: `dev`, `test`.
    Named(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// As written; [`normalise`] makes it comparable.
    pub name: Spanned<String>,
    pub extras: Vec<String>,
    pub wanted: Wanted,
    pub marker: Option<Marker>,
    pub group: Group,
    /// With a `--hash`, pip refuses to install anything that is not listed.
    pub hashed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Versions(Range),
    /// A URL, a checkout or a folder, whose version shows when it is built.
    Elsewhere,
    /// Refused by the installer, with a problem that says why.
    Refused,
}

/// A distribution as locked.
#[derive(Clone, Debug)]
pub struct Package {
    pub name: Spanned<String>,
    /// None for a checkout or folder.
    pub version: Option<Spanned<Range>>,
    /// Empty if the lock file does not say.
    pub groups: Vec<Group>,
    /// The names that it depends on.
    pub needs: Vec<String>,
    pub marker: Option<Marker>,
}

/// A file, or a group of this file, that is read at this point.
#[derive(Clone, Debug)]
pub struct Include {
    pub what: Included,
    /// Into which group of this file.
    pub group: Group,
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Included {
    /// `-r other.txt`: relative to the folder of the file that says so.
    Requirements(String),
    /// `-c other.txt`: narrows what is installed, and installs nothing.
    Constraints(String),
    /// `-e .[prod]`: a folder that is built and installed, with what it depends on.
    Project { path: String, extras: Vec<String> },
    /// `name @ git+https://…@v1.2#subdirectory=core`: what a folder of a repository makes at its
    /// release. The repository may be this one.
    Release { name: String, version: String, folder: String },
    /// `{include-group = "test"}`.
    Group(Group),
}

/// The name that distributions are compared by (PEP 503).
pub fn normalise(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for char in name.chars() {
        match char {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            char => normal.push(char.to_ascii_lowercase()),
        }
    }
    normal
}

impl Format {
    pub fn of(path: &Utf8Path) -> Option<Self> {
        let name = file_name(path)?.to_ascii_lowercase();
        let format = match name.as_str() {
            "pyproject.toml" => Self::Pyproject,
            "setup.cfg" => Self::SetupCfg,
            "pipfile" => Self::Pipfile,
            "pipfile.lock" => Self::PipfileLock,
            "poetry.lock" => Self::PoetryLock,
            "uv.lock" => Self::UvLock,
            "pdm.lock" => Self::PdmLock,
            _ if name.starts_with("pylock.") && name.ends_with(".toml") => Self::Pylock,
            _ => return is_requirements(path, &name).then_some(Self::Requirements),
        };
        Some(format)
    }

    /// Whether it holds what a resolver chose, dependencies of dependencies included.
    pub fn is_lock(self) -> bool {
        match self {
            Self::PipfileLock | Self::PoetryLock | Self::UvLock | Self::PdmLock | Self::Pylock => {
                true
            }
            Self::Requirements
            | Self::Pyproject
            | Self::SetupCfg
            | Self::SetupPy
            | Self::Pipfile => false,
        }
    }
}

/// What people put behind the whole name for the list of a stage: `requirements.txt.production`.
const STAGES: [&str; 8] =
    ["base", "dev", "development", "local", "prod", "production", "staging", "test"];

fn is_requirements(path: &Utf8Path, name: &str) -> bool {
    let of_stage = name.rsplit_once('.').filter(|(_, stage)| STAGES.contains(stage));
    let whole = of_stage.map_or(name, |(name, _)| name);
    let Some((stem, "txt" | "in" | "pip")) = whole.rsplit_once('.') else { return false };
    let folder = path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
    // `requeriments.txt`: pip reads whatever it is told to.
    let is_slip = || stem.starts_with('r') && strsim::osa_distance(stem, "requirements") <= 2;
    ["requirement", "constraint", "reqs"].iter().any(|word| stem.contains(word))
        || stem.split(['-', '_', '.']).any(|word| word == "req")
        || is_slip()
        || folder.split(['-', '_', '.']).any(|word| word.starts_with("requirement"))
        || folder == "reqs"
}

pub fn parse(format: Format, file: FileId, text: &str) -> (Manifest, Vec<Problem>) {
    let mut reading = Reading { manifest: Manifest::new(format), problems: Vec::new(), file };
    match format {
        Format::Requirements => txt::read(&mut reading, text),
        Format::SetupCfg => setup_cfg::read(&mut reading, text),
        Format::SetupPy => setup_py::read(&mut reading, text),
        Format::PipfileLock => pipfile::read_lock(&mut reading, text),
        Format::Pyproject => toml::read(&mut reading, text, pyproject::read),
        Format::Pipfile => toml::read(&mut reading, text, pipfile::read),
        Format::PoetryLock | Format::UvLock | Format::PdmLock | Format::Pylock => {
            toml::read(&mut reading, text, lock::read);
        }
    }
    let decoded = decode(file, text);
    let secrets = url_credentials(&decoded.text).into_iter();
    reading.manifest.secrets = secrets.map(|it| decoded.place(it.start, it.end)).collect();
    (reading.manifest, reading.problems)
}

/// Whether pips of all ages end at what was refused: the marks of a merge, what begins with no name, a
/// single `=`. Those of before 24.1 took much else for a spelling of old, as a dot at the end of a
/// version (pip's release notes, 24.1, "Legacy version specifiers").
pub fn every_pip_refuses(written: &str) -> bool {
    let is_merge = ["<<", ">>", "===="].iter().any(|it| written.starts_with(it));
    let is_constraint = written.starts_with(['=', '<', '>', '!', '~']);
    let is_single = written.starts_with('=') && !written.starts_with("==");
    let begins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '$' | '{' | '(' | ';');
    match is_constraint {
        true => is_merge || is_single,
        false => !written.starts_with(begins),
    }
}

/// Whether pip ends at it since 24.1 at the latest: that, or a constraint that PEP 440 does not have, as
/// `>=2.0<2.1` with no comma between the two.
pub fn new_pip_refuses(written: &str) -> bool {
    every_pip_refuses(written) || written.starts_with(['=', '<', '>', '!', '~'])
}

/// A requirement as a command line has it: `pip install 'gunicorn[gevent]>=22'`.
pub fn parse_one(written: &Spliced) -> Option<Requirement> {
    let (manifest, problems) = (Manifest::new(Format::Requirements), Vec::new());
    let mut reading = Reading { manifest, problems, file: written.file() };
    txt::requirement_line(&mut reading, written, written.as_str().trim());
    reading.manifest.requirements.pop()
}

impl Manifest {
    fn new(format: Format) -> Self {
        Self {
            format,
            declares: !matches!(format, Format::Pyproject | Format::SetupCfg | Format::SetupPy),
            requirements: Vec::new(),
            packages: Vec::new(),
            includes: Vec::new(),
            opaque: Vec::new(),
            index: None,
            python: None,
            makes: None,
            secrets: Vec::new(),
        }
    }
}

/// What a reader of one format adds to.
struct Reading {
    manifest: Manifest,
    problems: Vec<Problem>,
    file: FileId,
}

impl Reading {
    fn refuse(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem::new(place, message));
    }

    fn opaque(&mut self, why: &'static str, place: Place) {
        self.manifest.opaque.push(Spanned::new(why, place));
    }
}

/// The place of a slice of a text.
fn place_in(written: &Spliced, part: &str) -> Place {
    let start = part.as_ptr() as usize - written.as_str().as_ptr() as usize;
    written.place_of(start..start + part.len())
}
