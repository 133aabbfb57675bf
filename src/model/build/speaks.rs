//! What a tree says of certificates and of what stands before its servers, in whatever words.
//!
//! Mostly to know when to be silent: a sentence in a README is no configuration, but it may be why the
//! configuration lacks something. A comment of a web server's own file says what that is made for.

use crate::model::build::certified;
use crate::model::spoken::Speaks;
use crate::model::{Files, Kind, Read};
use crate::source::{FileId, Place, line_at, lines_with};
use aho_corasick::{AhoCorasick, MatchKind};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Each word, and what a text is about that has it. It does not matter that one hides another that
/// begins inside it.
const WORDS: &[(&str, &[About])] = &[
    ("certbot", &[About::Certificates, About::Certbot]),
    ("letsencrypt", &[About::Certificates]),
    ("let's encrypt", &[About::Certificates]),
    ("certonly", &[About::Certbot]),
    ("acme.sh", &[About::Certificates]),
    ("acme-challenge", &[About::Certificates]),
    ("dehydrated", &[About::Certificates]),
    ("lego --", &[About::Certificates]),
    ("acme/lego", &[About::Certificates]),
    ("cloudflare", &[About::OuterProxy]),
    ("cloudfront", &[About::OuterProxy]),
    ("load balancer", &[About::OuterProxy]),
    ("loadbalancer", &[About::OuterProxy]),
    ("traefik", &[About::OuterProxy]),
    ("ngrok", &[About::OuterProxy]),
    ("tailscale", &[About::OuterProxy]),
    ("nginx-proxy", &[About::OuterProxy]),
    ("kubernetes", &[About::OuterProxy]),
    ("ingress", &[About::OuterProxy]),
    ("proxy manager", &[About::OuterProxy]),
    ("haproxy", &[About::OuterProxy]),
    // nginx takes from whoever asks it how the browser asked.
    ("$http_x_forwarded_proto", &[About::OuterProxy]),
    // Once, where a certificate is obtained.
    ("force-renew", &[]),
    ("renew", &[About::Renewals]),
    ("reload", &[About::Reloads]),
    ("restart", &[About::Reloads]),
    ("sighup", &[About::Reloads]),
    ("hup ", &[About::Reloads]),
    ("client_max_body_size", &[About::BodyLimits]),
    ("chmod", &[About::Modes]),
    ("setfacl", &[About::Modes]),
    ("user root", &[About::Modes]),
    ("/root/", &[About::Modes]),
    ("usermod", &[About::Groups]),
    ("gpasswd", &[About::Groups]),
    ("adduser", &[About::Groups]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Certificates,
    /// The client of ACME whose commands are read.
    Certbot,
    /// What stands before its servers.
    OuterProxy,
    Renewals,
    /// Some program is told to read its configuration again.
    Reloads,
    /// How much nginx is to take.
    BodyLimits,
    /// Who may open or enter something.
    Modes,
    /// Who is in which group.
    Groups,
}

static SEARCHER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = WORDS.iter().map(|(word, _)| word);
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
});

pub(super) fn speaks(files: &Files) -> Speaks {
    let kinds = [
        Kind::Shell,
        Kind::Makefile,
        Kind::Workflow,
        Kind::Compose,
        Kind::Dockerfile,
        Kind::Systemd,
        Kind::Nginx,
        Kind::Crontab,
    ];
    let scripts = [Kind::Shell, Kind::Makefile].into_iter().flat_map(|kind| files.of(kind));
    let obtains = scripts.into_iter().find_map(obtains_once);
    let read = kinds.into_iter().flat_map(|kind| files.of(kind));
    let read = read.map(|read| (read, Voice::of(read.parsed.kind())));
    let documents = files.documents().into_iter().map(|read| (read, Voice::Told));
    // Each is gone through by itself: the documents of a large tree are longer than all else together.
    let texts: Vec<_> = read.chain(documents).collect();
    let said_by: Vec<Speaks> = texts
        .into_par_iter()
        .with_max_len(1)
        .map(|(read, voice)| said_by(files, read, voice))
        .collect();
    let mut found = Speaks { obtains, ..Speaks::default() };
    for read in files.of(Kind::Caddy) {
        found.added_in_front.extend(added_by_caddy(files.in_small_letters(read.id)));
    }
    // CapRover takes TLS in front of what this file describes (its documentation, "Captain Definition").
    found.of_outer_proxy |= files.files_named("captain-definition").next().is_some();
    let mut found = said_by.into_iter().fold(found, Speaks::and);
    let settings =
        files.of(Kind::Python).into_iter().filter(|it| it.has("SECURE_PROXY_SSL_HEADER"));
    for read in settings {
        found.told_in_front.extend(told_in_front(read.id, files.in_small_letters(read.id)));
    }
    found
}

