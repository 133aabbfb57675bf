//! Exceptions: raising them, and what may have been raised.

use crate::python::machine::fork::Truth;
use crate::python::machine::heap::{Changes, Mark};
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Flow, Machine, Outcome, Raised, Stop, limit};
use crate::syntax::python::ast::Expression;

/// A `try` whose body is being run.
pub(crate) struct Trying {
    pub(crate) mark: Mark,
    /// What some ways raised, and the state in which they did.
    pub(crate) raised: Vec<(Raised, Changes)>,
}

/// How many ways into the handlers of one `try` are told apart.
const WAYS: usize = 8;

/// How far the evaluation had got into its stacks, to come back to after a limit.
pub(crate) struct Levels {
    frames: usize,
    meetings: usize,
    tries: usize,
    assumed: usize,
    handling: usize,
    depth: usize,
    pub(crate) marks: usize,
}

impl<'a> Machine<'a> {
    pub(crate) fn levels(&self) -> Levels {
        Levels {
            frames: self.frames.len(),
            meetings: self.meetings.len(),
            tries: self.tries.len(),
            assumed: self.assumed.len(),
            handling: self.handling.len(),
            depth: self.depth,
            marks: self.heap.marks(),
        }
    }

    pub(crate) fn back_to(&mut self, levels: &Levels) {
        self.frames.truncate(levels.frames);
        self.meetings.truncate(levels.meetings);
        self.tries.truncate(levels.tries);
        self.assumed.truncate(levels.assumed);
        self.handling.truncate(levels.handling);
        self.depth = levels.depth;
        self.heap.forget_down_to(levels.marks);
    }

    /// A built-in exception with a message.
    pub(crate) fn raised(&mut self, kind: &str, message: impl AsRef<str>) -> Stop {
        let message = Object::str(message.as_ref()).bare();
        self.raised_with(kind, vec![message])
    }

    pub(crate) fn raised_with(&mut self, kind: &str, arguments: Vec<Traced>) -> Stop {
        let class = self.heap.binding(self.builtins, kind).map(|it| it.value.clone());
        let made = match class {
            Some(class) => self.call(&class, arguments, Vec::new()),
            None => Ok(Object::Opaque(kind.into()).bare()),
        };
        match made {
            Ok(exception) => self.raised_object(exception),
            Err(stop) => stop,
        }
    }

    pub(crate) fn raised_object(&mut self, exception: Traced) -> Stop {
        Stop::Raise(Box::new(Raised { exception, place: self.place() }))
    }

    pub(crate) fn raise_statement(&mut self, exception: &'a Option<Expression>) -> Outcome<Flow> {
        let Some(exception) = exception else {
            return Err(match self.handling.last().cloned() {
                Some(raised) => Stop::Raise(Box::new(raised)),
                None => self.raised("RuntimeError", "No active exception to reraise"),
            });
        };
        let value = self.expression(exception)?;
        let value = match &value.object {
            Object::Class(_) | Object::Type(_) => self.call(&value, Vec::new(), Vec::new())?,
            _ => value,
        };
        if value.object.type_of().is_some() || matches!(value.object, Object::None) {
            return Err(self.raised("TypeError", "exceptions must derive from BaseException"));
        }
        Err(self.raised_object(value))
    }

    /// Some way raises this: into the `try` around, or out of the module.
    pub(crate) fn perhaps_raise(&mut self, raised: Raised) {
        if let Some(trying) = self.tries.last_mut()
            && trying.raised.len() < WAYS
        {
            trying.raised.push((raised, self.heap.changes(&trying.mark)));
            return;
        }
        let told = |it: &Raised| it.place == raised.place;
        if self.perhaps.len() < limit::PERHAPS && !self.perhaps.iter().any(told) {
            self.perhaps.push(raised);
        }
    }

    /// What was just asked for may raise a built-in exception.
    pub(crate) fn may_raise(&mut self, kind: &str, message: &str) {
        if let Stop::Raise(raised) = self.raised(kind, message) {
            self.perhaps_raise(*raised);
        }
    }

    /// What was called is not known, so it may raise anything. That matters where it would be
    /// caught; that every unknown call could also end the program is not worth telling.
    pub(crate) fn may_raise_anything(&mut self, what: &Traced) {
        if self.tries.is_empty() {
            return;
        }
        let exception = self.unknown_from(what);
        let raised = Raised { exception, place: self.place() };
        self.perhaps_raise(raised);
    }

    /// `isinstance`, where the second is a class, a tuple of classes, or not known.
    pub(crate) fn is_instance(&mut self, value: &Traced, kind: &Traced) -> Outcome<Truth> {
        if let Object::Tuple(kinds) = &kind.object {
            let mut open = None;
            for kind in kinds.iter() {
                match self.is_instance(value, kind)? {
                    Truth::Yes => return Ok(Truth::Yes),
                    Truth::No => {}
                    Truth::Open(choice) => open = Some(choice),
                }
            }
            return Ok(open.map_or(Truth::No, Truth::Open));
        }
        match self.derives(&value.object, &kind.object) {
            Some(true) => Ok(Truth::Yes),
            Some(false) => Ok(Truth::No),
            None => Ok(Truth::Open(self.fresh_choice())),
        }
    }

    /// Whether an object is of a class; none if nobody can tell.
    fn derives(&self, object: &Object, kind: &Object) -> Option<bool> {
        if object.is_unknown() || kind.is_unknown() {
            return None;
        }
        match (object, kind) {
            (Object::OneOf(_), _) | (_, Object::OneOf(_)) => None,
            (Object::Instance(handle), kind) => {
                let class = self.heap.instance(*handle).class;
                self.subclass(&Object::Class(class), kind)
            }
            (_, Object::Class(_)) => Some(false),
            (object, Object::Type(kind)) => {
                use crate::python::machine::object::Type;
                let own = object.type_of();
                Some(match kind {
                    Type::Object => true,
                    Type::Int => matches!(own, Some(Type::Int | Type::Bool)),
                    Type::Class => matches!(own, Some(Type::Class)),
                    kind => own == Some(*kind),
                })
            }
            _ => None,
        }
    }

    /// `issubclass`.
    pub(crate) fn subclass(&self, class: &Object, kind: &Object) -> Option<bool> {
        use crate::python::machine::object::Type;
        match (class, kind) {
            (_, Object::Type(Type::Object)) => Some(true),
            (Object::Type(a), Object::Type(b)) => {
                Some(a == b || (*a, *b) == (Type::Bool, Type::Int))
            }
            (Object::Type(_), Object::Class(_)) => Some(false),
            (Object::Class(class), kind) => {
                let order = &self.heap.class(*class).order;
                let found = order.iter().any(|it| self.same_class(it, kind));
                let unseen = order.iter().any(Object::is_unknown);
                if found {
                    Some(true)
                } else if unseen {
                    None
                } else {
                    Some(false)
                }
            }
            _ => None,
        }
    }

    fn same_class(&self, a: &Object, b: &Object) -> bool {
        match (a, b) {
            (Object::Class(a), Object::Class(b)) => a == b,
            (Object::Type(a), Object::Type(b)) => a == b,
            (Object::Opaque(a), Object::Opaque(b)) => a == b,
            _ => false,
        }
    }
}
