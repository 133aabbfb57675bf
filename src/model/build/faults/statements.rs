//! Statements of settings modules, those inside functions left out.

use crate::fact::Fact;
use crate::model::build::faults::named::is_in_capitals;
use crate::model::build::faults::overwritten::overwritten;
use crate::model::build::faults::readers::Readers;
use crate::model::faults::{Compared, Faults, Guarded, RawSwitch, Tested};
use crate::model::supply::is_of_a_platform;
use crate::model::{Files, Read};
use crate::python::{self, Evaluation};
use crate::source::{Place, Span};
use crate::syntax::Parsed;
use crate::syntax::python::ast::{
    Argument, Comparison, Constant, Expression, ExpressionKind, Module, Statement, StatementKind,
    UnaryOperator,
};
use crate::syntax::python::{each_expression, each_statement, within};

pub(super) fn read(files: &Files, evaluation: &Evaluation) -> Faults {
    let mut faults = Faults::default();
    let Some(namespace) = evaluation.namespace() else { return faults };
    let modules = evaluation.modules.iter().filter_map(|file| {
        let read = files.read(*file);
        let Parsed::Python(module) = read.parsed else { return None };
        Some((read, module, Readers::of(module)))
    });
    let modules: Vec<_> = modules.collect();
    let helpers: Vec<&str> = modules.iter().flat_map(|(.., it)| it.helpers()).copied().collect();
    for (read, module, readers) in modules {
        overwritten(read, module, namespace, &mut faults.overwritten);
        let readers = readers.and(module, &helpers);
        raw_switches(read, module, &readers, &mut faults.raw_switches);
        tested(read, module, &readers, &mut faults.tested);
        each_statement(&module.body, &mut |statement| {
            let Some((name, _, value)) = assigned(statement) else { return };
            faults.compared.extend(compared(read, name, value));
        });
        guarded(read, module, &mut faults.guarded);
        faults.writes |= writes(module);
    }
    faults
}

pub(super) fn at(read: Read<'_>, span: Span) -> Fact<()> {
    Fact::at((), Place { file: read.id, span })
}

/// `NAME = value`.
pub(super) fn assigned(statement: &Statement) -> Option<(&str, Span, &Expression)> {
    let StatementKind::Assign { targets, value } = &statement.kind else { return None };
    let [target] = targets.as_slice() else { return None };
    let ExpressionKind::Name(name) = &target.kind else { return None };
    (name.len() > 1 && is_in_capitals(name)).then_some((name, target.span, value))
}

/// Whether a module writes a file, in a function or outside of one.
fn writes(module: &Module) -> bool {
    let mut writes = false;
    let mut look = |body: &[Statement]| {
        each_expression(body, &mut |expression| {
            if let ExpressionKind::Call { function, .. } = &expression.kind
                && let ExpressionKind::Attribute { name, .. } = &function.kind
            {
                writes |= matches!(name.text.as_str(), "write" | "write_text" | "write_bytes");
            }
        });
    };
    look(&module.body);
    for statement in &module.body {
        if let StatementKind::Function(function) = &statement.kind {
            look(&function.body);
        }
    }
    writes
}

/// Switches of packages, and those that Django's versions differ in.
const SWITCHES: &[&str] = &[
    "CELERY_TASK_ALWAYS_EAGER",
    "CORS_ALLOW_ALL_ORIGINS",
    "CORS_ALLOW_CREDENTIALS",
    "CORS_ORIGIN_ALLOW_ALL",
    "USE_TZ",
];

fn is_switch(name: &str) -> bool {
    let default = python::django_default(name, None);
    SWITCHES.contains(&name) || default.is_some_and(|it| it.value.bool().is_some())
}

/// Whether a setting of the project's own is called like the variable whose truth it is, so that this is
/// the switch. Under another name the variable is something else, and the question is whether there is
/// one: `USES_S3 = bool(os.environ.get("AWS_BUCKET"))`. What platforms set, they set to yes.
fn is_own_switch(name: &str, variable: &str) -> bool {
    const OF_ADDRESSES: [&str; 9] =
        ["URL", "URI", "DSN", "KEY", "TOKEN", "HOST", "SECRET", "BUCKET", "PASSWORD"];
    let is_word = |it: &str| OF_ADDRESSES.contains(&it);
    let is_same = variable
        .strip_suffix(name)
        .is_some_and(|prefix| prefix.is_empty() || prefix.ends_with('_'));
    is_same && !is_of_a_platform(variable) && !variable.split('_').any(is_word)
}

fn raw_switches(read: Read<'_>, module: &Module, readers: &Readers<'_>, into: &mut Vec<RawSwitch>) {
    each_statement(&module.body, &mut |statement| {
        let Some((name, _, value)) = assigned(statement) else { return };
        let is_own = |variable: &str| readers.is_truth(value) && is_own_switch(name, variable);
        let raw = readers.raw(value).filter(|it| is_switch(name) || is_own(it));
        if let Some(variable) = raw.filter(|_| !is_assigned_below(module, name, value.span)) {
            into.push(RawSwitch {
                name: name.to_owned(),
                variable: variable.to_owned(),
                asked: readers.asked(value, variable),
                at: at(read, value.span),
                lost: false,
                settled: false,
            });
        }
    });
}

