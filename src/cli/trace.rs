//! `kilter trace URL [PATH]`: what would happen to a request.

use crate::cli::{Exit, Failure, reading};
use crate::model::Deployment;
use crate::model::journey::{self, Fit, From, Journey, Journeys, Lies, Request};
use crate::report::trace::{self, Kind, Trace};
use camino::Utf8Path;
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// What is asked for, as in `https://example.com/login/`
    url: String,
    /// Where the deployment's files are
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The deployment that is asked
    #[arg(long, value_name = "NAME")]
    deployment: Option<String>,
    /// The method; with one that changes something, the request is that of a form of the site
    #[arg(long, default_value = "GET", value_name = "METHOD")]
    method: String,
    /// A header, as `Name: value`; without a value, one that is not sent
    #[arg(long, value_name = "HEADER")]
    header: Vec<String>,
    /// Who asks: somebody outside, or a service or process of the deployment
    #[arg(long, default_value = "outside", value_name = "outside|SERVICE")]
    from: String,
    /// How the journey is printed
    #[arg(long, value_enum, default_value_t = Format::Full)]
    format: Format,
    /// The configuration file, instead of the nearest kilter.toml or pyproject.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Full,
    Json,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    let request = request(arguments)?;
    let reading = reading::read(&arguments.path, arguments.config.as_deref(), |config| {
        config.follows_views = true;
    })?;
    let disk = |path: &Utf8Path| match reading.tree.is_file(path) {
        true => Some(Lies::File),
        false => reading.tree.is_dir(path).then_some(Lies::Folder),
    };
    let deployment = choose(reading.deployments(arguments.deployment.as_deref())?, &request)?;
    if let From::Process(name) = &request.from {
        let all = deployment.processes.iter().map(|it| it.name.clone());
        if !deployment.processes.iter().any(|it| it.name == *name) {
            return Err(Failure::NoProcess { name: name.clone(), all: all.collect() });
        }
    }
    let journey = Journeys::new(deployment, Some(&disk)).follow(&request);
    let exit = exit(&journey.end);
    let (trace, shown) = (shown(journey), reading.sources.shown());
    let text = match arguments.format {
        Format::Full => trace::text(&trace, shown),
        Format::Json => trace::json(&trace, shown),
    };
    out.write_all(text.as_bytes())?;
    Ok(exit)
}

fn request(arguments: &Arguments) -> Result<Request, Failure> {
    let mut request = Request::get(&arguments.url)?.by(&arguments.method)?;
    for header in &arguments.header {
        request = request.with_header(header)?;
    }
    if arguments.from != "outside" {
        request = request.from_process(&arguments.from);
    }
    Ok(request)
}

/// The one that the request fits best.
fn choose<'d>(all: Vec<&'d Deployment>, request: &Request) -> Result<&'d Deployment, Failure> {
    let fits = all.iter().map(|it| Journeys::new(it, None).fit(request));
    let mut fits: Vec<(Fit, &Deployment)> = fits.zip(all.iter().copied()).collect();
    let best = fits.iter().map(|(fit, _)| *fit).max().ok_or(Failure::Nothing)?;
    fits.retain(|(fit, _)| *fit == best);
    match fits.as_slice() {
        [(_, only)] => Ok(only),
        _ => Err(Failure::Several { all: fits.iter().map(|(_, it)| it.name.clone()).collect() }),
    }
}

fn exit(end: &journey::End) -> Exit {
    match end {
        journey::End::Answered(response) if response.status.is_none_or(|it| it < 400) => {
            Exit::Clean
        }
        journey::End::Answered(_) | journey::End::Loop(_) | journey::End::Refused => Exit::Found,
        journey::End::Unknown(_) => Exit::Untold,
    }
}

fn shown(journey: Journey) -> Trace {
    let hops = journey.hops.iter().map(|hop| trace::Hop {
        at: hop.at.name(),
        text: hop.text.clone(),
        labels: hop.written().cloned().collect(),
    });
    let hops = hops.collect();
    let end = |kind, response: journey::Response, why| trace::End {
        kind,
        status: response.status,
        location: response.location,
        why,
    };
    let end = match journey.end {
        journey::End::Answered(response) => end(Kind::Answered, response, None),
        journey::End::Loop(response) => end(Kind::Loop, response, None),
        journey::End::Refused => end(Kind::Refused, journey::Response::default(), None),
        journey::End::Unknown(why) => end(Kind::Unknown, journey::Response::default(), Some(why)),
    };
    Trace { request: journey.request.to_string(), hops, end, doubt: journey.doubt }
}
