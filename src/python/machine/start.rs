//! The entry point of a process: what it does before the settings are loaded.

use crate::fact::Fact;
use crate::python::EntryPoint;
use crate::python::machine::locate::Located;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome, Stop};

const VARIABLE: &str = "DJANGO_SETTINGS_MODULE";

/// What loads the settings when it is called.
const STARTS: [&str; 8] = [
    "django.setup",
    "django.core.asgi.get_asgi_application",
    "django.core.management.call_command",
    "django.core.management.execute_from_command_line",
    "django.core.wsgi.get_wsgi_application",
    "configurations.asgi.get_asgi_application",
    "configurations.management.execute_from_command_line",
    "configurations.wsgi.get_wsgi_application",
];

impl<'a> Machine<'a> {
    /// Runs an entry point up to where it loads the settings, and leaves nothing of it but the
    /// environment. Whether that is now known: not, if where it stopped depends on something.
    pub(crate) fn run_entry(&mut self, entry: EntryPoint<'a>) -> bool {
        let before = self.levels();
        self.starting = Some(entry);
        let result = self.import(entry.module);
        self.starting = None;
        let is_sure = match result {
            Ok(_) => true,
            Err(Stop::Started(is_sure)) => is_sure,
            Err(Stop::Raise(_) | Stop::Limit(_)) => false,
        };
        self.back_to(&before);
        self.perhaps.clear();
        if !is_sure {
            let environ = self.environ;
            self.blur_names(environ, "the entry point could not be followed");
        }
        is_sure
    }

    /// Ends the entry point where it calls what loads the settings.
    pub(crate) fn start_django(&mut self, callee: &Traced) -> Outcome<()> {
        match (&callee.object, self.starting) {
            (Object::Opaque(name), Some(_)) if STARTS.contains(&&**name) => {
                Err(Stop::Started(self.assumed.is_empty()))
            }
            _ => Ok(()),
        }
    }

    /// Ends it where it has named the settings and goes on to the project's own code, which is
    /// written to run with settings.
    pub(crate) fn start_project(&mut self, dotted: &str) -> Outcome<()> {
        let is_named = self.starting.is_some()
            && self.heap.binding(self.environ, VARIABLE).is_some_and(|it| !it.perhaps);
        if is_named && matches!(self.locate(dotted), Located::File { .. } | Located::Unread) {
            return Err(Stop::Started(self.assumed.is_empty()));
        }
        Ok(())
    }

    /// A variable as the entry point leaves it, if that is one text.
    pub(crate) fn started_with(&mut self, name: &str) -> Option<Fact<String>> {
        let (value, _) = self.variable(&name.into());
        let crate::python::read::Variable::Set(value) = value else { return None };
        let text = value.object.text()?.to_string();
        Some(Fact::resting(text, self.trails.evidence(value.trail)))
    }
}
