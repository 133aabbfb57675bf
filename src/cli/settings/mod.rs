//! `kilter settings [ROOT]`: settings as evaluated, and why.
//!
//! Those of a process that the files describe, or of a module that is named along with its
//! environment.

use crate::cli::{Exit, Failure};
use crate::fact::version::{NotAVersion, Range, Version};
use crate::fact::{Environment, Fact, Origin};
use crate::python::{
    Checkout, Evaluation, Installed, Loaded, Request, evaluate, json, listing, why,
};
use crate::source::{Sources, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

mod deployed;

#[derive(Args)]
pub(super) struct Arguments {
    /// The repository
    #[arg(default_value = ".")]
    root: PathBuf,
    /// The process whose settings they are, of those that the files describe
    #[arg(long, value_name = "NAME", conflicts_with = "settings")]
    process: Option<String>,
    /// The folder that is first on the import path, where manage.py lies
    #[arg(long, value_name = "DIR", requires = "settings")]
    project: Option<PathBuf>,
    /// The settings module by its dotted name, with what --env tells of the environment
    #[arg(long, value_name = "MODULE")]
    settings: Option<String>,
    /// The class that DJANGO_CONFIGURATION names
    #[arg(long, value_name = "NAME", requires = "settings")]
    configuration: Option<String>,
    /// A variable of the process
    #[arg(long = "env", value_name = "NAME=VALUE", requires = "settings")]
    variables: Vec<String>,
    /// A JSON object with all variables of the process; there are no others
    #[arg(long, value_name = "FILE", requires = "settings")]
    env_json: Option<PathBuf>,
    /// The working directory of the process
    #[arg(long, value_name = "DIR", requires = "settings")]
    cwd: Option<PathBuf>,
    /// A further folder on the import path
    #[arg(long, value_name = "DIR", requires = "settings")]
    pythonpath: Vec<PathBuf>,
    /// All top-level modules that can be imported from elsewhere
    #[arg(long, value_delimiter = ',', value_name = "MODULES", requires = "settings")]
    installed: Option<Vec<String>>,
    /// The version of Python
    #[arg(long, value_name = "VERSION", requires = "settings")]
    python: Option<String>,
    /// The version of Django
    #[arg(long, value_name = "VERSION", requires = "settings")]
    django: Option<String>,
    /// Tell how one setting came to be
    #[arg(long, value_name = "NAME")]
    why: Option<String>,
    /// List the environment variables that are read
    #[arg(long)]
    reads: bool,
    /// Print secrets as they are
    #[arg(long)]
    show_secrets: bool,
    #[arg(long, value_enum, default_value_t = Format::Full)]
    format: Format,
    /// The configuration file, instead of the nearest kilter.toml or pyproject.toml
    #[arg(long, value_name = "FILE", conflicts_with = "settings")]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Full,
    Json,
}

/// Modules that import modules that read files: more rounds than any project has layers.
const ROUNDS: usize = 40;

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    match arguments.settings.as_deref() {
        Some(module) => of_module(arguments, module, out)?,
        None => deployed::print(arguments, out)?,
    }
    Ok(Exit::Clean)
}

