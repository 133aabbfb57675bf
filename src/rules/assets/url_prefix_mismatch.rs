//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{
    Asset, Deployment, Dir, MEDIA_ROOT, MEDIA_URL, Process, Route, STATIC_ROOT, STATIC_URL,
    Setting, Site, is_own_url,
};
use crate::rules::{Check, Rule};
use camino::Utf8PathBuf;

pub(super) static RULE: Rule = Rule {
    id: "assets/url-prefix-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/url-prefix-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        compare(deployment, site, &app, Asset::Static, out);
        compare(deployment, site, &app, Asset::Media, out);
    }
}

fn compare(
    deployment: &Deployment,
    site: &Site,
    app: &Fact<&Process>,
    asset: Asset,
    out: &mut Findings,
) {
    let (url, root) = settings(asset);
    let found = elsewhere(deployment, site, app, asset).filter(|it| !it.several);
    let Some(Elsewhere { value, kept, path, served, answer, .. }) = found else { return };
    let wanted = bare(&value.value);
    out.report(
        site,
        format!("`{}` is linked as `{value}`, and served as `{path}/`", root.name),
        served.label(format!("serves the directory under `{path}/`")),
    )
    .also(value.label("every link begins with this"))
    .also(kept.label("the directory is this one"))
    .because(&answer)
    .because(app)
    .help(match wanted.contains("://") {
        // Put together of a whole address by mistake: nobody has a location for that.
        true => format!("set {} to `{path}/`", url.name),
        false => format!("write `location {}/`, or set {} to `{path}/`", wanted, url.name),
    });
}

/// A directory that a site serves under another URL than pages link to.
pub(super) struct Elsewhere {
    value: Fact<String>,
    kept: Fact<Dir>,
    path: String,
    served: Fact<Dir>,
    answer: Fact<()>,
    /// Under several names, as thumbnails beside pictures: on purpose, and linked by those.
    several: bool,
}

fn settings(asset: Asset) -> (Setting<String>, Setting<Utf8PathBuf>) {
    match asset {
        Asset::Static => (STATIC_URL, STATIC_ROOT),
        Asset::Media => (MEDIA_URL, MEDIA_ROOT),
    }
}

fn bare(path: &str) -> String {
    path.trim_end_matches('/').to_owned()
}

pub(super) fn elsewhere(
    deployment: &Deployment,
    site: &Site,
    app: &Fact<&Process>,
    asset: Asset,
) -> Option<Elsewhere> {
    let (url, root) = settings(asset);
    let value = app.get(url).filter(|url| is_own_url(&url.value))?;
    // What a bucket has is linked there, and what WhiteNoise sends, the location only sends again.
    let is_sent = || asset == Asset::Static && app.no_static_middleware().is_none();
    // A server further out may cut off what the URLs begin with.
    let is_cut = || deployment.routes_of(site, app.value).any(Route::names_script);
    if !app.stores_locally(asset) || is_sent() || app.is_mounted() || is_cut() {
        return None;
    }
    let dir = app.get(root).filter(|root| root.value.is_absolute())?;
    let kept = app.dir(deployment.view(app.value.view), &dir)?;
    let (wanted, mut same, mut several) = (bare(&value.value), None, false);
    for (path, served) in site.file_locations(deployment) {
        let path = bare(&path);
        let related = is_within(&path, &wanted) || is_within(&wanted, &path);
        let is_same = deployment.same_dir(&served, &kept).is_some_and(|it| it.value);
        if is_same && related {
            return None;
        }
        if is_same {
            several = same.is_some();
            same = Some((path, served));
        }
    }
    let (path, served) = same?;
    // Where something else has files of that URL, the location is one more way to them.
    let answer = site.answer(&value)?.map(|_| ());
    let is_served =
        site.own_dir_for(deployment, &value).is_some() || site.looks_for_files(&value.value);
    if is_served || app.may_serve(asset, &value.value) {
        return None;
    }
    Some(Elsewhere { value, kept, path, served, answer, several })
}

/// Whether a path is another, or below it: `/staticfiles` is not below `/static`.
fn is_within(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
