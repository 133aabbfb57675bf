//! What a tree says of certificates and of what stands before its servers, in whatever words.
//!
//! Only to know when to be silent: a sentence in a README is no configuration, but it may be why the
//! configuration lacks something.

use crate::model::build::documents::documents;
use crate::model::surroundings::Speaks;
use crate::model::{Files, Kind};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Each word, and what a text is about that has it. One that begins inside another is about the
/// same, so that it does not matter that the other hides it.
const WORDS: &[(&str, &[About])] = &[
    ("certbot", &[About::Certificates]),
    ("letsencrypt", &[About::Certificates]),
    ("let's encrypt", &[About::Certificates]),
    ("acme.sh", &[About::Certificates]),
    ("acme-challenge", &[About::Certificates]),
    ("dehydrated", &[About::Certificates]),
    ("lego ", &[About::Certificates]),
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
    ("renew", &[About::Renewals, About::Again]),
    ("cron", &[About::Again]),
    ("timer", &[About::Again]),
    ("deploy-hook", &[About::Again]),
    ("post-hook", &[About::Again]),
    ("while ", &[About::Again]),
    ("schedule", &[About::Again]),
    ("reload", &[About::Reloads]),
    ("restart", &[About::Reloads]),
    ("sighup", &[About::Reloads]),
    ("hup ", &[About::Reloads]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Certificates,
    /// What stands before its servers.
    OuterProxy,
    Renewals,
    /// What is done again and again, or after a renewal.
    Again,
    /// Some program is told to read its configuration again.
    Reloads,
}

static SEARCHER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = WORDS.iter().map(|(word, _)| word);
    let automaton = Some(AhoCorasickKind::DFA);
    AhoCorasick::builder().ascii_case_insensitive(true).kind(automaton).build(words).ok()
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
    let read = kinds.into_iter().flat_map(|kind| files.of(kind));
    let read = read.map(|read| (read.text, runs_by_itself(read.parsed.kind())));
    let documents = documents(files).into_iter().map(|read| (read.text, false));
    let mut found = Speaks::default();
    for (text, by_itself) in read.chain(documents) {
        let about = about(text);
        // By hand, or once when it is set up, is not after each renewal.
        let again = by_itself || about.contains(&About::Again);
        found.of_certificates |= about.contains(&About::Certificates);
        found.of_outer_proxy |= about.contains(&About::OuterProxy);
        found.of_renewals |= about.contains(&About::Renewals);
        found.of_reloads |=
            again && about.contains(&About::Reloads) && text.lines().any(reloads_server);
    }
    found
}

fn about(text: &str) -> BTreeSet<About> {
    let searcher = SEARCHER.as_ref();
    let found = searcher.into_iter().flat_map(|it| it.find_iter(text));
    found.flat_map(|found| WORDS[found.pattern().as_usize()].1).copied().collect()
}

fn reloads_server(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let server = ["nginx", "caddy", "proxy"];
    about(&line).contains(&About::Reloads) && server.iter().any(|it| line.contains(it))
}

/// Whether what stands in a file is done without anybody: other files are for people to use.
fn runs_by_itself(kind: Kind) -> bool {
    matches!(kind, Kind::Compose | Kind::Systemd | Kind::Crontab)
}
