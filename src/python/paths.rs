//! Paths: `os.path` and `pathlib`, as text and as what lies in the tree.

use crate::python::CHECKOUT;
use crate::python::files;
use crate::python::machine::call::Arguments;
use crate::python::machine::iterate::is_symbolic;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome};
use std::borrow::Cow;
use std::rc::Rc;

pub(crate) const METHODS: &[&str] = &[
    "absolute",
    "as_posix",
    "as_uri",
    "chmod",
    "exists",
    "expanduser",
    "glob",
    "is_absolute",
    "is_dir",
    "is_file",
    "is_relative_to",
    "iterdir",
    "joinpath",
    "mkdir",
    "open",
    "read_bytes",
    "read_text",
    "relative_to",
    "resolve",
    "rglob",
    "touch",
    "unlink",
    "with_name",
    "with_stem",
    "with_suffix",
    "write_text",
    "home",
    "cwd",
    "is_symlink",
    "stat",
    "match",
    "rename",
];

/// `os.path.join(a, b)`, and `a / b` of paths before it is made canonical.
pub(crate) fn join_text(a: &str, b: &str) -> String {
    if b.starts_with('/') || a.is_empty() {
        b.to_owned()
    } else if a.ends_with('/') {
        format!("{a}{b}")
    } else {
        format!("{a}/{b}")
    }
}

/// `Path(a) / b`.
pub(crate) fn join(a: &str, b: &str) -> String {
    canonical(&match a {
        "." => b.to_owned(),
        a => join_text(a, b),
    })
}

/// A path as pathlib keeps it: no empty parts and no `.`, but `..` stays.
pub(crate) fn canonical(path: &str) -> String {
    let root = match path {
        it if it.starts_with("//") && !it.starts_with("///") => "//",
        it if it.starts_with('/') => "/",
        _ => "",
    };
    let parts: Vec<&str> = path.split('/').filter(|it| !matches!(*it, "" | ".")).collect();
    match (root, parts.is_empty()) {
        ("", true) => ".".to_owned(),
        _ => format!("{root}{}", parts.join("/")),
    }
}

/// `os.path.normpath`; none if it climbs above the checkout, whose place nobody knows.
pub(crate) fn normal(path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(".".to_owned());
    }
    let root = match path {
        it if it.starts_with("//") && !it.starts_with("///") => "//",
        it if it.starts_with('/') => "/",
        _ => "",
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&CHECKOUT) => return None,
                Some(&"..") => parts.push(part),
                Some(_) => {
                    parts.pop();
                }
                None if root.is_empty() => parts.push(part),
                None => {}
            },
            part => parts.push(part),
        }
    }
    let text = format!("{root}{}", parts.join("/"));
    Some(if text.is_empty() { ".".to_owned() } else { text })
}

/// `os.path.dirname`; none above the checkout.
pub(crate) fn folder(path: &str) -> Option<&str> {
    let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
    if last == CHECKOUT {
        return None;
    }
    if before.is_empty() && path.starts_with('/') {
        return Some("/");
    }
    let trimmed = before.trim_end_matches('/');
    Some(if trimmed.is_empty() { before } else { trimmed })
}

fn name(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((_, name)) => name,
        None if path == "." => "",
        None => path,
    }
}

/// The last suffix of a name: a leading dot begins none.
fn suffix(name: &str) -> &str {
    match name.rfind('.') {
        Some(at) if at > 0 && at + 1 < name.len() => &name[at..],
        _ => "",
    }
}

/// The text of a path or of a string.
pub(crate) fn text(object: &Object) -> Option<Rc<str>> {
    match object {
        Object::Str(text) | Object::Path(text) => Some(text.clone()),
        _ => None,
    }
}

/// `os.path.abspath`; none where the working directory, or what is above the checkout, is needed.
pub(crate) fn absolute(it: &Machine<'_>, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return normal(path);
    }
    let cwd = it.request.cwd.as_ref()?;
    normal(&join_text(cwd.as_str(), path))
}

fn parent(path: &str) -> Option<String> {
    if matches!(path, "/" | ".") {
        return Some(path.to_owned());
    }
    let folder = folder(path)?;
    Some(if folder.is_empty() { ".".to_owned() } else { folder.to_owned() })
}

