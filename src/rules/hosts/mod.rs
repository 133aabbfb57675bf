//! Names, origins and the Host header.

use crate::rules::Group;

mod allowed_empty;
mod allowed_local_only;
mod allowed_not_served;
mod allowed_wildcard;
mod contract_domain_missing;
mod cookie_domain_mismatch;
mod cors_any_origin;
mod cors_origin_malformed;
mod csrf_origin_insecure;
mod csrf_origin_malformed;
mod csrf_origin_missing;
mod entry_malformed;
mod healthcheck_host_not_allowed;
mod healthcheck_redirected;
mod host_from_client;
mod host_header_not_forwarded;
mod public_url_local;
mod server_name_not_allowed;
mod split_empty_string;
mod x_forwarded_host_trusted;

pub(super) const GROUP: Group = Group {
    name: "hosts",
    title: "names, origins and the Host header",
    rules: &[
        &allowed_empty::RULE,
        &allowed_local_only::RULE,
        &allowed_not_served::RULE,
        &allowed_wildcard::RULE,
        &contract_domain_missing::RULE,
        &cookie_domain_mismatch::RULE,
        &cors_any_origin::RULE,
        &cors_origin_malformed::RULE,
        &csrf_origin_insecure::RULE,
        &csrf_origin_malformed::RULE,
        &csrf_origin_missing::RULE,
        &entry_malformed::RULE,
        &healthcheck_host_not_allowed::RULE,
        &healthcheck_redirected::RULE,
        &host_from_client::RULE,
        &host_header_not_forwarded::RULE,
        &public_url_local::RULE,
        &server_name_not_allowed::RULE,
        &split_empty_string::RULE,
        &x_forwarded_host_trusted::RULE,
    ],
};
