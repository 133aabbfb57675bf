//! What scripts, Makefiles and workflows start of a set of compose files, and how.
//!
//! READMEs are heard only where scripts start a part, as what they say in full is then what people do, and
//! where an env file has another name than compose knows; and where they call Swarm.

use crate::fact::Fact;
use crate::model::build::compose_calls::{documents, resolve, scripts};
use crate::model::build::compose_drops;
use crate::model::build::compose_files::{self, Set};
use crate::model::build::compose_meant::Meant;
use crate::model::build::compose_named::resolve_all;
use crate::model::build::compose_runs;
use crate::model::build::compose_said;
use crate::model::build::compose_started;
use crate::model::build::delivered;
use crate::model::build::named_stage::stage_of;
use crate::model::build::platforms::{self, Sign};
use crate::model::compose::{Invocation, Project, Started, Usage, invocations};
use crate::model::scripted::deploying;
use crate::model::{Files, Kind, Read, Stage};
use crate::syntax::Parsed;
use camino::{Utf8Path, Utf8PathBuf};
use memchr::memmem;

/// What a file of commands calls, read once for all sets.
pub(super) struct Caller<'f> {
    pub(super) read: Read<'f>,
    pub(super) calls: Vec<Fact<Invocation>>,
    /// The files of each `docker stack deploy`.
    stacks: Vec<Vec<String>>,
    /// The name of the file that it copies under the name which compose takes by itself.
    pub(super) in_its_place: Option<&'f str>,
}

impl<'f> Caller<'f> {
    /// Those of a tree that call compose or Swarm.
    pub(super) fn all(files: &Files<'f>) -> Vec<Self> {
        let callers = scripts(files).into_iter().map(Self::read);
        let programs = deploying(files).into_iter().map(Self::program);
        let pipelines = files.files_named(delivered::PIPELINE);
        let pipelines = pipelines.filter_map(|path| files.skim(path).read()).map(Self::read);
        callers
            .chain(programs)
            .chain(pipelines)
            .filter(|it| !it.calls.is_empty() || !it.stacks.is_empty())
            .collect()
    }

    /// What texts for people tell them to call.
    pub(super) fn guides(files: &Files<'f>) -> Vec<Self> {
        let guides = files.documents().into_iter().filter(|it| it.has("compose"));
        guides.map(Self::read).filter(|it| !it.calls.is_empty()).collect()
    }

    fn read(read: Read<'f>) -> Self {
        Self {
            calls: invocations(read.id, read.text),
            stacks: stacks(read.text),
            in_its_place: put_in_its_place(read.text),
            read,
        }
    }

    /// A program of Python, whose lines are no commands: it puts them together.
    fn program(read: Read<'f>) -> Self {
        Self { calls: Vec::new(), stacks: stacks(read.text), in_its_place: None, read }
    }
}

