//! What is declared of deployments.

use super::{configured, folder, load, refused};
use crate::config;
use crate::model::Stage;
use crate::model::contract::{Contract, Mode, Tls};
use crate::source::Spanned;
use camino::Utf8Path;

const WHOLE: &str = r#"
[deployment.production]
stage = "production"
settings = "config.settings.prod"
root = "/srv/acme/app"
files = ["deploy/**", "compose.prod.yml"]
bind = { "__PROJECT_MODULE__" = "acme" }
run-as = "acme"
domains = ["Acme.example", "www.acme.example."]
tls = true
requires = ["DATABASE_URL", "DJANGO_SECRET_KEY"]
requires-together = [["VAPID_PUBLIC", "VAPID_PRIVATE"]]
static-root = "/srv/acme/staticfiles"
media-root = "/srv/acme/media"
ports = [80, 443]
loopback-only = ["redis", "postgres"]
units = ["acme.socket", "acme.service"]
timers = ["certbot.timer"]
processes = ["worker"]
routes = { "/health/" = 200 }
host = { name = "vps-1", os = "debian 12" }

[[deployment.production.path]]
path = "/srv/acme/staticfiles"
owner = "acme"
group = "www-data"
mode = "g+w"
exists = true
"#;

fn only(text: &str) -> Contract {
    let mut contracts = configured(text).contracts;
    assert_eq!(contracts.len(), 1);
    contracts.remove(0)
}

fn values<T: Clone>(all: &[Spanned<T>]) -> Vec<T> {
    all.iter().map(|it| it.value.clone()).collect()
}

#[test]
fn every_declaration_is_read() {
    let it = only(WHOLE);
    assert_eq!(it.name.value, "production");
    assert_eq!(it.stage.unwrap().value, Stage::Production);
    assert_eq!(it.settings.unwrap().value, "config.settings.prod");
    assert_eq!(it.root.unwrap().value, "/srv/acme/app");
    assert_eq!(values(&it.files.unwrap().patterns), ["deploy/**", "compose.prod.yml"]);
    assert_eq!(it.bind[0].0.value, "__PROJECT_MODULE__");
    assert_eq!(it.bind[0].1.value, "acme");
    assert_eq!(it.run_as.unwrap().value, "acme");
    assert_eq!(values(&it.domains), ["acme.example", "www.acme.example"]);
    assert_eq!(it.tls.unwrap().value, Tls::Here);
    assert_eq!(values(&it.requires), ["DATABASE_URL", "DJANGO_SECRET_KEY"]);
    assert_eq!(values(&it.requires_together[0].value), ["VAPID_PUBLIC", "VAPID_PRIVATE"]);
    assert_eq!(it.static_root.unwrap().value, "/srv/acme/staticfiles");
    assert_eq!(it.media_root.unwrap().value, "/srv/acme/media");
    assert_eq!(values(&it.ports.unwrap().value), [80, 443]);
    assert_eq!(values(&it.loopback_only), ["redis", "postgres"]);
    assert_eq!(values(&it.units), ["acme.socket", "acme.service"]);
    assert_eq!(values(&it.timers), ["certbot.timer"]);
    assert_eq!(values(&it.processes), ["worker"]);
    assert_eq!((it.routes[0].0.value.as_str(), it.routes[0].1.value), ("/health/", 200));
    let host = it.host.unwrap();
    assert_eq!(
        (host.name.unwrap().value, host.os.unwrap().value),
        ("vps-1".into(), "debian 12".into())
    );
    let path = &it.paths[0];
    assert_eq!(path.path.value, "/srv/acme/staticfiles");
    assert_eq!(path.owner.as_ref().unwrap().value, "acme");
    assert_eq!(path.group.as_ref().unwrap().value, "www-data");
    assert_eq!(path.mode.as_ref().unwrap().value, Mode::parse("g+w").unwrap());
    assert!(path.exists.as_ref().unwrap().value);
}

#[test]
fn every_value_knows_where_it_stands() {
    let config = configured(WHOLE);
    let sources = config.sources();
    let it = &config.contracts[0];
    let written = |place: crate::source::Place| {
        let span = place.span;
        &sources.get(place.file).text()[span.range()]
    };
    assert_eq!(written(it.name.place), "production");
    assert_eq!(written(it.stage.as_ref().unwrap().place), "\"production\"");
    assert_eq!(written(it.domains[1].place), "\"www.acme.example.\"");
    assert_eq!(written(it.requires_together[0].value[1].place), "\"VAPID_PRIVATE\"");
    assert_eq!(written(it.ports.as_ref().unwrap().value[1].place), "443");
    assert_eq!(written(it.ports.as_ref().unwrap().place), "[80, 443]");
    assert_eq!(written(it.bind[0].0.place), "\"__PROJECT_MODULE__\"");
    assert_eq!(written(it.routes[0].1.place), "200");
    assert_eq!(written(it.paths[0].mode.as_ref().unwrap().place), "\"g+w\"");
}

