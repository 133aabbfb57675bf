//! The image that a service runs: built here, or one that is known.

use crate::fact::{Environment, Fact};
use crate::model::build::apps::LeftOut;
use crate::model::build::image_builds::{self, Named, Recipe};
use crate::model::build::image_steps::StageRun;
use crate::model::build::named_stage::stage_of;
use crate::model::build::service::Begun;
use crate::model::compose::{self, Build, Location, Project, Service};
use crate::model::container::BuildStep;
use crate::model::contents::Contents;
use crate::model::image::{
    self, Arguments, Content, Context, Flavour, Foundation, Ignore, Image, Reference,
};
use crate::model::text::Text;
use crate::model::{Container, Files, Found, Health, Stage};
use crate::syntax::Parsed;
use crate::syntax::dockerfile::{Command, Instruction};
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// An image, as far as it is in view.
#[derive(Default)]
pub(super) struct Built {
    pub(super) image: Option<Image>,
    /// The table's entry of the image itself or of what it is built on.
    pub(super) flavour: Option<Fact<Flavour>>,
    /// The folder that is sent to the build.
    pub(super) context: Option<Utf8PathBuf>,
    pub(super) ignore: Ignore,
    pub(super) dockerfile: Option<Utf8PathBuf>,
    /// Whether an ignore file says what is left out of the context.
    pub(super) has_ignore_file: bool,
    pub(super) environment: Environment,
    /// What its stages run, once somebody has asked ([`image_steps::runs`]).
    pub(super) runs: OnceLock<Vec<StageRun>>,
}

impl Built {
    /// The image with the folder that it is built of, where both are in view.
    pub(super) fn in_context<'b>(&'b self, files: &'b Files) -> Option<(&'b Image, Context<'b>)> {
        let (image, root) = (self.image.as_ref()?, self.context.as_ref()?);
        Some((image, Context { tree: files.tree, root, ignore: &self.ignore }))
    }

    /// What an ignore file keeps out of it.
    pub(super) fn left_out(&self) -> Option<LeftOut<'_>> {
        Some(LeftOut { context: self.context.as_ref()?, ignore: &self.ignore })
    }

    /// The file of the tree that the image has at a path.
    pub(super) fn in_tree(&self, files: &Files, path: &Utf8Path) -> Option<Utf8PathBuf> {
        let (image, context) = self.in_context(files)?;
        match image.at(path, &context)?.value {
            Content::Context(path) => Some(path),
            Content::Inline(_) | Content::Elsewhere => None,
        }
    }
}

/// What is built somewhere in the tree, under the names that it gets: read once somebody asks.
pub(super) struct Builds<'f> {
    pub(super) files: &'f Files<'f>,
    named: OnceCell<Names>,
    known: OnceCell<Vec<(Reference, Recipe)>>,
}

/// Every name that an image of the tree has.
struct Names {
    /// Of services that have both a name for their image and what to build it from.
    by_services: Vec<(Reference, Recipe)>,
    /// Of services that only run one.
    asked: Vec<Reference>,
    by_scripts: Vec<(Named, Recipe)>,
}

impl<'f> Builds<'f> {
    pub(super) fn of_tree(files: &'f Files<'f>) -> Self {
        Self { files, named: OnceCell::new(), known: OnceCell::new() }
    }

    fn named(&self) -> &Names {
        self.named.get_or_init(|| {
            let (mut by_services, mut asked) = (Vec::new(), Vec::new());
            for service in compose::every_service(self.files) {
                let Some(name) = service.image.as_ref().and_then(name_of) else { continue };
                match &service.build {
                    Some(build) => {
                        by_services.extend(recipe(self.files, build).map(|recipe| (name, recipe)));
                    }
                    None => asked.push(name),
                }
            }
            Names { by_services, asked, by_scripts: image_builds::find(self.files) }
        })
    }

    /// What scripts, workflows and guides build, under the names that they give it.
    pub(super) fn by_scripts(&self) -> &[(Named, Recipe)] {
        &self.named().by_scripts
    }

