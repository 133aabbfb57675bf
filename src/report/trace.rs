//! The journey of one request, as text and as JSON.

use crate::fact::{Doubt, Label};
use crate::report::json::{self, Text};
use crate::report::text::printable;
use crate::source::Shown;
use serde::Serialize;

/// What happened to a request.
#[derive(Clone, Debug)]
pub struct Trace {
    /// `GET https://example.com/`
    pub request: String,
    pub hops: Vec<Hop>,
    pub end: End,
    pub doubt: Option<Doubt>,
}

#[derive(Clone, Debug)]
pub struct Hop {
    /// Who has a part in it: `site`, `django`.
    pub at: &'static str,
    pub text: String,
    pub labels: Vec<Label>,
}

#[derive(Clone, Debug)]
pub struct End {
    pub kind: Kind,
    pub status: Option<u16>,
    pub location: Option<String>,
    /// What is not known.
    pub why: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Answered,
    Loop,
    Refused,
    Unknown,
}

#[derive(Serialize)]
struct Document<'a> {
    request: &'a str,
    end: Kind,
    status: Option<u16>,
    location: Option<&'a str>,
    why: Option<&'a str>,
    certainty: &'static str,
    hops: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    at: &'a str,
    text: &'a str,
    labels: Vec<Text<'a>>,
}

pub fn json(trace: &Trace, shown: Shown<'_>) -> String {
    let certainty = trace.doubt.as_ref().map_or(crate::fact::Certainty::Certain, |it| it.certainty);
    let document = Document {
        request: &trace.request,
        end: trace.end.kind,
        status: trace.end.status,
        location: trace.end.location.as_deref(),
        why: trace.end.why.as_deref(),
        certainty: crate::report::certainty(certainty),
        hops: trace.hops.iter().map(|hop| step_of(hop, shown)).collect(),
    };
    serde_json::to_string_pretty(&document).expect("strings and numbers only") + "\n"
}

fn step_of<'a>(hop: &'a Hop, shown: Shown<'a>) -> Step<'a> {
    let labels = hop.labels.iter().filter_map(|label| {
        let place = shown.written_at(label.evidence.place()?);
        Some(json::text(place.file, place.span, label.text.as_str(), shown))
    });
    Step { at: hop.at, text: &hop.text, labels: labels.collect() }
}

/// The hops below each other, each with the places that decided it.
pub fn text(trace: &Trace, shown: Shown<'_>) -> String {
    let mut out = format!("{}\n\n", printable(&trace.request));
    for hop in &trace.hops {
        out += &format!("{:<9} {}\n", hop.at, printable(&hop.text));
        for label in &hop.labels {
            let Some(place) = label.evidence.place() else { continue };
            let place = shown.written_at(place);
            let (line, _) = shown.position(place);
            let path = printable(shown.path(place.file)).into_owned();
            // The choice of a server speaks for itself.
            let says = match label.text == hop.text {
                true => String::new(),
                false => format!(": {}", printable(&label.text)),
            };
            out += &format!("{:<9}   {path}:{line}{says}\n", "");
        }
    }
    out += &format!("\n{}\n", printable(&trace.end.sentence()));
    if let Some(doubt) = &trace.doubt {
        let at = doubt.place.map(|place| format!(" ({})", shown.address(place)));
        let certainty = crate::report::certainty(doubt.certainty);
        let why = printable(&doubt.why).into_owned();
        out +=
            &format!("This is {certainty} rather than certain: {why}{}\n", at.unwrap_or_default());
    }
    out
}

impl End {
    fn sentence(&self) -> String {
        let status = self.status.map_or_else(String::new, |status| format!(" {status}"));
        let to = self.location.as_ref().map_or_else(String::new, |to| format!(" to {to}"));
        match (self.kind, self.status) {
            (Kind::Answered, None) => "Answered: with what the view says.".to_owned(),
            (Kind::Answered, Some(_)) => format!("Answered:{status}{to}."),
            (Kind::Loop, _) => format!("Never answered: a loop of redirects, by{status}{to}."),
            (Kind::Refused, _) => "Refused: there is no connection, or it is closed.".to_owned(),
            (Kind::Unknown, _) => {
                format!("Not known: {}.", self.why.as_deref().unwrap_or_default())
            }
        }
    }
}
