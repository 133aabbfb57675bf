//! Which Python a container runs its project on: that of the image that it is built on, or one that the
//! build brings beside it.
//!
//! uv takes another than the base's where the base's does not do: by `--python`, `UV_PYTHON`,
//! `.python-version` and `requires-python`, and fetches it unless that is forbidden (uv's manual, "Python
//! versions").

use crate::fact::Fact;
use crate::fact::version::{Range, Version};
use crate::model::Container;
use crate::model::image::{Does, Image, Layer, PythonImage, Reference};
use crate::model::project::Requirements;

/// What brings interpreters of its own.
const BRINGING: &[&str] = &[
    "pyenv",
    "conda",
    "mamba",
    "deadsnakes",
    "python install",
    "python pin",
    "python-build",
    "altinstall",
    "pypy",
    "asdf ",
    "mise ",
    "rye ",
    "env use",
];

/// Commands of uv that look for an interpreter and fetch one.
const OF_UV: &[&str] = &["uv sync", "uv run", "uv venv", "uv lock"];

/// Ways to tell uv that it may fetch none: what a variable is then, or an option.
const FETCHES_NONE: &[(&str, &[&str])] = &[
    ("UV_PYTHON_DOWNLOADS", &["never", "manual", "0", "false"]),
    ("UV_NO_MANAGED_PYTHON", &["1", "true"]),
    ("UV_PYTHON_PREFERENCE", &["only-system"]),
];
const FETCHES_NONE_BY_OPTION: &[&str] = &["--no-python-downloads", "--no-managed-python"];

/// Ways to tell it that it shall have its own, whatever is there.
const FETCHES_ANYWAY: &[(&str, &[&str])] =
    &[("UV_MANAGED_PYTHON", &["1", "true"]), ("UV_PYTHON_PREFERENCE", &["only-managed"])];

impl Container {
    /// The Python of Docker's own image that all is built on, if the project runs on that.
    pub fn python_of_base(&self, requirements: &Requirements) -> Option<Fact<PythonImage>> {
        let base = self.image.as_ref()?.base()?.fact();
        let python = base.try_map(|it| PythonImage::of(&Reference::parse(it)?))?;
        self.keeps_python(&python.value.versions(), requirements).then_some(python)
    }

    /// Whether nothing in the build may bring another Python than this one, which the base has.
    pub fn keeps_python(&self, python: &Range, requirements: &Requirements) -> bool {
        let Some(image) = &self.image else { return true };
        let steps = Steps::of(image);
        if steps.name(BRINGING) || steps.name_another(python) {
            return false;
        }
        if !steps.name(OF_UV) {
            return true;
        }
        if steps.set(FETCHES_ANYWAY) || steps.name(&["--managed-python"]) && !steps.fetch_none() {
            return false;
        }
        let named = self.contents.python_version.as_deref();
        let by_file = named.is_some_and(|it| is_another(it, python));
        let by_project =
            requirements.python().is_some_and(|it| python.within(&it.value) == Some(false));
        steps.fetch_none() || !by_file && !by_project
    }
}

/// What the stages of an image run and set on the way to it.
struct Steps<'i> {
    layers: Vec<&'i Layer>,
    texts: Vec<String>,
}

impl<'i> Steps<'i> {
    fn of(image: &'i Image) -> Self {
        let built = image.built().into_iter().flat_map(|(_, layers)| layers);
        let layers: Vec<&Layer> = built.chain(image.layers()).collect();
        let text = |layer: &&Layer| match &layer.does {
            Does::Run(run) => {
                Some(run.form.text().split_whitespace().collect::<Vec<_>>().join(" "))
            }
            _ => None,
        };
        let texts = layers.iter().filter_map(text).collect();
        Self { layers, texts }
    }

    fn name(&self, words: &[&str]) -> bool {
        self.texts.iter().any(|text| words.iter().any(|it| text.contains(it)))
    }

    /// Whether a variable is set to one of these, for the image or for a step.
    fn set(&self, ways: &[(&str, &[&str])]) -> bool {
        ways.iter().any(|(name, values)| {
            let by_layer = self.values(name).into_iter().flatten();
            by_layer.into_iter().any(|it| values.contains(&it.to_lowercase().as_str()))
                || values.iter().any(|value| self.name(&[&format!("{name}={value}")]))
        })
    }

    fn fetch_none(&self) -> bool {
        self.set(FETCHES_NONE) || self.name(FETCHES_NONE_BY_OPTION)
    }

    /// The values of a variable or argument of this name; `None` for one that nobody knows.
    fn values(&self, name: &str) -> Vec<Option<String>> {
        let value = |layer: &&Layer| match &layer.does {
            Does::Env(it, value) if it.value == name => Some(value.known().map(|it| it.value)),
            Does::Arg(it, value) if it.value == name => {
                Some(value.as_ref().and_then(|it| it.known()).map(|it| it.value))
            }
            _ => None,
        };
        self.layers.iter().filter_map(value).collect()
    }

    /// Whether some step asks for an interpreter of another version by its name, as `python3.9 -m venv`,
    /// `--python 3.9`, or by uv's variable.
    fn name_another(&self, python: &Range) -> bool {
        const BEFORE: [&str; 5] = ["python", "--python ", "--python=", "-p ", "UV_PYTHON="];
        let by_variable = self.values("UV_PYTHON").into_iter();
        let mut by_variable = by_variable.map(|it| it.is_none_or(|it| is_another(&it, python)));
        let asks = |text: &String| {
            BEFORE.iter().any(|before| {
                let mut found = text.match_indices(before);
                found.any(|(at, _)| {
                    let behind = &text[at + before.len()..];
                    behind.starts_with("3.") && is_another(behind, python)
                })
            })
        };
        self.texts.iter().any(asks) || by_variable.any(|it| it)
    }
}

/// Whether a text begins with a version that is none of these, or with none at all. Implementations have
/// their name before it (`cpython@3.12`).
fn is_another(text: &str, python: &Range) -> bool {
    let text = text.trim_start_matches("cpython").trim_start_matches(['@', '-']);
    let text = text.trim_start_matches("/usr/local/bin/").trim_start_matches("python");
    // `python` and its path are the base's own.
    if text.is_empty() {
        return false;
    }
    let end = text.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(text.len());
    let version: Result<Version, _> = text[..end].trim_end_matches('.').parse();
    version.map_or(true, |it| python.and(&Range::series(it)).is_empty())
}
