//! Follows what an ASGI application's module imports before it has Django set up, as Python would.
//!
//! Channels' own guide says to make Django's application first, "before importing code that may import
//! ORM models" (Channels, "Deploying"). What a condition or a `try` is around is not followed, and
//! what may set Django up in another way ends the search.

use crate::fact::Fact;
use crate::model::django::{self, Entry, Project};
use crate::model::early::Early;
use crate::model::{Deployment, Files, Found, Process, ProcessKind};
use crate::source::{Place, Span};
use crate::syntax::python::ast::{
    Argument, Class, Expression, ExpressionKind, Imported, Module, Statement, StatementKind,
};
use crate::syntax::python::each_expression;
use std::collections::BTreeSet;
use std::ops::ControlFlow::{self, Break, Continue};

/// Modules of Django's that define models, so that nothing imports them before it is set up; measured
/// with Django 4.2 and 5.2.
const MODELS: [&str; 9] = [
    "django.contrib.admin.models",
    "django.contrib.auth.base_user",
    "django.contrib.auth.models",
    "django.contrib.contenttypes.models",
    "django.contrib.flatpages.models",
    "django.contrib.redirects.models",
    "django.contrib.sessions.base_session",
    "django.contrib.sessions.models",
    "django.contrib.sites.models",
];

/// More modules of the project's are not gone through: a model comes long before.
const MOST: usize = 100;

/// What sets Django up.
const SETS_UP: [&str; 4] =
    ["setup", "get_asgi_application", "get_wsgi_application", "get_default_application"];

/// Why nothing more is followed.
enum End {
    /// A model is asked for here.
    Asked(Place),
    /// Django is set up by then, or may be.
    SetUp,
}

pub(super) fn note(files: &Files, deployments: &mut [Deployment]) {
    for process in deployments.iter_mut().flat_map(|it| &mut it.processes) {
        let early = early(files, process);
        if let Some(django) = &mut process.django {
            django.early = early;
        }
    }
}

fn early(files: &Files, process: &Process) -> Option<Early> {
    let started = process.started.as_ref().filter(|it| it.program.value.is_server())?;
    let app = started.app.as_ref().filter(|_| process.kind == ProcessKind::Asgi)?;
    let project = &process.django.as_ref()?.project;
    let entry = project.entry(Entry::Asgi, Some(&app.value.module))?;
    let name = project.dotted(&entry.path)?;
    let module = files.python(&entry.path)?;
    let mut walk = Walk { files, project, entered: BTreeSet::from([name.clone()]), waits: false };
    // What the packages around it do, `manage.py` does as well.
    if walk.enter_packages(&name).is_break() {
        return None;
    }
    let mut body = module.body.iter();
    let (import, asked) = loop {
        let statement = body.next()?;
        match walk.statement(&name, false, module, statement) {
            Continue(()) => {}
            Break(End::Asked(asked)) => break (statement, asked),
            Break(End::SetUp) => return None,
        }
    };
    if walk.waits {
        return None;
    }
    let at = |span: Span| Fact::at((), Place { file: module.file, span });
    let set_up = body.find_map(|it| call(it, |name| SETS_UP.contains(&name)));
    let set_up = set_up.map(|it| at(it.span));
    Some(Early { import: at(import.span), asks: Fact::at((), asked), set_up })
}

struct Walk<'a> {
    files: &'a Files<'a>,
    project: &'a Project,
    entered: BTreeSet<String>,
    /// A module is still to be read, so that nobody knows yet.
    waits: bool,
}

