//! Which files are nginx configurations of the host, and what their includes lead to.

use crate::model::build::host::Host;
use crate::model::build::nginx_installed;
use crate::model::build::nginx_left_out::{
    answered, is_beside_mounted, is_enabled, is_for_developers, is_former_default, is_kept,
    is_loose, is_mount_taken_out, is_named, is_of_guide, is_of_no_container, is_of_own_machine,
    is_of_unbuilt, is_of_unbuilt_beside, is_set_aside,
};
use crate::model::build::nginx_unchosen::{
    is_another_choice, is_another_of_role, is_of_unbuilt_page,
};
use crate::model::build::no_task::{ByTask, by_task};
use crate::model::build::of_vagrant::{is_provisioned_by_vagrant, lies_with_vagrantfile};
use crate::model::nginx::{Config, Context, Included, Root, Trouble, context_of, stock_file};
use crate::model::{Files, Found, Kind, Reading};
use crate::source::FileId;
use crate::syntax::Parsed;
use crate::syntax::nginx::{Directive, Dump, Dumped, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use globset::{Glob, GlobBuilder};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the host's nginx has: the files that no container claims, each with what it includes.
pub(super) fn configs(
    files: &Files,
    host: &Host,
    claimed: &BTreeSet<&Utf8Path>,
    reading: &mut Reading,
) -> Vec<Arc<Config>> {
    let every = all(files);
    let all: Vec<_> = every.iter().filter(|(path, _)| !claimed.contains(path)).copied().collect();
    let mains: Vec<_> =
        all.iter().filter(|(_, tree)| is_main(tree)).map(|(path, _)| *path).collect();
    let includer = Includer { files, host, every: &every, included: RefCell::default() };
    // A file that another includes is no root of its own.
    for (path, tree) in all.iter().filter(|(_, tree)| tree.dump.is_none()) {
        each_include(&tree.directives, &mut |argument| _ = includer.files(argument, path));
    }
    let included = includer.included.take();
    let put = nginx_installed::Sites::of(files, &every);
    let is_of_others = |path: &Utf8Path, tree: &Tree| match by_task(files, path) {
        ByTask::Nowhere => true,
        // What a task puts on a machine is no container's, nor a draft of what one has.
        ByTask::Installed => false,
        ByTask::Unknown => {
            is_beside_mounted(files, (path, tree), &every, claimed)
                || is_of_unbuilt(files, path)
                || is_of_unbuilt_beside(files, path, claimed)
                || is_of_unbuilt_page(files, (path, tree), &every, claimed)
                || is_another_choice(files, (path, tree), &every)
                || is_of_no_container(files, path, tree)
                || is_set_aside(files, (path, tree), &every, claimed)
                || is_mount_taken_out(files, path)
        }
    };
    let is_read = |path: &Utf8Path, tree: &Tree| {
        !included.contains(path)
            && !is_loose(files, path, &mains)
            && !is_kept(files, path, &every)
            && !is_provisioned_by_vagrant(files, path)
            && !lies_with_vagrantfile(files, path)
            && (host.root.is_some()
                || !is_former_default((path, tree), &all)
                    && !is_of_guide(files, (path, tree), &every)
                    && !is_of_own_machine(tree)
                    && !is_another_of_role(files, (path, tree), &every)
                    && !put.have_instead_of((path, tree), &every, || is_named(files, path))
                    && !is_of_others(path, tree))
    };
    let roots = all.iter().filter(|(path, tree)| is_read(path, tree));
    let enabled = roots.filter(|(path, _)| is_enabled(files, path));
    let enabled =
        enabled.filter(|(path, _)| host.root.is_some() || !is_for_developers(files, path));

    let enabled: Vec<_> = enabled.collect();
    let is_whole = |tree: &Tree| tree.dump.is_none() && is_main(tree);
    let whole = enabled.iter().filter(|(_, tree)| is_whole(tree)).map(|(path, _)| *path);
    let whole: Vec<&Utf8Path> = whole.collect();
    let installed = nginx_installed::main_file(files, &whole).filter(|_| host.root.is_none());
    let is_other = |path: &Utf8Path| installed.is_some_and(|it| it != path);

    let mut configs = Vec::new();
    for (_, tree) in enabled.into_iter().filter(|(path, tree)| !is_other(path) || !is_whole(tree)) {
        let root = Root {
            tree,
            context: None,
            alone: is_alone(tree),
            filled_in: is_filled_in(files, tree),
            beside: None,
        };
        let resolve = |argument: &str, from: FileId| match &tree.dump {
            Some(dump) => dumped(dump, argument),
            None => includer.resolve(argument, files.read(from).path),
        };
        let config = Config::build(&[root], &resolve);
        note_troubles(&config, reading);
        configs.push(Arc::new(config));
    }
    configs
}

/// Whether a program puts texts in the place of what would be variables of nginx's.
fn is_filled_in(files: &Files, tree: &Tree) -> bool {
    files.scripted().fills_in_variables(files.read(tree.place.file).text)
}

/// What the run should hear of a configuration's reading.
pub(super) fn note_troubles(config: &Config, reading: &mut Reading) {
    for trouble in &config.troubles {
        match &trouble.value {
            Trouble::IncludeCycle(of) => {
                reading.cycles.push(trouble.map(|_| format!("`{of}` includes itself")));
            }
            Trouble::TooMuch => {
                let message = "its includes expand without end".to_owned();
                reading.limit(&trouble.map(|_| message));
            }
            Trouble::MissingInclude(_) | Trouble::Misplaced(_) => {}
        }
    }
}

/// Whether lines of other levels may hold here as well. A file of whole servers is put where the
/// stock `nginx.conf` looks for sites, and that sets nothing which matters to them.
fn is_alone(tree: &Tree) -> bool {
    !matches!(context_of(tree), Context::Main | Context::Http)
}

/// Every nginx file of the tree.
pub(super) fn all<'a>(files: &Files<'a>) -> Vec<(&'a Utf8Path, &'a Tree)> {
    let all = files.of(Kind::Nginx).into_iter();
    all.filter_map(|read| match read.parsed {
        Parsed::Nginx(tree) => Some((read.path, tree)),
        _ => None,
    })
    .collect()
}

