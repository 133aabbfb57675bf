//! Assignment in all its forms, and `del`.

use crate::python::machine::object::{Object, Traced};
use crate::python::machine::trail::What;
use crate::python::machine::{Machine, Outcome};
use crate::syntax::python::ast::{Expression, ExpressionKind, Operator};
use std::rc::Rc;

impl<'a> Machine<'a> {
    pub(crate) fn assign(&mut self, target: &'a Expression, value: Traced) -> Outcome<()> {
        match &target.kind {
            ExpressionKind::Name(name) => {
                let value = self.named(target, name, value);
                self.bind_name(name, value);
                Ok(())
            }
            ExpressionKind::Attribute { value: owner, name } => {
                let owner = self.expression(owner)?;
                self.set_attribute(&owner, &name.text, value)
            }
            ExpressionKind::Subscript { value: owner, index } => {
                let owner = self.expression(owner)?;
                let index = self.expression(index)?;
                let value = self.named(target, "", value);
                self.set_item(&owner, &index, value)
            }
            ExpressionKind::Tuple(targets) | ExpressionKind::List(targets) => {
                self.unpack(targets, &value)
            }
            ExpressionKind::Starred(inner) => self.assign(inner, value),
            _ => Ok(()),
        }
    }

    /// The value as it is known under its name.
    fn named(&mut self, target: &Expression, name: &str, value: Traced) -> Traced {
        if self.in_library() {
            return value;
        }
        let place = self.place_of(target.span);
        let what = What::Assigned(name.into());
        let trail = self.trails.add(place, what, [value.trail, super::fork::UNTRACED]);
        value.object.traced(trail)
    }

    fn unpack(&mut self, targets: &'a [Expression], value: &Traced) -> Outcome<()> {
        let star = targets.iter().position(|it| matches!(it.kind, ExpressionKind::Starred(_)));
        let items = self.iterate(value)?;
        let uncertain = items.iter().any(|it| matches!(it.object, Object::Rest(_)));
        if uncertain {
            for target in targets {
                let part = self.unknown_from(value);
                self.assign(target, part)?;
            }
            return Ok(());
        }
        let (before, after) = match star {
            Some(star) => (star, targets.len() - star - 1),
            None => (targets.len(), 0),
        };
        let wanted = before + after;
        let fits = if star.is_some() { items.len() >= wanted } else { items.len() == wanted };
        if !fits {
            let message = if items.len() < wanted {
                let least = if star.is_some() { "at least " } else { "" };
                format!(
                    "not enough values to unpack (expected {least}{wanted}, got {})",
                    items.len()
                )
            } else {
                format!("too many values to unpack (expected {wanted})")
            };
            return Err(self.raised("ValueError", message));
        }
        for (target, item) in targets[..before].iter().zip(&items) {
            self.assign(target, item.clone())?;
        }
        let Some(star) = star else { return Ok(()) };
        let middle = items[before..items.len() - after].to_vec();
        let middle = self.list(middle);
        let middle = self.computed(middle, &[value]);
        self.assign(&targets[star], middle)?;
        for (target, item) in targets[star + 1..].iter().zip(&items[items.len() - after..]) {
            self.assign(target, item.clone())?;
        }
        Ok(())
    }

    /// `x += y`: in place where the object can be changed, or else `x = x + y`.
    pub(crate) fn augment(
        &mut self,
        target: &'a Expression,
        operator: Operator,
        value: &'a Expression,
    ) -> Outcome<()> {
        match &target.kind {
            ExpressionKind::Attribute { value: owner, name } => {
                let owner = self.expression(owner)?;
                let before = self.attribute(&owner, &name.text)?;
                let value = self.expression(value)?;
                let after = self.in_place(operator, before, value)?;
                self.set_attribute(&owner, &name.text, after)
            }
            ExpressionKind::Subscript { value: owner, index } => {
                let owner = self.expression(owner)?;
                let index = self.expression(index)?;
                let before = self.subscript(&owner, &index)?;
                let value = self.expression(value)?;
                let after = self.in_place(operator, before, value)?;
                self.set_item(&owner, &index, after)
            }
            _ => {
                let before = self.expression(target)?;
                let value = self.expression(value)?;
                let after = self.in_place(operator, before, value)?;
                self.assign(target, after)
            }
        }
    }

