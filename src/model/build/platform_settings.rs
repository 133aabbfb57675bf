//! The settings that a site has on its platform, by the call that deploys it there or gives it its
//! variables: `gcloud run deploy --set-env-vars DJANGO_SETTINGS_MODULE=config.settings.cloud`.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::build::compose_calls;
use crate::model::django::{self, Project, Role};
use crate::source::{Place, command_at};

/// Commands that set variables of what a platform runs.
const CALLS: &[&str] = &[
    "gcloud run ",
    "heroku config:set ",
    "dokku config:set ",
    "eb setenv ",
    "fly secrets set ",
    "flyctl secrets set ",
    "az webapp config appsettings set ",
    "az containerapp ",
];

/// The one module that every such call names, which the project has.
pub(super) fn named(files: &Files, project: &Project) -> Option<Fact<String>> {
    let mut found: Option<Fact<String>> = None;
    for read in compose_calls::scripts(files) {
        for (at, variable) in read.text.match_indices(django::VARIABLE) {
            let command = command_at(read.text, at);
            if command.trim_start().starts_with('#') || !CALLS.iter().any(|it| command.contains(it))
            {
                continue;
            }
            let behind = &read.text[at + variable.len()..];
            let Some(value) = behind.strip_prefix('=') else { continue };
            let value = value.trim_start_matches(['"', '\'']);
            let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.');
            let end = value.find(|it| !is_name(it)).unwrap_or(value.len());
            let name = &value[..end];
            // Where one is not known, or not for everybody, the others say nothing of the site.
            project.module(name)?;
            if matches!(django::role(name), Role::Development | Role::Test)
                || found.as_ref().is_some_and(|it| it.value != name)
            {
                return None;
            }
            let place = Place::of(read.id, read.text, name);
            found.get_or_insert_with(|| Fact::at(name.to_owned(), place));
        }
    }
    found
}
