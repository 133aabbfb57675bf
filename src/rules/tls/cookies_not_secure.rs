//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::compose::Port;
use crate::model::middleware::CSRF;
use crate::model::{
    CSRF_COOKIE_SECURE, CSRF_TRUSTED_ORIGINS, CSRF_USE_SESSIONS, Deployment, Listener, MIDDLEWARE,
    Process, SECURE_SSL_REDIRECT, SESSION_COOKIE_SECURE, Setting, Site, is_for_everybody, origin,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/cookies-not-secure",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("5.9"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/cookies-not-secure.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        // What the proxy adds browsers see as if Django had.
        if deployment.is_a_trial(process)
            || deployment.is_for_websockets_alone(process)
            || deployment.routes_before(process).any(|(site, route)| site.marks_cookies(route))
        {
            continue;
        }
        let is_denied = || deployment.is_told_of_http(process) || app.has_redirect_turned_off();
        let presumed = || presumed(&app).filter(|_| !is_denied());
        let trusted = || trusts_https_alone(&app).filter(|_| !is_denied()).map(|it| (it, FORMS));
        let https = deployment.https_sites(process).into_iter().next();
        let seen = https.map(|(_, https)| (https, SEEN));
        // What a site that is not certain tells, the settings may know better.
        let certain = seen.clone().filter(|it| it.0.evidence().certainty() == Certainty::Certain);
        let own = || own_certificate(deployment, process).map(|it| (it, OWN));
        let found = certain.or_else(own).or_else(presumed).or(seen).or_else(trusted);
        let Some((https, text)) = found else { continue };
        let in_session = app.get(CSRF_USE_SESSIONS).is_some_and(|it| it.value);
        let is_sent =
            |setting: &Setting<bool>| setting.name != CSRF_COOKIE_SECURE.name || !in_session;
        let used = COOKIES
            .iter()
            .filter(|(setting, middleware)| is_sent(setting) && is_used(&app, middleware));
        // Whoever fills in the example has turned it on.
        let documented = process.documented();
        let is_told = |setting: Setting<bool>| {
            let told = documented.as_ref().and_then(|it| it.fact().get(setting));
            app.get(setting).is_none() && told.is_some_and(|it| it.value)
        };
        let off = used.filter(|(setting, _)| !is_told(*setting)).filter_map(|(setting, _)| {
            let value = app.off_unless_told(*setting)?;
            let at = app.assigned(*setting).map(|at| at.given(&value));
            Some(Off { name: setting.name, value, at })
        });
        // What is doubted of one is not doubted of the other.
        let (sure, doubted): (Vec<Off>, Vec<Off>) =
            off.partition(|it| it.certainty() == Certainty::Certain);
        for group in [sure, doubted] {
            report(deployment, process, (&group, &https, text), out);
        }
    }
}

const ON: &str = "mark them as secure";
const SEEN: &str = "browsers reach it by https here";
const OWN: &str = "it answers by https itself";
const FORMS: &str = "forms come from here, by https";

/// Settings that are of use for a site with https only.
const OF_HTTPS: &[(Setting<bool>, &str)] = &[
    (SECURE_SSL_REDIRECT, "plain http is redirected to https from here"),
    (SESSION_COOKIE_SECURE, "the other cookie is for https alone"),
    (CSRF_COOKIE_SECURE, "the other cookie is for https alone"),
];

/// The certificate of the server that runs the application, where no other stands before it.
fn own_certificate(deployment: &Deployment, process: &Process) -> Option<Fact<()>> {
    let certificate = process.started.as_ref()?.certificate.as_ref()?;
    let is_behind = deployment.routes_before(process).next().is_some();
    (!is_behind).then(|| certificate.map(|_| ()))
}

/// What the settings alone say of https, where no site is in view that has it.
fn presumed(app: &Fact<&Process>) -> Option<(Fact<()>, &'static str)> {
    if let Some(told) = app.is_told_of_https() {
        return Some((told, "a proxy tells of https by this header"));
    }
    OF_HTTPS.iter().find_map(|(setting, text)| {
        let on = app.live(*setting).filter(|it| it.value)?;
        Some((app.assigned(*setting)?.given(&on), *text))
    })
}

/// The entry of `CSRF_TRUSTED_ORIGINS` that has forms come by https, where no other has them come by http.
/// It is listed where Django takes pages of its own for another site's, as behind a proxy that takes https;
/// and whoever calls from another site could not call by http (W3C, "Mixed Content").
fn trusts_https_alone(app: &Fact<&Process>) -> Option<Fact<()>> {
    let origins = app.live(CSRF_TRUSTED_ORIGINS)?;
    let schemes = origins.value.iter().filter_map(|it| {
        let (scheme, host) = origin(&it.value)?;
        is_for_everybody(host).then_some((it, scheme))
    });
    let schemes: Vec<_> = schemes.collect();
    let (first, _) = schemes.first().filter(|_| schemes.iter().all(|it| it.1 == "https"))?;
    Some(first.map(|_| ()).given(&origins))
}

/// What makes each cookie.
const COOKIES: &[(Setting<bool>, &str)] = &[
    (SESSION_COOKIE_SECURE, "django.contrib.sessions.middleware.SessionMiddleware"),
    (CSRF_COOKIE_SECURE, CSRF),
];

/// A switch that is off, and where it is assigned, if it is.
struct Off {
    name: &'static str,
    value: Fact<bool>,
    at: Option<Fact<()>>,
}

impl Off {
    fn certainty(&self) -> Certainty {
        let at = self.at.as_ref().map(|at| at.evidence().certainty());
        at.unwrap_or(Certainty::Certain).min(self.value.evidence().certainty())
    }
}

