//! What settings can ask of the versions that they run with.

use crate::fact::version::{Range, Version};
use crate::python::default;
use crate::python::literal;
use crate::python::machine::call::Arguments;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::trail::Trail;
use crate::python::machine::{Machine, Outcome};

/// No release of anything that is asked about is a later one.
const LATEST_MAJOR: u64 = 99;

/// The versions that may be installed, by the name of the distribution; `python` is one as well.
pub type Versions<'a> = dyn Fn(&str) -> Option<Range> + Sync + 'a;

/// What the models ask the versions of.
pub const VERSIONED: [&str; 4] =
    ["python", "django", "django-cors-headers", "django-resonant-settings"];

fn range(it: &Machine<'_>, given: &Arguments) -> Option<Range> {
    let name = given.first()?.object.text()?;
    debug_assert!(VERSIONED.contains(&&**name), "`{name}` is not among those that are asked about");
    (it.request.versions)(name)
}

/// `version_at_least(name, release)`: whether what is installed is that release or a later one.
pub(crate) fn at_least(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let release = given.positional.get(1).and_then(|it| release(&it.object));
    let answer = range(it, &given).zip(release).and_then(|(range, it)| range.at_least(it));
    Ok(match answer {
        Some(answer) => Object::Bool(answer).bare(),
        None => it.unknown("which version is installed is not known"),
    })
}

/// `(5, 2)` or `(5, 2, 1)`.
fn release(object: &Object) -> Option<Version> {
    let Object::Tuple(parts) = object else { return None };
    let parts = parts.iter().map(|it| match it.object {
        Object::Int(part) => u64::try_from(part).ok().map(|it| it.to_string()),
        _ => None,
    });
    parts.collect::<Option<Vec<_>>>()?.join(".").parse().ok()
}

/// `version_part(name, index)`: the major or minor version, if all that may be installed agree.
pub(crate) fn part(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let index = given.positional.get(1).map(|it| it.object.clone());
    let known = range(it, &given).and_then(|range| match index {
        Some(Object::Int(0)) => major(&range),
        Some(Object::Int(1)) => range.only_series().map(|it| it.minor),
        _ => None,
    });
    Ok(match known {
        Some(part) => Object::Int(part.into()).bare(),
        None => it.unknown("which version is installed is not known"),
    })
}

fn major(range: &Range) -> Option<u64> {
    let within = |major: &u64| range.within(&Range::series([*major])) == Some(true);
    (0..=LATEST_MAJOR).find(within)
}

impl Machine<'_> {
    /// The feature release of Django, if it is known.
    pub(crate) fn django_series(&self) -> Option<(u32, u32)> {
        let series = (self.request.versions)("django")?.only_series()?;
        Some((series.major.try_into().ok()?, series.minor.try_into().ok()?))
    }
}

/// `django_defaults()`: a namespace with the defaults of the Django that is installed.
pub(crate) fn django_defaults(it: &mut Machine<'_>, _: Arguments) -> Outcome<Traced> {
    let version = it.django_series();
    let names = it.heap.scope();
    for (name, known) in default::literals(version) {
        let value = known.and_then(|text| literal::read(it, text, Trail::NONE));
        let value =
            value.unwrap_or_else(|| it.unknown("which version of Django it is is not known"));
        it.heap.set(names, &name.into(), value);
    }
    for (name, end) in default::FORMER {
        if version.is_none_or(|it| it < *end) {
            let value = it.unknown("what an older Django has there is not known");
            it.heap.set(names, &(*name).into(), value);
        }
    }
    Ok(Object::Names(names).bare())
}
