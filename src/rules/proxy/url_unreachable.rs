//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Answer, Deployment, Process, Site};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/url-unreachable",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/url-unreachable.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.webs().map(Process::fact) {
        let Some(urls) = app.value.django.as_ref().and_then(|it| it.urls.as_ref()) else {
            continue;
        };
        let admin = urls.admin().map(|(path, shown)| (path, shown, true));
        let linked = urls.linked().map(|(path, shown)| (path, shown, false));
        for (path, shown, is_admin) in admin.into_iter().chain(linked) {
            let Some(ends) = deployment.unreached(&app, &path) else { continue };
            // A site that passes on something else is where the path is missing.
            let passes =
                |site: &Site| deployment.sites_before(app.value).any(|it| std::ptr::eq(it, site));
            let Some((site, answer)) = ends.iter().find(|(site, _)| passes(site)) else { continue };
            if deployment.turns_all_away(site, answer) {
                turned_away(site, answer, out);
                break;
            }
            // Somebody wrote a location that closes this very path: the admin is not for everybody.
            if matches!(answer.value, Answer::Status(_)) && !site.answers_as_all_else(&path) {
                continue;
            }
            let said = match &answer.value {
                Answer::Dir(_) => "files are looked for in its place",
                Answer::Pass => "another program is asked",
                Answer::Redirect | Answer::Status(_) => "that is the answer",
            };
            let (has, is_to_be, otherwise) = match is_admin {
                true => ("its admin", "the admin is to be at this path", "take the admin out"),
                false => ("a view", "answers paths such as this", "take the view out"),
            };
            let finding = out.report(
                *site,
                format!("no site passes `{path}` on to Django, which has {has} there"),
                answer.label(format!("`{path}` ends here: {said}")),
            );
            finding.also(shown.label(is_to_be));
            for (_, answer) in &ends {
                finding.because(answer);
            }
            finding
                .because(&app)
                .help(format!("pass `{path}` on as the other paths of Django, or {otherwise}"));
        }
    }
}

/// Whatever is asked of the site by its own name.
fn turned_away(site: &Site, answer: &Fact<Answer>, out: &mut Findings) {
    let name = site.names.first();
    let who = name.map_or("whoever comes to it".to_owned(), |_| format!("`{}`", site.host()));
    let finding = out.report(
        site,
        format!("{who} never leads to Django: the site turns away its own name"),
        answer.label("that is the answer to every path"),
    );
    if let Some(name) = name {
        finding.also(name.label("this name"));
    }
    finding.because(answer).help("take the name into the condition, or out of `server_name`");
}
