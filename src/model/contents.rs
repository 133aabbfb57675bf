//! What the context of a build does to an image: what is missing from it, and what should be.

use crate::fact::Fact;
use camino::Utf8PathBuf;

/// Everything about an image that only the tree can tell.
#[derive(Debug, Default)]
pub struct Contents {
    /// Sources of `COPY` that the build does not find.
    pub unmet: Vec<Fact<Unmet>>,
    /// Files with secrets that get into the image.
    pub baked: Vec<Baked>,
    /// A context that gets into the image whole, with what nobody wants there.
    pub unfiltered: Option<Unfiltered>,
    /// Files that are mounted, and that the tree does not have.
    pub unmounted: Vec<Fact<Utf8PathBuf>>,
    /// The Dockerfile that it is built from and that is not in the tree, where that is said.
    pub no_dockerfile: Option<Fact<Utf8PathBuf>>,
    /// The stage that it is to be built up to and that its Dockerfile has not.
    pub no_stage: Option<Fact<NoStage>>,
    /// Why the script that a container starts with can not be run.
    pub unrunnable: Option<Fact<Unrunnable>>,
    /// Where the image has the code of the project that runs in it.
    pub homes: Vec<Utf8PathBuf>,
    /// Folders that settings name, and that the image lacks though the tree has them.
    pub uncopied: Vec<Uncopied>,
    /// A folder that the image lacks and that a handler of `LOGGING` opens a file in, at what names it.
    pub unlogged: Option<Fact<Utf8PathBuf>>,
    /// The Python that uv takes by a file in the context (uv's manual, "Python versions").
    pub python_version: Option<String>,
    /// Lists that pip is to read in a step of the build, and that are not there yet.
    pub lists_left_out: Vec<ListLeftOut>,
    /// Where volumes lie that the image has no folder for.
    pub unmade: Vec<Fact<Utf8PathBuf>>,
}

/// A list of requirements that pip looks for in an image and does not find, as the tree has it elsewhere.
#[derive(Clone, Debug)]
pub struct ListLeftOut {
    /// Where pip looks, at what names it: a line of another list, or a word of the step.
    pub at: Fact<Utf8PathBuf>,
    /// Where the tree has it.
    pub in_tree: Utf8PathBuf,
    /// The `COPY` that brings the list which names it, without it.
    pub brought: Option<Fact<()>>,
}

/// A stage that a build asks for and that is not there.
#[derive(Clone, Debug)]
pub struct NoStage {
    pub asked: String,
    pub dockerfile: Utf8PathBuf,
    /// Those that the Dockerfile has by name, where they begin.
    pub stages: Vec<Fact<String>>,
}

/// A context that no ignore file takes anything out of.
#[derive(Clone, Debug)]
pub struct Unfiltered {
    /// The `COPY` that takes all of it.
    pub copy: Fact<()>,
    /// It has the code of a Django project, beside which databases, uploads and a virtualenv lie.
    pub has_django: bool,
    /// It is a part of the checkout that has nothing which stays out of images, as far as is seen:
    /// what lies beside the code as a rule lies above.
    pub is_part: bool,
    /// What npm and the like install is put into it.
    pub has_npm: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmet {
    /// Not in the context.
    Absent(String),
    /// There, and left out by the ignore file.
    Excluded(String),
    /// `--from` means an image of this name, as no stage has it.
    NoStage(String),
}

/// What somebody has who has a file that got into an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// The variables of an env file.
    Variables,
    /// The rows of a database.
    Rows,
    PrivateKey,
}

#[derive(Clone, Debug)]
pub struct Baked {
    pub holds: Holds,
    /// The `COPY` that brings it.
    pub copy: Fact<()>,
    pub path: Utf8PathBuf,
    /// The same from the root of the context, as an ignore file names it.
    pub below: Utf8PathBuf,
    /// What says that it is there, where it is not in the tree itself.
    pub expected: Option<Fact<Expected>>,
    /// The line of the ignore file that takes it back: `!.env`.
    pub taken_back: Option<String>,
    /// The instruction names it: without the file nothing is built.
    pub is_named: bool,
}

/// Why an env file will be there that no clone has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A service is started with it.
    ByService,
    /// The settings in the image load it, and git leaves it to each machine.
    BySettings,
    /// The ignore file takes it back, and git leaves it to each machine.
    ByIgnoreFile,
    /// The same, and nothing that is in view makes it.
    ByIgnoreFileAlone,
    /// The instruction itself names it: without the file nothing is built.
    ByInstruction,
    /// An example in the same folder is for it, and the ignore file leaves out `.env` alone.
    ByExample,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unrunnable {
    /// Nobody may execute the file.
    Mode(Utf8PathBuf),
    /// The same of the checkout's, which is mounted over the image.
    MountedMode(Utf8PathBuf),
    /// Its first line ends with a carriage return, which becomes part of the program's name.
    LineEnds(Utf8PathBuf),
    /// The image has nothing there; in the tree, a file is called so.
    Absent(Utf8PathBuf, Option<Utf8PathBuf>),
    /// The image does not have what its first line names.
    NoInterpreter(Utf8PathBuf, String),
}

/// A folder of the tree that settings look for in the image.
#[derive(Clone, Debug)]
pub struct Uncopied {
    pub setting: &'static str,
    /// Where it is looked for.
    pub at: Fact<Utf8PathBuf>,
    /// Where the tree has it.
    pub folder: Utf8PathBuf,
    pub within: Within,
}

/// Where a folder of the tree is for the build of an image.
#[derive(Clone, Debug)]
pub enum Within {
    /// In the context, at this path, to be copied.
    Context(Utf8PathBuf),
    /// Left out of it by a line of the ignore file.
    Ignored(Fact<String>),
    /// Not below the context at all.
    Nothing,
}
