//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::Deployment;
use crate::model::faults::Unfit;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/unknown-setting",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/unknown-setting.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        let Some(django) = &app.value.django else { continue };
        for unread in &django.faults.unread {
            let finding = out.report(
                app.value,
                format!(
                    "{} is no setting of {}, and nothing here reads it",
                    unread.name,
                    unread.owner()
                ),
                unread.at.label("without effect"),
            );
            // Files go to S3 without it as well, if not as they were meant to.
            if unread.is_of_storages() {
                finding.at_most(Severity::Advice);
            }
            match (unread.near, unread.unfit) {
                (Some(near), Some(unfit)) => {
                    let as_what = match unfit {
                        Unfit::Schemeless => "each with its `https://`",
                        Unfit::NoList => "as a list",
                    };
                    finding.help(format!("say it in {near}, {as_what}, if that is meant"));
                }
                (Some(near), None) => {
                    finding.help(format!("say it in {near} if that is meant"));
                    let edit = unread.at.written_as(&unread.name);
                    let edit = edit.map(|it| Edit::replace(it, near));
                    finding.mend(Safety::Unsafe, format!("call it {near}"), edit);
                }
                (None, _) => {
                    _ = finding.help(match unread.is_of_databases() {
                        true => "put it into `DATABASES[\"default\"]`, where Django looks for it",
                        false => "take it out, or look up what it was meant to be",
                    })
                }
            }
        }
    }
}
