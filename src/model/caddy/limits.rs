//! How many arguments the directives of Caddy's standard build take, and which lines their
//! blocks may have.

use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::caddy::Directive;

/// Directive, fewest and most arguments, a matcher not counted.
const COUNTS: &[(&str, usize, usize)] = &[
    ("abort", 0, 0),
    ("error", 1, 2),
    ("file_server", 0, 1),
    ("fs", 1, 1),
    ("handle", 0, 0),
    ("invoke", 1, 1),
    ("method", 1, 1),
    ("metrics", 0, 0),
    ("redir", 1, 2),
    ("request_header", 1, 3),
    ("respond", 1, 2),
    ("rewrite", 1, 1),
    ("root", 1, 1),
    ("route", 0, 0),
    ("tls", 0, 2),
    ("try_files", 1, usize::MAX),
    ("uri", 1, 5),
];

const OPTIONS: &[(&str, &[&str])] = &[
    ("error", &["message"]),
    (
        "file_server",
        &[
            "browse",
            "disable_canonical_uris",
            "etag_file_extensions",
            "fs",
            "hide",
            "index",
            "pass_thru",
            "precompressed",
            "root",
            "status",
        ],
    ),
    ("log", &["core", "format", "hostnames", "level", "no_hostname", "output", "sampling"]),
    ("respond", &["body", "close"]),
    (
        "tls",
        &[
            "alpn",
            "ca",
            "ca_root",
            "ciphers",
            "client_auth",
            "curves",
            "dns",
            "dns_challenge_override_domain",
            "dns_ttl",
            "eab",
            "force_automate",
            "get_certificate",
            "insecure_secrets_log",
            "issuer",
            "key_type",
            "load",
            "on_demand",
            "propagation_delay",
            "propagation_timeout",
            "protocols",
            "renewal_window_ratio",
            "resolvers",
            "reuse_private_keys",
        ],
    ),
];

/// Options that say nothing without an argument.
const NEED_ARGUMENT: &[(&str, &str)] =
    &[("file_server", "hide"), ("file_server", "index"), ("tls", "protocols"), ("tls", "alpn")];

pub(super) fn check(directive: &Directive, count: usize, problems: &mut Vec<Problem>) {
    let name = directive.name().text();
    let mut refuse = |place: Place, message: String| problems.push(Problem::new(place, message));
    if let Some((_, least, most)) = COUNTS.iter().find(|(known, ..)| *known == name) {
        if count < *least {
            refuse(directive.head(), format!("`{name}` lacks an argument"));
        } else if count > *most {
            refuse(directive.head(), format!("`{name}` has too many arguments"));
        }
    }
    if name == "header" && count > 0 && directive.body().iter().any(is_field) {
        let message = "`header` names fields on its line or in its block, not both".to_owned();
        refuse(directive.head(), message);
    }
    if name == "tls" && count == 0 && directive.block.is_none() {
        refuse(directive.head(), "`tls` lacks an argument".to_owned());
    }
    let Some((_, known)) = OPTIONS.iter().find(|(known, _)| *known == name) else { return };
    for line in directive.body() {
        let option = line.name();
        if !known.contains(&option.text()) {
            refuse(option.place, format!("`{name}` has no option `{}`", option.text()));
        } else if line.arguments().is_empty() && NEED_ARGUMENT.contains(&(name, option.text())) {
            refuse(option.place, format!("`{}` lacks an argument", option.text()));
        }
    }
}

fn is_field(line: &Directive) -> bool {
    !matches!(line.name().text(), "defer" | "match")
}
