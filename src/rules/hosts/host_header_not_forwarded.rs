//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact, Label};
use crate::model::command::Started;
use crate::model::journey::{End, Journeys, Request};
use crate::model::middleware::WHITENOISE;
use crate::model::{
    ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, DEBUG, Deployment, Host, Interface, Process, Route,
    STATIC_URL, Site, USE_X_FORWARDED_HOST, allows,
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
        renamed.sort_by_key(|it| !it.route.for_everything);
        match renamed.iter().find(|it| it.has_settings(deployment)) {
            Some(first) => first.report(out),
            None => refused_forms(deployment, site, out),
        }
    }
}

/// A site that goes by one of its names takes no forms by the other.
fn refused_forms(deployment: &Deployment, site: &Site, out: &mut Findings) {
    for route in site.routes.iter().filter(|it| it.for_everything) {
        let Some(sent) = route.sends("host") else { continue };
        let Some(app) = deployment.process(route) else { continue };
        let (Some(own), Some(other)) = twins(site, &sent.value) else { continue };
        let journeys = Journeys::new(deployment, None);
        // What is refused of both has another cause.
        if takes_forms(&journeys, site, &own.value) != Some(true)
            || takes_forms(&journeys, site, &other.value) != Some(false)
        {
            continue;
        }
        let finding = out.report(
            site,
            format!("forms of `{other}` are refused: Django gets `{own}` as the host"),
            sent.label("sent whatever name was asked for"),
        );
        finding
            .also(other.label("browsers send this name as their origin"))
            .through(app.assigned(CSRF_TRUSTED_ORIGINS), "and the origin is not here")
            .because(&app)
            .at_most(Severity::Warning)
            .help("write `proxy_set_header Host $host;`, or redirect the name");
        let allowed = app.get(ALLOWED_HOSTS);
        if allowed.is_some_and(|it| it.value.iter().any(|it| allows(&it.value, &other.value))) {
            let edit = sent.written_at().map(|at| Edit::replace(at, "$host"));
            finding.mend(Safety::Unsafe, "send `Host $host`", edit);
        }
        return;
    }
}

/// The name that is sent, if it is one of the site's own, and the same with `www.` or without.
/// Visitors type both; what else a site is called may be for machines alone.
fn twins(site: &Site, sent: &str) -> (Option<Fact<String>>, Option<Fact<String>>) {
    // nginx knows a server by its first name.
    let own = match sent {
        "$server_name" => site.hosts().next(),
        sent => site.hosts().find(|it| it.value == sent),
    };
    let is_twin = |a: &str, b: &str| a.strip_prefix("www.") == Some(b);
    let other = own.as_ref().and_then(|own| {
        site.hosts().find(|it| is_twin(&it.value, &own.value) || is_twin(&own.value, &it.value))
    });
    (own, other)
}

/// Whether a form of a page under a name is taken. `None` if it has no pages, or nobody can tell.
fn takes_forms(journeys: &Journeys<'_>, site: &Site, host: &str) -> Option<bool> {
    let scheme = if site.https()?.value { "https" } else { "http" };
    let page = Request::get(&format!("{scheme}://{host}/kilter-sample/")).ok()?.to_some_page();
    let status = |request: &Request| {
        let journey = journeys.answer(request);
        match (journey.end, journey.doubt) {
            (End::Answered(response), None) => Some(response.status),
            _ => None,
        }
    };
    let form = page.clone().by("POST").ok()?;
    match (status(&page)?, status(&form)?) {
        (None, None) => Some(true),
        (None, Some(403)) => Some(false),
        _ => None,
    }
}

