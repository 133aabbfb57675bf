//! Images that nothing in view runs, and what they bring along.

use super::{judged, processes};
use crate::fact::Certainty;

#[test]
fn an_image_has_the_web_server_that_its_build_brings() {
    let dockerfile = "FROM python:3.8-buster\nRUN apt-get update && apt-get install -y nginx supervisor\n\
                      COPY nginx-app.conf /etc/nginx/sites-available/default\n\
                      COPY supervisor-app.conf /etc/supervisor/conf.d/\n\
                      COPY . /code/\nCMD [\"supervisord\", \"-n\"]\n";
    let programs = "[program:app]\ncommand = /usr/local/bin/uwsgi --ini /code/uwsgi.ini\n\
                    [program:nginx]\ncommand = /usr/sbin/nginx -g 'daemon off;'\n";
    let ini = "[uwsgi]\nsocket = /code/app.sock\nchdir = /code\nmodule = config.wsgi\n";
    let site = "server {\n    listen 80;\n    location / { uwsgi_pass unix:/code/app.sock; }\n}\n";
    let outcome = judged(&[
        ("Dockerfile", dockerfile),
        ("supervisor-app.conf", programs),
        ("uwsgi.ini", ini),
        ("nginx-app.conf", site),
    ]);
    let [image] = outcome.model.deployments.as_slice() else {
        panic!("{:?}", outcome.model.deployments.iter().map(|it| &it.name).collect::<Vec<_>>());
    };
    assert!(image.alone.is_some());
    let behind = image.sites[0].routes[0].process.as_ref().map(|it| it.value);
    let listens: Vec<String> =
        image.processes[0].listens.iter().map(|it| it.value.endpoint.to_string()).collect();
    assert_eq!((behind, listens.join(" ").as_str()), (Some(0), "unix:/code/app.sock"));
    let rules: Vec<&str> = outcome.diagnostics.iter().map(|it| it.rule).collect();
    assert!(rules.contains(&"docker/archived-base"), "{rules:?}");
    // Whoever starts the container says where people come in.
    assert!(!rules.contains(&"tls/no-tls-listener"), "{rules:?}");
}

#[test]
fn an_image_has_the_web_server_that_its_build_links() {
    let site = "events {}\nhttp {\n    server {\n        listen 80;\n        \
                location / { uwsgi_pass unix:/code/app.sock; }\n    }\n}\n";
    let ini = "[uwsgi]\nsocket = /code/app.sock\nchdir = /code\nmodule = config.wsgi\n";
    let sites = |link: &str| {
        let dockerfile = format!(
            "FROM alpine:3.20\nENV APP=/code\nRUN apk add nginx uwsgi-python3\nWORKDIR /code\nADD . /code\n\
             RUN rm /etc/nginx/nginx.conf \\\n    && {link} \\\n    && mkdir -p /run/nginx\n\
             CMD [\"uwsgi\", \"--ini\", \"/code/uwsgi.ini\"]\n"
        );
        let outcome =
            judged(&[("Dockerfile", &dockerfile), ("uwsgi.ini", ini), ("conf/nginx.conf", site)]);
        let image = outcome.model.deployments.iter().find(|it| it.alone.is_some());
        image.map(|it| it.sites.len())
    };
    assert_eq!(sites("ln -s $APP/conf/nginx.conf /etc/nginx/"), Some(1));
    assert_eq!(sites("cp /code/conf/nginx.conf /etc/nginx/nginx.conf"), Some(1));
    assert_eq!(sites("ln -s /code/other.conf /etc/nginx/other.conf"), Some(0));
}

