//! Order: `<` and its kin, and sorting.

use crate::python::machine::iterate::is_symbolic;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome};
use crate::syntax::python::ast::Comparison;
use std::cmp::Ordering;

impl Machine<'_> {
    pub(crate) fn ordered(
        &mut self,
        how: Comparison,
        a: &Traced,
        b: &Traced,
    ) -> Outcome<Option<bool>> {
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

    pub(crate) fn subset(
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

    pub(crate) fn order_items(&self, a: &[Traced], b: &[Traced]) -> Option<Option<Ordering>> {
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

pub(crate) fn merged<T: Clone>(
    items: Vec<T>,
    compare: &mut dyn FnMut(&T, &T) -> Ordering,
) -> Vec<T> {
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
