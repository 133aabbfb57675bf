//! Containers as the Docker daemon lists them.
//!
//! Of labels those are kept that Compose sets, and of an image nothing: what else is told of a
//! container can hold anything.

use crate::host::{Answer, Unknown};
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Container {
    pub name: String,
    /// `running`, `exited`, `restarting`, `created`, `paused`, `dead`.
    pub state: String,
    /// `healthy`, `unhealthy`, `starting`; none without a health check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<String>,
    /// What it ended with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// The service of a compose project that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The files of that project.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Utf8PathBuf>,
    /// Made by `docker compose run`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_off: bool,
}

/// An entry of `GET /containers/json` (Docker Engine API, "List containers").
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Listed {
    names: Vec<String>,
    state: String,
    status: String,
    labels: Option<BTreeMap<String, String>>,
}

/// What the daemon lists, by name.
pub(super) fn parse(json: &[u8]) -> Answer<Vec<Container>> {
    let listed: Vec<Listed> = serde_json::from_slice(json)
        .map_err(|_| Unknown::new("what the Docker daemon said is no list of containers"))?;
    let mut containers: Vec<Container> = listed.into_iter().map(Container::from).collect();
    containers.sort();
    Ok(containers)
}

impl From<Listed> for Container {
    fn from(listed: Listed) -> Self {
        let labels = listed.labels.unwrap_or_default();
        let label = |name: &str| labels.get(&format!("com.docker.compose.{name}"));
        let files = label("project.config_files").map(String::as_str).unwrap_or_default();
        let name = listed.names.first().map(|it| it.trim_start_matches('/').to_owned());
        Self {
            name: name.unwrap_or_default(),
            state: listed.state,
            health: health(&listed.status),
            code: code(&listed.status),
            service: label("service").cloned(),
            files: files.split(',').filter(|it| !it.is_empty()).map(Utf8PathBuf::from).collect(),
            one_off: label("oneoff").is_some_and(|it| it == "True"),
        }
    }
}

/// `Up 3 minutes (unhealthy)`, `Up 2 seconds (health: starting)`.
fn health(status: &str) -> Option<String> {
    let said = status.strip_prefix("Up ")?.split_once('(')?.1.trim_end_matches(')');
    let said = said.trim_start_matches("health: ");
    ["healthy", "unhealthy", "starting"].contains(&said).then(|| said.to_owned())
}

/// `Exited (1) 2 minutes ago`, `Restarting (137) 5 seconds ago`.
fn code(status: &str) -> Option<i32> {
    let (word, rest) = status.split_once(" (")?;
    let ended = ["Exited", "Restarting"].contains(&word);
    rest.split_once(')').filter(|_| ended)?.0.parse().ok()
}
