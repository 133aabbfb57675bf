//! nginx in a container: which files of the tree it sees, and where.

use crate::fact::{Environment, Fact};
use crate::model::build::filled_in::{self, Filling};
use crate::model::build::image_of::Built;
use crate::model::build::nginx_beside;
use crate::model::build::nginx_files;
use crate::model::build::nginx_image::{
    enabled, has_entrypoint_of_nginx, leaves_files, starts_plainly,
};
use crate::model::build::nginx_proxy::Part;
use crate::model::build::put_in_place;
use crate::model::command::{Program, Step};
use crate::model::image::Image;
use crate::model::nginx::{
    Address, Config, Context as Within, Included, Level, MAIN_FILE, Root, context_of, stock_file,
};
use crate::model::{Files, Found, Read, Rendered, Storage, Unrendered, View};
use crate::source::{FileId, Place, path_glob};
use crate::syntax::Parsed;
use crate::syntax::nginx::Tree;
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Where the stock `nginx.conf` of the official image and of Alpine's package looks, where the image's
/// entrypoint puts what it renders, where images with certbot have people put their sites (their
/// READMEs), and where Debian's package has what it links to: an image that brings such a file has it
/// enabled.
const SITES: &[&str] = &[
    "/etc/nginx/user.conf.d/*.conf",
    "/etc/nginx/user_conf.d/*.conf",
    "/etc/nginx/conf.d/*.conf",
    "/etc/nginx/http.d/*.conf",
    "/etc/nginx/sites-enabled/*",
    "/etc/nginx/sites-available/*",
    "/etc/nginx/templates/*.template",
];

/// The configuration files that a container sees, by their path in it.
pub(super) struct Placed<'a> {
    files: BTreeMap<Utf8PathBuf, (&'a Utf8Path, &'a Tree)>,
    /// Every nginx file of the tree.
    all: Vec<(&'a Utf8Path, &'a Tree)>,
    /// Those of them that an include is meant to bring, and does not, and those that others are made of.
    meant: RefCell<Vec<&'a Utf8Path>>,
    /// Those that it fills in where it starts.
    filled: BTreeSet<FileId>,
    /// Variables that are lost on the way.
    lost: Vec<Unrendered>,
    /// The line that brings a file to its path.
    brought: BTreeMap<Utf8PathBuf, Fact<()>>,
    /// What lies over its file system, and where.
    mounts: Vec<(Utf8PathBuf, Storage)>,
    /// What mounts a further site that is not in view.
    beside: Option<Place>,
    /// Every mount is known, and none brings scripts that the image's entrypoint runs.
    is_complete: bool,
    /// Nothing that it starts puts variables into files that lie where nginx reads them.
    is_plain: bool,
    /// The official image with its own command: what no mount brings is surely not there.
    is_stock: bool,
    /// The `nginx.conf` that no line replaces is the official image's.
    has_stock_main: bool,
    /// A command names the file that nginx begins with: `nginx -c …`.
    names_main: bool,
}

/// How a container starts.
pub(super) struct Start<'s> {
    /// The service.
    pub(super) service: &'s str,
    pub(super) environment: &'s Environment,
    /// All that it starts, in order.
    pub(super) steps: &'s [Step],
    /// By the image's command.
    pub(super) has_own_command: bool,
    /// By the image's entrypoint.
    pub(super) has_own_entrypoint: bool,
}

impl<'s> Start<'s> {
    /// What fills in files on the way, of those that the container has.
    fn fillings<'p>(
        &self,
        placed: impl Iterator<Item = &'p Utf8PathBuf>,
        image: Option<&Built>,
    ) -> Vec<Filling<'s>> {
        let by_entrypoint = placed.filter_map(|at| filled_in::by_entrypoint(at, self.environment));
        let is_stock = self.has_own_entrypoint && image.is_some_and(has_entrypoint_of_nginx);
        // What is not nginx itself passes its scripts by.
        let is_nginx = match self.steps {
            [] => true,
            [only] => {
                only.started.program.value == Program::Nginx && only.script.is_none()
                    || only.program_name() == "docker-entrypoint.sh"
            }
            _ => false,
        };
        let by_entrypoint = by_entrypoint.filter(|_| is_stock && is_nginx);
        by_entrypoint.chain(filled_in::by_commands(self.steps)).collect()
    }
}