pub(crate) fn construct(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    it.call_pure(given, &mut |it, given| {
        let mut whole = String::new();
        for part in &given.positional {
            let part = it.text_if_path(part);
            let Some(part) = text(&part.object) else {
                if matches!(part.object, Object::Instance(_) | Object::Lazy(_)) {
                    return Ok(it.unknown("the path is an object"));
                }
                let kind = it.type_name(&part.object);
                let message = format!(
                    "argument should be a str or an os.PathLike object where __fspath__ returns a str, not '{kind}'"
                );
                return Err(it.raised("TypeError", message));
            };
            whole = join_text(&whole, &part);
        }
        let from: Vec<&Traced> = given.positional.iter().collect();
        Ok(it.computed(Object::Path(canonical(&whole).into()), &from))
    })
}

const ABOVE: &str = "it lies above the repository, whose place is not known";

pub(crate) fn attribute(
    it: &mut Machine<'_>,
    value: &Traced,
    path: &Rc<str>,
    wanted: &str,
) -> Outcome<Option<Traced>> {
    let own = name(path);
    let object = match wanted {
        "parent" => match parent(path) {
            Some(parent) => Object::Path(parent.into()),
            None => return Ok(Some(it.unknown(ABOVE))),
        },
        "parents" => {
            let mut parents = Vec::new();
            let mut at = path.to_string();
            loop {
                match parent(&at) {
                    Some(next) if next == at => break,
                    Some(next) => {
                        parents.push(Object::Path(next.as_str().into()).traced(value.trail));
                        at = next;
                    }
                    None => {
                        let why = it.why(ABOVE);
                        parents.push(Object::Rest(why).bare());
                        break;
                    }
                }
            }
            Object::Tuple(parents.into())
        }
        "name" | "stem" | "suffix" if own == CHECKOUT => {
            return Ok(Some(it.unknown("the name of the repository's folder is not known")));
        }
        "name" => Object::str(own),
        "stem" => Object::str(own.strip_suffix(suffix(own)).unwrap_or(own)),
        "suffix" => Object::str(suffix(own)),
        "suffixes" => {
            let body = own.trim_start_matches('.');
            let suffixes = body.split('.').skip(1).map(|it| format!(".{it}"));
            let suffixes: Vec<String> = suffixes.collect();
            it.strings(suffixes)
        }
        "parts" if !is_symbolic(path) => {
            let root = path.starts_with('/').then(|| "/".to_owned());
            let rest = path.split('/').filter(|it| !it.is_empty()).map(str::to_owned);
            let parts = root.into_iter().chain(rest).map(|it| Object::str(it).bare());
            Object::Tuple(parts.collect())
        }
        "root" | "anchor" => Object::str(if path.starts_with('/') { "/" } else { "" }),
        "drive" => Object::str(""),
        "parts" => return Ok(Some(it.unknown(ABOVE))),
        "__class__" => Object::Type(crate::python::machine::object::Type::Path),
        _ if METHODS.contains(&wanted) => {
            Object::NativeMethod(Rc::new((value.clone(), wanted.into())))
        }
        "_str" | "__fspath__" | "__str__" => Object::Str(path.clone()),
        _ => return Ok(None),
    };
    Ok(Some(it.computed(object, &[value])))
}

