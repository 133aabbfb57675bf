//! `django.conf.settings`, asked while settings are evaluated: by the package that they lie in, or
//! by what they import.

use crate::python::default;
use crate::python::literal;
use crate::python::machine::call::Arguments;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::trail::Trail;
use crate::python::machine::{Machine, Outcome, Stop};

/// `_kilter.configured(name)`: asking for a setting loads the module, as it does in Django.
pub(crate) fn configured(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let name = given.first().and_then(|it| it.object.text().cloned());
    let Some(name) = name.filter(|it| it.chars().all(|it| !it.is_lowercase())) else {
        return Ok(it.unknown("how the settings were configured is not followed"));
    };
    if it.starting.is_some() {
        return Err(Stop::Started(it.assumed.is_empty()));
    }
    if it.request.configuration.is_some() || is_being_loaded(it) {
        return Ok(it.unknown("the settings are being evaluated"));
    }
    let module = it.import(it.request.module)?;
    let Object::Module(handle) = &module.object else { return Ok(it.unknown_from(&module)) };
    let scope = it.heap.module(*handle).map(|it| it.scope);
    let names = scope.map(|scope| it.heap.names(scope));
    if names.is_none_or(|it| it.more.is_some() || it.names.contains_key(&*name)) {
        return it.attribute(&module, &name);
    }
    let version = it.django_series();
    match default::literals(version).find(|(it, _)| **it == *name) {
        Some((_, literal)) => {
            let value = literal.and_then(|text| literal::read(it, text, Trail::NONE));
            Ok(value.unwrap_or_else(|| it.unknown("it is a default of Django's own")))
        }
        None => {
            let message = format!("'Settings' object has no attribute '{name}'");
            Err(it.raised("AttributeError", message))
        }
    }
}

/// Whether the module's own statements are running.
fn is_being_loaded(it: &Machine<'_>) -> bool {
    let binding = it.heap.binding(it.modules, it.request.module);
    let Some(Object::Module(handle)) = binding.map(|it| &it.value.object) else { return false };
    let scope = it.heap.module(*handle).map(|it| it.scope);
    it.frames.iter().any(|frame| frame.function.is_none() && Some(frame.scope) == scope)
}
