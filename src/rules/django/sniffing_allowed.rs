//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::middleware::SECURITY;
use crate::model::{Asset, Deployment, MEDIA_URL, Process, SECURE_CONTENT_TYPE_NOSNIFF, Site};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/sniffing-allowed",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("3.7"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/sniffing-allowed.md"),
};

const NOSNIFF: &str = "x-content-type-options";
const MESSAGE: &str = "browsers may take what visitors uploaded for a page or a script";

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.live() {
        let mut sites = deployment.sites_before(app.value).peekable();
        // Where it is not known which server stands in front, any of the tree may.
        let added = &deployment.surroundings.tls.added_headers;
        let by_another = sites.peek().is_none() && added.contains(NOSNIFF);
        if by_another || sites.any(|it| deployment.may_add(it, NOSNIFF)) {
            continue;
        }
        if !app.may_assign(SECURE_CONTENT_TYPE_NOSNIFF) {
            // Who asked for nothing has something to lose only where visitors leave files that Django
            // itself sends to others.
            if deployment.surroundings.has_fields_for_uploads() && sends_uploads(deployment, &app) {
                not_yet_the_default(&app, out);
            }
            continue;
        }
        let Some(off) = app.get(SECURE_CONTENT_TYPE_NOSNIFF).filter(|it| !it.value) else {
            continue;
        };
        let Some(at) = app.assigned(SECURE_CONTENT_TYPE_NOSNIFF) else { continue };
        let what = "browsers may take what the site sends for another type than it says";
        out.report(app.value, what, at.label("`X-Content-Type-Options: nosniff` is not sent"))
            .through(app.supplied(SECURE_CONTENT_TYPE_NOSNIFF), "turned off here")
            .because(&off)
            .help("take the line out: True is the default")
            .mend(Safety::Safe, "write `True`", app.turn(SECURE_CONTENT_TYPE_NOSNIFF, true));
    }
}

/// Whether uploads may come by way of Django, and neither from a folder of the web server nor from
/// elsewhere: what the middleware adds is on no others.
fn sends_uploads(deployment: &Deployment, app: &Fact<&Process>) -> bool {
    let url = app.get(MEDIA_URL);
    // What a variable may say otherwise is mostly called so.
    let asked = url.clone().unwrap_or_else(|| app.map(|_| "/media/".to_owned()));
    let is_served = |site: &Site| site.own_dir_for(deployment, &asked).is_some();
    app.stores_locally(Asset::Media)
        && !deployment.sites_before(app.value).any(is_served)
        && url.is_none_or(|url| app.may_serve(Asset::Media, &url.value))
}

/// Before 3.0 the middleware sends nothing that it is not asked for (release notes of 1.8 and 3.0).
fn not_yet_the_default(app: &Fact<&Process>, out: &mut Findings) {
    let Some(version) = app.django_version() else { return };
    let is_old = version.value.at_least([3, 0]) == Some(false);
    if !is_old || version.value.at_least([1, 8]) != Some(true) {
        return;
    }
    let idle = app.passes(SECURITY);
    let Some(middleware) = idle.clone().or_else(|| app.passes_no(&["secur", "header"])) else {
        return;
    };
    let text = match idle.is_some() {
        true => "sends no `X-Content-Type-Options: nosniff` unasked before Django 3.0",
        false => "none of these sends `X-Content-Type-Options: nosniff`",
    };
    let finding = out.report(app.value, MESSAGE, middleware.label(text));
    finding.because(&version).because(app);
    if idle.is_some() {
        finding.help("set SECURE_CONTENT_TYPE_NOSNIFF to True");
        finding.mend(Safety::Safe, "set it", app.set(SECURE_CONTENT_TYPE_NOSNIFF.name, "True"));
    } else {
        finding.help(format!("put `{SECURITY}` first, and set SECURE_CONTENT_TYPE_NOSNIFF"));
    }
}
