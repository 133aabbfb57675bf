//! Environment variables: looking them up, and keeping a record of each time.

use crate::fact::{Environment, Evidence, Lookup, Origin};
use crate::python::environ::OVERWRITTEN;
use crate::python::machine::call::Arguments;
use crate::python::machine::fork::Truth;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::trail::{Trail, What};
use crate::python::machine::{Frame, Machine, Outcome};
use crate::source::Place;
use std::rc::Rc;
use std::sync::Arc;

/// One time that a variable was asked for.
#[derive(Clone, Debug)]
pub struct Read {
    pub name: String,
    /// The call, or the subscript.
    pub place: Option<Place>,
    /// What a module says that led here: the call of a helper function.
    pub statement: Option<Place>,
    pub default: Option<Default>,
    /// What the text is turned into: `bool`, `int`, `list`, `db_url`, ….
    pub cast: Option<String>,
    /// It raises if the variable is not set.
    pub required: bool,
    /// `os.environ`, `environ`, `decouple`, `environs`, ….
    pub library: &'static str,
    pub answer: Answer,
    /// Only a branch for DEBUG leads here, of which nobody knows whether it is on.
    pub for_debug: bool,
    /// The module whose body asks for it, where only a branch leads there of which nobody knows
    /// whether it is taken.
    pub in_branch: Option<String>,
}

impl Read {
    /// Where that stands which holds without the variable.
    pub fn default_place(&self) -> Option<Place> {
        self.default.as_ref().and_then(|it| it.evidence.place())
    }

    /// How the library that asks for it would ask so that nothing starts without it. What is not in
    /// `os.environ`, as decouple reads a file by itself, is not to be asked of that.
    pub fn demanded(&self) -> String {
        let name = &self.name;
        match self.library {
            "decouple" | "prettyconf" => format!("config(\"{name}\")"),
            "environ" | "environs" | "envparse" => format!("env(\"{name}\")"),
            _ => format!("os.environ[\"{name}\"]"),
        }
    }
}

/// What holds if the variable is not set.
#[derive(Clone, Debug)]
pub struct Default {
    /// As Python writes it; none if it is not known.
    pub text: Option<String>,
    pub evidence: Evidence,
    pub stands_in: StandsIn,
}

/// What the variable has to be for its default to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandsIn {
    ForAbsent,
    /// `os.getenv(name) or default`.
    ForEmptyToo,
    /// `default if os.getenv(name) == "" else os.getenv(name)`.
    ForEmpty,
}

#[derive(Clone, Debug)]
pub enum Answer {
    /// Who supplied it.
    Set(Evidence),
    /// The module had put it there itself, or a file that it loaded.
    Loaded(Evidence),
    Absent,
    Unknown(Arc<str>),
}

/// The last variable that was asked for and is not there, or is there and empty.
pub fn lacking<'r>(reads: &'r [Read], environment: &Environment) -> Option<&'r Read> {
    let is_empty = |read: &Read| match environment.get(&read.name) {
        Lookup::Set(value) => value.value.trim().is_empty(),
        Lookup::Absent | Lookup::Unknown(_) => false,
    };
    reads.iter().rfind(|read| match &read.answer {
        Answer::Absent => true,
        Answer::Set(_) => is_empty(read),
        Answer::Loaded(_) | Answer::Unknown(_) => false,
    })
}

/// A variable as it was found.
pub(crate) enum Variable {
    Set(Traced),
    Absent,
    /// It may be set, to nobody knows what.
    Perhaps(Traced),
}

/// Every process has these, and each its own.
const OF_THE_HOST: [&str; 2] = ["PATH", "HOME"];

