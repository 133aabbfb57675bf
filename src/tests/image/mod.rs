//! Images: what a container of a Dockerfile starts with, and where files lie in it.

mod content;
mod debian;

use crate::fact::Lookup;
use crate::model::compose::Variable;
use crate::model::image::{
    Arguments, Context, Flavour, From, Image, Reference, Start, Tool, build, build_on,
};
use crate::model::text::Text;
use crate::source::{Sources, Tree};
use crate::syntax::dockerfile::{self, Form};
use camino::Utf8Path;

fn image(text: &str) -> (Sources, Image) {
    with(text, &Arguments::default(), None)
}

fn with(text: &str, arguments: &Arguments, target: Option<&str>) -> (Sources, Image) {
    let (sources, id) = crate::tests::source("Dockerfile", text);
    let file = dockerfile::parse(id, sources.get(id).text());
    let image = build(&file, arguments, target).expect("a stage");
    (sources, image)
}

fn variable(image: &Image, name: &str) -> String {
    match image.environment().get(name) {
        Lookup::Set(value) => value.value,
        Lookup::Unknown(_) => "?".to_owned(),
        Lookup::Absent => "-".to_owned(),
    }
}

fn started(start: Option<Start>) -> String {
    match start {
        None => "-".to_owned(),
        Some(Start::Stock(words, _)) => format!("stock {}", words.join(" ")),
        Some(Start::Written(command)) => match command.form {
            Form::Exec(words) => words.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(" "),
            Form::Shell(line) => format!("{} {}", command.shell.join(" "), line.as_str()),
        },
    }
}

#[test]
fn a_stage_has_what_its_base_has() {
    let (_, image) = image(
        "FROM python:3.12-slim AS base\nENV A=1 B=x\nUSER app\nWORKDIR /app\nFROM base\nENV B=$A$B C=${D:-d}\nWORKDIR src\n",
    );
    assert_eq!(
        ["A", "B", "C", "D", "PATH"].map(|it| variable(&image, it)),
        ["1", "1x", "d", "-", "?"]
    );
    assert_eq!(image.user().unwrap().value, "app");
    assert_eq!(image.workdir().unwrap().value, "/app/src");
    assert!(image.environment().is_closed());
    assert_eq!(image.stock().unwrap().value.stock.command, ["python3"]);
}

#[test]
fn an_image_of_the_tree_hands_on_what_it_has() {
    let base = "FROM alpine AS tools\nFROM python:3.12-slim\nARG V=1\nENV A=1\nWORKDIR /app\nCOPY --from=tools /bin/x /bin/x\nCOPY . .\nUSER app\n";
    let text = "FROM node:22 AS web\nFROM shop-base:2\nENV B=$A V=${V:-none}\nCOPY --from=0 /dist dist\nCOPY --from=tools /x x\n";
    let (of_base, base) = crate::tests::source("base.Dockerfile", base);
    let base = dockerfile::parse(base, of_base.get(base).text());
    let (sources, id) = crate::tests::source("Dockerfile", text);
    let file = dockerfile::parse(id, sources.get(id).text());
    let nothing = Arguments::default();
    let below = |name: &str| {
        let is_it = name == "shop-base:2";
        is_it.then(|| build_on(&base, &nothing, None, &|_| None)).flatten()
    };
    let image = build_on(&file, &nothing, None, &below).unwrap().image;
    assert_eq!(["A", "B", "V"].map(|it| variable(&image, it)), ["1", "1", "none"]);
    assert_eq!(image.user().unwrap().value, "app");
    assert_eq!(image.workdir().unwrap().value, "/app");
    assert_eq!(image.base().unwrap().to_string(), "python:3.12-slim");
    // Numbers and names are those of the file itself.
    let from = |at: usize| image.target().layers[at].copy().unwrap().from.clone();
    let names = |from: From| matches!(from, From::Stage(at) if image.stages[at].name.as_ref().is_some_and(|it| it.value == "web"));
    assert!(names(from(2)), "{:?}", from(2));
    assert!(matches!(from(3), From::Elsewhere(_)));
    assert!(image.at_target("2").is_none());
}

