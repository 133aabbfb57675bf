//! Short and long forms, and what their parts are.

use crate::fact::Environment;
use crate::model::compose::{Condition, Location, MountKind, Test};
use crate::source::Tree;
use crate::tests::compose::{Loaded, closed, load, one};

fn service(text: &str) -> Loaded {
    let text =
        format!("services:\n  s:\n    image: x\n{text}\n  db:\n    image: y\nvolumes: {{vv: }}\n");
    one(&text)
}

#[test]
fn ports_have_an_address_two_ports_and_a_protocol() {
    let loaded = service(
        "    ports: ['127.0.0.1:8000:80', '[::1]:1:2/udp', 3000, '5-6:7-8', {target: 9, published: 10}]",
    );
    let found: Vec<String> = loaded
        .service("s")
        .ports
        .iter()
        .map(|it| {
            let show = |it: &Option<crate::model::text::Text>| {
                it.as_ref().map_or("-".to_owned(), ToString::to_string)
            };
            format!(
                "{} {} {} {}",
                show(&it.host_ip),
                show(&it.published),
                it.target,
                show(&it.protocol)
            )
        })
        .collect();
    assert_eq!(
        found,
        ["127.0.0.1 8000 80 tcp", "::1 1 2 udp", "- - 3000 tcp", "- 5-6 7-8 tcp", "- 10 9 -"]
    );
    let port = &loaded.service("s").ports[0];
    assert_eq!(loaded.slice(port.published.as_ref().unwrap().place), "8000");
    assert_eq!(loaded.service("s").ports[3].published_range().unwrap().value, (5, 6));
}

#[test]
fn a_port_of_an_unknown_variable_has_what_is_known() {
    let text = "services:\n  s:\n    image: x\n    ports: ['${BIND}:${PORT:-80}:8000', '${ALL}']\n";
    let open = Environment::unseen("the shell");
    let loaded = load(&[("c.yml", text)], &["c.yml"], &open).unwrap();
    let port = &loaded.service("s").ports[0];
    assert!(!port.host_ip.as_ref().unwrap().is_known());
    assert_eq!(port.published_range().unwrap().value, (80, 80));
    assert_eq!(port.target_range().unwrap().value, (8000, 8000));
    assert!(loaded.service("s").ports[1].target_range().is_none());
    assert_eq!(loaded.faults(), Vec::<String>::new());
}

#[test]
fn ports_that_compose_refuses_are_told() {
    for port in ["9999999", "80/xyz", "tcp", "1-2:3-5", "a:1"] {
        let loaded = service(&format!("    ports: ['{port}']"));
        assert_eq!(loaded.project.faults.len(), 1, "{port}");
    }
}

#[test]
fn volumes_are_binds_or_named_or_nobodys() {
    let loaded = service(
        "    volumes: ['vv:/a:ro', './b:/b', '/c:/c:z,ro', '~/d:/d', /e, '.:/f', {type: tmpfs, target: /g}, {type: volume, source: vv, target: /h, volume: {subpath: i}}]",
    );
    let service = loaded.service("s");
    let kinds: Vec<String> = service
        .volumes
        .iter()
        .map(|it| match &it.kind {
            MountKind::Bind(_, location) => format!("{:?}", location.as_ref().unwrap().value),
            MountKind::Volume(name) => name.to_string(),
            MountKind::Anonymous => "nobody".to_owned(),
            MountKind::Tmpfs => "tmpfs".to_owned(),
            MountKind::Other => "other".to_owned(),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "vv",
            "Tree(\"b\")",
            "Host(\"/c\")",
            "Home(\"~/d\")",
            "nobody",
            "Tree(\"\")",
            "tmpfs",
            "vv"
        ]
    );
    assert!(service.volumes[0].read_only.as_ref().unwrap().value);
    assert!(service.volumes[2].read_only.as_ref().unwrap().value);
    assert_eq!(service.volumes[7].subpath.as_ref().unwrap().to_string(), "i");
    assert_eq!(loaded.slice(service.volumes[0].target.place), "/a");
}

