//! nginx configuration by itself.

use crate::rules::Group;
use camino::Utf8Path;

mod alias_slash_mismatch;
mod alias_traversal;
mod allow_without_deny;
mod blank_referer_accepted;
mod catastrophic_regex;
mod content_type_added;
mod default_server_implicit;
mod directive_misplaced;
mod duplicate_block;
mod duplicate_directive;
mod duplicate_listen;
mod error_log_off;
mod events_missing;
mod external_resolver;
mod fallback_without_slash;
mod file_limit_too_low;
mod header_multiline;
mod http2_listen_param;
mod if_in_location;
mod inherited_header_lost;
mod inherited_proxy_header_lost;
mod location_never_matches;
mod log_format_undefined;
mod loose_origin_check;
mod low_keepalive_requests;
mod map_without_default;
mod missing_capture;
mod placeholder;
mod proxy_path_fixed;
mod proxy_path_normalized;
mod proxy_to_any_address;
mod quic_bpf_reuseport;
mod redirect_drops_path;
mod regex_for_literal;
mod regex_proxy_uri;
mod removed_directive;
mod request_forgery;
mod response_splitting;
mod return_before_access;
mod server_name_conflict;
mod server_name_malformed;
mod stale_dns;
mod syntax;
mod try_files_uncached;
mod unanchored_regex;
mod unknown_to_version;
mod unquoted_brace;
mod upstream_with_port;
mod variable_undefined;
mod version_disclosed;
mod zone_undefined;
mod zone_unused;

pub(super) const GROUP: Group = Group {
    name: "nginx",
    title: "nginx configuration by itself",
    rules: &[
        &alias_slash_mismatch::RULE,
        &alias_traversal::RULE,
        &allow_without_deny::RULE,
        &blank_referer_accepted::RULE,
        &catastrophic_regex::RULE,
        &content_type_added::RULE,
        &default_server_implicit::RULE,
        &directive_misplaced::RULE,
        &duplicate_block::RULE,
        &duplicate_directive::RULE,
        &duplicate_listen::RULE,
        &error_log_off::RULE,
        &events_missing::RULE,
        &external_resolver::RULE,
        &fallback_without_slash::RULE,
        &file_limit_too_low::RULE,
        &header_multiline::RULE,
        &http2_listen_param::RULE,
        &if_in_location::RULE,
        &inherited_header_lost::RULE,
        &inherited_proxy_header_lost::RULE,
        &location_never_matches::RULE,
        &log_format_undefined::RULE,
        &loose_origin_check::RULE,
        &low_keepalive_requests::RULE,
        &map_without_default::RULE,
        &missing_capture::RULE,
        &placeholder::RULE,
        &proxy_path_fixed::RULE,
        &proxy_path_normalized::RULE,
        &proxy_to_any_address::RULE,
        &quic_bpf_reuseport::RULE,
        &redirect_drops_path::RULE,
        &regex_for_literal::RULE,
        &regex_proxy_uri::RULE,
        &removed_directive::RULE,
        &request_forgery::RULE,
        &response_splitting::RULE,
        &return_before_access::RULE,
        &server_name_conflict::RULE,
        &server_name_malformed::RULE,
        &stale_dns::RULE,
        &syntax::RULE,
        &try_files_uncached::RULE,
        &unanchored_regex::RULE,
        &unknown_to_version::RULE,
        &unquoted_brace::RULE,
        &upstream_with_port::RULE,
        &variable_undefined::RULE,
        &version_disclosed::RULE,
        &zone_undefined::RULE,
        &zone_unused::RULE,
    ],
};

/// Whether a path ends as files do: `/robots.txt`.
fn is_named_as_file(path: &str) -> bool {
    let ending = Utf8Path::new(path).extension().unwrap_or_default();
    (2..=5).contains(&ending.len()) && ending.bytes().all(|it| it.is_ascii_alphabetic())
}