    fn in_place(&mut self, operator: Operator, before: Traced, value: Traced) -> Outcome<Traced> {
        match (&before.object, operator) {
            (Object::OneOf(_), _) => self.each_member(&before, |it, before| {
                it.in_place(operator, before.clone(), value.clone())
            }),
            (Object::List(handle), Operator::Add) => {
                let items = self.iterate(&value)?;
                let handle = *handle;
                self.lengthen(handle, items)?;
                Ok(self.changed(before, &value, "+="))
            }
            (Object::Dict(handle), Operator::Or) => {
                self.dict_update(*handle, &value)?;
                Ok(self.changed(before, &value, "|="))
            }
            (Object::Set(handle), Operator::Or) => {
                let items = self.iterate(&value)?;
                let handle = *handle;
                self.set_add_all(handle, items)?;
                Ok(self.changed(before, &value, "|="))
            }
            _ => {
                if before.object.is_unknown() {
                    self.touched(&before, "what it may be another name of was added to");
                }
                self.binary(operator, &before, &value)
            }
        }
    }

    /// The same object, with a step that tells of the change.
    pub(crate) fn changed(&mut self, before: Traced, with: &Traced, how: &str) -> Traced {
        let place = self.place();
        let what = What::Changed(how.into());
        let trail = self.trails.add(place, what, [before.trail, with.trail]);
        before.object.traced(trail)
    }

    pub(crate) fn delete(&mut self, target: &'a Expression) -> Outcome<()> {
        match &target.kind {
            ExpressionKind::Name(name) => {
                let scope = self.scope_of(name);
                if self.heap.binding(scope, name).is_none() {
                    return Err(self.raised("NameError", format!("name '{name}' is not defined")));
                }
                self.heap.bind(scope, &name.as_str().into(), None);
                Ok(())
            }
            ExpressionKind::Attribute { value: owner, name } => {
                let owner = self.expression(owner)?;
                if let Some(scope) = self.scope_in(&owner.object) {
                    self.heap.bind(scope, &name.text.as_str().into(), None);
                }
                Ok(())
            }
            ExpressionKind::Subscript { value: owner, index } => {
                let owner = self.expression(owner)?;
                let index = self.expression(index)?;
                self.delete_item(&owner, &index)
            }
            ExpressionKind::Tuple(targets) | ExpressionKind::List(targets) => {
                targets.iter().try_for_each(|it| self.delete(it))
            }
            _ => Ok(()),
        }
    }

    /// Annotations are kept, by name, for classes that are described by them.
    pub(crate) fn annotate(
        &mut self,
        target: &'a Expression,
        annotation: &'a Expression,
    ) -> Outcome<()> {
        let (ExpressionKind::Name(name), Some(_)) = (&target.kind, self.frame().class) else {
            return Ok(());
        };
        if self.frame().function.is_some() {
            return Ok(());
        }
        let scope = self.frame().scope;
        let known: Rc<str> = "__annotations__".into();
        let dict = match self.heap.binding(scope, &known).map(|it| it.value.object.clone()) {
            Some(Object::Dict(dict)) => dict,
            _ => {
                let dict = self.new_dict();
                let value = Object::Dict(dict).bare();
                self.heap.set(scope, &known, value);
                dict
            }
        };
        let kind = match annotation.dotted() {
            Some(_) => self.expression(annotation).unwrap_or_else(|_| Object::None.bare()),
            None => self.unknown("annotations are not evaluated"),
        };
        self.dict_set(dict, &Object::str(name.as_str()).bare(), kind)
    }
}
