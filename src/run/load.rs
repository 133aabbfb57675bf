//! From a tree to a model: reads in rounds, parses side by side, builds until nothing is wanted.

use crate::config::Config;
use crate::doctor::Discovered;
use crate::fact::Fact;
use crate::model::contract::{self, Contract};
use crate::model::drift::{self, Copies, Drifts};
use crate::model::{Files, Memo, Model, Names, Paths, Wanted, mention};
use crate::python;
use crate::run::made;
use crate::run::refusals::Refusals;
use crate::run::wanted::{Aside, is_of_settings, is_of_the_application, is_wanted_at_once};
use crate::source::{File, FileId, Mention, Place, Sources, Tree, Trouble, Unread};
use crate::syntax::kind::Kind;
use crate::syntax::python::Lazy;
use crate::syntax::{self, Fault, Parsed, Problem, kind};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::iter::{
    IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator,
};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// Includes in includes in includes: what is deeper than this is a loop or a prank.
const ROUNDS: usize = 24;

/// Reads whatever could take part, and gives what was read a model.
pub(super) fn load(tree: &Tree, config: &Config) -> (Sources, Model) {
    let mut reader = Reader::new(tree, config);
    let files: Vec<_> = tree.files().collect();
    let aside = Aside::of(tree, &files);
    let is_wanted = |path: &&Utf8PathBuf| {
        (is_wanted_at_once(path) || is_of_settings(tree, path)) && !aside.has(path)
    };
    let mut at_once = Wanted::default();
    at_once.extend(files.par_iter().copied().filter(is_wanted).cloned().collect::<Vec<_>>());
    at_once.extend(sites(&aside, &files));
    let (names, ()) = rayon::join(|| Names::of(tree), || reader.round(tree, at_once));
    let names = Arc::new(names);
    for round in 0..=ROUNDS {
        let (mut model, wants) = reader.build(tree, &names, round);
        if wants.is_empty() || round == ROUNDS {
            look_for_uses(tree, &reader.sources, &names, &model);
            reader.finish(&mut model);
            let Reader { sources, parsed, memo, .. } = reader;
            // Millions of nodes, which nobody waits for.
            rayon::spawn(|| drop((parsed, memo)));
            return (sources, model);
        }
        reader.round(tree, wants);
    }
    unreachable!("the last round returns")
}

/// Sites of nginx that only their content tells: the name of the project, or of its domain. What is
/// none is not read yet; whatever names it may still want it.
fn sites(aside: &Aside<'_>, files: &[&Utf8PathBuf]) -> impl Iterator<Item = Utf8PathBuf> {
    let untold = |path: &&Utf8PathBuf| {
        kind::may_be_site(path) && !is_wanted_at_once(path) && !aside.has(path)
    };
    let paths: Vec<_> = files.par_iter().copied().filter(untold).cloned().collect();
    let read = aside.tree().read(&paths).into_iter().flatten();
    let sites = read.filter(|file| str::from_utf8(&file.bytes).is_ok_and(kind::is_site));
    sites.map(|file| file.path)
}

/// Searches all of the tree for variables of which it is not clear who reads them.
fn look_for_uses(tree: &Tree, sources: &Sources, names: &Names, model: &Model) {
    let guides: HashSet<&Utf8Path> = names.first_guides().iter().map(|it| it.as_path()).collect();
    let search = |path: &Utf8Path| {
        let is_told = !kind::is_document(path) || guides.contains(path);
        mention::search(path).filter(|_| is_told)
    };
    look_for_addresses(tree, sources, model);
    let names = model.unasked();
    let (defaulted, linkable) = (model.defaulted(), model.linkable());
    if !names.is_empty() {
        let searched = names.iter().chain(&defaulted).chain(&linkable).cloned().collect();
        let way = |mention: Mention<'_>| {
            let link =
                Some(mention).filter(|it| linkable.contains(it.name)).and_then(mention::link);
            let is_variable = names.contains(mention.name) || defaulted.contains(mention.name);
            link.or_else(|| Some(mention).filter(|_| is_variable).and_then(mention::way))
        };
        let mut uses = tree.mentions(sources, &searched, search, way);
        // Of a variable with a default it is asked who sets it, and nothing else.
        uses.retain(|name, ways| {
            let is_asked = |it: &mention::Use| {
                names.contains(name) || matches!(it, mention::Use::Set | mention::Use::Linked)
            };
            ways.retain(is_asked);
            !ways.is_empty()
        });
        let prefixers = mention::PREFIXERS.iter().map(|it| (*it).to_owned());
        let prefixers: HashSet<String> = prefixers.filter(|it| uses.contains_key(it)).collect();
        if !prefixers.is_empty() {
            let prefixes = tree.mentions(sources, &prefixers, search, mention::prefix);
            let fields = mention::fields(&names, &prefixes.into_values().flatten().collect());
            let wanted = fields.keys().cloned().collect();
            for (field, ways) in tree.mentions(sources, &wanted, search, mention::field) {
                for name in fields.get(&field).into_iter().flatten() {
                    uses.entry((*name).to_owned()).or_default().extend(&ways);
                }
            }
        }
        _ = model.surroundings.uses.set(uses);
    }
}