#[test]
fn of_an_unknown_base_little_is_known() {
    let (_, image) = image("FROM registry.example.com/app:1\nENV A=$B/x\n");
    assert_eq!(variable(&image, "A"), "?");
    assert_eq!(variable(&image, "SECRET_KEY"), "?");
    assert!(
        image.user().is_none() && image.workdir().is_none() && image.has_healthcheck().is_none()
    );
    let (_, image) = self::image("FROM scratch\nCOPY x /x\n");
    assert_eq!(image.user().unwrap().value, "root");
    assert_eq!(variable(&image, "A"), "-");
}

#[test]
fn mirrors_hand_out_what_docker_hub_has() {
    let on_hub = |name: &str| Reference::parse(name)?.on_hub().map(str::to_owned);
    for name in [
        "redis:7",
        "docker.io/library/redis",
        "registry.hub.docker.com/library/redis:7",
        "mirror.gcr.io/library/redis",
        "docker.arvancloud.ir/redis:7.4.1-alpine",
        "hub.hamdocker.ir/library/redis",
        "dockerhub.timeweb.cloud/redis",
        "docker.m.daocloud.io/library/redis",
        "m.daocloud.io/docker.io/library/redis",
        "cr.yandex/mirror/redis:7",
        "public.ecr.aws/docker/library/redis:7",
        "gitlab.example.com:443/shop/dependency_proxy/containers/redis:7",
    ] {
        assert_eq!(on_hub(name).as_deref(), Some("redis"), "{name}");
        let flavour = Flavour::of(name).expect("a stock image");
        assert!(flavour.stock.names.contains(&"redis"), "{name}");
    }
    assert_eq!(on_hub("docker.arvancloud.ir/bitnami/redis").as_deref(), Some("bitnami/redis"));
    let cadvisor = Flavour::of("gcr.io/cadvisor/cadvisor:v0.49.1").expect("a stock image");
    assert!(cadvisor.stock.names.contains(&"cadvisor/cadvisor"));
    for name in [
        "registry.example.com/redis",
        "registry.example.com/library/redis",
        "public.ecr.aws/shop/redis",
        "gcr.io/shop/redis",
        "cr.yandex/shop/redis",
        "m.daocloud.io/quay.io/redis",
    ] {
        assert_eq!(on_hub(name), None, "{name}");
        assert!(Flavour::of(name).is_none(), "{name}");
    }
}

#[test]
fn values_of_one_instruction_see_what_was_before_it() {
    let (_, image) = image("FROM alpine\nENV abc=hello\nENV abc=bye def=$abc\nENV ghi=$abc\n");
    assert_eq!(["abc", "def", "ghi"].map(|it| variable(&image, it)), ["bye", "hello", "bye"]);
}

#[test]
fn arguments_have_scopes() {
    let text = "ARG V=3.12\nARG U=u\nFROM python:$V AS a\nARG V\nARG W=w\nENV SEEN=$V$W HIDDEN=$U\nFROM a\nENV CHILD=$W\nFROM alpine AS other\nENV OTHER=$W\n";
    let (_, image) = image(text);
    assert_eq!(variable(&image, "OTHER"), "");
    let child = image.at_target("1").unwrap();
    assert_eq!(["SEEN", "HIDDEN", "CHILD"].map(|it| variable(&child, it)), ["3.12w", "", "w"]);
    assert_eq!(child.base().unwrap().to_string(), "python:3.12");
}

#[test]
fn a_build_gives_arguments() {
    let text = "ARG TAG=1\nFROM debian:$TAG\nARG MODE\nARG KIND=x\nENV M=$MODE K=$KIND\n";
    let (sources, id) = crate::tests::source("c", "TAG 9 prod");
    let place = crate::source::Place::of(id, sources.get(id).text(), &sources.get(id).text()[4..5]);
    let given = |name: &str, value: &str| Variable {
        name: crate::fact::Fact::at(name.to_owned(), place),
        value: Some(Text::literal(value, place)),
        in_list: false,
    };
    let arguments = Arguments::of(&[given("TAG", "9"), given("MODE", "prod")]);
    let (_, image) = with(text, &arguments, None);
    assert_eq!(image.base().unwrap().to_string(), "debian:9");
    assert_eq!(["M", "K"].map(|it| variable(&image, it)), ["prod", "x"]);
    let (_, image) = with(text, &Arguments::unseen(), None);
    assert_eq!(["M", "K"].map(|it| variable(&image, it)), ["?", "x"]);
    let Lookup::Set(kind) = image.environment().get("K") else { panic!("a default") };
    assert_eq!(kind.evidence().certainty(), crate::fact::Certainty::Likely);
}

