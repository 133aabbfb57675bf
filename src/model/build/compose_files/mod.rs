//! Which compose files are used together, and what for.
//!
//! What calls of compose say goes first. Beyond that, an override is a file that leaves out what
//! another in its folder has for the same service. A file's name says its stage; where the names tell
//! production from the rest, the rest is not.

use crate::fact::Fact;
use crate::model::build::compose_calls::Calls;
use crate::model::build::compose_said;
use crate::model::build::named_stage::{self, stage_of};
use crate::model::compose::{BASES, Declaration};
use crate::model::usage::is_before_production;
use crate::model::{Files, Kind, Stage};
use crate::source::{Place, normalize};
use crate::syntax::Parsed;
use crate::syntax::kind;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

mod called;
mod contents;
mod drafts;
mod fragments;

/// Files as `docker compose -f … -f …` would take them.
#[derive(Clone, Debug)]
pub(super) struct Set {
    pub(super) files: Vec<Utf8PathBuf>,
    pub(super) stage: Fact<Stage>,
    /// Whether a file's name says the stage, and it is not merely assumed.
    pub(super) stage_is_said: bool,
    /// Developers have files of their own in the folder, under another name or laid over these.
    pub(super) is_beside_developers: bool,
    /// Nothing says that they are for developers but that a file for production lies beside them.
    pub(super) is_beside_production: bool,
    /// Services of other files of the folder, which may be meant to be used with them.
    pub(super) elsewhere: BTreeSet<String>,
    /// All names that those files declare, with the section of each.
    pub(super) declared_elsewhere: BTreeSet<Declaration>,
    /// Each of those files is a deployment in place of this one: it has services of the same names,
    /// and nothing that only others make whole.
    pub(super) others_stand_alone: bool,
    /// Every other file of the folder is for another stage, so that nobody lays one over the other.
    pub(super) others_are_for_others: bool,
    /// The services that other files of the folder give variables, once they are laid over these.
    pub(super) supplied_by_others: BTreeSet<String>,
}

impl Set {
    /// Whether it is what compose takes if nobody names a file.
    pub(super) fn is_plain(&self) -> bool {
        self.files.iter().all(|it| is_default(it))
    }
}

/// Every compose file that some set has.
pub(super) fn known(sets: &[Set]) -> Vec<&Utf8Path> {
    sets.iter().flat_map(|set| &set.files).map(Utf8PathBuf::as_path).collect()
}

struct Candidate<'a> {
    path: &'a Utf8Path,
    whole: Place,
    stage: Option<Stage>,
    /// It says so itself, and not only the folder that it lies in with others.
    says_stage: bool,
    /// Its services, and whether each says what image it is of.
    services: BTreeMap<String, bool>,
    /// The sections and names of all that it declares.
    declared: BTreeSet<Declaration>,
    /// The volumes and networks that its services have, and it does not declare.
    lacks: BTreeSet<Declaration>,
    /// What its services wait for, and it has no service of.
    waits_for: BTreeSet<String>,
    /// The services that it gives variables.
    supplies: BTreeSet<String>,
    /// The folders of the tree that its services are built in.
    builds: Vec<Utf8PathBuf>,
    only_builds: bool,
}

