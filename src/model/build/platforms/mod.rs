//! Signs that the site runs on a platform, which starts containers or programs by descriptions of its own.
//!
//! A sign is what somebody had to write for the platform and for nothing else:
//!
//! - a workflow, a script or a Makefile that calls it to deploy (`aws ecs update-service`, `kubectl
//!   apply`, `heroku container:release`), or that pushes an image and then sets off a workflow of another
//!   repository, which has the rest;
//! - a Procfile that no developer's manager of processes reads, beside an `app.json`, a `runtime.txt` or
//!   with a `release` of its own (Heroku Dev Center, "app.json Schema", "Specifying a Python Runtime",
//!   "Release Phase"). By itself it may be what honcho or systemd starts;
//! - the file that names the application to it, beside a Django project or above one (`fly.toml`,
//!   `render.yaml`, `app.yaml`, `.do/app.yaml`, `zappa_settings.json`, …);
//! - a task definition of ECS, a manifest or chart of Kubernetes that runs an image of somebody's own, a
//!   resource of Terraform or a stack of CDK that does.
//!
//! No sign is what READMEs say of a platform, a workflow that only pushes an image, or a machine that
//! Terraform orders: compose may well run there. Elastic Beanstalk starts `docker-compose.yml` itself
//! (AWS, "Using the Docker platform branch"), and counts where files say otherwise.
//!
//! Nothing here says that compose is not deployed as well; whether something in view brings its files up
//! is asked where they are ([`crate::model::build::compose_started`]).

use crate::fact::{Certainty, Fact};
use crate::model::build::{compose_calls, described};
use crate::model::{Deployment, Files, Kind, Read, Stage};
use crate::source::{Place, normalize};
use crate::syntax::Parsed;
use camino::{Utf8Path, Utf8PathBuf};
use memchr::memmem;

mod kubernetes;

pub(super) use kubernetes::cluster;

/// One sign, which is what the platform is called.
pub(super) struct Sign {
    pub(super) platform: Fact<&'static str>,
    /// What it speaks of lies above this folder or below it.
    around: Utf8PathBuf,
}

impl Sign {
    /// Every one of a tree.
    pub(super) fn all(files: &Files) -> Vec<Self> {
        let mut found = Vec::new();
        found.extend(called(files));
        found.extend(heroku(files));
        found.extend(described(files));
        found.extend(beanstalk(files));
        found.extend(tasks(files));
        found.extend(kubernetes::manifests(files));
        found.extend(resources(files));
        found
    }

    /// Whether it may speak of what a file starts.
    pub(super) fn concerns(&self, file: &Utf8Path) -> bool {
        let folder = file.parent().unwrap_or(Utf8Path::new(""));
        folder.starts_with(&self.around) || self.around.starts_with(folder)
    }

    fn of_tree(files: &Files, platform: &'static str, read: Read<'_>, part: &str) -> Self {
        let around = files.from_root(read.path).0.to_owned();
        Self { platform: Fact::at(platform, Place::of(read.id, read.text, part)), around }
    }

    /// Beside a Django project, or above one.
    fn of_folder(
        files: &Files,
        platform: &'static str,
        read: Read<'_>,
        around: &Utf8Path,
    ) -> Option<Self> {
        let is_below = |it: &Utf8PathBuf| it.starts_with(around);
        let first = read.text.lines().next().unwrap_or_default();
        files.files_named("manage.py").any(is_below).then(|| Self {
            platform: Fact::at(platform, Place::of(read.id, read.text, first)),
            around: around.to_owned(),
        })
    }
}

/// Whether editors open a container of these files (Development Container Specification, `dockerComposeFile`).
pub(super) fn are_opened_by_editors(files: &Files, composed: &[Utf8PathBuf]) -> bool {
    let names = ["devcontainer.json", ".devcontainer.json"];
    let mut read = names.iter().flat_map(|it| files.files_named(it)).filter_map(|path| {
        let read = files.skim(path).read()?;
        Some((path.parent().unwrap_or(Utf8Path::new("")), read.text))
    });
    read.any(|(folder, text)| {
        let Some((_, behind)) = text.split_once("\"dockerComposeFile\"") else { return false };
        let value = behind.trim_start_matches([':', ' ']);
        let end = if value.starts_with('[') { ']' } else { '\n' };
        let value = value.split(end).next().unwrap_or_default();
        let mut named = value.split('"').map(|it| normalize(&folder.join(it)));
        named.any(|it| composed.contains(&it))
    })
}

