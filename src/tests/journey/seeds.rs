//! Requests to whole deployments, and what is known of them.

use crate::model::journey::{End, Request};
use crate::model::{STATIC_URL, SiteName};
use crate::run::Outcome;
use crate::source::File;
use crate::tests::file;
use crate::tests::journey::{Read, shown};
use std::fs;
use std::path::Path;

/// A deployment of `fixtures`, with some of its files replaced.
fn deployment(name: &str, replaced: &[(&str, &str, &str)]) -> Read {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/deployments").join(name);
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            files.push(file(&below, fs::read(&path).unwrap()));
        }
    }
    for (path, from, to) in replaced {
        let found: &mut File = files.iter_mut().find(|it| it.path == *path).unwrap();
        let text = String::from_utf8(found.bytes.clone()).unwrap();
        assert!(text.contains(from), "{path} has no `{from}`");
        found.bytes = text.replace(from, to).into_bytes();
    }
    Read::of(files)
}

/// What browsers ask a site for first, by the scheme that it is for.
fn asked_first(outcome: &Outcome) -> Vec<Request> {
    let mut asked = Vec::new();
    for (site, app) in outcome.model.deployments[0].proxied() {
        let tls = site.https().is_some_and(|it| it.value);
        let scheme = if tls { "https" } else { "http" };
        let url = app.get(STATIC_URL).map_or_else(|| "/static/".to_owned(), |it| it.value);
        let paths = ["/", &format!("{url}admin/css/base.css"), "/admin/login/"];
        for name in &site.names {
            let SiteName::Host(host) = &name.value else { continue };
            asked.extend(paths.map(|path| get(&format!("{scheme}://{host}{path}"))));
            let login = get(&format!("{scheme}://{host}/admin/login/"));
            asked.push(login.by("POST").unwrap());
        }
    }
    asked
}

/// Rules have nothing to say of these but what their documents ask for, so no journey may end badly:
/// a rule or a journey would be wrong.
#[test]
fn no_journey_through_a_deployment_in_order_ends_badly() {
    let mut followed = 0;
    for name in ["heypage", "diveops", "viarah", "sum-platform"] {
        let read = deployment(name, &[]);
        for request in asked_first(&read.outcome) {
            let journey = read.follow(&request);
            let is_bad = match &journey.end {
                End::Answered(response) => response.status.is_some_and(|it| it >= 400),
                End::Loop(_) | End::Refused => true,
                End::Unknown(_) => false,
            };
            assert!(!is_bad, "{name}: {request} {}", shown(&journey.end));
            followed += 1;
        }
    }
    assert!(followed >= 16, "only {followed} requests were followed");
}

fn get(url: &str) -> Request {
    Request::get(url).unwrap()
}

fn followed(read: &Read, request: Request) -> String {
    shown(&read.follow(&request).end)
}

const GUNICORN: &str = "etc/systemd/system/sum-acme-kitchens-gunicorn.service";
const BIND: &str = "--workers 3 \\\n  --bind unix:/run/sum-acme-kitchens/gunicorn.sock";
const LOGS: &str = "--access-logfile - \\\n  --error-logfile - \\\n  --capture-output \\\n";

#[test]
fn sum_platform_has_no_loop_as_gunicorn_believes_its_socket() {
    let read = deployment("sum-platform", &[]);
    assert_eq!(followed(&read, get("https://acme-kitchens.net/")), "view");
    assert_eq!(followed(&read, get("http://acme-kitchens.net/")), "view");
    assert_eq!(followed(&read, get("https://acme-kitchens.net/static/site/site.css")), "200");
    assert_eq!(followed(&read, get("https://acme-kitchens.net/health/")), "view");
    let login = get("https://acme-kitchens.net/admin/login/").by("POST").unwrap();
    assert_eq!(followed(&read, login), "view");
}

