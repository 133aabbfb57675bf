//! The machine that evaluates modules abstractly: what it holds, and its limits.
//!
//! It follows the Python reference statement by statement. Where a condition is not known it runs
//! both ways and joins them ([`fork`]); what it cannot follow becomes unknown, with the reason, and
//! so does all that the effect may have touched. It never runs anything and sees no disk: files
//! come from [`Files`](crate::python::Files).

use crate::fact::Fact;
use crate::python::machine::heap::{Handle, Heap, Mark};
use crate::python::machine::object::{Object, Traced, Unknown};
use crate::python::machine::trail::{Trail, Trails, What};
use crate::python::{EntryPoint, Missing, OfMachine, Read, Request};
use crate::source::{FileId, Place, Span};
use crate::syntax::python::ast;
use camino::Utf8PathBuf;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

pub(crate) mod arithmetic;
pub(crate) mod assign;
pub(crate) mod attribute;
pub(crate) mod call;
pub(crate) mod class;
pub(crate) mod compare;
pub(crate) mod comprehension;
pub(crate) mod containers;
pub(crate) mod context;
pub(crate) mod dict;
pub(crate) mod execute;
pub(crate) mod expression;
mod fallback;
pub(crate) mod fork;
pub(crate) mod format;
mod given;
pub(crate) mod heap;
pub(crate) mod import;
pub(crate) mod iterate;
pub(crate) mod join;
mod legacy;
pub(crate) mod loading;
pub(crate) mod locate;
pub(crate) mod mapping;
pub(crate) mod matching;
pub(crate) mod object;
pub(crate) mod order;
pub(crate) mod parameters;
pub(crate) mod raise;
pub(crate) mod repeat;
pub(crate) mod repr;
pub(crate) mod sequence;
pub(crate) mod specification;
mod start;
pub(crate) mod store;
pub(crate) mod subscript;
pub(crate) mod text;
pub(crate) mod trail;
pub(crate) mod types;

/// Bounds that no honest settings package comes near, and that keep the others short.
pub(crate) mod limit {
    /// Expressions and statements, in one top-level statement and over all.
    pub(crate) const STEPS_AT_ONCE: usize = 400_000;
    pub(crate) const STEPS: usize = 2_000_000;
    /// Calls and expressions inside each other. CPython stops at 1,000 calls.
    pub(crate) const DEPTH: usize = 900;
    pub(crate) const CALLS: usize = 120;
    pub(crate) const TEXT: usize = 1 << 20;
    pub(crate) const ITEMS: usize = 100_000;
    /// Members that one comprehension makes.
    pub(crate) const GATHERED: usize = 2_000;
    pub(crate) const CONTENTS: usize = 1_000_000;
    /// Rounds of one loop.
    pub(crate) const ROUNDS: usize = 20_000;
    pub(crate) const ALTERNATIVES: usize = 24;
    pub(crate) const PERHAPS: usize = 64;
}

/// Why evaluation does not simply go on.
#[derive(Debug)]
pub(crate) enum Stop {
    Raise(Box<Raised>),
    /// A limit was reached, which is not Python's.
    Limit(&'static str),
    /// The entry point is done with what comes before the settings; whether it surely is.
    Started(bool),
}

#[derive(Clone, Debug)]
pub(crate) struct Raised {
    pub(crate) exception: Traced,
    /// Where in the project it was raised, or the library called that raised it.
    pub(crate) place: Option<Place>,
}

pub(crate) type Outcome<T> = Result<T, Stop>;

/// How a statement ends.
#[derive(Clone, Debug)]
pub(crate) enum Flow {
    Next,
    Break,
    Continue,
    Return(Traced),
}

/// The code that is being run: a module's, a class's or a function's.
pub(crate) struct Frame<'a> {
    pub(crate) scope: Handle,
    pub(crate) globals: Handle,
    /// Scopes of the functions around, the innermost first.
    pub(crate) enclosing: Vec<Handle>,
    /// None for kilter's own models of libraries.
    pub(crate) file: Option<FileId>,
    /// What is being evaluated in it.
    pub(crate) here: Span,
    pub(crate) function: Option<&'a ast::Function>,
    /// The class whose body or method this is.
    pub(crate) class: Option<Handle>,
    /// Names that are declared `global` here.
    pub(crate) global_names: Vec<&'a str>,
    /// What a generator has yielded so far.
    pub(crate) yielded: Vec<Traced>,
}

