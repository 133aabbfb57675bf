//! Names of hosts as Django compares them.

/// `django.http.request.validate_host` and `is_same_domain`.
pub fn allows(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (pattern.to_ascii_lowercase(), host.to_ascii_lowercase());
    match pattern.strip_prefix('.') {
        Some(domain) => host == domain || host.ends_with(&pattern),
        None => pattern == "*" || pattern == host,
    }
}
