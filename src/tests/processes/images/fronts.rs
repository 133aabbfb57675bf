//! Web servers in containers of which no file is in view, and files that ask for services by name.

use crate::fact::Certainty;
use crate::tests::processes::outcome;

const NETWORK: &str = "services:\n  web:\n    build: .\n    command: gunicorn -b :8000 config.wsgi\n    restart: always\n  front:\n    image: acme/shop-nginx:1\n    ports: ['80:8080']\n";

/// Whose container the file of nginx is taken to be in, and whom it leads to.
fn put(compose: &str, upstream: &str) -> Option<(String, String)> {
    let site = format!(
        "server {{\n  listen 8080;\n  location / {{ proxy_pass http://{upstream}; }}\n}}\n"
    );
    let files = [
        ("docker-compose.yml", compose),
        (
            "Dockerfile",
            "FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
        ),
        ("nginx/site.conf", &site),
    ];
    let outcome = outcome(&files);
    let all = outcome.model.deployments.iter();
    let mut found = all.flat_map(|it| it.sites.iter().map(move |site| (it, site)));
    let (deployment, site) = found.next()?;
    let process = site.routes.first()?.process.as_ref()?;
    assert_eq!(process.evidence().certainty(), Certainty::Likely);
    let container = deployment.view(site.view).container.clone()?;
    Some((container, deployment.processes[process.value].name.clone()))
}

#[test]
fn a_file_that_asks_for_a_service_is_of_the_one_web_server_beside_it() {
    let front = Some(("front".to_owned(), "web".to_owned()));
    assert_eq!(put(NETWORK, "web:8000"), front);
    // Its folder for sites is a volume that something else fills.
    let volume = "nginx\n    volumes: ['conf:/etc/nginx/conf.d']\nvolumes: {conf: {}}\n";
    let filled = NETWORK.replace("acme/shop-nginx:1\n    ports: ['80:8080']\n", volume);
    assert_eq!(put(&filled, "web:8000"), front);
}

#[test]
fn a_file_that_asks_for_what_a_network_has_not_is_of_nobody_in_it() {
    assert_eq!(put(NETWORK, "api:8000"), None);
    assert_eq!(put(NETWORK, "127.0.0.1:8000"), None);
    assert_eq!(put(&NETWORK.replace("acme/shop-nginx:1", "acme/torch"), "web:8000"), None);
    let twice = format!("{NETWORK}  proxy:\n    image: nginx\n    ports: ['81:80']\n");
    assert_eq!(put(&twice, "web:8000"), None);
}
