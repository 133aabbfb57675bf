//! Files that packages ship, which repositories include and do not hold.
//!
//! Debian 12's nginx and nginx.org's package and image agree on those named here, as far as what
//! is listed goes; certbot's is from its `nginx` plugin. Of files that only set up MIME types or
//! FastCGI's parameters nothing is asked, so they are known and empty.

use crate::fact::{Certainty, Fact, Origin};
use crate::model::nginx::headers::UWSGI_MODULE;
use crate::model::nginx::scope::Line;
use crate::source::Place;
use std::sync::Arc;

/// A shipped file, as far as anything is asked of it.
#[derive(Debug)]
pub struct StockFile {
    /// The last part of its path, or the whole of it.
    name: &'static str,
    by: &'static str,
    /// Name and arguments of each line.
    lines: &'static [&'static [&'static str]],
}

/// What `proxy_params` sends as Host, and nginx by itself to who speaks uWSGI's protocol, until Debian's
/// updates of 1.22.1 had it be `$host` in that file and in `uwsgi_params`, which lacks the port. By name
/// both say the same.
const CHANGED: &str = "$http_host";
const CHANGE: &str = "newer packages of nginx send `$host`";
const PROXY_PARAMS: &str = "proxy_params";

const DEBIAN: &str = "Debian's nginx";

/// A header whose value holds only as one of two packages has it.
pub fn as_packaged(header: &Fact<String>, value: &str) -> Fact<()> {
    let shipped =
        |it: &Origin| matches!(it, Origin::Default { source: PROXY_PARAMS | UWSGI_MODULE, .. });
    let is_host = header.value.eq_ignore_ascii_case("host");
    let differs = is_host && value.contains(':') && header.evidence().origins().iter().any(shipped);
    let line = header.map(|_| ());
    if differs { line.doubt(Certainty::Likely, CHANGE) } else { line }
}

static FILES: &[StockFile] = &[
    StockFile {
        name: PROXY_PARAMS,
        by: DEBIAN,
        lines: &[
            &["proxy_set_header", "Host", CHANGED],
            &["proxy_set_header", "X-Real-IP", "$remote_addr"],
            &["proxy_set_header", "X-Forwarded-For", "$proxy_add_x_forwarded_for"],
            &["proxy_set_header", "X-Forwarded-Proto", "$scheme"],
        ],
    },
    StockFile {
        name: "uwsgi_params",
        by: "nginx",
        lines: &[
            &["uwsgi_param", "QUERY_STRING", "$query_string"],
            &["uwsgi_param", "REQUEST_METHOD", "$request_method"],
            &["uwsgi_param", "CONTENT_TYPE", "$content_type"],
            &["uwsgi_param", "CONTENT_LENGTH", "$content_length"],
            &["uwsgi_param", "REQUEST_URI", "$request_uri"],
            &["uwsgi_param", "PATH_INFO", "$document_uri"],
            &["uwsgi_param", "DOCUMENT_ROOT", "$document_root"],
            &["uwsgi_param", "SERVER_PROTOCOL", "$server_protocol"],
            &["uwsgi_param", "REQUEST_SCHEME", "$scheme"],
            &["uwsgi_param", "HTTPS", "$https", "if_not_empty"],
            &["uwsgi_param", "REMOTE_ADDR", "$remote_addr"],
            &["uwsgi_param", "REMOTE_PORT", "$remote_port"],
            &["uwsgi_param", "SERVER_PORT", "$server_port"],
            &["uwsgi_param", "SERVER_NAME", "$server_name"],
        ],
    },
    StockFile {
        name: "options-ssl-nginx.conf",
        by: "certbot",
        lines: &[
            &["ssl_session_cache", "shared:le_nginx_SSL:10m"],
            &["ssl_session_timeout", "1440m"],
            &["ssl_session_tickets", "off"],
            &["ssl_protocols", "TLSv1.2", "TLSv1.3"],
            &["ssl_prefer_server_ciphers", "off"],
        ],
    },
    StockFile {
        name: "snakeoil.conf",
        by: DEBIAN,
        lines: &[
            &["ssl_certificate", "/etc/ssl/certs/ssl-cert-snakeoil.pem"],
            &["ssl_certificate_key", "/etc/ssl/private/ssl-cert-snakeoil.key"],
        ],
    },
    StockFile { name: "mime.types", by: "nginx", lines: &[] },
    StockFile { name: "koi-utf", by: "nginx", lines: &[] },
    StockFile { name: "koi-win", by: "nginx", lines: &[] },
    StockFile { name: "win-utf", by: "nginx", lines: &[] },
    StockFile { name: "fastcgi_params", by: "nginx", lines: &[] },
    StockFile { name: "fastcgi.conf", by: "nginx", lines: &[] },
    StockFile { name: "scgi_params", by: "nginx", lines: &[] },
    StockFile { name: "fastcgi-php.conf", by: DEBIAN, lines: &[] },
    StockFile { name: "/etc/nginx/modules-enabled/*.conf", by: DEBIAN, lines: &[] },
    StockFile { name: "/usr/share/nginx/modules/*.conf", by: "Fedora's nginx", lines: &[] },
];

/// Where such files lie. A relative path is below nginx's own prefix.
const FOLDERS: &[&str] = &["", "snippets/", "conf/", "/etc/letsencrypt/"];

/// uWSGI's guide has this one copied into the project, and included from there ("Setting up Django and
/// your web server with uWSGI and nginx").
const COPIED: &str = "uwsgi_params";

/// A shipped file, by the path that an `include` names.
pub fn stock_file(path: &str) -> Option<&'static StockFile> {
    if let Some(whole) = FILES.iter().find(|file| file.name == path) {
        return Some(whole);
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = &path[..path.len() - name.len()];
    let below = folder.strip_prefix("/etc/nginx/").unwrap_or(folder);
    let below = below.strip_prefix("./").unwrap_or(below);
    let is_there = name == COPIED || FOLDERS.contains(&below);
    FILES.iter().find(|file| file.name == name && is_there)
}

impl StockFile {
    /// Whether nginx.org's package and the official image lack it.
    pub fn is_of_debian(&self) -> bool {
        self.by == DEBIAN
    }

    pub(super) fn lines(&self, via: &Arc<[Place]>) -> impl Iterator<Item = Line> {
        let origin = Origin::Default { of: self.by, version: "as packaged", source: self.name };
        let fact = move |word: &&str| Fact::new((*word).to_owned(), origin);
        self.lines.iter().filter_map(move |words| {
            let (name, args) = words.split_first()?;
            let (name, args) = ((*name).to_owned(), args.iter().map(fact).collect());
            Some(Line { name, args, origin, via: via.clone(), body: None })
        })
    }
}