impl Machine<'_> {
    pub(crate) fn variable(&mut self, name: &Rc<str>) -> (Variable, Answer) {
        if let Some(binding) = self.heap.binding(self.environ, name).cloned() {
            let value = self.narrowed(binding.value);
            let evidence = self.trails.evidence(value.trail);
            return match &value.object {
                Object::None => (Variable::Absent, Answer::Absent),
                _ if binding.perhaps => {
                    let unknown = self.unknown_from(&value);
                    (Variable::Perhaps(unknown), Answer::Unknown("it may have been set".into()))
                }
                _ => (Variable::Set(value), Answer::Loaded(evidence)),
            };
        }
        if self.is_given(name) {
            let why = "it is missing";
            return (Variable::Set(self.unseen_text(name, why)), Answer::Unknown(why.into()));
        }
        match self.request.environment.get(name) {
            Lookup::Set(_) if self.heap.binding(self.environ, OVERWRITTEN).is_some() => {
                let why = "it may have been set anew";
                (Variable::Perhaps(self.unseen(name, why)), Answer::Unknown(why.into()))
            }
            Lookup::Set(fact) => {
                let evidence = fact.evidence().clone();
                let what = What::Supplied(name.clone(), Rc::new(evidence.clone()));
                let place = self.place();
                let trail = self.trails.add(place, what, [Trail::NONE; 2]);
                let value = Object::str(fact.value.as_str()).traced(trail);
                (Variable::Set(value), Answer::Set(evidence))
            }
            Lookup::Unknown(why) => {
                let why = why.value.clone();
                let is_set = self.request.environment.sets(name)
                    && self.heap.binding(self.environ, OVERWRITTEN).is_none();
                let variable = match is_set {
                    true => Variable::Set(self.unseen_text(name, &why)),
                    false => Variable::Perhaps(self.unseen(name, &why)),
                };
                (variable, Answer::Unknown(why))
            }
            Lookup::Absent if self.heap.names(self.environ).more.is_some() => {
                let why = "it may have been set";
                (Variable::Perhaps(self.unseen(name, why)), Answer::Unknown(why.into()))
            }
            Lookup::Absent if OF_THE_HOST.contains(&&**name) => {
                let why = "every process has its own";
                (Variable::Set(self.unseen_text(name, why)), Answer::Unknown(why.into()))
            }
            Lookup::Absent => match self.given_by_django(name) {
                Some(value) => {
                    let evidence = self.trails.evidence(value.trail);
                    (Variable::Set(value), Answer::Set(evidence))
                }
                None => (Variable::Absent, Answer::Absent),
            },
        }
    }

    /// A process that loads settings names them in its environment (django.conf).
    fn given_by_django(&mut self, name: &str) -> Option<Traced> {
        if self.starting.is_some() {
            return None;
        }
        let value = match name {
            "DJANGO_SETTINGS_MODULE" => self.request.module,
            "DJANGO_CONFIGURATION" => self.request.configuration?,
            _ => return None,
        };
        let origin = Origin::Default {
            of: "the process that loads the settings",
            version: "",
            source: "django.conf",
        };
        let place = self.place();
        let trail = self.trails.add(place, What::Given(origin), [Trail::NONE; 2]);
        Some(Object::str(value).traced(trail))
    }

    /// The value of a variable that is not in view: the same each time it is asked for.
    fn unseen(&mut self, name: &Rc<str>, why: &str) -> Traced {
        if let Some(value) = self.unseen.get(name) {
            return value.clone();
        }
        let value = self.unknown(format!("the environment variable {name}: {why}"));
        self.unseen.insert(name.clone(), value.clone());
        value
    }

    /// The same of one that is surely set.
    fn unseen_text(&mut self, name: &Rc<str>, why: &str) -> Traced {
        let value = self.unseen(name, why);
        if let Object::Unknown(it) = &value.object {
            self.never_none.insert(it.id);
        }
        value
    }

    pub(crate) fn record(&mut self, read: Read) {
        let told = |it: &&mut Read| (it.place, &it.name) == (read.place, &read.name);
        if let Some(before) = self.reads.iter_mut().find(told) {
            before.for_debug &= read.for_debug;
            if read.in_branch.is_none() {
                before.in_branch = None;
            }
            // It looked whether there is one before it asked a library.
            let default = before.default.as_ref().and_then(|it| it.text.as_deref());
            if before.library == ENVIRON && matches!(default, None | Some("None")) {
                before.library = read.library;
            }
        } else if self.reads.len() < 5_000 {
            self.reads.push(read);
        }
    }

    /// Whether DEBUG of the module around is on in the way that is followed, and may be off in
    /// another.
    fn is_for_debug(&mut self) -> bool {
        let of_project = self.frames.iter().rev().filter(|it| it.file.is_some());
        let mut known = of_project.filter_map(|it| self.heap.binding(it.globals, "DEBUG"));
        let Some(debug) = known.next().map(|it| it.value.clone()) else { return false };
        if !matches!(debug.object, Object::OneOf(_) | Object::Unknown(_)) {
            return false;
        }
        let is_on = |it: &mut Self| matches!(it.truth(&debug), Ok(Truth::Yes));
        if !is_on(self) {
            return false;
        }
        let assumed = std::mem::take(&mut self.assumed);
        let always = is_on(self);
        self.assumed = assumed;
        !always
    }

    /// The module that is run, if what leads to it is assumed.
    fn assumed_module(&self) -> Option<String> {
        let is_body = |it: &&Frame| it.file.is_some() && it.function.is_none();
        let frame = self.frames.iter().rev().find(is_body).filter(|_| !self.assumed.is_empty())?;
        match &self.heap.binding(frame.globals, "__name__")?.value.object {
            Object::Str(name) => Some(name.to_string()),
            _ => None,
        }
    }

    pub(crate) fn default_of(&mut self, value: &Traced) -> Default {
        Default {
            text: self.plain_repr(&value.object, 0),
            evidence: self.trails.evidence(value.trail),
            stands_in: StandsIn::ForAbsent,
        }
    }

    /// Notes what stands in for a variable that was asked for before it.
    pub(crate) fn falls_back(&mut self, asked: usize, value: &Traced, stands_in: StandsIn) {
        let default = Default { stands_in, ..self.default_of(value) };
        if let Some(read) = self.reads.get_mut(asked) {
            read.default = Some(default);
        }
    }

    /// The value or, where the variable may be missing, both it and the default.
    pub(crate) fn value_or(
        &mut self,
        name: &Rc<str>,
        variable: Variable,
        default: Traced,
    ) -> Traced {
        match variable {
            Variable::Set(value) => value,
            Variable::Absent => {
                let place = self.place();
                let what = What::DefaultOf(name.clone());
                let trail = self.trails.add(place, what, [default.trail, Trail::NONE]);
                default.object.traced(trail)
            }
            Variable::Perhaps(value) => {
                let choice = self.choice_about(format!("${name} is set"));
                match self.settled(&choice) {
                    Some(true) => value,
                    Some(false) => default,
                    None => self.join(&choice, value, default),
                }
            }
        }
    }
}

