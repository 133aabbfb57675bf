//! Real nginx and Caddy, real servers and real Django, asked what kilter said before.
//!
//! Every run takes [`USUAL`] deployments. `KILTER_JOURNEYS=150` takes that many, which takes
//! minutes; `KILTER_JOURNEYS=#7` only the one of that number, and prints its files.

mod compose;
mod generate;
mod project;
mod requests;
mod sites;
mod stack;
mod web;

use crate::model::journey::{End, Journey, Request};
use crate::source::File;
use crate::tests::file;
use crate::tests::journey::{Read, shown};
use crate::tests::nginx::oracle::{self, Folder};
use generate::{Deployment, Ground, Transport, Web};
use project::PROJECT;
use stack::{Answer, Stack};
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::ops::RangeInclusive;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// Deployments of every run.
const USUAL: usize = 60;
const REQUESTS: usize = 20;

#[derive(Default)]
struct Tally {
    deployments: usize,
    contained: usize,
    requests: usize,
    unknown: BTreeMap<String, usize>,
    ends: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

#[test]
fn what_is_predicted_is_what_is_answered() {
    let (numbers, single) = numbers();
    let folder = oracle::folder("journeys");
    let mut stack = Stack::new();
    stack.certificate(&folder.path().join("site.pem"));
    let mut tally = Tally::default();
    for number in numbers {
        compare(number, &folder, &mut stack, &mut tally, single);
    }
    let unknown: usize = tally.unknown.values().sum();
    println!(
        "{} deployments, {} of them in containers, {} requests: {} answered as predicted, {unknown} \
         that kilter cannot tell",
        tally.deployments,
        tally.contained,
        tally.requests,
        tally.requests - unknown - tally.wrong.len(),
    );
    println!("predicted: {:?}\nnot known: {:?}", tally.ends, tally.unknown);
    assert!(tally.wrong.is_empty(), "{} wrong:\n{}", tally.wrong.len(), tally.wrong.join("\n"));
    assert!(unknown * 20 <= tally.requests, "more than one in twenty is not known");
    assert!(single || (tally.deployments >= USUAL && tally.requests >= 10 * USUAL));
    assert!(single || tally.contained * 8 >= tally.deployments);
}

/// Which deployments are asked, and whether only one is looked at.
fn numbers() -> (RangeInclusive<usize>, bool) {
    let Ok(asked) = env::var("KILTER_JOURNEYS") else { return (0..=USUAL - 1, false) };
    match asked.strip_prefix('#').map(|it| it.parse::<usize>().unwrap()) {
        Some(one) => (one..=one, true),
        None => (0..=asked.parse::<usize>().unwrap() - 1, false),
    }
}

fn compare(number: usize, folder: &Folder, stack: &mut Stack, tally: &mut Tally, single: bool) {
    let [http, https, app] = oracle::free_ports();
    let here = folder.path().join(format!("d{number}"));
    let ground = Ground { folder: &here, http, https, app };
    let deployment = Deployment::new(number, &ground);
    write(&deployment, &ground);
    let server = stack.start(&deployment.argv, &here.join("app"), &here.join("log"));
    let web = web::run(folder, &deployment.web, [http, https], stack);
    wait(&ground);

    let read = Read::of(match deployment.transport {
        Transport::Container => compose::tree(&deployment, &ground),
        Transport::Socket | Transport::Loopback | Transport::Elsewhere => {
            tree(&deployment, &ground)
        }
    });
    let all = requests::requests(number, REQUESTS, &ground);
    let sent: Vec<(bool, u16, String)> = all
        .iter()
        .map(|it| {
            let tls = it.scheme == crate::model::Scheme::Https;
            (tls, it.port, requests::bytes(it, deployment.cookie_is_secure))
        })
        .collect();
    let answers = stack.ask(&sent);
    for (request, answer) in all.iter().zip(&answers) {
        tally.judge(number, &deployment, request, &read.answer(request), answer.as_ref());
    }
    if single {
        let (Web::Nginx(web) | Web::Caddy(web) | Web::Traefik(web)) = &deployment.web;
        println!("{web}\n{}\n{}", deployment.settings, deployment.unit(&ground));
    }
    tally.deployments += 1;
    tally.contained += usize::from(deployment.transport == Transport::Container);
    drop(web);
    stack.stop(server);
    let _ = fs::remove_dir_all(&here);
}

impl Tally {
    fn judge(
        &mut self,
        number: usize,
        deployment: &Deployment,
        request: &Request,
        journey: &Journey,
        answer: Option<&Answer>,
    ) {
        self.requests += 1;
        let end = shown(&journey.end);
        let kind = end.split(' ').next().unwrap_or_default().to_owned();
        *self.ends.entry(kind).or_default() += 1;
        if let End::Unknown(why) = &journey.end {
            *self.unknown.entry(why.clone()).or_default() += 1;
            return;
        }
        let real = match answer {
            None => "refused".to_owned(),
            Some(Answer { view: Some(_), .. }) => "view".to_owned(),
            Some(Answer { status, location, .. }) => {
                let to = location.as_ref().map_or_else(String::new, |to| format!(" {to}"));
                format!("{status}{to}")
            }
        };
        if end != real {
            let hops: Vec<String> =
                journey.hops.iter().map(|hop| format!("    {}", hop.text)).collect();
            let sent = requests::bytes(request, deployment.cookie_is_secure).replace("\r\n", " | ");
            self.wrong.push(format!(
                "{number}, {}: {} {sent}\n  kilter: {end}\n  really: {real}\n{}",
                deployment.shown(),
                request.scheme.name(),
                hops.join("\n")
            ));
        }
    }
}

/// What lies on the machine; what is collected is there as well, and kilter is not shown it.
fn write(deployment: &Deployment, ground: &Ground<'_>) {
    let write = |path: &Path, text: &str| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for (path, text) in PROJECT {
        write(&ground.folder.join(path), text);
        if let Some(name) = path.strip_prefix("app/assets/") {
            write(&ground.folder.join("collected").join(name), text);
        }
    }
    fs::create_dir_all(ground.folder.join("elsewhere")).unwrap();
    write(&ground.folder.join("app/site_of_test/settings.py"), &deployment.settings);
}

/// The same as a copy of the machine's file system.
fn tree(deployment: &Deployment, ground: &Ground<'_>) -> Vec<File> {
    let inside = |path: &str| {
        let path = ground.folder.join(path);
        path.to_str().unwrap().trim_start_matches('/').to_owned()
    };
    let web = match &deployment.web {
        Web::Nginx(http) => {
            file("etc/nginx/nginx.conf", format!("events {{}}\nhttp {{\n{http}}}\n"))
        }
        Web::Caddy(text) => file("etc/caddy/Caddyfile", text.as_str()),
        Web::Traefik(_) => unreachable!("it stands before containers alone"),
    };
    let mut files = vec![
        web,
        file("etc/systemd/system/app.service", deployment.unit(ground)),
        file(&inside("app/site_of_test/settings.py"), deployment.settings.as_str()),
    ];
    files.extend(PROJECT.iter().map(|(path, text)| file(&inside(path), *text)));
    files
}

/// Until the application's server takes connections.
fn wait(ground: &Ground<'_>) {
    let socket = ground.socket();
    for _ in 0..2400 {
        let up = TcpStream::connect((Ipv4Addr::LOCALHOST, ground.app)).is_ok();
        if up || UnixStream::connect(&socket).is_ok() {
            return;
        }
        sleep(Duration::from_millis(25));
    }
    let log = fs::read_to_string(ground.folder.join("log")).unwrap_or_default();
    panic!("the server does not come up: {log}");
}