#[test]
fn scalars_are_written_as_compose_writes_them() {
    let loaded = service(
        "    environment: {K: yes, T: true, O: 0777, S: 12:30:45, F: 1.0, X: , G: 1e3, H: 1.5, Q: 1234567.0}",
    );
    assert_eq!(
        loaded.environment("s"),
        ["F=1", "G=1000", "H=1.5", "K=yes", "O=511", "Q=1.234567e+06", "S=12:30:45", "T=true", "X"]
    );
}

#[test]
fn a_list_keeps_quotes_and_passes_names_on() {
    let loaded = service("    environment: [A, 'B=', 'C=\"x\"', D=a=b]");
    assert_eq!(loaded.environment("s"), ["A", "B=", "C=\"x\"", "D=a=b"]);
    assert!(loaded.service("s").environment.iter().all(|it| it.in_list));
    let supplied = loaded.service("s").supplied(&closed(&[("A", "1")]));
    assert_eq!(format!("{:?}", supplied[0].1.value), "Value(\"1\")");
    let supplied = loaded.service("s").supplied(&closed(&[]));
    assert_eq!(format!("{:?}", supplied[0].1.value), "Removed");
}

#[test]
fn a_build_says_where_its_dockerfile_is() {
    let loaded = service(
        "    build: {context: ./app, dockerfile: ../docker/Dockerfile.prod, target: web, args: {V: 1}}",
    );
    let build = loaded.service("s").build.as_ref().unwrap();
    let tree = Tree::of(Vec::new());
    let path = build.dockerfile_path(&tree).unwrap();
    assert_eq!(path.value, Location::Tree("docker/Dockerfile.prod".into()));
    let loaded = service("    build: https://github.com/a/b.git");
    assert!(loaded.service("s").build.as_ref().unwrap().dockerfile_path(&tree).is_none());
    let loaded = service("    build: .");
    let path = loaded.service("s").build.as_ref().unwrap().dockerfile_path(&tree).unwrap();
    assert_eq!(path.value, Location::Tree("Dockerfile".into()));
}

#[test]
fn checks_and_conditions_have_several_forms() {
    let loaded = service("    healthcheck: {test: curl -f x || exit 1}\n    depends_on: [db]");
    let Some(Test::Shell(text)) = &loaded.service("s").healthcheck.as_ref().unwrap().test else {
        panic!("a shell's")
    };
    assert_eq!(text.to_string(), "curl -f x || exit 1");
    assert_eq!(loaded.service("s").depends_on[0].condition.value, Condition::Started);
    let loaded = service(
        "    healthcheck: {test: [CMD, pg_isready]}\n    depends_on: {db: {condition: service_healthy}}",
    );
    assert!(
        matches!(&loaded.service("s").healthcheck.as_ref().unwrap().test, Some(Test::Exec(words)) if words.len() == 1)
    );
    assert_eq!(loaded.service("s").depends_on[0].condition.value, Condition::Healthy);
}

#[test]
fn services_find_each_other_by_name_and_alias() {
    let loaded = one(
        "services:\n  a:\n    image: x\n    networks: {front: {aliases: [www]}}\n  b:\n    image: x\n    networks: [front, back]\n  c:\n    image: x\n    networks: [back]\n  d:\n    image: x\nnetworks: {front: , back: }\n",
    );
    let (a, b, c) = (loaded.service("a"), loaded.service("b"), loaded.service("c"));
    assert!(loaded.project.share_network(a, b) && !loaded.project.share_network(a, c));
    assert_eq!(loaded.project.resolve(b, "www").unwrap().name.value, "a");
    assert!(loaded.project.resolve(c, "www").is_none());
    assert_eq!(loaded.service("d").networks[0].network.value, "default");
}

#[test]
fn profiles_choose_services() {
    let loaded = one("services:\n  a:\n    image: x\n  b:\n    image: x\n    profiles: [debug]\n");
    assert_eq!(loaded.project.active(&[]).len(), 1);
    assert_eq!(loaded.project.active(&["debug"]).len(), 2);
}

