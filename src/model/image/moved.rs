//! Files that commands of an image's build give another name: `RUN mv production_settings.py
//! local_settings.py`.

use crate::model::image::layer::commands;
use crate::model::image::{Image, Step};
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

impl Image {
    /// Each file of Python that `cp` or `mv` puts at another path, by where it lay and where it lies then, in
    /// order. What a step does on a condition only, or by names that a shell makes, is none of these.
    pub fn moved(&self) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
        self.steps().iter().flat_map(moved_by).collect()
    }
}

fn moved_by(step: &Step<'_>) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
    let text = step.run.form.text();
    let is_plain = step.run.heredocs.is_empty() && !text.contains("||") && !text.contains("if ");
    let folder = step.workdir.as_ref().map(|it| it.value.as_path());
    let each = commands(&text).filter(|_| is_plain);
    each.filter_map(|words| moved(&words.collect::<Vec<_>>(), folder)).collect()
}

fn moved(words: &[&str], folder: Option<&Utf8Path>) -> Option<(Utf8PathBuf, Utf8PathBuf)> {
    let (&("cp" | "mv"), words) = words.split_first()? else { return None };
    let paths: Vec<&str> = words.iter().copied().filter(|it| !it.starts_with('-')).collect();
    let [source, target] = paths[..] else { return None };
    let path = |word: &str| {
        let word = word.trim_matches(['"', '\'']);
        let is_one = word.ends_with(".py") && !word.contains(['$', '`', '*', '?', '[', '{']);
        let path = Utf8Path::new(word);
        let whole = if path.is_absolute() { path.to_owned() } else { folder?.join(path) };
        is_one.then(|| normalize(&whole))
    };
    Some((path(source)?, path(target)?))
}
