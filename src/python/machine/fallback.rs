//! `os.getenv("X") if os.getenv("X") else "text"`: a text that stands in for a variable, chosen by a
//! look at the variable itself. What stands behind an `or` is seen where that is evaluated.

use crate::python::machine::{Machine, Outcome};
use crate::python::read::StandsIn;
use crate::syntax::python::ast::{Comparison, Constant, Expression, ExpressionKind, UnaryOperator};
use crate::syntax::python::within;

impl<'a> Machine<'a> {
    /// Notes the text of a conditional expression as the default of the variable that its test asked
    /// for, as the first of what was asked since, where the other outcome is the variable.
    pub(super) fn conditional_fallback(
        &mut self,
        test: &Expression,
        [then, otherwise]: [&'a Expression; 2],
        before: usize,
    ) -> Outcome<()> {
        let Some((there, stands_in)) = looked_for(test) else { return Ok(()) };
        let (variable, text) = if there { (then, otherwise) } else { (otherwise, then) };
        let is_text = matches!(&text.kind, ExpressionKind::Constant(Constant::Str(_)));
        let Some(name) = self.asked_without_default(before).filter(|_| is_text) else {
            return Ok(());
        };
        let mut is_it = false;
        within(variable, &mut |part| is_it |= part.as_str() == Some(&name));
        if is_it {
            let value = self.expression(text)?;
            self.falls_back(before, &value, stands_in);
        }
        Ok(())
    }

    /// The one variable that was asked for since, where nothing is said for its absence.
    pub(super) fn asked_without_default(&self, before: usize) -> Option<String> {
        let asked = self.reads.get(before).filter(|_| self.reads.len() == before + 1)?;
        let default = asked.default.as_ref().and_then(|it| it.text.as_deref());
        let has_none = !asked.required && matches!(default, Some("None" | "''"));
        has_none.then(|| asked.name.clone())
    }
}

/// Whether a test that looks at one call holds where the variable is there, and what counts as not
/// there.
fn looked_for(test: &Expression) -> Option<(bool, StandsIn)> {
    let is_call = |it: &Expression| matches!(it.kind, ExpressionKind::Call { .. });
    match &test.kind {
        ExpressionKind::Call { .. } => Some((true, StandsIn::ForEmptyToo)),
        ExpressionKind::Unary { operator: UnaryOperator::Not, operand } => {
            looked_for(operand).map(|(there, stands_in)| (!there, stands_in))
        }
        ExpressionKind::Compare { first, rest } if is_call(first) => {
            let [(comparison, other)] = rest.as_slice() else { return None };
            let is_none = matches!(other.kind, ExpressionKind::Constant(Constant::None));
            let is_empty = other.as_str() == Some("");
            match comparison {
                Comparison::NotEqual if is_empty => Some((true, StandsIn::ForEmpty)),
                Comparison::Equal if is_empty => Some((false, StandsIn::ForEmpty)),
                Comparison::IsNot | Comparison::NotEqual if is_none => {
                    Some((true, StandsIn::ForAbsent))
                }
                Comparison::Is | Comparison::Equal if is_none => Some((false, StandsIn::ForAbsent)),
                _ => None,
            }
        }
        _ => None,
    }
}
