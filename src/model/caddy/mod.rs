//! What Caddy does with its Caddyfiles: sites, their routes, and who answers a request.
//!
//! [`read`] is a function of the parsed files, of what an import finds and of the environment.
//! Imports, snippets and variables are in place in what it returns, directives in Caddy's own
//! order. It reads no disk; plugins are unknown to it.

use crate::fact::version::Series;
use crate::fact::{Environment, Fact};
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::caddy::{Item, Quote, Token, Tree, structure};
use std::collections::BTreeMap;

mod address;
mod answer;
mod build;
mod compose;
mod directive;
mod files;
mod first;
mod first_proxy;
mod handlers;
mod headers;
mod limits;
mod matcher;
mod matching;
mod options;
mod order;
mod proxy;
mod release;
mod request;
mod rewriting;
mod route;
mod server;
mod site;
mod walk;

use compose::Composed;
use release::Release;

pub use address::{Address, Scheme};
pub use answer::{Answer, Assumption, Replies, Reply};
pub use headers::{HeaderChange, HeaderOp, HeaderOps};
pub use matcher::{FileMatcher, HeaderField, Matcher, MatcherSet, Pattern};
pub use options::{Admin, AutoHttps, Options};
pub use proxy::{Proxy, Upstream};
pub use request::{Request, Seen};
pub use route::{FileServer, Handler, Respond, Rewrite, Route, Step};
pub use server::{Choice, Reached, Server};
pub use site::{Site, Tls};

/// What is at the path or pattern of an `import`.
#[derive(Clone, Debug)]
pub enum Imported {
    /// In the order of their names; none if a pattern matches nothing, which Caddy allows.
    Files(Vec<FileId>),
    Nothing,
    Unseen(String),
}

pub struct Inputs<'a> {
    pub main: FileId,
    pub trees: &'a BTreeMap<FileId, Tree>,
    /// Relative to the file that has the `import`.
    pub import: &'a dyn Fn(FileId, &str) -> Imported,
    pub environment: &'a Environment,
    /// `None` if nobody says; it is then taken for a current one.
    pub version: Option<Series>,
}

/// A Caddyfile with all that it imports.
#[derive(Debug)]
pub struct Config {
    pub options: Options,
    /// In the order in which they are written.
    pub sites: Vec<Site>,
    pub servers: Vec<Server>,
    /// Every file that has a part in it, the main one first.
    pub files: Vec<FileId>,
    /// Imports whose files are not in view: there may be more sites than these.
    pub unseen: Vec<Fact<String>>,
    /// Directives and options that Caddy's standard build does not have.
    pub unknown: Vec<Fact<String>>,
    /// What Caddy refuses, beyond what each file shows by itself.
    pub problems: Vec<Problem>,
    /// Global options of imported files that come behind a block, which Caddy refuses as well.
    pub imported_options: Vec<Problem>,
    /// Imports that lead back to themselves.
    pub cycles: Vec<Fact<String>>,
    /// Where kilter stopped to follow imports.
    pub limits: Vec<Fact<String>>,
}

