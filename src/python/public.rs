//! From the machine's objects to the values that rules see.

use crate::fact::Fact;
use crate::python::machine::Machine;
use crate::python::machine::heap::{Handle, Instance};
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::trail::What;
use crate::python::{Dict, Entry, Named, Namespace, Step, Value, When};
use std::borrow::Cow;
use std::sync::Arc;

/// Deeper and larger values than these are of no use to anyone.
const DEEPEST: usize = 24;
const MOST: usize = 200_000;

pub(crate) fn namespace(machine: &Machine<'_>, scope: Handle) -> Namespace {
    let names = machine.heap.names(scope);
    let mut left = MOST;
    let mut named = Vec::with_capacity(names.names.len());
    for (name, binding) in &names.names {
        // Attributes of the module itself are no names of the project.
        if name.starts_with("__") && name.ends_with("__") {
            continue;
        }
        let value = fact(machine, &binding.value, 0, &mut left, &mut Vec::new());
        let trail = steps(machine, &binding.value);
        let when = binding.when.as_ref();
        let when = when.map(|it| When { branch: it.branch, taken: it.taken.clone() });
        let (name, perhaps) = (name.to_string(), binding.perhaps);
        let truth = machine.asked_for_truth(&binding.value);
        let ways = ways(machine, &binding.value, &mut left);
        named.push(Named { name, value, perhaps, when, truth, ways, trail });
    }
    let more = names.more.as_ref().map(|why| {
        let why: Arc<str> = (&*why.why).into();
        Fact::new(why, crate::fact::Origin::UNSEEN)
    });
    Namespace { names: named, more }
}

/// Each list that one with members under conditions may come to.
fn ways(machine: &Machine<'_>, traced: &Traced, left: &mut usize) -> Vec<Fact<Value>> {
    let items = match &traced.object {
        Object::List(handle) => machine.heap.list(*handle),
        Object::Tuple(items) => items,
        _ => return Vec::new(),
    };
    let is_open = items.iter().any(|it| matches!(it.object, Object::Rest(_)));
    let lists = is_open.then(|| Machine::each_list(items)).flatten().unwrap_or_default();
    let list = |items: Vec<Traced>| {
        let items = items.iter().map(|it| fact(machine, it, 1, left, &mut Vec::new()));
        Fact::resting(Value::List(items.collect()), machine.trails.evidence(traced.trail))
    };
    lists.into_iter().map(list).collect()
}

fn fact(
    machine: &Machine<'_>,
    traced: &Traced,
    depth: usize,
    left: &mut usize,
    around: &mut Vec<Handle>,
) -> Fact<Value> {
    let value = value(machine, &traced.object, depth, left, around);
    Fact::resting(value, machine.trails.evidence(traced.trail))
}

fn value(
    machine: &Machine<'_>,
    object: &Object,
    depth: usize,
    left: &mut usize,
    around: &mut Vec<Handle>,
) -> Value {
    if depth > DEEPEST || *left == 0 {
        return Value::Unknown("the value is too large to be shown".into());
    }
    *left -= 1;
    let each = |machine: &Machine<'_>,
                items: &[Traced],
                left: &mut usize,
                around: &mut Vec<Handle>|
     -> Vec<Fact<Value>> {
        items.iter().map(|it| fact(machine, it, depth + 1, left, around)).collect()
    };
    match object {
        Object::None => Value::None,
        Object::Bool(it) => Value::Bool(*it),
        Object::Int(it) => Value::Int(*it),
        Object::Float(it) => Value::Float(*it),
        Object::Str(it) => Value::Str(it.to_string()),
        Object::Bytes(it) => Value::Bytes(it.to_vec()),
        Object::Path(it) => Value::Path(it.to_string()),
        Object::TimeDelta(it) => Value::TimeDelta(*it),
        Object::Range(range) => {
            let [start, stop, step] = **range;
            Value::Range { start, stop, step }
        }
        Object::Regex(it) => Value::Regex { pattern: it.pattern.to_string(), flags: it.flags },
        Object::Tuple(items) => Value::Tuple(each(machine, items, left, around)),
        Object::List(handle)
        | Object::Set(handle)
        | Object::FrozenSet(handle)
        | Object::Dict(handle) => {
            if around.contains(handle) {
                return Value::Unknown("it holds itself".into());
            }
            around.push(*handle);
            let value = collection(machine, object, *handle, depth, left, around);
            around.pop();
            value
        }
        Object::Lazy(lazy) => {
            let arguments = each(machine, &lazy.arguments, left, around);
            match lazy.keywords.is_empty() {
                true => Value::Lazy { function: lazy.function.to_string(), arguments },
                false => Value::Opaque(lazy.function.to_string()),
            }
        }
        Object::Module(handle) => {
            let name = machine.heap.module(*handle).map_or("".into(), |it| it.name.clone());
            Value::Ref(format!("module:{name}"))
        }
        Object::Class(handle) => {
            let class = machine.heap.class(*handle);
            match &*class.module {
                "builtins" => Value::Ref(class.name.to_string()),
                module => Value::Ref(format!("{module}.{}", class.name)),
            }
        }
        Object::Type(kind) => Value::Ref(kind.name().to_owned()),
        Object::Function(function) => {
            let module = machine.heap.binding(function.globals, "__name__");
            match module.and_then(|it| it.value.object.text().cloned()) {
                Some(module) => Value::Ref(format!("{module}.{}", function.name)),
                None => Value::Opaque(function.name.to_string()),
            }
        }
        Object::Method(inner) => value(machine, &inner.1.object, depth + 1, left, around),
        Object::Native(native) => Value::Ref(native.name.to_owned()),
        Object::Instance(handle) => {
            let instance = machine.heap.instance(*handle);
            match &instance.payload {
                Some(payload) => value(machine, payload, depth + 1, left, around),
                None if let Some(items) = fields(machine, instance) => {
                    Value::Tuple(each(machine, &items, left, around))
                }
                None => {
                    let class = machine.heap.class(instance.class);
                    match (&*class.module, &*class.name) {
                        ("builtins", "_Object") => Value::Instance("object".to_owned()),
                        ("builtins", name) => Value::Instance(name.to_owned()),
                        (module, name) => Value::Instance(format!("{module}.{name}")),
                    }
                }
            }
        }
        Object::Opaque(name) => Value::Opaque(name.to_string()),
        Object::Unknown(unknown) => Value::Unknown((&*unknown.why).into()),
        Object::Rest(unknown) => Value::Rest((&*unknown.why).into()),
        Object::OneOf(one) => {
            let mut members = each(machine, &one.members, left, around);
            // Lists that are not one list, and equal: to whoever reads settings they are one value.
            let written = members.iter().map(|it| it.value.to_string());
            let mut written = written.collect::<Vec<_>>();
            written.dedup();
            match written.len() == 1 && members.iter().all(|it| it.value.is_known()) {
                true => members.remove(0).value,
                false => Value::OneOf { branch: one.branch, members },
            }
        }
        Object::NotImplemented
        | Object::Ellipsis
        | Object::Slice(_)
        | Object::Match(_)
        | Object::Iterator(_)
        | Object::Names(_)
        | Object::NativeMethod(_)
        | Object::Decorated(..)
        | Object::Super(_)
        | Object::Environ => Value::Opaque(machine.type_name(object)),
    }
}

