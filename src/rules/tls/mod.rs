//! Certificates, redirects and cookies.

use crate::rules::Group;

mod acme_challenge_refused;
mod acme_root_mismatch;
mod cert_name_mismatch;
mod cert_not_mounted;
mod certificates_ephemeral;
mod chain_missing;
mod cookies_not_secure;
mod cookies_secure_on_http;
mod hsts_duplicate;
mod hsts_unset;
mod hsts_weak;
mod http_not_redirected;
mod https_not_published;
mod key_in_vcs;
mod misdirected_request;
mod no_certificate;
mod no_tls_listener;
mod plain_https_port;
mod protocol_old;
mod renewal_missing;
mod renewal_without_reload;
mod server_cipher_order;
mod ssl_redirect_without_tls;
mod stapling_dead;
mod stapling_without_resolver;
mod unknown_ecdh_curve;
mod weak_cipher;

pub(super) const GROUP: Group = Group {
    name: "tls",
    title: "certificates, redirects and cookies",
    rules: &[
        &acme_challenge_refused::RULE,
        &acme_root_mismatch::RULE,
        &cert_name_mismatch::RULE,
        &cert_not_mounted::RULE,
        &certificates_ephemeral::RULE,
        &chain_missing::RULE,
        &cookies_not_secure::RULE,
        &cookies_secure_on_http::RULE,
        &hsts_duplicate::RULE,
        &hsts_unset::RULE,
        &hsts_weak::RULE,
        &http_not_redirected::RULE,
        &https_not_published::RULE,
        &key_in_vcs::RULE,
        &misdirected_request::RULE,
        &no_certificate::RULE,
        &no_tls_listener::RULE,
        &plain_https_port::RULE,
        &protocol_old::RULE,
        &renewal_missing::RULE,
        &renewal_without_reload::RULE,
        &server_cipher_order::RULE,
        &ssl_redirect_without_tls::RULE,
        &stapling_dead::RULE,
        &stapling_without_resolver::RULE,
        &unknown_ecdh_curve::RULE,
        &weak_cipher::RULE,
    ],
};
