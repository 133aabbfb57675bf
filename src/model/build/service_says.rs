//! What a service of a compose file says by itself of what it is for: by what it mounts, is built of, is
//! given and is told to start.

use crate::model::build::env_files;
use crate::model::build::named_stage::stage_of;
use crate::model::compose::{Location, Mount, MountKind, Service};
use crate::model::django::{self, Role as ModuleRole};
use crate::model::site::is_public;
use crate::model::text::Text;
use crate::model::variables::names_an_environment;
use crate::model::{EnvFile, Files, Kind, Process, ProcessKind, Stage, is_of_macos};
use camino::{Utf8Path, Utf8PathBuf};

/// Whether a service mounts a folder of somebody's own machine, by a path that no server has.
pub(super) fn is_of_a_mac(service: &Service) -> bool {
    service.volumes.iter().any(|mount| {
        let MountKind::Bind(_, Some(location)) = &mount.kind else { return false };
        matches!(&location.value, Location::Host(path) if is_of_macos(path))
    })
}

/// Whether somebody fetches a certificate for a name of their own that it answers to (acme-companion's
/// README, "Basic usage").
pub(super) fn has_a_certificate(service: &Service) -> bool {
    let names = service.variable("LETSENCRYPT_HOST").and_then(|it| it.value.as_ref()?.known());
    names.is_some_and(|it| it.value.split(',').any(|name| is_public(name.trim())))
}

/// Whether a service takes https for visitors, with certificates that the machine itself has: what
/// developers make for themselves lies in the checkout or their homes.
pub(super) fn has_certificates_of_the_machine(service: &Service) -> bool {
    const CERTIFICATES: [&str; 4] =
        ["/etc/nginx/certs", "/etc/nginx/ssl", "/etc/letsencrypt", "/etc/ssl"];
    let is_of_machine = |path: &Utf8Path| path.starts_with("/opt") || path.starts_with("/etc");
    let brings = |mount: &Mount| {
        let MountKind::Bind(_, Some(location)) = &mount.kind else { return false };
        let Location::Host(path) = &location.value else { return false };
        let at = mount.target.known();
        is_of_machine(path)
            && at.is_some_and(|at| CERTIFICATES.iter().any(|it| at.value.starts_with(it)))
    };
    service.ports.iter().any(|it| it.takes(443)) && service.volumes.iter().any(brings)
}

/// Whether a service is built from a Dockerfile that is called after tests.
pub(super) fn is_built_for_tests(service: &Service) -> bool {
    let file = service.build.as_ref().and_then(|it| it.dockerfile.as_ref());
    let path = file.map(ToString::to_string).unwrap_or_default().to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with("test") || name.split(['.', '-', '_']).any(|it| it == "test")
}

/// Whether a file that a service mounts is called after production: `nginx/prod.conf`.
pub(super) fn mounts_for_production(service: &Service) -> bool {
    service.volumes.iter().any(|mount| {
        let MountKind::Bind(_, Some(location)) = &mount.kind else { return false };
        let Location::Tree(path) = &location.value else { return false };
        let stem = path.file_stem().unwrap_or_default();
        path.extension().is_some() && stage_of(stem) == Some(Stage::Production)
    })
}

/// Whether what a service is built of is called after production: `Dockerfile.prod`.
pub(super) fn is_built_for_production(service: &Service) -> bool {
    let Some(build) = &service.build else { return false };
    let mut texts = build.target.iter().chain(&build.dockerfile);
    texts.any(|it| stage_named_by(it) == Some(Stage::Production))
}

/// What the last part of a text says that something is for: `docker/Dockerfile.dev`.
fn stage_named_by(text: &Text) -> Option<Stage> {
    stage_of(text.known()?.value.rsplit('/').next().unwrap_or_default())
}

/// Whether an env file of a service, or its folder, is called after production, or names settings for it,
/// there or in what it is to be copied from.
pub(super) fn is_given_production(files: &Files, service: &Service) -> bool {
    let mut named = service.env_files.iter().filter_map(|it| it.path.known());
    // The file, or the folder of its own: `.envs/.production/.django`.
    let is_called_so = |path: &str| {
        let stage = path.rsplit('/').take(2).find_map(stage_of);
        stage == Some(Stage::Production)
    };
    if named.any(|it| is_called_so(&it.value)) {
        return true;
    }
    let of_tree = service.env_files.iter().filter_map(|it| match &it.location.as_ref()?.value {
        Location::Tree(path) => Some(path),
        Location::Host(_) | Location::Home(_) | Location::Remote(_) => None,
    });
    let paths: Vec<&Utf8PathBuf> = of_tree.collect();
    let makes = |file: &EnvFile| {
        let mut beside = paths.iter().filter(|it| it.parent() == file.path.parent());
        beside.any(|it| it.file_name().is_some_and(|name| file.is_for(name)))
    };
    let read = files.of(Kind::Dotenv).into_iter();
    let mut found = read.filter_map(|it| env_files::env_file(files, it)).filter(makes);
    found.any(|file| {
        let module = file.value(django::VARIABLE);
        module.is_some_and(|it| django::role(&it.value) == ModuleRole::Production)
    })
}

