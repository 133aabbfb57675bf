//! Branches that cannot be decided: both ways are run, and what differs is joined.

use crate::python::machine::heap::Changes;
use crate::python::machine::join::leaves;
use crate::python::machine::object::{Object, OneOf, Traced};
use crate::python::machine::trail::Trail;
use crate::python::machine::{Flow, Machine, Meeting, MeetingKind, Outcome, Stop, limit};
use std::rc::Rc;

/// A condition whose outcome is not known: which outcomes of its branch make it true.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) branch: u32,
    pub(crate) taken: Vec<bool>,
}

/// A flow that left a branch early, waiting for the others.
#[derive(Clone, Debug)]
pub(crate) struct Parked {
    choice: Choice,
    flow: Flow,
    changes: Changes,
    /// What existed when the ways parted; anything later belongs to one of them.
    born: u32,
}

#[derive(Clone, Debug)]
pub(crate) enum Truth {
    Yes,
    No,
    Open(Choice),
}

impl Choice {
    pub(crate) fn not(mut self) -> Self {
        self.taken.iter_mut().for_each(|it| *it = !*it);
        self
    }
}

impl Machine<'_> {
    /// A condition about which nothing is known, and which no other shares.
    pub(crate) fn fresh_choice(&mut self) -> Choice {
        self.branches.push(2);
        Choice { branch: self.branches.len() as u32 - 1, taken: vec![true, false] }
    }

    /// The condition that `key` names: asked again, it is the same.
    pub(crate) fn choice_about(&mut self, key: String) -> Choice {
        let branch = match self.conditions.get(&key) {
            Some(branch) => *branch,
            None => {
                let branch = self.fresh_choice().branch;
                self.conditions.insert(key, branch);
                branch
            }
        };
        Choice { branch, taken: vec![true, false] }
    }

    /// `True` or `False`, as the choice falls.
    pub(crate) fn boolean_of(&mut self, choice: &Choice, from: &[&Traced]) -> Traced {
        let members = choice.taken.iter().map(|it| Object::Bool(*it).bare()).collect();
        let object = Object::OneOf(Rc::new(OneOf { branch: choice.branch, members }));
        self.computed(object, from)
    }

    /// What a choice still leaves open on the way that is followed.
    pub(crate) fn settled(&self, choice: &Choice) -> Option<bool> {
        let mut left = Vec::new();
        for (at, taken) in choice.taken.iter().enumerate() {
            let ruled_out = self
                .assumed
                .iter()
                .any(|(branch, open)| *branch == choice.branch && !open.get(at).unwrap_or(&true));
            if !ruled_out && !left.contains(taken) {
                left.push(*taken);
            }
        }
        match left.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// A value as it is on the way that is followed.
    pub(crate) fn narrowed(&self, value: Traced) -> Traced {
        if self.assumed.is_empty() {
            return value;
        }
        let Object::OneOf(one) = &value.object else { return value };
        let possible = |at: &usize| {
            self.assumed
                .iter()
                .all(|(branch, open)| *branch != one.branch || *open.get(*at).unwrap_or(&true))
        };
        let left: Vec<usize> = (0..one.members.len()).filter(possible).collect();
        match left.as_slice() {
            [only] => self.narrowed(one.members[*only].clone()),
            _ => value,
        }
    }

    /// Runs on one side of a choice, knowing that it fell so.
    pub(crate) fn assuming<T>(
        &mut self,
        choice: &Choice,
        side: bool,
        run: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let open = choice.taken.iter().map(|it| *it == side).collect();
        self.assumed.push((choice.branch, open));
        let height = self.assumed.len();
        let result = run(self);
        self.assumed.truncate(height - 1);
        result
    }

    /// An expression that is evaluated one way or the other.
    pub(crate) fn fork(
        &mut self,
        choice: &Choice,
        then: impl FnOnce(&mut Self) -> Outcome<Traced>,
        otherwise: impl FnOnce(&mut Self) -> Outcome<Traced>,
    ) -> Outcome<Traced> {
        let then = |it: &mut Self| then(it).map(Flow::Return);
        let otherwise = |it: &mut Self| otherwise(it).map(Flow::Return);
        match self.fork_flow(choice, then, otherwise)? {
            Flow::Return(value) => Ok(value),
            Flow::Next | Flow::Break | Flow::Continue => Ok(Object::None.bare()),
        }
    }

    /// Statements that are run one way or the other. Where one way ends early, it is put aside
    /// until the loop or the function ends, and the other goes on alone.
    pub(crate) fn fork_flow(
        &mut self,
        choice: &Choice,
        then: impl FnOnce(&mut Self) -> Outcome<Flow>,
        otherwise: impl FnOnce(&mut Self) -> Outcome<Flow>,
    ) -> Outcome<Flow> {
        match self.settled(choice) {
            Some(true) => return then(self),
            Some(false) => return otherwise(self),
            None => {}
        }
        let mark = self.heap.mark();
        let born = mark.born;
        let first = self.assuming(choice, true, then);
        let first = match first {
            Err(Stop::Raise(raised)) => {
                self.perhaps_raise(*raised);
                self.heap.undo(&mark);
                return self.assuming(choice, false, otherwise);
            }
            Err(stop) => return Err(stop),
            Ok(flow) => flow,
        };
        let changes = self.heap.changes(&mark);
        self.heap.undo(&mark);

        let mark = self.heap.mark();
        let second = self.assuming(choice, false, otherwise);
        match second {
            Err(Stop::Raise(raised)) => {
                self.perhaps_raise(*raised);
                self.heap.undo(&mark);
                self.heap.apply(changes);
                Ok(first)
            }
            Err(stop) => Err(stop),
            Ok(second) => {
                let other = self.heap.changes(&mark);
                self.heap.undo(&mark);
                if !ends_alike(&first, &second) {
                    return Ok(self.part(choice, born, (first, changes), (second, other)));
                }
                let joined = self.join_changes(choice, born, changes, other);
                self.heap.apply(joined);
                Ok(match (first, second) {
                    (Flow::Return(a), Flow::Return(b)) => Flow::Return(self.join(choice, a, b)),
                    (flow, _) => flow,
                })
            }
        }
    }

    /// One flow goes on and the other waits, from where their ways parted: the first if it left
    /// early, or else the second.
    fn part(
        &mut self,
        choice: &Choice,
        born: u32,
        (first, changes): (Flow, Changes),
        (second, other): (Flow, Changes),
    ) -> Flow {
        if let Some(at) = self.meeting_of(&first) {
            self.park(at, choice.clone(), first, changes, born);
            self.heap.apply(other);
            return second;
        }
        if let Some(at) = self.meeting_of(&second) {
            self.park(at, choice.clone().not(), second, other, born);
        }
        self.heap.apply(changes);
        first
    }

    /// Where a flow that left early is waited for.
    fn meeting_of(&self, flow: &Flow) -> Option<usize> {
        let kind = match flow {
            Flow::Next => return None,
            Flow::Break => MeetingKind::Loop,
            Flow::Continue => MeetingKind::Round,
            Flow::Return(_) => MeetingKind::Function,
        };
        self.meetings.iter().rposition(|it| it.kind == kind)
    }

    /// Puts a flow aside with `own` changes on top of how things stand, told from the meeting.
    fn park(&mut self, at: usize, choice: Choice, flow: Flow, own: Changes, born: u32) {
        let mut changes = self.heap.changes(&self.meetings[at].mark);
        changes.extend(own);
        self.meetings[at].parked.push(Parked { choice, flow, changes, born });
    }

    /// Runs what has a meeting point at its end.
    pub(crate) fn meeting(
        &mut self,
        kind: MeetingKind,
        run: impl FnOnce(&mut Self) -> Outcome<Flow>,
    ) -> Outcome<Flow> {
        let mark = self.heap.mark();
        self.meetings.push(Meeting { mark, kind, parked: Vec::new() });
        let height = self.meetings.len();
        let result = run(self);
        self.meetings.truncate(height);
        let Some(meeting) = self.meetings.pop() else { return result };
        self.meet(meeting, result)
    }

    /// Joins the flow that arrives with those that waited, the latest first.
    fn meet(&mut self, meeting: Meeting, result: Outcome<Flow>) -> Outcome<Flow> {
        let mark = meeting.mark;
        let mut parked = meeting.parked;
        let arrived = |kind: MeetingKind, flow: &Flow| match flow {
            Flow::Next => true,
            Flow::Break => kind == MeetingKind::Loop,
            Flow::Continue => kind == MeetingKind::Round,
            Flow::Return(_) => kind == MeetingKind::Function,
        };
        let (mut flow, mut changes) = match result {
            Err(Stop::Raise(raised)) if !parked.is_empty() => {
                self.perhaps_raise(*raised);
                let last = parked.pop().expect("one is waiting");
                self.heap.undo(&mark);
                (last.flow, last.changes)
            }
            Err(stop) => {
                self.heap.keep(&mark);
                return Err(stop);
            }
            Ok(flow) if parked.is_empty() => {
                self.heap.keep(&mark);
                return Ok(flow);
            }
            // It leaves a loop for good while others stay in it: it waits further out.
            Ok(flow) if !arrived(meeting.kind, &flow) => {
                let last = parked.pop().expect("one is waiting");
                let choice = last.choice.clone().not();
                if let Some(at) = self.meeting_of(&flow) {
                    self.park(at, choice, flow, Changes::default(), last.born);
                }
                self.heap.undo(&mark);
                (last.flow, last.changes)
            }
            Ok(flow) => {
                let changes = self.heap.changes(&mark);
                self.heap.undo(&mark);
                (flow, changes)
            }
        };
        let mut values = Vec::new();
        for waiting in parked.into_iter().rev() {
            changes = self.join_changes(&waiting.choice, waiting.born, waiting.changes, changes);
            values.push((waiting.choice, waiting.flow));
        }
        self.heap.apply(changes);
        let returned = |flow: Flow| match flow {
            Flow::Return(value) => value,
            Flow::Next | Flow::Break | Flow::Continue => Object::None.bare(),
        };
        for (choice, other) in values {
            flow = match meeting.kind {
                MeetingKind::Function => {
                    Flow::Return(self.join(&choice, returned(other), returned(flow)))
                }
                MeetingKind::Loop | MeetingKind::Round => Flow::Next,
            };
        }
        Ok(match (meeting.kind, flow) {
            (MeetingKind::Function, flow) => flow,
            (MeetingKind::Loop | MeetingKind::Round, Flow::Break | Flow::Continue) => Flow::Next,
            (MeetingKind::Loop | MeetingKind::Round, flow) => flow,
        })
    }

    /// Applies a pure function to every value that something may be.
    pub(crate) fn each_way(
        &mut self,
        value: &Traced,
        mut run: impl FnMut(&mut Self, &Traced) -> Outcome<Traced>,
    ) -> Outcome<Traced> {
        let value = self.narrowed(value.clone());
        let Object::OneOf(one) = value.object.clone() else { return run(self, &value) };
        let mut members = Vec::new();
        let mut raises = None;
        for (at, member) in one.members.iter().enumerate() {
            let taken = (0..one.members.len()).map(|it| it == at).collect();
            let choice = Choice { branch: one.branch, taken };
            if self.settled(&choice) == Some(false) {
                members.push(None);
                continue;
            }
            let result = self.assuming(&choice, true, |it| {
                it.deeper(|it| {
                    it.each_way(
                        member,
                        &mut run as &mut dyn FnMut(&mut Self, &Traced) -> Outcome<Traced>,
                    )
                })
            });
            match result {
                Ok(value) => members.push(Some(value)),
                Err(Stop::Raise(raised)) => {
                    if let Some(before) = raises.replace(raised) {
                        self.perhaps_raise(*before);
                    }
                    members.push(None);
                }
                Err(stop) => return Err(stop),
            }
        }
        let Some(some) = members.iter().flatten().next().cloned() else {
            return match raises {
                Some(raised) => Err(Stop::Raise(raised)),
                None => Ok(self.unknown("no way leads here")),
            };
        };
        if let Some(raised) = raises {
            self.perhaps_raise(*raised);
        }
        if members.iter().flatten().all(|it| self.same(it, &some)) {
            return Ok(some);
        }
        let members: Vec<_> =
            members.into_iter().map(|it| it.unwrap_or_else(|| some.clone())).collect();
        if members.iter().map(|it| leaves(&it.object)).sum::<usize>() > limit::ALTERNATIVES {
            return Ok(self.unknown_from(&value));
        }
        let object = Object::OneOf(Rc::new(OneOf { branch: one.branch, members }));
        Ok(self.computed(object, &[&value]))
    }
}

fn ends_alike(first: &Flow, second: &Flow) -> bool {
    std::mem::discriminant(first) == std::mem::discriminant(second)
}

impl Default for Choice {
    fn default() -> Self {
        Self { branch: u32::MAX, taken: vec![true, false] }
    }
}

/// No step behind it.
pub(crate) const UNTRACED: Trail = Trail::NONE;