#[test]
fn an_entrypoint_takes_the_command_of_the_base_away() {
    let (_, image) = image("FROM python:3\nCMD [\"a\"]\nENTRYPOINT [\"e\"]\n");
    assert_eq!([started(image.entrypoint()), started(image.command())], ["e", "a"]);
    let (_, image) = self::image("FROM python:3\nENTRYPOINT [\"e\"]\n");
    assert_eq!(started(image.command()), "-");
    let (_, image) = self::image("FROM python:3 AS a\nCMD a\nFROM a\nENTRYPOINT [\"e\"]\n");
    assert_eq!(started(image.command()), "-");
    let (_, image) = self::image("FROM nginx:1\n");
    assert_eq!(started(image.command()), "stock nginx -g daemon off;");
    let (_, image) = self::image("FROM python:3\nSHELL [\"/bin/bash\", \"-ec\"]\nCMD x && y\n");
    assert_eq!(started(image.command()), "/bin/bash -ec x && y");
}

#[test]
fn a_target_is_a_name_or_a_number() {
    let text = "FROM alpine AS Build\nUSER b\nFROM alpine\nUSER c\n";
    assert_eq!(image(text).1.user().unwrap().value, "c");
    assert_eq!(with(text, &Arguments::default(), Some("build")).1.user().unwrap().value, "b");
    assert_eq!(with(text, &Arguments::default(), Some("0")).1.user().unwrap().value, "b");
    // Nothing is built then, and the last is what is looked at.
    let (_sources, gone) = with(text, &Arguments::default(), Some("gone"));
    assert_eq!(gone.user().unwrap().value, "c");
}

#[test]
fn steps_know_their_user_folder_and_variables() {
    let (_, image) = image(
        "FROM python:3.12\nARG KEY=k\nWORKDIR /app\nRUN one\nUSER app\nENV KEY=e\nRUN --mount=type=bind,target=/x two\n",
    );
    let steps = image.steps();
    assert_eq!(steps[0].user.as_ref().unwrap().value, "root");
    assert_eq!(steps[1].user.as_ref().unwrap().value, "app");
    assert_eq!(steps[1].workdir.as_ref().unwrap().value, "/app");
    assert_eq!(steps[1].run.mounts[0].value, "type=bind,target=/x");
    let key = |at: usize| match image.environment_at(steps[at].place).get("KEY") {
        Lookup::Set(value) => value.value,
        Lookup::Unknown(_) | Lookup::Absent => panic!("it is set"),
    };
    assert_eq!([key(0), key(1)], ["k", "e"]);
}

#[test]
fn references_are_taken_apart() {
    let parse = |text: &str| Reference::parse(text).unwrap();
    assert_eq!(parse("postgres:16.4-alpine").version(), Some(vec![16, 4]));
    assert_eq!(parse("postgres").repository, "library/postgres");
    assert_eq!(parse("localhost:5000/a/b").tag, None);
    assert_eq!(parse("ghcr.io/a/b:v1@sha256:0").digest.as_deref(), Some("sha256:0"));
    assert_eq!(parse("ghcr.io/a/b:v1").to_string(), "ghcr.io/a/b:v1");
    assert!(parse("a:latest").is_floating() && !parse("a@sha256:0").is_floating());
}

#[test]
fn the_table_knows_versions_and_variants() {
    let of = |image: &str| Flavour::of(image).unwrap();
    assert_eq!(of("postgres:17").data(), Some("/var/lib/postgresql/data"));
    assert_eq!(of("postgres:18-alpine").data(), Some("/var/lib/postgresql"));
    assert_eq!(of("postgres:alpine").data(), Some("/var/lib/postgresql"));
    assert_eq!(of("postgres:bookworm").data(), None);
    assert_eq!(of("pgvector/pgvector:0.8.1-pg18").data(), Some("/var/lib/postgresql"));
    assert_eq!(of("timescale/timescaledb:latest-pg16").data(), Some("/var/lib/postgresql/data"));
    let has = |image: &str, tool| of(image).has(tool);
    assert_eq!(has("python:3.12", Tool::Curl), Some(true));
    assert_eq!(has("python:3.12-slim", Tool::Curl), Some(false));
    assert_eq!(has("python:3.12-alpine", Tool::Wget), Some(true));
    assert_eq!(has("python:3.12-alpine", Tool::Bash), Some(false));
    assert_eq!(has("docker.io/library/redis:7", Tool::RedisCli), Some(true));
    assert_eq!(has("python:${TAG}", Tool::Curl), None);
    assert_eq!(of("postgres:${TAG}").data(), None);
    assert!(of("public.ecr.aws/nginx/nginx:1.27-alpine").is("nginx"));
    assert!(of("ghcr.io/nginx/nginx-unprivileged:1.27").is("nginxinc/nginx-unprivileged"));
    assert_eq!(of("tutum/nginx").stock.command, ["/usr/sbin/nginx"]);
    assert!(Flavour::of("${IMAGE}:16").is_none());
    assert!(Flavour::of("example.com/postgres").is_none() && Flavour::of("me/postgres").is_none());
}