fn of_module(arguments: &Arguments, module: &str, out: &mut dyn Write) -> Result<(), Failure> {
    let tree = Tree::walk(std::slice::from_ref(&arguments.root))?;
    let base = tree.roots().first().cloned().unwrap_or_default();
    let real = absolute(&arguments.root)?;
    let inside = |path: &Path| -> Result<Utf8PathBuf, Failure> {
        let path = absolute(path)?;
        path.strip_prefix(&real).map(Utf8Path::to_owned).map_err(|_| {
            Failure::Asked(format!("`{path}` does not lie in `{}`", arguments.root.display()))
        })
    };
    let mut roots = Vec::new();
    for folder in arguments.project.iter().chain(&arguments.pythonpath) {
        roots.push(inside(folder)?);
    }
    if roots.is_empty() {
        roots.push(Utf8PathBuf::new());
    }
    let environment = environment(arguments)?;
    let checkout = Checkout::at(real.clone());
    let installed = match &arguments.installed {
        Some(names) => Installed::Only(names.iter().cloned().collect::<BTreeSet<_>>()),
        None => Installed::Unknown,
    };
    let given = [("python", &arguments.python), ("django", &arguments.django)];
    let given = given.into_iter().filter_map(|(name, it)| Some((name, it.as_deref()?)));
    let versions = given
        .map(|(name, text)| Ok((name, version(text)?)))
        .collect::<Result<BTreeMap<_, _>, Failure>>()?;
    let cwd = arguments.cwd.as_deref().map(absolute).transpose()?;
    let mut loaded = Loaded::new(&tree, base.clone());
    let mut evaluation;
    let mut round = 0;
    loop {
        evaluation = evaluate(&Request {
            files: &loaded,
            roots: &roots,
            package: None,
            module,
            entry: None,
            environment: &environment,
            checkout: &checkout,
            cwd: cwd.clone(),
            installed: installed.clone(),
            configuration: arguments.configuration.as_deref().filter(|it| !it.is_empty()),
            versions: &|name| versions.get(name).cloned(),
        });
        round += 1;
        if round > ROUNDS || !loaded.load(&evaluation.wants) {
            break;
        }
    }
    print(arguments, &evaluation, loaded.sources(), &base, out)
}

fn print(
    arguments: &Arguments,
    evaluation: &Evaluation,
    sources: &Sources,
    base: &Utf8Path,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let shown = sources.shown();
    match (arguments.format, &arguments.why) {
        (Format::Json, _) => {
            let encoded = json(evaluation, shown, base, arguments.show_secrets);
            writeln!(out, "{encoded}")?;
        }
        (Format::Full, Some(name)) => {
            out.write_all(why(evaluation, shown, name, arguments.show_secrets).as_bytes())?;
        }
        (Format::Full, None) => {
            let text = listing(evaluation, shown, arguments.show_secrets, arguments.reads);
            out.write_all(text.as_bytes())?;
        }
    }
    Ok(())
}

fn absolute(path: &Path) -> Result<Utf8PathBuf, Failure> {
    let failed =
        |why: std::io::Error| Failure::Asked(format!("cannot read `{}`: {why}", path.display()));
    let path = path.canonicalize().map_err(failed)?;
    Utf8PathBuf::from_path_buf(path)
        .map_err(|path| Failure::Asked(format!("`{}` is no UTF-8", path.display())))
}

/// All that `3.12` or `3.12.1` may be.
fn version(text: &str) -> Result<Range, Failure> {
    let version: Version =
        text.parse().map_err(|why: NotAVersion| Failure::Asked(why.to_string()))?;
    Ok(Range::series(version))
}

fn environment(arguments: &Arguments) -> Result<Environment, Failure> {
    let given = Origin::Default { of: "the command line", version: "", source: "--env" };
    let mut environment = match &arguments.env_json {
        Some(path) => {
            let failed = |why: String| Failure::Asked(format!("`{}`: {why}", path.display()));
            let text = std::fs::read_to_string(path).map_err(|why| failed(why.to_string()))?;
            let variables: BTreeMap<String, String> =
                serde_json::from_str(&text).map_err(|why| failed(why.to_string()))?;
            let facts = variables.into_iter().map(|(name, value)| (name, Fact::new(value, given)));
            Environment::closed(facts)
        }
        None => Environment::unseen("only what --env names is known of the environment"),
    };
    for variable in &arguments.variables {
        let Some((name, value)) = variable.split_once('=') else {
            return Err(Failure::Asked(format!("`{variable}` is no NAME=VALUE")));
        };
        let value = crate::fact::Supplied::Value(value.to_owned());
        environment.set(name, Fact::new(value, given));
    }
    Ok(environment)
}
