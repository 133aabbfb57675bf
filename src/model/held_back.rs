//! Variables that compose knows and does not pass on.
//!
//! The `.env` of a project fills in `${}` and reaches no container (Docker, "Environment variables
//! precedence"); what a service does not name under `environment` or `env_file` it does not get.

use crate::fact::{Fact, Supplied};
use crate::model::{Answered, Asked, Deployment, Process};

/// A variable that stops at the compose file.
#[derive(Clone, Debug)]
pub struct HeldBack<'a> {
    pub read: &'a Asked,
    /// What the project's env file gives it, or the file that documents that one.
    pub given: Fact<String>,
    pub file: String,
    /// What names the variables of the service.
    pub block: Fact<()>,
}

impl HeldBack<'_> {
    /// Whether the settings have the same without it.
    pub fn is_default(&self) -> bool {
        let default = self.read.default.as_ref().and_then(|it| it.text.as_deref());
        let bare = |text: &str| text.trim_matches(['\'', '"']).to_ascii_lowercase();
        let (given, default) = (bare(&self.given.value), default.map(bare));
        let switch = match given.as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => None,
        };
        default.as_deref() == Some(&given)
            || (switch.is_some() && switch == self.read.default_switch())
    }
}

impl Deployment {
    /// What the settings of a service ask for, the project's env file has, and nobody passes on.
    pub fn held_back<'a>(&'a self, process: &'a Process) -> Vec<HeldBack<'a>> {
        let held_back = || {
            let project = self.compose.as_ref()?;
            let service = project.service(&process.name)?;
            let django = process.django.as_ref()?;
            let block = service
                .environment_key
                .map_or_else(|| service.name.map(|_| ()), |place| Fact::at((), place));
            let mut found: Vec<HeldBack> = Vec::new();
            for read in &django.evaluation.reads {
                let absent = matches!(read.answer, Answered::Absent);
                let again = found.iter().any(|it| it.read.name == read.name);
                let missing = django.missing.iter().any(|it| it.read.name == read.name);
                if !absent || again || missing || !process.environment.layers(&read.name).is_empty()
                {
                    continue;
                }
                if let Some((given, file)) = self.given(&read.name) {
                    found.push(HeldBack { read, given, file, block: block.clone() });
                }
            }
            Some(found)
        };
        held_back().unwrap_or_default()
    }

    /// What the env file of the compose project gives a variable; where there is none, what is to
    /// be copied to make it.
    pub fn given(&self, name: &str) -> Option<(Fact<String>, String)> {
        let project = self.compose.as_ref()?;
        let beside = || self.surroundings.of_folder(&project.folder);
        if beside().any(|file| file.name() == ".env") {
            let layer = project.variables.layers(name).last()?;
            let value = layer.try_map(|supplied| match supplied {
                Supplied::Value(value) => Some(value.clone()),
                Supplied::Unknown(_)
                | Supplied::OrEmpty(_)
                | Supplied::Perhaps(_)
                | Supplied::Removed => None,
            })?;
            return Some((value, ".env".to_owned()));
        }
        let mut examples = beside().filter(|file| file.documents && !file.is_for_developers());
        examples.find_map(|file| Some((file.value(name)?, file.name().to_owned())))
    }
}