/// What is done with the project of a set, of all sets that the tree has.
pub(super) fn usage(
    files: &Files,
    (callers, guides, signs): (&[Caller<'_>], &[Caller<'_>], &[Sign]),
    sets: &[Set],
    set: &Set,
    project: &Project,
) -> Usage {
    let known = compose_files::known(sets);
    let seen = Seen { meant: Meant { known: &known, set }, project };
    let mut usage = Usage {
        runs: compose_runs::runs(callers, guides, seen.meant, project),
        ..Usage::default()
    };
    let (mut is_used, mut is_built, mut is_started) = (false, false, false);
    let mut updates = Vec::new();
    for caller in callers {
        usage.is_stack |= seen.is_deployed_to_swarm(caller);
        let calls: Vec<_> = seen.meant.calls(caller).collect();
        usage.first.extend(compose_started::brought_up_first(caller.read, &calls));
        if usage.drops_volumes.is_none() {
            usage.drops_volumes = compose_drops::dropping(caller.read, &calls);
        }
        for call in calls {
            usage.is_deployed |= seen.is_deployed_by(files, caller, call, sets);
            usage.is_called_deploying |= is_called_deploying(caller, call);
            usage.is_started_alone |= seen.is_started_alone(caller, call);
            let call = &call.value;
            is_used = true;
            match call.subcommand.as_deref() {
                // Whoever pushes with compose takes the images elsewhere, and has them run there.
                Some("push") => is_built = true,
                Some("build") => is_built |= platforms::deploys_to_one(caller.read.text),
                Some("pull" | "config" | "images") => {}
                Some(_) | None => is_started = true,
            }
            usage.names_env_file |= !call.env_files.is_empty();
            match call.subcommand.as_deref() {
                Some("run") => usage.jobs.extend(seen.job(call)),
                // It makes no container: who types a name for `$2` has brought it up before.
                Some("start") if call.arguments.iter().any(|it| it.starts_with('$')) => {}
                Some("up") if call.is_update => updates.push(call),
                Some("up" | "start" | "create") => seen.start(call, &mut usage.started),
                // The first half of a call: what it goes on with, nobody knows.
                None if !call.files.is_empty() => usage.started = Started::All,
                Some(_) | None => {}
            }
        }
    }
    // What is brought up to date runs as well; by itself that tells nothing of the others.
    if matches!(usage.started, Started::Named(_)) {
        updates.into_iter().for_each(|call| seen.start(call, &mut usage.started));
    }
    let names_services = matches!(usage.started, Started::Named(_));
    let reads_others = names_services || project.reads_other_env_files();
    let documents = documents(files, &known);
    let is_default = set.files.last().is_some_and(|it| compose_files::is_default(it));
    let is_named = |path: &Utf8PathBuf| compose_said::is_named_for_developers(&documents, path);
    usage.is_called_deploying |= is_default && compose_started::is_told(&documents);
    usage.is_told_for_developers = is_default && compose_said::is_told_for_developers(&documents)
        || !usage.is_deployed
            && !callers.iter().any(|it| seen.is_called_by_name(it))
            && set.files.last().is_some_and(is_named);
    // What brings the files up is looked for where a platform may have the site instead.
    let sign = signs.iter().find(|it| set.files.iter().all(|file| it.concerns(file)));
    let is_up =
        || usage.is_deployed || usage.is_stack || seen.is_brought_up(files, callers, &documents);
    usage.platform = sign.filter(|_| !is_up()).map(|it| it.platform.clone());
    usage.is_opened_by_editors =
        is_default && platforms::are_opened_by_editors(files, &set.files) && !is_up();
    usage.is_told_as_stack = set.files.iter().any(|path| {
        files.find(path).read().is_some_and(|it| compose_said::is_said_to_be_stack(it.text))
    });
    for read in documents {
        usage.is_told_as_stack |=
            read.has("docker stack ") && seen.is_deployed_to_swarm(&Caller::read(read));
        let document = Caller::read(read);
        is_started |=
            seen.meant.calls(&document).any(|it| it.value.subcommand.as_deref() == Some("up"));
        if reads_others {
            for call in seen.meant.calls(&document).map(|it| &it.value) {
                usage.names_env_file |= !call.env_files.is_empty();
                if names_services && call.subcommand.as_deref() == Some("up") {
                    seen.start(call, &mut usage.started);
                }
            }
        }
    }
    // A file of a name that nobody takes by itself was given it for a use of its own.
    usage.is_only_built = is_built && !is_started && !is_default && !usage.is_stack;
    usage.is_passed_over = is_default
        && !is_used
        && !usage.is_stack
        && (runs_containers_itself(files)
            || runs_image_itself(files, project)
            || sets.iter().filter(|it| is_of_production(it) && it.files != set.files).any(|set| {
                let other = Seen { meant: Meant { set, ..seen.meant }, ..seen };
                callers.iter().any(|caller| other.is_started_by_name(caller))
            }));
    // Beside what a workflow brings up on the server, one of no stage is what developers start.
    let folder = |set: &Set| set.files.last().and_then(|it| it.parent()).map(Utf8Path::to_owned);
    let beside = |other: &&Set| {
        is_of_production(other)
            && is_named_for_a_stage(other)
            && other.files != set.files
            && folder(other) == folder(set)
    };
    let is_deployed = |other: &Set| {
        let other = Seen { meant: Meant { set: other, ..seen.meant }, ..seen };
        callers.iter().any(|caller| {
            other.meant.calls(caller).any(|call| other.is_deployed_by(files, caller, call, sets))
        })
    };
    let is_aside = !is_default && !usage.is_deployed && !usage.is_stack;
    usage.is_beside_deployed =
        is_aside && !is_named_for_a_stage(set) && sets.iter().filter(beside).any(is_deployed);
    let shares = |other: &Set| other.files.iter().any(|it| set.files.contains(it));
    let apart = |other: &&Set| !shares(other) && folder(other) == folder(set);
    usage.is_left_aside =
        is_aside && !is_used && !is_started && sets.iter().filter(apart).any(is_deployed);
    usage
}

