//! How challenges of ACME are answered: files that a client writes, and the authority then asks for.

use crate::diagnostic::Edit;
use crate::fact::Fact;
use crate::model::compose::Service;
use crate::model::nginx::{Level, Matcher};
use crate::model::{Answer, Deployment, Engine, Route, Site};

/// Challenges that are refused before anybody looks for their files.
#[derive(Debug)]
pub struct Refused {
    /// The line that refuses.
    pub by: Fact<()>,
    /// The location that was written for them, if one was.
    pub meant: Option<Fact<()>>,
    /// By which that location is asked first.
    pub mend: Option<Edit>,
}

const CHALLENGE: &str = "/.well-known/acme-challenge/kilter";

impl Site {
    /// That an expression of nginx, such as the one for files that begin with a dot, refuses the
    /// challenges.
    pub fn refuses_challenges(&self) -> Option<Refused> {
        let Engine::Nginx { config, index } = &self.engine else { return None };
        let server = config.servers().nth(*index)?;
        let taken = server.locate(CHALLENGE).ok()?.level;
        let by_expression = matches!(taken.matcher(), Some(Matcher::Regex(_)));
        let answered_before = server.level().own("return").next().is_some();
        if !by_expression || answered_before || taken.unseen().is_some() {
            return None;
        }
        let by = refusal(taken)?;
        let is_meant = |level: &Level| {
            level
                .matcher()
                .and_then(Matcher::path)
                .is_some_and(|path| path.starts_with("/.well-known") && CHALLENGE.starts_with(path))
        };
        let meant = server.level().locations().find(is_meant);
        let mend = meant.and_then(Level::prefer);
        Some(Refused { by, meant: meant.map(|level| level.fact(())), mend })
    }

    /// That challenges are passed on like all else. `None` if the site answers them, or nobody can tell.
    fn passes_challenges(&self) -> Option<Fact<&Route>> {
        self.route_for(CHALLENGE).filter(|it| it.value.process.is_some())
    }
}

impl Deployment {
    /// Where challenges are passed on to an application, if no site of the deployment looks for their
    /// files, be it the one that another sends them to.
    pub fn passes_challenges(&self) -> Option<(&Site, Fact<&Route>)> {
        let is_asked = |it: &&Site| it.plain_listener().is_some() || it.speaks_tls();
        let asked = || self.sites.iter().filter(is_asked);
        let is_sent_on = |it: &Site| {
            it.answer_without_files(CHALLENGE).is_some_and(|it| it.value == Answer::Redirect)
        };
        let nowhere = asked().all(|it| it.passes_challenges().is_some() || is_sent_on(it));
        let mut passed = asked().filter_map(|it| Some((it, it.passes_challenges()?)));
        passed.next().filter(|_| nowhere)
    }
}

/// The line by which everybody is refused, whatever is asked for.
fn refusal(level: Level) -> Option<Fact<()>> {
    let denied = level.own("deny").find(|line| line.arg(0) == Some("all"));
    let denied = denied.filter(|_| level.own("allow").next().is_none());
    let refused = level.returned_status().is_some_and(|it| (400..500).contains(&it));
    let returned = level.own("return").next().filter(|_| refused);
    denied.or(returned).map(|line| line.fact(()))
}

impl Service {
    /// The one directory below which certbot writes challenges. A command that calls it for several
    /// sites may name as many.
    pub fn webroot(&self) -> Option<Fact<String>> {
        // What follows the text of a shell is but its arguments.
        let runs_text = self.entrypoint.as_ref().is_some_and(|entrypoint| {
            let text = entrypoint.words.iter().map(|it| it.fact().value).collect::<Vec<_>>();
            let text = text.join(" ");
            let mut words = text.split_whitespace();
            words.next().is_some_and(|it| it.ends_with("sh")) && words.next() == Some("-c")
        });
        let command = self.command.as_ref().filter(|_| !runs_text);
        let commands = command.into_iter().chain(&self.entrypoint);
        let words: Vec<Fact<String>> = commands
            .flat_map(|command| &command.words)
            .flat_map(|text| {
                let fact = text.fact();
                let each: Vec<_> = words_of(&fact.value).map(str::to_owned).collect();
                each.into_iter().map(move |word| fact.map(|_| word.clone()))
            })
            .collect();
        let options = ["-w", "--webroot-path"];
        let separate = words
            .iter()
            .zip(words.iter().skip(1))
            .filter(|(option, _)| options.contains(&option.value.as_str()))
            .map(|(_, path)| path.clone());
        let glued = words.iter().filter_map(|word| {
            word.try_map(|word| word.strip_prefix("--webroot-path=").map(str::to_owned))
        });
        let mut roots = separate.chain(glued).filter(|path| path.value.starts_with('/'));
        let first = roots.next()?;
        roots.all(|it| it.value == first.value).then_some(first)
    }
}

/// The words of a command line, be it one of several that a shell runs.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let between =
        |it: char| it.is_whitespace() || [';', '&', '|', '(', ')', '\'', '"'].contains(&it);
    text.split(between).filter(|it| !it.is_empty())
}
