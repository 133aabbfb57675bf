//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Asset, Deployment, MEDIA_URL, Unserved, is_own_url};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/media-unserved",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/media-unserved.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        let Some(django) = &process.django else { continue };
        let Some(field) = &django.project.code.stored else { continue };
        let Some(url) = app.get(MEDIA_URL).filter(|url| is_own_url(&url.value)) else { continue };
        let Some(debug) = app.debug_off() else { continue };
        if !app.stores_locally(Asset::Media) || app.may_serve(Asset::Media, &url.value) {
            continue;
        }
        let unserved = deployment.unserved(&app, &url);
        let Some((site, first)) = unserved.into_iter().next() else { continue };
        let what = match &first {
            Unserved::ByApp(_) => "passed on to Django, which serves no uploads with DEBUG off",
            Unserved::ByOther(_) => "passed on to another program, as all that has no location",
            Unserved::Nowhere(_) => "looks where nginx has its own pages",
        };
        let finding = out.report(
            site,
            format!("nothing serves uploads: `{url}` leads to no directory"),
            first.at().label(what),
        );
        finding.also(url.label("pages link to uploads below this"));
        finding.also(field.label("files are uploaded into this field"));
        finding
            .through(django.project.code.media_for_debug.clone(), "serves them under DEBUG only");
        finding.because(&debug).because(&app);
        finding.help(format!("serve MEDIA_ROOT under `{url}` with a location of its own"));
    }
}
