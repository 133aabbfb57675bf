//! How a Redis server is set up: by the directives of its file, and by its command's options.
//!
//! Options of the command are directives too, and come last (redis.io, "Redis configuration").

use crate::fact::Fact;
use crate::model::Host;
use crate::source::{FileId, Place};

#[derive(Debug, Default)]
pub struct RedisServer {
    /// In their order; of one name the last counts.
    directives: Vec<(String, Fact<String>)>,
}

impl RedisServer {
    /// The directives of a file: a name, blanks, and its arguments up to the end of the line.
    pub fn parse(file: FileId, text: &str) -> Self {
        let mut server = Self::default();
        for line in text.lines() {
            let trimmed = line.trim();
            let Some((name, value)) = trimmed.split_once([' ', '\t']) else { continue };
            if name.starts_with('#') {
                continue;
            }
            let place = Place::of(file, text, trimmed);
            let value = value.trim().trim_matches(['"', '\'']);
            server.directives.push((name.to_ascii_lowercase(), Fact::at(value.to_owned(), place)));
        }
        server
    }

    /// Adds what a command line says: `redis-server --maxmemory 256mb`.
    pub fn told(&mut self, words: &[Fact<String>]) {
        let is_option = |word: &Fact<String>| word.value.starts_with("--");
        for (at, word) in words.iter().enumerate().filter(|(_, word)| is_option(word)) {
            let values = words[at + 1..].iter().take_while(|word| !is_option(word));
            let value = values.map(|it| it.value.as_str()).collect::<Vec<_>>().join(" ");
            let name = word.value[2..].to_ascii_lowercase();
            let at = words.get(at + 1).filter(|it| !is_option(it)).unwrap_or(word);
            self.directives.push((name, at.map(|_| value)));
        }
    }

    pub fn get(&self, name: &str) -> Option<&Fact<String>> {
        self.directives.iter().rfind(|(it, _)| it == name).map(|(_, value)| value)
    }

    /// Whether clients have to say who they are.
    pub fn asks_for_password(&self) -> bool {
        let set = |name: &str| self.get(name).is_some_and(|it| !it.value.is_empty());
        set("requirepass") || set("aclfile") || set("user") || set("include")
    }

    /// Whether it listens on the loopback alone, where no port of a container leads to.
    pub fn binds_loopback(&self) -> bool {
        let addresses = self.get("bind").map(|it| it.value.split_whitespace().collect::<Vec<_>>());
        let is_own = |it: &&str| matches!(Host::parse(it.trim_start_matches('-')), Host::Loopback);
        addresses.is_some_and(|it| !it.is_empty() && it.iter().all(is_own))
    }

    /// The policy by which keys are thrown away, if memory is limited and it is one that does.
    pub fn evicts(&self) -> Option<&Fact<String>> {
        let limited = self.get("maxmemory").is_some_and(|it| !it.value.starts_with("0"));
        let policy = self.get("maxmemory-policy")?;
        (limited && policy.value != "noeviction" && !policy.value.contains('$')).then_some(policy)
    }

    /// The line that makes it listen beyond the machine and its private networks, if nothing
    /// protects it.
    pub fn open_to_all(&self) -> Option<&Fact<String>> {
        let protected = self.get("protected-mode").is_none_or(|it| it.value != "no");
        let bind = self.get("bind")?;
        let addresses = bind.value.split_whitespace().map(|it| it.trim_start_matches('-'));
        let public = addresses.into_iter().any(|it| Host::parse(it).is_public());
        (public && !protected && !self.asks_for_password()).then_some(bind)
    }
}