/// The name of the compose file that a script copies under the name which compose takes by itself:
/// `scp docker-compose.yml.production host:docker-compose.yml`.
fn put_in_its_place(text: &str) -> Option<&str> {
    text.lines().filter(|line| line.contains("compose")).find_map(|line| {
        let mut words = line.split_whitespace().map(|it| it.trim_matches(['"', '\'']));
        words.by_ref().find(|it| ["cp", "install", "mv", "rsync", "scp"].contains(it))?;
        let paths: Vec<&str> = words.filter(|it| !it.starts_with('-')).collect();
        // An expression of a workflow, as the name of the host is, may have blanks in it.
        let (target, before) = paths.split_last()?;
        let mut names = before.iter().map(|it| it.rsplit('/').next().unwrap_or_default());
        let own = names.find(|it| it.contains("compose"))?;
        let target = target.rsplit(['/', ':']).next().unwrap_or_default();
        let is_taken = compose_files::is_default(Utf8Path::new(target));
        (own != target && is_taken && !own.contains(['$', '{', '*'])).then_some(own)
    })
}

/// Whether the name of a file says what the set is for, and not only that of a folder around it.
fn is_named_for_a_stage(set: &Set) -> bool {
    set.files.iter().any(|it| stage_of(it.file_name().unwrap_or_default()).is_some())
}

/// Whether a call is what a workflow brings these files up by on the server, itself or by a script of
/// the tree that it runs there. Without a file in it, it means those that compose takes by itself, and
/// only one folder of the tree may have such.
fn is_deployed_by(all: &Files, caller: &Caller<'_>, call: &Fact<Invocation>, sets: &[Set]) -> bool {
    let is_default = |set: &&Set| set.files.first().is_some_and(|it| compose_files::is_default(it));
    let files = &call.value.files;
    let means_one = match files.is_empty() {
        true => sets.iter().filter(is_default).count() == 1,
        false => !files.iter().any(|it| it.contains(['$', '%', '{'])),
    };
    let is_there = || match caller.read.parsed {
        Parsed::Workflow(_) => {
            let before = call.evidence().place().and_then(|it| {
                let whole = compose_drops::deploying(caller.read, it.span)?;
                Some(&caller.read.text[whole.start as usize..it.span.start as usize])
            });
            before.is_some_and(|it| !(files.is_empty() && is_elsewhere(it)))
        }
        Parsed::Shell(_) => compose_drops::runs_on_server(all, caller.read.path),
        _ if caller.read.path.file_name() == Some(delivered::PIPELINE) => {
            let at = call.evidence().place().map(|it| it.span.start as usize);
            at.is_some_and(|at| delivered::is_in_stage(caller.read.text, at))
        }
        _ => false,
    };
    call.value.subcommand.as_deref() == Some("up") && means_one && is_there()
}

/// Whether a script that is called after deploying brings its files up.
fn is_called_deploying(caller: &Caller<'_>, call: &Fact<Invocation>) -> bool {
    let place = call.evidence().place();
    call.value.subcommand.as_deref() == Some("up")
        && matches!(caller.read.parsed, Parsed::Shell(_))
        && place.is_some_and(|it| compose_drops::deploying(caller.read, it.span).is_some())
}

