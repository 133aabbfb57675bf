//! Running the machine on a module, and telling what came of it.

use crate::fact::{Fact, Origin};
use crate::python::machine::heap::Handle;
use crate::python::machine::object::Object;
use crate::python::machine::{Machine, Outcome, Raised, Stop};
use crate::python::{
    Evaluation, Namespace, Raise, Request, Started, from_outermost, library, public,
};
use crate::source::Place;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Deep enough for what [`limit`](crate::python::machine::limit) lets nest; only what is used is
/// ever taken from the system.
const STACK: usize = 256 << 20;

/// Evaluates a module under an environment.
pub fn evaluate(request: &Request<'_>) -> Evaluation {
    evaluate_supposing(request, Supposed::default())
}

/// Evaluates as if somebody had given each variable that the module stops without, up to a number
/// of them.
pub fn evaluate_given(request: &Request<'_>, most: usize) -> Evaluation {
    evaluate_supposing(request, Supposed { gives: most, ..Supposed::default() })
}

/// Evaluates as if no module were there that each machine has for itself.
pub fn evaluate_alone(request: &Request<'_>) -> Evaluation {
    evaluate_supposing(request, Supposed { is_alone: true, ..Supposed::default() })
}

/// Evaluates as if those were there, and left all settings as they are.
pub fn evaluate_beside_empty(request: &Request<'_>) -> Evaluation {
    evaluate_supposing(request, Supposed { has_empty: true, ..Supposed::default() })
}

/// What is supposed of the server, of which the tree says nothing.
#[derive(Clone, Copy, Default)]
struct Supposed {
    /// How many variables somebody gives that the module would stop without.
    gives: usize,
    /// The modules that each machine has for itself are not there.
    is_alone: bool,
    /// They are there, and leave all settings as they are.
    has_empty: bool,
}

impl Supposed {
    fn machine<'a>(self, request: &'a Request<'a>) -> Machine<'a> {
        let mut machine = Machine::new(request);
        machine.gives = self.gives;
        machine.is_alone = self.is_alone;
        machine.has_empty = self.has_empty;
        machine
    }
}

fn evaluate_supposing(request: &Request<'_>, supposed: Supposed) -> Evaluation {
    apart(|| run(request, supposed)).unwrap_or_else(nothing)
}

/// Runs an entry point to where it loads the settings, and tells which. Nothing is known if that
/// depends on what is not known.
pub fn start(request: &Request<'_>) -> Started {
    apart(|| name_settings(request)).unwrap_or_default()
}

/// On a stack of its own, and on this thread: a new one would find no memory at hand, and give back
/// page by page what it used, which takes as long as small settings do.
fn apart<T>(run: impl FnOnce() -> T) -> Result<T, &'static str> {
    catch_unwind(AssertUnwindSafe(|| stacker::grow(STACK, run)))
        .map_err(|_| "kilter failed while it evaluated the module")
}

fn name_settings(request: &Request<'_>) -> Started {
    let mut machine = Machine::new(request);
    let is_sure = match (prepare(&mut machine), request.entry) {
        (Ok(()), Some(entry)) => machine.run_entry(entry),
        _ => false,
    };
    let mut started = Started::default();
    if is_sure {
        // What Django itself would supply is what is being asked for.
        machine.starting = request.entry;
        started.settings = machine.started_with("DJANGO_SETTINGS_MODULE");
        started.configuration = machine.started_with("DJANGO_CONFIGURATION");
    }
    started.wants = machine.wants;
    started
}

fn nothing(why: &str) -> Evaluation {
    let more = Fact::new(why.into(), Origin::UNSEEN);
    Evaluation {
        outcome: Ok(Namespace { names: Vec::new(), more: Some(more) }),
        otherwise: None,
        perhaps: Vec::new(),
        reads: Vec::new(),
        missing: Vec::new(),
        wants: std::collections::BTreeSet::new(),
        left_out: Vec::new(),
        of_machine: Vec::new(),
        demanded: Vec::new(),
        awaited: Vec::new(),
        modules: Vec::new(),
        limits: Vec::new(),
        steps: 0,
    }
}

