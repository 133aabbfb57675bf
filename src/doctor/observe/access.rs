//! Walks paths as another user would, from the modes and access lists of each folder (acl(5),
//! path_resolution(7)).
//!
//! Nobody becomes that user. What mount options, SELinux or a service's sandbox add is not looked
//! at, so what is free here may still be closed there.

use crate::doctor::observe::{Ways, unseen};
use crate::doctor::transcript::{Part, Transcript};
use crate::fact::Fact;
use crate::fact::secret::{is_placeholder, is_secret_name};
use crate::model::observed::{Access, Observed, Purpose, Running, Seen, Unseen, Way};
use crate::model::{Deployment, Endpoint, EnvFile, MEDIA_URL, Process, STATIC_URL};
use crate::source::{AclTag, Sources, Stat, StatKind, normalize};
use camino::{Utf8Path, Utf8PathBuf};

/// A chain of links is as long as it may be on Linux (path_resolution(7)).
const MOST_LINKS: usize = 40;

const READ: u8 = 4;
const WRITE: u8 = 2;
const ENTER: u8 = 1;

/// A user as permissions see it.
struct Walker {
    name: Fact<String>,
    uid: u32,
    groups: Vec<u32>,
}

/// A question, before it is walked.
struct Question {
    path: Fact<Utf8PathBuf>,
    purpose: Purpose,
    by: String,
}

pub(super) fn walk(
    deployment: &Deployment,
    observed: &mut Observed,
    ways: &Ways<'_>,
    sources: &mut Sources,
) {
    let proxy = proxy(observed);
    let mut found = Vec::new();
    for question in once(of_sites(deployment)) {
        let access = match &proxy {
            Ok(walker) => ask(question, walker, ways, sources),
            Err(unseen) => question.unseen(unseen),
        };
        found.push(access);
    }
    for process in deployment.daemons() {
        let Some(walker) = process.user.as_ref().and_then(|user| of_unit(user, ways)) else {
            continue;
        };
        for question in of_process(process) {
            found.push(ask(question, &walker, ways, sources));
        }
    }
    // A copy of some files has the modes of whoever made it.
    if observed.is_whole {
        for question in of_secrets(deployment) {
            let anybody = question.path.map(|_| "anybody".to_owned());
            let walker = Walker { name: anybody, uid: NOBODY, groups: Vec::new() };
            found.push(ask(question, &walker, ways, sources));
        }
    }
    observed.accesses = found;
}

/// A user who owns nothing and is in no group (`nobody` of Debian and its kin).
const NOBODY: u32 = 65_534;

impl Question {
    fn unseen(self, unseen: &Unseen) -> Access {
        Access {
            user: self.path.map(|_| String::new()),
            asked: self.path.map(|_| ()),
            path: self.path.value,
            purpose: self.purpose,
            by: self.by,
            way: Err(unseen.clone()),
        }
    }
}

/// Who opens files for nginx or Caddy: the workers, which are not the master.
fn proxy(observed: &Observed) -> Seen<Walker> {
    let running = observed.running.as_ref().map_err(Clone::clone)?;
    let is_worker = |it: &&Running| {
        let title = it.words.join(" ");
        (it.name == "nginx" && title.contains("worker process")) || it.name == "caddy"
    };
    let worker = running.iter().find(|it| !it.is_contained && is_worker(it));
    let Some(worker) = worker else {
        return Err(Unseen { why: "no web server runs".to_owned(), remedy: None });
    };
    let groups = worker.groups.clone();
    Ok(Walker { name: worker.user.clone(), uid: worker.uid, groups })
}

fn of_unit(user: &Fact<String>, ways: &Ways<'_>) -> Option<Walker> {
    let known = ways.users.user(&user.value)?;
    let groups = ways.users.groups_of(known);
    Some(Walker { name: user.clone(), uid: known.uid, groups })
}

