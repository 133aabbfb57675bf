//! Loading modules: where each is found, and what running it comes to.

use crate::fact::Fact;
use crate::python::machine::heap::{Content, Handle, Module};
use crate::python::machine::locate::{Located, clean};
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome, Stop};
use crate::python::native;
use crate::python::{Installed, library};
use crate::source::FileId;
use crate::syntax::python::ast;
use camino::{Utf8Path, Utf8PathBuf};
use std::rc::Rc;

impl<'a> Machine<'a> {
    /// Imports a module by its full name, and those it lies in before it.
    pub(crate) fn import(&mut self, dotted: &str) -> Outcome<Traced> {
        self.step()?;
        self.deeper(|it| it.import_here(dotted))
    }

    fn import_here(&mut self, dotted: &str) -> Outcome<Traced> {
        let key: Rc<str> = dotted.into();
        let loaded = self.heap.binding(self.modules, &key).cloned();
        if let Some(loaded) = loaded
            && !(loaded.perhaps && self.is_run_again(dotted))
        {
            return Ok(self.narrowed(loaded.value));
        }
        let parent = dotted.rsplit_once('.').map(|(parent, name)| (parent.to_owned(), name));
        let around = match &parent {
            Some((parent, _)) => Some(self.import(parent)?),
            None => None,
        };
        // The parent may have imported it on its way.
        if let Some(binding) = self.heap.binding(self.modules, &key).filter(|it| !it.perhaps) {
            return Ok(self.narrowed(binding.value.clone()));
        }
        if let Some(unseen) = around.as_ref().filter(|it| it.object.is_unknown()) {
            return Ok(match &unseen.object {
                Object::Opaque(_) => Object::Opaque(key).bare(),
                _ => self.unknown_from(unseen),
            });
        }
        let located = match self.locate(dotted) {
            Located::Perhaps if self.is_settings_of_site(dotted) => Located::Absent,
            located => located,
        };
        let located = match located {
            // What a project tries to import of its own is often on the server and in no
            // repository: `local_settings`.
            Located::Absent if self.is_tried_anywhere() || self.is_looked_for(dotted) => {
                let is_of_machine = self.is_of_site(dotted);
                if is_of_machine {
                    self.may_be_missing(dotted);
                }
                match is_of_machine {
                    true if self.is_alone => Located::Absent,
                    true if self.has_empty => Located::Opaque,
                    _ => Located::Perhaps,
                }
            }
            Located::Absent if self.is_made_on_site(dotted) => {
                let place = self.place();
                self.left_out.extend(place.map(|it| Fact::at(dotted.to_owned(), it)));
                if self.is_of_site(dotted) {
                    self.is_demanded(dotted);
                }
                Located::Opaque
            }
            located => located,
        };
        let module = match located {
            Located::File { path, file, module, package } => {
                self.run_file(&key, &path, file, module, package)?
            }
            Located::Namespace(folder) => {
                let (module, scope) = self.new_module(&key);
                self.bind_in(scope, "__path__", Object::str(folder.into_string()));
                module
            }
            Located::Library(module) => self.run_library(&key, module)?,
            Located::Unread => self.unknown(format!("`{dotted}` was not read")),
            Located::Opaque => Object::Opaque(key.clone()).bare(),
            Located::Perhaps => {
                let message = format!("No module named '{dotted}'");
                if !self.tries.is_empty() {
                    self.may_raise("ModuleNotFoundError", &message);
                }
                Object::Opaque(key.clone()).bare()
            }
            Located::Absent => {
                let mut message = format!("No module named '{dotted}'");
                if let Some(Traced { object: Object::Module(handle), .. }) = &around
                    && let Some((parent, _)) = &parent
                {
                    let scope = self.heap.module(*handle).map(|it| it.scope);
                    if scope.is_some_and(|it| self.heap.binding(it, "__path__").is_none()) {
                        message = format!("{message}; '{parent}' is not a package");
                    }
                }
                return Err(self.raised("ModuleNotFoundError", message));
            }
        };
        self.heap.set(self.modules, &key, module.clone());
        if let (Some(Traced { object: Object::Module(around), .. }), Some((_, name))) =
            (around, parent)
            && let Some(scope) = self.heap.module(around).map(|it| it.scope)
        {
            self.heap.set(scope, &name.into(), module.clone());
        }
        Ok(module)
    }

    /// Whether a file of the project that only some ways have loaded is run here, as the others
    /// would run it: what it comes to holds on all of them then. Where all ways meet again, once.
    fn is_run_again(&mut self, dotted: &str) -> bool {
        self.tries.is_empty()
            && self.assumed.is_empty()
            && matches!(self.locate_in_project(dotted), Some(Located::File { .. }))
    }

    /// Whether a failing import is caught, and the tree is not all that there is.
    pub(crate) fn is_tried_anywhere(&self) -> bool {
        !self.tries.is_empty() && !matches!(self.request.installed, Installed::Only(_))
    }

    /// Whether a part of a package of the project is made where the site is set up.
    pub(crate) fn is_made_on_site(&self, dotted: &str) -> bool {
        let path = Utf8PathBuf::from(format!("{}.py", self.relative(dotted)));
        let mut roots = self.request.roots.iter();
        dotted.contains('.')
            && roots.any(|root| self.request.files.is_made_on_site(&clean(&root.join(&path))))
    }

