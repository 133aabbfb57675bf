//! Modules of settings: which a project has, what they are for, and where a dotted name leads.

use crate::fact::Fact;
use crate::fact::spelling::is_slip;
use crate::fact::tongue::{self, Purpose};
use crate::model::django::{Project, Role, SettingsModule, base_of};
use crate::model::{Files, Found};
use crate::source::Place;
use crate::syntax::Parsed;
use crate::syntax::python::ast::{Imported, StatementKind};
use crate::syntax::python::{Import, each_statement, imports};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// The file of a dotted name below an import root.
pub fn find_module(files: &Files, root: &Utf8Path, name: &str) -> Option<Utf8PathBuf> {
    let base = base_of(files, root, name);
    let (package, module) = (base.join("__init__.py"), Utf8PathBuf::from(format!("{base}.py")));
    // Python takes the package where both exist (importlib's path finder).
    [package, module].into_iter().find(|path| files.tree.is_file(path))
}

/// The module that is meant by a name of which nothing has the package: the only one below an import root
/// that is called so within a package of nearly the same name. Numbers tell apart what is no slip:
/// `shop2.wsgi`.
pub fn misspelt(files: &Files, root: &Utf8Path, name: &str) -> Option<String> {
    let (package, rest) = name.split_once('.')?;
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_near = |own: &str| digits(own) == digits(package) && is_slip(own, package);
    let folders = files.tree.children(root).filter(|(path, _)| files.tree.is_dir(path));
    let near = folders.filter_map(|(path, _)| path.file_name()).filter(|own| is_near(own));
    let mut meant = near
        .map(|own| format!("{own}.{rest}"))
        .filter(|name| find_module(files, root, name).is_some());
    let only = meant.next()?;
    let is_there = [package, &format!("{package}.py")].iter().any(|it| !files.named(it).is_empty());
    (meant.next().is_none() && !is_there).then_some(only)
}

/// Whether a module lies in a package, by their names.
pub fn is_below(module: &str, package: &str) -> bool {
    module.strip_prefix(package).is_some_and(|it| it.starts_with('.'))
}

/// The package of an entry of INSTALLED_APPS, which may name the class of its configuration instead.
pub fn package_of(app: &str) -> &str {
    app.split_once(".apps.").map_or(app, |(package, _)| package)
}

/// Whether a package of the project would have the module, and does not.
pub fn lacks_module(files: &Files, root: &Utf8Path, name: &str) -> bool {
    let Some((top, _)) = name.split_once('.') else { return false };
    let package = files.tree.is_file(&root.join(top).join("__init__.py"));
    let as_folder = files.tree.is_dir(&base_of(files, root, name));
    package && !as_folder && find_module(files, root, name).is_none()
}

/// The modules that entry points name, and what lies beside them under names like theirs.
pub(super) fn of(files: &Files, project: &Project) -> Vec<SettingsModule> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let package = |name: &str| name.rsplit_once('.').map(|(package, _)| package.to_owned());
    for entry in &project.entries {
        for name in &entry.hints {
            found.insert(name.clone());
            found.extend(package(name).filter(|it| it.ends_with("settings")));
            found.extend(siblings(files, &project.root, name));
            found.extend(of_other_stages(files, &project.root, name));
        }
    }
    if found.is_empty() {
        for name in conventional(files, &project.root) {
            found.extend(siblings(files, &project.root, &name));
            found.insert(name);
        }
    }
    let module = |name: String| {
        let path = find_module(files, &project.root, &name)?;
        let (imports, star, empty) = contents(files, &path, &name);
        let uses = uses(files, &path, &name);
        let partial = imports.is_empty() && is_partial(files, &path);
        Some(SettingsModule { role: role(&name), name, path, star, imports, uses, empty, partial })
    };
    found.into_iter().filter_map(module).collect()
}

/// Whether somebody could name another module than this one as the settings: one lies in the tree,
/// or git ignores what is called as one for production, so that only the server has it.
pub fn may_be_another(files: &Files, project: &Project, name: &str) -> bool {
    // What the module takes all names of is a part of it, and nobody names that.
    let own = project.modules.iter().find(|it| it.name == name);
    let parts: Vec<&String> = own.map(|it| it.imports.iter().collect()).unwrap_or_default();
    if project.modules.iter().any(|it| it.name != name && !parts.contains(&&it.name)) {
        return true;
    }
    let parts: Vec<Utf8PathBuf> =
        parts.iter().filter_map(|it| find_module(files, &project.root, it)).collect();
    let Some(path) = find_module(files, &project.root, name) else { return true };
    let folder = path.parent().unwrap_or(&project.root);
    let is_like_one = |path: &Utf8Path| {
        let stem = path.file_stem().filter(|_| path.extension() == Some("py"));
        // A copy under a name that nobody can import: `settings - copy.py`.
        let is_part = |it: char| it.is_alphanumeric() || it == '_';
        let stem = stem.filter(|it| it.chars().all(is_part));
        let is_named = stem.is_some_and(|it| it.contains("settings"));
        is_named || path.parent() == Some(folder) && stem.map(role) == Some(Role::Production)
    };
    let mut below = files.tree.below(&project.root).map(|(path, _)| path);
    let kept_back = ["production.py", "prod.py", "settings_production.py", "settings_prod.py"];
    below.any(|it| *it != path && !parts.contains(it) && is_like_one(it))
        || kept_back.iter().any(|it| files.tree.ignores(&folder.join(it)))
}

