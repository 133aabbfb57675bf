//! nginx configuration by itself.

use crate::rules::Group;

mod alias_traversal;
mod allow_without_deny;
mod missing_capture;
mod placeholder;
mod redirect_drops_path;
mod regex_proxy_uri;
mod response_splitting;
mod return_before_access;
mod server_name_conflict;
mod syntax;
mod unquoted_brace;
mod upstream_with_port;
mod zone_undefined;
mod zone_unused;

pub(super) const GROUP: Group = Group {
    name: "nginx",
    title: "nginx configuration by itself",
    rules: &[
        &alias_traversal::RULE,
        &allow_without_deny::RULE,
        &missing_capture::RULE,
        &placeholder::RULE,
        &redirect_drops_path::RULE,
        &regex_proxy_uri::RULE,
        &response_splitting::RULE,
        &return_before_access::RULE,
        &server_name_conflict::RULE,
        &syntax::RULE,
        &unquoted_brace::RULE,
        &upstream_with_port::RULE,
        &zone_undefined::RULE,
        &zone_unused::RULE,
    ],
};