    /// Whether the settings look for the file of a module before they import it.
    pub(crate) fn is_looked_for(&self, dotted: &str) -> bool {
        let path = Utf8PathBuf::from(format!("{}.py", self.relative(dotted)));
        let mut roots = self.request.roots.iter();
        roots.any(|root| self.looked_for.contains(&clean(&root.join(&path))))
    }

    fn new_module(&mut self, name: &Rc<str>) -> (Traced, Handle) {
        let scope = self.heap.scope();
        let module = self.heap.add(Content::Module(Module { name: name.clone(), scope }));
        let is_script =
            self.starting.is_some_and(|entry| entry.is_script && *entry.module == **name);
        let called = if is_script { "__main__".into() } else { name.clone() };
        self.bind_in(scope, "__name__", Object::Str(called));
        (Object::Module(module).bare(), scope)
    }

    pub(crate) fn bind_in(&mut self, scope: Handle, name: &str, object: Object) {
        self.heap.set(scope, &name.into(), object.bare());
    }

    fn run_file(
        &mut self,
        key: &Rc<str>,
        path: &Utf8Path,
        file: FileId,
        module: &'a ast::Module,
        package: Option<Utf8PathBuf>,
    ) -> Outcome<Traced> {
        if let Some(place) = self.refused(module) {
            return Err(self.syntax_error(place));
        }
        let (value, scope) = self.new_module(key);
        let absolute = self.request.checkout.absolute(path);
        let is_package = package.is_some();
        let around = match is_package {
            true => Some(&**key),
            false => key.rsplit_once('.').map(|(around, _)| around),
        };
        self.bind_in(scope, "__package__", Object::str(around.unwrap_or_default()));
        self.bind_in(scope, "__doc__", Object::None);
        match absolute {
            Some(absolute) => self.bind_in(scope, "__file__", Object::str(absolute)),
            None => {
                let why = self.why("the place of the file is not known");
                self.bind_in(scope, "__file__", Object::Unknown(why));
            }
        }
        if let Some(folder) = package {
            let folder = Object::str(folder.into_string()).bare();
            let folders = self.list(vec![folder]);
            self.bind_in(scope, "__path__", folders);
        }
        self.heap.set(self.modules, key, value.clone());
        let result = self.run_body(scope, file, module);
        if let Err(stop) = result {
            self.heap.bind(self.modules, key, None);
            return Err(stop);
        }
        Ok(value)
    }

    /// Runs a module's statements in a namespace.
    pub(crate) fn run_body(
        &mut self,
        scope: Handle,
        file: FileId,
        module: &'a ast::Module,
    ) -> Outcome<()> {
        if !self.visited.contains(&file) {
            self.visited.push(file);
        }
        self.module_files.insert(scope, file);
        self.is_python_2 |= module.sets_encoding;
        self.push_module_frame(scope, Some(file));
        let height = self.frames.len();
        let result = self.module_body(&module.body);
        self.frames.truncate(height - 1);
        result
    }

    /// Runs a file's statements in the namespace of another, which stays the other's own.
    pub(crate) fn run_into(
        &mut self,
        scope: Handle,
        file: FileId,
        module: &'a ast::Module,
    ) -> Outcome<()> {
        if let Some(place) = self.refused(module) {
            return Err(self.syntax_error(place));
        }
        let owner = self.module_files.get(&scope).copied();
        let result = self.run_body(scope, file, module);
        if let Some(owner) = owner {
            self.module_files.insert(scope, owner);
        }
        result
    }

    /// Where Python refuses a file: what was written for Python 2 runs where that does.
    fn refused(&self, module: &ast::Module) -> Option<crate::source::Place> {
        module.broken.filter(|_| !(module.is_of_python_2 && self.may_be_python_2()))
    }

    fn syntax_error(&mut self, place: crate::source::Place) -> Stop {
        let stop = self.raised("SyntaxError", "invalid syntax");
        match stop {
            Stop::Raise(mut raised) => {
                raised.place = Some(place);
                Stop::Raise(raised)
            }
            other => other,
        }
    }

    fn run_library(&mut self, key: &Rc<str>, module: &'static ast::Module) -> Outcome<Traced> {
        let (value, scope) = self.new_module(key);
        self.bind_in(scope, "__package__", Object::Str(key.clone()));
        self.bind_in(scope, "__path__", Object::None);
        self.heap.set(self.modules, key, value.clone());
        self.push_module_frame(scope, None);
        let height = self.frames.len();
        let result = self.block(&module.body);
        self.frames.truncate(height - 1);
        result?;
        Ok(value)
    }

    /// What a model of a library does not define: natives for the models themselves, and the
    /// rest of the library as something opaque.
    pub(crate) fn library_attribute(&mut self, module: &str, name: &str) -> Option<Traced> {
        if module == "_kilter" {
            return native::value(self, name);
        }
        library::is_partial(module)
            .then(|| Object::Opaque(format!("{module}.{name}").into()).bare())
    }
}