/// A point at which flows meet again that left undecided branches early.
pub(crate) struct Meeting {
    pub(crate) mark: Mark,
    pub(crate) kind: MeetingKind,
    pub(crate) parked: Vec<fork::Parked>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MeetingKind {
    Function,
    Loop,
    Round,
}

pub(crate) struct Machine<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) heap: Heap,
    pub(crate) trails: Trails,
    pub(crate) codes: Vec<&'a ast::Function>,
    pub(crate) frames: Vec<Frame<'a>>,
    pub(crate) meetings: Vec<Meeting>,
    /// The `try` statements around, and what may have been raised in them.
    pub(crate) tries: Vec<raise::Trying>,
    /// What holds on the way that is being followed: branch, and the outcomes it still has.
    pub(crate) assumed: Vec<(u32, Vec<bool>)>,
    /// How many outcomes each branch has.
    pub(crate) branches: Vec<usize>,
    pub(crate) conditions: HashMap<String, u32>,
    pub(crate) builtins: Handle,
    /// `sys.modules`.
    pub(crate) modules: Handle,
    /// What the module itself has put into `os.environ`.
    pub(crate) environ: Handle,
    /// Unknown values that are surely not `None`.
    pub(crate) never_none: std::collections::HashSet<u32>,
    pub(crate) handling: Vec<Raised>,
    unknowns: u32,
    pub(crate) steps: usize,
    pub(crate) steps_at: usize,
    pub(crate) depth: usize,
    /// Variables that are not in view, by name.
    pub(crate) unseen: HashMap<Rc<str>, Traced>,
    pub(crate) reads: Vec<Read>,
    pub(crate) wants: BTreeSet<Utf8PathBuf>,
    /// Files that the settings look for, and that may be where they run.
    pub(crate) looked_for: BTreeSet<Utf8PathBuf>,
    pub(crate) left_out: Vec<Fact<String>>,
    pub(crate) of_machine: Vec<OfMachine>,
    pub(crate) demanded: Vec<OfMachine>,
    /// Env files that would be loaded here if they were there.
    pub(crate) awaited: Vec<Fact<Utf8PathBuf>>,
    pub(crate) visited: Vec<FileId>,
    pub(crate) limits: Vec<Fact<String>>,
    /// The entry point that is being run; the settings come after it.
    pub(crate) starting: Option<EntryPoint<'a>>,
    /// The files of the namespaces that are modules of the project.
    pub(crate) module_files: HashMap<Handle, FileId>,
    pub(crate) perhaps: Vec<Raised>,
    /// Variables that are taken as given, as the module stops without them.
    pub(crate) missing: Vec<Missing>,
    /// How many of them there may be.
    pub(crate) gives: usize,
    /// Whether the statements of the project's modules that raise are passed over.
    pub(crate) passes_over: bool,
    /// Whether a module that ran has what Python 2 alone runs.
    pub(crate) is_python_2: bool,
    /// Whether modules that each machine has for itself are not there, as far as the settings go on
    /// without.
    pub(crate) is_alone: bool,
    /// Whether those are there, and leave all settings as they are.
    pub(crate) has_empty: bool,
}

