//! Reads `urlpatterns` from the code of a URLconf and of what it includes.

use crate::fact::Fact;
use crate::model::urls::known::{auth, unseen};
use crate::model::urls::view::{self, Imports};
use crate::model::urls::{Pattern, Route, Target, UrlConf, View, folder, route};
use crate::model::{Files, Found, django};
use crate::python::{Evaluation, Value};
use crate::source::{FileId, Place};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{
    Argument, Block, Expression, ExpressionKind, Operator, Statement, StatementKind, UnaryOperator,
};
use camino::Utf8Path;
use std::cell::Cell;
use std::collections::BTreeMap;

/// URLconfs that include each other end here, and so does what is nested for fun.
const DEEPEST: usize = 12;

/// No site has as many patterns, and lists that contain each other soon would.
const MOST: usize = 20_000;

/// The URLconf of this name, in a project whose packages lie at `root`, under these settings.
pub(in crate::model) fn read(
    files: &Files,
    root: &Utf8Path,
    settings: &Evaluation,
    name: &str,
) -> Option<UrlConf> {
    let reader = Reader { files, root, settings, left: Cell::new(MOST), names: Cell::new(0) };
    Some(UrlConf { patterns: reader.module(name, 0)? })
}

struct Reader<'f, 'a> {
    files: &'f Files<'a>,
    root: &'f Utf8Path,
    settings: &'f Evaluation,
    /// How many more patterns are read.
    left: Cell<usize>,
    /// How many names are being looked up, one for the sake of the other.
    names: Cell<usize>,
}

/// A module while it is read.
struct Scope<'m> {
    file: FileId,
    imports: Imports,
    body: &'m Block,
    /// What names are bound to, the last binding counting.
    bound: BTreeMap<&'m str, &'m Expression>,
    /// What `urlpatterns` had before the statement at hand, which may put it into a new list.
    before: Vec<Pattern>,
    depth: usize,
}

impl Reader<'_, '_> {
    /// `None` if the module is not in the tree, or Python refuses it.
    fn module(&self, name: &str, depth: usize) -> Option<Vec<Pattern>> {
        let path = django::find_module(self.files, self.root, name)?;
        let Found::Read(read) = self.files.find(&path) else { return None };
        let Parsed::Python(module) = read.parsed else { return None };
        if module.broken.is_some() || depth > DEEPEST {
            return None;
        }
        let is_package = path.file_name() == Some("__init__.py");
        let imports = Imports::of(name, is_package, &module.body);
        let (bound, before) = (BTreeMap::new(), Vec::new());
        let mut scope = Scope { file: read.id, imports, body: &module.body, bound, before, depth };
        let mut patterns = Vec::new();
        self.block(&module.body, &mut scope, false, &mut patterns);
        Some(patterns)
    }

