//! The image that a service runs: built here, or one that is known.

use crate::fact::{Environment, Fact};
use crate::model::command::Step;
use crate::model::compose::{Location, Service};
use crate::model::image::{self, Arguments, Flavour, Ignore, Image};
use crate::model::{Container, Files, Found, Health};
use crate::syntax::Parsed;
use camino::{Utf8Path, Utf8PathBuf};

/// An image, as far as it is in view.
pub(super) struct Built {
    pub(super) image: Option<Image>,
    /// The table's entry of the image itself or of what it is built on.
    pub(super) flavour: Option<Fact<Flavour>>,
    /// The folder that is sent to the build.
    pub(super) context: Option<Utf8PathBuf>,
    pub(super) ignore: Ignore,
    pub(super) environment: Environment,
}

pub(super) fn built(files: &Files, service: &Service) -> Option<Built> {
    let Some(build) = &service.build else { return stock(service) };
    let Location::Tree(context) = &build.context.as_ref()?.value else { return None };
    let Location::Tree(path) = build.dockerfile_path()?.value else { return None };
    let Found::Read(read) = files.find(&path) else { return None };
    let Parsed::Dockerfile(tree) = read.parsed else { return None };
    let target = match &build.target {
        Some(target) => Some(target.known()?.value),
        None => None,
    };
    let image = image::build(tree, &Arguments::of(&build.args), target.as_deref())?;
    Some(Built {
        flavour: image.stock(),
        environment: image.environment(),
        ignore: ignore(files, context, &path),
        context: Some(context.clone()),
        image: Some(image),
    })
}

/// What rules may ask of a service's container.
pub(super) fn container(
    service: &str,
    built: Option<Built>,
    steps: Vec<Step>,
    health: Health,
) -> Container {
    let name = service.to_owned();
    match built {
        None => {
            let (image, flavour, context) = (None, None, None);
            Container { name, image, flavour, context, ignore: Ignore::default(), steps, health }
        }
        Some(Built { image, flavour, context, ignore, .. }) => {
            Container { name, image, flavour, context, ignore, steps, health }
        }
    }
}

/// An image that is pulled: what the table says of it.
fn stock(service: &Service) -> Option<Built> {
    let name = service.image.as_ref()?.known()?;
    let flavour = name.try_map(|name| Flavour::of(name))?;
    let mut environment = Environment::default();
    for variable in flavour.value.stock.sets {
        let why = format!("the image {name} sets it");
        let value = crate::fact::Supplied::Unknown(why.into());
        environment.set(*variable, flavour.map(|_| value));
    }
    let (context, ignore) = (None, Ignore::default());
    Some(Built { image: None, flavour: Some(flavour), context, ignore, environment })
}

/// `Dockerfile.dockerignore` wins over the context's own (Docker's reference, ".dockerignore").
fn ignore(files: &Files, context: &Utf8Path, dockerfile: &Utf8Path) -> Ignore {
    let own = Utf8PathBuf::from(format!("{dockerfile}.dockerignore"));
    for path in [own, context.join(".dockerignore")] {
        if let Found::Read(read) = files.find(&path) {
            return Ignore::parse(read.text);
        }
    }
    Ignore::default()
}