#[test]
fn secrets_are_masked_wherever_they_stand() {
    let loaded = one(
        "x-e: &e {SECRET_KEY: hunter1, DEBUG: '1'}\nservices:\n  s:\n    image: x\n    environment:\n      - DB_PASSWORD=hunter2\n      - 'URL=postgres://u:hunter3@db/x'\n      - API_TOKEN=${TOKEN}\n      - API_KEY=${KEY:-hunter4}\n    labels: *e\n",
    );
    let id = loaded.sources.ids()[0];
    let crate::syntax::Parsed::Compose(file) = crate::syntax::parse(
        crate::model::Kind::Compose,
        "c.yml".into(),
        id,
        loaded.sources.get(id).text(),
    )
    .0
    else {
        panic!("compose")
    };
    let hidden: Vec<&str> = file.secrets.iter().map(|place| loaded.slice(*place)).collect();
    assert_eq!(hidden, ["hunter1", "hunter2", "hunter3", "hunter4"]);
}

/// People call `docker compose -f compose/prod.yml` where what it asks for lies.
#[test]
fn what_lies_below_the_folder_that_compose_is_called_in_is_looked_for() {
    let path = "compose/prod.yml";
    let found = |context: &str, more: &[(&str, &str)]| {
        let text = format!("services:\n  s:\n    build: {context}\n");
        let files = [&[(path, text.as_str())], more].concat();
        let shell = Environment::unseen("the shell that runs compose may set it");
        let loaded = load(&files, &[path], &shell).expect("it has a mapping");
        let build = loaded.service("s").build.clone()?;
        Some(build.context?.value)
    };
    let tree = |path: &str| Some(Location::Tree(path.into()));
    let both = [("backend/Dockerfile", ""), ("compose/nginx/Dockerfile", "")];
    assert_eq!(found("${PWD}/backend", &both), tree("backend"));
    assert_eq!(found("$PWD/nginx", &both), tree("compose/nginx"));
    assert_eq!(found("${PWD}", &both), tree("compose"));
    assert_eq!(found("${PWD}/elsewhere", &both), None);
    assert_eq!(found("${HERE}/backend", &both), None);
}

#[test]
fn a_dockerfile_below_that_folder_is_looked_for_there() {
    let path = "docker/prod/compose.yml";
    let text = "services:\n  s:\n    build:\n      context: ${PWD}/../..\n      dockerfile: ${PWD}/web/Dockerfile\n";
    let files = [(path, text), ("docker/prod/web/Dockerfile", "")];
    let shell = Environment::unseen("the shell that runs compose may set it");
    let loaded = load(&files, &[path], &shell).expect("it has a mapping");
    let build = loaded.service("s").build.clone().unwrap();
    let tree = Tree::of(Vec::new());
    let found = build.dockerfile_path(&tree).unwrap();
    assert_eq!(found.value, Location::Tree("docker/prod/web/Dockerfile".into()));
}

#[test]
fn a_dockerfile_that_a_variable_chooses_may_be_any() {
    let shell = Environment::unseen("the shell that runs compose may set it");
    for name in ["docker/Dockerfile.${STAGE}", "${FOLDER}/Dockerfile"] {
        let build = format!("{{context: ., dockerfile: '{name}'}}");
        let text = format!("services:\n  s:\n    build: {build}\n");
        let loaded = load(&[("compose.yml", &text)], &["compose.yml"], &shell).expect("a mapping");
        let build = loaded.service("s").build.clone().unwrap();
        assert!(build.dockerfile_path(&Tree::of(Vec::new())).is_none(), "{name}");
    }
}

/// The variable may be set after all.
#[test]
fn a_default_of_nothing_is_doubted_as_any_other() {
    let text =
        "services:\n  s:\n    image: x\n    environment: {A: '${A:-}', B: 'x${B:-}', C: ''}\n";
    let shell = Environment::unseen("the shell that runs compose may set it");
    let loaded = load(&[("compose.yml", text)], &["compose.yml"], &shell).expect("a mapping");
    let is_certain = |name: &str| {
        let variable = loaded.service("s").variable(name).unwrap();
        variable.value.as_ref().unwrap().fact().evidence().doubt().is_none()
    };
    assert!(!is_certain("A"));
    assert!(!is_certain("B"));
    assert!(is_certain("C"));
}
