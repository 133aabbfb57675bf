//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Fact, Label};
use crate::model::{
    ALLOWED_HOSTS, DEBUG, Deployment, Host, Process, Route, STATIC_URL, Site, USE_X_FORWARDED_HOST,
    allows,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/host-header-not-forwarded",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/host-header-not-forwarded.md"),
};

/// A route on which Django does not learn the name that was asked for.
struct Renamed<'a> {
    site: &'a Site,
    route: &'a Route,
    app: Fact<&'a Process>,
    sent: &'a Fact<String>,
    /// The name that it gets instead.
    name: String,
}

fn check(deployment: &Deployment, out: &mut Findings) {
    for site in &deployment.sites {
        let renamed = site.routes.iter().filter_map(|route| Renamed::find(deployment, site, route));
        let mut renamed: Vec<Renamed> = renamed.collect();
        // What most requests meet is what there is to say.
        renamed.sort_by_key(|it| !it.route.is_for_everything());
        if let Some(first) = renamed.iter().find(|it| it.has_settings()) {
            first.report(out);
        }
    }
}

impl<'a> Renamed<'a> {
    fn find(deployment: &'a Deployment, site: &'a Site, route: &'a Route) -> Option<Self> {
        let app = deployment.process(route).filter(|it| it.value.has_settings_to_judge())?;
        let sent = route.sends("host")?;
        let name = match sent.value.as_str() {
            "$proxy_host" => proxy_host(&route.pass.value)?,
            // Another name of the site's own may be what all of it goes by.
            constant if is_local(constant) && !site.is_local() => constant.to_owned(),
            _ => return None,
        };
        // Django then asks another header, which this proxy or the one before it sends.
        let is_told =
            route.sends("x-forwarded-host").is_some() || deployment.behind_traefik(site).is_some();
        if is_told && app.get(USE_X_FORWARDED_HOST).is_none_or(|it| it.value) {
            return None;
        }
        (!is_for_files(route, &app)).then_some(Self { site, route, app, sent, name })
    }

    fn has_settings(&self) -> bool {
        self.app.get(DEBUG).is_some_and(|it| !it.value) && self.app.get(ALLOWED_HOSTS).is_some()
    }

    fn report(&self, out: &mut Findings) {
        let Self { site, route, app, sent, name } = self;
        let (Some(debug), Some(allowed)) = (app.get(DEBUG), app.get(ALLOWED_HOSTS)) else { return };
        let host = name.split(':').next().unwrap_or_default();
        // A name with an underscore is refused before ALLOWED_HOSTS is asked
        // (`django.http.request.host_validation_re`).
        let passes = !host.contains('_') && allowed.value.iter().any(|it| allows(&it.value, host));
        let message = match (passes, route.is_for_everything()) {
            (true, _) if self.is_written() => format!("the site goes by the name `{name}`"),
            (true, _) => format!("the site goes by the name of its upstream: `{name}`"),
            (false, true) => format!("every request is refused: Django gets `{name}` as the host"),
            (false, false) => format!(
                "requests by `{}` are refused: Django gets `{name}` as the host",
                route.shown.value
            ),
        };
        let finding = out.report(*site, message, self.label());
        let entry = allowed.value.first().map(|it| it.map(|_| ()));
        let at = entry.or_else(|| app.assigned(ALLOWED_HOSTS));
        match (passes, at) {
            (false, Some(at)) => _ = finding.also(at.label(format!("`{host}` is none of these"))),
            (true, _) => _ = finding.at_most(Severity::Warning),
            (false, None) => {}
        }
        let add = if self.is_written() { "write" } else { "add" };
        finding
            .because(sent)
            .because(&allowed)
            .because(&debug)
            .because(app)
            .help(format!("{add} `proxy_set_header Host $host;`"));
        // Where the upstream's name is allowed, Django would learn another one.
        let safety = if passes || self.is_written() { Safety::Unsafe } else { Safety::Safe };
        finding.mend(safety, "send `Host $host`", self.mended());
    }

    fn is_written(&self) -> bool {
        self.sent.value != "$proxy_host"
    }

    fn label(&self) -> Label {
        let name = &self.name;
        match self.is_written() {
            true => self.sent.label("sent whatever name was asked for"),
            false => {
                let text = format!("nginx sends `Host: {name}` if nothing else is said");
                self.route.pass.label(text)
            }
        }
    }

    fn mended(&self) -> Option<Edit> {
        if self.is_written() {
            return Some(Edit::replace(self.sent.written_at()?, "$host"));
        }
        self.site.level(self.route)?.send("Host", "$host")
    }
}

/// Whether static files are asked over a route, and sent before anything looks at the host.
fn is_for_files(route: &Route, app: &Fact<&Process>) -> bool {
    let sends = app.passes("whitenoise.middleware.WhiteNoiseMiddleware").is_some();
    let is_below = |url: Fact<String>| {
        url.value.len() > 1 && route.part().is_some_and(|part| part.starts_with(url.value.as_str()))
    };
    sends && app.get(STATIC_URL).is_some_and(is_below)
}

/// A name that means the machine itself, so that nobody elsewhere can have asked for it.
fn is_local(name: &str) -> bool {
    let host = name.rsplit_once(':').map_or(name, |(host, _)| host);
    !name.contains('$') && matches!(Host::parse(host), Host::Loopback)
}

/// `$proxy_host`: name and port as `proxy_pass` has them; `localhost` for a Unix socket.
fn proxy_host(url: &str) -> Option<String> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    if rest.starts_with("unix:") {
        return Some("localhost".to_owned());
    }
    let name = rest.split('/').next()?;
    (!name.is_empty() && !name.contains('$')).then(|| name.to_owned())
}
