//! What nginx-proxy makes of the variables of other containers.

use crate::fact::Certainty;
use crate::model::{Endpoint, Route, Site};
use crate::run::{Outcome, run};
use crate::source::{File, Tree};
use crate::tests::file;

/// A shop behind nginx-proxy and its companion, by what stands in the shop's environment.
fn shop(environment: &str, more: &[(&str, &str)]) -> Outcome {
    let compose = format!(
        "services:\n  web:\n    image: registry.example.com/shop\n    \
         command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n{environment}  proxy:\n    \
         image: nginxproxy/nginx-proxy:1.6\n    ports: [\"80:80\", \"443:443\"]\n    volumes:\n      \
         - certs:/etc/nginx/certs\n      - ./vhost.d:/etc/nginx/vhost.d\n      \
         - /var/run/docker.sock:/tmp/docker.sock:ro\n  acme:\n    \
         image: nginxproxy/acme-companion\n    volumes:\n      - certs:/etc/nginx/certs\n\
         volumes:\n  certs:\n"
    );
    let mut files: Vec<File> = more.iter().map(|(path, text)| file(path, *text)).collect();
    files.push(file("compose.prod.yml", compose.as_str()));
    run(&Tree::of(files), &Default::default())
}

fn environment(variables: &[&str]) -> String {
    let lines: String = variables.iter().map(|it| format!("      - {it}\n")).collect();
    format!("    environment:\n{lines}")
}

/// Each site: its name, ports, and where it passes on what.
fn sites(outcome: &Outcome) -> Vec<String> {
    let route = |it: &Route| match it.upstreams.first().map(|it| &it.value) {
        Some(Endpoint::Tcp { host, port }) => format!(" {}>{host}:{port}", it.shown.value),
        _ => " ?".to_owned(),
    };
    let one = |site: &Site| {
        let port = |it: &crate::model::Listener| {
            format!("{}{}", it.port.unwrap_or_default(), if it.tls { "s" } else { "" })
        };
        let ports: Vec<String> = site.listeners.iter().map(|it| port(&it.value)).collect();
        let routes: String = site.routes.iter().map(route).collect();
        format!("{} {}{routes}", site.name, ports.join("+"))
    };
    outcome.model.deployments.iter().flat_map(|it| &it.sites).map(one).collect()
}

const NOBODYS: &str = "_ 80+443s";

#[test]
fn each_host_leads_to_its_container_and_http_leads_to_https() {
    let set = environment(&[
        "VIRTUAL_HOST=b.shop.org, a.shop.org",
        "VIRTUAL_PORT=8000",
        "LETSENCRYPT_HOST=a.shop.org,b.shop.org",
    ]);
    let outcome = shop(&set, &[]);
    assert_eq!(
        sites(&outcome),
        [
            NOBODYS,
            "a.shop.org 80",
            "a.shop.org 443s location />web:8000",
            "b.shop.org 80",
            "b.shop.org 443s location />web:8000",
        ]
    );
    let site = &outcome.model.deployments[0].sites[2];
    let place = site.declared.evidence().place().unwrap();
    let written = outcome.sources.written_at(place);
    let source = outcome.sources.get(written.file);
    assert_eq!(source.path(), "compose.prod.yml");
    assert_eq!(&source.text()[written.span.range()], "b.shop.org, a.shop.org");
}

#[test]
fn a_host_without_a_certificate_is_reached_by_http_alone_if_that_is_known() {
    // The certificates lie in a volume, where somebody may have put one.
    let set = environment(&["VIRTUAL_HOST=shop.org", "VIRTUAL_PORT=8000"]);
    assert_eq!(sites(&shop(&set, &[])), [NOBODYS]);
    let set = environment(&["VIRTUAL_HOST=shop.org", "VIRTUAL_PORT=8000", "HTTPS_METHOD=nohttps"]);
    assert_eq!(sites(&shop(&set, &[])), [NOBODYS, "shop.org 80 location />web:8000"]);
}

#[test]
fn the_method_says_which_of_both_answers() {
    let with = |method: &str| {
        let method = format!("HTTPS_METHOD={method}");
        let set = ["VIRTUAL_HOST=shop.org", "LETSENCRYPT_HOST=shop.org", "VIRTUAL_PORT=8000"];
        sites(&shop(&environment(&[&set[..], &[&method]].concat()), &[]))
    };
    assert_eq!(with("noredirect")[1..], ["shop.org 80+443s location />web:8000"]);
    assert_eq!(with("nohttp")[1..], ["shop.org 443s location />web:8000"]);
    assert_eq!(with("whatever"), [NOBODYS]);
}

#[test]
fn the_port_is_the_one_that_is_exposed_or_80() {
    let named = |more: &str| {
        let set = environment(&["VIRTUAL_HOST=shop.org", "LETSENCRYPT_HOST=shop.org"]);
        let image = "    build: .\n";
        let dockerfile = ("Dockerfile", "FROM python:3.12\n");
        sites(&shop(&format!("{image}{set}{more}"), &[dockerfile])).pop().unwrap()
    };
    assert_eq!(named(""), "shop.org 443s location />web:80");
    assert_eq!(named("    expose: [8000]\n"), "shop.org 443s location />web:8000");
    assert_eq!(named("    expose: [8000, 8001]\n"), "shop.org 443s location />web:80");
}

