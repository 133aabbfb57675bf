//! What is asked about deployments once all that they consist of is there.
//!
//! Nothing here leads to other files, documents and the code around settings apart, so it is done in
//! the last round alone.

use crate::model::build::env_loads::Load;
use crate::model::build::example;
use crate::model::build::named_stage::is_of_developers;
use crate::model::build::{
    absent_files, beanstalk, carried, committed, compose_started, described, documents, env_files,
    env_loads, faults, guide_lists, host, ignored, ini_variables, kept_comments, minutes,
    platforms, play_variables, postgres, redis, script_secrets, servers_told, speaks, static_roots,
    superusers, supervisord, tls_told, told, unnamed, value_files,
};
use crate::model::carried::Carried;
use crate::model::collected;
use crate::model::django;
use crate::model::faults::Faults;
use crate::model::process::Django;
use crate::model::spoken::Speaks;
use crate::model::surroundings::{Links, Surroundings};
use crate::model::{Deployment, Files, Kind, Model, Read, Tmpfiles, scripted};
use crate::source::{Entry, EntryKind};
use camino::Utf8PathBuf;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// Asks for what is looked at for its name: with a file that is still to come all would be done
/// once more.
pub(in crate::model) fn want(files: &Files) {
    let by_name = || rayon::join(|| superusers::scripts(files), || committed::candidates(files));
    rayon::join(|| (told::want(files), unnamed::want(files)), by_name);
    platforms::cluster(files);
}

/// What leads to further files still, as code of a project is read for a word that it may have. What
/// [`complete`] would ask for comes along, or there would be a round for each.
pub(in crate::model) fn look_around_settings(model: &mut Model, files: &Files) {
    if model.deployments.iter().any(|it| !it.sites.is_empty()) {
        carried::want(files);
        _ = static_roots::written(files);
    }
    if documents::has_servers(files) {
        host::want(files);
    }
    let faults = faults_of(&model.deployments, files);
    let apps = model.deployments.iter_mut().flat_map(|it| &mut it.processes);
    for (django, faults) in apps.filter_map(|process| process.django.as_mut()).zip(faults) {
        django.faults = faults;
    }
}

pub(in crate::model) fn complete(model: &mut Model, files: &Files) {
    note_evaluations(model);
    let loads = env_loads::loads(files);
    let surroundings = Arc::new(surroundings(model, files, &loads));
    for deployment in &mut model.deployments {
        deployment.surroundings = Arc::clone(&surroundings);
        deployment.absent_files = absent_files::absent(files, deployment);
        deployment.loaded_elsewhere = env_loads::elsewhere(deployment, &loads);
    }
    model.surroundings = surroundings;
}

/// What was run, and where evaluation gave up.
fn note_evaluations(model: &mut Model) {
    let apps = model.deployments.iter().flat_map(|it| &it.processes);
    for django in apps.filter_map(|process| process.django.as_ref()) {
        if !speaks_python_2(&django.project) {
            model.ran.extend(django.evaluation.ran());
        }
        for limit in &django.evaluation.limits {
            model.reading.limit(limit);
        }
    }
}

/// What is wrong with the settings of each process that has some, in order. Processes that share
/// their settings share it.
fn faults_of(deployments: &[Deployment], files: &Files) -> Vec<Arc<Faults>> {
    let apps = deployments.iter().flat_map(|it| &it.processes);
    let apps: Vec<&Django> = apps.filter_map(|process| process.django.as_ref()).collect();
    let is_same = |a: &Django, b: &Django| {
        Arc::ptr_eq(&a.project, &b.project)
            && a.module.value == b.module.value
            && a.requirements.told() == b.requirements.told()
            && Arc::ptr_eq(&a.evaluation, &b.evaluation)
    };
    let mut distinct: Vec<&Django> = Vec::new();
    let which = apps.into_iter().map(|django| {
        let known = distinct.iter().position(|known| is_same(known, django));
        known.unwrap_or_else(|| {
            distinct.push(django);
            distinct.len() - 1
        })
    });
    let which: Vec<usize> = which.collect();
    let find = |django: &&Django| Arc::new(faults::faults(files, django));
    let found: Vec<Arc<Faults>> = distinct.par_iter().with_max_len(1).map(find).collect();
    which.into_iter().map(|at| Arc::clone(&found[at])).collect()
}