impl<'a> Placed<'a> {
    pub(super) fn find(
        files: &Files<'a>,
        view: &View,
        image: Option<&Built>,
        start: &Start<'_>,
    ) -> Self {
        let has_own_command = start.has_own_command;
        let (mut placed, mut brought) = (BTreeMap::new(), BTreeMap::new());
        let all = nginx_files::all(files);
        // A folder or file of the host hides what the image has there, whether it is in view or not
        // (Docker's manual, "Bind mounts").
        let is_hidden = |at: &Utf8Path| {
            let is_bind = |it: &Storage| matches!(it, Storage::Checkout(_) | Storage::Host(_));
            let mut mounts = view.mounts.iter().map(|it| &it.value);
            mounts.any(|it| is_bind(&it.from) && at.starts_with(&it.at))
        };
        // What is made lies below what it is made of, and in no image.
        let own = all.iter().filter(|(_, tree)| !files.sources.is_made(tree.place.file));
        for &(path, tree) in own {
            if let Some((image, context)) = image.and_then(|it| it.in_context(files)) {
                let places = image.places_of(path, &context);
                for at in places.into_iter().filter(|it| !is_hidden(&it.value)) {
                    brought.insert(at.value.clone(), at.map(|_| ()));
                    placed.insert(at.value, (path, tree));
                }
            }
            for mount in &view.mounts {
                let Storage::Checkout(from) = &mount.value.from else { continue };
                let Ok(below) = path.strip_prefix(from) else { continue };
                let at = match below.as_str() {
                    "" => mount.value.at.clone(),
                    _ => mount.value.at.join(below),
                };
                brought.insert(at.clone(), mount.map(|_| ()));
                placed.insert(at, (path, tree));
            }
        }
        let (mut meant, mut lost, mut filled) = (Vec::new(), Vec::new(), BTreeSet::new());
        // The entrypoint reads scripts that end in `.envsh` into its own shell, before it fills in
        // (docker-entrypoint.sh of nginx/docker-nginx).
        let is_hooked = view.has_hooks(image.and_then(|it| it.image.as_ref()));
        let is_lost = |it: &Unrendered| !(is_hooked && matches!(it.how, Rendered::Undefined));
        for filling in start.fillings(placed.keys(), image) {
            let Some(&(template, _)) = placed.get(&filling.template) else { continue };
            let Found::Read(read) = files.find(template) else { continue };
            lost.extend(filling.lost(read.id, read.text).into_iter().filter(is_lost));
            meant.push(template);
            let path =
                template.join(start.service).join(filling.at.as_str().trim_start_matches('/'));
            let made = files.made(path, || filling.text(read.id, read.text));
            if let Some(Read { path, parsed: Parsed::Nginx(tree), .. }) = made {
                filled.insert(tree.place.file);
                placed.remove(&filling.template);
                placed.insert(filling.at, (path, tree));
            }
        }
        for (template, at) in filled_in::by_scripts(files, &placed) {
            if let Some((path, tree)) = placed.remove(&template) {
                filled.insert(tree.place.file);
                placed.insert(at, (path, tree));
            }
        }
        placed.extend(put_in_place::all(files, start.steps, &placed));
        let links = image.and_then(|it| it.image.as_ref()).map(Image::links).unwrap_or_default();
        for link in links {
            let (to, at) = &link.value;
            if let Some(file) = placed.get(to).copied().filter(|_| !is_hidden(at)) {
                brought.entry(at.clone()).or_insert_with(|| link.map(|_| ()));
                placed.entry(at.clone()).or_insert(file);
            }
        }
        placed.retain(|at, _| at.starts_with("/etc/nginx"));
        let linked: Vec<_> =
            placed.iter().filter_map(|(at, file)| Some((enabled(image?, at)?, *file))).collect();
        for (at, file) in linked {
            placed.entry(at).or_insert(file);
        }
        let is_official = |built: &Built| {
            let flavour = built.flavour.as_ref().filter(|_| built.image.is_none());
            flavour.is_some_and(|it| it.value.is("nginx"))
        };
        let names_main = |step: &Step| {
            let started = &step.started;
            started.program.value == Program::Nginx && started.option(&["-c"]).is_some()
        };
        let is_complete = view.complete && !view.brings_hooks();
        let beside = nginx_beside::mounted_out_of_view(view, placed.keys(), SITES);
        Self {
            files: placed,
            brought,
            all,
            meant: RefCell::new(meant),
            filled,
            lost,
            mounts: view
                .mounts
                .iter()
                .map(|it| (it.value.at.clone(), it.value.from.clone()))
                .collect(),
            beside,
            is_complete,
            is_plain: has_own_command && image.is_some_and(starts_plainly),
            is_stock: has_own_command && is_complete && image.is_some_and(is_official),
            has_stock_main: image.is_some_and(leaves_files),
            names_main: start.steps.iter().any(names_main),
        }
    }

