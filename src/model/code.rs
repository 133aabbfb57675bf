//! What a project's own code asks of whoever stands before it: uploads, files that it sends itself,
//! paths of WebSockets.
//!
//! Read from the files that Django projects keep such things in, by their names; nothing of it is
//! evaluated. What is not found here may still be there, so only what is found counts as known.

use crate::fact::Fact;
use crate::fact::version::Range;
use crate::model::django::find_module;
use crate::model::outdated::Loadable;
use crate::model::routers::{self, Routes};
use crate::model::{FileField, Files, Found, Read, upload_paths};
use crate::source::{FileId, Place};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{
    Argument, Constant, Expression, ExpressionKind, Module, StatementKind,
};
use crate::syntax::python::{each_expression, each_statement, within};
use aho_corasick::AhoCorasick;
use camino::Utf8Path;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Of one project.
#[derive(Clone, Debug, Default)]
pub struct Code {
    /// The fields that take files.
    pub fields: Vec<FileField>,
    /// `request.FILES`, of which a view takes what comes.
    pub takes_files: Option<Fact<()>>,
    /// Whether a module of models has a class.
    pub has_models: bool,
    /// `static(settings.MEDIA_URL, …)`, which serves under DEBUG only.
    pub media_for_debug: Option<Fact<()>>,
    /// Something in it may send files itself, or have the web server do so.
    pub may_send_files: bool,
    /// Static files may be served by what stands around its WSGI application.
    pub may_wrap_server: bool,
    /// Middleware of its own, or what its application is wrapped in, may say which scheme a request
    /// came by.
    pub may_set_scheme: bool,
    /// The versions of Django that have all that its modules import.
    pub loads_on: Option<Fact<Range>>,
    /// What the paths of its URLs begin with.
    pub paths: BTreeSet<String>,
    /// Where WebSockets are answered: what the paths begin with.
    pub websockets: Vec<Fact<String>>,
}

/// How often one list of routes may be made of those of other modules.
const MOST_STEPS: usize = 3;

/// A project of more files is read in part.
const MOST_FILES: usize = 600;

/// Names of modules, or of packages, that hold what is looked for.
const NAMES: &[&str] = &[
    "models",
    "forms",
    "serializers",
    "views",
    "viewsets",
    "api",
    "urls",
    "routing",
    "asgi",
    "wsgi",
    "routers",
    "websocket",
    "websockets",
    "middleware",
    "middlewares",
];

/// Words of code that sends files, or makes the web server send them.
const SENDS: &[&str] = &[
    "FileResponse",
    "X-Accel-Redirect",
    "X-Sendfile",
    "sendfile",
    "django.views.static",
    "views.static",
    "static.serve",
    "private_storage",
    "protected_media",
];

/// Words of code that serves static files around the application (dj-static, older WhiteNoise).
const WRAPS: &[&str] = &["dj_static", "StaticFilesHandler", "whitenoise", "WhiteNoise"];

/// Words of code that says by which scheme a request came (`HttpRequest._get_scheme`, PEP 3333).
const SCHEMES: &[&str] = &["url_scheme", "_get_scheme", "is_secure =", "HTTP_X_FORWARDED_PROTO"];

/// What makes an application, or stands around it and leaves the scheme alone.
const MAKERS: &[&str] = &[
    "get_wsgi_application",
    "get_asgi_application",
    "get_default_application",
    "WSGIHandler",
    "ASGIHandler",
    "ProtocolTypeRouter",
    "StaticFilesHandler",
    "ASGIStaticFilesHandler",
    "Cling",
    "MediaCling",
    "WhiteNoise",
    "DjangoWhiteNoise",
    "WSGIApplicationWrapper",
    "ASGIApplicationWrapper",
    "SentryWsgiMiddleware",
    "SentryAsgiMiddleware",
    "Sentry",
    "OpenTelemetryMiddleware",
];

/// Fields that take files: Django's, and those that packages make of its `ImageField` by a class of its own —
/// django-imagekit, easy-thumbnails, django-versatileimagefield, django-stdimage and django-resized.
const TAKES_FILES: [&str; 8] = [
    "FileField",
    "ImageField",
    "ProcessedImageField",
    "ResizedImageField",
    "StdImageField",
    "ThumbnailerField",
    "ThumbnailerImageField",
    "VersatileImageField",
];

/// What says where something is answered, `re_path` among them.
const ROUTES: &[&str] = &["path", "url"];

/// The words without which a module has nothing of [`Code::read`], and no router.
static TELLING: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = ["FileField", "ImageField", "ThumbnailerField", ".FILES", "MEDIA_URL", "URLRouter"];
    AhoCorasick::new(words.iter().chain(ROUTES)).ok()
});

/// Whether a module imports a `static` that is not Django's, which may serve files without DEBUG.
fn imports_own_static(read: &Read<'_>) -> bool {
    let imports_it = |line: &str| {
        let Some((from, names)) = line.split_once(" import ") else { return false };
        let mut names = names.split([',', ' ', '(', ')']);
        from.starts_with("from ") && !from.contains("django") && names.any(|it| it == "static")
    };
    // Few have the word, and all code of a project is looked at.
    read.has("static") && read.text.lines().any(imports_it)
}

