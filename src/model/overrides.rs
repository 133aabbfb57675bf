//! Defaults of compose files that a variable keeps from having an effect, and variables without any.

use crate::fact::secret::is_secret_name;
use crate::fact::{Fact, Supplied};
use crate::model::compose::Location;
use crate::model::text::Text;
use crate::model::{Deployment, EnvReader, Process, compose};
use std::sync::Arc;

/// `${X:-prod}` in an override, where X is set and so neither default counts.
#[derive(Clone, Debug)]
pub struct Defeated {
    /// What the service is given.
    pub name: String,
    /// What fills it in.
    pub variable: Arc<str>,
    /// The default of the override, and the one that it replaces.
    pub meant: Fact<()>,
    pub replaced: Fact<()>,
    pub given: Fact<String>,
    pub file: String,
    /// What is given stands in a file that is to be copied.
    pub by_example: bool,
}

/// `${X}` where nobody in view sets X and the value is needed.
#[derive(Clone, Debug)]
pub struct Hole {
    pub service: String,
    pub at: Fact<Arc<str>>,
    /// The env file of the service that gives the variable a value of its own, which nothing is laid
    /// over.
    pub over: Option<Fact<String>>,
    /// The secret that it stands within, and is no variable of: whoever made it up used a dollar.
    pub within: Option<Fact<String>>,
    /// The container's own variable of the name, which a command of the service means.
    pub own: Option<Fact<String>>,
}

impl Hole {
    /// Nobody names a variable in small letters, without braces, in the middle of a secret.
    fn secret<'v>(
        variable: &'v compose::Variable,
        value: &Text,
        at: &Fact<Arc<str>>,
    ) -> Option<&'v Fact<String>> {
        let name = &at.value;
        let is_small = name.bytes().any(|it| it.is_ascii_lowercase());
        let is_bare = at.evidence().place()?.span.len() == name.len() + "$".len();
        let is_within = value.to_string().len() >= name.len() + LEAST_AROUND;
        let is_secret = is_secret_name(&variable.name.value);
        (is_small && is_bare && is_within && is_secret).then_some(&variable.name)
    }
}

/// So much of a secret stands around a dollar of its own.
const LEAST_AROUND: usize = 12;

impl Deployment {
    /// Overrides that change a default only, of a variable that has a value.
    pub fn defeated_overrides(&self) -> Vec<(&str, Defeated)> {
        let services = self.compose.iter().flat_map(|project| &project.services);
        let each = services.flat_map(|service| {
            let name = service.name.value.as_str();
            service
                .environment
                .iter()
                .filter_map(move |it| Some((name, self.defeated(service, it)?)))
        });
        each.collect()
    }

    /// Where an env file of a service, or its example, has a variable that `environment` gives a
    /// text of its own, which wins (Compose, "Environment variables precedence").
    pub fn outdone(&self, process: &Process, name: &str) -> Option<Fact<()>> {
        let service = self.compose.as_ref()?.service(&process.name)?;
        let value = service.variable(name)?.value.as_ref()?;
        if service.env_files.is_empty() || !value.is_written() {
            return None;
        }
        let given = process.environment.layers(name).iter().rev().skip(1);
        let given = given.map(|it| it.map(|_| ())).find(|it| it.written_at().is_some());
        given.or_else(|| self.surroundings.examples().find_map(|it| it.lists(name)))
    }

    fn defeated(&self, service: &compose::Service, it: &compose::Variable) -> Option<Defeated> {
        let name = &it.name.value;
        let path = format!("environment.{name}");
        let only = |text: &Text| match text.defaults().as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        let meant = only(it.value.as_ref()?)?;
        let lost = service.lost.iter().filter(|lost| lost.path == path);
        let replaced = lost.filter_map(|lost| only(lost.text.as_ref()?)).next()?;
        let (before, now) = (&replaced.literal.value, &meant.literal.value);
        if replaced.name != meant.name || before == now {
            return None;
        }
        let (given, file) = self.given(&meant.name)?;
        if given.value == *now {
            return None;
        }
        let at = |fact: &Fact<String>| fact.evidence().place().map(|place| Fact::at((), place));
        Some(Defeated {
            name: name.clone(),
            variable: meant.name.clone(),
            meant: at(&meant.literal)?,
            replaced: at(&replaced.literal)?,
            by_example: file != ".env",
            given,
            file,
        })
    }

