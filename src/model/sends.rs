//! What a project sends to others: mail, and addresses of its own.
//!
//! Both by its code, as far as that is in view, and by applications that are installed.

use crate::fact::Fact;
use crate::model::{Deployment, INSTALLED_APPS, Process};

impl Deployment {
    /// Whether anything sends mail, or nobody knows.
    pub fn may_send_mail(&self, app: &Fact<&Process>) -> bool {
        app.has_mailing_apps() || self.surroundings.sends_mail()
    }

    /// Whether something surely makes addresses of the name that a request came by.
    pub fn makes_links(&self, app: &Fact<&Process>) -> bool {
        let known = !app.members(INSTALLED_APPS).is_empty() && app.has_linking_apps();
        known || self.surroundings.surely_makes_links()
    }

    /// Whether anything makes addresses of the name that a request came by, or nobody knows.
    pub fn may_make_links(&self, app: &Fact<&Process>) -> bool {
        app.has_linking_apps() || self.surroundings.makes_links()
    }
}