/// Where `startproject` puts settings, for a project whose entry points leave it to the
/// environment or to a library to name them.
fn conventional(files: &Files, root: &Utf8Path) -> Vec<String> {
    let folders = files.tree.children(root).filter(|(path, _)| files.tree.is_dir(path));
    let packages = folders.filter_map(|(path, _)| path.file_name());
    let names = packages.map(|package| format!("{package}.settings"));
    let is_there = |name: &String| find_module(files, root, name).is_some();
    names.chain(["settings".to_owned()]).filter(is_there).collect()
}

/// What a module takes all names of, where a package does so, and whether it says nothing.
fn contents(
    files: &Files,
    path: &Utf8Path,
    name: &str,
) -> (Vec<String>, Option<Fact<String>>, bool) {
    let Found::Read(read) = files.find(path) else { return (Vec::new(), None, false) };
    let Parsed::Python(module) = read.parsed else { return (Vec::new(), None, false) };
    let is_package = path.file_name() == Some("__init__.py");
    // What is loaded by a name that is put together may have the last word.
    let loads_others = ["import_module", "__import__"].iter().any(|it| read.has(it));
    let (mut imports, mut star) = (Vec::new(), None);
    each_statement(&module.body, &mut |statement| {
        let StatementKind::ImportFrom { level, module: from, names: Imported::Star(_) } =
            &statement.kind
        else {
            return;
        };
        let from = from.as_ref().map_or("", |it| it.text.as_str());
        let from = absolute(name, is_package, *level, from);
        // In a branch, a server may have it otherwise.
        let is_certain = || module.body.iter().any(|it| it.span == statement.span);
        let is_it = match role(&from) {
            Role::Base => true,
            Role::Development => is_certain(),
            Role::Production | Role::Test | Role::Plain => false,
        };
        if is_package && is_it && !loads_others {
            let place = Place { file: read.id, span: statement.span };
            star = Some(Fact::at(from.clone(), place));
        }
        imports.push(from);
    });
    let says =
        |kind: &StatementKind| !matches!(kind, StatementKind::Pass | StatementKind::Expression(_));
    let empty = !module.body.iter().any(|statement| says(&statement.kind));
    (imports, star, empty)
}

/// Whether a module can be no more than a part of settings: Django serves nothing without ROOT_URLCONF, of
/// which it has no default (its documentation, "ROOT_URLCONF"). What might get that otherwise is whole.
fn is_partial(files: &Files, path: &Utf8Path) -> bool {
    let Found::Read(read) = files.find(path) else { return false };
    let brings =
        ["ROOT_URLCONF", "exec", "include", "globals", "locals", "import_module", "class "];
    matches!(&read.parsed, Parsed::Python(module) if module.broken.is_none())
        && !brings.iter().any(|it| read.has(it))
}

/// What a module imports, by its name or from another (`from shop import settings`): of those it may ask
/// for single values.
fn uses(files: &Files, path: &Utf8Path, name: &str) -> Vec<String> {
    let Found::Read(read) = files.find(path) else { return Vec::new() };
    let Parsed::Python(module) = read.parsed else { return Vec::new() };
    let is_package = path.file_name() == Some("__init__.py");
    let names = |it: Import| {
        let from = absolute(name, is_package, it.level, &it.module);
        match it.names.as_slice() {
            [] => vec![from],
            names => names.iter().map(|name| format!("{from}.{name}")).collect(),
        }
    };
    imports(module).into_iter().flat_map(names).collect()
}

/// The module that a relative import of `level` dots names.
pub(in crate::model) fn absolute(name: &str, is_package: bool, level: usize, from: &str) -> String {
    if level == 0 {
        return from.to_owned();
    }
    let mut parts: Vec<&str> = name.split('.').collect();
    let up = if is_package { level - 1 } else { level };
    parts.truncate(parts.len().saturating_sub(up));
    parts.extend((!from.is_empty()).then_some(from));
    parts.join(".")
}

