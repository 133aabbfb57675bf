//! Operators.

use crate::python::machine::dict::{Dict, Key};
use crate::python::machine::heap::Content;
use crate::python::machine::object::{Object, Traced, Type};
use crate::python::machine::{Machine, Outcome, Stop, limit};
use crate::python::paths;
use crate::syntax::python::ast::{Operator, UnaryOperator};

impl Machine<'_> {
    pub(crate) fn binary(&mut self, operator: Operator, a: &Traced, b: &Traced) -> Outcome<Traced> {
        if let Some(result) = self.binary_special(operator, a, b)? {
            return Ok(result);
        }
        self.each_way(a, |it, a| {
            let a = a.clone();
            it.each_way(b, |it, b| it.binary_one(operator, &a, b))
        })
    }

    /// Operators that a class of the project defines.
    fn binary_special(
        &mut self,
        operator: Operator,
        a: &Traced,
        b: &Traced,
    ) -> Outcome<Option<Traced>> {
        let (own, reflected) = match operator {
            Operator::Add => ("__add__", "__radd__"),
            Operator::Subtract => ("__sub__", "__rsub__"),
            Operator::Multiply => ("__mul__", "__rmul__"),
            Operator::Divide => ("__truediv__", "__rtruediv__"),
            Operator::Modulo => ("__mod__", "__rmod__"),
            Operator::Or => ("__or__", "__ror__"),
            Operator::And => ("__and__", "__rand__"),
            _ => return Ok(None),
        };
        if let Some(method) = self.special(a, own)? {
            return self.call(&method, vec![b.clone()], Vec::new()).map(Some);
        }
        match self.special(b, reflected)? {
            Some(method) => self.call(&method, vec![a.clone()], Vec::new()).map(Some),
            None => Ok(None),
        }
    }

    fn payload(&self, value: &Traced) -> Traced {
        match &value.object {
            Object::Instance(handle) => match &self.heap.instance(*handle).payload {
                Some(payload) => payload.clone().traced(value.trail),
                None => value.clone(),
            },
            _ => value.clone(),
        }
    }

    fn binary_one(&mut self, operator: Operator, a: &Traced, b: &Traced) -> Outcome<Traced> {
        let (a, b) = (&self.payload(a), &self.payload(b));
        if let Some(unknown) = [a, b].into_iter().find(|it| it.object.is_unknown()) {
            let unknown = unknown.clone();
            // What is added to a list that is not known is still in the sum.
            if operator == Operator::Add
                && let Some(sum) = self.add_open(a, b)
            {
                return Ok(sum);
            }
            self.may_raise_anything(&unknown);
            return Ok(self.unknown_from(&unknown));
        }
        let result = match (&a.object, &b.object) {
            (Object::Str(x), Object::Str(y)) if operator == Operator::Add => {
                if x.len() + y.len() > limit::TEXT {
                    return Err(Stop::Limit("a text is too long"));
                }
                Some(Object::str(format!("{x}{y}")))
            }
            (Object::Str(_), _) if operator == Operator::Modulo => {
                return self.percent(a, b);
            }
            (Object::Bytes(x), Object::Bytes(y)) if operator == Operator::Add => {
                Some(Object::Bytes([&**x, &**y].concat().into()))
            }
            (Object::List(x), Object::List(y)) if operator == Operator::Add => {
                let items = [self.heap.list(*x), self.heap.list(*y)].concat();
                if items.len() > limit::ITEMS {
                    return Err(Stop::Limit("a collection is too large"));
                }
                Some(self.list(items))
            }
            (Object::Tuple(x), Object::Tuple(y)) if operator == Operator::Add => {
                if x.len() + y.len() > limit::ITEMS {
                    return Err(Stop::Limit("a collection is too large"));
                }
                Some(Object::Tuple([&**x, &**y].concat().into()))
            }
            (Object::Path(x), Object::Path(y) | Object::Str(y)) if operator == Operator::Divide => {
                Some(Object::Path(paths::join(x, y).into()))
            }
            (Object::Str(x), Object::Path(y)) if operator == Operator::Divide => {
                Some(Object::Path(paths::join(x, y).into()))
            }
            (Object::Dict(x), Object::Dict(y)) if operator == Operator::Or => {
                let (copy, y) = (self.heap.dict(*x).clone(), *y);
                let merged = self.heap.add(Content::Dict(copy));
                self.dict_update(merged, &Object::Dict(y).bare())?;
                Some(Object::Dict(merged))
            }
            (Object::Set(_) | Object::FrozenSet(_), Object::Set(_) | Object::FrozenSet(_)) => {
                self.set_operation(operator, a, b)
            }
            (Object::Type(_) | Object::Class(_), _) | (_, Object::Type(_) | Object::Class(_))
                if operator == Operator::Or =>
            {
                match union(a, b) {
                    Some(union) => Some(union),
                    // `str | None` and the like, in annotations.
                    None => return Ok(self.unknown("unions of types are not modelled")),
                }
            }
            (Object::TimeDelta(_), _) | (_, Object::TimeDelta(_)) => {
                self.duration(operator, &a.object, &b.object)
            }
            (_, Object::Int(_) | Object::Bool(_)) if operator == Operator::Multiply => {
                match self.repeated(&a.object, &b.object)? {
                    Some(repeated) => Some(repeated),
                    None => self.numbers(operator, &a.object, &b.object)?,
                }
            }
            (Object::Int(_) | Object::Bool(_), _) if operator == Operator::Multiply => {
                match self.repeated(&b.object, &a.object)? {
                    Some(repeated) => Some(repeated),
                    None => self.numbers(operator, &a.object, &b.object)?,
                }
            }
            (Object::Lazy(_), _) | (_, Object::Lazy(_)) => {
                return Ok(self.unknown("a translated text is not known"));
            }
            (Object::Environ | Object::Iterator(_) | Object::Names(_), _) => {
                return Ok(self.unknown("the operation is not modelled"));
            }
            (x, y) => self.numbers(operator, x, y)?,
        };
        match result {
            Some(object) => Ok(self.computed(object, &[a, b])),
            None => Err(self.unsupported(operator, a, b)),
        }
    }

    fn unsupported(&mut self, operator: Operator, a: &Traced, b: &Traced) -> Stop {
        let message = match (&a.object, operator) {
            (Object::Str(_), Operator::Add) => {
                let kind = self.type_name(&b.object);
                format!("can only concatenate str (not \"{kind}\") to str")
            }
            (Object::List(_), Operator::Add) => {
                let kind = self.type_name(&b.object);
                format!("can only concatenate list (not \"{kind}\") to list")
            }
            (Object::Tuple(_), Operator::Add) => {
                let kind = self.type_name(&b.object);
                format!("can only concatenate tuple (not \"{kind}\") to tuple")
            }
            _ => {
                let sign = match operator {
                    Operator::Power => "** or pow()",
                    other => other.symbol(),
                };
                let (a, b) = (self.type_name(&a.object), self.type_name(&b.object));
                format!("unsupported operand type(s) for {sign}: '{a}' and '{b}'")
            }
        };
        self.raised("TypeError", message)
    }

    /// A list with unknown members at one end.
    fn add_open(&mut self, a: &Traced, b: &Traced) -> Option<Traced> {
        match (&a.object, &b.object) {
            (Object::List(handle), Object::Unknown(why)) => {
                let mut items = self.heap.list(*handle).to_vec();
                items.push(Object::Rest(why.clone()).traced(b.trail));
                let list = self.list(items);
                Some(self.computed(list, &[a, b]))
            }
            (Object::Unknown(why), Object::List(handle)) => {
                let mut items = vec![Object::Rest(why.clone()).traced(a.trail)];
                items.extend_from_slice(self.heap.list(*handle));
                let list = self.list(items);
                Some(self.computed(list, &[a, b]))
            }
            _ => None,
        }
    }

    fn repeated(&mut self, value: &Object, times: &Object) -> Outcome<Option<Object>> {
        let times = match times {
            Object::Int(times) => (*times).clamp(0, limit::TEXT as i128 + 1) as usize,
            Object::Bool(times) => usize::from(*times),
            _ => return Ok(None),
        };
        let too_many = |length: usize, most: usize| length.saturating_mul(times) > most;
        Ok(Some(match value {
            Object::Str(text) if too_many(text.len(), limit::TEXT) => {
                return Err(Stop::Limit("a text is too long"));
            }
            Object::Str(text) => Object::str(text.repeat(times)),
            Object::Bytes(bytes) if too_many(bytes.len(), limit::TEXT) => {
                return Err(Stop::Limit("a text is too long"));
            }
            Object::Bytes(bytes) => Object::Bytes(bytes.repeat(times).into()),
            Object::List(handle) => {
                let items = self.heap.list(*handle).to_vec();
                if too_many(items.len(), limit::ITEMS) {
                    return Err(Stop::Limit("a collection is too large"));
                }
                let items = (0..times).flat_map(|_| items.clone()).collect();
                self.list(items)
            }
            Object::Tuple(items) => {
                if too_many(items.len(), limit::ITEMS) {
                    return Err(Stop::Limit("a collection is too large"));
                }
                Object::Tuple((0..times).flat_map(|_| items.to_vec()).collect())
            }
            _ => return Ok(None),
        }))
    }

    fn set_operation(&mut self, operator: Operator, a: &Traced, b: &Traced) -> Option<Object> {
        let handle = |it: &Traced| match it.object {
            Object::Set(handle) | Object::FrozenSet(handle) => Some(handle),
            _ => None,
        };
        let (a_dict, b_dict) =
            (self.heap.dict(handle(a)?).clone(), self.heap.dict(handle(b)?).clone());
        let in_a = |key: &Key| a_dict.entries.contains_key(key);
        let in_b = |key: &Key| b_dict.entries.contains_key(key);
        let mut result =
            Dict { more: a_dict.more.clone().or(b_dict.more.clone()), ..Dict::default() };
        let exact = a_dict.is_exact() && b_dict.is_exact();
        let keep_a: Vec<_> = match operator {
            Operator::Or => a_dict.entries.iter().collect(),
            Operator::And => a_dict.entries.iter().filter(|(key, _)| in_b(key)).collect(),
            Operator::Subtract | Operator::Xor => {
                a_dict.entries.iter().filter(|(key, _)| !in_b(key)).collect()
            }
            _ => return None,
        };
        let keep_b: Vec<_> = match operator {
            Operator::Or | Operator::Xor => {
                b_dict.entries.iter().filter(|(key, _)| !in_a(key)).collect()
            }
            _ => Vec::new(),
        };
        for (key, entry) in keep_a.into_iter().chain(keep_b) {
            let mut entry = entry.clone();
            entry.perhaps |= !exact && operator != Operator::Or;
            result.entries.insert(key.clone(), entry);
        }
        if !exact && result.more.is_none() {
            result.more = Some(self.why("the members of a set are not all known"));
        }
        let handle = self.heap.add(Content::Set(result));
        Some(match a.object {
            Object::FrozenSet(_) => Object::FrozenSet(handle),
            _ => Object::Set(handle),
        })
    }

    fn duration(&mut self, operator: Operator, a: &Object, b: &Object) -> Option<Object> {
        Some(match (a, operator, b) {
            (Object::TimeDelta(a), Operator::Add, Object::TimeDelta(b)) => {
                Object::TimeDelta(a.checked_add(*b)?)
            }
            (Object::TimeDelta(a), Operator::Subtract, Object::TimeDelta(b)) => {
                Object::TimeDelta(a.checked_sub(*b)?)
            }
            (Object::TimeDelta(a), Operator::Multiply, Object::Int(b))
            | (Object::Int(b), Operator::Multiply, Object::TimeDelta(a)) => {
                Object::TimeDelta(a.checked_mul(*b)?)
            }
            (Object::TimeDelta(a), Operator::Divide, Object::TimeDelta(b)) if *b != 0 => {
                Object::Float(*a as f64 / *b as f64)
            }
            (Object::TimeDelta(a), Operator::FloorDivide, Object::TimeDelta(b)) if *b != 0 => {
                Object::Int(a.div_euclid(*b))
            }
            (Object::TimeDelta(_), _, Object::Float(_) | Object::Int(_))
            | (Object::Float(_), _, Object::TimeDelta(_)) => {
                Object::Unknown(self.why("the duration is not worked out"))
            }
            _ => return None,
        })
    }

    fn numbers(&mut self, operator: Operator, a: &Object, b: &Object) -> Outcome<Option<Object>> {
        let int = |it: &Object| match it {
            Object::Bool(it) => Some(i128::from(*it)),
            Object::Int(it) => Some(*it),
            _ => None,
        };
        let float = |it: &Object| match it {
            Object::Float(it) => Some(*it),
            other => int(other).map(|it| it as f64),
        };
        if let (Object::Bool(a), Object::Bool(b)) = (a, b) {
            match operator {
                Operator::And => return Ok(Some(Object::Bool(a & b))),
                Operator::Or => return Ok(Some(Object::Bool(a | b))),
                Operator::Xor => return Ok(Some(Object::Bool(a ^ b))),
                _ => {}
            }
        }
        if let (Some(a), Some(b)) = (int(a), int(b)) {
            return self.integers(operator, a, b).map(Some);
        }
        let (Some(a), Some(b)) = (float(a), float(b)) else { return Ok(None) };
        let zero = matches!(operator, Operator::Divide | Operator::FloorDivide | Operator::Modulo);
        if zero && b == 0.0 {
            return Err(self.raised("ZeroDivisionError", "division by zero"));
        }
        Ok(Some(match operator {
            Operator::Add => Object::Float(a + b),
            Operator::Subtract => Object::Float(a - b),
            Operator::Multiply => Object::Float(a * b),
            Operator::Divide => Object::Float(a / b),
            Operator::FloorDivide => Object::Float((a / b).floor()),
            Operator::Modulo => Object::Float(a - b * (a / b).floor()),
            Operator::Power if a >= 0.0 => Object::Float(a.powf(b)),
            Operator::Power => Object::Unknown(self.why("complex numbers are not modelled")),
            _ => return Ok(None),
        }))
    }

    fn integers(&mut self, operator: Operator, a: i128, b: i128) -> Outcome<Object> {
        let result = match operator {
            Operator::Add => a.checked_add(b),
            Operator::Subtract => a.checked_sub(b),
            Operator::Multiply => a.checked_mul(b),
            Operator::Divide | Operator::FloorDivide | Operator::Modulo if b == 0 => {
                let message = match operator {
                    Operator::Divide => "division by zero",
                    _ => "integer division or modulo by zero",
                };
                return Err(self.raised("ZeroDivisionError", message));
            }
            Operator::Divide => {
                let exact = a.unsigned_abs() < 1 << 53 && b.unsigned_abs() < 1 << 53;
                if exact || a % b == 0 && (a / b).unsigned_abs() < 1 << 53 {
                    let quotient = if a % b == 0 { (a / b) as f64 } else { a as f64 / b as f64 };
                    return Ok(Object::Float(quotient));
                }
                None
            }
            Operator::FloorDivide => {
                a.checked_div(b).map(|q| if a % b != 0 && (a < 0) != (b < 0) { q - 1 } else { q })
            }
            Operator::Modulo => {
                a.checked_rem(b).map(|r| if r != 0 && (r < 0) != (b < 0) { r + b } else { r })
            }
            Operator::Power if b < 0 => return Ok(Object::Float((a as f64).powf(b as f64))),
            Operator::Power => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
            Operator::Or => Some(a | b),
            Operator::And => Some(a & b),
            Operator::Xor => Some(a ^ b),
            Operator::ShiftLeft | Operator::ShiftRight if b < 0 => {
                return Err(self.raised("ValueError", "negative shift count"));
            }
            Operator::ShiftLeft => {
                let shift = u32::try_from(b).ok().and_then(|b| 1_i128.checked_shl(b));
                shift.filter(|it| *it > 0).and_then(|it| a.checked_mul(it))
            }
            Operator::ShiftRight => Some(a >> b.min(127)),
            Operator::MatrixMultiply => None,
        };
        Ok(match result {
            Some(result) => Object::Int(result),
            None => Object::Unknown(self.why("the integer is too large")),
        })
    }

    pub(crate) fn sign(&mut self, operator: UnaryOperator, value: &Traced) -> Outcome<Traced> {
        let object = match (operator, &value.object) {
            (_, it) if it.is_unknown() => return Ok(self.unknown_from(value)),
            (UnaryOperator::Minus, Object::Int(it)) => Object::Int(-*it),
            (UnaryOperator::Minus, Object::Bool(it)) => Object::Int(-i128::from(*it)),
            (UnaryOperator::Minus, Object::Float(it)) => Object::Float(-*it),
            (UnaryOperator::Minus, Object::TimeDelta(it)) => Object::TimeDelta(-*it),
            (UnaryOperator::Plus, Object::Bool(it)) => Object::Int(i128::from(*it)),
            (UnaryOperator::Plus, it @ (Object::Int(_) | Object::Float(_))) => it.clone(),
            (UnaryOperator::Invert, Object::Int(it)) => Object::Int(!*it),
            (UnaryOperator::Invert, Object::Bool(it)) => Object::Int(!i128::from(*it)),
            (_, Object::Instance(_)) => return Ok(self.unknown("the operation is not modelled")),
            (operator, other) => {
                let sign = match operator {
                    UnaryOperator::Minus => "-",
                    UnaryOperator::Plus => "+",
                    _ => "~",
                };
                let kind = other.type_of().map_or("object", Type::name);
                let message = format!("bad operand type for unary {sign}: '{kind}'");
                return Err(self.raised("TypeError", message));
            }
        };
        Ok(self.computed(object, &[value]))
    }
}

/// `list | tuple` (PEP 604), which is asked of as a tuple of classes is.
fn union(a: &Traced, b: &Traced) -> Option<Object> {
    let is_class = |it: &Object| matches!(it, Object::Type(_) | Object::Class(_));
    let mut classes = Vec::new();
    for side in [a, b] {
        match &side.object {
            Object::Tuple(several) if several.iter().all(|it| is_class(&it.object)) => {
                classes.extend(several.iter().cloned());
            }
            one if is_class(one) => classes.push(side.clone()),
            _ => return None,
        }
    }
    // Of two plain tuples Python makes no union.
    let plain = [a, b].iter().all(|it| matches!(it.object, Object::Tuple(_)));
    (!plain).then(|| Object::Tuple(classes.into()))
}
