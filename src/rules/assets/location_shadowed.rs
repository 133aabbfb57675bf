//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, STATIC_URL, Shadow, Site};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/location-shadowed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/location-shadowed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let Some(url) = app.get(STATIC_URL) else { continue };
        let Some(Shadow { url: example, meant, taken }) = site.shadow(&url.value) else { continue };
        let (wrong, right) = (taken.folder(), meant.folder());
        out.report(
            site,
            format!("files like `{example}` are not read where `{url}` says"),
            meant.block.label("nginx asks expressions before this location is used"),
        )
        .also(taken.block.label(format!("this one wins, and looks in `{wrong}`")))
        .because(&meant.path)
        .because(&taken.path)
        .because(&url)
        .help(format!("write `^~` before the prefix, so that `{right}` is read"))
        .mend(Safety::Safe, "write `^~` before it", prefer(site, &meant.block));
    }
}

/// Before the path of a location without a modifier.
fn prefer(site: &Site, block: &Fact<()>) -> Option<Edit> {
    let level = site.levels().into_iter().find(|level| level.place() == block.written_at())?;
    let [path] = level.opener()?.args.as_slice() else { return None };
    let bare = path.value.starts_with('/');
    bare.then(|| path.written_at()).flatten().map(|place| Edit::ahead(place, "^~ "))
}
