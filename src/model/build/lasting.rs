//! Whether a command of the project's own goes on until somebody stops it.
//!
//! Its module says so where it is plain: a loop without an end, or one of the calls by which
//! programs wait for work. Where it calls other code of the project, nobody looked and nobody can tell.

use crate::model::command::{Program, Started};
use crate::model::{Django, Files, Found};
use crate::source::normalize;
use crate::syntax::Parsed;
use crate::syntax::python::ast::{
    Alias, Argument, Constant, Expression, ExpressionKind, Imported, Module, Statement,
    StatementKind,
};
use crate::syntax::python::{each_expression, each_statement};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// Commands of well-known packages that wait for work (django-rq, django-q, huey, channels,
/// django-background-tasks, django-db-queue, django-apscheduler, procrastinate, dramatiq).
const WAITING: &[&str] = &[
    "db_worker",
    "process_tasks",
    "procrastinate",
    "qcluster",
    "rqscheduler",
    "rqworker",
    "rundramatiq",
    "run_huey",
    "runapscheduler",
    "runworker",
];

/// Commands of Django's own, and those of South and django-tenants in their places, that do their work and
/// end (docs, "django-admin and manage.py").
const ENDING: &[&str] = &[
    "check",
    "clearsessions",
    "collectstatic",
    "compilemessages",
    "createcachetable",
    "createsuperuser",
    "dumpdata",
    "flush",
    "loaddata",
    "makemigrations",
    "migrate",
    "migrate_schemas",
    "syncdb",
    "test",
];

/// Calls that come back only when the program is stopped.
const NEVER_BACK: &[&str] = &[
    "consume_forever",
    "infinity_polling",
    "loop_forever",
    "polling",
    "run_forever",
    "run_polling",
    "run_until_disconnected",
    "run_webhook",
    "serve_forever",
    "start_consuming",
    "start_polling",
    "start_webhook",
];

/// Calls that may be such, or start a program that nobody sees.
const UNSEEN: &[&str] = &[
    "Consumer",
    "KafkaConsumer",
    "Popen",
    "call_command",
    "check_call",
    "consume",
    "exec_module",
    "execl",
    "execv",
    "execvp",
    "execute_from_command_line",
    "idle",
    "import_module",
    "listen",
    "main",
    "run",
    "run_until_complete",
    "serve",
    "start",
    "subscribe",
    "system",
    "wait",
    "work",
];

/// Whether it is Celery as django-celery brought it: `manage.py celery worker`, `manage.py celeryd`.
fn is_of_django_celery(command: &str, started: &Started) -> bool {
    let mut words = started.words.iter().map(|it| it.value.as_str());
    match command {
        "celeryd" | "celerybeat" => true,
        "celery" => words.any(|it| matches!(it, "worker" | "beat")),
        _ => false,
    }
}

/// Whether it makes the files of a front end, and ends when they are made: `npm run build`, `ng build` (npm-run(1),
/// "ng build", "vite build", "next build"). Told to watch, it would go on.
fn builds(started: &Started) -> bool {
    let words = std::iter::once(started.program_name())
        .chain(started.words.iter().map(|it| it.value.as_str()))
        // What is behind is the script's.
        .take_while(|it| *it != "--")
        // Node's image has an entrypoint that runs what stands behind it (docker-entrypoint.sh of
        // nodejs/docker-node).
        .filter(|it| !matches!(*it, "docker-entrypoint.sh" | "npx" | "run" | "run-script" | "exec"))
        .filter(|it| !it.starts_with('-'));
    let words: Vec<&str> = words.collect();
    let is_script =
        |it: &str| it == "build" || it.starts_with("build:") || it.starts_with("build-");
    let makes = match words.as_slice() {
        ["npm" | "pnpm" | "yarn" | "bun", script, ..] => is_script(script),
        [program, command, ..] => BUILDERS.contains(program) && *command == "build",
        _ => false,
    };
    makes && !started.words.iter().any(|it| it.value.contains("watch"))
}

/// Programs with a command `build`.
const BUILDERS: [&str; 6] = ["astro", "gatsby", "next", "ng", "nuxt", "vite"];

/// Whether it is one of the system's tools that do one thing (POSIX, "Utilities"), or waits for others to
/// answer and has nothing to start then.
fn ends(started: &Started) -> bool {
    let name = started.program_name();
    TOOLS.contains(&name) || WAITERS.contains(&name.trim_end_matches(".sh"))
}

const TOOLS: [&str; 18] = [
    "chmod", "chown", "cp", "curl", "echo", "false", "ln", "mkdir", "mv", "pip", "printf", "rm",
    "rsync", "sed", "tar", "test", "touch", "true",
];

const WAITERS: [&str; 4] = ["dockerize", "wait-for", "wait-for-it", "wait4x"];

