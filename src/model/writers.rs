//! Who writes where on the host, and whether two writers get in each other's way.

use crate::fact::{Certainty, Fact, symbol};
use crate::model::boot::MadeFolder;
use crate::model::command::Program;
use crate::model::endpoint::normal;
use crate::model::writes::Written;
use crate::model::{Deployment, Helper, Process, ProcessKind};

/// Something that writes as a user: a process of the machine, or a command of manage.py that a
/// script runs for the settings of one.
#[derive(Clone, Debug)]
pub struct Writer<'a> {
    pub process: &'a Process,
    /// The process, or the command.
    pub name: String,
    pub user: &'a Fact<String>,
    written: Vec<Written>,
    /// The umask of what it makes, if that can be told.
    mask: Option<u32>,
    /// It comes to its end, and is run by a person or by cron.
    pub is_command: bool,
}

/// Two writers of different users to one place.
#[derive(Debug)]
pub struct Rivals<'a> {
    pub one: Writer<'a>,
    pub written: Written,
    pub other: Writer<'a>,
    pub other_written: Written,
}

/// A writer to a folder that is kept for another user.
#[derive(Debug)]
pub struct Stranger<'a> {
    pub writer: Writer<'a>,
    pub written: Written,
    pub owner: Fact<String>,
}

/// What files get where nobody says otherwise: from systemd (systemd.exec(5)), from cron, and from
/// sudo, which takes nothing away from the mask of who calls it (sudoers(5)).
const USUAL_MASK: u32 = 0o022;

impl Deployment {
    /// Each pair once, for the first place that both write to. First comes the one that is to be
    /// mended: a command, root, or who is not the user that the operator declares.
    pub fn rivals(&self) -> Vec<Rivals<'_>> {
        let writers = self.writers();
        let mut found = Vec::new();
        for (at, writer) in writers.iter().enumerate() {
            for other in &writers[..at] {
                let second_is_odd =
                    !writer.is_command && (other.is_command || self.is_odd(other.user));
                let (a, b) = if second_is_odd { (other, writer) } else { (writer, other) };
                found.extend(self.rival(a, b));
            }
        }
        found
    }

    /// Who writes to what systemd-tmpfiles makes for another, at every start of the machine.
    pub fn strangers(&self) -> Vec<Stranger<'_>> {
        let made = &self.surroundings.tmpfiles.made;
        let others = self.writers().into_iter().filter(|it| it.user.value != "root");
        let each = others.filter_map(|writer| {
            let (written, owner) = writer.written.iter().find_map(|written| {
                let folder = made.iter().find(|it| it.path == normal(&written.path.value))?;
                let owner = folder.owner.as_ref()?;
                let differ = symbol::same(&owner.value, &writer.user.value) == Some(false);
                (differ && is_closed(folder, written)).then(|| (written.clone(), owner.clone()))
            })?;
            Some(Stranger { writer, written, owner })
        });
        each.collect()
    }

    fn writers(&self) -> Vec<Writer<'_>> {
        let of_machine = |it: &&Process| self.view(it.view).container.is_none();
        let apps = self.apps().filter(of_machine).filter_map(|it| self.of_app(it));
        let commands = self.processes.iter().filter(of_machine);
        let commands = commands.filter_map(|it| self.of_command(it));
        let helpers = self.helpers.iter().filter_map(|it| self.of_helper(it));
        // Scripts often give to the other what they have made.
        let is_clear = |it: &Writer<'_>| !it.is_command || !self.surroundings.told.gives_away;
        apps.chain(commands).chain(helpers).filter(is_clear).collect()
    }

    fn of_app<'a>(&'a self, process: &'a Process) -> Option<Writer<'a>> {
        let (user, name) = (process.user.as_ref()?, process.name.clone());
        let mask = self.mask(process).flatten();
        let written = process.fact().written_paths();
        Some(Writer { process, name, user, written, mask, is_command: false })
    }

    fn of_command<'a>(&'a self, process: &'a Process) -> Option<Writer<'a>> {
        let (user, name) = (process.user.as_ref()?, process.name.clone());
        let program = &process.started.as_ref()?.program.value;
        let Program::Manage(command) = program else { return None };
        if process.kind != ProcessKind::OneOff {
            return None;
        }
        let mask = self.mask(process).unwrap_or(Some(USUAL_MASK));
        let written = process.fact().written_by(command, user.value == "root");
        Some(Writer { process, name, user, written, mask, is_command: true })
    }

    /// The umask that the unit of a process sets, if it has one and that can be told.
    fn mask(&self, process: &Process) -> Option<Option<u32>> {
        self.unit(process).map(|unit| match unit.get("Service", "UMask") {
            Some(mask) => u32::from_str_radix(mask.value.trim(), 8).ok(),
            None => Some(USUAL_MASK),
        })
    }

    /// A command of a script writes what the process does that starts in the same place, under the
    /// settings of which people run it.
    fn of_helper<'a>(&'a self, helper: &'a Helper) -> Option<Writer<'a>> {
        let user = helper.user.as_ref()?;
        let is_alike = |it: &&Process| {
            let module = it.django.as_ref().map(|it| &it.module.value);
            let fits = helper.module.as_ref().is_none_or(|own| Some(&own.value) == module);
            fits && it.cwd.as_ref().is_some_and(|cwd| cwd.value == helper.cwd.value)
        };
        let process = self.apps().filter(|it| self.unit(it).is_some()).find(is_alike)?;
        let why = "the command may get another environment than the service";
        let run = helper.command.clone().doubt(Certainty::Likely, why);
        let settings = process.fact().given(&run).given(&helper.cwd);
        let written = settings.written_by(&helper.command.value, user.value == "root");
        let name = format!("manage.py {}", helper.command.value);
        Some(Writer { process, name, user, written, mask: Some(USUAL_MASK), is_command: true })
    }

    fn is_odd(&self, user: &Fact<String>) -> bool {
        let declared = self.contract.as_ref().and_then(|it| it.run_as.as_ref());
        declared.map_or(user.value == "root", |it| it.value != user.value)
    }

    fn rival<'a>(&self, one: &Writer<'a>, other: &Writer<'a>) -> Option<Rivals<'a>> {
        let differ = symbol::same(&one.user.value, &other.user.value) == Some(false);
        // Scripts of different people run on different machines.
        if !differ || one.is_command && other.is_command || shares_by_group(one, other) {
            return None;
        }
        let place = |it: &Written| normal(&it.path.value);
        one.written.iter().find_map(|written| {
            let is_same = |it: &&Written| place(it) == place(written);
            let other_written = other.written.iter().find(is_same)?.clone();
            let (one, other) = (one.clone(), other.clone());
            Some(Rivals { one, written: written.clone(), other, other_written })
        })
    }
}

/// Whether what one makes is open to the other by a group: the mask of either leaves the group its
/// right to write.
fn shares_by_group(one: &Writer<'_>, other: &Writer<'_>) -> bool {
    [one, other].iter().any(|it| it.mask.is_none_or(|mask| mask & 0o020 == 0))
}

/// Whether a folder is of no use to any but its owner, whatever groups they are in: nobody else may
/// write to it, or its files are given times, which their owner alone can do (utime(2)).
fn is_closed(folder: &MadeFolder, written: &Written) -> bool {
    written.what == "STATIC_ROOT" || folder.mode.is_some_and(|mode| mode & 0o022 == 0)
}
