//! What the proxy sends, and what the application believes.

use crate::rules::Group;

mod forwarded_proto_missing;
mod security_header_dropped;
mod ssl_redirect_loop;

pub(super) const GROUP: Group = Group {
    name: "proxy",
    title: "what the proxy sends, and what the application believes",
    rules: &[
        &forwarded_proto_missing::RULE,
        &security_header_dropped::RULE,
        &ssl_redirect_loop::RULE,
    ],
};
