//! Calls: of functions written in Python, of classes, of what is built in, of what is not known.

use crate::python::construct;
use crate::python::machine::heap::Handle;
use crate::python::machine::object::{Decorator, Function, Object, Traced};
use crate::python::machine::{Flow, Frame, Machine, MeetingKind, Outcome, Stop, limit};
use crate::python::plain;
use crate::python::{environ, paths};
use crate::source::Span;
use crate::syntax::python::ast::{self};
use std::rc::Rc;

/// What a call was given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) positional: Vec<Traced>,
    pub(crate) keywords: Vec<(Rc<str>, Traced)>,
}

impl Arguments {
    pub(crate) fn first(&self) -> Option<&Traced> {
        self.positional.first()
    }

    /// A parameter that may be given by position or by name.
    pub(crate) fn get(&self, at: usize, name: &str) -> Option<&Traced> {
        self.positional.get(at).or_else(|| self.keyword(name))
    }

    pub(crate) fn keyword(&self, name: &str) -> Option<&Traced> {
        self.keywords.iter().find(|(it, _)| &**it == name).map(|(_, value)| value)
    }

    fn all(&self) -> impl Iterator<Item = &Traced> {
        self.positional.iter().chain(self.keywords.iter().map(|(_, value)| value))
    }
}

/// A function of the interpreter or of a library, written in Rust.
pub(crate) struct Native {
    /// As `__module__` and `__qualname__` name it; builtins bare.
    pub(crate) name: &'static str,
    pub(crate) run: fn(&mut Machine<'_>, Arguments) -> Outcome<Traced>,
    /// It reads nothing but its arguments, so it may be asked once for each value these may have,
    /// and is not asked at all where one is not known.
    pub(crate) pure: bool,
}

impl std::fmt::Debug for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl<'a> Machine<'a> {
    pub(crate) fn call(
        &mut self,
        callee: &Traced,
        positional: Vec<Traced>,
        keywords: Vec<(Rc<str>, Traced)>,
    ) -> Outcome<Traced> {
        self.step()?;
        let arguments = Arguments { positional, keywords };
        self.deeper(|it| it.call_with(callee, arguments))
    }

    fn call_with(&mut self, callee: &Traced, mut arguments: Arguments) -> Outcome<Traced> {
        match &callee.object {
            Object::Function(function) => {
                let function = function.clone();
                self.call_function(&function, arguments)
            }
            Object::Method(inner) => {
                arguments.positional.insert(0, inner.0.clone());
                let function = inner.1.clone();
                self.call_with(&function, arguments)
            }
            Object::Native(native) => self.call_native(native, arguments),
            Object::NativeMethod(inner) => {
                let (receiver, name) = (inner.0.clone(), inner.1.clone());
                self.call_method(&receiver, &name, arguments)
            }
            Object::Class(handle) => self.instantiate(callee, *handle, arguments),
            Object::Type(kind) => construct::construct(self, *kind, arguments),
            Object::Instance(_) => match self.special(callee, "__call__")? {
                Some(method) => self.call_with(&method, arguments),
                None => {
                    if let Object::Instance(handle) = &callee.object
                        && self.has_unknown_base(*handle)
                    {
                        return self.call_unknown(callee, &arguments);
                    }
                    Err(self.not_callable(callee))
                }
            },
            Object::Decorated(Decorator::StaticMethod | Decorator::ClassMethod, inner) => {
                let inner = inner.as_ref().clone();
                self.call_with(&inner, arguments)
            }
            Object::OneOf(_) => {
                self.each_member(callee, |it, callee| it.call_with(callee, arguments.clone()))
            }
            Object::Unknown(_) | Object::Opaque(_) | Object::Rest(_) => {
                self.call_unknown(callee, &arguments)
            }
            _ => Err(self.not_callable(callee)),
        }
    }

    fn not_callable(&mut self, callee: &Traced) -> Stop {
        let kind = self.type_name(&callee.object);
        self.raised("TypeError", format!("'{kind}' object is not callable"))
    }

    /// Nobody can tell what it does: it may raise, and may change all that it was handed.
    fn call_unknown(&mut self, callee: &Traced, arguments: &Arguments) -> Outcome<Traced> {
        self.start_django(callee)?;
        self.may_raise_anything(callee);
        self.touched(callee, "something was done to what it may be another name of");
        for argument in arguments.all().cloned().collect::<Vec<_>>() {
            self.touched(&argument, "it was handed to code that is not modelled");
        }
        if let Object::Opaque(name) = &callee.object {
            let result = Object::Opaque(format!("{name}()").into());
            return Ok(self.computed(result, &[callee]));
        }
        Ok(self.unknown_from(callee))
    }

    pub(crate) fn call_native(
        &mut self,
        native: &'static Native,
        arguments: Arguments,
    ) -> Outcome<Traced> {
        if !native.pure {
            return (native.run)(self, arguments);
        }
        self.call_pure(arguments, &mut |it, arguments| (native.run)(it, arguments))
    }

