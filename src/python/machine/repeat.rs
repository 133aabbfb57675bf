//! Loops. Where the number of rounds is not known, whatever a round touches becomes unknown.

use crate::python::machine::fork::Truth;
use crate::python::machine::heap::{Binding, Changes, Content, State};
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Flow, Machine, MeetingKind, Outcome, Stop, limit};
use crate::syntax::python::ast::{Block, Expression};

const ROUNDS_UNKNOWN: &str = "it is set in a loop that runs an unknown number of times";

impl<'a> Machine<'a> {
    pub(crate) fn for_loop(
        &mut self,
        target: &'a Expression,
        iterable: &'a Expression,
        body: &'a Block,
        otherwise: &'a Block,
    ) -> Outcome<Flow> {
        let iterable = self.expression(iterable)?;
        let items = self.iterate(&iterable)?;
        self.looped(otherwise, |machine| {
            for item in items {
                let flow = match &item.object {
                    Object::Rest(_) => {
                        let item = machine.unknown_from(&item);
                        machine.unknown_rounds(|it| {
                            it.assign(target, item.clone())?;
                            it.round(body)
                        })?
                    }
                    _ => {
                        machine.assign(target, item)?;
                        machine.round(body)?
                    }
                };
                if !matches!(flow, Flow::Next) {
                    return Ok(flow);
                }
            }
            Ok(Flow::Next)
        })
    }

    pub(crate) fn while_loop(
        &mut self,
        test: &'a Expression,
        body: &'a Block,
        otherwise: &'a Block,
    ) -> Outcome<Flow> {
        self.looped(otherwise, |machine| {
            for _ in 0..limit::ROUNDS {
                let value = machine.expression(test)?;
                match machine.truth(&value)? {
                    Truth::No => return Ok(Flow::Next),
                    Truth::Yes => match machine.round(body)? {
                        Flow::Next => {}
                        flow => return Ok(flow),
                    },
                    Truth::Open(_) => return machine.unknown_rounds(|it| it.round(body)),
                }
            }
            Err(Stop::Limit("a loop runs too long"))
        })
    }

    /// A loop, with the place where those meet that leave it by `break`.
    fn looped(
        &mut self,
        otherwise: &'a Block,
        run: impl FnOnce(&mut Self) -> Outcome<Flow>,
    ) -> Outcome<Flow> {
        let flow = self.meeting(MeetingKind::Loop, |it| match run(it)? {
            Flow::Next => it.block(otherwise),
            flow => Ok(flow),
        })?;
        Ok(match flow {
            Flow::Break => Flow::Next,
            flow => flow,
        })
    }

    fn round(&mut self, body: &'a Block) -> Outcome<Flow> {
        let flow = self.meeting(MeetingKind::Round, |it| it.block(body))?;
        Ok(match flow {
            Flow::Continue => Flow::Next,
            flow => flow,
        })
    }

    /// Runs a round without knowing whether and how often it runs, until no further round could
    /// touch anything more.
    fn unknown_rounds(&mut self, mut run: impl FnMut(&mut Self) -> Outcome<Flow>) -> Outcome<Flow> {
        let mut touched = 0;
        for _ in 0..4 {
            let mark = self.heap.mark();
            let result = run(self);
            match result {
                Err(Stop::Raise(raised)) => self.perhaps_raise(*raised),
                Err(stop) => return Err(stop),
                Ok(Flow::Return(value)) => {
                    let choice = self.fresh_choice();
                    let value = self.unknown_from(&value);
                    let changes = self.heap.changes(&mark);
                    self.heap.undo(&mark);
                    self.blur(changes, &mark);
                    return self.fork_flow(
                        &choice,
                        |_| Ok(Flow::Return(value)),
                        |_| Ok(Flow::Next),
                    );
                }
                Ok(Flow::Next | Flow::Break | Flow::Continue) => {}
            }
            let changes = self.heap.changes(&mark);
            let count = changes.len();
            self.heap.undo(&mark);
            self.blur(changes, &mark);
            if count == touched {
                break;
            }
            touched = count;
        }
        Ok(Flow::Next)
    }

    /// Everything that these changes touch is unknown from here on.
    fn blur(&mut self, changes: Changes, mark: &crate::python::machine::heap::Mark) {
        for (location, after) in changes {
            if !location.0.is_born_before(mark.born) {
                continue;
            }
            match (&location.1, self.heap.state(&location)) {
                (Some(name), State::Binding(before)) => {
                    let after = match &after {
                        State::Binding(after) => after.as_ref(),
                        State::Content(_) => None,
                    };
                    let both = before.iter().chain(after).map(|it| &it.value.object);
                    let aliases = self.aliases(both);
                    let mut value = self.unknown(ROUNDS_UNKNOWN);
                    value.object = Object::Unknown(self.why_among(ROUNDS_UNKNOWN, aliases));
                    let perhaps = before.is_none_or(|it| it.perhaps);
                    self.heap.bind(location.0, name, Some(Binding { value, perhaps, when: None }));
                }
                // A round that may have set any variable has perhaps set this one. The names of
                // modules stay, as those who loop over files of settings mostly add to them.
                (None, _) if location.0 == self.environ => {
                    self.blur_names(location.0, ROUNDS_UNKNOWN);
                }
                // There may be others besides: `locals()[name] = value`, here or in what calls this. Of
                // a class, what its bases have stays.
                (None, _) if after.has_more_names() && self.is_running(location.0) => {
                    let more = self.why(ROUNDS_UNKNOWN);
                    if let Content::Scope(scope) = self.heap.change(location.0) {
                        scope.more = Some(more);
                    }
                }
                _ => self.blur_content(location.0, ROUNDS_UNKNOWN),
            }
        }
    }

    /// A value was handed to code that may have done anything to it.
    pub(crate) fn touched(&mut self, value: &Traced, why: &str) {
        match &value.object {
            Object::List(handle)
            | Object::Dict(handle)
            | Object::Set(handle)
            | Object::Iterator(handle) => self.blur_content(*handle, why),
            Object::Names(scope) => self.blur_names(*scope, why),
            Object::Instance(handle) => {
                let scope = self.heap.instance(*handle).scope;
                self.blur_names(scope, why);
            }
            Object::OneOf(one) => {
                for member in &one.members {
                    self.touched(member, why);
                }
            }
            Object::Unknown(unknown) | Object::Rest(unknown) => {
                for handle in unknown.aliases.iter() {
                    self.blur_content(*handle, why);
                }
            }
            _ => {}
        }
    }
}
