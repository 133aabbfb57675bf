//! Where files of the context lie in an image, and what lies at a path of it.

use crate::model::image::{Arguments, Content, Context, Ignore, build};
use crate::source::Tree;
use crate::syntax::dockerfile;
use crate::tests::image::image;
use camino::{Utf8Path, Utf8PathBuf};
use proptest::prelude::*;

fn ignoring(text: &str) -> Ignore {
    let (_, file) = crate::tests::source(".dockerignore", text);
    Ignore::parse(file, text)
}

/// The tree of these files, a context at its root.
fn in_tree<T>(files: &[&str], ignore: &str, ask: impl Fn(&Context<'_>) -> T) -> T {
    let tree = Tree::of(files.iter().map(|path| crate::tests::file(path, "")).collect());
    let ignore = ignoring(ignore);
    ask(&Context { tree: &tree, root: Utf8Path::new(""), ignore: &ignore })
}

const FILES: &[&str] = &[
    "manage.py",
    "locale/es/django.po",
    "src/app/urls.py",
    "docker/entrypoint.sh",
    ".env",
    "node_modules/x.js",
];

fn places(dockerfile: &str, path: &str, ignore: &str) -> Vec<String> {
    let (_, image) = image(dockerfile);
    in_tree(FILES, ignore, |context| {
        let found = image.places_of(Utf8Path::new(path), context);
        found.into_iter().map(|it| it.value.into_string()).collect()
    })
}

fn content(dockerfile: &str, path: &str) -> Option<Content> {
    let (_, image) = image(dockerfile);
    in_tree(FILES, "", |context| image.at(Utf8Path::new(path), context).map(|it| it.value))
}

fn of_context(path: &str) -> Option<Content> {
    Some(Content::Context(Utf8PathBuf::from(path)))
}

#[test]
fn a_folder_is_copied_by_its_content_and_a_file_by_itself() {
    let whole = "FROM alpine\nWORKDIR /app\nCOPY . .\n";
    assert_eq!(places(whole, "manage.py", ""), ["/app/manage.py"]);
    assert_eq!(places(whole, "locale/es", ""), ["/app/locale/es"]);
    let built = "FROM alpine AS built\nWORKDIR /app\nCOPY . .\nFROM alpine\nWORKDIR /app\nCOPY --from=built /app /app\n";
    assert_eq!(places(built, "", ""), ["/app"]);
    assert_eq!(places(built, "locale/es", ""), ["/app/locale/es"]);
    assert_eq!(content(whole, "/app/src/app/urls.py"), of_context("src/app/urls.py"));
    let parts = "FROM alpine\nWORKDIR /app\nCOPY src /app/code\nCOPY manage.py ./\nCOPY docker/entrypoint.sh /start\n";
    assert_eq!(places(parts, "src/app/urls.py", ""), ["/app/code/app/urls.py"]);
    assert_eq!(places(parts, "manage.py", ""), ["/app/manage.py"]);
    assert_eq!(places(parts, "docker/entrypoint.sh", ""), ["/start"]);
    assert_eq!(places(parts, "locale/es/django.po", ""), Vec::<String>::new());
    assert_eq!(content(parts, "/start"), of_context("docker/entrypoint.sh"));
    assert_eq!(content(parts, "/app/manage.py"), of_context("manage.py"));
    assert_eq!(content(parts, "/app/locale"), None);
}

#[test]
fn a_file_goes_into_a_folder_that_is_there() {
    assert_eq!(
        places("FROM alpine\nWORKDIR /app\nCOPY manage.py /app\n", "manage.py", ""),
        ["/app/manage.py"]
    );
    assert_eq!(
        places("FROM alpine\nCOPY manage.py /usr/local/bin\n", "manage.py", ""),
        ["/usr/local/bin/manage.py"]
    );
    assert_eq!(places("FROM alpine\nCOPY manage.py /new\n", "manage.py", ""), ["/new"]);
    assert_eq!(
        places("FROM alpine\nRUN mkdir -p /new/bin\nCOPY manage.py /new\n", "manage.py", ""),
        ["/new/manage.py"]
    );
    assert_eq!(
        places("FROM nginx\nCOPY manage.py /etc/nginx/conf.d\n", "manage.py", ""),
        ["/etc/nginx/conf.d/manage.py"]
    );
    assert_eq!(
        places("FROM alpine\nCOPY docker/*.sh /\n", "docker/entrypoint.sh", ""),
        ["/entrypoint.sh"]
    );
    assert_eq!(
        content("FROM alpine\nCOPY docker/*.sh /\n", "/entrypoint.sh"),
        of_context("docker/entrypoint.sh")
    );
}

#[test]
fn files_pass_through_stages() {
    let text = "FROM node:20 AS build\nWORKDIR /src\nCOPY src ./\nFROM alpine\nCOPY --from=build /src/app /srv/app\nCOPY --from=0 /src/app/urls.py /etc/\nCOPY --from=nginx:1 /etc/nginx /n\n";
    assert_eq!(places(text, "src/app/urls.py", ""), ["/etc/urls.py", "/srv/app/urls.py"]);
    assert_eq!(content(text, "/srv/app/urls.py"), of_context("src/app/urls.py"));
    assert_eq!(content(text, "/etc/urls.py"), of_context("src/app/urls.py"));
    assert_eq!(content(text, "/n/nginx.conf"), Some(Content::Elsewhere));
    let inherits = "FROM alpine AS a\nCOPY . /a\nFROM a\n";
    assert_eq!(places(inherits, "manage.py", ""), ["/a/manage.py"]);
}

#[test]
fn what_is_ignored_is_not_copied() {
    let whole = "FROM alpine\nCOPY . /app\n";
    assert!(places(whole, ".env", ".env*\n").is_empty());
    assert!(places(whole, "node_modules/x.js", "node_modules").is_empty());
    assert_eq!(places(whole, "manage.py", ".env\n"), ["/app/manage.py"]);
}

#[test]
fn ignore_files_are_read_as_docker_reads_them() {
    let ignore = ignoring("# c\n/a\n*.md\n!README.md\n**/cache\nb/*\n!b/keep\n*\\*x\n  \n.\n");
    let excluded = |path: &str| ignore.excludes(Utf8Path::new(path));
    assert!(excluded("a") && excluded("a/x/y") && excluded("x.md") && excluded("b/q"));
    assert!(excluded("cache") && excluded("u/v/cache/w"));
    assert!(
        !excluded("README.md") && !excluded("d/x.md") && !excluded("b/keep/y") && !excluded("b")
    );
    let only = ignoring("*\n!src\n");
    assert!(only.excludes(Utf8Path::new("x")) && !only.excludes(Utf8Path::new("src/a")));
}

#[test]
fn a_heredoc_is_a_file() {
    let text = "FROM alpine\nCOPY <<start.sh <<b /x/\none\nstart.sh\nb\n";
    let Some(Content::Inline(place)) = content(text, "/x/start.sh") else { panic!("inline") };
    assert_eq!(&text[place.span.range()], "one\n");
}

proptest! {
    #[test]
    fn any_dockerfile_is_built(text in "FROM a AS b\n(FROM b|(ARG|ENV) A=\\$\\{A:-x\\}\n|COPY --from=(b|0|c) [a-c./*]{1,4} [./a-c]{1,4}\n|WORKDIR [./a]{1,3}\n|USER \\$A\n){0,8}") {
        let (sources, id) = crate::tests::source("Dockerfile", &text);
        let file = dockerfile::parse(id, sources.get(id).text());
        if let Some(image) = build(&file, &Arguments::unseen(), None) {
            in_tree(FILES, "", |context| {
                image.places_of(Utf8Path::new("manage.py"), context);
                image.at(Utf8Path::new("/a/b"), context);
            });
            image.steps();
            image.environment();
        }
    }
}
