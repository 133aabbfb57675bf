//! gixy's own suite: what gixy must report and what it must not, asked of kilter.
//!
//! The fixtures come with the source distribution that `scripts/tools/gixy-ng` brings; nothing of
//! gixy is imported or run. One whose name ends in `_fp` must be passed over, every other one
//! reported, by a rule that says what the plugin says. Those that rest on gixy's own options are
//! left out.

use crate::config::Config;
use crate::rules;
use crate::run::run;
use crate::source::Tree;
use crate::tests::{file, tool};
use fancy_regex::Regex;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// gixy's plugins, and the rules that say the same.
const PLUGINS: &[(&str, &[&str])] = &[
    ("add_header_content_type", &["nginx/content-type-added"]),
    ("add_header_multiline", &["nginx/header-multiline"]),
    ("add_header_redefinition", &["nginx/inherited-header-lost", "proxy/security-header-dropped"]),
    ("alias_traversal", &["nginx/alias-traversal"]),
    ("allow_without_deny", &["nginx/allow-without-deny"]),
    ("default_server_flag", &["nginx/default-server-implicit"]),
    ("error_log_off", &["nginx/error-log-off"]),
    ("filesystem_root_exposure", &["exposure/filesystem-root"]),
    ("hash_without_default", &["nginx/map-without-default"]),
    ("host_spoofing", &["hosts/host-from-client"]),
    ("hsts_header", &["tls/hsts-unset", "tls/hsts-weak"]),
    ("http2_misdirected_request", &["tls/misdirected-request"]),
    ("http_splitting", &["nginx/response-splitting"]),
    ("if_is_evil", &["nginx/if-in-location"]),
    ("invalid_regex", &["nginx/missing-capture"]),
    ("low_keepalive_requests", &["nginx/low-keepalive-requests"]),
    ("missing_resolver", &["nginx/stale-dns"]),
    ("nginx_cves", &["nginx/known-cve", "nginx/overlapping-captures", "nginx/unnamed-captures"]),
    ("origins", &["nginx/loose-origin-check"]),
    ("proxy_pass_normalized", &["nginx/proxy-path-normalized"]),
    ("quic_bpf_reuseport", &["nginx/quic-bpf-reuseport"]),
    ("regex_exact_match", &["nginx/regex-for-literal"]),
    ("regex_redos", &["nginx/catastrophic-regex"]),
    ("resolver_external", &["nginx/external-resolver"]),
    ("return_bypasses_allow_deny", &["nginx/return-before-access"]),
    ("ssl_ecdh_curve", &["tls/unknown-ecdh-curve"]),
    ("ssl_stapling_letsencrypt", &["tls/stapling-dead"]),
    ("ssl_stapling_without_resolver", &["tls/stapling-without-resolver"]),
    ("ssrf", &["nginx/request-forgery"]),
    ("status_page_exposed", &["exposure/status-page"]),
    ("try_files_is_evil_too", &["nginx/try-files-uncached"]),
    ("unanchored_regex", &["nginx/unanchored-regex"]),
    ("valid_referers", &["nginx/blank-referer-accepted"]),
    ("version_disclosure", &["nginx/version-disclosed"]),
    ("weak_ssl_tls", &["tls/protocol-old", "tls/weak-cipher", "tls/server-cipher-order"]),
    ("worker_rlimit_nofile_vs_connections", &["nginx/file-limit-too-low"]),
];

/// Where kilter says otherwise than gixy, and why that is meant.
const GIVEN_UP: &[(&str, &str)] = &[
    ("allow_without_deny/allow_without_deny", "the server around it, not in view, may deny"),
    ("host_spoofing/http_host", "Django checks the name, and no settings say that it allows any"),
    (
        "host_spoofing/http_host_diff_case",
        "Django checks the name, and no settings say that it allows any",
    ),
    ("host_spoofing/some_arg", "nothing is passed on"),
    (
        "hsts_header/missing_hsts",
        "nginx does not start without a certificate, and no site is there",
    ),
    ("return_bypasses_allow_deny/same_next_level", "a condition picks those who may be answered"),
];

#[derive(Default)]
struct Row {
    caught: usize,
    missed: usize,
    false_alarms: usize,
    quiet: usize,
}