#[test]
fn short_forms_say_the_same() {
    let host = only("[deployment.a]\nhost = 'vps-1'").host.unwrap();
    assert_eq!((host.name.unwrap().value.as_str(), host.os), ("vps-1", None));
    let tls = |text: &str| only(&format!("[deployment.a]\ntls = {text}")).tls.unwrap().value;
    assert_eq!(
        [tls("true"), tls("false"), tls("'elsewhere'")],
        [Tls::Here, Tls::None, Tls::Elsewhere]
    );
    let none = only("[deployment.a]\nports = []");
    assert_eq!(none.ports.unwrap().value.len(), 0);
    assert!(only("[deployment.a]").ports.is_none());
}

#[test]
fn files_are_those_below_the_folder_of_the_configuration() {
    let folder = folder(&[("app/kilter.toml", "[deployment.a]\nfiles = ['deploy/**']")]);
    let config = load(&folder, "app").unwrap();
    let globs = &config.contracts[0].files.as_ref().unwrap().globs;
    let at = |path: &str| {
        let path = folder.path().join(path);
        globs.matches(Utf8Path::from_path(&path).unwrap())
    };
    assert!(at("app/deploy/nginx.conf"));
    assert!(!at("deploy/nginx.conf"));
}

#[test]
fn a_deployment_is_completed_by_what_is_extended() {
    let folder = folder(&[
        ("base.toml", "[deployment.a]\nrun-as = 'app'\nsettings = 'x'\n[deployment.b]"),
        ("kilter.toml", "extend = 'base.toml'\n[deployment.a]\nsettings = 'y'"),
    ]);
    let config = load(&folder, ".").unwrap();
    let names: Vec<_> = config.contracts.iter().map(|it| it.name.value.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(config.contracts[0].run_as.as_ref().unwrap().value, "app");
    assert_eq!(config.contracts[0].settings.as_ref().unwrap().value, "y");
}

#[test]
fn declarations_that_make_no_sense_are_refused() {
    let told = [
        ("stage = 'prod'", "`prod` is none of the possible values"),
        ("domains = ['https://a.example']", "`https://a.example` is no domain"),
        ("root = 'srv/app'", "`srv/app` is no absolute path of the server"),
        ("requires = ['A-B']", "`A-B` cannot be the name of a variable"),
        ("ports = [0]", "`ports` must be from 1 to 65535, and is 0"),
        ("ports = ['80']", "`ports` must be a number, and is a string"),
        ("routes = { health = 200 }", "`health` must begin with `/`"),
        ("routes = { '/' = 'ok' }", "`/` must be a number, and is a string"),
        ("path = [{ path = '/a', mode = 'u+X' }]", "`u+X` is no mode"),
        ("path = [{ owner = 'a' }]", "`path` is missing: where it is"),
        ("host = { nam = 'a' }", "there is no key `nam`; did you mean `name`?"),
        ("host = 1", "`host` must be a string, a name or a table, and is a number"),
        ("tls = 'here'", "`here` is none of the possible values; write \"elsewhere\""),
        ("run-as = ''", "a name cannot be empty"),
        ("runs-as = 'a'", "there is no key `runs-as`; did you mean `run-as`?"),
    ];
    for (text, wanted) in told {
        let said = refused(&format!("[deployment.a]\n{text}"));
        assert!(said.starts_with("kilter.toml:2:") && said.contains(wanted), "{text:?}: {said}");
    }
    let said = refused("deployment = 3");
    assert!(said.contains("`deployment` must be a table, and is a number"), "{said}");
}

#[test]
fn modes_are_those_of_chmod() {
    let holds = |mode: &str, bits| Mode::parse(mode).unwrap().holds(bits);
    assert!(holds("2775", 0o2775) && !holds("2775", 0o775));
    assert!(holds("0640", 0o640) && !holds("640", 0o644));
    assert!(holds("g+w", 0o664) && !holds("g+w", 0o644));
    assert!(holds("o-rwx", 0o640) && !holds("o-rwx", 0o641));
    assert!(holds("u=rw,go=", 0o600) && !holds("u=rw,go=", 0o640));
    assert!(holds("g+rws", 0o2770) && !holds("g+rws", 0o770));
    assert!(holds("+t", 0o1777));
    for text in ["", "g", "g+", "8", "99", "q+w", "g+X", "g+w,g-w", "00000777", "7777777"] {
        assert_eq!(Mode::parse(text), None, "{text:?}");
    }
}

/// A file that an option names and that lies apart from what is checked is about what is here.
#[test]
fn a_file_from_elsewhere_speaks_of_where_kilter_starts() {
    let folder = folder(&[
        ("contracts/shop.toml", "[deployment.a]\nroot = '/srv/shop'\nfiles = ['deploy/**']"),
        ("shop/deploy/nginx.conf", ""),
    ]);
    let here = folder.path().join("shop");
    let of = |file: &str, roots: &[&str]| {
        let roots: Vec<_> = roots.iter().map(|it| here.join(it)).collect();
        let file = folder.path().join(file);
        let request = config::Request {
            roots: &roots,
            here: &here,
            file: Some(&file),
            variables: config::Table::default(),
            options: config::Table::default(),
        };
        config::load(request).unwrap().contracts.remove(0)
    };
    let apart = of("contracts/shop.toml", &["."]);
    assert_eq!(apart.folder, "");
    assert!(apart.files.unwrap().globs.matches(Utf8Path::new("deploy/nginx.conf")));
    let around = of("contracts/shop.toml", &["../contracts"]);
    assert!(around.folder.ends_with("contracts"));
}