/// Every set that somebody could start, by path.
pub(super) fn sets(files: &Files) -> Vec<Set> {
    let mut folders: BTreeMap<&Utf8Path, Vec<Candidate>> = BTreeMap::new();
    let read = files.of(Kind::Compose).into_iter();
    let wholes: Vec<_> = read.map(|it| (it, fragments::with_included(files, it))).collect();
    let beside = |folder: &Utf8Path| {
        let near = wholes.iter().filter(|(it, _)| it.path.parent() == Some(folder));
        near.filter_map(|(it, _)| it.path.file_name()).collect::<Vec<_>>()
    };
    for (read, parts) in &wholes {
        let Parsed::Compose(tree) = read.parsed else { continue };
        let trees = || parts.iter().map(|it| it.tree);
        let mut services = BTreeMap::new();
        for (name, whole) in trees().flat_map(contents::services) {
            *services.entry(name).or_default() |= whole;
        }
        // What a file of includes alone has may lie elsewhere. What was cut off may say the opposite.
        let includes = contents::included(tree).next().is_some();
        if services.is_empty() && !includes || !trees().all(|it| it.complete) {
            continue;
        }
        let folder = read.path.parent().unwrap_or(Utf8Path::new(""));
        let name = read.path.file_name().unwrap_or_default();
        // Rancher reads it, which is no compose, and finds its stacks by itself.
        let is_ranchers = folder.file_name() == Some("rancher")
            || name.contains("rancher")
            || files.tree.is_file(&folder.join("rancher-compose.yml"));
        if is_ranchers && read.has("io.rancher.") {
            continue;
        }
        let whole = Place::of(read.id, read.text, read.text);
        let declared: BTreeSet<Declaration> = trees().flat_map(contents::declared).collect();
        let lacks = trees().flat_map(contents::lacks).filter(|it| !declared.contains(it)).collect();
        let waits_for = trees().flat_map(contents::waited_for).map(str::to_owned);
        let builds = parts.iter().flat_map(|part| {
            contents::builds(part.tree).map(|context| normalize(&part.folder.join(context)))
        });
        let below = files.from_root(folder).1;
        let others = beside(folder);
        let is_told = || {
            let is_production = |it: &&str| stage_of(it) == Some(Stage::Production);
            compose_said::is_for_developers(read.text) || others.iter().any(is_production)
        };
        let said = named_stage::deployed_by_ci(name, &others)
            .or_else(|| named_stage::of_compose(name, tree, &services, below))
            .or_else(|| named_stage::of_containers(tree).filter(|_| !is_told()));
        let candidate = Candidate {
            path: read.path,
            whole,
            stage: said.or_else(|| named_stage::of_compose_in(below, tree)),
            says_stage: said.is_some(),
            lacks,
            declared,
            waits_for: waits_for.filter(|it| !services.contains_key(it)).collect(),
            services,
            supplies: trees().flat_map(contents::supplies).collect(),
            builds: builds.collect(),
            only_builds: trees().all(contents::only_builds),
        };
        folders.entry(folder).or_default().push(candidate);
    }
    for candidates in folders.values_mut() {
        drafts::set_copies_aside(candidates);
    }
    let all: Vec<&Candidate> = folders.values().flatten().collect();
    let calls = Calls::find(files, &all.iter().map(|it| it.path).collect::<Vec<_>>());
    let mut parts = fragments::of_others(files, &wholes, &all);
    let mixed = wholes.iter().filter(|(it, _)| match it.parsed {
        Parsed::Compose(tree) => drafts::mixes_formats(files, it.path, tree),
        _ => false,
    });
    parts.extend(mixed.map(|(it, _)| it.path.to_owned()));
    parts.retain(|path| !calls.starts_alone(path));
    let is_part = |it: &&&Candidate| {
        it.is_piece(&all)
            || it.is_for_builds(&all)
            || drafts::is_tried_alone(it, &all)
            || drafts::is_template_of_another(it, &all)
    };
    parts.extend(all.iter().filter(is_part).map(|it| it.path.to_owned()));
    let sets = folders.values().flat_map(|candidates| in_folder(candidates, &all));
    let sets = sets.filter(|set| set.files.last().is_none_or(|file| !parts.contains(file)));
    called::as_called(sets.collect(), &calls, &all)
}