fn each_include(directives: &[Directive], visit: &mut dyn FnMut(&str)) {
    for directive in directives {
        if directive.is("include")
            && let Some(argument) = directive.arg(0)
        {
            visit(argument);
        }
        each_include(directive.children(), visit);
    }
}

pub(super) fn is_main(tree: &Tree) -> bool {
    context_of(tree) == Context::Main
}

/// Whether a server is among directives, be it in `http`.
fn has_servers(directives: &[Directive]) -> bool {
    directives.iter().any(|it| it.is("server") || it.is("http") && has_servers(it.children()))
}

/// The files of a dump that an argument names. It has all that nginx read, so a pattern that nothing
/// matches matched nothing there either.
fn dumped<'a>(dump: &'a Dump, argument: &str) -> Included<'a> {
    let prefix = Utf8Path::new(&dump.main).parent().unwrap_or(Utf8Path::new("/etc/nginx"));
    let path = prefix.join(argument);
    let is_glob = argument.contains(['*', '?', '[']);
    let glob = GlobBuilder::new(path.as_str()).literal_separator(true).build();
    let glob = glob.ok().filter(|_| is_glob).map(|it| it.compile_matcher());
    let matches = |it: &&Dumped| match &glob {
        Some(glob) => glob.is_match(&it.path),
        None => it.path == path,
    };
    let found: Vec<&Tree> = dump.files.iter().filter(matches).map(|it| &it.tree).collect();
    match found.is_empty() && !is_glob {
        true => Included::Unseen(format!("`{argument}` is not in view").into()),
        false => Included::Files(found),
    }
}

/// Finds the files of an `include`.
struct Includer<'f, 'a> {
    files: &'f Files<'a>,
    host: &'f Host<'f>,
    /// Every nginx file of the tree.
    every: &'f [(&'a Utf8Path, &'a Tree)],
    included: RefCell<BTreeSet<Utf8PathBuf>>,
}

