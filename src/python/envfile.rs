//! Files that libraries look for and load: env files, and further settings files.

use crate::fact::{Fact, Supplied};
use crate::python::files::{At, is_made_on_site};
use crate::python::machine::call::Arguments;
use crate::python::machine::locate::clean;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::trail::{Trail, What};
use crate::python::machine::{Machine, Outcome};
use crate::python::{Found, paths};
use crate::syntax::dotenv::{self, Dialect};
use std::rc::Rc;

/// `_kilter.dotenv(dialect, path)`: pairs of name and value in the order of the file, `None` where
/// there is no such file. What the library would raise or print is not its matter.
pub(crate) fn load(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let (Some(dialect), Some(path)) = (given.first().cloned(), given.positional.get(1).cloned())
    else {
        return Ok(it.unknown("which file is loaded is not known"));
    };
    let dialect = match dialect.object.text().map(|it| &**it) {
        Some("environ") => Dialect::DjangoEnviron,
        Some("decouple") => Dialect::Decouple,
        Some("override") => Dialect::PythonDotenvOverride,
        _ => Dialect::PythonDotenv,
    };
    it.each_way(&path, |it, path| {
        let Some(text) = paths::text(&path.object) else {
            it.request.files.misses_env();
            return Ok(it.unknown("which file is loaded is not known"));
        };
        let found = it.file_at(&text);
        if matches!(found, At::Absent) {
            it.await_env_file(&text);
        }
        match found {
            At::Text(place, text) => Ok(pairs(it, dialect, place.file, text)),
            At::Unread => Ok(it.unknown("the file was not read")),
            // Without it, this library stops: where it stands on the server is where it is read.
            At::Absent if dialect == Dialect::Decouple && is_made_on_site(it, &text) => {
                it.request.files.misses_env();
                Ok(it.unknown(format!("`{text}` may be on the server")))
            }
            At::Absent | At::Folder(_) => Ok(Object::None.bare()),
            At::Elsewhere => {
                it.request.files.misses_env();
                let why = format!("`{text}` is not part of the repository");
                Ok(it.unknown(why))
            }
        }
    })
}

impl Machine<'_> {
    /// Takes note of an env file that is loaded here once it is there: only on the way on which it is,
    /// or on every one.
    fn await_env_file(&mut self, path: &str) {
        let is_of_it = |key: &str| key.strip_prefix(path).is_some_and(|how| how.starts_with(' '));
        let about_it = |branch: u32| {
            self.conditions.iter().any(|(key, about)| *about == branch && is_of_it(key))
        };
        let is_sure = self.assumed.iter().all(|(branch, _)| about_it(*branch));
        let inside = self.in_tree(path).map(|it| clean(&it));
        if let (true, Some(inside), Some(place)) = (is_sure, inside, self.place()) {
            self.awaited.push(Fact::at(inside, place));
        }
    }
}

fn pairs(
    it: &mut Machine<'_>,
    dialect: Dialect,
    file: crate::source::FileId,
    text: &str,
) -> Traced {
    let reading = dotenv::read(dialect, file, text, it.request.environment);
    let mut pairs = Vec::new();
    for (name, fact) in &reading.variables {
        let name: Rc<str> = name.as_str().into();
        let what = What::Supplied(name.clone(), Rc::new(fact.evidence().clone()));
        let place = it.place();
        let trail = it.trails.add(place, what, [Trail::NONE; 2]);
        let value = match (&fact.value, fact.value.unknown()) {
            (Supplied::Value(value), _) => Object::str(value.as_str()).traced(trail),
            (_, Some(why)) => Object::Unknown(it.why(why.to_string())).traced(trail),
            (_, None) => continue,
        };
        pairs.push(Object::Tuple([Object::Str(name).bare(), value].into()).bare());
    }
    it.list(pairs).bare()
}

/// `_kilter.ini_load(path)`: sections of options, as `configparser` reads them; option names in lower
/// case. What needs interpolation is unknown.
pub(crate) fn ini_load(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let path = given.first().and_then(|it| paths::text(&it.object));
    let Some(At::Text(place, text)) = path.map(|path| it.file_at(&path)) else {
        return Ok(it.unknown("the file is not known"));
    };
    let sections = it.new_dict();
    let mut section = None;
    let mut last: Option<(Traced, String)> = None;
    let mut at = place.span.start as usize;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.trim();
        if body.is_empty() || body.starts_with(['#', ';']) {
            continue;
        }
        let what = What::Read("settings.ini".into());
        let here = crate::source::Place::new(place.file, start, start + line.trim_end().len());
        let trail = it.trails.add(Some(here), what, [Trail::NONE; 2]);
        if line.starts_with([' ', '\t'])
            && let (Some((key, value)), Some(section)) = (&mut last, section)
        {
            value.push('\n');
            value.push_str(body);
            let value = Object::str(value.as_str()).traced(trail);
            it.dict_set(section, &key.clone(), value)?;
            continue;
        }
        if let Some(name) = body.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            let dict = it.new_dict();
            it.dict_set(sections, &Object::str(name).bare(), Object::Dict(dict).bare())?;
            section = Some(dict);
            continue;
        }
        let Some((key, value)) = body.split_once(['=', ':']) else { continue };
        let key = Object::str(key.trim().to_lowercase()).bare();
        let value = value.trim().to_owned();
        let object = match value.contains('%') {
            true => Object::Unknown(it.why("the option is interpolated")),
            false => Object::str(value.as_str()),
        };
        last = Some((key.clone(), value));
        if let Some(section) = section {
            it.dict_set(section, &key, object.traced(trail))?;
        }
    }
    Ok(Object::Dict(sections).bare())
}

