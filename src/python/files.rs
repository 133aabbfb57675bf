//! Files that settings read: what lies in the tree is known, all else is not.

use crate::python::machine::call::Arguments;
use crate::python::machine::heap::{Content, Instance};
use crate::python::machine::locate::clean;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::trail::{Trail, What};
use crate::python::machine::{Machine, Outcome};
use crate::python::paths;
use crate::python::{Found, native};
use crate::source::Place;
use camino::{Utf8Path, Utf8PathBuf};

/// What there is at a path of the process.
pub(crate) enum At<'a> {
    Text(Place, &'a str),
    Folder(Vec<String>),
    Unread,
    Absent,
    /// It is not part of the tree.
    Elsewhere,
}

impl<'a> Machine<'a> {
    /// The path in the tree of a path of the process.
    pub(crate) fn in_tree(&self, path: &str) -> Option<Utf8PathBuf> {
        let absolute = paths::absolute(self, path)?;
        self.request.checkout.relative(&absolute)
    }

    pub(crate) fn file_at(&mut self, path: &str) -> At<'a> {
        let Some(path) = self.in_tree(path) else { return At::Elsewhere };
        let path = clean(&path);
        let found = self.request.files.find(&path);
        self.at(path, found)
    }

    /// The same where a library searches several folders.
    pub(crate) fn searched_at(&mut self, path: &str) -> At<'a> {
        let Some(path) = self.in_tree(path) else { return At::Elsewhere };
        let path = clean(&path);
        let found = self.request.files.search(&path);
        self.at(path, found)
    }

    fn at(&mut self, path: Utf8PathBuf, found: Found<'a>) -> At<'a> {
        match found {
            Found::Module { file, text, .. } | Found::Text { file, text } => {
                At::Text(Place::new(file, 0, text.len()), text)
            }
            Found::Unread => {
                self.wants.insert(path);
                At::Unread
            }
            Found::Directory(names) => At::Folder(names),
            Found::Absent => At::Absent,
        }
    }
}

pub(crate) fn exists(it: &mut Machine<'_>, value: &Traced, path: &str, how: &str) -> Traced {
    let open = |it: &mut Machine<'_>| {
        let choice = it.choice_about(format!("{path} {how}"));
        it.boolean_of(&choice, &[value])
    };
    let answer = match it.in_tree(path) {
        None => return open(it),
        Some(inside) => match it.request.files.find(&clean(&inside)) {
            Found::Absent if may_be_there(it, &clean(&inside)) => {
                it.looked_for.insert(clean(&inside));
                return open(it);
            }
            Found::Absent => false,
            Found::Directory(_) => how != "is_file",
            Found::Module { .. } | Found::Text { .. } | Found::Unread => how != "is_dir",
        },
    };
    let answer = answer && how != "is_symlink";
    it.computed(Object::Bool(answer), &[value])
}

/// Whether a file that the tree lacks may be where the settings run: git ignores what is put there.
fn may_be_there(it: &Machine<'_>, path: &Utf8Path) -> bool {
    it.request.files.may_appear(path) || it.request.files.is_made_on_site(path)
}

/// The names in a folder, or the paths.
pub(crate) fn entries(it: &mut Machine<'_>, value: &Traced, path: &str, as_paths: bool) -> Traced {
    let At::Folder(names) = it.file_at(path) else {
        it.may_raise_anything(value);
        return it.unknown("what is in the folder is not known");
    };
    // The order is the file system's.
    if names.len() > 1 {
        return it.unknown("the order of a folder's entries is not known");
    }
    let items = names.into_iter().map(|name| match as_paths {
        true => Object::Path(paths::join(path, &name).into()).bare(),
        false => Object::str(name).bare(),
    });
    let items = items.collect();
    it.list(items).bare()
}

