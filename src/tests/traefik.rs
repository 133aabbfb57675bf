//! What Traefik makes of rules, files and labels. The journeys are held against Traefik itself.

use crate::model::traefik::Rule;
use crate::model::{Endpoint, Site};
use crate::run::{Outcome, run};
use crate::source::{File, Tree};
use crate::tests::file;

fn takes(rule: &str, host: &str, path: &str) -> Option<bool> {
    Rule::parse(rule).unwrap_or_else(|| panic!("{rule}")).takes(host, path)
}

#[test]
fn a_rule_asks_for_hosts_and_paths() {
    let rule = "(Host(`a.example`) || Host(`b.example`)) && !PathPrefix(`/api`)";
    assert_eq!(takes(rule, "a.example", "/"), Some(true));
    assert_eq!(takes(rule, "B.example.", "/x"), Some(true));
    assert_eq!(takes(rule, "a.example", "/api/x"), Some(false));
    assert_eq!(takes(rule, "c.example", "/"), Some(false));
    assert_eq!(takes("Host(`a.example`, `b.example`)", "b.example", "/"), Some(true));
    assert_eq!(takes("Path(\"/x\")", "a.example", "/x/"), Some(false));
}

#[test]
fn what_no_file_tells_leaves_a_rule_open_unless_the_rest_decides() {
    let rule = "Host(`a.example`) && Header(`X-Beta`, `1`)";
    assert_eq!(takes(rule, "a.example", "/"), None);
    assert_eq!(takes(rule, "b.example", "/"), Some(false));
    assert_eq!(takes("HostRegexp(`.+`) || Path(`/x`)", "a.example", "/x"), Some(true));
    assert_eq!(takes("PathPrefix(`/{name:[a-z]+}`)", "a.example", "/x"), None);
}

#[test]
fn what_is_no_rule_is_none() {
    let deep = "(".repeat(10_000);
    for text in
        ["", "Host", "Host(", "Host(`a", "Host(a)", "Host(`a`) &&", "Host(`a`) x", "()", &deep]
    {
        assert_eq!(Rule::parse(text), None, "{text}");
    }
    assert_eq!(Rule::parse(&"!".repeat(10_000)), None);
}

const STATIC: &str =
    "entryPoints:\n  web:\n    address: \":80\"\n  secure:\n    address: \":443\"\n";

fn model(compose: &str, more: &[(&str, &str)]) -> Outcome {
    let mut files: Vec<File> = more.iter().map(|(path, text)| file(path, *text)).collect();
    files.push(file("compose.prod.yml", compose));
    run(&Tree::of(files), &Default::default())
}

/// Each site: its name, port, whether by TLS, and where what is asked of it is passed on.
fn sites(outcome: &Outcome) -> Vec<String> {
    let one = |site: &Site| {
        let listener = &site.listeners[0].value;
        let to = |it: &crate::model::Route| match it.upstreams.first().map(|it| &it.value) {
            Some(Endpoint::Tcp { host, port }) => format!(" {host}:{port}"),
            _ => " ?".to_owned(),
        };
        let routes: String = site.routes.iter().map(to).collect();
        let tls = if listener.tls { "s" } else { "" };
        format!("http{tls}://{}:{}{routes}", site.name, listener.port.unwrap_or_default())
    };
    outcome.model.deployments.iter().flat_map(|it| &it.sites).map(one).collect()
}

#[test]
fn a_file_names_sites_and_whom_they_lead_to() {
    let compose = "services:\n  traefik:\n    image: traefik:v3.6\n    volumes:\n      \
                   - ./traefik.yml:/etc/traefik/traefik.yml\n    ports: [\"80:80\", \"443:443\"]\n";
    let dynamic = "http:\n  routers:\n    plain:\n      rule: Host(`a.example`)\n      entryPoints: [web]\n      \
                   middlewares: [https]\n      service: app\n    tls:\n      \
                   rule: Host(`a.example`) || Host(`b.example`)\n      entryPoints:\n        - secure\n      \
                   service: app\n      tls: {}\n  middlewares:\n    https:\n      redirectScheme:\n        \
                   scheme: https\n  services:\n    app:\n      loadBalancer:\n        servers:\n          \
                   - url: http://app:8000\n";
    let text = format!("{STATIC}{dynamic}");
    let found = sites(&model(compose, &[("traefik.yml", &text)]));
    assert_eq!(found, ["http://a.example:80", "https://a.example:443 app:8000"]);
}

