//! Variables that compose knows, or a guide has people set, and that are not passed on.
//!
//! The `.env` of a project fills in `${}` and reaches no container (Docker, "Environment variables
//! precedence"); what a service does not name under `environment` or `env_file` it does not get.

use crate::fact::{Fact, Supplied, switch};
use crate::model::{Answered, Asked, Deployment, Process};

/// A variable that stops at the compose file.
#[derive(Clone, Debug)]
pub struct HeldBack<'a> {
    pub read: &'a Asked,
    pub meant: Meant,
    /// The env file or the guide.
    pub file: String,
    /// What names the variables of the service.
    pub block: Fact<()>,
}

/// Who means the variable to reach the service.
#[derive(Clone, Debug)]
pub enum Meant {
    /// The project's env file gives it, or the file that documents that one.
    Given(Fact<String>),
    /// A guide lists it, without a value.
    Told(Fact<()>),
}

impl HeldBack<'_> {
    /// Where the file has it.
    pub fn meant_at(&self) -> Fact<()> {
        match &self.meant {
            Meant::Given(value) => value.map(|_| ()),
            Meant::Told(listed) => listed.clone(),
        }
    }

    /// Whether the settings have the same without it.
    pub fn is_default(&self) -> bool {
        let Meant::Given(given) = &self.meant else { return false };
        let default = self.read.default.as_ref().and_then(|it| it.text.as_deref());
        let bare = |text: &str| text.trim_matches(['\'', '"']).to_ascii_lowercase();
        let (given, default) = (bare(&given.value), default.map(bare));
        let switch = switch(&given);
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
                let given = self.given(&read.name);
                let given = given.map(|(value, file)| (Meant::Given(value), file));
                let told = || {
                    let (told, file) = self.told(process, &read.name)?;
                    Some((Meant::Told(told), file))
                };
                if let Some((meant, file)) = given.or_else(told) {
                    found.push(HeldBack { read, meant, file, block: block.clone() });
                }
            }
            Some(found)
        };
        held_back().unwrap_or_default()
    }

    /// The guide that lists a variable among others that the service is given. A list of which it is
    /// given little is another's, as is a variable that another service has.
    fn told(&self, process: &Process, name: &str) -> Option<(Fact<()>, String)> {
        const FEWEST_GIVEN: usize = 2;
        let is_given = |it: &Process, name: &str| !it.environment.layers(name).is_empty();
        if self.processes.iter().any(|it| is_given(it, name)) {
            return None;
        }
        self.surroundings.guides.iter().find_map(|guide| {
            let listed = guide.names.iter().find(|it| it.value == name)?;
            let given = guide.names.iter().filter(|it| is_given(process, &it.value)).count();
            let is_its = given >= FEWEST_GIVEN && 2 * given >= guide.names.len();
            is_its.then(|| (listed.map(|_| ()), guide.file.to_string()))
        })
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
                | Supplied::MadeOf { .. }
                | Supplied::UrlTo { .. }
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
