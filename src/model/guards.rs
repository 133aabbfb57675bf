//! Headers that guard a page against others: who sends them, and what they are of use for.

use crate::fact::Fact;
use crate::model::nginx::{Config, Handler, Level, Matcher};
use crate::model::own_headers::OWN_HEADERS;
use crate::model::{Deployment, Engine, MIDDLEWARE, Process, STATIC_URL, Site};
use std::ptr;

/// What browsers are told so that a page cannot be turned against its reader.
const GUARDS: &[&str] = &[
    "strict-transport-security",
    "content-security-policy",
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
];

/// Those that say nothing of what a page merely loads.
const OF_PAGES: &[&str] = &["content-security-policy", "x-frame-options", "referrer-policy"];

/// Words in the names of other people's middleware that sends such headers; none with those that it
/// may send any of.
const SENDING: &[(&str, &[&str])] = &[
    ("csp", &["content-security-policy"]),
    ("frame", &["content-security-policy", "x-frame-options"]),
    ("header", &[]),
    ("secur", &[]),
];

/// Packages whose middleware is named so, and sends none of them.
const SENDING_OTHERS: &[&str] = &["corsheaders.", "django."];

pub fn is_guard(header: &str) -> bool {
    GUARDS.contains(&header.to_ascii_lowercase().as_str())
}

impl Fact<&Process> {
    /// Whether Django, or middleware, may send a header with what the process answers.
    pub fn may_send(&self, header: &str) -> bool {
        let header = header.to_ascii_lowercase();
        let Some(middleware) = self.get(MIDDLEWARE) else { return is_guard(&header) };
        let off = |setting| self.setting(setting).and_then(|it| it.value.truth()) == Some(false);
        let own = OWN_HEADERS.iter().find(|it| it.name == header);
        let by_django = own.is_some_and(|own| {
            middleware.value.iter().any(|it| it.value == own.middleware) && !off(own.setting)
        });
        let may_be_sent_by = |class: &Fact<String>| {
            let name = class.value.to_ascii_lowercase();
            let of_this = |(word, headers): &(&str, &[&str])| {
                name.contains(word) && (headers.is_empty() || headers.contains(&header.as_str()))
            };
            !SENDING_OTHERS.iter().any(|it| name.starts_with(it)) && SENDING.iter().any(of_this)
        };
        by_django || is_guard(&header) && middleware.value.iter().any(may_be_sent_by)
    }
}

impl Deployment {
    /// Whether answers of a level of nginx go without a header that is not added there: Django does
    /// not send it by itself, and it is of use for what comes from there.
    pub fn lacks_unless_added(&self, level: Level<'_>, header: &str) -> bool {
        let is_sent = || self.app_behind(level).is_some_and(|app| app.may_send(header));
        if level.replaces_header(header) || is_sent() {
            return false;
        }
        !OF_PAGES.contains(&header.to_ascii_lowercase().as_str()) || !self.has_no_pages(level)
    }

    /// Whether a site may send a header with what it passes on, by what is written before its server
    /// starts if not by what is in view.
    pub fn may_add(&self, site: &Site, header: &str) -> bool {
        site.may_add(header) || self.may_write_nginx(site, header)
    }

    /// Whether something that is not read may write a word into files for the nginx of a site: steps of its
    /// image's build, or scripts that run before it starts.
    pub fn may_write_nginx(&self, site: &Site, word: &str) -> bool {
        let view = self.view(site.view);
        let container = view.container.as_ref().and_then(|it| self.container(it));
        let image = container.and_then(|it| it.image.as_ref());
        let is_nginx = matches!(site.engine(), Engine::Nginx { .. });
        is_nginx
            && (view.has_hooks(image)
                || image.is_some_and(|it| it.may_write_below("/etc/nginx", word)))
    }

    /// The process of Django that answers what comes to a level.
    fn app_behind(&self, level: Level<'_>) -> Option<Fact<&Process>> {
        if matches!(level.handler().value, Handler::Files) {
            return None;
        }
        // A block without a name is of the location around it.
        let place = level.outwards().find(|it| it.matcher().is_some())?.place()?;
        let mut routes = self.app_routes().into_iter();
        let here = routes.find(|(_, route, _)| route.shown.evidence().place() == Some(place));
        here.map(|(_, _, app)| app)
    }

    /// Whether a level has only what pages load: the static files of a project here, or an
    /// expression for what such files are called.
    pub fn has_no_pages(&self, level: Level<'_>) -> bool {
        if !matches!(level.handler().value, Handler::Files) {
            return false;
        }
        match level.outwards().find_map(Level::matcher) {
            Some(Matcher::Prefix { path, .. }) => {
                let path = path.trim_end_matches('/');
                let is_own = |url: Fact<String>| url.value.trim_end_matches('/') == path;
                let named = matches!(path.rsplit('/').next(), Some("static" | "assets"));
                named
                    || self
                        .proxied_of(level.config())
                        .any(|app| app.get(STATIC_URL).is_some_and(is_own))
            }
            Some(Matcher::Regex(pattern)) => {
                let takes = |path: &str| matches!(pattern.groups(path), Ok(Some(_)));
                let loaded = ["/kilter/sample.css", "/kilter/sample.js", "/kilter/sample.png"];
                let pages = ["/", "/kilter/sample", "/kilter/sample.html"];
                loaded.into_iter().any(takes) && !pages.into_iter().any(takes)
            }
            Some(Matcher::Exact(_) | Matcher::Named(_) | Matcher::Unseen) | None => false,
        }
    }

    /// The processes of Django that sites of a configuration pass requests to.
    fn proxied_of(&self, config: &Config) -> impl Iterator<Item = Fact<&Process>> {
        let pairs = self.proxied().into_iter().filter(move |(site, _)| match site.engine() {
            Engine::Nginx { config: own, .. } => ptr::eq(&raw const **own, config),
            Engine::Caddy { .. } | Engine::Traefik { .. } => false,
        });
        pairs.map(|(_, app)| app)
    }
}
