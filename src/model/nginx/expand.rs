//! From trees to levels: includes followed, blocks entered, fragments given the levels they imply.

use crate::fact::{Fact, Origin};
use crate::model::nginx::matcher::Matcher;
use crate::model::nginx::pattern::Patterns;
use crate::model::nginx::scope::{Context, Line, ScopeId, Table, Trouble, Unseen};
use crate::model::nginx::stock;
use crate::source::{FileId, Place};
use crate::syntax::nginx::{Directive, Tree, contexts};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Blocks and includes within each other. nginx's own levels nest about six deep.
const DEPTH: usize = 48;

/// Lines after includes, a file counting for many: files that include each other twice grow
/// without bound. A thousand sites of ten locations with a snippet each stay well below.
const MOST_LINES: usize = 1_000_000;
const LINES_PER_FILE: usize = 20;

/// Why a level may hold more: a few reasons say it all.
const REASONS: usize = 8;

/// A file that is not included by another in view.
#[derive(Clone, Copy, Debug)]
pub struct Root<'t> {
    pub tree: &'t Tree,
    /// The level that its lines stand in; none to let them tell.
    pub context: Option<Context>,
    /// Nothing outside it is known: not a stock `nginx.conf` either.
    pub alone: bool,
    /// Something puts texts in the place of its variables before nginx reads it.
    pub filled_in: bool,
    /// What brings a further file to the same `http`, which is not in view.
    pub beside: Option<Place>,
}