/// What one of them says.
fn said_by(files: &Files, read: Read<'_>, voice: Voice) -> Speaks {
    let text = files.in_small_letters(read.id);
    let is_told = matches!(voice, Voice::Told);
    let mut found = Speaks::default();
    if is_told {
        found.https_names.extend(https_names(read.text));
    }
    if read.parsed.kind() == Kind::Nginx {
        found.added_headers.extend(named(text, &["add_header"]));
        found.wsgi_variables.extend(named(text, &["uwsgi_param", "scgi_param", "fastcgi_param"]));
        found.told_in_front.extend(told_in_front(read.id, text));
    }
    let is_compose = read.parsed.kind() == Kind::Compose;
    if is_compose && text.contains("reverse_proxy") {
        found.added_in_front.extend(added_by_caddy(text));
    }
    let said = said(text);
    let about: BTreeSet<About> = said.iter().flat_map(|(_, about)| *about).copied().collect();
    let has = |it: About| about.contains(&it);
    if has(About::Certbot) {
        found.certified = certified::certified(read.id, read.text);
    }
    let reloading = said.iter().filter(|(_, about)| about.contains(&About::Reloads));
    let reloading = reloading.map(|(at, _)| line_at(read.text, *at));
    Speaks {
        of_proxy_manager: is_told && text.contains("nginx proxy manager"),
        of_certificates: has(About::Certificates) && !(is_told && leaves_certificates_open(text)),
        of_outer_proxy: has(About::OuterProxy),
        // What nginx's own files set is known better.
        of_body_limits: has(About::BodyLimits) && is_told,
        opens_home_of_root: has(About::Modes) && read.text.lines().any(opens_home_of_root),
        adds_to_groups: has(About::Groups) && read.text.lines().any(adds_to_group),
        of_renewals: has(About::Renewals) && !(is_compose && renews_at_start_alone(text)),
        of_reloads: voice.reloads_again(read.text, reloading),
        ..found
    }
}

/// The comments of a text in small letters that say that TLS ends before the server that has it:
/// `# Cloudflare Flexible SSL`, `# SSL terminates at the CDN`. Under "Flexible" Cloudflare asks the origin by
/// plain http (Cloudflare's documentation, "SSL/TLS encryption modes").
fn told_in_front(file: FileId, text: &str) -> impl Iterator<Item = Place> {
    let says = |line: &str| {
        let has = |words: &[&str]| words.iter().any(|it| line.contains(it));
        line.trim_start().starts_with('#')
            && has(&["cloudflare", "cloudfront", "cdn", "load balancer", "the edge"])
            && has(&["ssl", "tls", "https"])
            && has(&["flexible", "terminate", "offload"])
    };
    let lines = text.lines().filter(move |it| says(it));
    lines.map(move |line| Place::of(file, text, line.trim()))
}

/// What lines of nginx's name behind one of these directives, in small letters as the text is.
fn named(text: &str, directives: &'static [&str]) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let is_it = words.next().is_some_and(|it| directives.contains(&it));
        words.next().filter(|_| is_it).map(str::to_owned)
    })
}

/// The headers that guard pages and that a Caddyfile adds, be it the text of a config of compose's, in
/// small letters as the text is: a line of `header`, or of the block of one.
fn added_by_caddy(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().map(str::trim_start);
    let words = lines.filter_map(|it| {
        let name = it.strip_prefix("header ").unwrap_or(it);
        name.trim_start_matches(['+', '?', '>']).split_whitespace().next()
    });
    let guards = ["x-", "strict-transport-", "content-security-", "referrer-", "permissions-"];
    words.filter(move |it| guards.iter().any(|start| it.starts_with(start))).map(str::to_owned)
}

/// The hosts of all addresses by https in a text.
fn https_names(text: &str) -> impl Iterator<Item = String> {
    text.split("https://").skip(1).filter_map(|rest| {
        let end = rest.find(|it: char| !(it.is_ascii_alphanumeric() || it == '.' || it == '-'));
        let host = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
        host.contains('.').then(|| host.to_ascii_lowercase())
    })
}

/// Whether a line puts a web server's user into a group.
fn adds_to_group(line: &str) -> bool {
    ["usermod", "gpasswd", "adduser"].iter().any(|it| line.contains(it))
        && ["www-data", "nginx", "caddy"].iter().any(|it| line.contains(it))
}

/// Whether a line lets others into `/root`, which only root may enter as it comes, or makes a web
/// server's workers root: `sed 's/^user www-data.*/user root;/'`, `sed '/user/{s/nginx/root/}' nginx.conf`.
fn opens_home_of_root(line: &str) -> bool {
    let is_home = |word: &str| {
        let word = word.trim_matches(['`', '"', '\'', ';', ',']);
        word == "/root" || word == "/root/"
    };
    let opens = ["chmod", "setfacl"].iter().any(|it| line.contains(it));
    opens && line.split_whitespace().any(is_home)
        || line.contains("sed ") && line.contains("user root")
        || line.contains("sed ")
            && line.contains("/root/")
            && line.contains("user")
            && line.contains("nginx.conf")
}

