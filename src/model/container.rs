//! What the container of a service is made of: its image, and the programs that its start runs.

use crate::fact::Fact;
use crate::model::command::{Program, Step};
use crate::model::image::{Flavour, Ignore, Image, Role, Tool};
use crate::model::probe::Health;
use camino::Utf8PathBuf;

#[derive(Debug)]
pub struct Container {
    /// The service.
    pub name: String,
    /// What is built here; `None` if it is pulled, or not in view.
    pub image: Option<Image>,
    /// What the table of images knows of it, or of what it is built on.
    pub flavour: Option<Fact<Flavour>>,
    /// The folder that is sent to the build.
    pub context: Option<Utf8PathBuf>,
    pub ignore: Ignore,
    /// All that entrypoint and command start, in order.
    pub steps: Vec<Step>,
    pub health: Health,
}

impl Container {
    /// What the image is there for, if it is used as it is pulled.
    pub fn role(&self) -> Option<Fact<Role>> {
        Some(self.stock()?.map(|flavour| flavour.stock.role))
    }

    /// A known image, used as it is pulled.
    pub fn stock(&self) -> Option<&Fact<Flavour>> {
        if self.image.is_some() { None } else { self.flavour.as_ref() }
    }

    /// Whether its start waits for another service by itself, or nobody can tell.
    pub fn waits(&self) -> bool {
        let waits = ["wait", "dockerize", "pg_isready", "until", "/dev/tcp", "ping", "nc "];
        let words = |step: &Step| {
            step.started.words.iter().any(|word| waits.iter().any(|it| word.value.contains(it)))
        };
        // Besides the server, a shell with conditions is more than a list of commands.
        self.steps.is_empty() || self.steps.iter().any(|it| words(it) || it.conditional)
    }

    /// Whether its start brings up other programs beside the one it is there for.
    pub fn runs_more(&self) -> bool {
        let more = |step: &Step| step.apart || step.started.program.value == Program::Nginx;
        self.steps.iter().any(more)
    }

    /// Whether the image brings a health check; `None` if nobody can tell.
    pub fn has_healthcheck(&self) -> Option<bool> {
        match &self.image {
            Some(image) => image.has_healthcheck(),
            None => Some(self.flavour.as_ref()?.value.stock.healthcheck),
        }
    }

    /// That a step runs a program which its image surely lacks; at the image's name.
    pub fn lacks(&self, step: &Step) -> Option<Fact<()>> {
        let (tool, packages) = tool(step.program_name())?;
        let flavour = self.flavour.as_ref()?;
        let has = flavour.value.has(tool)?;
        let brought = match &self.image {
            Some(image) => image.may_bring(step.program_name(), packages),
            // What other images hold beside their server is not all in the table.
            None => !matches!(flavour.value.stock.role, Role::Database | Role::Cache),
        };
        (!has && !brought).then(|| flavour.map(|_| ()))
    }
}

/// A program that health checks run, and words in the names of packages that bring it.
fn tool(program: &str) -> Option<(Tool, &'static [&'static str])> {
    Some(match program {
        "curl" => (Tool::Curl, &["curl"]),
        "wget" => (Tool::Wget, &["wget"]),
        "nc" | "netcat" | "ncat" => (Tool::Nc, &["netcat", "ncat", "nmap", "busybox"]),
        "pg_isready" => (Tool::PgIsReady, &["postgresql"]),
        "psql" => (Tool::Psql, &["postgresql"]),
        "mysqladmin" => (Tool::Mysqladmin, &["mysql", "mariadb"]),
        "redis-cli" => (Tool::RedisCli, &["redis", "valkey"]),
        _ => return None,
    })
}
