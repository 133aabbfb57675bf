//! Processes as proc(5) shows them.
//!
//! What belongs to others is denied, and that is an answer. A program may write a title over its
//! command line and its environment (gunicorn with setproctitle, nginx): neither is believed then.

use crate::host::{Answer, Needs, Process, Unknown};
use camino::Utf8PathBuf;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// More than any machine that serves one site runs.
const MOST: usize = 20_000;

/// `execve` takes 128 KiB per string, and nobody's whole environment has a megabyte.
const LONGEST: u64 = 1 << 20;

pub(super) fn processes(proc: &Path) -> Answer<Vec<Process>> {
    let failed = |what: &str, error: &io::Error| {
        let why = format!("{what} cannot be read: {}", crate::source::said(error));
        Unknown::needing(why, Needs::Machine)
    };
    let boot = read(&proc.join("stat")).map_err(|error| failed("/proc/stat", &error))?;
    let boot = boot_time(&String::from_utf8_lossy(&boot)).unwrap_or(0);
    let entries = fs::read_dir(proc).map_err(|error| failed("/proc", &error))?;
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let mut pids: Vec<u32> = pids.take(MOST).collect();
    pids.sort_unstable();
    // One that has ended since it was listed is none.
    Ok(pids.into_iter().filter_map(|pid| process(proc, pid, boot)).collect())
}

fn process(proc: &Path, pid: u32, boot: i64) -> Option<Process> {
    let folder = proc.join(pid.to_string());
    let text = |name| Some(String::from_utf8_lossy(&read(&folder.join(name)).ok()?).into_owned());
    let (stat, status) = (Stat::parse(&text("stat")?)?, text("status")?);
    let ids = |key| ids(&status, key);
    let group = control_group(&text("cgroup").unwrap_or_default());
    let (uid, gid) = (*ids("Uid").get(1)?, *ids("Gid").get(1)?);
    Some(Process {
        pid,
        parent: stat.parent,
        words: words(&read(&folder.join("cmdline")).unwrap_or_default(), &stat.name),
        name: stat.name,
        uid,
        gid,
        groups: ids("Groups"),
        started: boot + (stat.started / rustix::param::clock_ticks_per_second()) as i64,
        unit: group.as_deref().and_then(unit_of),
        container: group.as_deref().and_then(container_of),
        directory: link(&folder.join("cwd")).into(),
        environment: environment(&folder.join("environ")).into(),
    })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn boot_time(stat: &str) -> Option<i64> {
    stat.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok())
}

struct Stat {
    name: String,
    parent: u32,
    /// In clock ticks since the machine started.
    started: u64,
}

impl Stat {
    /// The name stands in brackets and may hold anything, brackets as well.
    fn parse(text: &str) -> Option<Self> {
        let (head, rest) = text.rsplit_once(')')?;
        let name = head.split_once('(')?.1.to_owned();
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let (parent, started) = (fields.get(1)?.parse().ok()?, fields.get(19)?.parse().ok()?);
        Some(Self { name, parent, started })
    }
}

/// Real, effective, saved and file system's; or all supplementary groups.
fn ids(status: &str, key: &str) -> Vec<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    let words = line.unwrap_or_default().split_ascii_whitespace();
    words.filter_map(|word| word.parse().ok()).collect()
}

/// A command line ends each word with a NUL. A title is one text, mostly filled up with NULs.
fn words(bytes: &[u8], name: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches('\0');
    let words: Vec<String> = text.split('\0').map(str::to_owned).collect();
    match words.as_slice() {
        [only] if only.is_empty() => Vec::new(),
        [title] if title.contains(' ') && title.contains(": ") => vec![title.clone()],
        [title] if title.contains(' ') && title.starts_with(name) => vec![title.clone()],
        _ => words,
    }
}

fn environment(path: &Path) -> Answer<Vec<String>> {
    let bytes = read(path).map_err(|error| denied(&error))?;
    let text = String::from_utf8_lossy(&bytes);
    let entries: Vec<String> = text.split_terminator('\0').map(str::to_owned).collect();
    let is_entry = |entry: &String| {
        entry.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control())
        })
    };
    if !entries.iter().all(is_entry) {
        return Err(Unknown::new("the program has written its title over it"));
    }
    Ok(entries)
}

fn link(path: &Path) -> Answer<Utf8PathBuf> {
    let target = fs::read_link(path).map_err(|error| denied(&error))?;
    let target = target.to_string_lossy().into_owned();
    match target.ends_with(" (deleted)") {
        true => Err(Unknown::new("the folder was deleted")),
        false => Ok(target.into()),
    }
}

fn denied(error: &io::Error) -> Unknown {
    let said = crate::source::said(error);
    match error.kind() {
        io::ErrorKind::PermissionDenied => Unknown::needing(said, Needs::Root),
        _ => Unknown::new(said),
    }
}

/// systemd's own hierarchy of version 1, or the one of version 2 (cgroups(7)).
fn control_group(text: &str) -> Option<String> {
    let find = |head: &str| text.lines().find_map(|line| line.split_once(head));
    let found = find(":name=systemd:").or_else(|| find("0::"));
    found.map(|(_, path)| path.to_owned())
}

fn unit_of(group: &str) -> Option<String> {
    let mut parts = group.rsplit('/');
    let unit = parts.find(|part| part.ends_with(".service") || part.ends_with(".scope"))?;
    unit.ends_with(".service").then(|| unescaped(unit))
}

/// A control group whose name could be taken for one of the kernel's has an underscore before it.
fn unescaped(name: &str) -> String {
    name.strip_prefix('_').unwrap_or(name).to_owned()
}

fn container_of(group: &str) -> Option<String> {
    let last = group.rsplit('/').next()?;
    let id = last.strip_suffix(".scope").unwrap_or(last);
    let id = ["docker-", "libpod-", "cri-containerd-"].iter().find_map(|it| id.strip_prefix(it));
    let id = id.or_else(|| group.contains("/docker/").then_some(last))?;
    (id.len() >= 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| id.to_owned())
}

impl Process {
    /// Whether what it was started with is still to be seen in place of a title.
    pub fn shows_its_command(&self) -> bool {
        matches!(self.words.as_slice(), [_, _, ..])
            || self.words.first().is_some_and(|word| !word.contains(' '))
    }
}