    fn block<'m>(
        &self,
        body: &'m [Statement],
        scope: &mut Scope<'m>,
        perhaps: bool,
        out: &mut Vec<Pattern>,
    ) {
        for statement in body {
            self.statement(statement, scope, perhaps, out);
        }
    }

    fn statement<'m>(
        &self,
        statement: &'m Statement,
        scope: &mut Scope<'m>,
        perhaps: bool,
        out: &mut Vec<Pattern>,
    ) {
        match &statement.kind {
            StatementKind::Assign { targets, value } => {
                for target in targets {
                    let ExpressionKind::Name(name) = &target.kind else { continue };
                    if name != "urlpatterns" {
                        scope.bound.insert(name, value);
                        continue;
                    }
                    scope.before = out.clone();
                    if !perhaps {
                        out.clear();
                    }
                    self.list(value, scope, perhaps, out);
                }
            }
            StatementKind::Annotated { target, value: Some(value), .. } if is_patterns(target) => {
                out.clear();
                self.list(value, scope, perhaps, out);
            }
            StatementKind::Augmented { target, operator: Operator::Add, value }
                if is_patterns(target) =>
            {
                self.list(value, scope, perhaps, out);
            }
            StatementKind::Expression(it) => self.method(it, scope, perhaps, out),
            StatementKind::If { branches, otherwise } => {
                let mut undecided = perhaps;
                for (test, body) in branches {
                    match self.truth(test) {
                        Some(false) => {}
                        Some(true) => return self.block(body, scope, undecided, out),
                        None => {
                            undecided = true;
                            self.block(body, scope, true, out);
                        }
                    }
                }
                self.block(otherwise, scope, undecided, out);
            }
            StatementKind::Try(it) => {
                self.block(&it.body, scope, true, out);
                for handler in &it.handlers {
                    self.block(&handler.body, scope, true, out);
                }
            }
            StatementKind::For { body, .. }
            | StatementKind::While { body, .. }
            | StatementKind::With { body, .. } => {
                let mut inner = Vec::new();
                self.block(body, scope, true, &mut inner);
                if !inner.is_empty() {
                    out.push(unseen(scope.file, statement.span, "a loop makes patterns"));
                }
            }
            _ => {}
        }
    }

    /// `urlpatterns.append(…)`, `.extend(…)`, `.insert(0, …)`.
    fn method(&self, it: &Expression, scope: &Scope, perhaps: bool, out: &mut Vec<Pattern>) {
        let ExpressionKind::Call { function, arguments } = &it.kind else { return };
        let ExpressionKind::Attribute { value, name } = &function.kind else { return };
        if !is_patterns(value) {
            return;
        }
        match (name.text.as_str(), arguments.as_slice()) {
            ("append", [Argument::Positional(item)]) => {
                out.push(self.pattern(item, scope, perhaps));
            }
            ("extend", [Argument::Positional(items)]) => self.list(items, scope, perhaps, out),
            ("insert", [Argument::Positional(_), Argument::Positional(item)]) => {
                let mut pattern = self.pattern(item, scope, perhaps);
                pattern.perhaps |= !out.is_empty();
                out.insert(0, pattern);
            }
            _ => out.push(unseen(scope.file, it.span, "patterns are changed here")),
        }
    }

    fn list(&self, it: &Expression, scope: &Scope, perhaps: bool, out: &mut Vec<Pattern>) {
        match &it.kind {
            ExpressionKind::List(items) | ExpressionKind::Tuple(items) => {
                for item in items {
                    match &item.kind {
                        ExpressionKind::Starred(inner) => self.list(inner, scope, perhaps, out),
                        _ => out.push(self.pattern(item, scope, perhaps)),
                    }
                }
            }
            ExpressionKind::Binary { first, rest }
                if rest.iter().all(|(operator, _)| *operator == Operator::Add) =>
            {
                self.list(first, scope, perhaps, out);
                rest.iter().for_each(|(_, it)| self.list(it, scope, perhaps, out));
            }
            ExpressionKind::Conditional { test, then, otherwise } => match self.truth(test) {
                Some(true) => self.list(then, scope, perhaps, out),
                Some(false) => self.list(otherwise, scope, perhaps, out),
                None => {
                    self.list(then, scope, true, out);
                    self.list(otherwise, scope, true, out);
                }
            },
            ExpressionKind::Name(name) if name == "urlpatterns" => {
                out.extend(scope.before.iter().cloned());
            }
            ExpressionKind::Name(name) => match scope.bound.get(name.as_str()) {
                Some(bound) if !leads_on(bound) => self.named(bound, scope, perhaps, out),
                Some(_) | None => out.push(unseen(scope.file, it.span, "a list from elsewhere")),
            },
            ExpressionKind::Call { function, arguments } => {
                let name = view::last_name(function).unwrap_or_default();
                // A helper of the project's own may be called as Django's is, and serve files without
                // DEBUG.
                let full = view::dotted(function).and_then(|it| scope.imports.full(&it));
                let is_own = name == "static" && full.is_some_and(|it| !it.starts_with("django"));
                // Django's two add nothing unless DEBUG is on.
                let debug = self.setting("DEBUG").and_then(|it| it.truth());
                match (name, debug) {
                    ("static" | "staticfiles_urlpatterns", Some(false)) if !is_own => {}
                    ("static" | "staticfiles_urlpatterns", _) => {
                        let prefix = self.static_prefix(arguments);
                        let why = match is_own {
                            true => "a call makes patterns",
                            false => "files are served in DEBUG",
                        };
                        let mut pattern = unseen(scope.file, it.span, why);
                        pattern.route = prefix.clone().map_or(Route::Unknown, Route::Literal);
                        pattern.perhaps = !is_own && debug.is_none();
                        if view::is(function, &scope.imports, folder::HELPER) {
                            pattern.folder = folder::of_helper(prefix.as_deref(), arguments);
                        }
                        out.push(pattern);
                    }
                    ("i18n_patterns", _) => {
                        out.push(unseen(scope.file, it.span, "a language may come first"));
                    }
                    _ => out.push(unseen(scope.file, it.span, "a call makes patterns")),
                }
            }
            _ => out.push(unseen(scope.file, it.span, "patterns are computed")),
        }
    }

    /// A list under a name, which may hold that name again.
    fn named(&self, bound: &Expression, scope: &Scope, perhaps: bool, out: &mut Vec<Pattern>) {
        if self.names.get() == DEEPEST {
            return out.push(unseen(scope.file, bound.span, "a list within itself"));
        }
        self.names.set(self.names.get() + 1);
        self.list(bound, scope, perhaps, out);
        self.names.set(self.names.get() - 1);
    }

    /// The first argument of `static()`: a text, or a setting. `staticfiles_urlpatterns()` has the one
    /// of its own (django.contrib.staticfiles.urls).
    fn static_prefix(&self, arguments: &[Argument]) -> Option<String> {
        let of_setting = |name| Some(self.setting(name)?.text()?.to_owned());
        let text = match arguments.first() {
            Some(Argument::Positional(first)) => match first.as_str() {
                Some(text) => text.to_owned(),
                None => of_setting(setting_name(first)?)?,
            },
            Some(_) => return None,
            None => of_setting("STATIC_URL")?,
        };
        Some(text.trim_start_matches('/').to_owned())
    }

    fn pattern(&self, it: &Expression, scope: &Scope, perhaps: bool) -> Pattern {
        let computed = || unseen(scope.file, it.span, "a pattern is computed");
        let Some(left) = self.left.get().checked_sub(1) else { return computed() };
        self.left.set(left);
        let ExpressionKind::Call { function, arguments } = &it.kind else { return computed() };
        let kind = view::last_name(function).unwrap_or_default();
        if !matches!(kind, "path" | "re_path" | "url") {
            return computed();
        }
        let positional: Vec<&Expression> = arguments
            .iter()
            .filter_map(|argument| match argument {
                Argument::Positional(it) => Some(it),
                _ => None,
            })
            .collect();
        let keyword = arguments.iter().find_map(|argument| match argument {
            Argument::Keyword(name, it) if name.text == "view" => Some(it),
            _ => None,
        });
        let (Some(text), Some(leads)) =
            (positional.first(), positional.get(1).copied().or(keyword))
        else {
            return computed();
        };
        let target = self.target(leads, scope);
        let leads_on = !matches!(target, Target::View(_));
        let route = match text.as_str() {
            Some(text) if kind == "path" => route::of_path(text, leads_on),
            Some(text) => route::of_expression(text, leads_on),
            None => Route::Unknown,
        };
        let shown = match text.as_str() {
            Some(text) => format!("{kind}({text:?})"),
            None => kind.to_owned(),
        };
        let place = Place { file: scope.file, span: it.span };
        let folder = text
            .as_str()
            .and_then(|text| folder::of_view(text, leads, &positional, arguments, &scope.imports));
        Pattern { route, shown: Fact::at(shown, place), target, perhaps, folder }
    }

    fn target(&self, it: &Expression, scope: &Scope) -> Target {
        if let ExpressionKind::Call { function, arguments } = &it.kind
            && view::last_name(function) == Some("include")
        {
            let Some(Argument::Positional(first)) = arguments.first() else {
                return Target::Unseen("an include that is computed".to_owned());
            };
            return self.included(first, scope);
        }
        match view::dotted(it) {
            // AdminSite.get_urls() ends in a view for all that is left.
            Some(name) if name.ends_with("site.urls") => Target::All(View {
                name: name.trim_end_matches(".urls").to_owned(),
                is_checked: Some(true),
                appends_slash: true,
                is_name_only: false,
            }),
            Some(name) if name.ends_with(".urls") => Target::Foreign(name),
            _ => Target::View(view::view(self.files, self.root, it, &scope.imports, scope.body)),
        }
    }

    fn included(&self, it: &Expression, scope: &Scope) -> Target {
        if let Some(name) = it.as_str() {
            if name == "django.contrib.auth.urls" {
                return Target::Include(auth(scope.file, it.span));
            }
            let inner = self.module(name, scope.depth + 1);
            return inner.map_or_else(|| Target::Foreign(name.to_owned()), Target::Include);
        }
        match &it.kind {
            // With the name of the application.
            ExpressionKind::Tuple(parts) if parts.len() == 2 && scope.depth < DEEPEST => {
                self.included(&parts[0], scope)
            }
            ExpressionKind::List(_) | ExpressionKind::Tuple(_) | ExpressionKind::Binary { .. } => {
                let mut inner = Vec::new();
                self.list(it, scope, false, &mut inner);
                Target::Include(inner)
            }
            ExpressionKind::Name(name) if name == "urlpatterns" => {
                Target::Include(scope.before.clone())
            }
            ExpressionKind::Name(name) => match scope.bound.get(name.as_str()) {
                Some(bound) if bound.as_str().is_none() && !leads_on(bound) => {
                    let mut inner = Vec::new();
                    self.named(bound, scope, false, &mut inner);
                    Target::Include(inner)
                }
                Some(_) | None => self.imported(name, scope),
            },
            _ => match view::dotted(it) {
                Some(name) if name.ends_with("site.urls") => self.target(it, scope),
                Some(name) => self.imported(&name, scope),
                None => Target::Unseen("an include that is computed".to_owned()),
            },
        }
    }

    /// `include(urls)`, of a module that was imported.
    fn imported(&self, name: &str, scope: &Scope) -> Target {
        let module = scope.imports.full(name);
        let inner = module.as_ref().and_then(|module| self.module(module, scope.depth + 1));
        let foreign = || Target::Foreign(module.unwrap_or_else(|| name.to_owned()));
        inner.map_or_else(foreign, Target::Include)
    }

    fn setting(&self, name: &str) -> Option<Value> {
        let namespace = self.settings.outcome.as_ref().ok()?;
        match namespace.get(name) {
            Some(value) => Some(value.value),
            None => crate::python::django_default(name, None).map(|it| it.value),
        }
    }

    /// `settings.DEBUG`, `not settings.DEBUG`.
    fn truth(&self, test: &Expression) -> Option<bool> {
        if let ExpressionKind::Unary { operator: UnaryOperator::Not, operand } = &test.kind {
            return self.truth(operand).map(|it| !it);
        }
        self.setting(setting_name(test)?)?.truth()
    }
}

/// `X` of `settings.X`.
pub(super) fn setting_name(it: &Expression) -> Option<&str> {
    let ExpressionKind::Attribute { value, name } = &it.kind else { return None };
    matches!(&value.kind, ExpressionKind::Name(it) if it == "settings").then_some(&name.text)
}

fn is_patterns(it: &Expression) -> bool {
    matches!(&it.kind, ExpressionKind::Name(name) if name == "urlpatterns")
}

/// Whether an expression leads on to other names, which looking up might never end.
fn leads_on(it: &Expression) -> bool {
    match &it.kind {
        ExpressionKind::List(items) => items.iter().any(leads_on),
        ExpressionKind::Call { .. } | ExpressionKind::Constant(_) => false,
        _ => true,
    }
}