fn of_sites(deployment: &Deployment) -> Vec<Question> {
    let mut questions = Vec::new();
    for site in &deployment.sites {
        let mut served = |url: Option<Fact<String>>, purpose| {
            let dir = url.and_then(|url| site.dir_for(deployment, &url));
            questions.extend(dir.filter(|dir| dir.value.container.is_none()).map(|dir| Question {
                path: dir.map(|dir| dir.path.clone()),
                purpose,
                by: site.name.clone(),
            }));
        };
        for (_, app) in deployment.proxied().iter().filter(|(it, _)| std::ptr::eq(*it, site)) {
            served(app.get(STATIC_URL), Purpose::ServeStatic);
            served(app.get(MEDIA_URL), Purpose::ServeMedia);
        }
        for upstream in site.routes.iter().flat_map(|route| &route.upstreams) {
            if let Endpoint::Unix(path) = &upstream.value {
                let path = upstream.map(|_| path.clone());
                questions.push(Question { path, purpose: Purpose::Connect, by: site.name.clone() });
            }
        }
    }
    questions
}

fn of_process(process: &Process) -> Vec<Question> {
    let by = || process.name.clone();
    let mut questions = Vec::new();
    if let Some(cwd) = process.cwd.clone().filter(|cwd| cwd.value.is_absolute()) {
        questions.push(Question { path: cwd, purpose: Purpose::StartIn, by: by() });
    }
    let executable = process.started.as_ref().map(|it| it.executable.clone());
    if let Some(executable) = executable.filter(|it| it.value.starts_with('/')) {
        let path = executable.map(|it| Utf8PathBuf::from(it.as_str()));
        questions.push(Question { path, purpose: Purpose::Execute, by: by() });
    }
    for written in process.fact().written_paths() {
        let purpose = Purpose::Write(written.what);
        questions.push(Question { path: written.path, purpose, by: by() });
    }
    questions
}

/// The env files that something reads here, each at a secret that it holds.
fn of_secrets(deployment: &Deployment) -> Vec<Question> {
    let files = deployment.surroundings.env_files.iter();
    let read = files.filter(|it| !it.documents && !it.readers.is_empty() && it.path.is_absolute());
    let question = |file: &EnvFile| {
        let mut secrets = file.assignments().filter(|it| {
            is_secret_name(&it.key.value) && !it.inner().is_empty() && !is_placeholder(it.inner())
        });
        let path = Fact::at(file.path.clone(), secrets.next()?.key.place);
        Some(Question { path, purpose: Purpose::Peek, by: file.path.to_string() })
    };
    once(read.filter_map(question).collect())
}

/// One question for each path and purpose: many sites may name one socket.
fn once(questions: Vec<Question>) -> Vec<Question> {
    let mut kept: Vec<Question> = Vec::new();
    for question in questions {
        let same = |it: &Question| {
            (&it.path.value, it.purpose) == (&question.path.value, question.purpose)
        };
        if !kept.iter().any(same) {
            kept.push(question);
        }
    }
    kept
}

fn ask(question: Question, walker: &Walker, ways: &Ways<'_>, sources: &mut Sources) -> Access {
    let Question { path, purpose, by } = question;
    let title = format!("{} as {} finds it", path.value, walker.name.value);
    let mut steps = Steps { transcript: Transcript::new(title), walker, ways };
    let end = steps.walk(&path.value, purpose);
    let kept = steps.transcript.keep(sources);
    let way = end.map(|end| match end {
        End::Free => Way::Free,
        End::Blocked(path, part) => Way::Blocked(kept.fact(path, part)),
        End::Missing(path, part) => Way::Missing(kept.fact(path, part)),
    });
    Access {
        user: walker.name.clone(),
        asked: path.map(|_| ()),
        path: path.value,
        purpose,
        by,
        way,
    }
}

enum End {
    Free,
    Blocked(Utf8PathBuf, Part),
    Missing(Utf8PathBuf, Part),
}

struct Steps<'a> {
    transcript: Transcript,
    walker: &'a Walker,
    ways: &'a Ways<'a>,
}