#[test]
fn values_that_double_end() {
    let mut text = "FROM alpine\nENV A=xxxxxxxx\n".to_owned();
    text += &"ENV A=$A$A\n".repeat(200);
    assert_eq!(variable(&image(&text).1, "A"), "?");
    let mut text = "FROM alpine\nENV A=x\n".to_owned();
    text += &"ENV A=$A:y\n".repeat(3000);
    image(&text);
}

#[test]
fn a_service_names_its_build() {
    let folder: &[(&str, &str)] = &[
        (
            "compose.yml",
            "services:\n  web:\n    build: {context: app, target: prod, args: {V: '3.12'}}\n",
        ),
        ("app/Dockerfile", "ARG V\nFROM python:$V AS prod\nCOPY . /app\nFROM prod\nUSER x\n"),
        ("app/.dockerignore", "*.md\n"),
        ("app/README.md", ""),
        ("app/manage.py", ""),
    ];
    let all: Vec<_> = folder.iter().map(|(path, text)| crate::tests::file(path, *text)).collect();
    let tree = Tree::of(all.clone());
    let mut sources = Sources::default();
    sources.add(all);
    let parse = |id| {
        let path = sources.get(id).path();
        let kind = crate::syntax::kind::by_name(path).unwrap_or(crate::model::Kind::Text);
        crate::syntax::parse(kind, path, id, sources.get(id).text()).0
    };
    let parsed: Vec<_> = sources.ids().into_iter().map(parse).collect();
    let files = crate::model::Files::new(&tree, &sources, &parsed);
    let environment = crate::fact::Environment::default();
    let request = crate::model::compose::Request {
        files: &["compose.yml".into()],
        folder: Utf8Path::new(""),
        environment: &environment,
        read_env_files: &|_| crate::fact::Environment::default(),
    };
    let project = crate::model::compose::Project::load(&files, &request).unwrap();
    let build = project.services[0].build.as_ref().unwrap();
    let built = crate::model::image::of_service(&files, build).unwrap();
    assert_eq!(built.image.base().unwrap().to_string(), "python:3.12");
    assert_eq!(built.image.user().unwrap().value, "root");
    let context = Context { tree: &tree, root: &built.context.value, ignore: &built.ignore };
    let places = |path: &str| built.image.places_of(Utf8Path::new(path), &context).len();
    assert_eq!((places("app/manage.py"), places("app/README.md")), (1, 0));
}

/// What the image has at `/start.sh`, if its Dockerfile has the text.
fn written(steps: &str) -> Option<String> {
    let (sources, image) = image(&format!("FROM python:3.12-slim\n{steps}\n"));
    let text = image.text_at(Utf8Path::new("/start.sh"), &|file| sources.get(file).text());
    Some(text?.as_str().to_owned())
}

#[test]
fn a_step_writes_a_script() {
    let both = "#!/bin/sh\nexec gunicorn shop.wsgi\n";
    for steps in [
        r"RUN echo '#!/bin/sh\nexec gunicorn shop.wsgi' > /start.sh && chmod +x /start.sh",
        "RUN echo '#!/bin/sh' > /start.sh\nRUN echo 'exec gunicorn shop.wsgi' >> /start.sh",
        "RUN { echo '#!/bin/sh'; echo \"exec gunicorn shop.wsgi\"; } > /start.sh",
        "RUN printf '%s\\n' '#!/bin/sh' 'exec gunicorn shop.wsgi' > /start.sh",
        "RUN printf '#!/bin/sh\\n\\\nexec gunicorn shop.wsgi\\n' > /start.sh",
        "RUN cat <<'EOF' > /start.sh\n#!/bin/sh\nexec gunicorn shop.wsgi\nEOF",
        "RUN <<EOF\ncat > /start.sh <<'END'\n#!/bin/sh\nexec gunicorn shop.wsgi\nEND\nEOF",
        "COPY <<EOF /start.sh\n#!/bin/sh\nexec gunicorn shop.wsgi\nEOF",
        "COPY <<start.sh /\n#!/bin/sh\nexec gunicorn shop.wsgi\nstart.sh",
    ] {
        assert_eq!(written(steps).as_deref(), Some(both), "{steps}");
    }
}

