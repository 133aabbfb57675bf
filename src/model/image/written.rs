//! Files that a Dockerfile itself has the text of: what `RUN echo … > file`, `printf` and `cat` with a
//! heredoc write, and the heredocs of `COPY`.

use crate::fact::Fact;
use crate::model::image::brought::filled_in;
use crate::model::image::layer::{Copy, Does, Run, commands};
use crate::model::image::{Image, Layer};
use crate::source::{FileId, Place, normalize};
use crate::syntax::dockerfile::Form;
use crate::syntax::shell::{Command, CompoundKind, Flavour, Item, Redirect, Simple, Word, parse};
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::LazyCell;
use std::ops::Range;

impl Image {
    /// The text of a file that the Dockerfile writes. `None` where something else has a part in it.
    /// `read` gives the text of a source.
    pub fn text_at<'t>(
        &self,
        path: &Utf8Path,
        read: &dyn Fn(FileId) -> &'t str,
    ) -> Option<Spliced> {
        let part = |place: Place| {
            let text = read(place.file);
            let part = text.get(place.span.range())?;
            Some(Spliced::verbatim(place.file, text, part))
        };
        let mut found = None;
        for stage in self.chain(self.target).into_iter().rev() {
            for layer in &self.stages[stage].layers {
                match &layer.does {
                    Does::Copy(copy) => {
                        if let Some(content) = copied(copy, path) {
                            found = part(content);
                        }
                    }
                    Does::Run(run) => found = ran(run, layer, path, found, &part),
                    _ => {}
                }
            }
        }
        found
    }
}

/// The heredoc that comes to lie there.
fn copied(copy: &Copy, path: &Utf8Path) -> Option<Place> {
    let destination = copy.destination.as_ref()?;
    let mut inline = copy.inline.iter();
    let is_it = |name: &str| match copy.into {
        true => destination.value.join(name) == path,
        false => destination.value == path,
    };
    inline.find(|(name, _)| is_it(name)).map(|(_, content)| *content)
}

/// What a step makes of the file.
fn ran(
    run: &Run,
    layer: &Layer,
    path: &Utf8Path,
    before: Option<Spliced>,
    part: &dyn Fn(Place) -> Option<Spliced>,
) -> Option<Spliced> {
    let Form::Shell(line) = &run.form else { return before };
    // A heredoc by itself is what the shell runs (Dockerfile reference, "Here-Documents").
    let whole = run.heredocs.first().filter(|_| line.as_str().trim_start().starts_with("<<"));
    let text = whole.and_then(|it| part(it.content)).unwrap_or_else(|| line.clone());
    let name = path.file_name().unwrap_or_default();
    if !text.as_str().contains(name) {
        return before;
    }
    let heredoc = |word: &Word| {
        let name = word.literal()?;
        let heredoc = run.heredocs.iter().find(|it| it.name == name.as_str())?;
        part(heredoc.content)
    };
    let mut found = before;
    for item in &parse(&text, Flavour::Posix).list {
        let Some((redirect, written)) = writes(item, &heredoc) else {
            // `sed -i`, `mv` and their like.
            found = found.filter(|_| !changes(item, path));
            continue;
        };
        if redirect.target.literal().is_none_or(|it| it.as_str() != path.as_str()) {
            continue;
        }
        found = match (redirect.operator.as_str(), written, found) {
            (">", written, _) => written,
            (_, Some(written), before) => {
                let mut whole = before.unwrap_or_else(|| Spliced::empty(layer.place));
                whole.push_part(&written, 0..written.as_str().len());
                Some(whole)
            }
            _ => None,
        };
    }
    found
}

/// Whether a command may change the file: all that name it may, but for those that look, or change
/// its mode.
fn changes(item: &Item, path: &Utf8Path) -> bool {
    let Command::Simple(simple) = &item.command else { return true };
    let first = simple.words.first().map_or("", |it| it.raw.as_str());
    let names = |word: &Word| word.raw.as_str().contains(path.as_str());
    !matches!(first, "chmod" | "chown" | "cat" | "ls" | "test" | "[")
        && simple.words.iter().any(names)
}

type HeredocOf<'a> = &'a dyn Fn(&Word) -> Option<Spliced>;