/// Doubts of the files that nothing in view starts that they are production, as a platform has it. What
/// no name gives to production, and what has nothing that would be there for others alone, is what
/// developers start.
pub(super) fn leave_to_them(composed: &mut [Deployment]) {
    for deployment in composed {
        let usage = deployment.compose.as_ref().map(|it| &it.usage);
        if usage.is_some_and(|it| it.is_opened_by_editors)
            && !deployment.is_called_production()
            && !deployment.kept_up
        {
            deployment.stage = deployment.stage.map(|_| Stage::Development);
        }
        let Some(platform) = deployment.platform().cloned() else { continue };
        let is_only_built = deployment.compose.as_ref().is_some_and(|it| it.usage.is_only_built);
        let is_named = deployment.is_called_production() || is_only_built;
        deployment.stage = match is_named || deployment.kept_up {
            true => {
                let why = format!(
                    "the site is deployed to {}, and nothing in view starts these files",
                    platform.value
                );
                deployment.stage.clone().doubt(Certainty::Likely, &why)
            }
            false => deployment.stage.map(|_| Stage::Development),
        };
    }
}

const AZURE: &str = "Azure";
const BEANSTALK: &str = "Elastic Beanstalk";
const DIGITAL_OCEAN: &str = "DigitalOcean";
const ECS: &str = "ECS";
const FLY: &str = "Fly.io";
const GOOGLE: &str = "Google Cloud";
const HEROKU: &str = "Heroku";
const KUBERNETES: &str = "Kubernetes";
const LAMBDA: &str = "AWS Lambda";
const RAILWAY: &str = "Railway";

/// What deploys to a platform: commands, and actions of workflows, in small letters.
const CALLS: &[(&str, &str)] = &[
    ("dockerrun.aws.json", BEANSTALK),
    ("eb deploy", BEANSTALK),
    ("aws elasticbeanstalk", BEANSTALK),
    ("/beanstalk-deploy@", BEANSTALK),
    ("aws ecs update-service", ECS),
    ("aws ecs register-task-definition", ECS),
    ("aws ecs run-task", ECS),
    ("amazon-ecs-deploy-task-definition", ECS),
    ("ecs-deploy ", ECS),
    ("copilot deploy", ECS),
    ("copilot svc deploy", ECS),
    ("gcloud run deploy", GOOGLE),
    ("gcloud run services", GOOGLE),
    ("gcloud app deploy", GOOGLE),
    ("/deploy-cloudrun@", GOOGLE),
    ("/deploy-appengine@", GOOGLE),
    ("az containerapp", AZURE),
    ("az webapp", AZURE),
    ("/webapps-deploy@", AZURE),
    ("/container-apps-deploy-action@", AZURE),
    ("kubectl apply", KUBERNETES),
    ("kubectl set image", KUBERNETES),
    ("kubectl rollout", KUBERNETES),
    ("helm upgrade", KUBERNETES),
    ("argocd app sync", KUBERNETES),
    ("/k8s-deploy@", KUBERNETES),
    ("flyctl deploy", FLY),
    ("fly deploy", FLY),
    ("/heroku-deploy@", HEROKU),
    ("git push heroku", HEROKU),
    ("heroku container:release", HEROKU),
    ("zappa deploy", LAMBDA),
    ("zappa update", LAMBDA),
    ("cf push", "Cloud Foundry"),
    ("railway up", RAILWAY),
];

/// Actions by which a workflow sets off one of another repository.
const SET_OFF: &[&str] = &["/trigger-ci-action@", "/repository-dispatch@", "/workflow-dispatch@"];

/// How a workflow pushes an image.
const PUSHES: &[&str] = &["docker push ", "/build-push-action@", "docker compose push"];