/// What a named tuple holds, in order.
fn fields(machine: &Machine<'_>, instance: &Instance) -> Option<Vec<Traced>> {
    let classes = machine.heap.class(instance.class).order.iter().filter_map(|it| match it {
        Object::Class(class) => Some(machine.heap.class(*class).scope),
        _ => None,
    });
    let mut listed = classes.filter_map(|scope| machine.heap.binding(scope, "_fields"));
    let Object::Tuple(names) = &listed.next()?.value.object else { return None };
    let held = names.iter().map(|name| {
        let binding = machine.heap.binding(instance.scope, name.object.text()?)?;
        (!binding.perhaps).then(|| binding.value.clone())
    });
    held.collect()
}

fn collection(
    machine: &Machine<'_>,
    object: &Object,
    handle: Handle,
    depth: usize,
    left: &mut usize,
    around: &mut Vec<Handle>,
) -> Value {
    if let Object::Dict(_) = object {
        let dict = machine.heap.dict(handle);
        let more = dict.more.as_ref().map(|why| (&*why.why).into());
        let entries = dict.entries.values().map(|entry| Entry {
            key: value(machine, &entry.key.object, depth + 1, left, around),
            value: fact(machine, &entry.value, depth + 1, left, around),
            perhaps: entry.perhaps,
        });
        return Value::Dict(Dict { entries: entries.collect(), more });
    }
    let items = match object {
        Object::List(_) => Cow::Borrowed(machine.heap.list(handle)),
        _ => Cow::Owned(machine.members_of(handle)),
    };
    let members = items.iter().map(|it| fact(machine, it, depth + 1, left, around)).collect();
    match object {
        Object::Set(_) => Value::Set(members),
        Object::FrozenSet(_) => Value::FrozenSet(members),
        _ => Value::List(members),
    }
}

fn steps(machine: &Machine<'_>, traced: &Traced) -> Vec<Step> {
    let steps = machine.trails.steps(traced.trail);
    let told = steps.into_iter().map(|step| {
        let text = match &step.what {
            What::Literal => "it is written here".to_owned(),
            What::Computed => "it is worked out here".to_owned(),
            What::Assigned(name) if name.is_empty() => "it is stored here".to_owned(),
            What::Assigned(name) => format!("it is assigned to `{name}`"),
            What::Imported(module) => format!("it is imported with all of `{module}`"),
            What::Changed(how) => format!("it is changed by `{how}`"),
            What::Supplied(name, _) => format!("`{name}` is set"),
            What::DefaultOf(name) => format!("`{name}` is not set, so this holds"),
            What::Read(path) => format!("it is read from `{path}`"),
            What::Spared(module) => format!("`{module}` is imported, and may change it"),
            What::Joined => "it depends on a condition that is not known".to_owned(),
            What::Given(_) => "it is so by itself".to_owned(),
        };
        let place = match &step.what {
            What::Supplied(_, evidence) => evidence.place().or(step.place),
            _ => step.place,
        };
        Step { place, text, assigns: matches!(step.what, What::Assigned(_)) }
    });
    told.collect()
}
