//! Who uses the names that were asked for, wherever in the tree that is.
//!
//! Until somebody has looked, a name counts as used, and what has to be sure of it is not.

use crate::model::mention::{self, Use};
use crate::model::{FileField, Surroundings};
use std::collections::{BTreeMap, BTreeSet};

/// Commands of manage.py that do it: Django's own, now and before 1.7, and that of django-tenants, which
/// does it in each schema.
pub const MIGRATING: [&str; 3] = ["migrate", "syncdb", "migrate_schemas"];

impl Surroundings {
    /// Whether a file of the tree uses a variable in one of these ways; in doubt it does. What
    /// containers are given, they may read.
    pub fn is_used(&self, name: &str, ways: &[Use]) -> bool {
        let Some(uses) = self.uses.get() else { return true };
        let is_meant = |it: &Use| ways.contains(if *it == Use::Given { &Use::Read } else { it });
        let is_found = |name: &str| uses.get(name).is_some_and(|found| found.iter().any(is_meant));
        let by_class = mention::CLASSES.iter().find(|(variable, _)| *variable == name);
        is_found(name) || by_class.is_some_and(|(_, class)| is_found(class))
    }

    /// Whether what deploys surely writes a variable.
    pub fn is_set(&self, name: &str) -> bool {
        self.uses.get().is_some() && self.is_used(name, &[Use::Set])
    }

    /// Whether a manifest of Kubernetes gives its containers a variable, or may.
    pub fn is_given_by_manifests(&self, name: &str) -> bool {
        let given = |uses: &BTreeMap<String, BTreeSet<Use>>| {
            let found = [name, mention::GIVEN_WHOLE].map(|it| uses.get(it));
            found.into_iter().flatten().any(|it| it.contains(&Use::Given))
        };
        self.uses.get().is_some_and(given)
    }

    /// Whether anything in the tree runs a command of manage.py, images' builds included.
    pub fn runs_command(&self, command: &str) -> bool {
        self.is_used(command, &[Use::Read])
    }

    /// Whether a platform runs it for each new version, or nobody looked.
    pub fn releases_with(&self, command: &str) -> bool {
        self.is_used(command, &[Use::Released])
    }

    /// Whether code outside of consumers sends to a channel layer.
    pub fn sends_to_channels(&self) -> bool {
        self.is_used("get_channel_layer", &[Use::Read])
    }

    /// Whether code surely sends tasks to Celery.
    pub fn sends_tasks(&self) -> bool {
        let looked = self.uses.get().is_some();
        looked && ["delay", "apply_async"].iter().any(|it| self.is_used(it, &[Use::Read]))
    }

    /// Whether no code sends tasks to Celery, as far as it is in view: then nobody but its workers and its
    /// beat connects to the broker, which Celery does when the first is sent.
    pub fn sends_no_tasks(&self) -> bool {
        let sends = ["delay", "apply_async", "send_task"];
        self.uses.get().is_some() && !sends.iter().any(|it| self.is_used(it, &[Use::Read]))
    }

    /// Whether code may say itself which queues of Celery there are, or nobody looked.
    pub fn may_make_queues(&self) -> bool {
        let names = ["task_queues", "task_default_queue", "add_consumer"];
        self.uses.get().is_none() || names.iter().any(|it| self.is_used(it, &[Use::Read]))
    }

    /// Whether some model, form or view takes files.
    pub fn takes_uploads(&self) -> bool {
        ["FileField", "ImageField", "FILES"].iter().any(|it| self.is_used(it, &[Use::Read]))
    }

    /// Whether a model or a form has a field for them: whatever else takes some may keep them anywhere.
    pub fn has_fields_for_uploads(&self) -> bool {
        ["FileField", "ImageField"].iter().any(|it| self.is_used(it, &[Use::Read]))
    }

    /// Whether a page or an answer surely has the address of what a field keeps, or nobody looked.
    pub fn links_to(&self, field: &FileField) -> bool {
        let is_linked = |name: &String| self.is_used(name, &[Use::Linked]);
        field.name.as_ref().is_some_and(is_linked)
    }

    /// Whether something has the addresses of whatever fields keep, as Django's admin has those of the models
    /// that are registered there, or nobody looked.
    pub fn links_to_uploads(&self) -> bool {
        mention::linkers().any(|it| self.is_used(it, &[Use::Linked]))
    }

    /// Whether views of the project's own ask who is logged in. Django's admin and its own views for
    /// logins check their forms by themselves.
    pub fn asks_who_is_logged_in(&self) -> bool {
        mention::LOGINS.iter().any(|it| self.is_used(it, &[Use::Read]))
    }

    /// Whether code sends mail, or nobody looked.
    pub fn sends_mail(&self) -> bool {
        self.has_code_of(&[mention::MAILS, mention::RESETS])
    }

    /// Whether code makes addresses of the name that a request came by, or nobody looked.
    pub fn makes_links(&self) -> bool {
        self.has_code_of(&[mention::LINKS, mention::RESETS])
    }

    /// Whether code surely does.
    pub fn surely_makes_links(&self) -> bool {
        self.uses.get().is_some() && self.makes_links()
    }

    fn has_code_of(&self, lists: &[&[&str]]) -> bool {
        lists.iter().copied().flatten().any(|it| self.is_used(it, &[Use::Read]))
    }

    /// Whether a text for people speaks of a command of manage.py.
    pub fn documents_command(&self, command: &str) -> bool {
        self.is_used(command, &[Use::Told])
    }

    /// Whether a text for people has somebody migrate the database, in its own words or by a guide that
    /// it sends them to.
    pub fn documents_migrations(&self) -> bool {
        MIGRATING.iter().any(|it| self.documents_command(it))
            || self.documents_command(mention::GUIDE)
    }
}
