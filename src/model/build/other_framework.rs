//! Web applications that are none of Django's.

use crate::fact::Fact;
use crate::model::{Deployment, Files, Found, Process};
use crate::source::Place;
use camino::Utf8PathBuf;
use std::collections::BTreeSet;

/// How an application is made, the package that has it, and what that is called.
const FRAMEWORKS: &[(&str, &str, &str)] = &[
    ("FastAPI(", "fastapi", "FastAPI"),
    ("Flask(", "flask", "Flask"),
    ("Litestar(", "litestar", "Litestar"),
    ("Quart(", "quart", "Quart"),
    ("Sanic(", "sanic", "Sanic"),
    ("Starlette(", "starlette", "Starlette"),
    ("web.Application(", "aiohttp", "aiohttp"),
];

/// Where such an application is made, as a rule.
const USUAL: [&str; 6] = ["app.py", "main.py", "application.py", "api.py", "run.py", "__init__.py"];

/// Nobody has more of these in a small tree, and a large one is not searched for them.
const MOST: usize = 64;

/// Files of frameworks for other languages: their name, what stands in it, and what that is called.
const OTHERS: &[(&str, &str, &str)] = &[
    ("artisan", "LARAVEL_START", "Laravel"),
    ("Gemfile", "gem \"rails\"", "Rails"),
    ("Gemfile", "gem 'rails'", "Rails"),
    ("package.json", "\"@nestjs/core\"", "NestJS"),
    ("package.json", "\"express\"", "Express"),
];

/// The framework of the application that is deployed, where its module makes it or its project names it.
pub(super) fn find(files: &Files, deployments: &[Deployment]) -> Option<Fact<String>> {
    in_python(files, deployments).or_else(|| of_other_languages(files))
}

fn of_other_languages(files: &Files) -> Option<Fact<String>> {
    // All that are to be read are asked for in one round.
    let named =
        OTHERS.iter().flat_map(|other| files.files_named(other.0).map(move |it| (it, other)));
    let found: Vec<_> = named.take(MOST).map(|(path, other)| (files.find(path), other)).collect();
    found.into_iter().find_map(|(found, (_, text, name))| {
        let Found::Read(read) = found else { return None };
        let at = read.text.find(text)?;
        Some(Fact::at((*name).to_owned(), Place::new(read.id, at, at + text.len())))
    })
}

fn in_python(files: &Files, deployments: &[Deployment]) -> Option<Fact<String>> {
    let processes = deployments.iter().flat_map(|it| &it.processes);
    let modules: BTreeSet<Utf8PathBuf> = processes.filter_map(module).collect();
    let paths = modules.iter().flat_map(|module| {
        let named = files.named(module.file_name().unwrap_or_default()).iter().copied();
        named.filter(move |path| path.ends_with(module) && files.tree.is_file(path))
    });
    let mut paths: BTreeSet<&Utf8PathBuf> = paths.collect();
    if paths.is_empty() {
        // What starts it is not in view, or says by a file of its own what is loaded.
        paths.extend(USUAL.iter().flat_map(|name| files.files_named(name)).take(MOST));
    }
    // All that are to be read are asked for in one round.
    let found: Vec<Found> = paths.into_iter().map(|it| files.find(it)).collect();
    found.into_iter().find_map(|found| {
        let Found::Read(read) = found else { return None };
        FRAMEWORKS.iter().find_map(|(call, package, name)| {
            let at = read.text.find(call).filter(|_| read.has(package))?;
            let place = Place::new(read.id, at, at + call.len() - 1);
            Some(Fact::at((*name).to_owned(), place))
        })
    })
}

/// The file of the application that a process is told to load, from where it imports.
fn module(process: &Process) -> Option<Utf8PathBuf> {
    let started = process.started.as_ref()?;
    let by_name = started.app.as_ref().map(|it| it.value.module.replace('.', "/") + ".py");
    let script = started.script.as_ref().map(|it| it.value.trim_start_matches("./").to_owned());
    by_name.or(script).map(Utf8PathBuf::from)
}