/// Whether a program stays; `None` where nobody can tell. Of commands of manage.py that nobody knows by
/// their names, their modules say so.
pub(super) fn stays(files: &Files, django: Option<&Django>, started: &Started) -> Option<bool> {
    if let Program::Manage(command) = &started.program.value
        && is_of_django_celery(command, started)
    {
        return Some(true);
    }
    let command = match &started.program.value {
        program @ Program::Manage(command) if !program.is_runserver() => command,
        Program::Other if builds(started) || ends(started) => return Some(false),
        Program::Shell | Program::Other => return None,
        _ => return Some(true),
    };
    if WAITING.contains(&command.as_str()) {
        return Some(true);
    }
    if ENDING.contains(&command.as_str()) {
        return Some(false);
    }
    let root = &django?.project.root;
    let name = format!("{command}.py");
    let end = Utf8Path::new("management/commands").join(&name);
    let is_it =
        |it: &&Utf8PathBuf| it.starts_with(root) && it.ends_with(&end) && files.tree.is_file(it);
    let mut found = files.named(&name).iter().copied().filter(is_it);
    // Of several nobody knows which Django finds first.
    let path = found.next().filter(|_| found.next().is_none())?;
    let Found::Read(read) = files.find(&normalize(path)) else { return None };
    let Parsed::Python(module) = read.parsed else { return None };
    of_module(files, root, module)
}

fn of_module(files: &Files, root: &Utf8Path, module: &Module) -> Option<bool> {
    if module.broken.is_some() {
        return None;
    }
    let own = own_names(files, root, module);
    let (mut stays, mut is_plain) = (false, true);
    each_statement(&module.body, &mut |statement| match &statement.kind {
        StatementKind::While { test, body, .. } => {
            is_plain = false;
            stays |= is_true(test) && !is_left(body);
        }
        StatementKind::For { iterable, .. } => is_plain &= !is_endless(iterable),
        // A command that is derived from another does what that does.
        StatementKind::Class(class) => {
            let mut bases = class.arguments.iter().filter_map(|it| match it {
                Argument::Positional(base) => first_name(base),
                Argument::Keyword(..) | Argument::Spread(_) | Argument::SpreadKeywords(_) => None,
            });
            is_plain &= !bases.any(|it| own.contains(it));
        }
        _ => {}
    });
    let defined = defined(module);
    each_expression(&module.body, &mut |expression| {
        let ExpressionKind::Call { function, .. } = &expression.kind else { return };
        let (called, first) = (name_of(function).unwrap_or_default(), first_name(function));
        let is_here = defined.contains(called) && (first == Some(called) || first == Some("self"));
        stays |= NEVER_BACK.contains(&called) && !is_here;
        is_plain &= is_here || !UNSEEN.contains(&called);
        is_plain &= first.is_none_or(|it| !own.contains(it));
    });
    match (stays, is_plain) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    }
}

/// The names that a module takes from the project's other modules. Models wait for nothing.
fn own_names<'m>(files: &Files, root: &Utf8Path, module: &'m Module) -> BTreeSet<&'m str> {
    let is_own = |level: usize, name: &str| {
        let top = name.split('.').next().unwrap_or_default();
        let at = root.join(top);
        let is_there = !top.is_empty()
            && (files.tree.is_dir(&at) || files.tree.is_file(Utf8Path::new(&format!("{at}.py"))));
        let is_of_models = name.split('.').any(|part| part == "models");
        (level > 0 || is_there) && !is_of_models
    };
    let mut found = BTreeSet::new();
    each_statement(&module.body, &mut |statement| match &statement.kind {
        StatementKind::Import(aliases) => {
            for it in aliases.iter().filter(|it| is_own(0, &it.name.text)) {
                let bound = it.alias.as_ref().map_or(it.name.text.as_str(), |it| &it.text);
                found.insert(bound.split('.').next().unwrap_or_default());
            }
        }
        StatementKind::ImportFrom { level, module, names: Imported::Names(names) } => {
            let from = module.as_ref().map_or("", |it| it.text.as_str());
            if is_own(*level, from) {
                let bound = |it: &'m Alias| it.alias.as_ref().unwrap_or(&it.name).text.as_str();
                found.extend(names.iter().map(bound));
            }
        }
        _ => {}
    });
    found
}

/// The functions and classes of a module.
fn defined(module: &Module) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    each_statement(&module.body, &mut |statement| match &statement.kind {
        StatementKind::Function(it) => _ = found.insert(it.name.text.as_str()),
        StatementKind::Class(it) => _ = found.insert(it.name.text.as_str()),
        _ => {}
    });
    found
}

fn is_true(test: &Expression) -> bool {
    matches!(&test.kind, ExpressionKind::Constant(Constant::Bool(true) | Constant::Int(1)))
}

/// Whether something in a loop may lead out of it, besides what goes wrong.
fn is_left(body: &[Statement]) -> bool {
    let mut found = false;
    each_statement(body, &mut |statement| {
        found |= matches!(
            statement.kind,
            StatementKind::Break | StatementKind::Return(_) | StatementKind::Raise { .. }
        );
    });
    found
}

/// Whether what is gone through may have no end.
fn is_endless(iterable: &Expression) -> bool {
    let endless = ["consume", "count", "cycle", "iter", "listen", "repeat", "stream", "watch"];
    matches!(&iterable.kind, ExpressionKind::Call { function, .. }
        if name_of(function).is_some_and(|it| endless.contains(&it)))
}

/// The last name of what is called.
fn name_of(function: &Expression) -> Option<&str> {
    match &function.kind {
        ExpressionKind::Name(name) => Some(name),
        ExpressionKind::Attribute { name, .. } => Some(&name.text),
        _ => None,
    }
}

/// The name that a chain of attributes and calls begins with.
fn first_name(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name),
        ExpressionKind::Attribute { value, .. } | ExpressionKind::Subscript { value, .. } => {
            first_name(value)
        }
        ExpressionKind::Call { function, .. } => first_name(function),
        _ => None,
    }
}
