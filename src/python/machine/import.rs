//! Imports: modules of the project, models of libraries, and what is only known by name.

use crate::fact::Fact;
use crate::python::machine::fork::Choice;
use crate::python::machine::heap::{Binding, Content, Handle, Module};
use crate::python::machine::locate::{Located, clean};
use crate::python::machine::object::{Object, OneOf, Traced};
use crate::python::machine::trail::{Trail, What};
use crate::python::machine::{Flow, Machine, Outcome, Stop};
use crate::python::native;
use crate::python::{Installed, library};
use crate::source::FileId;
use crate::syntax::python::ast::{self, Alias, Imported};
use camino::{Utf8Path, Utf8PathBuf};
use std::rc::Rc;

impl<'a> Machine<'a> {
    pub(crate) fn import_statement(&mut self, aliases: &'a [Alias]) -> Outcome<()> {
        for alias in aliases {
            let dotted = &alias.name.text;
            self.start_project(dotted)?;
            let module = self.import(dotted)?;
            match &alias.alias {
                Some(alias) => self.bind_name(&alias.text, module),
                None => {
                    let top = dotted.split('.').next().unwrap_or(dotted);
                    let module = self.import(top)?;
                    self.bind_name(top, module);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn import_from(
        &mut self,
        level: usize,
        module: &str,
        names: &'a Imported,
    ) -> Outcome<()> {
        let dotted = self.absolute(level, module)?;
        self.start_project(&dotted)?;
        let module = self.import(&dotted)?;
        match names {
            Imported::Star(_) => self.import_star(&module),
            Imported::Names(aliases) => {
                for alias in aliases {
                    let value = self.imported_name(&module, &dotted, &alias.name.text)?;
                    let name = alias.alias.as_ref().unwrap_or(&alias.name);
                    self.bind_name(&name.text, value);
                }
                Ok(())
            }
        }
    }

    /// The full name of a module named relative to this one.
    pub(crate) fn absolute(&mut self, level: usize, module: &str) -> Outcome<String> {
        if level == 0 {
            return Ok(module.to_owned());
        }
        let globals = self.frame().globals;
        let package = match self.heap.binding(globals, "__package__").map(|it| &it.value.object) {
            Some(Object::Str(package)) => package.to_string(),
            _ => String::new(),
        };
        let mut parts: Vec<&str> = package.split('.').filter(|it| !it.is_empty()).collect();
        if parts.is_empty() {
            let message = "attempted relative import with no known parent package";
            return Err(self.raised("ImportError", message));
        }
        if level > parts.len() {
            let message = "attempted relative import beyond top-level package";
            return Err(self.raised("ImportError", message));
        }
        parts.truncate(parts.len() + 1 - level);
        parts.extend(Some(module).filter(|it| !it.is_empty()));
        Ok(parts.join("."))
    }

    pub(crate) fn imported_name(
        &mut self,
        module: &Traced,
        dotted: &str,
        name: &str,
    ) -> Outcome<Traced> {
        if module.object.is_unknown() {
            return Ok(match &module.object {
                Object::Opaque(_) => Object::Opaque(format!("{dotted}.{name}").into()).bare(),
                _ => self.unknown_from(module),
            });
        }
        if let Object::Module(handle) = &module.object {
            let scope = self.heap.module(*handle).map(|it| it.scope);
            let perhaps =
                scope.and_then(|it| self.heap.binding(it, name)).is_some_and(|it| it.perhaps);
            if perhaps {
                self.may_raise(
                    "ImportError",
                    &format!("cannot import name '{name}' from '{dotted}'"),
                );
            }
        }
        let inner = format!("{dotted}.{name}");
        if self.is_own_model(module, name, &inner) {
            return self.import(&inner);
        }
        if !self.is_surely_absent(module, name) {
            if let Some(value) = self.find_attribute(module, name)? {
                return Ok(value);
            }
            if !matches!(self.locate(&inner), Located::Absent) {
                return self.import(&inner);
            }
            if library::is_partial(dotted) {
                return Ok(Object::Opaque(inner.into()).bare());
            }
        }
        let from = match self.find_attribute(module, "__file__")? {
            Some(Traced { object: Object::Str(path), .. }) => format!(" ({path})"),
            _ => " (unknown location)".to_owned(),
        };
        let message = format!("cannot import name '{name}' from '{dotted}'{from}");
        Err(self.raised("ImportError", message))
    }

    /// Whether a name that a model of a library lacks is a module with a model of its own.
    fn is_own_model(&mut self, module: &Traced, name: &str, inner: &str) -> bool {
        let Object::Module(handle) = &module.object else { return false };
        let Some(scope) = self.heap.module(*handle).map(|it| it.scope) else { return false };
        library::module(inner).is_some()
            && self.heap.binding(scope, name).is_none()
            && matches!(self.locate(inner), Located::Library(_))
    }

    /// Whether a model says that this release of the library has no such name.
    fn is_surely_absent(&self, module: &Traced, name: &str) -> bool {
        let Object::Module(handle) = &module.object else { return false };
        let Some(scope) = self.heap.module(*handle).map(|it| it.scope) else { return false };
        let listed = self.heap.binding(scope, "_absent").filter(|it| !it.perhaps);
        match listed.map(|it| &it.value.object) {
            Some(Object::Tuple(names)) => {
                names.iter().any(|it| it.object.text().is_some_and(|it| **it == *name))
            }
            _ => false,
        }
    }

    /// A module that was imported on several ways, each with its own: the first that is still open,
    /// and what leads to it.
    fn one_way(&self, modules: &OneOf) -> Option<(Choice, Traced)> {
        let way = |member: &Traced| {
            let taken = modules.members.iter().map(|it| self.same(it, member)).collect();
            Choice { branch: modules.branch, taken }
        };
        let mut open = modules.members.iter().map(|it| (way(it), it));
        let (choice, first) = open.find(|(choice, _)| self.settled(choice) != Some(false))?;
        matches!(first.object, Object::Module(_)).then(|| (choice, first.clone()))
    }

    pub(crate) fn import_star(&mut self, module: &Traced) -> Outcome<()> {
        let module = &self.narrowed(module.clone());
        if let Object::OneOf(one) = &module.object
            && let Some((choice, first)) = self.one_way(one)
        {
            let of = |it: &mut Self, module: &Traced| it.import_star(module).map(|()| Flow::Next);
            self.fork_flow(&choice, |it| of(it, &first), |it| of(it, module))?;
            return Ok(());
        }
        let scope = self.frame().scope;
        let Object::Module(handle) = &module.object else {
            let shown = match &module.object {
                Object::Opaque(name) => format!("every name of `{name}` is imported"),
                _ => "every name of a module that is not known is imported".to_owned(),
            };
            self.blur_names(scope, &shown);
            // Modules that are imported for all their names read the environment as settings do.
            self.may_raise("Exception", &shown);
            return Ok(());
        };
        let Some(source) = self.heap.module(*handle).map(|it| it.scope) else { return Ok(()) };
        let names = self.heap.names(source).clone();
        let listed = names.names.get("__all__").map(|it| it.value.clone());
        let chosen: Vec<Rc<str>> = match listed {
            Some(listed) => {
                let mut chosen = Vec::new();
                for item in self.iterate(&listed)? {
                    match item.object {
                        Object::Str(name) => chosen.push(name),
                        _ => self.blur_names(scope, "`__all__` is not known"),
                    }
                }
                chosen
            }
            None => names.names.keys().filter(|it| !it.starts_with('_')).cloned().collect(),
        };
        if let Some(more) = &names.more {
            let why = more.why.clone();
            self.blur_names(scope, &why);
        }
        for name in chosen {
            match names.names.get(&name) {
                Some(binding) if binding.perhaps => {
                    let new = binding.value.clone();
                    let choice = self.fresh_choice();
                    let binding = match self.heap.binding(scope, &name).cloned() {
                        Some(old) => Binding {
                            value: self.join(&choice, new, old.value),
                            perhaps: old.perhaps,
                        },
                        None => self.perhaps_bound(new),
                    };
                    self.heap.bind(scope, &name, Some(binding));
                }
                Some(binding) => {
                    let value = self.passed_on(*handle, binding.value.clone());
                    self.heap.bind(scope, &name, Some(Binding { value, perhaps: false }));
                }
                None => {
                    let dotted = self.heap.module(*handle).map_or("".into(), |it| it.name.clone());
                    let value = self.imported_name(module, &dotted, &name)?;
                    self.heap.bind(scope, &name, Some(Binding { value, perhaps: false }));
                }
            }
        }
        Ok(())
    }

    /// A value as it is known where a module was imported for all its names.
    fn passed_on(&mut self, module: Handle, value: Traced) -> Traced {
        if self.in_library() || value.trail == Trail::NONE {
            return value;
        }
        let name = self.heap.module(module).map_or("".into(), |it| it.name.clone());
        let place = self.place();
        let trail = self.trails.add(place, What::Imported(name), [value.trail, Trail::NONE]);
        value.object.traced(trail)
    }

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
            // What a project tries to import of its own is often on the server and in no
            // repository: `local_settings`.
            Located::Absent if self.is_tried_anywhere() => Located::Perhaps,
            Located::Absent if self.is_made_on_site(dotted) => {
                let place = self.place();
                self.left_out.extend(place.map(|it| Fact::at(dotted.to_owned(), it)));
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
        let binding = Binding { value: module.clone(), perhaps: false };
        self.heap.bind(self.modules, &key, Some(binding.clone()));
        if let (Some(Traced { object: Object::Module(around), .. }), Some((_, name))) =
            (around, parent)
            && let Some(scope) = self.heap.module(around).map(|it| it.scope)
        {
            self.heap.bind(scope, &name.into(), Some(binding));
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
    fn is_made_on_site(&self, dotted: &str) -> bool {
        let path = Utf8PathBuf::from(format!("{}.py", dotted.replace('.', "/")));
        let mut roots = self.request.roots.iter();
        dotted.contains('.')
            && roots.any(|root| self.request.files.is_made_on_site(&clean(&root.join(&path))))
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
        let binding = Binding { value: object.bare(), perhaps: false };
        self.heap.bind(scope, &name.into(), Some(binding));
    }

    fn run_file(
        &mut self,
        key: &Rc<str>,
        path: &Utf8Path,
        file: FileId,
        module: &'a ast::Module,
        package: Option<Utf8PathBuf>,
    ) -> Outcome<Traced> {
        if let Some(place) = module.broken {
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
        self.heap.bind(self.modules, key, Some(Binding { value: value.clone(), perhaps: false }));
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
        if let Some(place) = module.broken {
            return Err(self.syntax_error(place));
        }
        let owner = self.module_files.get(&scope).copied();
        let result = self.run_body(scope, file, module);
        if let Some(owner) = owner {
            self.module_files.insert(scope, owner);
        }
        result
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
        let binding = Binding { value: value.clone(), perhaps: false };
        self.heap.bind(self.modules, key, Some(binding));
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