fn run(request: &Request<'_>, supposed: Supposed) -> Evaluation {
    let mut machine = supposed.machine(request);
    let outcome = match ready(&mut machine).and_then(|()| load(&mut machine)) {
        Ok(()) => namespace(&machine),
        Err(Stop::Raise(raised)) => Err(raise(&mut machine, &raised)),
        Err(Stop::Limit(why)) => nothing(why).outcome,
        Err(Stop::Started(_)) => nothing("the settings start Django").outcome,
    };
    let perhaps = std::mem::take(&mut machine.perhaps);
    let perhaps = perhaps.iter().map(|it| raise(&mut machine, it)).collect();
    let otherwise = outcome.is_err().then(|| otherwise(request, supposed)).flatten();
    let mut evaluation = Evaluation {
        outcome,
        otherwise,
        perhaps,
        reads: machine.reads,
        missing: machine.missing,
        wants: machine.wants,
        left_out: machine.left_out,
        of_machine: machine.of_machine,
        demanded: machine.demanded,
        awaited: machine.awaited,
        modules: machine.visited,
        limits: machine.limits,
        steps: machine.steps,
    };
    let stop = evaluation.stop();
    if let (Some(stop), Some(namespace)) = (stop, &mut evaluation.otherwise) {
        for named in &mut namespace.names {
            named.value = named.value.clone().given(&stop);
        }
    }
    evaluation
}

/// The names that a module has which stops, had Python passed over what it stops at.
fn otherwise(request: &Request<'_>, supposed: Supposed) -> Option<Namespace> {
    let mut machine = supposed.machine(request);
    machine.passes_over = true;
    ready(&mut machine).and_then(|()| load(&mut machine)).ok()?;
    namespace(&machine).ok()
}

/// What is not read yet is asked for before anything runs: all of it would have to run again.
fn ready(machine: &mut Machine<'_>) -> Outcome<()> {
    let name = machine.request.module;
    for module in from_outermost(name) {
        machine.locate_in_project(module);
    }
    if machine.wants.is_empty() { Ok(()) } else { Err(Stop::Limit("the module was not read")) }
}

fn load(machine: &mut Machine<'_>) -> Outcome<()> {
    prepare(machine)?;
    if let Some(entry) = machine.request.entry {
        machine.run_entry(entry);
    }
    machine.import(machine.request.module)?;
    configure(machine)
}

/// What every module finds.
fn prepare(machine: &mut Machine<'_>) -> Outcome<()> {
    let builtins = machine.builtins;
    machine.bind_in(builtins, "__name__", Object::str("builtins"));
    machine.push_module_frame(builtins, None);
    if let Some(module) = library::module("builtins") {
        machine.block(&module.body)?;
    }
    Ok(())
}

/// django-configurations binds the attributes of one class to the names of the module.
/// Where nobody knows which one, any setting may be an attribute of it.
fn configure(machine: &mut Machine<'_>) -> Outcome<()> {
    let Some(names) = scope(machine) else { return Ok(()) };
    if machine.heap.binding(machine.modules, "configurations").is_none() {
        return Ok(());
    }
    let Some(name) = machine.request.configuration else {
        let bound = machine.heap.names(names).names.values();
        if bound.into_iter().any(|it| matches!(it.value.object, Object::Class(_))) {
            machine.blur_names(names, "which class has the settings is not known");
        }
        return Ok(());
    };
    if machine.heap.binding(names, name).is_none() {
        return Ok(());
    }
    let library = machine.import("configurations")?;
    let load = machine.attribute(&library, "_load")?;
    let module = Object::str(machine.request.module).bare();
    let arguments = vec![Object::Names(names).bare(), Object::str(name).bare(), module];
    if let Some(file) = machine.module_files.get(&names).copied() {
        machine.push_module_frame(names, Some(file));
    }
    machine.call(&load, arguments, Vec::new())?;
    Ok(())
}

fn namespace(machine: &Machine<'_>) -> Result<Namespace, Raise> {
    match scope(machine) {
        Some(scope) => Ok(public::namespace(machine, scope)),
        None => nothing("the module was not found").outcome,
    }
}

/// The namespace of the module that was asked for.
fn scope(machine: &Machine<'_>) -> Option<Handle> {
    match &machine.heap.binding(machine.modules, machine.request.module)?.value.object {
        Object::Module(handle) => machine.heap.module(*handle).map(|it| it.scope),
        _ => None,
    }
}

pub(super) fn raise(machine: &mut Machine<'_>, raised: &Raised) -> Raise {
    let kind = match &raised.exception.object {
        Object::Instance(handle) => {
            let class = machine.heap.instance(*handle).class;
            let class = machine.heap.class(class);
            match (&*class.module, &*class.name) {
                ("builtins", "_JSONDecodeError") => "json.decoder.JSONDecodeError".to_owned(),
                ("builtins", name) => name.to_owned(),
                (module, name) => format!("{module}.{name}"),
            }
        }
        Object::Opaque(name) => name.trim_end_matches("()").to_owned(),
        _ => "Exception".to_owned(),
    };
    // The message is made by the exception's own `__str__`, which no frame surrounds any more.
    let message = match machine.text_of(&raised.exception) {
        Ok(text) => text.object.text().map(ToString::to_string),
        Err(_) => None,
    };
    let place: Option<Place> = raised.place;
    Raise { kind, message, place }
}