impl Row {
    fn count(&mut self, must: bool, reported: bool) {
        match (must, reported) {
            (true, true) => self.caught += 1,
            (true, false) => self.missed += 1,
            (false, true) => self.false_alarms += 1,
            (false, false) => self.quiet += 1,
        }
    }

    fn shown(&self) -> String {
        let Self { caught, missed, false_alarms, quiet } = self;
        format!("{caught:6} {missed:7} {false_alarms:13} {quiet:14}")
    }
}

#[test]
fn gixys_own_suite_is_judged_alike() {
    let suite = tool("gixy-ng/source/tests/plugins/simply");
    let config = Config { rules: rules::all().collect(), pedantic: true, ..Config::default() };
    let (mut all, mut rows) = (Row::default(), BTreeMap::<&str, Row>::new());
    let mut wrong = Vec::new();
    let judge = Judge::new(&config);
    for (plugin, rules) in PLUGINS {
        for path in fixtures(&suite.join(plugin)) {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            if rests_on_options(&text) {
                continue;
            }
            let name = path.file_stem().unwrap().to_str().unwrap();
            let must = !name.ends_with("_fp");
            let reported = judge.says(&text, name).iter().any(|id| rules.contains(id));
            all.count(must, reported);
            rows.entry(plugin).or_default().count(must, reported);
            if must != reported {
                wrong.push(format!("{plugin}/{name}"));
            }
        }
    }
    println!("{:36} caught  missed  false alarms  rightly quiet", "plugin");
    rows.iter().for_each(|(plugin, row)| println!("{plugin:36} {}", row.shown()));
    println!("{:36} {}", "all", all.shown());
    wrong.iter().for_each(|name| println!("not as gixy: {name}"));

    let (must, may_not) = (all.caught + all.missed, all.false_alarms + all.quiet);
    assert!(must >= 130 && may_not >= 130, "{must} and {may_not} fixtures");
    assert!(all.caught * 100 >= must * 95, "{} of {must} caught", all.caught);
    assert!(all.false_alarms * 100 <= may_not * 2, "{} of {may_not} false", all.false_alarms);
    let known: Vec<&str> = GIVEN_UP.iter().map(|(name, _)| *name).collect();
    assert_eq!(wrong, known);
}

#[test]
fn every_plugin_of_gixys_has_a_rule() {
    let suite = tool("gixy-ng/source/tests/plugins/simply");
    let folders = fs::read_dir(suite).unwrap().map(|it| it.unwrap().file_name());
    let mut plugins: Vec<String> = folders.map(|it| it.into_string().unwrap()).collect();
    plugins.sort();
    let known: Vec<&str> = PLUGINS.iter().map(|(plugin, _)| *plugin).collect();
    assert_eq!(plugins, known);
}

fn fixtures(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let mut found: Vec<_> =
        entries.filter(|it| it.extension().is_some_and(|it| it == "conf")).collect();
    found.sort();
    found
}

/// Whether gixy is given options that change its verdict; those that begin with `__` do not.
fn rests_on_options(text: &str) -> bool {
    let options = text.lines().filter_map(|line| line.strip_prefix("# Options: {\""));
    options.into_iter().any(|options| !options.starts_with("__"))
}

struct Judge<'a> {
    config: &'a Config,
    whole: Regex,
    servers: Regex,
}

impl<'a> Judge<'a> {
    fn new(config: &'a Config) -> Self {
        let regex = |it| Regex::new(it).unwrap();
        Self {
            config,
            whole: regex(
                r"(?m)^\s*(http|events|stream|mail|user|worker_\w+|pid|load_module|quic_bpf)\b",
            ),
            servers: regex(r"(?m)^(server|upstream|map|geo|split_clients)\b[^;]*\{"),
        }
    }

    /// The rules that speak of a file, alone where one like it lies in repositories.
    fn says(&self, text: &str, name: &str) -> Vec<&'static str> {
        let folder = match text {
            _ if self.whole.is_match(text).unwrap() => "nginx",
            _ if self.servers.is_match(text).unwrap() => "nginx/conf.d",
            _ => "nginx/snippets",
        };
        let tree = Tree::of(vec![file(&format!("{folder}/{name}.conf"), text)]);
        run(&tree, self.config).diagnostics.iter().map(|it| it.rule).collect()
    }
}
