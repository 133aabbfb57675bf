//! The machine that units and host-wide web servers run on: where its paths lie in the tree.
//!
//! A tree may be a copy of the server's own (`etc/nginx`, `etc/systemd`), and then every absolute
//! path can be looked up. Or it is a repository, which may keep files for `/etc` in an `etc` of its
//! own, and units say where it is checked out.

use crate::fact::{Environment, Fact};
use crate::model::boot::MadeFolder;
use crate::model::build::apps::Home;
use crate::model::build::commanded;
use crate::model::build::pm2;
use crate::model::build::provisioned;
use crate::model::build::supervisord;
use crate::model::build::unit_process;
use crate::model::build::upstart;
use crate::model::contract::Contract;
use crate::model::django::Project;
use crate::model::units::Unit;
use crate::model::{Files, Found, Kind, Mount, Read, Storage, Tmpfiles, View, is_of_macos};
use crate::source::{Place, extension, file_name, normalize};
use crate::syntax::systemd::UnitKind;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A folder of the tree and where the host has it.
#[derive(Clone, Debug)]
pub(super) struct Checkout {
    pub(super) folder: Utf8PathBuf,
    pub(super) at: Fact<Utf8PathBuf>,
}

/// Where the host's paths are in the tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Host<'a> {
    /// The folder that stands for `/`.
    pub(super) root: Option<Utf8PathBuf>,
    pub(super) checkouts: Vec<Checkout>,
    /// The project that a server is most likely there for whose application nothing has.
    pub(super) alone: Option<Arc<Project>>,
    /// It was asked itself: what is not there, it does not have. People leave secrets out of copies.
    pub(super) is_complete: bool,
    /// The folder that stands for `/` is of the whole server, and not of its `/etc` alone: the projects
    /// of the tree lie in it.
    is_whole: bool,
    /// What the operator declares of it.
    contract: Option<&'a Contract>,
}

/// What the tree knows of a path of the host.
#[derive(Clone, Debug)]
pub(super) enum Looked<'a> {
    At(Found<'a>, Utf8PathBuf),
    /// It would be in the tree if it were there.
    Absent,
    /// It lies outside of what was checked.
    Outside,
}

/// Where servers have the programs of others (FHS 3.0, and what people add to it).
pub(super) const HOMES: &[&str] =
    &["data", "home", "mnt", "opt", "root", "srv", "usr", "var", "www"];

/// Whether a project lies in a folder where no server has one: beside `etc`, say.
fn is_checkout(files: &Files, folder: &Utf8Path) -> bool {
    let projects = files.named("manage.py").iter();
    let mut below = projects.filter_map(|path| path.strip_prefix(folder).ok());
    below.any(|path| {
        let first = path.components().next().map(|it| it.as_str());
        !first.is_some_and(|first| HOMES.contains(&first))
    })
}

impl<'a> Host<'a> {
    /// A folder that holds `etc/nginx` or `etc/systemd` is a copy of a server's root, unless it is a
    /// project's.
    pub(super) fn find(files: &Files, contract: Option<&'a Contract>) -> Self {
        if files.tree.is_machine() {
            let root = Some("/".into());
            return Self { root, is_complete: true, is_whole: true, contract, ..Self::default() };
        }
        let declared = contract.and_then(|it| Some((it.root.as_ref()?, it.folder.clone())));
        let declared = declared
            .map(|(at, folder)| Checkout { folder, at: Fact::at(at.value.clone(), at.place) });
        let marks = ["etc/nginx", "etc/systemd", "etc/caddy"];
        let is_root = |folder: &&Utf8Path| {
            let is_marked = marks.iter().any(|it| files.tree.is_dir(&folder.join(it)));
            is_marked && !is_checkout(files, folder)
        };
        let etcs = files.named("etc").iter();
        let folders: BTreeSet<&Utf8Path> = etcs.filter_map(|path| path.parent()).collect();
        let folders = files.tree.roots().iter().map(Utf8PathBuf::as_path).chain(folders);
        Self {
            root: folders.into_iter().find(is_root).map(Utf8Path::to_owned),
            checkouts: declared.into_iter().collect(),
            alone: None,
            is_complete: false,
            is_whole: false,
            contract,
        }
    }

