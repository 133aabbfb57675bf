//! Classes and their instances.

use crate::python::construct;
use crate::python::machine::call::Arguments;
use crate::python::machine::fork::Truth;
use crate::python::machine::heap::{Class, Content, Handle, Instance};
use crate::python::machine::object::{Object, Traced, Type};
use crate::python::machine::{Frame, Machine, Outcome};
use crate::syntax::python::ast::{self, Argument, Comparison};
use std::rc::Rc;

impl<'a> Machine<'a> {
    pub(crate) fn class_statement(&mut self, class: &'a ast::Class) -> Outcome<Traced> {
        let mut bases = Vec::new();
        let mut keywords = Vec::new();
        for argument in &class.arguments {
            match argument {
                Argument::Positional(base) => bases.push(self.expression(base)?),
                Argument::Spread(many) => {
                    let many = self.expression(many)?;
                    bases.extend(self.iterate(&many)?);
                }
                Argument::Keyword(name, value) => {
                    let value = self.expression(value)?;
                    keywords.push((Rc::from(name.text.as_str()), value));
                }
                Argument::SpreadKeywords(values) => {
                    let values = self.expression(values)?;
                    keywords.extend(self.keyword_pairs(&values)?);
                }
            }
        }
        let handle = self.class_body(class, &bases)?;
        let unseen = bases.iter().find(|it| !is_class(&it.object));
        let metaclass = keywords.iter().find(|(name, _)| &**name == "metaclass");
        let strange = metaclass.map(|(_, it)| it).filter(|it| !self.is_harmless_metaclass(it));
        let mut value = match unseen.or(strange) {
            Some(base) => {
                let shown = self.repr(base)?;
                self.unknown(format!("its class derives from `{shown}`, which is not modelled"))
            }
            None => {
                self.finish_enum(handle)?;
                self.init_subclass(handle, keywords)?;
                Object::Class(handle).bare()
            }
        };
        for decorator in class.decorators.iter().rev() {
            let decorator = self.expression(decorator)?;
            value = self.call(&decorator, vec![value], Vec::new())?;
        }
        Ok(value)
    }

    fn class_body(&mut self, class: &'a ast::Class, bases: &[Traced]) -> Outcome<Handle> {
        let scope = self.heap.scope();
        let frame = self.frame();
        let globals = frame.globals;
        let (file, mut enclosing) = (frame.file, frame.enclosing.clone());
        if frame.scope != globals && !(frame.class.is_some() && frame.function.is_none()) {
            enclosing.insert(0, frame.scope);
        }
        let here = class.name.span;
        let module = match self.heap.binding(globals, "__name__").map(|it| &it.value.object) {
            Some(Object::Str(name)) => name.clone(),
            _ => "".into(),
        };
        let bases = bases.iter().map(|it| it.object.clone()).collect();
        let name: Rc<str> = class.name.text.as_str().into();
        let made = Class { name, module, scope, bases, order: [].into() };
        let handle = self.heap.add(Content::Class(made));
        let order = self.order(handle);
        if let Content::Class(class) = self.heap.change(handle) {
            class.order = order.into();
        }
        self.frames.push(Frame {
            scope,
            globals,
            enclosing,
            file,
            here,
            function: None,
            class: Some(handle),
            global_names: Vec::new(),
            yielded: Vec::new(),
        });
        let height = self.frames.len();
        let result = self.block(&class.body);
        self.frames.truncate(height - 1);
        result?;
        Ok(handle)
    }

    /// The order of lookup: C3, as CPython merges it.
    fn order(&self, class: Handle) -> Vec<Object> {
        let bases = &self.heap.class(class).bases;
        let mut lists: Vec<Vec<Object>> = bases
            .iter()
            .map(|base| match base {
                Object::Class(handle) => self.heap.class(*handle).order.to_vec(),
                other => vec![other.clone()],
            })
            .collect();
        lists.push(bases.to_vec());
        let mut order = vec![Object::Class(class)];
        loop {
            lists.retain(|list| !list.is_empty());
            let heads = lists.iter().map(|list| list[0].clone());
            let free = |head: &Object| {
                let tails = lists.iter().flat_map(|list| &list[1..]);
                tails.into_iter().all(|it| !identical(it, head))
            };
            let Some(next) = heads.clone().find(free).or_else(|| heads.clone().next()) else {
                return order;
            };
            for list in &mut lists {
                list.retain(|it| !identical(it, &next));
            }
            order.push(next);
        }
    }