    /// Variables that compose would leave empty although somebody needs them.
    pub fn holes(&self) -> Vec<Hole> {
        let mut holes: Vec<Hole> = Vec::new();
        let mut found = |hole: Hole| {
            let demanded = self.compose.as_ref().map(|it| &it.demanded);
            let is_demanded = demanded.is_some_and(|it| it.contains(&*hole.at.value));
            let place = hole.at.evidence().place();
            // What a YAML anchor holds belongs to all that refer to it.
            let is_new = holes.iter().all(|it| it.at.evidence().place() != place);
            if is_new && !is_demanded {
                holes.push(hole);
            }
        };
        for (service, process, container) in self.services() {
            for variable in &service.environment {
                let Some(value) = &variable.value else { continue };
                let name = variable.name.value.as_str();
                let stock = container.stock().map(|it| it.value.stock);
                let demanded = stock.is_some_and(|stock| stock.demands.contains(&name));
                let over = self.laid_over(service, name);
                let hides = over.is_some() && process.asks_for(name) && !self.is_documented(name);
                let matters = demanded || self.needs(process, name) || hides;
                if !matters || self.has_to_be_there(value) {
                    continue;
                }
                for at in value.unguarded() {
                    let within = Hole::secret(variable, value, &at).cloned();
                    let (service, over) = (process.name.clone(), over.clone());
                    found(Hole { service, at, over, within, own: None });
                }
            }
            // `redis-server --requirepass ${REDIS_PASSWORD}` ends without it, or asks for none.
            let commands = service.entrypoint.iter().chain(&service.command);
            let words: Vec<_> = commands.flat_map(|it| &it.words).collect();
            let has_shell = words.iter().any(|it| it.to_string() == "-c");
            let words = words.into_iter().filter(|it| !self.has_to_be_there(it));
            let secrets = words.flat_map(Text::unguarded).filter(|it| is_secret_name(&it.value));
            for at in secrets {
                let mut names = service.environment.iter().map(|it| &it.name);
                let own = names.find(|it| has_shell && it.value == *at.value).cloned();
                let service = process.name.clone();
                found(Hole { service, at, over: None, within: None, own });
            }
        }
        holes
    }

    /// The env file of a service that has a value for a variable which the service's own
    /// `environment` has as well. Compose fills that in from `.env` and from its own environment alone
    /// (Compose, "Interpolation"), so one under another name supplies the container and no `${X}`.
    fn laid_over(&self, service: &compose::Service, name: &str) -> Option<Fact<String>> {
        let usage = &self.compose.as_ref()?.usage;
        let paths = || service.env_files.iter().rev().filter_map(|it| it.path.known());
        let file = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        if usage.names_env_file || paths().any(|it| file(&it.value) == ".env") {
            return None;
        }
        let has = |path: &Fact<String>| {
            let mut listed = self.surroundings.env_files.iter();
            listed.any(|it| {
                it.is_for(&file(&path.value))
                    && !it.readers.contains(&EnvReader::Shell)
                    && it.value(name).is_some_and(|it| !it.value.is_empty())
            })
        };
        paths().find(has)
    }

    /// Whether compose starts nothing at all without the `.env` that is to fill a value in: some
    /// service takes its variables from that as well, and its example has what is asked for here.
    fn has_to_be_there(&self, value: &Text) -> bool {
        let Some(project) = &self.compose else { return false };
        let own = Location::Tree(project.folder.join(".env"));
        let mut files = project.services.iter().flat_map(|it| &it.env_files);
        let demands = |it: &compose::EnvFile| {
            it.required.value && it.location.as_ref().is_some_and(|it| it.value == own)
        };
        let filled = |at: Fact<Arc<str>>| {
            let mut examples = self.surroundings.of_folder(&project.folder);
            examples.any(|it| it.is_for(".env") && it.value(&at.value).is_some())
        };
        files.any(demands) && value.unguarded().into_iter().all(filled)
    }

    /// Whether the `.env` that compose takes is to have a variable.
    fn is_documented(&self, name: &str) -> bool {
        let folder = self.compose.as_ref().map(|it| it.folder.as_path());
        let of_folder = folder.into_iter().flat_map(|it| self.surroundings.of_folder(it));
        of_folder.into_iter().any(|it| it.is_for(".env") && it.lists(name).is_some())
    }

    /// Whether the settings of a process stop, or run with no value at all, if it is empty.
    fn needs(&self, process: &Process, name: &str) -> bool {
        let reads = process.django.iter().flat_map(|django| &django.evaluation.reads);
        reads.into_iter().any(|read| read.name == name && read.required)
    }

    /// Whether the env file beside the compose file gives the variable a value.
    pub fn is_filled_in(&self, name: &str) -> bool {
        let layers = self.compose.iter().flat_map(|project| project.variables.layers(name));
        layers.into_iter().any(|layer| matches!(layer.value, Supplied::Value(_)))
    }
}
