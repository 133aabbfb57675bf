//! Comprehensions. They run in a scope of their own; a generator is evaluated at once, which only
//! the order of side effects could tell.

use crate::python::machine::fork::Truth;
use crate::python::machine::heap::Handle;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Frame, Machine, Outcome, Stop, limit};
use crate::syntax::python::ast::{Clause, Comprehension, ComprehensionKind, Expression};

/// What has been gathered: a list's members, or a dict's keys with their values.
struct Gathered {
    items: Vec<(Traced, Option<Traced>)>,
    /// Some member may be missing, or further ones be there.
    open: Option<Traced>,
}

impl<'a> Machine<'a> {
    pub(crate) fn comprehension(&mut self, it: &'a Comprehension) -> Outcome<Traced> {
        let Some(Clause::For { iterable, .. }) = it.clauses.first() else {
            return Ok(self.unknown("a comprehension goes through nothing"));
        };
        let iterable = self.within(|machine| machine.expression(iterable))?;
        self.over(it, &iterable)
    }

    /// What it makes of a value to go through. Of several that have not as many members each has its own:
    /// `[host.strip() for host in hosts.split(",")]`, where the hosts are a variable's or else `*`.
    fn over(&mut self, it: &'a Comprehension, iterable: &Traced) -> Outcome<Traced> {
        let iterable = self.narrowed(iterable.clone());
        if let Object::OneOf(one) = &iterable.object
            && !self.are_as_long(&one.members)
        {
            return self.each_member(&iterable, |machine, member| machine.over(it, member));
        }
        let mut gathered = Gathered { items: Vec::new(), open: None };
        self.within(|machine| {
            let Some((Clause::For { target, .. }, rest)) = it.clauses.split_first() else {
                return Ok(());
            };
            machine.each(it, (target, rest), &iterable, &mut gathered, false)
        })?;
        let place = self.place_of(it.element.span);
        let from: Vec<Traced> = gathered.items.iter().take(1).map(|it| it.0.clone()).collect();
        let object = self.finished(it.kind, gathered)?;
        let from: Vec<&Traced> = from.iter().collect();
        Ok(self.computed_at(place, object, &from))
    }

    /// Does something in the scope of a comprehension.
    fn within<T>(&mut self, run: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        let scope = self.heap.scope();
        self.push_inner_frame(scope);
        let height = self.frames.len();
        let result = run(self);
        self.frames.truncate(height - 1);
        result
    }

    /// Whether these are sequences with as many members, each of them known to be there.
    fn are_as_long(&self, members: &[Traced]) -> bool {
        let length = |it: &Traced| {
            let items = match &it.object {
                Object::List(handle) => self.heap.list(*handle),
                Object::Tuple(items) => items,
                _ => return None,
            };
            let is_whole = !items.iter().any(|it| matches!(it.object, Object::Rest(_)));
            is_whole.then_some(items.len())
        };
        let first = members.first().and_then(length);
        first.is_some() && members.iter().all(|it| length(it) == first)
    }

    fn finished(&mut self, kind: ComprehensionKind, gathered: Gathered) -> Outcome<Object> {
        let mut keys: Vec<Traced> = Vec::new();
        if kind != ComprehensionKind::Dict {
            keys.extend(gathered.items.into_iter().map(|(key, _)| key));
            return match kind {
                ComprehensionKind::List => Ok(self.list(keys)),
                ComprehensionKind::Set => self.new_set(keys),
                ComprehensionKind::Generator | ComprehensionKind::Dict => Ok(self.iterator(keys)),
            };
        }
        let dict = self.new_dict();
        for (key, value) in gathered.items {
            let value = value.unwrap_or(Object::None.bare());
            self.dict_set(dict, &key, value)?;
        }
        if let Some(open) = gathered.open {
            self.open_dict(dict, &open);
        }
        Ok(Object::Dict(dict))
    }

    fn push_inner_frame(&mut self, scope: Handle) {
        let frame = self.frame();
        let mut enclosing = frame.enclosing.clone();
        // A class body's names are not seen from inside its comprehensions; that its first
        // iterable does see them needs them here all the same, and nothing else is lost by it.
        enclosing.insert(0, frame.scope);
        let inner = Frame {
            scope,
            globals: frame.globals,
            enclosing,
            file: frame.file,
            here: frame.here,
            function: None,
            class: None,
            global_names: Vec::new(),
            yielded: Vec::new(),
        };
        self.frames.push(inner);
    }

    fn clauses(
        &mut self,
        it: &'a Comprehension,
        clauses: &'a [Clause],
        gathered: &mut Gathered,
        perhaps: bool,
    ) -> Outcome<()> {
        let Some((clause, rest)) = clauses.split_first() else {
            return self.gather(it, gathered, perhaps);
        };
        match clause {
            Clause::For { target, iterable } => {
                let iterable = self.expression(iterable)?;
                self.each(it, (target, rest), &iterable, gathered, perhaps)
            }
            Clause::If(test) => {
                let test = self.expression(test)?;
                match self.truth(&test)? {
                    Truth::Yes => self.clauses(it, rest, gathered, perhaps),
                    Truth::No => Ok(()),
                    Truth::Open(choice) => self.assuming(&choice, true, |machine| {
                        machine.clauses(it, rest, gathered, true)
                    }),
                }
            }
        }
    }

    /// Goes through the members of a value, and then through what the clauses behind say.
    fn each(
        &mut self,
        it: &'a Comprehension,
        (target, rest): (&'a Expression, &'a [Clause]),
        iterable: &Traced,
        gathered: &mut Gathered,
        perhaps: bool,
    ) -> Outcome<()> {
        for item in self.iterate(iterable)? {
            if let Object::Rest(_) = item.object {
                let rest = self.unknown_from(&item);
                self.open_end(it.kind, rest, gathered);
                continue;
            }
            if gathered.items.len() >= limit::GATHERED {
                self.close(it.kind, gathered);
                return Ok(());
            }
            self.assign(target, item)?;
            self.clauses(it, rest, gathered, perhaps)?;
        }
        Ok(())
    }

    fn gather(
        &mut self,
        it: &'a Comprehension,
        gathered: &mut Gathered,
        perhaps: bool,
    ) -> Outcome<()> {
        let key = self.expression(&it.element)?;
        let value = it.value.as_ref().map(|value| self.expression(value)).transpose()?;
        if gathered.items.len() > limit::ITEMS {
            return Err(Stop::Limit("a collection is too large"));
        }
        if perhaps {
            let rest = self.unknown_from(&key);
            self.open_end(it.kind, rest, gathered);
        } else {
            gathered.items.push((key, value));
        }
        Ok(())
    }

    /// Leaves the members unknown that are too many to follow, as the 65,536 addresses of
    /// `[f"10.0.{i}.{j}" for i in range(256) for j in range(256)]`.
    fn close(&mut self, kind: ComprehensionKind, gathered: &mut Gathered) {
        if gathered.open.is_none() {
            let rest = self.unknown("there are more members than are followed");
            self.open_end(kind, rest, gathered);
        }
    }

    fn open_end(&mut self, kind: ComprehensionKind, rest: Traced, gathered: &mut Gathered) {
        gathered.open = Some(rest.clone());
        if kind == ComprehensionKind::Dict {
            return;
        }
        if let Object::Unknown(why) = &rest.object {
            gathered.items.push((Object::Rest(why.clone()).traced(rest.trail), None));
        }
    }
}
