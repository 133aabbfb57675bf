//! What a stage knows at one line: its variables, its shell, where relative paths lead.

use crate::fact::Fact;
use crate::model::image::expand::{Lookup, expand};
use crate::model::image::layer::default_shell;
use crate::model::text::Text;
use crate::source::normalize;
use crate::syntax::dockerfile::Word;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashMap;

/// `ENV A=$A$A` doubles with every line.
const LONGEST: usize = 1 << 15;
const MOST_PARTS: usize = 32;

/// What a stage knows at one line.
#[derive(Clone)]
pub(super) struct Scope {
    pub(super) variables: HashMap<String, Setting>,
    pub(super) inherited: Inherited,
    pub(super) shell: Vec<String>,
    pub(super) workdir: Option<Fact<Utf8PathBuf>>,
}

#[derive(Clone)]
pub(super) struct Setting {
    /// `None` for an argument without a value.
    pub(super) value: Option<Text>,
    /// A variable of the image, which arguments do not change.
    pub(super) is_env: bool,
}

/// What the base image sets by itself.
#[derive(Clone, Copy)]
pub(super) enum Inherited {
    Names(&'static [&'static str]),
    Anything,
}

impl Scope {
    pub(super) fn fresh(inherited: Inherited, workdir: Option<Fact<Utf8PathBuf>>) -> Self {
        Self { variables: HashMap::new(), inherited, shell: default_shell(), workdir }
    }

    pub(super) fn lookup(&self, name: &str) -> Lookup {
        match (self.variables.get(name), self.inherited) {
            (Some(Setting { value: Some(value), .. }), _) => Lookup::Set(value.clone()),
            (Some(Setting { value: None, .. }), _) => Lookup::Unset,
            (None, Inherited::Names(names)) if !names.contains(&name) => Lookup::Unset,
            (None, Inherited::Names(_) | Inherited::Anything) => Lookup::Unknown,
        }
    }

    pub(super) fn expand(&self, word: &Word) -> Text {
        bounded(expand(word, &|name| self.lookup(name)))
    }

    pub(super) fn set(&mut self, name: &str, value: Option<Text>, is_env: bool) {
        let taken = self.variables.get(name).is_some_and(|it| it.is_env) && !is_env;
        if !taken {
            self.variables.insert(name.to_owned(), Setting { value, is_env });
        }
    }

    /// A path of the image, as it is at this line.
    pub(super) fn path(&self, text: &Text) -> Option<Fact<Utf8PathBuf>> {
        let path = text.known()?;
        if Utf8Path::new(&path.value).is_absolute() {
            return Some(path.map(|path| normalize(Utf8Path::new(path))));
        }
        let folder = self.workdir.as_ref()?;
        Some(path.map(|path| normalize(&folder.value.join(path))).given(folder))
    }
}

/// The text, unless it grew beyond all use: then what it was made of is forgotten.
pub(super) fn bounded(text: Text) -> Text {
    let whole = text.to_string();
    if whole.len() > LONGEST {
        return Text::unknown("too long", text.place);
    }
    if text.parts().len() > MOST_PARTS && text.is_known() {
        return Text::literal(whole, text.place);
    }
    text
}