/// Whether what a service is built of or told names development: `target: dev`.
pub(super) fn is_a_developers(service: &Service, process: &Process) -> bool {
    let built = service.build.as_ref().is_some_and(|build| {
        // That of a datastore may be how the developers' database is called.
        let args = build.args.iter().filter(|_| process.kind.is_app());
        let args = args.filter_map(|it| it.value.as_ref());
        let mut texts = build.target.iter().chain(&build.dockerfile).chain(args);
        texts.any(|text| stage_named_by(text).is_some_and(Stage::is_for_few))
    });
    let is_development = |text: &Text| stage_named_by(text) == Some(Stage::Development);
    // `image: shop:development`, beside what it is built of.
    let tag = service.image.as_ref().and_then(|it| it.known());
    let tag = tag.and_then(|it| stage_of(it.value.rsplit_once(':')?.1));
    let built = built || service.build.is_some() && tag == Some(Stage::Development);
    let is_on = |text: &Text| {
        text.known()
            .is_some_and(|it| matches!(it.value.to_ascii_lowercase().as_str(), "1" | "true"))
    };
    let told = service.environment.iter().any(|variable| {
        let (name, value) = (variable.name.value.as_str(), variable.value.as_ref());
        // Flask's is no word of the site's: servers run with it for years (Flask's documentation, "Configuration
        // Handling", before 2.3).
        name != "FLASK_ENV" && chooses_an_environment(name) && value.is_some_and(is_development)
            || says_development(name) && value.is_some_and(is_on)
    });
    // DEBUG is on beside `SECRET_KEY: top-secret-development-key`, which is no slip.
    let has = |word: &str, says: &dyn Fn(&Text) -> bool| {
        let mut named = service.environment.iter().filter(|it| it.name.value.ends_with(word));
        named.any(|it| it.value.as_ref().is_some_and(says))
    };
    let told = told || has("DEBUG", &is_on) && has("SECRET_KEY", &is_development);
    let is_script = |word: &Text| word.known().is_some_and(|it| it.value.ends_with(".sh"));
    let commands = [&service.entrypoint, &service.command];
    let mut started = false;
    for command in commands.into_iter().flatten() {
        // A script, or what an entry point is told to start: `web-dev`. An option is neither: Loki has its
        // configuration in `-config.file=/etc/loki/local-config.yaml`, on servers as well.
        let is_option = |word: &Text| word.known().is_some_and(|it| it.value.starts_with('-'));
        let alone = command.words.len() == 1 && !command.words.iter().any(is_option);
        let told = |word: &Text| (alone || is_script(word)) && is_development(word);
        started |= command.words.iter().any(told);
    }
    built || process.kind.is_app() && told || started
}

/// Whether a service starts a script that is called after production: `sh start_prod.sh`.
pub(super) fn starts_for_production(service: &Service) -> bool {
    let is_script = |word: &Text| word.known().is_some_and(|it| it.value.ends_with(".sh"));
    let mut words = service.command.iter().flat_map(|it| &it.words);
    words.any(|it| is_script(it) && stage_named_by(it) == Some(Stage::Production))
}

/// Whether a service tells an entry point that is not followed to start it: `manage runserver`.
pub(super) fn asks_for_runserver(service: &Service, process: &Process) -> bool {
    let words = service.command.iter().flat_map(|it| &it.words);
    let mut words = words.filter_map(|it| it.known());
    process.kind == ProcessKind::Other && words.any(|it| it.value == "runserver")
}

/// Whether the application reads an env file that is called after development.
pub(super) fn is_supplied_for_dev(service: &Service, process: &Process) -> bool {
    let mut paths = service.env_files.iter().filter_map(|it| it.path.known());
    process.kind.is_app() && paths.any(|it| is_for_dev(&it.value))
}

/// `dev.env`, `.env.development`; what is `local` may as well be a server's own.
fn is_for_dev(env_file: &str) -> bool {
    let name = env_file.rsplit('/').next().unwrap_or_default();
    let mut words = name.split(['.', '-', '_']);
    words.any(|word| matches!(word, "dev" | "develop" | "development"))
}

/// Whether a service reads what somebody tries production with: `.envs/.production-local-testing/`.
pub(super) fn is_supplied_for_tests(service: &Service) -> bool {
    let mut paths = service.env_files.iter().filter_map(|it| it.path.known());
    paths.any(|it| it.value.split(['/', '.', '-', '_']).any(|word| word == "testing"))
}

/// Whether a service is of a profile for production, or is told that this is it.
pub(super) fn names_production(service: &Service) -> bool {
    let mut profiles = service.profiles.iter().map(ToString::to_string);
    profiles.any(|it| stage_of(&it) == Some(Stage::Production))
        || service.environment.iter().any(|variable| {
            let value = variable.value.as_ref().and_then(Text::known);
            chooses_an_environment(&variable.name.value)
                && value.is_some_and(|it| stage_of(&it.value) == Some(Stage::Production))
        })
}

/// Whether a service is told to run the settings that are for developers.
pub(super) fn names_settings_for_dev(service: &Service) -> bool {
    let named = service.variable(django::VARIABLE).and_then(|it| it.value.as_ref()?.known());
    named.is_some_and(|it| django::role(&it.value) == ModuleRole::Development)
}

/// What holds the name of an environment, and may say so: `ENVIRONMENT_NAME`.
fn chooses_an_environment(name: &str) -> bool {
    let bare = ["_NAME", "_TYPE"].iter().find_map(|it| name.strip_suffix(it));
    names_an_environment(bare.unwrap_or(name))
}

/// What is true of developers' machines alone: `DEV_ENV`, `IS_DEVELOPMENT`.
fn says_development(name: &str) -> bool {
    let parts: Vec<&str> = name.split('_').collect();
    let is_mode = |it: &&str| matches!(*it, "IS" | "ENV" | "MODE" | "ENVIRONMENT");
    let is_dev = |it: &&str| matches!(*it, "DEV" | "DEVELOPMENT" | "DEVELOP");
    parts.len() == 2 && parts.iter().any(is_mode) && parts.iter().any(is_dev)
}
