//! `match` statements.

use crate::python::machine::fork::Truth;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Flow, Machine, Outcome};
use crate::syntax::python::ast::{Case, Comparison, Constant, Expression, ExpressionKind, Pattern};

impl<'a> Machine<'a> {
    pub(crate) fn match_statement(
        &mut self,
        subject: &'a Expression,
        cases: &'a [Case],
    ) -> Outcome<Flow> {
        let subject = self.expression(subject)?;
        self.cases(&subject, cases)
    }

    fn cases(&mut self, subject: &Traced, cases: &'a [Case]) -> Outcome<Flow> {
        let Some((case, rest)) = cases.split_first() else { return Ok(Flow::Next) };
        let matched = match self.matches(subject, &case.pattern)? {
            Truth::Yes => match &case.guard {
                Some(guard) => {
                    let guard = self.expression(guard)?;
                    self.truth(&guard)?
                }
                None => Truth::Yes,
            },
            // A guard can only make it less certain.
            Truth::Open(choice) if case.guard.is_some() => {
                let _ = choice;
                Truth::Open(self.fresh_choice())
            }
            other => other,
        };
        match matched {
            Truth::Yes => self.block(&case.body),
            Truth::No => self.cases(subject, rest),
            Truth::Open(choice) => {
                self.fork_flow(&choice, |it| it.block(&case.body), |it| it.cases(subject, rest))
            }
        }
    }

    fn matches(&mut self, subject: &Traced, pattern: &'a Pattern) -> Outcome<Truth> {
        match pattern {
            Pattern::Capture(name) | Pattern::Star(name) => {
                if let Some(name) = name {
                    self.bind_name(&name.text, subject.clone());
                }
                Ok(Truth::Yes)
            }
            Pattern::As(inner, name) => {
                let matched = self.matches(subject, inner)?;
                if !matches!(matched, Truth::No) {
                    self.bind_name(&name.text, subject.clone());
                }
                Ok(matched)
            }
            Pattern::Value(value) => {
                let singleton = matches!(
                    value.kind,
                    ExpressionKind::Constant(Constant::None | Constant::Bool(_))
                );
                let how = if singleton { Comparison::Is } else { Comparison::Equal };
                let value = self.expression(value)?;
                let equal = self.compare(how, subject, &value)?;
                self.truth(&equal)
            }
            Pattern::Or(patterns) => {
                let mut open = None;
                for pattern in patterns {
                    match self.matches(subject, pattern)? {
                        Truth::Yes if open.is_none() => return Ok(Truth::Yes),
                        Truth::No => {}
                        Truth::Yes | Truth::Open(_) if open.is_some() => {
                            open = Some(self.fresh_choice());
                        }
                        Truth::Open(choice) => open = Some(choice),
                        Truth::Yes => return Ok(Truth::Yes),
                    }
                }
                Ok(open.map_or(Truth::No, Truth::Open))
            }
            Pattern::Sequence(patterns) => self.matches_sequence(subject, patterns),
            Pattern::Mapping { entries, rest } => {
                let Object::Dict(handle) = &subject.object else {
                    return self.maybe_other(subject);
                };
                let handle = *handle;
                let mut all = Truth::Yes;
                for (key, pattern) in entries {
                    let key = self.expression(key)?;
                    let Some(key) = self.key_of(&key)? else { return self.maybe_other(subject) };
                    let dict = self.heap.dict(handle);
                    let Some(entry) = dict.entries.get(&key).cloned() else {
                        if dict.is_exact() {
                            return Ok(Truth::No);
                        }
                        return Ok(Truth::Open(self.fresh_choice()));
                    };
                    let matched = self.matches(&entry.value, pattern)?;
                    all = self.both(all, matched);
                }
                if let Some(rest) = rest {
                    let value = self.unknown("the rest of a mapping is not followed");
                    self.bind_name(&rest.text, value);
                }
                Ok(all)
            }
            Pattern::Class { class, positional, keywords } => {
                let class = self.expression(class)?;
                let mut all = self.is_instance(subject, &class)?;
                if matches!(all, Truth::No) {
                    return Ok(all);
                }
                for (at, pattern) in positional.iter().enumerate() {
                    let part = if at == 0 && subject.object.type_of().is_some() {
                        subject.clone()
                    } else {
                        self.unknown("positions of a class pattern are not followed")
                    };
                    let matched = self.matches(&part, pattern)?;
                    all = self.both(all, matched);
                }
                for (name, pattern) in keywords {
                    let part = self.attribute(subject, name)?;
                    let matched = self.matches(&part, pattern)?;
                    all = self.both(all, matched);
                }
                Ok(all)
            }
        }
    }

    fn matches_sequence(&mut self, subject: &Traced, patterns: &'a [Pattern]) -> Outcome<Truth> {
        if !matches!(subject.object, Object::List(_) | Object::Tuple(_)) {
            return self.maybe_other(subject);
        }
        let items = self.iterate(subject)?;
        if items.iter().any(|it| matches!(it.object, Object::Rest(_))) {
            for pattern in patterns {
                let part = self.unknown_from(subject);
                self.matches(&part, pattern)?;
            }
            return Ok(Truth::Open(self.fresh_choice()));
        }
        let star = patterns.iter().position(|it| matches!(it, Pattern::Star(_)));
        let fits = match star {
            Some(_) => items.len() + 1 >= patterns.len(),
            None => items.len() == patterns.len(),
        };
        if !fits {
            return Ok(Truth::No);
        }
        let mut all = Truth::Yes;
        let (before, after) = match star {
            Some(star) => (star, patterns.len() - star - 1),
            None => (patterns.len(), 0),
        };
        let tail = items.len() - after;
        let pairs = patterns[..before].iter().zip(&items);
        let ends = patterns[patterns.len() - after..].iter().zip(&items[tail..]);
        for (pattern, item) in pairs.chain(ends) {
            let matched = self.matches(item, pattern)?;
            all = self.both(all, matched);
        }
        if let Some(star) = star {
            let middle = self.list(items[before..tail].to_vec()).bare();
            self.matches(&middle, &patterns[star])?;
        }
        Ok(all)
    }

    /// What is neither a list nor a mapping matches neither, unless nobody knows what it is.
    fn maybe_other(&mut self, subject: &Traced) -> Outcome<Truth> {
        let open = subject.object.is_unknown()
            || matches!(subject.object, Object::OneOf(_) | Object::Instance(_));
        Ok(if open { Truth::Open(self.fresh_choice()) } else { Truth::No })
    }

    fn both(&mut self, a: Truth, b: Truth) -> Truth {
        match (a, b) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, other) | (other, Truth::Yes) => other,
            (Truth::Open(_), Truth::Open(_)) => Truth::Open(self.fresh_choice()),
        }
    }
}
