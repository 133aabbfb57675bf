//! Names by which code shows what a project does.

/// What code of the project does that no setting tells: it sends to a channel layer, it takes files,
/// it sends tasks, it makes queues of its own.
pub const CODE: &[&str] = &[
    "get_channel_layer",
    "FileField",
    "ImageField",
    "FILES",
    "delay",
    "apply_async",
    "send_task",
    "task_queues",
    "task_default_queue",
    "add_consumer",
];

/// And that it asks who is logged in.
pub const LOGINS: &[&str] = &[
    "login_required",
    "LoginRequiredMixin",
    "permission_required",
    "PermissionRequiredMixin",
    "user_passes_test",
    "UserPassesTestMixin",
    "is_authenticated",
];

/// And that it sends mail, by Django's functions and classes (docs, "Sending email").
pub const MAILS: &[&str] = &[
    "send_mail",
    "send_mass_mail",
    "mail_admins",
    "mail_managers",
    "EmailMessage",
    "EmailMultiAlternatives",
    "email_user",
];

/// And that it mails links for a new password: both of these.
pub const RESETS: &[&str] = &["PasswordResetView", "PasswordResetForm", "contrib.auth.urls"];

/// And that it makes addresses of the name that a request came by: Django's functions (docs,
/// "HttpRequest objects", "The sites framework"), and an application that does.
pub const LINKS: &[&str] =
    &["build_absolute_uri", "get_host", "get_current_site", "contrib.sitemaps"];

pub(super) fn is_code(name: &str) -> bool {
    [CODE, LOGINS, MAILS, LINKS, RESETS].iter().any(|it| it.contains(&name))
}
