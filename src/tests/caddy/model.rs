//! What Caddy does with a configuration, as far as the files tell.

use crate::fact::Environment;
use crate::fact::version::Series;
use crate::model::caddy::{
    Answer, Choice, Config, Imported, Inputs, Reply, Request, Scheme, Seen, read,
};
use crate::source::{FileId, Sources};
use crate::syntax::caddy::parse;
use crate::tests::file;
use std::collections::BTreeMap;

/// The configuration whose main file is the first, and what is wrong with it.
pub(super) fn config_of(
    files: &[(&str, &str)],
    environment: &Environment,
    version: Option<Series>,
) -> (Config, Vec<String>) {
    let mut sources = Sources::default();
    sources.add(files.iter().map(|(path, text)| file(path, *text)).collect());
    let by_path = |path: &str| -> Option<FileId> {
        sources.ids().into_iter().find(|id| sources.get(*id).path() == path)
    };
    let mut trees = BTreeMap::new();
    let mut problems = Vec::new();
    for id in sources.ids() {
        let (tree, found) = parse(id, sources.get(id).text());
        problems.extend(found.into_iter().map(|problem| problem.message));
        trees.insert(id, tree);
    }
    let import = |_: FileId, wanted: &str| match wanted.split_once('*') {
        Some((start, end)) => {
            let ids = sources.ids().into_iter();
            let fits = |id: &FileId| {
                let path = sources.get(*id).path().as_str();
                path.starts_with(start) && path.ends_with(end)
            };
            Imported::Files(ids.filter(fits).collect())
        }
        None => match by_path(wanted) {
            Some(id) => Imported::Files(vec![id]),
            None => Imported::Nothing,
        },
    };
    let main = by_path(files[0].0).unwrap();
    let config = read(&Inputs { main, trees: &trees, import: &import, environment, version });
    let refused = config.problems.iter().chain(&config.imported_options);
    problems.extend(refused.map(|problem| problem.message.clone()));
    let ours = config.cycles.iter().chain(&config.limits);
    problems.extend(ours.map(|it| it.value.clone()));
    problems.extend(config.unknown.iter().map(|name| format!("unknown {name}")));
    problems.sort();
    problems.dedup();
    (config, problems)
}

pub(super) fn config(text: &str) -> Config {
    let (config, problems) = config_of(&[("Caddyfile", text)], &Environment::default(), None);
    assert_eq!(problems, [""; 0], "{text}");
    config
}

/// An answer in a few words.
pub(super) fn said(reply: &Reply<'_>) -> String {
    match &reply.answer {
        Answer::File { root, path, is_listing, .. } => {
            let root = root.as_ref().map_or(".", |root| &root.value);
            format!("{} {root} {path}", if *is_listing { "list" } else { "file" })
        }
        Answer::Proxy { proxy, uri, method } => {
            let upstreams: Vec<_> =
                proxy.upstreams.iter().map(|it| it.written.to_string()).collect();
            format!("{method} {uri} to {}", upstreams.join(" "))
        }
        Answer::Redirect { to, status, .. } => format!("{status} {to}"),
        Answer::Respond { status, body } => {
            format!("{status} {}", body.as_deref().unwrap_or_default())
        }
        Answer::Error { status } => format!("error {status}"),
        Answer::Abort => "abort".to_owned(),
        Answer::Nothing { .. } => "nothing".to_owned(),
        Answer::Unknown { why } => format!("unknown: {why}"),
    }
}

#[track_caller]
fn answers(text: &str, host: &str, uri: &str, expected: &[&str]) {
    let config = config(text);
    let choice = config.choose(Scheme::Https, 443, host, uri);
    let Choice::Site(site) = choice else { panic!("{choice:?}") };
    let replies = site.route(&Request::get(host, uri));
    let said: Vec<_> = replies.0.iter().map(said).collect();
    assert_eq!(said, expected, "{uri}");
}