    /// What services build, and what scripts and workflows build for those that run it.
    fn known(&self) -> &[(Reference, Recipe)] {
        self.known.get_or_init(|| {
            let Names { by_services, asked, by_scripts: built } = self.named();
            let mut known = by_services.clone();
            // Of `OWNER/NAME` and `OWNER/NAME-web` only one can be what ends in `-web`, which
            // leaves the other to the rest.
            let is_anothers = |name: &Named, image: &Reference| {
                let longer = built.iter().filter(|(it, _)| it.known() > name.known());
                longer.into_iter().any(|(it, _)| it.fits(image))
            };
            for (name, recipe) in built {
                let mut fitting: Vec<&Reference> =
                    asked.iter().filter(|it| name.fits(it) && !is_anothers(name, it)).collect();
                if fitting.is_empty() {
                    let is_known = |it: &Reference| {
                        built.iter().any(|(name, _)| name.fits(it))
                            || by_services.iter().any(|(name, _)| name.is_like(it))
                            || Flavour::of(&it.to_string()).is_some()
                    };
                    fitting.extend(asked.iter().filter(|it| name.may_fit(it) && !is_known(it)));
                }
                fitting.sort_by(|a, b| a.repository.cmp(&b.repository));
                fitting.dedup_by(|a, b| a.repository == b.repository);
                // A name that GitHub completes is taken for the only one that it can be.
                if let [only] = fitting.as_slice() {
                    let tag = name.tag().map(str::to_owned);
                    known.push((Reference { tag, ..(*only).clone() }, recipe.clone()));
                }
            }
            known
        })
    }

    /// What is built under this name: whatever the tag, or under just this one where several images are.
    fn of(&self, image: &Reference) -> Option<&Recipe> {
        let named = self.known().iter().filter(|(name, _)| name.is_like(image));
        let named: Vec<_> = named.map(|(name, recipe)| (name.tag.as_deref(), recipe)).collect();
        // What scripts start themselves, no service has asked for.
        match named.is_empty() {
            false => of_tag(&named, image),
            true => of_tag(&self.scripted(image), image)
                .or_else(|| of_tag(&self.of_any_owner(image), image)),
        }
    }

    /// What is built under this name and just this tag.
    fn under_tag(&self, image: &Reference) -> Option<&Recipe> {
        let tag = image.tag.as_deref()?;
        let known = self.known().iter().filter(|(name, _)| name.is_like(image));
        let known = known.map(|(name, recipe)| (name.tag.as_deref(), recipe));
        let all = known.chain(self.scripted(image)).chain(self.of_any_owner(image));
        only(all.filter(|(own, _)| *own == Some(tag)).map(|(_, recipe)| recipe))
    }

    /// What scripts build under this name but for the owner, which a secret of theirs holds: a variable
    /// may be what names the image where it is run.
    fn of_any_owner(&self, image: &Reference) -> Vec<Tagged<'_>> {
        let is_it = |name: &Named| match name {
            Named::Pattern { ending, .. } => ending.starts_with('/') && name.fits(image),
            Named::OfGitlab { .. } => name.fits(image) && self.is_only_one(name, image),
            Named::Exactly(_) => false,
        };
        self.scripts_build(&is_it)
    }

    /// Whether no service runs another image that GitLab's variable may stand for: `$CI_REGISTRY_IMAGE` by itself
    /// fits whatever project has its images there. An image whose name an env file has is asked for by a
    /// variable, and of several of those nobody knows which it is.
    fn is_only_one(&self, name: &Named, image: &Reference) -> bool {
        let asked = &self.named().asked;
        let mut fitting = asked.iter().filter(|it| name.fits(it)).peekable();
        if fitting.peek().is_some() {
            return fitting.all(|it| it.is_like(image));
        }
        let open = asked.iter().filter(|it| it.repository.contains('$'));
        open.map(|it| &it.repository).collect::<BTreeSet<_>>().len() <= 1
    }

    /// What scripts build under just this name.
    fn scripted(&self, image: &Reference) -> Vec<Tagged<'_>> {
        self.scripts_build(&|name| matches!(name, Named::Exactly(name) if name.is_like(image)))
    }

    fn scripts_build(&self, is_it: &dyn Fn(&Named) -> bool) -> Vec<Tagged<'_>> {
        let found = self.by_scripts().iter().filter(|(name, _)| is_it(name));
        found.map(|(name, recipe)| (name.tag(), recipe)).collect()
    }

    /// The same for an image that another Dockerfile is built on: only what surely has this name counts, and
    /// who follows a guide builds it as well.
    fn below(&self, image: &Reference, over: &Utf8Path) -> Option<&Recipe> {
        let of_services = self.named().by_services.iter();
        let of_services = of_services.filter(|(name, _)| name.is_like(image));
        let scripted = self.scripted(image).into_iter();
        let named = of_services.map(|(_, recipe)| recipe).chain(scripted.map(|(_, recipe)| recipe));
        only(named.filter(|it| it.dockerfile != *over))
    }
}

/// What is built, with the tag of its name where that is known.
type Tagged<'r> = (Option<&'r str>, &'r Recipe);

