//! Files of nginx's that a container fills in where it starts: `envsubst` puts variables of the
//! environment in the place of `$NAME` and `${NAME}` (GNU gettext's manual, "envsubst Invocation").

use crate::fact::{Environment, Fact, Lookup};
use crate::model::command::Step;
use crate::model::{Files, Read, Rendered, Unrendered, scripted};
use crate::source::{FileId, Place};
use crate::syntax::envsubst::variables;
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};
use fancy_regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// One call of `envsubst`, by paths in the container.
#[derive(Debug)]
pub(super) struct Filling<'a> {
    pub(super) template: Utf8PathBuf,
    pub(super) at: Utf8PathBuf,
    names: Names,
    environment: &'a Environment,
    /// What calls it; the image's own entrypoint stands in no file.
    by: Option<Place>,
}

/// Which variables it looks for.
#[derive(Debug)]
enum Names {
    All,
    Only(BTreeSet<String>),
    /// Those that the environment has, as the entrypoint of nginx's image says it
    /// (`20-envsubst-on-templates.sh` of nginx/docker-nginx).
    Defined,
    /// Those of them whose names an expression matches.
    Matching(Box<Regex>),
}

/// Where the official image's entrypoint takes templates from, how these end and where it puts what it
/// makes of them, where no variable tells it otherwise (`20-envsubst-on-templates.sh`).
const FOLDER: (&str, &str) = ("NGINX_ENVSUBST_TEMPLATE_DIR", "/etc/nginx/templates");
const SUFFIX: (&str, &str) = ("NGINX_ENVSUBST_TEMPLATE_SUFFIX", ".template");
const OUTPUT: (&str, &str) = ("NGINX_ENVSUBST_OUTPUT_DIR", "/etc/nginx/conf.d");

/// The expression that the names of variables have to match, as awk reads it.
const FILTER: &str = "NGINX_ENVSUBST_FILTER";

/// What it makes of a template that lies there.
pub(super) fn by_entrypoint<'a>(
    template: &Utf8Path,
    environment: &'a Environment,
) -> Option<Filling<'a>> {
    // The script takes its own word for a variable that is empty.
    let set = |name: &str| match environment.get(name) {
        Lookup::Set(text) => Some(text.value).filter(|it| !it.is_empty()),
        Lookup::Unknown(_) | Lookup::Absent => None,
    };
    let told = |(name, usual): (&str, &str)| set(name).unwrap_or_else(|| usual.to_owned());
    let below = template.strip_prefix(told(FOLDER)).ok()?;
    let name = below.as_str().strip_suffix(&told(SUFFIX))?;
    let names = match set(FILTER) {
        Some(filter) => Names::Matching(Box::new(Regex::new(&filter).ok()?)),
        None => Names::Defined,
    };
    Some(Filling {
        template: template.to_owned(),
        at: Utf8PathBuf::from(told(OUTPUT)).join(name),
        names,
        environment,
        by: None,
    })
}

/// The templates beside which a script of the tree puts what nginx reads, before the container starts, and
/// where that then lies: `envsubst < site.conf.template > site.conf` in a folder that is mounted.
pub(super) fn by_scripts<T>(
    files: &Files,
    placed: &BTreeMap<Utf8PathBuf, (&Utf8Path, T)>,
) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
    let made = |at: &Utf8PathBuf| {
        let made = ENDINGS.iter().find_map(|ending| at.as_str().strip_suffix(ending))?;
        let is_site = at.starts_with("/etc/nginx") && !at.starts_with(FOLDER.1);
        let is_new = made.ends_with(".conf") && !placed.contains_key(Utf8Path::new(made));
        (is_site && is_new).then(|| Utf8PathBuf::from(made))
    };
    let found =
        placed.iter().filter_map(|(at, (path, _))| Some((at, path.file_name()?, made(at)?)));
    let is_filled_in = |name: &str| {
        let fills = |read: &Read<'_>| ["envsubst", "sed "].iter().any(|it| read.has(it));
        scripted::scripts(files).iter().any(|read| read.has(name) && fills(read))
    };
    let found = found.filter(|(_, name, _)| is_filled_in(name));
    found.map(|(at, _, made)| (at.clone(), made)).collect()
}

/// How templates are called, behind the name of what is made of them.
const ENDINGS: [&str; 3] = [".template", ".tmpl", ".tpl"];