/// A guide for a server lies in the repository as well.
#[test]
fn an_image_takes_its_own_site_from_among_those_of_a_machine() {
    let dockerfile = "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y nginx\nWORKDIR /app\n\
                      COPY . .\nCOPY docker/nginx.conf /etc/nginx/conf.d/default.conf\n\
                      ENTRYPOINT [\"docker/start.sh\"]\n";
    let site = |name: &str, port: &str| {
        format!(
            "server {{\n    listen 80;\n    server_name {name};\n    \
             location / {{ proxy_pass http://127.0.0.1:{port}; }}\n}}\n"
        )
    };
    let outcome = judged(&[
        ("Dockerfile", dockerfile),
        ("docker/start.sh", "#!/bin/sh\nnginx\nexec gunicorn -b 127.0.0.1:8000 config.wsgi\n"),
        ("docker/nginx.conf", &site("_", "8000")),
        ("conf/shop.example.com.conf", &site("shop.example.com", "8001")),
    ]);
    let shown = |it: &crate::model::Deployment| {
        let sites: Vec<&str> = it.sites.iter().map(|it| it.name.as_str()).collect();
        format!("{} {} {}", it.alone.is_some(), it.nginx.len(), sites.join(" "))
    };
    let shown: Vec<String> = outcome.model.deployments.iter().map(shown).collect();
    assert_eq!(shown, ["false 1 shop.example.com", "true 1 _"]);
    let image = outcome.model.deployments.iter().find(|it| it.alone.is_some());
    let behind = image.and_then(|it| it.sites[0].routes[0].process.as_ref());
    assert_eq!(behind.map(|it| it.value), Some(0));
}

/// The Dockerfile copies a folder, and what it starts names the files in it.
#[test]
fn what_the_scripts_of_an_image_start_is_the_images_own() {
    let dockerfile = "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y nginx-light\n\
                      COPY config /srv/config\nCOPY system /srv/system\nWORKDIR /srv\nCMD ./system/run.sh\n";
    let programs = "[supervisord]\nnodaemon=true\n\
                    [program:app]\ncommand=/srv/system/app.sh\n\
                    [program:nginx]\ncommand=/srv/system/web.sh\n";
    let nginx = |upstream: &str| {
        format!(
            "events {{}}\nhttp {{\n    server {{\n        listen 80;\n        \
             location / {{ proxy_pass http://{upstream}:8000; }}\n    }}\n}}\n"
        )
    };
    let given = |upstream: &str, web: &str| {
        let outcome = judged(&[
            ("Dockerfile", dockerfile),
            ("system/run.sh", "#!/bin/sh\nsupervisord -c /srv/system/supervisord.conf\n"),
            ("system/supervisord.conf", programs),
            ("system/app.sh", "#!/bin/sh\ncd /srv && gunicorn -b 0.0.0.0:8000 config.wsgi\n"),
            ("system/web.sh", web),
            ("system/nginx.conf", &nginx(upstream)),
        ]);
        let sites = |it: &crate::model::Deployment| it.sites.len();
        let shown: Vec<String> = outcome
            .model
            .deployments
            .iter()
            .map(|it| format!("{} {} {}", it.name, it.alone.is_some(), sites(it)))
            .collect();
        shown.join(", ")
    };
    let starts = "#!/bin/sh\nnginx -c /srv/system/nginx.conf\n";
    assert_eq!(given("localhost", starts), "Dockerfile true 1");
    // Nobody starts nginx with it in the image, and what asks another container is in one of its own.
    let apart = "*:80 false 1, Dockerfile true 0";
    assert_eq!(given("app", starts), apart);
    let other = "#!/bin/sh\nnginx -c /etc/nginx/own.conf\n";
    assert_eq!(given("localhost", other), "config.settings false 1, Dockerfile true 0");
}