/// Branches that a variable's text decides as it is. What reads the text again, there or anywhere else in
/// the module, may want a number or a name of it, and only asks first whether there is one.
fn tested(read: Read<'_>, module: &Module, readers: &Readers<'_>, into: &mut Vec<Tested>) {
    let mut found: Vec<(&str, Span)> = Vec::new();
    each_statement(&module.body, &mut |statement| {
        let StatementKind::If { branches, .. } = &statement.kind else { return };
        for (test, _) in branches {
            let asked = match &test.kind {
                ExpressionKind::Unary { operator: UnaryOperator::Not, operand } => operand,
                _ => test,
            };
            found.extend(readers.raw(asked).map(|variable| (variable, test.span)));
        }
    });
    if found.is_empty() {
        return;
    }
    let mut named: Vec<&str> = Vec::new();
    each_expression(&module.body, &mut |it| named.extend(it.as_str()));
    for (variable, span) in found {
        if named.iter().filter(|it| **it == variable).count() == 1 {
            into.push(Tested { variable: variable.to_owned(), at: at(read, span) });
        }
    }
}

/// Whether the module gives a name another value in any case further below, which then is what
/// holds, or does so after a look at the one it has. `DEBUG = bool(DEBUG)` keeps that.
fn is_assigned_below(module: &Module, name: &str, above: Span) -> bool {
    let looks = |test: &Expression| {
        let mut looks = false;
        within(test, &mut |part| {
            looks |= matches!(&part.kind, ExpressionKind::Name(it) if it == name);
        });
        looks
    };
    let below = module.body.iter().filter(|it| it.span.start > above.end);
    let below = below.flat_map(|statement| match &statement.kind {
        StatementKind::If { branches, .. } => {
            let theirs = branches.iter().filter(|(test, _)| looks(test));
            theirs.flat_map(|(_, block)| block.iter()).collect()
        }
        _ => vec![statement],
    });
    let mut below = below.filter_map(assigned).filter(|(it, ..)| *it == name);
    let keeps = |value: &Expression| match &value.kind {
        ExpressionKind::Call { function, arguments } => {
            function.dotted().as_deref() == Some("bool")
                && matches!(arguments.as_slice(), [Argument::Positional(_)])
        }
        _ => false,
    };
    below.any(|(.., value)| !keeps(value))
}

/// Whether a module assigns a constant to a name, whatever else it does.
pub(super) fn gives_a_constant(read: Read<'_>, name: &str) -> bool {
    let Parsed::Python(module) = read.parsed else { return false };
    let mut assigned = module.body.iter().filter_map(assigned);
    let last = assigned.rfind(|(it, ..)| *it == name);
    last.is_some_and(|(_, _, value)| matches!(value.kind, ExpressionKind::Constant(_)))
}

/// A comparison of a variable's text with one or several others.
fn compared(read: Read<'_>, name: &str, value: &Expression) -> Option<Compared> {
    let ExpressionKind::Compare { first, rest } = &value.kind else { return None };
    let [(comparison, with)] = rest.as_slice() else { return None };
    let texts = match (comparison, &with.kind) {
        (Comparison::Equal, _) => vec![with.as_str()?.to_owned()],
        (
            Comparison::In,
            ExpressionKind::List(items) | ExpressionKind::Tuple(items) | ExpressionKind::Set(items),
        ) => items.iter().map(|it| it.as_str().map(str::to_owned)).collect::<Option<_>>()?,
        _ => return None,
    };
    let (mut text, mut lowered) = (first.as_ref(), false);
    // `.strip().lower()`, in whatever order.
    while let ExpressionKind::Call { function, arguments } = &text.kind
        && let ExpressionKind::Attribute { value, name } = &function.kind
        && arguments.is_empty()
        && matches!(name.text.as_str(), "lower" | "strip" | "casefold")
    {
        lowered |= name.text != "strip";
        text = value;
    }
    let variable = Readers::default().raw(text)?.to_owned();
    let at = at(read, value.span);
    Some(Compared { name: name.to_owned(), variable, texts, lowered, at })
}

/// Settings that protect visitors, if they are on.
fn protects(name: &str) -> bool {
    let others = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"];
    // The one does nothing any more, and the other believes somebody.
    let none = ["SECURE_BROWSER_XSS_FILTER", "SECURE_PROXY_SSL_HEADER"];
    (name.starts_with("SECURE_") && !none.contains(&name)) || others.contains(&name)
}

fn guarded(read: Read<'_>, module: &Module, into: &mut Vec<Guarded>) {
    let mut everywhere: Vec<&str> = Vec::new();
    each_statement(&module.body, &mut |statement| {
        everywhere.extend(assigned(statement).map(|it| it.0));
    });
    let once = |name: &str| everywhere.iter().filter(|it| **it == name).count() == 1;
    for statement in &module.body {
        let StatementKind::If { branches, otherwise } = &statement.kind else { continue };
        let [(test, then), ..] = branches.as_slice() else { continue };
        let block = match &test.kind {
            ExpressionKind::Unary { operator: UnaryOperator::Not, operand }
                if is_debug(operand) =>
            {
                then
            }
            _ if is_debug(test) && branches.len() == 1 => otherwise,
            _ => continue,
        };
        let protected = block
            .iter()
            .filter_map(assigned)
            .filter(|(name, _, value)| protects(name) && once(name) && !is_off(value));
        let place = |span| Place { file: read.id, span };
        let names: Vec<Fact<String>> =
            protected.map(|(name, span, _)| Fact::at(name.to_owned(), place(span))).collect();
        if !names.is_empty() {
            into.push(Guarded { condition: at(read, test.span), names });
        }
    }
}

fn is_debug(expression: &Expression) -> bool {
    matches!(&expression.kind, ExpressionKind::Name(name) if name == "DEBUG")
}

fn is_off(value: &Expression) -> bool {
    matches!(
        value.kind,
        ExpressionKind::Constant(Constant::Bool(false) | Constant::None | Constant::Int(0))
    )
}