impl<'a> Renamed<'a> {
    fn find(deployment: &'a Deployment, site: &'a Site, route: &'a Route) -> Option<Self> {
        let app = deployment.process(route).filter(|it| it.value.has_settings_to_judge())?;
        let sent = route.sends("host")?;
        // A file that is not in view likely sends what files for a proxy are there for.
        let may_be_told = sent.evidence().certainty() != Certainty::Certain;
        let name = match sent.value.as_str() {
            "$proxy_host" if may_be_told => return None,
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

    /// Whether it is known which hosts pass. A list that has an entry holds with DEBUG as well
    /// (`HttpRequest.get_host`).
    fn has_settings(&self, deployment: &Deployment) -> bool {
        if self.is_malformed() {
            return true;
        }
        let Some(allowed) = self.allowed() else { return false };
        let is_off = self.app.get(DEBUG).is_some_and(|it| !it.value);
        is_off || !allowed.value.is_empty() && !deployment.is_a_developers(self.app.value)
    }

    /// ALLOWED_HOSTS. A list that is only an example has to know the site.
    fn allowed(&self) -> Option<Fact<Vec<Fact<String>>>> {
        self.app.get(ALLOWED_HOSTS).or_else(|| {
            let documented = self.app.allowed_hosts()?;
            let is_known = |host: Fact<String>| {
                documented.value.iter().any(|it| it.value != "*" && allows(&it.value, &host.value))
            };
            let knows_site = self.site.hosts().any(is_known);
            knows_site.then_some(documented)
        })
    }

    /// A name with an underscore is refused before ALLOWED_HOSTS is asked, with DEBUG as well
    /// (`django.http.request.host_validation_re`).
    fn is_malformed(&self) -> bool {
        self.host().contains('_')
    }

    fn host(&self) -> &str {
        self.name.split(':').next().unwrap_or_default()
    }

    fn report(&self, out: &mut Findings) {
        let Self { site, route, app, sent, name } = self;
        let allowed = self.allowed();
        let host = self.host();
        let is_allowed =
            |hosts: &Fact<Vec<Fact<String>>>| hosts.value.iter().any(|it| allows(&it.value, host));
        let passes = !self.is_malformed() && allowed.as_ref().is_some_and(is_allowed);
        // No page comes of what becomes a WebSocket, and Channels asks nobody for a host: of the
        // validators that it has, each looks at the origin.
        let is_switched = route.sends("upgrade").is_some_and(|it| it.evidence().is_written())
            && !route.for_everything;
        let speaks = app.value.started.as_ref().and_then(Started::speaks);
        if is_switched && (passes || speaks == Some(Interface::Asgi)) {
            return;
        }
        let message = match (passes, route.for_everything) {
            (true, _) if self.is_written() => format!("the site goes by the name `{name}`"),
            (true, _) => format!("the site goes by the name of its upstream: `{name}`"),
            (false, true) => format!("every request is refused: Django gets `{name}` as the host"),
            (false, false) => format!(
                "requests by `{}` are refused: Django gets `{name}` as the host",
                route.shown.value
            ),
        };
        if !passes && app.takes_any_host() {
            return;
        }
        let finding = out.report(*site, message, self.label());
        let first = allowed.as_ref().and_then(|it| it.value.first());
        let at = first.map(|it| it.map(|_| ())).or_else(|| app.assigned(ALLOWED_HOSTS));
        let why = match self.is_malformed() {
            true => format!("`{host}` is refused before these are asked, for its underscore"),
            false => format!("`{host}` is none of these"),
        };
        match (passes, at) {
            (false, Some(at)) => _ = finding.also(at.label(why)),
            (true, _) => _ = finding.at_most(Severity::Warning),
            (false, None) => {}
        }
        let add = if self.is_written() { "write" } else { "add" };
        let then = allowed.as_ref().map_or("", |it| self.then(it));
        finding
            .because(sent)
            .because(app)
            .help(format!("{add} `proxy_set_header Host $host;`{then}"));
        if let Some(allowed) = allowed.filter(|_| !self.is_malformed()) {
            finding.because(&allowed);
            if let Some(debug) = app.get(DEBUG).filter(|_| allowed.value.is_empty()) {
                finding.because(&debug);
            }
        }
        // Where the upstream's name is allowed, Django would learn another one.
        let safety = if passes || self.is_written() { Safety::Unsafe } else { Safety::Safe };
        if then.is_empty() {
            finding.mend(safety, "send `Host $host`", self.mended());
        }
    }

    /// What else is to be done, so that the site's own names pass then.
    fn then(&self, allowed: &Fact<Vec<Fact<String>>>) -> &'static str {
        let passes = |host: &str| allowed.value.iter().any(|it| allows(&it.value, host));
        // By a name of the machine itself no visitor asks, whatever the template has left there.
        let is_own = |it: &Fact<String>| it.value != "_" && !is_local(&it.value);
        let mut own = self.site.hosts().filter(is_own).peekable();
        let is_known = own.peek().is_some();
        match own.all(|it| passes(&it.value)) && (is_known || passes("kilter.example")) {
            true => "",
            false => ", and name the site's hosts in ALLOWED_HOSTS",
        }
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
    let sends = app.passes(WHITENOISE).is_some();
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
