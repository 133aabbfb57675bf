//! Names, origins and the Host header.

use crate::rules::Group;

mod allowed_empty;
mod allowed_wildcard;
mod cors_any_origin;
mod csrf_origin_malformed;
mod csrf_origin_missing;
mod entry_malformed;
mod server_name_not_allowed;
mod split_empty_string;

pub(super) const GROUP: Group = Group {
    name: "hosts",
    title: "names, origins and the Host header",
    rules: &[
        &allowed_empty::RULE,
        &allowed_wildcard::RULE,
        &cors_any_origin::RULE,
        &csrf_origin_malformed::RULE,
        &csrf_origin_missing::RULE,
        &entry_malformed::RULE,
        &server_name_not_allowed::RULE,
        &split_empty_string::RULE,
    ],
};
