//! What settings come to where variables are not set: tried out, not worked out.

use crate::fact::secret::is_secret_name;
use crate::fact::{Environment, Fact, Supplied};
use crate::model::KeyWithout;
use crate::model::build::refusals::raises;
use crate::model::build::run::Run;
use crate::model::settings::each_outcome;
use crate::python::{Answer, Evaluation, Read, Value};
use crate::source::{Place, Span};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{Block, Expression, StatementKind};
use crate::syntax::python::each_statement;
use std::sync::Arc;

/// The variable that turns DEBUG on by its absence, though no switch says so that is read into DEBUG:
/// helpers that ask whether there is a value at all, and a stage that is a developer's by default. Whether
/// it does is tried out.
pub(super) fn debug_without(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
) -> Option<Read> {
    let debug = |evaluation: &Evaluation| {
        Some(evaluation.outcome.as_ref().ok()?.get("DEBUG")?.value.truth())
    };
    if debug(evaluation)?.is_some() {
        return None;
    }
    let every = |read: &Read, fits: &dyn Fn(&Read) -> bool| {
        evaluation.reads.iter().filter(|it| it.name == read.name).all(fits)
    };
    let is_open = |read: &&Read| {
        let is_switch = read.name.contains("DEBUG") && every(read, &has_no_default);
        // What a platform sets is there wherever the site is on it.
        let is_stage = || {
            names_a_stage(&read.name)
                && read.is_to_fill_in()
                && every(read, &|it| held(it) == held(read))
        };
        matches!(read.answer, Answer::Unknown(_)) && (is_switch || is_stage())
    };
    let mut open = evaluation.reads.iter().filter(is_open).take(MOST_TRIED);
    open.find(|read| {
        // An env file that is not in view could set it again, and sets nothing that is there.
        let supplied = match held(read) {
            Some(text) => Supplied::Value(text.to_owned()),
            None => Supplied::Removed,
        };
        let mut without = environment.clone();
        without.set(read.name.clone(), module.map(|_| supplied.clone()));
        let tried = run.settings_tried(&module.value, &without, evaluation);
        tried.and_then(|it| debug(&it)).flatten() == Some(true)
    })
    .cloned()
}

/// How often settings are run again to find the variable that decides.
const MOST_TRIED: usize = 3;

/// Whether a variable is called after what the settings are for: `DJANGO_ENV`, `APP_ENVIRONMENT`,
/// `IS_PRODUCTION`.
fn names_a_stage(name: &str) -> bool {
    let last = ["ENV", "ENVIRONMENT", "STAGE", "MODE"];
    let any = ["PROD", "PRODUCTION", "LIVE", "DEPLOYED", "DEPLOYMENT"];
    name.rsplit('_').next().is_some_and(|it| last.contains(&it))
        || name.split('_').any(|it| any.contains(&it))
}

/// The text that holds if a variable is not set.
fn held(read: &Read) -> Option<&str> {
    let text = read.default.as_ref()?.text.as_deref().filter(|it| *it != "None")?;
    Some(text.trim_matches(['\'', '"']))
}

/// The text that becomes SECRET_KEY where its variable is not set: `if not SECRET_KEY: SECRET_KEY = "…"`.
/// That it does is tried out.
pub(super) fn key_without(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
) -> Option<KeyWithout> {
    let mut written = Vec::new();
    each_outcome(&evaluation.get("SECRET_KEY")?, &mut |it| {
        written.extend(it.value.text().map(str::to_owned).zip(it.written_at()));
    });
    // What stands where a variable is read is its default, and whoever looks at reads sees it.
    let is_default = |place: Place| {
        let defaults = evaluation.reads.iter().filter_map(|it| it.default.as_ref());
        defaults.filter_map(|it| it.evidence.place()).any(|it| it == place)
    };
    written.retain(|(_, place)| !is_default(*place));
    if written.is_empty() {
        return None;
    }
    let is_open = |read: &&Read| {
        is_secret_name(&read.name)
            && read.name.contains("KEY")
            && evaluation.reads.iter().filter(|it| it.name == read.name).all(has_no_default)
            && matches!(read.answer, Answer::Unknown(_))
    };
    let read = evaluation.reads.iter().find(is_open)?;
    let mut without = environment.clone();
    without.set(read.name.clone(), module.map(|_| Supplied::Removed));
    let tried = run.settings_tried(&module.value, &without, evaluation)?;
    let key = tried.get("SECRET_KEY")?;
    let text = key.value.text()?.to_owned();
    let (_, place) = written.into_iter().find(|(it, _)| *it == text)?;
    // Where something else decides, as whether this is a container, the variable makes no difference.
    let mut stays = false;
    let tried = with_some_text(run, module, environment, evaluation, read)?;
    each_outcome(&tried.get("SECRET_KEY")?, &mut |it| {
        stays |= it.value.text() == Some(text.as_str());
    });
    if stays || is_beside_a_refusal(run, place) || is_past_a_refusal(run, read, place) {
        return None;
    }
    Some(KeyWithout { read: read.clone(), key: Fact::at(text, place) })
}