pub fn read(inputs: &Inputs<'_>) -> Config {
    let mut composed = compose::compose(inputs);
    let release = Release(inputs.version);
    let tokens = std::mem::take(&mut composed.tokens);
    let mut problems = std::mem::take(&mut composed.problems);
    refuse_heredocs(&tokens, release, &mut problems);
    let imports = imports_of_blocks(&tokens, inputs.main);
    let (items, misplaced) = structure(tokens);
    if first::is_of_caddy_1(&items) {
        return of_caddy_1(&items, composed);
    }
    let (imported_options, misplaced) = imported_options(&items, misplaced, &imports);
    problems.extend(misplaced);

    let mut unknown = Vec::new();
    let mut options = Options::default();
    let mut named = BTreeMap::new();
    let mut blocks = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        match item {
            Item::Options(block) if index == 0 => {
                options = Options::read(&block, &mut unknown, &mut problems);
            }
            Item::NamedRoute { name, block } => {
                if !release.has_named_routes() {
                    let message = "named routes are understood by Caddy 2.7 and later only";
                    problems.push(Problem::new(name.place, message));
                }
                named.insert(name.text().to_owned(), block.body);
            }
            Item::Site(block) => blocks.push(block),
            Item::Directive(directive)
                if release.refuses_directive_addresses()
                    || directive.name().text().starts_with('@') =>
            {
                let message = format!("`{}` stands outside of a site", directive.name().text());
                problems.push(Problem::new(directive.head(), message));
            }
            // A later one is refused by the structure already; a snippet that is still here has
            // been composed away.
            Item::Options(_) | Item::Snippet { .. } | Item::Directive(_) => {}
        }
    }
    let order = order::names(&options.orders.iter().collect::<Vec<_>>());
    let mut builder = build::Builder::new(&order, release, &named);
    let sites: Vec<_> = blocks.iter().filter_map(|block| Site::read(block, &mut builder)).collect();
    problems.append(&mut builder.problems);
    unknown.append(&mut builder.unknown);
    let servers = server::servers(&sites, &options, &mut problems);
    problems.sort();
    problems.dedup();
    let mut imported_options = imported_options;
    if unknown.iter().any(|it| first::is_word_of_caddy_1(&it.value)) {
        problems.clear();
        imported_options.clear();
    }
    Config {
        options,
        sites,
        servers,
        files: composed.files,
        unseen: composed.unseen,
        unknown,
        problems,
        imported_options,
        cycles: composed.cycles,
        limits: composed.limits,
    }
}

/// Nothing that Caddy 1 would refuse is said.
fn of_caddy_1(items: &[Item], composed: Composed) -> Config {
    let sites = items.iter().filter_map(|item| match item {
        Item::Site(block) => first::site(block),
        _ => None,
    });
    let sites: Vec<Site> = sites.collect();
    let options = Options::default();
    let servers = server::servers(&sites, &options, &mut Vec::new());
    Config {
        options,
        sites,
        servers,
        files: composed.files,
        unseen: composed.unseen,
        unknown: Vec::new(),
        problems: Vec::new(),
        imported_options: Vec::new(),
        cycles: composed.cycles,
        limits: composed.limits,
    }
}

/// What of the misplaced blocks are options that an import brought in, and the rest.
fn imported_options(
    items: &[Item],
    misplaced: Vec<Problem>,
    imports: &BTreeMap<Place, Place>,
) -> (Vec<Problem>, Vec<Problem>) {
    let options = |problem: &Problem| {
        let open = problem.place;
        items.iter().any(|item| matches!(item, Item::Options(block) if block.open == open))
    };
    let (mut imported, mut others) = (Vec::new(), Vec::new());
    for problem in misplaced {
        match imports.get(&problem.place).filter(|_| options(&problem)) {
            Some(import) => {
                imported.push(problem.also(*import, "imported here, behind another block"));
            }
            None => others.push(problem),
        }
    }
    (imported, others)
}

/// The blocks that begin in imported files, and the import that brings each in.
fn imports_of_blocks(tokens: &[Token], main: FileId) -> BTreeMap<Place, Place> {
    let opening = tokens.iter().filter(|token| token.opens() && token.place.file != main);
    let import = |token: &Token| token.text.evidence().origins().get(1)?.place();
    opening.filter_map(|token| Some((token.place, import(token)?))).collect()
}

/// Before 2.7 a heredoc is a handful of words.
fn refuse_heredocs(tokens: &[Token], release: Release, problems: &mut Vec<Problem>) {
    if release.has_heredocs() {
        return;
    }
    let heredocs = tokens.iter().filter(|token| token.quote == Some(Quote::Heredoc));
    problems.extend(heredocs.map(|token| {
        Problem::new(token.place, "heredocs are understood by Caddy 2.7 and later only")
    }));
}
