//! What the proxy sends, and what the application believes.

use crate::rules::Group;

mod body_size_below_app;
mod body_size_default;
mod config_not_rendered;
mod contract_route_differs;
mod forwarded_header_mismatch;
mod forwarded_proto_missing;
mod forwarded_proto_overwritten;
mod forwarded_proto_spoofable;
mod forwarded_trust_exposed;
mod host_sent_twice;
mod include_not_mounted;
mod scheme_lost;
mod security_header_conflict;
mod security_header_dropped;
mod set_header_dropped;
mod ssl_redirect_loop;
mod timeout_inverted;
mod upstream_unresolvable;
mod url_unreachable;
mod websocket_no_upgrade;
mod websocket_to_wsgi;
mod worker_killed_early;

pub(super) const GROUP: Group = Group {
    name: "proxy",
    title: "what the proxy sends, and what the application believes",
    rules: &[
        &body_size_below_app::RULE,
        &body_size_default::RULE,
        &config_not_rendered::RULE,
        &contract_route_differs::RULE,
        &forwarded_header_mismatch::RULE,
        &forwarded_proto_missing::RULE,
        &forwarded_proto_overwritten::RULE,
        &forwarded_proto_spoofable::RULE,
        &forwarded_trust_exposed::RULE,
        &host_sent_twice::RULE,
        &include_not_mounted::RULE,
        &scheme_lost::RULE,
        &security_header_conflict::RULE,
        &security_header_dropped::RULE,
        &set_header_dropped::RULE,
        &ssl_redirect_loop::RULE,
        &timeout_inverted::RULE,
        &upstream_unresolvable::RULE,
        &url_unreachable::RULE,
        &websocket_no_upgrade::RULE,
        &websocket_to_wsgi::RULE,
        &worker_killed_early::RULE,
    ],
};
