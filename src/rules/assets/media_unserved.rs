//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact, Label};
use crate::model::nginx::{Handler, Matcher};
use crate::model::{
    Asset, Deployment, Engine, FileField, MEDIA_ROOT, MEDIA_URL, Process, Route, Site, is_own_url,
};
use crate::rules::assets::url_prefix_mismatch::elsewhere;
use crate::rules::assets::{answered_with, asked, passed_on};
use crate::rules::{Check, Rule};
use camino::Utf8PathBuf;

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
        let mut fields = app.stored_uploads();
        // What no page links to, a view hands out under a URL of its own, or a task only reads.
        let around = &deployment.surroundings;
        let any = !django.project.code.may_send_files && around.links_to_uploads();
        fields.retain(|it| any || around.links_to(it));
        let of_apps = app.images_of_apps();
        fields.extend(&of_apps);
        let Some(field) = fields.first() else { continue };
        let Some(url) = app.get(MEDIA_URL).filter(|url| is_own_url(&url.value)) else { continue };
        let by_helper = &django.project.code.media_for_debug;
        let debug = app.debug_off();
        // With DEBUG on, the helper of the URLconf serves them.
        if debug.is_none() && by_helper.is_some()
            || !app.stores_locally(Asset::Media)
            || app.is_mounted()
            || app.may_serve(Asset::Media, &url.value)
        {
            continue;
        }
        let Some(end) = End::of(deployment, &app, &url, debug.is_some()) else { continue };
        let (finding, field, url) = match end {
            End::Site(site, at) => {
                // Another rule says where they are served, or they are by the endings of their names.
                if elsewhere(deployment, site, &app, Asset::Media).is_some()
                    || deployment.routes_of(site, process).any(Route::names_script)
                    || serves_some(site, &url.value)
                {
                    continue;
                }
                let (field, url) = match parts(site, deployment, &fields, &url.value) {
                    Parts::None => (field.kept.map(|_| ()), url),
                    Parts::Without(field) => (field, url),
                    Parts::Perhaps => {
                        let why = "folders below it are served, perhaps all that there are";
                        (field.kept.map(|_| ()), url.doubt(Certainty::Likely, why))
                    }
                    Parts::All => continue,
                };
                let what = match site.is_of_traefik() {
                    true => {
                        "nothing serves uploads: Traefik has none, and Django serves none".into()
                    }
                    false => format!("nothing serves uploads: `{url}` leads to no directory"),
                };
                let how = match site.engine() {
                    Engine::Traefik { .. } => BY_OTHERS.to_owned(),
                    Engine::Caddy { .. } => {
                        format!("serve MEDIA_ROOT under `{url}` before the rest is passed on")
                    }
                    Engine::Nginx { .. } => {
                        format!("serve MEDIA_ROOT under `{url}` with a location of its own")
                    }
                };
                (out.report(site, what, at).help(how), field, url)
            }
            End::Asked(at) => {
                let what =
                    "nothing serves uploads: Django serves none, and no other server is there";
                (out.report(process, what, at).help(BY_OTHERS), field.kept.map(|_| ()), url)
            }
        };
        finding.also(url.label("pages link to uploads below this"));
        let is_an_app =
            of_apps.is_some_and(|it| it.kept.evidence().place() == field.evidence().place());
        finding.also(field.label(match is_an_app {
            true => "images are uploaded into its models",
            false => "files are uploaded into this field",
        }));
        finding.through(by_helper.clone(), "serves them under DEBUG only");
        debug.iter().for_each(|it| _ = finding.because(it));
        finding.because(&app);
    }
}

const BY_OTHERS: &str = "have a web server send them, or keep uploads in a bucket";

/// What becomes of the uploads that pages link to.
enum End<'d> {
    /// A site gets them nowhere.
    Site(&'d Site, Label),
    /// They are asked of Django itself.
    Asked(Label),
}

impl<'d> End<'d> {
    fn of(
        deployment: &'d Deployment,
        app: &Fact<&'d Process>,
        url: &Fact<String>,
        is_off: bool,
    ) -> Option<Self> {
        if let Some((site, first)) = deployment.unserved(app, url).into_iter().next() {
            let off =
                is_off.then_some("passed on to Django, which serves no uploads with DEBUG off");
            return Some(Self::Site(site, passed_on(&first, off)));
        }
        if let Some((site, page)) = deployment.paged_uploads(app, url, &app.get(MEDIA_ROOT)?) {
            return Some(Self::Site(site, answered_with(&page)));
        }
        let way = deployment.asked_directly(app, Asset::Media).filter(|_| is_off)?;
        Some(Self::Asked(asked(&way)))
    }
}

/// Whether a location of the site is for some of what lies below a URL by an expression of its own, be that
/// the endings of names: `~ ^/media/.+\.(png|jpe?g)$`.
fn serves_some(site: &Site, url: &str) -> bool {
    let prefix = format!("^/{}/", url.trim_matches('/'));
    site.levels().into_iter().any(|level| match level.matcher() {
        Some(Matcher::Regex(pattern)) => {
            pattern.to_string().starts_with(&prefix)
                && matches!(level.handler().value, Handler::Files)
        }
        _ => false,
    })
}

/// How far folders below MEDIA_URL are served, where the whole is not.
enum Parts {
    None,
    /// This field keeps files in none of them.
    Without(Fact<()>),
    /// There are fields of which nobody can tell where they keep files.
    Perhaps,
    All,
}

fn parts(site: &Site, deployment: &Deployment, fields: &[&FileField], url: &str) -> Parts {
    let prefix = format!("{}/", url.trim_end_matches('/'));
    let locations = site.file_locations(deployment);
    let below = |path: &String| Some(path.strip_prefix(&prefix)?.trim_end_matches('/').to_owned());
    let served = locations.iter().filter_map(|(path, _)| below(path));
    let served: Vec<String> = served.filter(|it| !it.is_empty()).collect();
    if served.is_empty() {
        return Parts::None;
    }
    let is_served = |folder: &Utf8PathBuf| served.iter().any(|it| folder.starts_with(it));
    let is_left_out =
        |it: &&&FileField| it.kept.value.as_ref().is_some_and(|folder| !is_served(folder));
    match fields.iter().find(is_left_out) {
        Some(field) => Parts::Without(field.kept.map(|_| ())),
        None if fields.iter().any(|it| it.kept.value.is_none()) => Parts::Perhaps,
        None => Parts::All,
    }
}
