//! Comparisons.

use crate::python::machine::iterate::is_symbolic;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome};
use crate::python::read;
use crate::syntax::python::ast::Comparison;
use std::cmp::Ordering;

impl Machine<'_> {
    pub(crate) fn compare(&mut self, how: Comparison, a: &Traced, b: &Traced) -> Outcome<Traced> {
        if let Some(result) = self.compare_special(how, a, b)? {
            return Ok(result);
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
                        self.negated(found, how == Comparison::NotIn).map(Some)
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
        use crate::python::machine::fork::Truth;
        if !negate {
            return Ok(value);
        }
        Ok(match self.truth(&value)? {
            Truth::Yes => Object::Bool(false).bare(),
            Truth::No => Object::Bool(true).bare(),
            Truth::Open(choice) => self.boolean_of(&choice.not(), &[&value]),
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
            Object::Environ => Ok(read::environ_contains(self, item)),
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
    fn module_loaded(&self, _name: &str) -> Option<bool> {
        None
    }

    fn ordered(&mut self, how: Comparison, a: &Traced, b: &Traced) -> Outcome<Option<bool>> {
        if let (Object::Set(x), Object::Set(y)) = (&a.object, &b.object) {
            return Ok(self.subset(how, *x, *y));
        }
        let unsure = |it: &Object| {
            it.is_unknown()
                || matches!(it, Object::OneOf(_) | Object::Instance(_) | Object::Lazy(_))
        };
        if unsure(&a.object) || unsure(&b.object) {
            return Ok(None);
        }
        let Some(ordering) = self.order_of(&a.object, &b.object) else {
            let sign = match how {
                Comparison::Less => "<",
                Comparison::LessEqual => "<=",
                Comparison::Greater => ">",
                _ => ">=",
            };
            let (a, b) = (self.type_name(&a.object), self.type_name(&b.object));
            let message = format!("'{sign}' not supported between instances of '{a}' and '{b}'");
            return Err(self.raised("TypeError", message));
        };
        Ok(ordering.map(|ordering| match how {
            Comparison::Less => ordering == Ordering::Less,
            Comparison::LessEqual => ordering != Ordering::Greater,
            Comparison::Greater => ordering == Ordering::Greater,
            _ => ordering != Ordering::Less,
        }))
    }

    fn subset(
        &self,
        how: Comparison,
        a: super::heap::Handle,
        b: super::heap::Handle,
    ) -> Option<bool> {
        let (a, b) = (self.heap.dict(a), self.heap.dict(b));
        if !a.is_exact() || !b.is_exact() {
            return None;
        }
        let (small, large) = match how {
            Comparison::Less | Comparison::LessEqual => (a, b),
            _ => (b, a),
        };
        let within = small.entries.keys().all(|it| large.entries.contains_key(it));
        let strict = matches!(how, Comparison::Less | Comparison::Greater);
        Some(within && (!strict || small.entries.len() < large.entries.len()))
    }

    /// How two values are ordered; none if Python has no order for them, none inside if nobody
    /// can tell.
    pub(crate) fn order_of(&self, a: &Object, b: &Object) -> Option<Option<Ordering>> {
        let number = |it: &Object| match it {
            Object::Bool(it) => Some(i128::from(*it)),
            Object::Int(it) => Some(*it),
            _ => None,
        };
        let float = |it: &Object| match it {
            Object::Float(it) => Some(*it),
            other => number(other).map(|it| it as f64),
        };
        match (a, b) {
            (Object::Str(a) | Object::Path(a), Object::Str(b) | Object::Path(b))
                if is_symbolic(a) || is_symbolic(b) =>
            {
                Some(None)
            }
            (Object::Str(a), Object::Str(b)) => Some(Some(a.cmp(b))),
            (Object::Path(a), Object::Path(b)) => Some(Some(a.split('/').cmp(b.split('/')))),
            (Object::Bytes(a), Object::Bytes(b)) => Some(Some(a.cmp(b))),
            (Object::TimeDelta(a), Object::TimeDelta(b)) => Some(Some(a.cmp(b))),
            (Object::Tuple(a), Object::Tuple(b)) => self.order_items(a, b),
            (Object::List(a), Object::List(b)) => {
                self.order_items(self.heap.list(*a), self.heap.list(*b))
            }
            (a, b) => match (number(a), number(b)) {
                (Some(a), Some(b)) => Some(Some(a.cmp(&b))),
                _ => Some(float(a)?.partial_cmp(&float(b)?)),
            },
        }
    }

    fn order_items(&self, a: &[Traced], b: &[Traced]) -> Option<Option<Ordering>> {
        for (a, b) in a.iter().zip(b) {
            match self.equal(&a.object, &b.object, 0) {
                Some(true) => {}
                Some(false) => return self.order_of(&a.object, &b.object),
                None => return Some(None),
            }
        }
        Some(Some(a.len().cmp(&b.len())))
    }

    /// The members in order; none if that is not known.
    pub(crate) fn sorted(
        &mut self,
        items: Vec<Traced>,
        arguments: &super::call::Arguments,
    ) -> Outcome<Option<Vec<Traced>>> {
        let key = arguments.keyword("key").cloned().filter(|it| !matches!(it.object, Object::None));
        let reverse = match arguments.keyword("reverse") {
            Some(value) => match self.plain_truth(value) {
                Some(reverse) => reverse,
                None => return Ok(None),
            },
            None => false,
        };
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            if item.object.is_unknown() && key.is_none() {
                return Ok(None);
            }
            let by = match &key {
                Some(key) => self.call(key, vec![item.clone()], Vec::new())?,
                None => item.clone(),
            };
            keyed.push((by, item));
        }
        let mut unordered = None;
        let mut unknown = false;
        let mut compare = |a: &Traced, b: &Traced| match self.order_of(&a.object, &b.object) {
            Some(Some(ordering)) => ordering,
            Some(None) => {
                unknown = true;
                Ordering::Equal
            }
            None => {
                let unsure = |it: &Object| {
                    it.is_unknown() || matches!(it, Object::OneOf(_) | Object::Instance(_))
                };
                unknown |= unsure(&a.object) || unsure(&b.object);
                unordered.get_or_insert((a.clone(), b.clone()));
                Ordering::Equal
            }
        };
        // Stable as Python's: equal members keep their order in reverse, too. The standard sort may
        // panic where the order is not total, as it is not among members that cannot be compared.
        let keyed = merged(keyed, &mut |a, b| match reverse {
            true => compare(&b.0, &a.0),
            false => compare(&a.0, &b.0),
        });
        if unknown {
            return Ok(None);
        }
        if let Some((a, b)) = unordered {
            let (a, b) = (self.type_name(&b.object), self.type_name(&a.object));
            let message = format!("'<' not supported between instances of '{a}' and '{b}'");
            return Err(self.raised("TypeError", message));
        }
        Ok(Some(keyed.into_iter().map(|(_, item)| item).collect()))
    }
}

fn merged<T: Clone>(items: Vec<T>, compare: &mut dyn FnMut(&T, &T) -> Ordering) -> Vec<T> {
    if items.len() < 2 {
        return items;
    }
    let (left, right) = items.split_at(items.len() / 2);
    let (left, right) = (merged(left.to_vec(), compare), merged(right.to_vec(), compare));
    let mut sorted = Vec::with_capacity(items.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let next = if compare(b, a) == Ordering::Less { right.next() } else { left.next() };
        sorted.extend(next);
    }
    sorted.extend(left);
    sorted.extend(right);
    sorted
}