/// `_kilter.find_up(name, folder)`: the nearest file of that name in a folder or those above it,
/// or `None`. Beyond the repository nobody can tell.
pub(crate) fn find_up(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    upwards(it, &given, |it, candidate| match it.searched_at(candidate) {
        At::Text(..) | At::Unread => Some(true),
        At::Absent | At::Folder(_) => Some(false),
        // The repository holds no such file; one above it is no part of what is deployed.
        At::Elsewhere => None,
    })
}

/// `_kilter.expected_up(name, folder)`: where that file would lie on the server, which the
/// repository does not have, or `None`.
pub(crate) fn expected_up(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    upwards(it, &given, |it, candidate| {
        let path = it.in_tree(candidate)?;
        Some(it.request.files.is_expected(&clean(&path)))
    })
}

/// The first path for which something holds, of a name in a folder and those above it. `None` of it
/// ends the search.
fn upwards(
    it: &mut Machine<'_>,
    given: &Arguments,
    mut holds: impl FnMut(&mut Machine<'_>, &str) -> Option<bool>,
) -> Outcome<Traced> {
    let texts: Option<Vec<Rc<str>>> =
        given.positional.iter().map(|it| paths::text(&it.object)).collect();
    let Some([name, folder]) = texts.as_deref() else {
        return Ok(it.unknown("where the file is looked for is not known"));
    };
    let mut at = folder.to_string();
    loop {
        let candidate = paths::join_text(&at, name);
        match holds(it, &candidate) {
            Some(true) => return Ok(Object::str(candidate).bare()),
            Some(false) => {}
            None => return Ok(Object::None.bare()),
        }
        match paths::folder(&at) {
            Some(above) if !above.is_empty() && above != at => at = above.to_owned(),
            _ => return Ok(Object::None.bare()),
        }
    }
}

/// `_kilter.run_file(path, names)`: runs a file of the tree in a namespace; `False` if there is no
/// such file.
pub(crate) fn run_file(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let why = "which file is run is not known";
    let Some(Object::Names(scope)) = given.positional.get(1).map(|it| it.object.clone()) else {
        return Ok(it.unknown(why));
    };
    let Some(path) = given.first().and_then(|it| paths::text(&it.object)) else {
        it.blur_names(scope, why);
        return Ok(it.unknown(why));
    };
    let place = match it.file_at(&path) {
        At::Text(place, _) => place,
        At::Elsewhere => {
            it.blur_names(scope, why);
            return Ok(it.unknown(why));
        }
        At::Absent | At::Folder(_) | At::Unread => return Ok(Object::Bool(false).bare()),
    };
    let Some(module) = it.request.files.module(place.file) else {
        it.blur_names(scope, "a file that was not parsed is run");
        return Ok(Object::Bool(true).bare());
    };
    it.run_into(scope, place.file, module)?;
    Ok(Object::Bool(true).bare())
}

/// `_kilter.glob_files(pattern)`: the files of the tree that a pattern matches, sorted.
pub(crate) fn glob_files(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let pattern = given.first().and_then(|it| paths::text(&it.object));
    let Some(pattern) = pattern.and_then(|it| paths::normal(&it)) else {
        return Ok(it.unknown("which files match is not known"));
    };
    if !pattern.contains(['*', '?', '[']) {
        let found = match it.file_at(&pattern) {
            At::Elsewhere => return Ok(it.unknown("which files match is not known")),
            At::Absent => Vec::new(),
            At::Text(..) | At::Folder(_) | At::Unread => vec![pattern],
        };
        return Ok(it.strings(found).bare());
    }
    let (folder, name) = pattern.rsplit_once('/').unwrap_or((".", &pattern));
    let Ok(glob) = globset::GlobBuilder::new(name).literal_separator(true).build() else {
        return Ok(it.unknown("which files match is not known"));
    };
    if folder.contains(['*', '?', '[']) {
        return Ok(it.unknown("which files match is not known"));
    }
    let Some(inside) = it.request.checkout.relative(folder) else {
        return Ok(it.unknown("which files match is not known"));
    };
    let Found::Directory(names) = it.request.files.find(&clean(&inside)) else {
        return Ok(it.strings(Vec::new()).bare());
    };
    let matcher = glob.compile_matcher();
    let mut found: Vec<String> = names
        .into_iter()
        .filter(|it| matcher.is_match(it) && (name.starts_with('.') || !it.starts_with('.')))
        .map(|it| paths::join_text(folder, &it))
        .collect();
    found.sort();
    Ok(it.strings(found).bare())
}