/// What is built under a name, if that is one thing, or what is built under this tag of it.
fn of_tag<'r>(found: &[Tagged<'r>], image: &Reference) -> Option<&'r Recipe> {
    let is_tagged = |it: &&Tagged<'_>| it.0.is_some() && it.0 == image.tag.as_deref();
    let recipe = |it: &Tagged<'r>| it.1;
    only(found.iter().map(recipe)).or_else(|| only(found.iter().filter(is_tagged).map(recipe)))
}

/// What all of these build, if that is one thing.
fn only<'r>(mut found: impl Iterator<Item = &'r Recipe>) -> Option<&'r Recipe> {
    let first = found.next()?;
    let alike = |it: &Recipe| it.dockerfile == first.dockerfile && it.target == first.target;
    found.all(alike).then_some(first)
}

/// The name of an image, and its tag where that is written out. A variable in the name stands for the same
/// everywhere.
pub(super) fn name_of(image: &Text) -> Option<Reference> {
    let text = image.to_string();
    let last = text.rfind('/').map_or(0, |at| at + 1);
    let mut open = 0usize;
    let tag = text[last..].find(|char| {
        match char {
            '{' => open += 1,
            '}' => open = open.saturating_sub(1),
            _ => {}
        }
        char == ':' && open == 0
    });
    let end = tag.map_or(text.len(), |at| last + at);
    let name = Reference::parse(&text[..end])?;
    let tag = image_builds::tag_of(&text[end..]).filter(|_| name.digest.is_none());
    Some(Reference { tag, ..name })
}

pub(super) fn built(project: &Project, service: &Service, builds: &Builds<'_>) -> Option<Built> {
    if let Some(build) = service.build.as_ref().filter(|it| !is_pulled(service, it)) {
        return of_recipe(builds, &recipe(builds.files, build)?);
    }
    stock(service).or_else(|| {
        let name = name_of(service.image.as_ref()?)?;
        // What another service of the same project builds, whatever files for others call the same.
        let mut siblings = project.services.iter().filter(|it| {
            let own = it.image.as_ref().and_then(name_of);
            let is_built = it.build.as_ref().is_some_and(|build| !is_pulled(it, build));
            is_built && own.is_some_and(|it| it.is_like(&name))
        });
        match (siblings.next().and_then(|it| it.build.as_ref()), siblings.next()) {
            (Some(build), None) => of_recipe(builds, &recipe(builds.files, build)?),
            _ => {
                // Variables are in the tag that tells it from others.
                let found = match is_open(&name) && is_told_by_tag(project, &name) {
                    true => builds.under_tag(&name),
                    false => builds.of(&name),
                };
                of_recipe(builds, &found?.for_servers(builds.files))
            }
        }
    })
}

/// Whether services have several images of one name, which only their tags tell apart: `backend:${BRANCH}_web`
/// beside `backend:${BRANCH}_worker`.
pub(super) fn is_told_by_tag(project: &Project, name: &Reference) -> bool {
    let images = project.services.iter().filter_map(|it| it.image.as_ref());
    let images = images.filter(|it| name_of(it).is_some_and(|it| it.is_like(name)));
    images.map(ToString::to_string).collect::<BTreeSet<_>>().len() > 1
}

/// Whether nobody knows the tag, or not all of it.
fn is_open(name: &Reference) -> bool {
    name.tag.as_ref().is_none_or(|it| it.contains('$'))
}

/// Whether a file over the one that says what to build names an image of its own: with `pull_policy: always`
/// compose pulls it and builds nothing ("pull_policy" of the compose file reference), and nobody means a
/// stage for developers by it.
fn is_pulled(service: &Service, build: &Build) -> bool {
    let text = |it: &Option<Text>| it.as_ref().map(ToString::to_string);
    let named = service.image.as_ref().and_then(|it| it.fact().written_at());
    let is_over = named.is_some_and(|it| it.file != build.place.file);
    let is_for_developers =
        || text(&build.target).is_some_and(|it| stage_of(&it) == Some(Stage::Development));
    is_over && (text(&service.pull_policy).as_deref() == Some("always") || is_for_developers())
}

/// The Dockerfiles that services of any compose file build.
pub(super) fn by_services(files: &Files) -> Vec<Utf8PathBuf> {
    let builds = compose::every_service(files).iter().filter_map(|it| it.build.as_ref());
    builds.filter_map(|it| recipe(files, it)).map(|it| it.dockerfile).collect()
}