fn in_folder(candidates: &[Candidate], all: &[&Candidate]) -> Vec<Set> {
    let base = BASES
        .iter()
        .find_map(|name| candidates.iter().find(|it| it.path.file_name() == Some(name)));
    let is_base = |it: &Candidate| base.is_some_and(|base| base.path == it.path);
    let elsewhere = |of: &Candidate| {
        let others = candidates.iter().filter(|it| it.path != of.path);
        others.flat_map(|it| it.services.keys().cloned()).collect::<BTreeSet<_>>()
    };
    let declared_elsewhere = |of: &Candidate| {
        let others = candidates.iter().filter(|it| it.path != of.path);
        others.flat_map(|it| it.declared.iter().cloned()).collect::<BTreeSet<_>>()
    };
    let mut sets = Vec::new();
    let is_part = |it: &Candidate| {
        let lies_over = |by: &Candidate| {
            by.base_by_name(candidates).is_some_and(|base| base.gives_way_to(by, it))
        };
        candidates.iter().any(lies_over)
    };
    for candidate in candidates.iter().filter(|it| !is_base(it) && !is_part(it)) {
        let default = base.filter(|base| candidate.overrides(base));
        let begun = candidate.begun_by_name(candidates).filter(|it| !is_base(it));
        let default = default.filter(|_| begun.is_none());
        let over = begun
            .or(default)
            .or_else(|| candidate.base_by_name(candidates))
            .or_else(|| candidate.base_above(candidates, all));
        // What it is laid over may be so itself.
        let below = begun.and_then(|begun| base.filter(|base| begun.overrides(base)));
        if over.is_none() && all.iter().any(|other| candidate.is_laid_over(other)) {
            continue;
        }
        // Of an example beside what runs somebody makes that.
        let runs =
            |it: &Candidate| it.stage == Some(Stage::Production) && !kind::is_example(it.path);
        // So does one that documents keep of what runs in a folder above.
        let shows = |it: &&Candidate| {
            let above = it.path.parent().is_some_and(|of| candidate.path.starts_with(of));
            above && it.services.keys().any(|name| candidate.services.contains_key(name))
        };
        if kind::is_example(candidate.path)
            && (candidates.iter().any(runs) || all.iter().copied().filter(shows).any(runs))
        {
            continue;
        }
        let files = below.into_iter().chain(over).chain([candidate]);
        let files = files.map(|it| it.path.to_owned()).collect();
        let stage = candidate.stage.unwrap_or(Stage::Production);
        sets.push(Set {
            declared_elsewhere: declared_elsewhere(candidate),
            elsewhere: match (default, over) {
                (Some(base), _) => complements(&[base, candidate], candidates.iter()),
                (None, Some(base)) if base.path.parent() != candidate.path.parent() => {
                    let above = complements(&[base, candidate], all.iter().copied());
                    above.into_iter().chain(elsewhere(candidate)).collect()
                }
                (None, _) => elsewhere(candidate),
            },
            others_stand_alone: candidates
                .iter()
                .all(|it| it.path == candidate.path || it.stands_beside(candidate)),
            supplied_by_others: BTreeSet::new(),
            others_are_for_others: candidate.stage.is_some()
                && candidates.iter().filter(|it| it.path != candidate.path).all(|it| {
                    it.stage.is_some() && it.stage != candidate.stage && it.stands_beside(candidate)
                }),
            files,
            stage: Fact::at(stage, candidate.whole),
            stage_is_said: candidate.stage.is_some() && !candidate.rehearses(candidates),
            is_beside_developers: false,
            is_beside_production: false,
        });
    }
    if let Some(base) = base {
        let others = || candidates.iter().filter(|it| !is_base(it));
        let has = |stage| others().any(|it| it.stage == Some(stage));
        // Beside a whole file for developers, the plain one is what runs if the one for
        // production is an example or for another machine.
        let is_whole = |it: &Candidate| it.services.values().all(|whole| *whole);
        let other_dev =
            others().filter(|it| is_whole(it)).any(|it| it.stage == Some(Stage::Development));
        let is_spare = |it: &Candidate| {
            let name = it.path.file_name().unwrap_or_default();
            kind::is_example(it.path) || name.contains("stag") || is_before_production(name)
        };
        let is_live = |it: &Candidate| it.stage == Some(Stage::Production) && !is_spare(it);
        let real = others().any(is_live);
        // What the folder says, it says of the file for production that lies in it.
        let by_name = others().any(|it| is_live(it) && it.says_stage);
        let own = base.stage.filter(|_| base.says_stage || !by_name);
        // One in a folder below, as `deploy/docker-compose.prod.yml`, has the same application; so has one
        // above that builds what is in this folder.
        let folder = base.path.parent().unwrap_or(Utf8Path::new(""));
        let has_around = all.iter().any(|it| {
            let other = it.path.parent().unwrap_or(Utf8Path::new(""));
            other != folder
                && (other.starts_with(folder) || folder.starts_with(other))
                && it.stage == Some(Stage::Production)
                && is_whole(it)
                && !is_spare(it)
                && it.builds.iter().any(|built| base.builds.contains(built))
        });
        // Beside a file for production, the plain one is for developers.
        let beside = match (real, other_dev) {
            (false, true) if !has_around => Some(Stage::Production),
            _ => (has(Stage::Production) || has_around).then_some(Stage::Development),
        };
        sets.push(Set {
            files: vec![base.path.to_owned()],
            stage: Fact::at(own.or(beside).unwrap_or(Stage::Production), base.whole),
            stage_is_said: own.is_some() || beside == Some(Stage::Development),
            is_beside_developers: has(Stage::Development),
            is_beside_production: own.is_none() && beside == Some(Stage::Development),
            elsewhere: complements(&[base], candidates.iter()),
            declared_elsewhere: BTreeSet::new(),
            others_stand_alone: true,
            others_are_for_others: false,
            supplied_by_others: others()
                .filter(|it| it.overrides(base))
                .flat_map(|it| it.supplies.iter().cloned())
                .collect(),
        });
    }
    sets.sort_by(|a, b| a.files.last().cmp(&b.files.last()));
    sets
}

