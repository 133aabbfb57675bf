//! Comparisons.

use crate::python::environ;
use crate::python::machine::iterate::is_symbolic;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome};
use crate::syntax::python::ast::Comparison;

impl Machine<'_> {
    pub(crate) fn compare(&mut self, how: Comparison, a: &Traced, b: &Traced) -> Outcome<Traced> {
        if let Some(result) = self.compare_special(how, a, b)? {
            return Ok(result);
        }
        if let Some(negate) = asks_for_truth(how, &a.object, &b.object) {
            return self.truth_value(a.clone(), negate);
        }
        self.each_way(a, |it, a| {
            let a = a.clone();
            it.each_way(b, |it, b| it.compare_one(how, &a, b))
        })
    }

    /// Comparison by methods that a class of the project defines.
    fn compare_special(
        &mut self,
        how: Comparison,
        a: &Traced,
        b: &Traced,
    ) -> Outcome<Option<Traced>> {
        let name = match how {
            Comparison::Equal | Comparison::NotEqual => "__eq__",
            Comparison::Less => "__lt__",
            Comparison::LessEqual => "__le__",
            Comparison::Greater => "__gt__",
            Comparison::GreaterEqual => "__ge__",
            Comparison::In | Comparison::NotIn => {
                return match self.special(b, "__contains__")? {
                    Some(method) => {
                        let found = self.call(&method, vec![a.clone()], Vec::new())?;
                        let negate = how == Comparison::NotIn;
                        self.truth_value(found, negate).map(Some)
                    }
                    None => Ok(None),
                };
            }
            Comparison::Is | Comparison::IsNot => return Ok(None),
        };
        match self.special(a, name)? {
            Some(method) => {
                let result = self.call(&method, vec![b.clone()], Vec::new())?;
                self.negated(result, how == Comparison::NotEqual).map(Some)
            }
            None => Ok(None),
        }
    }

    fn negated(&mut self, value: Traced, negate: bool) -> Outcome<Traced> {
        if negate { self.truth_value(value, true) } else { Ok(value) }
    }

    /// `bool(value)`, or its opposite.
    fn truth_value(&mut self, value: Traced, negate: bool) -> Outcome<Traced> {
        use crate::python::machine::fork::Truth;
        Ok(match self.truth(&value)? {
            Truth::Yes => Object::Bool(!negate).bare(),
            Truth::No => Object::Bool(negate).bare(),
            Truth::Open(choice) => {
                let choice = if negate { choice.not() } else { choice };
                self.boolean_of(&choice, &[&value])
            }
        })
    }

    fn compare_one(&mut self, how: Comparison, a: &Traced, b: &Traced) -> Outcome<Traced> {
        let (answer, negate) = match how {
            Comparison::Equal => (self.equal(&a.object, &b.object, 0), false),
            Comparison::NotEqual => (self.equal(&a.object, &b.object, 0), true),
            Comparison::Is => (self.identical(&a.object, &b.object), false),
            Comparison::IsNot => (self.identical(&a.object, &b.object), true),
            Comparison::In => (self.contains(b, a)?, false),
            Comparison::NotIn => (self.contains(b, a)?, true),
            Comparison::Less
            | Comparison::LessEqual
            | Comparison::Greater
            | Comparison::GreaterEqual => (self.ordered(how, a, b)?, false),
        };
        match answer {
            Some(answer) => Ok(self.computed(Object::Bool(answer != negate), &[a, b])),
            None => {
                let choice = match self.question(how, a, b) {
                    Some(key) => self.choice_about(key),
                    None => self.fresh_choice(),
                };
                let choice = if negate { choice.not() } else { choice };
                Ok(self.boolean_of(&choice, &[a, b]))
            }
        }
    }

    /// What is asked, so that the same question has the same answer.
    fn question(&self, how: Comparison, a: &Traced, b: &Traced) -> Option<String> {
        let how = match how {
            Comparison::NotEqual => Comparison::Equal,
            Comparison::NotIn => Comparison::In,
            Comparison::IsNot => Comparison::Is,
            other => other,
        };
        let side = |it: &Object| match it {
            Object::Unknown(unknown) => Some(format!("?{}", unknown.id)),
            Object::Opaque(name) => Some(format!("`{name}`")),
            Object::Str(text) => Some(format!("{text:?}")),
            Object::Int(it) => Some(it.to_string()),
            Object::Bool(it) => Some(it.to_string()),
            Object::None => Some("None".to_owned()),
            _ => None,
        };
        Some(format!("{} {how:?} {}", side(&a.object)?, side(&b.object)?))
    }

    pub(crate) fn equal(&self, a: &Object, b: &Object, depth: usize) -> Option<bool> {
        if depth > 30 {
            return None;
        }
        let all = |a: &[Traced], b: &[Traced]| self.all_equal(a, b, depth);
        match (a, b) {
            (Object::Unknown(a), Object::Unknown(b)) if a.id == b.id && a.id != 0 => Some(true),
            (a, b) if a.is_unknown() || b.is_unknown() => None,
            (Object::OneOf(_), _) | (_, Object::OneOf(_)) => None,
            (Object::Str(a), Object::Str(b)) if a == b => Some(true),
            (Object::Str(a), Object::Str(b)) if is_symbolic(a) || is_symbolic(b) => None,
            (Object::Path(a), Object::Path(b)) if a == b => Some(true),
            (Object::Path(a), Object::Path(b)) if is_symbolic(a) || is_symbolic(b) => None,
            (Object::List(a), Object::List(b)) => all(self.heap.list(*a), self.heap.list(*b)),
            (Object::Tuple(a), Object::Tuple(b)) => all(a, b),
            (Object::Dict(a), Object::Dict(b)) => self.dicts_equal(*a, *b, true, depth),
            (Object::Set(a) | Object::FrozenSet(a), Object::Set(b) | Object::FrozenSet(b)) => {
                self.dicts_equal(*a, *b, false, depth)
            }
            (Object::Instance(x), Object::Instance(y)) if x == y => Some(true),
            (Object::Instance(handle), other) | (other, Object::Instance(handle)) => {
                match &self.heap.instance(*handle).payload {
                    Some(payload) => self.equal(payload, other, depth + 1),
                    None => Some(false),
                }
            }
            (Object::Lazy(lazy), other) | (other, Object::Lazy(lazy)) => match other {
                Object::None => Some(false),
                _ if lazy.arguments.is_empty() => None,
                _ => None,
            },
            (Object::Environ, Object::Environ) => Some(true),
            (Object::Environ | Object::Names(_), _) | (_, Object::Environ | Object::Names(_)) => {
                None
            }
            (Object::Int(a), Object::Float(b)) | (Object::Float(b), Object::Int(a)) => {
                Some(*a as f64 == *b)
            }
            (Object::Float(a), Object::Float(b)) => Some(a == b),
            _ => match (super::dict::key(a), super::dict::key(b)) {
                (Some(a), Some(b)) => Some(a == b),
                _ => self.identical(a, b),
            },
        }
    }

    fn all_equal(&self, a: &[Traced], b: &[Traced], depth: usize) -> Option<bool> {
        let rest = |it: &Traced| matches!(it.object, Object::Rest(_));
        if a.iter().any(rest) || b.iter().any(rest) {
            return None;
        }
        if a.len() != b.len() {
            return Some(false);
        }
        let mut open = false;
        for (a, b) in a.iter().zip(b) {
            match self.equal(&a.object, &b.object, depth + 1) {
                Some(false) => return Some(false),
                Some(true) => {}
                None => open = true,
            }
        }
        (!open).then_some(true)
    }

    fn dicts_equal(
        &self,
        a: super::heap::Handle,
        b: super::heap::Handle,
        values: bool,
        depth: usize,
    ) -> Option<bool> {
        let (a, b) = (self.heap.dict(a), self.heap.dict(b));
        if !a.is_exact() || !b.is_exact() {
            return None;
        }
        if a.entries.len() != b.entries.len() {
            return Some(false);
        }
        let mut open = false;
        for (key, entry) in &a.entries {
            let Some(other) = b.entries.get(key) else { return Some(false) };
            if !values {
                continue;
            }
            match self.equal(&entry.value.object, &other.value.object, depth + 1) {
                Some(false) => return Some(false),
                Some(true) => {}
                None => open = true,
            }
        }
        (!open).then_some(true)
    }

    /// `is`: what can be told of identity.
    fn identical(&self, a: &Object, b: &Object) -> Option<bool> {
        let single = |it: &Object| {
            matches!(
                it,
                Object::None
                    | Object::Bool(_)
                    | Object::Ellipsis
                    | Object::NotImplemented
                    | Object::Type(_)
                    | Object::Class(_)
                    | Object::Module(_)
            )
        };
        match (a, b) {
            (Object::Unknown(a), Object::Unknown(b)) if a.id == b.id && a.id != 0 => Some(true),
            (Object::Unknown(it), Object::None) | (Object::None, Object::Unknown(it))
                if self.never_none.contains(&it.id) =>
            {
                Some(false)
            }
            (a, b) if a.is_unknown() || b.is_unknown() => None,
            (Object::OneOf(_), _) | (_, Object::OneOf(_)) => None,
            (Object::List(a), Object::List(b))
            | (Object::Dict(a), Object::Dict(b))
            | (Object::Set(a), Object::Set(b))
            | (Object::Instance(a), Object::Instance(b)) => Some(a == b),
            (a, b) if single(a) || single(b) => {
                Some(self.same(&a.clone().bare(), &b.clone().bare()))
            }
            (Object::Function(_), Object::Function(_)) | (Object::Native(_), Object::Native(_)) => {
                Some(self.same(&a.clone().bare(), &b.clone().bare()))
            }
            // Equal numbers and texts are one object or two as the interpreter pleases.
            _ if self.same(&a.clone().bare(), &b.clone().bare()) => None,
            _ => Some(false),
        }
    }

    fn contains(&mut self, container: &Traced, item: &Traced) -> Outcome<Option<bool>> {
        if item.object.is_unknown() {
            // Nothing is in what is empty.
            return Ok(match self.plain_truth(container) {
                Some(false) => Some(false),
                _ => None,
            });
        }
        match &container.object {
            it if it.is_unknown() => Ok(None),
            Object::Environ => Ok(environ::contains(self, item)),
            Object::Names(scope) => {
                let Object::Str(name) = &item.object else { return Ok(Some(false)) };
                let names = self.heap.names(*scope);
                Ok(match names.names.get(name) {
                    Some(binding) if binding.perhaps => None,
                    Some(_) => Some(true),
                    None if names.more.is_some() => None,
                    None if *scope == self.modules => self.module_loaded(name),
                    None => Some(false),
                })
            }
            Object::Str(text) => match &item.object {
                Object::Str(part) if is_symbolic(text) => {
                    let (text, part) = (text.clone(), part.clone());
                    Ok(text
                        .split(crate::python::CHECKOUT)
                        .any(|it| it.contains(&*part))
                        .then_some(true))
                }
                Object::Str(part) => Ok(Some(text.contains(&**part))),
                Object::Instance(_) => Ok(None),
                other => {
                    let kind = self.type_name(other);
                    let message =
                        format!("'in <string>' requires string as left operand, not {kind}");
                    Err(self.raised("TypeError", message))
                }
            },
            Object::Dict(handle) | Object::Set(handle) | Object::FrozenSet(handle) => {
                let handle = *handle;
                let Some(key) = self.key_of(item)? else { return Ok(None) };
                let dict = self.heap.dict(handle);
                Ok(match dict.entries.get(&key) {
                    Some(entry) if entry.perhaps => None,
                    Some(_) => Some(true),
                    None if dict.more.is_some() => None,
                    None => Some(false),
                })
            }
            Object::Instance(handle) => match self.heap.instance(*handle).payload.clone() {
                Some(payload) => self.contains(&payload.bare(), item),
                None => Ok(None),
            },
            _ => {
                let mut open = false;
                for member in self.iterate(container)? {
                    match self.equal(&member.object, &item.object, 0) {
                        Some(true) => return Ok(Some(true)),
                        Some(false) => {}
                        None => open = true,
                    }
                }
                Ok((!open).then_some(false))
            }
        }
    }

    /// Whether a module is loaded that this evaluation has not seen imported.
    fn module_loaded(&self, name: &str) -> Option<bool> {
        // What serves a deployment runs no tests.
        matches!(name, "pytest" | "_pytest" | "nose").then_some(false)
    }
}

/// Whether a switch that nobody knows is compared with `True`, `False`, 1 or 0, and if so whether the
/// answer is yes where it is off: `DEBUG == 0` is asked for what `not DEBUG` is.
fn asks_for_truth(how: Comparison, switch: &Object, with: &Object) -> Option<bool> {
    let negated = match how {
        Comparison::Equal | Comparison::Is => false,
        Comparison::NotEqual | Comparison::IsNot => true,
        _ => return None,
    };
    let as_bool = |it: &Object| match it {
        Object::Bool(it) => Some(*it),
        // An integer is never `True` itself.
        Object::Int(it @ (0 | 1)) if !matches!(how, Comparison::Is | Comparison::IsNot) => {
            Some(*it == 1)
        }
        _ => None,
    };
    let is_switch = |it: &Object| matches!(it, Object::Unknown(_)) || as_bool(it).is_some();
    let is_open = match switch {
        Object::Unknown(_) => true,
        Object::OneOf(one) => {
            one.members.iter().all(|it| is_switch(&it.object))
                && one.members.iter().any(|it| matches!(it.object, Object::Unknown(_)))
        }
        _ => false,
    };
    as_bool(with).filter(|_| is_open).map(|on| on == negated)
}
