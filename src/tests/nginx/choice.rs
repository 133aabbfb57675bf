//! A real nginx and kilter given the same configurations and requests: who answers, where, with
//! which headers, and what an upstream is sent.

use crate::model::nginx::{
    Answer, Arrival, Config, Entry, Included, Proxied, Reply, Request, Root,
};
use crate::syntax::nginx::parse;
use crate::tests::nginx::generated::{Dice, FILES, Ground, HOSTS, URIS, configuration};
use crate::tests::nginx::oracle::{self, Message};
use crate::tests::source;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};

const CONFIGURATIONS: u64 = 240;
const REQUESTS: usize = 24;

/// What of an answer is compared.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    /// The levels that added their names, by `X-Where`.
    headers: Vec<(String, String)>,
    location: Option<String>,
    /// Of `return`; of a file its path.
    body: Option<String>,
    /// Request line and headers as the upstream got them.
    passed: Option<(String, Vec<(String, String)>)>,
}

#[test]
fn nginx_answers_as_predicted() {
    let echo = oracle::echo();
    let (mut requests, mut passed, mut added) = (0, 0, 0);
    for seed in 0..CONFIGURATIONS {
        let folder = oracle::folder("choice");
        let files = files(&folder);
        let ports = oracle::free_ports::<2>();
        let mut dice = Dice::new(seed + 1);
        let text = configuration(&mut dice, &Ground { ports, echo, files: &files });
        let (sources, id) = source("nginx.conf", &text);
        let (tree, problems) = parse(id, sources.get(id).text());
        assert_eq!(problems, [], "{text}");
        let root =
            Root { tree: &tree, context: None, alone: false, filled_in: false, beside: None };
        let config = Config::build(&[root], &|_, _| Included::Missing(None));
        let arrivals = arrivals(&config, ports);
        let _nginx = oracle::run(&folder, &text, &arrivals);
        for _ in 0..REQUESTS {
            let (ip, port) = dice.pick(&arrivals);
            let request = request(&mut dice, ip, port);
            let answer = oracle::ask(ip, port, &sent(&request));
            let predicted = config.answer(&request, &disk);
            let predicted = predicted.unwrap_or_else(|why| {
                panic!("seed {seed}: {why} for {request:?}\n{text}");
            });
            let expected = seen(&answer, &predicted);
            let found = foreseen(&predicted, &request);
            let steps: Vec<_> = predicted.steps.iter().map(|step| step.value.as_str()).collect();
            assert_eq!(
                found,
                expected,
                "seed {seed} (left: kilter, right: nginx)\n{}{}\n{steps:#?}\n{:?}\n{text}",
                sent(&request),
                answer.body,
                predicted.reply.value
            );
            requests += 1;
            passed += usize::from(expected.passed.is_some());
            added += expected.headers.len();
        }
    }
    println!(
        "{CONFIGURATIONS} configurations, {requests} requests: server and location of all as \
         predicted; {passed} passed on with the headers predicted, {added} added headers"
    );
    assert!(requests >= 4000 && passed >= 500 && added >= 4000);
}

fn files(folder: &oracle::Folder) -> String {
    let root = folder.path().join("files");
    for file in FILES {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("file {file}")).unwrap();
    }
    root.display().to_string()
}

fn disk(path: &str) -> Option<Entry> {
    Some(match fs::metadata(path) {
        Ok(it) if it.is_dir() => Entry::Folder,
        Ok(_) => Entry::File,
        Err(_) => Entry::Nothing,
    })
}

/// Where the configuration listens, of the addresses that requests are sent to.
fn arrivals(config: &Config, ports: [u16; 2]) -> Vec<(IpAddr, u16)> {
    let ips = [Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2)].map(IpAddr::V4);
    let all = ips.into_iter().flat_map(|ip| ports.map(|port| (ip, port)));
    all.filter(|(ip, port)| config.choose(&Arrival::at(*ip, *port), "x").is_ok()).collect()
}