/// The services of whole files of the folder that have none in common with these: another part of the
/// same project, as the datastores in `docker-compose.db.yml`.
fn complements<'c>(
    of: &[&Candidate],
    candidates: impl Iterator<Item = &'c Candidate<'c>>,
) -> BTreeSet<String> {
    let folder = of.first().and_then(|it| it.path.parent());
    let has = |name: &String| of.iter().any(|it| it.services.contains_key(name));
    let is_other_part = |it: &&'c Candidate<'c>| {
        it.path.parent() == folder
            && of.iter().all(|own| own.path != it.path)
            && !it.stage.is_some_and(Stage::is_for_few)
            && it.services.values().all(|whole| *whole)
            && !it.services.keys().any(has)
    };
    let others = candidates.filter(is_other_part);
    others.flat_map(|it| it.services.keys().cloned()).collect()
}

impl Candidate<'_> {
    fn is_override(&self) -> bool {
        self.path.file_name().is_some_and(|name| name.contains("override"))
    }

    /// Whether it is called after what comes before production, and another after production itself: what
    /// it has of that name says nothing then.
    fn rehearses(&self, candidates: &[Self]) -> bool {
        let is_before = |it: &Self| it.path.file_name().is_some_and(is_before_production);
        let mut live = candidates.iter().filter(|it| it.stage == Some(Stage::Production));
        is_before(self) && live.any(|it| !is_before(it))
    }

    /// Whether it says what to build of services that another file says how to run.
    fn is_for_builds(&self, all: &[&Candidate]) -> bool {
        let runs = |it: &&&Candidate| {
            !it.only_builds && self.services.keys().all(|name| it.services.contains_key(name))
        };
        self.only_builds && !is_default(self.path) && all.iter().any(|it| runs(&it))
    }

    /// Whether it is there to be started with files that lie elsewhere, as what is optional of a
    /// product is: its services wait for those of a file that is not below its own folder.
    fn is_piece(&self, all: &[&Candidate]) -> bool {
        let folder = self.path.parent().unwrap_or(Utf8Path::new(""));
        let has = |other: &Candidate, name: &String| {
            !other.path.starts_with(folder) && other.services.contains_key(name)
        };
        self.waits_for.iter().any(|name| all.iter().any(|other| has(other, name)))
    }

    /// Whether it is used in place of another: both say of a service which image it is of, and
    /// nothing in it waits for what others have.
    fn stands_beside(&self, other: &Self) -> bool {
        let mut whole = self.services.iter().filter(|(_, whole)| **whole);
        let again = whole.any(|(name, _)| other.services.get(name).copied() == Some(true));
        let is_whole = self.services.values().all(|whole| *whole) && self.waits_for.is_empty();
        again && is_whole && !self.is_override()
    }

    /// Whether compose refuses it without the base: a service of both has its image only there, or
    /// one waits for what only the base has, or mounts a volume that only the base declares.
    fn overrides(&self, base: &Candidate) -> bool {
        self.services.iter().any(|(name, whole)| !whole && base.services.contains_key(name))
            || self.waits_for.iter().any(|name| base.services.contains_key(name))
            || self.lacks.iter().any(|it| base.declared.contains(it))
    }
}

