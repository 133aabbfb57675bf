//! `kilter trace` as it is called.

use crate::cli::Exit;
use crate::tests::cli::{Said, kilter};
use serde_json::Value;
use std::env;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn trace(arguments: &[&str]) -> Said {
    let all: Vec<&str> = ["trace"].iter().chain(arguments).copied().collect();
    kilter(&all)
}

const HEYPAGE: &str = "fixtures/deployments/heypage";

#[test]
fn a_page_is_traced_to_its_view() {
    let said = trace(&["https://heypage.com/", HEYPAGE]);
    assert_eq!(said.exit, Exit::Clean, "{}{}", said.out, said.err);
    insta::with_settings!({ snapshot_path => "../../../snapshots/trace", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("front_page", said.out);
    });
}

#[test]
fn json_says_the_same() {
    let said = trace(&["https://heypage.com/admin", HEYPAGE, "--format", "json"]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    let document: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(document["request"], "GET https://heypage.com/admin");
    assert_eq!(document["end"], "answered");
    assert_eq!(document["status"], Value::Null);
    let hops = document["hops"].as_array().unwrap();
    let redirect =
        hops.iter().find(|hop| hop["text"].as_str().unwrap().starts_with("301")).unwrap();
    assert_eq!(redirect["at"], "django");
    assert!(redirect["labels"][0]["path"].as_str().unwrap().ends_with("config/urls.py"));
}

#[test]
fn every_bad_url_gets_a_clear_answer() {
    let cases = [
        ("heypage.com", "is no URL"),
        ("ftp://heypage.com/", "is no URL"),
        ("https://", "no host"),
        ("https://user:kilter-fixture@heypage.com/", "a user or a password"),
        ("https://heypage.com:0/", "`0` is no port"),
        ("https://heypage.com:99999/", "`99999` is no port"),
        ("https://[::1/", "is no IPv6 address"),
        ("https://::1/", "stands in brackets"),
        ("https://hey page.com/", "is no host name"),
        ("https://büro.example/", "`xn--`"),
        ("https://heypage.com/\u{7}", "control character"),
    ];
    for (url, expected) in cases {
        let said = trace(&[url, HEYPAGE]);
        assert_eq!(said.exit, Exit::Failed, "{url}: {}", said.out);
        assert!(said.err.contains(expected), "{url}: {}", said.err);
        assert!(!said.err.contains("kilter-fixture"), "{}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
}

#[test]
fn hosts_and_paths_are_taken_as_they_are_sent() {
    let end = |url: &str| {
        let said = trace(&[url, HEYPAGE]);
        (said.exit, said.out.lines().last().unwrap_or_default().to_owned())
    };
    let answered = |status: &str| (Exit::Clean, format!("Answered: {status}."));
    let page = || (Exit::Clean, "Answered: with what the view says.".to_owned());
    // No server has the name: the first one takes it.
    assert_eq!(end("http://unknown.example/"), (Exit::Found, "Answered: 400.".to_owned()));
    // A port of its own is a part of the host, and no server listens there.
    let nobody = "Not known: nothing in view listens on port 8443.".to_owned();
    assert_eq!(end("https://heypage.com:8443/"), (Exit::Untold, nobody));
    assert_eq!(end("https://heypage.com:443/"), page());
    let plain = (Exit::Found, "Refused: there is no connection, or it is closed.".to_owned());
    assert_eq!(end("https://heypage.com:80/"), plain);
    assert_eq!(end("https://[2001:db8::1]/"), (Exit::Found, "Answered: 400.".to_owned()));
    assert_eq!(end("https://xn--bcher-kva.example/"), (Exit::Found, "Answered: 400.".to_owned()));
    // nginx takes dots and escapes away before it looks for a location.
    assert_eq!(end("https://heypage.com/media/../static/css/site.css"), answered("200"));
    assert_eq!(end("https://heypage.com/%73tatic/css/site.css"), answered("200"));
    assert_eq!(end("https://heypage.com/%zz"), (Exit::Found, "Answered: 400.".to_owned()));
    assert_eq!(end("https://heypage.com/../x"), (Exit::Found, "Answered: 400.".to_owned()));
}

#[test]
fn several_deployments_that_could_answer_are_named() {
    let tree = TempDir::new().unwrap();
    let compose = "services:\n  web:\n    image: example\n    command: gunicorn -b 0.0.0.0:8000 a.wsgi\n    ports: ['80:8000']\n";
    for name in ["compose.eu.prod.yml", "compose.us.prod.yml"] {
        fs::write(tree.path().join(name), compose).unwrap();
    }
    let path = tree.path().to_str().unwrap();
    let said = trace(&["http://example.com/", path]);
    assert_eq!(said.exit, Exit::Failed, "{}", said.out);
    assert!(said.err.contains("several deployments could answer"), "{}", said.err);
    assert!(said.err.contains("eu.prod.yml") && said.err.contains("--deployment"), "{}", said.err);
}

#[test]
fn what_is_asked_for_must_be_there() {
    let said = trace(&["https://heypage.com/", HEYPAGE, "--deployment", "staging"]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(
        said.err.contains("there is no deployment `staging`; there is heypage.service"),
        "{}",
        said.err
    );
    let said = trace(&["https://heypage.com/", HEYPAGE, "--from", "worker"]);
    assert!(said.err.contains("there is no process `worker`"), "{}", said.err);
    let said = trace(&["https://heypage.com/", "docs"]);
    assert_eq!(
        (said.exit, said.err.as_str()),
        (Exit::Failed, "kilter: nothing was found that is deployed\n")
    );
    let said = trace(&["https://heypage.com/", HEYPAGE, "--header", "no header"]);
    assert!(said.err.contains("is no header"), "{}", said.err);
    let said = trace(&["https://heypage.com/", HEYPAGE, "--method", "GET /"]);
    assert!(said.err.contains("is no method"), "{}", said.err);
}

/// What a proxy would send that is not in view.
const VIARAH: &str = "Host: viarah.vialogos.org";
const HTTPS: &str = "X-Forwarded-Proto: https";

/// What each deployment is asked: a front page, a static file, a login, a health check.
const SEEDS: &[(&str, &[&[&str]])] = &[
    (
        "heypage",
        &[
            &["http://heypage.com/"],
            &["https://heypage.com/static/css/site.css"],
            &["https://www.heypage.com/admin/login/", "--method", "POST"],
            &["http://127.0.0.1/", "--header", "Host: hp-prd-web01"],
        ],
    ),
    (
        "diveops",
        &[
            &["http://happydiving.mx/"],
            &["https://buceofeliz.com/static/css/site.css"],
            &["https://happydiving.mx/admin/login/", "--method", "POST"],
            &["http://localhost:8000/health/", "--from", "web"],
        ],
    ),
    (
        "chip-dashboard",
        &[
            &["http://pravoo.in/"],
            &["https://pravoo.in/static/core/site.css"],
            &["https://pravoo.in/admin/login/", "--method", "POST"],
            &["http://127.0.0.1:8001/"],
        ],
    ),
    (
        "viarah",
        &[
            &["http://localhost:8000/", "--header", VIARAH, "--header", HTTPS],
            &[
                "http://localhost:8000/static/viarah/site.css",
                "--header",
                VIARAH,
                "--header",
                HTTPS,
            ],
            &["http://localhost:8000/admin/login/", "--method", "POST"],
            &["http://localhost:8000/healthz", "--from", "web"],
        ],
    ),
    (
        "sum-platform",
        &[
            &["http://acme-kitchens.net/"],
            &["https://acme-kitchens.net/static/site/site.css"],
            &["https://www.acme-kitchens.net/admin/login/", "--method", "POST"],
            &["https://acme-kitchens.net/health/"],
        ],
    ),
];

#[test]
fn each_seed_is_traced_as_the_documentation_shows() {
    let mut page = String::from(INTRODUCTION);
    for (seed, all) in SEEDS {
        page.push_str(&format!("\n## {seed}\n"));
        for asked in *all {
            let folder = format!("fixtures/deployments/{seed}");
            let (url, options) = asked.split_first().unwrap();
            let said = trace(&[&[*url, &folder], options].concat());
            let quoted: Vec<String> = options.iter().map(|it| quoted(it)).collect();
            let line =
                [&[*url, &folder], &quoted.iter().map(String::as_str).collect::<Vec<_>>()[..]]
                    .concat()
                    .join(" ");
            assert_eq!(said.err, "", "{line}");
            let exit = said.exit as u8;
            page.push_str(&format!(
                "\n```console\n$ kilter trace {line}\n{}$ echo $?\n{exit}\n```\n",
                said.out
            ));
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/trace.md");
    if env::var_os("KILTER_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert!(known == page, "docs/trace.md is not what `kilter trace` prints; run `cargo bless`");
}

fn quoted(option: &str) -> String {
    if option.contains(' ') { format!("'{option}'") } else { option.to_owned() }
}

const INTRODUCTION: &str = "# kilter trace

`kilter trace URL [PATH]` says what would happen to a request, hop by hop, with the lines that decide
each: which server takes it, which location, what is sent on, what Django makes of that, and what
comes back. Redirects are followed as a browser follows them.

With `--method POST` the request is that of a form of the site's own page: it has its origin, its
referer, the token and, if the browser may keep it, the cookie. `--header 'Name: value'` replaces
what a browser sends; without a value the header is not sent. `--from SERVICE` asks from within a
container or from the machine of a process, as a health check does.

The exit code is 0 if the request ends in a success, 1 at a bad end (an error, a loop of redirects, a
connection that is closed), 3 if kilter cannot tell, and 2 if it could not do what was asked.
`--format json` prints the same for programs.

What follows is printed by the command itself, for the deployments in `fixtures/`.
";
