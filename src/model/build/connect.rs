//! Who takes whose connections: addresses looked up in the network and file system of the caller.

use crate::fact::{Certainty, Fact, symbol};
use crate::model::{Deployment, Files, INSTALLED_APPS, Process, ProcessKind, Route, ViewId};
use camino::Utf8Path;

/// Finds the process behind each route.
pub(super) fn connect(files: &Files, deployment: &mut Deployment) {
    for process in &mut deployment.processes {
        if serves_channels(process) {
            process.kind = ProcessKind::Asgi;
        }
    }
    let mut found: Vec<Vec<Option<Fact<usize>>>> = Vec::new();
    for site in &deployment.sites {
        let behind = site.routes.iter().map(|route| behind(files, deployment, site.view, route));
        found.push(behind.collect());
    }
    for (site, behind) in deployment.sites.iter_mut().zip(found) {
        for (route, process) in site.routes.iter_mut().zip(behind) {
            route.process = process;
        }
    }
    lead_on(deployment);
}

/// Whether it is the `runserver` of daphne, or of Channels before 4, which serves the ASGI
/// application (Channels, "Upgrading", release notes of 4.0.0). Where the apps are not known, it may
/// be.
fn serves_channels(process: &Process) -> bool {
    let is_runserver = process.started.as_ref().is_some_and(|it| it.program.value.is_runserver());
    if !is_runserver || process.django.is_none() {
        return false;
    }
    let app = process.fact();
    let apps = app.members(INSTALLED_APPS);
    app.get(INSTALLED_APPS).is_none()
        || apps.iter().any(|app| ["daphne", "channels"].contains(&app.value.as_str()))
}

/// Routes that miss the only process which could answer are meant for it all the same: what else
/// is wrong between the two is worth knowing before the first is mended.
fn lead_on(deployment: &mut Deployment) {
    let Some(missed) = deployment.missed() else { return };
    let process = missed.process.value;
    let index = deployment.processes.iter().position(|it| std::ptr::eq(it, process));
    let places: Vec<_> = missed.upstreams.iter().map(|(_, it)| it.evidence().place()).collect();
    for route in deployment.sites.iter_mut().flat_map(|site| &mut site.routes) {
        let upstream = route.upstreams.iter().find(|it| places.contains(&it.evidence().place()));
        if let (Some(upstream), Some(index)) = (upstream, index) {
            route.process = Some(upstream.map(|_| index));
            route.missed = true;
        }
    }
}

/// The process that takes a route's connections. Where variables say which, or nobody knows where
/// the process listens, it is likely the only one that answers requests.
fn behind(
    files: &Files,
    deployment: &Deployment,
    from: ViewId,
    route: &Route,
) -> Option<Fact<usize>> {
    let all = || 0..deployment.processes.len();
    for upstream in &route.upstreams {
        let mut taking = all().filter_map(|it| deployment.takes(from, upstream, it));
        if let Some(first) = taking.next() {
            return Some(installed(files, &deployment.processes, route, first, taking));
        }
    }
    let by_name = |it| all().find_map(|process| deployment.may_take(from, it, process));
    if let Some(named) = route.upstreams.iter().find_map(by_name) {
        return Some(named);
    }
    let webs = || deployment.processes.iter().enumerate().filter(|(_, it)| it.kind.is_web());
    if let Some(address) = placeholder(&route.pass.value) {
        let mut named = webs().filter(|(_, it)| is_given(it, &address));
        if let (Some((index, _)), None) = (named.next(), named.next()) {
            return Some(route.pass.map(|_| index));
        }
    }
    let (index, only) = webs().next()?;
    let undecided = route.upstreams.is_empty() && !is_reached_by_another(deployment, route, index)
        || (!only.listens_known && !is_elsewhere(deployment, from, route));
    if webs().count() > 1 || !undecided {
        return None;
    }
    let why = "where the proxy leads to is not said, and nothing else is seen to answer";
    Some(route.pass.map(|_| index).doubt(Certainty::Likely, why))
}

/// Of files for a unit of one name a server has one, most likely the one that lies nearest to what leads
/// there. Where none lies beside it, nobody knows.
fn installed(
    files: &Files,
    processes: &[Process],
    route: &Route,
    first: Fact<usize>,
    others: impl Iterator<Item = Fact<usize>>,
) -> Fact<usize> {
    let folder = |fact: &Fact<()>| {
        let file = fact.evidence().place()?.file;
        files.read(file).path.parent()
    };
    let unit = |it: &Fact<usize>| &processes[it.value];
    let name = &unit(&first).name;
    if !name.ends_with(".service") {
        return first;
    }
    let others: Vec<_> = others.filter(|it| unit(it).name == *name).collect();
    if others.is_empty() {
        return first;
    }
    let site = folder(&route.pass.map(|_| ()));
    let far = |it: &Fact<usize>| Some(steps_between(site?, folder(&unit(it).declared)?));
    let away = |it: Fact<usize>| (far(&it).unwrap_or(usize::MAX), it);
    let nearer = |one: (usize, _), two: (usize, _)| if two.0 < one.0 { two } else { one };
    let (far, nearest) = others.into_iter().map(away).fold(away(first), nearer);
    match far {
        0 => nearest,
        _ => {
            nearest.doubt(Certainty::Likely, "another file for this unit may be the one installed")
        }
    }
}

/// How many folders lie on the way from one to another.
fn steps_between(a: &Utf8Path, b: &Utf8Path) -> usize {
    let shared = a.components().zip(b.components()).take_while(|(a, b)| a == b).count();
    a.components().count() + b.components().count() - 2 * shared
}

/// What a template is to fill into an address, without blanks: the port, or the path of a socket.
fn placeholder(pass: &str) -> Option<String> {
    let address = pass.split_once("://").map_or(pass, |(_, address)| address);
    let address = address.trim_end_matches([':', '/']);
    let part = match address.strip_prefix("unix:") {
        Some(path) => path,
        None => address.rsplit_once(':')?.1,
    };
    (part.contains("{{") && symbol::is_symbolic(part)).then(|| without_blanks(part))
}

/// Whether a process is told to listen on what the same template fills in: `--port {{ app_port }}`.
fn is_given(process: &Process, address: &str) -> bool {
    let words = process.started.iter().flat_map(|it| &it.words);
    words.into_iter().any(|it| without_blanks(&it.value).contains(address))
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).collect()
}

/// Whether a site other than the route's surely leads to a process: what a variable says here may as
/// well be another program.
fn is_reached_by_another(deployment: &Deployment, route: &Route, process: usize) -> bool {
    let is_own = |it: &Route| it.pass.evidence().place() == route.pass.evidence().place();
    let others = deployment.sites.iter().filter(|site| !site.routes.iter().any(is_own));
    let mut upstreams = others.flat_map(|site| {
        site.routes.iter().flat_map(|it| &it.upstreams).map(move |it| (site.view, it))
    });
    upstreams.any(|(from, it)| deployment.takes(from, it, process).is_some())
}

/// Whether a route is one of several that lead to different programs, so that nobody can tell
/// which of them is Django. A socket for WebSockets may well be another program's.
fn is_elsewhere(deployment: &Deployment, from: ViewId, route: &Route) -> bool {
    let plain = |route: &&Route| !route.upgrades();
    let routes = deployment.sites.iter().filter(|site| site.view == from).flat_map(|it| &it.routes);
    let mut others = routes.filter(plain).filter(|it| !it.upstreams.is_empty());
    let to = |route: &Route| route.upstreams.first().map(|it| it.value.clone());
    others.any(|other| to(other) != to(route))
}