#[test]
fn the_same_with_uvicorn_or_daphne_redirects_for_ever() {
    let uvicorn = "--uds /run/sum-acme-kitchens/gunicorn.sock";
    let daphne = "-u /run/sum-acme-kitchens/gunicorn.sock";
    for (program, bind) in [("uvicorn", uvicorn), ("daphne", daphne)] {
        let read = deployment(
            "sum-platform",
            &[
                (GUNICORN, BIND, bind),
                (GUNICORN, LOGS, ""),
                (GUNICORN, "venv/bin/gunicorn", &format!("venv/bin/{program}")),
                (GUNICORN, "acme_kitchens.wsgi", "acme_kitchens.asgi"),
            ],
        );
        let end = followed(&read, get("https://acme-kitchens.net/"));
        assert_eq!(end, "loop 301 https://acme-kitchens.net/", "{program}");
    }
}

#[test]
fn heypage_answers_its_pages_files_and_forms() {
    let read = deployment("heypage", &[]);
    assert_eq!(followed(&read, get("http://www.heypage.com/")), "view");
    assert_eq!(followed(&read, get("https://heypage.com/static/css/site.css")), "200");
    assert_eq!(followed(&read, get("https://heypage.com/static/css/none.css")), "404");
    let login = get("https://heypage.com/admin/login/").by("POST").unwrap();
    assert_eq!(followed(&read, login.clone()), "view");
    let foreign = login.with_header("Origin: https://elsewhere.example").unwrap();
    assert_eq!(followed(&read, foreign), "403");
}

#[test]
fn diveops_www_names_never_reach_django() {
    let config = "docker/nginx/nginx.conf";
    let names = "server_name happydiving.mx;";
    let both = "server_name happydiving.mx www.happydiving.mx;\n\
                if ($host = www.happydiving.mx) { return 301 https://happydiving.mx$request_uri; }";
    let read = deployment("diveops", &[(config, names, both)]);
    let answer = read.answer(&get("https://www.happydiving.mx/api/trips/"));
    assert_eq!(shown(&answer.end), "301 https://happydiving.mx/api/trips/");
    assert!(answer.hops.iter().all(|hop| hop.at.name() != "django"));
    assert_eq!(followed(&read, get("https://www.happydiving.mx/api/trips/")), "view");
}

#[test]
fn diveops_health_check_asks_for_a_host_that_must_be_allowed() {
    let check = get("http://localhost:8000/health/").from_process("web");
    let read = deployment("diveops", &[]);
    assert_eq!(followed(&read, check.clone()), "view");
    let settings = "src/diveops/settings/prod.py";
    let without = deployment("diveops", &[(settings, " + [\"localhost\"]", "")]);
    assert_eq!(followed(&without, check.clone()), "400");
    let redirected =
        deployment("diveops", &[(settings, "SECURE_REDIRECT_EXEMPT = [r\"^health/$\"]", "")]);
    assert_eq!(shown(&redirected.answer(&check).end), "301 https://localhost:8000/health/");
}

#[test]
fn diveops_answers_its_pages_files_and_forms() {
    let read = deployment("diveops", &[]);
    assert_eq!(followed(&read, get("http://buceofeliz.com/")), "view");
    assert_eq!(followed(&read, get("https://happydiving.mx/static/css/site.css")), "200");
    let login = get("https://happydiving.mx/admin/login/").by("POST").unwrap();
    assert_eq!(followed(&read, login), "view");
    assert_eq!(followed(&read, get("https://happydiving.mx/admin")), "view");
}

#[test]
fn chip_dashboard_and_viarah_answer() {
    let read = deployment("chip-dashboard", &[]);
    assert_eq!(followed(&read, get("http://pravoo.in/")), "view");
    assert_eq!(followed(&read, get("https://pravoo.in/static/core/site.css")), "200");
    let read = deployment("viarah", &[]);
    let check = get("http://localhost:8000/healthz").from_process("web");
    assert_eq!(followed(&read, check), "view");
    // The proxy that speaks TLS is not in view, so Django's redirect leads to nobody.
    assert_eq!(followed(&read, get("http://localhost:8000/")), "refused");
    let behind = get("http://localhost:8000/").with_header("X-Forwarded-Proto: https").unwrap();
    assert_eq!(followed(&read, behind), "view");
}
