//! One settings module at a time.

use crate::rules::Group;

mod email_backend_dev;

pub(super) const GROUP: Group = Group {
    name: "django",
    title: "one settings module at a time",
    rules: &[&email_backend_dev::RULE],
};