/// Whether commands have gone from the checkout that they brought up to date to a folder that is no part
/// of it, whose compose file is another.
fn is_elsewhere(commands: &str) -> bool {
    let (mut here, mut checkout) = ("", None);
    for line in commands.lines().map(str::trim) {
        if let Some(to) = line.strip_prefix("cd ") {
            here = to.split([' ', ';', '&']).next().unwrap_or_default().trim_matches(['"', '\'']);
        }
        if ["git pull", "git fetch", "git reset", "git checkout"].iter().any(|it| line.contains(it))
        {
            checkout = Some(here);
        }
    }
    let is_path = |it: &str| it.starts_with('/') && !it.contains('$');
    let Some(checkout) = checkout.filter(|it| is_path(it)) else { return false };
    is_path(here) && !Utf8Path::new(here).starts_with(checkout)
}

/// Whether a playbook of Ansible starts containers one by one, and none speaks of compose.
fn runs_containers_itself(files: &Files) -> bool {
    let is_list = |read: &Read<'_>| matches!(read.path.extension(), Some("yml" | "yaml"));
    let starts = |line: &str| {
        let line = line.trim_start().trim_start_matches("- ");
        line.starts_with("docker_container:")
            || line.starts_with("community.docker.docker_container:")
    };
    let names_compose = |text: &str| {
        ["docker_compose", "docker-compose", "docker compose"].iter().any(|it| text.contains(it))
    };
    let lists: Vec<_> = files.of(Kind::Text).into_iter().filter(is_list).collect();
    lists.iter().any(|it| it.text.lines().any(starts))
        && !lists.iter().any(|it| names_compose(it.text))
}

/// Whether a play of Ansible names the image of a service that is built here, for a role that starts it:
/// `django_app_docker_image_name: shop/website`.
fn runs_image_itself(files: &Files, project: &Project) -> bool {
    let untagged = |image: &str| image.split([':', '@']).next().unwrap_or_default().to_owned();
    let built = project.services.iter().filter(|it| it.build.is_some());
    let images: Vec<String> = built
        .filter_map(|it| Some(untagged(&it.image.as_ref()?.to_string())))
        .filter(|it| it.contains('/') && !it.contains('$'))
        .collect();
    let names_one = |line: &str| {
        let Some((key, value)) = line.split_once(':') else { return false };
        let value = untagged(value.trim().trim_matches(['"', '\'']));
        key.trim_end().rsplit('_').any(|it| it == "image") && images.contains(&value)
    };
    let is_play = |text: &str| {
        let has =
            |word: &str| text.lines().any(|it| it.trim_start_matches(['-', ' ']).starts_with(word));
        has("hosts:") && has("roles:")
    };
    let mut read = files.of(Kind::Text).into_iter();
    !images.is_empty()
        && read.any(|it| {
            matches!(it.path.extension(), Some("yml" | "yaml"))
                && it.text.lines().any(names_one)
                && is_play(it.text)
        })
}

fn is_of_production(set: &Set) -> bool {
    set.stage_is_said && set.stage.value == Stage::Production
}

#[derive(Clone, Copy)]
struct Seen<'a> {
    meant: Meant<'a>,
    project: &'a Project,
}

impl<'a> Seen<'a> {
    /// Whether a call is what a workflow brings these files up by, and lays no others over them.
    fn is_deployed_by(
        self,
        all: &Files,
        caller: &Caller<'_>,
        call: &Fact<Invocation>,
        sets: &[Set],
    ) -> bool {
        let named = resolve_all(caller.read, &call.value.files, self.meant.known);
        let is_last = |files: &Vec<Utf8PathBuf>| files.last() == self.meant.set.files.last();
        (named.is_empty() || named.iter().any(is_last)) && is_deployed_by(all, caller, call, sets)
    }

    /// Whether a call brings up these files, which it names, and no more.
    fn is_started_alone(self, caller: &Caller<'_>, call: &Fact<Invocation>) -> bool {
        let Invocation { files, subcommand, .. } = &call.value;
        let named = resolve_all(caller.read, files, self.meant.known);
        subcommand.as_deref() == Some("up") && named.contains(&self.meant.set.files)
    }

