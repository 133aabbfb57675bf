//! A machine that answered earlier, or elsewhere.
//!
//! What was not asked then is unknown now: a recording made by another version may lack what this
//! one wants to know.

use crate::host::{
    Answer, Certificate, Container, Facts, FileFact, Host, Known, Probe, Process, Reply,
};
use crate::host::{Socket, Unknown, Users, Volume};
use crate::source::{FileSystem, Stat, Unread};
use camino::Utf8Path;
use std::collections::BTreeMap;
use std::net::IpAddr;

#[derive(Debug)]
pub struct Recorded(Facts);

impl Recorded {
    pub fn new(mut facts: Facts) -> Self {
        if facts.complete {
            facts.add_folders();
        }
        Self(facts)
    }

    fn file(&self, path: &Utf8Path) -> Result<Option<&FileFact>, Unread> {
        match self.0.files.get(path) {
            Some(None) => Ok(None),
            Some(Some(FileFact { unknown: Some(why), .. })) => Err(Unread::Failed(why.clone())),
            Some(Some(file)) => Ok(Some(file)),
            None if self.0.complete => Ok(None),
            None => Err(Unread::Failed("it was not recorded".to_owned())),
        }
    }

    /// The names in a folder, as the listed paths tell.
    fn listed(&self, folder: &Utf8Path) -> Vec<String> {
        let within = self.0.files.iter().filter(|(_, fact)| fact.is_some()).map(|(path, _)| path);
        let children = within.filter(|path| path.parent() == Some(folder));
        children.filter_map(|path| Some(path.file_name()?.to_owned())).collect()
    }
}

fn known<T: Clone>(known: Option<&Known<T>>) -> Answer<T> {
    match known {
        Some(known) => known.answer().cloned().map_err(Clone::clone),
        None => Err(Unknown::new("it was not recorded")),
    }
}

fn unread(unknown: &Unknown) -> Unread {
    Unread::Failed(unknown.why.clone())
}

impl FileSystem for Recorded {
    fn stat(&self, path: &Utf8Path) -> Result<Option<Stat>, Unread> {
        Ok(self.file(path)?.map(FileFact::stat))
    }

    fn names(&self, folder: &Utf8Path) -> Result<Vec<String>, Unread> {
        match self.file(folder)?.and_then(|file| file.names.as_ref()) {
            Some(names) => names.answer().cloned().map_err(unread),
            None if self.0.complete => Ok(self.listed(folder)),
            None => Err(Unread::Failed("it was not recorded".to_owned())),
        }
    }

    fn read(&self, file: &Utf8Path) -> Result<Vec<u8>, Unread> {
        match self.file(file)?.and_then(|file| file.text.as_ref()) {
            Some(text) => text.answer().map(|text| text.clone().into_bytes()).map_err(unread),
            None => Err(Unread::Failed("it was not recorded".to_owned())),
        }
    }
}

impl Host for Recorded {
    fn now(&self) -> i64 {
        self.0.recorded_at
    }

    fn users(&self) -> Answer<Users> {
        known(self.0.users.as_ref())
    }

    fn processes(&self) -> Answer<Vec<Process>> {
        known(self.0.processes.as_ref())
    }

    fn sockets(&self) -> Answer<Vec<Socket>> {
        known(self.0.sockets.as_ref())
    }

    fn unit(&self, name: &str) -> Answer<BTreeMap<String, String>> {
        known(self.0.units.get(name))
    }

    fn containers(&self) -> Answer<Vec<Container>> {
        known(self.0.containers.as_ref())
    }

    fn certificate(&self, path: &Utf8Path) -> Answer<Certificate> {
        known(self.0.certificates.get(path))
    }

    fn volume(&self, path: &Utf8Path) -> Answer<Volume> {
        known(self.0.volumes.get(path))
    }

    fn resolve(&self, name: &str) -> Answer<Option<Vec<IpAddr>>> {
        self.0.names.get(name).map(|_| known(self.0.names.get(name))).transpose()
    }

    fn probe(&self, probe: &Probe) -> Answer<Reply> {
        let probed = self.0.probes.iter().find(|it| it.probe == *probe);
        known(probed.map(|it| &it.reply))
    }
}
