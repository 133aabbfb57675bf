//! By what a settings module reads variables of the environment as the texts that they are.

use crate::syntax::python::ast::{
    Argument, Expression, ExpressionKind, Function, Imported, Module, StatementKind,
};
use crate::syntax::python::{each_expression, each_statement};

/// What a module reads variables by, beside `os.environ`.
#[derive(Default)]
pub(super) struct Readers<'m> {
    /// What python-decouple's `config` is called.
    decouple: Vec<&'m str>,
    /// Names for an `Env()`, each with the variables that it was told the types of, as django-environ's
    /// `Env(DEBUG=(bool, False))` is.
    envs: Vec<(&'m str, Vec<&'m str>)>,
    /// Functions that hand on the text of the variable they are asked for: the module's own, and those that it
    /// takes from others.
    helpers: Vec<&'m str>,
    /// `bool` is what the module imports or defines under that name.
    own_bool: bool,
}

impl<'m> Readers<'m> {
    pub(super) fn of(module: &'m Module) -> Self {
        let mut found = Self::default();
        each_statement(&module.body, &mut |statement| match &statement.kind {
            StatementKind::ImportFrom { module: from, names, .. } => {
                if let Imported::Names(names) = names
                    && from.as_ref().is_some_and(|it| it.text == "decouple")
                {
                    let own = names.iter().filter(|it| it.name.text == "config");
                    let own = own.map(|it| it.alias.as_ref().unwrap_or(&it.name));
                    found.decouple.extend(own.map(|it| it.text.as_str()));
                }
                found.own_bool |= binds_bool(names);
            }
            StatementKind::Function(function) => {
                found.own_bool |= function.name.text == "bool";
                if hands_on(function) {
                    found.helpers.push(&function.name.text);
                }
            }
            StatementKind::Assign { targets, value } => {
                if let Some(typed) = typed(value) {
                    found.envs.extend(targets.iter().filter_map(|it| match &it.kind {
                        ExpressionKind::Name(name) => Some((name.as_str(), typed.clone())),
                        _ => None,
                    }));
                }
            }
            _ => {}
        });
        found
    }

    /// The functions that hand on the text of the variable they are asked for.
    pub(super) fn helpers(&self) -> &[&'m str] {
        &self.helpers
    }

    /// With those of these functions of other modules that the module imports.
    pub(super) fn and(mut self, module: &'m Module, others: &[&'m str]) -> Self {
        each_statement(&module.body, &mut |statement| {
            let StatementKind::ImportFrom { names, .. } = &statement.kind else { return };
            match names {
                Imported::Star(_) => self.helpers.extend(others),
                Imported::Names(names) => {
                    let kept = names.iter().filter(|it| it.alias.is_none());
                    let kept = kept.map(|it| it.name.text.as_str());
                    self.helpers.extend(kept.filter(|it| others.contains(it)));
                }
            }
        });
        self
    }

    /// The `Env()` that an expression asks for a variable which it knows no type of.
    fn reader(&self, expression: &Expression, variable: &str) -> Option<String> {
        let ExpressionKind::Call { function, .. } = &expression.kind else { return None };
        let called = function.dotted()?;
        let reader = called.strip_suffix(".str").unwrap_or(&called);
        let (_, typed) = self.envs.iter().find(|(name, _)| *name == reader)?;
        // `env.str` asks for a text, whatever the type.
        let is_text = reader != called || !typed.contains(&variable);
        is_text.then(|| reader.to_owned())
    }

    /// How the switch is to be asked for, where a library has a way.
    pub(super) fn asked(&self, expression: &Expression, variable: &str) -> Option<String> {
        let ExpressionKind::Call { function, arguments } = &expression.kind else { return None };
        if let (true, [Argument::Positional(inner)]) = (self.is_truth(expression), &arguments[..]) {
            return self.asked(inner, variable);
        }
        if let Some(reader) = self.reader(expression, variable) {
            let default = if arguments.len() > 1 { ", default=False" } else { "" };
            return Some(format!("{reader}.bool(\"{variable}\"{default})"));
        }
        let called = function.dotted()?;
        let is_decouple = self.decouple.contains(&called.as_str());
        is_decouple.then(|| format!("{called}(\"{variable}\", default=False, cast=bool)"))
    }

    /// Whether an expression makes a truth of something: `bool(…)`.
    pub(super) fn is_truth(&self, expression: &Expression) -> bool {
        let ExpressionKind::Call { function, .. } = &expression.kind else { return false };
        !self.own_bool && function.dotted().as_deref() == Some("bool")
    }

    /// The variable that a function of the module is asked for by an expression.
    fn handed_on<'e>(&self, expression: &'e Expression) -> Option<&'e str> {
        let ExpressionKind::Call { function, arguments } = &expression.kind else { return None };
        let Some(Argument::Positional(first)) = arguments.first() else { return None };
        let called = function.dotted()?;
        first.as_str().filter(|_| self.helpers.contains(&called.as_str()))
    }

    /// The variable whose text an expression is, or the truth of it.
    pub(super) fn raw<'e>(&self, expression: &'e Expression) -> Option<&'e str> {
        match &expression.kind {
            ExpressionKind::Call { function, arguments } => {
                let first = match arguments.first()? {
                    Argument::Positional(first) => first,
                    _ => return None,
                };
                match function.dotted()?.as_str() {
                    name if READS.contains(&name) => first.as_str(),
                    "bool" if arguments.len() == 1 && !self.own_bool => self.raw(first),
                    // The default is the second argument, and the third is the cast.
                    name if self.decouple.contains(&name) => {
                        let is_default = |(at, it): (usize, &Argument)| match it {
                            Argument::Positional(_) => at == 0,
                            Argument::Keyword(name, _) => name.text == "default",
                            _ => false,
                        };
                        let casts = !arguments[1..].iter().enumerate().all(is_default);
                        first.as_str().filter(|_| !casts)
                    }
                    // django-environ takes the type of a default for that of the value
                    // (`Env.get_value`, `smart_cast`).
                    _ if self.handed_on(expression).is_some() => first.as_str(),
                    _ if arguments[1..].iter().all(is_default_text) => {
                        first.as_str().filter(|it| self.reader(expression, it).is_some())
                    }
                    _ => None,
                }
            }
            ExpressionKind::Subscript { value, index } => {
                let of = value.dotted()?;
                matches!(of.as_str(), "os.environ" | "environ").then(|| index.as_str())?
            }
            ExpressionKind::Boolean { all: false, operands } => self.raw(operands.first()?),
            _ => None,
        }
    }
}

