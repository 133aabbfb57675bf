//! Containers that scripts start, as services.

use crate::model::compose::{MountKind, Project, Service};
use crate::syntax::shell::{Flavour, parse_file};

fn project(text: &str) -> Option<Project> {
    let (_, id) = crate::tests::source("start.sh", text);
    Project::of_commands(&parse_file(id, text, Flavour::Bash), "".into())
}

fn summary(service: &Service) -> String {
    let texts = |all: Vec<String>| all.join(",");
    let image = service.image.as_ref().map(ToString::to_string).unwrap_or_default();
    let ports = service.ports.iter().map(|it| {
        let published = it.published.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{published}>{}", it.target)
    });
    let variables = service.environment.iter().map(|it| it.name.value.clone());
    let mounts = service.volumes.iter().map(|it| match &it.kind {
        MountKind::Bind(from, to) => format!("{from}>{} {}", it.target, to.is_some()),
        MountKind::Volume(name) => format!("{name}:{}", it.target),
        _ => it.target.to_string(),
    });
    let command = service.command.iter().flat_map(|it| &it.words).map(ToString::to_string);
    let restart = service.restart.as_ref().map(ToString::to_string).unwrap_or_default();
    format!(
        "{} {image} [{}] [{}] [{}] [{}] {restart}",
        service.name.value,
        texts(ports.collect()),
        texts(variables.collect()),
        texts(mounts.collect()),
        texts(command.collect()),
    )
}

#[track_caller]
fn check(script: &str, expected: &[&str]) {
    let project = project(script);
    let services = project.iter().flat_map(|it| &it.services);
    assert_eq!(services.map(summary).collect::<Vec<_>>(), expected);
}

#[test]
fn options_become_what_compose_has_for_them() {
    check(
        "sudo docker run -dit --name=web -p 80:8000 -e A=1 --env B=2 -v data:/data \\\n  \
         --memory 1g --restart always acme/shop:1 gunicorn shop.wsgi -w 2",
        &["web acme/shop:1 [80>8000] [A,B] [data:/data] [gunicorn,shop.wsgi,-w,2] always"],
    );
    check(
        "docker container run --detach -p8000:80 acme/shop",
        &["shop acme/shop [8000>80] [] [] [] "],
    );
    check(
        "docker run -d -v $PWD:/app -v `pwd`/media:/media shop",
        &["shop shop [] [] [${PWD}>/app true,${PWD}/media>/media true] [] "],
    );
}

#[test]
fn variables_are_those_of_the_script() {
    check(
        "IMAGE=acme/shop\nPORT=${PORT:-8000}\nup() { docker run -d -p $PORT:80 $IMAGE; }",
        &["shop acme/shop [8000>80] [] [] [] "],
    );
    // Nobody knows whether it is the image.
    check("docker run -d $OPTIONS shop", &[]);
}

#[test]
fn what_does_not_stay_is_no_service() {
    check("docker run --rm shop migrate", &[]);
    check("docker run -d --name db postgres\ndocker exec db psql\ndocker rm -f db", &[]);
    check("docker rm -f db\ndocker run -d --name db postgres", &["db postgres [] [] [] [] "]);
    check("docker ps -d shop\necho docker run -d shop", &[]);
    // One of the two, and nobody knows which.
    check("if $LIVE; then docker run -d shop; else docker run -d shop:dev; fi", &[]);
}

#[test]
fn containers_know_each_other_on_a_network_of_their_own_alone() {
    let share = |script: &str| {
        let project = project(script).expect("a project");
        let [one, other] = project.services.as_slice() else { panic!("two services") };
        project.share_network(one, other)
    };
    assert!(share("docker run -d --network shop web\ndocker run -d --net=shop redis"));
    assert!(!share("docker run -d web\ndocker run -d redis"));
}