/// Where Docker takes none of them by itself, as with `Dockerfile.api` beside `Dockerfile.frontend`.
#[test]
fn of_several_dockerfiles_the_one_counts_that_starts_the_project() {
    let of = |command: &str| {
        format!("FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER app\nCMD {command}\n")
    };
    let api = of("[\"gunicorn\", \"-b\", \":9000\", \"config.wsgi\"]");
    let page = "FROM node:22\nCOPY page /page\nCMD [\"serve\", \"/page\"]\n";
    let given = |other: &str, compose: &str| {
        processes(&[
            ("Dockerfile.api", &api),
            ("Dockerfile.other", other),
            ("docker-compose.yml", compose),
        ])
        .concat()
    };
    let nothing = "# services:\n#   web:\n#     build: .\n";
    let found = given(page, nothing);
    assert!(found.contains(" app ") && !found.contains("config.settings"), "{found}");
    // What goes to the background keeps no container up.
    let daemon = of("[\"gunicorn\", \"--daemon\", \"config.wsgi\"]");
    assert_eq!(given(&daemon, nothing), found);
    let unknown = given(&api, nothing);
    assert!(unknown.contains("config.settings"), "{unknown}");
}

/// What an argument makes of an image for developers, it is not where nobody gives it.
#[test]
fn an_image_that_developers_make_another_of_is_somebody_elses_by_itself() {
    let script = "#!/bin/sh\nif [ $LOCAL_ENV -eq 1 ]; then\n  \
        python -Wall manage.py runserver 0.0.0.0:8000\nelse\n  exec gunicorn config.wsgi -b :9000\nfi\n";
    let dockerfile = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nARG LOCAL_ENV\n\
        ENV LOCAL_ENV=${LOCAL_ENV:-0}\nENTRYPOINT [\"sh\", \"entrypoint.sh\"]\n";
    let given = |build: &str| {
        let compose = format!(
            "services:\n  web:\n    build: {build}\n    volumes: ['.:/app']\n    ports: ['8000:8000']\n"
        );
        processes(&[
            ("docker-compose.yml", &compose),
            ("Dockerfile", dockerfile),
            ("entrypoint.sh", script),
            ("manage.py", super::WSGI.1),
        ])
    };
    let developers = "{context: ., args: {LOCAL_ENV: 1}}";
    assert_eq!(given(developers), ["Dockerfile root 0.0.0.0:9000 …", "web root 0.0.0.0:8000"]);
    assert_eq!(given("."), ["web root 0.0.0.0:9000"]);
}

#[test]
fn a_site_that_asks_for_a_name_nobody_has_is_before_the_only_image_that_listens_there() {
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nUSER app\nCMD [\"gunicorn\", \"-b\", \"0.0.0.0:8000\", \"config.wsgi\"]\n";
    let location =
        |path: &str, to: &str| format!("    location {path} {{ proxy_pass http://{to}; }}\n");
    let leads = |files: &[(&str, &str)], locations: &str| {
        let site = format!("server {{\n    listen 80;\n    server_name shop.org;\n{locations}}}\n");
        let all: Vec<_> = files.iter().copied().chain([("nginx/shop.conf", &*site)]).collect();
        let outcome = judged(&all);
        let sites = outcome.model.deployments.iter().flat_map(|it| &it.sites);
        let routes = sites.flat_map(|it| &it.routes);
        let found = routes.filter_map(|it| it.process.as_ref());
        found.map(|it| it.evidence().certainty()).collect::<Vec<_>>()
    };
    let image = ("Dockerfile", dockerfile);
    let likely = [Certainty::Likely];
    assert_eq!(leads(&[image], &location("/", "web:8000")), likely);
    let others = [location("/", "web:8000"), location("/front/", "front:3000")].concat();
    assert_eq!(leads(&[image], &others), likely);
    let commented = ("docker-compose.yml", "# services:\n#   web:\n#     build: .\n");
    assert_eq!(leads(&[image, commented], &location("/", "web:8000")), likely);
    // Another port, two programs at one port, and none that is known to listen.
    assert_eq!(leads(&[image], &location("/", "web:9000")), []);
    let two = [location("/", "web:8000"), location("/api/", "api:8000")].concat();
    assert_eq!(leads(&[image], &two), []);
    let inside = dockerfile.replace("0.0.0.0", "127.0.0.1");
    assert_eq!(leads(&[("Dockerfile", &inside)], &location("/", "web:8000")), []);
}