/// Where a command's output goes, and what it is if that can be told.
fn writes<'i>(item: &'i Item, heredoc: HeredocOf<'_>) -> Option<(&'i Redirect, Option<Spliced>)> {
    let out = |redirects: &'i [Redirect]| {
        redirects.iter().find(|it| matches!(it.operator.as_str(), ">" | ">>" | "1>" | "1>>"))
    };
    match &item.command {
        Command::Simple(simple) => {
            let redirect = out(&simple.redirects)?;
            Some((redirect, output(simple, heredoc).filter(|_| !item.piped)))
        }
        Command::Compound(compound) => {
            let redirect = out(&compound.redirects)?;
            let plain = matches!(compound.kind, CompoundKind::Group | CompoundKind::Subshell);
            let mut whole = Spliced::empty(compound.place);
            for item in compound.lists.iter().flatten() {
                let Command::Simple(simple) = &item.command else { return Some((redirect, None)) };
                let Some(line) = output(simple, heredoc) else { return Some((redirect, None)) };
                whole.push_part(&line, 0..line.as_str().len());
            }
            Some((redirect, plain.then_some(whole)))
        }
        Command::Function { .. } => None,
    }
}

/// What `echo`, `printf` and `cat` with a heredoc print.
fn output(simple: &Simple, heredoc: HeredocOf<'_>) -> Option<Spliced> {
    let (first, rest) = simple.words.split_first()?;
    let words: Vec<Spliced> = rest.iter().map(Word::literal).collect::<Option<_>>()?;
    match first.raw.as_str() {
        "echo" => {
            let options = |it: &&Spliced| matches!(it.as_str(), "-e" | "-n" | "-E" | "-en" | "-ne");
            let skipped = words.iter().take_while(options).count();
            let stays = words[..skipped].iter().any(|it| it.as_str().contains('n'));
            let mut line = joined(&words[skipped..], " ", simple.place);
            line.push(if stays { "" } else { "\n" }, simple.place);
            Some(unescaped(&line))
        }
        "printf" => {
            let (format, arguments) = words.split_first()?;
            match format.as_str() {
                "%s\\n" => {
                    let mut lines = joined(arguments, "\n", simple.place);
                    lines.push("\n", simple.place);
                    Some(lines)
                }
                "%b" | "%b\\n" | "%s" => Some(unescaped(&joined(arguments, "\n", simple.place))),
                text if text.replace("%%", "").contains('%') => None,
                _ => Some(unescaped(format)),
            }
        }
        "cat" if words.is_empty() => {
            let here = simple.redirects.iter().find(|it| it.operator.starts_with("<<"))?;
            heredoc(&here.target).or_else(|| here.body.clone())
        }
        _ => None,
    }
}

fn joined(words: &[Spliced], by: &str, place: Place) -> Spliced {
    let mut whole = Spliced::empty(place);
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            whole.push(by, word.place());
        }
        whole.push_part(word, 0..word.as_str().len());
    }
    whole
}

/// As dash's `echo` and every `printf` have it (POSIX, "echo", XSI).
fn unescaped(text: &Spliced) -> Spliced {
    let mut parts: Vec<(Range<usize>, &str)> = Vec::new();
    let mut chars = text.as_str().char_indices();
    while let Some((at, next)) = chars.next() {
        if next != '\\' {
            continue;
        }
        let Some((_, escaped)) = chars.next() else { break };
        let stands_for = match escaped {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            '\\' => "\\",
            _ => continue,
        };
        parts.push((at..at + 2, stands_for));
    }
    text.replaced(&parts)
}

impl Image {
    /// The symbolic links that steps make, by their whole paths: what each leads to, and where it is.
    pub fn links(&self) -> Vec<Fact<(Utf8PathBuf, Utf8PathBuf)>> {
        let mut found = Vec::new();
        for layer in self.layers() {
            let Does::Run(run) = &layer.does else { continue };
            let environment = LazyCell::new(|| self.environment_at(layer.place));
            let known = |word: &str| match word.contains('$') {
                true => filled_in(word, &environment),
                false => word.to_owned(),
            };
            found.extend(commands(&run.form.text()).filter_map(|mut words| {
                let options = words.next().filter(|it| *it == "ln").and_then(|_| words.next())?;
                let (to, at) = (known(words.next()?), known(words.next()?));
                let is_symbolic = options.starts_with('-') && options.contains('s');
                let are_whole =
                    [&to, &at].iter().all(|it| it.starts_with('/') && !it.contains('$'));
                let to = normalize(Utf8Path::new(&to));
                // A slash at the end says that a folder is there, which gets one of the same name.
                let at = match (at.ends_with('/'), to.file_name()) {
                    (true, Some(name)) => normalize(&Utf8Path::new(&at).join(name)),
                    _ => normalize(Utf8Path::new(&at)),
                };
                let is_all = words.next().is_none();
                (is_symbolic && are_whole && is_all).then(|| Fact::at((to, at), layer.place))
            }));
        }
        found
    }
}