/// `config.settings` → what is in the package; `config.settings.dev` → what is beside it.
pub(super) fn siblings(files: &Files, root: &Utf8Path, name: &str) -> Vec<String> {
    let base = base_of(files, root, name);
    let (package, within) = if files.tree.is_dir(&base) {
        (name, base.as_path())
    } else {
        let Some(folder) = base.parent() else { return Vec::new() };
        (name.rsplit_once('.').map_or("", |(package, _)| package), folder)
    };
    // A folder within it is one of several, as `config/settings/production/` for two servers.
    let whole_package = package.split('.').any(|it| it.contains("settings") || it == "conf");
    // `shop.dev` in the project's own package: others are called after what they are for as well.
    let by_role = within != base && role(name) != Role::Plain;
    let join =
        |stem: &str| if package.is_empty() { stem.to_owned() } else { format!("{package}.{stem}") };
    let children = files.tree.children(within).filter_map(|(path, _)| {
        let stem = path.file_name()?.strip_suffix(".py")?;
        let is_one = stem != "__init__" && (whole_package || stem.contains("settings"));
        let name = join(stem);
        let shares = || by_role && shares_settings(files, path, &name, package);
        (is_one || shares()).then_some(name)
    });
    children.collect()
}

/// The modules of this name in the packages for other stages: beside `config.dev.settings` lies
/// `config.production.settings`.
fn of_other_stages(files: &Files, root: &Utf8Path, name: &str) -> Vec<String> {
    let is_stage = |word: &str| {
        let role = role_of_word(word);
        matches!(role, Some(Role::Production | Role::Development | Role::Test))
    };
    let Some((package, stem)) = name.rsplit_once('.') else { return Vec::new() };
    let (above, stage) = package.rsplit_once('.').unwrap_or(("", package));
    if !is_stage(stage) || !stem.contains("settings") {
        return Vec::new();
    }
    let base = base_of(files, root, package);
    let Some(around) = base.parent() else { return Vec::new() };
    let others = files.tree.children(around).filter_map(|(path, _)| {
        let other = path.file_name().filter(|it| is_stage(it) && *it != stage)?;
        let is_there = files.tree.is_file(&path.join(format!("{stem}.py")));
        let package = if above.is_empty() { other.to_owned() } else { format!("{above}.{other}") };
        is_there.then(|| format!("{package}.{stem}"))
    });
    others.collect()
}

/// Whether a module takes all names of what is called as settings for all are, in its own package.
fn shares_settings(files: &Files, path: &Utf8Path, name: &str, package: &str) -> bool {
    if !matches!(role(name), Role::Production | Role::Development) {
        return false;
    }
    let is_base = |import: &String| {
        let beside = import.rsplit_once('.').map_or("", |(package, _)| package);
        beside == package && role(import) != Role::Plain
    };
    contents(files, path, name).0.iter().any(is_base)
}

/// What the last word of the name says that a module is for, if its part says no two things. Of
/// `core.settings` the first word is how the project is called.
pub fn role(name: &str) -> Role {
    const OF_PROJECTS: [&str; 7] = ["core", "base", "common", "default", "pytest", "live", "pro"];
    let name = match name.split_once('.') {
        Some((project, "settings")) if OF_PROJECTS.contains(&project) => "settings",
        _ => name,
    };
    let of_part = |part: &str| {
        let found: Vec<Role> = part.rsplit(['_', '-']).filter_map(role_of_word).collect();
        // Of `production_local` nobody can tell whether it is a server of somebody's own or a trial.
        let both = [Role::Production, Role::Development].iter().all(|it| found.contains(it));
        if both { Some(Role::Plain) } else { found.first().copied() }
    };
    // What the servers of one stage share is for that stage: `settings.production.base`.
    let within = name.rsplit_once("settings.").map_or("", |(_, within)| within);
    let mut said = within.rsplit('.').filter_map(of_part);
    if let (Some(Role::Base), Some(of_stage)) = (said.next(), said.next()) {
        return of_stage;
    }
    name.rsplit('.').find_map(of_part).unwrap_or(Role::Plain)
}

fn role_of_word(word: &str) -> Option<Role> {
    match word.to_lowercase().as_str() {
        "prod" | "production" | "pro" | "prd" | "live" | "deploy" | "deployment" | "staging"
        | "stage" | "stg" => Some(Role::Production),
        "dev" | "devel" | "develop" | "development" | "local" | "debug" => Some(Role::Development),
        "test" | "tests" | "tst" | "testing" | "uat" | "ci" | "travis" | "pytest" | "e2e" => {
            Some(Role::Test)
        }
        "base" | "common" | "shared" | "defaults" | "default" | "basic" | "core" => {
            Some(Role::Base)
        }
        other => tongue::purpose(other).map(|it| match it {
            Purpose::Production => Role::Production,
            Purpose::Development => Role::Development,
            Purpose::Test => Role::Test,
        }),
    }
}