#[test]
fn what_else_has_a_part_in_a_script_leaves_it_unknown() {
    let first = "RUN echo 'exec gunicorn shop.wsgi' > /start.sh";
    assert!(written(first).is_some());
    for then in [
        "RUN sed -i 's/gunicorn/uvicorn/' /start.sh",
        "RUN curl -o /start.sh https://shop.example/start.sh",
        "RUN python make.py > /start.sh",
        "RUN echo \"$MORE\" >> /start.sh",
        "RUN if [ -n \"$X\" ]; then rm /start.sh; fi",
    ] {
        assert_eq!(written(&format!("{first}\n{then}")), None, "{then}");
    }
    assert_eq!(written("RUN echo x > /other.sh"), None);
    assert_eq!(written("RUN echo \"exec $SERVER\" > /start.sh"), None);
}

/// What a link or a copy within a folder holds was there before.
#[test]
fn what_is_put_elsewhere_in_a_folder_writes_nothing_new_there() {
    let writes = |step: &str| {
        let (_, image) = image(&format!("FROM nginx:1.27\nRUN {step}\n"));
        image.may_write_below("/etc/nginx", "client_max_body_size")
    };
    assert!(!writes("ln -s /etc/nginx/sites-available/shop.conf /etc/nginx/sites-enabled"));
    assert!(!writes("ln -sf ../sites-available/shop.conf /etc/nginx/sites-enabled/shop.conf"));
    assert!(!writes("rm /etc/nginx/a.conf && mv /etc/nginx/b.conf /etc/nginx/conf.d/"));
    assert!(writes("ln -s /app/shop.conf /etc/nginx/conf.d/shop.conf"));
    assert!(writes("ln -s ../../app/shop.conf /etc/nginx/conf.d/shop.conf"));
    assert!(writes("cp /tmp/shop.conf /etc/nginx/conf.d/"));
    assert!(writes("ln -s $CONF /etc/nginx/conf.d/shop.conf"));
}

/// What `sed` and `echo` write stands in the command.
#[test]
fn a_command_that_says_what_it_writes_brings_nothing_else() {
    let writes = |step: &str| {
        let (_, image) = image(&format!("FROM nginx:1.27\nRUN {step}\n"));
        image.may_write_below("/etc/nginx", "client_max_body_size")
    };
    for step in [
        "sed -i s/a/b/ /etc/nginx/nginx.conf",
        "sed -i 's/user  nginx;/user root;/' /etc/nginx/nginx.conf",
        "sed -ri -e 's|/var/log/nginx/access.log  main|off|g' /etc/nginx/nginx.conf && nginx -t",
        "echo \"daemon off;\" >> /etc/nginx/nginx.conf",
        "mkdir -p /etc/nginx/ssl && echo \"daemon off;\" >> /etc/nginx/nginx.conf",
    ] {
        assert!(!writes(step), "{step}");
    }
    for step in [
        "sed -i 's/gzip on;/Client_Max_Body_Size 5m;/' /etc/nginx/nginx.conf",
        "sed -i 's/gzip on;/include more.conf;/' /etc/nginx/nginx.conf",
        "sed -i \"s/gzip on;/$MORE/\" /etc/nginx/nginx.conf",
        "sed -i -f change.sed /etc/nginx/nginx.conf",
        "sed -i '/http {/r more.conf' /etc/nginx/nginx.conf",
        "sed -i 's/a/b/; /http {/r more.conf' /etc/nginx/nginx.conf",
        "sed -i 's/a/b/e' /etc/nginx/nginx.conf",
        "echo \"$MORE\" >> /etc/nginx/nginx.conf",
        "echo daemon off\\; >> /etc/nginx/nginx.conf && ./more.sh > /etc/nginx/more.conf",
    ] {
        assert!(writes(step), "{step}");
    }
}
