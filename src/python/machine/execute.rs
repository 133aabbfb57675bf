//! Statements.

use crate::fact::Fact;
use crate::python::machine::fork::Truth;
use crate::python::machine::heap::{Binding, Handle};
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::raise::Trying;
use crate::python::machine::{Flow, Machine, Outcome, Raised, Stop};
use crate::syntax::python::ast::{
    Block, Expression, ExpressionKind, Handler, Imported, Statement, StatementKind, Try,
};
use crate::syntax::python::{bound_names, each_expression, each_statement};
use std::rc::Rc;

/// One way on from a `try` statement.
type Way<'w, M> = Box<dyn FnOnce(&mut M) -> Outcome<Flow> + 'w>;

impl<'a> Machine<'a> {
    /// A module's own statements. One that exceeds a limit makes unknown what it may have touched;
    /// those after it are still followed.
    pub(crate) fn module_body(&mut self, body: &'a Block) -> Outcome<()> {
        for statement in body {
            let before = self.levels();
            self.steps_at = self.steps;
            match self.statement_given(statement) {
                Ok(_) => {}
                Err(Stop::Limit(why)) => {
                    self.back_to(&before);
                    if let Some(place) = self.place_of(statement.span) {
                        self.limits.push(Fact::at(why.to_owned(), place));
                    }
                    self.lose(statement, why);
                }
                Err(Stop::Raise(_)) if self.passes_over && self.tries.is_empty() => {
                    self.back_to(&before);
                    self.lose(statement, "the settings stop here");
                    if brings_all_names(statement) {
                        let scope = self.frame().scope;
                        self.blur_names(
                            scope,
                            "every name of a module that is not there is imported",
                        );
                    }
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(())
    }

    /// Makes unknown whatever a statement may have changed.
    pub(crate) fn lose(&mut self, statement: &'a Statement, why: &'static str) {
        let scope = self.frame().scope;
        let mut names = Vec::new();
        let alone = std::slice::from_ref(statement);
        let mut note = |expression: &'a Expression| {
            if let ExpressionKind::Name(name) = &expression.kind {
                names.push(name.as_str());
            }
        };
        each_expression(alone, &mut note);
        let mut bound: Vec<String> = bound_names(alone);
        each_statement(alone, &mut |it| {
            if let StatementKind::Global(globals) = &it.kind {
                bound.extend(globals.iter().map(|name| name.text.clone()));
            }
        });
        for name in names {
            if let Some(binding) = self.heap.binding(scope, name).cloned() {
                self.touched(&binding.value, why);
            }
        }
        for name in bound {
            let value = self.unknown(why);
            let perhaps = self.heap.binding(scope, &name).is_none();
            self.heap.bind(scope, &name.into(), Some(Binding { value, perhaps, when: None }));
        }
    }

    pub(crate) fn block(&mut self, body: &'a Block) -> Outcome<Flow> {
        for statement in body {
            match self.statement(statement)? {
                Flow::Next => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    pub(crate) fn statement(&mut self, statement: &'a Statement) -> Outcome<Flow> {
        self.step()?;
        self.frame().here = statement.span;
        self.deeper(|it| it.statement_here(statement))
    }

    fn statement_here(&mut self, statement: &'a Statement) -> Outcome<Flow> {
        match &statement.kind {
            StatementKind::Expression(value) => {
                self.expression(value)?;
            }
            StatementKind::Assign { targets, value } => {
                let value = self.expression(value)?;
                for target in targets {
                    self.assign(target, value.clone())?;
                }
            }
            StatementKind::Annotated { target, annotation, value } => {
                self.annotate(target, annotation)?;
                if let Some(value) = value {
                    let value = self.expression(value)?;
                    self.assign(target, value)?;
                }
            }
            StatementKind::Augmented { target, operator, value } => {
                self.augment(target, *operator, value)?;
            }
            StatementKind::Delete(targets) => {
                for target in targets {
                    self.delete(target)?;
                }
            }
            StatementKind::Return(value) => {
                let value = value.as_ref().map(|it| self.expression(it)).transpose()?;
                return Ok(Flow::Return(value.unwrap_or(Object::None.bare())));
            }
            StatementKind::Raise { exception, .. } => return self.raise_statement(exception),
            StatementKind::Assert { test, message } => self.assert(test, message)?,
            StatementKind::Import(aliases) => self.import_statement(aliases)?,
            StatementKind::ImportFrom { level, module, names } => {
                let module = module.as_ref().map_or("", |it| it.text.as_str());
                self.import_from(*level, module, names)?;
            }
            StatementKind::Global(names) => {
                let names = names.iter().map(|it| it.text.as_str());
                self.frame().global_names.extend(names);
            }
            StatementKind::Nonlocal(_) | StatementKind::Pass => {}
            StatementKind::Break => return Ok(Flow::Break),
            StatementKind::Continue => return Ok(Flow::Continue),
            StatementKind::If { branches, otherwise } => return self.branch(branches, otherwise),
            StatementKind::For { target, iterable, body, otherwise } => {
                return self.for_loop(target, iterable, body, otherwise);
            }
            StatementKind::While { test, body, otherwise } => {
                return self.while_loop(test, body, otherwise);
            }
            StatementKind::Try(it) => return self.try_statement(it),
            StatementKind::With { items, body } => return self.with_statement(items, body),
            StatementKind::Function(function) => {
                let value = self.define(function)?;
                self.bind_name(&function.name.text, value);
            }
            StatementKind::Class(class) => {
                let value = self.class_statement(class)?;
                self.bind_name(&class.name.text, value);
            }
            StatementKind::Match { subject, cases } => return self.match_statement(subject, cases),
        }
        Ok(Flow::Next)
    }

    fn branch(
        &mut self,
        branches: &'a [(Expression, Block)],
        otherwise: &'a Block,
    ) -> Outcome<Flow> {
        let Some(((test, body), rest)) = branches.split_first() else {
            return self.block(otherwise);
        };
        let value = self.expression(test)?;
        match self.truth(&value)? {
            Truth::Yes => self.block(body),
            Truth::No => self.branch(rest, otherwise),
            Truth::Open(choice) => {
                self.fork_flow(&choice, |it| it.block(body), |it| it.branch(rest, otherwise))
            }
        }
    }

    fn assert(&mut self, test: &'a Expression, message: &'a Option<Expression>) -> Outcome<()> {
        let value = self.expression(test)?;
        let fail = |it: &mut Self| {
            let message = message.as_ref().map(|message| it.expression(message)).transpose()?;
            Err(it.raised_with("AssertionError", message.into_iter().collect()))
        };
        match self.truth(&value)? {
            Truth::Yes => Ok(()),
            Truth::No => fail(self),
            Truth::Open(choice) => {
                self.fork_flow(&choice, |_| Ok(Flow::Next), |it| fail(it).map(|()| Flow::Next))?;
                Ok(())
            }
        }
    }

    fn try_statement(&mut self, it: &'a Try) -> Outcome<Flow> {
        if it.finally.is_empty() {
            return self.try_except(it);
        }
        let result = self.try_except(it);
        if matches!(result, Err(Stop::Limit(_))) {
            return result;
        }
        match self.block(&it.finally)? {
            Flow::Next => result,
            flow => Ok(flow),
        }
    }

    fn try_except(&mut self, it: &'a Try) -> Outcome<Flow> {
        if it.handlers.is_empty() {
            return self.block(&it.body);
        }
        let mark = self.heap.mark();
        self.tries.push(Trying { mark, raised: Vec::new() });
        let height = self.tries.len();
        let result = self.block(&it.body);
        self.tries.truncate(height);
        let possible = self.tries.pop().map(|it| it.raised).unwrap_or_default();
        if possible.is_empty() {
            self.heap.keep(&mark);
            return self.after_try(it, result);
        }
        if matches!(result, Err(Stop::Limit(_))) {
            return result;
        }
        let changes = self.heap.changes(&mark);
        self.heap.undo(&mark);
        let rest: Way<'_, Self> = Box::new(|machine| {
            machine.heap.apply(changes);
            machine.after_try(it, result)
        });
        let run = possible.into_iter().rev().fold(rest, |rest, (raised, changes)| {
            Box::new(move |machine: &mut Self| {
                let choice = machine.fresh_choice();
                let handle = |machine: &mut Self| {
                    machine.heap.apply(changes);
                    machine.handle(&it.handlers, raised)
                };
                machine.fork_flow(&choice, handle, rest)
            })
        });
        run(self)
    }

    fn after_try(&mut self, it: &'a Try, result: Outcome<Flow>) -> Outcome<Flow> {
        match result {
            Ok(Flow::Next) => self.block(&it.otherwise),
            Err(Stop::Raise(raised)) => self.handle(&it.handlers, *raised),
            other => other,
        }
    }

    /// Finds the handler for what was raised, and runs it.
    fn handle(&mut self, handlers: &'a [Handler], raised: Raised) -> Outcome<Flow> {
        let Some((handler, rest)) = handlers.split_first() else {
            return Err(Stop::Raise(Box::new(raised)));
        };
        let Some(kind) = &handler.kind else { return self.run_handler(handler, raised) };
        let kind = self.expression(kind)?;
        match self.is_instance(&raised.exception, &kind)? {
            Truth::Yes => self.run_handler(handler, raised),
            Truth::No => self.handle(rest, raised),
            Truth::Open(choice) => {
                let again = raised.clone();
                self.fork_flow(
                    &choice,
                    |it| it.run_handler(handler, raised),
                    |it| it.handle(rest, again),
                )
            }
        }
    }

    fn run_handler(&mut self, handler: &'a Handler, raised: Raised) -> Outcome<Flow> {
        if let Some(name) = &handler.name {
            self.bind_name(&name.text, raised.exception.clone());
        }
        self.handling.push(raised);
        let height = self.handling.len();
        let result = self.block(&handler.body);
        self.handling.truncate(height - 1);
        // The name of the exception is unbound again (Python reference, 8.4).
        if let Some(name) = &handler.name {
            let scope = self.scope_of(&name.text);
            self.heap.bind(scope, &name.text.as_str().into(), None);
        }
        result
    }

    fn with_statement(
        &mut self,
        items: &'a [(Expression, Option<Expression>)],
        body: &'a Block,
    ) -> Outcome<Flow> {
        let Some(((context, target), rest)) = items.split_first() else {
            return self.block(body);
        };
        let manager = self.expression(context)?;
        let entered = self.enter(&manager)?;
        if let Some(target) = target {
            self.assign(target, entered)?;
        }
        if let Object::Instance(_) = manager.object
            && let Some(suppressed) = self.suppressed(&manager)
        {
            return self.suppressing(suppressed, |it| it.with_statement(rest, body));
        }
        let result = self.with_statement(rest, body);
        if let (Ok(_), Object::Instance(_)) = (&result, &manager.object) {
            self.leave(&manager)?;
        }
        result
    }

    /// Runs a block whose exceptions of some kinds are dropped (`contextlib.suppress`).
    fn suppressing(
        &mut self,
        kinds: Traced,
        run: impl FnOnce(&mut Self) -> Outcome<Flow>,
    ) -> Outcome<Flow> {
        let mark = self.heap.mark();
        self.tries.push(Trying { mark, raised: Vec::new() });
        let height = self.tries.len();
        let result = run(self);
        self.tries.truncate(height);
        let possible = self.tries.pop().map(|it| it.raised).unwrap_or_default();
        let mut flow = match result {
            Err(Stop::Raise(raised)) => match self.is_instance(&raised.exception, &kinds)? {
                Truth::No => return Err(Stop::Raise(raised)),
                Truth::Yes | Truth::Open(_) => Flow::Next,
            },
            other => other?,
        };
        let changes = self.heap.changes(&mark);
        self.heap.undo(&mark);
        let mut live = Some(changes);
        for (_, early) in possible {
            let choice = self.fresh_choice();
            let changes = live.take().unwrap_or_default();
            let then = |it: &mut Self| {
                it.heap.apply(early);
                Ok(Flow::Next)
            };
            let go_on = flow.clone();
            flow = self.fork_flow(&choice, then, |it| {
                it.heap.apply(changes);
                Ok(go_on)
            })?;
        }
        if let Some(changes) = live {
            self.heap.apply(changes);
        }
        Ok(flow)
    }

    /// Where an assignment to a name goes.
    pub(crate) fn scope_of(&mut self, name: &str) -> Handle {
        let frame = self.frame();
        if frame.global_names.contains(&name) {
            return frame.globals;
        }
        let own = frame.function.is_none_or(|it| it.locals.iter().any(|local| local == name));
        let (scope, enclosing) = (frame.scope, frame.enclosing.clone());
        if own {
            return scope;
        }
        // `nonlocal`: the nearest function around that has it.
        let holds = |it: &Handle| self.heap.binding(*it, name).is_some();
        enclosing.into_iter().find(holds).unwrap_or(scope)
    }

    pub(crate) fn bind_name(&mut self, name: &str, value: Traced) {
        let scope = self.scope_of(name);
        let name: Rc<str> = name.into();
        self.heap.set(scope, &name, value);
    }
}

/// Whether a statement imports all names of some module: nobody knows then which it would have bound.
fn brings_all_names(statement: &Statement) -> bool {
    let mut brings = false;
    each_statement(std::slice::from_ref(statement), &mut |it| {
        let names = match &it.kind {
            StatementKind::ImportFrom { names, .. } => Some(names),
            _ => None,
        };
        brings |= matches!(names, Some(Imported::Star(_)));
    });
    brings
}