impl Walk<'_> {
    /// Runs the packages that a module is in, from the outermost.
    fn enter_packages(&mut self, name: &str) -> ControlFlow<End> {
        name.match_indices('.').try_for_each(|(end, _)| self.run(&name[..end]))
    }

    fn enter(&mut self, name: &str) -> ControlFlow<End> {
        self.enter_packages(name)?;
        self.run(name)
    }

    fn run(&mut self, name: &str) -> ControlFlow<End> {
        // It sets Django up when it is imported.
        if name == "configurations" {
            return Break(End::SetUp);
        }
        let Some(path) = django::find_module(self.files, &self.project.root, name) else {
            return Continue(());
        };
        if !self.entered.insert(name.to_owned()) {
            return Continue(());
        }
        if self.entered.len() > MOST {
            return Break(End::SetUp);
        }
        // All that is on the way is asked for at once.
        if matches!(self.files.find(&path), Found::Wanted) {
            self.waits = true;
            return Continue(());
        }
        let Some(module) = self.files.python(&path) else { return Break(End::SetUp) };
        let is_package = path.file_name() == Some("__init__.py");
        let mut body = module.body.iter();
        body.try_for_each(|it| self.statement(name, is_package, module, it))
    }

    fn statement(
        &mut self,
        name: &str,
        is_package: bool,
        module: &Module,
        statement: &Statement,
    ) -> ControlFlow<End> {
        let asked = |span: Span| Break(End::Asked(Place { file: module.file, span }));
        match &statement.kind {
            StatementKind::Import(aliases) => aliases.iter().try_for_each(|it| {
                if MODELS.contains(&it.name.text.as_str()) {
                    return asked(it.name.span);
                }
                self.enter(&it.name.text)
            }),
            StatementKind::ImportFrom { level, module, names } => {
                let from = module.as_ref().map_or("", |it| it.text.as_str());
                let from = django::absolute(name, is_package, *level, from);
                if MODELS.contains(&from.as_str()) {
                    return asked(statement.span);
                }
                self.enter(&from)?;
                let Imported::Names(aliases) = names else { return Continue(()) };
                aliases.iter().try_for_each(|it| {
                    let inner = format!("{from}.{}", it.name.text);
                    if MODELS.contains(&inner.as_str()) {
                        return asked(it.name.span);
                    }
                    self.run(&inner)
                })
            }
            StatementKind::Class(class) if is_model(module, class) => asked(class.name.span),
            StatementKind::Class(_) | StatementKind::Function(_) => Continue(()),
            StatementKind::Assign { value, .. } if asks_for_user(value) => asked(value.span),
            // A function of anybody's that is called for what it does.
            StatementKind::Expression(value) if calls_by_name(value) => Break(End::SetUp),
            _ if call(statement, may_set_up).is_some() => Break(End::SetUp),
            _ => Continue(()),
        }
    }
}

/// Whether a class is one of `django.db.models.Model` by the usual name.
fn is_model(module: &Module, class: &Class) -> bool {
    let is_base = |it: &Argument| match it {
        Argument::Positional(base) => base.dotted().as_deref() == Some("models.Model"),
        _ => false,
    };
    let is_django = |it: &Statement| match &it.kind {
        StatementKind::ImportFrom { level: 0, module: Some(from), names } => match names {
            Imported::Names(names) => {
                let plain = names.iter().any(|it| it.name.text == "models" && it.alias.is_none());
                plain && matches!(from.text.as_str(), "django.db" | "django.contrib.gis.db")
            }
            Imported::Star(_) => false,
        },
        _ => false,
    };
    class.arguments.iter().any(is_base) && module.body.iter().any(is_django)
}

/// `get_user_model()`
fn asks_for_user(expression: &Expression) -> bool {
    let name = function(expression).and_then(Expression::dotted);
    name.is_some_and(|it| it == "get_user_model" || it == "auth.get_user_model")
}

/// `prepare()`, but for what reads an env file.
fn calls_by_name(expression: &Expression) -> bool {
    let function = function(expression).map(|it| &it.kind);
    matches!(function, Some(ExpressionKind::Name(name)) if name != "load_dotenv")
}

/// What an expression calls.
fn function(expression: &Expression) -> Option<&Expression> {
    match &expression.kind {
        ExpressionKind::Call { function, .. } => Some(function),
        _ => None,
    }
}

/// Whether a function of this name sets Django up, or is called as one of the project's own would be
/// that does.
fn may_set_up(name: &str) -> bool {
    let says = ["setup", "set_up", "django", "bootstrap", "initialize"];
    SETS_UP.contains(&name) || says.iter().any(|it| name.contains(it))
}

/// A call of a function of such a name, wherever in a statement.
fn call(statement: &Statement, is_meant: impl Fn(&str) -> bool) -> Option<&Expression> {
    let mut found = None;
    each_expression(std::slice::from_ref(statement), &mut |expression| {
        let called = function(expression).and_then(Expression::dotted);
        let is_it = |it: String| is_meant(it.rsplit('.').next().unwrap_or_default());
        if found.is_none() && called.is_some_and(is_it) {
            found = Some(expression);
        }
    });
    found
}