fn surroundings(model: &Model, files: &Files, loads: &[Load]) -> Surroundings {
    let has_sites = model.deployments.iter().any(|it| !it.sites.is_empty());
    let has_units = model.deployments.iter().any(|it| !it.units.is_empty());
    let has_containers = model.deployments.iter().any(|it| it.compose.is_some());
    // Each goes through long texts, and none needs another.
    let tls = || if has_sites { speaks::speaks(files) } else { Speaks::default() };
    let carried = || if has_sites { carried::carried(files) } else { Carried::default() };
    let script_secrets = || script_secrets::script_secrets(files, &model.deployments);
    let listed = || env_files::env_files(files, &model.deployments, loads);
    let guides = || guide_lists::guide_lists(files);
    let tmpfiles = || match documents::has_servers(files) {
        true => host::tmpfiles(files),
        false => Tmpfiles::default(),
    };
    let (((told, tls), (carried, script_secrets)), (listed, (guides, tmpfiles))) = rayon::join(
        || {
            let (told, rest) = (|| told::told(files), || rayon::join(carried, script_secrets));
            rayon::join(|| rayon::join(told, tls), rest)
        },
        || rayon::join(listed, || rayon::join(guides, tmpfiles)),
    );
    let cluster = platforms::cluster(files);
    Surroundings {
        each_minute: minutes::each_minute(files),
        kept_comments: kept_comments::kept_comments(files, &listed, &model.deployments),
        read_differently: env_loads::read_differently(files, &listed, &model.deployments, loads),
        env_files: listed,
        written_env: example::written(files).and_then(|it| env_files::env_file(files, it)),
        committed: committed::committed(files),
        told,
        guides,
        unnamed_migrations: unnamed::unnamed(files, &model.deployments),
        named_by_starters: named_by_starters(files),
        named_in_compose: named_in_compose(files),
        without_django: model.without_django,
        django: model.admitted.clone(),
        lacks_code: ignored::lacks_submodule(files),
        tells_of_tls: tls_told::tells_of_tls(files, &model.deployments),
        passes_on_http: tls_told::passes_on_http(&model.deployments),
        may_be_behind_cluster: cluster.may_be_in_front,
        has_unseen_manifests: cluster.has_unseen_manifests,
        tells_of_web_server: servers_told::tells_of_web_server(files, &model.deployments),
        redis: redis::of_host(files),
        static_roots: if has_sites { static_roots::written(files) } else { BTreeSet::new() },
        control_ports: supervisord::control_ports(files),
        postgres: postgres::of_host(files),
        script_secrets,
        play_variables: play_variables::play_variables(files),
        ini_variables: ini_variables::ini_variables(files),
        value_files: value_files::value_files(files),
        manifests: value_files::manifests(files),
        beanstalk_variables: beanstalk::committed(files),
        described_variables: described::committed(files),
        links: links(files),
        collected: if has_sites { collected::folders(files) } else { BTreeSet::new() },
        uses: OnceLock::new(),
        named_addresses: OnceLock::new(),
        edits: files.scripted().edited().map(str::to_owned).collect(),
        knows_of_quotes: has_containers && knows_of_quotes(model, files),
        carried,
        named_by_hand: if has_containers { named_by_hand(files) } else { BTreeSet::new() },
        starts_compose: has_containers && compose_started::is_started_by_unit(files),
        has_user_units: has_units && speak_of(files, &["systemctl --user", ".config/systemd/user"]),
        has_replicas: has_containers && speak_of(files, &["litestream"]),
        binders: if has_sites { host::binders(files) } else { Vec::new() },
        tls,
        has_compose: !files.of(Kind::Compose).is_empty(),
        tmpfiles,
    }
}

