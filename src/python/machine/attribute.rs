//! Attributes: what `x.name` is, for every kind of object.

use crate::python::machine::heap::Handle;
use crate::python::machine::object::{Decorator, Object, Traced, Type};
use crate::python::machine::types::{has_method, has_type_method};
use crate::python::machine::{Machine, Outcome};
use crate::python::plain;
use crate::python::{library, native, paths};
use std::rc::Rc;

impl Machine<'_> {
    pub(crate) fn attribute(&mut self, value: &Traced, name: &str) -> Outcome<Traced> {
        if let Object::OneOf(_) = value.object {
            return self.each_member(value, |it, value| it.attribute(value, name));
        }
        match self.find_attribute(value, name)? {
            Some(found) => Ok(found),
            None => match self.left_out_of_model(value, name) {
                Some(found) => Ok(found),
                None => Err(self.no_attribute(value, name)),
            },
        }
    }

    /// What an instance may have that kilter's model of its library has not, as models hold what
    /// settings use most.
    fn left_out_of_model(&mut self, value: &Traced, name: &str) -> Option<Traced> {
        let Object::Instance(handle) = &value.object else { return None };
        let class = self.heap.class(self.heap.instance(*handle).class);
        let dotted = format!("{}.{}.{name}", class.module, class.name);
        library::is_partial(&class.module).then(|| {
            self.may_raise("AttributeError", &format!("`{dotted}` is not modelled"));
            Object::Opaque(dotted.into()).traced(value.trail)
        })
    }

    fn no_attribute(&mut self, value: &Traced, name: &str) -> crate::python::machine::Stop {
        let message = match &value.object {
            Object::Module(handle) => {
                let module = self.heap.module(*handle).map_or("".into(), |it| it.name.clone());
                format!("module '{module}' has no attribute '{name}'")
            }
            Object::Class(handle) => {
                let class = self.heap.class(*handle).name.clone();
                format!("type object '{class}' has no attribute '{name}'")
            }
            Object::Type(kind) => {
                format!("type object '{}' has no attribute '{name}'", kind.name())
            }
            other => format!("'{}' object has no attribute '{name}'", self.type_name(other)),
        };
        self.raised("AttributeError", message)
    }

    /// The attribute, or none where Python raises AttributeError.
    pub(crate) fn find_attribute(&mut self, value: &Traced, name: &str) -> Outcome<Option<Traced>> {
        match &value.object {
            Object::Unknown(_) | Object::Rest(_) => {
                self.may_raise_anything(value);
                Ok(Some(self.unknown_from(value)))
            }
            Object::Opaque(owner) => {
                let dotted = format!("{owner}.{name}");
                Ok(Some(Object::Opaque(dotted.into()).traced(value.trail)))
            }
            Object::Module(handle) => self.module_attribute(*handle, name),
            Object::Class(handle) => self.class_attribute(value, *handle, name),
            Object::Instance(handle) => self.instance_attribute(value, *handle, name),
            Object::Super(inner) => {
                let (class, receiver) = (inner.0, inner.1.clone());
                self.super_attribute(class, &receiver, name)
            }
            Object::Function(function) => {
                let attributes = function.attributes;
                if let Some(binding) = self.heap.binding(attributes, name) {
                    return Ok(Some(binding.value.clone()));
                }
                Ok(match name {
                    "__name__" | "__qualname__" => Some(Object::Str(function.name.clone()).bare()),
                    "__doc__" | "__module__" | "__dict__" | "__wrapped__" | "__code__" => {
                        Some(self.unknown("attributes of functions are not modelled"))
                    }
                    _ => None,
                })
            }
            Object::Method(inner) => {
                let function = inner.1.clone();
                match name {
                    "__self__" => Ok(Some(inner.0.clone())),
                    _ => self.find_attribute(&function, name),
                }
            }
            Object::Path(path) => {
                let path = path.clone();
                paths::attribute(self, value, &path, name)
            }
            Object::Type(kind) => self.type_attribute(*kind, name),
            Object::Decorated(Decorator::Property, getter) if name == "setter" => {
                let getter = getter.as_ref().clone();
                let keep = native::find("keep_property");
                Ok(keep.map(|keep| {
                    Object::Method(Rc::new((getter, Object::Native(keep).bare()))).bare()
                }))
            }
            other => match plain::plain_attribute(self, value, name) {
                Some(found) => Ok(Some(found)),
                None if has_method(other, name) => Ok(Some(
                    Object::NativeMethod(Rc::new((value.clone(), name.into()))).traced(value.trail),
                )),
                None if matches!(name, "__class__" | "__doc__" | "__dict__") => {
                    Ok(Some(self.unknown("it is not modelled")))
                }
                None => Ok(None),
            },
        }
    }

    fn module_attribute(&mut self, handle: Handle, name: &str) -> Outcome<Option<Traced>> {
        let Some(module) = self.heap.module(handle).cloned() else { return Ok(None) };
        if let Some(binding) = self.heap.binding(module.scope, name) {
            return Ok(Some(self.narrowed(binding.value.clone())));
        }
        if let Some(more) = self.heap.names(module.scope).more.clone() {
            return Ok(Some(self.unknown(more.why.clone())));
        }
        if name == "__dict__" {
            return Ok(Some(Object::Names(module.scope).bare()));
        }
        let dotted: Rc<str> = format!("{}.{name}", module.name).into();
        if let Some(binding) = self.heap.binding(self.modules, &dotted) {
            return Ok(Some(binding.value.clone()));
        }
        if let Some(native) = self.library_attribute(&module.name, name) {
            return Ok(Some(native));
        }
        Ok(None)
    }

    /// A name looked up on a class and its ancestors, unbound.
    pub(crate) fn look_up(&mut self, order: &[Object], name: &str) -> Option<Traced> {
        for class in order {
            match class {
                Object::Class(handle) => {
                    let scope = self.heap.class(*handle).scope;
                    if let Some(binding) = self.heap.binding(scope, name) {
                        return Some(self.narrowed(binding.value.clone()));
                    }
                    if let Some(more) = self.heap.names(scope).more.clone() {
                        return Some(self.unknown(more.why.clone()));
                    }
                }
                Object::Type(kind) if *kind != Type::Object && has_type_method(*kind, name) => {
                    let method = (Object::Type(*kind).bare(), name.into());
                    return Some(Object::NativeMethod(Rc::new(method)).bare());
                }
                it if it.is_unknown() => {
                    return Some(self.unknown("a base class is not modelled"));
                }
                _ => {}
            }
        }
        None
    }

    fn class_attribute(
        &mut self,
        value: &Traced,
        handle: Handle,
        name: &str,
    ) -> Outcome<Option<Traced>> {
        let class = self.heap.class(handle).clone();
        match name {
            "__name__" | "__qualname__" => return Ok(Some(Object::Str(class.name).bare())),
            "__module__" => return Ok(Some(Object::Str(class.module).bare())),
            "__dict__" => return Ok(Some(Object::Names(class.scope).bare())),
            "__mro__" => {
                let last = Object::Type(Type::Object);
                let order = class.order.iter().cloned().chain([last]).map(Object::bare).collect();
                return Ok(Some(Object::Tuple(order).bare()));
            }
            "__bases__" => {
                let bases = class.bases.iter().cloned().map(Object::bare).collect();
                return Ok(Some(Object::Tuple(bases).bare()));
            }
            "__members__" | "__subclasses__" => {
                return Ok(Some(self.unknown("it is not modelled")));
            }
            "mro" => return Ok(Some(self.unknown("it is not modelled"))),
            _ => {}
        }
        let Some(found) = self.look_up(&class.order, name) else {
            return Ok(match name {
                "__doc__" => Some(Object::None.bare()),
                "__init__" | "__new__" | "__setattr__" | "__init_subclass__" => {
                    let method = (value.clone(), name.into());
                    Some(Object::NativeMethod(Rc::new(method)).bare())
                }
                _ => None,
            });
        };
        Ok(Some(match &found.object {
            Object::Decorated(Decorator::ClassMethod, inner) => {
                Object::Method(Rc::new((value.clone(), inner.as_ref().clone()))).bare()
            }
            Object::Decorated(Decorator::StaticMethod, inner) => inner.as_ref().clone(),
            _ => found,
        }))
    }

    fn instance_attribute(
        &mut self,
        value: &Traced,
        handle: Handle,
        name: &str,
    ) -> Outcome<Option<Traced>> {
        let instance = self.heap.instance(handle).clone();
        let order = self.heap.class(instance.class).order.clone();
        let from_class = self.look_up(&order, name);
        if let Some(found) = &from_class
            && let Object::Decorated(Decorator::Property | Decorator::CachedProperty, getter) =
                &found.object
        {
            let getter = getter.as_ref().clone();
            return self.call(&getter, vec![value.clone()], Vec::new()).map(Some);
        }
        if let Some(binding) = self.heap.binding(instance.scope, name) {
            return Ok(Some(self.narrowed(binding.value.clone())));
        }
        if let Some(more) = self.heap.names(instance.scope).more.clone() {
            return Ok(Some(self.unknown(more.why.clone())));
        }
        match name {
            "__class__" => return Ok(Some(Object::Class(instance.class).bare())),
            "__dict__" => return Ok(Some(Object::Names(instance.scope).bare())),
            _ => {}
        }
        if let Some(found) = from_class {
            return Ok(Some(self.bound(value, found)));
        }
        if let Some(payload) = instance.payload {
            let payload = payload.traced(value.trail);
            if let Some(found) = self.find_attribute(&payload, name)? {
                return Ok(Some(found));
            }
        }
        if let Some(fallback) = self.look_up(&order, "__getattr__") {
            let fallback = self.bound(value, fallback);
            let name = Object::str(name).bare();
            return self.call(&fallback, vec![name], Vec::new()).map(Some);
        }
        if matches!(name, "__init__" | "__setattr__" | "__repr__" | "__str__") {
            let method = (value.clone(), name.into());
            return Ok(Some(Object::NativeMethod(Rc::new(method)).bare()));
        }
        Ok(None)
    }

    /// What a class's attribute becomes when it is reached through an instance.
    fn bound(&mut self, receiver: &Traced, found: Traced) -> Traced {
        match &found.object {
            Object::Function(_) => {
                Object::Method(Rc::new((receiver.clone(), found.clone()))).traced(found.trail)
            }
            Object::Decorated(Decorator::StaticMethod, inner) => inner.as_ref().clone(),
            Object::Decorated(Decorator::ClassMethod, inner) => {
                let class = match &receiver.object {
                    Object::Instance(handle) => Object::Class(self.heap.instance(*handle).class),
                    other => other.clone(),
                };
                Object::Method(Rc::new((class.bare(), inner.as_ref().clone()))).bare()
            }
            Object::NativeMethod(inner) if matches!(inner.0.object, Object::Type(_)) => {
                let payload = match &receiver.object {
                    Object::Instance(handle) => self.heap.instance(*handle).payload.clone(),
                    _ => None,
                };
                match payload {
                    Some(payload) => {
                        let method = (payload.traced(receiver.trail), inner.1.clone());
                        Object::NativeMethod(Rc::new(method)).bare()
                    }
                    None => found,
                }
            }
            _ => found,
        }
    }

    fn super_attribute(
        &mut self,
        after: Handle,
        receiver: &Traced,
        name: &str,
    ) -> Outcome<Option<Traced>> {
        let class = match &receiver.object {
            Object::Instance(handle) => self.heap.instance(*handle).class,
            Object::Class(handle) => *handle,
            _ => return Ok(Some(self.unknown_from(receiver))),
        };
        let order = self.heap.class(class).order.clone();
        let at = order.iter().position(|it| matches!(it, Object::Class(it) if *it == after));
        let rest = &order[at.map_or(0, |at| at + 1)..];
        if let Some(found) = self.look_up(rest, name) {
            if let Object::Decorated(Decorator::Property | Decorator::CachedProperty, getter) =
                &found.object
            {
                let getter = getter.as_ref().clone();
                return self.call(&getter, vec![receiver.clone()], Vec::new()).map(Some);
            }
            let receiver = match (&receiver.object, &found.object) {
                (Object::Class(_), Object::Function(_)) => return Ok(Some(found)),
                _ => receiver.clone(),
            };
            return Ok(Some(self.bound(&receiver, found)));
        }
        let method = (receiver.clone(), name.into());
        Ok(Some(Object::NativeMethod(Rc::new(method)).bare()))
    }

    fn type_attribute(&mut self, kind: Type, name: &str) -> Outcome<Option<Traced>> {
        if matches!(name, "__name__" | "__qualname__") {
            return Ok(Some(Object::str(kind.name()).bare()));
        }
        if let Some(found) = plain::type_attribute(kind, name) {
            return Ok(Some(found));
        }
        if has_type_method(kind, name) || name.starts_with("__") {
            let method = (Object::Type(kind).bare(), name.into());
            return Ok(Some(Object::NativeMethod(Rc::new(method)).bare()));
        }
        Ok(None)
    }

    /// A special method of an instance, which is looked up on its class alone.
    pub(crate) fn special(&mut self, value: &Traced, name: &str) -> Outcome<Option<Traced>> {
        let Object::Instance(handle) = &value.object else { return Ok(None) };
        let class = self.heap.instance(*handle).class;
        let order = self.heap.class(class).order.clone();
        for class in order.iter() {
            let Object::Class(handle) = class else { continue };
            let scope = self.heap.class(*handle).scope;
            if let Some(binding) = self.heap.binding(scope, name) {
                let found = binding.value.clone();
                return Ok(Some(self.bound(value, found)));
            }
        }
        Ok(None)
    }

    pub(crate) fn has_unknown_base(&self, instance: Handle) -> bool {
        let class = self.heap.instance(instance).class;
        self.heap.class(class).order.iter().any(Object::is_unknown)
    }

    /// The namespace that attributes of this object are set in.
    pub(crate) fn scope_in(&self, object: &Object) -> Option<Handle> {
        match object {
            Object::Module(handle) => self.heap.module(*handle).map(|it| it.scope),
            Object::Class(handle) => Some(self.heap.class(*handle).scope),
            Object::Instance(handle) => Some(self.heap.instance(*handle).scope),
            Object::Function(function) => Some(function.attributes),
            Object::Method(inner) => self.scope_in(&inner.1.object),
            _ => None,
        }
    }

    pub(crate) fn set_attribute(
        &mut self,
        owner: &Traced,
        name: &str,
        value: Traced,
    ) -> Outcome<()> {
        if let Object::OneOf(_) = owner.object {
            self.each_member(owner, |it, owner| {
                it.set_attribute(owner, name, value.clone())?;
                Ok(Object::None.bare())
            })?;
            return Ok(());
        }
        if let Some(method) = self.special(owner, "__setattr__")? {
            let name = Object::str(name).bare();
            self.call(&method, vec![name, value], Vec::new())?;
            return Ok(());
        }
        self.set_attribute_plainly(owner, name, value)
    }

    pub(crate) fn set_attribute_plainly(
        &mut self,
        owner: &Traced,
        name: &str,
        value: Traced,
    ) -> Outcome<()> {
        match self.scope_in(&owner.object) {
            Some(scope) => {
                self.heap.set(scope, &name.into(), value);
                Ok(())
            }
            None if owner.object.is_unknown() => Ok(()),
            None => Err(self.no_attribute(owner, name)),
        }
    }
}

/// What the heap holds for one kind of thing, for messages.
impl Machine<'_> {}