#[test]
fn what_a_folder_of_the_tree_has_for_a_host_is_included() {
    let set =
        environment(&["VIRTUAL_HOST=shop.org", "VIRTUAL_PORT=8000", "LETSENCRYPT_HOST=shop.org"]);
    let each = [
        ("default", true),
        ("shop.org", true),
        ("shop.org_location_override", true),
        ("other.org", false),
    ];
    for (name, is_read) in each {
        let path = format!("vhost.d/{name}");
        let outcome = shop(&set, &[(&path, "location /static/ { alias /srv/static/; }\n")]);
        let site = outcome.model.deployments[0].sites.last().unwrap();
        let paths: Vec<String> =
            site.levels().iter().filter_map(|it| Some(it.matcher()?.to_string())).collect();
        assert_eq!(paths.iter().any(|it| it == "/static/"), is_read, "{name}: {paths:?}");
    }
}

#[test]
fn workers_with_the_same_env_file_are_passed_by() {
    let set =
        environment(&["VIRTUAL_HOST=shop.org", "VIRTUAL_PORT=8000", "LETSENCRYPT_HOST=shop.org"]);
    let worker =
        "  worker:\n    image: registry.example.com/shop\n    command: celery -A shop worker\n";
    let outcome = shop(&format!("{set}{worker}{set}"), &[]);
    assert_eq!(sites(&outcome).pop().unwrap(), "shop.org 443s location />web:8000");
}

#[test]
fn a_host_that_an_unseen_env_file_names_is_likely() {
    let project = [
        ("Dockerfile", "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"),
        (
            "manage.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        ),
        (
            "shop/wsgi.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        ),
        ("shop/settings.py", "SECRET_KEY = 'x'\nROOT_URLCONF = 'shop.urls'\n"),
    ];
    let outcome = shop("    build: .\n    env_file: .env.prod\n", &project);
    let site = outcome.model.deployments[0].sites.last().unwrap();
    assert_eq!(site.name, "${VIRTUAL_HOST}");
    assert_eq!(site.declared.evidence().certainty(), Certainty::Likely);
    assert_eq!(sites(&outcome).pop().unwrap(), "${VIRTUAL_HOST} 443s location />web:8000");
}

#[test]
fn what_is_said_in_ways_that_are_not_followed_makes_no_site() {
    let each =
        ["VIRTUAL_DEST=/x", "VIRTUAL_PROTO=uwsgi", "VIRTUAL_HOST_MULTIPORTS=x", "VIRTUAL_PATH=x"];
    for more in each {
        let set = ["VIRTUAL_HOST=shop.org", "VIRTUAL_PORT=8000", "LETSENCRYPT_HOST=shop.org", more];
        assert_eq!(sites(&shop(&environment(&set), &[])), [NOBODYS], "{more}");
    }
    for host in ["~^www", "a b", "", "{{ host }}", ";"] {
        let host = format!("\"VIRTUAL_HOST={host}\"");
        let set = [host.as_str(), "VIRTUAL_PORT=8000"];
        assert_eq!(sites(&shop(&environment(&set), &[])), [NOBODYS], "{host}");
    }
}

/// The text is nginx's own language: nginx itself takes it.
#[cfg(feature = "oracles")]
#[test]
fn nginx_takes_what_is_written_for_it() {
    use crate::tests::nginx::oracle::{check, folder};
    use std::fs;

    let hosts = "VIRTUAL_HOST=shop.org,*.shop.org";
    let port = "VIRTUAL_PORT=8000";
    let certificate = "LETSENCRYPT_HOST=shop.org,*.shop.org";
    let mut compared = 0;
    for more in [
        "HTTPS_METHOD=redirect",
        "HTTPS_METHOD=noredirect",
        "HTTPS_METHOD=nohttp",
        "HTTPS_METHOD=nohttps",
        "VIRTUAL_PATH=/shop/",
        "VIRTUAL_PROTO=https",
    ] {
        let outcome = shop(&environment(&[hosts, port, certificate, more]), &[]);
        let made = outcome.sources.ids().into_iter().filter(|id| outcome.sources.is_made(*id));
        let texts: Vec<&str> = made.map(|id| outcome.sources.get(id).text()).collect();
        assert_eq!(texts.len(), 3, "{more}");
        let folder = folder("nginx-proxy");
        let at = folder.path().display();
        // No certificate is here, and no name of a container.
        let text: Vec<String> = texts
            .concat()
            .lines()
            .filter(|it| !it.trim().starts_with("ssl_certificate"))
            .map(|it| it.replace("web:8000", "127.0.0.1:8000"))
            .map(|it| it.replace("listen 443 ssl", "listen 443"))
            .collect();
        let path = folder.path().join("nginx.conf");
        let logs = format!("access_log off; error_log {at}/error.log;");
        fs::write(&path, format!("events {{}}\nhttp {{ {logs}\n{}\n}}\n", text.join("\n")))
            .unwrap();
        let said = check(&path);
        assert!(said.contains("syntax is ok"), "{more}: {said}\n{}", text.join("\n"));
        compared += 1;
    }
    println!("nginx took {compared} configurations of nginx-proxy");
}
