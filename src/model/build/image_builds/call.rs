//! One call of `docker build`, held against the tree.

use crate::model::Files;
use crate::model::build::image_builds::Recipe;
use crate::model::build::image_builds::name::{Named, OWNER, REPOSITORY, UNKNOWN, named, variable};
use crate::model::compose;
use crate::model::image::Arguments;
use crate::model::text::Text;
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

/// What a call of `docker build` says before it is held against the tree.
#[derive(Default)]
pub(super) struct Call {
    pub(super) names: Vec<String>,
    pub(super) file: Option<String>,
    pub(super) target: Option<String>,
    pub(super) context: Option<String>,
    /// Where it is called, seen from where its script or workflow begins.
    pub(super) folder: Utf8PathBuf,
    /// Its `--build-arg`, with their values as far as they are known.
    pub(super) arguments: Vec<(String, Option<Text>)>,
    /// There are words that may be more of them.
    pub(super) is_open: bool,
}

impl Call {
    /// The images that it builds, seen from the folders above its caller.
    pub(super) fn found(self, files: &Files, caller: &Utf8Path) -> Vec<(Named, Recipe)> {
        let Some(recipe) = self.recipe(files, caller) else { return Vec::new() };
        let names = self.names.iter().filter_map(|name| named(name));
        names.map(|name| (name, recipe.clone())).collect()
    }

    pub(super) fn recipe(&self, files: &Files, caller: &Utf8Path) -> Option<Recipe> {
        let is_known = |text: &str| !text.contains(['$', UNKNOWN, REPOSITORY, OWNER]);
        let (context, file) = self.below_one_folder();
        let context = context.filter(|it| is_known(it))?;
        let named = file.iter().copied().chain(self.target.as_deref());
        if named.into_iter().any(|it| !is_known(it)) {
            return None;
        }
        caller.parent()?.ancestors().find_map(|from| {
            let from = normalize(&from.join(&self.folder));
            let context = normalize(&from.join(context));
            let dockerfile = match file {
                Some(file) => normalize(&from.join(file)),
                None => context.join("Dockerfile"),
            };
            let dockerfile = compose::as_spelt(files.tree, dockerfile);
            files.tree.is_file(&dockerfile).then(|| Recipe {
                context,
                dockerfile,
                target: self.target.clone(),
                arguments: match self.is_open {
                    true => Arguments::unseen(),
                    false => Arguments::given(&self.arguments),
                },
            })
        })
    }

    /// The context and the Dockerfile, from the folder that a variable has which both begin with, or which has
    /// the context below it: a script asks where it lies itself, and the tree shows what is there.
    fn below_one_folder(&self) -> (Option<&str>, Option<&str>) {
        let (context, file) = (self.context.as_deref(), self.file.as_deref());
        let Some((name, inner)) = context.and_then(in_folder_of_variable) else {
            return (context, file);
        };
        match file.map(in_folder_of_variable) {
            Some(Some((other, below))) if other == name => (Some(inner), Some(below)),
            None if inner != "." => (Some(inner), None),
            _ => (context, file),
        }
    }
}

/// A path below the folder that a variable has: `${ROOT}/web`, or `.` where it is the folder itself.
fn in_folder_of_variable(path: &str) -> Option<(&str, &str)> {
    // In round brackets it is make's, or what a command prints; behind a `-` there is a default.
    let is_plain = |name: &str| !path.starts_with("$(") && !name.contains('-');
    let (name, inner) = variable(path).filter(|(name, _)| is_plain(name))?;
    let inner = match inner {
        "" | "/" => ".",
        inner => inner.strip_prefix('/')?,
    };
    Some((name, inner))
}