    /// Learns where units say that projects are checked out: the folder that a command starts in
    /// and the project whose module it names are one.
    ///
    /// Where none of them names the tree's only project, they must have another name for it.
    pub(super) fn locate(
        &mut self,
        files: &Files,
        projects: &[Arc<Project>],
        units: &[Unit],
        alone: Option<&Arc<Project>>,
    ) {
        let holds = |root: &Utf8PathBuf| projects.iter().any(|it| it.root.starts_with(root));
        self.is_whole = self.root.as_ref().is_some_and(|it| projects.is_empty() || holds(it));
        if self.is_whole {
            return;
        }
        let declared = supervisord::programs(files);
        let services = || units.iter().filter(|it| it.is(UnitKind::Service));
        let mut homes = services().map(|it| unit_process::home(files, projects, it));
        let mut jobs = upstart::homes(files, projects);
        jobs.extend(pm2::homes(files, projects));
        let is_named = homes.any(|it| it.is_some())
            || !jobs.is_empty()
            || declared.iter().any(|it| it.home(files, projects).is_some());
        self.alone = alone.filter(|_| !is_named).cloned();
        let first = self.checkouts.len();
        for unit in services() {
            match unit_process::home(files, projects, unit) {
                Some((project, at)) => self.take(project, at),
                None => match unit_process::home_alone(files, self.alone.as_ref(), unit) {
                    Some((project, at)) => self.take(&project, at),
                    None => self.add_or_take(unit_process::checkout(files, projects, unit), || {
                        unit_process::home_by_script(files, projects, unit)
                    }),
                },
            }
        }
        for declared in declared {
            match declared.home(files, projects) {
                Some((project, at)) => self.take(project, at),
                None => self.add_or_take(declared.checkout(files, projects), || {
                    declared.home_by_script(files, projects)
                }),
            }
        }
        for (project, at) in jobs {
            self.take(project, at);
        }
        self.take_roots(projects, first);
    }

    /// Learns it from the commands that scripts and plays run there, where no unit says it.
    pub(super) fn locate_by_commands(&mut self, files: &Files, project: &Arc<Project>) {
        if self.checkouts.is_empty()
            && !self.is_whole
            && let Some(at) = commanded::home(files, project)
        {
            self.take(project, at);
            self.take_roots(std::slice::from_ref(project), 0);
        }
    }

    /// Takes in that a project is imported from a folder of the host.
    fn take(&mut self, project: &Project, at: Fact<Utf8PathBuf>) {
        let known = self.checkouts.iter().any(|it| it.at.value == at.value);
        // What was tried out where macOS has its homes says nothing of the server.
        if known || !at.value.is_absolute() || is_of_macos(&at.value) {
            return;
        }
        self.checkouts.push(Checkout { folder: project.root.clone(), at });
    }

    /// Takes in the roots of checkouts, where the path of a project ends as it does in the tree. What a
    /// unit says itself goes before: two may have the checkout at two depths.
    fn take_roots(&mut self, projects: &[Arc<Project>], first: usize) {
        let mut roots: Vec<Checkout> = Vec::new();
        for project in projects.iter().filter(|it| !it.below.as_str().is_empty()) {
            for home in self.checkouts.iter().filter(|it| it.folder == project.root) {
                let root = home.at.value.as_str().strip_suffix(&format!("/{}", project.below));
                let folder = project.root.as_str().strip_suffix(project.below.as_str());
                let (Some(root), Some(folder)) = (root, folder) else { continue };
                let known = |it: &Checkout| it.at.value == root;
                if !self.checkouts.iter().any(known) && !roots.iter().any(known) {
                    let at = home.at.map(|_| Utf8PathBuf::from(root));
                    roots.push(Checkout { folder: folder.trim_end_matches('/').into(), at });
                }
            }
        }
        self.checkouts.splice(first..first, roots);
    }

    /// Takes a checkout in, or else that a project is imported from a folder.
    fn add_or_take<'p>(
        &mut self,
        found: Option<Checkout>,
        home: impl Fn() -> Option<(&'p Arc<Project>, Fact<Utf8PathBuf>)>,
    ) {
        match found {
            Some(_) => self.add(found),
            None => home().into_iter().for_each(|(project, at)| self.take(project, at)),
        }
    }

    /// Takes a checkout in of a place that is not known yet.
    fn add(&mut self, found: Option<Checkout>) {
        let known =
            |it: &Checkout| self.checkouts.iter().any(|known| known.at.value == it.at.value);
        self.checkouts.extend(found.filter(|it| !known(it)));
    }

