//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::middleware::WHITENOISE;
use crate::model::{Deployment, Probe, Process, SECURE_SSL_REDIRECT};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/healthcheck-not-found",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/healthcheck-not-found.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (probe, app) in deployment.probes().filter(|(it, _)| it.fails && !it.url.value.https) {
        let Some(missing) = answers_404(&app, &probe) else { continue };
        let Some(root) = app.setting("ROOT_URLCONF") else { continue };
        let path = &probe.url.value.path;
        out.report(
            app.value,
            format!("the health check asks for `{path}`, which Django answers with 404"),
            probe.url.label(format!("asks for `{path}`")),
        )
        .also(root.label("no pattern of this URLconf is for it"))
        .because(&missing)
        .because(&app)
        .help("ask for a path that has a view, or add one for the check");
    }
}

/// That a check's request comes as far as the URLconf, and nothing there is for it, with the slash
/// that `APPEND_SLASH` adds or without.
fn answers_404(app: &Fact<&Process>, probe: &Probe) -> Option<Fact<()>> {
    let path = probe.url.value.path.as_str();
    let urls = app.value.django.as_ref()?.urls.as_deref()?;
    let has_nothing = urls.has_nothing_at(path) && urls.has_nothing_at(&format!("{path}/"));
    if urls.patterns.is_empty() || !has_nothing {
        return None;
    }
    // A host that is not allowed is refused before, which another rule tells of.
    if app.refuses(probe).is_some() {
        return None;
    }
    // A client that does not follow is content with a redirect.
    let redirect = app.get(SECURE_SSL_REDIRECT)?;
    if redirect.value || app.is_mounted() || may_be_file(app, path) {
        return None;
    }
    Some(app.comes_to_views()?.given(&redirect))
}

/// Whether WhiteNoise may have a file of that name, whose root may be that of the site.
fn may_be_file(app: &Fact<&Process>, path: &str) -> bool {
    if app.passes(WHITENOISE).is_none() {
        return false;
    }
    let url = app.setting("STATIC_URL");
    let url = url.as_ref().and_then(|it| it.value.text()).unwrap_or("/");
    let own_root = app.setting("WHITENOISE_ROOT").is_some_and(|it| it.value.truth() != Some(false));
    own_root || path.trim_start_matches('/').starts_with(url.trim_start_matches('/'))
}