    /// The files of the tree that are this container's, or are meant to be.
    pub(super) fn paths(&self) -> Vec<&'a Utf8Path> {
        let own = self.files.values().map(|(path, _)| *path);
        own.chain(self.meant.borrow().iter().copied()).collect()
    }

    /// Adds what nginx-proxy writes for the hosts that others ask of it.
    pub(super) fn add_parts(&mut self, files: &Files<'a>, below: &Utf8Path, parts: Vec<Part>) {
        for Part { at, text } in parts {
            let mut hasher = DefaultHasher::new();
            text.as_str().hash(&mut hasher);
            let path = below.join(format!("{:x}", hasher.finish()));
            let path = path.join(at.as_str().trim_start_matches('/'));
            let made = files.made(path, || text);
            if let Some(Read { path, parsed: Parsed::Nginx(tree), .. }) = made {
                self.meant.borrow_mut().push(path);
                self.files.insert(at, (path, tree));
            }
        }
    }

    /// What is mounted over a path, where it is.
    fn over(&self, path: &Utf8Path) -> Option<&(Utf8PathBuf, Storage)> {
        let over = self.mounts.iter().filter(|(at, _)| path.starts_with(at));
        over.max_by_key(|(at, _)| at.components().count())
    }

    /// Whether nginx has a file here. `None` where a folder of the host hides it.
    pub(super) fn has(
        &self,
        files: &Files<'a>,
        image: Option<&Built>,
        at: &Utf8Path,
    ) -> Option<bool> {
        match self.over(at) {
            Some((_, Storage::Host(_))) => None,
            _ => Some(self.files.contains_key(at) || self.in_tree(files, image, at).is_some()),
        }
    }

    /// What nginx reads in this container; none if none of it is in view.
    pub(super) fn config(&self, files: &Files<'a>, image: Option<&Built>) -> Option<Arc<Config>> {
        // What a file put at the wrong path says is read for what it is: nginx stops at it, and what
        // else is wrong is worth knowing before it is put right.
        let beside = self.beside;
        let root = |tree, context| Root {
            tree,
            context: Some(context),
            alone: false,
            filled_in: false,
            beside,
        };
        let roots: Vec<Root> = match self.files.get(Utf8Path::new(MAIN_FILE)) {
            Some((_, tree)) => match context_of(tree) {
                Within::Http => vec![root(*tree, Within::Http)],
                _ => vec![root(*tree, Within::Main)],
            },
            None => {
                let mut trees: Vec<&Tree> = Vec::new();
                for tree in SITES.iter().flat_map(|pattern| self.matching(pattern)) {
                    // By its place and by the link to it, it is one.
                    if !trees.iter().any(|it| std::ptr::eq(*it, tree)) {
                        trees.push(tree);
                    }
                }
                let is_main = |tree: &Tree| tree.directives.iter().any(|it| it.is("http"));
                let context = |tree| if is_main(tree) { Within::Main } else { Within::Http };
                trees.into_iter().map(|tree| root(tree, context(tree))).collect()
            }
        };
        if roots.is_empty() {
            return None;
        }
        // nginx starts relative paths at the folder of its main file, whoever includes.
        let in_tree = |path: &Utf8Path| self.in_tree(files, image, path);
        let resolve = |argument: &str, _: FileId| self.resolve(argument, &in_tree);
        let config = Config::build(&roots, &resolve);
        Some(Arc::new(config.brought(roots.iter().filter_map(|it| self.brings(it.tree)))))
    }

    /// Where a file that nginx begins with is put, and by which line.
    fn brings(&self, tree: &Tree) -> Option<(FileId, Fact<Utf8PathBuf>)> {
        if self.names_main {
            return None;
        }
        let mut at = self.files.iter().filter(|(_, (_, own))| std::ptr::eq(*own, tree));
        let main = at.clone().find(|(at, _)| at.as_str() == MAIN_FILE);
        let (at, _) = main.or_else(|| at.next().filter(|_| self.has_stock_main))?;
        Some((tree.place.file, self.brought.get(at)?.map(|_| at.clone())))
    }

    fn resolve(
        &self,
        argument: &str,
        in_tree: &dyn Fn(&Utf8Path) -> Option<&'a Tree>,
    ) -> Included<'a> {
        if argument.contains('$') {
            return Included::Unseen("a variable is in its path".into());
        }
        let path = Utf8Path::new("/etc/nginx").join(argument);
        let found = self.matching(path.as_str());
        let is_glob = argument.contains(['*', '?', '[']);
        let is_covered = self.mounts.iter().any(|(at, _)| path.starts_with(at));
        if !found.is_empty() || (is_glob && !is_covered) {
            return Included::Files(found);
        }
        if let Some(tree) = in_tree(&path).filter(|_| !is_glob) {
            return Included::Files(vec![tree]);
        }
        // What Debian adds to nginx is not in the official image, whatever that is built on.
        if stock_file(path.as_str()).is_some_and(|it| !(self.is_stock && it.is_of_debian())) {
            return Included::Unseen("it comes with nginx".into());
        }
        let rendered = path.file_name().map(|name| format!("/etc/nginx/templates/{name}.template"));
        let is_rendered = rendered.is_some_and(|it| {
            let brought = self.mounts.iter().any(|(at, _)| Utf8Path::new(&it).starts_with(at));
            brought || self.files.contains_key(Utf8Path::new(&it))
        });
        let is_own = path.starts_with("/etc/nginx") && !is_rendered && !is_covered;
        match is_own && self.is_stock && !is_glob {
            true => Included::Missing(self.meant(&path)),
            false => Included::Unseen(format!("`{path}` is not in view").into()),
        }
    }

    /// A file that nothing but an include tells to be nginx's: `proxy_params` in a folder that is
    /// mounted, or copied into the image.
    fn in_tree(
        &self,
        files: &Files<'a>,
        image: Option<&Built>,
        path: &Utf8Path,
    ) -> Option<&'a Tree> {
        let found = match self.over(path) {
            Some((at, Storage::Checkout(from))) => from.join(path.strip_prefix(at).ok()?),
            // A new volume gets what the image has there (Docker's manual, "Volumes").
            Some((_, Storage::Volume { .. })) | None => image?.in_tree(files, path)?,
            Some(_) => return None,
        };
        match files.find(&found).read()?.parsed {
            Parsed::Nginx(tree) => Some(tree),
            _ => None,
        }
    }

    /// Variables of the environment in files that nothing renders: nginx takes them as they are.
    pub(super) fn unrendered(&self, config: &Config) -> Vec<Unrendered> {
        let lost = self.lost.iter().cloned();
        if !self.is_plain {
            return lost.collect();
        }
        let rendered = |file: FileId| {
            let mut placed = self.files.iter().filter(|(_, (_, tree))| tree.place.file == file);
            self.filled.contains(&file)
                || placed.any(|(at, _)| at.starts_with("/etc/nginx/templates"))
        };
        let lines = config.levels().flat_map(|level| level.lines());
        let words = lines.flat_map(|line| &line.args).filter_map(|word| {
            let file = word.evidence().place()?.file;
            let name = word.try_map(|word| environment_variable(word).map(str::to_owned))?;
            (!rendered(file)).then_some(Unrendered { name, how: Rendered::Nowhere })
        });
        words.chain(lost).collect()
    }

    /// Every port that it listens on. `None` where something is not in view, or something on the way
    /// to its start or a script of the tree may change the files.
    pub(super) fn ports(
        &self,
        files: &Files,
        config: &Config,
        image: Option<&Built>,
        steps: Option<&[Step]>,
    ) -> Option<Vec<Fact<u16>>> {
        let is_plain = |step: &Step| {
            let waits = ["sleep", "wait", "docker-entrypoint.sh", ":", "echo", "nginx"];
            step.started.program.value == Program::Nginx || waits.contains(&step.program_name())
        };
        let starts_nginx = match steps {
            Some(steps) => steps.iter().all(is_plain),
            None => true,
        };
        let edited = |(path, tree): &(&Utf8Path, &Tree)| {
            let text = files.read(tree.place.file).text;
            files.scripted().edits_file(path, text)
        };
        let listens = |level: Level<'_>| {
            let is_other = level.context() == Within::OtherProtocol;
            is_other && level.own("listen").next().is_some()
        };
        let is_known = self.is_complete
            && image.is_some_and(leaves_files)
            && starts_nginx
            && config.is_whole()
            && !self.files.values().any(edited)
            && !config.levels().any(listens);
        let listeners = config.servers().flat_map(|server| server.listeners().to_vec());
        let ports = listeners.filter(|it| !matches!(it.value.address, Address::Unix(_)));
        let ports = ports.map(|it| it.try_map(|it| it.address.port()));
        // A port that a variable decides may be any.
        is_known.then(|| ports.collect::<Option<Vec<_>>>()).flatten()
    }

    /// The file of the tree that lies to the main file as the path does in the container.
    fn meant(&self, path: &Utf8Path) -> Option<&'a Tree> {
        let (main, _) = self.files.get(Utf8Path::new(MAIN_FILE))?;
        let beside = main.parent()?.join(path.strip_prefix("/etc/nginx").ok()?);
        let file = self.all.iter().find(|(path, _)| *path == beside)?;
        self.meant.borrow_mut().push(file.0);
        Some(file.1)
    }

    fn matching(&self, pattern: &str) -> Vec<&'a Tree> {
        if !pattern.contains(['*', '?', '[']) {
            let found = self.files.get(Utf8Path::new(pattern));
            return found.map(|(_, tree)| *tree).into_iter().collect();
        }
        let Some(glob) = path_glob(pattern) else { return Vec::new() };
        let matching = self.files.iter().filter(|(at, _)| glob.is_match(at.as_std_path()));
        matching.map(|(_, (_, tree))| *tree).collect()
    }
}

/// `${NAME}` in capitals: nginx's own variables are written small.
fn environment_variable(word: &str) -> Option<&str> {
    let inner = word.split_once("${")?.1.split_once('}')?.0;
    let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let is_name = inner.starts_with(|c: char| c.is_ascii_uppercase()) && inner.chars().all(capital);
    is_name.then_some(inner)
}