fn is_default_text(argument: &Argument) -> bool {
    let Argument::Keyword(name, default) = argument else { return false };
    name.text == "default" && default.as_str().is_some()
}

/// The variables that an `Env()` is told the types of, if that is what an expression makes.
fn typed(value: &Expression) -> Option<Vec<&str>> {
    let ExpressionKind::Call { function, arguments } = &value.kind else { return None };
    let classes = ["Env", "environ.Env", "environs.Env", "environ.FileAwareEnv"];
    let class = function.dotted()?;
    let names = arguments.iter().map(|it| match it {
        Argument::Keyword(name, _) => Some(name.text.as_str()),
        Argument::Positional(_) | Argument::Spread(_) | Argument::SpreadKeywords(_) => None,
    });
    names.collect::<Option<Vec<_>>>().filter(|_| classes.contains(&class.as_str()))
}

/// Whether an import brings another `bool` than Python's.
fn binds_bool(names: &Imported) -> bool {
    let Imported::Names(names) = names else { return false };
    names.iter().any(|it| it.alias.as_ref().unwrap_or(&it.name).text == "bool")
}

/// What gives a variable of the environment as the text that it is.
const READS: [&str; 4] = ["os.environ.get", "environ.get", "os.getenv", "getenv"];

/// Whether a function returns what the environment has under its first argument, as it is. What it
/// returns for want of that is its own affair; but one that tells texts apart may do so for this.
fn hands_on(function: &Function) -> bool {
    let Some(name) = function.parameters.first().map(|it| it.name.text.as_str()) else {
        return false;
    };
    let is_name = |it: &Expression| matches!(&it.kind, ExpressionKind::Name(it) if it == name);
    let is_raw = |it: &Expression| match &it.kind {
        ExpressionKind::Subscript { value, index } => {
            is_name(index) && matches!(value.dotted().as_deref(), Some("os.environ" | "environ"))
        }
        ExpressionKind::Call { function, arguments } => {
            function.dotted().is_some_and(|it| READS.contains(&it.as_str()))
                && matches!(arguments.first(), Some(Argument::Positional(first)) if is_name(first))
        }
        _ => false,
    };
    let mut returns = 0;
    let mut reads = 0;
    each_statement(&function.body, &mut |statement| {
        if let StatementKind::Return(Some(value)) = &statement.kind {
            returns += usize::from(is_raw(value));
        }
    });
    each_expression(&function.body, &mut |it| reads += usize::from(is_raw(it)));
    returns > 0 && reads == returns
}
