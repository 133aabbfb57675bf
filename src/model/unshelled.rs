//! What of a container's start only a shell would understand, where none reads it.
//!
//! Compose cuts a line into words and leaves out what follows `&&`, `;` or `|` (`model::compose::
//! Command`); Docker hands the words of a list to the program as they stand (Dockerfile reference,
//! "Exec form": no variable is filled in).

use crate::fact::Fact;
use crate::model::Container;
use crate::model::compose::{Command, Form as ComposeForm, Service};
use crate::model::image::Start;
use crate::model::text::Text;
use crate::source::Place;
use crate::syntax::dockerfile::Form;

/// Programs that take `;` or `|` for themselves.
const TAKE_OPERATORS: [&str; 4] = ["find", "expr", "test", "["];

/// Programs that are known to fill in no variable of their arguments.
const FILL_IN_NOTHING: [&str; 9] = [
    "gunicorn",
    "uvicorn",
    "daphne",
    "hypercorn",
    "granian",
    "waitress-serve",
    "celery",
    "python",
    "python3",
];

/// What reaches no shell.
#[derive(Clone, Debug)]
pub enum Unshelled {
    /// The end of a line, which is never run; and the line as a shell would have it. The entrypoint
    /// may hand `to_shell` what is left, which is its first word and no more.
    Dropped { end: Fact<()>, to_shell: bool, mended: Option<(Place, String)> },
    /// A word of a list, which the program gets as an argument.
    Argument { word: Fact<String>, program: String },
}

impl Container {
    /// What a service says of its start, if one starts it, or its image, that only a shell would
    /// understand.
    pub fn unshelled(&self, service: Option<&Service>) -> Vec<Unshelled> {
        let entrypoint = service.and_then(|it| it.entrypoint.as_ref());
        let command = service.and_then(|it| it.command.as_ref());
        // `sh -c` takes one argument for the code (sh(1p), OPTIONS).
        let last = entrypoint.and_then(|it| it.words.last());
        let is_shell = last.is_some_and(|it| it.to_string() == "-c");
        let lines = [(entrypoint, false), (command, is_shell)];
        let dropped = lines.into_iter().filter_map(|(command, to_shell)| {
            let command = command?;
            let end = never_run(command)?;
            let mended = in_a_shell(command).filter(|_| !to_shell);
            Some(Unshelled::Dropped { end, to_shell, mended })
        });
        let argument = self.list(entrypoint, command).and_then(|words| {
            let program = words.first()?.value.clone();
            Some(Unshelled::Argument { word: slip(&words)?, program })
        });
        dropped.chain(argument).collect()
    }

    /// The list that is run as it stands. What an entrypoint makes of a command is its own affair.
    fn list(
        &self,
        entrypoint: Option<&Command>,
        command: Option<&Command>,
    ) -> Option<Vec<Fact<String>>> {
        if let Some(entrypoint) = entrypoint {
            return of_compose(entrypoint);
        }
        // Only of a base that is known can be said that it has no entrypoint.
        self.flavour.as_ref()?;
        let image = self.image.as_ref()?;
        match (image.entrypoint(), command) {
            (Some(entrypoint), _) => of_image(entrypoint),
            (None, Some(command)) => of_compose(command),
            (None, None) => of_image(image.command()?),
        }
    }
}

fn of_compose(command: &Command) -> Option<Vec<Fact<String>>> {
    let words = command.words.iter().map(Text::fact);
    (command.form == ComposeForm::List).then(|| words.collect())
}

fn of_image(start: Start) -> Option<Vec<Fact<String>>> {
    let Start::Written(command) = start else { return None };
    let Form::Exec(words) = &command.form else { return None };
    Some(words.iter().map(|it| Fact::at(it.as_str().to_owned(), it.place())).collect())
}

/// What compose leaves out of a line, if a program is in it: `> file` by itself decides no more than
/// where the output goes.
fn never_run(command: &Command) -> Option<Fact<()>> {
    let dropped = command.dropped.as_ref()?;
    let text = dropped.to_string().replace(">&", ">");
    let mut behind = text.split([';', '&', '|']).skip(1);
    behind.any(|it| !it.trim().is_empty()).then(|| Fact::at((), dropped.place))
}

/// The first word behind the program that only a shell would understand.
fn slip(words: &[Fact<String>]) -> Option<Fact<String>> {
    let (first, rest) = words.split_first()?;
    let program = first.value.rsplit('/').next()?;
    let is_code = rest.iter().any(|it| it.value == "-c");
    let fills_nothing = FILL_IN_NOTHING.contains(&program) && !is_code;
    // uWSGI fills in `$(NAME)`, and no other (its documentation, "Placeholders").
    let is_uwsgi = program == "uwsgi";
    let takes_operators = TAKE_OPERATORS.contains(&program);
    let slips = |word: &&Fact<String>| {
        let text = word.value.as_str();
        let operator = matches!(text, "&&" | "||" | "|" | ";");
        operator && !takes_operators
            || fills_nothing && has_variable(text)
            || is_uwsgi && has_variable(&text.replace("$(", ""))
    };
    rest.iter().find(slips).cloned()
}

/// `$PORT`, `${PORT}` or `$(nproc)`.
fn has_variable(text: &str) -> bool {
    let begins = |it: char| it.is_ascii_alphabetic() || "_{(".contains(it);
    text.match_indices('$').any(|(at, _)| text[at + 1..].starts_with(begins))
}

/// The line in a shell that gives way to its last program, where nothing but `&&` joins them.
fn in_a_shell(command: &Command) -> Option<(Place, String)> {
    let line = command.line.as_ref()?.known()?;
    let plain = !line.value.contains(['"', '\'', '\\', '$', '\n', ';', '|', '>', '<', '#', ':']);
    let (before, last) = line.value.rsplit_once("&&")?;
    let joined = [before, last].concat().replace("&&", "").contains('&');
    let mended = format!("sh -c \"{before}&& exec {}\"", last.trim());
    Some((line.whole().filter(|_| plain && !joined)?, mended))
}
