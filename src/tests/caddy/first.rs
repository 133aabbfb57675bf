//! What Caddy 1 does with its Caddyfiles, by the source of 1.0.3: there is no package of it any more
//! that a test could install.

use crate::fact::Environment;
use crate::model::caddy::{Choice, Request, Scheme};
use crate::tests::caddy::model::{config, config_of, said};

/// What is answered, by https if that is not `:80` or `:2015`.
#[track_caller]
fn answered(text: &str, at: (Scheme, u16), host: &str, uri: &str) -> String {
    let config = config(text);
    match config.choose(at.0, at.1, host, uri) {
        Choice::Site(site) => {
            let replies = site.route(&Request::get(host, uri));
            replies.only().map_or_else(|| format!("{} answers", replies.0.len()), said)
        }
        Choice::ToHttps { to, .. } => format!("to {to}"),
        Choice::Closed => "closed".to_owned(),
        other => format!("{other:?}"),
    }
}

const HTTPS: (Scheme, u16) = (Scheme::Https, 443);

const SHOP: &str = "\
www.shop.example.com {
    redir https://shop.example.com{uri}
}

shop.example.com {
    root /srv/shop
    gzip
    errors stdout
    basicauth /reports ann secret
    redir /old /new 302
    proxy / app:8000 {
        transparent
        except /static /media
    }
    proxy /api api:9000 {
        without /api
        except /docs
        header_upstream X-Forwarded-Proto {scheme}
    }
}
";

#[test]
fn the_longest_path_of_a_proxy_takes_a_request_and_what_is_excepted_is_a_file() {
    let said = |uri: &str| answered(SHOP, HTTPS, "shop.example.com", uri);
    assert_eq!(said("/admin/"), "GET /admin/ to app:8000");
    assert_eq!(said("/api/items"), "GET /items to api:9000");
    assert_eq!(said("/api/docs/"), "GET /api/docs/ to app:8000");
    assert_eq!(said("/docs/"), "GET /docs/ to app:8000");
    assert_eq!(said("/static/a.css"), "file /srv/shop /static/a.css");
    assert_eq!(said("/STATIC/a.css"), "file /srv/shop /STATIC/a.css");
    assert_eq!(said("/old"), "302 /new");
    assert_eq!(said("/old/"), "GET /old/ to app:8000");
    let www = answered(SHOP, HTTPS, "www.shop.example.com", "/x?y=1");
    assert_eq!(www, "301 https://shop.example.com/x?y=1");
}

#[test]
fn public_names_have_https_and_the_rest_is_at_2015() {
    let plain = (Scheme::Http, 80);
    assert_eq!(answered(SHOP, plain, "shop.example.com", "/x"), "to https://shop.example.com/x",);
    let elsewhere = (Scheme::Http, 2015);
    let passed = "GET / to app:8000";
    for text in [
        "localhost\nproxy / app:8000\n",
        "0.0.0.0 {\n    proxy / app:8000\n}\n",
        "shop.example.com {\n    tls off\n    proxy / app:8000\n}\n",
    ] {
        let host = if text.starts_with("shop") { "shop.example.com" } else { "localhost" };
        let host = if text.starts_with('0') { "0.0.0.0" } else { host };
        assert_eq!(answered(text, elsewhere, host, "/"), passed, "{text}");
        assert_eq!(answered(text, plain, host, "/"), "closed", "{text}");
    }
    let text = "http://shop.example.com {\n    proxy / app:8000\n}\n";
    assert_eq!(answered(text, plain, "shop.example.com", "/"), passed);
    let own = "shop.example.com:443 {\n    tls a.pem a.key\n    proxy / app:8000\n}\n";
    assert_eq!(answered(own, HTTPS, "shop.example.com", "/"), passed);
    assert_eq!(answered(own, plain, "shop.example.com", "/"), "closed");
}

/// The headers that an upstream gets of a request, by https from 192.0.2.1.
fn sent(options: &str) -> Vec<String> {
    let text = format!("a.example {{\n    proxy / app:8000 {{\n{options}\n    }}\n}}\n");
    let config = config(&text);
    let Choice::Site(site) = config.choose(Scheme::Https, 443, "a.example", "/") else {
        panic!("{text}")
    };
    let replies = site.route(&Request::get("a.example", "/"));
    let fields = replies.only().unwrap().upstream_headers("192.0.2.1", "https", "a.example");
    let mut fields: Vec<String> =
        fields.unwrap().into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
    fields.sort();
    fields
}

#[test]
fn nothing_but_the_client_is_told_unless_somebody_says_so() {
    let bare = ["Host: {upstream_hostport}", "X-Forwarded-For: 192.0.2.1"];
    assert_eq!(sent(""), bare);
    let transparent = [
        "Host: {hostport}",
        "X-Forwarded-For: 192.0.2.1",
        "X-Forwarded-Port: {port}",
        "X-Forwarded-Proto: {scheme}",
        "X-Real-IP: {remote_host}",
    ];
    assert_eq!(sent("transparent"), transparent);
    let one = ["Host: a.example", "X-Forwarded-For: 192.0.2.1"];
    assert_eq!(sent("header_upstream Host a.example"), one);
}

#[test]
fn what_is_not_followed_is_not_guessed() {
    let text = "a.example {\n    rewrite {\n        to {path} /index.html\n    }\n    proxy /api app:8000\n}\n";
    let answer = answered(text, HTTPS, "a.example", "/api/");
    assert_eq!(answer, "unknown: what `rewrite` does is not known");
    let text = "a.example {\n    fastcgi /blog php:9000 php\n    proxy / app:8000\n}\n";
    assert_eq!(answered(text, HTTPS, "a.example", "/"), "GET / to app:8000");
    let answer = answered(text, HTTPS, "a.example", "/blog/");
    assert_eq!(answer, "unknown: what `fastcgi` does is not known");
}

#[test]
fn headers_of_a_site_give_way_to_the_upstreams_own() {
    let text = "a.example {\n    gzip\n    header / {\n        Strict-Transport-Security \"max-age=31536000\"\n        -Server\n    }\n    proxy / app:8000\n}\n";
    let config = config(text);
    let Choice::Site(site) = config.choose(Scheme::Https, 443, "a.example", "/") else {
        panic!("{text}")
    };
    let replies = site.route(&Request::get("a.example", "/"));
    let fields = |sent: &[(&str, &str)]| {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let sent: Vec<_> = sent.iter().map(owned).collect();
        replies.only().unwrap().response_headers(&sent).unwrap()
    };
    let year = |value: &str| ("Strict-Transport-Security".to_owned(), value.to_owned());
    assert_eq!(fields(&[("Server", "gunicorn")]), [year("max-age=31536000")]);
    assert_eq!(fields(&[("Strict-Transport-Security", "max-age=60")]), [year("max-age=60")]);
}

#[test]
fn a_word_of_caddy_1_in_a_file_of_caddy_2_does_not_make_it_one_of_caddy_1() {
    let text = "a.example {\n    gzip\n    reverse_proxy app:8000\n}\n";
    let (config, troubles) = config_of(&[("Caddyfile", text)], &Environment::default(), None);
    assert_eq!(troubles, ["unknown gzip"]);
    let Choice::Site(site) = config.choose(Scheme::Https, 443, "a.example", "/") else {
        panic!("{text}")
    };
    let replies = site.route(&Request::get("a.example", "/"));
    assert_eq!(replies.only().map(said).unwrap(), "GET / to app:8000");
}