/// Whether a text of commands deploys to a platform, and where it does.
fn call(lower: &str) -> Option<(usize, usize, &'static str)> {
    CALLS.iter().find_map(|(call, platform)| {
        let at = found_at(lower, call)?;
        Some((at, call.len(), *platform))
    })
}

/// Where a word stands by itself, and in no comment.
fn found_at(lower: &str, word: &str) -> Option<usize> {
    memmem::find_iter(lower.as_bytes(), word).find(|at| {
        let before = &lower[..*at];
        let line = before.rsplit('\n').next().unwrap_or_default();
        let is_whole = before.chars().next_back().is_none_or(|it| !it.is_alphanumeric());
        let is_open = word.starts_with('/');
        (is_whole || is_open) && !line.trim_start().starts_with('#')
    })
}

/// Whether a script hands images to what runs containers by descriptions of its own.
pub(super) fn deploys_to_one(text: &str) -> bool {
    call(&text.to_ascii_lowercase()).is_some()
}

fn called(files: &Files) -> Vec<Sign> {
    let each = compose_calls::scripts(files).into_iter().filter_map(|read| {
        let lower = files.in_small_letters(read.id);
        let is_workflow = matches!(read.parsed, Parsed::Workflow(_));
        let handed_on = || is_workflow.then(|| kubernetes::handed_on(lower))?;
        let (at, length, platform) = call(lower).or_else(handed_on).or_else(|| {
            let pushes = || PUSHES.iter().any(|it| found_at(lower, it).is_some());
            let set_off = SET_OFF.iter().filter(|_| is_workflow);
            let (at, length) =
                set_off.filter_map(|it| Some((found_at(lower, it)?, it.len()))).next()?;
            pushes().then_some((at, length, "what another repository describes"))
        })?;
        let part = read.text.get(at..at + length)?;
        Some(Sign::of_tree(files, platform, read, part))
    });
    each.collect()
}

/// What `app.json` has for the platform alone (Heroku Dev Center, "app.json Schema").
const APP_JSON: &[&str] =
    &["\"addons\"", "\"buildpacks\"", "\"formation\"", "\"stack\"", "\"env\""];

fn heroku(files: &Files) -> Vec<Sign> {
    let text = |path: &Utf8Path| files.skim(path).read().map(|it| it.text);
    let each = files.of(Kind::Procfile).into_iter().filter_map(|read| {
        let Parsed::Procfile(lines) = read.parsed else { return None };
        let folder = read.path.parent().unwrap_or(Utf8Path::new(""));
        let has = |name: &str| lines.iter().any(|it| it.name.value == name);
        let is_a_developers = lines.iter().any(|line| {
            let command = line.command.as_str();
            let is_tried = command.contains("runserver") && !command.contains("PORT");
            is_tried
                || ["docker ", "docker-compose", "npm ", "yarn "]
                    .iter()
                    .any(|it| command.contains(it))
        });
        let is_made_of = || {
            let manifest = text(&folder.join("app.json"));
            manifest.is_some_and(|text| APP_JSON.iter().any(|it| text.contains(it)))
        };
        let has_runtime = || {
            let runtime = text(&folder.join("runtime.txt"));
            runtime.is_some_and(|it| it.trim_start().starts_with("python-"))
        };
        let is_named = read.path.file_name() == Some("Procfile") && has("web") && !is_a_developers;
        let is_sign = is_named && (has("release") || is_made_of() || has_runtime());
        is_sign.then(|| Sign::of_folder(files, HEROKU, read, folder))?
    });
    each.collect()
}

/// Files by which a platform knows an application, and what a line of each begins with.
const DESCRIPTIONS: &[(&str, &str, &str)] = &[
    (".do/app.yaml", "services:", DIGITAL_OCEAN),
    ("app.yaml", "runtime:", GOOGLE),
    ("captain-definition", "{", "CapRover"),
    ("fly.toml", "app", FLY),
    ("heroku.yml", "build:", HEROKU),
    ("railway.json", "{", RAILWAY),
    ("railway.toml", "[", RAILWAY),
    ("render.yaml", "services:", "Render"),
    ("zappa_settings.json", "{", LAMBDA),
    (".platform.app.yaml", "type:", "Platform.sh"),
];