/// What an `include` leads to.
#[derive(Clone, Debug)]
pub enum Included<'t> {
    /// In the order nginx reads them; none for a glob that matches nothing.
    Files(Vec<&'t Tree>),
    /// It is surely not there; the file of the tree that was meant, if one lies beside.
    Missing(Option<&'t Tree>),
    /// Nobody can tell what is there, and why.
    Unseen(Arc<str>),
}

type Resolve<'a, 't> = &'a dyn Fn(&str, FileId) -> Included<'t>;

/// All levels, and what is to be known of how they were read.
pub(super) struct Expanded {
    pub(super) table: Table,
    pub(super) troubles: Vec<Fact<Trouble>>,
    /// Files that nginx gets otherwise than they are: templates, and those with a brace missing.
    pub(super) unsettled: BTreeSet<FileId>,
    /// The `include` lines that name files by a pattern.
    pub(super) patterned: BTreeSet<Place>,
}

pub(super) fn expand<'t>(
    roots: &[Root<'t>],
    resolve: Resolve<'_, 't>,
    patterns: &Patterns,
) -> Expanded {
    let mut expander = Expander {
        table: Table::new(),
        resolve,
        patterns,
        troubles: Vec::new(),
        told: BTreeSet::new(),
        files: Vec::new(),
        unsettled: BTreeSet::new(),
        patterned: BTreeSet::new(),
        filled: BTreeSet::new(),
        lines: 0,
    };
    for root in roots {
        expander.root(root);
    }
    let Expander { table, troubles, unsettled, patterned, .. } = expander;
    Expanded { table, troubles, unsettled, patterned }
}

/// The level that the lines of a fragment stand in: the outermost that allows all whose names
/// are known. A lone `root` could stand in `http`, but files of such lines are snippets.
pub fn context_of(tree: &Tree) -> Context {
    let names: Vec<&str> = tree.directives.iter().map(|it| it.name.value.as_str()).collect();
    let marks = |marks: &[&str]| names.iter().any(|name| marks.contains(name));
    let blocks = |name: &str| tree.directives.iter().any(|it| it.is(name) && it.block().is_some());
    if marks(&["http", "events", "stream", "mail", "worker_processes", "load_module"]) {
        return Context::Main;
    }
    if blocks("server") || ["upstream", "map", "geo", "types"].into_iter().any(blocks) {
        return Context::Http;
    }
    if marks(&["server"]) {
        return Context::Upstream;
    }
    if marks(&["listen", "server_name", "location"]) {
        return Context::Server;
    }
    let allowed = |context: &str| {
        let known = names.iter().filter(|name| contexts(name).next().is_some());
        known.into_iter().all(|name| contexts(name).any(|it| it == context || it == "any"))
    };
    // Snippets are written to be included in a location where they can be, else in a server.
    match () {
        () if allowed("location") => Context::Location,
        () if allowed("server") => Context::Server,
        () if allowed("http") => Context::Http,
        () => Context::Main,
    }
}

struct Expander<'a, 't> {
    table: Table,
    resolve: Resolve<'a, 't>,
    patterns: &'a Patterns,
    troubles: Vec<Fact<Trouble>>,
    told: BTreeSet<(Trouble, Option<Place>)>,
    /// The files that are being read, for loops. Those of a dump stand in one.
    files: Vec<Place>,
    unsettled: BTreeSet<FileId>,
    patterned: BTreeSet<Place>,
    /// Where templates fill in whole lines.
    filled: BTreeSet<Place>,
    lines: usize,
}

impl<'t> Expander<'_, 't> {
    fn root(&mut self, root: &Root<'t>) {
        let context = root.context.unwrap_or_else(|| context_of(root.tree));
        if root.filled_in {
            self.unsettled.insert(root.tree.place.file);
        }
        let scope = self.implied(context, root);
        if let Some(place) = root.beside {
            self.unseen(Table::HTTP, "a file that is mounted there is not in view".into(), place);
        }
        self.note(root.tree);
        self.files.push(root.tree.place);
        self.fill(scope, &root.tree.directives, &[].into(), 0);
        self.files.pop();
    }

    /// The level of a root, with the levels around it that nobody wrote.
    fn implied(&mut self, context: Context, root: &Root) -> ScopeId {
        let why = "the file that includes this one is not in view";
        let unseen = || Unseen { why: why.into(), place: None };
        let outer = match context {
            Context::Main => return Table::MAIN,
            Context::Http => Table::HTTP,
            Context::Server => self.table.add(Context::Server, Some(Table::HTTP), None),
            Context::Location | Context::ServerIf | Context::LocationIf | Context::LimitExcept => {
                let server = self.table.add(Context::Server, Some(Table::HTTP), None);
                self.table.get_mut(server).unseen.push(unseen());
                let scope = self.table.add(Context::Location, Some(server), None);
                self.table.get_mut(scope).matcher = Some(Matcher::Unseen);
                scope
            }
            Context::Upstream | Context::Data => self.table.add(context, Some(Table::HTTP), None),
            Context::Events | Context::OtherProtocol | Context::Foreign => {
                self.table.add(context, Some(Table::MAIN), None)
            }
        };
        // What a snippet is included in may say more at each level; a whole site's file stands in
        // an `http` that the caller knows, or does not.
        if outer != Table::HTTP {
            self.table.get_mut(outer).unseen.push(unseen());
        }
        if root.alone {
            let http = self.table.get_mut(Table::HTTP);
            if http.unseen.is_empty() {
                http.unseen.push(unseen());
            }
        }
        outer
    }

    fn note(&mut self, tree: &Tree) {
        if tree.template.is_some() || tree.misread.is_some() || tree.is_torn {
            self.unsettled.insert(tree.place.file);
        }
        self.filled.extend(&tree.filled);
    }

    fn fill(&mut self, scope: ScopeId, directives: &[Directive], via: &Arc<[Place]>, depth: usize) {
        for directive in directives {
            self.lines += 1;
            if self.lines > MOST_LINES || depth > DEPTH {
                self.trouble(Trouble::TooMuch, directive.head());
                let why = "there is more than kilter follows".into();
                self.unseen(scope, why, directive.head());
                return;
            }
            if directive.is("include") && directive.args.len() == 1 {
                self.include(scope, directive, via, depth);
            } else {
                self.line(scope, directive, via, depth);
            }
        }
    }

    fn line(&mut self, scope: ScopeId, directive: &Directive, via: &Arc<[Place]>, depth: usize) {
        let origin = Origin::At(directive.head());
        let args = directive.args.iter().map(|word| Fact::at(word.value.clone(), word.place));
        let args: Vec<_> = args.collect();
        let body = directive.block().map(|_| self.enter(scope, directive, origin));
        let name = directive.name.value.clone();
        let line = Line { name, args, origin, via: via.clone(), body };
        self.table.get_mut(scope).push(line);
        if let Some(body) = body {
            if let Some(mark) = self.filled_in(directive) {
                self.unseen(body, "lines are filled in here".into(), mark);
            }
            self.fill(body, directive.children(), via, depth + 1);
        }
    }

    /// Where a template fills in lines of a block itself, and not of one in it.
    fn filled_in(&self, directive: &Directive) -> Option<Place> {
        let block = directive.block()?.place;
        let is_inner =
            |it: Place| directive.children().iter().any(|child| child.place.contains(it));
        let mut filled = self.filled.iter().copied();
        filled.find(|it| block.contains(*it) && !is_inner(*it))
    }

    fn enter(&mut self, parent: ScopeId, directive: &Directive, opener: Origin) -> ScopeId {
        let context = inner(self.table.get(parent).context, &directive.name.value);
        if context == Context::Http {
            // nginx allows one `http`; it is the level that fragments stand in as well.
            let http = self.table.get_mut(Table::HTTP);
            http.opener = Some(opener);
            return Table::HTTP;
        }
        let scope = self.table.add(context, Some(parent), Some(opener));
        if context == Context::Location {
            let args: Vec<_> = directive.args.iter().map(|word| word.value.as_str()).collect();
            self.table.get_mut(scope).matcher = Some(Matcher::parse(&args, self.patterns));
        }
        scope
    }

    fn include(&mut self, scope: ScopeId, directive: &Directive, via: &Arc<[Place]>, depth: usize) {
        let place = directive.head();
        let argument = &directive.args[0].value;
        let chain: Arc<[Place]> = via.iter().copied().chain([place]).collect();
        if argument.contains(['*', '?', '[']) {
            self.patterned.insert(place);
        }
        let unseen = match (self.resolve)(argument, place.file) {
            Included::Files(trees) => {
                for tree in trees {
                    self.enter_file(scope, tree, argument, &chain, depth);
                }
                return;
            }
            Included::Missing(None) => {
                self.trouble(Trouble::MissingInclude(argument.clone()), place);
                "an included file is missing".into()
            }
            // What else is wrong in it is worth knowing before it is brought along.
            Included::Missing(Some(tree)) => {
                self.trouble(Trouble::Misplaced(argument.clone()), place);
                return self.enter_file(scope, tree, argument, &chain, depth);
            }
            Included::Unseen(why) => why,
        };
        if let Some(file) = stock::stock_file(argument) {
            let scope = self.table.get_mut(scope);
            file.lines(&chain).for_each(|line| scope.push(line));
            return;
        }
        self.unseen(scope, unseen, place);
    }

    fn enter_file(
        &mut self,
        scope: ScopeId,
        tree: &'t Tree,
        argument: &str,
        chain: &Arc<[Place]>,
        depth: usize,
    ) {
        let file = tree.place;
        if self.files.contains(&file) {
            let place = *chain.last().expect("an include led here");
            return self.trouble(Trouble::IncludeCycle(argument.to_owned()), place);
        }
        if let Some(quote) = tree.misread {
            self.unseen(scope, "a quote in an included file takes in more lines".into(), quote);
        }
        self.lines += LINES_PER_FILE;
        self.note(tree);
        self.files.push(file);
        self.fill(scope, &tree.directives, chain, depth + 1);
        self.files.pop();
    }

    /// A file that is included often has its troubles once.
    fn trouble(&mut self, trouble: Trouble, place: Place) {
        let overall = trouble == Trouble::TooMuch;
        let seen = if overall { None } else { Some(place) };
        if self.told.insert((trouble.clone(), seen)) {
            self.troubles.push(Fact::at(trouble, place));
        }
    }

    fn unseen(&mut self, scope: ScopeId, why: Arc<str>, place: Place) {
        let unseen = &mut self.table.get_mut(scope).unseen;
        if unseen.len() < REASONS {
            unseen.push(Unseen { why, place: Some(place) });
        }
    }
}

/// The context of a block, by where it stands and its name.
fn inner(outer: Context, name: &str) -> Context {
    match (outer, name) {
        (_, "stream" | "mail") | (Context::OtherProtocol, _) => Context::OtherProtocol,
        (_, "map" | "geo" | "types" | "split_clients" | "charset_map") => Context::Data,
        (Context::Main, "http") => Context::Http,
        (_, "events") => Context::Events,
        (_, "upstream") => Context::Upstream,
        (_, "server") => Context::Server,
        (_, "location") => Context::Location,
        (Context::Server, "if") => Context::ServerIf,
        (_, "if") => Context::LocationIf,
        (_, "limit_except") => Context::LimitExcept,
        _ => Context::Foreign,
    }
}