pub(super) fn recipe(files: &Files, build: &Build) -> Option<Recipe> {
    let Location::Tree(context) = &build.context.as_ref()?.value else { return None };
    let Location::Tree(dockerfile) = build.dockerfile_path(files.tree)?.value else { return None };
    let target = match &build.target {
        Some(target) => Some(target.known()?.value),
        None => None,
    };
    let arguments = Arguments::of(&build.args);
    Some(Recipe { context: context.clone(), dockerfile, target, arguments })
}

/// Images on images of the tree: more are a mistake, or one that names itself.
const DEEPEST: usize = 8;

/// What a recipe makes, on the images that the tree builds.
fn cooked(builds: &Builds<'_>, recipe: &Recipe, depth: usize) -> Option<Foundation> {
    let Parsed::Dockerfile(tree) = builds.files.find(&recipe.dockerfile).read()?.parsed else {
        return None;
    };
    let below = |name: &str| foundation(builds, name, recipe, depth.checked_sub(1)?);
    image::build_on(tree, &recipe.arguments, recipe.target.as_deref(), &below)
}

/// The image of a name that the tree builds, for one that is built on it. What it would trigger there
/// is not followed (Dockerfile reference, "ONBUILD").
fn foundation(builds: &Builds<'_>, name: &str, over: &Recipe, depth: usize) -> Option<Foundation> {
    let files = builds.files;
    let recipe = builds.below(&Reference::parse(name)?, &over.dockerfile)?;
    let Parsed::Dockerfile(tree) = files.find(&recipe.dockerfile).read()?.parsed else {
        return None;
    };
    let triggers = |it: &Instruction| matches!(it.command, Command::Onbuild(_));
    if tree.instructions.iter().any(triggers) {
        return None;
    }
    let found = cooked(builds, recipe, depth)?;
    let has_own_ignore_file = |recipe: &Recipe| {
        let path = Utf8PathBuf::from(format!("{}.dockerignore", recipe.dockerfile));
        files.tree.is_file(&path)
    };
    let is_same = recipe.context == over.context
        && !has_own_ignore_file(recipe)
        && !has_own_ignore_file(over);
    Some(if is_same { found } else { found.of_another_context() })
}

pub(super) fn of_recipe(builds: &Builds<'_>, recipe: &Recipe) -> Option<Built> {
    let files = builds.files;
    let Recipe { context, dockerfile, .. } = recipe;
    let Found::Read(read) = files.find(dockerfile) else { return None };
    let Foundation { image, .. } = cooked(builds, recipe, DEEPEST)?;
    let ignore = image::ignore(files, dockerfile, context);
    Some(Built {
        flavour: image.stock(),
        environment: image.environment(),
        has_ignore_file: ignore.is_some(),
        ignore: ignore.unwrap_or_default(),
        context: Some(context.clone()),
        dockerfile: Some(read.path.to_owned()),
        image: Some(image),
        runs: OnceLock::new(),
    })
}

/// What rules may ask of a service's container.
pub(super) fn container(
    service: &str,
    built: Option<Built>,
    begun: Begun,
    health: Health,
    build: Vec<BuildStep>,
    contents: Contents,
) -> Container {
    let Begun { run, shadowed, deaf, unset, unseen, .. } = begun;
    let main = run.as_ref().map(|run| run.main);
    let steps = run.map(|run| run.steps).unwrap_or_default();
    let Built { image, flavour, context, ignore, dockerfile, .. } = built.unwrap_or_default();
    Container {
        name: service.to_owned(),
        image,
        flavour,
        context,
        ignore,
        dockerfile,
        steps,
        main,
        shadowed,
        deaf,
        unset,
        begins_unseen: unseen,
        build,
        contents,
        nginx_ports: None,
        redis: None,
        postgres: None,
        uploads: None,
        migrates: None,
        health,
    }
}

/// An image that is pulled: what the table says of it.
fn stock(service: &Service) -> Option<Built> {
    let image = service.image.as_ref()?;
    let name = image.known().or_else(|| tagged_by_variable(image))?;
    let flavour = name.try_map(|name| Flavour::of(name))?;
    let mut environment = Environment::default();
    for variable in flavour.value.stock.sets {
        let why = format!("the image {name} sets it");
        let value = crate::fact::Supplied::Unknown(why.into());
        environment.set(*variable, flavour.map(|_| value));
    }
    Some(Built { flavour: Some(flavour), environment, ..Built::default() })
}

/// The image's name where a variable that nobody knows is its tag, or a part of it.
fn tagged_by_variable(image: &Text) -> Option<Fact<String>> {
    let name = name_of(image).filter(|it| is_open(it) && !it.repository.contains('$'))?;
    let name = Reference { tag: None, ..name };
    Some(Fact::at(format!("{name}:${{TAG}}"), image.place))
}
