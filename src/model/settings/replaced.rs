//! Parts of settings that another variable makes useless: a database's own URL comes with its host,
//! its user and its password.

use crate::fact::Fact;
use crate::model::settings::each_outcome;
use crate::model::{Answered, Asked, Process};
use crate::python::Value;

const URL: &str = "DATABASE_URL";

impl Fact<&Process> {
    /// Whether a variable is for a database that DATABASE_URL replaces as a whole, where something
    /// that is not in view may set it: `DATABASES["default"] = dj_database_url.config()` where there
    /// is one, as `django_heroku.settings` does it by itself.
    pub fn is_replaced_by_url(&self, read: &Asked) -> bool {
        let Some(django) = self.value.django.as_ref().filter(|_| read.name != URL) else {
            return false;
        };
        let replaces = |it: &Asked| {
            let default = it.default.as_ref().and_then(|it| it.text.as_deref());
            it.name == URL
                && it.library == "dj_database_url"
                && matches!(default, None | Some("None"))
                && matches!(it.answer, Answered::Unknown(_) | Answered::Set(_))
        };
        let stands = read.default_place();
        let (true, Some(stands)) = (django.evaluation.reads.iter().any(replaces), stands) else {
            return false;
        };
        let mut found = false;
        let mut look = |value: &Fact<Value>| {
            found |= value.evidence().origins().iter().any(|it| it.place() == Some(stands));
        };
        let Some(databases) = self.setting("DATABASES") else { return false };
        each_outcome(&databases, &mut |databases| {
            let Some(default) = databases.value.get("default") else { return };
            each_outcome(default, &mut |database| {
                let Value::Dict(dict) = &database.value else { return };
                dict.entries.iter().for_each(|entry| each_outcome(&entry.value, &mut look));
            });
        });
        found
    }
}