/// What the commands of a container's start make: `envsubst < /etc/nginx/site.tpl > /etc/nginx/conf.d/site.conf`.
pub(super) fn by_commands(steps: &[Step]) -> Vec<Filling<'_>> {
    steps.iter().filter_map(by_command).collect()
}

fn by_command(step: &Step) -> Option<Filling<'_>> {
    if step.program_name() != "envsubst" {
        return None;
    }
    let words = step.started.words.iter().map(|it| it.value.as_str());
    let mut words = words.filter(|it| it.rsplit('/').next() != Some("envsubst"));
    let names = match words.next() {
        None => Names::All,
        Some(format) => {
            let names: BTreeSet<String> =
                variables(format).map(|(_, name)| name.to_owned()).collect();
            // The shell put something in its place.
            if names.is_empty() {
                return None;
            }
            Names::Only(names)
        }
    };
    let template = redirected(step, &["<", "0<"])?;
    let at = redirected(step, &[">", ">|", "1>"])?;
    let is_known = |it: &str| it.starts_with('/') && !it.contains('$');
    let paths = is_known(template) && is_known(at);
    paths.then(|| Filling {
        template: template.into(),
        at: at.into(),
        names,
        environment: &step.environment,
        by: Some(step.place),
    })
}

/// The file that a command reads instead of what it is given, or writes.
fn redirected<'s>(step: &'s Step, operators: &[&str]) -> Option<&'s str> {
    let mut all = step.redirects.iter().filter(|(by, _)| operators.contains(&by.as_str()));
    all.next_back().map(|(_, path)| path.value.as_str())
}

impl Filling<'_> {
    /// The text as nginx reads it. A variable that is lost stays, as the author meant it: what else
    /// there is to say of the file does not come of that.
    pub(super) fn text(&self, file: FileId, template: &str) -> Spliced {
        let whole = Spliced::verbatim(file, template, template);
        let values: Vec<(Range<usize>, String)> = variables(template)
            .filter(|(_, name)| self.looks_for(name))
            .filter_map(|(range, name)| match self.environment.get(name) {
                Lookup::Set(value) => Some((range, value.value)),
                Lookup::Unknown(_) | Lookup::Absent => None,
            })
            .collect();
        let values: Vec<_> =
            values.iter().map(|(range, value)| (range.clone(), value.as_str())).collect();
        whole.replaced(&values)
    }

    fn looks_for(&self, name: &str) -> bool {
        match &self.names {
            Names::All | Names::Defined => true,
            Names::Only(names) => names.contains(name),
            Names::Matching(filter) => filter.is_match(name).unwrap_or(true),
        }
    }

    /// The variables of a template that come to nothing, or to no more than their names.
    pub(super) fn lost(&self, file: FileId, template: &str) -> Vec<Unrendered> {
        // What stands behind `>` is emptied before a command begins (POSIX, "Redirecting Output").
        if let Some(by) = self.by.filter(|_| self.template == self.at) {
            let name = Fact::at(self.at.to_string(), by);
            return vec![Unrendered { name, how: Rendered::Truncated }];
        }
        let is_comment = |at: usize| {
            let line = template[..at].rsplit('\n').next().unwrap_or_default();
            line.trim_start().starts_with('#')
        };
        let found = variables(template).filter(|(range, _)| !is_comment(range.start));
        let lost = found.filter_map(|(range, name)| {
            // nginx writes its own small.
            let is_own = !name.contains(|it: char| it.is_ascii_uppercase());
            let is_set = match self.environment.get(name) {
                Lookup::Set(_) => true,
                Lookup::Unknown(_) => !is_own,
                // `15-local-resolvers.envsh` of the image sets it, if somebody asks for that.
                Lookup::Absent => {
                    name == "NGINX_LOCAL_RESOLVERS"
                        && self.environment.sets("NGINX_ENTRYPOINT_LOCAL_RESOLVERS")
                }
            };
            let how = match (&self.names, self.by) {
                (Names::All | Names::Only(_), Some(by)) if self.looks_for(name) => {
                    let named = matches!(self.names, Names::Only(_));
                    Rendered::Emptied { by: Fact::at((), by), named }
                }
                (Names::Defined | Names::Matching(_), _) if !is_own && self.looks_for(name) => {
                    Rendered::Undefined
                }
                _ => return None,
            };
            let place = Place::new(file, range.start, range.end);
            let name = Fact::at(name.to_owned(), place);
            (!is_set).then_some(Unrendered { name, how })
        });
        lost.collect()
    }
}