#[test]
fn toml_says_the_same_as_yaml() {
    let compose = "services:\n  traefik:\n    build:\n      dockerfile: Dockerfile.traefik\n";
    let dockerfile = "FROM traefik:v2.11\nCOPY traefik.prod.toml /traefik.toml\n";
    let text = "[entryPoints]\n  [entryPoints.web]\n    address = \":80\"\n\
                [entryPoints.secure]\naddress = \":443\"\n[providers.file]\nfilename = \"/traefik.toml\"\n\
                [http.routers.app]\nrule = \"Host(`a.example`)\"\nentryPoints = [\"secure\"]\nservice = \"app\"\n\
                [http.routers.app.tls]\n[[http.services.app.loadBalancer.servers]]\nurl = \"http://app:8000\"\n";
    let files = [("Dockerfile.traefik", dockerfile), ("traefik.prod.toml", text)];
    assert_eq!(sites(&model(compose, &files)), ["https://a.example:443 app:8000"]);
}

#[test]
fn labels_and_options_say_the_same() {
    let compose = "services:\n  traefik:\n    image: traefik:v3.6\n    command:\n      \
                   - --providers.docker=true\n      - --entrypoints.web.address=:80\n      \
                   - --entrypoints.web.http.redirections.entryPoint.to=secure\n      \
                   - --entrypoints.secure.address=:443\n  app:\n    image: example/app\n    labels:\n      \
                   - traefik.enable=true\n      - traefik.http.routers.app.rule=Host(`a.example`)\n      \
                   - traefik.http.routers.app.entrypoints=secure\n      \
                   - traefik.http.routers.app.tls.certresolver=le\n      \
                   - traefik.http.services.app.loadbalancer.server.port=8000\n";
    let found = sites(&model(compose, &[]));
    assert_eq!(found, ["https://a.example:443 app:8000", "http://a.example:80"]);
}

#[test]
fn a_router_that_names_no_entry_point_is_first_where_nothing_is_redirected() {
    let compose = "services:\n  traefik:\n    image: traefik:v3.6\n    command:\n      \
                   - --entrypoints.web.address=:80\n      \
                   - --entrypoints.web.http.redirections.entryPoint.to=secure\n      \
                   - --entrypoints.secure.address=:443\n  app:\n    image: example/app\n    labels:\n      \
                   - traefik.http.routers.app.rule=Host(`a.example`)\n      \
                   - traefik.http.routers.app.tls=true\n      \
                   - traefik.http.services.app.loadbalancer.server.port=8000\n";
    let found = sites(&model(compose, &[]));
    assert_eq!(found[0], "https://a.example:443 app:8000");
}

#[test]
fn without_an_entry_point_in_view_there_is_no_site() {
    let compose = "services:\n  traefik:\n    image: traefik:v3.6\n  app:\n    image: example/app\n    labels:\n      \
                   - traefik.http.routers.app.rule=Host(`a.example`)\n";
    assert_eq!(sites(&model(compose, &[])), [""; 0]);
}

#[test]
fn of_more_routers_than_are_followed_none_is_and_that_is_said() {
    let compose = "services:\n  traefik:\n    image: traefik:v3.6\n    volumes:\n      \
                   - ./traefik.yml:/etc/traefik/traefik.yml\n  app:\n    image: example/app\n";
    let router = |at: usize| {
        format!("    r{at}:\n      rule: Host(`h{at}.example`)\n      service: s{at}\n")
    };
    let routers: String = (0..20_000).map(router).collect();
    let text = format!("{STATIC}http:\n  routers:\n{routers}");
    let outcome = model(compose, &[("traefik.yml", &text)]);
    assert_eq!(sites(&outcome), [""; 0]);
    let said: Vec<&str> = outcome.model.reading.limits.iter().map(|it| it.value.as_str()).collect();
    assert_eq!(said, ["Traefik has more routers than are followed"]);
}