fn request(dice: &mut Dice, ip: IpAddr, port: u16) -> Request {
    let method = dice.pick(&["GET", "GET", "GET", "GET", "HEAD", "POST"]);
    let mut headers = Vec::new();
    let mut header = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
    if dice.one_in(3) {
        header("X-Mode", dice.pick(&["one", "two", "other", "three"]));
    }
    if dice.one_in(6) {
        header("X-Forwarded-For", "192.0.2.1");
    }
    if dice.one_in(6) {
        header("X-Forwarded-Proto", "https");
    }
    if dice.one_in(8) {
        header("Upgrade", "websocket");
    }
    if method == "POST" {
        header("Content-Length", "0");
    }
    Request {
        arrival: Arrival::at(ip, port),
        tls: false,
        method: method.to_owned(),
        host: dice.pick(HOSTS).to_owned(),
        uri: dice.pick(URIS).to_owned(),
        headers,
        complete: true,
        // Linux connects to all of the loopback network from its first address.
        client: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
    }
}

fn sent(request: &Request) -> String {
    let mut text =
        format!("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, request.uri, request.host);
    for (name, value) in &request.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "Connection: close\r\n\r\n"
}

const COMPARED: &[&str] = &["x-where", "x-mode", "x-server"];

/// In an order of their own, without the length of the body, which nginx counts itself.
fn sorted(mut headers: Vec<(String, String)>) -> Vec<(String, String)> {
    headers.retain(|(name, _)| name != "content-length");
    headers.sort();
    headers
}

/// What nginx did, as far as the prediction is about it.
fn seen(answer: &Message, predicted: &Answer) -> Seen {
    let compared = |(name, _): &&(String, String)| COMPARED.contains(&name.as_str());
    let headers = answer.headers.iter().filter(compared).cloned().collect();
    let proxied = answer.header("x-upstream").is_some();
    let upstream = oracle::echoed(answer);
    let passed = !answer.body.is_empty() || !proxied;
    let tells =
        matches!(&predicted.reply.value, Reply::Respond { body: Some(_), .. } | Reply::File(_));
    Seen {
        status: answer.status(),
        headers: sorted(headers),
        location: answer.header("location").map(str::to_owned),
        body: (tells && !proxied).then(|| answer.body.clone()),
        passed: (proxied && passed).then(|| (upstream.start, sorted(upstream.headers))),
    }
}

/// What kilter says that nginx does.
fn foreseen(predicted: &Answer, request: &Request) -> Seen {
    let known = |value: &Result<String, _>| value.clone().unwrap_or_else(|_| "?".to_owned());
    let headers = predicted.added.iter().filter(|it| it.value.as_deref() != Ok(""));
    let headers: Vec<_> =
        headers.map(|it| (it.name.value.to_ascii_lowercase(), known(&it.value))).collect();
    let head = request.method == "HEAD";
    let silent = |body: String| if head { String::new() } else { body };
    let (location, body, passed) = match &predicted.reply.value {
        Reply::File(path) => {
            (None, Some(silent(fs::read_to_string(path).unwrap_or_default())), None)
        }
        Reply::Redirect { location, .. } => (Some(known(location)), None, None),
        Reply::Respond { body, .. } => (None, body.as_ref().map(known).map(silent), None),
        Reply::Proxy(it) => (None, None, (!head).then(|| passed(predicted, it, request))),
        Reply::Error(_) => (None, None, None),
        Reply::Listing(_) | Reply::Gateway(_) | Reply::Own(_) | Reply::Unknown(_) => {
            panic!("nothing of the kind is configured: {:?}", predicted.reply)
        }
    };
    // The echo's own is 200.
    let status = predicted.status.unwrap_or(200);
    Seen { status, headers: sorted(headers), location, body, passed }
}

fn passed(
    predicted: &Answer,
    proxied: &Proxied,
    request: &Request,
) -> (String, Vec<(String, String)>) {
    let version = predicted.level.value_or("proxy_http_version", "1.0", "");
    let uri = proxied.uri.clone().unwrap_or_else(|why| why.to_string());
    let start = format!("{} {uri} HTTP/{}", proxied.method, version.value);
    let set = predicted.sent.iter();
    let set = set.map(|it| (it.name.value.to_ascii_lowercase(), it.value.clone().unwrap()));
    let set: Vec<_> = set.collect();
    let passes = predicted.level.is_on("proxy_pass_request_headers", true, "").value;
    let own = request.headers.iter().filter(|_| passes);
    let own = own.map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let own = own.filter(|(name, _)| set.iter().all(|(it, _)| it != name));
    let own: Vec<_> = own.collect();
    let mut all: Vec<_> = set.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    all.extend(own);
    (start, sorted(all))
}