    /// Calls a pure function once for each combination of what its arguments may be.
    pub(crate) fn call_pure(
        &mut self,
        arguments: Arguments,
        run: &mut dyn FnMut(&mut Self, Arguments) -> Outcome<Traced>,
    ) -> Outcome<Traced> {
        let unknown = arguments.all().find(|it| it.object.is_unknown()).cloned();
        if let Some(unknown) = unknown {
            self.may_raise_anything(&unknown);
            return Ok(self.unknown_from(&unknown));
        }
        let at = arguments.positional.iter().position(|it| matches!(it.object, Object::OneOf(_)));
        if let Some(at) = at {
            let one = arguments.positional[at].clone();
            return self.each_way(&one, |it, member| {
                let mut arguments = arguments.clone();
                arguments.positional[at] = member.clone();
                it.deeper(|it| it.call_pure(arguments, run))
            });
        }
        let at =
            arguments.keywords.iter().position(|(_, it)| matches!(it.object, Object::OneOf(_)));
        if let Some(at) = at {
            let one = arguments.keywords[at].1.clone();
            return self.each_way(&one, |it, member| {
                let mut arguments = arguments.clone();
                arguments.keywords[at].1 = member.clone();
                it.deeper(|it| it.call_pure(arguments, run))
            });
        }
        run(self, arguments)
    }

    fn call_method(
        &mut self,
        receiver: &Traced,
        name: &str,
        mut arguments: Arguments,
    ) -> Outcome<Traced> {
        match &receiver.object {
            Object::List(handle) => self.list_method(receiver, *handle, name, arguments),
            Object::Dict(handle) => self.dict_method(receiver, *handle, name, arguments),
            Object::Set(handle) | Object::FrozenSet(handle) => {
                self.set_method(receiver, *handle, name, arguments)
            }
            Object::Names(scope) => plain::names_method(self, *scope, name, arguments),
            Object::Environ => environ::call(self, name, arguments),
            Object::Type(kind) => {
                if let Some(made) = plain::type_method(self, *kind, name, &arguments)? {
                    return Ok(made);
                }
                if arguments.positional.is_empty() {
                    return Ok(self.unknown("the method is not modelled"));
                }
                let receiver = arguments.positional.remove(0);
                self.unbound(&receiver, name, arguments)
            }
            Object::Instance(_) | Object::Class(_) => self.object_method(receiver, name, arguments),
            Object::OneOf(_) => self.each_member(receiver, |it, receiver| {
                it.call_method(receiver, name, arguments.clone())
            }),
            Object::Path(path) => {
                let path = path.clone();
                let receiver = receiver.clone();
                self.call_pure(arguments, &mut |it, arguments| {
                    paths::method(it, &receiver, &path, name, arguments)
                })
            }
            _ => {
                let receiver = receiver.clone();
                self.call_pure(arguments, &mut |it, arguments| {
                    plain::plain_method(it, &receiver, name, arguments)
                })
            }
        }
    }

    /// `str.strip(x)`: a method called on its type.
    fn unbound(&mut self, receiver: &Traced, name: &str, arguments: Arguments) -> Outcome<Traced> {
        if receiver.object.is_unknown() {
            return self.call_unknown(receiver, &arguments);
        }
        let payload = match &receiver.object {
            Object::Instance(handle) => self.heap.instance(*handle).payload.clone(),
            _ => None,
        };
        match payload {
            Some(payload) => self.call_method(&payload.traced(receiver.trail), name, arguments),
            None => self.call_method(receiver, name, arguments),
        }
    }

    /// Methods that every object has from `object`.
    fn object_method(
        &mut self,
        receiver: &Traced,
        name: &str,
        arguments: Arguments,
    ) -> Outcome<Traced> {
        let payload = match &receiver.object {
            Object::Instance(handle) => self.heap.instance(*handle).payload.clone(),
            _ => None,
        };
        match (name, payload) {
            ("__init__" | "__init_subclass__" | "__set_name__", None) => Ok(Object::None.bare()),
            ("__init__", Some(payload)) => {
                if let Object::Dict(handle) = payload {
                    return self.dict_method(&payload.bare(), handle, "update", arguments);
                }
                Ok(Object::None.bare())
            }
            ("__setattr__", _) => {
                if let [Traced { object: Object::Str(name), .. }, value] = &arguments.positional[..]
                {
                    let name = name.clone();
                    self.set_attribute_plainly(receiver, &name, value.clone())?;
                }
                Ok(Object::None.bare())
            }
            ("__new__", _) => match arguments.first().map(|it| it.object.clone()) {
                Some(Object::Class(class)) => {
                    let mut rest = arguments;
                    rest.positional.remove(0);
                    self.blank_instance(class, &rest)
                }
                _ => Ok(self.unknown("`__new__` is not followed here")),
            },
            ("__repr__" | "__str__", None) => {
                let text = self.repr(receiver)?;
                Ok(Object::str(text).bare())
            }
            (_, Some(payload)) => {
                self.call_method(&payload.traced(receiver.trail), name, arguments)
            }
            _ => self.call_unknown(&self.unmodelled(name), &arguments),
        }
    }

