//! The directives of Caddy's standard build, and the order in which they are applied.

/// The order that Caddy sorts the directives of a site and of `handle` by, whatever order they
/// are written in (`defaultDirectiveOrder` of 2.11; between 2.6 and 2.11 names were added to it
/// and none changed its rank).
pub const ORDER: &[&str] = &[
    "tracing",
    "map",
    "vars",
    "fs",
    "root",
    "log_append",
    "skip_log",
    "log_skip",
    "log_name",
    "header",
    "copy_response_headers",
    "request_body",
    "timeouts",
    "redir",
    "method",
    "rewrite",
    "uri",
    "try_files",
    "basicauth",
    "basic_auth",
    "forward_auth",
    "request_header",
    "encode",
    "push",
    "intercept",
    "templates",
    "invoke",
    "handle",
    "handle_path",
    "route",
    "abort",
    "error",
    "copy_response",
    "respond",
    "metrics",
    "reverse_proxy",
    "php_fastcgi",
    "file_server",
    "acme_server",
];

/// Directives that handle no request, and so have no rank.
pub const UNORDERED: &[&str] = &["bind", "handle_errors", "log", "tls"];

/// Whether a standard build of Caddy knows this directive; plugins bring others.
pub fn is_standard(name: &str) -> bool {
    ORDER.contains(&name) || UNORDERED.contains(&name)
}

/// Directives of modules that somebody has to build into Caddy ("Download Caddy" on its site has them).
pub const OF_MODULES: &[&str] = &[
    "appsec",
    "authorize",
    "authenticate",
    "brotli",
    "cgi",
    "coraza_waf",
    "crowdsec",
    "exec",
    "geoip2_vars",
    "rate_limit",
    "realip",
    "replace",
    "souin",
    "webdav",
];
