//! Requests by chance: pages, files, forms, wrong hosts and odd paths.

use crate::model::journey::{From, Request};
use crate::tests::journey::oracle::generate::Ground;
use crate::tests::nginx::Dice;
use std::net::Ipv4Addr;

const PATHS: &[&str] = &[
    "/",
    "/page/",
    "/page",
    "/page/?next=/a%20b&x=1",
    "/page?q=%C3%BC&r=a+b",
    "/health/",
    "/health",
    "/exempt/",
    "/bare",
    "/bare/",
    "/items/",
    "/items/12/",
    "/items/12",
    "/items/x/",
    "/year/2024/",
    "/year/2024",
    "/year/24/",
    "/files/a/b",
    "/files/a%20b/%C3%BC/",
    "/nothing/",
    "/nothing",
    "/static/site/app.css",
    "/static/site/app.css?v=2",
    "/static/site/none.css",
    "/static/robots.txt",
    "/static/site",
    "/static/site/",
    "/static/",
    "/static",
    "/static/../page/",
    "/%70age/",
    "/page/../health/",
    "//page/",
    "/page//",
    "/a;b=c/page",
    "/page/%zz",
    "/page/%00",
];

const HOSTS: &[&str] = &[
    "example.com",
    "example.com",
    "example.com",
    "example.com",
    "example.com",
    "example.com",
    "example.com",
    "www.example.com",
    "sub.example.com",
    "EXAMPLE.com",
    "example.com.",
    "other.test",
    "localhost",
    "127.0.0.1",
    "my_app",
    "[::1]",
];

/// The first of each deployment are what everybody asks; the others are chance.
pub(super) fn requests(number: usize, count: usize, ground: &Ground<'_>) -> Vec<Request> {
    let dice = &mut Dice::new(number as u64 * 7919 + 3);
    let plain =
        |url: &str, method| request("GET", false, url, ("example.com", true), ground).by(method);
    let secure =
        |url: &str, method| request("GET", true, url, ("example.com", true), ground).by(method);
    let mut all = vec![
        plain("/", "GET").unwrap(),
        secure("/", "GET").unwrap(),
        secure("/page", "GET").unwrap(),
        secure("/static/site/app.css", "GET").unwrap(),
        secure("/page/", "POST").unwrap(),
        secure("/health/", "GET").unwrap(),
    ];
    while all.len() < count {
        all.push(by_chance(dice, ground));
    }
    all
}

fn by_chance(dice: &mut Dice, ground: &Ground<'_>) -> Request {
    let method = dice.pick(&["GET", "GET", "GET", "GET", "HEAD", "POST", "POST", "PUT"]);
    let (path, host) = (dice.pick(PATHS), dice.pick(HOSTS));
    let (tls, with_port) = (!dice.one_in(3), dice.one_in(4));
    let mut request = request(method, tls, path, (host, !with_port), ground);
    let mut header = |line: &str| request = request.clone().with_header(line).unwrap();
    if dice.one_in(6) {
        header(dice.pick(&["X-Forwarded-Proto: https", "X-Forwarded-Proto: http"]));
    }
    if dice.one_in(8) {
        header("X-Forwarded-Host: example.com");
    }
    if dice.one_in(10) {
        header("X-Forwarded-For: 192.0.2.1");
    }
    if method == "POST" && dice.one_in(3) {
        header(dice.pick(&[
            "Origin: https://example.com",
            "Origin: http://example.com",
            "Origin: https://www.example.com",
            "Origin: https://elsewhere.test",
            "Origin: null",
            "Origin:",
        ]));
    }
    if dice.one_in(12) {
        // Plain HTTP to the port of TLS, and the other way round.
        request.port = if tls { ground.http } else { ground.https };
    }
    request
}

/// A request as if the ports were the usual ones, unless the host is to name them.
fn request(
    method: &str,
    tls: bool,
    path: &str,
    (host, usual): (&str, bool),
    ground: &Ground<'_>,
) -> Request {
    let scheme = if tls { "https" } else { "http" };
    let port = if tls { ground.https } else { ground.http };
    let url = match usual {
        true => format!("{scheme}://{host}{path}"),
        false => format!("{scheme}://{host}:{port}{path}"),
    };
    let mut request = Request::get(&url).unwrap().by(method).unwrap();
    // As it is written: a URL is in lower case, a header need not be.
    let authority = url.split('/').nth(2).unwrap();
    request = request.with_header(&format!("Host: {authority}")).unwrap();
    request.port = port;
    request.from = From::Host;
    request.client = Ipv4Addr::LOCALHOST.into();
    request
}

/// The bytes of a request. A browser has the cookie of CSRF unless it may not keep it.
pub(super) fn bytes(request: &Request, cookie_is_secure: bool) -> String {
    let mut text = format!(
        "{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
        request.method,
        request.target,
        request.host_header()
    );
    for (name, value) in &request.headers {
        if !name.eq_ignore_ascii_case("host") {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        let token = "k".repeat(32);
        text.push_str(&format!("Content-Length: 0\r\nX-CSRFToken: {token}\r\n"));
        if !(cookie_is_secure && request.scheme == crate::model::Scheme::Http) {
            text.push_str(&format!("Cookie: csrftoken={token}\r\n"));
        }
    }
    text.push_str("\r\n");
    text
}