/// Searches all but the web servers' own files for where those pass requests on to, if no server of Django
/// listens there.
fn look_for_addresses(tree: &Tree, sources: &Sources, model: &Model) {
    let addresses = model.missed_addresses();
    if addresses.is_empty() {
        return;
    }
    let own = model.files_of_sites();
    let is_own = |path: &Utf8Path| sources.find(path).is_some_and(|id| own.contains(&id));
    let search = |path: &Utf8Path| mention::search(path).filter(|_| !is_own(path));
    let words = addresses.iter().map(mention::word_of).collect();
    let named = tree.mentions(sources, &words, search, |mention| {
        let mut meant = addresses.iter().filter(|it| mention::word_of(it) == mention.name);
        meant.find(|it| mention::is_address(mention, it)).map(ToString::to_string)
    });
    _ = model.surroundings.named_addresses.set(named.into_values().flatten().collect());
}

/// The same of a machine: begins with the files that it is known to use, and looks at what they
/// lead to.
pub(super) fn load_machine(
    tree: &mut Tree,
    discovered: &Discovered,
    config: &Config,
) -> (Sources, Model, Drifts) {
    let mut reader = Reader::new(tree, config);
    reader.follows_scripts = false;
    let of_projects = tree.files().filter(|path| {
        let is_of_one = discovered.projects.iter().any(|project| path.starts_with(project));
        is_of_one && is_wanted_at_once(path) && is_of_the_application(path)
    });
    let mut at_once = Wanted::default();
    at_once.extend(of_projects.chain(&discovered.files).cloned());
    reader.round(tree, at_once);
    for round in 0..=ROUNDS {
        let (mut model, wants) = reader.build(tree, &Arc::new(Names::of(tree)), round);
        let grew = tree.grow();
        if (wants.is_empty() && !grew) || round == ROUNDS {
            reader.finish(&mut model);
            let drifts = reader.drifts(tree, discovered);
            return (reader.sources, model, drifts);
        }
        reader.round(tree, wants);
    }
    unreachable!("the last round returns")
}

struct Reader {
    sources: Sources,
    parsed: Vec<Parsed>,
    asked: Paths,
    unread: Vec<Fact<Unread>>,
    faults: Vec<(Fault, Problem)>,
    follows_views: bool,
    /// Whether what scripts would make counts: a machine has what they made.
    follows_scripts: bool,
    contracts: Vec<Contract>,
    memo: Arc<Memo>,
}

impl Reader {
    /// The configuration comes first, so that its places are places of the run.
    fn new(tree: &Tree, config: &Config) -> Self {
        let sources = config.sources();
        let configured = sources.ids().into_iter().map(|id| sources.get(id).path().clone());
        let asked = configured.collect();
        let mut reader = Self {
            sources,
            parsed: Vec::new(),
            asked,
            unread: Vec::new(),
            faults: Vec::new(),
            follows_views: config.follows_views,
            follows_scripts: true,
            contracts: config.contracts.clone(),
            memo: Arc::default(),
        };
        reader.parse(0, &Paths::default());
        reader.miss(tree.troubles().to_vec());
        reader
    }

