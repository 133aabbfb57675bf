//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::spelling::is_slip;
use crate::fact::{Certainty, Fact};
use crate::model::{Deployment, Process, Route, SECURE_PROXY_SSL_HEADER};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/forwarded-header-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/forwarded-header-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        let Some(trusted) = app.get(SECURE_PROXY_SSL_HEADER) else { continue };
        let (key, value) = &trusted.value;
        // `uwsgi_param NAME` makes a key of just this name (ngx_http_uwsgi_module), which no client can send.
        if deployment.surroundings.tls.wsgi_variables.contains(&key.to_ascii_lowercase()) {
            continue;
        }
        if is_name_of_header(key) {
            let meta = format!("HTTP_{}", key.to_ascii_uppercase().replace('-', "_"));
            let at = app.assigned(SECURE_PROXY_SSL_HEADER).unwrap_or_else(|| trusted.map(|_| ()));
            out.report(
                process,
                format!("no request is ever secure: `{key}` is no key of `request.META`"),
                at.given(&trusted).label(format!("this header is `{meta}` there")),
            )
            .help(format!("set it to `(\"{meta}\", \"{value}\")`"));
            continue;
        }
        if let Some(meant) = misspelt(key) {
            let routes = deployment.app_routes().into_iter();
            let mut routes = routes.filter(|(.., it)| std::ptr::eq(it.value, process)).peekable();
            let is_alone = routes.peek().is_none();
            if routes.any(|(_, route, _)| sent(route, key).is_some()) {
                continue;
            }
            let at = app.assigned(SECURE_PROXY_SSL_HEADER).unwrap_or_else(|| trusted.map(|_| ()));
            let mut at = at.given(&trusted);
            if is_alone {
                at = at.doubt(Certainty::Likely, "a proxy that is not in view may send it");
            }
            out.report(
                process,
                format!("no request is ever secure: no proxy sends what `{key}` stands for"),
                at.label(format!("not `{meant}`")),
            )
            .help(format!("set it to `(\"{meant}\", \"{value}\")`"));
            continue;
        }
        if PLAIN.contains(&value.to_ascii_lowercase().as_str()) {
            let at = app.assigned(SECURE_PROXY_SSL_HEADER).unwrap_or_else(|| trusted.map(|_| ()));
            out.report(
                process,
                format!("`{value}` counts as https, which is what plain requests are sent with"),
                at.given(&trusted).label("every request without TLS is secure to Django"),
            )
            .help(format!("set it to `(\"{key}\", \"https\")`"))
            .mend(Safety::Safe, "take `https` for https", second(&app, "https"));
        }
    }
    for (site, route, app) in deployment.app_routes() {
        let Some(https) = site.https().filter(|https| https.value) else { continue };
        let Some(trusted) = app.get(SECURE_PROXY_SSL_HEADER) else { continue };
        let (key, value) = &trusted.value;
        let Some((sent, says)) = sent(route, key) else { continue };
        if says == value || PLAIN.contains(&value.to_ascii_lowercase().as_str()) {
            continue;
        }
        out.report(
            site,
            format!("the proxy sends `{says}` for https, and Django waits for `{value}`"),
            sent.label(format!("sends `{says}`")),
        )
        .also(trusted.label(format!("takes nothing but `{value}` for https")))
        .because(&https)
        .because(&app)
        .help(format!("set SECURE_PROXY_SSL_HEADER to `(\"{key}\", \"{says}\")`"))
        .mend(Safety::Safe, format!("wait for `{says}`"), second(&app, says));
    }
}

/// Whether it is written as headers are, and not as `request.META` has them.
fn is_name_of_header(key: &str) -> bool {
    let is_letter = |byte: u8| byte == b'-' || byte.is_ascii_lowercase();
    !key.contains('.') && key.bytes().any(is_letter)
}

/// What a key was meant to be, if it is one that proxies use but for a slip or two.
fn misspelt(key: &str) -> Option<&'static str> {
    const USED: [&str; 7] = [
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_X_FORWARDED_PROTOCOL",
        "HTTP_X_FORWARDED_SCHEME",
        "HTTP_X_FORWARDED_SSL",
        "HTTP_X_FORWARDED_PORT",
        "HTTP_X_FORWARDED_HTTPS",
        "HTTP_X_FORWARDED_FOR",
    ];
    let is_used = USED.contains(&key);
    USED.into_iter().find(|it| !is_used && is_slip(key, it))
}

/// Values that proxies send for requests without TLS.
const PLAIN: &[&str] = &["http", "off", "0", "false", "no"];

/// What a route sends under a key of `request.META` for an https request.
fn sent<'r>(route: &'r Route, key: &str) -> Option<(&'r Fact<String>, &'r str)> {
    let header = key.strip_prefix("HTTP_")?.replace('_', "-");
    let sent = route.sends(&header)?;
    let says = match sent.value.as_str() {
        "$scheme" => "https",
        "$https" => "on",
        literal if literal.contains(['$', '{']) || literal.is_empty() => return None,
        literal => literal,
    };
    Some((sent, says))
}

/// In place of the value that is waited for.
fn second(app: &Fact<&Process>, says: &str) -> Option<Edit> {
    let whole = app.setting(SECURE_PROXY_SSL_HEADER.name)?;
    let value = whole.value.items()?.get(1)?.try_map(|it| it.text().map(str::to_owned))?;
    app.element(&value)?;
    Some(Edit::replace(value.whole()?, says))
}
