//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{DEBUG_TOOLBAR_CONFIG, Deployment, MIDDLEWARE, Process, SILKY_AUTHENTICATION};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/debug-toolbar",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("7.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/debug-toolbar.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        let is_live = app.may_be_without_debug();
        let started = app.value.started.as_ref();
        // Whoever turns DEBUG off some day turns off no middleware.
        let is_served =
            is_live || started.is_some_and(|it| it.program.value.is_production_server());
        if let Some(silk) = app.passes("silk.middleware.SilkyMiddleware").filter(|_| is_served) {
            let asks = app.get(SILKY_AUTHENTICATION);
            let nobody = asks.map_or(!app.may_assign(SILKY_AUTHENTICATION), |it| !it.value);
            if nobody {
                silk_runs(&app, &silk, out);
            }
        }
        let toolbar = app.passes("debug_toolbar.middleware.DebugToolbarMiddleware");
        let Some(toolbar) = toolbar.filter(|_| is_live) else { continue };
        if app.entry(DEBUG_TOOLBAR_CONFIG, &["SHOW_TOOLBAR_CALLBACK"]).is_none() {
            shows_nothing(&app, &toolbar, out);
            continue;
        }
        let open = app.value.django.iter().flat_map(|it| &it.faults.open_toolbars);
        let Some(shown) = open.last() else { continue };
        out.report(
            app.value,
            "the debug toolbar runs on the deployed site",
            toolbar.label("runs for every request"),
        )
        .also(shown.label("shows it to everybody, whatever DEBUG and INTERNAL_IPS say"))
        .at_most(Severity::Warning)
        .help("add it in the settings for development only")
        .mend(Safety::Unsafe, "leave it out", left_out(&app, &toolbar));
    }
}

/// By its own callback it looks at DEBUG, and then at the address (django-debug-toolbar,
/// `debug_toolbar.middleware.show_toolbar`).
fn shows_nothing(app: &Fact<&Process>, toolbar: &Fact<()>, out: &mut Findings) {
    if app.without_debug().is_none() || app.value.started.is_none() {
        return;
    }
    out.report(
        app.value,
        "the debug toolbar is part of the deployed site, and shows nothing there",
        toolbar.label("asked at every request"),
    )
    .at_most(Severity::Advice)
    .help("add it in the settings for development only")
    .mend(Safety::Unsafe, "leave it out", left_out(app, toolbar));
}

/// Its pages are there where the URLconf has them, and it keeps what it sees in any case.
fn silk_runs(app: &Fact<&Process>, silk: &Fact<()>, out: &mut Findings) {
    let urls = app.value.django.as_ref().and_then(|it| it.urls.as_ref());
    // Without a look at the URLconf whoever installs it is taken to have followed its manual.
    let shows = urls.map_or(Some(true), |it| it.leads_to("silk.urls"));
    let message = match shows {
        Some(true) => "silk records every request of the deployed site, and shows them to anybody",
        Some(false) | None => "silk records every request of the deployed site",
    };
    let finding = out.report(app.value, message, silk.label("runs for every request"));
    if shows != Some(true) {
        finding.at_most(Severity::Warning);
    }
    let help = match shows {
        Some(false) => "add it in the settings for development only",
        Some(true) | None => {
            "add it in the settings for development only, or set SILKY_AUTHENTICATION"
        }
    };
    finding.help(help).mend(Safety::Unsafe, "leave it out", left_out(app, silk));
}

/// Out of the list of middleware.
fn left_out<T>(app: &Fact<&Process>, entry: &Fact<T>) -> Option<Edit> {
    let entries = app.members(MIDDLEWARE);
    let at = entries.iter().position(|it| it.written_at() == entry.written_at())?;
    app.drop_entry(&entries, at)
}