    /// Reads and parses these files. Those that nothing is known of are taken for text.
    fn round(&mut self, tree: &Tree, wants: Wanted) {
        let Wanted { paths, parsed, made } = wants;
        let paths: Vec<_> = paths.into_iter().filter(|path| !self.asked.contains(path)).collect();
        self.asked.extend(paths.iter().cloned());

        let (mut files, mut missed) = (Vec::new(), Vec::new());
        for result in tree.read(&paths) {
            match result {
                Ok(file) if file.is_wide() && !is_no_configuration(&file.path) => {
                    missed.push(Trouble { path: file.path, why: Unread::Wide });
                }
                Ok(file) => files.push(file),
                Err(trouble) => missed.push(trouble),
            }
        }
        missed.sort();
        let from = self.sources.ids().len();
        self.sources.add(files);
        self.parse(from, &parsed);
        if self.follows_scripts {
            let made = self.sources.ids().len();
            made::add(tree, &mut self.sources, &self.parsed, from);
            self.parse(made, &parsed);
        }
        self.miss(missed);
        // What they are made of may still change as long as more is read.
        if paths.is_empty() {
            let from = self.sources.ids().len();
            for (path, text) in made {
                made::add_one(&mut self.sources, path, text);
            }
            self.parse(from, &Paths::default());
        }
    }