impl<'a> Includer<'_, 'a> {
    fn resolve(&self, argument: &str, from: &Utf8Path) -> Included<'a> {
        if argument.contains('$') {
            return Included::Unseen("a variable is in its path".into());
        }
        let found = self.files(argument, from);
        let trees: Vec<&Tree> = found
            .iter()
            .filter_map(|path| match self.files.find(path) {
                Found::Read(read) => match read.parsed {
                    Parsed::Nginx(tree) => Some(tree),
                    _ => None,
                },
                Found::Wanted | Found::Folder | Found::Absent => None,
            })
            .collect();
        if !trees.is_empty() {
            return Included::Files(trees);
        }
        // What a program fills in later, as the file of a certificate's challenge, says nothing until then.
        if !found.is_empty() && found.iter().all(|it| self.says_nothing(it)) {
            return Included::Files(Vec::new());
        }
        let is_glob = argument.contains(['*', '?', '[']);
        match is_glob {
            true if self.host.root.is_some() => Included::Files(Vec::new()),
            _ => Included::Unseen(format!("`{argument}` is not in view").into()),
        }
    }

    /// Whether a file has comments alone.
    fn says_nothing(&self, path: &Utf8Path) -> bool {
        let is_empty = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
        self.files.find(path).read().is_some_and(|it| it.text.lines().all(is_empty))
    }

    /// The files of the tree that an argument names.
    fn files(&self, argument: &str, from: &Utf8Path) -> Vec<Utf8PathBuf> {
        let mut found = Vec::new();
        for pattern in self.patterns(argument, from) {
            found = self.matching(&pattern);
            if !found.is_empty() {
                break;
            }
        }
        if found.is_empty() {
            found = self.sites_beside(argument, from);
        }
        self.included.borrow_mut().extend(found.iter().cloned());
        found
    }

    /// The sites that lie beside an `nginx.conf` which has none of its own and includes those of a
    /// folder that is not there: a repository that has both keeps them in one folder. Beside the folder
    /// `sites-available`, as both lie in `/etc/nginx`, it is links to those that Debian's has in the other.
    fn sites_beside(&self, argument: &str, from: &Utf8Path) -> Vec<Utf8PathBuf> {
        let Found::Read(main) = self.files.find(from) else { return Vec::new() };
        let Parsed::Nginx(tree) = main.parsed else { return Vec::new() };
        // Debian's includes two folders, of which this is the one for sites.
        let of_sites = match argument.strip_prefix("/etc/nginx/").unwrap_or(argument) {
            "sites-enabled/*" | "sites-enabled/*.conf" => true,
            "conf.d/*.conf" => !main.text.contains("sites-enabled"),
            _ => false,
        };
        if !of_sites || !is_main(tree) || self.host.root.is_some() {
            return Vec::new();
        }
        let beside = from.parent().unwrap_or(Utf8Path::new(""));
        let available = beside.join("sites-available");
        let is_available = |path: &Utf8Path| path.parent() == Some(&available);
        let mut available = self.every.iter().filter(|(path, _)| is_available(path)).peekable();
        if argument.contains("sites-enabled") && available.peek().is_some() {
            return self.linked(available);
        }
        if has_servers(&tree.directives) {
            return Vec::new();
        }
        let is_beside = |path: &Utf8Path| path.parent() == Some(beside) && path != from;
        let beside = self.every.iter().filter(|(path, _)| is_beside(path));
        if beside.clone().any(|(_, tree)| is_main(tree)) {
            return Vec::new();
        }
        self.linked(beside)
    }

    /// Those of some files that are sites which one nginx can have side by side; none where it is not to
    /// be told which it has.
    fn linked<'s>(
        &self,
        among: impl Iterator<Item = &'s (&'a Utf8Path, &'a Tree)>,
    ) -> Vec<Utf8PathBuf>
    where
        'a: 's,
    {
        let is_out = |it: (&Utf8Path, &Tree)| {
            is_kept(self.files, it.0, self.every)
                || is_former_default(it, self.every)
                || !is_enabled(self.files, it.0)
                || is_for_developers(self.files, it.0)
        };
        let sites = among.filter(|it| has_servers(&it.1.directives) && !is_out(**it));
        let sites: Vec<_> = sites.collect();
        // `maintenance` beside `site`: one is linked in place of the other, and when is not in view.
        let mut taken = BTreeSet::new();
        let mut each = sites.iter().map(|(_, tree)| answered(tree));
        if each.any(|of_one| of_one.into_iter().any(|it| !taken.insert(it))) {
            return Vec::new();
        }
        sites.into_iter().map(|(path, _)| path.to_path_buf()).collect()
    }

    /// Where in the tree an argument may lead: below the copy of the server's root, or beside the
    /// file, as a repository keeps what a server has in `/etc/nginx`.
    fn patterns(&self, argument: &str, from: &Utf8Path) -> Vec<Utf8PathBuf> {
        let absolute = Utf8Path::new("/etc/nginx").join(argument);
        let mut patterns: Vec<_> = self.host.in_tree(&absolute).into_iter().collect();
        if stock_file(absolute.as_str()).is_some() && self.host.root.is_none() {
            return patterns;
        }
        let beside = from.parent().unwrap_or(Utf8Path::new(""));
        if let Ok(below) = absolute.strip_prefix("/etc/nginx") {
            patterns.push(beside.join(below));
            patterns.extend(beside.parent().map(|above| above.join(below)));
        }
        patterns
    }

    fn matching(&self, pattern: &Utf8Path) -> Vec<Utf8PathBuf> {
        if !pattern.as_str().contains(['*', '?', '[']) {
            let file = self.files.tree.resolve(pattern).filter(|it| self.files.tree.is_file(it));
            return file.into_iter().collect();
        }
        let Ok(glob) = Glob::new(pattern.as_str()) else { return Vec::new() };
        let glob = glob.compile_matcher();
        let Some(folder) = pattern.parent() else { return Vec::new() };
        let children = self.files.tree.children(folder).map(|(path, _)| path);
        let matching = children.filter(|path| glob.is_match(path.as_std_path()));
        let mut found: Vec<_> = matching.filter_map(|path| self.files.tree.resolve(path)).collect();
        found.dedup();
        found
    }
}
