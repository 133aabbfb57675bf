//! Texts that are Python literals: `"['a', 1]"`.

use crate::python::machine::Machine;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::trail::Trail;
use crate::source::{File, Sources};
use crate::syntax::python::ast::{
    Constant, Expression, ExpressionKind, Item, StatementKind, UnaryOperator,
};

/// What `ast.literal_eval` makes of a text; none if it is no literal, or more than is followed.
pub(crate) fn read(it: &mut Machine<'_>, text: &str, trail: Trail) -> Option<Traced> {
    let mut sources = Sources::default();
    let text = text.trim_start_matches([' ', '\t']);
    sources.add(vec![File { path: "literal".into(), bytes: text.as_bytes().to_vec() }]);
    let (module, problems) = crate::syntax::python::parse(*sources.ids().first()?, text);
    let [statement] = module.body.as_slice() else { return None };
    let StatementKind::Expression(expression) = &statement.kind else { return None };
    problems.is_empty().then_some(())?;
    value(it, expression, trail)
}

fn value(it: &mut Machine<'_>, expression: &Expression, trail: Trail) -> Option<Traced> {
    let object = match &expression.kind {
        ExpressionKind::Constant(constant) => match constant {
            Constant::None => Object::None,
            Constant::Bool(it) => Object::Bool(*it),
            Constant::Int(it) => Object::Int(*it),
            Constant::Float(it) => Object::Float(*it),
            Constant::Str(it) => Object::str(it.as_str()),
            Constant::Bytes(it) => Object::Bytes(it.as_slice().into()),
            Constant::Ellipsis
            | Constant::LargeInt(_)
            | Constant::Imaginary(_)
            | Constant::Unreadable => return None,
        },
        ExpressionKind::Unary { operator: UnaryOperator::Minus, operand } => {
            match value(it, operand, trail)?.object {
                Object::Int(number) => Object::Int(-number),
                Object::Float(number) => Object::Float(-number),
                _ => return None,
            }
        }
        ExpressionKind::List(items) => {
            let items = values(it, items, trail)?;
            it.list(items)
        }
        ExpressionKind::Tuple(items) => Object::Tuple(values(it, items, trail)?.into()),
        ExpressionKind::Set(items) => {
            let items = values(it, items, trail)?;
            it.new_set(items).ok()?
        }
        ExpressionKind::Dict(items) => {
            let dict = it.new_dict();
            for item in items {
                let Item::Pair(key, inner) = item else { return None };
                let key = value(it, key, trail)?;
                let inner = value(it, inner, trail)?;
                it.dict_set(dict, &key, inner).ok()?;
            }
            Object::Dict(dict)
        }
        _ => return None,
    };
    Some(object.traced(trail))
}

fn values(it: &mut Machine<'_>, items: &[Expression], trail: Trail) -> Option<Vec<Traced>> {
    items.iter().map(|item| value(it, item, trail)).collect()
}