pub(crate) fn method(
    it: &mut Machine<'_>,
    receiver: &Traced,
    path: &Rc<str>,
    name_of: &str,
    given: Arguments,
) -> Outcome<Traced> {
    let first = given.first().and_then(|it| text(&it.object));
    let object = match (name_of, first) {
        ("resolve" | "absolute", _) => match absolute(it, path) {
            Some(path) => Object::Path(path.into()),
            None if path.starts_with('/') => return Ok(it.unknown(ABOVE)),
            None => return Ok(it.unknown("the working directory is not known")),
        },
        ("joinpath", _) => {
            let mut whole = path.to_string();
            for part in &given.positional {
                match text(&part.object) {
                    Some(part) => whole = join(&whole, &part),
                    None => return Ok(it.unknown_from(part)),
                }
            }
            Object::Path(whole.into())
        }
        ("as_posix", _) => Object::Str(path.clone()),
        ("as_uri", _) if !is_symbolic(path) && path.is_ascii() => {
            Object::str(format!("file://{path}"))
        }
        ("expanduser", _) if !path.starts_with('~') => Object::Path(path.clone()),
        ("is_absolute", _) => Object::Bool(path.starts_with('/')),
        ("exists" | "is_file" | "is_dir" | "is_symlink", _) => {
            return Ok(files::exists(it, receiver, path, name_of));
        }
        ("read_text" | "read_bytes", _) => return files::read(it, receiver, path, name_of),
        ("open", _) => {
            let mut given = given;
            given.positional.insert(0, receiver.clone());
            return files::open(it, given);
        }
        ("with_name", Some(new)) => match parent(path) {
            Some(parent) => Object::Path(join(&parent, &new).into()),
            None => return Ok(it.unknown(ABOVE)),
        },
        ("with_suffix" | "with_stem", Some(new)) if name(path) != CHECKOUT => {
            let own = name(path);
            let old = suffix(own);
            let stem = own.strip_suffix(old).unwrap_or(own);
            let renamed = match name_of {
                "with_suffix" => format!("{stem}{new}"),
                _ => format!("{new}{old}"),
            };
            match parent(path) {
                Some(parent) => Object::Path(join(&parent, &renamed).into()),
                None => return Ok(it.unknown(ABOVE)),
            }
        }
        ("relative_to", Some(base)) => {
            let base = canonical(&base);
            let rest = path
                .strip_prefix(&*base)
                .filter(|it| it.is_empty() || it.starts_with('/') || base == "/");
            match rest {
                Some(rest) => Object::Path(canonical(rest.trim_start_matches('/')).into()),
                None if is_symbolic(path) || is_symbolic(&base) => return Ok(it.unknown(ABOVE)),
                None => {
                    let message = format!("'{path}' is not in the subpath of '{base}'");
                    return Err(it.raised("ValueError", message));
                }
            }
        }
        ("is_relative_to", Some(base)) if !is_symbolic(path) && !is_symbolic(&base) => {
            let base = canonical(&base);
            let inside = path
                .strip_prefix(&*base)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || base == "/");
            Object::Bool(inside)
        }
        ("mkdir" | "touch" | "chmod" | "unlink" | "write_text" | "rename", _) => {
            it.may_raise_anything(receiver);
            return Ok(Object::None.bare());
        }
        ("iterdir", _) => return Ok(files::entries(it, receiver, path, true)),
        ("glob" | "rglob", _) => return Ok(it.unknown("which files match is not known")),
        _ => return Ok(it.unknown(format!("`Path.{name_of}` is not modelled here"))),
    };
    let from: Vec<&Traced> = [receiver].into_iter().chain(&given.positional).collect();
    Ok(it.computed(object, &from))
}

impl Machine<'_> {
    /// Arguments as the functions of `os.path` take them: `os.fspath` of each (PEP 519), so of what has
    /// `__fspath__` or is of a class derived from `str`.
    pub(crate) fn as_paths<'g>(&mut self, given: &'g Arguments) -> Outcome<Cow<'g, Arguments>> {
        let mut given = Cow::Borrowed(given);
        // Nearly all are texts and paths as they are.
        for at in 0..given.positional.len() {
            let value = &given.positional[at];
            if !matches!(value.object, Object::Instance(_)) {
                continue;
            }
            let path = match self.special(value, "__fspath__")? {
                Some(own) => self.call(&own, Vec::new(), Vec::new())?,
                None => self.text_if_path(value),
            };
            given.to_mut().positional[at] = path;
        }
        Ok(given)
    }

    /// An instance of a class derived from `str` or `Path`, as the path it is.
    pub(crate) fn text_if_path(&self, value: &Traced) -> Traced {
        match &value.object {
            Object::Instance(handle) => match &self.heap.instance(*handle).payload {
                Some(payload) => payload.clone().traced(value.trail),
                None => value.clone(),
            },
            _ => value.clone(),
        }
    }
}
