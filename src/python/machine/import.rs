//! Statements that import, and what names they bind.

use crate::python::library;
use crate::python::machine::fork::Choice;
use crate::python::machine::heap::{Binding, Handle};
use crate::python::machine::locate::Located;
use crate::python::machine::object::{Object, OneOf, Traced};
use crate::python::machine::trail::{Trail, What};
use crate::python::machine::{Flow, Machine, Outcome};
use crate::syntax::python::ast::{Alias, Imported};
use std::rc::Rc;

impl<'a> Machine<'a> {
    pub(crate) fn import_statement(&mut self, aliases: &'a [Alias]) -> Outcome<()> {
        for alias in aliases {
            let dotted = &alias.name.text;
            self.start_project(dotted)?;
            let beside = self.beside(dotted);
            let dotted = beside.as_deref().unwrap_or(dotted);
            let module = self.import(dotted)?;
            match &alias.alias {
                None if beside.is_some() => self.bind_name(&alias.name.text, module),
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
            return Ok(self.beside(module).unwrap_or_else(|| module.to_owned()));
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
            if !matches!(self.locate(&inner), Located::Absent) || self.may_be_put_in(module, &inner)
            {
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

    /// Whether a package has room for a module that is made where the site is set up:
    /// `from main import params`.
    fn may_be_put_in(&self, package: &Traced, inner: &str) -> bool {
        let Object::Module(handle) = &package.object else { return false };
        let Some(scope) = self.heap.module(*handle).map(|it| it.scope) else { return false };
        self.heap.binding(scope, "__path__").is_some()
            && (self.is_tried_anywhere()
                || self.is_looked_for(inner)
                || self.is_made_on_site(inner))
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
            match &module.object {
                Object::Opaque(name) if self.has_empty && self.is_of_site(name) => return Ok(()),
                Object::Opaque(name) if self.is_of_site(name) => {
                    self.blur_but_structure(scope, name, &shown);
                }
                _ => self.blur_names(scope, &shown),
            }
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
                    let when = binding.when.clone();
                    let choice = when.clone().unwrap_or_else(|| self.fresh_choice());
                    let binding = match self.heap.binding(scope, &name).cloned() {
                        Some(old) => Binding {
                            value: self.join(&choice, new, old.value),
                            perhaps: old.perhaps,
                            when: None,
                        },
                        None => Binding { when, ..Binding::perhaps(new) },
                    };
                    self.heap.bind(scope, &name, Some(binding));
                }
                Some(binding) => {
                    let value = self.passed_on(*handle, binding.value.clone());
                    self.heap.set(scope, &name, value);
                }
                None => {
                    let dotted = self.heap.module(*handle).map_or("".into(), |it| it.name.clone());
                    let value = self.imported_name(module, &dotted, &name)?;
                    self.heap.set(scope, &name, value);
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
}