    /// Folders of the tree and where the host has them, for a process.
    pub(super) fn mounts(&self) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
        let checkouts = self.checkouts.iter().map(|it| (it.folder.clone(), it.at.value.clone()));
        self.copy().into_iter().chain(checkouts).collect()
    }

    /// The same for a process that starts in a folder: of several places that the host has one folder at,
    /// as for a site and for what is tried out before, it has the one that it starts in.
    fn mounts_from(&self, cwd: Option<&Fact<Utf8PathBuf>>) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
        let mut mounts = self.mounts();
        let starts_in = |at: &Utf8Path| cwd.is_some_and(|it| it.value.starts_with(at));
        let own: BTreeSet<Utf8PathBuf> = mounts
            .iter()
            .filter(|(_, at)| starts_in(at))
            .map(|(folder, _)| folder.clone())
            .collect();
        let is_declared = self.contract.is_some_and(|it| it.root.is_some());
        mounts.retain(|(folder, at)| is_declared || starts_in(at) || !own.contains(folder));
        mounts
    }

    /// Where a process of the host itself starts.
    pub(super) fn home<'e>(
        &'e self,
        cwd: Option<&Fact<Utf8PathBuf>>,
        environment: &'e Environment,
    ) -> Home<'e> {
        Home {
            cwd: cwd.map(|it| it.value.clone()),
            checkout: self.mounts_from(cwd),
            brings: None,
            put_over: Vec::new(),
            environment,
            closed: self.is_complete,
            copied: self.is_whole,
            left_out: None,
            contract: self.contract,
        }
    }

    /// What lies at an absolute path of the host.
    pub(super) fn look<'f>(&self, files: &Files<'f>, path: &Utf8Path) -> Looked<'f> {
        let Some((found, place)) = self.in_tree(path).map(|path| (files.find(&path), path)) else {
            return Looked::Outside;
        };
        match found {
            Found::Absent if files.tree.is_machine() && files.tree.is_unseen(&place) => {
                Looked::Outside
            }
            Found::Absent => Looked::Absent,
            found => Looked::At(found, place),
        }
    }

    /// The path in the tree that a path of the host leads to.
    pub(super) fn in_tree(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        let path = normalize(path);
        let within = self.checkouts.iter().filter(|it| path.starts_with(&it.at.value));
        if let Some(checkout) = within.max_by_key(|it| it.at.value.components().count()) {
            let below = path.strip_prefix(&checkout.at.value).ok()?;
            return Some(normalize(&checkout.folder.join(below)));
        }
        let (folder, at) = self.copy()?;
        Some(folder.join(path.strip_prefix(at).ok()?))
    }

    /// The folder that is a copy of the server's own, and what of: `/`, or no more than `/etc`.
    fn copy(&self) -> Option<(Utf8PathBuf, Utf8PathBuf)> {
        let root = self.root.as_ref()?;
        Some(match self.is_whole {
            true => (root.clone(), "/".into()),
            false => (root.join("etc"), "/etc".into()),
        })
    }

    /// The host's file system, with the tree where it lies.
    pub(super) fn view(&self) -> View {
        let mut view = View::host();
        let root = self.copy().map(|(folder, at)| {
            let from = Storage::Checkout(folder);
            Fact::new(Mount { at, from, read_only: false }, crate::fact::Origin::UNSEEN)
        });
        let checkouts = self.checkouts.iter().map(|it| {
            it.at.map(|at| Mount {
                at: at.clone(),
                from: Storage::Checkout(it.folder.clone()),
                read_only: false,
            })
        });
        view.mounts = root.into_iter().chain(checkouts).collect();
        view
    }
}

/// What the tree says of systemd-tmpfiles (tmpfiles.d(5)).
pub(super) fn tmpfiles(files: &Files) -> Tmpfiles {
    let is_config = |path: &Utf8Path| {
        let folder = || path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
        let name = file_name(path).unwrap_or_default();
        extension(path) == Some("conf") && (name.contains("tmpfiles") || folder() == "tmpfiles.d")
            // debhelper's, under both of its names (dh_installtmpfiles(1)).
            || matches!(extension(path), Some("tmpfiles" | "tmpfile"))
    };
    let mut made = Vec::new();
    for path in
        files.ending_in(&["conf", "tmpfiles", "tmpfile"]).into_iter().filter(|path| is_config(path))
    {
        let Found::Read(read) = files.find(path) else { continue };
        made.extend(read.text.lines().filter_map(|line| made_folder(read, line)));
    }
    let mut rest = files.sources.ids().into_iter().map(|id| files.read(id));
    let others = rest.any(|it| !is_config(it.path) && it.has("tmpfiles.d"));
    let plays = provisioned::plays(files);
    made.extend(plays.iter().flat_map(|read| dropped_in(read.text)));
    Tmpfiles { made, others, by_hand: by_hand(files), at_boot: at_boot(files) }
}

