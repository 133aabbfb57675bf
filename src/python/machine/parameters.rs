//! Binding what a call was given to the parameters of a function.

use crate::python::machine::call::Arguments;
use crate::python::machine::heap::Handle;
use crate::python::machine::object::{Function, Object, Traced};
use crate::python::machine::{Machine, Outcome};
use crate::syntax::python::ast::{self, ParameterKind};
use std::rc::Rc;

impl<'a> Machine<'a> {
    pub(crate) fn bind_parameters(
        &mut self,
        function: &Rc<Function>,
        code: &'a ast::Function,
        scope: Handle,
        arguments: Arguments,
    ) -> Outcome<()> {
        let name = &code.name.text;
        let Arguments { positional, mut keywords } = arguments;
        let open = positional.iter().any(|it| matches!(it.object, Object::Rest(_)))
            || keywords.iter().any(|(_, it)| matches!(it.object, Object::Rest(_)));
        let mut positional = positional.into_iter();
        let mut missing = Vec::new();
        for (parameter, default) in code.parameters.iter().zip(&function.defaults) {
            let by_name = |keywords: &mut Vec<(Rc<str>, Traced)>| {
                let at = keywords.iter().position(|(it, _)| **it == *parameter.name.text)?;
                Some(keywords.remove(at).1)
            };
            let value = match parameter.kind {
                ParameterKind::Positionals => {
                    let rest: Vec<Traced> = positional.by_ref().collect();
                    Some(Object::Tuple(rest.into()).bare())
                }
                ParameterKind::Keywords => {
                    let dict = self.new_dict();
                    for (name, value) in std::mem::take(&mut keywords) {
                        match value.object {
                            Object::Rest(_) => self.open_dict(dict, &value),
                            _ => self.dict_set(dict, &Object::Str(name).bare(), value)?,
                        }
                    }
                    Some(Object::Dict(dict).bare())
                }
                ParameterKind::KeywordOnly => by_name(&mut keywords).or_else(|| default.clone()),
                ParameterKind::PositionalOnly => positional.next().or_else(|| default.clone()),
                ParameterKind::Either => match positional.next() {
                    Some(value) => {
                        if by_name(&mut keywords).is_some() {
                            let given = &parameter.name.text;
                            let message =
                                format!("{name}() got multiple values for argument '{given}'");
                            return Err(self.raised("TypeError", message));
                        }
                        Some(value)
                    }
                    None => by_name(&mut keywords).or_else(|| default.clone()),
                },
            };
            let value = match value {
                Some(value)
                    if open && !matches!(value.object, Object::Tuple(_) | Object::Dict(_)) =>
                {
                    match value.object {
                        Object::Rest(_) => self.unknown_from(&value),
                        _ if default.is_some() => self.unknown("the arguments are not all known"),
                        _ => value,
                    }
                }
                Some(value) => value,
                None if open => self.unknown("the arguments are not all known"),
                None => {
                    missing.push(format!("'{}'", parameter.name.text));
                    continue;
                }
            };
            let key: Rc<str> = parameter.name.text.as_str().into();
            self.heap.set(scope, &key, value);
        }
        if let Some((unexpected, value)) = keywords.first()
            && !matches!(value.object, Object::Rest(_))
        {
            let message = format!("{name}() got an unexpected keyword argument '{unexpected}'");
            return Err(self.raised("TypeError", message));
        }
        if !missing.is_empty() {
            let s = if missing.len() == 1 { "" } else { "s" };
            let which = missing.join(" and ");
            let count = missing.len();
            let message =
                format!("{name}() missing {count} required positional argument{s}: {which}");
            return Err(self.raised("TypeError", message));
        }
        let left = positional.filter(|it| !matches!(it.object, Object::Rest(_))).count();
        if left > 0 {
            let takes = code
                .parameters
                .iter()
                .filter(|it| {
                    matches!(it.kind, ParameterKind::Either | ParameterKind::PositionalOnly)
                })
                .count();
            let s = if takes == 1 { "" } else { "s" };
            let given = takes + left;
            let message =
                format!("{name}() takes {takes} positional argument{s} but {given} were given");
            return Err(self.raised("TypeError", message));
        }
        Ok(())
    }
}