impl Code {
    pub(super) fn of(files: &Files, root: &Utf8Path) -> Self {
        let below = files.tree.below(root).map(|(path, _)| path.as_path());
        let paths = below.filter(|path| matters(path.strip_prefix(root).unwrap_or(path)));
        // All that are to be read are asked for in one round.
        let found: Vec<Found> = paths.take(MOST_FILES).map(|path| files.skim(path)).collect();
        let modules = found.par_iter().filter_map(|found| match found {
            Found::Read(Read { text, parsed: Parsed::Python(module), .. }) => Some((text, module)),
            _ => None,
        });
        modules.filter(|(text, _)| may_tell(text)).for_each(|(_, module)| module.parse());
        let mut code = Self::default();
        let mut routed = Vec::new();
        let mut loadable = Loadable::default();
        for read in found {
            let Found::Read(read) = read else { continue };
            code.may_send_files |= SENDS.iter().any(|it| read.has(it)) || imports_own_static(&read);
            code.may_wrap_server |= has_any(&read, WRAPS);
            code.may_set_scheme |= may_set_scheme(&read);
            let path = read.path.strip_prefix(root).unwrap_or(read.path);
            code.has_models |= is_of_models(path) && read.has("class ");
            if let Parsed::Python(module) = read.parsed
                && may_tell(read.text)
            {
                let routers = match read.has("URLRouter") {
                    true => routers::routers(module),
                    false => Vec::new(),
                };
                code.read(read.id, path, module, &routers);
                loadable.read(read.id, path, module);
                let named = routers.into_iter().flat_map(|it| routers::named(module, path, it));
                routed.extend(named);
            }
        }
        code.loads_on = loadable.versions();
        for it in routed {
            code.follow(files, root, &it, 0);
        }
        code
    }

    /// Reads the routes that an ASGI application takes of a module, whatever that is called.
    fn follow(&mut self, files: &Files, root: &Utf8Path, routes: &Routes, steps: usize) {
        let path = find_module(files, root, &routes.module);
        let Some(Found::Read(read)) = path.map(|path| files.find(&path)) else { return };
        let Parsed::Python(module) = read.parsed else { return };
        self.listen_by_name(read.id, module, &routes.name);
        if steps < MOST_STEPS {
            let path = read.path.strip_prefix(root).unwrap_or(read.path);
            for further in routers::passed_on(module, path, &routes.name) {
                self.follow(files, root, &further, steps + 1);
            }
        }
    }

    fn read(&mut self, file: FileId, path: &Utf8Path, module: &Module, routers: &[&Expression]) {
        let of_models = is_of_models(path);
        let names = assigned(module);
        let at = |expression: &Expression| Place { file, span: expression.span };
        each_expression(&module.body, &mut |expression| {
            if takes_files(expression) {
                self.takes_files.get_or_insert_with(|| Fact::at((), at(expression)));
            }
            let ExpressionKind::Call { function, arguments } = &expression.kind else { return };
            match name_of(function) {
                Some(field) if TAKES_FILES.contains(&field) => {
                    let is_of_model = of_models || is_models_own(function);
                    let folder = upload_paths::folder(module, arguments).filter(|_| is_of_model);
                    self.fields.push(FileField {
                        kept: Fact::at(folder, at(function)),
                        name: names.get(&expression.span.start).copied().map(str::to_owned),
                        may_have_storage: upload_paths::may_have_storage(arguments),
                        is_open: !arguments.iter().any(is_closed_to_forms),
                        of_model: path.parent().filter(|_| is_of_model).map(Utf8Path::to_owned),
                    });
                }
                Some("static") if arguments.iter().any(names_media) => {
                    self.media_for_debug.get_or_insert_with(|| Fact::at((), at(expression)));
                }
                Some("path" | "re_path" | "url") => {
                    let route = arguments.first().and_then(positional).and_then(|it| it.as_str());
                    self.paths.extend(route.map(prefix));
                }
                _ => {}
            }
        });
        for routes in routers {
            self.listen(file, routes);
            within(routes, &mut |expression| {
                if let ExpressionKind::Name(name) = &expression.kind {
                    self.listen_by_name(file, module, name);
                }
            });
        }
    }

    /// Takes over the paths of a list of routes that a module has under a name.
    fn listen_by_name(&mut self, file: FileId, module: &Module, name: &str) {
        each_statement(&module.body, &mut |statement| {
            let StatementKind::Assign { targets, value } = &statement.kind else { return };
            if targets.iter().filter_map(name_of).any(|it| it == name) {
                self.listen(file, value);
            }
        });
    }

    /// Takes over the paths of a list of routes.
    fn listen(&mut self, file: FileId, routes: &Expression) {
        within(routes, &mut |expression| {
            let ExpressionKind::Call { function, arguments } = &expression.kind else { return };
            let Some("path" | "re_path" | "url") = name_of(function) else { return };
            let Some(route) = arguments.first().and_then(positional) else { return };
            let Some(prefix) = route.as_str().map(prefix).filter(|it| it.len() > 1) else { return };
            let known = self.websockets.iter().any(|it| it.value == prefix);
            if !known {
                self.websockets.push(Fact::at(prefix, Place { file, span: route.span }));
            }
        });
    }
}