impl<'a> Machine<'a> {
    pub(crate) fn new(request: &'a Request<'a>) -> Self {
        let mut heap = Heap::default();
        let [builtins, modules, environ] = [(); 3].map(|()| heap.scope());
        Self {
            request,
            heap,
            trails: Trails::default(),
            codes: Vec::new(),
            frames: Vec::new(),
            meetings: Vec::new(),
            tries: Vec::new(),
            assumed: Vec::new(),
            branches: Vec::new(),
            conditions: HashMap::new(),
            builtins,
            modules,
            environ,
            never_none: std::collections::HashSet::new(),
            handling: Vec::new(),
            unknowns: 0,
            steps: 0,
            steps_at: 0,
            depth: 0,
            unseen: HashMap::new(),
            reads: Vec::new(),
            wants: BTreeSet::new(),
            looked_for: BTreeSet::new(),
            left_out: Vec::new(),
            of_machine: Vec::new(),
            demanded: Vec::new(),
            awaited: Vec::new(),
            visited: Vec::new(),
            limits: Vec::new(),
            starting: None,
            module_files: HashMap::new(),
            perhaps: Vec::new(),
            missing: Vec::new(),
            gives: 0,
            passes_over: false,
            is_python_2: false,
            is_alone: false,
            has_empty: false,
        }
    }

