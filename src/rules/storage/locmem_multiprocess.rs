//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{
    CACHES, Deployment, INSTALLED_APPS, Process, REST_FRAMEWORK, SESSION_CACHE_ALIAS,
    SESSION_ENGINE, Value,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/locmem-multiprocess",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/locmem-multiprocess.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        let need = need(&app);
        let cache = need.as_ref().map_or("default", |it| it.cache.as_str());
        let Some(backend) = in_memory(&app, cache) else { continue };
        let chosen = app.written(&backend).filter(|_| backend.evidence().is_written());
        // What a request left there, only what answers requests looks for.
        let beside = match need {
            Some(_) => deployment.answers_beside(app.value),
            None => deployment.beside(app.value),
        };
        let Some(beside) = beside else { continue };
        let (message, at) = match (&need, &chosen) {
            (Some(need), Some(at)) => {
                (need.effect, at.label("each process has a cache of its own"))
            }
            (Some(need), None) => (need.effect, need.at.label(need.label)),
            (None, Some(at)) => (SEVERAL, at.label("each process has a cache of its own")),
            (None, None) => continue,
        };
        let finding = out.report(app.value, message, at);
        if let (Some(need), Some(_)) = (&need, &chosen) {
            finding.through(Some(need.at.clone()), need.label);
        }
        finding.also(beside.label(&beside.value)).because(&backend).help(HELP);
        match need {
            Some(need) if need.breaks => {}
            Some(_) => _ = finding.at_most(Severity::Warning),
            None => _ = finding.at_most(Severity::Advice),
        }
    }
}

const SEVERAL: &str = "what one process puts into the cache, the others do not see";
const HELP: &str = "use a cache that they share, as Redis, memcached or the database";
const LOCMEM: &str = "django.core.cache.backends.locmem.LocMemCache";

/// The backend of a cache, if that keeps it in memory; nobody may have chosen it.
fn in_memory(app: &Fact<&Process>, cache: &str) -> Option<Fact<Value>> {
    app.entry(CACHES, &[cache, "BACKEND"]).filter(|it| it.value.text() == Some(LOCMEM))
}

/// What has to find in the cache what another process put there.
struct Need {
    at: Fact<()>,
    label: &'static str,
    effect: &'static str,
    breaks: bool,
    cache: String,
}

/// What needs a cache that is kept in memory, the worst first, or else what needs the default one.
fn need(app: &Fact<&Process>) -> Option<Need> {
    let engine = app.get(SESSION_ENGINE);
    let in_cache = |engine: &str| engine == "django.contrib.sessions.backends.cache";
    let cache = app.get(SESSION_CACHE_ALIAS).map(|it| it.value);
    if let Some(cache) = cache.filter(|it| in_memory(app, it).is_some())
        && engine.is_some_and(|it| in_cache(&it.value))
    {
        return Some(Need {
            at: app.assigned(SESSION_ENGINE)?,
            label: "sessions are kept in it",
            effect: "visitors are logged out at random: another process does not know them",
            breaks: true,
            cache,
        });
    }
    let counted = |at: Fact<()>, label: &'static str| Need {
        at,
        label,
        effect: "limits let through several times as much: each process counts for itself",
        breaks: false,
        cache: "default".to_owned(),
    };
    let classes = app.entry(REST_FRAMEWORK, &["DEFAULT_THROTTLE_CLASSES"]);
    if let Some(classes) = classes.filter(|it| it.value.items().is_some_and(|it| !it.is_empty())) {
        return Some(counted(classes.map(|_| ()), "requests are counted in the cache"));
    }
    let apps = app.members(INSTALLED_APPS);
    let limits = |it: &&Fact<String>| matches!(it.value.as_str(), "ratelimit" | "django_ratelimit");
    if let Some(limits) = apps.iter().find(limits) {
        return Some(counted(limits.map(|_| ()), "requests are counted in the cache"));
    }
    let own = app.value.django.as_ref()?.faults.caching_middleware.first()?;
    Some(counted(own.clone(), "middleware of the project keeps something in the cache"))
}