    fn unmodelled(&self, name: &str) -> Traced {
        Object::Opaque(name.into()).bare()
    }

    /// A `def` or a `lambda`: its defaults are evaluated, its decorators applied.
    pub(crate) fn define(&mut self, function: &'a ast::Function) -> Outcome<Traced> {
        let mut defaults = Vec::with_capacity(function.parameters.len());
        for parameter in &function.parameters {
            let default = parameter.default.as_ref();
            defaults.push(default.map(|it| self.expression(it)).transpose()?);
        }
        let code = self.codes.len();
        self.codes.push(function);
        let attributes = self.heap.scope();
        let frame = self.frame();
        let mut enclosing = frame.enclosing.clone();
        // A class body is no scope for what is defined in it; a module is found as the globals.
        let body_of_class = frame.class.is_some() && frame.function.is_none();
        if frame.scope != frame.globals && !body_of_class {
            enclosing.insert(0, frame.scope);
        }
        let class = if body_of_class { frame.class } else { None };
        let made = Function {
            code,
            name: function.name.text.as_str().into(),
            globals: frame.globals,
            enclosing,
            defaults,
            class: class.or(frame.class),
            attributes,
        };
        let mut value = Object::Function(Rc::new(made)).bare();
        for decorator in function.decorators.iter().rev() {
            let decorator = self.expression(decorator)?;
            value = self.decorate(&decorator, value)?;
        }
        Ok(value)
    }

    fn decorate(&mut self, decorator: &Traced, value: Traced) -> Outcome<Traced> {
        match &decorator.object {
            // What a library does to a function that it is given is not known, but settings are
            // defined with decorators only to be called later.
            Object::Opaque(_) => {
                let why = format!("it is decorated by `{}`", self.repr(decorator)?);
                Ok(self.unknown(why))
            }
            _ => self.call(decorator, vec![value], Vec::new()),
        }
    }

    pub(crate) fn call_function(
        &mut self,
        function: &Rc<Function>,
        arguments: Arguments,
    ) -> Outcome<Traced> {
        let calls = self.frames.iter().filter(|frame| frame.function.is_some()).count();
        if calls >= limit::CALLS {
            return Err(Stop::Limit("calls nest too deeply"));
        }
        let code = self.codes[function.code];
        let scope = self.heap.scope_for(code.locals.len());
        self.bind_parameters(function, code, scope, arguments)?;
        if code.is_async {
            return Ok(self.unknown("nothing is awaited here"));
        }
        let file = self.file_of(function.globals);
        self.frames.push(Frame {
            scope,
            globals: function.globals,
            enclosing: function.enclosing.clone(),
            file,
            here: code.name.span,
            function: Some(code),
            class: function.class,
            global_names: Vec::new(),
            yielded: Vec::new(),
        });
        let height = self.frames.len();
        let result = self.meeting(MeetingKind::Function, |it| it.block(&code.body));
        let yielded = std::mem::take(&mut self.frames[height - 1].yielded);
        self.frames.truncate(height - 1);
        let returned = match result? {
            Flow::Return(value) => value,
            Flow::Next | Flow::Break | Flow::Continue => Object::None.bare(),
        };
        if code.is_generator {
            return Ok(self.iterator(yielded).bare());
        }
        Ok(returned)
    }

    /// The file of a module's code; none for kilter's own models.
    fn file_of(&self, globals: Handle) -> Option<crate::source::FileId> {
        self.module_files.get(&globals).copied()
    }

    /// `super()` without arguments: the class of the method, and its first parameter.
    pub(crate) fn bare_super(&mut self) -> Outcome<Traced> {
        let frame = self.frames.iter().rev().find(|frame| frame.function.is_some());
        let found = frame.and_then(|frame| {
            let first = frame.function?.parameters.first()?;
            let receiver = self.heap.binding(frame.scope, &first.name.text)?;
            Some((frame.class?, receiver.value.clone()))
        });
        match found {
            Some((class, receiver)) => Ok(Object::Super(Rc::new((class, receiver))).bare()),
            None => Err(self.raised("RuntimeError", "super(): no arguments")),
        }
    }

    /// A frame for code that has no place of its own, as a module's.
    pub(crate) fn push_module_frame(&mut self, scope: Handle, file: Option<crate::source::FileId>) {
        self.frames.push(Frame {
            scope,
            globals: scope,
            enclosing: Vec::new(),
            file,
            here: Span { start: 0, end: 0 },
            function: None,
            class: None,
            global_names: Vec::new(),
            yielded: Vec::new(),
        });
    }
}
