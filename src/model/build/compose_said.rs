//! What people say compose files are for: in comments at their heads, and in READMEs.
//!
//! A README's sentence that calls compose the developers' counts where it speaks of nothing else: most
//! READMEs bring a site up with compose for whoever tries it out, and the same files are what runs on
//! the server.

use crate::fact::tongue::speaks_of_production;
use crate::model::Read;
use crate::model::build::compose_files;
use camino::Utf8Path;

/// What either denies.
const DENIED: &[&str] = &[
    "not for production",
    "not use it in production",
    "not intended for production",
    "not meant for production",
    "not suitable for production",
];

/// What comments above the services say of the whole file, in the words that people use.
const SAID: &[&str] = &[
    "local development",
    "development only",
    "only for development",
    "for development",
    "development environment",
    "dev only",
    "(development)",
    "(dev)",
    "for local use",
    "local stack",
    "local testing",
    "not a production",
    "not use in production",
    "not use this in production",
    "in the testsuite",
    "in the test suite",
    "developer debugging",
    "for debugging",
    "for developers",
    "by the testsuite",
    "by the test suite",
    "for the testsuite",
    "for the test suite",
];

/// The same in other languages (see [`crate::fact::tongue`]).
const SAID_ELSEWHERE: &[&str] = &[
    "desarrollo local",
    "para desarrollo",
    "solo desarrollo",
    "entorno de desarrollo",
    "desenvolvimento local",
    "para desenvolvimento",
    "ambiente de desenvolvimento",
    "développement local",
    "pour le développement",
    "environnement de développement",
    "lokale entwicklung",
    "für die entwicklung",
    "entwicklungsumgebung",
    "sviluppo locale",
    "ambiente di sviluppo",
    "lokale ontwikkeling",
    "yerel geliştirme",
    "geliştirme ortamı",
    "локальной разработки",
    "локальная разработка",
    "для разработки",
    "локальної розробки",
    "для розробки",
    "本地开发",
    "开发环境",
    "ローカル開発",
    "開発環境",
    "開発用",
    "로컬 개발",
    "개발 환경",
    "개발용",
];

/// How the first line of a file begins that is for one's own machine.
const LOCAL: &[&str] = &[
    "local ",
    "entorno local",
    "ambiente local",
    "stack local",
    "environnement local",
    "lokale",
    "локальн",
    "本地",
    "ローカル",
    "로컬",
];

/// Whether a comment at the head of a file says that it is for developers or their tests. One that
/// names another file or production as well speaks of when to use which.
pub(super) fn is_for_developers(text: &str) -> bool {
    let first = head(text).next().map(|it| it.trim().to_lowercase());
    let is_local = first.is_some_and(|it| {
        LOCAL.iter().any(|word| it.starts_with(word)) && !speaks_of_production(&it)
    });
    is_local
        || head(text).map(plain).any(|comment| {
            let comment = without_own_name(&comment);
            let names_a_file = [".yml", ".yaml", " -f "].iter().any(|it| comment.contains(it));
            let denies = comment.contains("not ") || comment.contains("n't ");
            let is_for_both = speaks_of_production(comment) && !denies;
            let says = [DENIED, SAID, SAID_ELSEWHERE].iter().any(|it| has_any(comment, it));
            !names_a_file && !is_for_both && says
        })
}

/// Whether a comment at the head of a file says that Docker's Swarm has it.
pub(super) fn is_said_to_be_stack(text: &str) -> bool {
    head(text).map(plain).any(|comment| {
        let names_it = comment.contains("swarm") || comment.contains("stack deploy");
        names_it && !comment.contains("not ") && !comment.contains("without ")
    })
}

/// Whether a comment at the head of a file says that another one brings it in, or that it lies over another.
pub(super) fn is_said_to_be_part(text: &str) -> bool {
    const SAID: [&str; 6] =
        ["included in", "included by", "overlay", "override", "on top of", "merged in"];
    head(text).map(plain).any(|comment| has_any(&comment, &SAID))
}

