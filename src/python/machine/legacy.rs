//! What holds in Python 2 alone, for the projects that still run with it.

use crate::python::files;
use crate::python::machine::call::{Arguments, Native};
use crate::python::machine::locate::Located;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome};
use crate::python::paths;

/// Names that every module of Python 2 has, and none of Python 3.
const BUILTINS: &[&str] = &[
    "basestring",
    "buffer",
    "cmp",
    "file",
    "long",
    "raw_input",
    "reduce",
    "reload",
    "unichr",
    "unicode",
    "xrange",
];

impl Machine<'_> {
    /// Whether Python 2 may run this: no Django from 2.0 on does (release notes, "Python
    /// compatibility").
    pub(crate) fn may_be_python_2(&self) -> bool {
        let is_later = |name: &str, version: [u64; 2]| {
            let range = (self.request.versions)(name);
            range.is_some_and(|it| it.at_least(version) == Some(true))
        };
        !is_later("django", [2, 0]) && !is_later("python", [3, 0])
    }

    /// A module that stands beside this one and that no other path leads to: Python 2 looks there
    /// first (PEP 328), and in Python 3 nothing would ever have started.
    pub(crate) fn beside(&mut self, module: &str) -> Option<String> {
        let file = self.frame().file;
        let globals = self.frame().globals;
        if file.is_none() || module.is_empty() || !self.may_be_python_2() {
            return None;
        }
        let package = match &self.heap.binding(globals, "__package__")?.value.object {
            Object::Str(package) if !package.is_empty() => package.to_string(),
            _ => return None,
        };
        let top = module.split('.').next().unwrap_or(module);
        if !matches!(self.locate(top), Located::Perhaps | Located::Absent) {
            return None;
        }
        let beside = format!("{package}.{module}");
        let found = self.locate_in_project(&beside)?;
        matches!(found, Located::File { .. } | Located::Unread).then_some(beside)
    }

    /// What a name means that Python 3 does not have.
    pub(crate) fn builtin_of_python_2(&self, name: &str) -> Option<Object> {
        let django = (self.request.versions)("django");
        let is_old = django.is_some_and(|it| it.at_least([2, 0]) == Some(false));
        // `reload(sys)`, `sys.setdefaultencoding('utf8')`: the settings themselves say what runs them.
        // Who tries a name has something else for Python 3.
        if !is_old && !self.is_python_2 || !self.may_be_python_2() || !self.tries.is_empty() {
            return None;
        }
        if name == EXECFILE.name {
            return Some(Object::Native(&EXECFILE));
        }
        BUILTINS.contains(&name).then(|| Object::Opaque(name.into()))
    }
}

static EXECFILE: Native = Native { name: "execfile", run: execute_file, pure: false };

fn execute_file(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let Some(path) = given.first().cloned() else { return Ok(Object::None.bare()) };
    let text = match paths::text(&path.object) {
        Some(text) => files::read(it, &path, &text, "read_text")?,
        None => it.unknown_from(&path),
    };
    let rest = given.positional.iter().skip(1).cloned();
    let positional: Vec<Traced> = [text].into_iter().chain(rest).collect();
    files::execute(it, Arguments { positional, ..given })
}