    fn is_harmless_metaclass(&self, metaclass: &Traced) -> bool {
        match &metaclass.object {
            Object::Class(handle) => {
                matches!(&*self.heap.class(*handle).name, "ABCMeta" | "EnumMeta" | "EnumType")
            }
            Object::Type(Type::Class) => true,
            _ => false,
        }
    }

    /// `__init_subclass__` of an ancestor is told of the class.
    fn init_subclass(&mut self, handle: Handle, keywords: Vec<(Rc<str>, Traced)>) -> Outcome<()> {
        let order = self.heap.class(handle).order[1..].to_vec();
        let found = order.iter().find_map(|it| match it {
            Object::Class(base) => {
                let scope = self.heap.class(*base).scope;
                self.heap.binding(scope, "__init_subclass__").map(|it| it.value.clone())
            }
            _ => None,
        });
        let Some(function) = found else { return Ok(()) };
        let class = Object::Class(handle).bare();
        let keywords = keywords.into_iter().filter(|(name, _)| &**name != "metaclass").collect();
        self.call(&function, vec![class], keywords)?;
        Ok(())
    }

    pub(crate) fn instantiate(
        &mut self,
        callee: &Traced,
        class: Handle,
        arguments: Arguments,
    ) -> Outcome<Traced> {
        if let Some(members) = self.enum_members(class) {
            return self.enum_by_value(class, &members, &arguments);
        }
        let order = self.heap.class(class).order.clone();
        let new = self.look_up(&order, "__new__");
        let custom = new.is_some();
        let instance = match new {
            Some(new) if !matches!(new.object, Object::NativeMethod(_)) => {
                let mut given = arguments.clone();
                given.positional.insert(0, callee.clone());
                let new = match new.object {
                    Object::Decorated(_, inner) => inner.as_ref().clone(),
                    _ => new,
                };
                self.call(&new, given.positional, given.keywords)?
            }
            _ => self.blank_instance(class, &arguments)?,
        };
        let Object::Instance(handle) = &instance.object else { return Ok(instance) };
        let payload = self.heap.instance(*handle).payload.is_some();
        match self.special(&instance, "__init__")? {
            Some(init) => {
                self.call(&init, arguments.positional, arguments.keywords)?;
            }
            None if payload || custom => {}
            None if arguments.positional.is_empty() && arguments.keywords.is_empty() => {}
            None => {
                let name = self.heap.class(class).name.clone();
                return Err(self.raised("TypeError", format!("{name}() takes no arguments")));
            }
        }
        Ok(instance)
    }

    /// An instance on which `__init__` has not run.
    pub(crate) fn blank_instance(
        &mut self,
        class: Handle,
        arguments: &Arguments,
    ) -> Outcome<Traced> {
        let order = self.heap.class(class).order.clone();
        let base = order.iter().find_map(|it| match it {
            Object::Type(kind) if *kind != Type::Object => Some(*kind),
            _ => None,
        });
        let payload = match base {
            Some(Type::Dict | Type::List | Type::Set)
                if self.look_up_own(&order, "__init__").is_some() =>
            {
                let kind = base.unwrap_or(Type::Dict);
                Some(construct::construct(self, kind, Arguments::default())?.object)
            }
            Some(kind) => Some(construct::construct(self, kind, arguments.clone())?.object),
            None => None,
        };
        let scope = self.heap.scope();
        let made = Instance { class, scope, payload };
        let instance = Object::Instance(self.heap.add(Content::Instance(made)));
        // `BaseException.__new__` keeps the arguments, whatever `__init__` does.
        let is_exception = order.iter().any(|it| match it {
            Object::Class(handle) => &*self.heap.class(*handle).name == "BaseException",
            _ => false,
        });
        if is_exception {
            let args = Object::Tuple(arguments.positional.clone().into()).bare();
            self.heap.set(scope, &"args".into(), args);
        }
        Ok(self.computed(instance, &[]))
    }

    fn look_up_own(&self, order: &[Object], name: &str) -> Option<()> {
        order.iter().find_map(|it| match it {
            Object::Class(handle) => {
                self.heap.binding(self.heap.class(*handle).scope, name).map(|_| ())
            }
            _ => None,
        })
    }

    fn is_enum(&self, handle: Handle) -> bool {
        self.heap.class(handle).order[1..].iter().any(|it| match it {
            Object::Class(base) => {
                let base = self.heap.class(*base);
                &*base.module == "enum"
            }
            _ => false,
        })
    }