    /// A model of what was read so far, and what it wants besides.
    fn build<'t>(
        &'t self,
        tree: &'t Tree,
        names: &Arc<Names<'t>>,
        round: usize,
    ) -> (Model, Wanted) {
        let unread = self.unread.iter().filter_map(|it| Some(it.evidence().place()?.file));
        let files = Files::among(Arc::clone(names), tree, &self.sources, &self.parsed);
        let mut files = files.without(unread.collect());
        files.follows_views = self.follows_views;
        files.contracts = &self.contracts;
        files.memo = Arc::clone(&self.memo);
        let mut model = Model::build(&files);
        let is_whole = || round == ROUNDS || !files.wants_beside(&self.asked);
        // At first, so that it comes along with the rest; in the end, as more is there by then.
        if round == 0 || is_whole() {
            Model::want(&files);
        }
        // What that wants is of nearly every tree with settings. It comes along as soon as some are
        // evaluated, whatever else is still to be read: or there would be one more round for it. What it
        // finds by then counts for nothing, as the next round builds anew.
        if is_whole() || model.has_settings() {
            model.look_around_settings(&files);
        }
        if is_whole() {
            model.complete(&files);
        }
        self.memo.settle();
        let mut wants = files.into_wants();
        wants.paths.retain(|path| !self.asked.contains(path));
        (model, wants)
    }

    /// Parses what came last. Of Python, only `at_once`: most is read for a word in its text.
    fn parse(&mut self, from: usize, at_once: &Paths) {
        let (sources, contracts) = (&self.sources, self.contracts.as_slice());
        let parse = |file: FileId| {
            let source = sources.get(file);
            let (own, text) = (source.path(), source.text());
            let path = if sources.is_made(file) { made::installed(own) } else { own };
            let kind = kind::by_name(path).filter(|kind| !kind::is_refuted(*kind, text));
            let kind = kind.or_else(|| kind::by_content(path, text));
            let kind = kind.unwrap_or(kind::Kind::Text);
            let (mut tree, faults) = match kind {
                Kind::Python => (Parsed::Python(Lazy::new(file, source.shared_text())), Vec::new()),
                _ => syntax::parse(kind, path, file, text),
            };
            let bindings = contract::bindings(contracts, own);
            if !bindings.is_empty() {
                tree.fill_in(&bindings);
            }
            if let Parsed::Python(module) = &tree
                && at_once.contains(own)
            {
                python::read_ahead(module);
            }
            let hidden = syntax::hidden(kind, file, text);
            ((tree, faults), syntax::passwords(kind, file, text), hidden)
        };
        let new: Vec<FileId> = sources.ids().split_off(from);
        // One large file is no reason for others to wait behind it: each is a task of its own.
        let parsed: Vec<_> = new.clone().into_par_iter().with_max_len(1).map(parse).collect();
        for (file, ((tree, faults), passwords, hidden)) in new.into_iter().zip(parsed) {
            match &tree {
                Parsed::Python(module) => {
                    let module = module.clone();
                    // What code runs is a command line as well: `run("mysql -p…")` of Fabric.
                    let run = move |text: &str| {
                        let passwords = syntax::passwords_run(file, text);
                        passwords.into_iter().map(|it| it.place)
                    };
                    self.sources.hide_when_shown(file, move |text| {
                        python::secrets(&module).into_iter().chain(run(text)).collect()
                    });
                }
                Parsed::Text(_) => {
                    let path = self.sources.get(file).path().to_owned();
                    let look = move |text: &str| syntax::secret_values(&path, file, text);
                    self.sources.hide_when_shown(file, look);
                }
                _ => {}
            }
            self.sources.hide_when_shown(file, move |text| syntax::in_any_format(file, text));
            let on_command_lines = passwords.into_iter().map(|it| it.place);
            for secret in tree.secrets().into_iter().chain(on_command_lines).chain(hidden) {
                self.sources.hide(secret);
            }
            self.parsed.push(tree);
            self.faults.extend(faults);
        }
    }

    /// A file that could not be read is a source without text, so that it can be pointed at.
    fn miss(&mut self, troubles: Vec<Trouble>) {
        let empty = |trouble: &Trouble| File { path: trouble.path.clone(), bytes: Vec::new() };
        let from = self.sources.ids().len();
        self.sources.add(troubles.iter().map(empty).collect());
        self.parsed.extend(
            self.sources.ids().split_off(from).iter().map(|_| Parsed::Text(kind::Kind::Text)),
        );
        for Trouble { path, why } in troubles {
            // Of binary files only those are worth a word that were to be configuration.
            let Some(file) = self.sources.find(&path) else { continue };
            let is_data = matches!(why, Unread::Binary | Unread::Wide | Unread::TooLarge(_));
            if is_data && is_no_configuration(&path) {
                continue;
            }
            self.unread.push(Fact::at(why, Place::new(file, 0, 0)));
        }
    }

    fn finish(&mut self, model: &mut Model) {
        model.reading.unread.append(&mut self.unread);
        let python = Fault::Refused(kind::Kind::Python);
        let mut stopped = BTreeSet::new();
        let met = self.parsed.iter().flat_map(|tree| match tree {
            Parsed::Python(module) => module.problems_met(),
            _ => &[],
        });
        let met = met.map(|problem| (python, problem.clone()));
        let refusals = Refusals { sources: &self.sources, parsed: &self.parsed };
        for (fault, problem) in std::mem::take(&mut self.faults).into_iter().chain(met) {
            let file = problem.place.file;
            if refusals.is_put_up_with(fault, &problem, model) {
                continue;
            }
            // Python that nothing runs may be broken in peace, and what runs stops at once.
            if fault != python || model.ran.contains(&file) && stopped.insert(file) {
                model.reading.refuse(fault, problem);
            }
        }
    }

    /// Compares what is installed on a machine with what projects hold of it. The model knows
    /// nothing of the projects' files: they run nothing.
    fn drifts(&mut self, tree: &mut Tree, discovered: &Discovered) -> Drifts {
        let units = discovered.files.iter().filter(|it| kind::by_name(it) == Some(Kind::Systemd));
        let names: BTreeSet<_> = units.filter_map(|it| it.file_name()).collect();
        let may_be_copy = |path: &Utf8Path| match kind::by_name(path) {
            Some(Kind::Systemd) => path.file_name().is_some_and(|name| names.contains(name)),
            kind => kind == Some(Kind::Nginx),
        };
        let aside = Aside::of(tree, &tree.files().collect::<Vec<_>>());
        let of_project = |path: &Utf8Path| {
            let mut projects = discovered.projects.iter().filter(|_| may_be_copy(path));
            let project = projects.find(|project| path.starts_with(project));
            let is_new = !self.asked.contains(path) && !aside.has(path);
            project.filter(|_| is_new).cloned()
        };
        let copies: Copies =
            tree.files().filter_map(|path| Some((path.clone(), of_project(path)?))).collect();
        let mut wants = Wanted::default();
        wants.extend(copies.keys().cloned());
        self.round(tree, wants);
        let parsed =
            copies.keys().filter_map(|it| Some(&self.parsed[self.sources.find(it)?.index()]));
        for path in parsed.flat_map(drift::needed) {
            tree.look(&path);
        }
        drift::find(&Files::new(tree, &self.sources, &self.parsed), &copies)
    }
}

/// Whether a file configures no server, so that nothing is amiss if it is data, or UTF-16: pip reads its
/// lists in that (`pip._internal.utils.encoding`).
fn is_no_configuration(path: &Utf8Path) -> bool {
    let lists = [None, Some(kind::Kind::Requirements), Some(kind::Kind::Toml)];
    lists.contains(&kind::by_name(path))
}