impl Steps<'_> {
    fn walk(&mut self, path: &Utf8Path, purpose: Purpose) -> Seen<End> {
        let mut path = normalize(path);
        for _ in 0..MOST_LINKS {
            let folders: Vec<Utf8PathBuf> = path.ancestors().map(Utf8Path::to_owned).collect();
            let mut link = None;
            for part in folders.into_iter().rev() {
                let Some(stat) = self.stat(&part)? else {
                    let line = self.transcript.line(&format!("{part} is not there"));
                    return Ok(End::Missing(part, line));
                };
                if let StatKind::Link(target) = &stat.kind {
                    self.transcript.line(&format!("{part} leads to {target}"));
                    let rest = path.strip_prefix(&part).unwrap_or(Utf8Path::new(""));
                    let beside = part.parent().unwrap_or(&part);
                    link = Some(normalize(&beside.join(target).join(rest)));
                    break;
                }
                let line = self.line(&part, &stat);
                let needed = if part == path { self.needed(&stat, purpose) } else { ENTER };
                if self.bits(&stat) & needed != needed {
                    return Ok(End::Blocked(part, line));
                }
            }
            match link {
                Some(further) => path = further,
                None => return Ok(End::Free),
            }
        }
        Err(Unseen { why: "its links lead round and round".to_owned(), remedy: None })
    }

    fn stat(&self, path: &Utf8Path) -> Seen<Option<Stat>> {
        self.ways.host.stat(path).map_err(|why| {
            let unseen = unseen(&why);
            Unseen { why: format!("`{path}`: {}", unseen.why), ..unseen }
        })
    }

    fn line(&mut self, path: &Utf8Path, stat: &Stat) -> Part {
        let users = self.ways.users;
        let (user, group) = (users.user_name(stat.uid), users.group_name(stat.gid));
        let list = if stat.acl.is_empty() { "" } else { ", with an access list" };
        self.transcript.line(&format!("{path} has mode {:04o}, of {user}:{group}{list}", stat.mode))
    }

    /// What the path itself has to allow.
    fn needed(&self, stat: &Stat, purpose: Purpose) -> u8 {
        match (purpose, &stat.kind) {
            // To connect takes the right to write (unix(7)).
            (Purpose::Connect, _) => WRITE,
            (Purpose::Write(_), StatKind::Dir) => WRITE | ENTER,
            (Purpose::Write(_), _) => WRITE,
            (Purpose::ServeStatic | Purpose::ServeMedia, StatKind::Dir) => ENTER,
            (Purpose::ServeStatic | Purpose::ServeMedia | Purpose::Peek, _) => READ,
            (Purpose::StartIn | Purpose::Execute, _) => ENTER,
        }
    }

    /// What the user may do: the first class that fits counts, even if a later one allows more.
    fn bits(&self, stat: &Stat) -> u8 {
        let Walker { uid, groups, .. } = self.walker;
        let of_mode = |shift: u32| ((stat.mode >> shift) & 7) as u8;
        if *uid == 0 {
            // Everything but executing what nobody may (capabilities(7), CAP_DAC_OVERRIDE).
            let runs = stat.mode & 0o111 != 0 || stat.kind == StatKind::Dir;
            return READ | WRITE | if runs { ENTER } else { 0 };
        }
        if *uid == stat.uid {
            return of_mode(6);
        }
        let entry = |of: AclTag| stat.acl.iter().find(|it| it.of == of).map(|it| it.bits);
        let mask = entry(AclTag::Mask).unwrap_or(7);
        if let Some(bits) = entry(AclTag::User(*uid)) {
            return bits & mask;
        }
        let owning = groups.contains(&stat.gid).then(|| match entry(AclTag::Group) {
            Some(bits) => bits & mask,
            None => of_mode(3),
        });
        let named = stat.acl.iter().filter_map(|it| match it.of {
            AclTag::NamedGroup(gid) if groups.contains(&gid) => Some(it.bits & mask),
            _ => None,
        });
        let of_groups: Vec<u8> = owning.into_iter().chain(named).collect();
        match of_groups.as_slice() {
            [] => of_mode(0),
            some => some.iter().fold(0, |all, bits| all | bits),
        }
    }
}
