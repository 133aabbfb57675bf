//! Certificates, redirects and cookies.

use crate::rules::Group;

mod cookies_not_secure;
mod cookies_secure_on_http;
mod hsts_unset;
mod http_not_redirected;
mod key_in_vcs;
mod no_certificate;
mod protocol_old;
mod ssl_redirect_without_tls;
mod weak_cipher;

pub(super) const GROUP: Group = Group {
    name: "tls",
    title: "certificates, redirects and cookies",
    rules: &[
        &cookies_not_secure::RULE,
        &cookies_secure_on_http::RULE,
        &hsts_unset::RULE,
        &http_not_redirected::RULE,
        &key_in_vcs::RULE,
        &no_certificate::RULE,
        &protocol_old::RULE,
        &ssl_redirect_without_tls::RULE,
        &weak_cipher::RULE,
    ],
};