    pub(crate) fn frame(&mut self) -> &mut Frame<'a> {
        self.frames.last_mut().expect("a frame is pushed before anything is evaluated")
    }

    /// Whether a namespace is that of a module whose code runs right now.
    pub(crate) fn is_running(&self, scope: Handle) -> bool {
        self.frames.iter().any(|frame| frame.globals == scope)
    }

    /// Where the project's own code is: models of libraries have no places that a user could open.
    pub(crate) fn place(&self) -> Option<Place> {
        let frame = self.frames.iter().rev().find(|frame| frame.file.is_some())?;
        Some(Place { file: frame.file?, span: frame.here })
    }

    /// What is being evaluated in the body of a module, whatever functions it has called.
    pub(crate) fn module_place(&self) -> Option<Place> {
        let is_body = |frame: &&Frame| frame.file.is_some() && frame.function.is_none();
        let frame = self.frames.iter().rev().find(is_body)?;
        Some(Place { file: frame.file?, span: frame.here })
    }

    /// A part of the file that is being run, or where it was called from.
    pub(crate) fn place_of(&self, span: Span) -> Option<Place> {
        match self.frames.last().and_then(|frame| frame.file) {
            Some(file) => Some(Place { file, span }),
            None => self.place(),
        }
    }

    pub(crate) fn in_library(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.file.is_none())
    }

    pub(crate) fn step(&mut self) -> Outcome<()> {
        self.steps += 1;
        if self.steps > limit::STEPS {
            return Err(Stop::Limit("evaluation takes too many steps"));
        }
        if self.steps - self.steps_at > limit::STEPS_AT_ONCE {
            return Err(Stop::Limit("this statement takes too many steps"));
        }
        if self.heap.size() > limit::CONTENTS {
            return Err(Stop::Limit("evaluation takes too much memory"));
        }
        Ok(())
    }

    /// Runs something one level further down.
    pub(crate) fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        if self.depth >= limit::DEPTH {
            return Err(Stop::Limit("evaluation nests too deeply"));
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    pub(crate) fn unknown_id(&mut self) -> u32 {
        self.unknowns += 1;
        self.unknowns
    }

    pub(crate) fn why(&mut self, why: impl Into<Rc<str>>) -> Rc<Unknown> {
        self.why_among(why, [].into())
    }

    /// The same of what may be another name of existing objects.
    pub(crate) fn why_among(
        &mut self,
        why: impl Into<Rc<str>>,
        aliases: Rc<[Handle]>,
    ) -> Rc<Unknown> {
        Rc::new(Unknown { why: why.into(), id: self.unknown_id(), aliases, either: None })
    }

    /// A value that is not known, met here.
    pub(crate) fn unknown(&mut self, why: impl Into<Rc<str>>) -> Traced {
        let unknown = Object::Unknown(self.why(why));
        let place = self.place();
        unknown.traced(self.trails.add(place, What::Computed, [Trail::NONE; 2]))
    }

    /// A value that is not known because another is not.
    pub(crate) fn unknown_from(&mut self, source: &Traced) -> Traced {
        let why: Rc<str> = match &source.object {
            Object::Unknown(it) | Object::Rest(it) => it.why.clone(),
            Object::Opaque(name) => format!("`{name}` is not modelled").into(),
            Object::OneOf(_) => "it depends on a condition that is not known".into(),
            _ => "it depends on what is not known".into(),
        };
        let aliases = self.aliases([&source.object]);
        let object = Object::Unknown(self.why_among(why, aliases));
        self.computed(object, &[source])
    }

    /// The objects that can be changed through any of these.
    pub(crate) fn aliases<'o>(
        &self,
        objects: impl IntoIterator<Item = &'o Object>,
    ) -> Rc<[Handle]> {
        let mut handles = Vec::new();
        let mut left: Vec<&Object> = objects.into_iter().collect();
        while let Some(object) = left.pop() {
            match object {
                Object::List(handle)
                | Object::Dict(handle)
                | Object::Set(handle)
                | Object::Iterator(handle)
                | Object::Instance(handle) => handles.push(*handle),
                Object::Unknown(unknown) | Object::Rest(unknown) => {
                    handles.extend_from_slice(&unknown.aliases);
                }
                Object::OneOf(one) => left.extend(one.members.iter().map(|it| &it.object)),
                Object::Tuple(items) => left.extend(items.iter().map(|it| &it.object)),
                _ => {}
            }
            if handles.len() > limit::ITEMS {
                break;
            }
        }
        handles.sort();
        handles.dedup();
        handles.into()
    }

    /// The objects that are members of a collection, or attributes of an instance.
    pub(crate) fn aliases_within(&self, handle: Handle) -> Rc<[Handle]> {
        let objects: Vec<&Object> = match self.heap.get(handle) {
            heap::Content::List(items) | heap::Content::Iterator { items, .. } => {
                items.iter().map(|it| &it.object).collect()
            }
            heap::Content::Dict(dict) => dict.entries.values().map(|it| &it.value.object).collect(),
            heap::Content::Instance(instance) => {
                let names = self.heap.names(instance.scope).names.values();
                names.map(|it| &it.value.object).collect()
            }
            heap::Content::Set(_)
            | heap::Content::Scope(_)
            | heap::Content::Module(_)
            | heap::Content::Class(_) => Vec::new(),
        };
        self.aliases(objects)
    }

    /// A value worked out here from others.
    pub(crate) fn computed(&mut self, object: Object, from: &[&Traced]) -> Traced {
        let place = self.place();
        self.computed_at(place, object, from)
    }

    pub(crate) fn computed_at(
        &mut self,
        place: Option<Place>,
        object: Object,
        from: &[&Traced],
    ) -> Traced {
        let mut sources = from.iter().map(|it| it.trail).filter(|it| *it != Trail::NONE);
        let first = sources.next().unwrap_or(Trail::NONE);
        let second = sources.find(|it| *it != first).unwrap_or(Trail::NONE);
        if place.is_none() && second == Trail::NONE {
            return object.traced(first);
        }
        // Inside a model of a library every step has the place of the call: once is enough.
        if self.in_library() && first != Trail::NONE && second == Trail::NONE {
            return object.traced(first);
        }
        object.traced(self.trails.add(place, What::Computed, [first, second]))
    }

    pub(crate) fn list(&mut self, items: Vec<Traced>) -> Object {
        Object::List(self.heap.add(heap::Content::List(items)))
    }

    pub(crate) fn strings(&mut self, items: impl IntoIterator<Item = String>) -> Object {
        let items = items.into_iter().map(|it| Object::str(it).bare()).collect();
        self.list(items)
    }
}