/// Overlays whose base compose finds by no name of its own: `compose-base.yaml`, which only calls
/// name together with `compose-prod.yaml`.
impl<'a> Candidate<'a> {
    /// Whether compose would refuse it without the other, which says what its services are of.
    fn is_laid_over(&self, other: &Self) -> bool {
        let has = |name: &String| other.services.get(name).copied() == Some(true);
        self.path != other.path && self.services.iter().any(|(name, whole)| !whole && has(name))
    }

    /// The one file of the folder that it is laid over, as their names say: they differ in the stage,
    /// which only this one has. One that says no stage is used with any of several, so with none here.
    fn base_by_name<'c>(&self, candidates: &'c [Self]) -> Option<&'c Self> {
        self.stage?;
        let has = |other: &Self, name| other.services.get(name).copied() == Some(true);
        let gives_all = |other: &Self| {
            self.services.iter().filter(|it| !it.1).all(|(name, _)| has(other, name))
        };
        let mut bases = candidates.iter().filter(|it| {
            let is_plain = stage_of(it.path.file_name().unwrap_or_default()).is_none();
            is_plain && it.subject() == self.subject() && self.is_laid_over(it) && gives_all(it)
        });
        let base = bases.next()?;
        bases.next().is_none().then_some(base)
    }

    /// The file whose name this one begins with, if compose would refuse this one without it:
    /// `prod.yml` of `prod.proxy.yml`. Of several the longest name.
    fn begun_by_name<'c>(&self, candidates: &'c [Self]) -> Option<&'c Self> {
        let stem = self.path.file_stem()?;
        let is_begun = |it: &&Self| {
            let rest = it.path.file_stem().and_then(|begin| stem.strip_prefix(begin));
            rest.is_some_and(|it| it.starts_with(['.', '-', '_']))
        };
        let begun = candidates.iter().filter(is_begun).filter(|it| self.overrides(it));
        begun.max_by_key(|it| it.path.as_str().len())
    }

    /// The file of the folder above that compose finds by itself, and without which it would refuse this
    /// one: as projects made of wemake-django-template have `docker/docker-compose.prod.yml`.
    fn base_above<'c>(&self, candidates: &'c [Self], all: &[&'c Self]) -> Option<&'c Self> {
        let above = self.path.parent()?.parent()?;
        let is_above = |it: &&&Candidate| is_default(it.path) && it.path.parent() == Some(above);
        let is_alone = !candidates.iter().any(|it| is_default(it.path));
        all.iter().find(is_above).copied().filter(|base| is_alone && self.overrides(base))
    }

    /// Whether this base is the file, and runs in no way but below others: its name says so, or
    /// what is laid over it is production's.
    fn gives_way_to(&self, over: &Self, file: &Self) -> bool {
        let name = self.path.file_stem().unwrap_or_default();
        let is_only_below = name.split(['.', '-', '_']).any(|word| BELOW.contains(&word));
        self.path == file.path && (is_only_below || over.stage == Some(Stage::Production))
    }

    /// What the name speaks of beside the stage.
    fn subject(&self) -> Vec<&'a str> {
        let words = self.path.file_stem().unwrap_or_default().split(['.', '-', '_']);
        words.filter(|it| stage_of(it).is_none() && !BELOW.contains(it)).collect()
    }
}

/// What the name of a file says that others are laid over.
const BELOW: &[&str] = &["base", "common", "shared"];

/// Whether compose takes the file where none is named.
pub(super) fn is_default(path: &Utf8Path) -> bool {
    path.file_name().is_some_and(|name| BASES.contains(&name))
}
