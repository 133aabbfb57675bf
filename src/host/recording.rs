//! A machine whose every answer is kept.
//!
//! Nothing more is kept than what somebody asked for. What files hold is kept out: only whoever
//! parsed them knows which of it is secret.

use crate::host::{Answer, Certificate, Container, Facts, FileFact, Host, Probe, Probed};
use crate::host::{Process, Reply, Socket, Unknown, Users, Volume};
use crate::source::{FileSystem, Stat, Unread};
use camino::Utf8Path;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

pub struct Recording {
    host: Arc<dyn Host>,
    facts: Mutex<Facts>,
}

impl Recording {
    pub fn of(host: Arc<dyn Host>) -> Self {
        let facts = Mutex::new(Facts::new(host.now()));
        Self { host, facts }
    }

    /// What was answered so far.
    pub fn facts(&self) -> Facts {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, keep: impl FnOnce(&mut Facts)) {
        keep(&mut self.facts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn keep_file(&self, path: &Utf8Path, keep: impl FnOnce(&mut FileFact)) {
        self.keep(|facts| {
            let file = facts.files.entry(path.to_owned()).or_default();
            keep(file.get_or_insert_default());
        });
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recording")
    }
}

impl FileSystem for Recording {
    fn stat(&self, path: &Utf8Path) -> Result<Option<Stat>, Unread> {
        let answer = self.host.stat(path);
        match &answer {
            Ok(None) => self.keep(|facts| _ = facts.files.insert(path.to_owned(), None)),
            Ok(Some(stat)) => self.keep_file(path, |file| {
                let (names, text) = (file.names.take(), file.text.take());
                *file = FileFact { names, text, ..FileFact::from(stat) };
            }),
            Err(why) => self.keep_file(path, |file| file.unknown = Some(why.to_string())),
        }
        answer
    }

    fn names(&self, folder: &Utf8Path) -> Result<Vec<String>, Unread> {
        let answer = self.host.names(folder);
        let kept = answer.clone().map_err(|why| Unknown::new(why.to_string()));
        self.keep_file(folder, |file| file.names = Some(kept.into()));
        answer
    }

    fn read(&self, file: &Utf8Path) -> Result<Vec<u8>, Unread> {
        let answer = self.host.read(file);
        if let Err(why) = &answer {
            let unknown = Unknown::new(why.to_string());
            self.keep_file(file, |file| file.text = Some(Err(unknown).into()));
        }
        answer
    }
}

impl Host for Recording {
    fn now(&self) -> i64 {
        self.host.now()
    }

    fn users(&self) -> Answer<Users> {
        let answer = self.host.users();
        self.keep(|facts| facts.users = Some(answer.clone().into()));
        answer
    }

    fn processes(&self) -> Answer<Vec<Process>> {
        let answer = self.host.processes();
        self.keep(|facts| facts.processes = Some(answer.clone().into()));
        answer
    }

    fn sockets(&self) -> Answer<Vec<Socket>> {
        let answer = self.host.sockets();
        self.keep(|facts| facts.sockets = Some(answer.clone().into()));
        answer
    }

    fn unit(&self, name: &str) -> Answer<BTreeMap<String, String>> {
        let answer = self.host.unit(name);
        self.keep(|facts| _ = facts.units.insert(name.to_owned(), answer.clone().into()));
        answer
    }

    fn containers(&self) -> Answer<Vec<Container>> {
        let answer = self.host.containers();
        self.keep(|facts| facts.containers = Some(answer.clone().into()));
        answer
    }

    fn certificate(&self, path: &Utf8Path) -> Answer<Certificate> {
        let answer = self.host.certificate(path);
        self.keep(|facts| _ = facts.certificates.insert(path.to_owned(), answer.clone().into()));
        answer
    }

    fn volume(&self, path: &Utf8Path) -> Answer<Volume> {
        let answer = self.host.volume(path);
        self.keep(|facts| _ = facts.volumes.insert(path.to_owned(), answer.clone().into()));
        answer
    }

    fn resolve(&self, name: &str) -> Answer<Option<Vec<IpAddr>>> {
        let answer = self.host.resolve(name);
        if let Some(answer) = answer.clone().transpose() {
            self.keep(|facts| _ = facts.names.insert(name.to_owned(), answer.into()));
        }
        answer
    }

    fn probe(&self, probe: &Probe) -> Answer<Reply> {
        let answer = self.host.probe(probe);
        self.keep(|facts| facts.probes.push(Probed::new(probe, &answer)));
        answer
    }
}