/// Where a script has certbot obtain a certificate in a container of its own, which ends. What is
/// installed on the machine brings a timer.
fn obtains_once(read: Read<'_>) -> Option<Place> {
    const VERB: &str = "certonly";
    let in_container = ["certbot/certbot", "certbot/dns-"].iter().any(|it| read.has(it));
    let mut found = read.text.match_indices(VERB).filter(|_| in_container);
    let runs = |at: usize| {
        let line = read.text[..at].rsplit('\n').next().unwrap_or_default();
        !line.trim_start().starts_with('#')
    };
    let (at, _) = found.find(|(at, _)| runs(*at))?;
    Some(Place::new(read.id, at, at + VERB.len()))
}

/// What a text in small letters is about, and where it says so.
fn said(text: &str) -> Vec<(usize, &'static [About])> {
    let found = SEARCHER.as_ref().into_iter().flat_map(|it| it.find_iter(text));
    found.map(|found| (found.start(), WORDS[found.pattern().as_usize()].1)).collect()
}

/// Whether a line in small letters is about it.
fn is_about(line: &str, about: About) -> bool {
    let mut found = SEARCHER.as_ref().into_iter().flat_map(|it| it.find_iter(line));
    found.any(|found| WORDS[found.pattern().as_usize()].1.contains(&about))
}

/// Whether a guide, in small letters, has certificates only in steps that it calls optional: a site
/// that is made by it answers by plain http, and is finished.
fn leaves_certificates_open(text: &str) -> bool {
    let is_step = |line: &str| {
        let rest = line.trim_start_matches(|it: char| it.is_ascii_digit());
        rest.len() < line.len() && rest.starts_with([')', '.'])
    };
    let (mut section, mut step) = (false, false);
    text.lines().all(|line| {
        let start = line.trim_start();
        if start.starts_with('#') {
            (section, step) = (line.contains("optional"), false);
        } else if is_step(start) {
            step = line.contains("optional");
        }
        section || step || !is_about(line, About::Certificates)
    })
}

/// Whether a line is of a web server, which those are asked of that reload something.
fn is_of_server(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["nginx", "caddy", "proxy"].iter().any(|it| line.contains(it))
}

/// Who says what stands in a file, and so how much it takes to believe that it happens again.
#[derive(Clone, Copy, Debug)]
enum Voice {
    /// It is done without anybody.
    Itself,
    /// Commands that people or machines run.
    Run,
    /// A text for people.
    Told,
}

impl Voice {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Compose | Kind::Systemd | Kind::Crontab => Self::Itself,
            _ => Self::Run,
        }
    }

    /// Whether a server is reloaded again and again, or after each renewal, by a text and its lines
    /// on what reloads. By hand, or once when it is set up, is neither.
    fn reloads_again<'t>(self, text: &str, lines: impl Iterator<Item = &'t str>) -> bool {
        let is_command = |line: &&str| !line.trim_start().starts_with('#');
        let mut reloads = lines.filter(is_command).filter(|line| is_of_server(line));
        match self {
            Self::Itself => reloads.next().is_some(),
            Self::Run => {
                let mut commands = text.lines().filter(is_command);
                let reloads_server = |line: &str| {
                    is_of_server(line) && is_about(&line.to_ascii_lowercase(), About::Reloads)
                };
                reloads.next().is_some()
                    && (commands.any(|line| repeats(line) || renews(line))
                        || loops(text).any(reloads_server))
            }
            Self::Told => reloads.any(|line| repeats(line) || line.contains(LOOP)),
        }
    }
}

/// Whether a line is about what happens by the clock or after a renewal: a hook of certbot's, what is
/// put into a crontab.
fn repeats(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let words = ["cron", "schedule", "oncalendar", ".timer", "-hook", "* * *"];
    words.iter().any(|it| line.contains(it))
}

/// How a loop begins; what only waits for something has nothing else in it.
const LOOP: &str = "while ";

/// Whether a compose file, in small letters, renews nowhere but by a command that runs when its service is
/// brought up: `command: renew`. Whether that is started again, its service says.
fn renews_at_start_alone(text: &str) -> bool {
    let is_command = |line: &str| {
        let line = line.trim_start();
        let keys = ["command:", "entrypoint:"];
        keys.iter().any(|it| line.starts_with(it)) && !line.contains(['|', '>', ';', '&'])
    };
    lines_with(text, "renew").all(is_command)
}

/// Whether a line renews what is due, which is no use once; `--force-renewal` is at first issue.
fn renews(line: &str) -> bool {
    line.split([' ', '\t', '"', '\'', ';']).any(|word| word == "renew")
}

/// The lines of the loops of a script.
fn loops(text: &str) -> impl Iterator<Item = &str> {
    let bodies = text.match_indices(LOOP).filter_map(|(at, _)| text[at..].split("done").next());
    bodies.flat_map(str::lines)
}
