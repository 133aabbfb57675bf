//! Who writes where on the host, and whether two writers get in each other's way.

use crate::fact::{Fact, symbol};
use crate::model::endpoint::normal;
use crate::model::writes::Written;
use crate::model::{Deployment, Process};

/// Two processes of different users that write to one place.
#[derive(Debug)]
pub struct Rivals<'a> {
    pub process: &'a Process,
    pub user: &'a Fact<String>,
    pub written: Written,
    pub other: &'a Process,
    pub other_user: &'a Fact<String>,
    pub other_written: Written,
}

impl Deployment {
    /// Each pair once, for the first place that both write to. First comes the one that is to be
    /// mended: root, or who is not the user that the operator declares.
    pub fn rivals(&self) -> Vec<Rivals<'_>> {
        let on_host = |it: &&Process| self.view(it.view).container.is_none();
        let apps: Vec<&Process> = self.apps().filter(on_host).collect();
        let mut found = Vec::new();
        for (at, process) in apps.iter().enumerate() {
            for other in &apps[..at] {
                let is_odd = |it: &Process| it.user.as_ref().is_some_and(|it| self.is_odd(it));
                let (a, b) = if is_odd(other) { (*other, *process) } else { (*process, *other) };
                found.extend(self.rival(a, b));
            }
        }
        found
    }

    fn is_odd(&self, user: &Fact<String>) -> bool {
        let declared = self.contract.as_ref().and_then(|it| it.run_as.as_ref());
        declared.map_or(user.value == "root", |it| it.value != user.value)
    }

    fn rival<'a>(&self, process: &'a Process, other: &'a Process) -> Option<Rivals<'a>> {
        let (user, other_user) = (process.user.as_ref()?, other.user.as_ref()?);
        let differ = symbol::same(&user.value, &other_user.value) == Some(false);
        if !differ || self.shares_by_group(process, other) {
            return None;
        }
        let theirs = other.fact().written_paths();
        let place = |it: &Written| normal(&it.path.value);
        process.fact().written_paths().into_iter().find_map(|written| {
            let is_same = |it: &&Written| place(it) == place(&written);
            let other_written = theirs.iter().find(is_same)?.clone();
            Some(Rivals { process, user, written, other, other_user, other_written })
        })
    }

    /// Whether what one makes is open to the other by a group: the mask of either leaves the
    /// group its right to write, which systemd's own of 0022 does not (systemd.exec(5)).
    fn shares_by_group(&self, process: &Process, other: &Process) -> bool {
        [process, other].iter().any(|it| {
            let Some(unit) = self.unit(it) else { return true };
            let mask = unit.get("Service", "UMask");
            let mask = mask.map(|it| u32::from_str_radix(it.value.trim(), 8).unwrap_or_default());
            mask.is_some_and(|mask| mask & 0o020 == 0)
        })
    }
}