    /// Whether something in view brings the files up for visitors.
    fn is_brought_up(self, files: &Files, callers: &[Caller<'_>], documents: &[Read<'_>]) -> bool {
        // What no name gives to production is called by developers under its name as well.
        let is_open = !is_of_production(self.meant.set);
        let is_up = |call: &Fact<Invocation>| {
            let subcommand = call.value.subcommand.as_deref();
            subcommand.is_none_or(|it| matches!(it, "up" | "start" | "create"))
        };
        let starts = |caller: &Caller<'_>| {
            let is_meant = |call| !is_open || compose_started::is_servers(files, caller.read, call);
            self.is_deployed_to_swarm(caller)
                || self.meant.calls(caller).any(|call| is_up(call) && is_meant(call))
        };
        let is_named =
            |read: &Read<'_>| !is_open && self.meant.calls(&Caller::read(*read)).any(is_up);
        callers.iter().any(starts)
            || documents.iter().any(is_named)
            || is_open && compose_started::is_told(documents)
            || compose_started::is_done_by_others(files)
    }

    /// Whether a script surely means these files, by their names.
    fn is_called_by_name(self, caller: &Caller<'_>) -> bool {
        let last = self.meant.set.files.last();
        let named = caller.calls.iter().map(|it| &it.value.files).filter(|it| !it.is_empty());
        let mut found = named.filter_map(|it| resolve(caller.read.path, it, self.meant.known));
        found.any(|files| last.is_some_and(|last| files.contains(last)))
    }

    /// Whether a script brings up these files and says which they are.
    fn is_started_by_name(self, caller: &Caller<'_>) -> bool {
        let starts =
            |call: &Invocation| !call.files.is_empty() && call.subcommand.as_deref() == Some("up");
        self.is_deployed_to_swarm(caller) || self.meant.calls(caller).any(|it| starts(&it.value))
    }

    /// Whether a script hands the files to Swarm.
    fn is_deployed_to_swarm(self, caller: &Caller<'_>) -> bool {
        caller.stacks.iter().any(|named| !named.is_empty() && self.meant.concerns(caller, named))
    }

    /// The service that is run with its own command.
    fn job(self, call: &Invocation) -> Option<String> {
        let [only] = call.arguments.as_slice() else { return None };
        self.project.service(only).map(|it| it.name.value.clone())
    }

    fn start(self, call: &Invocation, started: &mut Started) {
        let are_known = call.arguments.iter().all(|it| self.project.service(it).is_some());
        match started {
            _ if call.arguments.is_empty() || !are_known => *started = Started::All,
            Started::All => {}
            Started::Named(calls) => calls.push(call.arguments.iter().cloned().collect()),
            Started::Unseen => {
                *started = Started::Named(vec![call.arguments.iter().cloned().collect()]);
            }
        }
    }
}

/// The files that lines hand to Swarm: `docker stack deploy -c FILE NAME`.
fn stacks(text: &str) -> Vec<Vec<String>> {
    if memmem::find(text.as_bytes(), b"stack ").is_none() {
        return Vec::new();
    }
    let lines = text.split('\n').filter(|line| !line.trim_start().starts_with('#'));
    let calls = lines.filter_map(|line| {
        let given = || line.trim_start().strip_prefix("args:").map(|it| it.trim_start());
        let behind = match line.split_once("docker stack ") {
            Some((_, behind)) => behind,
            // An action that calls Docker is handed what stands behind its name.
            None => given()?.trim_start_matches(['"', '\'']).strip_prefix("stack ")?,
        };
        behind.strip_prefix("deploy").or_else(|| behind.strip_prefix("up"))
    });
    let files = |behind: &str| {
        let mut words = behind.split_whitespace();
        let mut named = Vec::new();
        while let Some(word) = words.next() {
            let (option, value) = match word.split_once('=') {
                Some((option, value)) => (option, Some(value)),
                None => (word, None),
            };
            if matches!(option, "-c" | "--compose-file") {
                named.extend(value.or_else(|| words.next()));
            }
        }
        named.iter().map(|it| it.trim_matches(['"', '\'']).to_owned()).collect()
    };
    calls.map(files).collect()
}
