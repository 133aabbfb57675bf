//! Settings into whose text `None` comes where a variable is not set: `str(os.getenv("SECRET_KEY"))`,
//! `f"Shop <{EMAIL_HOST_USER}>"`. What they come to is tried out.

use crate::fact::secret::is_secret_name;
use crate::fact::{Environment, Fact, Supplied};
use crate::model::NoneText;
use crate::model::build::run::Run;
use crate::python::{self, Answer, Evaluation, Read, Value};
use crate::source::{Place, has_word};
use std::collections::BTreeSet;

const NONE: &str = "None";

/// What makes a text of something else, as the source has it.
const MAKERS: [&str; 6] = ["str(", "f\"", "f'", ".format(", "\" %", "' %"];

pub(super) fn none_texts(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
) -> Vec<NoneText> {
    let is_open = |read: &&Read| {
        let default = read.default.as_ref();
        let answers_none = default.is_none_or(|it| it.text.as_deref() == Some(NONE));
        answers_none && !read.required && matches!(read.answer, Answer::Absent | Answer::Unknown(_))
    };
    let open: Vec<&Read> = evaluation.reads.iter().filter(is_open).collect();
    let makes_texts = || {
        let texts = evaluation.modules.iter().map(|it| run.files.read(*it).text);
        texts.into_iter().any(|text| MAKERS.iter().any(|it| text.contains(it)))
    };
    if open.is_empty() || !makes_texts() {
        return Vec::new();
    }
    let mut without = environment.clone();
    for read in &open {
        without.set(read.name.clone(), module.map(|_| Supplied::Removed));
    }
    let tried = run.settings_tried(&module.value, &without, evaluation);
    let Some(namespace) = tried.as_ref().and_then(|it| it.namespace()) else { return Vec::new() };
    let mut found: Vec<NoneText> = Vec::new();
    let mut once = BTreeSet::new();
    // Whatever the project calls its own is asked for by nobody knows whom.
    let matters = |name: &str| python::knows_setting(name) || is_secret_name(name);
    for named in namespace.names.iter().filter(|it| !it.perhaps && matters(&it.name)) {
        let mut texts = Vec::new();
        each_text(&named.value, &mut |text, whole| {
            if has_none(text) && !is_literal(run, whole) {
                texts.push(whole.clone());
            }
        });
        for text in texts {
            let Some((read, place)) = deciding(&text, &open) else { continue };
            if !once.insert(read.name.clone()) {
                continue;
            }
            let assigned = named.trail.iter().rfind(|it| it.assigns).and_then(|it| it.place);
            found.push(NoneText {
                setting: named.name.clone(),
                variable: read.name.clone(),
                at: Fact::at((), place),
                demanded: read.demanded(),
                happens: matches!(read.answer, Answer::Absent),
                whole: text.value == NONE,
                assigned: assigned.map(|it| Fact::at((), it)),
            });
        }
    }
    found
}

/// Whether it is a word of the text.
fn has_none(text: &str) -> bool {
    has_word(text, NONE, |it| it.is_alphanumeric() || it == '_')
}

/// Whether somebody wrote the text, as `SESSION_COOKIE_SAMESITE = "None"`, which has a meaning there
/// (Django's documentation, "Settings"). A default is written where the variable is asked for.
fn is_literal(run: &Run<'_>, text: &Fact<String>) -> bool {
    let Some(place) = text.evidence().place() else { return false };
    let Some(source) = run.files.read(place.file).text.get(place.span.range()) else {
        return false;
    };
    let is_quoted = |sign: char| {
        let inner = source.strip_prefix(sign).and_then(|it| it.strip_suffix(sign));
        inner == Some(text.value.as_str())
    };
    is_quoted('"') || is_quoted('\'')
}

/// The variable that a text is made of, and where it is asked for. What only lets the settings get so
/// far, as `int(os.getenv("SITE_ID"))`, is among the origins as well, behind what decides.
fn deciding<'r>(text: &Fact<String>, open: &[&'r Read]) -> Option<(&'r Read, Place)> {
    let mut origins = text.evidence().origins().iter().filter_map(|it| it.place());
    origins.find_map(|origin| {
        open.iter().find_map(|it| it.place.filter(|at| at.nests_with(origin)).map(|at| (*it, at)))
    })
}

fn each_text(value: &Fact<Value>, visit: &mut dyn FnMut(&str, &Fact<String>)) {
    match &value.value {
        Value::Str(text) | Value::Path(text) => {
            visit(text, &value.map(|_| text.to_string()));
        }
        dict @ Value::Dict(_) => dict.entries().for_each(|it| each_text(&it.value, visit)),
        other => other.items().into_iter().flatten().for_each(|it| each_text(it, visit)),
    }
}