/// What a comment says behind the name of its own file: `docker-compose.yml – for development`.
fn without_own_name(comment: &str) -> &str {
    let comment = comment.trim_start();
    let (first, rest) = comment.split_once(' ').unwrap_or((comment, ""));
    let name = first.trim_end_matches(':');
    let own = ["compose.yml", "compose.yaml", "docker-compose.yml", "docker-compose.yaml"];
    if own.contains(&name) { rest } else { comment }
}

/// In small letters, without the marks that stress a word: `_not_`.
fn plain(comment: &str) -> String {
    comment.to_lowercase().replace(['_', '*'], "")
}

/// Whether it says there that production is only played with it, whatever the file is called.
pub(super) fn is_play(text: &str) -> bool {
    const SAID: [&str; 13] = [
        "not use compose in production",
        "not use docker compose in production",
        "not use docker-compose in production",
        "testing the production",
        "not used in production",
        "not actually used in production",
        "not used for production",
        "not the same used in production",
        "simulate a production",
        "production locally",
        "production build locally",
        "production deployment locally",
        "production environment locally",
    ];
    let comments: Vec<&str> = head(text).map(str::trim).collect();
    let comments = comments.join(" ").to_ascii_lowercase();
    has_any(&comments, &SAID)
}

/// The comments at the head of a file.
fn head(text: &str) -> impl Iterator<Item = &str> {
    let head = text.lines().take_while(|line| !line.starts_with("services:"));
    head.filter_map(|line| line.trim_start().strip_prefix('#'))
}

/// What a sentence says a thing is made for.
const MADE_FOR: &[&str] =
    &["intended for", "meant for", "only for", "is for", "used for", "solely for", "just for"];

/// Development, behind those words.
const DEVELOPERS: &[&str] =
    &["development", "developing", "developers", "local use", "local machine", "local testing"];

/// What it denies besides.
const DENIED_BY_README: &[&str] =
    &["not intended for serious production", "not used in production"];

