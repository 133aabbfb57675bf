//! What files are, as their content shows it.

use crate::syntax::kind::{
    Kind, by_content, by_name, is_example, is_refuted, is_site, may_be, may_be_site,
};
use camino::Utf8Path;

#[test]
fn a_drop_in_is_called_after_what_it_is_about() {
    let kind = |path: &str| by_name(Utf8Path::new(path));
    for name in ["redis.conf", "postgresql.conf", "supervisor.conf", "nginx.conf"] {
        let path = format!("etc/systemd/system/app.service.d/{name}");
        assert_eq!(kind(&path), Some(Kind::Systemd), "{path}");
    }
    assert_eq!(kind("etc/redis/redis.conf"), Some(Kind::Redis));
    assert_eq!(kind("etc/postgresql/16/main/pg_hba.conf"), Some(Kind::Postgres));
}

#[test]
fn a_dockerfile_may_be_called_as_one_likes() {
    let kind = |text: &str| by_content(Utf8Path::new("docker/web.conf"), text);
    let image = "# web\nARG TAG=3.13\nFROM python:$TAG\nWORKDIR /app\nCOPY . .\n";
    assert_eq!(kind(image), Some(Kind::Dockerfile));
    assert!(is_refuted(Kind::Nginx, "FROM nginx\n\nADD site.conf /etc/nginx/conf.d/\n"));
    assert_eq!(kind("FROM here on all is well\n"), None);
    assert_eq!(kind("[web]\nFROM x\nCOPY y\n"), None);
}

#[test]
fn services_of_the_first_format_are_known_by_what_they_say() {
    let kind = |name: &str, text: &str| by_content(Utf8Path::new(name), text);
    let web = "web:\n  build: .\n  links:\n  - db:db\n  environment:\n    DEBUG: 'True'\n\n";
    let db = "# keeps it\ndb:\n  image: postgres:9.6\n  ports:\n    - \"5432:5432\"\n";
    let both = format!("{web}{db}");
    assert_eq!(kind("production.yml", &both), Some(Kind::Compose));
    let worker = "worker:\n  extends:\n    file: common.yml\n    service: worker\n";
    assert_eq!(kind("staging.yml", &format!("{web}{worker}")), Some(Kind::Compose));
    let job = "worker:\n  extends: .deploy\n  environment: staging\n";
    assert_eq!(kind("staging.yml", &format!("{web}{job}")), None);
    // Nothing says what it is for, one job of many programs looks so, and others know more keys.
    assert_eq!(kind("tasks.yml", &both), None);
    assert_eq!(kind("production.yml", db), None);
    assert_eq!(kind("production.yml", &format!("{both}  script: make\n")), None);
    assert_eq!(kind("production.yml", &format!("{both}image: python\n")), None);
    assert_eq!(kind("production.yml", "web:\n  port: 1\ndb:\n  image: x\n"), None);
}

#[test]
fn a_location_of_nginx_opens_a_block() {
    let kind = |text: &str| by_content(Utf8Path::new("deploy/site"), text);
    assert_eq!(kind("location /static/ {\n  alias /srv/static/;\n}\n"), Some(Kind::Nginx));
    assert_eq!(kind("location /\n{\n  return 204;\n}\n"), Some(Kind::Nginx));
    assert_eq!(kind("upstream app {\n  server web:8000;\n}\n"), Some(Kind::Nginx));
    assert_eq!(kind("proxy_pass http://app;\n"), Some(Kind::Nginx));
    let dump = "CREATE TABLE game (\n    location character varying(255),\n    name text\n);\n";
    assert_eq!(kind(dump), None);
}

#[test]
fn a_site_may_be_called_as_its_domain() {
    let is_site = |path: &str, text: &str| may_be_site(Utf8Path::new(path)) && is_site(text);
    let site = "# shop\nserver\n{\n  listen 80;\n  location / { return 204; }\n}\n";
    assert!(is_site("deployment/shop.example.com", site));
    assert!(is_site("shop", site));
    assert!(!is_site("infra/shop", "upstream app {\n  server app:8000;\n}\n"));
    assert!(!is_site("docs/shop", site));
    assert!(!is_site("deployment/shop.png", site));
    assert!(!is_site("deployment/README", &format!("write this:\n\n{site}")));
    assert!(!is_site("deployment/setup", &format!("#!/bin/sh\ncat > site <<END\n{site}END\n")));
}