fn report(
    deployment: &Deployment,
    process: &Process,
    (group, https, text): (&[Off], &Fact<()>, &str),
    out: &mut Findings,
) {
    let names: Vec<&str> = group.iter().map(|it| it.name).collect();
    let (verb, cookie) = match names.len() {
        0 => return,
        1 => ("is", "the cookie travels"),
        _ => ("are", "the cookies travel"),
    };
    let is_presumed = ![SEEN, OWN].contains(&text);
    let message = format!("{} {verb} off, and the site is reached by https", names.join(" and "));
    let mut assigned = group.iter().filter_map(|it| it.at.as_ref());
    let finding = match assigned.next() {
        Some(at) => {
            let finding =
                out.report(process, message, at.label(format!("{cookie} over plain http as well")));
            finding.also(https.label(text))
        }
        None => out.report(process, message, https.label(text)),
    };
    for at in assigned {
        finding.also(at.label("off as well"));
    }
    for earlier in group.iter().filter_map(|it| overwritten(process, it)) {
        finding.also(earlier.label("this does not count: it is assigned again below"));
    }
    group.iter().for_each(|it| _ = finding.because(&it.value));
    let on = format!("set {} to True", names.join(" and "));
    let app = process.fact();
    let plain = plain_way(deployment, process).map(|it| it.map(|_| ()));
    let plain = plain.or_else(|| plain_origin(deployment, &app).map(|it| it.map(|_| ())));
    if let Some(way) = &plain {
        finding.also(way.label("who comes this way could not log in any more"));
    }
    finding.help(match plain {
        Some(_) => format!("redirect plain http to https, and {on}"),
        None => on,
    });
    // Who comes by plain http would not stay logged in any more.
    let edits: Option<Vec<Edit>> = names.iter().map(|name| app.set(name, "True")).collect();
    finding.mend(Safety::Unsafe, ON, edits.into_iter().flatten());
    // Without the session, the other cookie opens nothing; nor does that where nobody has an account.
    if is_presumed || names == [CSRF_COOKIE_SECURE.name] || has_no_accounts(&app) {
        finding.at_most(Severity::Warning);
    }
}

/// Where browsers come by plain http, and nothing leads them to https. What lies before a container may
/// well do that, unless the container has the machine's own ports.
fn plain_way<'d>(deployment: &'d Deployment, process: &Process) -> Option<&'d Fact<Listener>> {
    process.fact().get(SECURE_SSL_REDIRECT).filter(|it| !it.value)?;
    let takes_80 = |it: &Fact<Listener>| it.value.port == Some(80) && !it.value.tls;
    let is_outermost = |site: &Site| {
        let Some(container) = deployment.view(site.view).container.as_deref() else {
            return !site.of_image;
        };
        let service = deployment.compose.as_ref().and_then(|it| it.service(container));
        let has = |port: u16| {
            let is_it = |it: &Port| it.open().is_some() && it.is_published_as(port);
            service.is_some_and(|service| service.ports.iter().any(is_it))
        };
        has(80) && has(443)
    };
    let is_first = |site: &Site| {
        let mut others = deployment.sites.iter().filter(|it| !std::ptr::eq(*it, site));
        !others.any(|other| {
            other.listeners.iter().any(takes_80)
                && site.hosts().any(|host| other.named(&host.value).is_some())
        })
    };
    let mut sites =
        deployment.sites_before(process).filter(|site| is_outermost(site) && is_first(site));
    sites.find_map(|site| site.plain_way_beside_tls())
}

/// A host that the settings trust by plain http alone, and that others look up: people are to come that
/// way, as far as nothing in view leads them to https.
fn plain_origin(deployment: &Deployment, app: &Fact<&Process>) -> Option<Fact<String>> {
    app.get(SECURE_SSL_REDIRECT).filter(|it| !it.value)?;
    let origins = app.members(CSRF_TRUSTED_ORIGINS);
    let of = |scheme: &str, it: &Fact<String>| {
        origin(&it.value).filter(|it| it.0 == scheme).map(|it| it.1.to_owned())
    };
    let is_secure_too =
        |host: &str| origins.iter().filter_map(|it| of("https", it)).any(|it| it == host);
    let is_led_away = |host: &str| {
        let mut sites = deployment.sites.iter().filter(|it| it.named(host).is_some());
        sites.any(|it| it.plain_listener().is_some() && it.routes.is_empty())
    };
    let is_plain =
        |host: String| is_for_everybody(&host) && !is_secure_too(&host) && !is_led_away(&host);
    origins.iter().find(|it| of("http", it).is_some_and(is_plain)).cloned()
}

/// Whether nothing is there that people log in to.
fn has_no_accounts(app: &Fact<&Process>) -> bool {
    let is_of_accounts = |it: &Fact<String>| it.value.starts_with("django.contrib.auth");
    app.installed_apps().is_some_and(|apps| !apps.value.iter().any(is_of_accounts))
}

/// What the module assigned before, so that a reader may take the cookie for safe.
fn overwritten<'p>(process: &'p Process, off: &Off) -> Option<&'p Fact<()>> {
    let at = off.at.as_ref()?.written_at()?;
    let faults = &process.django.as_ref()?.faults;
    let mut lost = faults.overwritten.iter().filter(|it| it.name == off.name);
    Some(&lost.find(|it| it.by.written_at() == Some(at))?.lost)
}

/// Whether some request may make the cookie, whichever way the settings go.
fn is_used(app: &Fact<&Process>, middleware: &str) -> bool {
    let lists = app.get(MIDDLEWARE).map_or_else(|| app.possible(MIDDLEWARE), |known| vec![known]);
    lists.is_empty() || lists.iter().any(|it| it.value.iter().any(|it| it.value == middleware))
}
