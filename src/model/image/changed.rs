//! What commands of an image's build may write below a folder.

use crate::model::image::Image;
use crate::model::image::layer::{Does, Run, commands};
use crate::source::normalize;
use crate::syntax::dockerfile::Form;
use crate::syntax::shell::{Flavour, Simple, parse};
use camino::{Utf8Path, Utf8PathBuf};

impl Image {
    /// Whether a command of its build may bring a word into a file below a path: it names one, and does
    /// more than to take away, to make room, to give away, to put what is below that path elsewhere in it,
    /// and to write what it says itself, where the word is not.
    pub fn may_write_below(&self, path: &str, word: &str) -> bool {
        let may = |run: &Run| may_write(&run.form.text(), path) && !says_others(run, path, word);
        self.layers().into_iter().any(|layer| matches!(&layer.does, Does::Run(run) if may(run)))
    }
}

fn may_write(text: &str, path: &str) -> bool {
    commands(text).any(|words| {
        let words: Vec<&str> = words.collect();
        words.iter().any(|it| it.contains(path)) && !leaves(&words, path)
    })
}

/// Whether a command brings no text to a path that was not there before.
fn leaves(words: &[&str], path: &str) -> bool {
    const LEAVE: [&str; 8] = ["rm", "rmdir", "unlink", "mkdir", "chown", "chmod", "ls", "test"];
    words.first().is_some_and(|it| LEAVE.contains(it)) || stays_below(words, Utf8Path::new(path))
}

/// Whether a command gives files below a path other names there: `ln -s ../sites-available/shop
/// /etc/nginx/sites-enabled/`. What they hold is as it was.
fn stays_below(words: &[&str], path: &Utf8Path) -> bool {
    let Some((program @ ("ln" | "cp" | "mv"), words)) = words.split_first().map(|it| (*it.0, it.1))
    else {
        return false;
    };
    // What leads from a link to a file is read from where the link lies (ln(1)).
    let bare = |it: &&str| Utf8Path::new(it.trim_matches(['"', '\''])).to_owned();
    let paths: Vec<Utf8PathBuf> =
        words.iter().filter(|it| !it.starts_with('-')).map(bare).collect();
    let Some((target, sources)) = paths.split_last() else { return false };
    let is_folder = words.last().is_some_and(|it| it.ends_with('/')) || target == path;
    let folder = if is_folder { Some(target.as_path()) } else { target.parent() };
    let is_below = |source: &Utf8PathBuf| match folder {
        Some(folder) if program == "ln" => normalize(&folder.join(source)).starts_with(path),
        _ => source.starts_with(path),
    };
    !sources.is_empty()
        && !words.iter().any(|it| it.contains(['$', '`']))
        && sources.iter().all(is_below)
}

/// Whether each command that writes below a path says by itself what, and no other word.
fn says_others(run: &Run, path: &str, word: &str) -> bool {
    let Form::Shell(line) = &run.form else { return false };
    let script = parse(line, Flavour::Posix);
    let names = |simple: &Simple| {
        let targets = simple.redirects.iter().map(|it| &it.target);
        simple.words.iter().chain(targets).any(|it| it.raw.as_str().contains(path))
    };
    let says_other = |simple: &Simple| {
        let raw: Vec<&str> = simple.words.iter().map(|it| it.raw.as_str()).collect();
        let is_left = simple.redirects.is_empty() && leaves(&raw, path);
        is_left || said(simple).is_some_and(|text| !brings(&text, word))
    };
    let steps = script.steps();
    let mut naming = steps.iter().filter(|step| names(step.simple)).peekable();
    script.refused.is_none()
        && naming.peek().is_some()
        && naming.all(|step| says_other(step.simple))
}

/// Whether a text has a word, or takes in another file, which may.
fn brings(text: &str, word: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains(&word.to_ascii_lowercase()) || text.contains("include")
}

/// All that `echo` prints, and that `sed` puts in the place of something.
fn said(simple: &Simple) -> Option<String> {
    let words = simple.words.iter().map(|it| Some(it.literal()?.as_str().to_owned()));
    let words: Vec<String> = words.collect::<Option<_>>()?;
    let (program, rest) = words.split_first()?;
    let is_said = match program.as_str() {
        "echo" | "printf" => simple.redirects.iter().all(|it| it.body.is_none()),
        "sed" => simple.redirects.is_empty() && substitutes(rest),
        _ => false,
    };
    is_said.then(|| rest.join(" "))
}

/// Whether all that `sed` is told to do with files is one substitution. A script from a file has the
/// option `-f`, and a command `r` reads one (sed(1)).
fn substitutes(words: &[String]) -> bool {
    let is_option = |it: &&String| it.starts_with('-');
    let (options, others) = words.split_at(words.iter().take_while(is_option).count());
    let is_plain = |it: &String| it.bytes().all(|it| b"-eEirn".contains(&it));
    let Some((script, files)) = others.split_first() else { return false };
    options.iter().all(is_plain)
        && is_substitution(script)
        && !files.iter().any(|it| is_option(&it))
}

/// Whether a script of sed has one command, `s/…/…/`, which neither runs nor reads anything.
fn is_substitution(script: &str) -> bool {
    let Some(rest) = script.strip_prefix('s') else { return false };
    let Some(mark) = rest.chars().next().filter(char::is_ascii_punctuation) else { return false };
    let mut parts = vec![String::new()];
    let mut chars = rest[1..].chars();
    while let Some(next) = chars.next() {
        match next {
            '\\' => _ = chars.next(),
            _ if next == mark => parts.push(String::new()),
            _ => parts.last_mut().into_iter().for_each(|it| it.push(next)),
        }
    }
    let flags = |it: &String| it.chars().all(|it| it.is_ascii_digit() || "gIip".contains(it));
    parts.len() == 3 && parts.last().is_some_and(flags)
}
