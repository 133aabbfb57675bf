//! Expressions.

use crate::python::machine::fork::Truth;
use crate::python::machine::heap::Binding;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::trail::{Trail, What};
use crate::python::machine::{Machine, Outcome, limit};
use crate::python::read::StandsIn;
use crate::syntax::python::ast::{
    Argument, Comparison, Constant, Expression, ExpressionKind, Item, UnaryOperator,
};
use std::rc::Rc;

impl<'a> Machine<'a> {
    pub(crate) fn expression(&mut self, expression: &'a Expression) -> Outcome<Traced> {
        self.step()?;
        self.deeper(|it| it.expression_here(expression))
    }

    fn expression_here(&mut self, expression: &'a Expression) -> Outcome<Traced> {
        match &expression.kind {
            ExpressionKind::Constant(constant) => Ok(self.constant(constant, expression)),
            ExpressionKind::Name(name) => self.name(name, expression),
            ExpressionKind::Format(segments) => {
                let text = self.format_segments(segments)?;
                Ok(self.here(expression, text))
            }
            ExpressionKind::Attribute { value, name } => {
                let value = self.expression(value)?;
                self.frame().here = expression.span;
                self.attribute(&value, &name.text)
            }
            ExpressionKind::Subscript { value, index } => {
                let value = self.expression(value)?;
                let index = self.expression(index)?;
                self.frame().here = expression.span;
                self.subscript(&value, &index)
            }
            ExpressionKind::Slice { lower, upper, step } => {
                let mut bound = |it: &'a Option<Box<Expression>>| match it {
                    Some(it) => self.expression(it),
                    None => Ok(Object::None.bare()),
                };
                let bounds = [bound(lower)?, bound(upper)?, bound(step)?];
                Ok(Object::Slice(Rc::new(bounds)).bare())
            }
            ExpressionKind::Call { function, arguments } => {
                self.call_expression(expression, function, arguments)
            }
            ExpressionKind::List(items) => {
                let items = self.items(items)?;
                let list = self.list(items);
                Ok(self.literal(expression, list))
            }
            ExpressionKind::Tuple(items) => {
                let items = self.items(items)?;
                Ok(self.literal(expression, Object::Tuple(items.into())))
            }
            ExpressionKind::Set(items) => {
                let items = self.items(items)?;
                let set = self.new_set(items)?;
                Ok(self.literal(expression, set))
            }
            ExpressionKind::Dict(items) => {
                let dict = self.dict_display(items)?;
                Ok(self.literal(expression, dict))
            }
            ExpressionKind::Starred(inner) => self.expression(inner),
            ExpressionKind::Binary { first, rest } => {
                let mut value = self.expression(first)?;
                for (operator, operand) in rest {
                    let operand = self.expression(operand)?;
                    self.frame().here = expression.span;
                    value = self.binary(*operator, &value, &operand)?;
                }
                Ok(value)
            }
            ExpressionKind::Unary { operator, operand } => {
                let value = self.expression(operand)?;
                self.frame().here = expression.span;
                self.unary(*operator, &value)
            }
            ExpressionKind::Boolean { all, operands } => self.boolean(*all, operands),
            ExpressionKind::Compare { first, rest } => {
                let first = self.expression(first)?;
                self.comparison(expression, first, rest)
            }
            ExpressionKind::Conditional { test, then, otherwise } => {
                let before = self.reads.len();
                let tested = self.expression(test)?;
                self.conditional_fallback(test, [then, otherwise], before)?;
                match self.truth(&tested)? {
                    Truth::Yes => self.expression(then),
                    Truth::No => self.expression(otherwise),
                    Truth::Open(choice) => {
                        self.fork(&choice, |it| it.expression(then), |it| it.expression(otherwise))
                    }
                }
            }
            ExpressionKind::Lambda(function) => self.define(function),
            ExpressionKind::Walrus { name, value } => {
                let value = self.expression(value)?;
                self.bind_name(&name.text, value.clone());
                Ok(value)
            }
            ExpressionKind::Comprehension(it) => self.comprehension(it),
            ExpressionKind::Yield(value) => {
                let value = match value {
                    Some(value) => self.expression(value)?,
                    None => Object::None.bare(),
                };
                self.frame().yielded.push(value);
                Ok(self.unknown("what is sent to a generator is not known"))
            }
            ExpressionKind::YieldFrom(value) => {
                let value = self.expression(value)?;
                let items = self.iterate(&value)?;
                self.frame().yielded.extend(items);
                Ok(Object::None.bare())
            }
            ExpressionKind::Await(value) => {
                self.expression(value)?;
                Ok(self.unknown("nothing is awaited here"))
            }
        }
    }

    /// A value that stands where the expression stands, over what it is made of.
    pub(crate) fn here(&mut self, expression: &Expression, value: Traced) -> Traced {
        let place = self.place_of(expression.span);
        self.computed_at(place, value.object.clone(), &[&value])
    }

    fn literal(&mut self, expression: &Expression, object: Object) -> Traced {
        let place = self.place_of(expression.span);
        object.traced(self.trails.add(place, What::Literal, [Trail::NONE; 2]))
    }

    fn constant(&mut self, constant: &Constant, expression: &Expression) -> Traced {
        let object = match constant {
            Constant::None => Object::None,
            Constant::Ellipsis => Object::Ellipsis,
            Constant::Bool(it) => Object::Bool(*it),
            Constant::Int(it) => Object::Int(*it),
            Constant::Float(it) => Object::Float(*it),
            Constant::Str(it) => Object::str(it.as_str()),
            Constant::Bytes(it) => Object::Bytes(it.as_slice().into()),
            Constant::LargeInt(_) => Object::Unknown(self.why("the integer is too large")),
            Constant::Imaginary(_) => Object::Unknown(self.why("complex numbers are not modelled")),
            Constant::Unreadable => {
                Object::Unknown(self.why("the string holds named characters or surrogates"))
            }
        };
        if self.in_library() {
            return object.bare();
        }
        self.literal(expression, object)
    }

    /// A name: the function's own, those around it, the module's, the built-in ones.
    fn name(&mut self, name: &'a str, expression: &Expression) -> Outcome<Traced> {
        self.frame().here = expression.span;
        let frame = self.frames.last().expect("a frame is pushed");
        let is_global = frame.global_names.contains(&name);
        let is_function = frame.function.is_some();
        let local = !is_global
            && frame.function.is_none_or(|it| it.locals.iter().any(|local| local == name));
        let (around, outermost) = match (local && is_function, is_global) {
            (true, _) => (&[][..], &[][..]),
            (false, true) => (&[][..], &[frame.globals, self.builtins][..]),
            (false, false) => (&frame.enclosing[..], &[frame.globals, self.builtins][..]),
        };
        let mut scopes = local.then_some(&frame.scope).into_iter().chain(around).chain(outermost);
        let found = scopes.find_map(|scope| {
            let names = self.heap.names(*scope);
            match (names.names.get(name), &names.more) {
                (Some(binding), _) => Some(Ok(binding.clone())),
                (None, Some(more)) if !self.is_builtin(name) => Some(Err(more.why.clone())),
                (None, _) => None,
            }
        });
        match found {
            Some(Ok(Binding { value, perhaps, .. })) => {
                if perhaps {
                    self.may_raise("NameError", &format!("name '{name}' is not defined"));
                }
                return Ok(self.narrowed(value));
            }
            Some(Err(why)) => return Ok(self.unknown(why)),
            None => {}
        }
        if local && is_function {
            let message = format!(
                "cannot access local variable '{name}' where it is not associated with a value"
            );
            return Err(self.raised("UnboundLocalError", message));
        }
        if let Some(value) = self.builtin(name) {
            return Ok(value);
        }
        if let Some(known) = self.builtin_of_python_2(name) {
            return Ok(known.bare());
        }
        Err(self.raised("NameError", format!("name '{name}' is not defined")))
    }

    /// What an import that is not in view hardly ever binds.
    fn is_builtin(&self, name: &str) -> bool {
        self.heap.binding(self.builtins, name).is_some() || self.builtin(name).is_some()
    }

    /// Members of a display, `*others` spread out.
    pub(crate) fn items(&mut self, items: &'a [Expression]) -> Outcome<Vec<Traced>> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            if values.len() > limit::ITEMS {
                return Err(crate::python::machine::Stop::Limit("a collection is too large"));
            }
            match &item.kind {
                ExpressionKind::Starred(inner) => {
                    let inner = self.expression(inner)?;
                    values.extend(self.iterate(&inner)?);
                }
                _ => values.push(self.expression(item)?),
            }
        }
        Ok(values)
    }

    fn dict_display(&mut self, items: &'a [Item]) -> Outcome<Object> {
        let dict = self.new_dict();
        for item in items {
            match item {
                Item::Pair(key, value) => {
                    let key = self.expression(key)?;
                    let value = self.expression(value)?;
                    self.dict_set(dict, &key, value)?;
                }
                Item::Spread(other) => {
                    let other = self.expression(other)?;
                    self.dict_update(dict, &other)?;
                }
            }
        }
        Ok(Object::Dict(dict))
    }

    fn unary(&mut self, operator: UnaryOperator, value: &Traced) -> Outcome<Traced> {
        if operator == UnaryOperator::Not {
            return Ok(match self.truth(value)? {
                Truth::Yes => self.computed(Object::Bool(false), &[value]),
                Truth::No => self.computed(Object::Bool(true), &[value]),
                Truth::Open(choice) => self.boolean_of(&choice.not(), &[value]),
            });
        }
        self.each_way(value, |it, value| it.sign(operator, value))
    }

    /// `and` and `or` give one of their operands, and stop at the one that decides.
    fn boolean(&mut self, all: bool, operands: &'a [Expression]) -> Outcome<Traced> {
        let Some((first, rest)) = operands.split_first() else {
            return Ok(Object::None.bare());
        };
        let before = self.reads.len();
        let value = self.expression(first)?;
        if rest.is_empty() {
            return Ok(value);
        }
        let asked = (!all && self.has_asked_without_default(first, before)).then_some(before);
        let go_on = |it: &mut Self| {
            let value = it.boolean(all, rest)?;
            if let Some(asked) = asked {
                it.falls_back(asked, &value, StandsIn::ForEmptyToo);
            }
            Ok(value)
        };
        match self.truth(&value)? {
            Truth::Yes if all => go_on(self),
            Truth::No if !all => go_on(self),
            Truth::Yes | Truth::No => Ok(value),
            Truth::Open(choice) => {
                let further = if all { choice } else { choice.not() };
                let kept = self.deciding(&value, !all);
                self.fork(&further, go_on, |_| Ok(kept))
            }
        }
    }

    /// Whether an operand is a call that asked for one variable, and has nothing for its absence.
    fn has_asked_without_default(&self, operand: &Expression, before: usize) -> bool {
        let is_call = matches!(operand.kind, ExpressionKind::Call { .. });
        is_call && self.asked_without_default(before).is_some()
    }

    /// The value of an operand that ended an `and` or an `or`: its truth is known by then.
    fn deciding(&mut self, value: &Traced, truth: bool) -> Traced {
        match &value.object {
            Object::OneOf(one) => {
                let mut left = one.members.iter().filter(|member| match self.plain_truth(member) {
                    Some(it) => it == truth,
                    None => true,
                });
                match (left.next(), left.next()) {
                    (Some(only), None) => only.clone(),
                    _ => value.clone(),
                }
            }
            _ => value.clone(),
        }
    }

    fn comparison(
        &mut self,
        expression: &Expression,
        left: Traced,
        rest: &'a [(Comparison, Expression)],
    ) -> Outcome<Traced> {
        let Some(((comparison, right), rest)) = rest.split_first() else { return Ok(left) };
        let right = self.expression(right)?;
        self.frame().here = expression.span;
        let value = self.compare(*comparison, &left, &right)?;
        if rest.is_empty() {
            return Ok(value);
        }
        match self.truth(&value)? {
            Truth::Yes => self.comparison(expression, right, rest),
            Truth::No => Ok(value),
            Truth::Open(choice) => {
                self.fork(&choice, |it| it.comparison(expression, right, rest), |_| Ok(value))
            }
        }
    }

    fn call_expression(
        &mut self,
        expression: &'a Expression,
        function: &'a Expression,
        arguments: &'a [Argument],
    ) -> Outcome<Traced> {
        let callee = self.expression(function)?;
        let mut positional = Vec::new();
        let mut keywords: Vec<(Rc<str>, Traced)> = Vec::new();
        for argument in arguments {
            match argument {
                Argument::Positional(value) => positional.push(self.expression(value)?),
                Argument::Keyword(name, value) => {
                    let value = self.expression(value)?;
                    keywords.push((name.text.as_str().into(), value));
                }
                Argument::Spread(values) => {
                    let values = self.expression(values)?;
                    positional.extend(self.iterate(&values)?);
                }
                Argument::SpreadKeywords(values) => {
                    let values = self.expression(values)?;
                    keywords.extend(self.keyword_pairs(&values)?);
                }
            }
        }
        self.frame().here = expression.span;
        if let ExpressionKind::Name(name) = &function.kind
            && name == "super"
            && positional.is_empty()
        {
            return self.bare_super();
        }
        self.call(&callee, positional, keywords)
    }
}