    /// Turns the plain names of an Enum's body into members.
    fn finish_enum(&mut self, handle: Handle) -> Outcome<()> {
        let class = self.heap.class(handle).clone();
        if !self.is_enum(handle) || &*class.module == "enum" {
            return Ok(());
        }
        let text = class.order.iter().any(|it| matches!(it, Object::Type(Type::Str)));
        let names = self.heap.names(class.scope).names.clone();
        let mut members: Vec<Traced> = Vec::new();
        let mut last = 0;
        for (name, binding) in names {
            let value = binding.value;
            let member = !name.starts_with('_')
                && !matches!(
                    value.object,
                    Object::Function(_) | Object::Decorated(..) | Object::Class(_)
                );
            if !member {
                continue;
            }
            let value = match &value.object {
                Object::Instance(it) if self.is_auto(*it) => match text {
                    true => Object::str(name.to_lowercase()).bare(),
                    false => Object::Int(last + 1).bare(),
                },
                _ => value,
            };
            if let Object::Int(it) = value.object {
                last = it;
            }
            let same = members
                .iter()
                .find(|it| self.enum_value(it).is_some_and(|it| self.same(&it, &value)));
            let made = match same {
                Some(alias) => alias.clone(),
                None => {
                    let made = self.enum_member(&class, handle, &name, value);
                    members.push(made.clone());
                    made
                }
            };
            self.heap.set(class.scope, &name, made);
        }
        let members = self.list(members).bare();
        self.heap.set(class.scope, &"_members_".into(), members);
        Ok(())
    }

    fn is_auto(&self, instance: Handle) -> bool {
        let class = self.heap.instance(instance).class;
        &*self.heap.class(class).name == "auto"
    }

    fn enum_member(
        &mut self,
        class: &Class,
        handle: Handle,
        name: &Rc<str>,
        value: Traced,
    ) -> Traced {
        let scope = self.heap.scope();
        for (key, value) in [
            ("name", Object::Str(name.clone()).bare()),
            ("value", value.clone()),
            ("_name_", Object::Str(name.clone()).bare()),
            ("_value_", value.clone()),
        ] {
            self.heap.set(scope, &key.into(), value);
        }
        let mixed = class
            .order
            .iter()
            .any(|it| matches!(it, Object::Type(Type::Str | Type::Int | Type::Float)));
        let payload = mixed.then(|| value.object.clone());
        let made = Instance { class: handle, scope, payload };
        Object::Instance(self.heap.add(Content::Instance(made))).traced(value.trail)
    }

    pub(crate) fn enum_value(&self, member: &Traced) -> Option<Traced> {
        let Object::Instance(handle) = &member.object else { return None };
        let scope = self.heap.instance(*handle).scope;
        self.heap.binding(scope, "_value_").map(|it| it.value.clone())
    }

    fn enum_by_value(
        &mut self,
        class: Handle,
        members: &[Traced],
        arguments: &Arguments,
    ) -> Outcome<Traced> {
        let Some(wanted) = arguments.first().cloned() else {
            return Ok(self.unknown("the member of the Enum is not known"));
        };
        for member in members {
            if self.same(member, &wanted) {
                return Ok(member.clone());
            }
            let Some(value) = self.enum_value(member) else { continue };
            let equal = self.compare(Comparison::Equal, &value, &wanted)?;
            match self.truth(&equal)? {
                Truth::Yes => return Ok(member.clone()),
                Truth::No => {}
                Truth::Open(_) => {
                    self.may_raise("ValueError", "the value may not be a member of the Enum");
                    return Ok(self.unknown_from(&wanted));
                }
            }
        }
        let shown = self.repr(&wanted)?;
        let name = self.heap.class(class).name.clone();
        Err(self.raised("ValueError", format!("{shown} is not a valid {name}")))
    }
}

fn is_class(object: &Object) -> bool {
    matches!(object, Object::Class(_) | Object::Type(_))
}

fn identical(a: &Object, b: &Object) -> bool {
    match (a, b) {
        (Object::Class(a), Object::Class(b)) => a == b,
        (Object::Type(a), Object::Type(b)) => a == b,
        (Object::Opaque(a), Object::Opaque(b)) => a == b,
        (Object::Unknown(a), Object::Unknown(b)) => a.id == b.id,
        (Object::OneOf(a), Object::OneOf(b)) => Rc::ptr_eq(a, b),
        // Nothing else can be derived from; that several of them are one loses nothing.
        (a, b) => {
            !is_class(a) && !is_class(b) && std::mem::discriminant(a) == std::mem::discriminant(b)
        }
    }
}