pub(crate) fn simple(
    it: &mut Machine<'_>,
    name: &Rc<str>,
    default: Option<&Traced>,
    answer: Answer,
) {
    let default = default.map(|value| it.default_of(value));
    let required = default.is_none();
    let place = it.place();
    let name = name.to_string();
    let statement = it.module_place();
    let (for_debug, in_branch) = (it.is_for_debug(), it.assumed_module());
    it.record(Read {
        statement,
        name,
        place,
        default,
        cast: None,
        required,
        library: ENVIRON,
        answer,
        for_debug,
        in_branch,
    });
}

const ENVIRON: &str = "os.environ";

/// `_kilter.variable(library, name, has_default, default, cast, required)`: what a model of a
/// library looks up. `None` where the variable is not set.
pub(crate) fn lookup(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let [library, name, has_default, default, cast, required] = &given.positional[..] else {
        return Ok(it.unknown("the variable is not known"));
    };
    if let Object::OneOf(_) = name.object {
        let name = name.clone();
        return it.each_member(&name, |it, name| {
            let mut given = given.clone();
            given.positional[1] = name.clone();
            lookup(it, given)
        });
    }
    let Object::Str(name) = &name.object else { return Ok(it.unknown_from(name)) };
    let name = name.clone();
    let (variable, answer) = it.variable(&name);
    // A default that is not known itself cannot be told from none by looking at it.
    let is_given = !matches!(has_default.object, Object::Bool(false));
    let shown = is_given.then(|| it.default_of(default));
    let cast = match &cast.object {
        Object::Str(cast) => Some(cast.to_string()),
        _ => None,
    };
    let library = match &library.object {
        Object::Str(name) => LIBRARIES.iter().find(|it| **it == &**name).copied().unwrap_or(""),
        _ => "",
    };
    let required = matches!(required.object, Object::Bool(true));
    let place = it.place();
    let statement = it.module_place();
    let (for_debug, in_branch) = (it.is_for_debug(), it.assumed_module());
    it.record(Read {
        statement,
        name: name.to_string(),
        place,
        default: shown,
        cast,
        required,
        library,
        answer,
        for_debug,
        in_branch,
    });
    Ok(it.value_or(&name, variable, Object::None.bare()))
}

/// `_kilter.answered(name, value)`: a library found the variable that it asked for last in a file of its
/// own, which puts nothing into the environment.
pub(crate) fn answered(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    if let [name, value] = &given.positional[..]
        && let Object::Str(name) = &name.object
    {
        let evidence = it.trails.evidence(value.trail);
        let place = it.place();
        let asked = |read: &&mut Read| read.place == place && read.name == **name;
        let read = it.reads.iter_mut().rfind(asked);
        if let Some(read) = read.filter(|it| matches!(it.answer, Answer::Absent)) {
            read.answer = Answer::Loaded(evidence);
        }
    }
    Ok(Object::None.bare())
}

const LIBRARIES: [&str; 9] = [
    "environ",
    "decouple",
    "environs",
    "dotenv",
    "dj_database_url",
    "configurations",
    "pydantic_settings",
    "prettyconf",
    "envparse",
];
