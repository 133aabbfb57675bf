//! nginx configuration by itself.

use crate::rules::Group;

mod alias_traversal;
mod placeholder;
mod redirect_drops_path;
mod regex_proxy_uri;
mod server_name_conflict;
mod syntax;
mod unquoted_brace;
mod upstream_with_port;
mod zone_undefined;
mod zone_unused;

pub(super) const GROUP: Group = Group {
    name: "nginx",
    title: "nginx configuration by itself",
    rules: &[&alias_traversal::RULE, &placeholder::RULE, &redirect_drops_path::RULE, &regex_proxy_uri::RULE, &server_name_conflict::RULE, &syntax::RULE, &unquoted_brace::RULE, &upstream_with_port::RULE, &zone_undefined::RULE, &zone_unused::RULE],
};