/// The whole text of a file, as `read_text` gives it.
pub(crate) fn read(
    it: &mut Machine<'_>,
    receiver: &Traced,
    path: &str,
    how: &str,
) -> Outcome<Traced> {
    match it.file_at(path) {
        At::Text(place, text) => {
            let what = What::Read(path.into());
            let trail = it.trails.add(Some(place), what, [receiver.trail, Trail::NONE]);
            let object = match how {
                "read_bytes" => Object::Bytes(text.as_bytes().into()),
                _ => Object::str(text.replace("\r\n", "\n")),
            };
            Ok(object.traced(trail))
        }
        At::Unread => Ok(it.unknown("the file was not read")),
        // As with modules, what is tried may be on the server alone.
        At::Absent if it.is_tried_anywhere() || is_made_on_site(it, path) => {
            it.may_raise("FileNotFoundError", &format!("No such file or directory: '{path}'"));
            Ok(it.unknown(format!("`{path}` may be on the server")))
        }
        At::Absent => {
            let message = format!("[Errno 2] No such file or directory: '{path}'");
            Err(it.raised("FileNotFoundError", message))
        }
        At::Folder(_) => {
            let message = format!("[Errno 21] Is a directory: '{path}'");
            Err(it.raised("IsADirectoryError", message))
        }
        At::Elsewhere => {
            it.may_raise("FileNotFoundError", &format!("No such file or directory: '{path}'"));
            Ok(it.unknown(format!("`{path}` is not part of the repository")))
        }
    }
}

/// Whether a file that is not in view is one that each machine has for itself: git ignores it, an
/// example of it lies beside its place, or it is data without which nothing could ever have run, as
/// a secret that something writes there. Settings of a machine's own, which are read to be executed,
/// are left out as a module is that is not there.
pub(super) fn is_made_on_site(it: &Machine<'_>, path: &str) -> bool {
    let inside = it.in_tree(path).filter(|_| !path.ends_with(".py"));
    inside.is_some_and(|inside| {
        let (files, inside) = (it.request.files, clean(&inside));
        files.is_made_on_site(&inside) || files.may_be_put(&inside)
    })
}

/// `open(path)`: an object with the text, or unknown.
pub(crate) fn open(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let Some(path) = given.get(0, "file").cloned() else {
        return Err(it.raised("TypeError", "open() missing required argument 'file' (pos 1)"));
    };
    let mode = match given.get(1, "mode").map(|it| it.object.clone()) {
        None => "r".into(),
        Some(Object::Str(mode)) => mode,
        Some(_) => return Ok(it.unknown("how the file is opened is not known")),
    };
    it.each_way(&path, |it, path| {
        let Some(text) = paths::text(&path.object) else {
            it.may_raise_anything(path);
            return Ok(it.unknown_from(path));
        };
        if mode.contains(['w', 'a', 'x', '+']) {
            it.may_raise_anything(path);
            return Ok(it.unknown("what is written is not followed"));
        }
        let how = if mode.contains('b') { "read_bytes" } else { "read_text" };
        let contents = read(it, path, &text, how)?;
        if contents.object.is_unknown() {
            return Ok(contents);
        }
        Ok(it.open_file(contents, path))
    })
}

impl Machine<'_> {
    /// An instance of the model's file class.
    fn open_file(&mut self, contents: Traced, path: &Traced) -> Traced {
        let class = self.heap.binding(self.builtins, "_File").map(|it| it.value.object.clone());
        let Some(Object::Class(class)) = class else {
            return self.unknown("files are not modelled");
        };
        let scope = self.heap.scope();
        for (name, value) in [("_contents", contents.clone()), ("name", path.clone())] {
            self.heap.set(scope, &name.into(), value);
        }
        let made = Instance { class, scope, payload: None };
        Object::Instance(self.heap.add(Content::Instance(made))).traced(contents.trail)
    }
}

/// `exec`: of a module of the tree, whose text was read or compiled, or of what is not known.
pub(crate) fn execute(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let Some(code) = given.first().cloned() else { return Ok(Object::None.bare()) };
    let scope = match given.positional.get(1).map(|it| it.object.clone()) {
        Some(Object::Names(scope)) => Some(scope),
        None => Some(it.frame().scope),
        Some(_) => None,
    };
    if let (Some(place), Some(scope)) = (native::text_of_file(it, &code), scope)
        && let Some(module) = module_of(it, place)
    {
        it.run_into(scope, place.file, module)?;
        return Ok(Object::None.bare());
    }
    it.may_raise_anything(&code);
    match scope {
        Some(scope) => it.blur_names(scope, "`exec` runs code that is not known"),
        None => {
            for value in given.positional.iter().skip(1) {
                it.touched(value, "`exec` runs code that is not known");
            }
        }
    }
    Ok(Object::None.bare())
}

/// The module whose whole text this is.
fn module_of<'a>(it: &Machine<'a>, place: Place) -> Option<&'a crate::syntax::python::ast::Module> {
    it.request.files.module(place.file)
}