/// Whether one says that compose is there for developers, and nobody else.
pub(super) fn is_told_for_developers(readmes: &[Read<'_>]) -> bool {
    readmes.iter().any(|it| {
        sentences(it.text).any(|it| gives_to_developers(&it))
            || paragraphs(it.text).iter().any(|it| speaks_for_developers(it))
            || starts_for_developers(it.text)
    })
}

/// Whether one brings up a file that it names where it speaks of developers' machines, and none does so
/// anywhere else. Whatever it says of production then, it says of other files.
pub(super) fn is_named_for_developers(readmes: &[Read<'_>], file: &Utf8Path) -> bool {
    let is_it = |word: &str| {
        let word = word.trim_start_matches("./");
        let is_plain = compose_files::is_default(Utf8Path::new(word)) && !word.contains('/');
        !word.is_empty() && !is_plain && file.ends_with(word)
    };
    let starts = |line: &str| line.contains(" up") && line.split_whitespace().any(is_it);
    let by_all = readmes.iter().map(|it| starts_below(it.text, THEIR_PLACES, starts));
    let (mut theirs, mut others) = (false, false);
    for (below, elsewhere) in by_all {
        theirs |= below;
        others |= elsewhere;
    }
    theirs && !others
}

/// Headings of what is done on somebody's own machine.
const THEIR_PLACES: &[&str] = &[
    "locally",
    "at localhost",
    "on localhost",
    "local development",
    "local environment",
    "local setup",
    "development environment",
    "development mode",
    "dev mode",
];

/// Headings of what developers do.
const THEIR_HEADINGS: &[&str] = &[
    "developer mode",
    "development mode",
    "dev mode",
    "local development",
    "development environment",
    "deploy locally",
    "locally deploy",
];

/// Whether compose is only spoken of below headings that say it is the developers', in a text that has
/// no other word of production.
fn starts_for_developers(text: &str) -> bool {
    let starts =
        |line: &str| ["docker-compose up", "docker compose up"].iter().any(|it| line.contains(it));
    let (theirs, others) = starts_below(text, THEIR_HEADINGS, starts);
    theirs && !others && !text.to_lowercase().contains("production")
}

/// Headings of what is done on the machine that visitors come to.
const SERVERS_PLACES: &[&str] = &["deploy", "production", "server", "hosting", "vps", "going live"];

/// Whether lines that bring up what compose takes by itself stand below headings that speak of a server,
/// and whether any stand elsewhere.
pub(super) fn starts_on_server(text: &str) -> (bool, bool) {
    let starts =
        |line: &str| ["docker-compose up", "docker compose up"].iter().any(|it| line.contains(it));
    starts_below(text, SERVERS_PLACES, starts)
}

/// Whether lines that bring something up stand below headings with one of these words, and whether any
/// stand elsewhere.
fn starts_below(text: &str, words: &[&str], starts: impl Fn(&str) -> bool) -> (bool, bool) {
    let lower = text.to_lowercase();
    let mut levels: Vec<(usize, bool)> = Vec::new();
    let (mut theirs, mut others) = (false, false);
    for line in lower.lines().map(str::trim) {
        let level = line.bytes().take_while(|it| *it == b'#').count();
        if level > 0 && line[level..].starts_with(' ') {
            levels.retain(|(above, _)| *above < level);
            levels.push((level, has_any(line, words)));
        }
        let starts = starts(line);
        let is_theirs = levels.iter().any(|(_, is_theirs)| *is_theirs);
        theirs |= starts && is_theirs;
        others |= starts && !is_theirs;
    }
    (theirs, others)
}

/// Whether a paragraph about compose says of what it brings up that nobody else is to have it: `This
/// configuration is only intended for development`.
fn speaks_for_developers(paragraph: &str) -> bool {
    const IT: [&str; 5] =
        ["this configuration", "this setup", "this stack", "this deployment", "this compose file"];
    const ONLY: [&str; 4] =
        ["only intended for", "only meant for", "intended only for", "meant only for"];
    let is_limited = |sentence: &str| {
        let behind = IT.iter().find_map(|it| sentence.find(it).map(|at| &sentence[at..]));
        let purpose = |it: &str| {
            let made = ONLY.iter().find_map(|made| it.find(made).map(|at| at + made.len()))?;
            Some(has_any(&it[made..], DEVELOPERS))
        };
        behind.and_then(purpose) == Some(true) && !sentence.contains("production")
    };
    has_any(paragraph, &["docker compose", "docker-compose"])
        && paragraph.split_inclusive(". ").any(is_limited)
}

fn gives_to_developers(sentence: &str) -> bool {
    let Some(at) = ["docker compose", "docker-compose"].iter().find_map(|it| sentence.find(it))
    else {
        return false;
    };
    let is_denied = has_any(sentence, DENIED) || has_any(sentence, DENIED_BY_README);
    let behind = &sentence[at..];
    let is_made_for = MADE_FOR.iter().any(|made| {
        let purpose = behind.find(made).map(|at| &behind[at + made.len()..]);
        purpose.is_some_and(|it| has_any(it, DEVELOPERS))
    });
    // `containers for local Django development`
    let is_local = behind
        .split("for local ")
        .skip(1)
        .any(|it| it.split_whitespace().take(3).any(|word| word.starts_with("development")));
    is_denied || (is_made_for || is_local) && !sentence.contains("production")
}

fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|it| text.contains(it))
}

fn sentences(text: &str) -> impl Iterator<Item = String> {
    let paragraphs = paragraphs(text).into_iter();
    paragraphs.flat_map(|it| it.split_inclusive(". ").map(str::to_owned).collect::<Vec<_>>())
}

/// In small letters, each on one line. A list's item, a heading and a line of a table end one.
fn paragraphs(text: &str) -> Vec<String> {
    let ends = |line: &str| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with(['#', '-', '*', '|', '`', '>'])
    };
    let mut paragraphs: Vec<String> = vec![String::new()];
    for line in text.lines() {
        if ends(line) {
            paragraphs.push(String::new());
        }
        if let Some(last) = paragraphs.last_mut() {
            last.push_str(line.trim());
            last.push(' ');
        }
    }
    paragraphs.iter().map(|it| it.to_lowercase()).collect()
}