/// Whether settings have two quotes with nothing between them as a text, as to compare with it.
fn knows_of_quotes(model: &Model, files: &Files) -> bool {
    let processes = model.deployments.iter().flat_map(|it| &it.processes);
    let django = processes.filter_map(|it| it.django.as_ref());
    // Processes of one project run the same modules.
    let modules: BTreeSet<_> = django.flat_map(|it| &it.evaluation.modules).collect();
    modules
        .into_iter()
        .any(|it| [r#""''""#, r#"'""'"#].iter().any(|quotes| files.read(*it).has(quotes)))
}

/// Whether a script, what starts containers, or a text for people has one of these words.
fn speak_of(files: &Files, words: &[&str]) -> bool {
    let kinds = [Kind::Shell, Kind::Makefile, Kind::Workflow, Kind::Compose, Kind::Dockerfile];
    let mut read = kinds.into_iter().flat_map(|kind| files.of(kind)).chain(files.documents());
    read.any(|it| words.iter().any(|word| it.has(word)))
}

/// The names that commands give to containers, or take for them on a network, beside compose:
/// `docker run --name db --network shop_default`, `docker network connect --alias db shop_default pg`.
fn named_by_hand(files: &Files) -> BTreeSet<String> {
    let read = scripted::scripts(files).into_iter().chain(files.documents());
    let joined = read.filter(|it| it.has("docker ")).map(|it| it.text.replace("\\\n", " "));
    let mut names = BTreeSet::new();
    for text in joined {
        for line in text.lines().filter(|it| it.contains("docker ")) {
            let words: Vec<&str> = line.split([' ', '=']).filter(|it| !it.is_empty()).collect();
            let given = words.windows(2).filter_map(|pair| match pair {
                ["--name" | "--network-alias" | "--alias", name] => Some(*name),
                _ => None,
            });
            names.extend(given.map(str::to_owned));
            let connects = line.contains("network connect");
            names.extend(words.last().filter(|_| connects).map(|it| (*it).to_owned()));
        }
    }
    names
}

/// The names that lines of compose files begin with and variables have: `POSTGRES_HOST: db`,
/// `- POSTGRES_HOST=db`. What developers start says nothing to who deploys.
fn named_in_compose(files: &Files) -> BTreeSet<String> {
    let read = files.of(Kind::Compose).into_iter().filter(|it| !is_of_developers(it.path));
    let lines = read.flat_map(|read| read.text.lines());
    let names = lines.filter_map(|line| {
        let line = line.trim_start().trim_start_matches(['-', ' ', '"', '\'']);
        let name = line.split([':', '=']).next().unwrap_or_default().trim_end_matches(['"', '\'']);
        let is_part = |it: u8| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_';
        (name.len() > 2 && name.len() < line.len() && name.bytes().all(is_part)).then_some(name)
    });
    names.map(str::to_owned).collect()
}

/// What `ENV` of Dockerfiles gives the variable that names the settings, and scripts that start a server.
fn named_by_starters(files: &Files) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let starts = |it: &Read<'_>| host::SERVERS.iter().any(|server| it.has(server));
    let scripts = files.of(Kind::Shell).into_iter().filter(starts);
    for read in files.of(Kind::Dockerfile).into_iter().chain(scripts) {
        let lines = read.text.lines().map(str::trim_start).filter(|it| !it.starts_with('#'));
        let named = lines.filter_map(|line| line.split_once(django::VARIABLE));
        let named = named.filter_map(|(_, behind)| behind.strip_prefix(['=', ' ']));
        let word = |it: &str| {
            it.split_whitespace().next().map(|it| it.trim_matches(['"', '\'']).to_owned())
        };
        found.extend(named.filter_map(word));
    }
    found
}

/// Whether every Django that may be installed also runs on Python 2, whose syntax is another:
/// 2.0 was the first that does not (its release notes, "Python compatibility").
fn speaks_python_2(project: &django::Project) -> bool {
    project.requirements.django().is_some_and(|it| it.value.at_least([2]) == Some(false))
}

fn links(files: &Files) -> Links {
    let link = |(path, entry): (&Utf8PathBuf, &Entry)| match &entry.kind {
        EntryKind::Link(target) => Some((path.clone(), target.clone())),
        EntryKind::File { .. } | EntryKind::Dir | EntryKind::Other => None,
    };
    Links(files.tree.entries().filter_map(link).collect())
}