fn described(files: &Files) -> Vec<Sign> {
    let each = DESCRIPTIONS.iter().flat_map(|(name, begin, platform)| {
        described::called(files, name).filter_map(move |path| {
            let read = files.skim(path).read()?;
            let says = read.text.lines().any(|it| it.starts_with(begin));
            let around = path.ancestors().nth(Utf8Path::new(name).components().count())?;
            says.then(|| Sign::of_folder(files, platform, read, around))?
        })
    });
    each.collect()
}

/// A platform branch for Python, or containers that are described otherwise than for compose: version 3
/// of that file has nothing but the registry's password beside `docker-compose.yml` (AWS, "Dockerrun.aws.json
/// v3").
fn beanstalk(files: &Files) -> Vec<Sign> {
    let python = files.of(Kind::Beanstalk).into_iter();
    let python = python.filter(|it| it.has("elasticbeanstalk:container:python"));
    let containers = files.files_named("Dockerrun.aws.json").filter_map(|path| {
        let read = files.skim(path).read()?;
        let (_, version) = read.text.split_once("\"AWSEBDockerrunVersion\"")?;
        let version = version.trim_start_matches([':', ' ', '"', '\'']);
        version.starts_with(['1', '2']).then_some(read)
    });
    let first = |read: Read<'_>| Sign::of_tree(files, BEANSTALK, read, first_line(read.text));
    python.chain(containers).map(first).collect()
}

/// Task definitions, and stacks of CDK that make some.
fn tasks(files: &Files) -> Vec<Sign> {
    let is_called = |path: &&Utf8PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.contains("task") || path.components().any(|it| it.as_str() == "ecs")
    };
    let tasks = files.ending_in(&["json"]).into_iter().filter(is_called);
    let tasks = tasks.filter_map(|path| {
        let read = files.skim(path).read()?;
        read.has("\"containerDefinitions\"").then_some(read)
    });
    let stacks = files.files_named("cdk.json").filter_map(|path| path.parent());
    let stacks: Vec<&Utf8Path> = stacks.collect();
    let code = if stacks.is_empty() { Vec::new() } else { files.ending_in(&["py", "ts"]) };
    let is_of_stack = |path: &&Utf8PathBuf| {
        let is_installed = path.components().any(|it| it.as_str() == "node_modules");
        !is_installed && stacks.iter().any(|it| path.starts_with(it))
    };
    let stacks = code.into_iter().filter(is_of_stack).filter_map(|path| {
        let read = files.skim(path).read()?;
        ["aws_ecs", "aws-ecs"].iter().any(|it| read.has(it)).then_some(read)
    });
    let found = tasks.chain(stacks);
    found.map(|read| Sign::of_tree(files, ECS, read, first_line(read.text))).collect()
}

/// What Terraform makes that runs a program or a container, and is no machine.
const RESOURCES: &[(&str, &str)] = &[
    ("\"aws_ecs_service\"", ECS),
    ("\"aws_ecs_task_definition\"", ECS),
    ("\"aws_apprunner_service\"", "App Runner"),
    ("\"aws_elastic_beanstalk_environment\"", BEANSTALK),
    ("\"azurerm_container_app\"", AZURE),
    ("\"azurerm_linux_web_app\"", AZURE),
    ("\"google_app_engine_", GOOGLE),
    ("\"google_cloud_run_", GOOGLE),
    ("\"heroku_app\"", HEROKU),
    ("\"kubernetes_deployment", KUBERNETES),
];

fn resources(files: &Files) -> Vec<Sign> {
    let each = files.ending_in(&["tf"]).into_iter().filter_map(|path| {
        let read = files.skim(path).read()?;
        RESOURCES.iter().find_map(|(resource, platform)| {
            let is_it = |it: &&str| it.starts_with("resource ") && it.contains(resource);
            let part = read.text.lines().find(is_it)?;
            Some(Sign::of_tree(files, platform, read, part))
        })
    });
    each.collect()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