/// The directories of a unit, or of a drop-in, that a play writes (systemd.exec(5), `RuntimeDirectory=`).
fn dropped_in(text: &str) -> impl Iterator<Item = MadeFolder> {
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("RuntimeDirectory="));
    names.flat_map(str::split_whitespace).map(|name| MadeFolder {
        path: Utf8Path::new("/run").join(name),
        mode: None,
        owner: None,
    })
}

/// Asks for what [`tmpfiles`] looks at for its name.
pub(super) fn want(files: &Files) {
    let _ = at_boot(files);
}

/// The lines of the script that the machine runs when it has started (systemd-rc-local-generator(8)).
fn at_boot(files: &Files) -> Vec<String> {
    let paths: Vec<_> = files.files_named("rc.local").collect();
    // All that are to be read are asked for in one round.
    let found: Vec<_> = paths.into_iter().map(|path| files.skim(path)).collect();
    let read = found.into_iter().filter_map(Found::read);
    read.flat_map(|it| it.text.lines()).map(str::to_owned).collect()
}

fn made_folder(read: Read<'_>, line: &str) -> Option<MadeFolder> {
    let mut fields = line.split_ascii_whitespace();
    let kind = fields.next()?.trim_end_matches(['!', '+', '-', '=', '~', '^', '$']);
    let path = fields.next()?.trim_matches('"');
    if !["d", "D", "v", "q", "Q"].contains(&kind) {
        return None;
    }
    let mode = match fields.next() {
        None | Some("-") => Some(0o755),
        Some(mode) => u32::from_str_radix(mode.trim_start_matches(['~', ':']), 8).ok(),
    };
    // With a colon it is for a directory that is not there yet; a number is no name to compare.
    let is_name = |it: &&str| it.starts_with(|first: char| first.is_ascii_alphabetic());
    let owner = fields.next().filter(is_name);
    let owner = owner.map(|it| Fact::at(it.to_owned(), Place::of(read.id, read.text, it)));
    Some(MadeFolder { path: path.into(), mode, owner })
}

/// Servers by the names that scripts start them by.
pub(super) const SERVERS: [&str; 5] = ["gunicorn", "uwsgi", "uvicorn", "daphne", "hypercorn"];

/// The lines that start a server at a socket, in files that stand for another way to start than units:
/// scripts, jobs of Upstart and files of PM2.
pub(super) fn binders(files: &Files) -> Vec<String> {
    let names_one = |line: &str| SERVERS.iter().any(|it| line.contains(it));
    let starts = |line: &&str| {
        let is_comment = line.trim_start().starts_with(['#', ';']);
        !is_comment && (line.contains(".sock") || line.contains(':')) && names_one(line)
    };
    let is_job = |path: &Utf8Path| matches!(extension(path), None | Some("conf"));
    let read = files.sources.ids().into_iter().map(|id| files.read(id));
    let read = read.filter(|it| match it.parsed.kind() {
        Kind::Shell | Kind::Supervisor | Kind::Procfile | Kind::Upstart => true,
        Kind::Text => is_job(it.path),
        _ => false,
    });
    let lines = read.flat_map(|it| it.text.lines().filter(starts)).map(str::to_owned);
    // The program and its arguments stand on lines of their own there.
    let managed = files.of(Kind::Pm2).into_iter().filter(|it| names_one(it.text));
    let managed = managed.map(|it| it.text.replace('\n', " "));
    lines.chain(managed).collect()
}

/// Where a folder of its own for a site is often made by hand.
const LOGS: &str = "/var/log";

/// Every line that speaks of making something, of whatever has been read and of documents.
fn by_hand(files: &Files) -> Vec<String> {
    const MAKES: [&str; 8] =
        ["mkdir", "install -", "touch", "path:", "chown", "owned", "reate", "writable"];
    let mut lines = Vec::new();
    let read = files.sources.ids().into_iter().map(|id| files.read(id));
    for read in read.filter(|it| it.has(LOGS)) {
        // What a script names in a variable it makes somewhere else.
        let is_script = matches!(
            read.parsed.kind(),
            Kind::Shell | Kind::Makefile | Kind::Workflow | Kind::Dockerfile
        );
        let makes = |line: &&str| {
            line.contains(LOGS) && (is_script || MAKES.iter().any(|it| line.contains(it)))
        };
        lines.extend(read.text.lines().filter(makes).map(str::to_owned));
    }
    // What makes it may take its name from there by a pillar or a variable.
    lines.extend(provisioned::lines(files, LOGS).into_iter().map(str::to_owned));
    lines
}
