//! What the repository of a deployment would hold if its programs ran in containers.
//!
//! The programs run on the machine; the files that kilter is shown say the same of two containers,
//! with names for addresses, ports that are published, and paths of their own.

use crate::source::File;
use crate::tests::file;
use crate::tests::journey::oracle::generate::{Deployment, Ground, Web};
use crate::tests::journey::oracle::project::PROJECT;
use crate::tests::journey::oracle::sites::{
    CADDY_FROM_ELSEWHERE, FROM_ELSEWHERE, UWSGI_FROM_ELSEWHERE,
};

/// Where the deployment's folder lies in both containers.
const FOLDER: &str = "/srv/site";

pub(super) fn tree(deployment: &Deployment, ground: &Ground<'_>) -> Vec<File> {
    let (name, image, text, at) = match &deployment.web {
        Web::Nginx(http) => {
            let whole = format!("events {{}}\nhttp {{\n{http}}}\n");
            ("nginx.conf", "nginx:1.27", whole, "/etc/nginx/nginx.conf")
        }
        Web::Caddy(text) => ("Caddyfile", "caddy:2.11", text.clone(), "/etc/caddy/Caddyfile"),
        Web::Traefik(text) => {
            let text = text.replace("address: \"127.0.0.1:", "address: \":");
            ("traefik.yml", "traefik:v3.6", text, "/etc/traefik/traefik.yml")
        }
    };
    let Ground { http, https, app, .. } = ground;
    let command: Vec<String> = deployment.argv.iter().map(|word| format!("{word:?}")).collect();
    let command = command.join(", ").replace("127.0.0.1", "0.0.0.0");
    // Whom the server believes is written as an address as well.
    let command = command.replace("ips\", \"0.0.0.0", "ips\", \"127.0.0.1");
    let compose = format!(
        "services:\n  app:\n    image: registry.example/site:1.4\n    working_dir: {FOLDER}/app\n    \
         command: [{command}]\n    environment:\n      DJANGO_SETTINGS_MODULE: site_of_test.settings\n    \
         volumes:\n      - ./app:{FOLDER}/app\n      - collected:{FOLDER}/collected\n  \
         web:\n    image: {image}\n    ports:\n      - \"{http}:{http}\"\n      - \"{https}:{https}\"\n    \
         volumes:\n      - ./{name}:{at}:ro\n      - collected:{FOLDER}/collected:ro\n\
         volumes:\n  collected:\n"
    );
    let text = text
        .replace(&format!("127.0.0.1:{app}"), &format!("app:{app}"))
        .replace("listen 127.0.0.1:", "listen ")
        .replace("bind 127.0.0.1\n", "")
        .replace(FROM_ELSEWHERE, "")
        .replace(UWSGI_FROM_ELSEWHERE, "")
        .replace(CADDY_FROM_ELSEWHERE, "");
    let folder = ground.folder.to_str().unwrap();
    let inside = |text: &str| text.replace(folder, FOLDER);
    let mut files = vec![
        file("compose.yml", compose),
        file(name, inside(&text)),
        file("app/site_of_test/settings.py", inside(&deployment.settings)),
    ];
    files.extend(PROJECT.iter().map(|(path, text)| file(path, *text)));
    files
}
