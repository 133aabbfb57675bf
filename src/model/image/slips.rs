//! What a Dockerfile says that its author did not mean: lists that are none, secrets that whoever has
//! the image reads, a whole folder in `/`.

use crate::fact::Fact;
use crate::fact::secret::{is_none, is_placeholder, is_public, is_secret_name};
use crate::model::image::{Does, From, Image, Layer};
use crate::model::text::{Part, Source, Text};
use crate::syntax::dockerfile::Form;

impl Image {
    /// What was meant as a list and is no array of strings in JSON: the instruction, and its text.
    pub fn lists_taken_for_text(&self) -> Vec<(&'static str, Fact<String>)> {
        let layers = self.layers().into_iter();
        let texts = layers.filter_map(|layer| match &layer.does {
            Does::Run(run) => Some(("RUN", &run.form)),
            Does::Cmd(command) => Some(("CMD", &command.form)),
            Does::Entrypoint(command) => Some(("ENTRYPOINT", &command.form)),
            Does::Healthcheck(Some(command)) => Some(("HEALTHCHECK", &command.form)),
            _ => None,
        });
        let meant = texts.filter_map(|(what, form)| match form {
            Form::Shell(text) if is_meant_as_list(text.as_str()) => {
                Some((what, Fact::at(text.as_str().to_owned(), text.place())))
            }
            Form::Shell(_) | Form::Exec(_) => None,
        });
        meant.collect()
    }

    /// The variables and arguments of the image that runs whose secret value stands in the
    /// Dockerfile.
    pub fn written_secrets(&self) -> Vec<(String, Fact<()>)> {
        let written = |text: &Text| {
            let literal = |part: &Fact<Part>| part.value.source == Source::Literal;
            text.parts().iter().all(literal)
        };
        let secrets = self.layers().into_iter().filter_map(|layer| {
            let (name, value) = match &layer.does {
                Does::Env(name, value) => (name, value),
                Does::Arg(name, Some(value)) => (name, value),
                _ => return None,
            };
            let text = value.to_string();
            let secret = is_secret_name(&name.value)
                && written(value)
                && !is_placeholder(&text)
                && !is_none(&text)
                && !is_dummy(&text)
                && !is_public(&name.value, &text)
                && !is_word_of(&name.value, &text)
                && !is_fingerprint(&text);
            // Where it is used, another line may have written it.
            let here = value.place.file == layer.place.file
                && layer.place.span.start <= value.place.span.start
                && value.place.span.end <= layer.place.span.end;
            (secret && here).then(|| (name.value.clone(), Fact::at((), value.place)))
        });
        secrets.collect()
    }

    /// The variables of the image that runs which keep a secret that is given to the build: where each is
    /// set, and what gives it.
    pub fn kept_arguments(&self) -> Vec<(String, Fact<()>, Fact<()>)> {
        let layers = self.layers();
        let given = layers.iter().filter_map(|layer| match &layer.does {
            // A default stands in the Dockerfile, and is said to be there.
            Does::Arg(_, Some(value)) if value.place.file != layer.place.file => Some(value),
            _ => None,
        });
        let given: Vec<&Text> = given.collect();
        let kept = layers.iter().filter_map(|layer| {
            let Does::Env(name, value) = &layer.does else { return None };
            let text = value.to_string();
            let from = given.iter().find(|it| !text.is_empty() && it.to_string() == text)?;
            let may_be_none = value.is_known()
                && (is_placeholder(&text) || is_none(&text) || is_dummy(&text))
                || is_public(&name.value, &text);
            let is_kept = is_secret_name(&name.value) && !may_be_none;
            is_kept
                .then(|| (name.value.clone(), Fact::at((), layer.place), from.fact().map(|_| ())))
        });
        kept.collect()
    }

    /// The `COPY` that brings a whole folder into `/`, as no `WORKDIR` says where else.
    pub fn copies_into_root(&self) -> Option<Fact<()>> {
        let into_root = |layer: &&&Layer| {
            layer.copy().is_some_and(|copy| {
                let root = copy.destination.as_ref().is_some_and(|it| it.value == "/");
                let mut sources = copy.sources.iter().filter_map(Text::known);
                let of_context = matches!(copy.from, From::Context);
                root && of_context
                    && !copy.is_absolute
                    && sources.any(|it| matches!(it.value.as_str(), "." | "./"))
            })
        };
        let layers = self.layers();
        let layer = layers.iter().find(into_root)?;
        Some(Fact::at((), layer.place))
    }
}

/// Whether a value is a word of its variable's own name: what everybody tries first, and a stand-in for
/// what the container is given (`POSTGRES_PASSWORD=postgres`).
fn is_word_of(name: &str, value: &str) -> bool {
    name.split('_').any(|it| it.eq_ignore_ascii_case(value))
}

/// Whether a value says that it is none: it stands in for one while the image is built, or is a
/// path, a number or a switch.
fn is_dummy(value: &str) -> bool {
    let lower = value.to_lowercase();
    let says = [
        "dummy",
        "build",
        "placeholder",
        "change",
        "example",
        "test",
        "temp",
        "fake",
        "not-",
        "not_",
        "insecure",
        "unused",
        "secret",
        "your",
        "none",
        "null",
        "true",
        "false",
        "xxx",
        "collectstatic",
    ];
    // What Azure's own console logs in with, the same for all (App Service, "Open an SSH session to a
    // container"): its port is open to nobody else.
    let is_of_azure = value == "root:Docker!" || value == "Docker!";
    value.len() < 8
        || is_of_azure
        || value.starts_with('/')
        || value.bytes().all(|it| it.is_ascii_digit())
        || says.iter().any(|it| lower.contains(it))
}

/// `['gunicorn', 'app']` and no `[ "$A" = b ]`: the shell's test has no comma and no bracket right
/// before a quote. A slip of the hand may have left a sign behind the list, or its end out.
fn is_meant_as_list(text: &str) -> bool {
    let is_slip = |behind: &str| behind.len() <= 2 && !behind.contains([';', '&', '|', ' ']);
    let list = text.trim().strip_prefix('[');
    let inner = list.and_then(|list| match list.rsplit_once(']') {
        Some((inner, behind)) => is_slip(behind).then_some(inner),
        None => list.contains("\",").then_some(list),
    });
    inner.is_some_and(|inner| {
        let inner = inner.trim();
        let quoted = inner.starts_with(['"', '\'', '\u{201c}']);
        let of_test = [" = ", " == ", " != ", " -eq ", " -a ", " -o "];
        quoted && !of_test.iter().any(|it| inner.contains(it))
    })
}

/// Whether a text is the fingerprint of a public PGP key, as what is downloaded is verified with:
/// 40 digits that `gpg` writes in capitals (RFC 4880, 12.2).
fn is_fingerprint(text: &str) -> bool {
    let mut fingerprints = text.split_whitespace().peekable();
    let is_one =
        |it: &str| it.len() == 40 && it.bytes().all(|it| matches!(it, b'0'..=b'9' | b'A'..=b'F'));
    fingerprints.peek().is_some() && fingerprints.all(is_one)
}
