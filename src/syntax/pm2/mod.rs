//! What PM2 is told to keep running: modules of JavaScript, or JSON, that hold `apps` (its documentation,
//! "Ecosystem File").
//!
//! Literals are read, and the constants that they name; whatever a program would have to work out is not
//! known. JSON is read the same way, as PM2 itself does (`Common.parseConfig` of PM2 6).

mod value;

use crate::source::{FileId, Place};
use crate::syntax::secret;
use crate::syntax::spliced::Spliced;
use value::{Object, Value};

/// One program.
#[derive(Debug)]
pub struct App {
    pub name: Option<Spliced>,
    /// A path, from `cwd` on, or the name of a program.
    pub script: Spliced,
    pub args: Vec<Spliced>,
    pub cwd: Option<Spliced>,
    pub interpreter: Option<Spliced>,
    pub user: Option<Spliced>,
    pub variables: Vec<Variable>,
}

#[derive(Debug)]
pub struct Variable {
    pub name: String,
    /// `None` where a program works it out: `process.env.PORT`.
    pub value: Option<Spliced>,
    pub place: Place,
    /// Only `pm2 start --env production` sets it: it stands under `env_production`.
    pub staged: bool,
}

/// The programs of a file, but those of which the command is not known.
pub fn parse(file: FileId, text: &str) -> Vec<App> {
    let root = value::exported(file, text);
    // `Common.parseConfig` and `API._startJson`: a list, an object with one, or a single program.
    let apps = match root {
        Value::Object(mut root) => match root.take("apps") {
            Some(Value::List(apps)) => apps,
            Some(app @ Value::Object(_)) => vec![app],
            Some(Value::Text(_) | Value::Unknown(_)) => Vec::new(),
            None => vec![Value::Object(root)],
        },
        Value::List(apps) => apps,
        Value::Text(_) | Value::Unknown(_) => Vec::new(),
    };
    apps.into_iter().filter_map(app).collect()
}

fn app(value: Value) -> Option<App> {
    let Value::Object(mut app) = value else { return None };
    let mut text = |names: &[&str]| match names.iter().find_map(|name| app.take(name)) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    };
    // Which names stand for each other is said in `lib/API/schema.json`.
    let script = text(&["script", "exec"])?;
    let (name, cwd) = (text(&["name"]), text(&["cwd"]));
    let (interpreter, user) = (text(&["exec_interpreter", "interpreter"]), text(&["uid", "user"]));
    let args = match app.take("args") {
        None => Vec::new(),
        Some(Value::Text(args)) => words(&args),
        Some(Value::List(args)) => args.into_iter().map(Value::text).collect::<Option<_>>()?,
        Some(Value::Object(_) | Value::Unknown(_)) => return None,
    };
    // What other stages have is for other machines.
    let mut variables = Vec::new();
    for (key, staged) in [("env", false), ("env_production", true), ("env_prod", true)] {
        if let Some(Value::Object(object)) = app.take(key) {
            variables.extend(of_object(staged, object));
        }
    }
    Some(App { name, script, args, cwd, interpreter, user, variables })
}

fn of_object(staged: bool, variables: Object) -> impl Iterator<Item = Variable> {
    variables.0.into_iter().filter_map(move |(name, value)| {
        let place = value.place()?;
        Some(Variable { name, value: value.text(), place, staged })
    })
}

/// The words of `args` where it is one text (`Config._valid`): quotes around a word are taken away, those
/// within one (`--log="a b"`) keep its blanks and stay. Measured with PM2 6.
fn words(args: &Spliced) -> Vec<Spliced> {
    let text = args.as_str();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(begin) = text[at..].find(|it: char| !it.is_whitespace()).map(|it| at + it) {
        let rest = &text[begin..];
        let closed = |from: usize| {
            let quote = rest[from..].chars().next().filter(|it| matches!(it, '"' | '\''))?;
            rest[from + 1..].find(quote).map(|it| from + 1 + it)
        };
        let bare = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let value =
            rest[..bare].find('=').filter(|it| *it > 0 && !rest[..*it].contains(['"', '\'']));
        let (word, end) = match (closed(0), value.and_then(|it| closed(it + 1))) {
            (Some(close), _) => (1..close, close + 1),
            (None, Some(close)) => (0..close + 1, close + 1),
            (None, None) => (0..bare, bare),
        };
        if !rest[word.clone()].trim().is_empty() {
            words.push(args.slice(begin + word.start..begin + word.end));
        }
        at = begin + end;
    }
    words
}

/// What no report may show.
pub fn secrets(apps: &[App]) -> Vec<Place> {
    let of_app = |app: &App| {
        let variables = app.variables.iter().filter_map(|it| Some((it, it.value.as_ref()?)));
        let variables = variables.flat_map(|(it, value)| secret::under(&it.name, value));
        variables.chain(app.args.iter().flat_map(secret::in_text)).collect::<Vec<_>>()
    };
    apps.iter().flat_map(of_app).collect()
}