const SHOP: &str = "\
shop.example.com {
	encode gzip
	handle_path /static/* {
		root * /srv/static
		file_server
	}
	handle /media/* {
		root * /srv
		file_server browse
	}
	redir /old/* /new{uri} permanent
	handle {
		reverse_proxy app:8000
	}
}
";

#[test]
fn the_first_handle_that_matches_answers() {
    answers(SHOP, "shop.example.com", "/static/a.css", &["file /srv/static /a.css"]);
    answers(SHOP, "shop.example.com", "/media/a.png", &["file /srv /media/a.png"]);
    answers(SHOP, "shop.example.com", "/old/x?y=1", &["301 /new/old/x?y=1"]);
    answers(SHOP, "shop.example.com", "/admin/", &["GET /admin/ to app:8000"]);
}

#[test]
fn directives_are_applied_in_caddys_order() {
    let text = "a.com {\n\tfile_server\n\trespond /x 1\n\troot * /srv\n\trespond /x/* 2\n}\n";
    answers(text, "a.com", "/x", &["200 1"]);
    answers(text, "a.com", "/x/y", &["200 2"]);
    answers(text, "a.com", "/z", &["file /srv /z"]);
}

#[test]
fn a_rewrite_does_not_keep_its_neighbour_from_matching() {
    let text = "a.com {\n\turi /api/* strip_prefix /api\n\troute {\n\t\turi /v1/* strip_prefix /v1\n\t\treverse_proxy /v1/* a:1\n\t\trespond 2\n\t}\n}\n";
    answers(text, "a.com", "/v1/x", &["GET /x to a:1"]);
    answers(text, "a.com", "/api/v2", &["200 2"]);
}

#[test]
fn what_no_file_tells_is_both() {
    let text = "a.com {\n\t@inside remote_ip 10.0.0.0/8\n\trespond @inside 403\n\ttry_files {path} /index.html\n\troot * /srv\n\tfile_server\n}\n";
    let config = config(text);
    let replies = config.sites[0].route(&Request::get("a.com", "/x"));
    let said: Vec<_> = replies.0.iter().map(said).collect();
    assert!(said.contains(&"403 ".to_owned()), "{said:?}");
    assert!(said.contains(&"file /srv /index.html".to_owned()), "{said:?}");
    assert_eq!(replies.every(|reply| Some(reply.trail.is_empty())), Some(false));
}

#[test]
fn files_decide_if_they_are_in_view() {
    let text = "a.com {\n\ttry_files {path} {path}/index.html /index.html\n\troot * /srv\n\tfile_server\n}\n";
    let config = config(text);
    let files = |path: &str| match path {
        "/srv/a.css" | "/srv/index.html" => Seen::File,
        "/srv" => Seen::Folder,
        _ => Seen::Absent,
    };
    let said = |uri: &str| {
        let request = Request { files: &files, ..Request::get("a.com", uri) };
        let replies = config.sites[0].route(&request);
        replies.only().map(said)
    };
    assert_eq!(said("/a.css").as_deref(), Some("file /srv /a.css"));
    assert_eq!(said("/b/").as_deref(), Some("file /srv /index.html"));
    assert_eq!(said("/").as_deref(), Some("file /srv /index.html"));
}

#[test]
fn https_is_automatic_unless_the_address_says_otherwise() {
    let text = "a.com {\n\trespond 1\n}\nhttp://b.com {\n\trespond 2\n}\n:8080 {\n\trespond 3\n}\nlocalhost:8443 {\n\trespond 4\n}\n";
    let config = config(text);
    let choice = |scheme, port, host: &str| match config.choose(scheme, port, host, "/x") {
        Choice::Site(reached) => reached.address.text.to_string(),
        Choice::ToHttps { to } => to,
        Choice::Nobody => "nobody".to_owned(),
        Choice::WrongProtocol => "wrong protocol".to_owned(),
        Choice::Closed => "closed".to_owned(),
        Choice::Unknown => "unknown".to_owned(),
    };
    assert_eq!(choice(Scheme::Https, 443, "a.com"), "a.com");
    assert_eq!(choice(Scheme::Http, 443, "a.com"), "wrong protocol");
    assert_eq!(choice(Scheme::Http, 80, "a.com"), "https://a.com/x");
    assert_eq!(choice(Scheme::Http, 80, "b.com"), "http://b.com");
    assert_eq!(choice(Scheme::Http, 80, "localhost"), "https://localhost:8443/x");
    assert_eq!(choice(Scheme::Http, 80, "c.com"), "https://c.com/x");
    assert_eq!(choice(Scheme::Http, 8080, "c.com"), ":8080");
    assert_eq!(choice(Scheme::Https, 8443, "localhost"), "localhost:8443");
    assert_eq!(choice(Scheme::Https, 9, "localhost"), "closed");
}

#[test]
fn an_import_brings_its_arguments_along() {
    let files = [
        (
            "Caddyfile",
            "(site) {\n\troot * {args[0]}\n\timport common.caddy {args[1:]}\n}\nimport sites/*.caddy\n",
        ),
        ("common.caddy", "file_server\nheader X-Served {args[0]}\n"),
        ("sites/a.caddy", "a.com {\n\timport site /srv/a yes\n}\n"),
        ("sites/b.caddy", "b.com {\n\timport site /srv/b no\n}\n"),
    ];
    let (config, problems) = config_of(&files, &Environment::default(), None);
    assert_eq!(problems, [""; 0]);
    let replies = config.sites[1].route(&Request::get("b.com", "/x"));
    let reply = replies.only().unwrap();
    assert_eq!(said(reply), "file /srv/b /x");
    let headers = reply.response_headers(&[]).unwrap();
    assert_eq!(headers, [("X-Served".to_owned(), "no".to_owned())]);
    let Answer::File { root: Some(root), .. } = &reply.answer else { panic!("{reply:?}") };
    // The argument decides, so it is what is pointed at; where it is used comes after.
    let given = root.evidence().place().unwrap();
    assert_eq!(config.files.iter().position(|file| *file == given.file), Some(3));
    assert!(root.evidence().origins().len() > 2);
}

#[test]
fn a_header_of_the_proxy_comes_beside_the_apps_unless_it_is_deferred() {
    let text = "a.com {\n\theader X-Frame-Options DENY\n\theader >X-Deferred 1\n\theader ?X-Default 2\n\theader -Server\n\treverse_proxy app:8000\n}\n";
    let config = config(text);
    let replies = config.sites[0].route(&Request::get("a.com", "/"));
    let sent = [
        ("X-Frame-Options", "SAMEORIGIN"),
        ("X-Deferred", "0"),
        ("X-Default", "0"),
        ("Server", "app"),
    ];
    let sent: Vec<_> =
        sent.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let headers = replies.only().unwrap().response_headers(&sent).unwrap();
    let headers: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(
        headers,
        ["X-Frame-Options: DENY", "X-Frame-Options: SAMEORIGIN", "X-Default: 0", "X-Deferred: 1"]
    );
}

#[test]
fn what_caddy_refuses_is_said_once() {
    let refused = |text: &str| config_of(&[("Caddyfile", text)], &Environment::default(), None).1;
    assert_eq!(refused("a.com {\n\trespond @x 1\n}\n"), ["no matcher is named `@x`"]);
    assert_eq!(refused("a.com {\n\tinvoke x\n}\n"), ["no route is named `x`"]);
    assert_eq!(refused("a.com {\n\timport x\n}\n"), ["there is no snippet or file `x` to import"]);
    assert_eq!(refused("a.com {\n\troot\n}\n"), ["`root` lacks an argument"]);
    assert_eq!(refused("a.com {\n\tnosuch\n}\n"), ["unknown nosuch"]);
    assert_eq!(
        refused("(a) {\n\timport a\n}\na.com {\n\timport a\n}\n"),
        ["this import leads back to itself"]
    );
    assert_eq!(refused("respond 1\n"), ["`respond` stands outside of a site"]);
    assert_eq!(refused("a.com {\n}\na.com {\n}\n"), ["two sites have this address"]);
}
