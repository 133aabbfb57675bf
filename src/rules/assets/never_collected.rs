//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact, Label};
use crate::model::{Asset, DEBUG, Deployment, MIDDLEWARE, Process, STATIC_ROOT, STATIC_URL, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/never-collected",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/never-collected.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let around = &deployment.surroundings;
    let command = "collectstatic";
    if around.runs_command(command)
        || around.releases_with(command)
        || around.documents_command(command)
        || deployment.manages_in_container(command)
    {
        return;
    }
    for process in deployment.apps().filter(|it| it.kind.is_web()) {
        let built = deployment.container(&process.name).is_some_and(|it| it.image.is_some());
        let kept = process.django.as_ref().is_none_or(|it| it.keeps_collected);
        let app = process.fact();
        // On a machine somebody may do it by hand, of which nothing here tells whoever is next.
        let by_hand = !built && deployment.is_on_host(process);
        if !built && !by_hand
            || kept
            || process.started.is_none()
            || !app.stores_locally(Asset::Static)
        {
            continue;
        }
        let Some(root) = app.get(STATIC_ROOT) else { continue };
        let container = deployment.container(&process.name);
        if container.is_some_and(|it| it.is_filled(&root.value)) {
            continue;
        }
        let Some(reader) = reader(deployment, &app, &root) else { continue };
        let at = app.assigned(STATIC_ROOT).unwrap_or_else(|| root.map(|_| ()));
        let at = match by_hand {
            true => at.doubt(Certainty::Likely, "somebody may do it by hand, and no text says so"),
            false => at,
        };
        let finding = out.report(
            process,
            "static files are served from a directory that nothing fills",
            at.label("nothing in the repository runs `collectstatic`"),
        );
        finding.also(reader).because(&process.declared).because(&root);
        match by_hand {
            true => finding
                .at_most(Severity::Advice)
                .help("let a script run `manage.py collectstatic --noinput` with each new version"),
            false => finding.help(
                "run `manage.py collectstatic --noinput` in the build, or before the server starts",
            ),
        };
        return;
    }
}

/// Who serves what is collected.
fn reader(
    deployment: &Deployment,
    app: &Fact<&Process>,
    root: &Fact<camino::Utf8PathBuf>,
) -> Option<Label> {
    let finds = app.setting("WHITENOISE_USE_FINDERS");
    let finds = finds.is_some_and(|it| !matches!(it.value, Value::Bool(false)));
    let middleware = app.members(MIDDLEWARE);
    let whitenoise = middleware.iter().find(|it| it.value.starts_with("whitenoise."));
    // With DEBUG on it asks the finders as well (its documentation, WHITENOISE_USE_FINDERS).
    let finds = finds || app.get(DEBUG).is_some_and(|debug| debug.value);
    if let Some(whitenoise) = whitenoise.filter(|_| !finds) {
        return Some(
            whitenoise.label("served by WhiteNoise, as far as they are there when it starts"),
        );
    }
    let url = app.get(STATIC_URL)?;
    let collected = app.dir(deployment.view(app.value.view), root)?;
    deployment.sites_before(app.value).find_map(|site| {
        let served = site.dir_for(deployment, &url)?;
        let same = deployment.same_dir(&served, &collected)?;
        same.value.then(|| served.label(format!("`{}` is answered from here", url.value)))
    })
}