/// What a variable is given to see where it comes through. It may be a host.
const SOME_TEXT: &str = "kilter.example";

/// The settings with that for a variable.
fn with_some_text(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
    read: &Read,
) -> Option<Arc<Evaluation>> {
    let mut told = environment.clone();
    told.set(read.name.clone(), module.map(|_| Supplied::Value(SOME_TEXT.to_owned())));
    run.settings_tried(&module.value, &told, evaluation)
}

/// Whether nobody has seen what a variable is.
pub(super) fn is_unseen(read: &Read) -> bool {
    matches!(read.answer, Answer::Absent | Answer::Unknown(_))
}

/// Without a default, `os.environ.get` answers None.
fn has_no_default(read: &Read) -> bool {
    read.default.as_ref().is_none_or(|it| it.text.as_deref() == Some("None"))
}

/// Switches of which it matters what they are by default, and not only what they may be.
const SWITCHES: [&str; 3] = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "DEBUG"];

/// Addresses that are often a developer's where no variable says otherwise.
const ADDRESSES: [&str; 1] = ["CELERY_BROKER_URL"];

/// What is often another thing on a developer's machine.
const CHOSEN: [&str; 1] = ["CHANNEL_LAYERS"];

/// Lists that are often made of the text of a variable.
const SPLIT: [&str; 3] = ["ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "CORS_ALLOWED_ORIGINS"];

/// The settings where no variable is set that nobody has seen, if a switch or a choice depends on one,
/// or a list may hold nothing but an empty text. What a default comes to is tried out: `not DEBUG` is
/// on where the variable is off, and code may look at a list before it takes it.
pub(super) fn unset(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
) -> Option<Arc<Evaluation>> {
    let undecided =
        |name: &str| evaluation.get(name).is_some_and(|switch| switch.value.truth().is_none());
    let is_split = |name: &str| evaluation.get(name).is_some_and(|it| may_be_empty_text(&it));
    let is_open = |name: &str| evaluation.get(name).is_some_and(|it| it.value.text().is_none());
    let is_one_of =
        |name: &str| evaluation.get(name).is_some_and(|it| matches!(it.value, Value::OneOf { .. }));
    if !SWITCHES.iter().any(|name| undecided(name))
        && !SPLIT.iter().any(|name| is_split(name))
        && !ADDRESSES.iter().any(|name| is_open(name))
        && !CHOSEN.iter().any(|name| is_one_of(name))
    {
        return None;
    }
    let mut without = environment.clone();
    // What is asked for elsewhere without any default has to be set.
    let is_needed =
        |read: &Read| evaluation.reads.iter().any(|it| it.required && it.name == read.name);
    let is_open =
        |read: &&Read| is_unseen(read) && !environment.sets(&read.name) && !is_needed(read);
    for name in environment.names() {
        let layer = environment.layers(name).last();
        if let Some(layer) = layer.filter(|it| matches!(it.value, Supplied::OrEmpty(_))) {
            without.set(name, layer.map(|_| Supplied::Value(String::new())));
        }
    }
    for read in evaluation.reads.iter().filter(is_open) {
        let Some(text) = held(read) else { continue };
        // An env file that is not in view could set it again, and sets nothing that is there. No text is a
        // list.
        let supplied = match text.starts_with(['[', '(', '{']) {
            true => Supplied::Removed,
            false => Supplied::Value(text.to_owned()),
        };
        let place = read.default.as_ref().and_then(|it| it.evidence.place());
        let fact = match place {
            Some(place) => Fact::at(supplied, place),
            None => module.map(|_| supplied),
        };
        without.set(read.name.clone(), fact);
    }
    run.settings_tried(&module.value, &without, evaluation)
}

/// The variable whose text ALLOWED_HOSTS is, whatever it says: nothing makes a list of it.
pub(super) fn hosts_of_text(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
) -> Option<Read> {
    let mut is_open = false;
    each_outcome(&evaluation.get("ALLOWED_HOSTS")?, &mut |it| {
        is_open |= matches!(it.value, Value::Unknown(_));
    });
    let is_asked =
        |read: &&Read| is_unseen(read) && has_no_default(read) && read.name.contains("HOSTS");
    let read = evaluation.reads.iter().filter(|_| is_open).find(is_asked)?;
    let told = with_some_text(run, module, environment, evaluation, read)?;
    let is_text = told.get("ALLOWED_HOSTS")?.value.text() == Some(SOME_TEXT);
    is_text.then(|| read.clone())
}

/// The variable whose texts are hosts and origins at once, whatever it says. That they are is tried out.
pub(super) fn hosts_as_origins(
    run: &Run<'_>,
    module: &Fact<String>,
    environment: &Environment,
    evaluation: &Evaluation,
) -> Option<Read> {
    const BOTH: [&str; 2] = ["ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"];
    let is_open = |name: &&str| {
        let value = evaluation.get(name);
        value.is_some_and(|it| it.value.items().is_none_or(|all| all.iter().any(is_unknown)))
    };
    let is_asked = |read: &&Read| {
        let words = ["HOST", "ORIGIN", "DOMAIN"];
        is_unseen(read) && words.iter().any(|it| read.name.to_ascii_uppercase().contains(it))
    };
    if !BOTH.iter().all(is_open) {
        return None;
    }
    let mut asked = evaluation.reads.iter().filter(is_asked).take(MOST_TRIED);
    let is_both = |read: &&Read| {
        let tried = with_some_text(run, module, environment, evaluation, read);
        let has = |name: &&str| {
            let value = tried.as_ref().and_then(|it| it.get(name));
            let all = value.as_ref().and_then(|it| it.value.items()).unwrap_or_default();
            all.iter().any(|it| it.value.text() == Some(SOME_TEXT))
        };
        BOTH.iter().all(has)
    };
    asked.find(is_both).cloned()
}

fn is_unknown(item: &Fact<Value>) -> bool {
    item.value.text().is_none()
}

/// Whether an outcome of a list is one empty text, as splitting one makes it, or may be for all
/// that is known.
fn may_be_empty_text(list: &Fact<Value>) -> bool {
    let mut found = false;
    each_outcome(list, &mut |it| {
        found |= match it.value.items() {
            Some([only]) => only.value.text().is_none_or(str::is_empty),
            Some(items) => items.iter().any(|it| it.value.text().is_none()),
            None => matches!(it.value, Value::Unknown(_)),
        };
    });
    found
}

/// Whether what stands at a place is one branch of which another raises: `if DEBUG: SECRET_KEY = "…"`, and
/// `else: raise ImproperlyConfigured`. Where it is not known which is taken, the one that goes on is no
/// answer.
fn is_beside_a_refusal(run: &Run<'_>, place: Place) -> bool {
    let Parsed::Python(module) = run.files.read(place.file).parsed else { return false };
    let mut found = false;
    each_statement(&module.body, &mut |statement| {
        let StatementKind::If { branches, otherwise } = &statement.kind else { return };
        let holds = |block: &Block| block.iter().any(|it| it.span.contains(place.span));
        let blocks = || branches.iter().map(|(_, block)| block).chain([otherwise]);
        found |= blocks().any(holds) && blocks().any(|it| !holds(it) && raises(it));
    });
    found
}

/// Whether settings may stop between the question for a variable and what stands in its place: `if not
/// SECRET_KEY and ENV != "development": raise`. Who comes past it has none, and is told so.
fn is_past_a_refusal(run: &Run<'_>, read: &Read, place: Place) -> bool {
    let source = run.files.read(place.file);
    let Parsed::Python(module) = source.parsed else { return false };
    let Some(asked) = read.place.filter(|it| it.file == place.file) else { return false };
    let speaks_of_it = |span: Span| {
        let condition = source.text.get(span.range()).unwrap_or_default();
        condition.contains(&read.name) || condition.contains("SECRET_KEY")
    };
    let is_between = |span: Span| span.start >= asked.span.end && span.end <= place.span.start;
    let mut found = false;
    each_statement(&module.body, &mut |statement| {
        let StatementKind::If { branches, .. } = &statement.kind else { return };
        let refuses = |(condition, block): &(Expression, Block)| {
            speaks_of_it(condition.span) && raises(block)
        };
        found |= is_between(statement.span) && branches.iter().any(refuses);
    });
    found
}
