//! What requests pass on their way to a view, by the classes that `MIDDLEWARE` names.

use crate::fact::Fact;
use crate::model::{MIDDLEWARE, Process};

pub const CSRF: &str = "django.middleware.csrf.CsrfViewMiddleware";
pub const SECURITY: &str = "django.middleware.security.SecurityMiddleware";
pub const SESSIONS: &str = "django.contrib.sessions.middleware.SessionMiddleware";

impl Fact<&Process> {
    /// That requests surely pass a middleware, at its entry.
    pub fn passes(&self, class: &str) -> Option<Fact<()>> {
        let known = self.members(MIDDLEWARE);
        known.iter().find(|it| it.value == class).map(|it| it.map(|_| ()))
    }

    /// That no middleware has one of these words in its name, at the list, all of which is known:
    /// a project's own `CsrfExemptMiddleware` may well be a kind of Django's.
    pub fn passes_no(&self, words: &[&str]) -> Option<Fact<()>> {
        let middleware = self.get(MIDDLEWARE).filter(|it| !it.value.is_empty())?;
        let has_word = |class: &Fact<String>| {
            let class = class.value.to_ascii_lowercase();
            words.iter().any(|word| class.contains(word))
        };
        if middleware.value.iter().any(has_word) {
            return None;
        }
        Some(self.assigned(MIDDLEWARE)?.given(&middleware))
    }
}