#[test]
fn sites_of_other_servers_are_not_nginx_s() {
    let refuted = |text: &str| is_refuted(Kind::Nginx, text);
    assert!(refuted("# sites\n\n<VirtualHost *:80>\n  ServerName shop.example\n</VirtualHost>\n"));
    assert!(refuted("server default {\n  listen {\n    type = auth\n  }\n}\n"));
    assert!(refuted("copy the site to /etc/nginx/sites-enabled\n"));
    assert!(refuted(
        "unbind-key C-b\nset -g status-left \"#{session}\"\nbind C-k send -R \\; clear\n"
    ));
    assert!(!refuted("server {\n  listen 80;\n}\n"));
    assert!(!refuted("gzip on; # for texts\n"));
    assert!(!refuted("server\n{\n  listen 80;\n}\n"));
    assert!(!refuted("# nothing yet\n"));
    assert!(!refuted("upstream app {\n  server unix:/run/app.sock fail_timeout=0;\n}\n"));
}

#[test]
fn a_name_that_is_to_be_filled_in_is_no_name_yet() {
    let is_example = |path: &str| is_example(Utf8Path::new(path));
    assert!(is_example("units/SITE_NAME_PLACEHOLDER.service"));
    assert!(!is_example("units/placeholders.service"));
    // `rename.env`: "rename this to .env".
    assert!(is_example("rename.env") && !is_example("renames.env"));
    assert!(is_example("dummy.env") && is_example(".env.dummy") && !is_example("dummies.env"));
    // In other languages than English as well.
    assert!(is_example("env_exemple/stack.prod.env") && is_example(".env.ejemplo"));
}

#[test]
fn a_template_of_a_role_is_looked_at() {
    let looks = |path: &str| may_be(Utf8Path::new(path));
    assert!(looks("ansible/roles/nginx/templates/default.j2"));
    assert!(looks("ansible/roles/webserver/templates/vhost.j2"));
    assert!(!looks("ansible/webserver/templates/vhost.j2"));
    assert!(!looks("shop/templates/default"));
}

#[test]
fn a_template_of_a_file_of_another_format_is_no_env_file() {
    let kind = |path: &str| by_name(Utf8Path::new(path));
    assert_eq!(kind("env.sample"), Some(Kind::Dotenv));
    assert_eq!(kind(".env.production.example"), Some(Kind::Dotenv));
    assert_ne!(kind("env.yml.sample"), Some(Kind::Dotenv));
    assert_ne!(kind("env.json.dist"), Some(Kind::Dotenv));
}

#[test]
fn an_env_file_that_only_a_shell_can_run_is_none() {
    let entered = "DEBUG=0\nif [ -z \"$VIRTUAL_ENV\" ]; then\n    workon shop\nfi\n";
    assert!(is_refuted(Kind::Dotenv, entered));
    assert!(!is_refuted(Kind::Dotenv, "DEBUG=0\nif this is set, all is well\n"));
}

#[test]
fn a_job_of_upstart_is_no_unit() {
    let refuted = |text: &str| is_refuted(Kind::Systemd, text);
    assert!(refuted("description \"uWSGI\"\nstart on runlevel [2345]\nrespawn\nexec uwsgi\n"));
    assert!(!refuted("[Service]\nExecStart=/usr/bin/true\n"));
    assert!(!refuted("ExecStart=/usr/bin/true\n"));
}

#[test]
fn a_site_may_be_called_as_the_place_that_it_goes_to() {
    let looks = |path: &str| may_be(Utf8Path::new(path));
    assert!(looks("etc.nginx.sites-available.shop"));
    assert!(looks("deploy/sites-enabled.shop"));
    assert!(looks("nginx.conf.prod"));
    // What an editor kept, and what only one machine has.
    assert!(!looks("nginx.conf.save"));
    assert!(!looks("nginx.conf.local"));
    assert!(!looks("settings.prod"));
}