/// What a module calls values, its classes' own among them, by where each begins.
fn assigned(module: &Module) -> BTreeMap<u32, &str> {
    let mut names = BTreeMap::new();
    each_statement(&module.body, &mut |statement| {
        if let StatementKind::Assign { targets, value } = &statement.kind
            && let [target] = targets.as_slice()
        {
            names.extend(name_of(target).map(|name| (value.span.start, name)));
        }
    });
    names
}

/// Whether a module may have any of what is looked for: most have none, and parsing one costs a
/// hundred times what this does.
fn may_tell(text: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let tells = |found: aho_corasick::Match| {
        let (before, after) = (&text[..found.start()], &text[found.end()..]);
        let before = before.strip_suffix("re_").unwrap_or(before);
        let is_call = || !before.ends_with(is_part) && after.trim_start().starts_with('(');
        !ROUTES.contains(&&text[found.range()]) || is_call()
    };
    let words = TELLING.as_ref().into_iter();
    words.flat_map(|it| it.find_iter(text)).any(tells)
}

/// `request.FILES`, `self.request.FILES`.
fn takes_files(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Attribute { value, name } => {
            name.text == "FILES" && name_of(value) == Some("request")
        }
        _ => false,
    }
}

/// `editable=False`: no form shows the field, so that code alone fills it.
fn is_closed_to_forms(argument: &Argument) -> bool {
    matches!(argument, Argument::Keyword(name, it)
        if name.text == "editable"
            && matches!(it.kind, ExpressionKind::Constant(Constant::Bool(false))))
}

/// Whether a module has one of these words in what is no comment.
fn has_any(read: &Read<'_>, words: &[&str]) -> bool {
    let has_word = |line: &str| words.iter().any(|it| line.contains(it));
    // Most modules have none of them, and to look is faster than to part the lines.
    words.iter().any(|it| read.has(it))
        && read.text.lines().any(|line| has_word(line) && !line.trim_start().starts_with('#'))
}

/// Whether a module of middleware or of an application may say which scheme a request came by.
fn may_set_scheme(read: &Read<'_>) -> bool {
    let is_said = || has_any(read, SCHEMES);
    match read.path.file_stem() {
        Some("wsgi" | "asgi") => is_said() || read.text.lines().any(wraps_by_other_code),
        _ => read.path.as_str().contains("middleware") && is_said(),
    }
}

/// Whether a line makes the application what a function or class has of it that is not known.
fn wraps_by_other_code(line: &str) -> bool {
    let is_defined = ["def application(", "async def application("];
    if is_defined.iter().any(|it| line.starts_with(it)) {
        return true;
    }
    let made = line.strip_prefix("application").map(str::trim_start);
    let made = made.and_then(|it| it.strip_prefix('=')).and_then(|it| it.split_once('('));
    made.is_some_and(|(maker, _)| {
        let name = maker.trim().rsplit('.').next().unwrap_or_default();
        !name.is_empty() && !MAKERS.contains(&name)
    })
}

/// Whether a path below the project's root is of a module that may hold what is looked for.
fn matters(path: &Utf8Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.strip_suffix(".py")) else {
        return false;
    };
    let mut folders = path.parent().into_iter().flat_map(Utf8Path::iter);
    let left_out = ["tests", "test", "migrations", "site-packages", "node_modules"];
    if name.starts_with("test") || folders.clone().any(|it| left_out.contains(&it)) {
        return false;
    }
    let named = |it: &str| NAMES.contains(&it) || NAMES.iter().any(|name| it.ends_with(name));
    named(name) || folders.any(|it| NAMES.contains(&it))
}

/// The last part of what is called or assigned: `models.FileField`.
fn name_of(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name),
        ExpressionKind::Attribute { name, .. } => Some(&name.text),
        _ => None,
    }
}

fn is_of_models(path: &Utf8Path) -> bool {
    path.components().any(|it| it.as_str().trim_end_matches(".py") == "models")
}

/// `models.FileField`, in whichever file.
fn is_models_own(function: &Expression) -> bool {
    match &function.kind {
        ExpressionKind::Attribute { value, .. } => name_of(value) == Some("models"),
        _ => false,
    }
}

fn positional(argument: &Argument) -> Option<&Expression> {
    match argument {
        Argument::Positional(value) => Some(value),
        Argument::Keyword(..) | Argument::Spread(_) | Argument::SpreadKeywords(_) => None,
    }
}

fn names_media(argument: &Argument) -> bool {
    positional(argument).and_then(name_of) == Some("MEDIA_URL")
}

/// What every path of a route begins with, before its first group, converter or class.
fn prefix(route: &str) -> String {
    let route = route.trim_start_matches(['^', '/']);
    let end = route.find(['(', '<', '[', '\\', '$', '.', '*', '+', '?', '{']);
    format!("/{}", &route[..end.unwrap_or(route.len())])
}
