//! Edits to compose files: an entry for a service, a volume, a port that only the host reaches.

use crate::diagnostic::{Edit, Kind};
use crate::model::compose::Project;
use crate::model::compose::port::Port;
use crate::model::compose::service::{Mount, Service};
use crate::source::{Place, Span};

impl Project {
    /// After them a folder of a service lies in a volume of its own.
    pub fn keep(&self, service: &Service, folder: &str) -> Vec<Edit> {
        let name = format!("{}-data", service.name.value);
        // What it takes over stands with another service.
        let is_taken = !service.volumes_from.is_empty() || service.by_command;
        if is_taken || self.volumes.iter().any(|it| it.key.value == name) {
            return Vec::new();
        }
        let mount = format!("{name}:{folder}");
        let here = |place: &Place| place.file == service.place.file;
        let at_folder = |it: &&Mount| it.target.to_string() == folder && here(&it.place);
        let mount = match service.volumes.iter().find(at_folder) {
            Some(anonymous) => Edit::replace(anonymous.place, mount),
            None => match service.volumes.first().filter(|it| here(&it.place)) {
                Some(first) => Edit::before(first.place, mount, Kind::Entry),
                None => Edit::before(service.place, format!("volumes:\n  - {mount}"), Kind::Entry),
            },
        };
        let declared = match self.volumes.iter().find(|it| here(&it.place)) {
            Some(first) => Edit::before(first.place, format!("{name}:"), Kind::Entry),
            None => Edit::Append { file: service.place.file, text: format!("volumes:\n  {name}:") },
        };
        vec![mount, declared]
    }
}

impl Service {
    /// After it the service is started behind another.
    pub fn depend_on(&self, other: &str) -> Option<Edit> {
        if self.by_command {
            return None;
        }
        let Some(first) = self.depends_on.first() else {
            return Some(Edit::before(
                self.place,
                format!("depends_on:\n  - {other}"),
                Kind::Entry,
            ));
        };
        let text = match first.is_short {
            true => other.to_owned(),
            false => format!("{other}:\n  condition: service_started"),
        };
        Some(Edit::before(first.service.written_at()?, text, Kind::Entry))
    }

    /// After it the service is started again whenever it ends by itself.
    pub fn start_again(&self) -> Option<Edit> {
        let policy = "unless-stopped";
        match &self.restart {
            _ if self.by_command => None,
            Some(restart) => Some(Edit::replace(restart.fact().written_at()?, policy)),
            None => Some(Edit::before(self.place, format!("restart: {policy}"), Kind::Entry)),
        }
    }

    /// After it variables of the project's own environment are passed on.
    pub fn pass_on(&self, names: &[&str]) -> Option<Edit> {
        if self.by_command {
            return None;
        }
        let first = self
            .environment
            .iter()
            .find(|it| it.name.written_at().is_some_and(|it| it.file == self.place.file));
        let (before, lines): (Place, Vec<String>) = match first {
            None if self.environment_key.is_some() => return None,
            None => {
                let each = names.iter().map(|name| format!("  {name}: ${{{name}}}"));
                (self.place, std::iter::once("environment:".to_owned()).chain(each).collect())
            }
            Some(first) => {
                let sign = if first.in_list { "=" } else { ": " };
                let each = names.iter().map(|name| format!("{name}{sign}${{{name}}}"));
                (first.name.written_at()?, each.collect())
            }
        };
        Some(Edit::before(before, lines.join("\n"), Kind::Entry))
    }
}

impl Port {
    /// After it nobody but the host itself reaches the port.
    pub fn keep_on_host(&self) -> Option<Edit> {
        if let Some(address) = &self.host_ip {
            let every = Some(address.fact()).filter(|it| it.value == "0.0.0.0")?;
            return Some(Edit::replace(every.written_as(&every.value)?, "127.0.0.1"));
        }
        let address = if self.published.is_some() { "127.0.0.1:" } else { "127.0.0.1::" };
        Some(Edit::ahead(self.short_from()?, address))
    }

    /// The text of the short form, without its quotes.
    fn short_from(&self) -> Option<Place> {
        let last = self.protocol.as_ref().filter(|it| it.place != self.place);
        let end = last.unwrap_or(&self.target).parts().last()?.written_at()?;
        // In the long form the text goes on behind, or begins with a key.
        let quote = self.place.span.end.checked_sub(end.span.end).filter(|it| *it <= 1)?;
        let start = self.place.span.start + quote;
        let short = self.is_short && end.file == self.place.file && start <= end.span.start;
        short.then_some(Place { span: Span { start, end: end.span.end }, ..self.place })
    }
}
