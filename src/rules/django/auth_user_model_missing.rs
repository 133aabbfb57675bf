//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::faults::NoModel;
use crate::model::{AUTH_USER_MODEL, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/auth-user-model-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/auth-user-model-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let app = process.fact();
        let Some(django) = &process.django else { continue };
        let Some(user) = &django.faults.no_user else { continue };
        let at = app
            .assigned(AUTH_USER_MODEL)
            .map_or(user.named.clone(), |it| it.map(|()| user.named.value.clone()));
        let message = format!("nothing starts: there is no model `{}`", user.named.value);
        let finding = match &user.why {
            NoModel::NotInstalled { app } => {
                out.report(process, message, at.label(format!("`{app}` is not in INSTALLED_APPS")))
            }
            NoModel::NoClass { app, class, .. } => {
                out.report(process, message, at.label(format!("`{app}` has no model `{class}`")))
            }
        };
        if let NoModel::NoClass { models: Some(models), .. } = &user.why {
            finding.also(models.label("the models of the application"));
        }
        finding.because(&user.named).help("name the model as `application.Model`");
    }
}
